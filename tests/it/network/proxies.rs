//! A proxy that is set and cannot be used: nothing is sent, and what is wrong is said by the name of the setting.

use authtui::domain::exchange::TransferOptions;
use authtui::formats::curl;
use authtui::io::http::{Phase, Proxies, SendErrorKind};

use super::server::Server;
use super::{get, patient, send};

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// Addresses of proxies that cannot be read, or that no connection is made through.
const UNUSABLE: &[&str] = &[
    "http://pro xy:3128",
    "http://127.0.0.1:99999",
    "::::",
    "ftp://127.0.0.1:9",
    "https4://127.0.0.1:9",
    "unix:/run/proxy.sock",
    "unix:///run/proxy.sock",
    "socks://127.0.0.1:9",
    "socks6://127.0.0.1:9",
    "http://",
    "http:///",
    "socks5://",
    "tcp://127.0.0.1:9",
    "file:///x",
    "127.0.0.1:9\tx",
    "[::1",
    "http://[::1",
    "\u{feff}http://127.0.0.1:9",
];

/// Exceptions that mean no host, so that the one that was meant would be sent to through the proxy; or a pattern that may mean
/// the host of [`is_held`].
const UNREADABLE_EXCEPTIONS: &[&str] = &[
    "10.0.0.0/99",
    "10.0.0.0/",
    "example.com/8",
    "http://127.0.0.1",
    "https://example.com:8080",
    "127.0.0.1:",
    "127.0.0.1:port",
    "127.0.0.1:99999",
    "ok.example, 127.0.0.1:-1",
    "[::1]:x",
    "::1::2",
    "127.*",
    "127.0.0.*",
    "*.1*",
    "ok.example *.0.0.*",
];

