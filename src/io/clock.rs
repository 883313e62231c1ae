//! The only place that reads the clock. Everything else receives the time as an argument.

use jiff::Timestamp;

/// The current time.
pub fn now() -> Timestamp {
    Timestamp::now()
}
