use proptest::prelude::*;

use super::*;
use crate::domain::exchange::HttpVersion;
use crate::formats::http_file::Document;
use crate::formats::no_files;
use crate::formats::variables::Variables;

const FORM: &str = "POST https://h/\nContent-Type: application/x-www-form-urlencoded\n\n";
const MULTIPART: &str = "POST https://h/\nContent-Type: multipart/form-data; boundary=x\n\n";
const PARTS: &str = "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n--x\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.png\"\n\
                     Content-Type: image/png\n\n< ./p.png\n--x--\n";

fn read(text: &str) -> Parameters {
    Parameters::read(text, BodyOrigin::HttpFile)
}

fn with(text: &str, section: Section, changes: &[Change]) -> String {
    changes.iter().fold(text.to_string(), |text, change| read(&text).with(section, *change))
}

/// Name, value, and whether it is sent.
fn shown(text: &str, section: Section) -> Vec<(String, String, bool)> {
    read(text).rows(section).into_iter().map(|(_, row)| (row.name, row.value, row.is_on)).collect()
}

fn rows(rows: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
    rows.iter().map(|(name, value, is_on)| (name.to_string(), value.to_string(), *is_on)).collect()
}

const fn value(number: usize, value: &str) -> Change<'_> {
    Change::Set(number, Cell::Value, value, Spelling::Decoded)
}

#[test]
fn the_parameters_of_an_address_are_read() {
    for (text, expected) in [
        ("GET https://h/x", vec![]),
        ("GET https://h/x?", vec![]),
        ("GET https://h/x?a=1&b", vec![("a", "1", true), ("b", "", true)]),
        ("GET https://h/x?a=1&a=2&&a[]=3&=4#top", vec![("a", "1", true), ("a", "2", true), ("a[]", "3", true), ("", "4", true)]),
        ("GET https://h/x#a?b=c", vec![]),
        ("GET https://h/x?q=New%20York+%26&bad=%zz%", vec![("q", "New York &", true), ("bad", "%zz%", true)]),
        ("GET {{host}}/?a={{b&c=d?#}}&e={{f}}x", vec![("a", "{{b&c=d?#}}", true), ("e", "{{f}}x", true)]),
        ("GET https://h/x?a=1\n    # &b=2\n    &c=3#top\nA: b", vec![("a", "1", true), ("b", "2", false), ("c", "3", true)]),
        ("https://h/x\n?a=1\n&b=x y\n# &c=3\n", vec![("a", "1", true), ("b", "x y", true), ("c", "3", false)]),
    ] {
        assert_eq!(shown(text, Section::Query), rows(&expected), "{text}");
    }
}

