//! What is wrong with TLS, told apart; and sending anyway, once, with the fault said.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use authtui::domain::exchange::HttpVersion;
use authtui::io::http::identity::ClientIdentity;
use authtui::io::http::{HttpClient, Phase, ReceivedResponse, SendError, SendErrorKind, SendOptions, TlsFault};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::server::{Server, Step, hear, say};
use super::{get, patient, send, send_telling};

pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(super) der: CertificateDer<'static>,
}

/// A chain and the key of its first certificate.
pub(super) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: KeyPair,
}

pub(super) fn authority(name: &str, above: Option<&Authority>) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let certificate = match above {
        Some(above) => params.signed_by(&key, &above.issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    Authority { der: certificate.der().clone(), issuer: Issuer::new(params, key) }
}

fn server_params(host: &str, years: (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_string()]).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, "the server");
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params
}

/// As a public CA issues one: it says where the issuer's own certificate lies.
fn issued_publicly(by: &Authority, host: &str) -> Identity {
    issued_with_place(by, host, "http://ca.example/between.der")
}

fn issued_with_place(by: &Authority, host: &str, place: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = server_params(host, VALID);
    let place = place.as_bytes();
    // SEQUENCE { SEQUENCE { OBJECT IDENTIFIER caIssuers, [6] the address } }
    let mut entry = vec![0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02, 0x86, place.len() as u8];
    entry.extend(place);
    let wrapped = |content: Vec<u8>| [&[0x30, content.len() as u8][..], &content].concat();
    params.custom_extensions = vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], wrapped(wrapped(entry)))];
    let certificate = params.signed_by(&key, &by.issuer).unwrap();
    Identity { chain: vec![certificate.der().clone()], key }
}

pub(super) fn issued(by: &Authority, host: &str, years: (i32, i32)) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = server_params(host, years).signed_by(&key, &by.issuer).unwrap();
    Identity { chain: vec![certificate.der().clone()], key }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

/// Whether a server asks for a certificate of the client, and what becomes of one who has none.
pub(super) enum Asks<'a> {
    No,
    /// It is served all the same.
    Politely(&'a Authority),
    /// It is refused.
    Firmly(&'a Authority),
}

/// Serves one connection; with `ask`, only to who shows a certificate of that authority.
fn serve(identity: Identity, ask: Option<&Authority>) -> u16 {
    serve_answer(identity, ask.map_or(Asks::No, Asks::Firmly), OK.to_string())
}

pub(super) fn serve_answer(identity: Identity, asks: Asks<'_>, answer: String) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = match asks {
        Asks::No => builder.with_no_client_auth(),
        Asks::Politely(authority) | Asks::Firmly(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if matches!(asks, Asks::Politely(_)) { verifier.allow_unauthenticated() } else { verifier };
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let config = Arc::new(builder.with_single_cert(identity.chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let Ok((socket, _)) = listener.accept() else { return };
        let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), socket);
        if hear(&mut stream).is_ok() {
            let _ = stream.write_all(answer.as_bytes());
        }
        let _ = stream.flush();
    });
    port
}

fn visit(port: u16, trusted: &Authority, insecure: bool) -> Result<ReceivedResponse, SendError> {
    let client = HttpClient::with_extra_roots(vec![trusted.der.to_vec()]);
    let mut options = patient();
    options.let_pass = if insecure { vec!["localhost".into()] } else { Vec::new() };
    send_telling(&client, &get(format!("https://localhost:{port}/"), &[("Authorization", "Bearer x")]), &options).0
}

pub(super) const VALID: (i32, i32) = (2020, 2090);

#[test]
fn a_good_certificate_is_nothing_to_speak_of() {
    let root = authority("root", None);
    let received = visit(serve(issued(&root, "localhost", VALID), None), &root, false).unwrap();
    assert_eq!((received.response.body.as_str(), received.notices.len()), ("ok", 0));
    let route = received.response.route.expect("known");
    let certificate = route.certificate.as_ref().expect("one");
    assert_eq!((route.tls.as_deref(), &certificate.names), (Some("TLS 1.3"), &vec!["localhost".to_string()]));
    assert_eq!(certificate.issuer.as_deref(), Some("root"));
    assert!(certificate.until.is_some_and(|until| until.to_string().starts_with("2090-")), "{certificate:?}");
    assert!(route.remote.is_some_and(|remote| route.found.contains(&remote)), "{:?}", route.found);
}

