//! Looking around: findings, their bytes, explanations, help, palette, find, mouse.

use authtui::app::LoadedFile;
use authtui::domain::exchange::Exchange;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::io::run::{ExitReason, Input};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::harness::{EXPIRED, Program, document, refused};

fn expired() -> Program {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program
}

#[test]
fn the_cause_stands_on_top_with_its_proof() {
    let mut program = expired();
    assert_eq!(program.cause(), Some("token-expired"));
    program.shows("Most likely").shows("expired 3 h 12 min ago").shows("401 Unauthorized").shows("HS256 · key 2024-07");
}

#[test]
fn enter_explains_what_is_chosen_and_esc_closes() {
    let mut program = expired();
    program.keys("Enter").shows("token-expired").shows("How to fix it");
    program.keys("Esc").hides("How to fix it");
}

#[test]
fn moving_through_findings_marks_their_bytes() {
    let mut program = expired();
    let model = &program.app.model;
    let subject = model.subject().expect("a cause");
    assert!(!subject.evidence.is_empty());
    let before = model.marks.clone();
    program.keys("↓ ↓ ↓");
    assert_ne!(program.app.model.chosen, authtui::app::panes::checklist::Chosen::Top);
    program.keys("g");
    assert_eq!(program.app.model.marks, before);
}

#[test]
fn passed_checks_are_folded_until_asked_for() {
    let mut program = expired();
    program.shows(" passed");
    let folded = program.screen().matches("✓").count();
    program.keys("p");
    assert!(program.screen().matches("✓").count() > folded);
}

#[test]
fn secrets_are_covered_until_asked_for() {
    expired().hides(&EXPIRED[EXPIRED.len() - 20..]);
    let mut program = Program::with("### a\nGET https://h/\nAuthorization: Bearer canary-secret\n");
    program.hides("canary-secret").keys("m").shows("Bearer canary-secret").shows("secrets shown");
    program.keys("m").hides("canary-secret").hides("secrets shown");
}

/// Whoever types sees what is typed, and nothing else that is secret.
#[test]
fn only_the_line_that_is_edited_is_readable() {
    let text = "### a\nPOST https://h.example/?api_key=canary-first\nAuthorization: Bearer canary-second\nCookie: sid=canary.third; b=%2Fx; c=y\n\n\
                {\"password\":\"canary-fourth\"}\n";
    let mut program = Program::with(text);
    program.keys("i Ctrl-Home").shows("canary-first").hides("canary-second").hides("canary.third").hides("canary-fourth");
    program.keys("↓").shows("canary-second").hides("canary-first").keys("↓").shows("canary.third").hides("canary-second");
    program.keys("Ctrl-End").shows("canary-fourth").hides("canary.third").keys("Esc").hides("canary-fourth");
    // The structure of what is masked stays: names, separators and the dots of a token.
    program.shows("Cookie: sid=••••••.•••••; b=%•••; c=•");
}

#[test]
fn help_lists_the_keys_and_the_palette_runs_a_command() {
    let mut program = expired();
    program.keys("?").shows("find the cause and fix it").shows("^R");
    program.keys("Esc ^P").types("theme").shows("theme").keys("Enter");
    assert_eq!(program.app.model.theme, authtui::app::appearance::Theme::Light);
}

#[test]
fn find_opens_a_request_by_a_few_letters() {
    let mut program = Program::open(vec![document("### log in\nPOST https://h/login\n\n### who am I\nGET https://h/me\n")]);
    program.keys("/").types("whoam").keys("Enter");
    assert_eq!(program.app.model.entry().map(|e| e.exchange.title()).as_deref(), Some("who am I"));
}

