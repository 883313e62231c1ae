//! From a 401 to a 200 by another token: an authorization server and an API on real sockets.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use authtui::app::LoadedFile;
use authtui::formats::env::{Environments, ValueKind};
use authtui::formats::no_files;
use authtui::formats::variables::System;

use crate::keys::harness::{EXPIRED, Program, document};
use crate::network::server::hear;

/// An authorization server and the API that believes it.
struct Provider {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What it does out of the ordinary.
#[derive(Clone, Copy, Default, PartialEq)]
enum Quirk {
    #[default]
    None,
    /// The API refuses whatever it is shown.
    RefusesAll,
    /// Refresh tokens are refused.
    NoRefresh,
    /// The token endpoint is a page to log in.
    Page,
    /// It redirects.
    Moved,
    /// It says nothing.
    Silent,
    /// The browser is sent back with another state first.
    OtherState,
    /// It grants less than was asked for.
    LessScope,
    /// The error repeats the client's secret.
    Repeats,
    /// A device code is good for a moment, and nobody logs in.
    ShortCode,
}

impl Provider {
    fn start(quirk: Quirk) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (log, issued, own) = (Arc::clone(&heard), Arc::new(AtomicUsize::new(0)), address.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, issued, own) = (Arc::clone(&log), Arc::clone(&issued), own.clone());
                thread::spawn(move || Self::answer(stream, quirk, &log, &issued, &own));
            }
        });
        Self { address, heard }
    }

    fn answer(mut stream: TcpStream, quirk: Quirk, log: &Mutex<Vec<String>>, issued: &AtomicUsize, own: &str) {
        let Ok(request) = hear(&mut stream) else { return };
        log.lock().unwrap().push(request.clone());
        let line = request.lines().next().unwrap_or_default();
        let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
        let json = |status: &str, body: String| {
            format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
        };
        let answer = if line.contains(" /token") {
            match quirk {
                Quirk::Silent => return thread::sleep(Duration::from_secs(30)),
                Quirk::Page => "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>".into(),
                Quirk::Moved => {
                    format!("HTTP/1.1 307 Moved\r\nLocation: {own}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                }
                Quirk::Repeats => {
                    json("401 Unauthorized", r#"{"error":"invalid_client","error_description":"not CLIENTSECRET-XYZ"}"#.into())
                }
                Quirk::NoRefresh if body.contains("grant_type=refresh_token") => {
                    json("400 Bad Request", r#"{"error":"invalid_grant","error_description":"it was used before"}"#.into())
                }
                Quirk::ShortCode => json("400 Bad Request", r#"{"error":"authorization_pending"}"#.into()),
                _ if body.contains("device_code") && log.lock().unwrap().iter().filter(|r| r.contains("device_code=")).count() < 2 => {
                    json("400 Bad Request", r#"{"error":"authorization_pending"}"#.into())
                }
                _ => {
                    let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
                    let scope = if quirk == Quirk::LessScope { r#","scope":"read""# } else { "" };
                    json(
                        "200 OK",
                        format!(
                            r#"{{"access_token":"opaque-{number}","token_type":"bearer","expires_in":3600,"refresh_token":"r{number}"{scope}}}"#
                        ),
                    )
                }
            }
        } else if line.contains(" /device") {
            let life = if quirk == Quirk::ShortCode { 0 } else { 300 };
            json(
                "200 OK",
                format!(
                    r#"{{"device_code":"dc1","user_code":"WDJB-MJHT","verification_uri":"{own}/activate","interval":1,"expires_in":{life}}}"#
                ),
            )
        } else if line.contains(" /authorize") {
            let get = |name: &str| line.split(['?', '&', ' ']).find_map(|pair| pair.strip_prefix(name)).unwrap_or_default().to_string();
            let back = get("redirect_uri=").replace("%3A", ":").replace("%2F", "/");
            let state = if quirk == Quirk::OtherState { "another".to_string() } else { get("state=") };
            format!("HTTP/1.1 302 Found\r\nLocation: {back}?code=c0de&state={state}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        } else {
            let number = issued.load(Ordering::SeqCst);
            let is_accepted = number > 0 && quirk != Quirk::RefusesAll && request.contains(&format!("Bearer opaque-{number}\r\n"));
            if is_accepted {
                json("200 OK", r#"{"hello":"ana"}"#.into())
            } else {
                json("401 Unauthorized", r#"{"error":"invalid_token"}"#.into())
            }
        };
        let _ = stream.write_all(answer.as_bytes());
    }

    /// The bodies of what came to the token endpoint.
    fn asked(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let tokens = heard.iter().filter(|request| request.starts_with("POST /token"));
        tokens.map(|request| request.split("\r\n\r\n").nth(1).unwrap_or_default().to_string()).collect()
    }
}

/// The browser of the tests: it goes where it is sent, by one redirect.
pub fn browse(url: &str) -> Result<(), String> {
    let get = |url: &str| -> Option<String> {
        let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
        let mut stream = TcpStream::connect(host).ok()?;
        stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    };
    let answer = get(url).ok_or("nobody is there")?;
    let location = answer.lines().find_map(|line| line.strip_prefix("Location: "));
    location.map_or(Ok(()), |to| get(to).map(|_| ()).ok_or_else(|| "nobody waits".into()))
}

/// A file of requests with an environment beside it.
fn with_environment(text: &str, public: &str) -> Program {
    let mut environments = Environments::default();
    environments.add_file(public, ValueKind::Public).expect("an environment");
    let mut file = LoadedFile::document("payments.http", None, text, Default::default(), &no_files);
    file.environments = environments.all(&System::default());
    Program::open(vec![file])
}

#[test]
fn an_expired_token_is_renewed_by_client_credentials_and_then_by_the_refresh_token() {
    let provider = Provider::start(Quirk::None);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli client_secret=s3cr3t scope=\"read write\" cache_key=main");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
    program.keys("^R").waits_for("401 Unauthorized");
    program
        .keys("R")
        .shows("Renew the token?")
        .shows(&format!("POST {api}/token"))
        .shows("A token by client credentials, for the client cli");
    assert!(provider.asked().is_empty(), "nothing goes out before the yes");
    program.keys("Enter").waits_for("A new token").shows("It is good for 1 h").hides("s3cr3t");
    program.keys("Enter").waits_for("200 with the new token");
    assert!(program.text().contains("Authorization: Bearer {{$auth.token(\"main\")}}"), "no secret is written: {}", program.text());
    assert_eq!(provider.asked(), ["grant_type=client_credentials&scope=read+write"]);
    // The text is an edit like any other.
    program.keys("u");
    assert!(program.text().contains(EXPIRED));
    program
        .keys("^Y R")
        .shows("by the refresh token of this session")
        .keys("Enter")
        .waits_for("A new token")
        .keys("Enter")
        .waits_for("200 ");
    assert_eq!(provider.asked().last().map(String::as_str), Some("grant_type=refresh_token&refresh_token=r1"));
}

#[test]
fn a_variable_for_a_token_is_filled_before_it_is_sent() {
    let provider = Provider::start(Quirk::None);
    let api = &provider.address;
    let environment = format!(
        r#"{{"dev": {{"secret": "s", "Security": {{"Auth": {{"main": {{"Type": "OAuth2", "Grant Type": "Client Credentials",
           "Token URL": "{api}/token", "Client ID": "cli", "Client Secret": "{{{{secret}}}}", "Client Credentials": "in body",
           "Custom Request Parameters": {{"audience": "https://api.example"}}}}}}}}}}}}"#
    );
    let mut program =
        with_environment(&format!("### me\nGET {api}/me\nAuthorization: Bearer {{{{$auth.token(\"main\")}}}}\n"), &environment);
    program.keys("^R").shows("Not all variables have a value").shows("The token can be obtained first");
    program.keys("Enter").shows("Renew the token?").keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 ");
    assert_eq!(provider.asked(), ["grant_type=client_credentials&audience=https%3A%2F%2Fapi.example&client_id=cli&client_secret=s"]);
    assert!(program.text().contains("{{$auth.token(\"main\")}}"), "the text stays as it is");
}