#[test]
fn each_fault_has_its_own_name() {
    let root = authority("root", None);
    let stranger = authority("stranger", None);
    let between = authority("between", Some(&root));
    let self_signed = || {
        let key = KeyPair::generate().unwrap();
        Identity { chain: vec![server_params("localhost", VALID).self_signed(&key).unwrap().der().clone()], key }
    };
    let strange_between = authority("strange between", Some(&stranger));
    // A certificate of the first authority, sent with those of the others.
    let sent_with = |by: &Authority, others: &[&Authority]| {
        let mut identity = issued(by, "localhost", VALID);
        identity.chain.extend(others.iter().map(|other| other.der.clone()));
        identity
    };
    let table = [
        (issued(&root, "localhost", (2020, 2021)), TlsFault::Expired("2021-01-01T00:00:00Z".into())),
        (issued(&root, "localhost", (2080, 2090)), TlsFault::NotYetValid("2080-01-01T00:00:00Z".into())),
        (issued(&root, "other.example", VALID), TlsFault::WrongHost(vec!["other.example".into()])),
        (self_signed(), TlsFault::SelfSigned),
        (issued_publicly(&between, "localhost"), TlsFault::MissingIntermediate),
        // The root is trusted, but what was sent does not lead there.
        (sent_with(&between, &[&root]), TlsFault::MissingIntermediate),
        (sent_with(&between, &[&strange_between]), TlsFault::MissingIntermediate),
        (sent_with(&strange_between, &[&stranger]), TlsFault::MissingIntermediate),
        (sent_with(&stranger, &[&stranger]), TlsFault::PrivateRoot),
        (sent_with(&strange_between, &[&strange_between, &stranger]), TlsFault::PrivateRoot),
        (sent_with(&strange_between, &[&stranger, &root, &strange_between]), TlsFault::PrivateRoot),
        (sent_with(&strange_between, &[&strange_between]), TlsFault::UnknownIssuer),
        (sent_with(&strange_between, &[]), TlsFault::UnknownIssuer),
        (sent_with(&stranger, &[]), TlsFault::UnknownIssuer),
        // As a directory of a company's own issues them.
        (issued_with_place(&stranger, "localhost", "ldap:///CN=CA"), TlsFault::UnknownIssuer),
    ];
    let mut messages = Vec::new();
    for (identity, fault) in table {
        let error = visit(serve(identity, None), &root, false).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Tls(fault));
        assert!(!error.help.is_empty());
        messages.push(error.message.split_once(": ").unwrap().1.to_string());
    }
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), 7, "{messages:#?}");
}

#[test]
fn a_client_certificate_that_is_wanted_is_named() {
    let root = authority("root", None);
    let error = visit(serve(issued(&root, "localhost", VALID), Some(&root)), &root, false).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Tls(TlsFault::ClientCertificateWanted));
}

/// Files of a certificate and its key, as they are configured.
fn files(identity: &Identity, folder: &Path) -> ClientIdentity {
    let pem = |label: &str, der: &[u8]| format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der));
    let chain: String = identity.chain.iter().map(|der| pem("CERTIFICATE", der)).collect();
    let (certificate, key) = (folder.join("me.pem"), folder.join("me.key"));
    fs::write(&certificate, chain).unwrap();
    fs::write(&key, pem("PRIVATE KEY", &identity.key.serialize_der())).unwrap();
    ClientIdentity { host: "localhost".into(), certificate, key }
}

#[test]
fn a_client_certificate_of_the_configuration_goes_to_its_host() {
    let (root, folder) = (authority("root", None), tempfile::tempdir().unwrap());
    let own = files(&issued(&root, "me", VALID), folder.path());
    let visit_with = |identities: Vec<ClientIdentity>| {
        let port = serve(issued(&root, "localhost", VALID), Some(&root));
        let options = SendOptions { identities: identities.into(), ..patient() };
        let client = HttpClient::with_extra_roots(vec![root.der.to_vec()]);
        send_telling(&client, &get(format!("https://localhost:{port}/"), &[]), &options).0
    };
    assert_eq!(visit_with(vec![own.clone()]).unwrap().response.status, 200);
    let other = visit_with(vec![ClientIdentity { host: "other.example".into(), ..own.clone() }]).unwrap_err();
    assert_eq!(other.kind, SendErrorKind::Tls(TlsFault::ClientCertificateWanted));
    // Nothing is sent with half of it.
    let missing = visit_with(vec![ClientIdentity { key: folder.path().join("none"), ..own }]).unwrap_err();
    assert!(missing.phase == Phase::Prepare && missing.message.contains("none"), "{missing:?}");
}

