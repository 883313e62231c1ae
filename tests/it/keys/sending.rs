//! Sending to a server on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use authtui::io::load;

use authtui::app::effect::Effect;
use authtui::app::key::Key;
use authtui::app::workspace::sending::Failure;
use authtui::app::{Message, update};

use crate::keys::harness::{Program, document};
use crate::network::server::{Server, Step, say};

/// A server that answers each connection with the next of some texts, after a while.
fn server(answers: Vec<&str>, delay: Duration) -> String {
    Server::play(answers.into_iter().map(|answer| vec![Step::Hear, Step::Wait(delay), say(answer)]).collect()).url("")
}

pub(super) const REFUSED: &str =
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"x\"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";

#[test]
fn the_answer_joins_the_checklist() {
    let address = server(vec![REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").waits_for("401 Unauthorized").shows("www-authenticate").shows("connect ").shows("wait ");
    assert_eq!(program.cause(), Some("authorization-missing"));
}

#[test]
fn hops_are_shown() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![redirect, REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\nAuthorization: Bearer abc\n"));
    program.keys("^R").waits_for("401 Unauthorized").shows("1 hop").shows("→ 302");
}

#[test]
fn what_a_redirect_to_another_origin_withholds_is_shown_and_judged() {
    for (headers, withheld, cause) in [
        ("Authorization: Bearer abc\nX-Acme: ios\nAccept: text/plain\n", "Authorization, X-Acme", "header-dropped-on-redirect"),
        ("X-Acme: ios\n", "X-Acme", "authorization-missing"),
    ] {
        let other = server(vec![REFUSED], Duration::ZERO);
        let redirect = format!("HTTP/1.1 302 Found\r\nLocation: {other}/me\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let address = server(vec![&redirect], Duration::ZERO);
        let mut program = Program::with(&format!("### a\nGET {address}/me\n{headers}"));
        program.keys("^R").waits_for("401 Unauthorized").shows(&format!("withheld from the next: {withheld}"));
        assert_eq!(program.cause(), Some(cause));
    }
}

#[test]
fn a_redirect_that_would_send_a_body_to_another_origin_is_shown_and_not_followed() {
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://other.example/me\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![redirect], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nPOST {address}/me\n\npage=2\n"));
    program.keys("^R").waits_for("was not followed").shows("other.example");
}

#[test]
fn the_title_says_who_answered() {
    let denied =
        "HTTP/1.1 403 Forbidden\r\nX-Cache: FunctionGeneratedResponse from cloudfront\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![denied, REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").waits_for("403 Forbidden").shows("· from CloudFront");
    program.keys("^R").waits_for("401 Unauthorized").hides("from CloudFront");
}

#[test]
fn esc_stops_a_sending_and_a_late_answer_is_dropped() {
    let address = server(vec![REFUSED], Duration::from_millis(300));
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").shows("press Esc to stop").keys("Esc").shows("Stopped");
    thread::sleep(Duration::from_millis(400));
    program.keys("↓").hides("401 Unauthorized").shows("Stopped");
}

/// A server that sends something, and then something else as often as it is taken.
fn flood(first: &[u8], again: &[u8]) -> String {
    Server::play(vec![vec![Step::Hear, Step::Say(first.to_vec()), Step::Repeat(again.repeat(10_000), Duration::ZERO)]]).url("")
}

#[test]
fn a_server_that_never_ends_holds_up_no_key() {
    let packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
    let zstd = b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n";
    let floods: [(&[u8], &[u8]); 5] = [
        (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        (b"HTTP/1.1 103 Early Hints\r\n", b"Link: <a>\r\n\r\nHTTP/1.1 103 Early Hints\r\n"),
        // A member of gzip in which nothing is.
        (packed, b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"),
        // A frame of zstd that is skipped, and one in which nothing is.
        (zstd, b"\x50\x2a\x4d\x18\0\0\0\0"),
        (zstd, b"\x28\xb5\x2f\xfd\x20\0\x01\0\0"),
    ];
    for (first, again) in floods {
        let address = flood(first, again);
        let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
        program.keys("^R").waits_for("press Esc to stop");
        for _ in 0..10 {
            let begin = Instant::now();
            // What wakes the loop, be it a key or a clock, came seconds late in the thread that reads the flood.
            program.rests(Duration::from_millis(50)).keys("↓");
            assert!(begin.elapsed() < Duration::from_millis(500), "{:?}", begin.elapsed());
        }
        let begin = Instant::now();
        program.keys("Esc").shows("Stopped");
        assert!(begin.elapsed() < Duration::from_millis(500), "{:?}", begin.elapsed());
    }
}

#[test]
fn a_server_that_never_ends_holds_up_no_other_request() {
    for stop in ["", "Esc"] {
        let (endless, other) = (flood(b"", b"HTTP/1.1 102 Processing\r\n\r\n"), server(vec![REFUSED], Duration::ZERO));
        let mut program = Program::with(&format!("### a\nGET {endless}/me\n\n### b\nGET {other}/me\n"));
        program.keys("^R").waits_for("press Esc to stop").rests(Duration::from_millis(300)).keys(stop).keys("1 j Enter");
        let begin = Instant::now();
        program.keys("^R").waits_for("401 Unauthorized");
        assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    }
}

#[test]
fn an_answer_to_the_request_before_an_edit_says_so() {
    let address = server(vec![REFUSED], Duration::from_millis(100));
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R i End").types("x").waits_for("before your edit");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let mut program = Program::with("### a\nGET http://127.0.0.1:1/\n");
    program.keys("^R").waits_for("✗").waits_for("127.0.0.1");
}

#[test]
fn an_answer_above_which_a_send_failed_is_said_to_be_the_one_before() {
    for (width, height) in [(160, 48), (100, 30), (60, 16)] {
        // The port is closed after the one answer.
        let address = server(vec![REFUSED], Duration::ZERO);
        let mut program = Program::sized(vec![document(&format!("### a\nGET {address}/me\n"))], width, height);
        program.keys("^R").waits_for("401 ").hides("the answer before").keys("^R").waits_for("✗ ").waits_for("by the answer before");
        program.keys("3").shows("401 Unauthorized · the answer before").shows("✗ ");
    }
    // What had come of a send that failed or was stopped is its own.
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nthe first words";
    let address = server(vec![cut], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").waits_for("✗ ").hides("the answer before");
}

#[test]
fn a_file_can_say_that_redirects_are_not_followed() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![redirect, REFUSED], Duration::ZERO);
    let mut program = Program::with(&format!("### a\n# @no-redirect\nGET {address}/me\n"));
    program.keys("^R").waits_for("302 Found").hides("hop");
}

#[test]
fn a_pasted_command_is_sent_as_curl_would() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![redirect, redirect, REFUSED], Duration::ZERO);
    let mut program = Program::empty();
    program.pastes(&format!("curl {address}/me")).shows("redirects not followed");
    program.keys("^R").waits_for("302 Found").hides("hop");
    program.keys("L").hides("redirects not followed").keys("^R").waits_for("1 hop");
}

#[test]
fn what_curl_does_with_a_redirect_is_kept_and_its_trust_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.http");
    std::fs::write(&path, "### a\nGET https://h/\n").expect("a file");
    let mut program = Program::open(load::input(&path.display().to_string()).expect("requests").requests());
    program.pastes("curl -k https://h/me").shows("certificate not checked").shows("redirects not followed").keys("^S").waits_for("saved");
    let text = std::fs::read_to_string(&path).expect("a file");
    assert!(text.contains("# @no-redirect\nGET https://h/me"), "{text}");
    assert!(!text.contains("insecure") && !text.contains("certificate"), "{text}");
}

