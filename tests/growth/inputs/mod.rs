//! The inputs, each made of any size.

mod answers;
mod collections;
mod credentials;
pub mod recordings;
mod requests;
mod texts;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// An input of a kind.
pub struct Input {
    /// What it is made of.
    pub name: &'static str,
    /// What its file is called.
    pub file: &'static str,
    text: fn(usize) -> String,
    /// The recorded answer that it names, which then is what grows.
    answer: fn(usize) -> String,
}

impl Input {
    /// The input of about that many bytes, and the answer beside it.
    pub fn texts(&self, size: usize) -> (String, String) {
        ((self.text)(size), (self.answer)(size))
    }
}

/// Some text, pieces until it has that many bytes, and an end.
pub fn many(begin: &str, piece: impl Fn(usize) -> String, end: &str, size: usize) -> String {
    let mut text = begin.to_string();
    let mut number = 0;
    while text.len() < size {
        text.push_str(&piece(number));
        number += 1;
    }
    text + end
}

/// Pieces with commas between them.
fn list(piece: impl Fn(usize) -> String, size: usize) -> String {
    many(&piece(0), |i| format!(",{}", piece(i + 1)), "", size)
}

pub fn encode(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

pub fn token(claims: &str) -> String {
    format!("{}.{}.c2lnbmF0dXJl", encode(r#"{"alg":"HS256"}"#), encode(claims))
}

/// Variables of which each has the one before it twice.
fn doubled() -> String {
    many_of(40, "@a0 = xxxxxxxx\n", |i| format!("@a{} = {{{{a{i}}}}}{{{{a{i}}}}}\n", i + 1))
}

fn many_of(count: usize, begin: &str, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).fold(begin.to_string(), |text, piece| text + &piece)
}

/// An input without an answer in a file of its own.
const fn reading(name: &'static str, file: &'static str, text: fn(usize) -> String) -> Input {
    Input { name, file, text, answer: |_| String::new() }
}

const fn http(name: &'static str, text: fn(usize) -> String) -> Input {
    reading(name, "a.http", text)
}

const fn text(name: &'static str, text: fn(usize) -> String) -> Input {
    reading(name, "a.txt", text)
}

const fn har(name: &'static str, text: fn(usize) -> String) -> Input {
    reading(name, "a.har", text)
}

/// The recorded answer to a request.
const fn answered(name: &'static str, text: fn(usize) -> String, answer: fn(usize) -> String) -> Input {
    Input { name, file: "a.http", text, answer }
}

/// The recorded answer to a small request.
const fn answer(name: &'static str, answer: fn(usize) -> String) -> Input {
    answered(name, |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(), answer)
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Input> {
    [requests::INPUTS, credentials::INPUTS, answers::INPUTS, collections::INPUTS, texts::INPUTS, recordings::INPUTS].into_iter().flatten()
}
