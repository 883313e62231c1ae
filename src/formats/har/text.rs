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

/// Bytes that are looked at together.
const STEP: usize = 16;

/// What a JSON string stands for; `None` for what is not one, and for the rarer escapes.
fn unescaped(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    let bytes = inside.as_bytes();
    let Some(mut at) = memchr::memchr(b'\\', bytes) else { return Some(inside.into()) };
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..at)?);
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            match bytes.get(at..at + STEP).and_then(|step| <&[u8; STEP]>::try_from(step).ok()) {
                Some(step) if !step.iter().fold(false, |found, b| found | (*b == b'\\')) => {
                    out.extend_from_slice(step);
                    at += STEP;
                }
                _ => {
                    out.push(*byte);
                    at += 1;
                }
            }
            continue;
        }
        let letter = *bytes.get(at + 1)?;
        at += 2;
        out.push(match letter {
            b'"' | b'\\' | b'/' => letter,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let c = char::from_u32(u32::from_str_radix(inside.get(at..at + 4)?, 16).ok()?)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at += 4;
                continue;
            }
            _ => return None,
        });
    }
    // The bodies stay; what the escapes took more must not.
    out.shrink_to_fit();
    String::from_utf8(out).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_stand_for_what_they_say() {
        assert_eq!(unescaped(r#""a\"\\\/\n\r\t\b\f\u00e9é""#).as_deref(), Some("a\"\\/\n\r\t\u{8}\u{c}éé"));
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