#[test]
fn a_refused_certificate_can_be_let_pass_for_one_sending() {
    let address = tls_server(3);
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program
        .keys("!")
        .shows("No certificate was refused")
        .keys("^R")
        .waits_for("self-signed")
        .shows("[!] send anyway, once")
        .shows("! send anyway");
    program.keys("!").waits_for("401 Unauthorized").shows("certificate not checked").hides("[!]");
    program.keys("^R").waits_for("self-signed");
}

#[test]
fn the_proxy_and_the_limit_of_a_pasted_command_are_taken_and_can_be_left_out() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let proxy = server(vec![REFUSED, redirect, redirect, REFUSED], Duration::ZERO);
    let mut program = Program::empty();
    program.pastes(&format!("curl -k -x {proxy} http://nowhere.invalid/me")).shows(&format!("via {proxy}"));
    program.keys("^R").waits_for("401 Unauthorized").shows("Sent through the proxy");
    program.keys("C").hides("via http").hides("certificate not checked").keys("C").shows("no curl options");
    program.keys("^R").waits_for("nowhere.invalid");
    let mut program = Program::empty();
    program.pastes(&format!("curl -L --max-redirs 1 {proxy}/me")).shows("at most 1 redirect").keys("^R").waits_for("1 redirect");
    program.pastes(&format!("curl -x http://ann:sec@h:1 {proxy}/me")).shows("via http://ann:•••@h:1");
}

