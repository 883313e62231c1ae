//! Who gets how much of the screen, and what covers what.

use authtui::app::appearance::{ColorDepth, ColorRole, OwnTheme, Theme};
use authtui::app::config::Config;
use authtui::app::panes::Pane;
use ratatui::style::Color;

use crate::keys::harness::{EXPIRED, Program, refused};

fn expired() -> Program {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

/// The row where a text stands.
fn row(program: &Program, text: &str) -> usize {
    program.screen().lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?}:\n{}", program.screen()))
}

#[test]
fn a_short_request_leaves_its_rows_to_the_claims() {
    let mut program = expired();
    program.resizes(100, 30);
    // All claims are there, from the header's first to the last one.
    for claim in ["alg", "kid", "typ", "iss", "sub", "aud", "iat", "exp"] {
        program.shows(&format!(" {claim} "));
    }
    assert!(row(&program, "Response") <= 9, "{}", program.screen());
}

#[test]
fn the_claims_are_seen_beside_the_form_that_one_copies_them_into() {
    let mut program = expired();
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        program.resizes(width, height).keys("e").shows("audience").shows(" iss ").shows(" aud ");
        // Where the form is cut, the field that is typed into is there.
        program.keys(&"↓ ".repeat(7)).types("maria").shows("user name   maria").shows(" aud ");
        program.keys("Esc").hides("user name");
    }
}

#[test]
fn long_lines_of_the_request_are_read_to_their_end() {
    let mut program = Program::with(&format!("### a\nGET https://h/?q={}END\nAccept: */*\n", "0123456789".repeat(40)));
    program.keys("2").hides("END").keys(&"→ ".repeat(60)).shows("END");
    // The end is the end: one step back is seen.
    program.keys("← ← ← ← ← ← ← ← ←").hides("END").keys(&"← ".repeat(60)).shows("GET https://h/?q=0123");
}

#[test]
fn a_dialog_has_an_edge_and_leaves_no_half_words() {
    let mut program = expired();
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        program.resizes(width, height);
        let before: Vec<String> = program.screen().lines().map(str::to_string).collect();
        program.keys("y");
        let screen = program.screen();
        assert!(screen.contains('┌') && screen.contains('┘'), "{screen}");
        for (line, before) in screen.lines().zip(&before) {
            let Some((left, _)) = line.split_once(['│', '┌', '└']) else { continue };
            let shown = left.split_whitespace().last().unwrap_or_default();
            assert!(shown.is_empty() || before.split_whitespace().any(|word| word == shown), "half of a word: {shown:?}\n{screen}");
        }
        program.keys("Esc");
    }
}

#[test]
fn the_form_leaves_the_claims_visible() {
    let mut program = expired();
    for (width, height) in [(160, 48), (100, 30)] {
        program.resizes(width, height).keys("e").shows("What the API expects");
        program.shows(" aud ").shows("billing").shows("URLs are not fetched").keys("Esc");
    }
}

#[test]
fn what_the_fix_key_does_is_said() {
    expired().keys("5").shows("f renew");
    let denied = "### a\nGET https://h/\nAuthorization: Basic dTpw\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"a\"\n";
    Program::open(vec![authtui::app::LoadedFile::exchanges(
        "a",
        authtui::formats::detect::read_any(denied.trim_start_matches("### a\n"), "a").unwrap().exchanges,
    )])
    .keys("5")
    .shows("f how to fix");
    Program::with("### a\nGET https://h/\nAuthorization: Bearer Bearer abcdefghijklmnop0123\n").shows("f fix").hides("how to fix");
}

#[test]
fn the_list_of_one_request_can_be_opened() {
    let mut program = Program::with("### only\nGET https://h/\n");
    for (width, height) in [(160, 48), (100, 30), (80, 24)] {
        program.resizes(width, height).keys("5").keys("1").shows("only");
        assert_eq!(program.app.model.pane(), Pane::Requests);
        program.keys("r").shows("Name of the request").keys("Esc");
    }
}