#[test]
fn a_token_is_of_no_use_to_another_server_whose_configuration_has_the_same_name() {
    let (own, other) = (Provider::start(Quirk::None), Provider::start(Quirk::None));
    let text = |api: &str, name: &str| {
        format!(
            "### {name}\n# @auth oauth2 token_url={api}/token client_id=cli cache_key=main\nGET {api}/me\nAuthorization: Bearer \
             {{{{$auth.token(\"main\")}}}}\n"
        )
    };
    let mut program = Program::open(vec![document(&text(&own.address, "own")), document(&text(&other.address, "other"))]);
    program.keys("R Enter").waits_for("A new token").keys("u");
    program.keys(">").shows("GET http").keys("^R").shows("Not all variables have a value").keys("Esc");
    program.keys("R").shows("by client credentials").keys("Enter").waits_for("A new token");
    assert_eq!(other.asked(), ["grant_type=client_credentials&client_id=cli"]);
    assert!(!other.heard.lock().unwrap().iter().any(|request| request.contains("opaque-1") || request.contains("refresh_token")));
}

#[test]
fn what_the_server_repeats_of_secrets_is_masked() {
    let provider = Provider::start(Quirk::Repeats);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli client_secret=CLIENTSECRET-XYZ api_key=hunter2hunter2");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\n"))]);
    program.keys("R").hides("hunter2hunter2").keys("Enter").waits_for("invalid_client").hides("CLIENTSECRET-XYZ");
}

