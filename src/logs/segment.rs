//! One segment of a path: whether it names one resource or a kind of them.

use memchr::memchr;

/// What stands for one resource.
pub const ID: &[u8] = b":id";

/// What a byte of a path is.
pub mod class {
    pub const DIGIT: u8 = 1;
    pub const LOWER: u8 = 2;
    pub const UPPER: u8 = 4;
    /// A letter that is no hexadecimal digit.
    pub const BEYOND_F: u8 = 8;
    pub const DASH: u8 = 16;
    pub const DOT: u8 = 32;
    pub const OTHER: u8 = 64;
    /// A percent sign or an at sign.
    pub const SPECIAL: u8 = 128;
    /// The end of a segment.
    pub const END: u8 = 0;
}

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [class::OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => class::DIGIT,
            b'a'..=b'f' => class::LOWER,
            b'g'..=b'z' => class::LOWER | class::BEYOND_F,
            b'A'..=b'F' => class::UPPER,
            b'G'..=b'Z' => class::UPPER | class::BEYOND_F,
            b'-' | b'_' => class::DASH,
            b'.' => class::DOT,
            b'%' | b'@' => class::SPECIAL,
            b'/' | b'?' | b'#' | b';' => class::END,
            _ => class::OTHER,
        };
        byte += 1;
    }
    classes
}

/// What a segment is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Makeup {
    pub classes: u8,
    pub digits: usize,
    pub length: usize,
}

impl Makeup {
    /// Of the text up to the end of the segment.
    pub fn of(text: &[u8]) -> Self {
        let mut makeup = Makeup::default();
        for byte in text {
            let class = CLASSES[usize::from(*byte)];
            if class == class::END {
                break;
            }
            makeup.classes |= class;
            makeup.digits += usize::from(class & class::DIGIT);
            makeup.length += 1;
        }
        makeup
    }

    /// Nothing else is in it.
    fn is_only(self, classes: u8) -> bool {
        self.classes & !classes == 0
    }
}

/// Writes a segment, or what stands for it.
pub fn put(segment: &[u8], makeup: Makeup, out: &mut Vec<u8>) {
    if is_id(segment, makeup) {
        out.extend_from_slice(ID);
        return;
    }
    let dot = if makeup.classes & class::DOT == 0 { None } else { segment.iter().rposition(|byte| *byte == b'.') };
    if let Some((stem, extension)) = dot.and_then(|dot| segment.split_at_checked(dot))
        && is_extension(extension)
        && is_id(stem, Makeup::of(stem))
    {
        out.extend_from_slice(ID);
        out.extend_from_slice(extension);
        return;
    }
    out.extend_from_slice(segment);
}

/// `.json`, `.mp4`.
fn is_extension(text: &[u8]) -> bool {
    let [b'.', first, rest @ ..] = text else { return false };
    first.is_ascii_alphabetic() && rest.len() < 5 && rest.iter().all(u8::is_ascii_alphanumeric)
}

fn is_id(segment: &[u8], makeup: Makeup) -> bool {
    use class::{BEYOND_F, DASH, DIGIT, DOT, LOWER, UPPER};
    let Makeup { classes, digits, length } = makeup;
    if digits == 0 {
        return false;
    }
    if makeup.is_only(DIGIT) {
        return true;
    }
    if makeup.is_only(DIGIT | LOWER | UPPER | BEYOND_F | DASH) {
        let is_hex = classes & BEYOND_F == 0;
        let has_dash = classes & DASH != 0;
        let is_mixed = classes & LOWER != 0 && classes & UPPER != 0;
        return (is_hex && !has_dash && length >= 8)
            || (is_hex && length >= 16 && digits >= 4)
            || (length >= 16 && is_mixed && digits >= 2)
            || (length >= 16 && !has_dash && digits >= 3)
            || (length >= 32 && !has_dash)
            || is_numbered(segment)
            || is_date(segment);
    }
    if makeup.is_only(DIGIT | DOT) {
        return segment.iter().filter(|byte| **byte == b'.').count() == 3;
    }
    is_date(segment)
        || (segment.starts_with(b"eyJ") && length >= 16 && makeup.is_only(DIGIT | LOWER | UPPER | BEYOND_F | DASH | DOT))
        || (length >= 16 && digits >= 2 && classes & LOWER != 0 && classes & UPPER != 0 && is_base64(segment))
        || segment.iter().all(|byte| byte.is_ascii_digit() || *byte == b',')
}

/// `PROJ-123`, `order_10042`, `-1`: letters, one dash or underscore, and a number (of three digits or more behind letters).
fn is_numbered(segment: &[u8]) -> bool {
    let dash = segment.iter().position(|byte| matches!(byte, b'-' | b'_'));
    let Some((word, number)) = dash.and_then(|dash| Some((segment.get(..dash)?, segment.get(dash + 1..)?))) else { return false };
    let least = if word.is_empty() { 1 } else { 3 };
    word.iter().all(u8::is_ascii_alphabetic) && number.len() >= least && number.iter().all(u8::is_ascii_digit)
}

/// `2024-05-13`, `2024-05`, `2024-05-13T12:00:00Z`.
fn is_date(segment: &[u8]) -> bool {
    let [a, b, c, d, b'-', e, f, ..] = segment else { return false };
    [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit())
        && segment.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z' | b'+'))
}

fn is_base64(segment: &[u8]) -> bool {
    segment.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+' | b'~'))
}

/// `ann@example.com`, also with `%40`.
pub fn is_email(segment: &[u8]) -> bool {
    let at = memchr(b'@', segment).map(|at| (at, 1)).or_else(|| memchr::memmem::find(segment, b"%40").map(|at| (at, 3)));
    let Some((name, host)) = at.and_then(|(at, length)| Some((segment.get(..at)?, segment.get(at + length..)?))) else { return false };
    let is_plain = |text: &[u8]| !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_+%".contains(byte));
    is_plain(name) && is_plain(host) && host.contains(&b'.')
}