#[test]
fn a_click_focuses_and_chooses() {
    let mut program = expired();
    let (x, y) = place(&program, "json");
    program.inputs(vec![Input::Click(x, y)]);
    program.types("X").shows("Accept: application/Xjson");
    assert_eq!(program.cursor(), Some((x + 1, y)), "the text cursor is behind what was typed");
    // Beside a line is its end, below the text is the end of that.
    program.inputs(vec![Input::Click(x + 20, y)]);
    program.types("Y").shows("Accept: application/XjsonY");
    program.inputs(vec![Input::Click(x, y + 2)]);
    program.types("Z");
    assert!(program.text().ends_with('Z'), "{}", program.text());
}

#[test]
fn tab_goes_round_the_panes_and_zoom_shows_one() {
    let mut program = expired();
    program.keys("Tab").keys("z").shows("Request").hides("Checklist");
    program.keys("Esc").shows("Checklist");
}

#[test]
fn the_program_ends_when_nothing_is_unsaved() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.keys("q");
    assert_eq!(program.end, Some(ExitReason::Quit));
}

/// The column and row of a text on the screen.
fn place(program: &Program, text: &str) -> (u16, u16) {
    let screen = program.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, l)| l.contains(text)).expect("the text");
    let column = line.split(text).next().map_or(0, |before| before.chars().count());
    (column as u16, row as u16)
}

#[test]
fn the_mouse_opens_requests_chooses_findings_and_takes_hints() {
    let mut program = Program::open(vec![document("### one\nGET https://h/1\n\n### two\nGET https://h/2\nAuthorization: Bearer\n")]);
    let (x, y) = place(&program, "two");
    program.inputs(vec![Input::Click(x, y)]);
    assert_eq!(program.app.model.entry().map(|e| e.title()).as_deref(), Some("two"));
    let (x, y) = place(&program, "undetermined");
    program.inputs(vec![Input::Click(x, y)]);
    let (x, y) = place(&program, "? which");
    program.inputs(vec![Input::Click(x, y)]);
    assert_ne!(program.app.model.chosen, authtui::app::panes::checklist::Chosen::Top);
    program.inputs(vec![Input::Click(x, y)]);
    program.shows("What it looks at").keys("Esc");
    let (x, y) = place(&program, "? help");
    program.inputs(vec![Input::Click(x, y)]);
    program.shows("find the cause and fix it");
}

#[test]
fn the_wheel_scrolls_what_it_stands_on() {
    let mut program = Program::empty();
    let long: String = (0..200).map(|i| format!("line {i}\n")).collect();
    program.pastes(&format!("GET https://h/\n\nHTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\n{long}")).shows("line 3");
    let (x, y) = place(&program, "line 3");
    program.inputs(vec![Input::Wheel(x, y, 30)]);
    program.hides("line 3\n").shows("line 30");
}

#[test]
fn a_wheel_that_turned_too_far_turns_back_at_once() {
    let mut program = Program::empty();
    let long: String = (0..200).map(|i| format!("line {i}\n")).collect();
    program
        .pastes(&format!("GET / HTTP/1.1\nHost: h\n\nHTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\n{long}"))
        .shows("401 Unauthorized");
    let (x, y) = place(&program, "line 3");
    program.inputs(vec![Input::Wheel(x, y, 10_000)]);
    program.shows("line 199").shows("line 195");
    let end = program.screen();
    program.inputs(vec![Input::Wheel(x, y, 3)]);
    assert_eq!(program.screen(), end, "it is the last page");
    program.inputs(vec![Input::Wheel(x, y, -3)]);
    assert_ne!(program.screen(), end);
    program.keys("3 g").shows("line 3").keys("G").shows("line 199").keys("PgUp").hides("line 199").keys("PgDn").shows("line 199");
}

