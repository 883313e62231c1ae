//! The configuration: what it changes, where each setting is from, and what is said of one that is wrong.

use std::fs;
use std::process::{Output, Stdio};

use authtui::app::config::{Config, schema};
use authtui::app::keymap::{BINDINGS, Keymap};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The program in a home of its own, with a configuration if one is given.
struct Home(TempDir);

impl Home {
    fn with(config: Option<&str>) -> Self {
        let home = Self(tempfile::tempdir().expect("a folder"));
        if let Some(config) = config {
            fs::create_dir_all(home.0.path().join("config/authtui")).expect("a folder");
            fs::write(home.0.path().join("config/authtui/config.toml"), config).expect("a file");
        }
        home
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut program = crate::program();
        for name in ["NO_COLOR", "COLORFGBG", "VISUAL", "EDITOR", "PAGER", "http_proxy", "https_proxy", "all_proxy"] {
            program.env_remove(name);
        }
        program.env("XDG_CONFIG_HOME", self.0.path().join("config")).env("XDG_STATE_HOME", self.0.path().join("state"));
        program.env("TERM", "xterm-256color").args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        program.output().expect("the program runs")
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }
}

#[test]
fn the_settings_in_force_are_a_configuration_that_changes_nothing() {
    let listed = Home::with(None).text(&["config"]);
    let config = Config::read(&listed).unwrap_or_else(|why| panic!("{why}\n{listed}"));
    let (same, default) = (config.keymap(), Keymap::default());
    for (listed, own) in same.bindings().iter().zip(default.bindings()) {
        assert_eq!(listed.keys, own.keys, "{}", own.label);
    }
    for setting in listed.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')) {
        let origin = setting.split(" # ").nth(1).unwrap_or_default();
        assert!(origin.starts_with("default") || origin == "the terminal's background", "{setting}");
    }
    assert_eq!(listed.matches("# default: ").count(), BINDINGS.len());
}

#[test]
fn each_setting_says_where_it_is_from() {
    let config = "theme = \"sea\"\nkey_preset = \"emacs\"\npager = \"most\"\nredact = [\"X-Acme-Pin\"]\n\
        [send]\ntimeout = 2.5\nproxy = \"http://ana:tulip@proxy.corp.example\"\n\
        [[send.client_certificates]]\nhost = \"*.corp.example\"\ncertificate = \"me.pem\"\nkey = \"me.key\"\n\
        [keys.main]\nfix = [\"F5\"]\n[themes.sea]\ncolors = { fail = \"#ff5555\" }\n";
    let home = Home::with(Some(config));
    let listed = home.text(&["config"]);
    let has = |setting: &str, origin: &str| {
        let line = listed.lines().find(|line| line.starts_with(setting)).unwrap_or_else(|| panic!("{setting}\n{listed}"));
        assert!(line.ends_with(origin), "{line}");
    };
    has("theme = \"sea\"", "# the configuration");
    has("mouse = true", "# default");
    has("pager = \"most\"", "# config.toml");
    has("redact = [\"X-Acme-Pin\"]", "# config.toml");
    has("timeout = 2.5", "# config.toml");
    has("connect_timeout = 10", "# default");
    has("host = \"*.corp.example\"", "# config.toml");
    has("fix = [\"F5\"]", "# config.toml: fix");
    has("page-down = [\"^V\", \"PgDn\"]", "# emacs: page down");
    has("colors = { fail = \"#ff5555\" }", "# config.toml");
    assert!(!listed.contains("tulip"), "a login stays hidden: {listed}");
    assert!(home.text(&["--theme", "light", "config"]).contains("theme = \"light\""), "the command line goes first");
    Config::read(&listed).unwrap_or_else(|why| panic!("{why}\n{listed}"));
}

#[test]
fn what_is_wrong_is_said_with_file_line_and_column() {
    let home = Home::with(Some("[keys.main]\nfix = [\"c\"]\n"));
    for command in [&["config"][..], &["check", "x.http"], &["token", "x"], &["tour"], &[]] {
        let output = home.run(command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(said.contains("config.toml: line 2, column 7: `c` is `fix` and `compare`"), "{command:?}: {said}");
    }
    // Help is there whatever the configuration is like.
    for command in [&["explain"][..], &["config", "--schema"], &["man"]] {
        assert_eq!(home.run(command).status.code(), Some(0), "{command:?}");
    }
    for (arguments, said) in [
        (&["--config", "none.toml", "config"][..], "none.toml: no such file"),
        (&["--theme", "sea", "config"], "there is no theme \"sea\": there are dark, light, high-contrast, color-blind, none"),
    ] {
        let output = Home::with(None).run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{arguments:?}: {output:?}");
    }
}

#[test]
fn another_file_can_be_named() {
    let home = Home::with(Some("theme = \"light\""));
    fs::write(home.0.path().join("other.toml"), "theme = \"none\"").expect("a file");
    assert!(home.text(&["config"]).contains("theme = \"light\""));
    assert!(home.text(&["--config", "other.toml", "config"]).contains("theme = \"none\""));
    assert!(home.text(&["config", "--config", "other.toml"]).contains("theme = \"none\""));
}

#[test]
fn names_that_are_added_are_secret_everywhere() {
    let request = "GET https://api.corp.example/x?shoe_size=tulip-4711\nX-Acme-Pin: tulip-8841\n\n{\"shoe-size\": \"tulip-42\"}\n";
    let home = Home::with(Some("redact = [\"x-acme_pin\", \"Shoe_Size\"]"));
    fs::write(home.0.path().join("a.http"), request).expect("a file");
    for arguments in [
        &["check", "a.http"][..],
        &["check", "--all", "--format", "json", "a.http"],
        &["export", "--as", "curl", "a.http"],
        &["export", "--as", "har", "a.http"],
    ] {
        let output = home.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(!text.is_empty() && !text.contains("tulip"), "{arguments:?}: {text}");
    }
    let open = Home::with(None);
    fs::write(open.0.path().join("a.http"), request).expect("a file");
    assert!(String::from_utf8_lossy(&open.run(&["export", "--as", "curl", "a.http"]).stdout).contains("tulip-4711"));
}

#[test]
fn the_schema_describes_every_setting() {
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let fits = |value: Value| validator.is_valid(&value);
    assert!(fits(json!({})));
    assert!(fits(json!({
        "theme": "sea", "mouse": false, "editor": "nano", "pager": "less", "redact": ["X-Pin"], "key_preset": "vim",
        "send": {"connect_timeout": 5, "response_timeout": 1.5, "timeout": 9, "max_redirects": 3, "proxy": "", "no_proxy": "*", "ca_file": "a.pem",
            "client_certificates": [{"host": "h.example", "certificate": "a", "key": "b"}]},
        "keys": {"main": {"fix": ["F"], "help": "f1"}},
        "themes": {"sea": {"base": "high-contrast", "colors": {"cause_surface": "#000000"}}}
    })));
    for wrong in [
        json!({"colour": 1}),
        json!({"send": {"timeout": 0}}),
        json!({"themes": {"sea": {"base": "none"}}}),
        json!({"keys": {"main": {"fix": 7}}}),
    ] {
        assert!(!fits(wrong.clone()), "{wrong}");
    }
    let described = |name: &str, member: &Value| assert!(member.to_string().contains("description"), "{name}: {member}");
    let members = |of: &Value| of["properties"].as_object().cloned().unwrap_or_default();
    let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
    for (name, member) in members(&schema).into_iter().chain(definitions.values().flat_map(members)) {
        described(&name, &member);
    }
}
