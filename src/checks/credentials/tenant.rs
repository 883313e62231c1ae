//! `tenant-mismatch`

use crate::domain::secrecy::shapes::is_uuid;
use serde_json::Value;

use super::kinds_of_ids;
use super::of_service::{named, source};
use crate::checks::check::check;
use crate::checks::facts::noted::sentences;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::services::KnownBy;
use crate::checks::services::schema::Companion;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The tenant, organization or project of the request is missing, or is not that of the credential.
    ///
    /// # What it looks at
    /// Headers that name a tenant, organization, project, workspace or account (`X-Tenant-Id`, `X-Org-Id`), the path and the
    /// challenge, compared with the claims of the token (`tid`, `org_id`, …) and with each other. Also the header with which
    /// a known service wants the tenant.
    ///
    /// # Why a server answers 401 to it
    /// A credential is good for its own tenant. Asked about another one, or about none, the server does not find who you are
    /// there, and often says no more than that the credential is invalid.
    ///
    /// # How to prove it
    /// Decode the token and compare its tenant with the one in the address or header.
    ///
    /// # How to fix it
    /// Name the tenant of the credential, or get a credential of the tenant that you need.
    ///
    /// # Example
    /// `X-Tenant-Id: globex` with a token with `"tenant_id": "acme"`.
    ///
    /// # References
    /// RFC 9068 section 5; learn.microsoft.com, "Access token claims reference" (`tid`); developer.hashicorp.com, "Vault Enterprise namespaces".
    TENANT = "tenant-mismatch", Credentials,
    stage: Claims, topics: [Tenant],
    explains: ["token-rejected", "basic-rejected", "permission-refused"],
    decided_by: [Expectations],
    run: look
}

/// What a tenant is called in headers and paths, with the claims that hold it.
const NAMES: [(&str, &[&str], &[&str]); 5] = [
    ("tenant", &["tenants", "tenant"], &["tid", "tenant_id", "tenantid", "tenant"]),
    ("organization", &["organizations", "organisations", "orgs"], &["org_id", "organization_id", "orgid", "organization", "org"]),
    ("project", &["projects"], &["project_id", "projectid", "project"]),
    ("workspace", &["workspaces"], &["workspace_id", "workspaceid", "workspace"]),
    ("account", &["accounts"], &["account_id", "accountid"]),
];

/// A tenant that a request, answer or token names.
struct Named<'f> {
    value: &'f str,
    place: Place,
    span: Option<Span>,
}

fn look(facts: &Facts) -> Finding {
    if let Some(word) = facts.word(Topic::Tenant).filter(|word| word.specific && facts.is_refused()) {
        return Finding::fail(Strength::Stated, "the server says that the tenant, organization or project is missing or another one")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Name the tenant in which the credential was made"));
    }
    if let Some(finding) = kinds_of_ids::mistaken(facts) {
        return finding;
    }
    let carries_one = facts.carries_credential() || facts.log_in().is_some();
    if let Some(said) = facts.noted_other_tenant().filter(|_| carries_one && matches!(facts.status(), 401 | 403 | 404)) {
        return Finding::suspect(Strength::Likely, "the credential is accepted for another tenant: for this one it is not")
            .proof(Place::ResponseStatus, None, facts.status().to_string())
            .context(said.to_string())
            .fixed_by(Fix::action("Name the tenant that the credential belongs to, or have the account added to this one"));
    }
    if !facts.carries_credential() || !facts.is_refused() {
        return Finding::not_applicable();
    }
    let token = facts.jwt().filter(|token| token.jws.claims.fault.is_none());
    let mut is_named = false;
    for (word, _, claims) in &NAMES {
        let in_request = in_request(facts, word);
        let of_token = token.and_then(|token| claim(token, claims));
        is_named |= of_token.is_some() && !in_request.is_empty();
        if let Some(finding) = of_token.as_ref().and_then(|of_token| noted(facts, word, of_token)) {
            return finding;
        }
        let all: Vec<&Named> = in_request.iter().chain(&of_token).collect();
        let Some((one, other)) = all.iter().zip(all.iter().skip(1)).find(|(a, b)| differ(a.value, b.value)) else { continue };
        return Finding::fail(
            Strength::Contradiction,
            format!(
                "the request names the {word} {}, but {} {}",
                one.value,
                if other.place == Place::Claims { "the token is of" } else { "also" },
                other.value
            ),
        )
        .proof(one.place, one.span, one.value)
        .proof(other.place, other.span, other.value)
        .fixed_by(Fix::action(format!("Name one {word}, the one that the credential belongs to")));
    }
    if let Some(finding) = token.and_then(|token| of_challenge(facts, token)) {
        return finding;
    }
    of_host(facts)
        .or_else(|| host_claim(facts))
        .or_else(|| path_id(facts))
        .or_else(|| companion(facts))
        .unwrap_or_else(|| if is_named { Finding::pass("the request names the tenant of the token") } else { Finding::not_applicable() })
}