#[test]
fn a_change_of_an_address_changes_nothing_else() {
    use Change::{Add, Remove, Set, Swap, Switch};
    use Spelling::{AsWritten, Decoded};
    let text = "GET https://h/x?a=%zz&b=2&c=3#top\nA: b\n";
    for (change, expected) in [
        (value(1, "x y"), "GET https://h/x?a=%zz&b=x%20y&c=3#top\nA: b\n"),
        (Set(1, Cell::Value, "x+y", AsWritten), "GET https://h/x?a=%zz&b=x+y&c=3#top\nA: b\n"),
        (Set(2, Cell::Name, "d=", Decoded), "GET https://h/x?a=%zz&b=2&d%3D=3#top\nA: b\n"),
        (Switch(0), "GET https://h/x\n    # ?a=%zz\n    ?b=2&c=3#top\nA: b\n"),
        (Switch(1), "GET https://h/x?a=%zz\n    # &b=2\n    &c=3#top\nA: b\n"),
        (Switch(2), "GET https://h/x?a=%zz&b=2#top\n    # &c=3\nA: b\n"),
        (Remove(0), "GET https://h/x?b=2&c=3#top\nA: b\n"),
        (Remove(2), "GET https://h/x?a=%zz&b=2#top\nA: b\n"),
        (Add("d", "é", Decoded), "GET https://h/x?a=%zz&b=2&c=3&d=%C3%A9#top\nA: b\n"),
        (Swap(0, 2), "GET https://h/x?c=3&b=2&a=%zz#top\nA: b\n"),
    ] {
        assert_eq!(with(text, Section::Query, &[change]), expected, "{change:?}");
    }
    for number in 0..3 {
        assert_eq!(with(text, Section::Query, &[Switch(number), Switch(number)]), text, "switched off and on");
    }
    for (text, changes, expected) in [
        ("GET https://h/x", vec![Add("a", "1", Decoded)], "GET https://h/x?a=1"),
        ("GET https://h/x?", vec![Add("a", "", Decoded)], "GET https://h/x?a="),
        ("GET https://h/x?a", vec![value(0, "")], "GET https://h/x?a"),
        ("GET https://h/x?a", vec![value(0, "1")], "GET https://h/x?a=1"),
        ("GET https://h/x?a=1", vec![Switch(0)], "GET https://h/x\n    # ?a=1"),
        ("GET https://h/x?a=1", vec![Switch(0), Add("b", "2", Decoded)], "GET https://h/x\n    # ?a=1\n    ?b=2"),
        ("GET https://h/x?a=1&b=2", vec![Switch(0), Switch(1), Switch(1)], "GET https://h/x\n    # ?a=1\n    ?b=2"),
        ("GET https://h/x?a=1&b=2", vec![Switch(0), Switch(1), Switch(0)], "GET https://h/x?a=1\n    # &b=2"),
        ("GET https://h/x?a=1&b=2", vec![Switch(0), Remove(0)], "GET https://h/x?b=2"),
        ("GET https://h/x?a=x y", vec![Switch(0)], "GET https://h/x\n    # ?a=x y"),
        ("GET https://h/x?a b", vec![Switch(0)], "GET https://h/x\n    # ?a%20b"),
        // Lines that somebody made stay lines.
        ("GET https://h/x\n  ?a=1\n  &b=2\n  &c=3", vec![Switch(1)], "GET https://h/x\n  ?a=1\n  # &b=2\n  &c=3"),
        ("GET https://h/x\n  ?a=1\n  # &b=2\n  &c=3", vec![Switch(1)], "GET https://h/x\n  ?a=1\n  &b=2\n  &c=3"),
    ] {
        assert_eq!(with(text, Section::Query, &changes), expected, "{text} {changes:?}");
    }
}

#[test]
fn the_fields_of_a_form_are_read_and_changed() {
    use Change::{Add, Remove, Set, Switch};
    for (body, expected) in [
        ("a=1&b=x+y&&c", vec![("a", "1", true), ("b", "x y", true), ("c", "", true)]),
        ("a=1\n&b=2\n# &c=3\n", vec![("a", "1", true), ("b", "2", true), ("c", "3", false)]),
        ("# a=1\nb=2", vec![("a", "1", false), ("b", "2", true)]),
        ("a=1\nmore\n&b=2", vec![("a", "1\nmore", true), ("b", "2", true)]),
        ("&a=1", vec![("a", "1", true)]),
        ("", vec![]),
    ] {
        assert_eq!(shown(&format!("{FORM}{body}"), Section::Form), rows(&expected), "{body}");
    }
    for (body, changes, expected) in [
        ("a=1&b=%7e&c=3", vec![value(0, "x y&")], "a=x+y%26&b=%7e&c=3"),
        ("a=1&b=%7e&c=3", vec![Switch(1)], "a=1\n# &b=%7e\n&c=3"),
        ("a=1&b=%7e&c=3", vec![Switch(0)], "# a=1\nb=%7e&c=3"),
        ("a=1&b=2", vec![Switch(0), Switch(1)], "# a=1\n# &b=2"),
        ("a=1&b=2", vec![Switch(0), Switch(0)], "a=1\n&b=2"),
        ("a&b=2", vec![Switch(0), Switch(0)], "a\n&b=2"),
        ("a=1\n&b=2\n", vec![Add("c", "3", Spelling::Decoded)], "a=1\n&b=2\n&c=3\n"),
        ("", vec![Add("c", "3", Spelling::Decoded)], "c=3"),
        ("a=1&b=2", vec![Remove(0)], "b=2"),
        ("a=1&b=2", vec![Set(1, Cell::Name, "é", Spelling::Decoded)], "a=1&%C3%A9=2"),
    ] {
        assert_eq!(with(&format!("{FORM}{body}"), Section::Form, &changes), format!("{FORM}{expected}"), "{body} {changes:?}");
    }
    // The bytes of another tool's body have no lines.
    let literal = Parameters::read(&format!("{FORM}a=1\n&b=2"), BodyOrigin::Literal);
    assert_eq!(literal.rows(Section::Form).first().map(|(_, row)| row.value.clone()), Some("1\n".into()));
    assert!(Parameters::why_always_on(Section::Form, BodyOrigin::Literal).is_some());
    assert!(Parameters::why_always_on(Section::Query, BodyOrigin::Literal).is_none());
}