#[test]
fn a_second_refusal_is_not_renewed_again_and_says_what_it_proves() {
    let provider = Provider::start(Quirk::RefusesAll);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
    program.keys("^R").waits_for("401 Unauthorized").keys("R Enter").waits_for("A new token").keys("Enter");
    program.waits_for("old: its age was not the cause");
    assert_eq!(provider.asked().len(), 1);
    program.keys("R").shows("was refused too");
}

#[test]
fn a_refresh_token_that_is_refused_leaves_the_configured_grant() {
    let provider = Provider::start(Quirk::NoRefresh);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
    program.keys("R Enter").waits_for("A new token").keys("u R Enter").waits_for("invalid_grant");
    program.shows("The refresh token is of no use").keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 ");
}

#[test]
fn a_login_in_the_browser_gives_a_token() {
    let provider = Provider::start(Quirk::None);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 grant=authorization_code auth_url={api}/authorize token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\n"))]);
    program.keys("R").shows("Your browser opens").keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 ");
    let asked = provider.asked().join("");
    assert!(asked.starts_with("grant_type=authorization_code&code=c0de&redirect_uri=http%3A%2F%2F127.0.0.1%3A"), "{asked}");
    assert!(asked.contains("&code_verifier="), "{asked}");
    let heard = provider.heard.lock().unwrap();
    assert!(heard.iter().any(|request| request.contains("code_challenge_method=S256")));
}

#[test]
fn a_browser_with_another_state_is_not_believed() {
    let provider = Provider::start(Quirk::OtherState);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 grant=authorization_code auth_url={api}/authorize token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\n"))]);
    program.keys("R Enter").waits_for("Log in at 127.0.0.1").rests(Duration::from_millis(300));
    assert!(provider.asked().is_empty());
    program.keys("Esc").shows("Stopped; the token is the old one");
}

#[test]
fn a_login_on_another_device_is_waited_for() {
    let provider = Provider::start(Quirk::None);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 grant=device_code device_auth_url={api}/device token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\n"))]);
    program.keys("R Enter").waits_for("and type the code WDJB-MJHT").waits_for("A new token").keys("Enter").waits_for("200 ");
    assert_eq!(provider.asked().len(), 2, "once too early, once after the login");
}

