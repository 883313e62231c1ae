//! `proof-of-possession-missing`

use serde_json::Value;
use url::Url;

use super::times::TimeClaim;
use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::domain::token::dpop::{proved_address, token_hash};
use crate::domain::token::jwk;
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::{self, KeySet, SignatureState};

check! {
    /// The token works only together with a DPoP proof, and the proof is missing or wrong.
    ///
    /// # What it looks at
    /// `cnf` in the token, the DPoP scheme and challenge, and the DPoP header. In the header: type, key, signature, method
    /// (`htm`), address (`htu`), token hash (`ath`), time (`iat`), id (`jti`) and `nonce`.
    ///
    /// # Why a server answers 401 to it
    /// The token is bound to a key, so that a stolen token is useless. The sender must sign each request with that key, in
    /// the DPoP header.
    ///
    /// # How to prove it
    /// Decode the DPoP header and compare its claims with the request.
    ///
    /// # How to fix it
    /// Make a new proof for each request, with its method and address and the hash of the token. Use the current time, and
    /// the last nonce that the server gave. With `# @dpop-key` in the file, authtui makes it.
    ///
    /// # Example
    /// `Authorization: Bearer` with a token that has `jkt` in `cnf`.
    ///
    /// # References
    /// RFC 9449 sections 4.2, 4.3, 7.1, 8 and 9.
    POSSESSION = "proof-of-possession-missing", Token,
    stage: Elsewhere, topics: [Proof],
    explains: ["scheme-mismatch", "token-not-a-jwt"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(token) = &facts.token else { return at_token_endpoint(facts) };
    let bound = bound_to(token);
    let a = facts.authorization();
    let scheme_is_dpop = a.is_some_and(|a| a.is("dpop"));
    let challenge = facts.challenge("dpop");
    let proof = facts.request.headers.all("dpop").next();
    if bound.is_none() && !scheme_is_dpop && proof.is_none() && challenge.is_none_or(|c| c.get("error").is_none()) {
        // A server that offers DPoP and nothing else wants it.
        if challenge.is_some() && facts.challenges.len() == 1 && facts.is_refused() {
            return Finding::fail(Strength::Stated, "the server accepts only DPoP: a token bound to a key, and a proof in each request")
                .proof(token.place, token.span, "the token, sent without a DPoP proof")
                .fixed_by(fix(facts, token));
        }
        return Finding::not_applicable();
    }
    let fault = fault(facts, token, bound, scheme_is_dpop, proof.map(|(i, h)| (i, h.value.as_str())));
    let Some((strength, message, place, span)) = fault else {
        if let Some(word) = facts.word(Topic::Proof).filter(|w| w.specific && facts.is_refused()) {
            return Finding::fail(Strength::Likely, "the server refuses the DPoP proof")
                .proof(word.place, word.span, facts.quote(word))
                .fixed_by(fix(facts, token));
        }
        return Finding::pass("the DPoP proof fits the request");
    };
    let mut finding = if facts.is_refused() { Finding::fail(strength, message) } else { Finding::warn(strength, message) };
    finding = finding.proof(place, span, if place == token.place { "the token" } else { "the DPoP proof" });
    if let Some(c) = challenge {
        finding =
            finding.proof(Place::ResponseHeader(c.header), c.scheme_span, c.get("error_description").unwrap_or("the server's challenge"));
    }
    finding.fixed_by(fix(facts, token))
}

/// A token request has no token yet: its proof names method, address, time and nonce only.
fn at_token_endpoint(facts: &Facts) -> Finding {
    let Some((index, header)) = facts.request.headers.all("dpop").next() else {
        return match facts.word(Topic::Proof).filter(|w| w.specific && facts.is_refused()) {
            Some(word) => Finding::fail(Strength::Stated, "the server wants a DPoP proof, but the request has none")
                .proof(word.place, word.span, facts.quote(word))
                .fixed_by(fix_without_token(facts)),
            None => Finding::not_applicable(),
        };
    };
    let place = Place::RequestHeader(index);
    let jws = Jws::read(header.value.trim());
    let named = |name: &str| jws.claims.str(name);
    let message = if jws.header.str("typ") != Some("dpop+jwt") || !jws.is_readable() {
        Some("the DPoP header is not a proof: it must be a JWT of typ dpop+jwt".to_string())
    } else if named("htm") != Some(&facts.request.method) {
        Some(format!("the DPoP proof is for the method {}, not for this request's", named("htm").unwrap_or("(none)")))
    } else if !named("htu").is_some_and(|htu| same_address(htu, &facts.request.url)) {
        Some(format!("the DPoP proof is for the address {}, not for this request's", shown_address(named("htu"))))
    } else {
        age(facts, &jws)
    };
    // That it wants a nonce, only the server says.
    let wanted = || nonce(facts, &jws).map(|message| (Strength::Stated, message));
    match message.map(|message| (Strength::Contradiction, message)).or_else(wanted).filter(|_| facts.is_refused()) {
        Some((strength, message)) => {
            Finding::fail(strength, message).proof(place, Span::whole(&header.value), "the DPoP proof").fixed_by(fix_without_token(facts))
        }
        None => Finding::pass("the DPoP proof fits the request"),
    }
}

fn fix(facts: &Facts, token: &Token) -> Fix {
    let by_hand = "Send a token that is bound to your key, with the scheme DPoP and a new proof for this request";
    prove(facts, Some(token)).unwrap_or_else(|| Fix::action(by_hand))
}

fn fix_without_token(facts: &Facts) -> Fix {
    let by_hand = "Make a new DPoP proof for this request, with its method, address and time, and the server's nonce";
    prove(facts, None).unwrap_or_else(|| Fix::action(by_hand))
}

/// The fix that makes a new proof, where the key that the token is bound to is at hand.
fn prove(facts: &Facts, token: Option<&Token>) -> Option<Fix> {
    let key = facts.context.dpop_key.as_ref()?;
    if token.is_some_and(|token| bound_to(token).map_or(token.is_jwt, |bound| bound != key.thumbprint)) {
        return None;
    }
    let text = token.map(|token| token.jws.text.as_str());
    let mut edits = vec![key.edit(facts.request, text, facts.answered("dpop-nonce"), facts.clock.server_now).ok()?];
    let carries_token = |place: Place| token.is_some_and(|token| token.place == place);
    if let Some(a) = facts.authorization().filter(|a| !a.is("dpop") && carries_token(Place::RequestHeader(a.index))) {
        edits.push(Edit::HeaderValue { index: a.index, value: format!("DPoP {}", a.credential) });
    }
    Some(Fix::edit("Make a new DPoP proof for this request", edits))
}

/// The thumbprint of the key that a token is bound to.
fn bound_to(token: &Token) -> Option<&str> {
    token.jws.claims.get("cnf")?.get("jkt")?.as_str()
}

type Fault = (Strength, String, Place, Option<Span>);

/// What is wrong with the proof, the first in the order in which a server looks.
fn fault(facts: &Facts, token: &Token, bound: Option<&str>, scheme_is_dpop: bool, proof: Option<(usize, &str)>) -> Option<Fault> {
    let here = |message: String| Some((Strength::Contradiction, message, token.place, Some(token.span)));
    let scheme = facts.authorization().and_then(|a| a.scheme.clone()).unwrap_or_default();
    let Some((index, value)) = proof else {
        if scheme_is_dpop {
            return here("the scheme is DPoP, but there is no DPoP header with a proof".into());
        }
        let what = format!("the token is bound to a key (cnf.jkt), but was sent as {scheme} without a DPoP proof");
        return bound.map(|_| (Strength::Contradiction, what, token.place, Some(token.span)));
    };
    let place = Place::RequestHeader(index);
    let at = |message: String| Some((Strength::Contradiction, message, place, Some(Span::whole(value))));
    if bound.is_some() && !scheme_is_dpop {
        return here(format!("the token is bound to a key and has a DPoP proof, but was sent as {scheme}; the scheme must be DPoP"));
    }
    let jws = Jws::read(value.trim());
    if !jws.is_readable() || jws.part_count != 3 {
        return at("the DPoP header is not a JWT".into());
    }
    match jws.header.str("typ") {
        Some("dpop+jwt") => {}
        typ => return at(format!("the DPoP proof's typ is {}, but must be dpop+jwt", typ.unwrap_or("missing"))),
    }
    let Some(key) = jws.header.get("jwk").and_then(Value::as_object) else { return at("the DPoP proof's header has no key (jwk)".into()) };
    let set = KeySet { source: "the proof's own jwk".into(), keys: vec![jwk::read(key)] };
    if keys::verify(&jws, &set).state == SignatureState::Invalid {
        return at("the DPoP proof's signature does not verify with its own key".into());
    }
    let thumbprint = set.keys[0].material.thumbprint();
    if let (Some(bound), Some(own)) = (bound, &thumbprint)
        && bound != own
    {
        return at(format!("the DPoP proof is signed with the key {own}, but the token is bound to {bound}"));
    }
    let text = |name: &str| jws.claims.str(name);
    match text("htm") {
        Some(htm) if htm == facts.request.method => {}
        htm => {
            return at(format!(
                "the DPoP proof is for the method {}, but the request is {}",
                htm.unwrap_or("(none)"),
                facts.request.method
            ));
        }
    }
    match text("htu") {
        Some(htu) if same_address(htu, &facts.request.url) => {}
        htu => {
            return at(format!(
                "the DPoP proof is for the address {}, but the request goes to {}",
                shown_address(htu),
                proved_address(&facts.request.url)
            ));
        }
    }
    let hash = token_hash(&token.jws.text);
    match text("ath") {
        Some(ath) if ath == hash => {}
        Some(_) => return at("the DPoP proof is for another token: ath is not the hash of this one".into()),
        None => return at("the DPoP proof does not name the token: ath is missing".into()),
    }
    if text("jti").is_none() {
        return at("the DPoP proof has no id: jti is missing".into());
    }
    age(facts, &jws)
        .and_then(&at)
        .or_else(|| nonce(facts, &jws).and_then(at).map(|(_, message, place, span)| (Strength::Stated, message, place, span)))
        .or_else(|| {
            // Sent as DPoP, but the token itself names no key.
            (bound.is_none() && scheme_is_dpop && token.is_jwt && token.jws.is_readable()).then(|| {
                (
                    Strength::Contradiction,
                    "the scheme is DPoP, but the token is not bound to a key: it has no cnf.jkt".into(),
                    token.place,
                    Some(token.span),
                )
            })
        })
}

fn age(facts: &Facts, proof: &Jws) -> Option<String> {
    let Some(iat) = TimeClaim::within(&proof.claims, "iat").seconds() else {
        return Some("the DPoP proof has no time: iat is missing or not a number".into());
    };
    let now = facts.clock.server_now.as_millisecond() as f64 / 1000.0;
    let old = now - iat;
    // Servers take a proof for seconds or minutes; five is the longest in common use.
    if old > 300.0 {
        return Some(format!("the DPoP proof is {} old, too old for most servers", crate::domain::time::human(old)));
    }
    (old < -60.0).then(|| format!("the DPoP proof's time (iat) is {} in the future", crate::domain::time::human(old)))
}

fn nonce(facts: &Facts, proof: &Jws) -> Option<String> {
    let wanted = facts.error_code() == Some("use_dpop_nonce") || facts.lower_body().contains("use_dpop_nonce");
    if !wanted {
        return None;
    }
    let given = facts.answered("dpop-nonce");
    Some(match (proof.claims.str("nonce"), given) {
        (None, _) => "the server wants its nonce in the DPoP proof, but the proof has none".into(),
        (Some(nonce), Some(given)) if nonce == given => {
            "the server wants another nonce in the DPoP proof than the one that it gave: its instances may not know each other's".into()
        }
        (Some(_), _) => "the nonce in the DPoP proof is not the last one that the server gave".into(),
    })
}

/// A server compares with the address that it was asked at, which never has one.
fn has_no_login(address: &str) -> bool {
    Url::parse(address).map_or(true, |url| url.username().is_empty() && url.password().is_none())
}

/// An address of a proof without what it may have of a login.
fn shown_address(htu: Option<&str>) -> String {
    htu.map_or_else(|| "(none)".into(), |htu| secrecy::replaced_in_url(htu, "…"))
}

/// Compared without query and fragment, and with the scheme's own port left out (RFC 9449 section 4.3).
pub fn same_address(a: &str, b: &str) -> bool {
    has_no_login(a) && proved_address(a) == proved_address(b)
}
