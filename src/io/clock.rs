//! The local clock: the one place that reads it. Everything else gets the moment passed in.

use jiff::Timestamp;

/// The moment of this machine's clock.
pub fn now() -> Timestamp {
    Timestamp::now()
}
