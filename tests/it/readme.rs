//! The README and the reference in `assets/docs` say what the program says: their marked sections are made from the code, and
//! their command lines run.
//!
//! A section is between `<!-- name -->` and `<!-- /name -->`. `UPDATE_README=1 cargo test --test it readme` writes all of
//! them. A fence whose first line ends with a file's name (```` ```http payments.http ````) is a file that the command lines use.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use authtui::app::config;
use authtui::app::keymap::{Action, BINDINGS, Binding, KeyContext, Keymap};
use authtui::checks::catalogue;
use authtui::domain::limits;
use authtui::formats::variables::Variables;
use authtui::formats::{har, http_file, no_files};
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn every_marked_section_is_what_the_code_says() {
    let folder = files();
    for (path, text) in pages() {
        let made = with_sections(&text, |name| section(name, folder.path()));
        if std::env::var_os("UPDATE_README").is_some() {
            fs::write(&path, &made).expect("the page can be written");
            continue;
        }
        for (have, want) in text.lines().zip(made.lines()) {
            assert_eq!(have, want, "{}: UPDATE_README=1 cargo test --test it readme writes it", path.display());
        }
        assert_eq!(text.lines().count(), made.lines().count(), "{}", path.display());
    }
}

#[test]
fn every_command_line_ends_as_it_says() {
    let folder = files();
    let lines = command_lines(&all());
    assert!(lines.len() >= 8, "{lines:?}");
    for (line, exit) in lines {
        let output = run(&line, folder.path());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{line}\n{said}");
        assert!(exit == 2 || !output.stdout.is_empty(), "{line} prints nothing");
    }
}

#[test]
fn the_two_commands_come_first() {
    let fence = fences(&readme()).into_iter().next().map(|f| f.text).unwrap_or_default();
    let commands: Vec<&str> = fence.lines().filter_map(|l| l.split('#').next()).map(str::trim).collect();
    assert_eq!(commands, ["cargo run --release", "cargo test"]);
    let gate = fs::read_to_string(root().join(".ci/run")).expect("the gate");
    assert!(gate.contains("\ncargo test"), "the gate runs the README's test command");
}

#[test]
fn every_member_of_the_json_contract_is_described() {
    let (readme, folder) = (all(), files());
    let mut members = BTreeSet::new();
    for (line, _) in command_lines(&readme).iter().filter(|(line, _)| line.contains("--format json")) {
        let output = run(line, folder.path()).stdout;
        let mut json: Value = serde_json::from_slice(&output).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(json["version"], 1, "{line}");
        // What a token says is the token's, not the contract's.
        for own in ["header", "claims"] {
            if let Some(object) = json.get_mut(own) {
                *object = Value::Null;
            }
        }
        names(&json, &mut members);
    }
    let missing: Vec<_> = members.iter().filter(|m| !readme.contains(&format!("`{m}`"))).collect();
    assert!(members.len() > 20, "{members:?}");
    assert!(missing.is_empty(), "not described: {missing:?}");
}

#[test]
fn every_member_of_authtui_in_a_har_file_is_understood() {
    let members = first_column(&all(), "| `_authtui` |");
    assert!(members.len() > 20, "{members:?}");
    for member in &members {
        // No member takes a list of an empty list; one that is not known is passed over without a word.
        let har = format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"https://a.example/","headers":[]}},"_authtui":{{"{member}":[[]]}}}}]}}}}"#
        );
        let reading = har::read(&har, "a.har").unwrap_or_else(|e| panic!("{member}: {e}"));
        assert!(reading.losses.iter().any(|l| l.message.contains(member)), "{member} is not known");
    }
    let known = quoted_names(include_str!("../../src/formats/har/context.rs"), "fn set(", "fn assign");
    assert_eq!(known, members);
}

#[test]
fn every_directive_is_understood() {
    let directives = first_column(&all(), "| directive |");
    assert!(directives.len() > 20, "{directives:?}");
    for directive in &directives {
        // Nothing is a value of a directive but of this one, where it means yes.
        let value = if directive == "credential-known-good" { "perhaps" } else { "" };
        let text = format!("### a\n# @{directive} {value}\nGET https://a.example/\n");
        let reading = http_file::read(&text, "a.http", &Variables::default(), &no_files);
        assert!(reading.losses.iter().any(|l| l.message.contains(&format!("@{directive}"))), "{directive} is not known");
    }
    let known = quoted_names(include_str!("../../src/formats/http_file/directives.rs"), "fn read_into", "fn push");
    assert_eq!(known, directives);
}

