//! One policy says what is secret: what it covers, what it must leave readable, and that nothing of it goes to another
//! origin. Tables of names by places, so that each name is asked in each place.

mod answers;
mod elsewhere;
mod headers;
mod logins;
mod markup;
mod names;
mod placements;
mod places;
mod properties;
mod readable;
mod variables;

use authtui::app::panes::response::ResponseText;
use authtui::checks::mask::Masker;
use authtui::domain::exchange::Exchange;
use authtui::domain::headers::Header;
use authtui::domain::origin;
use authtui::domain::request::Request;
use authtui::domain::secrecy;
use base64::Engine as _;
use url::Url;

/// Looks like nothing that is well known.
const CANARY: &str = "CANARYzq8vT4pW2kLm7x";
/// Looks like a word.
const PLAIN: &str = "PLAINVALUE";

fn covered(media_type: &str, body: &str) -> String {
    secrecy::replaced(&request("https://h.example/", &[("Content-Type", media_type)], body), "***").body.to_string()
}

/// Each body is covered, up to the first slash of its secret at least, and counts as one with a credential.
#[track_caller]
fn are_covered(secrets: &[&str], bodies: impl Fn(&str) -> Vec<(&'static str, String)>) {
    let mut seen = Vec::new();
    for secret in secrets {
        let part = secret.split('/').next().unwrap_or(secret);
        for (media_type, body) in bodies(secret) {
            let covered = covered(media_type, &body);
            if covered.contains(part) {
                seen.push(format!("{media_type}: {body:?} is shown as {covered:?}"));
            }
            if !secrecy::may_hold_secret(&body, media_type) {
                seen.push(format!("{media_type}: {body:?} counts as one without a credential"));
            }
        }
    }
    assert!(seen.is_empty(), "{} of them: {seen:#?}", seen.len());
}

#[track_caller]
fn are_readable(bodies: &[(&str, &str)]) {
    for (media_type, body) in bodies {
        let found: Vec<_> = secrecy::in_body(body, media_type).into_iter().filter_map(|span| span.cut(body)).collect();
        assert_eq!(found, [""; 0], "{media_type}: {body}");
    }
}

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
    pword pasword passwrd p4ss p4ssw0rd pa55 s3cret t0ken k3y_secret 4uth_token two_factor twoFactor
    secreto segredo пароль 密码 clave llave chave chiave schluessel Schlüssel sleutel
";

/// Names that only may be one of a secret: masked when the value looks random, readable when it is a word.
const SUSPECTS: &str = "
    state nonce hash ticket invite magic seed license request t d k pk session_data auth_user identity
    keystone phrase k3y_new
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
    passport sha256 base64 md5 i18n utf8 iso8601 col0r address1 line2 h1 two_factor_enabled factor search_phrase_count
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

/// True when a secret arrives at another origin, or when its request counts as one without a credential.
fn arrives(request: &Request, secret: &str) -> bool {
    let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
    let headers = format!("{:?}", origin::cross(&request.headers, &from, &to).headers);
    let body = origin::may_repeat(&request.method, &request.body, &from, &to).map_or("", |()| request.body.as_ref());
    headers.contains(secret) || body.contains(secret) || !origin::carries_credential(request)
}

fn covered_in_header(name: &str, value: &str) -> bool {
    !secrecy::in_header(&Header { name: name.into(), value: value.into() }).is_empty()
}

fn crosses(name: &str, value: &str) -> bool {
    let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
    origin::cross(&[(name, value)].into_iter().collect(), &from, &to).withheld.is_empty()
}

fn in_header(name: &str, value: &str) -> String {
    let header = Header { name: name.into(), value: value.into() };
    secrecy::replace(value, &secrecy::in_header(&header), |_| "***".into())
}

fn jwt(signature: &str) -> String {
    let encode = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.{signature}", encode(r#"{"alg":"HS256"}"#), encode(r#"{"a":1}"#))
}

/// The text of an answer with every byte that is covered replaced.
fn drawn(text: &ResponseText) -> String {
    text.text.char_indices().map(|(at, c)| if text.is_secret(at) { '•' } else { c }).collect()
}
