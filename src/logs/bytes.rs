//! Small readers of bytes that all formats use.

use std::borrow::Cow;

use memchr::{memchr, memrchr};

use super::line::{ABSENT, Field};

/// The value of decimal digits; `None` for anything else or a number that is too large.
pub fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0u64, |sum, &byte| byte.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0'))))
}

/// A status of three digits. Where there was no answer, servers write `-`, `0`, `000` or `-1`: all are 0.
pub fn status(text: &[u8]) -> Option<u16> {
    match text {
        b"-" | b"0" | b"000" | b"-1" => Some(0),
        [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
        }
        _ => None,
    }
}

/// The first place of a byte. Most values of a log are short: eight bytes at once find their end before a call of `memchr` has
/// started, and only what is longer is left to that. (Inlined also where the program is built for size.)
#[inline(always)]
pub fn find(byte: u8, text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    const WORDS: usize = 5;
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().take(WORDS).enumerate() {
        // The lowest byte that is zero gets its top bit set.
        let differs = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
        let found = differs.wrapping_sub(ONES) & !differs & TOPS;
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    if words.len() <= WORDS {
        return Some(words.len() * 8 + rest.iter().position(|other| *other == byte)?);
    }
    Some(WORDS * 8 + memchr(byte, text.get(WORDS * 8..)?)?)
}

/// The text before the first `stop` and the text after it.
pub fn split(text: &[u8], stop: u8) -> Option<(&[u8], &[u8])> {
    split_at(text, find(stop, text)?)
}

/// The text before the last `stop` and the text after it.
pub fn split_last(text: &[u8], stop: u8) -> Option<(&[u8], &[u8])> {
    split_at(text, memrchr(stop, text)?)
}

/// The text before a place and the text after the byte there.
fn split_at(text: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The field, or none where servers write `-` for it.
pub fn field(text: &[u8]) -> Field<'_> {
    if text == b"-" { ABSENT } else { Cow::Borrowed(text) }
}

/// The first place of a quote that no backslash escapes, from `from`.
pub fn closing_quote(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += find(b'"', text.get(at..)?)?;
        let before = text.get(from..at).unwrap_or_default();
        let escapes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some(at);
        }
        at += 1;
    }
}

/// Method and target of a request line (`GET /a?b HTTP/1.1`); `None` for what is none, such as the first bytes of a TLS connection.
pub fn request_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (method, rest) = split(text, b' ')?;
    if method.is_empty() || method.len() > 20 || !method.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'-') {
        return None;
    }
    let target = match rest {
        [target @ .., b' ', b'H', b'T', b'T', b'P', b'/', _, b'.', _] => target,
        _ => match split_last(rest, b' ') {
            Some((target, version)) if version.starts_with(b"HTTP/") => target,
            _ => rest,
        },
    };
    (!target.is_empty()).then_some((method, target))
}

/// An address without its port: `[2001:db8::1]:80`, `10.0.0.1:80`. Where an address always has a port (`has_port`), it can also
/// stand behind an IPv6 address without brackets, as in `2001:db8::1:80`.
pub fn without_port(text: &[u8], has_port: bool) -> &[u8] {
    if let Some(inside) = text.strip_prefix(b"[") {
        return split(inside, b']').map_or(inside, |(address, _)| address);
    }
    match split_last(text, b':') {
        Some((address, _)) if has_port || !address.contains(&b':') => address,
        _ => text,
    }
}

/// Whether an address belongs to a private network, so that it is rather a proxy's than a client's.
pub fn is_private(address: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(address) else { return false };
    match text.parse() {
        Ok(std::net::IpAddr::V4(v4)) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        Ok(std::net::IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        Err(_) => false,
    }
}

/// Whether a text is an address, with or without a port.
pub fn is_address(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(without_port(text, false)) else { return false };
    text.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_at_what_is_none_and_never_overflow() {
        assert_eq!((number(b"2326"), number(b"0")), (Some(2326), Some(0)));
        for text in ["", "-", "-5", "1x", "99999999999999999999999"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!((status(b"401"), status(b"-"), status(b"-1"), status(b"000")), (Some(401), Some(0), Some(0), Some(0)));
        for text in ["", "40", "4011", "-401", "4x1", "99999999999999999999"] {
            assert_eq!(status(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_is() {
        for length in 0..100 {
            assert_eq!(find(b'x', &vec![b'y'; length]), None);
            for at in 0..length {
                let mut text = vec![b'y'; length];
                text[at..].fill(b'x');
                assert_eq!(find(b'x', &text), Some(at), "{at} of {length}");
            }
        }
        assert_eq!(find(0x80, &[0, 1, 0x7f, 0x81, 0xff, 0x80, 0x80]), Some(5));
    }

    #[test]
    fn a_request_line_has_method_and_target() {
        assert_eq!(request_line(b"GET /a b HTTP/1.1"), Some((&b"GET"[..], &b"/a b"[..])));
        assert_eq!(request_line(b"GET /"), Some((&b"GET"[..], &b"/"[..])));
        assert_eq!(request_line(b"M-SEARCH * HTTP/1.1"), Some((&b"M-SEARCH"[..], &b"*"[..])));
        for none in ["-", "", "\\x16\\x03\\x01 a", "GET ", "t3 12.1.2"] {
            assert_eq!(request_line(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn an_escaped_quote_closes_nothing() {
        assert_eq!(closing_quote(br#"a\"b"c"#, 0), Some(4));
        assert_eq!(closing_quote(br#"a\\"c"#, 0), Some(3));
        assert_eq!(closing_quote(br#"a\"#, 0), None);
    }

    #[test]
    fn ports_are_cut_off_addresses() {
        for (text, has_port, address) in [
            ("10.0.0.1:80", false, "10.0.0.1"),
            ("10.0.0.1", false, "10.0.0.1"),
            ("[2001:db8::1]:443", false, "2001:db8::1"),
            ("2001:db8::1", false, "2001:db8::1"),
            ("2001:db8::1:33317", true, "2001:db8::1"),
            ("::ffff:10.0.0.1:80", true, "::ffff:10.0.0.1"),
        ] {
            assert_eq!(without_port(text.as_bytes(), has_port), address.as_bytes(), "{text}");
        }
        assert!(is_private(b"10.1.2.3") && is_private(b"fd00::1") && !is_private(b"203.0.113.7") && !is_private(b"unix:"));
        assert!(is_address(b"10.1.2.3:80") && is_address(b"2001:db8::1") && !is_address(b"joe"));
    }
}
