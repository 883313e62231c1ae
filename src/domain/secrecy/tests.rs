use super::*;

fn request(url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request { method: "POST".into(), url: url.into(), headers: headers.iter().copied().collect(), body: body.into(), ..Request::default() }
}

fn secrets(request: &Request) -> Vec<&str> {
    in_request(request).into_iter().filter_map(|(part, span)| cut(request, part, span)).collect()
}

#[test]
fn headers_give_the_credential_and_keep_the_scheme() {
    let of = |name, value| secrets(&request("", &[(name, value)], "")).join("|");
    assert_eq!(of("Authorization", "Bearer  abc"), "abc");
    assert_eq!(of("Authorization", "abc"), "abc");
    assert_eq!(of("Autorization", "Token abc"), "abc");
    assert_eq!(of("Cookie", "a=b; c=\"d\""), "b|\"d\"");
    assert_eq!(of("X-Api-Key", "k1 k2 k3"), "k1 k2 k3");
    assert_eq!(of("Authorization", "AWS4-HMAC-SHA256 Credential=x, Signature=y"), "x|y");
    for (name, value) in [("WWW-Authenticate", "Bearer realm=x"), ("Access-Control-Allow-Headers", "authorization"), ("Accept", "x")] {
        assert_eq!(of(name, value), "", "{name}");
    }
}

#[test]
fn a_header_in_the_value_of_another_one_is_found() {
    let of = |value: &str| secrets(&request("", &[("Host", value)], "")).join("|");
    for line in ["Authorization: Bearer abc", "Authorization:Bearer abc", "Authorization : Bearer abc", "Authorization Bearer abc"] {
        assert_eq!(of(&format!("h\n {line}")), "abc", "{line}");
    }
    assert_eq!(of("h\n X-Api-Key:abc"), "abc");
    assert_eq!(of(&format!("{}Authorization: Bearer abc", "a: ".repeat(100))), "abc");
}

#[test]
fn a_line_without_its_colon_is_no_name() {
    let of = |line: &str| secrets(&request("", &[(line, "")], "")).join("|");
    for line in ["X-Api-Key tulip", "X-Api-Key=tulip", "X-Api-Key;tulip", "X-Api-Key：tulip", "X-Api-Key|tulip", "X-Api-Key->tulip"] {
        assert_eq!(of(line), "tulip", "{line}");
    }
    assert_eq!(of("Accept text/html"), "");
}

#[test]
fn a_key_of_two_words_is_left_out_as_a_whole() {
    let request = request("", &[("X-Api-Key", "lemon tree")], "");
    assert_eq!(replaced(&request, "***").headers.get("x-api-key"), Some("***"));
}

#[test]
fn addresses_give_passwords_parameters_and_tokens() {
    let of = |url| secrets(&request(url, &[], "")).join("|");
    assert_eq!(of("https://ann:pw@h/?api_key=k1&page=2#access_token=t"), "pw|k1|t");
    assert_eq!(of("https://ghp_secret@h/"), "ghp_secret");
    assert_eq!(of("https://sk_live_1:@h/"), "sk_live_1");
    assert_eq!(of("https://h/reset/eyJhbGciOiJub25lIn0.e30.x/now"), "eyJhbGciOiJub25lIn0.e30.x/now");
    assert_eq!(of("https://h/?page=2&q=%20"), "");
}

#[test]
fn bodies_of_every_kind_are_looked_through() {
    let of = |kind, body| secrets(&request("", &[("Content-Type", kind)], body)).join("|");
    assert_eq!(of("application/x-www-form-urlencoded", "grant_type=password&username=a&password=p%20w"), "p%20w");
    assert_eq!(of("application/json", r#"{"user":"a","a":[{"clientSecret" : "s\"1"}],"password":"p","n":"x"}"#), r#"s\"1|p"#);
    assert_eq!(of("application/json", r#"{"password":"unfinish"#), "unfinish");
    assert_eq!(of("text/xml", "<s:E><wsse:Password Type=\"a>b\">p</wsse:Password><User>u</User></s:E>").split('|').count(), 1);
    assert_eq!(
        of("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\np w\r\n--b--"),
        "p w"
    );
}

#[test]
fn what_stands_for_a_secret_is_none() {
    for value in ["undefined", "{{token}}", "$KEY", "***"] {
        assert_eq!(secrets(&request("", &[("X-Api-Key", value)], "")), [""; 0], "{value}");
    }
}

#[test]
fn nothing_but_the_secrets_is_replaced() {
    let before = request("https://a:b@h/?key=c&x=1", &[("Authorization", "Bearer d"), ("Accept", "e")], "{ \"password\": \"f\" }");
    let after = replaced(&before, "***");
    assert_eq!(after.url, "https://a:***@h/?key=***&x=1");
    assert_eq!(after.headers.get("authorization"), Some("Bearer ***"));
    assert_eq!(after.body, "{ \"password\": \"***\" }");
    assert_eq!(replaced(&after, "***"), after, "a second time finds nothing");
}

#[test]
fn answers_give_out_cookies_codes_and_tokens() {
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    let of = |name, value| {
        let header = header(name, value);
        in_answer_header(&header).into_iter().filter_map(|s| s.cut(&header.value).map(String::from)).collect::<Vec<_>>()
    };
    assert_eq!(of("Set-Cookie", "sid=abc; Path=/"), ["abc"]);
    assert_eq!(of("Location", "https://h/cb?code=xyz&state=1"), ["xyz"]);
    let body = r#"{"access_token":"t1","error":{"code":"invalid_token"}}"#;
    assert_eq!(in_answer_body(body, "").into_iter().filter_map(|s| s.cut(body)).collect::<Vec<_>>(), ["t1"]);
}

#[test]
fn a_command_in_the_place_of_an_address_shows_no_value_of_its_options() {
    for (line, shown) in [
        ("-u ann:PASS https://h.example/p?a=1", "-u • https://h.example/p?a=1"),
        ("https://h.example/p -sSu ann:PASS", "https://h.example/p -s• •"),
        ("-x http://pu:PASS@p.example:8080 https://h.example/", "-x http://pu:•@p.example:8080 https://h.example/"),
        ("--oauth2-bearer PASS --cert=x.pem:PASS \"https://h.example/\"", "--oauth2-bearer • --cert=• \"https://h.example/\""),
        ("https://h.example/p%20-u%20ann:PASS", "https://h.example/p%20-u%20•"),
        ("https://h.example/a-b?c=-d&q=a%20-%20b%20-c", "https://h.example/a-b?c=-d&q=a%20-%20b%20-c"),
    ] {
        assert_eq!(replaced_in_url(line, "•"), shown);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
    #[test]
    fn no_text_breaks_it_and_places_are_in_order(url in ".{0,40}", value in ".{0,30}", body in r#"[{"a:<>=&\\password\n -]{0,40}"#) {
        let request = request(&url, &[("Authorization", &value), ("Cookie", &value)], &body);
        let found = in_request(&request);
        for (part, span) in &found {
            proptest::prop_assert!(cut(&request, *part, *span).is_some_and(|s| !s.is_empty()));
        }
        for pair in found.windows(2) {
            proptest::prop_assert!(pair[0].0 != pair[1].0 || pair[0].1.end <= pair[1].1.start);
        }
        let _ = replaced(&request, "***");
    }
}
