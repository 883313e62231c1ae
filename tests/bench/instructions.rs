//! How many instructions one key and one check run take, counted by valgrind and held against a recorded file.
//!
//! A count does not depend on what else the machine does, so that a change that doubles the work is seen anywhere. What is
//! counted is the difference of two runs of this program, of which one does the work ten times more often: start and
//! preparation cancel out.

use std::fs;
use std::path::Path;
use std::process::{Command, exit};

use authtui::app::LoadedFile;
use authtui::app::key::{Code, Key};
use authtui::checks::{Surroundings, examine};
use authtui::domain::exchange::Exchange;
use authtui::domain::token::keys::KeySet;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::inputs::{exchange, json};
use super::keys::Screen;

/// The counts, beside the toolchain that they were taken with.
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/instructions.txt");
/// What is counted.
const COUNTED: [&str; 4] = ["check", "key", "typed", "long"];
/// A token and the key that it is signed with (RFC 7515 section A.2).
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const KEY: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
/// How far a count may lie from the recorded one.
const TOLERANCE: f64 = 0.1;

/// Counts, and compares with the record or, with `record`, writes it. Ends the program with 1 when a count is too far off.
pub fn compare(record: bool) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions: valgrind is not installed, nothing is counted");
        return;
    }
    let toolchain = said(Command::new("rustc").arg("--version"));
    let counts: Vec<(&str, u64)> = COUNTED.iter().map(|what| (*what, (count(what, 11) - count(what, 1)) / 10)).collect();
    if record {
        let lines: String = counts.iter().map(|(what, count)| format!("{what} {count}\n")).collect();
        fs::write(RECORD, format!("{toolchain}\n{lines}")).expect("the record");
    }
    let recorded = fs::read_to_string(Path::new(RECORD)).unwrap_or_default();
    let mut lines = recorded.lines();
    let same = lines.next() == Some(toolchain.as_str());
    let known = |what: &str| recorded.lines().find_map(|l| l.strip_prefix(what)?.trim().parse::<u64>().ok());
    let mut far = false;
    for (what, count) in counts {
        let before = known(what).unwrap_or(0);
        let change = count as f64 / before.max(1) as f64 - 1.0;
        far |= change.abs() > TOLERANCE;
        println!("instructions of one {what:<8} {count:>12}   recorded {before:>12} {:>+7.1} %", change * 100.0);
    }
    match (far, same) {
        (true, true) => {
            println!("more than {:.0} % from the record: if that is meant, run `cargo bench -- instructions record`", TOLERANCE * 100.0);
            exit(1);
        }
        (true, false) => println!("the record is from another toolchain: {}", recorded.lines().next().unwrap_or("none")),
        _ => {}
    }
}

/// The instructions of this program doing one thing so many times.
fn count(what: &str, times: u32) -> u64 {
    let this = std::env::current_exe().expect("this program");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(this);
    let output = valgrind.args(["work", what, &times.to_string()]).output().expect("valgrind");
    let said = String::from_utf8_lossy(&output.stderr);
    let total = said.lines().find_map(|l| l.split_once("Collected : ")?.1.trim().parse().ok());
    total.unwrap_or_else(|| panic!("valgrind counted nothing: {said}"))
}

fn said(command: &mut Command) -> String {
    command.output().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_string()).unwrap_or_default()
}

/// What is counted, done so many times: a check run; a key through the checklist; a key typed into the request; the
/// same with a token of 64 KB.
pub fn work(what: &str, times: u32) {
    let mut refused = refused();
    if what == "long" {
        let (head, rest) = TOKEN.split_once('.').expect("a token");
        let (_, signature) = rest.split_once('.').expect("a token");
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"iss":"joe","groups":{}}}"#, json(46_000)));
        refused.request.headers.push("Authorization", format!("Bearer {head}.{claims}.{signature}"));
        refused.request.headers.0.remove(2);
    }
    if what == "check" {
        let now = "2026-11-23T07:22:41Z".parse().expect("a moment");
        for _ in 0..times {
            assert!(!examine(&refused, &Surroundings::alone(now)).causes.is_empty());
        }
        return;
    }
    let mut screen = Screen::open(vec![LoadedFile::exchanges("bench", vec![refused])]);
    let keys = match what {
        "key" => [Key::plain(Code::Down), Key::plain(Code::Up)],
        _ => [Key::char('x'), Key::plain(Code::Backspace)],
    };
    if what != "key" {
        screen.press(Key::char('i'));
    }
    // The first of each fills what is kept for the next.
    for key in keys.into_iter().cycle().take(2 + times as usize) {
        screen.press(key);
    }
}

/// A refused request with a token that is always the same, its key at hand.
fn refused() -> Exchange {
    let mut refused = exchange(&[("Authorization", &format!("Bearer {TOKEN}")), ("X-Request-Id", "7f3a")]);
    refused.context.keys = KeySet::read(KEY, "key.json").ok().map(std::sync::Arc::new);
    refused
}