#[test]
fn every_limit_stands_in_one_place_and_is_listed() {
    let source = include_str!("../../src/domain/limits.rs");
    for name in source.lines().filter_map(|l| l.strip_prefix("pub const ")?.split(':').next()).filter(|n| *n != "ALL") {
        assert!(source.matches(name).count() > 1, "{name} is not among those that are listed");
    }
    // The limits of others, which checks know of and cookies are read by, and one of a page's rows.
    let others = ["COMMON_LIMIT", "COOKIE_LIMIT", "MAX_PLACES", "MAX_NAME_AND_VALUE", "MAX_ATTRIBUTE", "MAX_AGE_LIMIT"];
    let is_limit = |name: &&str| name.contains("MAX_") || name.contains("LIMIT") || name.contains("LONGEST_BODY");
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a folder").map(|e| e.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a source file");
            let names = text
                .split("const ")
                .skip(1)
                .filter(|rest| !rest.starts_with("fn "))
                .filter_map(|rest| rest.split(':').next())
                .filter(is_limit);
            let strays: Vec<&str> = names.filter(|n| !others.contains(n) && !path.ends_with("domain/limits.rs")).collect();
            assert!(strays.is_empty(), "{}: {strays:?} ought to stand in domain/limits.rs", path.display());
        }
    }
}

#[test]
fn the_picture_is_one_of_the_program() {
    let readme = readme();
    assert!(readme.contains("](assets/screen.svg)"));
    let picture = fs::read_to_string(root().join("assets/screen.svg")).expect("the picture");
    assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"));
    for words in ["Checklist", "Claims", "Most likely"] {
        assert!(picture.contains(words), "{words} is not in the picture");
    }
}

#[test]
fn what_a_page_names_exists() {
    for (path, text) in pages() {
        let folder = path.parent().expect("a folder");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|l| !l.starts_with("http"));
        for link in links {
            assert!(!link.starts_with('#') && folder.join(link).exists(), "{}: {link}", path.display());
        }
    }
}

#[test]
fn the_readme_is_a_page_to_begin_with_and_leads_to_every_other() {
    let readme = readme();
    assert!(readme.lines().count() <= 350);
    for (path, _) in pages().iter().skip(1) {
        let link = format!("](assets/docs/{})", path.file_name().expect("a name").to_string_lossy());
        assert!(readme.contains(&link), "{link}");
    }
}

/// The text of a section.
fn section(name: &str, folder: &Path) -> String {
    match name {
        "keys" => keys(&[
            KeyContext::Global,
            KeyContext::Main,
            KeyContext::Checklist,
            KeyContext::Requests,
            KeyContext::Request,
            KeyContext::Editing,
        ]),
        "more keys" => keys(&{
            let first = [
                KeyContext::Global,
                KeyContext::Main,
                KeyContext::Checklist,
                KeyContext::Requests,
                KeyContext::Request,
                KeyContext::Editing,
            ];
            let mut contexts: Vec<KeyContext> = BINDINGS.iter().map(|b| b.context).filter(|c| !first.contains(c)).collect();
            contexts.dedup();
            contexts
        }),
        "main keys" => main_keys(),
        "checks" => checks(),
        "settings" => settings(),
        "limits" => limits(),
        _ => {
            let (is_json, line) = name.strip_prefix("example ").map_or((false, name), |line| (true, line));
            let output = String::from_utf8(run(line, folder).stdout).expect("text");
            if is_json { format!("```json\n{}\n```\n", example(&output)) } else { format!("```text\n{}\n```\n", plain(&output)) }
        }
    }
}

