//! `authtui mirror` over real sockets: what it shows, answers and passes on, and what broken and slow peers do to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::keys::harness::EXPIRED;
use crate::network::server::{Server, Step, answer, answering, say};

const REQUESTS: &str = "### list users\nGET http://api.example/v1/users?page=2\nAuthorization: Bearer abcdefgh12345678\nX-Trace: 1\n\n\
                        ### other\nGET http://api.example/v1/other\nAuthorization: Bearer abcdefgh12345678\n";

/// A mirror that runs.
struct Mirror {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Mirror {
    fn start(arguments: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join("api.http"), REQUESTS).expect("a file");
        let mut program = crate::program();
        program.args(["mirror", "--listen", "127.0.0.1:0"]).args(arguments).current_dir(folder.path());
        let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let mut first = String::new();
        let mut told = BufReader::new(child.stderr.take().expect("standard error"));
        told.read_line(&mut first).expect("a line");
        let port = first.split("127.0.0.1:").nth(1).and_then(|rest| rest.split(',').next()?.parse().ok());
        let port = port.unwrap_or_else(|| panic!("{first}"));
        // What it says later is read here, so that it never waits.
        thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        Self { child, port, _folder: folder }
    }

    /// A connection with this text written to it.
    fn connect(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        stream.write_all(text.as_bytes()).expect("written");
        stream
    }

    /// What is answered to a text, up to the end of the connection.
    fn ask(&self, text: &str) -> String {
        let mut stream = self.connect(text);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str, fields: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: api.example\r\n{fields}Connection: close\r\n\r\n"))
    }

    /// Ends it as a service manager does, and returns what it printed.
    fn end(mut self) -> Output {
        #[cfg(unix)]
        {
            let id = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).expect("a number")).expect("a process");
            rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("sent");
        }
        #[cfg(not(unix))]
        self.child.kill().expect("ended");
        let mut printed = Vec::new();
        self.child.stdout.take().expect("standard output").read_to_end(&mut printed).expect("read");
        Output { status: self.child.wait().expect("ended"), stdout: printed, stderr: Vec::new() }
    }

    /// Ends it and returns its lines of JSON.
    fn rows(self) -> Vec<Value> {
        let output = self.end();
        String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

fn id(row: &Value) -> &str {
    row["causes"][0]["id"].as_str().unwrap_or_default()
}

#[test]
fn what_arrives_is_compared_with_what_was_sent_and_answered_without_secrets() {
    let mirror = Mirror::start(&["--sent", "api.http", "--format", "json"]);
    let answer = mirror.get("/v1/users?page=2", "X-Trace: 2\r\nX-Real-IP: 1.2.3.4\r\n");
    let json: Value = serde_json::from_str(body(&answer)).expect("JSON");
    assert_eq!((json["sent"].as_str(), id(&json)), (Some("list users"), "header-stripped-by-proxy"), "{json}");
    // The mark names another request than the path.
    mirror.get("/v1/users?page=2", "Authtui-Request: other\r\nAuthorization: Bearer zyxwvuts87654321\r\n");
    // Nobody is known to have sent this.
    mirror.get("/elsewhere", "Authorization: Bearer Bearer abcdefgh12345678\r\n");
    let output = mirror.end();
    assert_eq!(output.status.code(), Some(1), "a cause was found");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!format!("{printed}{answer}").contains("abcdefgh12345678") && !printed.contains("zyxwvuts"), "{printed}");
    let rows: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(rows[0]["changes"], json["changes"]);
    let changes = |row: &Value| -> Vec<String> {
        let changes = row["changes"].as_array().expect("a list").iter();
        changes.map(|change| format!("{} {}", change["kind"].as_str().unwrap(), change["header"].as_str().unwrap())).collect()
    };
    assert_eq!(changes(&rows[0]), ["removed Authorization", "changed X-Trace", "added x-real-ip"]);
    assert_eq!(changes(&rows[1]), ["changed :path", "changed Authorization"]);
    assert_eq!((rows[1]["sent"].as_str(), id(&rows[1])), (Some("other"), "header-stripped-by-proxy"));
    assert_eq!((rows[2]["sent"].as_str(), id(&rows[2]), changes(&rows[2]).len()), (None, "scheme-malformed", 0));
}

