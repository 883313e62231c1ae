//! The values of `{{$guid}}`, `{{$timestamp}}`, `{{$datetime …}}` and their kin, drawn from values that are passed in,
//! so that the same text resolves to the same request until the caller says otherwise.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

/// What system variables draw from.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// The clock.
    pub now: Timestamp,
    /// Seconds to add to UTC for `{{$localDatetime}}`.
    pub utc_offset: i32,
    /// Where `{{$guid}}` and `{{$randomInt}}` start. A new one makes new values.
    pub seed: u64,
    /// What the user let be read of the program's environment, by name; `None` for what is not set in it. It holds secrets that
    /// no request was given, so nothing else of it is read.
    pub process: Arc<BTreeMap<String, Option<String>>>,
    /// What was read of the system's keyring for a send, by the name of the entry.
    pub keyring: Arc<BTreeMap<String, String>>,
}

impl System {
    /// The same at another moment, with new random values.
    #[must_use]
    pub fn drawn_at(self, now: Timestamp) -> Self {
        Self { now, seed: now.as_nanosecond() as u64, ..self }
    }

    /// The value of a variable; `drawn` counts the draws within one text.
    pub(super) fn draw(&self, name: &str, arguments: &str, drawn: u64) -> Result<String, String> {
        // JetBrains writes `$random.integer(1, 10)`, REST Client `$randomInt 1 10`.
        let (name, arguments) = match name.split_once('(') {
            Some((name, first)) => (name, format!("{first} {arguments}").trim_end().trim_end_matches(')').replace(',', " ")),
            None => (name, arguments.to_string()),
        };
        let arguments = arguments.trim();
        let words: Vec<&str> = arguments.split_whitespace().collect();
        match name {
            "guid" | "uuid" | "random.uuid" | "randomUUID" => Ok(self.guid(drawn)),
            "date" if words.is_empty() => Ok(self.now.strftime("%Y-%m-%d").to_string()),
            "random.float" => self.float(&words, drawn),
            "random.alphabetic" => self.letters(&words, drawn, b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "random.alphanumeric" => self.letters(&words, drawn, b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
            "random.hexadecimal" => self.letters(&words, drawn, b"0123456789abcdef"),
            "random.numeric" => self.letters(&words, drawn, b"0123456789"),
            "random.email" => Ok(format!("{}@example.com", self.letters(&["10"], drawn, b"abcdefghijklmnopqrstuvwxyz")?)),
            "index" => Err("counts the rounds of a request that other tools repeat, which is not done here".into()),
            "input" | "prompt" | "pick" => Err("is asked for on sending by other tools, which is not done here".into()),
            "aadToken" | "aadV2Token" | "oidcAccessToken" => {
                Err("is a token that other tools get on sending; # @auth says how to get one here".into())
            }
            "exec" => Err("is what a program prints, which is not run here".into()),
            "timestamp" => Ok(self.moment(&words)?.as_second().to_string()),
            "isoTimestamp" => Ok(self.now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()),
            "datetime" => self.date(arguments, Offset::UTC),
            "localDatetime" => self.date(arguments, Offset::from_seconds(self.utc_offset).unwrap_or(Offset::UTC)),
            "randomInt" | "random.integer" => self.integer(&words, drawn),
            _ => Err("is not a known variable".into()),
        }
    }

    /// SplitMix64: enough for identifiers that may be guessable.
    fn random(&self, drawn: u64) -> u64 {
        let mut z = self.seed.wrapping_add(drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// RFC 9562 version 4.
    fn guid(&self, drawn: u64) -> String {
        let (high, low) = (self.random(drawn.wrapping_mul(2)), self.random(drawn.wrapping_mul(2).wrapping_add(1)));
        let high = high & !0xf000 | 0x4000;
        let low = low & !(0b11 << 62) | 0b10 << 62;
        format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff)
    }

    fn integer(&self, words: &[&str], drawn: u64) -> Result<String, String> {
        let (low, high) = match words {
            [] => (0, 1000),
            [low, high] => match (low.parse::<i64>(), high.parse::<i64>()) {
                (Ok(low), Ok(high)) if low < high => (low, high),
                _ => return Err("needs two whole numbers, the smaller one first".into()),
            },
            _ => return Err("needs two whole numbers".into()),
        };
        let width = high.abs_diff(low);
        Ok(low.wrapping_add_unsigned(self.random(drawn) % width).to_string())
    }

    /// As many characters as are asked for, one without a number.
    fn letters(&self, words: &[&str], drawn: u64, from: &[u8]) -> Result<String, String> {
        let wanted: u64 = match words {
            [] => 1,
            [count] => count.parse().ok().filter(|count| *count <= 1024).ok_or("needs a number up to 1024")?,
            _ => return Err("needs one number".into()),
        };
        let letter = |at: u64| {
            let number = self.random(drawn.wrapping_mul(1031).wrapping_add(at)) % from.len() as u64;
            usize::try_from(number).ok().and_then(|number| from.get(number)).map(|b| char::from(*b))
        };
        Ok((0..wanted).filter_map(letter).collect())
    }

    fn float(&self, words: &[&str], drawn: u64) -> Result<String, String> {
        let (low, high) = match words {
            [] => (0.0, 1000.0),
            [low, high] => match (low.parse::<f64>(), high.parse::<f64>()) {
                (Ok(low), Ok(high)) if low < high && low.is_finite() && high.is_finite() => (low, high),
                _ => return Err("needs two numbers, the smaller one first".into()),
            },
            _ => return Err("needs two numbers".into()),
        };
        let share = (self.random(drawn) >> 11) as f64 / (1u64 << 53) as f64;
        Ok(format!("{:.3}", low + share * (high - low)))
    }

    /// The clock, moved by `-3 d` and the like.
    fn moment(&self, words: &[&str]) -> Result<Timestamp, String> {
        let [amount, unit] = words else { return Ok(self.now) };
        let amount: i64 = amount.parse().map_err(|_| format!("has {amount:?} where a whole number should be"))?;
        let zoned = self.now.to_zoned_datetime(TimeZone::UTC);
        let span = jiff::Span::new();
        let span = match *unit {
            "y" => span.try_years(amount),
            "M" => span.try_months(amount),
            "w" => span.try_weeks(amount),
            "d" => span.try_days(amount),
            "h" => span.try_hours(amount),
            "m" => span.try_minutes(amount),
            "s" => span.try_seconds(amount),
            "ms" => span.try_milliseconds(amount),
            _ => return Err(format!("has {unit:?} where y, M, w, d, h, m, s or ms should be")),
        };
        let moved = span.and_then(|span| zoned.checked_add(span));
        moved.map(|zoned| zoned.timestamp()).map_err(|_| "leaves the years that can be written".into())
    }

    /// `rfc1123`, `iso8601`, or a quoted pattern; then an optional offset.
    fn date(&self, arguments: &str, offset: Offset) -> Result<String, String> {
        let (pattern, rest) = match arguments.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = arguments.get(1..).unwrap_or_default();
                inside.split_once(quote).ok_or("has a pattern without its closing quote")?
            }
            _ => arguments.split_once(char::is_whitespace).unwrap_or((arguments, "")),
        };
        let words: Vec<&str> = rest.split_whitespace().collect();
        let zoned = self.moment(&words)?.to_zoned_datetime(offset.to_time_zone());
        match pattern {
            "rfc1123" => {
                let zone = if offset == Offset::UTC { "GMT" } else { "%z" };
                Ok(zoned.strftime(&format!("%a, %d %b %Y %H:%M:%S {zone}")).to_string())
            }
            "iso8601" if offset == Offset::UTC => Ok(zoned.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()),
            "iso8601" => Ok(zoned.strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()),
            "" => Err("needs rfc1123, iso8601 or a pattern in quotes".into()),
            pattern => Ok(by_pattern(&zoned, pattern)),
        }
    }
}

/// The patterns of REST Client (Day.js) and Java alike: `YYYY-MM-DD HH:mm:ss`. Other letters stay.
fn by_pattern(zoned: &ZonedDateTime, pattern: &str) -> String {
    const TOKENS: [(&str, &str); 19] = [
        ("YYYY", "%Y"),
        ("yyyy", "%Y"),
        ("YY", "%y"),
        ("MMMM", "%B"),
        ("MMM", "%b"),
        ("MM", "%m"),
        ("dddd", "%A"),
        ("ddd", "%a"),
        ("DD", "%d"),
        ("dd", "%d"),
        ("HH", "%H"),
        ("hh", "%I"),
        ("mm", "%M"),
        ("SSS", "%3f"),
        ("ss", "%S"),
        ("ZZ", "%z"),
        ("Z", "%:z"),
        ("A", "%p"),
        ("X", "%s"),
    ];
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix(['[', '\''])
            && let Some((text, after)) = quoted.split_once([']', '\''])
        {
            out.push_str(text);
            rest = after;
            continue;
        }
        match TOKENS.iter().find(|(token, _)| rest.starts_with(token)) {
            Some((token, format)) => {
                out.push_str(&zoned.strftime(format).to_string());
                rest = rest.get(token.len()..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> System {
        System { now: "2026-11-23T04:10:30.25Z".parse().unwrap_or_default(), utc_offset: 3600, seed: 7, ..System::default() }
    }

    #[test]
    fn dates_in_every_form() {
        let draw = |name: &str, arguments: &str| system().draw(name, arguments, 1).unwrap_or_else(|e| e);
        assert_eq!(draw("timestamp", ""), "1795407030");
        assert_eq!(draw("timestamp", "-1 d"), "1795320630");
        assert_eq!(draw("datetime", "rfc1123"), "Mon, 23 Nov 2026 04:10:30 GMT");
        assert_eq!(draw("datetime", "iso8601 1 y"), "2027-11-23T04:10:30.250Z");
        assert_eq!(draw("localDatetime", "iso8601"), "2026-11-23T05:10:30.250+01:00");
        assert_eq!(draw("datetime", "\"YYYY-MM-DD[T]HH:mm\" 2 h"), "2026-11-23T06:10");
        assert_eq!(draw("timestamp", "9999999999999 y"), "leaves the years that can be written");
    }

    #[test]
    fn the_same_seed_gives_the_same_values() {
        let guid = |drawn| system().draw("guid", "", drawn).unwrap_or_default();
        assert_eq!(guid(1), guid(1));
        assert_ne!(guid(1), guid(2));
        assert_eq!((guid(1).len(), guid(1).as_bytes()[14]), (36, b'4'));
        let number: i64 = system().draw("randomInt", "5 10", 3).unwrap_or_default().parse().unwrap_or(-1);
        assert!((5..10).contains(&number));
    }
}
