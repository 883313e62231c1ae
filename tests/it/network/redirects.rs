//! Hops: each one recorded, no credential to another origin.

use authtui::domain::basic;
use authtui::domain::request::Request;
use authtui::formats::http_file::Document;
use authtui::formats::variables::Variables;
use authtui::io::http::{HttpClient, Progress, SendErrorKind};
use base64::Engine as _;

use super::server::{Server, Step, say};
use super::{get, patient, send, send_telling};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const SECRETS: &[(&str, &str)] = &[
    ("Authorization", "Bearer a"),
    ("Cookie", "sid=b"),
    ("X-Api-Key", "c"),
    ("Accept", "text/plain"),
    ("Referer", "http://x.example/?code=d"),
];

fn to(location: &str, status: u16) -> Step {
    say(&format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"))
}

#[test]
fn inside_one_origin_everything_goes_along() {
    let server = Server::play(vec![vec![Step::Hear, to("/v1/?x", 308)], vec![Step::Hear, say(OK)]]);
    let (outcome, told) = send_telling(&HttpClient::new(), &get(server.url("/v1?x"), SECRETS), &patient());
    let answer = outcome.unwrap().response;
    assert_eq!(answer.body, "ok");
    let [hop] = answer.hops.as_slice() else { panic!("{:?}", answer.hops) };
    assert_eq!((hop.method.as_str(), hop.status, hop.location.as_str(), hop.url.clone()), ("GET", 308, "/v1/?x", server.url("/v1?x")));
    assert_eq!(hop.sent, ["Authorization", "Cookie", "X-Api-Key"]);
    assert_eq!(hop.withheld, [""; 0]);
    assert!(server.heard()[1].contains("Authorization: Bearer a\r\n"));
    assert!(told.contains(&Progress::Hop(hop.clone())));
}

#[test]
fn to_another_port_no_credential_goes() {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), 302)]]);
    let answer = send(&get(server.url("/"), SECRETS), &patient()).unwrap().response;
    assert_eq!(answer.hops[0].withheld, ["Authorization", "Cookie", "X-Api-Key", "Referer"]);
    let heard = other.heard().remove(0);
    for secret in ["Bearer a", "sid=b", "X-Api-Key", "code=d"] {
        assert!(!heard.contains(secret), "{secret} in {heard}");
    }
    assert!(heard.contains("Accept: text/plain"));
}

#[test]
fn to_another_port_no_value_of_a_secret_variable_goes() {
    let text = "@password = summer\nPOST URL\nX-Note: about {{password}}\nX-{{password}}: 1\nAccept-Language: {{password}}\nUser-Agent: winter\n\n";
    for (body, status, goes_on) in [("", 307, true), ("note {{password}}", 303, true), ("note {{password}}", 307, false)] {
        let other = Server::answer(OK);
        let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), status)]]);
        let text = text.replace("URL", &server.url("/{{password}}")) + body;
        let none = |path: &str| Err(format!("no {path}"));
        let request = Document::read(&text).exchange(0, &Variables::default(), &none).expect("a request").0.request;
        let outcome = send(&request, &patient());
        assert_eq!(outcome.is_ok(), goes_on, "{outcome:?}");
        if goes_on {
            assert_eq!(outcome.unwrap().response.hops[0].withheld, ["X-Note", "X-summer", "Accept-Language"]);
            let heard = other.heard().remove(0);
            assert!(heard.contains("User-Agent: winter") && !heard.contains("summer"), "{heard}");
        }
    }
}

/// A header that is harmless by its name may repeat the credential, in a form that nobody would take for one.
#[test]
fn to_another_port_no_header_that_repeats_a_secret_goes() {
    let secret = "CANARYzq8vT4pW2kLm7x";
    for name in ["User-Agent", "Accept", "Accept-Language", "Range", "Content-Type"] {
        for (carrier, value) in
            [("Authorization", format!("Bearer {secret}")), ("X-Api-Key", secret.into()), ("Cookie", format!("sid={secret}"))]
        {
            let other = Server::answer(OK);
            let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), 302)]]);
            let request = Request {
                method: "GET".into(),
                url: server.url("/"),
                headers: [(carrier, value.as_str()), (name, secret)].into_iter().collect(),
                ..Request::default()
            };
            send(&request, &patient()).expect("an answer");
            let heard = other.heard().remove(0);
            assert!(!heard.contains(secret), "{name} beside {carrier}: {heard}");
        }
    }
}

