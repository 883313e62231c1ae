//! The terminal is another program's for a while.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// The program on one request, with an editor that is a shell script and reads a line from the terminal.
fn start(workspace: &Path, state: &Path, editor: &str) -> Run {
    fs::write(workspace.join("a.http"), "GET https://api.example.com/me\n").unwrap();
    fs::write(workspace.join("editor"), editor).unwrap();
    let program = env!("CARGO_BIN_EXE_authtui");
    let (workspace, state) = (workspace.display(), state.display());
    let script = format!(
        "cd '{workspace}' && HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent XDG_STATE_HOME='{state}' TMPDIR='{state}' LANG=C.UTF-8 VISUAL= EDITOR='sh ./editor' PAGER= exec '{program}'"
    );
    Run::start("sh", &["-c", &script])
}

pub fn an_editor_gets_the_terminal_and_all_keys() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // The shell that runs the editor gets ^C too.
    let editor = r#"kill -INT "$PPID"; kill -QUIT "$PPID"; echo "editing $(cat "$1")"; read -r line; echo "read <$line>"; echo "GET https://api.example.com/$line" >"$1""#;
    let mut run = start(workspace.path(), state.path(), editor);
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"E").unwrap();
    run.wait_for("editing GET https://api.example.com/me", 1);
    assert!(run.text().contains("\x1b[?1049l"), "the screen is left");
    // `q` would quit, and `D` delete.
    for key in ["q", "D", "q"] {
        writer.write_all(key.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(20));
    }
    writer.write_all(b"\r").unwrap();
    run.wait_for("read <qDq>", 1);
    run.wait_for("https://api.example.com/qDq", 1);
    run.wait_for("u undoes it", 1);
    // Keys are read again, and more than once.
    writer.write_all(b"E").unwrap();
    run.wait_for("editing GET https://api.example.com/qDq", 1);
    writer.write_all(b"again\r").unwrap();
    run.wait_for("https://api.example.com/again", 1);
    writer.write_all(b"q").unwrap();
    run.wait_for("quit without saving", 1);
    writer.write_all(b"d").unwrap();
    assert_eq!(run.end().0, 0);
}

pub fn a_program_that_fails_changes_nothing() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    edit_in_vain(workspace.path(), state.path(), r#"echo broken >"$1"; exit 1"#);
    let folder = fs::read_dir(state.path()).unwrap().map(|file| file.unwrap().path()).find(|path| path.join("private").exists());
    let folder = folder.expect("what the editor wrote").join("private");
    assert_eq!(fs::read_to_string(folder.join("request.http")).unwrap(), "broken\n");
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    // What would never be read is not waited for.
    edit_in_vain(workspace.path(), state.path(), r#"rm "$1"; mkfifo "$1""#);
}

/// Runs an editor whose text cannot be taken over: it is kept, which is said, and nothing is unsaved.
fn edit_in_vain(workspace: &Path, state: &Path, editor: &str) {
    let mut run = start(workspace, state, editor);
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"E").unwrap();
    run.wait_for("what was written is in", 1);
    writer.write_all(b"q").unwrap();
    assert_eq!(run.end().0, 0, "nothing is unsaved");
}

pub fn what_an_editor_keeps_for_recovery_stays() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let editor = r#"echo unsaved >"$(dirname "$1")/.request.http.swp"; echo editing; read -r line; kill -9 "$$""#;
    let mut run = start(workspace.path(), state.path(), editor);
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"E").unwrap();
    run.wait_for("editing", 1);
    writer.write_all(b"\r").unwrap();
    run.wait_for("what was written is in", 1);
    writer.write_all(b"q").unwrap();
    assert_eq!(run.end().0, 0);
    let kept = || -> Vec<_> {
        let folders = fs::read_dir(state.path()).unwrap().map(|file| file.unwrap().path());
        folders.filter(|path| path.join("private/.request.http.swp").exists()).collect()
    };
    assert_eq!(kept().len(), 1);
    // The next session says where it is; and a signal leaves it, too.
    let mut run = start(workspace.path(), state.path(), editor);
    run.wait_until("the notice", Duration::from_secs(10), |screen| screen.contains("left texts in"));
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"E").unwrap();
    run.wait_for("editing", 1);
    let id = run.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
    kill_process(id, Number::TERM).unwrap();
    assert_eq!(run.end().0, 143);
    assert_eq!(kept().len(), 2);
}

pub fn a_signal_ends_both() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let editor = r#"echo 'GET https://api.example.com/saved' >"$1"; cp "$1" "$1~"; echo editing; read -r line; echo late >"$1""#;
    let mut run = start(workspace.path(), state.path(), editor);
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"E").unwrap();
    run.wait_for("editing", 1);
    let id = run.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
    kill_process(id, Number::TERM).unwrap();
    assert_eq!(run.end().0, 143);
    assert!(!run.screen().contains("Checklist"), "the screen is the editor's");
    assert!(kept(state.path()).contains("https://api.example.com/saved"), "what the editor saved is in the draft");
    let left = fs::read_dir(state.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(left.filter(|name| name.starts_with("authtui-")).collect::<Vec<_>>(), Vec::<String>::new());
}

pub fn a_program_that_leaves_other_modes_is_tidied_up_after() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut run = start(workspace.path(), state.path(), "stty raw -echo; echo edited; exit 0");
    run.wait_for("Checklist", 1);
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"E").unwrap();
    run.wait_for("Nothing was changed", 1);
    writer.write_all(b"q").unwrap();
    assert_eq!(run.end().0, 0);
    let modes = format!("{:?}", run.master.get_termios().expect("the modes").local_flags);
    assert!(["ICANON", "ECHO "].iter().all(|mode| modes.contains(mode)), "{modes:?}");
}
