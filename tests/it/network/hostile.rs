//! Servers that are slow, broken or hostile: every one ends in a named error or a cut body, with what had come kept.

use std::pin::pin;
use std::time::{Duration, Instant};

use authtui::io::http::{HttpClient, Phase, Progress, SendErrorKind, SendOptions};
use futures_util::future::{Either, select};
use tokio::sync::mpsc;

use super::server::{Server, Step, say};
use super::{get, patient, send, send_telling};

const HEAD: &str = "HTTP/1.1 200 OK\r\nX-Kept: yes\r\n";

fn hasty() -> SendOptions {
    let mut options = patient();
    options.timeouts.first_byte = Duration::from_millis(150);
    options.timeouts.between = Duration::from_millis(150);
    options
}

#[test]
fn a_silent_server_times_out_while_waiting() {
    let server = Server::play(vec![vec![Step::Hear, Step::Hold]]);
    let error = send(&get(server.url("/"), &[]), &hasty()).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::TimedOut, Phase::Waiting));
    assert!(error.message.contains("waiting for the response"), "{}", error.message);
}

#[test]
fn provisional_answers_for_ever_time_out_while_waiting() {
    for status in ["100 Continue", "102 Processing", "103 Early Hints"] {
        for pause in [1, 50].map(Duration::from_millis) {
            let answer = format!("HTTP/1.1 {status}\r\n\r\n").into_bytes();
            let server = Server::play(vec![vec![Step::Hear, Step::Repeat(answer, pause)]]);
            let began = Instant::now();
            let error = send(&get(server.url("/"), &[]), &hasty()).unwrap_err();
            assert_eq!((error.kind, error.phase), (SendErrorKind::TimedOut, Phase::Waiting), "{status}");
            assert!(error.help.contains("provisional answers (1xx)"), "{status}: {}", error.help);
            assert!(began.elapsed() < Duration::from_secs(3), "{status}: {:?}", began.elapsed());
        }
    }
}

#[test]
fn a_body_that_stops_times_out_with_what_had_come() {
    let server = Server::play(vec![vec![Step::Hear, say(HEAD), say("Content-Length: 9\r\n\r\nhalf"), Step::Hold]]);
    let error = send(&get(server.url("/"), &[]), &hasty()).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::TimedOut, Phase::Body));
    let partial = error.partial.unwrap();
    assert_eq!((partial.body.as_str(), partial.headers.get("x-kept")), ("half", Some("yes")));
}

#[test]
fn a_body_that_trickles_meets_the_limit_of_the_whole() {
    let server = Server::play(vec![vec![Step::Hear, say(HEAD), say("\r\n"), Step::Repeat(b".".to_vec(), Duration::from_millis(20))]]);
    let mut options = patient();
    // Long enough for the head to arrive on a busy machine.
    options.timeouts.whole = Duration::from_secs(1);
    let error = send(&get(server.url("/"), &[]), &options).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::TimedOut, Phase::Body));
    assert!(error.message.contains("the whole exchange"), "{}", error.message);
    assert!(error.partial.unwrap().body.starts_with("...."));
}

#[test]
fn a_black_hole_before_tls_is_named() {
    let server = Server::play(vec![vec![Step::Hold]]);
    let mut options = patient();
    options.timeouts.tls = Duration::from_millis(150);
    let error = send(&get(server.url("/").replace("http", "https"), &[]), &options).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::TimedOut, Phase::Tls));
    assert!(error.message.contains("in the TLS handshake"), "{}", error.message);
}

#[test]
fn an_endless_body_stops_at_the_cap() {
    let server = Server::play(vec![vec![Step::Hear, say(HEAD), say("\r\n"), Step::Repeat(vec![b'x'; 65536], Duration::ZERO)]]);
    let mut options = patient();
    options.body_cap = 1 << 20;
    let (outcome, told) = send_telling(&HttpClient::new(), &get(server.url("/"), &[]), &options);
    let received = outcome.unwrap();
    assert_eq!((received.response.body.len(), received.response.headers.get("x-kept")), (1 << 20, Some("yes")));
    assert!(received.notices[0].contains("1 MiB"), "{:?}", received.notices);
    let head = told.iter().position(|p| matches!(p, Progress::Headers(_)));
    assert!(head.is_some_and(|at| told[at..].iter().any(|p| matches!(p, Progress::Body { .. }))), "the head is shown first");
}

