//! What is pasted goes out as it would as an argument, byte for byte, whatever file it is pasted into.

use authtui::app::message::Message;
use authtui::app::{LoadedFile, Model, update};
use authtui::io::load;
use jiff::Timestamp;
use proptest::prelude::{Strategy, prop_assert_eq, proptest};
use proptest::sample::select;

use crate::keys::harness::document;

/// What the line ends and marks of bodies are put together from.
fn body() -> impl Strategy<Value = String> {
    let pieces = ["a", "b=c", "&", " ", "\n", "\r\n", "\r", "\t", "--B", "--B--", "{\"k\": 1}", "# x", "// y", "é"];
    proptest::collection::vec(select(pieces.to_vec()), 1..12).prop_map(|pieces| pieces.concat())
}

fn content_type() -> impl Strategy<Value = &'static str> {
    select(vec!["text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"])
}

/// The body that the first request of some files would send.
fn sent(files: Vec<LoadedFile>) -> String {
    files.into_iter().flat_map(|file| file.exchanges).next().map(|exchange| exchange.request.body.to_string()).expect("a request")
}

/// The body that a paste into a file would send.
fn sent_after_paste(into: Vec<LoadedFile>, text: &str) -> String {
    let mut model = Model::new(into, Timestamp::UNIX_EPOCH);
    update(&mut model, Message::Paste(text.into()));
    model.entry().map(|entry| entry.exchange.request.body.to_string()).expect("a request")
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
            let wanted = sent(load::input(&text).expect("a request"));
            prop_assert_eq!(&sent_after_paste(Vec::new(), &text), &wanted, "into nothing: {}", &text);
            let file = vec![document("### one\nGET https://h.example/{{a}}\n")];
            prop_assert_eq!(&sent_after_paste(file, &text), &wanted, "into a file: {}", &text);
        }
    }
}

#[test]
fn a_pasted_form_keeps_its_line_ends() {
    let text = "curl https://h.example/ -F 'a=b' -F 'c=d'";
    let wanted = sent(load::input(text).expect("a request"));
    assert!(wanted.contains("\r\n") && !wanted.contains("\r\r\n"), "{wanted:?}");
    assert_eq!(sent_after_paste(vec![document("GET https://h.example/\n")], text), wanted);
}
