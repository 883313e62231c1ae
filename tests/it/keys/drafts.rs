//! Drafts: what is unsaved survives every end but the one that the user chose.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use authtui::app::LoadedFile;
use authtui::formats::draft::{Draft, DraftFile, DraftRequest};
use authtui::io::drafts::Drafts;
use authtui::io::run::{ExitReason, Input};
use authtui::io::terminal::Signal;
use futures_util::{Stream, stream};
use tempfile::TempDir;

use crate::keys::harness::{Program, document};

const FILE: &str = "### list users\nGET https://api.example.com/v1/users\nAuthorization: Bearer {{token}}\n";

/// Inputs that end in a bug.
struct Bug;

impl Stream for Bug {
    type Item = Input;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Input>> {
        panic!("a bug");
    }
}

pub struct Sessions {
    pub state: TempDir,
    pub workspace: TempDir,
}

impl Sessions {
    pub fn new() -> Self {
        Self { state: tempfile::tempdir().expect("a folder"), workspace: tempfile::tempdir().expect("a folder") }
    }

    pub fn folder(&self) -> PathBuf {
        self.state.path().join("authtui/drafts")
    }

    /// A session in the workspace.
    fn session(&self) -> Program {
        self.with(vec![document(FILE)])
    }

    pub fn with(&self, files: Vec<LoadedFile>) -> Program {
        let mut program = Program::keeping(files, Drafts::within(&self.folder(), self.workspace.path()));
        program.keys("");
        program
    }

    /// The drafts on the disk, as text.
    pub fn kept(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder()).into_iter().flatten().filter_map(|e| Some(e.ok()?.path()));
        files.filter(|p| p.extension().is_some_and(|e| e == "json")).map(|p| fs::read_to_string(p).expect("a draft")).collect()
    }
}

pub fn signal(signal: Signal) -> impl Stream<Item = Input> + Unpin {
    stream::iter([Input::Signal(signal)])
}

fn types_and_dies(sessions: &Sessions, typed: &str) {
    let mut program = sessions.session();
    program.keys("i Ctrl-End").types(typed);
    program.ends(&mut signal(Signal::HangUp));
}

#[test]
fn a_panic_keeps_the_draft() {
    let sessions = Sessions::new();
    let mut program = sessions.session();
    program.keys("i Ctrl-End").types("X-New: 1");
    program.ends(&mut Bug);
    assert_eq!(program.end, Some(ExitReason::Broken));
    assert!(sessions.kept().concat().contains("X-New: 1"));
}

#[test]
fn a_panic_of_a_task_ends_the_program_with_the_draft_kept() {
    let sessions = Sessions::new();
    let mut program = sessions.session();
    program.keys("i Ctrl-End").types("X-New: 1");
    program.ends(&mut stream::iter([Input::Broken]));
    assert_eq!(program.end, Some(ExitReason::Broken));
    assert!(sessions.kept().concat().contains("X-New: 1"));
}

#[test]
fn signals_keep_the_draft() {
    for number in [Signal::HangUp, Signal::Terminate, Signal::Interrupt] {
        let sessions = Sessions::new();
        let mut program = sessions.session();
        program.keys("i Ctrl-End").types("X-New: 1");
        program.ends(&mut signal(number));
        assert_eq!(program.end, Some(ExitReason::Signal(number)));
        assert!(sessions.kept().concat().contains("X-New: 1"), "{number:?}");
    }
}

/// What is pasted and still being read is read first.
#[test]
fn signals_keep_what_was_pasted_just_before() {
    let sessions = Sessions::new();
    let mut program = sessions.session();
    let paste = |name: &str| Input::Paste(format!("### {name}\nGET https://h.example/{name}\n\n{}\n", "x".repeat(40_000)));
    program.ends(&mut stream::iter([paste("first"), paste("second"), paste("third"), Input::Signal(Signal::Terminate)]));
    let kept = sessions.kept().concat();
    assert!(["first", "second", "third"].iter().all(|name| kept.contains(&format!("h.example/{name}"))), "{} bytes", kept.len());
}

#[test]
fn a_draft_is_kept_within_two_seconds_of_typing_without_being_asked() {
    let sessions = Sessions::new();
    let mut program = sessions.session();
    program.keys("i Ctrl-End").types("X-New: 1");
    let mut silence = stream::pending::<Input>();
    let loops = &mut program.app;
    let _ = program.runtime.block_on(async { tokio::time::timeout(std::time::Duration::from_secs(2), loops.run(&mut silence)).await });
    assert!(sessions.kept().concat().contains("X-New: 1"));
}

