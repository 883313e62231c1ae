//! `credential-empty`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::span::Span;

check! {
    /// The Authorization header has no credential in it: nothing follows the scheme.
    ///
    /// # What it looks at
    /// What follows the scheme in Authorization, and whether a Basic value has a user or a password.
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
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    let fix = Fix::action("Fill in the credential; the variable that should hold it was probably empty");
    if a.value.trim().is_empty() {
        return Finding::fail(Strength::Contradiction, "the Authorization header is empty")
            .proof(a.place(), Span::whole(&a.value), "empty")
            .fixed_by(fix);
    }
    let inner = a.core().0;
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
    Finding::pass("the credential is not empty")
}
