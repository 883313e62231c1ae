//! The only place that reads the clock. Everything else receives the time as an argument.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::formats::variables::System;

/// The current time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// What `{{$timestamp}}`, `{{$guid}}` and their kin draw from, as of now.
pub fn system() -> System {
    let now = now();
    System { utc_offset: TimeZone::system().to_offset(now).seconds(), ..System::default() }.drawn_at(now)
}

/// The time zone of this machine, for logs whose times name none.
pub fn zone() -> TimeZone {
    TimeZone::system()
}