#[test]
fn the_next_start_offers_the_draft_and_opens_it() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-New: 1");
    let mut next = sessions.session();
    next.shows("Unsaved changes found").shows("payments.http (1 request)");
    next.keys("o").hides("Unsaved changes found").shows("draft of payments.http*");
    assert!(next.text().ends_with("X-New: 1"), "{}", next.text());
    assert_eq!(sessions.kept().len(), 1, "the old draft is gone and the opened one is kept anew");
}

#[test]
fn a_discarded_draft_is_gone_and_one_that_waits_is_offered_again() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-New: 1");
    sessions.session().shows("Unsaved changes found").keys("Esc").hides("Unsaved changes found");
    sessions.session().shows("Unsaved changes found").keys("d").hides("Unsaved changes found");
    assert_eq!(sessions.kept(), [""; 0]);
    sessions.session().hides("Unsaved changes found");
}

#[test]
fn a_session_that_is_alive_keeps_its_draft_to_itself() {
    let sessions = Sessions::new();
    let mut alive = sessions.session();
    alive.keys("i Ctrl-End").types("X-New: 1");
    alive.ends(&mut signal(Signal::Continue));
    sessions.session().hides("Unsaved changes found");
    assert_eq!(sessions.kept().len(), 1);
}

#[test]
fn another_folder_is_another_workspace() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-New: 1");
    let elsewhere = tempfile::tempdir().expect("a folder");
    Program::keeping(Vec::new(), Drafts::within(&sessions.folder(), elsewhere.path())).keys("").hides("Unsaved changes found");
}

#[test]
fn credentials_are_kept_only_after_a_yes_which_is_remembered() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-Api-Key: canary-secret");
    assert!(!sessions.kept().concat().contains("canary-secret"));
    let mut next = sessions.session();
    next.shows("Credentials were left out").keys("k").types("");
    next.keys("i Ctrl-End Ctrl-w Ctrl-w Ctrl-w Ctrl-w");
    next.types(" canary-secret");
    next.ends(&mut signal(Signal::HangUp));
    assert!(sessions.kept().concat().contains("canary-secret"), "{:?}", sessions.kept());
    drop(next);
    let mut third = sessions.session();
    third.keys("o K");
    third.ends(&mut signal(Signal::HangUp));
    assert!(!sessions.kept().concat().contains("canary-secret"), "a no is obeyed at once");
}

#[test]
fn a_variable_is_no_credential() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-New: 1");
    assert!(sessions.kept().concat().contains("Bearer {{token}}"));
}

#[test]
fn saving_and_leaving_remove_the_draft() {
    let sessions = Sessions::new();
    let path = sessions.workspace.path().join("a.http");
    fs::write(&path, FILE).expect("a file");
    let mut program = sessions.with(authtui::io::load::here(sessions.workspace.path()));
    program.keys("i Ctrl-End").types("X-New: 1");
    program.ends(&mut signal(Signal::Continue));
    assert_eq!(sessions.kept().len(), 1);
    program.keys("^S").waits_for("saved");
    program.ends(&mut signal(Signal::Continue));
    assert_eq!(sessions.kept(), [""; 0]);
    program.types("x");
    program.ends(&mut signal(Signal::Continue));
    assert_eq!(sessions.kept().len(), 1);
    program.keys("Esc q d");
    assert_eq!((program.end, sessions.kept().len()), (Some(ExitReason::Quit), 0));
}

#[test]
fn drafts_are_for_their_user_alone() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-New: 1");
    let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
    assert_eq!(mode(&sessions.folder()), 0o700);
    for entry in fs::read_dir(sessions.folder()).expect("the folder") {
        assert_eq!(mode(&entry.expect("a file").path()), 0o600);
    }
}

#[test]
fn where_nothing_can_be_kept_it_is_said_once_and_all_else_works() {
    let workspace = tempfile::tempdir().expect("a folder");
    // A file where the folder should be: no right to write there stops root, who runs tests in containers.
    let blocked = workspace.path().join("state");
    fs::write(&blocked, "").expect("a file");
    let mut program = Program::keeping(vec![document(FILE)], Drafts::within(&blocked.join("drafts"), workspace.path()));
    program.keys("i Ctrl-End").types("X-New: 1");
    program.ends(&mut signal(Signal::Continue));
    program.keys("").waits_for("Drafts cannot be kept in this session");
    program.types("2").hides("Drafts cannot be kept");
    program.ends(&mut signal(Signal::Continue));
    program.keys("").hides("Drafts cannot be kept");
    assert!(program.text().ends_with("X-New: 12"));
}

