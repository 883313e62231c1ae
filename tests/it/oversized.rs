//! Input that is too large, too deep or too costly: refused by name or read in a time that nobody would call a stall, and never
//! followed where it points. The bounds leave room for a debug build on a busy machine; the work itself is milliseconds.

use std::time::{Duration, Instant};

use authtui::app::key::Key;
use authtui::app::workspace::pasted::PASTED;
use authtui::app::{Effect, Message, Model, update};
use authtui::domain::token::jws::Jws;
use authtui::domain::token::kind;
use authtui::formats::{detect, har};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

const LONG: Duration = Duration::from_secs(10);

fn encode(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

/// Pastes a text, which is read in the background.
fn paste(model: &mut Model, text: String) {
    for effect in update(model, Message::Paste(text)) {
        if let Effect::ReadPaste(id, text) = effect {
            let read = detect::read_with_document(&text, PASTED);
            update(model, Message::PasteRead(id, text, Box::new(read)));
        }
    }
}

/// A model with a request that has this token.
fn model_with(token: &str) -> Model {
    let mut model = Model::new(Vec::new(), Timestamp::UNIX_EPOCH);
    update(&mut model, Message::Resize(140, 40));
    paste(&mut model, format!("GET https://h.example/ HTTP/1.1\nAuthorization: Bearer {token}\n\n"));
    model
}

/// Does it, and fails when it takes too long.
fn soon<T>(what: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = what();
    assert!(begin.elapsed() < LONG, "it took {:?}", begin.elapsed());
    done
}

#[test]
fn a_token_of_100_kb_can_be_edited() {
    let token =
        format!("{}.{}.{}", encode(r#"{"alg":"HS256"}"#), encode(&format!("{{\"iss\":\"{}\"}}", "a".repeat(70_000))), "A".repeat(43));
    let mut model = soon(|| model_with(&token));
    soon(|| {
        for key in ["i", "End", "x"] {
            update(&mut model, Message::Key(Key::parse(key).expect("a key")));
        }
    });
    assert!(model.entry().is_some_and(|e| e.editor.text().contains(&token)));
}

#[test]
fn ten_megabytes_of_dots_are_refused_by_name() {
    let dots = ".".repeat(10 << 20);
    let jws = soon(|| Jws::read(&dots));
    assert!(
        jws.faults.iter().any(|f| f.message.contains("are not read")),
        "{:?}",
        jws.faults.iter().map(|f| &f.message).take(3).collect::<Vec<_>>()
    );
    soon(|| kind::read(&dots));
}

#[test]
fn depth_is_refused_in_claims_and_survived_in_bodies_and_recordings() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let claims = format!("{{\"a\":{deep}}}");
    let token = format!("{}.{}.c2ln", encode(r#"{"alg":"HS256"}"#), encode(&claims));
    let jws = soon(|| Jws::read(&token));
    assert!(jws.faults.iter().any(|f| f.message.contains("nested deeper")));
    let mut model = soon(|| model_with("x"));
    soon(|| paste(&mut model, format!("POST https://h.example/ HTTP/1.1\nContent-Type: application/json\n\n{claims}")));
    assert!(soon(|| har::read(&format!("{{\"log\":{deep}}}"), "a.har")).is_err());
}

#[test]
fn work_that_a_token_asks_for_is_not_done() {
    // PBES2 with 2^31 rounds (RFC 7518 section 4.8), and a payload that would be unpacked to gigabytes (section 4.1.3 of RFC 7516).
    let header = encode(r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAA","p2c":2147483647,"zip":"DEF"}"#);
    let token = format!("{header}.AAAA.AAAA.{}.AAAA", "A".repeat(1 << 16));
    let reading = soon(|| kind::read(&token));
    assert!(reading.claims.is_none(), "what is encrypted stays so");
    soon(|| model_with(&token));
}

#[test]
fn an_address_in_a_token_is_never_visited_unasked() {
    let header = r#"{"alg":"RS256","jku":"https://evil.example/keys","x5u":"https://evil.example/cert","kid":"../../etc/passwd"}"#;
    let mut model = model_with(&format!("{}.{}.c2ln", encode(header), encode(r#"{"iss":"https://evil.example/"}"#)));
    let keys =
        ["5", "Enter", "Esc", "f", "Esc", "b", "]", "x", "Esc", "4", "e", "Esc", "/", "Esc", "c", "Esc", "y", "Esc", "m", "z", "?", "Esc"];
    let mut effects = Vec::new();
    for key in keys.into_iter().filter_map(Key::parse) {
        effects.extend(update(&mut model, Message::Key(key)));
        effects.extend(update(&mut model, Message::Idle));
        effects.extend(update(&mut model, Message::Now(Timestamp::UNIX_EPOCH)));
    }
    let reaches_out = |e: &Effect| matches!(e, Effect::Send(..) | Effect::ReadKeys(..) | Effect::Save { .. });
    assert!(!effects.iter().any(reaches_out), "{effects:?}");
}

#[test]
fn a_long_body_without_a_break_is_shown() {
    let mut model = model_with("x");
    let body = "a".repeat(4 << 20);
    soon(|| paste(&mut model, format!("HTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\n{body}")));
}
