//! `authtui logs` from outside: files, pipes, packed ones, several at once, and the forms of the result.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A log of a day: each tenth request to `/v1/users/N` is refused, and for ten minutes all of them.
fn access() -> String {
    let line = |minute: usize| {
        let (hour, part, id) = (minute / 60, minute % 60, minute * 7919);
        let status = if (605..615).contains(&minute) || minute.is_multiple_of(10) { 401 } else { 200 };
        (0..3)
            .map(|second| {
                format!(
                    "10.0.0.{} - - [23/Nov/2026:{hour:02}:{part:02}:{second:02} +0000] \"GET /v1/users/{id}?token=s3cr3ts3cr3t HTTP/1.1\" \
                     {status} 5 \"-\" \"curl/8.{}\"\n",
                    minute % 4 + 1,
                    minute % 3
                )
            })
            .collect::<String>()
    };
    (0..1440).map(line).collect()
}

fn logs(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut program = crate::program();
    program.arg("logs").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("the program runs")
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("access.log"), access()).expect("a file");
    folder
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let output = logs(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_is_counted_is_what_stands_in_the_log() {
    let folder = folder();
    let report = json(&folder, &["access.log"]);
    let denied = access().lines().filter(|line| line.contains(" 401 5 ")).count() as u64;
    assert_eq!((report["version"].as_u64(), report["lines"].as_u64(), report["unparsed"].as_u64()), (Some(1), Some(4320), Some(0)));
    assert_eq!((report["requests"].as_u64(), report["denied"].as_u64()), (Some(4320), Some(denied)));
    let route = &report["routes"][0];
    assert_eq!((route["route"].as_str(), route["denied"].as_u64()), (Some("GET /v1/users/:id"), Some(denied)));
    let spike = &report["spikes"][0];
    assert!(spike["from"].as_str().is_some_and(|from| from.starts_with("2026-11-23T10:05")), "{spike}");
    assert!(spike["to"].as_str().is_some_and(|to| to.starts_with("2026-11-23T10:1")), "{spike}");
    let part = json(&folder, &["access.log", "--since", "2026-11-23T10:00:00Z", "--until", "2026-11-23T11:00:00Z"]);
    assert_eq!(part["requests"].as_u64(), Some(180));
    assert_eq!(json(&folder, &["access.log", "--route", "/v2/"])["requests"].as_u64(), Some(0));
}

#[test]
fn packed_files_pipes_and_several_logs_count_alike() {
    let folder = folder();
    fs::write(folder.path().join("access.log.zst"), zstd::stream::encode_all(access().as_bytes(), 1).expect("packed")).expect("a file");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(access().as_bytes()).expect("memory");
    fs::write(folder.path().join("access.log.gz"), packed.finish().expect("memory")).expect("a file");
    let all = json(&folder, &["access.log", "access.log.zst", "access.log.gz"]);
    assert_eq!(all["requests"].as_u64(), Some(3 * 4320));
    let mut program = crate::program();
    program.args(["logs", "-", "--format", "csv", "--by", "status"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = program.spawn().expect("the program runs");
    running.stdin.take().expect("a pipe").write_all(access().as_bytes()).expect("a reader");
    let said = text(&running.wait_with_output().expect("the program runs"));
    assert!(said.starts_with("status,requests\n200,3861\n401,459\n"), "{said}");
}

#[test]
fn people_get_tables_and_no_secret_or_control_character() {
    let folder = folder();
    let mut log = access();
    log.push_str("10.0.0.9 - - [23/Nov/2026:23:59:59 +0000] \"GET /\u{1b}[31m HTTP/1.1\" 401 5 \"-\" \"evil\u{7}\"\nno line of it\n");
    fs::write(folder.path().join("access.log"), log).expect("a file");
    for by in ["route", "client", "agent", "reason", "status", "hour"] {
        for format in ["text", "markdown", "csv"] {
            let output = logs(&folder, &["access.log", "--by", by, "--format", format]);
            let said = text(&output);
            assert_eq!(output.status.code(), Some(0));
            assert!(!said.contains("s3cr3t") && !said.contains('\u{1b}') && !said.contains('\u{7}'), "{by} {format}: {said}");
            assert!(said.lines().count() >= 2, "{by} {format}: {said}");
        }
    }
    let said = text(&logs(&folder, &["access.log"]));
    assert!(said.contains("4,321 requests, ") && said.contains("1 line not understood") && said.contains("GET /v1/users/:id"), "{said}");
    assert!(said.contains("spikes") && said.contains("no line of it"), "{said}");
}

#[test]
fn formats_are_told_given_and_read_from_a_configuration() {
    let folder = folder();
    let own = "401|GET /a|9.9.9.9\n200|GET /b|9.9.9.9\n";
    fs::write(folder.path().join("own.log"), own).expect("a file");
    fs::write(
        folder.path().join("nginx.conf"),
        "http {\n  log_format own '$status|$request_method $request_uri|'\n    '$remote_addr';\n}\n",
    )
    .expect("a file");
    for format in ["$status|$request_method $request_uri|$remote_addr", "@nginx.conf", "%>s|%m %U|%h"] {
        let report = json(&folder, &["own.log", "--log-format", format]);
        assert_eq!((report["requests"].as_u64(), report["denied"].as_u64()), (Some(2), Some(1)), "{format}: {report}");
    }
    fs::write(folder.path().join("own.json"), "{\"c\":{\"code\":401},\"u\":\"/a\"}\n{\"c\":{\"code\":200},\"u\":\"/a\"}\n")
        .expect("a file");
    let report = json(&folder, &["own.json", "--field", "status=c.code", "--field", "path=u"]);
    assert_eq!((report["requests"].as_u64(), report["denied"].as_u64()), (Some(2), Some(1)));
    for (arguments, told) in [
        (&["own.log"][..], "--log-format"),
        (&["own.log", "--log-format", "nonsense"], "nonsense"),
        (&["own.log", "--log-format", "@access.log"], "no log_format"),
        (&["own.log", "--field", "colour=x"], "colour"),
        (&["access.log", "--since", "yesterday"], "yesterday"),
        (&["nowhere.log"], "nowhere.log"),
        (&["."], "is a folder"),
    ] {
        let output = logs(&folder, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(told), "{arguments:?}: {said}");
    }
}

#[test]
fn refused_requests_are_followed_over_a_rotation() {
    let folder = folder();
    let path = folder.path().join("live.log");
    fs::write(&path, access().lines().next().expect("a line").to_string() + "\n").expect("a file");
    let mut program = crate::program();
    program.args(["logs", "--follow", "live.log"]).current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = program.spawn().expect("the program runs");
    let (tell, told) = mpsc::channel();
    let mut from = BufReader::new(running.stdout.take().expect("a pipe")).lines();
    thread::spawn(move || from.by_ref().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let comes = |text: &str| {
        let all = std::iter::from_fn(|| told.recv_timeout(Duration::from_secs(30)).ok());
        assert!(all.take(100).any(|line| line.contains(text)), "{text} never came");
    };
    let line = |path: &str| format!("10.0.0.7 - - [23/Nov/2026:12:00:00 +0000] \"GET {path} HTTP/1.1\" 401 5 \"-\" \"curl\"\n");
    comes("1 request, ");
    fs::OpenOptions::new().append(true).open(&path).expect("a file").write_all(line("/first").as_bytes()).expect("written");
    comes("401  10.0.0.7  GET /first");
    fs::rename(&path, folder.path().join("live.log.1")).expect("rotated");
    fs::write(&path, line("/second")).expect("a file");
    comes("401  10.0.0.7  GET /second");
    running.kill().expect("ended");
    let _ = running.wait();
}

#[test]
fn every_reason_of_a_log_is_a_check_and_every_format_is_described() {
    let ids: toml::Table = include_str!("../../assets/logs.toml").parse().expect("TOML");
    for id in ids.keys() {
        assert!(authtui::checks::catalogue::ALL.iter().any(|check| check.id == id), "{id}");
    }
    let page = include_str!("../../assets/docs/logs.md");
    for name in authtui::logs::format::NAMES {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    let report = json(&folder(), &["access.log"]);
    for member in report.as_object().expect("an object").keys() {
        assert!(page.contains(&format!("`{member}`")), "{member}");
    }
}

#[test]
fn no_secret_of_a_client_is_in_what_logs_prints() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("g.log");
    let line = |client: &str, target: &str, agent: &str| {
        format!("{client} - - [23/Nov/2026:07:22:41 +0000] \"GET {target} HTTP/1.1\" 401 12 \"-\" \"{agent}\"\n")
    };
    let mut text = line("10.0.0.1", "/a", "Authorization: Bearer hunter2xyz").repeat(8);
    text += &line("10.0.0.1", "/password/hunter2abc", "curl/8").repeat(8);
    text += &line("10.0.0.1", "/u:hunter2@h/", "curl/8").repeat(8);
    text += &line("postgres://u:hunter2@h", "/a", "curl/8").repeat(8);
    for unparsed in [
        "{\"user\": \"x\", \"password\": \"hunter2-secret\", \"cut",
        "Password: hunter2-secret",
        "token: hunter2-secret",
        "X-Api-Key: hunter2-secret",
        "Cookie: sid=hunter2; a=hunter2",
        "curl -u admin:hunter2-secret",
    ] {
        text += &format!("{unparsed}\n");
    }
    std::fs::write(&path, text).expect("a file");
    let path = path.display().to_string();
    for format in ["json", "text"] {
        for by in ["route", "client", "agent", "reason"] {
            let mut program = crate::program();
            let output = program.args(["logs", &path, "--format", format, "--by", by]).output().expect("the program runs");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!said.contains("hunter2") && said.contains("401") | said.contains("denied"), "{format} {by}: {said}");
        }
    }
}
