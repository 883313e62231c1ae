//! One policy says what is secret: what it covers, what it must leave readable, and that nothing it covers or suspects goes to
//! another origin. Tables of names by places, so that each name is asked in each place.

use std::time::Duration;

use authtui::app::panes::response::ResponseText;
use authtui::checks::mask::{Masker, echoes_of};
use authtui::domain::exchange::Exchange;
use authtui::domain::headers::Header;
use authtui::domain::origin;
use authtui::domain::request::{Request, RequestPart};
use authtui::domain::response::Response;
use authtui::domain::secrecy;
use authtui::domain::secrecy::echo::Echoes;
use authtui::formats::http_file::Document;
use authtui::formats::variables::{Layer, Variables};
use base64::Engine as _;
use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use url::Url;

/// Looks like nothing that is well known.
const CANARY: &str = "CANARYzq8vT4pW2kLm7x";
/// Looks like a word.
const PLAIN: &str = "PLAINVALUE";

/// Names whose value is a secret in every place, however it looks.
const SECRETS: &str = "
    password Password PASSWORD passwd pwd pass pw passphrase passcode newPassword password_confirmation
    password1 j_password user_password client_secret clientSecret secret webhook_secret sharedsecret
    SecretAccessKey token tok access_token accessToken accesstoken refresh_token refreshToken id_token idToken
    id_token_hint auth_token apiToken session_token SessionToken oauth_token authenticity_token
    registration_access_token csrfToken csrf-token _csrf csrf xsrf api_key apikey apiKey api-key x-api-key
    subscription-key private_key privateKey accountKey authkey signing_key access_key device_code user_code
    authorization_code mfaCode recovery_code backup_codes code_verifier oauth_verifier otp totp pin cvv sid
    session sessionid session_id sessionId JSESSIONID PHPSESSID SAMLResponse SAMLart saml_response assertion
    client_assertion sig signature hmac X-Amz-Signature X-Goog-Signature X-Amz-Security-Token X-Amz-Credential
    oauth_signature jwt bearer credential credentials creds cred connectionString otpauth_uri sas sk
    authorization licence_key x_key
    passwort kennwort geheim contrasena contraseña CONTRASEÑA mot_de_passe motDePasse senha wachtwoord parola heslo
    secreto segredo пароль 密码 clave llave chave chiave schluessel Schlüssel sleutel
";

/// Names that only may be one of a secret: masked when the value looks random, readable when it is a word.
const SUSPECTS: &str = "
    state nonce hash ticket invite magic seed license request t d k pk session_data auth_user identity
    keystone
";

/// Names of what one has to read, whatever the value.
const READABLE: &str = "
    scope scopes error error_code error_description status_code country_code zip_code postal_code
    currency_code language_code token_type access_token_expires_in token_endpoint token_url grant_type
    response_type client_id redirect_uri username user email login_hint audience issuer kid key_id keyId
    AWSAccessKeyId public_key sort_key partition_key primary_key foreign_key cache_key object_key group_key
    next_page_token pageToken nextToken continuation_token code_challenge code_challenge_method signature_alg
    signatureAlgorithm session_timeout password_policy secret_name secret_version credential_id author
    authority authors keyword keywords keyboard monkey turkey shipping mapping opinion passenger compass
    design assign encoding unicode decoder tokenizer_name sv uuid page limit country version
";

