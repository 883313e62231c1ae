//! `credential-incomplete`

use super::table::TABLE;
use super::{families, place};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::services::KnownBy;
use crate::checks::services::schema::{Companion, NameForm};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::signing::sigv4::Form;
use crate::domain::signing::{Signed, field};
use crate::domain::span::Span;

check! {
    /// A second part that belongs to the credential is missing.
    ///
    /// # What it looks at
    /// AWS temporary keys (`ASIA…`) without their session token, permanent ones (`AKIA…`) with one, a key without the header that goes with it, and Basic with
    /// an empty half. What goes together is known from the scheme, or from the table of services.
    ///
    /// # Why a server answers 401 to it
    /// Neither half means anything alone. Many servers then say that the key is invalid, though it is right.
    ///
    /// # How to prove it
    /// Send the same request with the second part.
    ///
    /// # How to fix it
    /// Add what is missing: `X-Amz-Security-Token` with `AWS_SESSION_TOKEN`, the application key as well as the API key, the
    /// secret behind the id.
    ///
    /// # Example
    /// `Credential=ASIA…/20261123/eu-west-1/s3/aws4_request` without `X-Amz-Security-Token`.
    ///
    /// # References
    /// AWS: Using temporary security credentials; RFC 7617 section 2.
    INCOMPLETE = "credential-incomplete", Credentials,
    stage: Presence, topics: [Missing, ApiKey], shares_topics: true,
    explains: ["authorization-missing", "token-rejected", "basic-rejected", "request-signature-mismatch", "tenant-mismatch"],
    decided_by: [ServerLog],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.may_lack_credentials() {
        return Finding::not_applicable();
    }
    let found = [temporary_key, pair, companion, of_kind, of_notes, half_of_basic].iter().find_map(|look| look(facts));
    found.unwrap_or_else(|| {
        if facts.carries_credential() { Finding::pass("every part of the credential is there") } else { Finding::not_applicable() }
    })
}

/// Keys that are valid only together with a session token begin with this.
const TEMPORARY: &str = "ASIA";
/// Keys that never have one begin with this.
const PERMANENT: &str = "AKIA";

fn temporary_key(facts: &Facts) -> Option<Finding> {
    let Some(Signed::Aws(signed)) = facts.signed() else { return named_temporary_key(facts) };
    let id = signed.scope()?.key_id;
    let has_token = facts.request.headers.has("x-amz-security-token")
        || facts.query("X-Amz-Security-Token").is_some()
        || facts.query("X-Amz-S3session-Token").is_some()
        || facts.request.headers.has("x-amz-s3session-token");
    let credential = signed.credential.as_ref()?;
    if id.starts_with(PERMANENT) && has_token {
        let message =
            format!("{id} is a permanent key, and the session token beside it is of another one: they are halves of two credentials");
        let finding = Finding::fail(Strength::Contradiction, message).proof(place(credential.part), signed.part(id), id);
        let title =
            format!("Give the signer key, secret and token of one credential; unset {} for a permanent key", TABLE.aws.session_variable);
        return Some(finding.fixed_by(Fix::action(title)));
    }
    if !id.starts_with(TEMPORARY) || has_token {
        return None;
    }
    let home = if signed.form == Form::Header { "the header X-Amz-Security-Token" } else { "the parameter X-Amz-Security-Token" };
    let finding = Finding::fail(Strength::Contradiction, format!("{id} is a temporary key, and {home} with its session token is missing"));
    let finding = finding.proof(place(credential.part), signed.part(id), id);
    Some(
        finding
            .fixed_by(Fix::action(format!("Set {}, or pass the session token to the signer, and sign again", TABLE.aws.session_variable))),
    )
}

