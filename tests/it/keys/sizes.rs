//! Screens of every size.

use authtui::app::appearance::Theme;
use authtui::app::panes::Pane;
use authtui::io::run::{ExitReason, Input};

use crate::keys::harness::{EXPIRED, Program, document, refused};

fn program() -> Program {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

#[test]
fn the_cause_and_its_fix_are_seen_on_every_usable_screen() {
    let mut program = program();
    for (width, height) in [(160, 48), (120, 40), (100, 30), (80, 24), (60, 16)] {
        program.resizes(width, height).shows("expired 3 h 12 min ago").shows("[f]");
    }
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    program().resizes(59, 15).shows("authtui needs 60×16 cells");
}

/// What would be done unseen is not done: keys, pastes and clicks, whatever is open, but for leaving, and nothing is thrown away
/// by that.
#[test]
fn on_a_screen_that_is_too_small_only_quitting_acts() {
    let text = "GET https://h.example/a\nX-A: one\n\n### two\nGET https://h.example/b\n";
    let state = |program: &Program| {
        let model = &program.app.model;
        let texts: Vec<_> = model.files.iter().flat_map(|f| &f.entries).map(|e| (e.editor.text(), format!("{:?}", e.sending))).collect();
        format!("{:?}", (&model.overlay, &model.focus, model.at, model.chosen, model.secrets, &model.notice, texts))
    };
    for (width, height) in [(59, 16), (60, 15), (1, 1), (0, 0)] {
        for before in ["", "i", "1", "D", "?", ":", "e", "y", "S", "o", "c", "1 r", "n"] {
            let mut program = Program::with(text);
            program.keys(before).resizes(width, height);
            program.app.model.notice = None;
            let was = state(&program);
            program.keys("d D y Enter x X m ! ^R ^S s n Esc Tab 2 ^Z Backspace").pastes("curl https://h.example/c");
            // That a paste had no effect is said where it can be read again.
            let told = program.app.model.notice.take().map(|notice| notice.text);
            assert_eq!(told.as_deref(), Some("A paste was ignored: the terminal was too small to show it"));
            assert_eq!(state(&program), was, "{before:?} on {width}×{height}");
        }
    }
    let mut program = Program::with(text);
    program.resizes(50, 10).keys("^C");
    assert_eq!(program.end, Some(ExitReason::Quit), "nothing is unsaved");
    let mut program = Program::with(text);
    program.keys("i x Esc").resizes(58, 10).keys("^C").shows("Unsaved changes: enlarge").keys("^C d s Enter q");
    assert_ne!(program.end, Some(ExitReason::Quit), "the question is not seen");
    program.resizes(160, 48).shows("Unsaved").keys("d");
    assert_eq!(program.end, Some(ExitReason::Quit));
}

#[test]
fn nothing_of_the_panes_shows_through_a_dialog() {
    let mut program = Program::with(&format!("### a\nPOST https://h/\n\n{}", format!("{}\n", "Ж".repeat(150)).repeat(60)));
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        program.resizes(width, height).keys("Esc 2").shows("ЖЖЖ");
        for theme in [Theme::Dark, Theme::Light, Theme::None] {
            program.app.model.theme = theme;
            for (keys, title) in [("?", "Keys"), (":", "Commands"), ("e", "What the API expects"), ("y", "Copy"), ("S", "Save as")] {
                program.keys(keys).shows(title);
                let screen = program.screen();
                let rows: Vec<Vec<char>> = screen.lines().map(|row| row.chars().collect()).collect();
                let (top, left) = corner(&rows, title);
                // Everything from the title to the right and down, as far as the dialog certainly goes.
                for row in &rows[top..top + 4] {
                    assert!(!row.iter().skip(left).take(40).any(|c| *c == 'Ж'), "{title} on {width}×{height}, {theme:?}:\n{screen}");
                }
                program.keys("Esc");
            }
        }
    }
}

#[test]
fn a_dialog_is_drawn_whole_above_the_hints() {
    let mut program = program();
    program.app.model.theme = Theme::None;
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        program.resizes(width, height);
        for keys in ["?", "x", ":", "e", "y", "S", "c"] {
            program.keys(keys);
            let screen = program.screen();
            let corners = ['┌', '┐', '└', '┘'].map(|corner| screen.matches(corner).count());
            assert_eq!(corners, [1; 4], "{keys} on {width}×{height}:\n{screen}");
            assert!(screen.lines().last().is_some_and(|hints| hints.starts_with(' ')), "{keys} on {width}×{height}:\n{screen}");
            program.keys("Esc");
        }
    }
}

