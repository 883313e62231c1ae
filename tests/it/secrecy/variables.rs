//! Values of secret variables.

use authtui::checks::mask::Masker;
use authtui::domain::exchange::Exchange;
use authtui::domain::origin;
use authtui::domain::request::Request;
use authtui::domain::secrecy;
use authtui::formats::http_file::Document;
use authtui::formats::mask::masked;
use authtui::formats::variables::{Layer, Variables};

use super::CANARY;

/// A request that uses a variable in each place, as it goes out.
fn filled(name: &str, value: &str, layer: Layer) -> Request {
    let place = format!("{{{{{name}}}}}");
    let text = format!(
        "POST https://h.example/items/{place}/x?page={place}\nX-Note: a {place}\nX-{place}: 1\n\n{{\"note\":\"{place}\",\"n\":\"a{place}b\"}}"
    );
    let mut variables = Variables::default();
    variables.extend(layer, [(name.to_string(), value.to_string())]);
    let none = |path: &str| Err(format!("no {path}"));
    Document::read(&text).exchange(0, &variables, &none).expect("a request").0.request
}

#[test]
fn the_value_of_a_secret_variable_is_covered_wherever_it_is_filled_in() {
    for (name, layer) in [
        ("password", Layer::File),
        ("apiKey", Layer::Environment),
        ("CLIENT_SECRET", Layer::Dotenv),
        ("DB_PASSWORD", Layer::Process),
        ("customer", Layer::PrivateEnvironment),
        ("customer", Layer::Dotenv),
        ("CUSTOMER_7", Layer::Dotenv),
    ] {
        for value in ["summer", "hunter2", "correct horse", CANARY, "abcd"] {
            let request = filled(name, value, layer);
            let in_url = value.replace(' ', "%20");
            assert!(request.url.contains(&in_url) && request.body.contains(value), "{request:?}");
            let covered = secrecy::replaced(&request, "***");
            let shown = format!("{covered:?}");
            assert!(!shown.contains(value) && !shown.contains(&in_url), "{name}: {covered:?}");
            let masker = Masker::of(&Exchange { request: request.clone(), ..Exchange::default() });
            assert!(!masker.hide(&format!("no item `{value}`")).contains(value), "{name}");
            assert!(origin::carries_credential(&request));
        }
    }
    for value in ["api.example", "https://api.example:8443/v1", "8080", "true", "localhost"] {
        assert_eq!(secrecy::in_request(&filled("customer", value, Layer::Dotenv)), [], "{value}");
    }
    for name in ["username", "page", "tenant", "key_id", "scope", "token_type"] {
        assert_eq!(secrecy::in_request(&filled(name, "summer", Layer::Environment)), [], "{name}");
    }
}

#[test]
fn a_secret_in_another_variable_is_covered_without_the_words_around_it() {
    let text = "@password = summer\n@login = ann {{password}} x\n\nGET https://h.example/\nX-Note: {{login}}\nX-Code: {{%password}}\n";
    let none = |path: &str| Err(format!("no {path}"));
    let request = Document::read(text).exchange(0, &Variables::default(), &none).expect("a request").0.request;
    let covered = secrecy::replaced(&request, "***");
    assert_eq!((covered.headers.get("X-Note"), covered.headers.get("X-Code")), (Some("ann *** x"), Some("***")));
}

#[test]
fn a_token_that_was_pasted_beside_a_variable_is_secret() {
    let token = "q7Rk2mXw9Tb4Zp1LcV8nKd3f";
    for value in [format!("Bearer {{{{access_token}}}}{token}"), format!("Bearer {token}{{{{access_token}}}}")] {
        let headers = [("Authorization", value.as_str())].into_iter().collect();
        let request = Request { method: "GET".into(), url: "https://h.example/".into(), headers, ..Request::default() };
        assert!(!format!("{:?}", masked(&request)).contains(token), "{value}");
    }
    let headers = [("Authorization", "Bearer {{access_token_of_the_first_login_2026}}-{{n}}")].into_iter().collect();
    let request = Request { method: "GET".into(), url: "https://h.example/".into(), headers, ..Request::default() };
    assert_eq!(masked(&request).headers.get("authorization"), request.headers.get("authorization"));
}