/// A temporary key named in a header of an older scheme (`X-Amzn-Authorization: AWS3-HTTPS AWSAccessKeyId=ASIA…`).
fn named_temporary_key(facts: &Facts) -> Option<Finding> {
    const LONGEST: usize = 32;
    let is_id =
        |word: &str| word.len() >= 16 && word.len() <= LONGEST && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let is_authorization = |name: &str| name.to_ascii_lowercase().ends_with("authorization");
    let mut headers = facts.request.headers.iter().filter(|(_, header)| is_authorization(&header.name) && header.value.contains(TEMPORARY));
    if facts.request.headers.has("x-amz-security-token") || !facts.is_refused() {
        return None;
    }
    let (index, header, id) = headers.find_map(|(index, header)| {
        let mut words = header.value.split(|c: char| !c.is_ascii_alphanumeric());
        Some((index, header, words.find(|word| word.starts_with(TEMPORARY) && is_id(word))?))
    })?;
    let message = format!("{id} is a temporary key, and the header X-Amz-Security-Token with its session token is missing");
    let finding = Finding::fail(Strength::Contradiction, message).proof(Place::RequestHeader(index), Span::of(&header.value, id), id);
    Some(finding.fixed_by(Fix::action("Pass the session token to the signer, and send it in X-Amz-Security-Token")))
}

/// Headers that only work together.
fn pair(facts: &Facts) -> Option<Finding> {
    let shown = families::named(facts)?;
    let family = TABLE.headers.iter().find(|family| families::members(family).any(|name| name == shown))?;
    let name = families::members(family).find(|name| !facts.request.headers.has(name))?;
    let (index, header) = facts.request.headers.all(shown).next()?;
    let message = format!("{} needs {name} as well as {}, and it is not sent", family.name, header.name);
    // Who judges the signature has found all that goes with it.
    let is_judged = facts.says_plainly(Topic::Signature);
    let strength = if is_judged { Strength::Unlikely } else { Strength::Contradiction };
    let finding = Finding::suspect(strength, message).proof(Place::RequestHeaderName(index), None, header.name.clone());
    Some(finding.fixed_by(Fix::action(format!("Add the header {name}"))))
}

/// A header that the service needs as well as its credential.
fn companion(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host)?;
    let service = known.service;
    let (place, span, name) = carrier(facts, &service.header)?;
    let companion = service
        .companions
        .iter()
        .find(|companion| !companion.names_tenant() && is_needed(companion, &name) && !is_sent(facts, companion))?;
    // Whatever the row is from: that the half is not there is seen, and a refusal of the other half may be one of the whole.
    let strength = if known.decides() { Strength::Contradiction } else { Strength::Likely };
    // Where the row names an exception, this request may be one.
    let strength = if companion.needed.contains(',') { strength.weakened() } else { strength };
    let header = companion
        .header
        .strip_prefix("query:")
        .map_or_else(|| format!("the header {}", companion.header), |name| format!("the parameter {name}"));
    let message = format!("{} needs {header} ({}) as well as {name}, and it is not sent", service.name, companion.what);
    let finding = Finding::suspect(strength, message).proof(place, span, name);
    Some(finding.fixed_by(Fix::action(format!("Add {header}: {}", companion.what))))
}

/// What somebody was told to send beside the header that is sent.
fn of_notes(facts: &Facts) -> Option<Finding> {
    let (name, said) = facts.noted_header().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let a = facts.authorization();
    let message = format!("the notes have a header {name} as well as the one that is sent, and it is missing");
    let place = a.map_or(Place::RequestLine, |a| a.place());
    let finding = Finding::fail(Strength::Contradiction, message).proof(place, None, "sent alone").context(said.to_string());
    Some(finding.fixed_by(Fix::action(format!("Add the header {name}"))))
}

