//! What takes long to read does not keep the screen away.

use super::*;

/// The program with something on standard input that does not end, or with arguments.
fn start(state: &Path, workspace: &Path, before: &str, arguments: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_authtui");
    let (state, workspace) = (state.display(), workspace.display());
    Run::start(
        "sh",
        &[
            "-c",
            &format!(
                "cd '{workspace}' && export XDG_CONFIG_HOME=/nonexistent XDG_STATE_HOME='{state}' LANG=C.UTF-8; {before} '{program}' {arguments}; exit $?"
            ),
        ],
    )
}

pub fn long_reading_is_shown_and_stopped() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Nobody writes: a pipe that the shell holds open at both ends.
    let begin = Instant::now();
    let mut run = start(state.path(), workspace.path(), "mkfifo p && exec 3<>p &&", "- <p");
    run.wait_for("standard input", 1);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    let mut writer = run.master.take_writer().unwrap();
    writer.write_all(b"\x1b").unwrap();
    run.wait_until("Esc stops it", Duration::from_millis(100), |screen| screen.contains("not opened"));
    writer.write_all(b"q").unwrap();
    assert_eq!(run.end().0, 0);
}

pub fn a_large_recording_comes_after_the_screen() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let entry = |n: usize| {
        format!(
            r#"{{"request":{{"method":"GET","url":"https://api.example.com/v1/users/{n}","headers":[{{"name":"Authorization","value":"Bearer {n}"}}]}},"response":{{"status":401,"headers":[],"content":{{"text":"{}"}}}}}}"#,
            "x".repeat(2000)
        )
    };
    let entries: Vec<String> = (0..20_000).map(entry).collect();
    let text = format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","));
    fs::write(workspace.path().join("big.har"), &text).unwrap();
    let begin = Instant::now();
    let mut run = start(state.path(), workspace.path(), "exec", "big.har");
    run.wait_for(&format!("big.har ({} MB)", text.len() / 1_000_000), 1);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    run.wait_until("it is there", Duration::from_secs(20), |screen| screen.contains("the server refuses it"));
    run.type_in("q");
    assert_eq!(run.end().0, 0);
    // What is small and wrong is said without a screen.
    fs::write(workspace.path().join("broken.har"), r#"{"log":{"entries":["#).unwrap();
    let mut run = start(state.path(), workspace.path(), "exec", "broken.har");
    assert_eq!(run.end().0, 2);
    assert!(run.text().contains("broken.har: line 1, column"), "{:?}", run.text());
    assert!(!run.text().contains("\x1b[?1049h"));
}

pub fn a_file_that_another_program_writes_is_read_again() {
    let (state, workspace) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = workspace.path().join("a.http");
    fs::write(&path, "### one\nGET https://api.example.com/before\n").unwrap();
    let mut run = start(state.path(), workspace.path(), "exec", "a.http");
    run.wait_for("/before", 1);
    // The watch begins in the background.
    thread::sleep(Duration::from_millis(300));
    let other = workspace.path().join("a.http.tmp");
    fs::write(&other, "### one\nGET https://api.example.com/behind\n").unwrap();
    fs::rename(&other, &path).unwrap();
    run.wait_for("read again", 1);
    run.wait_for("hind", 1);
    run.type_in("q");
    assert_eq!(run.end().0, 0);
}
