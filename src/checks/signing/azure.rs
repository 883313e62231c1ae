//! Azure Storage: Shared Key and shared access signatures.

use super::table::TABLE;
use super::{clock, form, proved, sign_again, whole_body};
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Strength};
use crate::domain::signing::encoding::{base64, from_base64};
use crate::domain::signing::field::{Field, header};
use crate::domain::signing::sas::Sas;
use crate::domain::signing::shared_key::SharedKey;
use crate::domain::signing::uri;
use crate::domain::time;

/// Bytes of an account's key.
const KEY: usize = 64;

fn fail(message: String, field: &Field) -> Finding {
    proved(Finding::fail(Strength::Contradiction, message), field, field.raw.clone())
}

/// Everything that is wrong with a Shared Key signature.
pub(super) fn shared_key(facts: &Facts, signed: &SharedKey) -> Vec<Finding> {
    let looks: [fn(&Facts, &SharedKey) -> Option<Finding>; 5] = [parts, account, lengths, |facts, _| clock::stale(facts), written];
    looks.iter().filter_map(|look| look(facts, signed)).collect()
}

fn parts(facts: &Facts, signed: &SharedKey) -> Option<Finding> {
    let place = facts.authorization()?.place();
    let message = if signed.signature.is_none() {
        "the Authorization header is not of the form SharedKey ACCOUNT:SIGNATURE"
    } else if !facts.request.headers.has("x-ms-date") && !facts.request.headers.has("date") {
        "neither x-ms-date nor Date says when the request was signed"
    } else {
        return None;
    };
    let finding = Finding::fail(Strength::Contradiction, message).proof(place, None, "SharedKey");
    Some(finding.fixed_by(sign_again("Send every part of the signature")))
}

/// The account of the signature against that of the host.
fn account(facts: &Facts, signed: &SharedKey) -> Option<Finding> {
    let account = signed.account.as_ref()?;
    let is_of_an_account = |host: &&str| TABLE.azure.domains.iter().any(|domain| host.ends_with(domain.as_str()));
    let host = uri::host(facts.request).filter(is_of_an_account)?;
    let of_host = host.split('.').next()?;
    if of_host.trim_end_matches("-secondary").eq_ignore_ascii_case(&account.value) {
        return None;
    }
    let message = format!("the request is signed for the account {:?}, and {host} is of {of_host:?}", account.value);
    Some(fail(message, account).fixed_by(sign_again(&format!("Choose the key of the account {of_host}"))))
}

/// Length and hash of the body, which are signed.
fn lengths(facts: &Facts, _: &SharedKey) -> Option<Finding> {
    let body = facts.request.body.as_str();
    if let Some(field) = header(facts.request, "content-length")
        && !body.is_empty()
        && facts.exchange.why_not_whole().is_none()
        && field.value.parse() != Ok(body.len())
        && !body.contains('\u{fffd}')
    {
        let message = format!("Content-Length is signed as {}, and the body has {} bytes", field.value, body.len());
        return Some(fail(message, &field).fixed_by(sign_again("Set Content-Length to the length of the body")));
    }
    let field = header(facts.request, "content-md5")?;
    let sent = md5(whole_body(facts)?);
    if field.value == sent {
        return None;
    }
    let message = format!("Content-MD5 is signed as {}, and the body that is sent has {sent}", field.value);
    Some(fail(message, &field).fixed_by(sign_again("Hash the body that is sent")))
}

fn md5(body: &str) -> String {
    use md5::Digest as _;
    base64(&md5::Md5::digest(body.as_bytes()))
}

fn written(facts: &Facts, signed: &SharedKey) -> Option<Finding> {
    let field = signed.signature.as_ref()?;
    if from_base64(&field.value).is_some_and(|bytes| bytes.len() == KEY && !bytes.iter().all(u8::is_ascii_hexdigit)) {
        let finding = Finding::fail(Strength::Contradiction, "the account's key itself was sent instead of the signature");
        let fix = Fix::action("Sign with the key instead of sending it, and rotate it: it was sent in the open");
        return Some(proved(finding, field, "the key").fixed_by(fix));
    }
    form::fault(facts, "the signature", field, form::Due::Base64, 32)
}

/// Everything that is wrong with a shared access signature.
pub(super) fn sas(facts: &Facts, signed: &Sas) -> Vec<Finding> {
    let looks: [fn(&Facts, &Sas) -> Option<Finding>; 3] = [life, protocol, sas_written];
    looks.iter().filter_map(|look| look(facts, signed)).collect()
}

/// It has ended.
pub(super) fn ended(facts: &Facts, signed: &Sas) -> Option<Finding> {
    let now = clock::server_clock(facts).filter(|_| facts.standing != Standing::Accepted)?;
    let (end, field) = signed.expires().filter(|end| *end <= now).zip(signed.get("se"))?;
    let message =
        format!("the shared access signature ended {} ago, at {}", time::human(time::seconds_between(end, now)), time::short(end));
    Some(fail(message, field).fixed_by(Fix::action("Ask for a new shared access signature")))
}

/// It begins later.
fn life(facts: &Facts, signed: &Sas) -> Option<Finding> {
    let now = clock::server_clock(facts).filter(|_| facts.standing != Standing::Accepted)?;
    let (start, field) = (signed.starts()?, signed.get("st")?);
    let early = time::seconds_between(now, start);
    if early <= 0.0 {
        return None;
    }
    let message = format!("the shared access signature begins in {}, at {}", time::human(early), time::short(start));
    Some(fail(message, field).fixed_by(Fix::action("Leave the start out, or set it fifteen minutes back, for clocks that differ")))
}

fn protocol(facts: &Facts, signed: &Sas) -> Option<Finding> {
    let field = signed.get("spr").filter(|field| field.value == "https" && facts.request.url.starts_with("http://"))?;
    let finding = fail("the shared access signature is for https, and the request goes over http".to_string(), field);
    let https = facts.request.url.replacen("http://", "https://", 1);
    Some(finding.fixed_by(Fix::edit("Send it over https", vec![crate::domain::request::Edit::Url(https)])))
}

fn sas_written(facts: &Facts, signed: &Sas) -> Option<Finding> {
    let field = signed.get("sig")?;
    form::fault(facts, "sig", field, form::Due::Base64, 32)
}
