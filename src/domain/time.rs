//! Moments and lengths of time as people read them.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// Reads an RFC 3339 moment (`2026-11-23T04:10:30Z`).
pub fn rfc3339(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

/// Reads an HTTP date in any of the three forms of RFC 9110 section 5.6.7.
pub fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text.trim()).ok()?).ok()
}

/// Whole seconds since the epoch as a moment; `None` outside the years that can be written.
pub fn from_seconds(seconds: f64) -> Option<Timestamp> {
    if !seconds.is_finite() || seconds.abs() > 253_402_207_200.0 {
        return None;
    }
    Timestamp::from_millisecond((seconds * 1000.0) as i64).ok()
}

/// Seconds from `a` to `b`; negative when `b` is earlier.
pub fn seconds_between(a: Timestamp, b: Timestamp) -> f64 {
    (b.as_millisecond() - a.as_millisecond()) as f64 / 1000.0
}

/// A length of time in its two largest units: `3 h 12 min`, `45 s`, `2 d 4 h`.
pub fn human(seconds: f64) -> String {
    let total = seconds.abs().round() as u64;
    const UNITS: [(u64, &str); 5] = [(31_557_600, "y"), (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut parts = Vec::new();
    let mut rest = total;
    for (size, unit) in UNITS {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "0 s".into() } else { parts.join(" ") }
}

/// The moment without fractions of a second: `2026-11-23T04:10:30Z`.
pub fn short(moment: Timestamp) -> String {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment).to_string()
}

/// The time of day alone, in UTC: `04:10:30Z`.
pub fn clock(moment: Timestamp) -> String {
    short(moment).split_once('T').map_or_else(String::new, |(_, t)| t.to_string())
}

/// A duration as people write it: `90m`, `2h`, `3d`, `+1h 30m`, or ISO 8601. A day has 24 hours.
pub fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.trim().parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_as_people_write_it() {
        for (text, seconds) in
            [("90m", 5_400), ("2h", 7_200), ("3d", 259_200), ("+1h", 3_600), ("-5m", -300), ("1h30m", 5_400), ("PT1H", 3_600)]
        {
            assert_eq!(duration(text).map(|read| read.as_secs()), Some(seconds), "{text}");
        }
        for text in ["", "5", "-", "yesterday", "99999999999999999999d", "1 month"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_read_in_two_units() {
        assert_eq!(human(11_531.0), "3 h 12 min");
        assert_eq!(human(45.2), "45 s");
        assert_eq!(human(86_400.0), "1 d");
        assert_eq!(human(0.0), "0 s");
    }

    #[test]
    fn dates_of_both_kinds() {
        assert_eq!(rfc3339("2026-11-23T04:10:30Z"), http_date("Mon, 23 Nov 2026 04:10:30 GMT"));
    }
}
