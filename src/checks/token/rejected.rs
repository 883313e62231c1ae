//! `token-rejected`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::oauth::Introspection;
use crate::domain::time;

check! {
    /// The token looks right, but the server refuses it.
    ///
    /// # What it looks at
    /// A well-formed token or API key, refused by a server that does not say what is wrong with it.
    ///
    /// # Why a server answers 401 to it
    /// It was revoked, it belongs to another environment, the key that signed it was replaced, or it was never issued. The
    /// answer does not show which of these it is.
    ///
    /// # How to prove it
    /// Ask the authorization server about the token (introspection), or look for the request in its log.
    ///
    /// # How to fix it
    /// Get a new token and see whether the server accepts that one.
    ///
    /// # Example
    /// `{"detail":"Invalid token."}` for a token of the right length.
    ///
    /// # References
    /// RFC 6750 section 3.1; RFC 7009; RFC 7662.
    REJECTED = "token-rejected", Token,
    stage: Residual, topics: [Token, Revoked],
    is_refusal: true,
    decided_by: [Introspection],
    run: look
}

/// The authorization server does not know the token as a good one.
fn inactive(facts: &Facts, said: &Introspection) -> Finding {
    let message = "the authorization server says that the token is not active: it expired, was revoked, or is another server's";
    let finding = Finding::fail(Strength::Stated, message).context(asked(said));
    let token = facts.token.as_ref().map(|token| (token.place, token.span));
    let finding = token.into_iter().fold(finding, |finding, (place, span)| finding.proof(place, span, "the token that was sent"));
    finding.fixed_by(Fix::renew("Get a new token"))
}

/// When, and what it said.
fn asked(said: &Introspection) -> String {
    format!("introspection at {}: active {}", time::clock(said.at), said.is_active)
}

/// The credentials that were sent, without their schemes.
fn sent_texts<'f>(facts: &'f Facts) -> impl Iterator<Item = &'f str> {
    facts.sent_credentials().into_iter().map(|sent| sent.text)
}

fn look(facts: &Facts) -> Finding {
    let stands_alone = facts.authorizations.is_empty();
    let is_key =
        |carrier| carrier == Carrier::Header || (matches!(carrier, Carrier::Query | Carrier::Path | Carrier::Body) && stands_alone);
    let key = facts.others.iter().find(|o| is_key(o.carrier));
    let removed = facts.removed_credential().filter(|absent| absent.place != Place::RequestBody);
    if (facts.token.is_none() && key.is_none() && removed.is_none()) || facts.is_token_request() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server accepted it");
    }
    if let Some(said) = facts.introspection().filter(|said| !said.is_active) {
        return inactive(facts, said);
    }
    if facts.answer.is_none() {
        return Finding::unknown("send the request to know whether the server accepts it");
    }
    if !facts.refuses_over(&[400, 401, 403, 422, 498], &[Topic::Token, Topic::Revoked]) {
        return Finding::not_applicable();
    }
    let revoked = facts.says_plainly(Topic::Revoked);
    // A server that falls back on its guard of forms did not take the key.
    let falls_back =
        facts.says_plainly(Topic::Csrf) && !facts.request.headers.has("cookie") && key.is_some_and(|key| key.carrier == Carrier::Header);
    if falls_back {
        let key = key.map(|key| (key.place, key.span, key.name.clone()));
        let finding = Finding::fail(Strength::Plausible, "the server does not take the key, and so asks for the token of a form (CSRF)");
        return key.into_iter().fold(finding, |finding, (place, span, name)| finding.proof(place, span, name)).fixed_by(Fix::action(
            "Compare the key with the one in the settings of this very server, and send it in the header that its documentation names",
        ));
    }
    let says = facts.says(Topic::Token) || facts.challenge("bearer").is_some_and(|c| c.get("error") == Some("invalid_token"));
    let missing = facts.says_plainly(Topic::Missing);
    let is_jwt = facts.jwt().is_some();
    let is_stub = facts.token.as_ref().is_some_and(|t| t.jws.text.chars().count() < 8);
    let strength = match (revoked, says, is_jwt) {
        (true, ..) => Strength::Stated,
        _ if is_stub => Strength::Possible,
        // Whatever was wrong with it, the recorder took it out; the server's plain words on something else say what it was.
        _ if removed.is_some() && facts.words.iter().any(|w| w.specific && !matches!(w.topic, Topic::Token | Topic::Revoked)) => {
            Strength::Unlikely
        }
        (_, false, _) if removed.is_some() && facts.status() == 401 => Strength::Possible,
        (_, true, false) => Strength::Likely,
        // A JWT that passes everything at hand, refused without a word: nobody can tell from here.
        (_, true, true) => Strength::Possible,
        // A key in a header of its own may not be what the server misses; nothing else is there to be wrong.
        _ if missing && key.is_some() && stands_alone => Strength::Unlikely,
        _ if missing => Strength::Remark,
        (_, false, false) if facts.status() == 401 => Strength::Plausible,
        _ => Strength::Unlikely,
    };
    if let Some(works) = sent_texts(facts).find_map(|sent| facts.noted_other_credential(sent)) {
        let mut finding = Finding::fail(Strength::Likely, "another credential was sent than the one that is said to work");
        if let Some(token) = &facts.token {
            finding = finding.proof(token.place, token.span, "what was sent");
        } else if let Some(key) = key {
            finding = finding.proof(key.place, key.span, key.name.clone());
        }
        return finding.context(works).fixed_by(Fix::action(
            "Find out where the client takes its credential from: a variable of the environment or a file may go before what was set last",
        ));
    }
    let mut finding = Finding::fail(
        strength,
        if revoked {
            "the server says that the token was revoked"
        } else if removed.is_some() {
            "the server refuses the credential, which the recorder removed: what is wrong with it cannot be seen here"
        } else {
            "the token or key is well formed, but the server refuses it: revoked, replaced, or from another environment"
        },
    );
    if let Some(word) = facts.word(Topic::Revoked).or_else(|| facts.word(Topic::Token)) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    }
    match (&facts.token, key) {
        (Some(t), _) => finding = finding.proof(t.place, t.span, "the token that was sent"),
        (None, Some(k)) => finding = finding.proof(k.place, k.span, k.name.clone()),
        (None, None) => {
            if let Some(removed) = removed {
                finding = finding.proof(removed.place, removed.span, "in its place");
            }
        }
    }
    // What is fresh has not expired, and the answer's words are about a right.
    if facts.word(Topic::Permission).is_some_and(|word| word.specific) && facts.noted_fresh().is_some() {
        finding.strength = finding.strength.min(Strength::Unlikely);
    }
    if facts.noted_other_call().is_some() {
        finding.strength = finding.strength.min(Strength::Unlikely);
    }
    let active = facts.introspection().filter(|said| said.is_active);
    if let Some(said) = active {
        finding = finding.context(format!("the authorization server says that it is active ({})", asked(said)));
    }
    if facts.is_known_good() || active.is_some() {
        finding.strength = finding.strength.min(Strength::Unlikely);
    }
    finding.fixed_by(Fix::renew("Get a new token or key and see whether the server accepts that one"))
}
