//! Signature Version 4: scope, signed headers, body and life of what is sent.

use super::table::TABLE;
use super::{clock, form, proved, replacing, sign_again, whole_body};
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::signing::encoding::{EMPTY_SHA256, Written, hex, sha256};
use crate::domain::signing::field::{Field, header};
use crate::domain::signing::sigv4::{Form, SigV4};
use crate::domain::signing::uri;
use crate::domain::span::Span;
use crate::domain::time;

/// A presigned address holds for a week at most.
const LONGEST: i64 = 604_800;

/// Headers that a client or a recording adds or leaves out by itself: their absence here says nothing.
const OF_THE_CLIENT: [&str; 8] =
    ["host", "content-length", "user-agent", "accept", "accept-encoding", "connection", "expect", "transfer-encoding"];

/// Headers that proxies write.
const OF_PROXIES: [&str; 8] =
    ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via", "forwarded", "connection", "transfer-encoding"];

/// Everything that is wrong with a signature, in the order in which a server looks.
pub(super) fn faults(facts: &Facts, signed: &SigV4) -> Vec<Finding> {
    let looks: [fn(&Facts, &SigV4) -> Option<Finding>; 11] =
        [parts, credential, date, host, named_region, missing_header, unsigned_header, payload, life, signature, proxy];
    looks.iter().filter_map(|look| look(facts, signed)).collect()
}

fn fail(strength: Strength, message: String, field: &Field) -> Finding {
    proved(Finding::fail(strength, message), field, field.raw.clone())
}

fn place(facts: &Facts, signed: &SigV4) -> Place {
    match signed.form {
        Form::Header => facts.authorization().map_or(Place::RequestLine, |a| a.place()),
        Form::Presigned => Place::RequestLine,
    }
}

/// A part of the signature that is not there.
fn parts(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let (prefix, home) = match signed.form {
        Form::Header => ("", "Authorization header"),
        Form::Presigned => ("X-Amz-", "address"),
    };
    let parts = [("Credential", &signed.credential), ("SignedHeaders", &signed.signed_headers), ("Signature", &signed.signature)];
    let missing = parts.into_iter().find(|(_, field)| field.is_none()).map(|(name, _)| format!("{prefix}{name}"));
    let message = match missing {
        Some(name) => format!("the {home} has no {name}"),
        None if signed.date.is_none() && signed.form == Form::Header => {
            "neither X-Amz-Date nor Date says when the request was signed".to_string()
        }
        None if signed.date.is_none() => "the address has no X-Amz-Date".to_string(),
        None => return None,
    };
    let finding = Finding::fail(Strength::Contradiction, message).proof(place(facts, signed), None, signed.algorithm.clone());
    Some(finding.fixed_by(sign_again("Send every part of the signature")))
}

/// The credential's own form.
fn credential(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let field = signed.credential.as_ref()?;
    if field.value.contains("%2F") {
        let often = if signed.form == Form::Header { "in a header, where nothing decodes it" } else { "twice" };
        let once = uri::decode(&field.value);
        let right = if signed.form == Form::Header { once } else { uri::encode(&once) };
        let finding = fail(Strength::Contradiction, format!("Credential is percent-encoded {often}"), field);
        return Some(finding.fixed_by(replacing(facts, field, &right, "Remove the extra percent-encoding")));
    }
    let want = if signed.has_region() { "KEY/DATE/REGION/SERVICE/aws4_request" } else { "KEY/DATE/SERVICE/aws4_request" };
    match signed.scope() {
        Some(scope) if scope.terminator == "aws4_request" => None,
        _ => Some(
            fail(Strength::Contradiction, format!("Credential {:?} is not of the form {want}", field.value), field)
                .fixed_by(sign_again("Write the whole scope")),
        ),
    }
}

