//! The screen and `authtui check` say the same of the same files.

use std::fs;
use std::path::Path;
use std::thread;

use authtui::app::Model;
use authtui::checks::Report;
use authtui::io::{clock, load};
use serde_json::Value;

/// What is said of one exchange: its causes with their confidence, and the outcome of each check.
#[derive(Debug, PartialEq)]
struct Verdict {
    source: String,
    decided: bool,
    causes: Vec<(String, f64)>,
    outcomes: Vec<(String, String)>,
}

impl Verdict {
    fn of(source: &str, report: &Report) -> Self {
        Self {
            source: source.into(),
            decided: report.decided,
            causes: report.causes.iter().map(|c| (c.check.id.into(), c.confidence)).collect(),
            outcomes: report.checks.iter().map(|e| (e.check.id.into(), e.finding.outcome.word().into())).collect(),
        }
    }

    fn read(exchange: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let list = |name: &str| exchange[name].as_array().expect("a list").iter();
        Self {
            source: text(&exchange["source"]),
            decided: exchange["decided"] == true,
            causes: list("causes").map(|c| (text(&c["id"]), c["confidence"].as_f64().expect("a number"))).collect(),
            outcomes: list("checks").map(|c| (text(&c["id"]), text(&c["outcome"]))).collect(),
        }
    }
}

/// What the screen says of every request of a file or folder.
fn on_screen(path: &str) -> Vec<Verdict> {
    let mut model = Model::new(load::input(path).expect("a readable input").requests(), clock::now());
    let now = model.now;
    let mut verdicts = Vec::new();
    for file in &mut model.files {
        for number in 0..file.entries.len() {
            file.examine(number, now);
            verdicts.push(Verdict::of(&file.entries[number].exchange.source, file.entries[number].report().expect("a report")));
        }
    }
    verdicts
}

fn checked(paths: &[String]) -> Vec<Verdict> {
    let mut program = crate::program();
    let output = program.args(["check", "--format", "json", "--all"]).args(paths).output().expect("the program runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    json["exchanges"].as_array().expect("a list").iter().map(Verdict::read).collect()
}

fn compare(paths: &[String]) -> usize {
    let (screen, check) = thread::scope(|scope| {
        let check = scope.spawn(|| checked(paths));
        (paths.iter().flat_map(|path| on_screen(path)).collect::<Vec<_>>(), check.join().expect("verdicts"))
    });
    assert_eq!(screen.len(), check.len());
    let differing: Vec<_> = screen.iter().zip(&check).enumerate().filter(|(_, (screen, check))| screen != check).collect();
    assert!(differing.is_empty(), "{} of {}: {:#?}", differing.len(), screen.len(), differing.first());
    screen.len()
}

#[test]
fn the_screen_says_of_each_recording_what_check_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let paths: Vec<String> = super::FILES.iter().map(|file| folder.join(&file.name).display().to_string()).collect();
    assert!(compare(&paths) > 1_000);
}

#[test]
fn the_screen_says_of_the_tour_what_check_says() {
    compare(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/tour").display().to_string()]);
}

/// A login long before the refused request, requests behind it that set cookies and work, and a second file on the same site.
#[test]
fn the_screen_says_of_a_folder_what_check_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    fs::create_dir(folder.path().join("answers")).expect("a folder");
    write("answers/login.http", "HTTP/1.1 200 OK\nSet-Cookie: sessionid=abcdef; Path=/; HttpOnly\n\n");
    write("answers/fine.http", "HTTP/1.1 200 OK\n\n");
    write("answers/refused.http", "HTTP/1.1 401 Unauthorized\n\n");
    write("answers/absent.http", "HTTP/1.1 404 Not Found\n\n");
    let request = |path: &str, answer: &str| format!("### {path}\nGET https://shop.example{path}\n\n<> answers/{answer}.http\n\n");
    let many: String = (0..60).map(|i| request(&format!("/v1/items/{i}"), "fine")).collect();
    let refused = request("/v1/orders", "refused");
    let both = refused.clone() + &request("/login", "login");
    write("a-login-first.http", &(request("/login", "login") + &many + &refused + &request("/V1/items/7/", "absent")));
    write("b-login-behind.http", &(refused.clone() + &many + &request("/login", "login")));
    write("c-login-elsewhere.http", &refused);
    write("d-two.http", &both);
    write(
        "e-variables.http",
        "@host = shop.example\n### a\nGET https://{{host}}/v1/items/1\nUser-Agent: curl/8.5\n\n<> answers/refused.http\n",
    );
    assert_eq!(compare(&[folder.path().display().to_string()]), 62 + 1 + 62 + 1 + 2 + 1);
    let folder = folder.path().display().to_string();
    let screen = on_screen(&folder);
    let causes = |source: &str| -> Vec<Vec<&str>> {
        let of_source = screen.iter().filter(|v| v.source == source && !v.causes.is_empty());
        of_source.map(|v| v.causes.iter().map(|(id, _)| id.as_str()).collect()).collect()
    };
    let knows_cookie = |source: &str| causes(source).iter().any(|ids| ids.iter().any(|id| id.starts_with("session-cookie")));
    assert!(knows_cookie("a-login-first.http"), "{:?}", causes("a-login-first.http"));
    for source in ["b-login-behind.http", "c-login-elsewhere.http", "d-two.http"] {
        assert!(!knows_cookie(source), "{source}: {:?}", causes(source));
    }
}
