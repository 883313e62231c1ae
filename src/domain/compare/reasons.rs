//! Why B is refused where A is taken: every difference that can be the reason, the likeliest first.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::bytes::what_happened;
use super::values::{near_miss, set_difference, without};
use crate::domain::context::Context;
use crate::domain::time::{from_seconds, human, seconds_between};
use crate::domain::token::claims::{audiences, milliseconds, plain};
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::{SignatureState, Verification};
use crate::domain::token::kind::ParsedToken;
use crate::domain::token::token_use::{TokenUse, token_use};

/// One of the two tokens with what was found out about it.
pub(super) struct Side<'a> {
    pub(super) text: &'a str,
    pub(super) reading: &'a ParsedToken,
    pub(super) signature: Option<&'a Verification>,
    /// When it is judged.
    pub(super) at: Timestamp,
}

/// The reasons as one text: the likeliest first, two more after it, and what speaks against them.
pub(super) fn sentence(a: &Side, b: &Side, context: Option<&Context>) -> String {
    if a.text == b.text {
        return "The two tokens are the same, byte for byte: why one is refused lies outside the token (address, headers, time, server)."
            .into();
    }
    let found = match (&a.reading.jws, &b.reading.jws) {
        (Some(jws_a), Some(jws_b)) => of_jws(a, b, jws_a, jws_b, context),
        _ => of_texts(a, b),
    };
    let honest = honest(a, b);
    let mut parts = found.into_iter();
    let Some(first) = parts.next() else {
        let none =
            "Nothing in the tokens shows why B is refused: ask the issuer whether it was revoked, and look at the rest of the request.";
        return match honest {
            // It says it all.
            Some(honest) => honest,
            None => none.into(),
        };
    };
    let others: Vec<String> = parts.take(2).collect();
    let also = if others.is_empty() { String::new() } else { format!(" Also: {}.", others.join("; ")) };
    let first = super::capitalized(&first);
    format!("{}{first}.{also}", honest.map_or_else(String::new, |h| format!("{h} ")))
}

/// What contradicts "A is taken and B is refused".
fn honest(a: &Side, b: &Side) -> Option<String> {
    let ended = |side: &Side| expired_for(side.reading.jws.as_ref()?, side.at);
    match (ended(a), ended(b)) {
        (Some(a), None) if exp(b).is_some() => {
            Some(format!("A is the one that expired, {} ago, and B has not: are they the other way round?", human(a)))
        }
        (Some(a), Some(b)) => Some(format!("Both have expired, A {} ago and B {} ago: neither should be accepted.", human(a), human(b))),
        _ => {
            let (bad, good) = (a.signature?, b.signature?);
            (bad.state == SignatureState::Invalid && good.state != SignatureState::Invalid)
                .then(|| format!("A is the one whose signature is invalid ({}): are they the other way round?", bad.reason))
        }
    }
}

fn exp(side: &Side) -> Option<Timestamp> {
    moment(side.reading.jws.as_ref()?, "exp")
}

fn moment(jws: &Jws, name: &str) -> Option<Timestamp> {
    let seconds = jws.claims.get(name)?.as_f64()?;
    if milliseconds(seconds).is_some() { None } else { from_seconds(seconds) }
}

/// For how many seconds it has been expired.
fn expired_for(jws: &Jws, now: Timestamp) -> Option<f64> {
    let exp = moment(jws, "exp")?;
    (exp <= now).then(|| seconds_between(exp, now))
}

fn of_texts(a: &Side, b: &Side) -> Vec<String> {
    let mut found: Vec<String> = what_happened(a.text, b.text).into_iter().collect();
    let is_of_another_kind = a.reading.kind != b.reading.kind;
    if is_of_another_kind || found.is_empty() && a.reading.what != b.reading.what {
        let other = if is_of_another_kind { "another kind of token" } else { "another token" };
        found.push(format!("B is {other}: A is {}, B is {}", a.reading.what, b.reading.what));
    } else if found.is_empty() {
        found.push("B is another token of the same kind as A; only its issuer can say whether it is valid".into());
    }
    found
}

fn of_jws(a: &Side, b: &Side, jws_a: &Jws, jws_b: &Jws, context: Option<&Context>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(fault) = jws_b.faults.iter().find(|f| !jws_a.faults.iter().any(|x| x.kind == f.kind)) {
        found.push(format!("B is damaged: {}", fault.message));
    }
    found.extend(signature(a, b));
    found.extend(times((jws_a, a.at), (jws_b, b.at)));
    found.extend(audience(jws_a, jws_b, context));
    found.extend(issuer(jws_a, jws_b));
    found.extend(algorithm_and_key(jws_a, jws_b));
    found.extend(kind_of_use(jws_a, jws_b));
    found.extend(rights(jws_a, jws_b));
    found.extend(rest(jws_a, jws_b));
    found
}