#[test]
fn credentials_go_to_a_host_that_looks_like_another_only_after_a_yes() {
    let mut program = Program::with(
        "### known\nGET https://api.example.com/\n\n### alike\nGET https://api.еxample.invalid/\nAuthorization: Bearer abc\n",
    );
    program
        .keys("} ^R")
        .shows("Credentials would go to api.xn--xample-2of.invalid")
        .shows("It reads api.еxample.invalid")
        .shows("It mixes letters");
    assert!(program.app.model.running().is_none());
    // Neither a line break nor a paste is a yes.
    program.keys("Enter Esc").hides("Credentials would go").shows("offline");
    program.keys("^R s").hides("Credentials would go").hides("offline").shows("press Esc to stop").keys("Esc").shows("Stopped");
    // The yes held for that sending alone.
    program.keys("^R").shows("Credentials would go");
}

#[test]
fn a_host_that_looks_like_one_of_the_workspace_is_said_to() {
    let mut program =
        Program::with("### known\nGET https://paypal.com/\n\n### alike\nGET https://pаypal.com/\nAuthorization: Bearer abc\n");
    program.keys("} ^R").shows("xn--pypal-4ve.com").shows("It looks like paypal.com").keys("q").shows("offline");
}

#[test]
fn without_a_credential_no_host_is_in_question() {
    let mut program = Program::with("### a\nGET https://pаypal.invalid/\nAccept: */*\n");
    program.keys("^R").hides("Credentials would go").hides("offline");
}

#[test]
fn the_clocks_are_compared_when_an_answer_comes() {
    let date = "HTTP/1.1 401 Unauthorized\r\nDate: Mon, 23 Nov 2020 07:22:41 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = server(vec![date], Duration::ZERO);
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.shows("offline · local clock").keys("^R").waits_for("server's clock -").hides("offline");
}

