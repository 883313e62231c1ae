//! Signatures in headers of their own, as exchanges and webhooks have them: `assets/signing.toml` says which.

use jiff::Timestamp;

use super::form::{self, Due};
use super::table::{Digits, Family, KeyForm, TABLE, Unit};
use super::{proved, whole_body};
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::request::RequestPart;
use crate::domain::signing::encoding::{base64, from_base64, hex};
use crate::domain::signing::field::{self, Field, header};
use crate::domain::time;

/// The family whose signature the request carries.
pub(super) fn of(facts: &Facts) -> Option<&'static Family> {
    let of_header = || TABLE.headers.iter().filter(|family| facts.request.headers.has(&family.signature));
    // Of several hashes in one header the form of the value tells which it is.
    of_header().find(|family| written(facts, family).is_none()).or_else(|| of_header().next())
}

/// The headers of a family, the signature first.
pub(super) fn members(family: &Family) -> impl Iterator<Item = &str> {
    let timestamp = family.timestamp.as_deref().filter(|name| !name.starts_with("member:"));
    let others = family.key.as_deref().into_iter().chain(timestamp).chain(family.with.iter().map(String::as_str));
    std::iter::once(family.signature.as_str()).chain(others)
}

/// The header that shows that a request is of a family: its signature, or two others. One alone may be somebody else's.
pub(super) fn named(facts: &Facts) -> Option<&'static str> {
    TABLE.headers.iter().find_map(|family| {
        let mut there = members(family).filter(|name| facts.request.headers.has(name));
        let first = there.next()?;
        (first == family.signature || there.next().is_some()).then_some(first)
    })
}

/// Everything that is wrong with a signature.
pub(super) fn faults(facts: &Facts, family: &Family) -> Vec<Finding> {
    let looks: [fn(&Facts, &Family) -> Option<Finding>; 3] = [prefix, moment, written];
    looks.iter().filter_map(|look| look(facts, family)).collect()
}

fn fail(message: String, field: &Field) -> Finding {
    proved(Finding::fail(Strength::Contradiction, message), field, "in the signature")
}

/// The signature without its prefix.
fn signature(facts: &Facts, family: &Family) -> Option<Field> {
    let whole = header(facts.request, &family.signature)?;
    match &family.member {
        Some(name) => member(facts, family, name),
        None => {
            let raw = whole.raw.strip_prefix(family.prefix.as_str())?;
            let span = crate::domain::span::Span::new(whole.span.start + family.prefix.len(), whole.span.end);
            Some(Field { raw: raw.into(), value: raw.into(), span, ..whole })
        }
    }
}

fn member(facts: &Facts, family: &Family, name: &str) -> Option<Field> {
    let whole = header(facts.request, &family.signature)?;
    let RequestPart::HeaderValue(index) = whole.part else { return None };
    field::find(&field::parameters(index, &facts.request.headers.0.get(index)?.value, 0), name).cloned()
}

fn prefix(facts: &Facts, family: &Family) -> Option<Finding> {
    if signature(facts, family).is_some() {
        return None;
    }
    let field = header(facts.request, &family.signature)?;
    let before = family.member.as_ref().map_or_else(|| family.prefix.clone(), |member| format!("{member}="));
    let message = format!("{} of {} begins with {before}, and this one does not", family.signature, family.name);
    Some(fail(message, &field).fixed_by(Fix::action(format!("Write {before} before the signature"))))
}

fn timestamp(facts: &Facts, family: &Family) -> Option<Field> {
    let name = family.timestamp.as_deref()?;
    name.strip_prefix("member:").map_or_else(|| header(facts.request, name), |name| member(facts, family, name))
}

/// A moment in another unit than the one that is read.
fn moment(facts: &Facts, family: &Family) -> Option<Finding> {
    let field = timestamp(facts, family)?;
    let digits = field.value.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = digits == field.value.len() || field.value.get(digits..).is_some_and(|rest| rest.starts_with('.'));
    let due = match (family.unit?, is_number, digits) {
        (Unit::Seconds, true, 13) => "seconds since 1970, and this is milliseconds",
        (Unit::Milliseconds, true, 10) => "milliseconds since 1970, and this is seconds",
        (Unit::Iso, true, _) => "a date such as 2020-12-08T09:08:57.715Z, and this is a number",
        _ => return None,
    };
    let message = format!("the moment of signing {} is read as {due}", field.value);
    Some(fail(message, &field).fixed_by(super::sign_again("Write the moment in that unit")))
}

/// What says when the request was signed, the moment, and how many seconds it may be away from the server's clock.
pub(super) fn stamp(facts: &Facts) -> Option<(Field, Timestamp, f64)> {
    let family = of(facts)?;
    let field = timestamp(facts, family)?;
    let number = || field.value.parse::<f64>().ok();
    let at = match family.unit? {
        Unit::Seconds => time::from_seconds(number()?),
        Unit::Milliseconds => time::from_seconds(number()? / 1000.0),
        Unit::Iso => time::rfc3339(&field.value),
    }?;
    // A moment in another unit is a fault of its own.
    let is_near = time::seconds_between(at, facts.clock.server_now).abs() < 10.0 * 31_557_600.0;
    Some((field, at, family.window?)).filter(|_| is_near)
}

fn written(facts: &Facts, family: &Family) -> Option<Finding> {
    let field = signature(facts, family)?;
    let due = if family.written == Digits::Hex { Due::Hex } else { Due::Base64 };
    form::fault(facts, &family.signature, &field, due, family.hash.mac().size())
}

/// The signature that is sent, and the one that a secret gives, where it is known what is signed.
pub(super) fn with_secret(facts: &Facts, family: &Family, secret: &str) -> Option<(Field, String)> {
    let moment = timestamp(facts, family).map_or_else(String::new, |field| field.value);
    let target = facts.request.path().split('#').next().unwrap_or_default();
    let text = family.text.as_ref()?;
    let text = text.replace("{timestamp}", &moment).replace("{method}", &facts.request.method.to_ascii_uppercase());
    // The body last: it may hold braces of its own.
    let text = text.replace("{target}", target).replace("{body}", whole_body(facts)?);
    let key = match family.key_form {
        Some(KeyForm::Base64) => from_base64(secret)?,
        None => secret.as_bytes().to_vec(),
    };
    let mac = family.hash.mac().sign(&key, text.as_bytes());
    let mac = if family.written == Digits::Hex { hex(&mac) } else { base64(&mac) };
    Some((signature(facts, family)?, mac))
}