/// It may repeat what stands in the request in another spelling.
#[test]
fn to_another_port_no_header_that_repeats_a_decoded_secret_goes() {
    let secret = "Wint3r+Sun77";
    let basic = format!("Basic {}", basic::encode("ann", secret));
    let of_json = |member: &str| format!("{{\"user\":\"ann\",\"password\":\"{member}\"}}");
    for (path, headers, body) in [
        ("/", vec![("Authorization", basic.as_str())], String::new()),
        ("/?access_token=Wint3r%2BSun77", vec![], String::new()),
        ("/", vec![("Content-Type", "application/json")], of_json(secret)),
        ("/", vec![("Content-Type", "application/json")], of_json("Wint3r\\u002bSun77")),
    ] {
        let other = Server::answer(OK);
        let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), 303)]]);
        let agent = format!("probe/{secret}");
        let headers = headers.iter().copied().chain([("User-Agent", agent.as_str())]).collect();
        let request = Request { method: "POST".into(), url: server.url(path), headers, body: body.clone().into(), ..Request::default() };
        send(&request, &patient()).expect("an answer");
        let heard = other.heard().remove(0);
        assert!(!heard.contains(secret), "{path} {body}: {heard}");
    }
}

#[test]
fn what_was_withheld_once_does_not_come_back_on_the_way_home() {
    let home = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = home.local_addr().unwrap();
    drop(home);
    let away = Server::play(vec![vec![Step::Hear, to(&format!("http://{address}/again"), 302)]]);
    let start = Server::play(vec![vec![Step::Hear, to(&away.url("/"), 302)]]);
    let error = send(&get(start.url("/"), SECRETS), &patient()).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Refused);
    let hops = error.partial.unwrap().hops;
    assert_eq!((hops.len(), hops[1].sent.len()), (2, 0), "{hops:?}");
}

#[test]
fn userinfo_in_a_location_is_not_used() {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/").replace("http://", "http://u:p@"), 302)]]);
    let answer = send(&get(server.url("/"), &[]), &patient()).unwrap().response;
    assert_eq!(answer.hops[0].withheld, ["userinfo"]);
    assert!(!other.heard()[0].contains("Authorization"));
}

#[test]
fn other_schemes_are_refused_with_the_answer_kept() {
    for location in ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "http://"] {
        let server = Server::play(vec![vec![Step::Hear, to(location, 302)]]);
        let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Redirect, "{location}");
        assert_eq!(error.partial.unwrap().status, 302);
    }
}

#[test]
fn a_body_is_not_sent_on_and_the_error_says_where_it_would_have_gone() {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/next"), 307)]]);
    let mut request = get(server.url("/token"), &[]);
    request.method = "POST".into();
    request.body = "page=2".into();
    let error = send(&request, &patient()).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Redirect);
    let expected = format!("the redirect (307) was not followed: it asks to send the body again, to another origin ({})", other.url(""));
    assert_eq!(error.message, expected);
    assert_eq!(error.partial.unwrap().headers.get("location"), Some(other.url("/next").as_str()));
    assert!(other.heard().is_empty());
}

#[test]
fn an_unknown_method_is_not_sent_on() {
    for (method, goes_on) in [("GET", true), ("DELETE", true), ("OPTIONS", true), ("SUMMER", false), ("ghp_abcdef", false)] {
        let (heard, told) = arrived(method, &[], "", 307, "");
        assert_eq!(heard.len(), usize::from(goes_on), "{method}: {told:?}");
    }
}

/// A secret that looks like nothing well known.
const CANARY: &str = "CANARYzq8vT4pW2kLm7x";

/// Sends a request that is redirected to another origin with a status, and gives what arrived there.
fn arrived(method: &str, headers: &[(&str, &str)], body: &str, status: u16, user: &str) -> (Vec<String>, Vec<String>) {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), status)]]);
    let mut request = get(server.url("/").replace("http://", &format!("http://{user}")), headers);
    (request.method, request.body) = (method.into(), body.into());
    let told = match send(&request, &patient()) {
        Ok(received) => received.response.hops.into_iter().flat_map(|hop| hop.withheld).collect(),
        Err(error) => vec![error.message],
    };
    (other.heard(), told)
}

