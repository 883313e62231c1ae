//! `needless-credential`

use std::cell::LazyCell;

use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::likeness::Likeness;
use crate::checks::services::KnownBy;
use crate::checks::siblings::Neighbor;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::origin::is_credential;
use crate::domain::request::Edit;
use crate::domain::response::Response;
use crate::domain::secrecy::shapes;

check! {
    /// No credential is needed here, and the one that was sent is refused.
    ///
    /// # What it looks at
    /// Whether the same request was answered without a credential, in another request of the file, before this one or by the
    /// notes, services that give what is public to everybody, and answers that say so ("must be called without …").
    ///
    /// # Why a server answers 401 to it
    /// A server that gets a credential checks it, also where it would ask for none. An old or foreign one is then worse than
    /// nothing.
    ///
    /// # How to prove it
    /// Send the request without the credential.
    ///
    /// # How to fix it
    /// Leave the credential out for what is public. Look where the client takes it from: a stored login, `.netrc`, an
    /// environment variable, an interceptor.
    ///
    /// # Example
    /// `401` for a public file with an expired token, `200` without one.
    ///
    /// # References
    /// RFC 9110 section 11.6.2.
    NEEDLESS = "needless-credential", Credentials,
    stage: Elsewhere, topics: [Needless],
    explains: ["token-rejected", "basic-rejected", "header-stripped-by-proxy"],
    proven_by: [NoCredential],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(word) = facts.word(Topic::Needless).filter(|word| word.specific && facts.is_refused() && facts.carries_credential()) {
        let finding = Finding::fail(Strength::Stated, "the server wants this call without a credential, and one was sent");
        return with_fix(facts, finding.proof(word.place, word.span, facts.quote(word)));
    }
    let is_refused = facts.standing == Standing::Refused && matches!(facts.status(), 400 | 401 | 403 | 404);
    let carries = || facts.carries_credential() || has_key_in_path(facts);
    if let Some(said) = facts.noted_without().filter(|_| is_refused && carries()) {
        let finding = Finding::fail(Strength::Stated, "without the credential the request works: none is needed, and this one is refused");
        return with_fix(facts, finding).context(said.to_string());
    }
    // A body may hold a credential of its own: two requests with one are not the same with and without.
    if !matches!(facts.request.method.as_str(), "GET" | "HEAD") {
        return Finding::not_applicable();
    }
    if !is_refused || !carries() {
        return Finding::not_applicable();
    }
    let is_here = |method: &str, url: &str| {
        (url == facts.request.url || without_part(&facts.request.url, url))
            && (method.is_empty() || method.eq_ignore_ascii_case(&facts.request.method))
    };
    let history = &facts.context.previous;
    let earlier =
        history.iter().find(|p| (200..300).contains(&p.status) && p.sent_authorization == Some(false) && is_here(&p.method, &p.url));
    let (before, after) = facts.siblings.map(|siblings| siblings.same_address(facts.request)).unwrap_or_default();
    let own = LazyCell::new(|| Likeness::of(facts.request));
    let is_open = |neighbor: &Neighbor| {
        neighbor.exchange.answer.as_ref().is_some_and(Response::is_success)
            && neighbor.is_alike(facts.request, *own)
            && !neighbor.carries_credential()
    };
    let open = before.into_iter().chain(after).find(is_open);
    let status = earlier.map(|p| p.status).or_else(|| open.and_then(|n| n.exchange.answer.as_ref()).map(|a| a.status));
    if let Some(status) = status {
        let message = format!("without a credential the same request gets {status}: none is needed, and this one is refused");
        let finding = Finding::fail(Strength::Contradiction, message);
        return with_fix(facts, finding).context(format!("{} {} without a credential: {status}", facts.request.method, facts.request.url));
    }
    if let Some(said) = facts.noted_public() {
        let message = "what is asked for is public, by the notes: without this credential it may be given";
        return with_fix(facts, Finding::suspect(Strength::Likely, message)).context(said.to_string());
    }
    let service = facts.service();
    let public = service.filter(|known| known.by == KnownBy::Host && known.service.needless && facts.status() == 401);
    if let Some(known) = public {
        let message = format!("{} gives what is public without a credential, and refuses a bad one even there", known.service.name);
        return with_fix(facts, Finding::warn(Strength::Remark, message));
    }
    Finding::unknown("whether a credential is needed: send the request without one")
}

/// True for a path with a part that looks like a key.
fn has_key_in_path(facts: &Facts) -> bool {
    facts.request.path().split('/').any(shapes::is_credential)
}

/// True for the same address without a key in its path, and the part before that: `/t/TOKEN/channel` and `/channel`.
fn without_part(url: &str, other: &str) -> bool {
    let parts: Vec<&str> = url.split('/').collect();
    (3..parts.len()).filter(|at| parts.get(*at).is_some_and(|part| shapes::is_credential(part))).any(|at| {
        [at, at - 1].into_iter().filter(|start| *start >= 3).any(|start| {
            let rest = parts.iter().enumerate().filter(|(i, _)| *i < start || *i > at).map(|(_, part)| *part);
            rest.collect::<Vec<_>>().join("/") == other
        })
    })
}

/// With the credential as proof, and the fix that removes it.
fn with_fix(facts: &Facts, finding: Finding) -> Finding {
    let indices: Vec<usize> = facts.request.headers.iter().filter(|(_, header)| is_credential(header)).map(|(index, _)| index).collect();
    let finding = indices.iter().fold(finding, |finding, index| finding.proof(Place::RequestHeader(*index), None, "the credential"));
    if indices.is_empty() {
        return finding.fixed_by(Fix::action("Send the request without the credential"));
    }
    // The last one first: what is removed moves those behind it.
    let edits = indices.into_iter().rev().map(|index| Edit::RemoveHeader { index }).collect();
    finding.fixed_by(Fix::edit("Remove the credential", edits))
}
