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
        let mut run = bench(state.path(), workspace.path());
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
    let mut run = bench(state.path(), workspace.path());
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