/// The moment of signing, and the day in the scope.
fn date(_: &Facts, signed: &SigV4) -> Option<Finding> {
    let field = signed.date.as_ref()?;
    let Some(stamp) = signed.stamp() else {
        let message = format!("the date {:?} is not of the form 20150830T123600Z", field.value);
        return Some(fail(Strength::Contradiction, message, field).fixed_by(sign_again("Write the date in that form, in UTC,")));
    };
    let scope = signed.scope()?;
    if stamp.get(..8) == Some(scope.date) {
        return None;
    }
    let message = format!("the scope is of the day {}, and the request of {}", scope.date, stamp.get(..8)?);
    let finding = Finding::fail(Strength::Contradiction, message);
    let credential = signed.credential.as_ref()?;
    let finding = finding.proof(super::place(credential.part), signed.part(scope.date), scope.date).proof(
        super::place(field.part),
        Some(field.span),
        field.raw.clone(),
    );
    Some(finding.fixed_by(sign_again("Derive the scope from the date of the request, in UTC,")))
}

/// What a host says of the service, and of the region.
struct Endpoint<'h> {
    services: Option<&'static [String]>,
    region: Option<&'h str>,
}

fn endpoint(host: &str) -> Option<Endpoint<'_>> {
    let aws = &TABLE.aws;
    let host = host.split(':').next()?;
    let inner = aws.domains.iter().find_map(|domain| host.strip_suffix(domain.as_str())?.strip_suffix('.'))?;
    let inner = inner.strip_suffix(".vpce").unwrap_or(inner);
    let labels: Vec<&str> = inner.split('.').filter(|label| *label != "dualstack").collect();
    for (at, label) in labels.iter().enumerate().rev() {
        // The old form of S3: `s3-eu-west-1`.
        let old = label.split_once('-').filter(|(name, region)| aws.services.contains_key(*name) && is_region(region));
        if let Some((name, region)) = old {
            return Some(Endpoint { services: aws.services.get(name).map(Vec::as_slice), region: Some(region) });
        }
        let Some(services) = aws.services.get(*label) else { continue };
        let neighbour = if aws.region_first.iter().any(|name| name == label) { at.checked_sub(1) } else { Some(at + 1) };
        let region = neighbour.and_then(|at| labels.get(at).copied()).filter(|label| is_region(label));
        let global = || aws.global.get(*label).map(String::as_str).filter(|_| at + 1 == labels.len());
        return Some(Endpoint { services: Some(services), region: region.or_else(global) });
    }
    Some(Endpoint { services: None, region: labels.last().copied().filter(|label| is_region(label)) })
}

