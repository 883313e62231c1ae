//! `{{jwt aud=orders exp=-1h}}`: credentials written down readably and made when the fixture is read.
//!
//! | notation | becomes |
//! |---|---|
//! | `{{jwt NAME=VALUE …}}` | a signed token. `alg`, `kid`, `typ`, `secret` are for the header and the key; `sig=bad` spoils the signature; every other name is a claim. `+5m`, `-1h` are moments; `NAME=-` leaves a claim out |
//! | `{{jws HEADER \| CLAIMS \| SECRET }}` | the same of texts that need not be JSON |
//! | `{{basic USER:PASSWORD}}` | its base64; `\n`, `\xfc` are bytes |
//! | `{{time +5m}}` | the moment as an HTTP date |
//! | `{{seconds -42s}}` | the moment in seconds since 1970 |
//! | `{{u+200b}}` | the character |
//! | `{{repeat 9000 x}}` | the text so often |
//!
//! Without a word of their own tokens are HS256, five minutes old, valid for an hour, of `https://login.example/` for
//! `orders`, signed with [`SECRET`]. Everything else in double braces stays as it is.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

/// The key that signs, unless another is named.
pub const SECRET: &str = "a-shared-secret-of-at-least-32-bytes";

/// The moment at which every fixture is looked at.
pub fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().expect("a moment")
}

/// The text with every notation made.
pub fn expand(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let end = if behind.starts_with("jws ") { " }}" } else { "}}" };
        match behind.split_once(end).and_then(|(inner, after)| Some((made(inner)?, after))) {
            Some((made, after)) => {
                out.push_str(&made);
                rest = after;
            }
            None => {
                out.push_str("{{");
                rest = behind;
            }
        }
    }
    out + rest
}

fn made(inner: &str) -> Option<String> {
    if let Some(code) = inner.strip_prefix("u+") {
        return u32::from_str_radix(code, 16).ok().and_then(char::from_u32).map(String::from);
    }
    let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    match name {
        "jwt" => Some(jwt(rest)),
        "jws" => {
            let mut parts = rest.split(" | ");
            Some(signed(parts.next()?, parts.next()?, "HS256", parts.next()?))
        }
        "basic" => Some(BASE64_STANDARD.encode(bytes(rest))),
        "time" => Some(moment(rest).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        "seconds" => Some(moment(rest).as_second().to_string()),
        "repeat" => rest.split_once(' ').map(|(times, text)| text.repeat(times.parse().expect("a number"))),
        _ => None,
    }
}

/// The moment so long before or after [`now`].
fn moment(offset: &str) -> Timestamp {
    let seconds = offset_seconds(offset).unwrap_or_else(|| panic!("an offset such as +5m: {offset}"));
    now().checked_add(SignedDuration::from_secs(seconds)).expect("a moment")
}

fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('+').map(|r| (1, r)).or_else(|| text.strip_prefix('-').map(|r| (-1, r)))?;
    let unit = match rest.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    Some(sign * unit * rest[..rest.len() - 1].parse::<i64>().ok()?)
}

fn jwt(words: &str) -> String {
    let at = |seconds: i64| json!(now().as_second() + seconds);
    let mut header = Map::from_iter([("alg".to_string(), json!("HS256")), ("typ".to_string(), json!("JWT"))]);
    let mut claims = Map::from_iter([
        ("iss".to_string(), json!("https://login.example/")),
        ("sub".to_string(), json!("maria")),
        ("aud".to_string(), json!("orders")),
        ("iat".to_string(), at(-300)),
        ("exp".to_string(), at(3_300)),
    ]);
    let (mut secret, mut spoilt) = (SECRET, false);
    for word in words.split_whitespace() {
        let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("NAME=VALUE: {word}"));
        let parsed = || match offset_seconds(value) {
            Some(seconds) => at(seconds),
            None => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
        };
        let part = if ["alg", "kid", "typ"].contains(&name) { &mut header } else { &mut claims };
        match (name, value) {
            ("secret", _) => secret = value,
            ("sig", "bad") => spoilt = true,
            (_, "-") => drop(part.shift_remove(name)),
            ("kid" | "alg" | "typ", _) => drop(part.insert(name.into(), json!(value))),
            _ => drop(part.insert(name.into(), parsed())),
        }
    }
    let alg = header.get("alg").and_then(Value::as_str).unwrap_or("HS256").to_string();
    let token = signed(&Value::from(header).to_string(), &Value::from(claims).to_string(), &alg, secret);
    if spoilt {
        let (head, signature) = token.rsplit_once('.').expect("three parts");
        // Another first letter; the last one carries bits that belong to no byte.
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        return format!("{head}.{other}{}", &signature[1..]);
    }
    token
}

/// Signed for HS*; `none` has no signature; a key pair's algorithms get bytes of the right length that nobody verifies.
fn signed(header: &str, claims: &str, alg: &str, secret: &str) -> String {
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let input = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let mac = |algorithm| hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), input.as_bytes()).as_ref().to_vec();
    let signature = match alg {
        "HS384" => mac(hmac::HMAC_SHA384),
        "HS512" => mac(hmac::HMAC_SHA512),
        "RS256" | "RS512" | "PS256" => vec![0x5a; 256],
        "ES256" | "EdDSA" => vec![0x5a; 64],
        _ if alg.eq_ignore_ascii_case("none") => Vec::new(),
        _ => mac(hmac::HMAC_SHA256),
    };
    format!("{input}.{}", encode(&signature))
}

/// Bytes of a text with `\n` and `\xNN` in it.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('n') {
            out.push(b'\n');
            rest = after;
        } else if let Some(code) = rest.strip_prefix('x').and_then(|r| r.get(..2)) {
            out.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
            rest = &rest[3..];
        }
    }
    out.extend(rest.as_bytes());
    out
}
