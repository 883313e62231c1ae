//! Sends are kept on disk where that is turned on, and nowhere else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use authtui::app::LoadedFile;
use authtui::formats::no_files;

use crate::keys::harness::Program;
use crate::network::server::{answer, answering};

/// The recorded sends, once there are so many.
fn recorded(program: &mut Program, folder: &Path, count: usize) -> Vec<String> {
    let begin = Instant::now();
    loop {
        let names = fs::read_dir(folder.join(".authtui")).map(|entries| {
            entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "http")).collect::<Vec<_>>()
        });
        let mut names = names.unwrap_or_default();
        if names.len() >= count || begin.elapsed() > Duration::from_secs(10) {
            names.sort();
            return names.iter().map(|path| fs::read_to_string(path).expect("a text")).collect();
        }
        program.rests(Duration::from_millis(20));
    }
}

#[test]
fn sends_are_kept_where_that_is_turned_on_and_without_secrets_unless_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (address, _) = answering(|_| answer("401 Unauthorized", "", "unknown: abcdefgh12345678"));
    let path = folder.path().join("a.http");
    let text = format!("### who\nGET {address}/me\nAuthorization: Bearer abcdefgh12345678\n");
    fs::write(&path, &text).expect("a file");
    let mut program = Program::open(vec![LoadedFile::document("a.http", Some(path.clone()), &text, BTreeMap::default(), &no_files)]);
    program.keys("^R").waits_for("401 Unauthorized");
    assert!(!folder.path().join(".authtui").exists(), "nothing is written unasked");
    program.keys("W").waits_for("recorded in .authtui, without secrets").keys("^R");
    let texts = recorded(&mut program, folder.path(), 1);
    assert!(texts[0].contains("/me HTTP/1.1") && texts[0].contains("HTTP/1.1 401 Unauthorized"), "{texts:?}");
    assert!(!texts[0].contains("abcdefgh12345678"), "{texts:?}");
    program.keys("W").waits_for("secrets included").keys("^R");
    let texts = recorded(&mut program, folder.path(), 2);
    assert!(texts.iter().any(|text| text.contains("Bearer abcdefgh12345678")), "{texts:?}");
    program.keys("W").waits_for("no longer recorded").keys("^R").waits_for("401 Unauthorized").rests(Duration::from_millis(200));
    assert_eq!(recorded(&mut program, folder.path(), 2).len(), 2);
}

#[test]
fn what_belongs_to_no_file_is_not_recorded() {
    Program::with("### a\nGET http://127.0.0.1:1/\n").keys("W").shows("save it first");
}