#[test]
fn keys_behind_alt_gr_have_a_second_one() {
    let two = "### one\nGET https://h/1\n\n### two\nGET https://h/2\n";
    let mut program = Program::with(two);
    program.keys(">");
    assert!(program.text().starts_with("GET https://h/2"));
    program.keys("<");
    assert!(program.text().starts_with("GET https://h/1"));
    let hard = ["{", "}", "[", "]", "@", "|", "\\", "~"];
    for binding in authtui::app::keymap::BINDINGS {
        assert!(binding.keys.iter().any(|key| !hard.contains(&key.to_string().as_str())), "{}", binding.label);
    }
}

#[test]
fn the_help_is_grouped_by_task_and_searched_by_typing() {
    let mut program = expired();
    program.keys("?").shows("find the cause and fix it").shows("go to the bytes").types("clipboard").shows("copy").hides("go to the bytes");
    program.keys("Esc ?").types("sign").shows("the evidence of what is selected is there").shows("not sent yet").hides("go to the bytes");
    program.keys("Esc").hides("Keys").keys("?").types("zzz").shows("Nothing matches").keys("Esc");
}

#[test]
fn the_help_tells_the_keys_of_where_it_is_opened_first_and_goes_back_there() {
    let mut program = expired();
    program.keys("4 ?").shows("claims").shows("the token of the request or of the response").keys("Esc 5 ?");
    let first = |program: &Program, heading: &str| program.screen().find(heading).expect("a heading");
    assert!(first(&program, "show or hide remarks") < first(&program, "find the cause and fix it"), "{}", program.screen());
    program.keys("Esc x ?").shows("explanation").keys("Esc").hides("Keys").shows("What it looks at").keys("Esc");
    // Where one types, the question mark is typed.
    program.keys(": ?").hides("Keys").keys("F1").shows("choosing").types("clipboard").shows("copy").keys("Esc").shows("Nothing matches");
}

#[test]
fn the_help_stops_at_its_end() {
    let mut program = expired();
    program.resizes(80, 24).keys("?").keys(&"PgDn ".repeat(80));
    let end = program.screen();
    program.keys("PgDn ↓");
    assert_eq!(program.screen(), end);
    program.keys("↑");
    assert_ne!(program.screen(), end);
}

#[test]
fn commands_are_found_by_other_words() {
    for (word, command) in [
        ("token", "what the API expects"),
        ("header", "edit the request"),
        ("cookie", "mask or show secrets"),
        ("history", "undo"),
        ("login", "send"),
        ("env", "environment"),
        ("environment", "environment"),
        ("refused", "go to checklist"),
        ("401", "go to response"),
        ("why", "go to checklist"),
        ("cause", "go to checklist"),
    ] {
        let mut program = Program::with(&format!("### a\nGET https://h/\nAuthorization: Bearer {EXPIRED}\n"));
        // Something to undo.
        program.keys("i ↓").types("X-A: b").keys("Esc :").types(word).shows(command);
    }
}

