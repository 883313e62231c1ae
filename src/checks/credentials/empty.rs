//! `credential-empty`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::is_quote;
use crate::checks::facts::other_credentials::{Carrier, OtherCredential, is_key_header};
use crate::checks::facts::words::Topic;
use crate::checks::services::schema::NameForm;
use crate::checks::services::{Known, KnownBy};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::secrecy::shapes;
use crate::domain::span::Span;
use crate::domain::vendors;
use crate::domain::visible::is_hidden;

check! {
    /// The Authorization header has no credential in it: nothing follows the scheme.
    ///
    /// # What it looks at
    /// What follows the scheme in Authorization, whether a Basic value has a user or a password, and the place in the path where
    /// some services read the credential.
    ///
    /// # Why a server answers 401 to it
    /// There is no credential to check. Usually a variable was empty when the header was built.
    ///
    /// # How to prove it
    /// Print the variable that should hold the token, just before the request is sent.
    ///
    /// # How to fix it
    /// Fill the variable: log in first, check the name of the environment variable, or wait until the token has arrived.
    ///
    /// # Example
    /// `Authorization: Bearer `
    ///
    /// # References
    /// RFC 6750 section 2.1.
    EMPTY = "credential-empty", Credentials,
    stage: Wrapping, topics: [HeaderForm, Scheme, Missing, TokenForm],
    explains: ["authorization-missing"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(finding) = empty_key(facts).or_else(|| empty_path(facts)).or_else(|| empty_parameter(facts)) {
        return finding;
    }
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    let fix = Fix::action("Fill in the credential; the variable that should hold it was probably empty");
    if a.value.trim().is_empty() {
        return Finding::fail(Strength::Contradiction, "the Authorization header is empty")
            .proof(a.place(), Span::whole(&a.value), "empty")
            .fixed_by(fix);
    }
    let inner = a.core().0;
    // What is there and does not show is another matter.
    if a.value.chars().any(|c| c.is_control() || is_hidden(c)) && a.core().0.is_empty() {
        return Finding::not_applicable();
    }
    if a.credential.is_empty() || inner.is_empty() {
        let scheme = a.scheme.as_deref().unwrap_or("the scheme");
        let quoted = if a.credential.is_empty() { "" } else { " but quotes or spaces" };
        return Finding::fail(Strength::Contradiction, format!("nothing{quoted} follows {scheme} in the Authorization header"))
            .proof(a.place(), Span::new(a.scheme_span.start, a.value.len()), a.value.trim())
            .fixed_by(fix);
    }
    if let Some((user, password)) = facts.basic.as_ref().and_then(|b| b.parts())
        && user.is_empty()
        && password.is_empty()
    {
        return Finding::fail(Strength::Contradiction, "the Basic value has an empty user and an empty password")
            .proof(a.place(), a.credential_span, "decodes to \":\"")
            .fixed_by(Fix::action("Fill in user and password; the variables that should hold them were probably empty"));
    }
    if let Some(finding) = empty_password(facts) {
        return finding;
    }
    Finding::pass("the credential is not empty")
}

/// A user name of words without a password, where nobody is known to take the credential as the user name. A random text as the
/// user is such a credential: many services take a key there and no password.
fn empty_password(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let (user, password) = facts.basic.as_ref()?.text()?;
    let digits = user.bytes().filter(u8::is_ascii_digit).count();
    let is_of_words = !shapes::is_random(user) && digits * 4 <= user.len() && user.bytes().any(|b| b.is_ascii_lowercase());
    let is_name = user.contains('@') || user.len() <= LONGEST_NAME && is_of_words;
    let takes_it = |known: Known| {
        let is_token = known.service.username.as_ref().is_some_and(|name| matches!(name.form, NameForm::Token | NameForm::Any));
        is_token || known.service.kinds.iter().any(|kind| kind.is(user))
    };
    if !password.is_empty() || user.is_empty() || !is_name || facts.service().is_some_and(takes_it) || facts.is_meant(user, password) {
        return None;
    }
    // A server that speaks of the password has read the user.
    let strength = match () {
        // Where tokens alone are taken, the token is what is missing.
        () if facts.host().and_then(vendors::tokens_only).is_some() => Strength::Contradiction,
        () if facts.says(Topic::Password) => Strength::Likely,
        () => Strength::Plausible,
    };
    Some(
        Finding::suspect(strength, format!("the Basic value has the user {user:?} and an empty password"))
            .proof(a.place(), a.credential_span, format!("decodes to {user}: with nothing behind the colon"))
            .fixed_by(Fix::action("Fill in the password; the variable that should hold it was probably empty")),
    )
}

/// Names of accounts are not longer; keys are.
const LONGEST_NAME: usize = 24;

/// The path has nothing where its service reads the credential: `/bot/sendMessage`.
fn empty_path(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|known| known.by == KnownBy::Host && facts.is_refused())?;
    let path = facts.url.as_ref()?.path();
    let before = known
        .service
        .header
        .iter()
        .filter_map(|place| place.strip_prefix("path:"))
        .find(|before| path.strip_prefix(before).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))?;
    let span = Span::of(&facts.request.url, facts.request.url.get(facts.request.url.find(before)?..)?.get(..before.len())?)?;
    Some(
        Finding::fail(
            Strength::Contradiction,
            format!("nothing follows {before} in the path, where {} reads the credential", known.service.name),
        )
        .proof(Place::RequestLine, span.shifted(facts.request.method.len() + 1), before)
        .fixed_by(Fix::action("Fill in the credential; the variable that should hold it was probably empty")),
    )
}