fn of_environment(variables: &[(&str, &str)]) -> Proxies {
    Proxies::from_variables(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
}

/// Sends to a server that would answer, and expects that it hears nothing and that the setting is named.
fn is_held(proxies: Proxies, name: &str, case: &str) {
    let server = Server::answer(ANSWER);
    let mut options = patient();
    options.proxies = proxies;
    let error = send(&get(server.url("/"), &[("X-Api-Key", "canary")]), &options).expect_err(case);
    assert!(server.heard().is_empty(), "{case}: sent past the proxy");
    assert_eq!((error.kind, error.phase), (SendErrorKind::Proxy, Phase::Prepare), "{case}: {}", error.message);
    assert!(error.message.contains(name) && error.message.contains("nothing was sent"), "{case}: {}", error.message);
    assert!(!error.message.contains("canary"), "{case}: {}", error.message);
}

#[test]
fn no_variable_that_cannot_be_used_is_passed_by() {
    for address in UNUSABLE {
        for name in ["http_proxy", "HTTP_PROXY", "Http_Proxy", "all_proxy", "ALL_PROXY"] {
            is_held(of_environment(&[(name, address)]), name, &format!("{name}={address:?}"));
        }
    }
    is_held(of_environment(&[("http_proxy", "ftp://p"), ("all_proxy", "http://127.0.0.1:9")]), "http_proxy", "the nearer one counts");
    for list in UNREADABLE_EXCEPTIONS {
        for name in ["no_proxy", "NO_PROXY"] {
            is_held(of_environment(&[("http_proxy", "http://127.0.0.1:9"), (name, list)]), name, &format!("{name}={list:?}"));
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let value = std::ffi::OsString::from_vec(b"http://\xff:1".to_vec());
        is_held(Proxies::from_variables([("http_proxy".into(), value.clone())]), "http_proxy", "not UTF-8");
        let proxy = ("http_proxy".into(), "http://127.0.0.1:9".into());
        is_held(Proxies::from_variables([proxy, ("no_proxy".into(), value)]), "no_proxy", "not UTF-8");
    }
}

#[test]
fn a_variable_of_https_stops_what_goes_over_https_alone() {
    let server = Server::answer(ANSWER);
    let mut options = patient();
    options.proxies = of_environment(&[("https_proxy", "ftp://p")]);
    assert!(send(&get(server.url("/"), &[]), &options).is_ok());
    let error = send(&get("https://127.0.0.1:1/".into(), &[]), &options).unwrap_err();
    assert!(error.kind == SendErrorKind::Proxy && error.message.contains("https_proxy"), "{error:?}");
}

#[test]
fn an_exception_reaches_its_host_also_where_the_proxy_cannot_be_used() {
    let server = Server::answer(ANSWER);
    let mut options = patient();
    options.proxies = of_environment(&[("http_proxy", "ftp://p"), ("no_proxy", "127.0.0.1")]);
    assert!(send(&get(server.url("/"), &[]), &options).is_ok());
}

#[test]
fn a_redirect_to_an_address_whose_proxy_cannot_be_used_is_not_followed() {
    let server = Server::answer("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    let mut options = patient();
    options.proxies = of_environment(&[("https_proxy", "::::")]);
    let error = send(&get(server.url("/"), &[]), &options).unwrap_err();
    assert!(error.kind == SendErrorKind::Proxy && error.message.contains("https_proxy"), "{error:?}");
    assert_eq!(error.partial.map(|p| p.hops.len()), Some(1));
}

#[test]
fn no_flag_of_curl_that_cannot_be_used_is_passed_by() {
    let transfer = |arguments: &str| -> TransferOptions {
        curl::read(&format!("curl {arguments} http://h/"), "test").unwrap().requests.remove(0).options.transfer_options()
    };
    let working = of_environment(&[("http_proxy", "http://127.0.0.1:9")]);
    for around in [Proxies::default(), working] {
        for address in UNUSABLE {
            for flag in ["-x", "--proxy", "--proxy1.0"] {
                is_held(around.for_transfer(&transfer(&format!("{flag} '{address}'"))), flag, &format!("{flag} {address:?}"));
            }
        }
        for (arguments, flag) in [
            ("--socks4 'a b'", "--socks4"),
            ("--socks4a ftp://p", "--socks4a"),
            ("--socks5 127.0.0.1:99999", "--socks5"),
            ("--socks5-hostname '::::'", "--socks5-hostname"),
            ("--preproxy socks5://127.0.0.1:9", "--preproxy"),
        ] {
            is_held(around.for_transfer(&transfer(arguments)), flag, arguments);
        }
        for list in UNREADABLE_EXCEPTIONS {
            is_held(around.for_transfer(&transfer(&format!("-x http://127.0.0.1:9 --noproxy '{list}'"))), "--noproxy", list);
        }
    }
    let server = Server::answer(ANSWER);
    let mut options = patient();
    options.proxies = of_environment(&[("http_proxy", "ftp://p")]).for_transfer(&transfer("-x ''"));
    assert!(send(&get(server.url("/"), &[]), &options).is_ok(), "an empty -x means no proxy");
}

#[test]
fn the_login_of_one_proxy_goes_to_no_other() {
    let login = ("Proxy-Authorization", "Basic Y2FuYXJ5");
    let other = Server::answer("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    let own = Server::answer("HTTP/1.1 307 Temporary Redirect\r\nLocation: https://second.example/\r\nContent-Length: 0\r\n\r\n");
    let mut options = patient();
    let other_url = format!("http://own:word@127.0.0.1:{}", other.port);
    options.proxies = of_environment(&[("http_proxy", &own.url("/")), ("https_proxy", &other_url)]);
    let error = send(&get("http://first.example/".into(), &[login]), &options).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Proxy, "{error:?}");
    assert!(own.heard()[0].contains("Y2FuYXJ5"));
    let heard = other.heard().remove(0);
    assert!(heard.starts_with("CONNECT second.example:443") && !heard.contains("Y2FuYXJ5"), "{heard}");
    assert!(heard.contains("Basic b3duOndvcmQ="), "its own login is kept: {heard}");
}

#[test]
fn without_a_proxy_its_login_reaches_no_server() {
    let server = Server::answer(ANSWER);
    let sent = send(&get(server.url("/"), &[("Proxy-Authorization", "Basic Y2FuYXJ5")]), &patient()).unwrap();
    assert!(sent.notices.iter().any(|notice| notice.contains("Proxy-Authorization was not sent")), "{:?}", sent.notices);
    let heard = server.heard().remove(0);
    assert!(!heard.contains("Y2FuYXJ5"), "{heard}");
}

/// A SOCKS5 proxy that answers in the place of the server, and gives what it heard.
fn socks() -> (u16, std::thread::JoinHandle<String>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut part = [0; 1024];
        let _ = stream.read(&mut part).unwrap();
        stream.write_all(&[5, 0]).unwrap();
        let _ = stream.read(&mut part).unwrap();
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        let mut text = String::new();
        while !text.contains("\r\n\r\n") {
            let count = stream.read(&mut part).unwrap();
            text.push_str(&String::from_utf8_lossy(&part[..count]));
        }
        stream.write_all(ANSWER.as_bytes()).unwrap();
        text
    });
    (port, heard)
}

#[test]
fn what_is_for_a_proxy_does_not_go_through_its_tunnel() {
    for scheme in ["socks5", "socks5h"] {
        let (port, heard) = socks();
        let mut options = patient();
        options.proxies = of_environment(&[("http_proxy", &format!("{scheme}://127.0.0.1:{port}"))]);
        let headers = [("Proxy-Authorization", "Basic Y2FuYXJ5"), ("X-Own", "1")];
        assert!(send(&get("http://127.0.0.1:1/".into(), &headers), &options).is_ok());
        let heard = heard.join().unwrap();
        assert!(heard.to_ascii_lowercase().contains("x-own: 1") && !heard.contains("Y2FuYXJ5"), "{scheme}: {heard}");
    }
}
