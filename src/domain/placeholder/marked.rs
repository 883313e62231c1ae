//! Values with the signs of a variable or an example around them, wholly or in part.

/// A name with one brace alone is not longer than this: more may be a secret.
const LONGEST_HALF: usize = 24;

/// A variable with one brace missing, by its looks. A short password may look the same.
pub(super) fn half(text: &str) -> Option<&'static str> {
    let is_name = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
    let is_half = |name: &str| is_name(name) && name.len() <= LONGEST_HALF && !name.starts_with("eyJ");
    if ["{{", "${", "{"].iter().find_map(|open| text.strip_prefix(open)).is_some_and(|name| is_half(name.trim_start())) {
        return Some("a variable whose closing brace is missing");
    }
    let before = ["}}", "}"].iter().find_map(|close| text.strip_suffix(close));
    before.is_some_and(|name| is_half(name.trim_end())).then_some("a variable whose opening brace is missing")
}

/// A key between the signs of a variable or an example: `<R8sK29…>`, `${R8sK29…}`. What is in them is secret.
pub(super) fn around_key(text: &str) -> Option<&'static str> {
    is_marked_key(text).then_some("the signs of a variable or an example were left around what looks like a real value")
}

/// Longer texts are no key.
const LONGEST_KEY: usize = 1024;

/// True for a key between such signs: letters and digits change more often in it than in a name.
pub(super) fn is_marked_key(text: &str) -> bool {
    let inner = || match text.as_bytes().first() {
        Some(b'<') => text.strip_prefix('<')?.strip_suffix('>'),
        Some(b'[') => text.strip_prefix('[')?.strip_suffix(']'),
        Some(b'{') => text.strip_prefix('{')?.strip_suffix('}'),
        Some(b'$') => text.strip_prefix('$').map(|name| name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name)),
        _ => None,
    };
    let changes = |part: &[u8]| part.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let is_key = |part: &[u8]| part.len() >= 16 && changes(part) >= 4;
    let is_of_key = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':' | b'.');
    text.len() <= LONGEST_KEY
        && inner().is_some_and(|inner| {
            inner.bytes().all(is_of_key) && !inner.starts_with("eyJ") && inner.as_bytes().split(|b| !b.is_ascii_alphanumeric()).any(is_key)
        })
}