fn packed(coding: &str, bytes: &[u8]) -> Vec<u8> {
    use async_compression::futures::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
    use futures_util::io::AsyncReadExt as _;
    let mut packed = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let done = runtime.block_on(async {
        match coding {
            "gzip" => GzipEncoder::new(bytes).read_to_end(&mut packed).await,
            "deflate" => ZlibEncoder::new(bytes).read_to_end(&mut packed).await,
            "br" => BrotliEncoder::new(bytes).read_to_end(&mut packed).await,
            _ => ZstdEncoder::new(bytes).read_to_end(&mut packed).await,
        }
    });
    done.unwrap();
    packed
}

/// 4 MiB of zeros, packed: gzip makes 4 KB of it, the others a few bytes.
fn bomb(coding: &str) -> Vec<u8> {
    packed(coding, &vec![0_u8; 4 << 20])
}

#[test]
fn each_packing_is_undone_and_two_inside_one_another_too() {
    for codings in [&["gzip"][..], &["deflate"], &["br"], &["zstd"], &["gzip", "br"]] {
        let body = codings.iter().fold(b"unpacked".to_vec(), |body, coding| packed(coding, &body));
        let fields: String = codings.iter().map(|c| format!("Content-Encoding: {c}\r\n")).collect();
        let head = format!("{HEAD}{fields}Content-Length: {}\r\n\r\n", body.len());
        let server = Server::play(vec![vec![Step::Hear, say(&head), Step::Say(body)]]);
        let received = send(&get(server.url("/"), &[]), &patient()).unwrap();
        assert_eq!(received.response.body, "unpacked", "{codings:?}");
    }
}

#[test]
fn a_packing_in_several_parts_is_undone_to_its_end() {
    // A frame that zstd skips (RFC 8878 section 3.1.2), with four bytes in it.
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0], &b"skip"[..]].concat();
    let both = |coding: &str| (packed(coding, b"one "), packed(coding, b"two"));
    let ((gzip_one, gzip_two), (one, two)) = (both("gzip"), both("zstd"));
    let table = [
        ("gzip", [gzip_one, gzip_two].concat()),
        ("zstd", [&one[..], &two].concat()),
        ("zstd", [&skippable[..], &one, &two].concat()),
        ("zstd", [&one[..], &skippable, &skippable, &two, &skippable].concat()),
    ];
    for (coding, body) in table {
        let head = format!("{HEAD}Content-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", body.len());
        let server = Server::play(vec![vec![Step::Hear, say(&head), Step::Say(body)]]);
        let received = send(&get(server.url("/"), &[]), &patient()).unwrap();
        assert_eq!(received.response.body, "one two", "{coding}");
    }
}

#[test]
fn an_answer_without_body_is_whole_whatever_packing_it_names() {
    for (method, rest) in [("HEAD", "Content-Length: 99\r\n\r\n"), ("GET", "Content-Length: 0\r\n\r\n")] {
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let server = Server::answer(&format!("{HEAD}Content-Encoding: {coding}\r\n{rest}"));
            let mut request = get(server.url("/"), &[]);
            request.method = method.into();
            let received = send(&request, &patient()).unwrap();
            assert_eq!((received.response.body.as_str(), received.notices.len()), ("", 0), "{method} {coding}");
        }
    }
}

#[test]
fn a_bomb_is_counted_unpacked() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let bomb = bomb(coding);
        let head = format!("{HEAD}Content-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", bomb.len());
        let server = Server::play(vec![vec![Step::Hear, say(&head), Step::Say(bomb)]]);
        let mut options = patient();
        options.body_cap = 1 << 20;
        let received = send(&get(server.url("/"), &[]), &options).unwrap();
        assert_eq!(received.response.body.len(), 1 << 20, "{coding}");
        assert_eq!(received.response.headers.get("content-encoding"), Some(coding), "the header is shown as it came");
    }
}

#[test]
fn a_packed_body_that_breaks_off_is_an_early_end() {
    let bomb = bomb("gzip");
    let half = bomb[..bomb.len() / 2].to_vec();
    let head = format!("{HEAD}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", half.len());
    let server = Server::play(vec![vec![Step::Hear, say(&head), Step::Say(half)]]);
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::EarlyEnd, Phase::Body));
    assert!(!error.partial.unwrap().body.is_empty());
}