/// A parameter or field for the key that has no value, where there is no other credential: `?api_key=&page=1`.
fn empty_parameter(facts: &Facts) -> Option<Finding> {
    let is_alone =
        facts.authorizations.is_empty() && facts.session().sends_none() && facts.others.iter().all(|o| o.value.trim().is_empty());
    let is_empty = |other: &&OtherCredential| matches!(other.carrier, Carrier::Query | Carrier::Body);
    let other = facts.others.iter().find(is_empty).filter(|_| is_alone && facts.is_refused())?;
    Some(
        Finding::fail(Strength::Contradiction, format!("{} has no value: the variable for the key was probably empty", other.name))
            .proof(other.place, None, other.name.clone())
            .fixed_by(Fix::action("Fill in the key; the variable that should hold it was probably empty")),
    )
}

/// A header for a key, sent without one. Beside another credential it matters when the server reads it first.
fn empty_key(facts: &Facts) -> Option<Finding> {
    let is_empty = |value: &str| value.chars().all(|c| c.is_whitespace() || is_quote(c));
    let (index, header) = facts.request.headers.iter().find(|(_, h)| is_key_header(&h.name) && is_empty(&h.value))?;
    let place = Place::RequestHeaderName(index);
    let remove = Fix::edit(format!("Remove the empty {} header", header.name), vec![Edit::RemoveHeader { index }]);
    if facts.authorizations.is_empty() && facts.others.is_empty() {
        return Some(
            Finding::fail(Strength::Contradiction, format!("the {} header is empty: the variable for the key has no value", header.name))
                .proof(place, None, header.name.clone())
                .fixed_by(Fix::action("Fill in the key; the variable that should hold it was probably empty")),
        );
    }
    let name = header.name.to_ascii_lowercase();
    let in_body = facts.lower_body().find(&name).map(|at| Span::new(at, at + name.len()));
    let is_read = |service: Known| service.service.header.iter().any(|n| n.eq_ignore_ascii_case(&name));
    let is_named = in_body.is_some()
        || facts.service().filter(|known| known.by == KnownBy::Host).is_some_and(is_read)
        || facts.wanted_key_header().is_some_and(|n| n.eq_ignore_ascii_case(&name));
    let strength = if is_named { Strength::Contradiction } else { Strength::Plausible };
    let said = |finding: Finding| match in_body {
        Some(span) => finding.proof(Place::ResponseBody, span, format!("the answer mentions {}", header.name)),
        None => finding,
    };
    Some(
        said(
            Finding::suspect(
                strength,
                format!("an empty {} header is sent in addition to another credential, and may be read instead of it", header.name),
            )
            .proof(place, None, header.name.clone()),
        )
        .fixed_by(remove),
    )
}