#[test]
fn a_device_code_that_expires_ends_the_waiting_and_esc_ends_it_before() {
    let provider = Provider::start(Quirk::ShortCode);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 grant=device_code device_auth_url={api}/device token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\n"))]);
    program.keys("R Enter").waits_for("The code has expired before the login was finished").keys("Esc");
    program.keys("R Enter").waits_for("and type the code WDJB-MJHT").keys("Esc").shows("Stopped; the token is the old one");
    let asked = provider.asked().len();
    program.rests(Duration::from_millis(1500));
    assert_eq!(provider.asked().len(), asked, "nobody is asked after Esc");
}

#[test]
fn no_token_is_written_into_a_draft() {
    let provider = Provider::start(Quirk::None);
    let api = &provider.address;
    let sessions = crate::keys::drafts::Sessions::new();
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli client_secret=s3cr3t");
    let mut program = sessions.with(vec![document(&format!("### me\n{auth}\nGET {api}/me\n"))]);
    program.keys("R Enter").waits_for("A new token").keys("u i Down End").types("x").keys("Esc").rests(Duration::from_millis(1500));
    let kept = sessions.kept().concat();
    assert!(kept.contains("$auth.token"), "the edit is kept: {kept}");
    assert!(!kept.contains("opaque-1") && !kept.contains("r1\""), "{kept}");
}

#[test]
fn what_is_no_token_endpoint_is_told_as_what_it_is() {
    for (quirk, told) in [(Quirk::Page, "with a web page"), (Quirk::Moved, "redirects to")] {
        let provider = Provider::start(quirk);
        let api = &provider.address;
        let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli client_secret=s3cr3t");
        let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
        program.keys("R Enter").waits_for("No new token").shows(told).keys("Esc");
        assert!(program.text().contains(EXPIRED));
        assert!(!provider.heard.lock().unwrap().iter().any(|request| request.contains("/elsewhere")));
    }
}

#[test]
fn a_silent_server_is_left_by_esc() {
    let provider = Provider::start(Quirk::Silent);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
    program.keys("R Enter").waits_for("Renewing the token").keys("Esc").shows("Stopped; the token is the old one");
    assert!(program.text().contains(EXPIRED));
}

#[test]
fn less_scope_than_was_asked_for_is_told() {
    let provider = Provider::start(Quirk::LessScope);
    let api = &provider.address;
    let auth = format!("# @auth oauth2 token_url={api}/token client_id=cli scope=\"read write\"");
    let mut program = Program::open(vec![document(&format!("### me\n{auth}\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
    program.keys("R Enter").waits_for("Granted is the scope read; not granted: write");
}

#[test]
fn without_a_configuration_a_form_asks_for_it() {
    let provider = Provider::start(Quirk::None);
    let api = &provider.address;
    let mut program = Program::open(vec![document(&format!("### me\nGET {api}/me\nAuthorization: Bearer {EXPIRED}\n"))]);
    program.keys("R").shows("How is the token obtained?").keys("Enter").shows("How the token is obtained");
    program.types(&format!("{api}/token")).keys("Down").types("cli").keys("Down ^U Enter");
    program.shows("Renew the token?").keys("Enter").waits_for("A new token").keys("Enter").waits_for("200 ");
    program.shows("payments.http*");
    assert_eq!(provider.asked(), ["grant_type=client_credentials&client_id=cli"]);
}

#[test]
fn what_is_missing_is_named_before_anything_is_sent() {
    let mut program =
        Program::open(vec![document("### me\n# @auth oauth2 token_url={{login}}/token client_id=cli\nGET https://api.example/me\n")]);
    program.keys("R").shows("The token cannot be obtained: {{login}} has no value");
    let mut program = Program::open(vec![document("### me\n# @auth oauth2 token_url=https://l/token\nGET https://api.example/me\n")]);
    program.keys("R").shows("“oauth2” does not name the client ID");
    let mut program = Program::open(vec![document("### me\nGET https://api.example/me\nAuthorization: Bearer {{$auth.token(\"x\")}}\n")]);
    program.keys("R").shows("No environment says how “x” is obtained");
}