#[test]
fn a_file_of_further_authorities_is_trusted_too() {
    let (root, folder) = (authority("root", None), tempfile::tempdir().unwrap());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(&root.der));
    fs::write(folder.path().join("ca.pem"), pem).unwrap();
    fs::write(folder.path().join("empty.pem"), "").unwrap();
    let visit_with = |ca_file: Option<&str>| {
        let port = serve(issued(&root, "localhost", VALID), None);
        let options = SendOptions { ca_file: ca_file.map(|name| folder.path().join(name)), ..patient() };
        send_telling(&HttpClient::new(), &get(format!("https://localhost:{port}/"), &[]), &options).0
    };
    assert_eq!(visit_with(Some("ca.pem")).unwrap().response.status, 200);
    assert!(matches!(visit_with(None).unwrap_err().kind, SendErrorKind::Tls(_)));
    for (name, said) in [("empty.pem", "it has no certificate"), ("none.pem", "none.pem")] {
        let error = visit_with(Some(name)).unwrap_err();
        assert!(error.phase == Phase::Prepare && error.message.contains(said), "{error:?}");
    }
}

/// A port whose one connection is cut in the handshake: with an alert first, or with nothing but a reset.
fn cut(alert: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let Ok((mut socket, _)) = listener.accept() else { return };
        // What is left unread makes a reset of the close.
        let _ = socket.read(&mut [0]);
        if !alert.is_empty() {
            let _ = socket.write_all(alert);
            while socket.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
        }
    });
    port
}