/// The notes or settings name the tenant's id, and the token is of another one.
fn noted(facts: &Facts, word: &str, of_token: &Named) -> Option<Finding> {
    let texts = [facts.context.notes.as_deref(), facts.context.config.as_deref()];
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let (wanted, said) = texts.into_iter().flatten().flat_map(sentences).find_map(|sentence| {
        let at = sentence.to_ascii_lowercase().find(word)?;
        let id = sentence.get(at..)?.split(ends).find(|part| is_uuid(part))?;
        Some((id, sentence.trim()))
    })?;
    let is_other = is_uuid(of_token.value) && !wanted.eq_ignore_ascii_case(of_token.value);
    is_other.then(|| {
        Finding::fail(
            Strength::Contradiction,
            format!("the token is of the {word} {}, and {wanted} is the one that is meant", of_token.value),
        )
        .proof(of_token.place, of_token.span, of_token.value)
        .context(said)
        .fixed_by(Fix::action(format!("Get a token of the {word} {wanted}")))
    })
}

/// Two names of one kind of thing: two ids, or two short names. A name and an id may well be the same tenant.
fn differ(a: &str, b: &str) -> bool {
    let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let alike = match (is_uuid(a), is_uuid(b)) {
        (true, true) => true,
        (false, false) => is_number(a) == is_number(b) && a.contains('_') == b.contains('_') && a.contains('.') == b.contains('.'),
        _ => false,
    };
    alike && !a.eq_ignore_ascii_case(b)
}

/// The tenants that header and path name: `X-Tenant-Id: acme`, `/tenants/acme/`.
fn in_request<'f>(facts: &'f Facts, word: &str) -> Vec<Named<'f>> {
    let Some((_, segments, _)) = NAMES.iter().find(|(name, ..)| *name == word) else { return Vec::new() };
    let stems: &[&str] = if word == "organization" { &["organization", "organisation", "org"] } else { &[word] };
    let is_header = |name: &str| {
        let name = name.to_ascii_lowercase();
        let name = name.trim_start_matches("x-");
        stems.iter().any(|stem| name == *stem || name.strip_prefix(stem).is_some_and(|end| matches!(end, "-id" | "id" | "_id")))
    };
    let headers = facts.request.headers.iter().filter(|(_, h)| is_header(&h.name) && !h.value.trim().is_empty());
    let mut found: Vec<Named> = headers
        .map(|(i, h)| Named { value: h.value.trim(), place: Place::RequestHeader(i), span: Span::of(&h.value, h.value.trim()) })
        .collect();
    let url = facts.request.url.as_str();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').skip(3).peekable();
    while let Some(part) = parts.next() {
        // Ids only: what follows `orgs/` may be a route of its own, such as `orgs/search`.
        if segments.iter().any(|segment| segment.eq_ignore_ascii_case(part))
            && let Some(value) = parts.peek().filter(|value| is_uuid(value))
            && let Some(span) = Span::of(url, value)
        {
            found.push(Named { value, place: Place::RequestLine, span: Some(span.shifted(facts.request.method.len() + 1)) });
        }
    }
    found
}

fn claim<'f>(token: &'f Token, names: &[&str]) -> Option<Named<'f>> {
    let member = token.jws.claims.members.iter().find(|m| names.iter().any(|name| m.name.eq_ignore_ascii_case(name)))?;
    match &member.value {
        Value::String(value) if !value.is_empty() => Some(Named { value, place: Place::Claims, span: Some(member.value_span) }),
        _ => None,
    }
}

/// The challenge sends to the authority of one tenant, and the token is another tenant's of the same authority.
fn of_challenge(facts: &Facts, token: &Token) -> Option<Finding> {
    let tenant = claim(token, &["tid"]).filter(|tenant| is_uuid(tenant.value))?;
    let params = facts.challenges.iter().flat_map(|c| c.params.iter().map(move |p| (c.header, p)));
    let mut authorities =
        params.filter(|(_, p)| p.name.eq_ignore_ascii_case("authorization_uri") || p.name.eq_ignore_ascii_case("authorization"));
    let (header, param, wanted) = authorities.find_map(|(header, p)| Some((header, p, p.value.split('/').find(|part| is_uuid(part))?)))?;
    if wanted.eq_ignore_ascii_case(tenant.value) {
        return None;
    }
    Some(
        Finding::fail(
            Strength::Contradiction,
            format!("the token is of the tenant {}, but the server asks for one of {wanted}", tenant.value),
        )
        .proof(Place::Claims, tenant.span, format!("tid {}", tenant.value))
        .proof(Place::ResponseHeader(header), param.span, wanted)
        .fixed_by(Fix::action(format!("Log in to the tenant {wanted} and send a token of it"))),
    )
}

