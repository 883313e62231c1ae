//! What logs say, on the screen: tables, the lines behind a row, and a request made of a line.

use std::sync::Arc;

use authtui::app::dialogs::logs::{LogBar, LogLine, LogRow, LogTable, LogsView};
use authtui::io::run::LogReader;

use crate::keys::harness::Program;

fn rows(rows: &[[&str; 4]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_string()).collect()).collect()
}

fn line(number: usize) -> LogLine {
    LogLine {
        text: format!("10.0.0.1 \"POST /login?n={number} HTTP/1.1\" 401"),
        method: "POST".into(),
        target: format!("/login?n={number}"),
        agent: "curl/8.5".into(),
        status: 401,
        reason: String::new(),
    }
}

fn program() -> Program {
    let head = vec!["route", "denied", "of", "rate"];
    let routes = rows(&[["POST /login", "9", "10", "90 %"], ["GET /v1/users/:id", "1", "100", "1.0 %"]]);
    let clients = rows(&[["10.0.0.1", "8", "20", "40 %"]]);
    let tables = vec![
        LogTable { title: "route", head: head.clone(), rows: routes },
        LogTable { title: "client", head: vec!["client", "denied", "of", "rate"], rows: clients },
    ];
    let bar = |hour: usize, denied| LogBar { from: format!("2026-11-23 {hour:02}:00"), requests: 10, denied };
    let bars = vec![bar(4, 0), bar(5, 9), bar(6, 1)];
    let view = LogsView {
        title: "access.log (nginx)".into(),
        summary: vec!["110 requests, 10 denied".into()],
        bars,
        tables,
        ..LogsView::default()
    };
    let reader = |row: &LogRow| match row.name.as_str() {
        "POST /login" => Ok((0..3).map(line).collect()),
        _ => Err(format!("{} {} is gone", row.table, row.name)),
    };
    let mut program = Program::empty();
    program.app.model.show_logs(view);
    program.app.read_log_lines_by(LogReader(Arc::new(reader)));
    program.resizes(160, 48);
    program
}

#[test]
fn tables_are_walked_through_and_lines_lead_to_a_request() {
    let mut program = program();
    program.shows("110 requests, 10 denied").shows("most: 9 from 2026-11-23 05:00 on").shows("POST /login").shows("GET /v1/users/:id");
    program.keys("Tab").shows("10.0.0.1").hides("POST /login");
    program
        .keys("Left Enter")
        .waits_for("the newest 3 of its refused requests")
        .shows("POST /login?n=0")
        .shows("Enter make a request of it");
    program.keys("Down o").shows("POST http://HOST/login?n=1").shows("User-Agent: curl/8.5").shows("write it in the place of HOST");
    // Another one is put beside it.
    program.keys("B").shows("POST /login?n=0").keys("Up Enter").shows("POST http://HOST/login?n=0");
    assert_eq!(program.app.model.files[program.app.model.at.file].entries.len(), 2);
}

#[test]
fn what_a_client_wrote_becomes_a_request_that_can_be_sent() {
    let mut program = program();
    let odd = LogLine {
        method: "\u{16}\u{3}".into(),
        target: "/a b\r\nX-Evil: 1?next=https://h/".into(),
        agent: " bot\r\nX-Evil: 1\u{1b}[31m ".into(),
        ..line(0)
    };
    program.app.read_log_lines_by(LogReader(Arc::new(move |_: &LogRow| Ok(vec![odd.clone()]))));
    program.keys("Enter").waits_for("its refused requests").keys("o");
    program.shows("GET http://HOST/a%20b%0D%0AX-Evil:%201?next=https://h/").shows("User-Agent: bot\\r\\nX-Evil: 1\\u{1b}[31m");
    let request = &program.app.model.files[program.app.model.at.file].entries[0].exchange.request;
    assert_eq!(request.headers.len(), 1);
    assert!(!format!("{}{}", request.url, request.headers.0[0].value).contains(char::is_control), "{request:?}");
}

#[test]
fn one_step_back_at_a_time_leads_to_the_requests() {
    let mut program = program();
    program.keys("Down Enter").waits_for("route GET /v1/users/:id is gone");
    program.keys("Esc").shows("POST /login").keys("Esc").hides("POST /login").shows("Paste anything here");
    program.keys("B").shows("POST /login").keys("q");
    assert!(program.end.is_some());
}

#[test]
fn on_a_small_screen_the_table_has_the_room() {
    let mut program = program();
    program.resizes(60, 16).shows("POST /login").hides("denied over time");
    program.resizes(80, 24).shows("denied over time");
}
