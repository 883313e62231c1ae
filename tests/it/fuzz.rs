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
