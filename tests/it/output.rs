//! What the subcommands read and write besides reports: texts in every encoding that is promised, files that are none, and
//! output that cannot be written.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln";
const KEYS: &str = r#"{"keys":[{"kty":"oct","k":"YWJj","kid":"ä"}]}"#;

fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = crate::program()
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments may be gone before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// A text in each encoding that is read.
fn encodings(text: &str) -> [(&'static str, Vec<u8>); 4] {
    let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
    [
        ("utf-8", text.into()),
        ("utf-8 behind its mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("utf-16, low byte first", units().flat_map(u16::to_le_bytes).collect()),
        ("utf-16, high byte first", units().flat_map(u16::to_be_bytes).collect()),
    ]
}

#[test]
fn every_encoding_reads_the_same_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [(&[&str], &str); 8] = [
        (&["token", "@file"], TOKEN),
        (&["token", "-"], TOKEN),
        (&["token", "--jwks", "file", TOKEN], KEYS),
        (&["compare", "@file", "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJiIn0.c2ln"], TOKEN),
        (&["compare", "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJiIn0.c2ln", "-"], TOKEN),
        (&["compare", "@file", "@file"], "GET https://h/ HTTP/1.1\nX: ä\n\n"),
        (&["check", "file"], TOKEN),
        (&["check", "-"], TOKEN),
    ];
    for (arguments, text) in commands {
        let said: Vec<Output> = encodings(text)
            .iter()
            .map(|(_, bytes)| {
                fs::write(folder.path().join("file"), bytes).unwrap();
                run(folder.path(), arguments, bytes)
            })
            .collect();
        assert_ne!(said[0].status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&said[0].stderr));
        for (other, (encoding, _)) in said.iter().zip(encodings(text)) {
            assert_eq!(other, &said[0], "{arguments:?} in {encoding}");
        }
    }
}

#[test]
fn what_is_no_file_is_named_and_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    fs::create_dir(folder.path().join("inside")).unwrap();
    std::os::unix::net::UnixListener::bind(folder.path().join("sock")).unwrap();
    let commands: [fn(&str) -> Vec<String>; 6] = [
        |path| vec!["token".into(), format!("@{path}")],
        |path| vec!["token".into(), "--jwks".into(), path.into(), TOKEN.into()],
        |path| vec!["token".into(), "--secret-file".into(), path.into(), TOKEN.into()],
        |path| vec!["compare".into(), format!("@{path}"), TOKEN.into()],
        |path| vec!["compare".into(), TOKEN.into(), format!("@{path}")],
        |path| vec!["check".into(), "--jwks".into(), path.into(), "x".into()],
    ];
    for (path, words) in [("pipe", "is a pipe"), ("inside", "is a folder"), ("sock", "is a socket"), ("/dev/zero", "is a device")] {
        let refused = |command: fn(&str) -> Vec<String>| {
            let begin = Instant::now();
            let arguments = command(path);
            let said = run(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"");
            let error = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(2), "{arguments:?}: {error}");
            assert!(error.contains(path) && error.contains(words), "{arguments:?}: {error}");
            assert!(begin.elapsed() < Duration::from_secs(5), "{arguments:?}: {:?}", begin.elapsed());
        };
        // For a pipe that nobody writes to each of them waits a moment.
        std::thread::scope(|scope| commands.iter().for_each(|command| drop(scope.spawn(|| refused(*command)))));
    }
}

#[test]
fn a_pipe_is_read_in_the_place_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), TOKEN).unwrap();
    fs::write(folder.path().join("keys"), "{\"keys\":[]}").unwrap();
    fs::write(folder.path().join("a.http"), "GET https://h/\nAuthorization: Bearer undefined\n").unwrap();
    let commands = [
        "token @FILE(token)",
        "token --jwks FILE(keys) @token",
        "token --secret-file FILE(token) @token",
        "compare @FILE(token) @FILE(token)",
        "check FILE(a.http)",
        "check --jwks FILE(keys) a.http",
    ];
    let run = |script: &str| Command::new("bash").args(["-c", script]).current_dir(folder.path()).output().unwrap();
    for command in commands {
        let files = command.replace("FILE(", "").replace(')', "");
        // The second writer takes its time.
        let pipes = [command.replace("FILE(", "<(cat "), command.replace("FILE(", "<(sleep 0.3; cat ")];
        let of = |arguments: &str| run(&format!("'{}' {arguments}", env!("CARGO_BIN_EXE_authtui")));
        let expected = of(&files);
        for arguments in pipes {
            let said = of(&arguments);
            let error = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), expected.status.code(), "{arguments}: {error}");
            let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().count();
            assert_eq!(lines(&said.stdout), lines(&expected.stdout), "{arguments}: {error}");
        }
    }
}

/// Every subcommand that writes to standard output, in every format.
fn writers(folder: &Path) -> Vec<Vec<&'static str>> {
    fs::write(folder.join("a.http"), "GET https://h/\nAuthorization: Bearer undefined\n").unwrap();
    let mut all =
        vec![vec!["explain"], vec!["explain", "token-expired"], vec!["--help"], vec!["-h"], vec!["--version"], vec!["check", "--help"]];
    for format in ["text", "json"] {
        all.push(vec!["check", "--format", format, "a.http"]);
        all.push(vec!["token", "--format", format, TOKEN]);
        all.push(vec!["compare", "--format", format, TOKEN, TOKEN]);
    }
    all
}

#[test]
fn a_full_disk_is_said_and_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in writers(folder.path()) {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let said = crate::program().args(&arguments).current_dir(folder.path()).stdout(full).output().unwrap();
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains("standard output cannot be written"), "{arguments:?}: {error}");
    }
}

#[test]
fn a_pipe_that_nobody_reads_changes_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in writers(folder.path()) {
        let whole = run(folder.path(), &arguments, b"");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let said = crate::program().args(&arguments).current_dir(folder.path()).stdout(writer).output().unwrap();
        assert_eq!((said.status.code(), &said.stderr), (whole.status.code(), &whole.stderr), "{arguments:?}");
    }
}