/// True for `eu-west-1`, `us-gov-east-1` and the like.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let is_word = |part: &&str| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.as_slice() {
        [first, middle @ .., last] if !middle.is_empty() => {
            first.len() == 2 && is_word(first) && middle.iter().all(is_word) && last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

/// Region and service of the scope against those of the host.
fn host(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let scope = signed.scope()?;
    let host = uri::host(facts.request)?;
    let endpoint = endpoint(host)?;
    let credential = signed.credential.as_ref()?;
    let (what, signed_for, due) = match endpoint {
        Endpoint { services: Some(services), .. } if !services.iter().any(|service| service == scope.service) => {
            ("service", scope.service, services.first()?.as_str())
        }
        Endpoint { region: Some(region), .. } if signed.has_region() && region != scope.region => ("region", scope.region, region),
        _ => return None,
    };
    let message = format!("the request is signed for the {what} {signed_for:?}, and {host} is of {due:?}");
    let finding = Finding::fail(Strength::Contradiction, message).proof(super::place(credential.part), signed.part(signed_for), signed_for);
    Some(finding.fixed_by(sign_again(&format!("Set the {what} to {due}"))))
}

/// The region that the answer names.
fn named_region(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let scope = signed.scope().filter(|_| signed.has_region() && facts.is_refused())?;
    let (region, place, span) = match facts.answered_at("x-amz-bucket-region") {
        Some((index, region)) => (region.trim(), Place::ResponseHeader(index), None),
        None => {
            let body = facts.body();
            let between = |start: &str, end: char| Some(body.split_once(start)?.1.split_once(end)?.0);
            // Stores of one's own have regions of any name, and name theirs in an element of the error.
            let expected = between("expecting '", '\'').filter(|region| is_region(region));
            let region = expected.or_else(|| between("<Region>", '<').filter(|_| body.contains("<Code>AuthorizationHeaderMalformed<")))?;
            (region, Place::ResponseBody, Span::of(body, region))
        }
    };
    if region.is_empty() || region == scope.region {
        return None;
    }
    let message = format!("the request is signed for the region {:?}, and the server is in {region:?}", scope.region);
    let credential = signed.credential.as_ref()?;
    let finding = Finding::fail(Strength::Contradiction, message)
        .proof(super::place(credential.part), signed.part(scope.region), scope.region)
        .proof(place, span, region);
    Some(finding.fixed_by(sign_again(&format!("Set the region to {region}"))))
}

/// A header that was signed and is not sent.
fn missing_header(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let field = signed.signed_headers.as_ref()?;
    if facts.may_lack_credentials() {
        return None;
    }
    let is_missing = |name: &&str| !facts.request.headers.has(name) && !OF_THE_CLIENT.iter().any(|own| own.eq_ignore_ascii_case(name));
    if let Some(name) = signed.signed().find(is_missing) {
        let message = format!("the header {name} was signed and is not sent: it was removed after signing, or never set");
        return Some(
            fail(Strength::Contradiction, message, field).fixed_by(Fix::action(format!("Send the header {name} as it was signed"))),
        );
    }
    let names: Vec<&str> = signed.signed().collect();
    if !names.iter().any(|name| name.eq_ignore_ascii_case("host") || *name == ":authority") {
        return Some(
            fail(Strength::Contradiction, "host is not among the signed headers".into(), field)
                .fixed_by(sign_again("Add host to the signed headers")),
        );
    }
    if !names.is_sorted() || names.iter().any(|name| name.bytes().any(|b| b.is_ascii_uppercase())) {
        let message = "the names in SignedHeaders are not in lower case and in alphabetical order".to_string();
        return Some(fail(Strength::Likely, message, field).fixed_by(sign_again("Sort the names of the signed headers")));
    }
    None
}

/// A header that has to be signed and is not.
fn unsigned_header(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    signed.signed_headers.as_ref()?;
    let is_s3 = signed.scope()?.service == "s3";
    let is_unsigned = |name: &str| !signed.signed().any(|signed| signed.eq_ignore_ascii_case(name));
    // The hash of the body is part of what is signed even where its header is not.
    let must = |name: &str| name.starts_with("x-amz-") && name != "x-amz-content-sha256" && name != "x-amz-security-token";
    let (index, header) = facts.request.headers.iter().find(|(_, h)| must(&h.name.to_ascii_lowercase()) && is_unsigned(&h.name))?;
    // S3 refuses it; of the other services only some do.
    let strength = if is_s3 { Strength::Contradiction } else { Strength::Possible };
    let message = format!("the header {} is sent and not signed: it was added after signing", header.name);
    let finding = Finding::suspect(strength, message).proof(Place::RequestHeaderName(index), None, header.name.clone());
    Some(finding.fixed_by(sign_again(&format!("Set {} before signing", header.name))))
}

/// The hash of the body.
fn payload(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let is_s3 = signed.scope()?.service == "s3";
    let Some(field) = header(facts.request, "x-amz-content-sha256") else {
        if !is_s3 || signed.form == Form::Presigned || facts.may_lack_credentials() {
            return None;
        }
        let finding = Finding::fail(Strength::Contradiction, "S3 needs the header x-amz-content-sha256, and it is not sent");
        return Some(finding.proof(place(facts, signed), None, "signed without it").fixed_by(sign_again("Add x-amz-content-sha256")));
    };
    let body = whole_body(facts)?;
    let named = field.value.as_str();
    if !matches!(Written::of(named), Written::Hex(32) | Written::UpperHex(32)) {
        return None;
    }
    let sent = hex(&sha256(body.as_bytes()));
    // An empty body with another hash is more often one that was not recorded.
    let is_recorded = !body.is_empty()
        || matches!(facts.request.method.as_str(), "GET" | "HEAD" | "DELETE")
        || facts.request.headers.has("content-length");
    if named.eq_ignore_ascii_case(&sent) || !is_recorded {
        return None;
    }
    let message = match named {
        EMPTY_SHA256 => format!("the signed hash is that of an empty body, and a body of {} bytes is sent", body.len()),
        _ if body.is_empty() => "the signed hash is that of a body, and none is sent".to_string(),
        _ => format!("the signed hash of the body begins with {}, and the body that is sent has {}", named.get(..8)?, sent.get(..8)?),
    };
    Some(fail(Strength::Contradiction, message, &field).fixed_by(sign_again("Hash the body that is sent")))
}

/// A presigned address that is meant to hold for too long; a header of another day.
fn life(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    if signed.form == Form::Header {
        return clock::stale(facts);
    }
    let field = signed.expires.as_ref()?;
    let Ok(seconds) = field.value.parse::<i64>() else {
        let message = format!("X-Amz-Expires {:?} is no number of seconds", field.value);
        return Some(fail(Strength::Contradiction, message, field).fixed_by(sign_again("Write the seconds as a number")));
    };
    if seconds > LONGEST {
        let message = format!("X-Amz-Expires is {seconds}, and an address can be signed for {LONGEST} seconds at most");
        return Some(fail(Strength::Contradiction, message, field).fixed_by(sign_again("Choose a week or less")));
    }
    None
}

/// A presigned address that has ended.
pub(super) fn ended(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let field = signed.expires.as_ref().filter(|_| signed.form != Form::Header)?;
    let seconds: i64 = field.value.parse().ok().filter(|seconds| *seconds <= LONGEST)?;
    let age = time::seconds_between(signed.signed_at()?, clock::server_clock(facts)?);
    if age <= seconds as f64 || facts.standing == Standing::Accepted {
        return None;
    }
    let message =
        format!("the presigned address ended {} ago: it was signed for {}", time::human(age - seconds as f64), time::human(seconds as f64));
    let date = signed.date.as_ref()?;
    Some(
        proved(fail(Strength::Contradiction, message, field), date, date.raw.clone())
            .fixed_by(Fix::action("Ask for a new presigned address")),
    )
}

fn signature(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let field = signed.signature.as_ref().filter(|_| signed.has_region())?;
    form::fault(facts, "the signature", field, form::Due::Hex, 32)
}

/// A signed header that proxies rewrite.
fn proxy(facts: &Facts, signed: &SigV4) -> Option<Finding> {
    let field = signed.signed_headers.as_ref().filter(|_| facts.standing == Standing::Refused)?;
    let name = signed.signed().find(|name| OF_PROXIES.iter().any(|own| own.eq_ignore_ascii_case(name)))?;
    let message = format!("the header {name} is signed, but a proxy on the way rewrites it");
    Some(fail(Strength::Plausible, message, field).fixed_by(sign_again(&format!("Leave {name} out of the signed headers"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_say_service_and_region() {
        for (host, service, region) in [
            ("s3.eu-west-1.amazonaws.com", Some("s3"), Some("eu-west-1")),
            ("bucket.s3.amazonaws.com", Some("s3"), None),
            ("kms.s3.dualstack.us-east-2.amazonaws.com:443", Some("s3"), Some("us-east-2")),
            ("b.s3-eu-central-1.amazonaws.com", Some("s3"), Some("eu-central-1")),
            ("abc.execute-api.us-gov-west-1.amazonaws.com", Some("execute-api"), Some("us-gov-west-1")),
            ("search-logs.eu-west-1.es.amazonaws.com", Some("es"), Some("eu-west-1")),
            ("email.eu-west-1.amazonaws.com", Some("ses"), Some("eu-west-1")),
            ("iam.amazonaws.com", Some("iam"), Some("us-east-1")),
            ("vpce-1.s3.us-east-1.vpce.amazonaws.com", Some("s3"), Some("us-east-1")),
            ("unheard-of.eu-west-1.amazonaws.com", None, Some("eu-west-1")),
        ] {
            let endpoint = endpoint(host).expect("a host of AWS");
            let first = endpoint.services.and_then(|names| names.first()).map(String::as_str);
            assert_eq!((first, endpoint.region), (service, region), "{host}");
        }
        assert!(endpoint("s3.corp.example").is_none());
    }
}