/// Lines without spaces at their ends: editors and diffs do not keep them.
fn plain(text: &str) -> String {
    text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The keys of some contexts.
fn keys(contexts: &[KeyContext]) -> String {
    let mut text = String::new();
    for context in contexts {
        let _ = writeln!(text, "| {} | |\n|---|---|", context.title());
        for row in Keymap::default().rows(*context) {
            let keys: Vec<String> = row.keys.iter().map(|k| format!("`{k}`")).collect();
            let _ = writeln!(text, "| {} | {} |", keys.join(" "), row.label);
        }
        text.push('\n');
    }
    text
}

/// The keys that one needs first: those that the footer offers, and the way out.
fn main_keys() -> String {
    let contexts = [KeyContext::Global, KeyContext::Main, KeyContext::Checklist];
    let offered = |b: &&Binding| {
        b.hint > 0 || matches!(b.action, Action::Edit | Action::Undo | Action::ToggleSecrets | Action::Quit | Action::Compare)
    };
    let mut text = "| key | |\n|---|---|\n".to_string();
    let keymap = Keymap::default();
    for row in contexts.into_iter().flat_map(|context| keymap.rows(context)).filter(offered) {
        let _ = writeln!(text, "| `{}` | {} |", row.keys.first().expect("a key"), row.label);
    }
    text
}

/// Every check with what it says, by family.
fn checks() -> String {
    let mut text = String::new();
    let mut family = None;
    for check in catalogue::ALL {
        if family != Some(check.family) {
            let gap = if family.is_some() { "\n" } else { "" };
            let _ = writeln!(text, "{gap}| {} | |\n|---|---|", check.family.title());
            family = Some(check.family);
        }
        let _ = writeln!(text, "| `{}` | {} |", check.id, check.summary().trim());
    }
    text
}

/// Every setting of the configuration with what it is.
fn settings() -> String {
    let schema: Value = serde_json::from_str(&config::schema()).expect("JSON");
    let mut rows = Vec::new();
    let mut list = |prefix: &str, of: &Value| {
        for (name, member) in of["properties"].as_object().expect("members") {
            let text = member["description"].as_str().expect("a description").replace('\n', " ");
            rows.push(format!("| `{prefix}{name}` | {text} |"));
        }
    };
    list("", &schema);
    for (prefix, name) in [("send.", "SendSettings"), ("send.client_certificates.", "ClientCertificate"), ("themes.NAME.", "ThemeSettings")]
    {
        list(prefix, &schema["$defs"][name]);
    }
    let colors = schema["$defs"]["ThemeSettings"]["properties"]["colors"]["propertyNames"]["oneOf"].as_array().expect("roles");
    for color in colors {
        let (name, text) = (color["const"].as_str().expect("a name"), color["description"].as_str().expect("a description"));
        rows.push(format!("| `themes.NAME.colors.{name}` | {text} |"));
    }
    format!("| setting | |\n|---|---|\n{}", rows.join("\n"))
}

#[test]
fn the_configuration_that_is_shown_can_be_read() {
    let page = fs::read_to_string(root().join("assets/docs/configuration.md")).expect("the page");
    let fence = fences(&page).into_iter().find(|fence| fence.text.contains("key_preset")).expect("an example");
    let config = config::Config::read(&fence.text).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((config.own_themes().len(), config.send.client_certificates.len(), config.redact.len()), (1, 1, 1));
}

/// Every limit with what becomes of more.
fn limits() -> String {
    let rows: Vec<String> = limits::ALL.iter().map(|l| format!("| {} | {} | {} |", l.what, l.shown(), l.more)).collect();
    format!("| limit of | at most | beyond it |\n|---|---|---|\n{}", rows.join("\n"))
}

/// A result with its long lists cut: of `checks` what fails or warns, of `rows` what differs.
fn example(output: &str) -> String {
    let mut json: Value = serde_json::from_str(output).expect("JSON");
    cut(&mut json);
    format!("{json:#}")
}

fn cut(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(cut),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match (name.as_str(), value) {
                    ("checks", Value::Array(items)) => items.retain(|i| matches!(i["outcome"].as_str(), Some("fail" | "warn"))),
                    ("rows", Value::Array(items)) => items.retain(|i| i["relation"] != "same"),
                    (_, value) => cut(value),
                }
            }
        }
        _ => {}
    }
}

/// The names of all members.
fn names(json: &Value, into: &mut BTreeSet<String>) {
    match json {
        Value::Array(items) => items.iter().for_each(|i| names(i, into)),
        Value::Object(members) => {
            for (name, value) in members {
                into.insert(name.clone());
                names(value, into);
            }
        }
        _ => {}
    }
}

