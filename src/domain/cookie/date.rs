//! The dates of `Expires`, read as browsers do.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a cookie date with the lax algorithm of RFC 6265bis section 5.1.1: order, day name and zone do not matter.
pub fn cookie_date(text: &str) -> Option<Timestamp> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|t| !t.is_empty()) {
        if time.is_none()
            && let Some(read) = read_time(token)
        {
            time = Some(read);
        } else if day.is_none()
            && let Some(read) = leading_number(token, 1, 2)
        {
            day = Some(read);
        } else if month.is_none()
            && let Some(read) = read_month(token)
        {
            month = Some(read);
        } else if year.is_none()
            && let Some(read) = leading_number(token, 2, 4)
        {
            year = Some(read);
        }
    }
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        full => full,
    };
    if year < 1601 {
        return None;
    }
    let (hour, minute, second) = time?;
    let date = Date::new(i16::try_from(year).ok()?, month?, i8::try_from(day?).ok()?).ok()?;
    // Seconds up to 60 are read, as in RFC 9110; a leap second counts as the second before.
    let moment = jiff::civil::Time::new(hour, minute, second.min(59), 0).ok()?;
    TimeZone::UTC.to_timestamp(date.to_datetime(moment)).ok()
}

/// `delimiter` of the grammar: everything but letters, digits, the colon and what is not ASCII.
fn is_delimiter(c: char) -> bool {
    matches!(c, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

fn read_time(token: &str) -> Option<(i8, i8, i8)> {
    let mut fields = token.splitn(3, ':');
    let (hour, minute, second) = (fields.next()?, fields.next()?, fields.next()?);
    let whole = |field: &str| (1..=2).contains(&field.len()).then(|| field.parse::<i8>().ok()).flatten();
    let (hour, minute) = (whole(hour)?, whole(minute)?);
    let second = i8::try_from(leading_number(second, 1, 2)?).ok()?;
    (hour <= 23 && minute <= 59 && second <= 60).then_some((hour, minute, second))
}

fn read_month(token: &str) -> Option<i8> {
    let start = token.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|m| *m == start).and_then(|at| i8::try_from(at + 1).ok())
}

/// A number of `least` to `most` digits that is followed by anything but a further digit.
fn leading_number(token: &str, least: usize, most: usize) -> Option<u32> {
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most).contains(&digits).then(|| token[..digits].parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        cookie_date(text).map_or_else(|| "none".into(), |t| t.to_string())
    }

    #[test]
    fn the_forms_that_servers_send() {
        for text in ["Mon, 07 Dec 2026 08:17:45 GMT", "Monday, 07-Dec-26 08:17:45 GMT", "Mon Dec  7 08:17:45 2026", "7 dec 2026 8:17:45"] {
            assert_eq!(read(text), "2026-12-07T08:17:45Z", "{text}");
        }
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), "1970-01-01T00:00:00Z");
        assert_eq!(read("Thu, 01-Jan-70 00:00:00 GMT"), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "0",
            "-1",
            "session",
            "2026-12-07T08:17:45Z",
            "07 Dec 2026",
            "31 Feb 2026 00:00:00",
            "1 Jan 1600 00:00:00",
            "1 Jan 2026 24:00:00",
        ] {
            assert_eq!(read(text), "none", "{text}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}") {
            let _ = cookie_date(&text);
        }
    }
}