#[test]
fn the_parts_of_a_multipart_body_are_read_and_changed() {
    let text = format!("{MULTIPART}{PARTS}");
    assert_eq!(shown(&text, Section::Parts), rows(&[("a", "1", true), ("photo", "< ./p.png", true)]));
    assert_eq!(read(&text).rows(Section::Parts).iter().map(|(_, row)| row.is_file).collect::<Vec<_>>(), [false, true]);
    let changed = |change: Change| with(&text, Section::Parts, &[change]);
    assert_eq!(changed(value(0, "x\n\ny")), text.replace("\n1\n", "\nx\n\ny\n"));
    assert_eq!(changed(value(1, "< ./q.png")), text.replace("./p.png", "./q.png"));
    assert_eq!(changed(Change::Set(0, Cell::Name, "a\"b", Spelling::Decoded)), text.replace("name=\"a\"", "name=\"a%22b\""));
    let off = changed(Change::Switch(0));
    assert_eq!(
        off,
        text.replace(
            "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n",
            "# --x\n# Content-Disposition: form-data; name=\"a\"\n#\n# 1\n"
        )
    );
    assert_eq!(shown(&off, Section::Parts), rows(&[("a", "1", false), ("photo", "< ./p.png", true)]));
    assert_eq!(with(&off, Section::Parts, &[Change::Switch(0)]), text);
    assert_eq!(shown(&changed(Change::Swap(0, 1)), Section::Parts), rows(&[("photo", "< ./p.png", true), ("a", "1", true)]));
    assert_eq!(shown(&changed(Change::Remove(1)), Section::Parts), rows(&[("a", "1", true)]));
    let added = with(MULTIPART, Section::Parts, &[Change::Add("f", "< ./a/b.txt", Spelling::Decoded)]);
    assert_eq!(added, format!("{MULTIPART}--x\nContent-Disposition: form-data; name=\"f\"; filename=\"b.txt\"\n\n< ./a/b.txt\n--x--\n"));
}

/// Anything that somebody may have typed.
fn parameters() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z%+=&;\\[\\]]{0,4}",
        1 => prop::sample::select(vec!["{{v}}", "{{a&b}}", "%zz", "%C3%A9", "%FF", "&&", "é", " ", "?"]).prop_map(String::from),
        1 => prop::sample::select(vec!["\n    # &o=f", "\n    &n=1", "\n// &p", "\n\t&q=x y"]).prop_map(String::from),
    ];
    (prop::collection::vec(piece, 0..8), "(#[a-z?&]{0,4})?").prop_map(|(pieces, end)| pieces.concat() + &end)
}