/// The token names another project than the host of a service whose hosts are named by projects.
fn host_claim(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host)?;
    let name = known.service.host_claim.as_ref()?;
    let member = facts.jwt().filter(|token| token.jws.claims.fault.is_none())?.jws.claims.member(name)?;
    let of_token = member.value.as_str()?;
    let here = facts.host()?.split('.').next()?;
    if of_token.is_empty() || of_token == here {
        return None;
    }
    let strength = if known.decides() { Strength::Contradiction } else { Strength::Likely };
    Some(
        Finding::fail(strength, format!("the token is of the project {of_token}, but the host is that of {here}"))
            .proof(Place::Claims, member.value_span, format!("{name} {of_token}"))
            .proof(Place::RequestLine, facts.host_span(here), here)
            .context(source(known.service))
            .fixed_by(Fix::action(format!("Use a key of {here}, or the host of {of_token}"))),
    )
}

/// The path names an id of another kind where a known service has that of the account.
fn path_id(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host)?;
    let path = facts.url.as_ref()?.path();
    let (wanted, id) = known.service.path_ids.iter().find_map(|wanted| {
        let (_, rest) = path.split_once(wanted.after.as_str())?;
        Some((wanted, rest.split(['/', '.']).next()?))
    })?;
    if id.starts_with(&wanted.prefix) {
        return None;
    }
    let kind = known.service.kinds.iter().find(|kind| kind.is(id))?;
    let span = Span::of(&facts.request.url, facts.request.url.get(facts.request.url.find(id)?..)?.get(..id.len())?)?;
    let strength = if known.decides() { Strength::Contradiction } else { Strength::Likely };
    Some(
        Finding::fail(strength, format!("the path has {id} ({}) where {} ({}…) belongs", kind.what, wanted.what, wanted.prefix))
            .proof(Place::RequestLine, span.shifted(facts.request.method.len() + 1), id)
            .context(source(known.service))
            .fixed_by(Fix::action(format!("Write {} in the path, and keep the key for Authorization", wanted.what))),
    )
}

/// The host begins with one tenant, and what goes with the credential names another.
fn of_host(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host)?;
    let companion = known.service.companions.iter().find(|companion| companion.in_host)?;
    let (place, span, sent) = companion.find(facts.request)?;
    let here = facts.host()?.split(['.', '-']).next()?;
    // A host for everybody is called otherwise than a tenant.
    let is_alike = here.len() == sent.len() || here.bytes().any(|b| b.is_ascii_digit());
    if here.eq_ignore_ascii_case(&sent) || !is_alike {
        return None;
    }
    Some(
        Finding::fail(
            if known.decides() { Strength::Contradiction } else { Strength::Likely },
            format!("{} is {sent}, but the host is that of {here}", companion.name()),
        )
        .proof(place, span, sent.clone())
        .proof(Place::RequestLine, facts.host_span(here), here)
        .context(source(known.service))
        .fixed_by(Fix::action(format!("Use the host of {sent}, or the credential of {here}"))),
    )
}

/// A header that tells a known service the tenant, and is missing.
fn companion(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by > KnownBy::Hint && matches!(facts.status(), 400 | 401 | 403))?;
    let is_sent = |companion: &Companion| companion.find(facts.request).is_some();
    let missing = known.service.companions.iter().find(|c| c.names_tenant() && !is_sent(c))?;
    let is_always = missing.needed == "always";
    // Where it depends on the set-up, a tenant that is missing is thinkable, and rarely the reason.
    if let Some(value) = at_hand(facts, missing) {
        let header = missing.name();
        return Some(
            Finding::fail(Strength::Likely, format!("{value} is known besides the request, and {header}, which names it, is not sent"))
                .proof(Place::RequestLine, None, format!("no {header}"))
                .context(source(known.service))
                .fixed_by(Fix::action(format!("Add {header} with {value}"))),
        );
    }
    let strength = match (known.decides(), is_always) {
        (true, true) => Strength::Contradiction,
        _ if facts.words.iter().any(|word| word.specific) => Strength::Remark,
        // What somebody runs need not have several tenants.
        (_, false) if known.by == KnownBy::Name => Strength::Remark,
        _ => Strength::Unlikely,
    };
    let header = missing.name();
    Some(
        Finding::suspect(
            strength,
            format!("{} wants {header} ({}), needed {}; it is not in the request", named(&known), missing.what, missing.needed),
        )
        .proof(Place::RequestLine, None, format!("no {header}"))
        .context(source(known.service))
        .fixed_by(Fix::action(format!("Add {header} with the {}", missing.what))),
    )
}

/// The value for what is missing, where settings or notes have one.
fn at_hand<'f>(facts: &'f Facts, missing: &Companion) -> Option<&'f str> {
    let prefix = missing.prefix.as_deref()?;
    let texts = [facts.context.config.as_deref(), facts.context.notes.as_deref()];
    let mut words =
        texts.into_iter().flatten().flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))));
    words.find(|word| word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 4))
}
