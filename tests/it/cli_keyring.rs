//! `{{$keyring NAME}}` and `authtui keyring` where there is no keyring. One that is there is in tests/system/run.

use std::fs;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::network::server::{answer, answering};

/// Runs the program in a session without a bus.
fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut program = crate::program();
    program.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").args(arguments);
    program.current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

/// What is said of the keyring that is not there.
const NONE: &str = if cfg!(feature = "keyring") { "the system's keyring cannot be used" } else { "was built without the system's keyring" };

#[test]
#[cfg_attr(any(target_os = "macos", target_os = "windows"), ignore = "the keyring is always there")]
fn without_a_session_nothing_is_sent_and_it_is_said_why() {
    let (api, heard) = answering(|_| answer("200 OK", "", ""));
    let folder = TempDir::new().expect("a folder");
    let text = format!("### a\nGET {api}/\nAuthorization: Bearer {{{{$keyring billing}}}}\n");
    fs::write(folder.path().join("a.http"), text).expect("a file");
    let sent = run(&folder, &["check", "--send", "a.http"]);
    let told = String::from_utf8_lossy(&sent.stdout);
    assert_eq!(sent.status.code(), Some(1), "{told}");
    assert!(told.contains("not sent") && told.contains(NONE), "{told}");
    if cfg!(feature = "keyring") {
        assert!(told.contains("DBUS_SESSION_BUS_ADDRESS"), "{told}");
    }
    assert!(heard.lock().unwrap().is_empty());
    // What is not sent needs no keyring: the variable is filled in later.
    let checked = run(&folder, &["check", "--all", "a.http"]);
    let told = String::from_utf8_lossy(&checked.stdout);
    assert_eq!(checked.status.code(), Some(0), "{told}");
    assert!(!told.contains(NONE), "{told}");
    assert!(!run(&folder, &["export", "--as", "curl", "a.http"]).stdout.is_empty());
}

#[test]
#[cfg_attr(any(target_os = "macos", target_os = "windows"), ignore = "the keyring is always there")]
fn the_commands_say_that_there_is_no_keyring() {
    let folder = TempDir::new().expect("a folder");
    for command in ["set", "get", "delete"] {
        let done = run(&folder, &["keyring", command, "billing"]);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{told}");
        assert!(told.contains(NONE), "{told}");
    }
    for name in ["", " a", "a}}b", "%a", "a\nb"] {
        let done = run(&folder, &["keyring", "get", name]);
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.code() == Some(2) && told.contains("cannot be the name of an entry"), "{name:?}: {told}");
    }
}