fn signature(a: &Side, b: &Side) -> Option<String> {
    let (a, b) = (a.signature?, b.signature?);
    (a.state != SignatureState::Invalid && b.state == SignatureState::Invalid).then(|| format!("B's signature is invalid: {}", b.reason))
}

fn times((a, at_a): (&Jws, Timestamp), (b, at_b): (&Jws, Timestamp)) -> Vec<String> {
    let mut found = Vec::new();
    match (expired_for(a, at_a), expired_for(b, at_b)) {
        (None, Some(ago)) if moment(a, "exp").is_some() => found.push(format!("B expired {} ago, A has not expired", human(ago))),
        (None, Some(ago)) => found.push(format!("B expired {} ago, A has no end", human(ago))),
        _ => {}
    }
    for (name, words) in [("nbf", "is not valid before"), ("iat", "says it was issued at")] {
        let ahead = |jws: &Jws, at: Timestamp| moment(jws, name).filter(|m| *m > at);
        if let (None, Some(start)) = (ahead(a, at_a), ahead(b, at_b)) {
            found.push(format!("B {words} a moment that lies {} ahead", human(seconds_between(at_b, start))));
        }
    }
    let broken = |jws: &Jws| jws.claims.get("exp").is_some() && moment(jws, "exp").is_none();
    if broken(b) && !broken(a) {
        found.push(format!("B's exp is {}, which is not a number of seconds", jws_text(b, "exp")));
    }
    if b.claims.get("exp").is_none() && a.claims.get("exp").is_some() {
        found.push("B has no exp, A has one".into());
    }
    found
}

fn jws_text(jws: &Jws, name: &str) -> String {
    jws.claims.get(name).map_or_else(|| "none".into(), plain)
}

fn audience(a: &Jws, b: &Jws, context: Option<&Context>) -> Option<String> {
    let (aud_a, aud_b) = (a.claims.get("aud"), b.claims.get("aud"));
    if let Some(wanted) = context.map(|c| &c.audience).filter(|w| !w.is_empty()) {
        let wants: HashSet<&String> = wanted.iter().collect();
        let has = |aud: Option<&Value>| aud.map(audiences).unwrap_or_default().iter().any(|m| wants.contains(m));
        if has(aud_a) && !has(aud_b) {
            return Some(format!("B is for another API: its aud is {}, this one expects {}", jws_text(b, "aud"), wanted.join(" or ")));
        }
        return None;
    }
    let missing = without(&aud_a.map(audiences)?, &aud_b.map(audiences).unwrap_or_default());
    match (missing.as_slice(), aud_b) {
        ([], _) => None,
        (_, None) => Some(format!("B has no aud, A is for {}", jws_text(a, "aud"))),
        (_, Some(_)) => {
            let miss = near_miss(&jws_text(a, "aud"), &jws_text(b, "aud")).map_or_else(String::new, |m| format!(" ({m})"));
            Some(format!("B is for another API: its aud is {}, A's is {}{miss}", jws_text(b, "aud"), jws_text(a, "aud")))
        }
    }
}

fn issuer(a: &Jws, b: &Jws) -> Option<String> {
    let (iss_a, iss_b) = (a.claims.get("iss"), b.claims.get("iss"));
    if iss_a == iss_b {
        return None;
    }
    let miss = near_miss(&jws_text(a, "iss"), &jws_text(b, "iss")).map_or_else(String::new, |m| format!(" ({m})"));
    Some(format!("B was issued by {}, A by {}{miss}", jws_text(b, "iss"), jws_text(a, "iss")))
}

fn algorithm_and_key(a: &Jws, b: &Jws) -> Vec<String> {
    let mut found = Vec::new();
    let said = |text: Option<String>| text.unwrap_or_else(|| "none".into());
    if a.algorithm() != b.algorithm() {
        let alg = |jws: &Jws| said(jws.header.get("alg").map(plain));
        found.push(format!("B is signed with {}, A with {}", alg(b), alg(a)));
    }
    if a.key_id() != b.key_id() {
        found.push(format!("B is signed with another key: its kid is {}, A's is {}", said(b.key_id()), said(a.key_id())));
    }
    found
}

fn kind_of_use(a: &Jws, b: &Jws) -> Option<String> {
    let (use_a, use_b) = (token_use(a), token_use(b));
    let is_wrong = use_a.token_use != use_b.token_use && !matches!(use_b.token_use, TokenUse::Access | TokenUse::Unknown);
    is_wrong.then(|| format!("B is {} (shown by {})", use_b.token_use.words(), use_b.proof.join(", ")))
}

fn rights(a: &Jws, b: &Jws) -> Vec<String> {
    let mut found = Vec::new();
    for (name, word) in [
        ("scope", "scope"),
        ("scp", "scope"),
        ("permissions", "permission"),
        ("roles", "role"),
        ("groups", "group"),
        ("amr", "means of login"),
    ] {
        let (in_a, in_b) = (a.claims.get(name), b.claims.get(name));
        let missing = set_difference(name, in_a, in_b).missing;
        if !missing.is_empty() {
            found.push(format!("B lacks the {word} {}", missing.join(", ")));
        }
    }
    found
}

