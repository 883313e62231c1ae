//! `token-rejected`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::credential::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix};

check! {
    /// Nothing wrong can be seen in the token, and the server says that it is invalid.
    ///
    /// # What it looks at
    /// A well-formed token or key, refused by a server that speaks of the token and not of its form.
    ///
    /// # Why a server answers 401 to it
    /// It was revoked, it belongs to another environment, the key it was signed with has been replaced, or it was never
    /// issued. From outside these cannot be told apart.
    ///
    /// # How to prove it
    /// Ask the authorization server (introspection), or look for the request in its log.
    ///
    /// # How to fix it
    /// Get a new token, and see whether that one is taken.
    ///
    /// # Example
    /// `{"detail":"Invalid token."}` to a token of the right length.
    ///
    /// # References
    /// RFC 6750 section 3.1; RFC 7009; RFC 7662.
    REJECTED = "token-rejected", Token, look
}

fn look(facts: &Facts) -> Finding {
    let key =
        facts.others.iter().find(|o| o.carrier == Carrier::Header || (o.carrier == Carrier::Query && facts.authorizations.is_empty()));
    if (facts.token.is_none() && key.is_none()) || facts.is_token_request() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server took it");
    }
    if facts.answer.is_none() {
        return Finding::unknown("whether the server takes it: send the request");
    }
    if !matches!(facts.status(), 400 | 401 | 403 | 422 | 498) {
        return Finding::not_applicable();
    }
    let revoked = facts.says_plainly(Topic::Revoked);
    let says = facts.says(Topic::Token) || facts.challenge("bearer").is_some_and(|c| c.get("error") == Some("invalid_token"));
    let missing = facts.says_plainly(Topic::Missing);
    let is_jwt = facts.jwt().is_some();
    let is_stub = facts.token.as_ref().is_some_and(|t| t.jws.text.chars().count() < 8);
    let weight = match (revoked, says, is_jwt) {
        (true, ..) => 0.93,
        _ if is_stub => 0.48,
        (_, true, false) => 0.82,
        // A JWT that passes everything at hand, refused without a word: nobody can tell from here.
        (_, true, true) => 0.45,
        _ if missing => 0.05,
        (_, false, false) if facts.status() == 401 => 0.6,
        _ => 0.25,
    };
    let mut finding = Finding::fail(
        weight,
        if revoked {
            "the server says that the token was revoked"
        } else {
            "the token is well formed, and the server refuses it: revoked, replaced, or of another environment"
        },
    );
    if let Some(word) = facts.word(Topic::Revoked).or_else(|| facts.word(Topic::Token)) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    }
    match (&facts.token, key) {
        (Some(t), _) => finding = finding.proof(t.place, t.span, "the token"),
        (None, Some(k)) => finding = finding.proof(k.place, k.span, k.name.clone()),
        _ => {}
    }
    if facts.context.credential_known_good == Some(true) {
        finding.weight *= 0.3;
    }
    finding.fixed_by(Fix::action("Get a new token and see whether that one is taken"))
}
