//! The terminal is given back in every way out. Each row runs this same executable as a program of its own inside a
//! pseudo-terminal, reads what it wrote, and looks at the modes that are left.

#[path = "terminal/blocked.rs"]
mod blocked;
#[path = "terminal/opening.rs"]
mod opening;
#[path = "terminal/painting.rs"]
mod painting;
#[path = "terminal/pasting.rs"]
mod pasting;
#[path = "terminal/programs.rs"]
mod programs;
#[path = "terminal/run.rs"]
mod run;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use authtui::io::terminal::{Guard, Mouse, Signal, Signals, forbid_core_dumps, install_panic_hook, screen};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::process::{Pid, Signal as Number, kill_process};

use run::{ALL, NONE, Run, me};

/// The rows, by what they say.
const ROWS: &[(&str, fn())] = &[
    ("the modes are set while the guard lives and gone after it", modes_come_and_go),
    ("a panic gives the terminal back, keeps the draft, and says only what is no secret", panics_are_survived),
    ("SIGTERM, SIGINT and SIGHUP end it quickly, each with its exit code", signals_end_it),
    (
        "any other signal that ends a process gives the terminal back, keeps the draft, and ends it as if it were not caught",
        other_signals_end_it,
    ),
    ("SIGTSTP gives a cooked terminal to the shell, and fg takes it again", stopping_and_going_on),
    ("a terminal that goes away ends it", hang_up_ends_it),
    ("a leader of its session does not stop itself", a_leader_is_not_stopped),
    ("without a terminal the reason is named", no_screen_is_named),
    ("no core is dumped", cores_are_forbidden),
    ("SIGKILL, SIGTERM and a lost terminal leave a draft that the next start offers", ends_leave_a_draft),
    ("closing the terminal ends the program and keeps its draft", closed_terminals_end_the_program),
    ("a masked secret is neither on the terminal nor in the arguments, up to the last byte", no_secret_reaches_the_terminal),
    ("output that is not read holds nothing up, costs no memory, and ends with the state of the moment", blocked::output_is_not_waited_for),
    ("stopped output holds nothing up either", blocked::stopped_output_is_not_waited_for),
    ("nothing is asked of the terminal", blocked::nothing_is_asked_of_the_terminal),
    ("what changes nothing writes nothing, and what changes little writes little", painting::only_what_changed_is_written),
    ("a paste is one edit that fires no key, with its marks, without them, and with broken ones", pasting::a_paste_is_one_edit),
    ("a paste without an end holds nothing up", pasting::a_paste_without_an_end_holds_nothing_up),
    ("what follows a paste later fires no key either", pasting::what_follows_a_paste_later_fires_no_key),
    ("an escape sequence in pieces types nothing", pasting::an_escape_sequence_in_pieces_types_nothing),
    ("an answer of the terminal to another program types nothing", pasting::an_answer_to_somebody_else_types_nothing),
    ("what was left in the terminal before the start is no key", pasting::what_came_before_the_start_is_no_key),
    ("a mouse that is nowhere spills nothing", pasting::a_report_of_nowhere_spills_nothing),
    ("what takes long to read is shown and can be stopped", opening::long_reading_is_shown_and_stopped),
    ("a large recording comes after the screen", opening::a_large_recording_comes_after_the_screen),
    ("a file that another program writes is read again", opening::a_file_that_another_program_writes_is_read_again),
    ("an editor gets the terminal and all keys, and its text is an edit", programs::an_editor_gets_the_terminal_and_all_keys),
    ("an editor that fails changes nothing", programs::a_program_that_fails_changes_nothing),
    ("what an editor keeps for recovery stays, and the next session says where", programs::what_an_editor_keeps_for_recovery_stays),
    ("a signal ends the program behind an editor, and what the editor saved is in the draft", programs::a_signal_ends_both),
    ("modes that an editor leaves are not those of the shell", programs::a_program_that_leaves_other_modes_is_tidied_up_after),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mark, scenario, rest @ ..] = arguments.as_slice()
        && mark == "as-program"
    {
        return program(scenario, rest.first().map(PathBuf::from));
    }
    let filter = arguments.iter().find(|a| !a.starts_with('-'));
    for (name, row) in ROWS.iter().filter(|(name, _)| filter.is_none_or(|f| name.contains(f.as_str()))) {
        row();
        println!("test {name} ... ok");
    }
    ExitCode::SUCCESS
}

