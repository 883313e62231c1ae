//! Times as moments, remembering the last one: neighbouring lines of a log mostly have the same.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar::{self, Written};

/// No time that is remembered is longer.
const LONGEST: usize = 40;

/// Reads times; those without an offset belong to its zone.
#[derive(Clone, Debug)]
pub struct Times {
    zone: TimeZone,
    /// The last text and its moment.
    text: [u8; LONGEST],
    length: usize,
    at: Option<i64>,
    /// The last hour that the zone was asked about, and its offset then.
    hour: i64,
    offset: i64,
}

impl Default for Times {
    fn default() -> Self {
        Times::new(TimeZone::UTC)
    }
}

impl Times {
    pub fn new(zone: TimeZone) -> Self {
        Times { zone, text: [0; LONGEST], length: 0, at: None, hour: i64::MIN, offset: 0 }
    }

    /// Seconds since 1970 of a text that starts with a time, or is a number of seconds.
    pub fn at(&mut self, text: &[u8]) -> Option<i64> {
        if text.len() == self.length && self.text.get(..self.length) == Some(text) {
            return self.at;
        }
        let at = match calendar::read(text) {
            Some(written) => Some(self.moment(written)),
            None => calendar::epoch(text),
        };
        if let Some(known) = self.text.get_mut(..text.len()) {
            known.copy_from_slice(text);
            (self.length, self.at) = (text.len(), at);
        }
        at
    }

    /// Seconds since 1970 of a time.
    pub fn moment(&mut self, written: Written) -> i64 {
        if let Some(offset) = written.offset {
            return written.local - offset;
        }
        let hour = written.local.div_euclid(3600);
        if hour != self.hour {
            self.hour = hour;
            self.offset = offset_in(&self.zone, written.local).unwrap_or(0);
        }
        written.local - self.offset
    }
}

/// The offset in seconds of a zone at a local time.
fn offset_in(zone: &TimeZone, local: i64) -> Option<i64> {
    let civil = TimeZone::UTC.to_datetime(Timestamp::from_second(local).ok()?);
    Some(local - zone.to_timestamp(civil).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_offset_belongs_to_the_zone() {
        let mut times = Times::new(TimeZone::fixed(jiff::tz::offset(2)));
        assert_eq!(times.at(b"2000/10/10 22:55:36"), Some(971_211_336));
        assert_eq!(times.at(b"2000/10/10 22:55:37"), Some(971_211_337));
        assert_eq!(times.at(b"10/Oct/2000:13:55:36 -0700"), Some(971_211_336));
    }

    #[test]
    fn the_last_time_is_remembered_whatever_it_was() {
        let mut times = Times::default();
        for _ in 0..2 {
            assert_eq!(times.at(b"nonsense"), None);
            assert_eq!(times.at(b""), None);
            assert_eq!(times.at(&[b'9'; 100]), None);
            assert_eq!(times.at(b"10/Oct/2000:13:55:36 -0700"), Some(971_211_336));
            assert_eq!(times.at(b"10/Oct/2000:13:55:36 -0600"), Some(971_207_736));
        }
    }
}