#[test]
fn what_is_no_draft_is_left_alone() {
    let sessions = Sessions::new();
    types_and_dies(&sessions, "X-New: 1");
    for entry in fs::read_dir(sessions.folder()).expect("the folder") {
        fs::write(entry.expect("a file").path(), "{\"files\": [").expect("a broken draft");
    }
    sessions.session().hides("Unsaved changes found").shows("/v1/users");
}

/// What is chosen besides the text comes back with it: expectations, whether redirects are followed, the version of HTTP.
#[test]
fn a_draft_holds_what_was_chosen_for_a_request() {
    let chosen = |program: &Program| {
        let exchange = &program.app.model.entry().expect("a request").exchange;
        let (context, transfer) = (&exchange.context, &exchange.transfer);
        (context.audience.clone(), context.scope.clone(), context.username.clone(), transfer.redirects, transfer.version)
    };
    let file = FILE.replace("GET", "# @expect-scope read write\nGET");
    let saved = || vec![document(&file)];
    let changes: [&dyn Fn(&mut Program); 4] = [
        &|program| _ = program.keys("e").types("orders, billing").keys("Enter"),
        &|program| _ = program.keys("L"),
        &|program| _ = program.keys("e ↑").types("ann").keys("Enter i Ctrl-End").types("X-New: 1"),
        &|program| _ = program.pastes("curl --http1.1 https://h.example/").keys("Esc e").types("orders").keys("Enter"),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let sessions = Sessions::new();
        let mut program = sessions.with(saved());
        change(&mut program);
        let before = chosen(&program);
        program.ends(&mut signal(Signal::HangUp));
        drop(program);
        let mut next = sessions.with(saved());
        next.shows("Unsaved changes found").keys("o").shows("draft of payments.http*");
        assert_eq!(chosen(&next), before, "{at}");
        // It is saved with the request, and what is opened is kept as a draft in its turn.
        next.ends(&mut signal(Signal::HangUp));
        drop(next);
        let mut third = sessions.with(saved());
        third.keys("o");
        assert_eq!(chosen(&third), before, "{at}");
        let path = sessions.workspace.path().join("new.http");
        third.keys("S ^A").types(&path.display().to_string()).keys("Enter").waits_for("saved");
        let again = Program::open(authtui::io::load::input(&path.display().to_string()).expect("the file").requests());
        assert_eq!(chosen(&again), before, "{at}");
    }
}

#[test]
fn credentials_among_expectations_are_left_out_until_they_are_wanted() {
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJ0123";
    for (keeps, key) in [(false, ""), (true, "K")] {
        let sessions = Sessions::new();
        let mut program = sessions.session();
        program.keys(key).keys("e").types(&format!("orders, {secret}")).keys("Enter");
        program.ends(&mut signal(Signal::HangUp));
        let kept = sessions.kept().concat();
        assert!(kept.contains("orders"), "{kept}");
        assert_eq!(kept.contains(secret), keeps, "{kept}");
    }
}

const AROUND: &str = "### list users\n# a comment\n# client_secret: s3cr3t-comment\nGET https://h.example/a\nX-A: 1\n# between\nX-Api-Key: s3cr3t-key\n\n{\"a\": 1}\n\n> {% client.test(\"x\") %}\n\n### other\nGET https://h.example/b\n";

/// What is written around a request comes back with the draft of one that no file holds any more, or not yet.
#[test]
fn a_draft_holds_what_is_around_a_request() {
    let pasted = format!("{AROUND}\n### defines\n@password = s3cr3t-value\n@v = 5\nGET https://h.example/{{{{v}}}}\n");
    for (at, keys) in ["1 D d ^S u", "1 d", "paste"].into_iter().enumerate() {
        for keeps in [false, true] {
            let sessions = Sessions::new();
            let path = sessions.workspace.path().join("a.http");
            fs::write(&path, AROUND).expect("a file");
            let mut program = sessions.with(authtui::io::load::here(sessions.workspace.path()));
            if keeps {
                program.keys("K");
            }
            match keys {
                "paste" => _ = program.pastes(&pasted).keys("Esc"),
                keys => {
                    for key in keys.split(' ') {
                        program.keys(key);
                        if key == "^S" {
                            program.waits_for("saved");
                        }
                    }
                }
            }
            program.ends(&mut signal(Signal::HangUp));
            drop(program);
            let kept = sessions.kept().concat();
            assert_eq!(kept.contains("s3cr3t-key"), keeps, "{at} {kept}");
            assert!(keys != "paste" || kept.contains("s3cr3t-value") == keeps, "{at} {kept}");
            let mut next = sessions.with(authtui::io::load::here(sessions.workspace.path()));
            let new = sessions.workspace.path().join("new.http");
            next.keys("o S ^A").types(&new.display().to_string()).keys("Enter").waits_for("saved");
            let saved = fs::read_to_string(&new).expect("the file");
            for line in ["# a comment\n", "X-A: 1\n# between\n", "{\"a\": 1}\n\n> {% client.test(\"x\") %}\n"] {
                assert!(saved.contains(line), "{at} {line:?} is not in\n{saved}");
            }
            assert!(keys != "paste" || saved.contains("@v = 5\nGET https://h.example/{{v}}\n"), "{saved}");
        }
    }
}

