//! `sso-authorization-required`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The token is right, but it is not authorized for the organization's single sign-on.
    ///
    /// # What it looks at
    /// What the answer says of SAML and single sign-on, and headers of its own for that (`X-GitHub-SSO`).
    ///
    /// # Why a server answers 401 to it
    /// An organization can ask that every token be confirmed once by a login at its own identity provider. Until then the
    /// token works everywhere else, and not there.
    ///
    /// # How to prove it
    /// Send the same token for something outside the organization: it is accepted.
    ///
    /// # How to fix it
    /// Open the address that the answer names, or the token's settings, and authorize the token for the organization.
    ///
    /// # Example
    /// `403` with `X-GitHub-SSO: required; url=https://github.com/orgs/acme/sso?…`
    ///
    /// # References
    /// RFC 9110 section 15.5.4; docs.github.com, "Authorizing a personal access token for use with single sign-on".
    SINGLE_SIGN_ON = "sso-authorization-required", Address,
    stage: Elsewhere, topics: [SingleSignOn],
    explains: ["permission-refused", "token-rejected", "basic-rejected", "scope-insufficient", "login-required"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(answer) = facts.answer else { return Finding::not_applicable() };
    if !facts.is_refused() {
        return Finding::pass("the server did not ask for single sign-on");
    }
    let is_of_sso = |name: &str| name.split('-').any(|part| part.eq_ignore_ascii_case("sso"));
    let demand = answer.headers.iter().find(|(_, h)| is_of_sso(&h.name) && h.value.trim_start().starts_with("required"));
    let message = "the token is not authorized for the single sign-on of this organization";
    if let Some((i, h)) = demand {
        let url = h.value.split_once("url=").map(|(_, url)| url.trim().trim_matches('"'));
        let fix = url.map_or_else(
            || Fix::action("Authorize the token for the organization in its settings"),
            |url| Fix::action(format!("Authorize the token at {url}")),
        );
        return Finding::fail(Strength::Contradiction, message)
            .proof(Place::ResponseHeader(i), Span::whole(&h.value), h.value.clone())
            .fixed_by(fix);
    }
    match facts.word(Topic::SingleSignOn).filter(|word| word.specific && facts.carries_credential()) {
        Some(word) => Finding::fail(Strength::Stated, message)
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Authorize the token for the organization's single sign-on, in the token's settings")),
        None => Finding::not_applicable(),
    }
}
