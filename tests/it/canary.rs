//! Canary secrets: one in every field in which a secret can stand. They come out where the user put them, and nowhere else,
//! until the user asks to see them.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use authtui::app::key::Key;
use authtui::app::{Effect, Message, Model, update};
use authtui::io::load;
use authtui::ui::{self, ViewState};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;

/// The end of every canary: the first letters of a secret may be shown, so that it is known again.
const END: &str = "9f3e5d7c1b";

fn canary(place: &str) -> String {
    format!("Zq{place}{END}")
}

/// `header.claims.signature`, the signature a canary; header and claims are no secrets by themselves.
fn token() -> String {
    let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.{}", encode(r#"{"alg":"HS256"}"#), encode(r#"{"iss":"https://acme.example","exp":1795407030}"#), canary("signature"))
}

/// A folder of requests with a canary in every field.
fn workspace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a file");
    let basic = STANDARD.encode(format!("ann:{}", canary("basic")));
    let [user, query, form, json, cookie, key, fragment, proxy] =
        ["user", "query", "form", "json", "cookie", "key", "fragment", "proxy"].map(canary);
    write(
        "a.http",
        format!(
            "### address\nGET https://ann:{user}@api.example.com/v1?api_key={query}&page=2#access_token={fragment}\n\
             Authorization: Bearer {}\nCookie: sid={cookie}; theme=dark\nX-Api-Key: {key}\nProxy-Authorization: Basic {basic}\n\
             Referer: https://h.example/?token={proxy}\n\n<> answer.http\n\n\
             ###\nPOST https://api.example.com/token?client_secret={query}\nContent-Type: application/x-www-form-urlencoded\n\
             Authorization: Basic {basic}\n\ngrant_type=password&username=ann&password={form}\n\n<> answer.http\n\n\
             ### json\n# @authtui-username ann\n# @authtui-password {{{{secret}}}}\nPOST https://api.example.com/login/{{{{secret}}}}\n\
             Content-Type: application/json\nX-Note: to {{{{secret}}}}\nX-Customer: {{{{customer}}}}\nAuthorization: {{{{secret}}}}\n\n{{\"user\":\"ann\",\"auth\":{{\"password\":\"{json}\"}}}}\n\n<> answer.http\n",
            token()
        ),
    );
    write(
        "answer.http",
        format!(
            "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\"\nSet-Cookie: sid={}; Path=/; Secure\n\
             Location: https://h.example/cb?code={}\nContent-Type: application/json\n\n{{\"error\":\"x\",\"access_token\":\"{}\"}}\n",
            canary("set"),
            canary("code"),
            canary("answer")
        ),
    );
    write("http-client.private.env.json", format!("{{\"live\": {{\"secret\": \"{}\"}}}}", canary("environment")));
    write(".env", format!("secret={}\ncustomer={}\n", canary("dotenv"), canary("customer")));
    folder
}

/// Runs the program with a home of its own; gives what it wrote, and fails when a canary lies in that home afterwards.
fn run(folder: &Path, arguments: &[&str], input: &str) -> (Output, String) {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join("input"), input).expect("a file");
    let output = crate::program()
        .args(arguments)
        .current_dir(folder)
        .envs(["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR"].map(|name| (name, home.path())))
        .stdin(Stdio::from(fs::File::open(home.path().join("input")).expect("the file")))
        .output()
        .expect("the program");
    let left: Vec<_> = fs::read_dir(home.path()).expect("the home").filter_map(|e| e.ok().map(|e| e.file_name())).collect();
    assert_eq!(left, ["input"], "{arguments:?} left something behind");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, text)
}

#[track_caller]
fn assert_none(text: &str, what: &str) {
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(END)).collect();
    assert!(lines.is_empty(), "{what} gives a secret away: {lines:#?}");
    let basic = STANDARD.encode(format!("ann:{}", canary("basic")));
    assert!(!text.contains(&basic[8..]), "{what} gives Basic credentials away: {text}");
}

#[test]
fn check_tells_no_secret_until_it_is_asked_to() {
    let folder = workspace();
    for format in ["text", "json"] {
        let (output, text) = run(folder.path(), &["check", "--format", format, "a.http"], "");
        assert!(output.status.code().is_some_and(|code| code < 2), "{text}");
        assert_none(&text, format);
    }
    let (_, text) = run(folder.path(), &["check", "--reveal", "--format", "json", "a.http"], "");
    assert!(text.contains(&canary("query")), "what is asked for is shown: {text}");
}

