//! What an answer hands out and repeats, and messages that quote an input.

use authtui::app::panes::response::{BodyForm, ResponseText};
use authtui::checks::mask::{Masker, echoes_of};
use authtui::domain::exchange::Exchange;
use authtui::domain::headers::Header;
use authtui::domain::response::Response;
use authtui::domain::secrecy;
use authtui::domain::secrecy::echo::Echoes;
use base64::Engine as _;

use super::{CANARY, SECRETS, drawn, jwt, request};

#[test]
fn what_an_answer_gives_out_is_covered() {
    let c = CANARY;
    for (name, value) in [
        ("Set-Cookie", format!("sid={c}; Path=/")),
        ("Set-Cookie2", format!("sid={c}")),
        ("Set-Cookie", c.into()),
        ("Location", format!("https://h/cb?code={c}")),
        ("Location", format!("https://h/cb#access_token={c}")),
        ("Location", format!("https://a:{c}@h/")),
        ("Refresh", format!("0; url=https://h/cb?code={c}")),
        ("Link", format!("<https://h/?access_token={c}>; rel=next")),
        ("Content-Location", format!("/x?access_token={c}")),
        ("X-Auth-Token", c.into()),
        ("X-Subject-Token", c.into()),
        ("Authorization", format!("Bearer {c}")),
        ("X-CSRF-Token", c.into()),
        ("X-Amzn-Oidc-Data", jwt(c)),
    ] {
        let header = Header { name: name.into(), value };
        let found: Vec<_> = secrecy::in_answer_header(&header).into_iter().filter_map(|s| s.cut(&header.value)).collect();
        assert!(found.iter().any(|f| f.contains(c)), "{header:?}");
    }
    for name in SECRETS.split_whitespace().chain(["code", "key", "auth", "AccessToken", "cookie", "d"]) {
        for body in [format!("{{\"{name}\":\"{c}\"}}"), format!("<form><input name=\"{name}\" value=\"{c}\"></form>")] {
            let found: Vec<_> = secrecy::in_answer_body(&body, "").into_iter().filter_map(|s| s.cut(&body)).collect();
            assert_eq!(found, [c], "{body}");
        }
    }
}

#[test]
fn what_an_answer_repeats_is_covered_in_every_writing() {
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let basic = encode(&format!("ann:{CANARY}"));
    let request = request(
        &format!("https://h.example/?key={CANARY}"),
        &[("Authorization", &format!("Basic {basic}")), ("X-Api-Key", "p/w d\"1234"), ("Cookie", "sid=0123456789; lang=en")],
        "",
    );
    let secrets = [CANARY, &basic, "p/w d\"1234", "p%2Fw%20d%221234", r#"p/w d\"1234"#, &encode("p/w d\"1234"), "0123456789"];
    let values: Vec<String> = secrets.iter().map(|s| format!("before {s} behind")).collect();
    let body =
        serde_json::json!({ "data": values, "headers": { "X": format!("Basic {basic}") }, "words": "english, enlist, 0123456789012" });
    let response = Response {
        headers: [("X-Echo", format!("/?key={CANARY}"))].into_iter().collect(),
        body: body.to_string().into(),
        reason: format!("no {CANARY}"),
        ..Response::default()
    };
    for form in [BodyForm::LaidOut, BodyForm::AsReceived] {
        let shown = drawn(&ResponseText::new(&response, echoes_of(&request), form));
        for secret in secrets {
            assert!(!shown.contains(&format!("before {secret} behind")), "{secret} in {shown}");
        }
        assert!(!shown.contains(CANARY) && !shown.contains(&basic[..16]), "{shown}");
        assert!(shown.contains("english, enlist, 0123456789012"), "{shown}");
    }
    let exchange = Exchange { request, answer: Some(response.clone()), ..Exchange::default() };
    assert!(!Masker::of(&exchange).hide_in_text(&response.reason).contains(CANARY));
}

#[test]
fn a_long_answer_is_covered_to_its_end_and_before_it_was_looked_through() {
    let filler = r#"{"id": 1, "tags": ["a", "b"], "note": "the token expired"}"#;
    for (media_type, body) in [
        (
            "application/json",
            format!("{{\"items\":[{}],\"access_token\":\"{CANARY}\",\"echo\":\"s3cret-of-mine\"}}", vec![filler; 20_000].join(",")),
        ),
        (
            "application/json",
            format!("{{\"access_token\":\"{CANARY}\",\"items\":{},\"echo\":\"s3cret-of-mine\"}}", "[[[[1,2]]]]".repeat(30_000)),
        ),
        (
            "text/html",
            format!("<p>{}</p><input name=\"access_token\" value=\"{CANARY}\">s3cret-of-mine", "<b>the token expired</b>\n".repeat(40_000)),
        ),
        ("text/plain", format!("{}access_token={CANARY}\ns3cret-of-mine", "the token expired\n".repeat(60_000))),
    ] {
        let headers = [("Content-Type", media_type)].into_iter().collect();
        let response = Response { headers, body: body.into(), ..Response::default() };
        for form in [BodyForm::LaidOut, BodyForm::AsReceived] {
            let mut text = ResponseText::new(&response, Echoes::new(["s3cret-of-mine".to_string()]), form);
            loop {
                let shown = drawn(&text);
                assert!(!shown.contains(CANARY) && !shown.contains("s3cret-of-mine"), "{media_type}");
                if text.is_whole(&response) {
                    assert!(shown.contains("the token expired") || shown.contains("1,"), "{media_type}");
                    let covered = text.secrets().iter().map(|s| s.len()).sum::<usize>();
                    assert_eq!(covered, CANARY.len() + "s3cret-of-mine".len(), "{media_type}");
                    break;
                }
                text.lay_out_more(&response);
            }
        }
    }
}

#[test]
fn messages_that_quote_an_input_leave_its_secrets_out() {
    for message in [
        format!("-H: \"Authorization Bearer {CANARY}\" has no colon"),
        format!("{CANARY}: no such file"),
        format!("--zzz \"{CANARY}\" is no flag"),
        format!("curl -H 'X: {}' https://h/", jwt(CANARY)),
        format!("the proxy http://ann:{CANARY}@h:1 cannot be used"),
        format!("token={CANARY} is bad"),
        "password=hunter2 is bad".to_string(),
        "https://ann:hunter2@h/ is no address".to_string(),
    ] {
        let told = secrecy::quoted(&message);
        assert!(!told.contains(CANARY) && !told.contains("hunter2"), "{told}");
    }
    for message in [
        "line 1, column 5: the text ends where a member's name should be",
        "token: line 1, column 1: empty",
        "requests/550e8400-e29b-41d4-a716-446655440000.http: no such file",
    ] {
        assert_eq!(secrecy::quoted(message), message);
    }
}