/// Going to the end of an answer waits for nothing: the end is shown once it is laid out.
#[test]
fn the_end_of_a_long_answer_comes_while_other_keys_work() {
    for body in [format!("[{}\"the-end\"]", "[1],".repeat(500_000)), "q\n".repeat(1_000_000) + "the-end"] {
        let mut program = Program::empty();
        program.pastes(&format!("GET / HTTP/1.1\nHost: h\n\nHTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\n{body}"));
        program.waits_for("401 Unauthorized").keys("3 G");
        assert!(program.app.model.entry().is_some_and(|entry| !entry.is_laid_out()), "a key waits for the layout");
        program.waits_for("the-end");
        while program.app.model.has_idle_work() {
            program.rests(std::time::Duration::from_millis(20));
        }
        program.shows("the-end").keys("PgUp").hides("the-end").keys("g").shows("401 Unauthorized").keys("G").shows("the-end");
    }
}

#[test]
fn a_page_scrolls_as_far_as_it_goes_and_back() {
    let mut program = expired();
    program.resizes(80, 24).keys("x").shows("What it looks at");
    let first = program.screen();
    program.keys("G");
    assert_ne!(program.screen(), first);
    let last = program.screen();
    program.keys("↓ PgDn");
    assert_eq!(program.screen(), last);
    program.keys("↑");
    assert_ne!(program.screen(), last);
    program.keys("g");
    assert_eq!(program.screen(), first);
    program.keys("G Esc x");
    assert_eq!(program.screen(), first, "another page begins at its first line");
}

#[test]
fn each_request_stays_where_it_was_scrolled_to() {
    let body = |name: &str| (0..100).map(|i| format!("{name} {i}\n")).collect::<String>();
    let text = format!("### one\nPOST https://h/1\n\n{}\n### two\nPOST https://h/2\n\n{}", body("first"), body("second"));
    let mut program = Program::open(vec![document(&text)]);
    program.keys("2 PgDn PgDn").shows("first 70").hides("first 1\n");
    program.shows("first 64").hides("first 63").keys("}").shows("second 0").keys("{").shows("first 64").hides("first 63");
}

#[test]
fn no_click_reaches_what_a_dialog_covers() {
    let mut program = Program::open(vec![document("### one\nGET https://h/1\n\n### two\nGET https://h/2\n")]);
    let (x, y) = place(&program, "two");
    program.keys("y").shows("Secrets are left out");
    let before = program.screen();
    program.inputs(vec![Input::Click(x, y), Input::Wheel(x, y, 3)]);
    assert_eq!(program.screen(), before);
    program.keys("Esc :").types("them").shows("Commands");
    let (x, y) = place(&program, "theme");
    program.inputs(vec![Input::Click(x, y)]);
    program.hides("Commands");
    assert_eq!(program.app.model.theme, authtui::app::appearance::Theme::Light);
}

#[test]
fn what_was_cut_can_be_put_back() {
    let mut program = Program::with("### a\nGET https://h/\nX-A: b\n");
    program.keys("i ↓ Shift-End ^X");
    assert_eq!(program.text(), "GET https://h/\n\n");
    program.keys("^V");
    assert_eq!(program.text(), "GET https://h/\nX-A: b\n");
}

#[test]
fn open_questions_are_folded_beside_a_decided_cause() {
    let mut program = expired();
    program.shows("undetermined").hides("the token is signed with HS256");
    program.keys("p").shows("the token is signed with HS256").hides("undetermined");
    program.keys("p").shows("undetermined");
}

#[test]
fn open_questions_are_folded_where_no_cause_is_decided() {
    let mut program = Program::with("### a\nGET https://h/\n");
    program.shows("Nothing wrong found").shows("undetermined").hides("? no credential");
    program.keys("p").shows("? no credential").hides("undetermined");
}

#[test]
fn a_token_is_told_from_another_by_its_first_letters() {
    expired().shows("Bearer eyJh•");
    Program::with("### a\nGET https://h/\nAuthorization: Bearer short\n").shows("Bearer •••••").hides("short");
}

#[test]
fn after_a_fix_the_old_answer_judges_no_more() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer \"{EXPIRED}\""))).keys("f").hides("No cause found");
}