/// Names in quotes before `=>` or `|` in a part of a source file, sorted: what a `match` there takes.
fn quoted_names(source: &str, from: &str, to: &str) -> BTreeSet<String> {
    let start = source.find(from).expect("the function");
    let part = &source[start..start + source[start..].find(to).expect("the next function")];
    let is_name = |n: &&str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_');
    // The arms of the outer match alone: those inside it take values.
    let arms = part.lines().filter_map(|l| l.strip_prefix("        ")).filter(|l| l.starts_with('"') && l.contains("=>"));
    arms.flat_map(|l| l.split("=>").next().unwrap_or_default().split('|'))
        .map(|n| n.trim().trim_matches('"'))
        .filter(is_name)
        .map(str::to_string)
        .collect()
}

/// The names in the first column of the table under a heading row.
fn first_column(readme: &str, heading: &str) -> BTreeSet<String> {
    let rows = readme.lines().skip_while(|l| !l.starts_with(heading)).skip(2).take_while(|l| l.starts_with('|'));
    rows.filter_map(|row| row.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(|n| n.trim_start_matches('@').to_string())
        .collect()
}

/// A block of code.
struct Fence {
    /// The text after the backticks.
    info: String,
    text: String,
}

fn fences(readme: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open = false;
    for line in readme.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                found.push(Fence { info: info.into(), text: String::new() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                if let Some(fence) = found.last_mut() {
                    fence.text.push_str(line);
                    fence.text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    found
}

/// The command lines of all `sh` blocks with the exit code that their comment names, else 0.
fn command_lines(readme: &str) -> Vec<(String, i32)> {
    let blocks = fences(readme).into_iter().filter(|f| f.info == "sh");
    let lines: Vec<String> =
        blocks.flat_map(|f| f.text.lines().map(str::to_string).collect::<Vec<_>>()).filter(|l| l.contains("authtui ")).collect();
    let exit = |comment: Option<&str>| {
        let after = comment.and_then(|c| c.split("exit ").nth(1)).unwrap_or_default();
        after.split(|c: char| !c.is_ascii_digit()).next().and_then(|code| code.parse().ok()).unwrap_or(0)
    };
    lines
        .iter()
        .map(|l| l.split_once(" # ").map_or((l.as_str(), None), |(line, c)| (line, Some(c))))
        .map(|(l, c)| (l.trim().to_string(), exit(c)))
        .collect()
}

/// A folder with the files that the pages show.
fn files() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for fence in fences(&all()) {
        if let Some((_, name)) = fence.info.split_once(' ') {
            fs::write(folder.path().join(name), fence.text).expect("a file");
        }
    }
    folder
}

fn run(line: &str, folder: &Path) -> std::process::Output {
    let program = Path::new(env!("CARGO_BIN_EXE_authtui")).parent().expect("a folder").display().to_string();
    let paths = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder).env("PATH", format!("{program}:{paths}")).env("XDG_CONFIG_HOME", "/nonexistent");
    // What is printed must not depend on the terminal of whoever runs the tests.
    shell.env_remove("COLUMNS").stdin(Stdio::null()).output().expect("a shell")
}

/// The text with each section regenerated.
fn with_sections(readme: &str, make: impl Fn(&str) -> String) -> String {
    let mut made = String::new();
    let mut rest = readme;
    while let Some((before, name, after)) = next_section(rest) {
        let _ = write!(made, "{before}<!-- {name} -->\n\n{}\n\n<!-- /{name} -->", make(name).trim_end());
        rest = after;
    }
    made + rest
}

/// The text before the next section, its name, and the text after it.
fn next_section(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("<!-- ")?;
    let (name, rest) = rest.split_once(" -->")?;
    let end = format!("<!-- /{name} -->");
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{end} is missing"));
    Some((before, name, after))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The README, then every page of the reference, each with its path.
fn pages() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root().join("assets/docs")).expect("the reference").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths.insert(0, root().join("README.md"));
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a page"))).collect()
}

/// All pages in one text.
fn all() -> String {
    pages().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README")
}