#[test]
fn broken_input_is_named_without_its_secrets() {
    let folder = workspace();
    for (name, text) in [
        ("a.har", format!("{{\"log\": {{\"entries\": [{{\"request\": \"{}", canary("har"))),
        ("b.txt", format!("curl https://h/ --no-such-flag -H 'X-Api-Key: {}'", canary("curl"))),
        ("c.txt", format!("curl https://h/ -H 'X-Api-Key: {}", canary("quote"))),
        ("e.txt", format!("curl https://h/ --usr=ann:{}", canary("equals"))),
        ("f.txt", format!("curl https://h/ -H 'X-Api-Key|{}'", canary("bar"))),
        ("g.txt", format!("curl https://h/ -H {}", canary("alone"))),
        ("h.txt", format!("requests.get('https://h/', auth='{}')", canary("auth"))),
        ("i.txt", format!("requests.get('https://h/', headers='Authorization Bearer {}')", canary("headers"))),
        ("j.txt", format!("fetch('https://h/', {{headers: \"Authorization Bearer {}\"}})", canary("fetch"))),
        ("d.json", format!("{{\"keys\": [{{\"kty\": \"oct\", \"k\": \"{}", canary("jwk"))),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
        assert_none(&run(folder.path(), &["check", name], "").1, name);
    }
    assert_none(&run(folder.path(), &["check", "--jwks", "d.json", "a.http"], "").1, "a broken key set");
}

#[test]
fn token_and_compare_keep_signatures_and_credentials_to_themselves() {
    let folder = workspace();
    for format in ["text", "json"] {
        assert_none(&run(folder.path(), &["token", "--format", format, "-"], &token()).1, "token");
        fs::write(folder.path().join("t"), format!("{}x", token())).expect("a file");
        assert_none(&run(folder.path(), &["compare", "--format", format, "-", "@t"], &token()).1, "compare of tokens");
        fs::write(folder.path().join("o"), canary("opaque")).expect("a file");
        assert_none(&run(folder.path(), &["compare", "--format", format, "-", "@o"], &canary("other")).1, "compare of opaque tokens");
        let request = |place: &str| {
            let [user, query, key, cookie] = ["user", "query", "key", "cookie"].map(|field| canary(&format!("{field}{place}")));
            format!(
                "GET https://ann:{user}@h.example/?token={query} HTTP/1.1\r\nX-Api-Key: {key}\r\nCookie: a={cookie}\r\nReferer: https://h/?code={query}\r\n\r\n{{\"password\":\"{key}\"}}"
            )
        };
        fs::write(folder.path().join("r"), request("b")).expect("a file");
        assert_none(&run(folder.path(), &["compare", "--format", format, "-", "@r"], &request("a")).1, "compare of requests");
    }
}

fn model(folder: &Path) -> Model {
    let mut model = Model::new(load::here(folder), Timestamp::UNIX_EPOCH);
    model.set_environment("live".into());
    update(&mut model, Message::Resize(200, 60));
    model
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.split(' ').filter_map(Key::parse).flat_map(|key| update(model, Message::Key(key))).collect()
}

/// What stands on the screen, the rows joined so that a broken line hides nothing.
fn screen(model: &Model) -> String {
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).expect("a terminal");
    terminal.draw(|frame| ui::draw(frame, model, &mut ViewState::default())).expect("a frame");
    let rows = terminal.backend().buffer().content().chunks(200);
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_screen_covers_every_secret_until_it_is_asked_to_show_them() {
    let folder = workspace();
    let mut model = model(folder.path());
    for request in 0..3 {
        for keys in ["5", "1 z", "2", "3", "4", "z 5", "Enter", "Esc", "/", "Esc", "c Enter", "Esc", "e", "Esc"] {
            press(&mut model, keys);
            assert_none(&screen(&model), &format!("the screen of request {request} after {keys}"));
        }
        press(&mut model, "}");
    }
    press(&mut model, "{ { { { m 2");
    assert!(screen(&model).contains(&canary("key")), "{}", screen(&model));
}

#[test]
fn copies_leave_secrets_out_and_put_them_in_when_they_are_shown() {
    let folder = workspace();
    let mut model = model(folder.path());
    for _ in 0..3 {
        for key in ["h", "t", "l", "r", "u"] {
            for effect in press(&mut model, &format!("y {key} Esc")) {
                if let Effect::Copy { text, what } = effect {
                    assert_none(&text, &what);
                }
            }
        }
        press(&mut model, "}");
    }
    press(&mut model, "{ { { { m");
    let shown = format!("{:?}", press(&mut model, "y u"));
    assert!(shown.contains(&canary("key")), "{shown}");
}

#[test]
fn drafts_leave_secrets_out() {
    let folder = workspace();
    let mut model = model(folder.path());
    for _ in 0..3 {
        // A change to each request brings the whole of it into the draft.
        press(&mut model, "i Ctrl-End x Esc Esc }");
    }
    let draft = model.draft();
    assert_eq!(draft.files.iter().map(|f| f.requests.len()).sum::<usize>(), 3);
    assert_none(&draft.write(), "the draft");
}

#[test]
fn what_is_loaded_prints_no_secret_of_a_key() {
    let keys = authtui::domain::token::keys::KeySet::from_secret(canary("shared").as_bytes(), "secret.txt");
    assert_none(&format!("{keys:?}"), "the debug text of a key");
}