#[test]
fn no_credential_in_a_header_arrives_and_each_that_stayed_is_named() {
    let c = CANARY;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("ann:{c}"));
    let mut headers: Vec<(String, String)> = Vec::new();
    for name in [
        "Authorization",
        "Proxy-Authorization",
        "X-Authorization",
        "Autorization",
        "Athorization",
        "Authorizaton",
        "Authorisation",
        "Authentication",
        "X-Api-Key",
        "X-Api-Key-Prod",
        "X-Api-Keys",
        "Api-Key-V2",
        "apikey",
        "X-Key-Id",
        "X-Key",
        "Key",
        "Keystone",
        "Ocp-Apim-Subscription-Key",
        "x-functions-key",
        "x-goog-api-key",
        "X-RapidAPI-Key",
        "DD-API-KEY",
        "Cookie",
        "Cookie2",
        "X-Auth",
        "X-Auth-Token",
        "X-Auth-Key",
        "X-Auth-User",
        "X-Auth-Request-Access-Token",
        "X-Access-Token",
        "X-Session-Token",
        "X-Session-Id",
        "X-Session",
        "X-CSRF-Token",
        "X-XSRF-TOKEN",
        "PRIVATE-TOKEN",
        "X-Vault-Token",
        "X-Vault",
        "X-Consul-Token",
        "X-Amz-Security-Token",
        "X-Amz-Credential",
        "X-Amz-Signature",
        "X-Signature",
        "X-Hub-Signature-256",
        "X-Hmac",
        "X-Sig",
        "X-Pass",
        "X-Passw",
        "X-Password",
        "X-User-Pass",
        "X-PIN",
        "X-OTP",
        "X-GitHub-OTP",
        "X-JWT",
        "X-Jwt-Assertion",
        "X-Bearer",
        "Bearer",
        "X-Credential",
        "X-Credentials",
        "X-Secret",
        "CF-Access-Client-Secret",
        "X-Client-Cert",
        "X-SSL-Client-Cert",
        "X-Userinfo",
        "DPoP",
        "X-Forwarded-Access",
        "X-Forwarded-User",
        "X-Remote-User",
        "X-WSSE",
        "X-Anything",
        "X-Tenant",
        "X-Trace",
    ] {
        headers.push((name.into(), c.into()));
    }
    for (name, value) in [
        ("Authorization", format!("Bearer {c}")),
        ("Authorization", format!("Basic {basic}")),
        ("X-Anything", format!("Bearer {c}")),
        ("X-Anything", format!("Basic {basic}")),
        ("X-Anything", format!("SSWS {c}")),
        ("X-Upstream", format!("npm_{c}{c}")),
        ("X-Upstream", format!("ghu_{c}")),
        ("X-Upstream", format!("id=ghp_{c}")),
        ("X-Upstream", format!("v1 eyJhbGciOiJIUzI1NiJ9.e30.{c}")),
        ("X-Original-URL", format!("/cb?access_token={c}")),
        ("X-Rewrite-URL", format!("/x?a=1&code={c}")),
        ("X-Forwarded-Uri", format!("/cb?code={c}")),
        ("Destination", format!("https://u:{c}@h/")),
        ("Referer", format!("https://h/cb?code={c}")),
        ("Referer", format!("https://a:{c}@h/")),
        ("Origin", format!("https://h/?access_token={c}")),
        ("Origin", format!("https://a:{c}@h")),
        ("Link", format!("<https://h/?access_token={c}>")),
        ("X-WSSE", format!("UsernameToken Username=\"a\", PasswordDigest=\"{c}\"")),
        ("Authorization", format!("Hawk id=\"a\", mac=\"{c}\"")),
        ("Authorization", format!("Digest username=\"ann\", response=\"{c}\"")),
        ("Sec-WebSocket-Protocol", format!("base64url.bearer.authorization.k8s.io.{c}")),
        ("Cookie", format!("sid={c}; theme=dark")),
        ("X-Token-Data", format!("{{\"password\":\"{c}\"}}")),
        ("Accept", format!("*/*;token=ghp_{c}{c}")),
        ("Accept", "*/*; token=hunter2pw".into()),
        ("User-Agent", "bot api_key=hunter2pw".into()),
        ("Xauth", "hunter2pw".into()),
        ("My-Auth-Header", "hunter2pw".into()),
        ("X-Pswd", "hunter2pw".into()),
        ("X-PAT", "hunter2pw".into()),
        ("X-PSK", "hunter2pw".into()),
        ("X-SSO", "hunter2pw".into()),
    ] {
        headers.push((name.into(), value));
    }
    assert!(headers.len() > 90);
    let mut wrong = Vec::new();
    for (name, value) in &headers {
        let (heard, withheld) = arrived("GET", &[(name, value), ("Range", "bytes=0-7")], "", 302, "");
        let text = heard.concat();
        if text.contains(CANARY) || text.contains("hunter2pw") || text.contains(&basic) || !text.contains("Range: bytes=0-7") {
            wrong.push(format!("{name}: {value} arrived as {text:?}"));
        }
        if !withheld.iter().any(|w| w.eq_ignore_ascii_case(name)) {
            wrong.push(format!("{name}: {value} is not named in {withheld:?}"));
        }
    }
    let (heard, _) = arrived("GET", &[], "", 302, &format!("ann:{c}@"));
    assert!(!heard.concat().contains(&basic));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_body_is_sent_again_to_another_origin() {
    let c = CANARY;
    let mut bodies: Vec<(&str, String)> = Vec::new();
    for name in [
        "password",
        "Password",
        "secret",
        "client_secret",
        "clientSecret",
        "refreshToken",
        "token",
        "pin",
        "apiKey",
        "idToken",
        "private_key",
        "code",
        "state",
    ] {
        bodies.push(("application/json", format!("{{\"a\":{{\"{name}\"\n:\"{c}\"}}}}")));
        bodies.push(("application/x-www-form-urlencoded", format!("user=a&{name}={c}")));
        bodies.push(("multipart/form-data; boundary=B", format!("--B\r\nContent-Disposition: form-data; name={name}\r\n\r\n{c}\r\n--B--")));
        bodies.push(("text/xml", format!("<a><x:{name}>{c}</x:{name}></a>")));
    }
    // The wrong media type is a common fault.
    for (media_type, body) in [
        ("application/json", "user=ann&password=CANARY"),
        ("application/json", "<a password=\"CANARY\"/>"),
        ("application/yaml", "{user: a, password: CANARY}"),
        ("text/xml", "{\"password\":\"CANARY\"}"),
        ("application/x-www-form-urlencoded", "<password>CANARY</password>"),
        ("text/plain", "pswd=CANARY"),
    ] {
        bodies.push((media_type, body.replace("CANARY", c)));
    }
    bodies.push(("application/json", format!("{{\"x\":\"eyJhbGciOiJIUzI1NiJ9.e30.{c}\"}}")));
    bodies.push(("application/json", format!("{{\"x\":\"{c}\"}}")));
    bodies.push(("application/jwt", format!("eyJhbGciOiJIUzI1NiJ9.e30.{c}")));
    bodies.push(("text/plain", format!("-----BEGIN PRIVATE KEY-----\n{c}\n-----END PRIVATE KEY-----")));
    bodies.push(("application/x-www-form-urlencoded", format!("user[password]={c}")));
    bodies.push(("application/yaml", format!("password: {c}\n")));
    // Those that show no secret either: a search that finds none proves nothing.
    bodies.push(("application/json", r#"{"name":"ann","size":3,"country_code":"DE","done":true}"#.into()));
    bodies.push(("text/plain", "hello, world".into()));
    bodies.push(("", "a=1&b=2".into()));
    bodies.push(("", " ".into()));
    let mut wrong = Vec::new();
    for (media_type, body) in &bodies {
        for (method, status) in [("POST", 307), ("POST", 308), ("PUT", 302), ("PATCH", 301)] {
            let (heard, told) = arrived(method, &[("Content-Type", media_type)], body, status, "");
            let says_why = told.iter().any(|t| t.contains("not followed") && t.contains("send the body again") && !t.contains(c));
            if !heard.is_empty() || !says_why {
                wrong.push(format!("{method} {status} {body}: {heard:?} {told:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_circle_ends_and_shows_its_hops() {
    let server = Server::play(vec![vec![Step::Hear, to("/again", 302)]; 11]);
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::TooManyRedirects);
    let partial = error.partial.unwrap();
    assert_eq!((partial.hops.len(), partial.status), (10, 302));
}

#[test]
fn without_following_a_redirect_is_the_answer() {
    let server = Server::play(vec![vec![Step::Hear, to("/login", 302)]]);
    let mut options = patient();
    options.follow_redirects = false;
    let answer = send(&get(server.url("/"), SECRETS), &options).unwrap().response;
    assert_eq!((answer.status, answer.headers.get("location"), answer.hops.len()), (302, Some("/login"), 0));
}