#[test]
fn a_comment_line_never_begins_with_two_signs() {
    let text = "GET https://h/x?a=1\n    # &p&q=2\nA: b\n";
    let renamed = with(text, Section::Query, &[Change::Set(1, Cell::Name, "&q", Spelling::Decoded)]);
    assert_eq!(renamed, "GET https://h/x?a=1\n    # &%26q=2\nA: b\n");
    assert_eq!(shown(&renamed, Section::Query), rows(&[("a", "1", true), ("&q", "2", false)]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn reading_and_writing_without_a_change_gives_the_same_text(query in parameters(), body in parameters(), parts in "(--x|# --x|#|\n|a: b|name=\"c\"| ){0,12}") {
        prop_assert_eq!(Fields::query(&format!("https://h/?{query}")).write(), format!("https://h/?{query}"));
        prop_assert_eq!(Fields::query(&query).write(), query);
        for has_lines in [true, false] {
            prop_assert_eq!(Fields::form(&body, has_lines).write(), body.as_str());
        }
        if let Some(read) = Parts::read(&parts, Some("x"), true).filter(|_| !parts.trim().is_empty()) {
            prop_assert_eq!(read.write(), parts);
        }
    }

    #[test]
    fn a_value_that_is_set_is_read_back_and_the_others_keep_their_bytes(
        query in parameters(), wanted in "[a-z%+é{}=&# \n]{0,6}", pick in 0usize..20, is_name in any::<bool>(),
    ) {
        for (section, text) in [(Section::Query, format!("GET https://h/?{query}\nA: b\n")), (Section::Form, format!("{FORM}{}", query.replace(['#', '\n', '/'], "")))] {
            let before = read(&text).rows(section);
            prop_assume!(!before.is_empty());
            let at = pick % before.len();
            let cell = if is_name { Cell::Name } else { Cell::Value };
            // A parameter that becomes empty is no row any more.
            prop_assume!(!wanted.is_empty() || before[at].1.has_value);
            let after = read(&read(&text).with(section, Change::Set(before[at].0, cell, &wanted, Spelling::Decoded))).rows(section);
            prop_assert_eq!(after.len(), before.len(), "{}", text);
            let now = if is_name { &after[at].1.name } else { &after[at].1.value };
            prop_assert_eq!(now, &wanted, "{}", text);
            for other in (0..before.len()).filter(|other| *other != at) {
                prop_assert_eq!(&after[other].1.written, &before[other].1.written);
            }
        }
    }

    #[test]
    fn what_is_switched_off_is_not_sent_and_comes_back(query in parameters(), pick in 0usize..20) {
        let text = format!("GET https://h/?{}\nA: b\n", query.replace('?', ""));
        let before = read(&text).rows(Section::Query);
        prop_assume!(!before.is_empty());
        let at = pick % before.len();
        // Sent again it may be a fragment, or several.
        let is_one = |text: &str| !text.contains(['#', '&']);
        prop_assume!(is_one(&before[at].1.written.0) && is_one(&before[at].1.written.1));
        // Blanks at the end of a line are not sent.
        prop_assume!(before.iter().all(|(_, row)| row.has_value || row.written.0.trim() == row.written.0));
        let switched = read(&text).with(Section::Query, Change::Switch(before[at].0));
        let after = read(&switched).rows(Section::Query);
        prop_assert_eq!(after.len(), before.len(), "{}", switched);
        for (number, ((_, now), (_, was))) in after.iter().zip(&before).enumerate() {
            prop_assert_eq!(now.is_on == was.is_on, number != at, "{}", switched);
            prop_assert_eq!((now.name.trim_end(), now.is_on || number == at || now.value == was.value), (was.name.trim_end(), true), "{}", switched);
        }
        let headers = |text: &str| RequestText::parse(text).0.headers;
        prop_assert_eq!(headers(&switched), headers(&text), "{}", switched);
    }

    #[test]
    fn what_is_switched_in_a_file_is_read_back_from_it(
        first in "(\\?[a-z]=1(&[a-z])?)?( HTTP/1\\.1)?",
        lines in prop::collection::vec("(    |\t)?((# |//)?[?&][a-z]=[a-z%]{0,2}(&[a-z]=1)?( HTTP/1\\.1)?|# why)", 0..5),
        picks in prop::collection::vec(0usize..20, 0..4),
    ) {
        let text = format!("### a\nGET https://h/{first}\n{}A: b\n\n### next\nGET https://b\n", lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        let document = Document::read(&text);
        let raw = document.raw_request(0).unwrap_or_default();
        let mut edited = document.rendered(0);
        prop_assert_eq!(&RequestText::parse(&edited).0, &raw, "{}", text);
        for pick in picks {
            let rows = read(&edited).rows(Section::Query);
            if let Some((number, _)) = rows.get(pick % rows.len().max(1)) {
                edited = read(&edited).with(Section::Query, Change::Switch(*number));
            }
        }
        let (request, _) = RequestText::parse(&edited);
        let written = document.with_request(0, &request).map_err(|why| TestCaseError::fail(format!("{why}\n{text}\n{edited}")))?;
        let now = written.raw_request(0).unwrap_or_default();
        prop_assert_eq!((&now.url, &now.off), (&request.url, &request.off), "{}", text);
        prop_assert!(written.text().ends_with("A: b\n\n### next\nGET https://b\n"), "{}", written.text());
        let is_http1 = |document: &Document| {
            let exchange = document.exchange(0, &Variables::default(), &no_files).unwrap_or_default().0;
            exchange.transfer.version == HttpVersion::Http1
        };
        prop_assert!(is_http1(&written) || !is_http1(&document), "{}\n{}", text, written.text());
    }
}