/// Runs the cases of a row a few at a time: they share nothing, and wait much longer than they work. Rows themselves run one after
/// the other, since some of them have little time.
fn at_once<T: Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    let run = &run;
    for few in cases.chunks(6) {
        thread::scope(|scope| few.iter().for_each(|case| drop(scope.spawn(move || run(case)))));
    }
}

/// What runs inside the pseudo-terminal.
fn program(scenario: &str, draft: Option<PathBuf>) -> ExitCode {
    install_panic_hook(move || {
        if let Some(draft) = &draft {
            let _ = fs::write(draft, "the draft");
        }
    });
    match scenario {
        "screen" => {
            println!("{:?}", screen());
            return ExitCode::SUCCESS;
        }
        "core" => {
            forbid_core_dumps().unwrap();
            println!("core: {:?}", rustix::process::getrlimit(rustix::process::Resource::Core).current);
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let mut signals = Signals::listen().unwrap();
    let mut guard = Guard::enter(Mouse::Captured).unwrap();
    println!("up {}.\r", process::id());
    match scenario {
        "panic-literal" => panic!("a text of the program"),
        "panic-formatted" => panic!("token {}", env::args().next_back().unwrap_or_default()),
        "leader" => {
            let stopped = guard.suspend().unwrap();
            println!("stopped: {stopped}\r");
        }
        "wait-for-key" => {
            let _ = std::io::stdin().read(&mut [0]);
        }
        _ => loop {
            let signal = runtime.block_on(signals.next());
            if let Some(code) = signal.exit_code() {
                drop(guard);
                return ExitCode::from(code);
            }
            if signal == Signal::Stop {
                guard.suspend().unwrap();
                println!("again.\r");
            }
        },
    }
    ExitCode::SUCCESS
}

fn modes_come_and_go() {
    let mut run = Run::scenario(&["wait-for-key"]);
    run.id();
    assert_eq!(run.modes(), ALL);
    assert!(!run.text().contains("\x1b[?1003h"), "movement without a button wakes nobody");
    run.type_in("x");
    assert_eq!(run.end().0, 0);
    assert_eq!(run.modes(), NONE);
}

fn panics_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let draft = folder.path().join("draft");
    let mut run = Run::scenario(&["panic-literal", draft.to_str().unwrap()]);
    assert_ne!(run.end().0, 0);
    assert_eq!(run.modes(), NONE);
    let text = run.text();
    let message = text.rsplit_once("\x1b[?25h").map_or(text.as_str(), |(_, rest)| rest);
    assert!(message.contains("authtui: stopped by a bug in authtui at tests/terminal.rs:"), "{message:?}");
    assert!(message.contains(": a text of the program"), "{message:?}");
    assert_eq!(fs::read_to_string(&draft).unwrap(), "the draft");

    let mut run = Run::scenario(&["panic-formatted", draft.to_str().unwrap(), "canary-secret"]);
    assert_ne!(run.end().0, 0);
    assert_eq!(run.modes(), NONE);
    assert!(!run.text().contains("canary-secret"), "{:?}", run.text());
}

fn signals_end_it() {
    for (number, code) in [(Number::TERM, 143), (Number::INT, 130), (Number::HUP, 129)] {
        let mut run = Run::scenario(&["loop"]);
        kill_process(run.id(), number).unwrap();
        let (exit, took) = run.end();
        assert_eq!((exit, run.modes()), (code, NONE));
        assert!(took < Duration::from_millis(200), "{took:?}");
    }
}

fn other_signals_end_it() {
    // The rare ones are known to the library as signals that end nothing: they end it with their exit code.
    let common = ["QUIT", "USR1", "USR2", "ALRM", "VTALRM", "PROF", "XCPU", "XFSZ", "ABRT", "TRAP", "SYS"];
    let rare = ["IO", "PWR", "STKFLT", "RTMIN", "RTMAX-1"];
    let all: Vec<_> = common.map(|name| (name, true)).into_iter().chain(rare.map(|name| (name, false))).collect();
    at_once(&all, |&(name, is_common)| {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
        let mut run = start(state.path(), workspace.path());
        run.wait_for("Checklist", 1);
        let mut writer = run.master.take_writer().unwrap();
        for key in ["i", "\x1b[1;5F", "X"] {
            writer.write_all(key.as_bytes()).unwrap();
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(50));
        let id = run.child.process_id().unwrap().to_string();
        assert!(process::Command::new("bash").args(["-c", &format!("kill -{name} {id}")]).status().unwrap().success(), "{name}");
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = run.child.try_wait().unwrap() {
                break status;
            }
            assert!(begin.elapsed() < Duration::from_secs(5), "{name} does not end it");
            thread::sleep(Duration::from_millis(2));
        };
        thread::sleep(Duration::from_millis(30));
        assert_eq!(run.modes(), NONE, "{name}");
        assert!(!kept(state.path()).is_empty(), "no draft on {name}");
        assert!(status.signal().is_some() || !is_common && status.exit_code() > 128, "{name}: {status:?}");
    });
}