#[test]
fn a_lie_about_the_packing_is_named() {
    let server = Server::answer(&format!("{HEAD}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"));
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert!(error.message.contains("cannot be decompressed"), "{error:?}");
    let server = Server::answer(&format!("{HEAD}Content-Encoding: sdch\r\nContent-Length: 5\r\n\r\nplain"));
    let received = send(&get(server.url("/"), &[]), &patient()).unwrap();
    assert_eq!(received.response.body, "plain");
    assert!(received.notices[0].contains("`sdch`"), "{:?}", received.notices);
}

#[test]
fn an_early_end_keeps_what_came() {
    let server = Server::answer(&format!("{HEAD}Content-Length: 99\r\n\r\nhalf"));
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::EarlyEnd, Phase::Body));
    let partial = error.partial.unwrap();
    assert_eq!((partial.status, partial.body.as_str(), partial.headers.get("x-kept")), (200, "half", Some("yes")));
}

#[test]
fn a_bad_chunk_is_named_and_the_good_ones_kept() {
    let server = Server::answer(&format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\ngood\r\nzz\r\nbad\r\n"));
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::Protocol, Phase::Body));
    assert_eq!(error.partial.unwrap().body, "good");
}

#[test]
fn what_is_not_http_is_said_to_be_none() {
    let many: String = (0..10_000).map(|i| format!("X-{i}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(1 << 20));
    let table = [
        ("<html>HTTP/0.9 page</html>\r\n\r\n".to_string(), "not HTTP"),
        ("SSH-2.0-OpenSSH_9.2\r\n".to_string(), "not HTTP"),
        ("HTTP/1.1 2000 Many\r\n\r\n".to_string(), "not HTTP"),
        ("HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n".to_string(), "not HTTP"),
        ("HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\n\r\n".to_string(), "not HTTP"),
        ("HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\n\r\n".to_string(), "not HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_string(), "not HTTP"),
        (format!("HTTP/1.1 200 OK\r\n{many}\r\n"), "too large"),
        (format!("HTTP/1.1 200 OK\r\n{long}\r\n"), "too large"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n".into(), "Content-Length"),
    ];
    for (bytes, words) in table {
        let server = Server::answer(&bytes);
        let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
        assert_eq!((&error.kind, error.phase), (&SendErrorKind::Protocol, Phase::Waiting), "{}", &bytes[..bytes.len().min(60)]);
        assert!(error.message.contains(words), "{}", error.message);
    }
}

#[test]
fn an_answer_before_the_request_is_said_to_be_one() {
    let server = Server::play(vec![vec![say("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"), Step::Hold]]);
    let mut request = get(server.url("/"), &[]);
    request.body = "x".repeat(8 << 20).into();
    // Whether the answer is read before the request goes out is a matter of luck.
    match send(&request, &patient()) {
        Ok(received) => assert_eq!(received.response.status, 413),
        Err(error) => assert!(error.kind == SendErrorKind::Protocol && error.message.contains("before the request"), "{error:?}"),
    }
}

#[test]
fn a_body_with_two_lengths_is_read_by_its_chunks_and_said_to_be_ambiguous() {
    let server = Server::answer(&format!("{HEAD}Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"));
    let received = send(&get(server.url("/"), &[]), &patient()).unwrap();
    assert_eq!(received.response.body, "ok");
    assert!(received.notices[0].contains("both Content-Length and Transfer-Encoding"), "{:?}", received.notices);
}

#[test]
fn a_server_that_hangs_up_is_told_from_one_that_is_not_there() {
    let server = Server::play(vec![vec![Step::Hear]]);
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Closed, "{error:?}");
}

/// A send may be spawned on a runtime of several threads.
fn may_run_anywhere(_: &impl Send) {}

#[test]
fn dropping_the_send_closes_the_connection_at_once() {
    let server = Server::play(vec![vec![Step::Hear, Step::Hold]]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, _receiver) = mpsc::channel(64);
    let client = HttpClient::new();
    let (request, options) = (get(server.url("/"), &[]), patient());
    let dropped = runtime.block_on(async {
        let sending = client.send(&request, &options, &sender);
        may_run_anywhere(&sending);
        let is_heard = async {
            while server.heard().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        // The server has the request and is silent: that is when it is dropped.
        assert!(matches!(select(pin!(sending), pin!(is_heard)).await, Either::Right(_)), "it ended by itself");
        let dropped = Instant::now();
        while server.ended() == 0 && dropped.elapsed() < Duration::from_secs(2) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        dropped.elapsed()
    });
    assert!(dropped < Duration::from_millis(100), "the server saw it after {dropped:?}");
}
