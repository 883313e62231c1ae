//! The text of a body: JSON inside a JSON string has an escape every few bytes, for which serde_json's reader is not made.

use std::borrow::Cow;

use serde::de::{Deserialize as _, Deserializer, Error as _};
use serde_json::value::RawValue;

/// Reads a string, or `null`.
///
/// # Errors
/// Anything else.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    let Some(raw) = Option::<&'de RawValue>::deserialize(deserializer)? else { return Ok(None) };
    match unescaped(raw.get()) {
        Some(text) => Ok(Some(text)),
        // Half of a surrogate pair, or no string at all.
        None => serde_json::from_str::<String>(raw.get()).map(|text| Some(text.into())).map_err(D::Error::custom),
    }
}

/// Bytes that are examined together: most escapes are too close to each other for a search to pay off.
const STEP: usize = 8;

/// The value of a JSON string; `None` for what is not one, and for the rarer escapes.
fn unescaped(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    let bytes = inside.as_bytes();
    if memchr::memchr(b'\\', bytes).is_none() {
        return Some(inside.into());
    }
    let mut out = vec![0; bytes.len()];
    let (mut at, mut end) = (0, 0);
    while at < bytes.len() {
        if let Some(step) = bytes.get(at..at + STEP).and_then(|step| <[u8; STEP]>::try_from(step).ok()) {
            // All of them are copied, and what comes next is written over those after an escape: to copy just those before
            // it takes many steps instead of one.
            out.get_mut(end..end + STEP)?.copy_from_slice(&step);
            let plain = before_backslash(step);
            (at, end) = (at + plain, end + plain);
            if plain == STEP {
                continue;
            }
        }
        let byte = *bytes.get(at)?;
        at += 1;
        let meant = match byte {
            b'\\' => {
                let letter = *bytes.get(at)?;
                at += 1;
                match letter {
                    b'"' | b'\\' | b'/' => letter,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    b'u' => {
                        let c = char::from_u32(u32::from_str_radix(inside.get(at..at + 4)?, 16).ok()?)?;
                        let wide = c.len_utf8();
                        c.encode_utf8(out.get_mut(end..end + wide)?);
                        (at, end) = (at + 4, end + wide);
                        continue;
                    }
                    _ => return None,
                }
            }
            plain => plain,
        };
        *out.get_mut(end)? = meant;
        end += 1;
    }
    out.truncate(end);
    // The bodies stay; what the escapes took more must not.
    out.shrink_to_fit();
    String::from_utf8(out).ok().map(Cow::Owned)
}

/// How many bytes precede the first backslash.
fn before_backslash(step: [u8; STEP]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; STEP]);
    // Zero where a backslash is; of several, the highest bit of the first is found (H. S. Warren, Hacker's Delight, 6-1).
    let bytes = u64::from_le_bytes(step) ^ (ONES * b'\\' as u64);
    let zeros = bytes.wrapping_sub(ONES) & !bytes & (ONES << 7);
    zeros.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_stand_for_what_they_say() {
        assert_eq!(unescaped(r#""a\"\\\/\n\r\t\b\f\u00e9é""#).as_deref(), Some("a\"\\/\n\r\t\u{8}\u{c}éé"));
        let long = r#""eight by\"tes\\\\ and more than eight\u0041""#;
        assert_eq!(unescaped(long).as_deref(), Some("eight by\"tes\\\\ and more than eightA"));
        for other in ["5", "\"", r#""\ud83d""#, r#""\x""#] {
            assert_eq!(unescaped(other), None, "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn it_reads_what_serde_json_wrote(text in r#"(["\\/\n\ta-cé\u{1}\u{1f600}]|abcdefghijklmnopq){0,12}"#) {
            let raw = serde_json::to_string(&text).unwrap_or_default();
            let read = unescaped(&raw);
            prop_assert_eq!(read.as_deref(), Some(text.as_str()));
        }
    }
}