fn stopping_and_going_on() {
    let mut run = Run::start("sh", &["-i"]);
    run.wait_for("ready> ", 1);
    let writer = Mutex::new(run.master.take_writer().unwrap());
    let type_in = |text: &str| writer.lock().unwrap().write_all(text.as_bytes()).unwrap();
    type_in(&format!("'{}' as-program loop\n", me()));
    let id = run.id();
    assert_eq!(run.modes(), ALL);
    kill_process(id, Number::TSTP).unwrap();
    run.wait_for("ready> ", 2);
    assert_eq!(run.modes(), NONE);
    type_in("echo co''oked\n");
    run.wait_for("cooked", 1);
    type_in("fg\n");
    run.wait_for("again.", 1);
    assert_eq!(run.modes(), ALL);
    kill_process(id, Number::TERM).unwrap();
    run.wait_for("ready> ", 4);
    assert_eq!(run.modes(), NONE);
    type_in("exit 0\n");
    run.end();
}

fn hang_up_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let code = folder.path().join("code");
    // In the first line the system sends SIGHUP. In the second it does not, because the program is in another session than
    // the one that loses its terminal: only the watch on the terminal itself can tell.
    for way in ["", "setsid --wait"] {
        let script = format!("trap '' HUP; {way} '{}' as-program loop; echo $? > '{}'", me(), code.display());
        let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &script]);
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let (mut text, mut piece) = (String::new(), [0; 4096]);
        while !text.contains(".\r") {
            let count = reader.read(&mut piece).unwrap();
            text.push_str(&String::from_utf8_lossy(&piece[..count]));
        }
        drop((reader, pty.master));
        let begin = Instant::now();
        child.wait().unwrap();
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
        assert_eq!(fs::read_to_string(&code).unwrap().trim(), "129", "{way}");
        fs::remove_file(&code).unwrap();
    }
}

/// The real program on a workspace, with the user's state in `state`.
fn start(state: &Path, workspace: &Path) -> Run {
    let program = env!("CARGO_BIN_EXE_authtui");
    let script = format!(
        "cd '{}' && HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent XDG_STATE_HOME='{}' LANG=C.UTF-8 exec '{program}'",
        workspace.display(),
        state.display()
    );
    Run::start("sh", &["-c", &script])
}

/// The drafts that are kept under a state folder, as one text.
fn kept(state: &Path) -> String {
    let files = fs::read_dir(state.join("authtui/drafts")).into_iter().flatten().filter_map(|e| fs::read_to_string(e.ok()?.path()).ok());
    files.collect()
}