/// That a certificate was asked for explains a refusal by the server that asked, and by no other.
#[test]
fn a_client_certificate_that_another_server_asked_for_explains_nothing() {
    let root = authority("root", None);
    // A fatal alert of TLS 1.2: handshake_failure (40), as servers without a common cipher send it too.
    for alert in [&[0x15, 3, 3, 0, 2, 2, 40][..], &[]] {
        let next = cut(alert);
        let redirect =
            format!("HTTP/1.1 302 Found\r\nLocation: https://localhost:{next}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let first = serve_answer(issued(&root, "localhost", VALID), Asks::Politely(&root), redirect);
        let error = visit(first, &root, false).unwrap_err();
        assert_eq!(error.partial.as_ref().map(|partial| partial.hops.len()), Some(1), "{error:?}");
        match alert {
            [] => assert_eq!(error.kind, SendErrorKind::Closed, "{error:?}"),
            _ => assert!(matches!(error.kind, SendErrorKind::Tls(TlsFault::Other(_))), "{error:?}"),
        }
    }
}

#[test]
fn sending_anyway_works_and_says_what_was_wrong() {
    let root = authority("root", None);
    let received = visit(serve(issued(&root, "localhost", (2020, 2021)), None), &root, true).unwrap();
    assert_eq!(received.response.body, "ok");
    assert!(received.notices[0].contains("expired at 2021-01-01"), "{:?}", received.notices);
}

/// What is let pass is one host: another one, to which a redirect leads, is asked about.
#[test]
fn sending_anyway_is_for_the_host_that_was_shown_alone() {
    let root = authority("root", None);
    let bad = |host: &str, answer: &str| serve_answer(issued(&root, host, (2020, 2021)), Asks::No, answer.to_string());
    let client = HttpClient::with_extra_roots(vec![root.der.to_vec()]);
    let visit = |port: u16, let_pass: &[&str]| {
        let mut options = patient();
        options.let_pass = let_pass.iter().map(|host| (*host).to_string()).collect();
        send_telling(&client, &get(format!("https://localhost:{port}/"), &[]), &options).0
    };
    let to =
        |port: u16| format!("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:{port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let error = visit(bad("localhost", &to(bad("127.0.0.1", OK))), &["localhost"]).unwrap_err();
    assert!(matches!(error.kind, SendErrorKind::Tls(TlsFault::Expired(_))), "{error:?}");
    assert_eq!((error.host.as_str(), error.partial.map(|p| p.hops.len())), ("127.0.0.1", Some(1)));
    let received = visit(bad("localhost", &to(bad("127.0.0.1", OK))), &["localhost", "127.0.0.1"]).unwrap();
    assert_eq!(received.response.body, "ok");
    for host in ["localhost", "127.0.0.1"] {
        let told = received.notices.iter().filter(|n| n.contains(&format!("the certificate of {host} was refused"))).count();
        assert_eq!(told, 1, "{host}: {:?}", received.notices);
    }
    let error = visit(bad("localhost", OK), &["127.0.0.1"]).unwrap_err();
    assert_eq!(error.host, "localhost");
}

#[test]
fn a_server_without_tls_is_named() {
    let server = Server::play(vec![vec![say("HTTP/1.1 400 Bad Request\r\n\r\n"), Step::Hold]]);
    let error = send(&get(server.url("/").replace("http", "https"), &[]), &patient()).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Tls(TlsFault::NotTls), "{error:?}");
}

/// Serves connections one after the other: over HTTP/2 where that is agreed on, to which it always says that it wants HTTP/1.1.
/// Gives what each connection agreed on.
fn serve_http1_only(identity: Identity, answer: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let mut config = builder.with_no_client_auth().with_single_cert(identity.chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let agreed = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&agreed);
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), socket.unwrap());
            while stream.conn.is_handshaking() {
                if stream.conn.complete_io(&mut stream.sock).is_err() {
                    break;
                }
            }
            let protocol = String::from_utf8_lossy(stream.conn.alpn_protocol().unwrap_or_default()).into_owned();
            keep.lock().unwrap().push(protocol.clone());
            if protocol == "h2" {
                // The client's preface and SETTINGS, then ours; RST_STREAM (type 3) of stream 1 with code 13 once its HEADERS
                // (type 1) came.
                let _ = stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
                let mut preface = [0; 24];
                if stream.read_exact(&mut preface).is_err() {
                    continue;
                }
                let mut head = [0; 9];
                while stream.read_exact(&mut head).is_ok() {
                    let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
                    let _ = stream.read_exact(&mut vec![0; length]);
                    if head[3] == 1 {
                        let _ = stream.write_all(&[0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 13]);
                        let _ = stream.flush();
                    }
                }
            } else if hear(&mut stream).is_ok() {
                let _ = stream.write_all(answer.as_bytes());
                let _ = stream.flush();
            }
        }
    });
    (port, agreed)
}

#[test]
fn a_server_that_wants_http_1_1_is_sent_to_once_more() {
    let root = authority("root", None);
    let (port, agreed) = serve_http1_only(issued(&root, "localhost", VALID), OK);
    let received = visit(port, &root, false).unwrap();
    assert_eq!((received.response.body.as_str(), received.response.version.as_str()), ("ok", "HTTP/1.1"));
    assert!(received.notices.iter().any(|n| n.contains("HTTP/1.1")), "{:?}", received.notices);
    assert_eq!(*agreed.lock().unwrap(), ["h2", "http/1.1"]);
}

#[test]
fn a_second_sending_that_fails_says_that_it_was_one() {
    let root = authority("root", None);
    let (port, agreed) = serve_http1_only(issued(&root, "localhost", VALID), "no HTTP\r\n\r\n");
    let error = visit(port, &root, false).unwrap_err();
    assert!(error.kind == SendErrorKind::Protocol && error.message.contains("HTTP_1_1_REQUIRED"), "{}", error.message);
    assert_eq!(*agreed.lock().unwrap(), ["h2", "http/1.1"], "once and no more");
}

#[test]
fn http_1_1_alone_can_be_asked_for() {
    let root = authority("root", None);
    let (port, agreed) = serve_http1_only(issued(&root, "localhost", VALID), OK);
    let mut options = patient();
    options.version = HttpVersion::Http1;
    let client = HttpClient::with_extra_roots(vec![root.der.to_vec()]);
    let received = send_telling(&client, &get(format!("https://localhost:{port}/"), &[]), &options).0.unwrap();
    assert_eq!((received.response.version.as_str(), received.notices.len()), ("HTTP/1.1", 0));
    assert_eq!(*agreed.lock().unwrap(), ["http/1.1"]);
}
