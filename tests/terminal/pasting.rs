//! What is pasted is text, whatever it holds and however the terminal tells it.

use super::*;

/// Lines that quit, send and delete when they are taken for keys.
fn lines(count: usize) -> String {
    "q\r!D\r".repeat(count) + "X-End: the-end"
}

/// From the last byte of a paste to the screen that shows it. Without optimisation a megabyte takes its time.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 8_000 } else { 200 });

pub fn a_paste_is_one_edit() {
    let table = [
        ("1 MB between marks", format!("\x1b[200~{}\x1b[201~", lines(180_000))),
        ("1 MB without marks", lines(180_000)),
        ("the mark of the end comes in the middle", format!("\x1b[200~{}\x1b[201~{}\x1b[201~", lines(3), lines(3))),
    ];
    for (what, bytes) in table {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(workspace.path().join("a.http"), "POST https://127.0.0.1:1/v1/users\nAccept: */*\n\nbody").unwrap();
        let mut run = start(state.path(), workspace.path());
        run.wait_for("Checklist", 1);
        let mut writer = run.master.take_writer().unwrap();
        writer.write_all(b"i").unwrap();
        run.wait_for("POST", 1);
        writer.write_all(b"\x1b[1;5F").unwrap();
        thread::sleep(Duration::from_millis(100));
        writer.write_all(bytes.as_bytes()).unwrap();
        run.wait_until(what, LIMIT, |screen| screen.contains("the-end"));
        // Nothing of it was a key: no question came up and nothing was sent.
        thread::sleep(Duration::from_millis(200));
        let now = run.screen();
        for word in ["Unsaved", "Delete", "connecting"] {
            assert!(!now.contains(word), "{what}: {word} in\n{now}");
        }
        // It is taken back at once, and keys are keys.
        writer.write_all(b"\x1a").unwrap();
        run.wait_until(what, LIMIT, |screen| screen.contains("body") && !screen.contains("the-end") && !screen.contains('!'));
        writer.write_all(b"\x1b").unwrap();
        thread::sleep(Duration::from_millis(100));
        writer.write_all(b"q").unwrap();
        assert_eq!(run.end().0, 0, "{what}");
    }
}

/// crossterm waits for the end of a paste, however long it takes. Nothing of it is a key, and the loop does not wait with it.
pub fn a_paste_without_an_end_holds_nothing_up() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
    let mut run = start(state.path(), workspace.path());
    run.wait_for("Checklist", 1);
    run.type_in(&format!("\x1b[200~{}", lines(3)));
    thread::sleep(Duration::from_millis(200));
    assert!(!run.screen().contains("Delete") && !run.screen().contains("connecting"), "{}", run.screen());
    let id = run.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
    kill_process(id, Number::TERM).unwrap();
    let (code, took) = run.end();
    assert_eq!((code, run.modes()), (143, NONE));
    assert!(took < Duration::from_millis(200), "{took:?}");
}

/// The program while typing in a request, with a writer for more keys.
fn editing(state: &Path, workspace: &Path) -> (Run, Box<dyn std::io::Write + Send>) {
    fs::write(workspace.join("a.http"), "POST https://127.0.0.1:1/v1/users\nAccept: */*\n\nbody").unwrap();
    let run = start(state, workspace);
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"i").unwrap();
    run.wait_for("POST", 1);
    writer.write_all(b"\x1b[1;5F").unwrap();
    thread::sleep(Duration::from_millis(100));
    (run, writer)
}

/// Writes pieces that are read one by one.
fn write_in_pieces(writer: &mut dyn std::io::Write, pieces: &[&str], pause: Duration) {
    for piece in pieces {
        writer.write_all(piece.as_bytes()).unwrap();
        writer.flush().unwrap();
        thread::sleep(pause);
    }
}

/// The text that is pasted holds the mark of the end, and the rest comes later.
pub fn what_follows_a_paste_later_fires_no_key() {
    // An escape in the rest ends the typing; what follows then is read as a request.
    let pauses = [30, 200, 500].map(Duration::from_millis);
    let cases: Vec<_> = [("", true), ("\x1b", false)].into_iter().flat_map(|rest| pauses.map(|pause| (rest, pause))).collect();
    at_once(&cases, |&((piece, is_typing), pause)| {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (mut run, mut writer) = editing(state.path(), workspace.path());
        let pasted = format!("\x1b[200~{}\x1b[201~", lines(1));
        write_in_pieces(&mut *writer, &[&pasted, piece, "q\r!D\r", "q\rD\r", "2.the-end\r3.the-end\x1b[201~"], pause);
        run.wait_until("all of it", LIMIT, |screen| screen.contains("3.the-end") || !is_typing);
        thread::sleep(Duration::from_millis(300));
        let now = run.screen();
        for word in ["Unsaved", "Delete", "connecting"] {
            assert!(!now.contains(word), "{pause:?}: {word} in\n{now}");
        }
        assert!(run.child.try_wait().unwrap().is_none(), "{pause:?}: it ended");
    });
}

