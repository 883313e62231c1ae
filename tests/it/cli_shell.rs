//! What the shell and other programs get: completions, the manual page, colors, the schema of the JSON output.

use std::process::{Output, Stdio};

use authtui::cli::args::Cli;
use clap::CommandFactory as _;
use serde_json::Value;

fn authtui(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut program = crate::program();
    program.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
    program.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).output().expect("the program runs")
}

fn text(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    String::from_utf8(authtui(arguments, environment).stdout).expect("text")
}

/// Every subcommand, and the long options of each.
fn commands_and_options() -> Vec<(String, Vec<String>)> {
    let mut command = Cli::command();
    command.build();
    let named = command.get_subcommands().filter(|c| c.get_name() != "help");
    let options = |c: &clap::Command| c.get_arguments().filter_map(|a| a.get_long()).map(|name| format!("--{name}")).collect();
    named.map(|c| (c.get_name().to_string(), options(c))).collect()
}

#[test]
fn completions_know_every_command_and_option() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&["completions", shell], &[]);
        for (command, options) in commands_and_options() {
            assert!(script.contains(&command), "{shell}: {command}");
            for option in options {
                let written = if shell == "fish" { option.replacen("--", "-l ", 1) } else { option };
                assert!(script.contains(&written), "{shell}: {command} {written}");
            }
        }
    }
    let wrong = authtui(&["completions", "tcsh"], &[]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("possible values: bash, elvish, fish, powershell, zsh"));
}

#[test]
fn the_manual_page_has_every_command_and_option() {
    let page = text(&["man"], &[]);
    assert!(page.contains(".TH authtui 1"), "{page}");
    for (command, options) in commands_and_options() {
        let at = page.find(&format!(".SH AUTHTUI {}\n", command.to_uppercase())).unwrap_or_else(|| panic!("no section for {command}"));
        let section = page[at + 1..].split("\n.SH ").next().unwrap_or_default();
        for option in options {
            let written = option.replace('-', "\\-");
            assert!(section.contains(&written), "{command} {option}\n{section}");
        }
    }
}

#[test]
fn text_has_color_when_it_is_asked_for() {
    let refused = "assets/tour/payments.http";
    for (arguments, environment, has_color) in [
        (&["check", refused][..], &[][..], false),
        (&["check", "--color", "always", refused], &[], true),
        (&["--color", "always", "check", refused], &[], true),
        (&["check", "--color", "always", refused], &[("NO_COLOR", "1")], true),
        (&["check", refused], &[("CLICOLOR_FORCE", "1")], true),
        (&["check", refused], &[("CLICOLOR_FORCE", "0")], false),
        (&["check", refused], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["check", "--color", "never", refused], &[("CLICOLOR_FORCE", "1")], false),
        (&["check", "--color", "always", "--format", "json", refused], &[], false),
        (&["check", "--color", "always", "--help"], &[], false),
    ] {
        assert_eq!(text(arguments, environment).contains("\x1b[1;31m"), has_color, "{arguments:?} {environment:?}");
    }
}

#[test]
fn what_stands_before_a_subcommand_is_understood_or_refused() {
    for (arguments, said) in [
        (&["a.http", "check", "b.http"][..], "what is opened on the screen cannot stand before a subcommand"),
        (&["--env", "dev", "check", "b.http"], "--env stands behind the subcommand"),
        (&["--theme", "light", "check", "b.http"], "--theme is for the screen alone"),
        // Without a terminal, the tour gets that far and no farther.
        (&["--theme", "light", "tour"], "terminal"),
        (&["tour", "--theme", "light"], "terminal"),
        (&["a.http", "tour"], "what is opened on the screen cannot stand before a subcommand"),
    ] {
        let output = authtui(arguments, &[]);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaint}");
        assert!(complaint.contains(said), "{arguments:?}: {complaint}");
    }
}

#[test]
fn the_output_is_as_its_schema_says() {
    let schema: Value = serde_json::from_str(&text(&["check", "--schema"], &[])).expect("a schema is JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for arguments in [&["assets/tour"][..], &["--all", "assets/tour"], &["tests/corpus/threads.har"]] {
        let printed = text(&[&["check", "--format", "json"], arguments].concat(), &[]);
        let mut printed: Value = serde_json::from_str(&printed).expect("JSON");
        let wrong: Vec<String> = validator.iter_errors(&printed).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{arguments:?}: {wrong:?}");
        // It refuses what is not the contract.
        printed["exchanges"][0]["decided"] = "yes".into();
        assert!(!validator.is_valid(&printed));
    }
    // What was not answered has members without a value, and a configuration has others.
    let folder = tempfile::TempDir::new().expect("a folder");
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let unanswered = written("down.http", "GET http://127.0.0.1:1/x\n\n###\nPOST http://127.0.0.1:1/x\n\n{}\n\n###\nGET {{host}}/x\n");
    let configuration =
        written("nginx.conf", "server {\n  location / {\n    proxy_set_header Authorization \"\";\n    proxy_pass http://a;\n  }\n}\n");
    for arguments in [&[&unanswered][..], &[&unanswered, &configuration], &[&configuration]] {
        for send in [&[][..], &["--send"]] {
            let named: Vec<&str> = arguments.iter().map(|argument| argument.as_str()).collect();
            let printed = text(&[&["check", "--format", "json"], send, &named].concat(), &[]);
            let printed: Value = serde_json::from_str(&printed).expect("JSON");
            let wrong: Vec<String> = validator.iter_errors(&printed).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(wrong.is_empty(), "{arguments:?}: {wrong:?}");
            let first = printed["exchanges"].get(0);
            assert!(first.is_none_or(|first| first["status"].is_null() && first.get("status").is_some()), "{printed}");
        }
    }
    let beside = authtui(&["check", "--schema", "a.http"], &[]);
    assert_eq!(beside.status.code(), Some(2));
}
