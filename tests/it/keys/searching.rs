//! `/` searches what has the focus.

use ratatui::style::Modifier;

use crate::keys::harness::{EXPIRED, Program, document};

/// A request with a long answer, and one beside it.
fn long() -> String {
    let members: Vec<String> = (0..200).map(|n| format!("\"k{n}\":\"{}\"", if n % 50 == 7 { "Needle" } else { "straw" })).collect();
    format!(
        "GET /v1/users HTTP/1.1\nHost: api.example.com\nX-Needle: a needle\nAuthorization: Bearer {EXPIRED}\n\n\
         HTTP/1.1 401 Unauthorized\nX-Found: needle\nContent-Type: application/json\n\n{{{}}}\n",
        members.join(",")
    )
}

fn pasted(width: u16, height: u16) -> Program {
    let mut program = Program::sized(Vec::new(), width, height);
    program.pastes(&long());
    program
}

/// The marked text of the screen.
fn marked(program: &Program, modifier: Modifier) -> String {
    let cells = program.buffer().content().iter().filter(|cell| cell.modifier.contains(modifier));
    cells.map(|cell| cell.symbol()).collect()
}

#[test]
fn a_word_of_a_long_answer_is_found_in_its_headers_and_its_body() {
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = pasted(width, height);
        program.keys("3 /").types("needle").shows("1 of 5").shows("X-Found: needle").hides("k157");
        assert_eq!(marked(&program, Modifier::REVERSED), "needle");
        program.keys("Enter n").shows("\"k7\": \"Needle\"").keys("n n n").shows("\"k157\": \"Needle\"");
        assert_eq!(marked(&program, Modifier::REVERSED), "Needle");
        // From the last place on to the first, and back.
        program.keys("n").shows("X-Found: needle").keys("N").shows("\"k157\"");
        // Whoever ends the search stays where it led.
        program.keys("Esc").shows("\"k157\"");
        assert_eq!(marked(&program, Modifier::REVERSED), "");
    }
}

#[test]
fn a_found_place_has_lines_above_and_below_it() {
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = pasted(width, height);
        program.keys("3 /").types("needle").keys("Enter n n").shows("\"k57\": \"Needle\"");
        program.shows("\"k56\"").shows("\"k58\"").keys("Esc").shows("\"k58\"");
    }
}

#[test]
fn the_count_stays_while_the_places_are_marked() {
    let mut program = pasted(160, 48);
    program.keys("3 /").types("needle").keys("Enter").shows("1 of 5").keys("n").shows("2 of 5").keys("Esc").hides(" of 5");
    program.keys("/").types("k199").keys("Enter").shows("1 of 1").keys("n").shows("This is the only place");
}

#[test]
fn where_nothing_matches_the_way_to_the_response_is_said_whole() {
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        let mut program = pasted(width, height);
        program.keys("5 /").shows("Search requests by name and address").types("straw").shows("No request or header has this name");
        for words in ["name or address; 3", "/ searches the", "response"] {
            program.shows(words);
        }
    }
}

#[test]
fn a_long_response_shows_where_one_is() {
    let bar = |program: &Program| program.screen().lines().filter(|row| row.trim_end().ends_with('│')).count();
    for (width, height) in [(80, 24), (60, 16)] {
        let mut program = pasted(width, height);
        program.keys("3");
        let at_top = program.screen();
        assert!(bar(&program) > 0, "{at_top}");
        program.keys("End").shows("\"k199\"");
        assert!(bar(&program) > 0 && program.screen() != at_top);
    }
}

#[test]
fn a_request_is_searched_by_its_own_words() {
    let mut program = pasted(160, 48);
    program.keys("2 /").types("NEEDLE").shows("1 of 2").keys("↓").shows("2 of 2").keys("↓").shows("1 of 2");
    program.types("s").shows("nothing found").keys("Backspace").shows("1 of 2").keys("Esc");
    // A search that was ended leaves its keys alone.
    let before = program.app.model.request_count();
    program.keys("n Esc");
    assert_eq!(program.app.model.request_count(), before + 1);
}

#[test]
fn a_search_of_a_pane_takes_no_key_of_another() {
    let mut program = pasted(160, 48);
    let before = program.app.model.request_count();
    program.keys("3 /").types("needle").keys("Enter 5 n Esc");
    assert_eq!(program.app.model.request_count(), before + 1);
}

#[test]
fn claims_are_searched_by_name_value_and_meaning() {
    let mut program = pasted(160, 48);
    program
        .keys("4 /")
        .types("user-42")
        .shows("1 of 1")
        .keys("^A")
        .types("issued")
        .shows(" of ")
        .keys("^A")
        .types("nowhere")
        .shows("nothing found");
}

#[test]
fn what_is_masked_stays_masked_when_it_is_found() {
    let mut program = pasted(160, 48);
    let end = &EXPIRED[EXPIRED.len() - 10..];
    program.keys("2 /").types(end).shows("1 of 1").keys("Enter");
    assert!(!program.screen().lines().any(|row| row.contains("Authorization") && row.contains(end)));
}

#[test]
fn lists_are_searched_by_names_and_addresses() {
    let file = || document("### log in\nPOST https://auth.example/token\n\n### who am I\nGET https://api.example/v2/me\n");
    for keys in ["1 /", "5 /"] {
        let mut program = Program::open(vec![file()]);
        program.keys(keys).types("v2me").keys("Enter");
        assert_eq!(program.app.model.entry().map(|e| e.exchange.title()).as_deref(), Some("who am I"));
    }
}

#[test]
fn a_search_without_a_match_takes_its_keys_and_makes_no_request() {
    let mut program = pasted(160, 48);
    let before = program.app.model.request_count();
    for pane in ["2", "3", "4"] {
        program.keys(&format!("{pane} /")).types("nowhere").keys("Enter").shows("nothing found");
        program.keys("n").shows("No match for “nowhere”").keys("N").shows("No match for “nowhere”").keys("Esc");
    }
    for pane in ["1", "5"] {
        program.keys(&format!("{pane} /")).types("nowhere").keys("Enter Enter").shows("No request or header").types("n").keys("Esc");
    }
    assert_eq!(program.app.model.request_count(), before);
}

#[test]
fn a_long_text_in_a_field_costs_a_key_nothing() {
    let mut program = Program::with("### a\nGET https://h/\nAccept: */*\n");
    program.keys("2 /").pastes(&"x".repeat(60_000));
    let begin = std::time::Instant::now();
    program.keys("a b ← ←");
    assert!(begin.elapsed() < std::time::Duration::from_secs(1), "{:?}", begin.elapsed());
    // More than anybody looks for is not taken, and what was there stays.
    program.pastes(&"x".repeat(10_000)).shows("The paste was ignored").keys("Esc / b Esc").hides("nothing found");
    let mut program = Program::with("### a\nGET https://h/\nAccept: */*\n");
    program.keys("?").pastes(&"x".repeat(100_000)).shows("The paste was ignored");
}
