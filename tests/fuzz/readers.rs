//! Every reader of outside text, fed with any text: what the fuzz targets run, and what `cargo test` runs on the inputs that once
//! broke one and on made-up ones, so that the targets always build.

use authtui::checks::{Surroundings, examine};
use authtui::domain::basic::Basic;
use authtui::domain::challenge;
use authtui::domain::cookie::{SetCookie, read_cookies};
use authtui::domain::digest::DigestCredentials;
use authtui::domain::exchange::Exchange;
use authtui::domain::token::jws::Jws;
use authtui::domain::token::keys::KeySet;
use authtui::domain::token::kind;
use authtui::domain::token::signature::verify;
use authtui::formats::curl::{self, Dialect};
use authtui::formats::http_file::Document;
use authtui::formats::variables::Variables;
use authtui::formats::{har, no_files, raw};
use jiff::Timestamp;

/// More exchanges of one file cost time and find nothing new.
const EXAMINED: usize = 8;

fn examined<'e>(exchanges: impl IntoIterator<Item = &'e Exchange>) {
    for exchange in exchanges.into_iter().take(EXAMINED) {
        let _ = examine(exchange, &Surroundings::alone(Timestamp::UNIX_EPOCH));
    }
}

/// Any text as a token: the parts point into it, and what is repaired is read again without harm.
pub fn token(text: &str) {
    let jws = Jws::read(text);
    assert!(text.starts_with(jws.signing_input()) || jws.signing_input().len() <= text.len());
    let _ = Jws::read(&jws.repaired());
    let _ = kind::read(text);
    let _ = Basic::read(text);
}

/// Any text as the value of `WWW-Authenticate`, and as Digest credentials.
pub fn challenge(text: &str) {
    let (mut challenges, mut faults) = (Vec::new(), Vec::new());
    challenge::read(text, 0, &mut challenges, &mut faults);
    let _ = DigestCredentials::read(text);
}

/// Any text as `Set-Cookie` and as `Cookie`.
pub fn cookie(text: &str) {
    let cookie = SetCookie::read(text);
    let _ = (cookie.ends(Timestamp::UNIX_EPOCH), cookie.deletes(Timestamp::MAX));
    let _ = read_cookies(text);
}

/// Headers with `HS256`, `RS256` and `ES256`.
const HEADERS: [&str; 3] = ["eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJFUzI1NiJ9"];

/// Any text as a key set, one key, or PEM; tokens of several algorithms are verified with what was read.
pub fn key_set(text: &str) {
    let Ok(keys) = KeySet::read(text, "fuzz") else { return };
    let _ = keys.names();
    for header in HEADERS {
        let _ = verify(&Jws::read(&format!("{header}.e30.c2lnbmF0dXJl")), &keys);
    }
}

/// Any text as a `.http` file: nothing of it is lost, and every request can be read and examined.
pub fn http_file(text: &str) {
    let document = Document::read(text);
    assert_eq!(document.text(), text);
    let requests = (0..document.len().min(EXAMINED)).filter_map(|i| document.exchange(i, &Variables::default(), &no_files));
    for (exchange, _) in requests {
        examined([&exchange]);
    }
}

/// Any text as a curl command; what is read of it is written as one, and that is read again.
pub fn curl(text: &str) {
    let Ok(read) = curl::read(text, "fuzz") else { return };
    for request in &read.requests {
        let written = curl::to_curl(&request.exchange.request, false, Dialect::Bash);
        assert!(curl::read_as(&written, "fuzz", Dialect::Bash).is_ok(), "{written}");
    }
}

/// Any text as raw HTTP; every exchange in it is examined.
pub fn raw(text: &str) {
    let Ok(reading) = raw::read(text, "fuzz") else { return };
    examined(&reading.exchanges);
}

/// Any text as a HAR recording; every exchange in it is examined.
pub fn har(text: &str) {
    let Ok(reading) = har::read(text, "fuzz") else { return };
    examined(&reading.exchanges);
}
