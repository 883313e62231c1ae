//! The catalogue is whole and sound: every known reason for a refusal has a check, and every check has a text worth reading.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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
    "needless-credential",
    "credential-incomplete",
    "request-signature-mismatch",
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
    "redirect-changes-method",
    "server-address-misread",
    "response-from-cache",
    "denial-cacheable",
    "private-answer-cacheable",
    "proxy-authentication-required",
    "answered-by-intermediary",
    "route-unknown",
    "user-agent-refused",
    "rate-limited",
    "address-blocked",
    "auth-server-unreachable",
    "two-layers-share-authorization",
    "upstream-credential-refused",
    "connection-bound-login",
    "instances-differ",
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

/// Whoever adds a check is told here what it still lacks.
#[test]
fn no_check_lacks_a_line_in_the_catalogue_a_fixture_or_a_place_in_the_documentation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documented = fs::read_to_string(root.join("assets/docs/checks.md")).expect("the documentation");
    let declared = declared(&root.join("src/checks"));
    assert!(declared.len() >= ALL.len() && ALL.len() > 50, "{} checks are declared", declared.len());
    let mut lacking = Vec::new();
    for (id, file) in &declared {
        let lacks = [
            (!ALL.iter().any(|check| check.id == id), "a line in src/checks/catalogue.rs".to_string()),
            (!root.join(format!("tests/checks/{id}.md")).exists(), format!("the fixture tests/checks/{id}.md")),
            (!documented.contains(&format!("`{id}`")), "a line in assets/docs/checks.md".to_string()),
        ];
        lacking.extend(lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, what)| format!("{id} ({}) lacks {what}", file.display())));
    }
    for fixture in fs::read_dir(root.join("tests/checks")).expect("the fixtures").flatten().map(|entry| entry.path()) {
        let of = fixture.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if fixture.extension().is_some_and(|extension| extension == "md") && !declared.contains_key(&of) {
            lacking.push(format!("{} is the fixture of no check", fixture.display()));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

/// The checks that are declared in a folder, each with its file.
fn declared(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for path in fs::read_dir(folder).expect("the checks").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(declared(&path));
        } else if let Ok(text) = fs::read_to_string(&path) {
            for declaration in text.split("\ncheck! {\n").skip(1) {
                let name = declaration.lines().map(str::trim).find(|line| !line.starts_with("///"));
                let id = name.and_then(|line| line.split('"').nth(1)).unwrap_or_else(|| panic!("{}: {name:?}", path.display()));
                found.insert(id.to_string(), path.clone());
            }
        }
    }
    found
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
