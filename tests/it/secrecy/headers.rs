//! Headers, by their names and by their values.

use authtui::domain::headers::Header;
use authtui::domain::origin;
use authtui::domain::secrecy;
use url::Url;

use super::{CANARY, covered_in_header, crosses, in_header, jwt};

/// True when a password in a header arrives at another origin.
fn password_crosses(name: &str, value: &str) -> bool {
    let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
    let crossing = origin::cross(&[(name, value)].into_iter().collect(), &from, &to);
    format!("{:?}", crossing.headers).contains("hunter2")
}

#[test]
fn headers_that_name_a_secret_in_another_language_are_covered() {
    for name in [
        "X-Clave",
        "X-Clave-Api",
        "X-Passwort",
        "X-Kennwort",
        "X-Geheim",
        "X-Geheimnis",
        "X-Api-Schluessel",
        "X-Zugangsschluessel",
        "X-Mot-De-Passe",
        "X-MotDePasse",
        "X-MDP",
        "X-Cle",
        "X-Jeton",
        "X-Senha",
        "X-Segredo",
        "X-Chave",
        "X-Secreto",
        "X-Llave",
        "X-Contrasena",
        "X-Segreto",
        "X-Chiave",
        "X-Parola",
        "X-Wachtwoord",
        "X-Sleutel",
        "X-Haslo",
        "X-Heslo",
        "X-Losenord",
        "X-Adgangskode",
        "X-Salasana",
        "X-Jelszo",
        "X-Sifre",
        "X-Parol",
        "Clave",
        "Passwort",
    ] {
        assert!(covered_in_header(name, CANARY), "{name}");
        for value in [CANARY, "hunter2", "1"] {
            assert!(!crosses(name, value), "{name}: {value}");
        }
    }
    for name in ["X-Clave", "X-Passwort", "X-Mot-De-Passe", "X-Senha", "X-Kennwort", "X-Geheim", "X-Secreto", "X-Llave", "X-Chave"] {
        assert!(covered_in_header(name, "hunter2"), "{name}");
    }
    for name in
        ["X-Article", "X-Cycle", "X-Vehicle", "X-Passenger", "X-Compass", "X-Enclave", "X-Passe-Partout-Type", "X-Parolees", "X-Sandisk"]
    {
        assert!(!covered_in_header(name, "hunter2"), "{name}");
    }
}

#[test]
fn a_value_that_looks_like_a_credential_is_covered_under_any_name() {
    let values = [
        CANARY.to_string(),
        jwt(CANARY),
        format!("ghp_{CANARY}"),
        format!("sk-proj-{CANARY}"),
        format!("v1 {CANARY}"),
        format!("kind=a; value={CANARY}"),
        "5f4dcc3b5aa765d61d8327deb882cf99".into(),
        "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B".into(),
        "3vTq8LmZ_wPk2RdYx7-BnC4q".into(),
        "JBSWY3DPEHPK3PXPJBSWY3DP".into(),
        "kQzWnXpRtYvBmLsDfGhJcNaE".into(),
        "dGhpcyBpcyBhIHNlY3JldCBrZXk3MTIz".into(),
    ];
    for name in ["X-Anything", "X-Upstream", "X-Acme-Tenant", "Foo", "X-Custom", "X-Internal"] {
        for value in &values {
            assert!(covered_in_header(name, value), "{name}: {value}");
            assert!(!crosses(name, value), "{name}: {value}");
        }
    }
}

/// Of what generators of keys draw, at most a few in a hundred look like words by chance.
#[test]
fn random_values_are_covered_under_any_name() {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let alphabets = [
        ("Base64", format!("{LETTERS}0123456789+/"), 20),
        ("Base64 for addresses", format!("{LETTERS}0123456789-_"), 20),
        ("letters and digits", format!("{LETTERS}0123456789"), 20),
        ("hexadecimal", "0123456789abcdef".to_string(), 32),
        ("small letters and digits", "abcdefghijklmnopqrstuvwxyz0123456789".to_string(), 24),
        ("Base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".to_string(), 32),
    ];
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for (alphabet, signs, length) in alphabets {
        let values: Vec<String> =
            (0..1000).map(|_| (0..length).map(|_| char::from(signs.as_bytes()[draw(signs.len())])).collect()).collect();
        let covered = values.iter().filter(|value| covered_in_header("X-Acme", value)).count();
        assert!(covered >= 950, "{alphabet}: {covered} of 1000");
        let withheld = values.iter().filter(|value| !crosses("X-Acme", value)).count();
        assert!(withheld >= covered, "{alphabet}: {withheld} of 1000 withheld");
    }
}