/// Refused requests, the open one among others.
fn several() -> Program {
    let blocks: Vec<String> = ["orders", "invoices", "refunds"].map(|name| format!("### {name}\nGET https://h/{name}\n")).into();
    let mut program = Program::with(&blocks.concat());
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

#[test]
fn other_requests_are_in_sight_where_they_have_no_column() {
    let mut program = several();
    program.resizes(100, 30).keys("5").shows("1 Requests").shows("orders").shows("refunds");
    assert!(row(&program, "Most likely") < row(&program, "1 Requests"), "the cause comes first:\n{}", program.screen());
    program.keys("1").shows("orders").shows("Most likely");
}

#[test]
fn a_narrow_checklist_says_its_cause_once_and_in_words() {
    for (width, height) in [(80, 24), (99, 40), (60, 16)] {
        let mut program = expired();
        let wide = program.screen();
        assert!(wide.contains("expired 3 h 12 min ago"), "{wide}");
        program.resizes(width, height).keys("5").shows("401").shows("%").hides("token-expired");
        let screen = program.screen();
        assert_eq!(screen.matches("Most likely").count(), 1, "{screen}");
        assert_eq!(screen.matches("[f]").count(), 1, "{screen}");
        // In another pane, the summary has cause and fix.
        program.keys("2").shows("token expired").shows("[f]").hides("Most likely");
    }
}

#[test]
fn rows_that_a_narrow_pane_leaves_show_what_belongs_to_it() {
    let mut program = expired();
    program.resizes(80, 40).keys("5").shows("Checklist").shows("exp ").hides("No response");
    program.keys("2").shows("GET ").shows("3 Response").shows("401 Unauthorized");
    assert_eq!(program.app.model.pane(), Pane::Request);
    program.resizes(60, 16).keys("2").hides("401 Unauthorized");
}

#[test]
fn the_pane_names_stay_where_they_are() {
    let mut program = several();
    program.resizes(80, 24);
    for key in ["1", "2", "3", "4", "5"] {
        program.keys(key);
        let first = program.screen().lines().next().unwrap_or_default().to_string();
        assert!(first.contains("Requests") && first.contains("Checklist"), "{}", program.screen());
    }
}

#[test]
fn a_theme_is_named_when_it_changes() {
    let mut program = expired();
    for theme in ["light", "high-contrast", "color-blind", "none", "dark"] {
        program.keys("t").shows(&format!("Theme: {theme}"));
        assert_eq!(program.screen().contains('━'), theme == "none", "{theme}");
    }
}

#[test]
fn a_theme_of_ones_own_is_one_of_them() {
    let mut program = expired();
    let own = OwnTheme { name: "sea".into(), base: Theme::Light, colors: vec![(ColorRole::Surface, 0x0a_14_1e)] };
    program.app.model.own_themes = vec![own];
    program.app.model.depth = ColorDepth::True;
    // From the last of the built-in ones to the first of all.
    program.app.model.theme = Theme::None;
    program.app.model.set_theme = Some(Theme::Own(0));
    program.keys("t").shows("Theme: sea").hides("until you quit");
    let corner = program.app.terminal.backend().buffer().cell((0, 0)).expect("a cell").bg;
    assert_eq!(corner, Color::Rgb(10, 20, 30));
    program.keys("t").shows("Theme: dark until you quit: the configuration has sea");
}

#[test]
fn a_key_that_was_changed_is_the_one_that_works_and_is_shown() {
    let config = "[keys.main]\nfix = [\"F5\"]\n[keys.global]\nsend = [\"F9\"]\n[keys.explaining]\nfix = [\"F5\"]\n";
    let mut program = expired();
    program.app.model.keymap = Config::read(config).expect("keys").keymap().clone();
    program.keys("f").hides("Applied").keys("?").types("send it").shows("F9").hides("^R").keys("Esc");
    program.keys("^P").types("fix").shows("F5").keys("Esc");
    let mut program = Program::with("### a\nGET https://h/1\nAccept: */*\nAuthorization: Bearer \"abc\"\n");
    program.app.model.keymap = Config::read(config).expect("keys").keymap().clone();
    program.keys("5").shows("[F5] fix").keys("F5").shows("Applied; press u to undo");
}

#[test]
fn a_slash_before_what_the_help_is_searched_for_means_nothing() {
    expired().keys("?").types("/clipboard").shows("copy").hides("Nothing matches");
}

#[test]
fn the_environment_in_use_is_the_one_that_enter_takes() {
    let mut program = Program::with("### a\nGET {{host}}/\n");
    if let Some(file) = program.app.model.files.first_mut() {
        file.environments.insert("dev".into(), Default::default());
        file.environments.insert("prod".into(), Default::default());
    }
    program.keys("v").types("prod").keys("Enter").shows("[prod]").keys("v Enter").shows("[prod]");
}

#[test]
fn a_status_that_is_not_about_the_request_as_it_is_stands_in_brackets() {
    let mut program = several();
    program.shows(" 401").keys("i End").types("x").keys("Esc").shows("(401)");
}
