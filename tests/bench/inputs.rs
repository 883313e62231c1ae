//! What is measured: signed tokens, requests, recordings, made of sizes that people meet.

use std::fmt::Write as _;
use std::sync::Arc;

use authtui::domain::exchange::Exchange;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::domain::token::keys::KeySet;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::DecodingKey;

/// A key pair of 2048 bits, and its public half as a set of keys.
pub struct Signer {
    pair: KeyPair,
    /// The set with that one key.
    pub keys: Arc<KeySet>,
}

impl Signer {
    /// Makes a new pair.
    pub fn new() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key pair");
        let der = STANDARD.encode(pair.public_key().as_ref());
        let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{der}\n-----END RSA PUBLIC KEY-----\n");
        let keys = Arc::new(KeySet::read(&pem, "key.pem").expect("a key"));
        Self { pair, keys }
    }

    /// The public key as jsonwebtoken takes it.
    pub fn decoding_key(&self) -> DecodingKey {
        DecodingKey::from_rsa_der(self.pair.public_key().as_ref())
    }

    /// A token (RS256) of about so many bytes whose claims are in order at the moment of [`exchange`].
    pub fn token(&self, bytes: usize) -> String {
        let header = BASE64.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
        let mut claims =
            String::from(r#"{"iss":"https://id.example/","aud":"https://api.example/","sub":"u1","exp":1795420000,"groups":["#);
        let wanted = (bytes.saturating_sub(header.len() + 350) * 3 / 4).max(claims.len() + 20);
        for i in 0.. {
            if claims.len() >= wanted {
                break;
            }
            let _ = write!(claims, r#""group-{i:05}","#);
        }
        let claims = BASE64.encode(claims.trim_end_matches(',').to_string() + "]}");
        let message = format!("{header}.{claims}");
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).expect("a signature");
        format!("{message}.{}", BASE64.encode(signature))
    }

    /// A refused request with a token of that many bytes, the keys at hand.
    pub fn exchange(&self, bytes: usize) -> Exchange {
        let mut exchange = exchange(&[("Authorization", &format!("Bearer {}", self.token(bytes)))]);
        exchange.context.keys = Some(Arc::clone(&self.keys));
        exchange.context.audience = vec!["https://orders.example/".into()];
        exchange
    }
}

/// A refused request with some headers.
pub fn exchange(headers: &[(&str, &str)]) -> Exchange {
    let common = [("Accept", "application/json"), ("User-Agent", "curl/8.5.0")];
    let request = Request {
        method: "GET".into(),
        url: "https://api.example/v1/orders?limit=10".into(),
        headers: common.iter().chain(headers).copied().collect(),
        body: "".into(),
        ..Request::default()
    };
    let answer = Response {
        status: 401,
        reason: "Unauthorized".into(),
        headers: [
            ("Date", "Mon, 23 Nov 2026 07:22:41 GMT"),
            ("Content-Type", "application/json"),
            ("WWW-Authenticate", r#"Bearer error="invalid_token", error_description="The token is not meant for this audience""#),
        ]
        .into_iter()
        .collect(),
        body: r#"{"error":"unauthorized","message":"invalid token"}"#.into(),
        ..Response::default()
    };
    let mut exchange = Exchange { request, answer: Some(answer), ..Exchange::default() };
    exchange.context.now = "2026-11-23T07:22:41Z".parse().ok();
    exchange
}

/// JSON of about so many bytes: one long array on one line.
pub fn json(bytes: usize) -> String {
    let mut text = String::from("[");
    for i in 0.. {
        if text.len() >= bytes {
            break;
        }
        let _ = write!(text, r#"{{"id":{i},"name":"item {i}","tags":["a","b"],"price":{}.5}},"#, i % 977);
    }
    text.trim_end_matches(',').to_string() + "]"
}

/// A HAR of `count` exchanges with answers of `body` bytes; one in ten is refused, the paths differ.
pub fn har(count: usize, body: usize) -> String {
    let body = serde_json::Value::String(json(body)).to_string();
    let entry = |i: usize| {
        let status = if i.is_multiple_of(10) { 401 } else { 200 };
        format!(
            r#"{{"startedDateTime":"2026-11-23T07:00:00Z","time":12,"request":{{"method":"GET","url":"https://api.example/v1/items/{i}","httpVersion":"h2","headers":[{{"name":"Accept","value":"application/json"}},{{"name":"Authorization","value":"Bearer abc.def"}}]}},"response":{{"status":{status},"statusText":"","httpVersion":"h2","headers":[{{"name":"Content-Type","value":"application/json"}},{{"name":"WWW-Authenticate","value":"Bearer"}}],"content":{{"size":0,"mimeType":"application/json","text":{body}}}}}}}"#
        )
    };
    let entries: Vec<String> = (0..count).map(entry).collect();
    format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"bench","version":"1"}},"entries":[{}]}}}}"#, entries.join(","))
}

/// A file of `count` saved requests.
pub fn requests(count: usize) -> String {
    let one = |i: usize| {
        format!("### request {i}\nGET https://{{{{host}}}}/v1/items/{i}\nAccept: application/json\nAuthorization: Bearer {{{{token}}}}\n\n")
    };
    "@host = api.example\n@token = abc\n\n".to_string() + &(0..count).map(one).collect::<String>()
}
