//! What is written on the terminal is what changed on the screen.

use super::*;

/// Bytes that come after a key is pressed.
fn painted(run: &Run, writer: &mut dyn std::io::Write, key: &[u8]) -> usize {
    let before = run.written.lock().unwrap().len();
    writer.write_all(key).unwrap();
    writer.flush().unwrap();
    thread::sleep(Duration::from_millis(100));
    run.written.lock().unwrap().len() - before
}

pub fn only_what_changed_is_written() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
    let mut run = start(state.path(), workspace.path());
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    // The first key may take a notice away.
    painted(&run, &mut *writer, b"\x1b");
    // ratatui tells the terminal with each frame that the colors are reset and the cursor is hidden; no cell is written.
    let nothing = painted(&run, &mut *writer, b"\x1b");
    assert!(nothing < 32, "{nothing} bytes for a key that means nothing here");
    assert!(painted(&run, &mut *writer, b"i") > 0, "the cursor comes");
    let letter = painted(&run, &mut *writer, b"x");
    assert!((1..1000).contains(&letter), "{letter} bytes for a letter");
    assert!(painted(&run, &mut *writer, b"\x1b") > 0, "the cursor goes");
    assert!(run.text().ends_with("\x1b[?25l"), "{:?}", run.text().split_at(run.text().len() - 20).1);
    // The size is told, not asked for.
    run.master.resize(PtySize { rows: 30, cols: 110, ..PtySize::default() }).unwrap();
    run.wait_for("Checklist", 2);
    writer.write_all(b"q").unwrap();
    run.wait_for("quit without saving", 1);
    writer.write_all(b"d").unwrap();
    assert_eq!(run.end().0, 0);
}
