//! Properties of all searches: redirects know what the mask knows, covering twice changes nothing, time grows with the length.

use std::time::Duration;

use authtui::domain::headers::Header;
use authtui::domain::origin;
use authtui::domain::request::{Request, RequestPart};
use authtui::domain::secrecy;
use authtui::domain::secrecy::echo::Echoes;
use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use url::Url;

use super::{READABLE, SECRETS, SUSPECTS, places};

fn any_of(names: &'static str) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(names.split_whitespace().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The rule of redirects knows at least what the mask knows.
    #[test]
    fn whatever_the_mask_covers_never_arrives_at_another_origin(
        name in prop_oneof![
            "[A-Za-z-]{1,16}", any_of(SECRETS).prop_map(String::from), any_of(SUSPECTS).prop_map(String::from),
            any_of(READABLE).prop_map(String::from),
            proptest::sample::select(&["Origin", "Referer", "X-Original-URL", "Cookie", "Accept", "Authorization Bearer abc", "Link"][..]).prop_map(String::from),
        ],
        value in prop_oneof![
            "[ -~]{0,40}", "(Bearer|Basic|Token|v1) [A-Za-z0-9]{1,24}", "https://([a-z]{1,4}:[A-Za-z0-9/?#]{0,12}@)?[a-z]{1,6}/[a-z]{0,6}(\\?[a-z_]{1,12}=[A-Za-z0-9]{0,20})?",
            "(ghp_|npm_|eyJ|sk-)[A-Za-z0-9]{10,30}", "[A-Za-z0-9]{8,24}",
        ],
        media_type in proptest::sample::select(&["application/json", "application/x-www-form-urlencoded", "text/xml", "text/plain", "multipart/form-data; boundary=b", ""][..]),
        field in any_of(SECRETS),
        body in "[\\[{\"':=&<>/a-z%\\\\ \n-]{0,60}",
    ) {
        let [from, to] = ["https://h.example/", "https://other.example/"].map(|url| Url::parse(url).expect("an address"));
        let header = Header { name, value };
        let covered = !secrecy::in_header(&header).is_empty() || !secrecy::header::in_name(&header).is_empty();
        let headers = [(header.name.clone(), header.value.clone())].into_iter().collect();
        let crossing = origin::cross(&headers, &from, &to);
        let kept = crossing.headers.get(&header.name).map(|value| Header { name: header.name.clone(), value: value.into() });
        if let Some(kept) = kept {
            prop_assert!(secrecy::in_header(&kept).is_empty() && secrecy::header::in_name(&kept).is_empty(), "{:?}", kept);
            prop_assert!(!covered || !crossing.withheld.is_empty(), "{:?}", header);
        }
        let body = body.replace("password", field);
        let request = Request { headers: [("Content-Type", media_type)].into_iter().collect(), body: body.into(), ..Request::default() };
        if secrecy::in_request(&request).iter().any(|(part, _)| *part == RequestPart::Body) {
            prop_assert!(secrecy::may_hold_secret(&request.body, media_type), "{:?}", request);
        }
    }

    /// Covering twice covers nothing more, and every place can be cut out.
    #[test]
    fn a_covered_request_has_nothing_left_to_cover(name in any_of(SECRETS), value in "[A-Za-z0-9/+]{1,24}") {
        for (place, request) in places(name, &value) {
            let covered = secrecy::replaced(&request, "***");
            prop_assert_eq!(secrecy::in_request(&covered), [], "{} {:?}", place, covered);
        }
    }
}

