//! Whatever a file holds, what is not changed stays.

use proptest::prelude::*;

use super::tests::{added, copy_of, request, saved};
use super::*;
use crate::formats::no_files;
use crate::formats::variables::Variables;

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "### ?[a-z ]{0,6}",
        "(#|//) ?(@(name|jwks|expect-scope))? ?[a-z]{0,6}",
        "(GET |POST |)https://[a-z]{1,5}/[a-z{}]{0,6}( HTTP/1.1)?",
        "[A-Z][a-z]{0,4}: {0,2}[a-z\u{a0}{}]{0,6} ?",
        " {2}[?&][a-z]=[a-z]",
        " {0,2}(#|//) ?[?&][a-z]=[a-z]",
        "@[a-z]{1,3} ?= ?[a-z]{0,4}",
        "[ -~]{0,12}",
        "(> \\{%|< \\{%|%\\}|\\{\\{|\\}\\}|<> a|>> b|< c)",
    ]
}

fn file() -> impl Strategy<Value = String> {
    (any::<bool>(), proptest::collection::vec((line(), any::<bool>()), 0..25), any::<bool>()).prop_map(|(bom, lines, end)| {
        let mut text = String::from(if bom { "\u{feff}" } else { "" });
        for (line, crlf) in lines {
            // A file with a NUL is refused before it is read as one of this format.
            text.push_str(&line.replace('\0', ""));
            text.push_str(if crlf { "\r\n" } else { "\n" });
        }
        if end { text } else { text.trim_end_matches(['\r', '\n']).to_string() }
    })
}

/// What the format keeps of a body, line by line.
fn kept_of_body(body: &str) -> String {
    let lines: Vec<&str> = body.lines().collect();
    let filled = |line: &&str| !line.trim_matches(lines::WHITESPACE).is_empty();
    let first = lines.iter().position(filled).unwrap_or(lines.len());
    let last = lines.iter().rposition(filled).map_or(first, |at| at + 1);
    lines[first..last].join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_kept_of_a_body_is_its_lines_without_the_blank_ones_around_it(body in "([ \t\r\n]|\r\n|[a\u{a0}é]){0,16}") {
        let request = request("POST", "https://h.example/", &[], &body);
        let kept = write::essence(&request).body;
        prop_assert_eq!(kept.as_str(), kept_of_body(&body));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_request_with_blanks_around_its_values_is_the_one_in_the_file(text in file(), blanks in "[ \t]{0,2}") {
        let document = Document::read(&text);
        for index in 0..document.len() {
            let mut raw = document.raw_request(index).unwrap_or_default();
            for header in &mut raw.headers.0 {
                header.value = format!("{blanks}{}{blanks}", header.value);
            }
            let written = document.with_request(index, &raw);
            prop_assert_eq!(written.as_ref(), Ok(&document));
            prop_assert_eq!(document.holds(index, &raw, document.len()), Ok(()));
        }
    }

    #[test]
    fn a_block_without_its_body_is_the_block_whose_body_was_removed(text in file()) {
        let document = Document::read(&text);
        for index in 0..document.len() {
            let block = document.block_alone(index).map(|block| Document::read(&block)).unwrap_or_default();
            let bare = Request { body: Text::default(), ..block.raw_request(0).unwrap_or_default() };
            if let Ok(removed) = block.with_request(0, &bare) {
                let without = document.block_without_body(index).unwrap_or_default();
                // Blank lines around a body mean nothing once it is gone.
                let filled = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).map(String::from).collect::<Vec<_>>();
                prop_assert_eq!(filled(&without), filled(removed.text()));
                prop_assert_eq!(Document::read(&without).raw_request(0), removed.raw_request(0));
            }
        }
    }

    #[test]
    fn an_unchanged_request_writes_the_same_bytes(text in file()) {
        let document = Document::read(&text);
        prop_assert_eq!(document.text(), &text);
        for index in 0..document.len() {
            let raw = document.raw_request(index).unwrap_or_default();
            let written = document.with_request(index, &raw);
            prop_assert_eq!(written.as_ref().map(Document::text), Ok(text.as_str()));
            // It is neither written nor read back: both would say the same.
            prop_assert_eq!(written.as_ref(), Ok(&document.with_text(&text)));
            prop_assert_eq!(document.holds(index, &raw, document.len()), Ok(()));
            let _ = document.exchange(index, &Variables::default(), &no_files);
        }
    }

    #[test]
    fn a_changed_header_changes_nothing_else(text in file(), value in "[a-z{}\"]{1,8}", pick in 0usize..100) {
        let document = Document::read(&text);
        prop_assume!(!document.is_empty());
        let index = pick % document.len();
        let mut raw = document.raw_request(index).unwrap_or_default();
        prop_assume!(!raw.headers.is_empty());
        let header = pick % raw.headers.len();
        raw.headers.0[header].value = value.clone();
        let written = document.with_request(index, &raw).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let line = document.block(index).and_then(|b| b.request.as_ref()).map(|r| r.headers[header].line).unwrap_or_default();
        let (before, after) = (&text[..line.start], &text[line.end..]);
        prop_assert!(written.text().starts_with(before) && written.text().ends_with(after));
        prop_assert_eq!(written.raw_request(index), Some(raw));
        prop_assert_eq!(written.len(), document.len());
    }

    #[test]
    fn other_changes_keep_the_other_requests(text in file(), pick in 0usize..100) {
        let document = Document::read(&text);
        let raw = |d: &Document, i: usize| d.raw_request(i);
        let new = request("PUT", "https://new", &[("A", "b")], "c");
        let at = pick % (document.len() + 1);
        let mut parts: Vec<Part> = (0..document.len()).map(saved).collect();
        parts.insert(at, added("new", &new));
        let written = document.compose(&parts).map_err(|e| TestCaseError::fail(e.to_string()))?.document;
        prop_assert_eq!(raw(&written, at), Some(new.clone()));
        for i in 0..document.len() {
            prop_assert_eq!(raw(&written, if i < at { i } else { i + 1 }), raw(&document, i));
        }
        prop_assume!(!document.is_empty());
        let at = pick % document.len();
        let mut parts: Vec<Part> = (0..document.len()).map(saved).collect();
        parts.insert(at + 1, copy_of(at, "copy"));
        let copied = document.compose(&parts).map_err(|e| TestCaseError::fail(e.to_string()))?.document;
        prop_assert_eq!(raw(&copied, at + 1), raw(&document, at));
        let parts: Vec<Part> = (0..document.len()).filter(|i| *i != at).map(saved).collect();
        let written = document.compose(&parts).map_err(|e| TestCaseError::fail(e.to_string()))?.document;
        prop_assert_eq!(written.len(), document.len() - 1);
        let behind = document.block(at).map(|b| &text[b.own_end()..b.span.end]).unwrap_or_default();
        // The first of them may get a byte order mark before it.
        let left = written.text().trim_start_matches('\u{feff}');
        for comment in behind.lines().filter(|line| !line.trim().is_empty()) {
            prop_assert!(left.lines().any(|line| line == comment), "{:?} is lost in {:?}", comment, written.text());
        }
        for i in (0..document.len()).filter(|i| *i != at) {
            prop_assert_eq!(raw(&written, if i < at { i } else { i - 1 }), raw(&document, i));
        }
        let all: Vec<Part> = (0..document.len()).map(saved).collect();
        let same = document.compose(&all).map(|composed| composed.document.text().to_string());
        prop_assert_eq!(same, Ok(text));
    }
}
