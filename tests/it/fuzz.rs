//! The fuzz targets' readers on made-up text, and on each input that once broke one (`tests/fuzz/broken/<reader>/`).

#[path = "../fuzz/readers.rs"]
mod readers;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

type Reader = (&'static str, fn(&str));

/// Every reader by the name of its fuzz target.
const READERS: [Reader; 8] = [
    ("token", readers::token),
    ("challenge", readers::challenge),
    ("cookie", readers::cookie),
    ("key_set", readers::key_set),
    ("http_file", readers::http_file),
    ("curl", readers::curl),
    ("raw", readers::raw),
    ("har", readers::har),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz"))
}

#[test]
fn every_target_has_its_reader() {
    let targets = fs::read_dir(root().join("fuzz_targets")).expect("the targets");
    let mut names: Vec<String> =
        targets.map(|t| t.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    let mut known: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn what_once_broke_a_reader_does_so_no_more() {
    for (name, read) in READERS {
        // A reader that never broke has no folder.
        let Ok(inputs) = fs::read_dir(root().join("broken").join(name)) else { continue };
        for input in inputs {
            read(&fs::read_to_string(input.expect("a file").path()).expect("UTF-8"));
        }
    }
}

/// Pieces that readers act on, so that made-up text gets past the first line.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("GET http://a.test/x HTTP/1.1\r\n".to_string()),
        Just("HTTP/1.1 401 Unauthorized\n".to_string()),
        Just("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln\n".to_string()),
        Just("WWW-Authenticate: Digest realm=\"a\", nonce=".to_string()),
        Just("curl 'http://a.test' -H 'Cookie: a=b' --data-raw $'\\u0041' ".to_string()),
        Just("### one\n# @no-redirect\n@a = {{b}}\n".to_string()),
        Just("{\"log\":{\"entries\":[{\"request\":{\"url\":\"http://a\"".to_string()),
        Just("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}".to_string()),
        "[ -~]{0,12}",
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_a_reader(text in pieces()) {
        for (_, read) in READERS {
            read(&text);
        }
    }
}

/// A recording with every member that is read, and two entries.
const RECORDING: &str = r#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"browser":{"name":"y"},"pages":[],"comment":"c","entries":[
  {"startedDateTime":"2026-11-23T07:00:00Z","time":12.5,"comment":"list","cache":{},"timings":{"send":0,"wait":1},"serverIPAddress":"::1",
   "request":{"method":"POST","url":"https://a.example/x","httpVersion":"HTTP/1.1","headersSize":-1,"bodySize":-1,
     "headers":[{"name":"Accept","value":"*/*"},{"name":"Authorization","value":"Bearer abcdefghijkl"}],
     "cookies":[{"name":"a","value":"1","path":"/"}],"queryString":[{"name":"q","value":"1"}],
     "postData":{"mimeType":"application/x-www-form-urlencoded","text":"a=b","params":[{"name":"a","value":"b","fileName":"f"}]}},
   "response":{"status":401,"statusText":"Unauthorized","httpVersion":"h2","redirectURL":"","headersSize":-1,"bodySize":2,
     "headers":[{"name":"WWW-Authenticate","value":"Bearer"}],"cookies":[{"name":"b","value":"2"}],
     "content":{"size":2,"mimeType":"application/json","text":"{}","encoding":"utf8"},"_failureText":"x","_error":"y"}},
  {"request":{"method":"GET","url":"https://a.example/y","headers":[]},"response":{"status":200,"headers":[],"content":{}}}]}}"#;

/// The ways to all members and elements of a value, those of an entry alone.
fn ways(value: &serde_json::Value, way: &str, found: &mut Vec<String>) {
    use serde_json::Value;
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, inner)| (i.to_string(), inner)).collect(),
        _ => Vec::new(),
    };
    for (name, inner) in inner {
        let way = format!("{way}/{name}");
        found.push(way.clone());
        ways(inner, &way, found);
    }
}

/// Whatever a recorder puts in the place of any one member, or when it leaves it out, the file is read, and the other entries
/// are what they were.
#[test]
fn no_member_of_an_entry_costs_the_file() {
    use serde_json::{Value, json};
    let whole: Value = serde_json::from_str(RECORDING).expect("JSON");
    let good = authtui::formats::har::read(RECORDING, "a.har").expect("a recording").exchanges;
    assert_eq!(good.len(), 2);
    let mut all = Vec::new();
    ways(&whole, "", &mut all);
    let others = ["/log", "/log/entries", "/log/entries/1"];
    for way in all.iter().filter(|way| !others.iter().any(|other| way == other || other.ends_with('1') && way.starts_with(other))) {
        let odd = [
            Some(json!(null)),
            Some(json!(true)),
            Some(json!(-7)),
            Some(json!(4.5e300)),
            Some(json!("a text")),
            Some(json!("")),
            Some(json!([])),
            Some(json!([1, null, "x", {"name": "a"}, ["b"]])),
            Some(json!({})),
            Some(json!({"name": 1, "value": {"a": [2]}, "message": "m"})),
            None,
        ];
        for value in odd {
            let mut changed = whole.clone();
            match &value {
                Some(value) => *changed.pointer_mut(way).expect("a member") = value.clone(),
                None => {
                    let (parent, name) = way.rsplit_once('/').expect("a way");
                    match changed.pointer_mut(parent).expect("a parent") {
                        Value::Object(members) => drop(members.remove(name)),
                        Value::Array(list) => drop(list.remove(name.parse().expect("a number"))),
                        _ => {}
                    }
                }
            }
            let read = authtui::formats::har::read(&changed.to_string(), "a.har");
            let read = read.unwrap_or_else(|e| panic!("{way} as {value:?}: {e}"));
            let last = read.exchanges.last().expect("the other entry");
            let (same, other) = (&good[1], last);
            assert_eq!((&same.request, &same.answer), (&other.request, &other.answer), "{way} as {value:?}");
            assert!(read.exchanges.len() == 2 || !read.losses.is_empty() || value.is_none(), "{way} as {value:?} was lost in silence");
        }
    }
}