/// What goes with one kind of the service's credentials.
fn of_kind(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host)?;
    let (sent, kind, with) = facts.sent_credentials().into_iter().find_map(|sent| {
        let kind = known.service.kinds.iter().find(|kind| kind.is(sent.text))?;
        Some((sent, kind, kind.with.as_deref()?))
    })?;
    let (is_sent, shown) = match with.strip_prefix("cookie:") {
        Some(name) => (facts.session().sent(name).is_some(), format!("the cookie {name}")),
        None => (facts.request.headers.has(with), format!("the header {with}")),
    };
    if is_sent || !facts.is_refused() {
        return None;
    }
    let strength = if known.decides() { Strength::Contradiction } else { Strength::Likely };
    let message = format!("{} takes this kind ({}) together with {shown} only, and it is not sent", known.service.name, kind.what);
    let finding = Finding::suspect(strength, message).proof(sent.place, sent.span, kind.what.clone());
    Some(finding.fixed_by(Fix::action(format!("Send {shown} as well, or use a credential that is good alone"))))
}

/// The header or parameter of the request that the service reads its credential from.
fn carrier(facts: &Facts, names: &[String]) -> Option<(Place, Option<Span>, String)> {
    names.iter().find_map(|name| match name.split_once(':') {
        None => facts.request.headers.all(name).next().map(|(index, header)| (Place::RequestHeader(index), None, header.name.clone())),
        Some(("query", name)) => {
            let query = field::query(facts.request);
            let field = field::find(&query, name)?;
            Some((Place::RequestLine, Some(field.span).filter(|span| !span.is_empty()), name.to_string()))
        }
        Some(_) => None,
    })
}

/// What halves of a credential are called. Versions, tenants and formats go with a credential too, and are no part of it.
const HALVES: [&str; 6] = ["key", "secret", "client id", "application id", "second half", "e-mail of the account"];

/// True for a half of the credential that is always needed, or with this carrier: `with X-Auth-Key`.
fn is_needed(companion: &Companion, carrier: &str) -> bool {
    let is_half = HALVES.iter().any(|half| companion.what.contains(half)) && !companion.what.contains("else");
    let with = companion.needed.strip_prefix("with ").map(|with| with.trim_start_matches("query:"));
    is_half && (companion.needed.starts_with("always") || with.is_some_and(|with| with.eq_ignore_ascii_case(carrier)))
}

/// True when it is in the request, in its own place or as a member of the body.
fn is_sent(facts: &Facts, companion: &Companion) -> bool {
    let in_body = companion.needed.split_once("unless ").and_then(|(_, rest)| rest.strip_suffix(" is in the body"));
    companion.find(facts.request).is_some() || in_body.is_some_and(|member| facts.request.body.contains(member))
}

/// Basic with one half, where the service wants both.
fn half_of_basic(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization()?;
    let (user, password) = facts.basic.as_ref()?.text()?;
    let (half, other) = match (user.is_empty(), password.is_empty()) {
        (true, false) => ("user name", "password"),
        (false, true) => ("password", "user name"),
        _ => return None,
    };
    let is_meant = facts.context.username.as_deref() == Some(user) && facts.context.password.as_deref() == Some(password);
    // Some services take a key as the user name, and nothing as the password.
    let is_key = facts.service().and_then(|known| known.service.username.as_ref()).is_some_and(|name| name.form == NameForm::Token);
    if is_meant || !facts.is_refused() || half == "password" && is_key {
        return None;
    }
    // Many services take a key as the user name and no password, or a token as the password of nobody.
    let wanted = if half == "password" { &facts.context.password } else { &facts.context.username };
    let strength = match wanted {
        Some(wanted) if !wanted.is_empty() => Strength::Contradiction,
        _ if facts.is_token_request() => Strength::Likely,
        _ => Strength::Unlikely,
    };
    let message = format!("the Basic value has a {other} and an empty {half}");
    let finding = Finding::suspect(strength, message);
    let span = Some(a.credential_span).filter(|span| !span.is_empty());
    Some(
        finding
            .proof(a.place(), span, format!("an empty {half}"))
            .fixed_by(Fix::action(format!("Fill in the {half}; the variable that should hold it was probably empty"))),
    )
}