/// A server with a certificate that it signed itself; refuses every request of so many connections.
fn tls_server(connections: usize) -> String {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a configuration");
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for _ in 0..connections {
            let Ok((stream, _)) = listener.accept() else { return };
            let Ok(connection) = rustls::ServerConnection::new(std::sync::Arc::clone(&config)) else { return };
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let mut buffer = [0; 4096];
            if stream.read(&mut buffer).is_ok() {
                let _ = stream.write_all(REFUSED.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    format!("https://{address}")
}

/// A certificate is let pass for the host that was shown: for each other one it is asked again, and the next sending asks anew.
#[test]
fn send_anyway_names_the_hosts_that_it_is_for() {
    let mut program = Program::with("### a\nGET https://a.example/\n");
    let model = &mut program.app.model;
    let mut press = |key: &str| {
        let effects = update(model, Message::Key(Key::parse(key).expect("a key")));
        let sent =
            effects.into_iter().find_map(|effect| if let Effect::Send(id, _, transfer) = effect { Some((id, transfer)) } else { None });
        let (id, transfer) = sent?;
        let next = if transfer.let_pass.is_empty() { "a.example" } else { "b.example" };
        update(model, Message::SendFailed(id, "refused".into(), Failure::Certificate(next.into()), None));
        Some(transfer.let_pass.into_vec())
    };
    assert_eq!(press("^R"), Some(vec![]));
    assert_eq!(press("!"), Some(vec!["a.example".to_string()]));
    assert_eq!(press("!"), Some(vec!["a.example".to_string(), "b.example".to_string()]));
    assert_eq!(press("^R"), Some(vec![]));
    program.keys("5").shows("The sending failed; press ^R to try again").hides("Nothing wrong");
}

#[test]
fn a_failure_is_told_to_its_end_on_a_narrow_screen() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let mut program = Program::sized(vec![document(&format!("### a\nGET http://{closed}/\n"))], 60, 16);
    program.keys("^R").waits_for("The sending failed").shows("(is the service running").shows("port right?)");
}

#[test]
fn the_time_that_goes_out_is_the_time_of_sending() {
    let address = server(vec![REFUSED, REFUSED], Duration::ZERO);
    let text = format!("### a\nGET {address}/me\nX-Time: {{{{$timestamp}}}}\nX-Date: {{{{$isoTimestamp}}}}\nX-Id: {{{{$guid}}}}\n");
    let mut program = Program::with(&text);
    let sent = |program: &Program| {
        let headers = &program.app.model.files[0].entries[0].exchange.request.headers;
        ["X-Time", "X-Date", "X-Id"].map(|name| headers.get(name).unwrap_or_default().to_string())
    };
    program.keys("^R").waits_for("401 Unauthorized");
    let [time, date, id] = sent(&program);
    let now = program.app.model.now.as_second();
    assert!(time.parse::<i64>().is_ok_and(|time| (now - 60..=now).contains(&time)), "{time}, now {now}");
    assert!(!date.starts_with("1970") && id.len() == 36, "{date} {id}");
    assert_eq!(program.text(), text.trim_start_matches("### a\n"), "the text keeps its variables");
}

/// A server that sends a head, then part of a body, and then waits.
fn slow(head: &str, before: Duration, part: &str) -> String {
    Server::play(vec![vec![Step::Hear, Step::Wait(before), say(head), say(part), Step::Hold]]).url("")
}

/// What a send does is seen in every pane at every size, and so is its end.
#[test]
fn a_send_is_seen_at_every_size() {
    let seen = |(width, height), keys: &str| {
        let address = slow("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", Duration::from_millis(2500), "some");
        let mut program = Program::sized(vec![document(&format!("### a\nGET {address}/me\n"))], width, height);
        program.keys(keys).keys("^R").shows("Esc stop").waits_for("waiting for the response");
        thread::sleep(Duration::from_millis(1100));
        program.keys("↓").shows("waiting for the response, ").shows(" s").shows("Esc stop");
        program.waits_for("status 200, reading the body").keys("Esc").hides("Esc stop");
        if !keys.contains('z') || width < 100 {
            program.shows("Stopped");
        }
    };
    // Nearly all of it is waiting.
    thread::scope(|scope| {
        for size in [(160, 48), (100, 30), (80, 24), (60, 16)] {
            for keys in ["5", "2 z"] {
                scope.spawn(move || seen(size, keys));
            }
        }
    });
}

#[test]
fn the_status_is_on_top_where_panes_are_shown_one_at_a_time() {
    for (width, height) in [(80, 24), (60, 16)] {
        let address = server(vec![REFUSED], Duration::ZERO);
        let mut program = Program::sized(vec![document(&format!("### a\nGET {address}/me\n"))], width, height);
        program.keys("2 ^R").waits_for("401 · ");
        let top = program.screen().lines().take(3).collect::<String>();
        assert!(top.contains("401 · "), "{top}");
        program.keys("i End").types("x").keys("Esc");
        let top = program.screen().lines().take(3).collect::<String>();
        assert!(!top.contains("401 · "), "it was the answer to another request: {top}");
    }
}

#[test]
fn what_had_come_of_a_body_stays_when_a_send_is_stopped() {
    let head = "HTTP/1.1 200 OK\r\nX-Kept: yes\r\nContent-Length: 900\r\n\r\n";
    let address = slow(head, Duration::ZERO, "the first words of a long body");
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").waits_for("status 200, reading the body").keys("Esc").waits_for("the first words of a long body");
    program.shows("Stopped; this had come").shows("x-kept").shows("200 OK");
    // Before there is a head, nothing had come.
    let address = slow("", Duration::from_secs(30), "");
    let mut program = Program::with(&format!("### a\nGET {address}/me\n"));
    program.keys("^R").waits_for("waiting for the response").keys("Esc").shows("Stopped").hides("this had come");
}