/// Types a line into the request and waits until it is in the draft.
fn type_and_wait(run: &Run, state: &Path) -> Box<dyn std::io::Write + Send> {
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    // A key that is a sequence comes at once; letters one by one, since a burst of them is a paste.
    let keys = ["i", "\x1b[1;5F"].into_iter().chain("X-New: 1\rX-Api-Key: canary-secret".split_inclusive(|_: char| true));
    for key in keys {
        writer.write_all(key.as_bytes()).unwrap();
        writer.flush().unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    let begin = Instant::now();
    while !kept(state).contains("X-Api-Key") {
        assert!(begin.elapsed() < Duration::from_secs(10), "no draft: {:?}", run.text());
        thread::sleep(Duration::from_millis(10));
    }
    // The rest of the line may come a second later.
    thread::sleep(Duration::from_millis(1200));
    writer
}

fn ends_leave_a_draft() {
    at_once(&[Number::KILL, Number::TERM, Number::HUP], |&number| {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
        let mut run = start(state.path(), workspace.path());
        let _writer = type_and_wait(&run, state.path());
        let id = run.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
        kill_process(id, number).unwrap();
        run.end();
        let text = kept(state.path());
        assert!(text.contains("X-New: 1") && !text.contains("canary"), "{text}");
        let mut next = start(state.path(), workspace.path());
        next.wait_for("Unsaved changes found", 1);
        let mut writer = next.master.take_writer().unwrap();
        for (key, shown) in [("oq", "without"), ("d", "\x1b[?1049l")] {
            writer.write_all(key.as_bytes()).unwrap();
            next.wait_for(shown, 1);
        }
        assert_eq!(next.end().0, 0);
        assert_eq!(kept(state.path()), "", "leaving on purpose keeps nothing");
    });
}

fn closed_terminals_end_the_program() {
    // Several times, because what reads the terminal when it goes is a matter of chance.
    for typed in ["typed", "", "typed", ""] {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
        let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
        let mut command = CommandBuilder::new("sh");
        let program = env!("CARGO_BIN_EXE_authtui");
        command.args(["-c", &format!("trap '' HUP; exec setsid --wait '{program}'")]);
        command.cwd(workspace.path());
        command.env("TERM", "xterm-256color");
        command.env("XDG_STATE_HOME", state.path());
        command.env("XDG_CONFIG_HOME", "/nonexistent");
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let mut writer = pty.master.take_writer().unwrap();
        let (mut text, mut piece) = (String::new(), [0; 4096]);
        while !text.contains("Checklist") {
            let count = reader.read(&mut piece).unwrap();
            text.push_str(&String::from_utf8_lossy(&piece[..count]));
        }
        if !typed.is_empty() {
            writer.write_all(b"i").unwrap();
            thread::sleep(Duration::from_millis(50));
            writer.write_all(typed.as_bytes()).unwrap();
        }
        thread::sleep(Duration::from_millis(200));
        drop((reader, writer, pty.master));
        let begin = Instant::now();
        let status = child.wait().unwrap();
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
        assert_eq!(status.exit_code(), 129);
        assert!(kept(state.path()).contains(typed), "{:?}", kept(state.path()));
    }
}

fn no_secret_reaches_the_terminal() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAuthorization: Bearer canary-secret\n").unwrap();
    let mut run = start(state.path(), workspace.path());
    run.wait_for("Checklist", 1);
    let id = run.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
    let commands = fs::read_to_string(format!("/proc/{}/cmdline", id.as_raw_nonzero())).unwrap_or_default();
    assert!(!commands.contains("canary"), "{commands:?}");
    kill_process(id, Number::TERM).unwrap();
    assert_eq!(run.end().0, 143);
    assert!(!run.text().contains("canary-secret"), "{:?}", run.text());
}

fn a_leader_is_not_stopped() {
    let mut run = Run::scenario(&["leader"]);
    assert_eq!(run.end().0, 0);
    assert!(run.text().contains("stopped: false"), "{:?}", run.text());
}

fn no_screen_is_named() {
    let mut run = Run::start("env", &["TERM=dumb", &me(), "as-program", "screen"]);
    run.end();
    assert!(run.text().contains("Err(Dumb)"), "{:?}", run.text());
    let mut run = Run::start("sh", &["-c", &format!("'{}' as-program screen </dev/null | cat", me())]);
    run.end();
    assert!(run.text().contains("Err(Output)"), "{:?}", run.text());
    let mut run = Run::start("sh", &["-c", &format!("'{}' as-program screen </dev/null", me())]);
    run.end();
    assert!(run.text().contains("Ok(())"), "keys come from the controlling terminal: {:?}", run.text());
}

fn cores_are_forbidden() {
    let mut run = Run::scenario(&["core"]);
    run.end();
    assert!(run.text().contains("core: Some(0)"), "{:?}", run.text());
}
