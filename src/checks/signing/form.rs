//! How a signature is written: hexadecimal or base64, whole, and encoded once.

use super::{proved, replacing};
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::placeholder::placeholder;
use crate::domain::request::RequestPart;
use crate::domain::signing::encoding::{Written, base64, from_base64, hex};
use crate::domain::signing::field::Field;
use crate::domain::signing::uri;

/// How a signature has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// In lower-case hexadecimal digits.
    Hex,
    /// In base64.
    Base64,
}

impl Due {
    const fn word(self) -> &'static str {
        match self {
            Self::Hex => "hexadecimal",
            Self::Base64 => "base64",
        }
    }
}

/// What is wrong with how a signature is written. It has to be this many bytes.
pub(super) fn fault(facts: &Facts, name: &str, field: &Field, due: Due, bytes: usize) -> Option<Finding> {
    let value = field.value.as_str();
    let fail = |message: String, text: &str| proved(Finding::fail(Strength::Contradiction, message), field, text);
    let again = || Fix::action("Compute the signature again and send it unchanged");
    if value.is_empty() {
        return Some(fail(format!("{name} is empty"), "empty").fixed_by(again()));
    }
    // What was put in its place by whoever wrote the example, or hid it, is another fault.
    if placeholder(value).is_some() || value.contains("***") || value.to_ascii_uppercase().contains("REDACTED") {
        return None;
    }
    let is_encoded = matches!(field.part, RequestPart::Line | RequestPart::Body);
    let is_whole =
        |text: &str| matches!((due, Written::of(text)), (Due::Base64, Written::Base64(n)) | (Due::Hex, Written::Hex(n)) if n == bytes);
    if is_whole(value) {
        return None;
    }
    if is_encoded && value.contains(' ') && is_whole(&value.replace(' ', "+")) {
        let message = format!("the + in {name} is not encoded: the server reads a space");
        let fix = replacing(facts, field, &uri::encode(&value.replace(' ', "+")), "Write the + as %2B");
        return Some(fail(message, "a + that is read as a space").fixed_by(fix));
    }
    if value.contains('%') && is_whole(&uri::decode(value)) {
        let (often, right) =
            if is_encoded { ("twice", uri::encode(&uri::decode(value))) } else { ("where nothing decodes it", uri::decode(value)) };
        let fix = replacing(facts, field, &right, "Remove the extra percent-encoding");
        return Some(fail(format!("{name} is percent-encoded {often}"), "percent-encoded").fixed_by(fix));
    }
    if facts.context.password.as_deref() == Some(value) {
        return Some(
            fail(format!("{name} is the secret itself"), "the secret").fixed_by(Fix::action("Replace the secret and send its keyed hash")),
        );
    }
    let encoded = |text: String| if is_encoded { uri::encode(&text) } else { text };
    let (message, fix) = match (due, Written::of(value)) {
        (Due::Hex, Written::Base64(n)) if n == bytes => {
            let right = from_base64(value).map(|bytes| hex(&bytes))?;
            (format!("{name} is base64, and hexadecimal is due"), replacing(facts, field, &right, "Write the signature in hexadecimal"))
        }
        (Due::Hex, Written::UpperHex(n)) if n == bytes => {
            let message = format!("{name} is in capital letters, and is compared with lower-case ones");
            (message, replacing(facts, field, &value.to_ascii_lowercase(), "Write the signature in lower case"))
        }
        (Due::Base64, Written::Hex(n) | Written::UpperHex(n)) if n == bytes => {
            let digits = value.as_bytes().chunks(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            let right = encoded(base64(&digits.collect::<Vec<_>>()));
            (format!("{name} is hexadecimal, and base64 is due"), replacing(facts, field, &right, "Write the signature in base64"))
        }
        (Due::Base64, Written::Base64(n))
            if n == 2 * bytes && from_base64(value).is_some_and(|text| text.iter().all(u8::is_ascii_hexdigit)) =>
        {
            (format!("{name} is base64 of hexadecimal digits, and not of the {bytes} bytes themselves"), again())
        }
        (_, Written::Base64(n) | Written::Hex(n) | Written::UpperHex(n)) => {
            (format!("{name} has {n} bytes, and the keyed hash has {bytes}: it was cut, or is another value"), again())
        }
        (_, Written::Other) => (format!("{name} is no {} text of {bytes} bytes", due.word()), again()),
    };
    Some(fail(message, "the signature").fixed_by(fix))
}