/// A recording of four requests to one address, of which the first and the last were refused.
fn recording() -> LoadedFile {
    let exchange = |status: u16| Exchange {
        request: Request { method: "GET".into(), url: "https://api.example/".into(), ..Request::default() },
        answer: Some(Response { status, ..Response::default() }),
        ..Exchange::default()
    };
    LoadedFile::exchanges("koa.har", [401, 200, 200, 403].map(exchange).into())
}

#[test]
fn requests_of_a_recording_are_told_apart_and_its_refused_ones_are_walked() {
    let mut program = Program::sized(vec![recording()], 160, 48);
    for row in ["1 GET api.example", "2 GET api.example", "3 GET api.example", "4 GET api.example"] {
        program.shows(row);
    }
    program.keys("}");
    assert_eq!(program.app.model.at.entry, 3);
    program.keys("{");
    assert_eq!(program.app.model.at.entry, 0);
    program.keys("5 /").types("403").keys("Enter");
    assert_eq!(program.app.model.at.entry, 3, "a status is found");
    // In the list every row is one step from the next.
    program.keys("1 Home ↓");
    assert_eq!(program.app.model.at.entry, 1);
    program.keys("↓ ↓ ↑");
    assert_eq!(program.app.model.at.entry, 2);
}

#[test]
fn one_candidate_is_not_spoken_of_as_several() {
    let mut program = Program::empty();
    let request = "GET /apps HTTP/1.1\nHost: api.heroku.com\nAuthorization: Basic OjAwMTE3ZTM2LTJjOTctNGI2MC1hZjdiLTNmYWI2MDk0ZTU5NA==";
    let answer = "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"Heroku\"\nContent-Type: application/json\n\n{\"id\":\"unauthorized\",\"message\":\"Invalid credentials provided.\"}";
    program.pastes(&format!("{request}\n\n{answer}"));
    program.keys("5").shows("Not certain; it may be this").hides("any of these");
}

/// Does the token have the role? What is cut says so, and is shown whole where one reads.
#[test]
fn a_long_claim_is_read_whole_with_the_focus_on_the_claims() {
    let roles: Vec<String> = (0..600).map(|n| format!("\"role{n}\"")).collect();
    let claims = format!(r#"{{"roles":[{}],"sub":"ana"}}"#, roles.join(","));
    let token = format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#), URL_SAFE_NO_PAD.encode(claims));
    let mut program = Program::sized(vec![document(&format!("GET https://h/me\nAuthorization: Bearer {token}\n"))], 160, 48);
    program.keys("5").shows("role5").hides("role599").shows("more with the focus here (4)");
    program.keys("4").hides("more with the focus here").keys("End").shows("role599").shows("ana");
    program.keys("Home").hides("role599").keys("/").types("role450").keys("Enter").shows("role450");
}

#[test]
fn what_hardly_any_server_does_is_a_remark_and_no_warning() {
    for (width, height) in [(160, 48), (60, 16)] {
        let mut program = Program::sized(Vec::new(), width, height);
        program.pastes("GET /me HTTP/1.1\nHost: h.example\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\nDate: Mon, 23 Nov 2026 07:22:41 GMT\n\n");
        assert_eq!(program.outcome("denial-cacheable"), Some("warn"));
        program.keys("5").shows("1 remark").hides("no-store").hides("▲");
        program.keys("p").keys(&"↓ ".repeat(60));
        for _ in 0..60 {
            if program.screen().contains("no-store") {
                break;
            }
            program.keys("↑");
        }
        program.shows("no-store").keys("p").hides("no-store");
    }
    // One that invites caches to keep the refusal is warned of.
    let mut program = Program::sized(Vec::new(), 160, 48);
    program.pastes("GET /me HTTP/1.1\nHost: h.example\n\nHTTP/1.1 401 Unauthorized\nCache-Control: public, max-age=60\n\n");
    program.shows("caches may store the 401").hides("1 remark");
}
