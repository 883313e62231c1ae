//! A request written as a curl command means the same to a real shell: the arguments that `sh -c` passes on are
//! those of the request, byte for byte, and nothing in it is run.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use authtui::domain::request::Request;
use authtui::formats::curl::{self, Dialect};
use proptest::prelude::*;

/// What a `curl` that only prints its arguments, NUL after each, gets from a shell.
fn arguments(folder: &Path, command: &str) -> Vec<String> {
    let output = Command::new("/bin/sh").arg("-c").arg(command).env_clear().env("PATH", folder).current_dir(folder).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_string).collect()
}

fn stub(folder: &Path) {
    let path = folder.join("curl");
    fs::write(&path, "#!/bin/sh\nprintf '%s\\0' \"$@\"\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
}

fn expected(request: &Request) -> Vec<String> {
    let mut words = vec![request.url.clone()];
    if request.method != "POST" {
        words.extend(["-X".to_string(), request.method.clone()]);
    }
    for (_, header) in request.headers.iter() {
        words.extend(["-H".to_string(), format!("{}: {}", header.name, header.value)]);
    }
    words.extend(["-H".to_string(), "Content-Type:".into(), "--data-raw".into(), request.body.to_string()]);
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_shell_passes_on_the_request_and_nothing_else(
        path in "[a-z$`'\"\\\\!;&|<>()*?~# ]{0,12}",
        value in "[!-~]([ -~\n\t\u{e4}\u{1}]{0,24}[!-~])?",
        body in "[ -~\n\r\u{e4}\u{1b}]{1,40}",
        method in "(POST|PUT|GET)",
    ) {
        let folder = tempfile::tempdir().unwrap();
        stub(folder.path());
        let headers = [("Authorization", format!("Bearer {value}")), ("X-Odd", value)].into_iter().collect();
        let request = Request { method, url: format!("https://h/{path}"), headers, body: body.into(), ..Request::default() };
        let command = curl::to_curl(&request, false, Dialect::Bash);
        prop_assert_eq!(arguments(folder.path(), &command), expected(&request), "{}", command);
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the command wrote a file: {}", command);
    }
}

#[test]
fn a_hostile_request_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    stub(folder.path());
    let headers = [("X", "'; echo >pwned; '"), ("Y", "$(echo >pwned)`echo >pwned`")].into_iter().collect();
    let request = Request {
        method: "POST".into(),
        url: "https://h/'$(echo >pwned)'".into(),
        headers,
        body: "\\' || echo >pwned #".into(),
        ..Request::default()
    };
    let command = curl::to_curl(&request, false, Dialect::Bash);
    assert_eq!(arguments(folder.path(), &command), expected(&request));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
