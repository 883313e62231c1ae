//! What the name of a value says, in every place.

use authtui::domain::secrecy;

use super::{CANARY, PLAIN, SECRETS, SUSPECTS, arrives, places, shown};

#[test]
fn every_name_of_a_secret_is_covered_in_every_place() {
    let mut fields = 0;
    let mut seen = Vec::new();
    for name in SECRETS.split_whitespace() {
        for (secret, (place, request)) in
            [CANARY, "hunter2"].into_iter().flat_map(|secret| places(name, secret).into_iter().map(move |p| (secret, p)))
        {
            fields += 1;
            if shown(&request).contains(secret) {
                seen.push(format!("{name} in {place}: {request:?}"));
            }
            if arrives(&request, secret) {
                seen.push(format!("{name} in {place} arrives at another origin"));
            }
        }
    }
    assert!(fields > 300);
    assert!(seen.is_empty(), "{} of {fields}: {seen:#?}", seen.len());
}

#[test]
fn a_name_that_may_be_one_is_covered_by_the_looks_of_its_value() {
    let mut wrong = Vec::new();
    for name in SUSPECTS.split_whitespace() {
        for (place, request) in places(name, CANARY) {
            if shown(&request).contains(CANARY) || arrives(&request, CANARY) {
                wrong.push(format!("{name} in {place} is shown"));
            }
        }
        for (place, request) in places(name, PLAIN) {
            if !secrecy::in_request(&request).is_empty() {
                wrong.push(format!("{name} in {place} cannot be read"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_of_secrets_and_words_that_are_like_them() {
    for name in [
        "passkey",
        "securityAnswer",
        "security_answer",
        "securityQuestionAnswer",
        "mnemonic",
        "seedPhrase",
        "seedphrase",
        "seed_words",
        "recovery_phrase",
        "pwdText",
        "passwordText",
        "dbpass",
        "userPwd",
        "smtppw",
        "2fa",
        "tfa",
        "unlockCode",
        "verification_code",
        "puk",
        "xprv",
        "memorableWord",
        "keypass",
        "pword",
        "psw",
        "p4ssw0rd",
        "s3cr3t",
        "PA55WORD",
        "second_factor",
    ] {
        assert!(secrecy::is_secret_name(name), "{name}");
    }
    for name in [
        "bypass",
        "compass",
        "phrase",
        "search_phrase",
        "catch_phrase",
        "answer",
        "answers",
        "quiz_answer",
        "2fa_enabled",
        "is2faEnabled",
        "words",
        "key_words",
        "trespass",
        "error_text",
        "text",
        "master",
        "shared",
        "basic",
        "verification",
        "unlock",
        "unlocked_at",
        "mnemonic_count",
        "security_question",
        "passport",
        "passed",
        "stopword",
        "md5",
        "base64",
        "v1",
        "x509",
        "factor",
        "refactor",
        "two_factor_required",
    ] {
        assert!(!secrecy::is_secret_name(name), "{name}");
    }
}

#[test]
fn a_name_that_is_likely_one_of_a_key_is_covered_unless_its_value_is_plainly_a_word() {
    let uuid = "6a174c20-f6de-a53c-74d2-6018fcceff64";
    let mut wrong = Vec::new();
    for name in ["secret_id", "secretId", "client_secret_id", "auth_req_id", "pat", "github_pat", "ak", "skey", "unlock", "crumb"] {
        for value in [CANARY, uuid, "hunter2", "Sunny-Meadow7"] {
            for (place, request) in places(name, value) {
                if shown(&request).contains(value) || arrives(&request, value) {
                    wrong.push(format!("{name}={value} in {place} is shown or arrives"));
                }
            }
        }
        for (place, request) in places(name, "two") {
            if !secrecy::in_request(&request).is_empty() {
                wrong.push(format!("{name}=two in {place} cannot be read"));
            }
        }
    }
    for name in ["psk", "wpa_psk", "hdnts", "transactionKey"] {
        for (place, request) in places(name, "hunter2") {
            if shown(&request).contains("hunter2") || arrives(&request, "hunter2") {
                wrong.push(format!("{name} in {place} is shown or arrives"));
            }
        }
    }
    for name in ["path", "pattern", "task", "secret_name", "client_id", "skeyword", "crumbs", "psk_mode", "request_id"] {
        for (place, request) in places(name, "web7") {
            if !secrecy::in_request(&request).is_empty() {
                wrong.push(format!("{name} in {place} cannot be read"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them: {wrong:#?}", wrong.len());
    for name in ["X-Secret-Id", "X-Vault-Secret-Id", "X-Client-Secret-Id"] {
        for value in [CANARY, uuid, "hunter2"] {
            assert!(super::covered_in_header(name, value) && !super::crosses(name, value), "{name}: {value}");
        }
    }
}