/// Differences that some servers look at, and that else explain who B is.
fn rest(a: &Jws, b: &Jws) -> Vec<String> {
    const NAMES: [(&str, &str); 7] = [
        ("tid", "is from another tenant"),
        ("ver", "has another format version"),
        ("azp", "was issued to another client"),
        ("client_id", "was issued to another client"),
        ("appid", "was issued to another client"),
        ("cnf", "is bound to another key"),
        ("sub", "is about another user or service"),
    ];
    let mut found: Vec<String> = Vec::new();
    if a.header.get("typ") != b.header.get("typ") {
        let typ = |jws: &Jws| jws.header.get("typ").map_or_else(|| "none".into(), plain);
        found.push(format!("B's header says typ {}, A's {}", typ(b), typ(a)));
    }
    for (name, words) in NAMES {
        if a.claims.get(name) != b.claims.get(name) {
            found.push(format!("B {words} ({name} {}, A {})", jws_text(b, name), jws_text(a, name)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::compare_tokens;
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn token(claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"k"}"#), URL_SAFE_NO_PAD.encode(claims))
    }

    fn said(a: &str, b: &str) -> String {
        compare_tokens(&token(a), &token(b), None, [Timestamp::from_second(10_000).expect("a moment"); 2]).sentence
    }

    #[test]
    fn the_likeliest_reason_stands_first() {
        let sentence = said(r#"{"exp":11000,"aud":"orders","scope":"read write"}"#, r#"{"exp":6400,"aud":"billing","scope":"read"}"#);
        assert_eq!(
            sentence,
            "B expired 1 h ago, A has not expired. Also: B is for another API: its aud is billing, A's is orders; B lacks the scope write."
        );
    }

    #[test]
    fn an_expired_a_is_said_honestly() {
        let sentence = said(r#"{"exp":6400,"aud":"orders"}"#, r#"{"exp":11000,"aud":"billing"}"#);
        assert!(
            sentence.starts_with("A is the one that expired, 1 h ago, and B has not: are they the other way round? B is for another API"),
            "{sentence}"
        );
        let both = said(r#"{"exp":6400}"#, r#"{"exp":6399}"#);
        assert_eq!(both, "Both have expired, A 1 h ago and B 1 h ago: neither should be accepted.");
    }

    #[test]
    fn each_token_is_judged_at_its_own_moment() {
        let at = [5_000, 10_000].map(|seconds| Timestamp::from_second(seconds).expect("a moment"));
        let compared = compare_tokens(&token(r#"{"exp":6400}"#), &token(r#"{"exp":6400,"jti":"b"}"#), None, at);
        assert_eq!(compared.sentence, "B expired 1 h ago, A has not expired.");
    }

    #[test]
    fn each_difference_has_its_words() {
        for (a, b, words) in [
            (r#"{"nbf":1}"#, r#"{"nbf":10060}"#, "B is not valid before a moment that lies 1 min ahead"),
            (r#"{"exp":11000}"#, r#"{"exp":"11000"}"#, "B's exp is 11000, which is not a number of seconds"),
            (r#"{"iss":"https://a/"}"#, r#"{"iss":"https://a"}"#, "a slash at the end"),
            (r#"{"scope":"a"}"#, r#"{"nonce":"n"}"#, "ID token"),
            (r#"{"roles":["admin"]}"#, r#"{"roles":[]}"#, "B lacks the role admin"),
            (r#"{"sub":"a"}"#, r#"{"sub":"b"}"#, "another user"),
            (r#"{"jti":"a"}"#, r#"{"jti":"b"}"#, "Nothing in the tokens shows"),
        ] {
            let sentence = said(a, b);
            assert!(sentence.contains(words), "{a} {b}: {sentence}");
        }
        assert!(said("{}", "{}").contains("byte for byte"));
    }

    #[test]
    fn the_expected_audience_decides() {
        let context = Context { audience: vec!["orders".into()], ..Context::default() };
        let now = Timestamp::from_second(10_000).expect("a moment");
        let sentence =
            compare_tokens(&token(r#"{"aud":["orders","x"]}"#), &token(r#"{"aud":"billing"}"#), Some(&context), [now; 2]).sentence;
        assert!(sentence.contains("its aud is billing, this one expects orders"), "{sentence}");
    }

    #[test]
    fn opaque_tokens_compare_by_their_bytes() {
        let now = Timestamp::from_second(10_000).expect("a moment");
        let sentence = compare_tokens("ghp_0123456789", "ghp_01234\u{200b}56789", None, [now; 2]).sentence;
        assert!(sentence.contains("U+200B (zero width space) at character 10"), "{sentence}");
        let kinds = compare_tokens("ghp_0123456789", &token("{}"), None, [now; 2]).sentence;
        assert!(kinds.contains("another kind of token"), "{kinds}");
    }
}