#[test]
fn headers_that_name_a_secret_are_covered_and_stay_at_their_origin() {
    for name in ["X-Passkey", "X-2FA", "X-Mnemonic", "X-Basic", "X-Seed-Phrase", "X-Security-Answer", "X-Pwd-Text", "X-DbPass", "X-TFA"] {
        assert_eq!(in_header(name, "hunter2"), "***", "{name}");
        assert!(!password_crosses(name, "hunter2"), "{name}");
    }
    // What only may be a key is withheld, and covered where it looks random.
    for name in ["X-Master", "X-Shared", "Access-Control-Key", "Sec-CH-Auth", "Access-Control-Allow-Secret", "Sec-Fetch-Token"] {
        assert_eq!(in_header(name, CANARY), "***", "{name}");
        assert!(!password_crosses(name, "hunter2"), "{name}");
    }
    for name in ["Access-Control-Allow-Origin", "Access-Control-Request-Headers", "Sec-CH-UA-Platform", "Sec-Fetch-Site"] {
        assert_eq!(in_header(name, "hunter2"), "hunter2", "{name}");
    }
}

#[test]
fn passwords_in_the_words_of_a_header_are_covered() {
    for name in ["Via", "User-Agent", "Referer", "From", "X-Anything", "Access-Control-Allow-Origin"] {
        for (value, shown) in [
            ("https://ann:hunter2@h/", "https://ann:***@h/"),
            ("1.1 ann:hunter2@proxy (x)", "1.1 ann:***@proxy (x)"),
            ("bot/1.0 (+https://ann:hunter2@h/bot)", "bot/1.0 (+https://ann:***@h/bot)"),
            ("ann:hunter2@h", "ann:***@h"),
        ] {
            assert_eq!(in_header(name, value), shown, "{name}");
            assert!(!password_crosses(name, value), "{name}: {value}");
        }
    }
    for (name, value) in [
        ("Via", "1.1 proxy:8080 (mail@h.example)"),
        ("From", "ann@h.example"),
        ("X-Anything", "mailto:ann@h.example"),
        ("X-Image", "nginx:1.27@sha256:9f86d0"),
        ("X-Repo", "git@h.example:org/repo"),
        ("User-Agent", "bot/1.0 (+https://h.example/bot; mail@h.example)"),
    ] {
        assert_eq!(in_header(name, value), value);
    }
}

#[test]
fn tokens_among_the_protocols_of_a_web_socket_are_covered() {
    for (value, shown) in [
        (
            "base64url.bearer.authorization.k8s.io.aHVudGVyMg, v4.channel.k8s.io",
            "base64url.bearer.authorization.k8s.io.***, v4.channel.k8s.io",
        ),
        ("graphql-ws, eyJhbGciOiJub25lIn0.e30.x", "graphql-ws, ***"),
        ("access_token, hunter2", "access_token, ***"),
        ("graphql-ws, bearer, hunter2", "graphql-ws, bearer, ***"),
        ("bearer.hunter2", "bearer.***"),
        ("graphql-transport-ws, graphql-ws", "graphql-transport-ws, graphql-ws"),
        (
            "v12.stomp, mqtt, base64.channel.k8s.io, wamp.2.json, actioncable-v1-json",
            "v12.stomp, mqtt, base64.channel.k8s.io, wamp.2.json, actioncable-v1-json",
        ),
    ] {
        assert_eq!(in_header("Sec-WebSocket-Protocol", value), shown);
        assert!(!password_crosses("Sec-WebSocket-Protocol", value), "{value}");
    }
}