/// A text that takes six times its length in a draft is offered; one that would not be is not written, which is said.
#[test]
fn every_draft_that_is_written_is_offered() {
    let sessions = Sessions::new();
    let drafts = || Drafts::within(&sessions.folder(), sessions.workspace.path());
    let draft = |bytes: usize| {
        let requests = vec![DraftRequest { text: "\u{1}".repeat(bytes), ..DraftRequest::default() }];
        Draft { files: vec![DraftFile { name: "a.http".into(), requests }], ..Draft::default() }
    };
    for (mebibytes, is_kept) in [(3, true), (16, true), (22, false)] {
        let mut session = drafts();
        let written = session.keep(&draft(mebibytes << 20));
        assert_eq!(written.is_ok(), is_kept, "{mebibytes}: {written:?}");
        drop(session);
        let left = drafts().left();
        assert_eq!(left.len(), usize::from(is_kept), "{mebibytes}");
        drafts().remove(&left.into_iter().map(|l| l.path).collect::<Vec<_>>());
    }
}

/// Values of variables are changed and the program is killed: they come back unsaved, and credentials only after a yes.
#[test]
fn a_draft_holds_changed_values_of_variables() {
    let read = |path: &Path| fs::read_to_string(path).expect("a file");
    for keeps in [false, true] {
        let sessions = Sessions::new();
        let folder = sessions.workspace.path();
        let (requests, values) = (folder.join("a.http"), folder.join("http-client.env.json"));
        let text = "@token = old-t0ken-1\n### a\nGET {{host}}/{{path}}\nAuthorization: Bearer {{token}}\n";
        fs::write(&requests, text).expect("a file");
        fs::write(&values, r#"{"dev":{"host":"https://old.example","path":"p"}}"#).expect("a file");
        let mut program = sessions.with(authtui::io::load::here(folder));
        if keeps {
            program.keys("K");
        }
        program.keys("V").shows("https://old.example").keys("Enter ^A").types("https://new.example").keys("Enter Esc");
        program.pastes("ghp_0123456789abcdefghijABCDEFGHIJ0123").keys("Enter");
        program.ends(&mut signal(Signal::HangUp));
        drop(program);
        let kept = sessions.kept().concat();
        assert!(kept.contains("https://new.example"), "{kept}");
        assert_eq!(kept.contains("ghp_0123456789"), keeps, "{kept}");
        // Nothing is on disk yet.
        assert!(read(&values).contains("old.example") && read(&requests) == text);
        let mut next = sessions.with(authtui::io::load::here(folder));
        next.shows("Unsaved changes found").shows("values of token, host");
        next.keys("o").waits_for("https://new.example/p");
        assert_eq!(next.app.model.unsaved().contains(&"a.http".to_string()), keeps, "{:?}", next.app.model.unsaved());
        if !keeps {
            next.shows("Not in the draft, so it has its saved value: token");
        }
        next.keys("^S").waits_for("saved");
        assert!(read(&values).contains("https://new.example"), "{}", read(&values));
        assert_eq!(read(&requests).contains("@token = ghp_0123456789"), keeps, "{}", read(&requests));
        assert_eq!(read(&requests).contains("@token = old-t0ken-1"), !keeps, "{}", read(&requests));
    }
}

/// A restored draft is what would have been there without the kill: changes of the file that are not saved.
#[test]
fn a_draft_goes_back_into_its_file() {
    const TWO: &str =
        "### one\n# about it\nGET https://h.example/1\nAuthorization: Bearer s3cr3t-0123456789abcdef\n\n### two\nGET https://h.example/2\n";
    let sessions = Sessions::new();
    let path = sessions.workspace.path().join("a.http");
    fs::write(&path, TWO).expect("a file");
    let open = || sessions.with(authtui::io::load::here(sessions.workspace.path()));
    let mut program = open();
    program.keys("i Ctrl-Home End").types("/typed").keys("Esc } 1 r ^A").types("renamed").keys("Enter");
    program.keys("n").types("https://h.example/new").keys("Esc");
    program.ends(&mut signal(Signal::HangUp));
    drop(program);
    assert!(!sessions.kept().concat().contains("s3cr3t"), "the credential is left out");
    let mut next = open();
    next.keys("o").waits_for("a.http*").hides("draft of");
    // The credential is as it is saved, and each change can be undone.
    assert_eq!(next.text(), "GET https://h.example/1/typed\nAuthorization: Bearer s3cr3t-0123456789abcdef\n");
    assert_eq!(next.app.model.unsaved(), ["a.http"]);
    next.keys("^S").waits_for("a.http saved");
    let saved = fs::read_to_string(&path).expect("the file");
    let expected = TWO.replace("/1", "/1/typed").replace("### two", "### renamed");
    assert!(saved.starts_with(&expected) && saved.ends_with("GET https://h.example/new\n"), "{saved}");
}

/// Only what was changed is put back: variables stay filled, keys stay known, and no credential is replaced by the word for it.
#[test]
fn what_a_draft_did_not_change_stays_as_it_was_read() {
    let text = "@aud = orders\n### one\n# @jwks ./keys.json\n# @expect-audience {{aud}}\n# @expect-scope ghp_0123456789abcdefghijABCDEFGHIJ0123\n\
                GET https://h.example/1\n";
    let sessions = Sessions::new();
    let path = sessions.workspace.path().join("a.http");
    fs::write(&path, text).expect("a file");
    let keys = r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;
    fs::write(sessions.workspace.path().join("keys.json"), keys).expect("a file");
    let open = || sessions.with(authtui::io::load::here(sessions.workspace.path()));
    let mut program = open();
    let context = |program: &Program| format!("{:?}", program.app.model.files[0].entries[0].exchange.context);
    let before = context(&program);
    assert!(before.contains("orders") && before.contains("ghp_") && before.contains("keys: Some"), "{before}");
    program.keys("i End").types("/typed").keys("Esc");
    program.ends(&mut signal(Signal::HangUp));
    drop(program);
    assert!(!sessions.kept().concat().contains("ghp_"), "the credential is left out");
    let mut next = open();
    next.keys("o").waits_for("a.http*");
    assert_eq!(context(&next), before);
    next.keys("^S").waits_for("a.http saved");
    assert_eq!(fs::read_to_string(&path).expect("the file"), text.replace("/1", "/1/typed"));
}

/// What another program wrote into the request meanwhile is not undone by the draft: both are there.
#[test]
fn a_draft_of_a_request_that_was_changed_since_is_a_request_of_its_own() {
    let sessions = Sessions::new();
    let path = sessions.workspace.path().join("a.http");
    let text = "### one\nGET https://h.example/1\nX-Plan: old\n\n### two\nGET https://h.example/2\n";
    fs::write(&path, text).expect("a file");
    let open = || sessions.with(authtui::io::load::here(sessions.workspace.path()));
    let mut program = open();
    program.keys("i ^Home End").types("/typed").keys("Esc");
    program.ends(&mut signal(Signal::HangUp));
    drop(program);
    let theirs = text.replace("old", "theirs");
    fs::write(&path, &theirs).expect("a file");
    let mut next = open();
    next.keys("o").waits_for("Another program changed “one” since");
    assert_eq!(next.text(), "GET https://h.example/1/typed\nX-Plan: old\n");
    next.keys("^S").waits_for("a.http saved");
    let saved = fs::read_to_string(&path).expect("the file");
    assert!(saved.starts_with(&theirs) && saved.ends_with("GET https://h.example/1/typed\nX-Plan: old\n"), "{saved}");
}

#[test]
fn a_draft_of_a_request_that_is_another_one_now_replaces_nothing() {
    let sessions = Sessions::new();
    let path = sessions.workspace.path().join("a.http");
    fs::write(&path, "### one\nGET https://h.example/1\n").expect("a file");
    let open = || sessions.with(authtui::io::load::here(sessions.workspace.path()));
    let mut program = open();
    program.keys("i Ctrl-Home End").types("/typed").keys("Esc");
    program.ends(&mut signal(Signal::HangUp));
    drop(program);
    fs::write(&path, "### zero\nGET https://h.example/0\n\n### one\nGET https://h.example/1\n").expect("a file");
    let mut next = open();
    next.keys("o").waits_for("/1/typed");
    assert_eq!(next.text(), "GET https://h.example/1/typed\n");
    let texts: Vec<_> = next.app.model.files[0].entries.iter().map(|e| e.editor.text().trim_end()).collect();
    assert_eq!(texts, ["GET https://h.example/0", "GET https://h.example/1", "GET https://h.example/1/typed"]);
}