#[test]
fn as_text_each_change_has_its_sign() {
    let mirror = Mirror::start(&["--sent", "api.http#list users"]);
    mirror.get("/api/v1/users?page=2", "X-Trace: 1\r\nX-Real-IP: 1.2.3.4\r\n");
    mirror.get("/v1/users?page=2", "X-Trace: 1\r\nAuthorization: Bearer abcdefgh12345678\r\n");
    let printed = String::from_utf8_lossy(&mirror.end().stdout).into_owned();
    for line in [
        " 200 GET /api/v1/users?page=2  from 127.0.0.1:",
        "  ~ :path: /v1/users?page=2 → /api/v1/users?page=2",
        "  - Authorization: Bearer ***",
        "  + x-real-ip: 1.2.3.4",
        "  ✗ header-stripped-by-proxy (99 %)",
        "  = arrived as “list users” was sent",
    ] {
        assert!(printed.contains(line), "{line}\n{printed}");
    }
}

#[test]
fn requests_pass_unchanged_and_a_refusal_is_judged() {
    let (api, heard) = answering(|request| match request.contains("/v1//a/../b?c=%2F") {
        true => answer(
            "401 Unauthorized",
            "WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"\r\n",
            "no",
        ),
        false => answer("200 OK", "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n", "fine"),
    });
    let folder = TempDir::new().expect("a folder");
    let record = folder.path().join("seen.har");
    let mirror = Mirror::start(&["--forward", &api, "--format", "json", "--record", record.to_str().expect("a path")]);
    let refused = mirror.get("/v1//a/../b?c=%2F", &format!("Authorization: Bearer {EXPIRED}\r\nX_Odd: 1\r\nTE: trailers\r\n"));
    assert!(refused.starts_with("HTTP/1.1 401 Unauthorized\r\n") && refused.ends_with("no"), "{refused}");
    let sent = "POST /x HTTP/1.1\r\nHost: api.example\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde";
    let accepted = mirror.ask(sent);
    assert_eq!(accepted.matches("Set-Cookie: ").count(), 2, "{accepted}");
    let rows = mirror.rows();
    assert_eq!((rows[0]["status"].as_u64(), id(&rows[0])), (Some(401), "token-expired"));
    assert_eq!((rows[1]["status"].as_u64(), rows[1]["received"]["body"].as_str(), id(&rows[1])), (Some(200), Some("abcde"), ""));
    let heard = heard.lock().unwrap();
    assert!(heard[0].starts_with("GET /v1//a/../b?c=%2F HTTP/1.1\r\n"), "{}", heard[0]);
    assert!(heard[0].contains("Host: api.example\r\n") && heard[0].contains("X_Odd: 1\r\n") && !heard[0].contains("TE: "), "{}", heard[0]);
    assert!(heard[1].ends_with("\r\n\r\nabcde"), "{}", heard[1]);
    let recorded = fs::read_to_string(&record).expect("a recording");
    assert!(!recorded.contains(EXPIRED));
    let mut check = crate::program();
    let checked = check.args(["check", "--format", "json"]).arg(&record).output().expect("it runs");
    let json: Value = serde_json::from_slice(&checked.stdout).expect("JSON");
    assert_eq!(json["exchanges"].as_array().map(Vec::len), Some(2), "{json}");
    assert_eq!(json["exchanges"][0]["status"].as_u64(), Some(401));
}

#[test]
fn an_answer_goes_on_piece_by_piece() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n";
    let upstream = Server::play(vec![vec![Step::Hear, say(head), Step::Wait(Duration::from_secs(2)), say("5\r\nlast\n\r\n0\r\n\r\n")]]);
    let mirror = Mirror::start(&["--forward", &upstream.url("")]);
    let begin = Instant::now();
    let mut stream = BufReader::new(mirror.connect("GET /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    let mut seen = String::new();
    while !seen.contains("first") {
        assert!(stream.read_line(&mut seen).expect("a line") > 0, "{seen}");
    }
    assert!(begin.elapsed() < Duration::from_millis(1_500), "the first piece waited for the last: {:?}", begin.elapsed());
    stream.read_to_string(&mut seen).expect("the rest");
    assert!(seen.contains("last"), "{seen}");
}

#[test]
fn a_connection_that_changes_its_protocol_is_carried_both_ways() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let upstream = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut head = [0; 4096];
        let count = stream.read(&mut head).expect("a request");
        let head = String::from_utf8_lossy(&head[..count]).to_ascii_lowercase();
        assert!(head.contains("upgrade: websocket") && head.contains("connection: upgrade"), "{head}");
        stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello").expect("written");
        let mut word = [0; 3];
        stream.read_exact(&mut word).expect("a word");
        stream.write_all(&[b"got ".as_slice(), &word].concat()).expect("written");
    });
    let mirror = Mirror::start(&["--forward", &upstream]);
    let mut stream = mirror.connect("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    let mut seen = Vec::new();
    let mut until = |stream: &mut TcpStream, end: &str| {
        let mut piece = [0; 512];
        while !String::from_utf8_lossy(&seen).ends_with(end) {
            let count = stream.read(&mut piece).expect("bytes");
            assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&piece[..count]);
        }
    };
    until(&mut stream, "hello");
    stream.write_all(b"abc").expect("written");
    until(&mut stream, "got abc");
    assert!(String::from_utf8_lossy(&seen).starts_with("HTTP/1.1 101 "));
}