/// A slow line cuts escape sequences in pieces.
pub fn an_escape_sequence_in_pieces_types_nothing() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (run, mut writer) = editing(state.path(), workspace.path());
    let sequences: [&[&str]; 6] =
        [&["\x1b", "[A"], &["\x1b", "[", "B"], &["\x1b", "[1", ";5", "F"], &["\x1b", "[<0;1", "0;5M"], &["\x1b", "OP"], &["\x1b[", "D"]];
    for sequence in sequences {
        write_in_pieces(&mut *writer, sequence, Duration::from_millis(5));
        thread::sleep(Duration::from_millis(50));
    }
    // Typing goes on where it was: only the last sequence, which begins with more than its Esc, is the key that it means.
    write_in_pieces(&mut *writer, &["X", "Y"], Duration::from_millis(30));
    run.wait_until("typed", LIMIT, |screen| screen.contains("bodXYy"));
}

/// A program before this one, or one beside it, asked the terminal something: the answer is no key, whole or in pieces.
pub fn an_answer_to_somebody_else_types_nothing() {
    let answers: [&[&str]; 12] = [
        &["\x1bP1$r0qD\x1b\\"],
        &["\x1bP>|term 1.2q\x1b\\"],
        &["\x1b]11;rgb:0000/q000/D000\x07"],
        &["\x1b]52;c;cXFx\x1b\\"],
        &["\x1b_Gi=1;OK\x1b\\"],
        &["\x1b[>0;276;0c"],
        &["\x1b[>4;1m"],
        &["\x1b", "P1$r0", "qD", "\x1b", "\\"],
        &["\x1bP1$r0qD\x1b", "\\"],
        &["\x1b]", "11;rgb:0000/", "q000", "\x07"],
        &["\x1b[>0;2", "76;", "0c"],
        &["\x1b", "[>0;276;0c"],
    ];
    at_once(&answers, |answer| {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (mut run, mut writer) = editing(state.path(), workspace.path());
        write_in_pieces(&mut *writer, &["X"], Duration::from_millis(100));
        write_in_pieces(&mut *writer, answer, Duration::from_millis(25));
        thread::sleep(Duration::from_millis(150));
        write_in_pieces(&mut *writer, &["Y"], Duration::from_millis(50));
        run.wait_until(&format!("{answer:?}"), LIMIT, |screen| screen.contains("bodyXY"));
        assert!(run.child.try_wait().unwrap().is_none(), "{answer:?}: it ended");
    });
}

/// An answer that came before the start is dropped, also one that crossterm would take for the start of all that follows.
pub fn what_came_before_the_start_is_no_key() {
    for left in ["\x1b[?2026;2$y", "qD", "\x1bP1$r0q"] {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
        let mut run = start(state.path(), workspace.path());
        let mut writer = run.master.take_writer().unwrap();
        writer.write_all(left.as_bytes()).unwrap();
        run.wait_for("Checklist", 1);
        thread::sleep(Duration::from_millis(100));
        assert!(!run.screen().contains("Delete") && run.child.try_wait().unwrap().is_none(), "{left:?}");
        writer.write_all(b"?").unwrap();
        run.wait_until(left, LIMIT, |screen| screen.contains("find the cause and fix it"));
    }
}

/// The coordinate 0 is none: the screen begins at 1. What the arithmetic of crossterm makes of it is a panic in a build that checks
/// for overflow; that one ends as any bug does, with the terminal given back and the draft kept.
pub fn a_report_of_nowhere_spills_nothing() {
    for report in ["\x1b[<0;0;0M", "\x1b[<0;0;5m", "\x1b[<65;5;0M", "\x1b[M   ", "\x1b[32;0;0M", "\x1b[0;0R"] {
        let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (mut run, mut writer) = editing(state.path(), workspace.path());
        write_in_pieces(&mut *writer, &["X", report], Duration::from_millis(50));
        if cfg!(debug_assertions) {
            assert_eq!((run.end().0, run.modes()), (101, NONE), "{report:?}");
            assert!(kept(state.path()).contains("bodyX"), "{report:?}: {:?}", kept(state.path()));
        } else {
            write_in_pieces(&mut *writer, &["Y"], Duration::from_millis(50));
            run.wait_until(report, LIMIT, |screen| screen.contains("bodyXY"));
        }
    }
}
