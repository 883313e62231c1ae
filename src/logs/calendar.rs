//! Dates and times as logs write them.
//!
//! | shape | who writes it |
//! |---|---|
//! | `10/Oct/2000:13:55:36 -0700` | Apache `%t`, nginx `$time_local`, Traefik |
//! | `06/Feb/2009:12:14:14.655` | HAProxy `%tr` |
//! | `2016-06-15T17:16:41.123Z`, `2016-06-15 17:16:41,123+02:00` | RFC 3339, ISO 8601, log4j, Envoy, AWS |
//! | `2016/09/07 12:00:00` | nginx and Go error logs |
//! | `Fri Sep 09 10:42:29.902022 2011` | Apache error logs |
//! | `1646861401.524`, `1646861401524` | seconds, and milli-, micro- or nanoseconds since 1970 |

use jiff::civil::Date;

use super::bytes::number;

/// A time as it is written: seconds since 1970 as if it were UTC, and the offset that is written with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub local: i64,
    pub offset: Option<i64>,
}

/// The time at the start of a text, whatever follows.
pub fn read(text: &[u8]) -> Option<Written> {
    match text {
        [_, _, b'/', ..] => common(text),
        [_, _, _, _, b'-' | b'/', ..] => iso(text),
        [a, ..] if a.is_ascii_alphabetic() => asctime(text),
        _ => None,
    }
}

/// `10/Oct/2000:13:55:36 -0700`, also with a fraction or without offset.
fn common(text: &[u8]) -> Option<Written> {
    let [_, _, b'/', _, _, _, b'/', _, _, _, _, b':', ..] = text else { return None };
    let local = days(digits(text, 7, 4)?, month(text.get(3..6)?)?, digits(text, 0, 2)?)? * 86_400 + time_of_day(text.get(12..)?)?;
    Some(Written { local, offset: offset(fraction(text.get(20..)?)) })
}

/// `2016-06-15T17:16:41.123Z`, with its many ways to write the date, the blank and the offset.
fn iso(text: &[u8]) -> Option<Written> {
    let [_, _, _, _, dash, _, _, dash2, _, _, b'T' | b't' | b' ' | b'_' | b'-', ..] = text else { return None };
    let local = date(text.get(..10).filter(|_| dash == dash2)?)? * 86_400 + time_of_day(text.get(11..)?)?;
    Some(Written { local, offset: offset(fraction(text.get(19..)?)) })
}

/// `Fri Sep 09 10:42:29.902022 2011`.
fn asctime(text: &[u8]) -> Option<Written> {
    let [_, _, _, b' ', _, _, _, b' ', tens, ones, b' ', ..] = text else { return None };
    let day = if *tens == b' ' { digits(&[*ones], 0, 1)? } else { digits(text, 8, 2)? };
    let year = fraction(text.get(19..)?).strip_prefix(b" ")?;
    let local = days(digits(year, 0, 4)?, month(text.get(4..7)?)?, day)? * 86_400 + time_of_day(text.get(11..)?)?;
    Some(Written { local, offset: None })
}

/// Days since 1970 of `2016-06-15` or `2016/06/15`.
pub fn date(text: &[u8]) -> Option<i64> {
    let [_, _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _] = text else { return None };
    days(digits(text, 0, 4)?, digits(text, 5, 2)?, digits(text, 8, 2)?)
}

/// Seconds since midnight of `13:55:36`, whatever follows.
pub fn time_of_day(text: &[u8]) -> Option<i64> {
    let [_, _, b':', _, _, b':', _, _, ..] = text else { return None };
    let (hour, minute, second) = (digits(text, 0, 2)?, digits(text, 3, 2)?, digits(text, 6, 2)?);
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Seconds since 1970 of a number. Its size tells seconds from milli-, micro- and nanoseconds; one of before 1973 is no time
/// but a duration.
pub fn epoch(text: &[u8]) -> Option<i64> {
    let end = text.iter().position(|byte| *byte == b'.').unwrap_or(text.len());
    epoch_number(i64::try_from(number(text.get(..end)?)?).ok()?)
}

/// [`epoch`] of a number that is read already.
pub fn epoch_number(number: i64) -> Option<i64> {
    let seconds = match number {
        100_000_000..100_000_000_000 => number,
        100_000_000_000..100_000_000_000_000 => number / 1000,
        100_000_000_000_000..100_000_000_000_000_000 => number / 1_000_000,
        100_000_000_000_000_000.. => number / 1_000_000_000,
        _ => return None,
    };
    (seconds < 253_402_300_800).then_some(seconds)
}

/// The text after a fraction of a second.
fn fraction(text: &[u8]) -> &[u8] {
    match text {
        [b'.' | b',', rest @ ..] => {
            let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            rest.get(end..).unwrap_or_default()
        }
        _ => text,
    }
}

/// The offset in seconds that starts a text: `Z`, ` +0200`, `+02:00`, ` UTC`.
fn offset(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, rest) = match text {
        [b'Z' | b'z', ..] => return Some(0),
        _ if text.starts_with(b"UTC") || text.starts_with(b"GMT") => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let minutes = match rest {
        [_, _, b':', ..] => digits(rest, 3, 2)?,
        _ => digits(rest, 2, 2).unwrap_or(0),
    };
    let seconds = digits(rest, 0, 2)? * 3600 + minutes * 60;
    (seconds < 86_400).then_some(sign * seconds)
}

fn digits(text: &[u8], from: usize, count: usize) -> Option<i64> {
    let digits = text.get(from..from + count)?;
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

fn month(name: &[u8]) -> Option<i64> {
    Some(match name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// Days from 1970-01-01 to a date; `None` for one that the calendar does not have.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<i64> {
        read(text.as_bytes()).map(|written| written.local - written.offset.unwrap_or(0))
    }

    #[test]
    fn every_shape_gives_the_same_moment() {
        for text in [
            "10/Oct/2000:13:55:36 -0700",
            "10/Oct/2000:20:55:36.655",
            "2000-10-10T20:55:36Z",
            "2000-10-10T22:55:36.123+02:00 INFO",
            "2000-10-10 22:55:36,123+0200",
            "2000-10-10 20:55:36.5 UTC",
            "2000/10/10 20:55:36 [error]",
            "Tue Oct 10 20:55:36.902022 2000",
            "Tue Oct 10 20:55:36 2000",
        ] {
            assert_eq!(utc(text), Some(971_211_336), "{text}");
        }
        for text in ["971211336", "971211336.524", "971211336524", "971211336524123", "971211336524123456"] {
            assert_eq!(epoch(text.as_bytes()), Some(971_211_336), "{text}");
        }
    }

    #[test]
    fn the_calendar_agrees_with_jiff() {
        for text in ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2000-02-29T00:00:00Z", "2024-12-31T12:00:00Z", "9999-12-30T00:00:00Z"]
        {
            assert_eq!(utc(text), Some(text.parse::<jiff::Timestamp>().unwrap().as_second()), "{text}");
        }
        assert!(utc("9999-12-31T23:59:59Z").is_some());
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "32/Oct/2000:13:55:36 -0700",
            "10/Okt/2000:13:55:36 -0700",
            "2000-02-30T00:00:00Z",
            "2000-10-10T24:00:00Z",
            "2000-10-10T",
            "Feb  6 12:14:14 localhost",
            "11:36:09,965 WARN",
            "10.0.0.1",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
        for text in ["0.005", "-5", "", "99999999999999999999", "1e9"] {
            assert_eq!(epoch(text.as_bytes()), None, "{text}");
        }
    }
}