/// The row and column of a dialog's title.
fn corner(rows: &[Vec<char>], title: &str) -> (usize, usize) {
    let title: Vec<char> = title.chars().collect();
    let found = rows.iter().enumerate().find_map(|(y, row)| Some((y, row.windows(title.len()).position(|w| w == title)?)));
    found.expect("the title")
}

#[test]
fn no_size_is_too_small_or_too_large_to_survive() {
    let mut program = program();
    for (width, height) in [(1, 1), (2, 2), (0, 0), (500, 200), (60, 16), (0, 5), (5, 0), (160, 48)] {
        program.resizes(width, height);
        program.keys("? Esc : Esc e Esc i Esc c Esc Enter Esc ↓ ] ↑ Tab Tab z z");
    }
    program.shows("Checklist");
}

#[test]
fn a_storm_of_sizes_ends_with_the_last() {
    let mut program = program();
    let storm = (0..1_000).map(|n| Input::Resize(n % 200, n % 60)).chain([Input::Resize(80, 24)]);
    program.app.terminal.backend_mut().resize(80, 24);
    program.inputs(storm.collect());
    program.shows("Checklist").shows("Response");
    assert_eq!(program.screen().lines().count(), 24);
}

#[test]
fn on_a_narrow_screen_a_finding_brings_up_the_pane_with_its_bytes() {
    let mut program = program();
    program.resizes(80, 24).keys("5 g");
    let pane = program.app.model.pane_of_proof().expect("a place");
    program.keys("b");
    assert_eq!(program.app.model.pane(), pane);
    program.keys("5 Enter").shows("What it looks at");
}

#[test]
fn on_a_narrow_screen_the_cause_stays_above_while_one_walks_through_the_checklist() {
    let mut program = program();
    program.resizes(60, 16).keys("p").shows("▸ the token expired").keys("↓ ↓ ↓");
    // Below the names of the panes.
    let second = program.screen().lines().nth(1).map(str::to_string).unwrap_or_default();
    assert!(second.contains("✗ the token expired"), "{second}");
    assert_eq!(program.screen().matches("the token expired").count(), 1, "{}", program.screen());
    // The key fixes what is chosen, and that is something else now.
    program.hides("[f]").keys("g").shows("[f]");
}

#[test]
fn a_note_is_read_on_every_usable_screen() {
    let note = "### a\n# @authtui-notes ask the API team first\nGET https://h/\nAuthorization: Bearer undefined\n";
    for (width, height) in [(160, 48), (100, 30), (80, 24), (60, 16)] {
        Program::sized(vec![document(note)], width, height).shows("» ask the API team first");
    }
}

#[test]
fn the_footer_keeps_its_hints_where_there_is_little_room() {
    let mut program = program();
    program.resizes(160, 48).keys("g").shows("offline · server's clock 07:22:41Z");
    program.resizes(60, 16).shows("f renew").shows("b go to the bytes");
}

#[test]
fn empty_panes_say_how_to_fill_them() {
    let mut program = Program::empty();
    program.resizes(80, 24).shows("Paste a request, a curl command or a token").hides("no credential");
}

#[test]
fn the_cause_is_told_in_the_checklist_at_every_size() {
    let mut program = program();
    for (width, height) in [(100, 30), (90, 24), (60, 16)] {
        program.resizes(width, height).shows("Most likely").shows("▸ the token expired");
    }
}

#[test]
fn on_a_narrow_screen_the_next_request_comes_up_with_its_proof() {
    let two = "### one\nGET https://h/\nAuthorization: Bearer undefined\n\n### two\nGET https://h/\nAuthorization: Bearer TOKEN\n";
    let mut program = Program::with(&two.replace("TOKEN", EXPIRED));
    program.resizes(80, 24).keys("b");
    assert_eq!(program.app.model.pane(), Pane::Request);
    program.keys("}");
    assert_eq!(program.app.model.pane(), Pane::Claims);
}

#[test]
fn on_a_narrow_screen_an_open_question_does_not_look_like_a_cause() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.resizes(80, 24).keys("5 p ↓ 2");
    let screen = program.screen();
    let mut below_names = screen.lines().skip(1);
    assert!(below_names.next().is_some_and(|line| line.contains("Nothing wrong found")), "{screen}");
    assert!(below_names.next().is_some_and(|line| line.starts_with(" ? ")), "{screen}");
}
