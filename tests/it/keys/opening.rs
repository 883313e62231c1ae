//! Reading files in the background: the screen appears at once, and Esc stops reading.

use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use authtui::app::LoadedFile;
use authtui::app::workspace::opened_files::OpenedFiles;
use authtui::io::run::Input;

use crate::keys::harness::{Program, document};

/// A program that reads something until it is told what came of it.
fn reading(program: &mut Program) -> Sender<Result<Vec<LoadedFile>, String>> {
    let (tell, told) = channel();
    let id = program.app.model.begin_opening("session.har (104 MB)");
    let work = move || told.recv().unwrap_or_else(|_| Err("nothing was told".into())).map(|files| OpenedFiles::of(files, Vec::new()));
    program.app.open(id, Box::new(work));
    program.resizes(160, 48);
    tell
}

#[test]
fn what_is_read_is_shown_when_it_is_ready() {
    let mut program = Program::empty();
    let tell = reading(&mut program);
    program.waits_for("Reading").shows("session.har (104 MB): ").shows("s so far");
    tell.send(Ok(vec![document("### list users\nGET https://h/users\n")])).expect("somebody listens");
    program.waits_for("GET https://h/users").hides("so far").shows("press ^R to send");
    assert_eq!(program.app.model.request_count(), 1, "the empty request made room");
}

/// Long pastes are read in the background, each after the one before it and after what is being opened.
#[test]
fn a_long_paste_waits_for_what_is_being_read() {
    let long = |name: &str| format!("### {name}\nGET https://h/{name}\n\n{}\n", "x".repeat(40_000));
    let mut program = Program::empty();
    program.pastes(&long("first"));
    program.pastes(&long("second"));
    program.waits_for("https://h/second");
    assert_eq!(program.app.model.request_count(), 2);

    let mut program = Program::empty();
    let tell = reading(&mut program);
    program.pastes(&long("third"));
    program.waits_for("session.har (104 MB)");
    tell.send(Ok(vec![document("### list users\nGET https://h/users\n")])).expect("somebody listens");
    program.waits_for("https://h/third");
    assert_eq!(program.app.model.request_count(), 2);
}

/// What the first of two long pastes asks is answered before the second is read.
#[test]
fn a_long_paste_waits_for_what_the_one_before_asks() {
    let log = |name: &str| format!("{}failed with Authorization: Bearer {name}-0123456789abcdef\n", "a line of a log\n".repeat(2500));
    let mut program = Program::empty();
    program.inputs(vec![Input::Paste(log("first")), Input::Paste(log("second")), Input::Paste("### third\nGET https://h/third\n".into())]);
    program.waits_for("A token is in this text").keys("r").waits_for("A token is in this text");
    assert!(program.text().contains("first-"), "{}", program.text());
    program.keys("Esc").rests(Duration::from_millis(100)).hides("A token is in this text");

    let broken = "%% nothing of a request\n".repeat(2000);
    let mut program = Program::empty();
    program.inputs(vec![Input::Paste(broken), Input::Paste(log("second"))]);
    program.waits_for("could not be read").keys("Esc").waits_for("A token is in this text");
}

#[test]
fn esc_stops_it_at_once_and_what_comes_late_is_dropped() {
    for key in ["Esc", "^C", "q"] {
        let mut program = Program::with("### mine\nGET https://h/mine\n");
        let tell = reading(&mut program);
        program.waits_for("Reading");
        let begin = Instant::now();
        program.keys(key).hides("so far").shows("GET https://h/mine").shows("session.har (104 MB) was not opened");
        assert!(begin.elapsed() < Duration::from_millis(100), "{:?}", begin.elapsed());
        tell.send(Ok(vec![document("### late\nGET https://h/late\n")])).expect("somebody listens");
        std::thread::sleep(Duration::from_millis(50));
        program.keys("↓").hides("late");
        assert_eq!(program.end, Some(authtui::io::run::ExitReason::InputEnded), "the program goes on");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_lost() {
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    let tell = reading(&mut program);
    tell.send(Err("session.har: line 7, column 3: it ends here".into())).expect("somebody listens");
    program.waits_for("could not be read").shows("line 7, column 3").keys("Esc").shows("GET https://h/mine");
}

#[test]
fn a_path_is_opened_from_the_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("b.http"), "### theirs\nGET https://h/theirs\n").expect("a file");
    let mut program = Program::with("### mine\nGET https://h/mine\n");
    program.keys("o").shows("Open a file or folder").types(&folder.path().display().to_string()).keys("Enter");
    program.waits_for("GET https://h/theirs").shows("mine");
    assert_eq!(program.app.model.request_count(), 2);
    program
        .keys("o")
        .types("/nowhere/at/all")
        .keys("Enter")
        .waits_for("no such file or folder")
        .keys("Esc o Enter")
        .shows("No path was entered");
    // Keys come from the terminal, so that it is no input.
    program.keys("o").types("-").keys("Enter").waits_for("-: no such file or folder");
}