#[test]
fn http_2_without_tls_is_read_too() {
    let (api, heard) = answering(|_| answer("403 Forbidden", "", ""));
    let mirror = Mirror::start(&["--forward", &api, "--format", "json"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let url = format!("http://127.0.0.1:{}/two", mirror.port);
    let status = runtime.block_on(async {
        let client = reqwest::Client::builder().http2_prior_knowledge().no_proxy().build().expect("a client");
        let answer = client.get(url).header("x-a", "1").send().await.expect("an answer");
        assert_eq!(answer.version(), reqwest::Version::HTTP_2);
        answer.status().as_u16()
    });
    assert_eq!(status, 403);
    let heard = heard.lock().unwrap()[0].to_ascii_lowercase();
    assert!(heard.starts_with("get /two http/1.1\r\n") && heard.contains(&format!("host: 127.0.0.1:{}", mirror.port)), "{heard}");
    assert_eq!(mirror.rows()[0]["status"].as_u64(), Some(403));
}

#[test]
fn an_application_that_is_not_there_is_told_as_such() {
    let mirror = Mirror::start(&["--forward", "http://127.0.0.1:1", "--format", "json"]);
    let answer = mirror.get("/", "");
    assert!(answer.starts_with("HTTP/1.1 502 ") && body(&answer).contains("the application cannot be reached"), "{answer}");
    let rows = mirror.rows();
    assert_eq!((rows[0]["status"].as_u64(), id(&rows[0])), (Some(502), ""));
    assert!(rows[0]["fault"].as_str().is_some_and(|fault| fault.contains("refused")), "{}", rows[0]);
}

#[test]
fn a_client_can_be_tried_against_a_protected_resource() {
    let folder = TempDir::new().expect("a folder");
    let pair = folder.path().join("pair");
    fs::write(&pair, "ann:tulip\n").expect("a file");
    let mirror = Mirror::start(&["--require", "basic", "--credential", &format!("@{}", pair.display()), "--format", "json"]);
    let challenge = "www-authenticate: Basic realm=\"authtui mirror\", charset=\"UTF-8\"";
    assert!(mirror.get("/", "").contains(challenge));
    assert!(mirror.get("/", "Authorization: Basic YW5uOnJvc2U=\r\n").starts_with("HTTP/1.1 401 "));
    assert!(mirror.get("/", "Authorization: Basic YW5uOnR1bGlw\r\n").starts_with("HTTP/1.1 200 "));
    let rows = mirror.rows();
    assert_eq!(rows.iter().map(id).collect::<Vec<_>>(), ["authorization-missing", "basic-rejected", ""]);
    let mirror = Mirror::start(&["--require", "bearer", "--expect-audience", "orders"]);
    let told = mirror.get("/", &format!("Authorization: Bearer {EXPIRED}\r\n"));
    assert!(told.contains("error=\"invalid_token\", error_description=\"the token expired"), "{told}");
}

#[test]
fn recorded_answers_are_given_again() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("answers.http");
    fs::write(&file, "GET /a HTTP/1.1\nHost: x\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n\ngone").expect("a file");
    let mirror = Mirror::start(&["--answer", file.to_str().expect("a path"), "--format", "json"]);
    let answer = mirror.get("/a", "");
    assert!(answer.contains("www-authenticate: Basic realm=\"x\"\r\n") && answer.ends_with("gone"), "{answer}");
    assert_eq!(mirror.rows().iter().map(id).collect::<Vec<_>>(), ["authorization-missing"]);
}

#[test]
fn broken_slow_and_greedy_peers_do_not_stop_it() {
    let mirror = Mirror::start(&["--format", "json"]);
    let _silent = mirror.connect("");
    let _slow = mirror.connect("GET / HT");
    let _preface = mirror.connect("PRI");
    let half = mirror.connect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    half.shutdown(Shutdown::Both).expect("closed");
    assert!(mirror.ask("\0\0 nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert!(mirror.ask(&format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(1 << 20))).starts_with("HTTP/1.1 431 "));
    assert!(mirror.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 413 "));
    let fields: String = (0..90).map(|n| format!("x-{n}: \u{1b}[2J\u{202e}é\r\n")).collect();
    assert!(mirror.get("/", &fields.replace('\u{1b}', "")).starts_with("HTTP/1.1 200 "));
    let chunks = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    assert!(mirror.ask(chunks).contains("\"body\": \"abcde\""));
    // Two on one connection.
    let twice = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(mirror.ask(twice).matches("HTTP/1.1 200 OK").count(), 2);
    let begin = Instant::now();
    let output = mirror.end();
    assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!printed.contains('\u{202e}') && printed.contains("\"status\":413"), "{printed}");
}

#[test]
fn saved_requests_are_sent_through_the_proxy_and_what_does_not_arrive_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    // A proxy that takes the header away, and answers one path itself.
    let (proxy, _) = answering(move |request| {
        if request.starts_with("GET /own ") {
            return answer("401 Unauthorized", "", "");
        }
        let stripped: String =
            request.split_inclusive("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("authorization:")).collect();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the mirror listens");
        stream.write_all(stripped.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes()).expect("written");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8(answer).expect("text")
    });
    let folder = TempDir::new().expect("a folder");
    let requests = format!(
        "### one\nGET {proxy}/one\nAuthorization: Bearer abcdefgh12345678\n\n### own\nGET {proxy}/own\nAuthorization: Bearer abcdefgh12345678\n\n### remove\nDELETE {proxy}/one\n"
    );
    fs::write(folder.path().join("a.http"), requests).expect("a file");
    let mut program = crate::program();
    program.args(["mirror", "--listen", &port.to_string(), "--sent", "a.http", "--send", "--format", "json"]).current_dir(folder.path());
    let output = program.stdin(Stdio::null()).output().expect("the program runs");
    let (printed, told) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(printed.lines().count(), 1, "{printed}{told}");
    let row: Value = serde_json::from_str(printed.trim()).expect("JSON");
    assert_eq!((row["sent"].as_str(), id(&row)), (Some("one"), "header-stripped-by-proxy"));
    assert!(told.contains("“own” was answered 401 and did not arrive here"), "{told}");
    assert!(told.contains("“remove” was left out: DELETE may change something"), "{told}");
    assert_eq!(output.status.code(), Some(2), "one did not arrive");
}

#[test]
fn each_request_is_compared_with_itself_as_it_was_sent() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let folder = TempDir::new().expect("a folder");
    // The same path twice, and a value that is drawn on sending.
    let to = format!("http://127.0.0.1:{port}/v1/users");
    let requests = format!(
        "### bad\nGET {to}\nAuthorization: Bearer abcdefgh12345678\n\n### good\nGET {to}\nAuthorization: Bearer zyxwvuts87654321\nX-Id: {{{{$uuid}}}}\n\n### new\nPOST {to}\n"
    );
    fs::write(folder.path().join("a.http"), requests).expect("a file");
    let mut program = crate::program();
    program.args(["mirror", "--listen", &port.to_string(), "--sent", "a.http", "--send", "--format", "json"]).current_dir(folder.path());
    let output = program.stdin(Stdio::null()).output().expect("the program runs");
    let (printed, told) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    let rows: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let names: Vec<_> =
        rows.iter().map(|row| (row["sent"].as_str().unwrap_or_default(), id(row), row["changes"].as_array().map(Vec::len))).collect();
    assert_eq!(names, [("bad", "", Some(0)), ("good", "", Some(0))], "{printed}{told}");
    assert!(told.contains("“new” was left out: POST may change something"), "{told}");
    assert_eq!(output.status.code(), Some(0), "{told}");
}

#[test]
fn what_has_begun_ends_and_what_is_cut_is_told() {
    let slow = [Step::Hear, Step::Wait(Duration::from_millis(1_200)), say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")];
    let upstream = Server::play(vec![slow.to_vec(), vec![Step::Hear, Step::Hold]]);
    let mirror = Mirror::start(&["--forward", &upstream.url(""), "--format", "json"]);
    let mut waiting = mirror.connect("GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    thread::sleep(Duration::from_millis(200));
    // A client that gives up before it is answered.
    drop(mirror.connect("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n"));
    thread::sleep(Duration::from_millis(200));
    let rows = mirror.rows();
    let mut answer = String::new();
    waiting.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("ok"), "{answer}");
    let told = |path: &str| rows.iter().find(|row| row["received"]["url"] == format!("http://a{path}")).expect(path);
    assert_eq!((told("/slow")["status"].as_u64(), told("/slow")["fault"].as_str()), (Some(200), None));
    assert_eq!(told("/gone")["status"].as_u64(), Some(499));
    assert!(told("/gone")["fault"].as_str().is_some_and(|fault| fault.contains("before it was answered")), "{rows:?}");
}

#[test]
fn the_oldest_and_the_largest_requests_pass() {
    let (api, heard) = answering(|_| answer("200 OK", "", "fine"));
    let mirror = Mirror::start(&["--forward", &api]);
    // What load balancers ask for their health checks.
    assert!(mirror.ask("OPTIONS / HTTP/1.0\r\n\r\n").contains(" 200 OK"));
    assert!(heard.lock().unwrap()[0].to_ascii_lowercase().contains(&format!("host: {}", api.trim_start_matches("http://"))));
    let fields: String = (0..400).map(|number| format!("X-{number}: 1\r\n")).collect();
    assert!(mirror.get("/many", &fields).contains(" 200 OK"));
}

#[test]
fn a_cookie_of_a_balancer_hides_no_other_cause() {
    let refusal = "WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The access token expired\"\r\n";
    let (api, _) = answering(move |_| answer("401 Unauthorized", refusal, ""));
    let folder = TempDir::new().expect("a folder");
    let saved = format!("GET http://api.example/v1\nAuthorization: Bearer {EXPIRED}\nCookie: a=1; b=2\n");
    let file = folder.path().join("a.http");
    fs::write(&file, saved).expect("a file");
    let mirror = Mirror::start(&["--forward", &api, "--sent", file.to_str().expect("a path"), "--format", "json"]);
    mirror.get("/v1", &format!("Authorization: bearer  {EXPIRED}\r\nCookie: b=2; a=1; AWSALB=1\r\n"));
    let row = &mirror.rows()[0];
    assert_eq!(id(row), "token-expired", "{row}");
    let cookie = row["changes"].as_array().expect("a list").iter().find(|change| change["header"] == "Cookie").expect("a change");
    assert_eq!(cookie["kind"], "added");
}

#[test]
fn each_line_is_as_the_schema_and_the_page_say() {
    let schema = crate::program().args(["mirror", "--schema"]).output().expect("it runs").stdout;
    let schema = jsonschema::validator_for(&serde_json::from_slice(&schema).expect("JSON")).expect("a schema");
    let mirror = Mirror::start(&["--sent", "api.http", "--format", "json"]);
    mirror.get("/v1/users?page=2", "X-Trace: 2\r\nX-Real-IP: 1.2.3.4\r\n");
    mirror.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n");
    let page = include_str!("../../assets/docs/mirror.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let example: Value = serde_json::from_str(example).expect("JSON");
    for row in mirror.rows().iter().chain([&example]) {
        let faults: Vec<String> = schema.iter_errors(row).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{row}: {faults:?}");
        let members = ["changes", "received"].into_iter().flat_map(|name| match &row[name] {
            Value::Array(rows) => rows.first().and_then(Value::as_object),
            value => value.as_object(),
        });
        for member in members.chain(row.as_object()).flat_map(|object| object.keys()).filter(|name| *name != "version") {
            assert!(page.contains(&format!("`{member}`")), "{member} is not described");
        }
    }
}

#[test]
fn what_cannot_be_done_is_said_before_it_listens() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("api.http"), REQUESTS).expect("a file");
    fs::write(folder.path().join("there.har"), "").expect("a file");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("an address").to_string();
    for (arguments, told) in [
        (&["--listen", "nowhere"][..], "--listen \"nowhere\" is neither a port nor an address"),
        (&["--listen", &taken], "cannot listen at"),
        (&["--listen", "0", "--forward", "ftp://a"], "only http and https"),
        (&["--listen", "0", "--forward", "a/b"], "is not an address such as"),
        (&["--listen", "18401", "--forward", "http://127.0.0.1:18401"], "--forward leads to the mirror itself"),
        (&["--listen", "0", "--sent", "api.http#none"], "no request is named \"none\""),
        (&["--listen", "0", "--sent", "gone.http"], "gone.http"),
        (&["--listen", "0", "--send"], "--send needs --sent"),
        (&["--listen", "0", "--require", "digest"], "known are basic, bearer, and api-key=HEADER"),
        (&["--listen", "0", "--require", "bearer", "--credential", "-"], "--credential is for basic and api-key"),
        (&["--listen", "0", "--answer", "api.http"], "there is no recorded response in it"),
        (&["--listen", "0", "--record", "there.har"], "there.har: is there already, and is not replaced"),
        (&["--listen", "0", "--record", "there.txt"], "ends in .har or .http"),
    ] {
        let mut program = crate::program();
        let output = program.arg("mirror").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
}
