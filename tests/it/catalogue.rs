//! The catalogue is whole and sound: every known reason for a refusal has a check, and every check has a text worth reading.

use std::collections::BTreeSet;

use authtui::checks::Check;
use authtui::checks::catalogue::ALL;

/// The names that the catalogue promises; they are file names, causes in JSON and arguments of `authtui explain`, so none
/// may be lost or renamed.
#[rustfmt::skip]
const PROMISED: &[&str] = &[
    // Credentials
    "authorization-missing",
    "authorization-misspelled",
    "authorization-duplicated",
    "credential-in-wrong-place",
    "scheme-missing",
    "scheme-mismatch",
    "scheme-malformed",
    "scheme-unusual",
    "credential-empty",
    "credential-whitespace",
    "credential-quoted",
    "credential-invisible-character",
    "credential-placeholder",
    "credential-wrapped",
    "credential-url-encoded",
    "credential-too-large",
    "basic-not-base64",
    "basic-without-colon",
    "basic-trailing-newline",
    "basic-charset",
    "basic-rejected",
    "password-where-token-required",
    "digest-stale-nonce",
    "digest-challenge-mismatch",
    "digest-uri-mismatch",
    "digest-rejected",
    // Token
    "token-malformed",
    "token-not-a-jwt",
    "token-expired",
    "token-expiring-soon",
    "token-lifetime-long",
    "token-not-yet-valid",
    "clock-skewed",
    "time-claim-malformed",
    "audience-mismatch",
    "issuer-mismatch",
    "scope-insufficient",
    "signature-invalid",
    "key-unknown",
    "algorithm-refused",
    "claim-missing",
    "token-kind-wrong",
    "proof-of-possession-missing",
    "client-certificate-missing",
    "token-rejected",
    // Session and browser
    "session-cookie-missing",
    "session-cookie-expired",
    "session-cookie-rejected",
    "session-cookie-withheld",
    "cookie-duplicated",
    "cookie-unsafe",
    "csrf-token-missing",
    "login-required",
    "preflight-refused",
    "preflight-omits-authorization",
    "origin-not-allowed",
    "credentials-with-wildcard",
    "credentials-not-allowed",
    "cors-hides-status",
    "fetch-omits-credentials",
    "origin-refused",
    // Address and the way there
    "address-suspicious",
    "host-differs",
    "path-case-differs",
    "trailing-slash-differs",
    "plain-http",
    "header-dropped-on-redirect",
    "header-stripped-by-proxy",
    "server-address-misread",
    "response-from-cache",
    "denial-cacheable",
    "private-answer-cacheable",
    "proxy-authentication-required",
    "answered-by-intermediary",
    "rate-limited",
    "address-blocked",
    "auth-server-unreachable",
    "two-layers-share-authorization",
    "permission-refused",
    "account-disabled",
    "challenge-first-step",
    "public-path-protected",
    "challenge-missing",
    "challenge-malformed",
    // OAuth
    "redirect-uri-mismatch",
    "client-authentication-failed",
    "grant-invalid",
    "second-factor-required",
];

/// The headings of every text, in this order.
const HEADINGS: &[&str] =
    &["# What it looks at", "# Why a server answers 401 to it", "# How to prove it", "# How to fix it", "# Example", "# References"];

/// Phrases that say nothing.
const GENERIC: &[&str] =
    &["an error occurred", "something went wrong", "invalid input", "todo", "tbd", "lorem", "contact support", "see above"];

#[test]
fn every_promised_check_exists() {
    let known: BTreeSet<&str> = ALL.iter().map(|c| c.id).collect();
    let missing: Vec<_> = PROMISED.iter().filter(|id| !known.contains(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_check_is_promised() {
    let unknown: Vec<_> = ALL.iter().map(|c| c.id).filter(|id| !PROMISED.contains(id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn names_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for check in ALL {
        assert!(seen.insert(check.id), "{} stands twice", check.id);
        let words: Vec<&str> = check.id.split('-').collect();
        let is_word = |w: &&str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        assert!(words.iter().all(is_word), "{}", check.id);
    }
}

#[test]
fn families_stand_together() {
    let mut families: Vec<_> = ALL.iter().map(|c| c.family).collect();
    families.dedup();
    let distinct: BTreeSet<_> = families.iter().collect();
    assert_eq!(families.len(), distinct.len(), "{families:?}");
}

#[test]
fn every_text_has_the_six_headings_in_order_and_something_under_each() {
    for check in ALL {
        let found: Vec<&str> = check.doc.lines().map(str::trim).filter(|l| l.starts_with('#')).collect();
        assert_eq!(found, HEADINGS, "{}", check.id);
        for heading in HEADINGS {
            assert!(section(check, heading).len() >= 9, "{}: {heading}: {:?}", check.id, section(check, heading));
        }
    }
}

#[test]
fn every_summary_is_one_short_sentence_of_its_own() {
    let mut seen = BTreeSet::new();
    for check in ALL {
        let summary = check.summary().trim();
        assert!(summary.ends_with('.') && summary.len() <= 120, "{}: {summary}", check.id);
        assert!(seen.insert(summary), "{}: {summary}", check.id);
    }
}

#[test]
fn no_text_is_generic() {
    for check in ALL {
        let text = check.doc.to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        for phrase in GENERIC {
            let is_in = if phrase.contains(' ') { text.contains(phrase) } else { words.contains(phrase) };
            assert!(!is_in, "{}: {phrase}", check.id);
        }
    }
}

#[test]
fn every_text_names_a_source() {
    for check in ALL {
        let references = section(check, "# References");
        let names_one =
            ["RFC", "WHATWG", "Fetch", "OpenID", "OWASP", "NIST", "W3C", "http", "draft-", "CVE", "section", "documentation", "manual"];
        assert!(names_one.iter().any(|n| references.contains(n)), "{}: {references}", check.id);
    }
}

#[test]
fn no_two_checks_give_the_same_advice() {
    let mut seen = BTreeSet::new();
    for check in ALL {
        let advice = section(check, "# How to fix it");
        assert!(seen.insert(advice.clone()), "{}: {advice}", check.id);
    }
}

/// What stands under a heading, on one line.
fn section(check: &Check, heading: &str) -> String {
    let lines = check.doc.lines().map(str::trim).skip_while(|l| *l != heading).skip(1).take_while(|l| !l.starts_with('#'));
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}
