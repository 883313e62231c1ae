//! What is pasted goes out as it would as an argument, byte for byte, whatever file it is pasted into.

use authtui::app::effect::Effect;
use authtui::app::key::Key;
use authtui::app::message::Message;
use authtui::app::{LoadedFile, Model, update};
use authtui::io::load;
use jiff::Timestamp;
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;

use crate::keys::harness::{Program, document};

/// What the line ends and marks of bodies are put together from.
fn body() -> impl Strategy<Value = String> {
    let pieces = ["a", "b=c", "&", " ", "\n", "\r\n", "\r", "\t", "--B", "--B--", "{\"k\": 1}", "# x", "// y", "é"];
    proptest::collection::vec(select(pieces.to_vec()), 1..12).prop_map(|pieces| pieces.concat())
}

fn content_type() -> impl Strategy<Value = &'static str> {
    select(vec!["text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"])
}

/// The body that goes out for the first request of some files.
fn sent(files: Vec<LoadedFile>) -> String {
    body_of(Model::new(files, Timestamp::UNIX_EPOCH))
}

/// The body that goes out for what was pasted into a file.
fn sent_after_paste(into: Vec<LoadedFile>, text: &str) -> String {
    let mut model = Model::new(into, Timestamp::UNIX_EPOCH);
    update(&mut model, Message::Resize(160, 48));
    update(&mut model, Message::Paste(text.into()));
    body_of(model)
}

fn body_of(mut model: Model) -> String {
    sent_by(&mut model)
}

fn sent_by(model: &mut Model) -> String {
    update(model, Message::Resize(160, 48));
    let effects = update(model, Message::Key(Key::ctrl('r')));
    let sent = effects.into_iter().find_map(|effect| match effect {
        Effect::Send(_, request, _) => Some(request.body.to_string()),
        _ => None,
    });
    sent.expect("a request that is sent")
}

fn as_curl(body: &str, content_type: &str) -> String {
    let escaped = body.replace('\\', "\\\\").replace('\'', "\\'").replace('\r', "\\r").replace('\n', "\\n").replace('\t', "\\t");
    format!("curl https://h.example/ -H 'Content-Type: {content_type}' --data-binary $'{escaped}'")
}

fn as_har(body: &str, content_type: &str) -> String {
    let request = serde_json::json!({
        "method": "POST", "url": "https://h.example/", "httpVersion": "HTTP/1.1", "queryString": [], "cookies": [],
        "headers": [{"name": "Content-Type", "value": content_type}],
        "postData": {"mimeType": content_type, "text": body},
    });
    let response = serde_json::json!({
        "status": 401, "statusText": "x", "httpVersion": "HTTP/1.1", "headers": [], "content": {"mimeType": "x", "text": ""},
    });
    serde_json::json!({"log": {"version": "1.2", "entries": [{"request": request, "response": response}]}}).to_string()
}

proptest! {
    #[test]
    fn a_pasted_body_is_the_body_of_the_argument(body in body(), content_type in content_type()) {
        for text in [as_curl(&body, content_type), as_har(&body, content_type)] {
            let wanted = sent(load::input(&text).expect("a request").requests());
            prop_assert_eq!(&sent_after_paste(Vec::new(), &text), &wanted, "into nothing: {}", &text);
            let file = vec![document("### one\nGET https://h.example/{{a}}\n")];
            prop_assert_eq!(&sent_after_paste(file, &text), &wanted, "into a file: {}", &text);
        }
    }
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    /// A file holds a body as it is sent, or saving says what it changed.
    #[test]
    fn what_saving_changes_is_said(body in body(), content_type in content_type()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.http");
        std::fs::write(&path, "### one\nGET https://h.example/{{a}}\n").expect("a file");
        let mut model = Model::new(load::here(folder.path()), Timestamp::UNIX_EPOCH);
        update(&mut model, Message::Resize(160, 48));
        update(&mut model, Message::Paste(as_curl(&body, content_type)));
        let before = sent_by(&mut model);
        let effects = update(&mut model, Message::Key(Key::ctrl('s')));
        let Some(Effect::Save { file, bytes, .. }) = effects.into_iter().find(|effect| matches!(effect, Effect::Save { .. })) else {
            // The format cannot hold it at all, which is said.
            prop_assert!(model.notice.is_some_and(|notice| notice.text.contains("was not saved")));
            return Ok(());
        };
        std::fs::write(&path, &bytes).expect("the file");
        update(&mut model, Message::Saved(file));
        let notice = model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default();
        let mut again = Model::new(load::here(folder.path()), Timestamp::UNIX_EPOCH);
        again.at.entry = 1;
        let after = sent_by(&mut again);
        prop_assert_eq!(before != after, notice.contains("byte for byte"), "{:?} {:?} {}", before, after, notice);
        // The session itself goes on sending what is on its screen; the first send is stopped.
        update(&mut model, Message::Key(Key::parse("Esc").expect("a key")));
        prop_assert_eq!(sent_by(&mut model), before);
    }
}

#[test]
fn a_saved_body_that_changed_is_named() {
    let mut program = Program::open(vec![document("### one\nGET https://h.example/{{a}}\n")]);
    let folder = tempfile::tempdir().expect("a folder");
    program.pastes("curl https://h.example/form --data-binary $'a\\r\\nb\\n' -H 'Content-Type: text/plain'").keys("S ^A");
    program.types(&folder.path().join("a.http").display().to_string()).keys("Enter").waits_for("byte for byte");
    program.shows("CRLF line ends become LF, line ends at its start or end are left out");
}

/// Of a paste the terminal changes the line ends; a multipart body of raw HTTP goes out with those that it has to have.
#[test]
fn raw_multipart_is_sent_with_crlf() {
    let body = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B--";
    let raw = format!("POST / HTTP/1.1\r\nHost: h.example\r\nContent-Type: multipart/form-data; boundary=B\r\n\r\n{body}");
    assert_eq!(sent_after_paste(vec![document("GET https://h.example/{{a}}\n")], &raw), body);
}

#[test]
fn a_pasted_form_keeps_its_line_ends() {
    let text = "curl https://h.example/ -F 'a=b' -F 'c=d'";
    let wanted = sent(load::input(text).expect("a request").requests());
    assert!(wanted.contains("\r\n") && !wanted.contains("\r\r\n"), "{wanted:?}");
    assert_eq!(sent_after_paste(vec![document("GET https://h.example/\n")], text), wanted);
}