#[test]
fn time_grows_with_the_length_of_the_text_alone() {
    let pieces = [
        "=",
        ":",
        "a=",
        "key:",
        "key=",
        "state:",
        "key key ",
        "keykey",
        "token is ",
        "\"",
        "'",
        "\\",
        "\"key\":",
        "{",
        "[",
        "{\"a\":[",
        "<",
        "<a ",
        "<a \"",
        "<key>",
        "</key>",
        "<a key='",
        "<![CDATA[",
        "<!--",
        "://",
        "a://b@",
        "http://a:b",
        "@",
        "&",
        ";",
        "?a=",
        "%3D",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "--b\n",
        "--b\nContent-Disposition: form-data; name=\"a\"\n\n",
        "name=\"",
        "key=\"password\" ",
        "<key>password</key>",
        "<key>password</key><string>",
        "</key",
        "&lt;",
        "<![CDATA[<",
        "eyJ",
        "eyJ ",
        "ghp_",
        "sk-",
        "pat-sk-",
        "-d '",
        "-H \"",
        "login(password: \"x\") ",
        "Bearer ",
        "key:\"",
        "key:\\\"",
        "password: ",
        "\n",
        " ",
        "password: |\n  a\n",
        "é",
        "password=a;",
        "\"name\":\"password\",",
        "key='",
        "aB3",
        "\"a\":\"b\\\"c\",",
        "name=password&value=a&",
        "value=a&",
        "- name: password\n  value: a\n",
        "name: password\n",
        "password:\n  a\n",
        "key:\n ",
        "<!-- a",
        "<!-- a -->",
        "<!ENTITY a \"",
        "<!DOCTYPE [",
        "<id>password</id><value>a</value>",
        "<value>a</value>",
        "<a><b></a>",
        "password,key\n",
        "\"a\",",
        "a;\"\"",
        "[\"Authorization\",\"a\",",
        "\"--password\",",
        " a:b@c",
        "--b\nContent-Disposition: form-data;\n name=\"value\"\n\n",
        "password: \"\"\"",
        "password: '''a\n",
        "mysql -pa ",
        "IDENTIFIED BY '",
        "a:5432:b:c:d\n",
        "kind: Secret\ndata:\n a: b\n",
        "{\"kind\":\"Secret\",\"data\":{\"a\":\"b\"",
        "\"login\":[\"a\",\"b\"],",
        "user=a:",
        "s:1:\"a\";",
        "s:9999:\"",
        "key|s:1:\"a\";",
        ":key \"",
        ":key   ",
        "WIFI:P:",
        "WIFI:P:a\\;",
        "jdbc:oracle:a/b",
        "$2y$",
        "$2y$a ",
        "{SHA}",
        "p\u{430}ssword=",
        "{\"data\":{",
        "{\"lease_id\":\"\",\"data\":{\"a\":\"b\"},",
        "Digest a=\"",
        "password:a7 ",
        "{password: ",
        "password: a7,",
        "? password\n: ",
        "AUTH a7b8\n",
        "a:b7\n",
        "IDENTIFIED BY \"",
        "\"type\":\"password\",\"text\":\"a7\",",
        "password=abcdef7&",
        "`",
        ";=",
        "a=\"b\",",
    ];
    // Some 20 ms each without optimisation; the square of the length would take half a minute.
    let most = Duration::from_secs(2);
    for piece in pieces {
        let half = piece.repeat(7_500 / piece.len());
        let text = format!("{half}{}", " ".repeat(7_500)) + &half;
        let began = cpu_time();
        let header = Header { name: "Via".into(), value: text.clone() };
        let protocols = Header { name: "Sec-WebSocket-Protocol".into(), value: text.clone() };
        let _ = (secrecy::in_url(&text), secrecy::quoted(&text), secrecy::in_header(&header), secrecy::in_header(&protocols));
        assert!(cpu_time() - began < most, "{piece:?} as an address or a message: {:?}", cpu_time() - began);
        for (media_type, start) in [
            ("application/json", "{"),
            ("text/xml", "<"),
            ("text/plain", ""),
            ("text/csv", "name,value\n"),
            ("application/x-www-form-urlencoded", "a="),
            ("multipart/form-data; boundary=b", "--b\n"),
        ] {
            let body = format!("{start}{text}");
            let began = cpu_time();
            let _ = secrecy::in_body(&body, media_type);
            let _ = secrecy::may_hold_secret(&body, media_type);
            assert!(cpu_time() - began < most, "{piece:?} as {media_type}: {:?}", cpu_time() - began);
        }
    }
}

/// A secret that a text almost says at every place, whether it sorts before the text or behind it. Secret and text become four times as
/// long: compared at every place, they would take sixteen times as long.
#[test]
fn a_long_secret_that_is_almost_said_costs_no_more_than_the_text() {
    let took = |times: usize, end: &str| {
        let (secret, text) = ("a".repeat(25_000 * times) + end, "a".repeat(500_000 * times));
        let began = cpu_time();
        let _ = Echoes::new([secret]).find(&text);
        cpu_time() - began
    };
    for end in ["b", "A"] {
        let (once, four_times) = (took(1, end), took(4, end));
        assert!(four_times < once * 8 + Duration::from_millis(100), "{end}: {once:?}, then {four_times:?}");
    }
}

/// The processor's time that this thread has taken: on a busy machine the clock on the wall tells nothing.
fn cpu_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}