#[test]
fn services_that_lie_beside_the_requests_are_known_and_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("refused.http", "HTTP/1.1 401 Unauthorized\nContent-Length: 0\n\n");
    let request = "### orders\nGET https://orders.corp.example/v1/orders\nAuthorization: Bearer 0123456789abcdef0123\n\n<> refused.http\n";
    write("orders.http", request);
    let service = "[[service]]\nname = \"Orders\"\nhosts = [\"orders.corp.example\"]\nheader = [\"X-Orders-Key\"]\n";
    write("authtui.services.toml", &format!("{service}note = \"keys are made in the back office\"\n"));
    let path = folder.path().join("orders.http").display().to_string();
    let mut program = Program::open(authtui::io::load::input(&path).expect("a file").requests());
    program.shows("reads it from the header X-Orders-Key");
    program.keys("Enter").shows("Orders expects the credential in X-Orders-Key").shows("keys are made in the back office");
    program.keys("Esc f").shows("X-Orders-Key: 0123").hides("Authorization: Bearer");
}

/// Nothing that was chosen for an empty request goes with it when a file is opened.
#[test]
fn an_empty_request_with_a_name_or_expectations_stays_beside_a_file_that_is_opened() {
    for (keys, kept) in [("", false), ("e", true)] {
        let mut program = Program::empty();
        if kept {
            program.keys(keys).types("orders").keys("Enter");
        }
        let tell = reading(&mut program);
        tell.send(Ok(vec![document("### list users\nGET https://h/users\n")])).expect("somebody listens");
        program.waits_for("GET https://h/users");
        assert_eq!(program.app.model.unsaved().len(), usize::from(kept));
        assert_eq!(program.app.model.request_count(), 1 + usize::from(kept));
    }
}

/// An entry of a recording.
fn entry(path: &str, status: u16) -> String {
    format!(
        r#"{{"request":{{"method":"GET","url":"https://h/{path}","headers":[]}},"response":{{"status":{status},"headers":[],"content":{{}}}}}}"#
    )
}