fn request(url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request { method: "POST".into(), url: url.into(), headers: headers.iter().copied().collect(), body: body.into(), ..Request::default() }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const XML: (&str, &str) = ("Content-Type", "text/xml");
const TEXT: (&str, &str) = ("Content-Type", "text/plain");
const MULTIPART: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=b");

/// A name with a value in each place of a request.
fn places(name: &str, value: &str) -> Vec<(&'static str, Request)> {
    let url = "https://h.example/";
    vec![
        ("query", request(&format!("{url}?page=1&{name}={value}&x=1"), &[], "")),
        ("fragment", request(&format!("{url}#{name}={value}"), &[], "")),
        ("Referer", request(url, &[("Referer", &format!("https://r.example/cb?{name}={value}"))], "")),
        ("X-Original-URL", request(url, &[("X-Original-URL", &format!("/cb?{name}={value}"))], "")),
        ("form", request(url, &[FORM], &format!("user=ann&{name}={value}"))),
        ("JSON", request(url, &[JSON], &format!("{{\"user\":\"ann\",\"{name}\":\"{value}\",\"n\":1}}"))),
        ("nested JSON", request(url, &[JSON], &format!("[{{\"a\":{{\"{name}\" : \"{value}\"}}}}]"))),
        ("list in JSON", request(url, &[JSON], &format!("{{\"{name}\":[\"{value}\"]}}"))),
        ("JSON in a string", request(url, &[JSON], &format!(r#"{{"body":"{{\"{name}\":\"{value}\"}}"}}"#))),
        ("pair in JSON", request(url, &[JSON], &format!("[{{\"name\":\"{name}\",\"value\":\"{value}\"}}]"))),
        ("JSON without its type", request(url, &[], &format!("{{\"{name}\":\"{value}\"}}"))),
        ("broken JSON", request(url, &[JSON], &format!("{{\"{name}\":\"{value}"))),
        ("element", request(url, &[XML], &format!("<a><{name}>{value}</{name}></a>"))),
        ("element with a prefix", request(url, &[XML], &format!("<a><x:{name} Type=\"a>b\"><![CDATA[{value}]]></x:{name}></a>"))),
        ("attribute", request(url, &[XML], &format!("<a user=\"ann\" {name}=\"{value}\"/>"))),
        ("part", request(url, &[MULTIPART], &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--b--"))),
        ("part without quotes", request(url, &[MULTIPART], &format!("--b\nContent-Disposition: form-data; name={name}\n\n{value}\n--b--"))),
        ("YAML", request(url, &[("Content-Type", "application/yaml")], &format!("user: ann\n{name}: {value}\n"))),
        ("INI", request(url, &[TEXT], &format!("[a]\n{name} = {value}\n"))),
        ("address in a parameter", request(&format!("{url}?to=https%3A%2F%2Fx.example%2F%3F{name}%3D{value}"), &[], "")),
        ("address in JSON", request(url, &[JSON], &format!("{{\"url\":\"https://x.example/?{name}={value}\"}}"))),
    ]
}

/// What leaves the program of a request: a copy, and each part as the masker hides it.
fn shown(request: &Request) -> String {
    let exchange = Exchange { request: request.clone(), ..Exchange::default() };
    let masker = Masker::of(&exchange);
    let values: Vec<String> = request.headers.iter().map(|(_, h)| masker.hide(&h.value).into_owned()).collect();
    let copied = secrecy::replaced(request, "***");
    format!("{copied:?} {} {} {values:?} {}", masker.title(&exchange), masker.hide_in_url(&request.url), masker.hide(&request.body))
}

fn arrives(request: &Request, secret: &str) -> bool {
    let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
    let crossing = origin::cross(&request.headers, &from, &to);
    let media_type = request.headers.get("content-type").unwrap_or_default();
    let headers = format!("{:?}", crossing.headers);
    headers.contains(secret) || request.body.contains(secret) && origin::credential_in_body(&request.body, media_type).is_none()
}

#[test]
fn every_name_of_a_secret_is_covered_in_every_place() {
    let mut fields = 0;
    let mut seen = Vec::new();
    for name in SECRETS.split_whitespace() {
        for (secret, (place, request)) in
            [CANARY, "hunter2"].into_iter().flat_map(|secret| places(name, secret).into_iter().map(move |p| (secret, p)))
        {
            fields += 1;
            let covered = secrecy::replaced(&request, "***");
            let is_in_header = covered.headers.iter().any(|(_, header)| header.value.contains(secret));
            if shown(&request).contains(CANARY) || covered.body.contains(secret) || covered.url.contains(secret) || is_in_header {
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

/// Ways of markup to name a value, in bodies of every kind.
#[test]
fn every_way_of_markup_to_name_a_secret_is_covered() {
    let mut seen = Vec::new();
    for name in ["password", "Password", "ApiKey", "client_secret", "Passwort", "SessionToken", "ConnectionString"] {
        let of = |c: &str| {
            [
                format!("<a {name}=\"{c}\"/>"),
                format!("<a {name}='{c}'>text</a>"),
                format!("<a {name}={c}>text</a>"),
                format!("<x:a x:{name} = \"{c}\"/>"),
                format!("<{name}>{c}</{name}>"),
                format!("<x:{name} a=\"b\">{c}</x:{name}>"),
                format!("<add key=\"{name}\" value=\"{c}\"/>"),
                format!("<add value=\"{c}\" key=\"{name}\" />"),
                format!("<add key='{name}' value='{c}'></add>"),
                format!("<property name=\"{name}\" value=\"{c}\"/>"),
                format!("<entry key=\"{name}\">{c}</entry>"),
                format!("<string name=\"{name}\">{c}</string>"),
                format!("<setting name=\"{name}\" serializeAs=\"String\"><value>{c}</value></setting>"),
                format!("<dict><key>{name}</key>\n<string>{c}</string></dict>"),
                format!("<member><name>{name}</name><value><string>{c}</string></value></member>"),
                format!("<meta name=\"{name}\" content=\"{c}\">"),
                format!("<input type=hidden name={name} value={c}>"),
            ]
        };
        // A slash may be in an unquoted value, and ends nothing.
        for secret in [CANARY, "hunter2", "hunter2/abc"] {
            for markup in of(secret) {
                let json = serde_json::to_string(&markup).expect("JSON");
                let escaped = markup.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let bodies = [
                    (XML, markup.clone()),
                    (("Content-Type", "text/html"), format!("<html><p>Hello</p>{markup}<p>Bye</p></html>")),
                    (("Content-Type", ""), markup.clone()),
                    (TEXT, format!("settings:\n{markup}\nend")),
                    (XML, format!("<soap><![CDATA[<r>{markup}</r>]]></soap>")),
                    (XML, format!("<soap><b>{escaped}</b></soap>")),
                    (JSON, format!("{{\"config\":{json}}}")),
                    (JSON, format!("{{\"config\":{}}}", json.replace('<', "\\u003c"))),
                    (MULTIPART, format!("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{markup}\r\n--b--")),
                ];
                for (media_type, body) in bodies {
                    let request = request("https://h.example/", &[media_type], &body);
                    let covered = secrecy::replaced(&request, "***");
                    if covered.body.contains("hunter2") || covered.body.contains(CANARY) || shown(&request).contains(CANARY) {
                        seen.push(format!("{body} is shown"));
                    }
                    if secrecy::withheld_in_body(&body, media_type.1).is_none() {
                        seen.push(format!("{body} arrives at another origin"));
                    }
                }
            }
        }
        for text in [
            format!("{name}=\"{CANARY}\""),
            format!("user=\"ann\" {name}='{CANARY}'"),
            format!("key=\"{name}\" value=\"{CANARY}\""),
            format!("level=info key=\"{name}\", value=\"{CANARY}\""),
            format!("name: \"{name}\", value: \"{CANARY}\""),
        ] {
            let request = request("https://h.example/", &[TEXT], &text);
            if shown(&request).contains(CANARY) || arrives(&request, CANARY) {
                seen.push(text);
            }
        }
    }
    assert!(seen.is_empty(), "{} of them: {seen:#?}", seen.len());
}

#[test]
fn markup_that_names_no_secret_is_readable() {
    for body in [
        "<p>Send the &lt;token&gt; that you were given, or a <password> of your own, and nothing else.",
        "<html><form id=\"password-form\"><p>Reset it here</p><label for=\"password\">Password</label></form></html>",
        "<add key=\"Environment\" value=\"production\"/><add key=\"TokenType\" value=\"Bearer\"/>",
        "<dict><key>CFBundleName</key><string>Demo</string></dict>",
        "<member><name>faultCode</name><value><int>4</int></value></member>",
        "<resources><string name=\"app_name\">Demo</string><string name=\"login_title\">Sign in</string></resources>",
        "<h1>401</h1><a name=\"session\">Your session has expired</a><div id=\"token\">How to get a token</div>",
        "<error code=\"invalid_token\" message=\"the token expired\"/>",
    ] {
        let found: Vec<_> = secrecy::in_answer_body(body, "text/html").into_iter().filter_map(|s| s.cut(body)).collect();
        let found: Vec<_> = found.into_iter().filter(|text| !body.contains("<password>") || !text.contains("of your own")).collect();
        assert_eq!(found, [""; 0], "{body}");
    }
    for text in [
        "use curl -H 'Authorization: Bearer <token>' and wait for the answer",
        "if a < b and key > c then the session is over",
        "the field name=\"username\" value=\"ann\" is missing",
        "List<Token> tokens; Map<String, Secret> secrets;",
    ] {
        let found: Vec<_> = secrecy::in_answer_body(text, "text/plain").into_iter().filter_map(|s| s.cut(text)).collect();
        assert_eq!(found, [""; 0], "{text}");
    }
}

fn covered_in_header(name: &str, value: &str) -> bool {
    !secrecy::in_header(&Header { name: name.into(), value: value.into() }).is_empty()
}

fn crosses(name: &str, value: &str) -> bool {
    let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
    origin::cross(&[(name, value)].into_iter().collect(), &from, &to).withheld.is_empty()
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
fn what_names_a_request_or_a_server_is_readable() {
    for (name, value) in [
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE4vT4pW2kLm7x"),
        ("baggage", "userId=8vT4pW2kLm7xQ9aZbC3d,serverNode=DF28"),
        ("sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"),
        ("b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"),
        ("X-B3-TraceId", "80f198ee56343ba864fe8b2a57d3eff7"),
        ("X-Request-Id", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("X-RequestID", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("Request-Id", "req_8vT4pW2kLm7xQ9aZbC3d"),
        ("X-Correlation-ID", "8vT4pW2kLm7xQ9aZbC3dE5"),
        ("x-amzn-requestid", "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99"),
        ("x-amzn-RequestId", "8vT4pW2kLm7xQ9aZbC3dE5"),
        ("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"),
        ("x-amz-id-2", "eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran"),
        ("x-amz-cf-id", "3vTq8LmZwPk2RdYx7BnC4w9Q=="),
        ("CF-RAY", "7d1f8a2b3c4d5e6f7a8b9c0d-FRA"),
        ("apigw-requestid", "d8vT4pW2kLm7xQ9aZbC3d="),
        ("ETag", "\"5f4dcc3b5aa765d61d8327deb882cf99\""),
        ("Server", "gws/8vT4pW2kLm7xQ9aZbC3d"),
        ("Date", "Sat, 28 Nov 2026 08:31:18 GMT"),
        ("Last-Modified", "Sat, 28 Nov 2026 08:31:18 GMT"),
        ("Via", "1.1 d1a2b3c4d5e6f7a8b9c0.cloudfront.net (CloudFront)"),
        ("X-Served-By", "cache-fra-eddf8230027-FRA"),
        ("X-Git-Commit", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"),
        ("X-App-Version", "2024.05.01-SNAPSHOT-a1b2c3d4e5f6"),
        ("X-Pod", "api-7d4b9c6f5d-x8k2p"),
        ("X-Forwarded-For", "2001:db8:85a3::8a2e:370:7334, 10.0.0.1"),
        ("X-Forwarded-Host", "d1a2b3c4d5e6f7a8b9c0.example.com"),
        ("Content-Security-Policy", "script-src 'nonce-8vT4pW2kLm7xQ9aZbC3d' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"),
        ("Report-To", "{\"group\":\"a\",\"endpoints\":[{\"url\":\"https://r.example/8vT4pW2kLm7xQ9aZbC3d\"}]}"),
        ("Content-Disposition", "attachment; filename=\"report-5f4dcc3b5aa765d61d83.pdf\""),
        ("Alt-Svc", "h3=\":443\"; ma=86400"),
        ("X-Powered-By", "PHP/8.1.2-1ubuntu2.14"),
        ("Content-Type", "multipart/form-data; boundary=----WebKitFormBoundary8vT4pW2kLm7xQ9aZ"),
        ("X-Anything", "application/vnd.github.v3+json"),
        ("X-Anything", "read:user, write:org2, admin:repo_hook"),
        ("X-Anything", "invalid_grant AADSTS700016"),
        ("X-Anything", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("X-Anything", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        ("X-Anything", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("X-Anything", "GetObjectTaggingRequestHandlerFactory"),
        ("X-Anything", "com.example.orders.v2.OrderServiceGrpc"),
        ("X-Anything", "my-service-v2-eu-west-1a-prod"),
        ("X-Anything", "2026-11-28T08:31:18.123456Z"),
        ("X-Anything", "123456789012345678901234567890"),
        ("X-Anything", "550e8400-e29b-41d4-a716-446655440000"),
        ("X-Anything", "the quick brown fox jumps over the lazy dog"),
        ("X-Anything", "arn:aws:iam::123456789012:role/ReadOnlyRole"),
    ] {
        let header = Header { name: name.into(), value: value.into() };
        assert_eq!(secrecy::in_header(&header), [], "{name}: {value}");
        assert_eq!(secrecy::in_answer_header(&header), [], "{name}: {value}");
    }
}

#[test]
fn what_one_has_to_read_is_readable() {
    let mut wrong = Vec::new();
    for name in READABLE.split_whitespace() {
        for value in [PLAIN, CANARY, "550e8400-e29b-41d4-a716-446655440000"] {
            for (place, request) in places(name, value) {
                if !secrecy::in_request(&request).is_empty() {
                    wrong.push(format!("{name}={value} in {place}"));
                }
            }
        }
        let body = format!("{{\"{name}\":\"{CANARY}\"}}");
        if !secrecy::in_answer_body(&body, "application/json").is_empty() {
            wrong.push(format!("{name} in an answer"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_and_messages_are_readable() {
    for body in [
        r#"{"error":"invalid_token","error_description":"the token expired: renew it","code":"invalid_token","token_type":"Bearer"}"#,
        r#"{"message":"Invalid token: expired","code":401,"key":"users.list","pin":null,"usage":{"prompt_tokens":12,"total_tokens":20}}"#,
        r#"{"scope":"token:read secret:write api_key:list","auth":"required","session":false,"credentials":{"username":"ann","type":"basic"}}"#,
        r#"{"next_page_token":"eHh4eHh4YzI5bWQyVjBiMjlz","kid":"8vT4pW2kLm7xQ9aZ","client_id":"Xk29fLmqT77aBc01"}"#,
        "Invalid token: expired",
        "Access denied. Authentication required: no credentials were sent",
        "<html><title>401 Authorization Required</title><p>Your session: has expired. The password must have 8 letters.</p></html>",
        "error=invalid_grant&error_description=The+code+is+wrong",
    ] {
        let found: Vec<_> = secrecy::in_answer_body(body, "").into_iter().filter_map(|s| s.cut(body)).collect();
        assert_eq!(found, [""; 0], "{body}");
    }
    for name in ["list users by sort key", "Refresh token: step 2", "copy of GET /token", "POST /v1/session?page=2"] {
        assert_eq!(secrecy::quoted(name), name);
    }
    for (name, value) in [
        ("X-Token-Type", "Bearer"),
        ("Keyword", "a"),
        ("X-Monkey", "a"),
        ("X-Session-Timeout", "30"),
        ("X-OAuth-Scopes", "repo, user"),
        ("X-Accepted-OAuth-Scopes", "repo"),
        ("X-Authenticated-User", "ann@example.com"),
        ("Accept-Signature", "sig1=()"),
        ("Key-Id", CANARY),
        ("X-Key-Type", "RSA"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Cache-Key", PLAIN),
        ("X-Cache-Key", PLAIN),
        ("Access-Control-Request-Headers", "authorization"),
        ("X-Authorization-Mode", "strict"),
        ("User-Agent", "a/1.2.3 (X11; Linux x86_64)"),
        ("X-Request-Id", "550e8400-e29b-41d4-a716-446655440000"),
        ("Idempotency-Key", CANARY),
        ("If-None-Match", "\"8vT4pW2kLm7xQ9aZ\""),
        ("Accept", "application/vnd.github.v3+json"),
        ("X-Plan", "Basic plan"),
        ("X-Auth-Request-Email", "ann@example.com"),
    ] {
        let header = Header { name: name.into(), value: value.into() };
        assert_eq!(secrecy::in_header(&header), [], "{name}: {value}");
    }
    let challenge =
        Header { name: "WWW-Authenticate".into(), value: "Digest realm=\"r\", nonce=\"8vT4pW2kLm7xQ9aZ\", error=\"invalid_token\"".into() };
    assert_eq!(secrecy::in_answer_header(&challenge), []);
}

fn jwt(signature: &str) -> String {
    let encode = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.{signature}", encode(r#"{"alg":"HS256"}"#), encode(r#"{"a":1}"#))
}

#[test]
fn every_odd_place_is_covered() {
    let c = CANARY;
    let header = |name: &str, value: String| request("https://h.example/", &[(name, value.as_str())], "");
    let body = |kind: (&str, &str), body: String| request("https://h.example/", &[kind], &body);
    let url = |url: String| request(&url, &[], "");
    let requests = [
        url(format!("https://ann:{c}@h/x")),
        url(format!("https://{c}@h/x")),
        url(format!("https://{c}:@h/x")),
        url(format!("https://:{c}@h/x")),
        url(format!("https://ann:a@{c}@h/x")),
        url(format!("https://ann:a/{c}@h/x")),
        url(format!("https://ann:a?{c}@h/x")),
        url(format!("https://ann:a#{c}@h/x")),
        url(format!("https://{c}:x-oauth-basic@h/x")),
        url(format!("HTTPS://ann:{c}@h/x")),
        url(format!("https:/ann:{c}@h/x")),
        url(format!("https:\\\\ann:{c}@h/x")),
        url(format!("ann:{c}@h/x")),
        url(format!("//ann:{c}@h/x")),
        url(format!("http://https://ann:{c}@h/x")),
        url(format!("wss://ann:{c}@h/x")),
        url(format!("https://h/x#/cb?access_token={c}")),
        url(format!("https://h/x;jsessionid={c}")),
        url(format!("https://h/token/{c}/x")),
        url(format!("https://h/x?a=1;access_token={c}")),
        url(format!("https://h/x&access_token={c}")),
        url(format!("https://h/x?to=https://h/?access_token={c}")),
        url(format!("https://h/x?repo=https://ann:{c}@git.example/")),
        url(format!("https://hooks.slack.com/services/T0/B0/{c}")),
        url(format!("https://api.telegram.org/bot123:{c}/x")),
        url(format!("https://h/x?access_token%20={c}")),
        url(format!("https://h/x?={c}")),
        url(format!("https://h/x?access%5Ftoken={c}")),
        url(format!("https://h/x?access_token[]={c}")),
        url(format!("https://h/?user%5Bpassword%5D={c}")),
        header("Authorization", format!("Bearer  {c}")),
        header("Authorization", c.into()),
        header("Autorization", format!("Bearer {c}")),
        header("Athorization", c.into()),
        header("Authorizaton", c.into()),
        header("Authentication", c.into()),
        header("Bearer", c.into()),
        header("Aut", format!("Bearer {c}")),
        header("X-Anything", format!("Bearer {c}")),
        header("X-Anything", format!("SSWS {c}")),
        header("X-WSSE", format!("UsernameToken Username=\"a\", PasswordDigest=\"{c}\"")),
        header("Authorization", format!("Hawk id=\"a\", mac=\"{c}\"")),
        header("Sec-WebSocket-Protocol", format!("base64url.bearer.authorization.k8s.io.{c}")),
        header("Cookie", format!("sid={c}; a=b")),
        header("Cookie2", c.into()),
        header("Destination", format!("https://u:{c}@h/")),
        header("X-Client-Cert", c.into()),
        header("X-Userinfo", c.into()),
        header("X-Upstream", format!("npm_{c}{c}")),
        header("X-Upstream", format!("id=ghp_{c}{c}")),
        header("X-Upstream", format!("v1 {}", jwt(c))),
        header("X-Vault", c.into()),
        header("X-Hmac", c.into()),
        header("X-Pass", c.into()),
        header("X-Sig", c.into()),
        header("X-PIN", c.into()),
        header(&format!("Authorization Bearer {c}"), String::new()),
        header(c, String::new()),
        body(JSON, format!("{{\"password\":1{}}}", "234567890123")),
        body(JSON, format!("{{\"password\":{{\"value\":\"{c}\"}}}}")),
        body(JSON, format!("{{\"pass\\u0077ord\":\"{c}\"}}")),
        body(JSON, format!(r#"{{"query":"mutation{{login(user:\"a\",password:\"{c}\"){{t}}}}"}}"#)),
        body(JSON, format!("{{'password': '{c}'}}")),
        body(JSON, format!("{{password: \"{c}\"}}")),
        body(JSON, format!("{{\"password\"\n: \"{c}\"}}")),
        body(JSON, format!("{{\"url\":\"https://a:{c}@h/\"}}")),
        body(JSON, format!("{{\"value\":\"{c}\",\"name\":\"password\"}}")),
        body(JSON, format!("{{\"a\":1}}\n{{\"password\":\"{c}\"}}")),
        body(JSON, format!("{{\"x\":\"{}\"}}", jwt(c))),
        body(JSON, format!("{{\"x\":\"-----BEGIN PRIVATE KEY-----\\n{c}\\n-----END PRIVATE KEY-----\"}}")),
        body(FORM, format!("pass%77ord={c}")),
        body(FORM, format!("a=1&password ={c}")),
        body(FORM, format!("a=b\n&user=a\n&password={c}")),
        body(MULTIPART, format!("--b\nContent-Disposition: form-data; name='password'\n\n{c}\n--b--")),
        body(MULTIPART, format!("--b\nContent-Disposition: form-data; name*=UTF-8''password\n\n{c}\n--b--")),
        body(MULTIPART, format!("--b\nContent-Disposition: form-data; NAME = \"password\"\n\nfirst\n{c}\n--b--")),
        body(
            MULTIPART,
            format!("--b\nContent-Disposition: form-data; name=\"f\"; filename=\"id\"\n\n-----BEGIN OPENSSH PRIVATE KEY-----\n{c}\n--b--"),
        ),
        body(XML, format!("<a><password><v>{c}</v></password></a>")),
        body(XML, format!("<saml:Assertion>{c}</saml:Assertion>")),
        body(XML, format!("<input type=\"hidden\" name=\"access_token\" value=\"{c}\">")),
        body(TEXT, format!("password={c}")),
        body(TEXT, jwt(c)),
        body(TEXT, format!("-----BEGIN PRIVATE KEY-----\n{c}\n-----END PRIVATE KEY-----")),
        body(TEXT, format!("your token is {c}")),
        body(("Content-Type", "application/graphql"), format!("mutation{{login(password:\"{c}\")}}")),
        body(TEXT, format!("password: |\n  {c}\n")),
    ];
    let digits = "1234567890123";
    let seen: Vec<_> = requests
        .iter()
        .filter(|r| {
            let text = shown(r);
            text.contains(c) || text.contains(digits)
        })
        .collect();
    assert!(seen.is_empty(), "{seen:#?}");
    let arrive: Vec<_> = requests.iter().filter(|r| arrives(r, CANARY)).collect();
    assert!(arrive.is_empty(), "{arrive:#?}");
}

#[test]
fn what_an_answer_gives_out_is_covered() {
    let c = CANARY;
    for (name, value) in [
        ("Set-Cookie", format!("sid={c}; Path=/")),
        ("Set-Cookie2", format!("sid={c}")),
        ("Set-Cookie", c.into()),
        ("Location", format!("https://h/cb?code={c}")),
        ("Location", format!("https://h/cb#access_token={c}")),
        ("Location", format!("https://a:{c}@h/")),
        ("Refresh", format!("0; url=https://h/cb?code={c}")),
        ("Link", format!("<https://h/?access_token={c}>; rel=next")),
        ("Content-Location", format!("/x?access_token={c}")),
        ("X-Auth-Token", c.into()),
        ("X-Subject-Token", c.into()),
        ("Authorization", format!("Bearer {c}")),
        ("X-CSRF-Token", c.into()),
        ("X-Amzn-Oidc-Data", jwt(c)),
    ] {
        let header = Header { name: name.into(), value };
        let found: Vec<_> = secrecy::in_answer_header(&header).into_iter().filter_map(|s| s.cut(&header.value)).collect();
        assert!(found.iter().any(|f| f.contains(c)), "{header:?}");
    }
    for name in SECRETS.split_whitespace().chain(["code", "key", "auth", "AccessToken", "cookie", "d"]) {
        for body in [format!("{{\"{name}\":\"{c}\"}}"), format!("<form><input name=\"{name}\" value=\"{c}\"></form>")] {
            let found: Vec<_> = secrecy::in_answer_body(&body, "").into_iter().filter_map(|s| s.cut(&body)).collect();
            assert_eq!(found, [c], "{body}");
        }
    }
}

/// The text of an answer with every byte that is covered replaced.
fn drawn(text: &ResponseText) -> String {
    text.text.char_indices().map(|(at, c)| if text.is_secret(at) { '•' } else { c }).collect()
}

#[test]
fn what_an_answer_repeats_is_covered_in_every_writing() {
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let basic = encode(&format!("ann:{CANARY}"));
    let request = request(
        &format!("https://h.example/?key={CANARY}"),
        &[("Authorization", &format!("Basic {basic}")), ("X-Api-Key", "p/w d\"1234"), ("Cookie", "sid=0123456789; lang=en")],
        "",
    );
    let secrets = [CANARY, &basic, "p/w d\"1234", "p%2Fw%20d%221234", r#"p/w d\"1234"#, &encode("p/w d\"1234"), "0123456789"];
    let values: Vec<String> = secrets.iter().map(|s| format!("before {s} behind")).collect();
    let body =
        serde_json::json!({ "data": values, "headers": { "X": format!("Basic {basic}") }, "words": "english, enlist, 0123456789012" });
    let response = Response {
        headers: [("X-Echo", format!("/?key={CANARY}"))].into_iter().collect(),
        body: body.to_string().into(),
        reason: format!("no {CANARY}"),
        ..Response::default()
    };
    let shown = drawn(&ResponseText::new(&response, echoes_of(&request)));
    for secret in secrets {
        assert!(!shown.contains(&format!("before {secret} behind")), "{secret} in {shown}");
    }
    assert!(!shown.contains(CANARY) && !shown.contains(&basic[..16]), "{shown}");
    assert!(shown.contains("english, enlist, 0123456789012"), "{shown}");
    let exchange = Exchange { request, answer: Some(response.clone()), ..Exchange::default() };
    assert!(!Masker::of(&exchange).hide_in_text(&response.reason).contains(CANARY));
}

#[test]
fn a_long_answer_is_covered_to_its_end_and_before_it_was_looked_through() {
    let filler = r#"{"id": 1, "tags": ["a", "b"], "note": "the token expired"}"#;
    for (media_type, body) in [
        (
            "application/json",
            format!("{{\"items\":[{}],\"access_token\":\"{CANARY}\",\"echo\":\"s3cret-of-mine\"}}", vec![filler; 20_000].join(",")),
        ),
        (
            "application/json",
            format!("{{\"access_token\":\"{CANARY}\",\"items\":{},\"echo\":\"s3cret-of-mine\"}}", "[[[[1,2]]]]".repeat(30_000)),
        ),
        (
            "text/html",
            format!("<p>{}</p><input name=\"access_token\" value=\"{CANARY}\">s3cret-of-mine", "<b>the token expired</b>\n".repeat(40_000)),
        ),
        ("text/plain", format!("{}access_token={CANARY}\ns3cret-of-mine", "the token expired\n".repeat(60_000))),
    ] {
        let headers = [("Content-Type", media_type)].into_iter().collect();
        let response = Response { headers, body: body.into(), ..Response::default() };
        let mut text = ResponseText::new(&response, Echoes::new(["s3cret-of-mine".to_string()]));
        loop {
            let shown = drawn(&text);
            assert!(!shown.contains(CANARY) && !shown.contains("s3cret-of-mine"), "{media_type}");
            if text.is_whole(&response) {
                assert!(shown.contains("the token expired") || shown.contains("1,"), "{media_type}");
                let covered = text.secrets().iter().map(|s| s.len()).sum::<usize>();
                assert_eq!(covered, CANARY.len() + "s3cret-of-mine".len(), "{media_type}");
                break;
            }
            text.lay_out_more(&response);
        }
    }
}

#[test]
fn messages_that_quote_an_input_leave_its_secrets_out() {
    for message in [
        format!("-H: \"Authorization Bearer {CANARY}\" has no colon"),
        format!("{CANARY}: no such file"),
        format!("--zzz \"{CANARY}\" is no flag"),
        format!("curl -H 'X: {}' https://h/", jwt(CANARY)),
        format!("the proxy http://ann:{CANARY}@h:1 cannot be used"),
        format!("token={CANARY} is bad"),
        "password=hunter2 is bad".to_string(),
        "https://ann:hunter2@h/ is no address".to_string(),
    ] {
        let told = secrecy::quoted(&message);
        assert!(!told.contains(CANARY) && !told.contains("hunter2"), "{told}");
    }
    for message in [
        "line 1, column 5: the text ends where a member's name should be",
        "token: line 1, column 1: empty",
        "requests/550e8400-e29b-41d4-a716-446655440000.http: no such file",
    ] {
        assert_eq!(secrecy::quoted(message), message);
    }
}

fn any_of(names: &'static str) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(names.split_whitespace().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The rule of redirects knows at least what the mask knows.
    #[test]
    fn whatever_the_mask_covers_never_arrives_at_another_origin(
        name in prop_oneof![
            "[A-Za-z-]{1,16}", any_of(SECRETS).prop_map(String::from), any_of(SUSPECTS).prop_map(String::from),
            any_of(READABLE).prop_map(String::from),
            proptest::sample::select(&["Origin", "Referer", "X-Original-URL", "Cookie", "Accept", "Authorization Bearer abc", "Link"][..]).prop_map(String::from),
        ],
        value in prop_oneof![
            "[ -~]{0,40}", "(Bearer|Basic|Token|v1) [A-Za-z0-9]{1,24}", "https://([a-z]{1,4}:[A-Za-z0-9/?#]{0,12}@)?[a-z]{1,6}/[a-z]{0,6}(\\?[a-z_]{1,12}=[A-Za-z0-9]{0,20})?",
            "(ghp_|npm_|eyJ|sk-)[A-Za-z0-9]{10,30}", "[A-Za-z0-9]{8,24}",
        ],
        media_type in proptest::sample::select(&["application/json", "application/x-www-form-urlencoded", "text/xml", "text/plain", "multipart/form-data; boundary=b", ""][..]),
        field in any_of(SECRETS),
        body in "[\\[{\"':=&<>/a-z%\\\\ \n-]{0,60}",
    ) {
        let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
        let header = Header { name, value };
        let covered = !secrecy::in_header(&header).is_empty() || !secrecy::header::in_name(&header).is_empty();
        let headers = [(header.name.clone(), header.value.clone())].into_iter().collect();
        let crossing = origin::cross(&headers, &from, &to);
        let kept = crossing.headers.get(&header.name).map(|value| Header { name: header.name.clone(), value: value.into() });
        if let Some(kept) = kept {
            prop_assert!(secrecy::in_header(&kept).is_empty() && secrecy::header::in_name(&kept).is_empty(), "{:?}", kept);
            prop_assert!(!covered || !crossing.withheld.is_empty(), "{:?}", header);
        }
        let body = body.replace("password", field);
        let request = Request { headers: [("Content-Type", media_type)].into_iter().collect(), body: body.into(), ..Request::default() };
        if secrecy::in_request(&request).iter().any(|(part, _)| *part == RequestPart::Body) {
            prop_assert!(origin::credential_in_body(&request.body, media_type).is_some(), "{:?}", request);
        }
    }

    /// Covering twice covers nothing more, and every place can be cut out.
    #[test]
    fn a_covered_request_has_nothing_left_to_cover(name in any_of(SECRETS), value in "[A-Za-z0-9/+]{1,24}") {
        for (place, request) in places(name, &value) {
            let covered = secrecy::replaced(&request, "***");
            prop_assert_eq!(secrecy::in_request(&covered), [], "{} {:?}", place, covered);
        }
    }
}

#[test]
fn time_grows_with_the_length_of_the_text_alone() {
    let pieces = [
        "=",
        ":",
        "a=",
        "key:",
        "key=",
        "state:",
        "key key ",
        "keykey",
        "token is ",
        "\"",
        "'",
        "\\",
        "\"key\":",
        "{",
        "[",
        "{\"a\":[",
        "<",
        "<a ",
        "<a \"",
        "<key>",
        "</key>",
        "<a key='",
        "<![CDATA[",
        "<!--",
        "://",
        "a://b@",
        "http://a:b",
        "@",
        "&",
        ";",
        "?a=",
        "%3D",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "--b\n",
        "--b\nContent-Disposition: form-data; name=\"a\"\n\n",
        "name=\"",
        "key=\"password\" ",
        "<key>password</key>",
        "<key>password</key><string>",
        "</key",
        "&lt;",
        "<![CDATA[<",
        "eyJ",
        "eyJ ",
        "ghp_",
        "Bearer ",
        "key:\"",
        "key:\\\"",
        "password: ",
        "\n",
        " ",
        "password: |\n  a\n",
        "é",
        "password=a;",
        "\"name\":\"password\",",
        "key='",
        "aB3",
        "\"a\":\"b\\\"c\",",
        "name=password&value=a&",
        "value=a&",
        "- name: password\n  value: a\n",
        "name: password\n",
        "password:\n  a\n",
        "key:\n ",
        "<!-- a",
        "<!-- a -->",
        "<!ENTITY a \"",
        "<!DOCTYPE [",
        "<id>password</id><value>a</value>",
        "<value>a</value>",
        "<a><b></a>",
        "password,key\n",
        "\"a\",",
        "a;\"\"",
        "[\"Authorization\",\"a\",",
        "\"--password\",",
        " a:b@c",
        "--b\nContent-Disposition: form-data;\n name=\"value\"\n\n",
    ];
    // Some 50 ms each without optimisation; the square of the length would take minutes.
    let most = Duration::from_secs(5);
    for piece in pieces {
        let half = piece.repeat(15_000 / piece.len());
        let text = format!("{half}{}", " ".repeat(15_000)) + &half;
        let began = cpu_time();
        let header = Header { name: "Via".into(), value: text.clone() };
        let protocols = Header { name: "Sec-WebSocket-Protocol".into(), value: text.clone() };
        let _ = (secrecy::in_url(&text), secrecy::quoted(&text), secrecy::in_header(&header), secrecy::in_header(&protocols));
        assert!(cpu_time() - began < most, "{piece:?} as an address or a message: {:?}", cpu_time() - began);
        for (media_type, start) in [
            ("application/json", "{"),
            ("text/xml", "<"),
            ("text/plain", ""),
            ("text/csv", "name,value\n"),
            ("application/x-www-form-urlencoded", "a="),
            ("multipart/form-data; boundary=b", "--b\n"),
        ] {
            let body = format!("{start}{text}");
            let began = cpu_time();
            let _ = secrecy::in_body(&body, media_type);
            let _ = secrecy::withheld_in_body(&body, media_type);
            assert!(cpu_time() - began < most, "{piece:?} as {media_type}: {:?}", cpu_time() - began);
        }
    }
    let secret = "a".repeat(100_000);
    let began = cpu_time();
    let _ = Echoes::new([secret.clone() + "b"]).find(&"a".repeat(2_000_000));
    assert!(cpu_time() - began < Duration::from_secs(10), "{:?}", cpu_time() - began);
}

/// The processor's time that this thread has taken: on a busy machine the clock on the wall tells nothing.
fn cpu_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

/// A request that uses a variable in each place, as it goes out.
fn filled(name: &str, value: &str, layer: Layer) -> Request {
    let place = format!("{{{{{name}}}}}");
    let text = format!(
        "POST https://h.example/items/{place}/x?page={place}\nX-Note: a {place}\nX-{place}: 1\n\n{{\"note\":\"{place}\",\"n\":\"a{place}b\"}}"
    );
    let mut variables = Variables::default();
    variables.extend(layer, [(name.to_string(), value.to_string())]);
    let none = |path: &str| Err(format!("no {path}"));
    Document::read(&text).exchange(0, &variables, &none).expect("a request").0.request
}

#[test]
fn the_value_of_a_secret_variable_is_covered_wherever_it_is_filled_in() {
    for (name, layer) in [
        ("password", Layer::File),
        ("apiKey", Layer::Environment),
        ("CLIENT_SECRET", Layer::Dotenv),
        ("DB_PASSWORD", Layer::Process),
        ("customer", Layer::PrivateEnvironment),
    ] {
        for value in ["summer", "hunter2", "correct horse", CANARY, "abcd"] {
            let request = filled(name, value, layer);
            let in_url = value.replace(' ', "%20");
            assert!(request.url.contains(&in_url) && request.body.contains(value), "{request:?}");
            let covered = secrecy::replaced(&request, "***");
            let shown = format!("{covered:?}");
            assert!(!shown.contains(value) && !shown.contains(&in_url), "{name}: {covered:?}");
            let masker = Masker::of(&Exchange { request: request.clone(), ..Exchange::default() });
            assert!(!masker.hide(&format!("no item `{value}`")).contains(value), "{name}");
            assert!(origin::carries_credential(&request));
        }
    }
    for name in ["username", "page", "tenant", "key_id", "scope", "token_type"] {
        assert_eq!(secrecy::in_request(&filled(name, "summer", Layer::Environment)), [], "{name}");
    }
}

#[test]
fn a_secret_in_another_variable_is_covered_without_the_words_around_it() {
    let text = "@password = summer\n@login = ann {{password}} x\n\nGET https://h.example/\nX-Note: {{login}}\nX-Code: {{%password}}\n";
    let none = |path: &str| Err(format!("no {path}"));
    let request = Document::read(text).exchange(0, &Variables::default(), &none).expect("a request").0.request;
    let covered = secrecy::replaced(&request, "***");
    assert_eq!((covered.headers.get("X-Note"), covered.headers.get("X-Code")), (Some("ann *** x"), Some("***")));
}

/// Members whose name is the value of another one.
#[test]
fn every_way_of_json_to_name_the_value_of_another_member_is_covered() {
    let mut seen = Vec::new();
    for value in ["summer", CANARY] {
        for body in [
            format!("{{\"type\":\"password\",\"temporary\":false,\"value\":\"{value}\"}}"),
            format!("{{\"value\":\"{value}\",\"id\":\"7\",\"type\":\"password\"}}"),
            format!("[{{\"op\":\"replace\",\"path\":\"/user/password\",\"value\":\"{value}\"}}]"),
            format!("{{\"Operations\":[{{\"op\":\"replace\",\"path\":\"password\",\"value\":\"{value}\"}}]}}"),
            format!("{{\"attribute\":\"client_secret\",\"oldValue\":\"{value}\",\"newValue\":\"{value}\"}}"),
            format!("{{\"oldValue\":\"{value}\",\"newValue\":\"{value}\",\"field\":\"password\"}}"),
            format!("{{\"label\":\"API key\",\"value\":\"{value}\"}}"),
            format!("{{\"name\":\"apiKey\",\"id\":\"7\",\"value\":\"{value}\"}}"),
            format!("{{\"key\":\"password\",\"value\":{{\"stringValue\":\"{value}\"}}}}"),
            format!("{{\"k\":\"password\",\"v\":\"{value}\"}}"),
            format!("{{\"name\":\"password\",\"value\":[\"{value}\"]}}"),
            format!("{{\"headers\":[[\"Authorization\",\"{value}\"],[\"Accept\",\"x\"]]}}"),
            format!("{{\"headers\":[\"Accept: x\",\"Authorization: Bearer {value}\"]}}"),
            format!("{{\"headers\":[\"X-Api-Key: {value}\"]}}"),
        ] {
            let request = request("https://h.example/", &[JSON], &body);
            if secrecy::replaced(&request, "***").body.contains(value) || origin::credential_in_body(&body, JSON.1).is_none() {
                seen.push(body);
            }
        }
    }
    assert!(seen.is_empty(), "{seen:#?}");
    for body in [
        "{\"type\":\"password\",\"message\":\"it is wrong\",\"text\":\"enter it\"}",
        "{\"path\":\"/oauth/token\",\"data\":\"grant refused\"}",
        "{\"name\":\"scope\",\"value\":\"read write\"}",
        "{\"type\":\"string\",\"value\":\"password\"}",
        "{\"required\":[\"password\",\"email\"],\"pairs\":[[\"token\",\"password\"],[\"page\",\"two\"]]}",
        "{\"allowed\":[\"authorization\",\"content-type\"]}",
        "{\"note\":\"password: required\",\"error\":\"token: it is expired\"}",
    ] {
        let found: Vec<_> = secrecy::in_body(body, JSON.1).into_iter().filter_map(|s| s.cut(body)).collect();
        assert_eq!(found, [""; 0], "{body}");
    }
}
