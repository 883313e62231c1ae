//! `authtui PATH` with something mistyped: the typing error is told, also where there is no terminal.

use std::fs;
use std::process::Stdio;

use tempfile::TempDir;

/// What the program says to its arguments without a terminal.
fn told(folder: &TempDir, arguments: &[&str]) -> String {
    let mut program = crate::program();
    let output = program.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("requests")).expect("a folder");
    fs::write(folder.path().join("requests/payments.http"), "GET https://h.example/\n").expect("a file");
    folder
}

#[test]
fn a_mistyped_name_is_told_with_what_was_meant() {
    let folder = folder();
    for (argument, expected) in [
        ("requets", "requets: no such file, folder or subcommand (`authtui token` takes any token); did you mean ./requests?"),
        ("nothing", "nothing: no such file, folder or subcommand"),
        ("chekc", "did you mean `authtui check`?"),
        ("exprt", "did you mean `authtui export`?"),
        ("requests/paymnts", "requests/paymnts: no such file, folder or subcommand"),
        (
            "requests/paymnts.http",
            "requests/paymnts.http: no such file or folder (- reads standard input); did you mean requests/payments.http?",
        ),
        ("nope.http", "nope.http: no such file or folder"),
        // What is in a folder that is there is no token, however it looks.
        ("requests/2026-11-23-orders", "no such file, folder or subcommand"),
    ] {
        let told = told(&folder, &[argument]);
        assert!(told.contains(expected) && !told.contains("terminal"), "{argument}: {told}");
    }
    assert!(
        told(&folder, &["check", "requets"]).contains("requets: no such file or folder (- reads standard input); did you mean ./requests?")
    );
}

#[test]
fn what_looks_like_a_token_is_one() {
    let folder = folder();
    for argument in ["eyJhbGciOiJub25lIn0.e30.", "ghp_abc", "q7Rk2mXw9Tb4Zp1L", "Bearer abc", "https://h.example/requets", "requests"] {
        let told = told(&folder, &[argument]);
        assert!(told.contains("terminal"), "{argument}: {told}");
    }
}

#[test]
fn an_argument_that_is_no_path_is_repeated_without_its_secrets() {
    let folder = folder();
    let commands: [&[&str]; 5] = [&["import"], &["logs"], &["mirror"], &["check", "requests", "--config"], &["--unknown"]];
    for argument in [
        "curl -u ann:hunter2 https://h.example/",
        "https://ann:hunter2@h.example",
        "http://ann:hunter2@h.example/x",
        "Bearer hunter2",
        "Authorization: Bearer hunter2",
        "ghp_hunter2hunter2hunter2hunter2hunter2hu",
    ] {
        for command in commands {
            let told = told(&folder, &[command, &[argument]].concat());
            assert!(!told.contains("hunter2"), "{command:?}: {told}");
        }
    }
    // A path is one to read.
    for command in [&["import"][..], &["logs"], &["check", "requests", "--config"]] {
        let told = told(&folder, &[command, &["requests/no-such.log"]].concat());
        assert!(told.contains("requests/no-such.log"), "{told}");
    }
}

#[test]
fn the_settings_are_printed_without_the_passwords_in_them() {
    let folder = folder();
    let path = folder.path().join("config.toml");
    let text = "editor = \"vim --password=hunter2\"\n\n[send]\nca_file = \"http://ann:hunter2@h.example/x\"\nproxy = \"http://ann:hunter2@h.example\"\n";
    fs::write(&path, text).expect("a file");
    let mut program = crate::program();
    let output = program.args(["config", "--config"]).arg(&path).env("PAGER", "less --token=hunter2").output().expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(!printed.contains("hunter2") && printed.contains("vim --password=…") && printed.contains("less"), "{printed}");
}

#[test]
fn no_option_repeats_a_secret_or_steers_the_terminal() {
    let folder = folder();
    let file = "requests/payments.http";
    let commands: [(&[&str], &str); 20] = [
        (&["check", file, "--jwks"], "https://u:#@h/jwks"),
        (&["check", file, "--secret-file"], "password=#"),
        (&["check", file, "--env"], "password=#"),
        (&["check", file, "--config"], "https://u:#@h/nginx.conf"),
        (&["explain"], "Bearer #"),
        (&["explain"], "password=#"),
        (&["export", "--as", "curl"], "requests/payments.http#Bearer #"),
        (&["export", "--as", "curl"], "requests/payments.http#token=#"),
        (&["check", "--send"], "requests/payments.http#password=#"),
        (&["token", "@missing", "--secret-file"], "token=#"),
        (&["compare", "@missing"], "@token=#"),
        (&["mirror", "--listen"], "u:#@h"),
        (&["mirror", "--record"], "https://u:#@h/x"),
        (&["mirror", "--require"], "password=#"),
        (&["mirror", "--answer"], "token=#"),
        (&["mirror", "--forward"], "http://u:#@h"),
        (&["logs", file, "--log-format"], "password=#"),
        (&["logs", file, "--since"], "token=#"),
        (&["logs", file, "--field"], "password=#"),
        (&["import"], "token=#"),
    ];
    for (command, argument) in commands {
        let (start, end) = argument.rsplit_once('#').expect("the place of the secret");
        let argument = format!("{start}hunter2s\u{1b}[2Jx{end}");
        let told = told(&folder, &[command, &[argument.as_str()]].concat());
        assert!(!told.contains("hunter2s") && !told.contains('\u{1b}'), "{command:?}: {told:?}");
    }
}