#[test]
fn a_recording_opens_on_its_first_refusal() {
    let opened = |entries: &[(&str, u16)]| {
        let entries: Vec<String> = entries.iter().map(|(path, status)| entry(path, *status)).collect();
        let har = format!(r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#, entries.join(","));
        let read = authtui::formats::har::read(&har, "a.har").expect("a recording");
        let mut program = Program::empty();
        let tell = reading(&mut program);
        tell.send(Ok(vec![LoadedFile::exchanges("a.har", read.exchanges)])).expect("somebody listens");
        program.waits_for("GET https://h/").keys("↓").keys("↑");
        program.app.model.at.entry
    };
    assert_eq!(opened(&[("page", 200), ("icon", 404), ("orders", 401), ("users", 403)]), 2);
    assert_eq!(opened(&[("page", 200), ("icon", 404), ("orders", 200)]), 1);
    assert_eq!(opened(&[("page", 200), ("orders", 200)]), 0);
}

/// Wherever a path is typed, Tab completes it: what is in common first, then a list.
#[test]
fn a_typed_path_is_completed() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().display().to_string();
    std::fs::create_dir(folder.path().join("recordings")).expect("a folder");
    for name in ["requests-a.http", "requests-b.http", "recordings/one.har", ".hidden.http"] {
        std::fs::write(folder.path().join(name), "### a\nGET https://h.example/completed\n").expect("a file");
    }
    let path = |program: &authtui::app::Model| program.overlay.as_ref().and_then(|o| o.typed_path()).map(String::from);
    for (keys, field) in
        [("o", "Open a file"), ("S ^A Backspace", "Save as"), ("e ↑", "What the API expects"), ("e ↑ ↑ ↑", "What the API expects")]
    {
        for (width, height) in [(160, 48), (80, 24)] {
            let mut program = Program::sized(vec![crate::keys::harness::document("### a\nGET https://h.example/\n")], width, height);
            program
                .keys(keys)
                .shows(field)
                .shows("Tab complete the path")
                .types(&format!("{root}/re"))
                .keys("Tab")
                .waits_for("recordings/");
            // Two kinds of names: the list, and nothing is typed yet.
            assert_eq!(path(&program.app.model), Some(format!("{root}/re")));
            program.shows("requests-a.http").shows("requests-b.http").hides(".hidden");
            program.types("q").hides("recordings/").keys("Tab").waits_for("requests-b.http");
            assert_eq!(path(&program.app.model), Some(format!("{root}/requests-")));
            program.keys("↓ Tab").hides("requests-a.http");
            assert_eq!(path(&program.app.model), Some(format!("{root}/requests-b.http")));
        }
    }
    let mut program = Program::with("### a\nGET https://h.example/\n");
    program.keys("o").types(&format!("{root}/rec")).keys("Tab").waits_for("recordings/").keys("Tab").waits_for("one.har");
    program.keys("^A").types(&format!("{root}/nothing")).keys("Tab").waits_for("Nothing there begins with this").keys("Esc");
    // Esc closes the list, then the prompt; Enter opens what is typed.
    program
        .keys("o")
        .types(&format!("{root}/requests-"))
        .keys("Tab")
        .waits_for("requests-a.http")
        .keys("Esc")
        .hides("requests-a.http")
        .shows("Open a file");
    program.types("a.http").keys("Enter").waits_for("/completed");
}

#[test]
fn the_home_folder_is_known_while_a_path_is_typed() {
    assert_eq!(authtui::io::paths::beginning_with("~"), ["~/"]);
    let at_home = authtui::io::paths::beginning_with("~/.");
    assert!(at_home.iter().all(|path| path.starts_with("~/.")), "{at_home:?}");
    let home = std::env::home_dir().and_then(|home| std::fs::read_dir(home).ok());
    let hidden = home.into_iter().flatten().flatten().filter(|e| e.file_name().to_string_lossy().starts_with('.')).count();
    assert_eq!(at_home.len(), hidden.min(200));
}

#[test]
fn lines_that_may_be_meant_otherwise_are_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    for (text, said) in [
        ("POST https://h/\n{\"a\":1}\n", "a.http, line 2: no empty line before the body"),
        ("GETT https://h/\n", "a.http, line 1: GETT is no method of HTTP that is registered, and is sent as it is; GET is meant?"),
        ("GET https://h/\n\n###\nWEBSOCKET wss://h/\n", "a.http, line 4: a request of another protocol"),
        ("POST https://h/\nContent-Type: text/plain\n\na\nGET https://b/\n", "a.http, line 5: looks like the begin of something else"),
        ("GET https://h/a\nHost: https://h\nX Y: z\n", "a.http, line 2: Host has a scheme"),
    ] {
        std::fs::write(&path, text).expect("a file");
        let mut program = Program::empty();
        program.keys("Esc o").types(&path.display().to_string()).keys("Enter").waits_for(said).keys("Tab").hides(said);
    }
    std::fs::write(&path, "GET https://h/\n\n> {%\n client.log()\n%}\n").expect("a file");
    let mut program = Program::empty();
    program.keys("Esc o").types(&path.display().to_string()).keys("Enter").waits_for("https://h/").hides("line 3");
}