#[test]
fn headers_that_may_hold_a_key_are_covered_unless_their_value_is_one_to_read() {
    for name in [
        "X-Origin-Verify",
        "X-Phrase",
        "X-Protection-Bypass",
        "X-Unlock",
        "X-Master",
        "X-Ticket",
        "X-License",
        "X-Acme-Api",
        "X-Shared",
        "X-Login",
    ] {
        assert_eq!(in_header(name, "hunter2"), "***", "{name}");
        for value in ["hunter2", "summer", "1234"] {
            assert!(!crosses(name, value), "{name}: {value}");
        }
        for value in ["pending", "MIT", "2026-11-28", "v2", "ann@mail.example"] {
            assert_eq!(in_header(name, value), value, "{name}");
        }
    }
    for name in ["Fastly-Key", "X-JFrog-Art-Api", "X-Vercel-Protection-Bypass", "X-Pword", "X-P4ss", "X-Two-Factor", "X-Pasword", "X-T0ken"]
    {
        for value in ["hunter2", "summer", "1234"] {
            assert_eq!(in_header(name, value), "***", "{name}");
            assert!(!crosses(name, value), "{name}: {value}");
        }
    }
    // Of an answer they say what became of a key.
    for name in ["X-Shared", "X-License", "X-Access", "X-Verify"] {
        let header = Header { name: name.into(), value: "E401b".into() };
        assert_eq!(secrecy::in_answer_header(&header), [], "{name}");
    }
}

#[test]
fn no_header_but_those_of_a_closed_list_goes_to_another_origin() {
    let names =
        ["X-Acme", "X-Art", "X-Grid", "Acme-Whatever", "Foo", "X-Client-Id", "X-Build", "X-Request-Id", "X-Forwarded-For", "Via", "Prefer"];
    for name in names.into_iter().chain(["If-Match", "If-None-Match", "If-Range", "Idempotency-Key", "SOAPAction", "Link", "traceparent"]) {
        for value in ["hunter2", "kQzWnXpR", "{\"a\":\"b\"}", "pässwort", "ios", "7", "1.2.3", "2026-11-28", "application/json", "true", ""]
        {
            assert_eq!(in_header(name, value), value, "{name}");
            assert!(!crosses(name, value), "{name}: {value}");
        }
    }
    for (name, value) in [
        ("Accept", "application/vnd.acme.v3+json, text/html;q=0.9, */*;q=0.8"),
        ("accept-language", "en-US, de;q=0.5"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-cache"),
        ("If-Modified-Since", "Sat, 28 Nov 2026 08:31:18 GMT"),
        ("Range", "bytes=0-7"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Sec-CH-UA", "\"Chromium\";v=\"156\", \"Not/A)Brand\";v=\"24\""),
        ("User-Agent", "acme/7a (X11; Linux x86_64)"),
    ] {
        assert!(crosses(name, value), "{name}: {value}");
    }
}

#[test]
fn a_parameter_of_an_ordinary_header_is_covered() {
    for (name, value) in [
        ("User-Agent", "bot/1 (key=#)"),
        ("User-Agent", "bot/1 api_key=#"),
        ("Accept", "application/json; token=#"),
        ("Content-Type", "application/json; apikey=#"),
        ("Cache-Control", "no-cache, token=#"),
        ("Prefer", "secret=#"),
    ] {
        for secret in [CANARY, "hunter2"] {
            let value = value.replace('#', secret);
            assert_eq!(in_header(name, &value), value.replace(secret, "***"), "{name}");
            assert!(!crosses(name, &value), "{name}: {value}");
        }
    }
    for (name, value) in [
        ("Accept", "application/json; q=0.9; version=2"),
        ("Cache-Control", "max-age=0, private=\"set-cookie\""),
        ("Content-Type", "multipart/form-data; boundary=8vT4pW2kLm7xQ9aZ"),
        ("Prefer", "return=minimal, wait=10"),
        ("User-Agent", "a/1.2.3 (build=b7c8; id=web7)"),
        ("Range", "bytes=0-7"),
    ] {
        assert_eq!(in_header(name, value), value, "{name}");
    }
}
