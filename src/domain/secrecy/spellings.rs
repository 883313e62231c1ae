//! How encoders of addresses, JSON and HTML write the characters of a secret, once or one inside the other: `%2F`, `%252f`, `\/`,
//! `\u002F`, `\\\/`, `&#x2F;`, `&amp;`.

/// Of several escapes one inside the other, most signs that are read.
const DEEPEST: usize = 4;

/// What no encoder escapes.
pub(super) const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')
}

/// How many bytes at the beginning of a text write a secret, in whatever spelling; `None` if they do not. What is not plain at the
/// end of the secret may be left out, as the padding of base64 is.
pub(super) fn written(text: &str, secret: &str) -> Option<usize> {
    let end = secret.rfind(is_plain)?;
    let mut at = 0;
    for (place, c) in secret.char_indices() {
        match step(text.get(at..)?, c) {
            Some(length) => at += length,
            None if place > end => break,
            None => return None,
        }
    }
    Some(at)
}

/// The bytes at the beginning of a text that write a character.
fn step(text: &str, c: char) -> Option<usize> {
    let literal = || text.starts_with(c).then(|| c.len_utf8());
    if is_plain(c) {
        return literal();
    }
    let escaped = match text.as_bytes().first()? {
        b'%' => percent(text),
        b'\\' => backslash(text),
        b'&' => entity(text),
        b'+' => Some((' ', 1)),
        _ => None,
    };
    escaped.filter(|(found, _)| *found == c).map(|(_, length)| length).or_else(literal)
}

/// A character in UTF-8, each byte as `%XX`; `%25XX` where that was escaped once more.
fn percent(text: &str) -> Option<(char, usize)> {
    let (mut bytes, mut at) = (Vec::new(), 0);
    while bytes.len() < 4 {
        let mut rest = text.get(at..)?.strip_prefix('%')?;
        for _ in 0..DEEPEST {
            rest = rest.strip_prefix("25").filter(|rest| hex(rest, 2).is_some()).unwrap_or(rest);
        }
        bytes.push(u8::try_from(hex(rest, 2)?).ok()?);
        at = text.len() - rest.len() + 2;
        if let Some(c) = std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
            return Some((c, at));
        }
    }
    None
}

/// A character behind backslashes: itself, or by its number in UTF-16.
fn backslash(text: &str) -> Option<(char, usize)> {
    let rest = text.trim_start_matches('\\');
    let signs = text.len() - rest.len();
    let (c, length) = match rest.strip_prefix('u').and_then(|digits| hex(digits, 4)) {
        Some(first @ 0xd800..0xdc00) => {
            let second = rest.get(5..)?.trim_start_matches('\\');
            let between = rest.len() - 5 - second.len();
            let second = hex(second.strip_prefix('u')?, 4)?;
            let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            (char::decode_utf16(units).next()?.ok()?, 10 + between)
        }
        Some(unit) => (char::from_u32(unit)?, 5),
        None => {
            let c = rest.chars().next()?;
            let meant = match c {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\u{8}',
                'f' => '\u{c}',
                other => other,
            };
            (meant, c.len_utf8())
        }
    };
    // A backslash is written as two, and stands before what is escaped itself.
    if signs > 1 && (signs.is_multiple_of(2) || signs > DEEPEST) {
        return Some(('\\', 2));
    }
    Some((c, signs + length))
}

/// A character as HTML names or numbers it.
fn entity(text: &str) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];
    const LONGEST: usize = 10;
    let (inner, _) = text.get(1..)?.split_once(';').filter(|(inner, _)| inner.len() <= LONGEST)?;
    let length = inner.len() + 2;
    let number = inner.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    });
    let named = || NAMES.iter().find(|(name, _)| *name == inner).map(|(_, c)| *c);
    number.and_then(char::from_u32).or_else(named).map(|c| (c, length))
}

/// The number of some hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(..digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_secret_is_known_in_every_spelling() {
        let secret = "a/b+c&d é\"==";
        for text in [
            "a/b+c&d é\"==",
            r#"a\/b+c&d é\"=="#,
            r#"a\\\/b+c&d é\\\"=="#,
            r#"a\u002Fb\u002bc\u0026d \u00e9\"\u003d\u003d"#,
            "a%2Fb%2Bc%26d%20%C3%A9%22%3D%3D",
            "a/b%2bc%26d+%c3%a9%22%3d%3d",
            "a%252Fb%252Bc%2526d%2520%25C3%25A9%2522%253D%253D",
            "a&#x2F;b&#43;c&amp;d é&quot;&#x3D;&#x3D;",
        ] {
            assert_eq!(written(&format!("{text} is wrong"), secret), Some(text.len()), "{text}");
        }
        assert_eq!(written("a/b+c&e is wrong", secret), None);
        assert_eq!(written("ab/c is wrong", "ab/c=="), Some(4));
        assert_eq!(written(r"a\\b", r"a\b"), Some(4));
        assert_eq!(written(r"\ud83d\ude00x", "😀x"), Some(13));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_read_ends_in_the_text(text in "[%2Ffu0\\\\&#x;a/é]{0,24}", secret in "[a/%é&\\\\ ]{1,6}") {
            if let Some(length) = written(&text, &secret) {
                proptest::prop_assert!(text.is_char_boundary(length));
            }
        }
    }
}
