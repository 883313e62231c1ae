//! Odd places of a request.

use authtui::domain::secrecy;

use super::{CANARY, FORM, JSON, MULTIPART, TEXT, XML, arrives, jwt, request, shown};

#[test]
fn every_odd_place_is_covered() {
    let c = CANARY;
    let header = |name: &str, value: String| request("https://h.example/", &[(name, value.as_str())], "");
    let body = |kind: (&str, &str), body: String| request("https://h.example/", &[kind], &body);
    let url = |url: String| request(&url, &[], "");
    let requests = [
        url(format!("https://ann:{c}@h/x")),
        url(format!("https://{c}@h/x")),
        url(format!("https://{c}:@h/x")),
        url(format!("https://:{c}@h/x")),
        url(format!("https://ann:a@{c}@h/x")),
        url(format!("https://ann:a/{c}@h/x")),
        url(format!("https://ann:a?{c}@h/x")),
        url(format!("https://ann:a#{c}@h/x")),
        url(format!("https://{c}:x-oauth-basic@h/x")),
        url(format!("HTTPS://ann:{c}@h/x")),
        url(format!("https:/ann:{c}@h/x")),
        url(format!("https:\\\\ann:{c}@h/x")),
        url(format!("ann:{c}@h/x")),
        url(format!("//ann:{c}@h/x")),
        url(format!("http://https://ann:{c}@h/x")),
        url(format!("wss://ann:{c}@h/x")),
        url(format!("https://h/x#/cb?access_token={c}")),
        url(format!("https://h/x;jsessionid={c}")),
        url(format!("https://h/token/{c}/x")),
        url(format!("https://h/x?a=1;access_token={c}")),
        url(format!("https://h/x&access_token={c}")),
        url(format!("https://h/x?to=https://h/?access_token={c}")),
        url(format!("https://h/x?repo=https://ann:{c}@git.example/")),
        url(format!("https://hooks.slack.com/services/T0/B0/{c}")),
        url(format!("https://api.telegram.org/bot123:{c}/x")),
        url(format!("https://h/x?access_token%20={c}")),
        url(format!("https://h/x?={c}")),
        url(format!("https://h/x?access%5Ftoken={c}")),
        url(format!("https://h/x?access_token[]={c}")),
        url(format!("https://h/?user%5Bpassword%5D={c}")),
        header("Authorization", format!("Bearer  {c}")),
        header("Authorization", c.into()),
        header("Autorization", format!("Bearer {c}")),
        header("Athorization", c.into()),
        header("Authorizaton", c.into()),
        header("Authentication", c.into()),
        header("Bearer", c.into()),
        header("Aut", format!("Bearer {c}")),
        header("X-Anything", format!("Bearer {c}")),
        header("X-Anything", format!("SSWS {c}")),
        header("X-WSSE", format!("UsernameToken Username=\"a\", PasswordDigest=\"{c}\"")),
        header("Authorization", format!("Hawk id=\"a\", mac=\"{c}\"")),
        header("Sec-WebSocket-Protocol", format!("base64url.bearer.authorization.k8s.io.{c}")),
        header("Cookie", format!("sid={c}; a=b")),
        header("Cookie2", c.into()),
        header("Destination", format!("https://u:{c}@h/")),
        header("X-Client-Cert", c.into()),
        header("X-Userinfo", c.into()),
        header("X-Upstream", format!("npm_{c}{c}")),
        header("X-Upstream", format!("id=ghp_{c}{c}")),
        header("X-Upstream", format!("v1 {}", jwt(c))),
        header("X-Vault", c.into()),
        header("X-Hmac", c.into()),
        header("X-Pass", c.into()),
        header("X-Sig", c.into()),
        header("X-PIN", c.into()),
        header(&format!("Authorization Bearer {c}"), String::new()),
        header(c, String::new()),
        // A folded line, which is a part of the one above it.
        header("Host", format!("h\n Authorization: Bearer {c}")),
        header("Accept", format!("*/* X-Api-Key: {c}")),
        header("X-A", format!("b\n Cookie: sid={c}")),
        // Signs of a variable or an example around a real key.
        header("Authorization", format!("Bearer <a1b2c3d4e5f6{c}>")),
        header("Authorization", format!("Bearer ${{a1b2c3d4e5f6{c}}}")),
        header("X-Api-Key", format!("${{X:-a1b2c3d4e5f6{c}}}")),
        header("X-Api-Key", format!("[a1b2c3d4e5f6{c}]")),
        body(JSON, format!("{{\"password\":1{}}}", "234567890123")),
        body(JSON, format!("{{\"password\":{{\"value\":\"{c}\"}}}}")),
        body(JSON, format!("{{\"pass\\u0077ord\":\"{c}\"}}")),
        body(JSON, format!(r#"{{"query":"mutation{{login(user:\"a\",password:\"{c}\"){{t}}}}"}}"#)),
        body(JSON, format!("{{'password': '{c}'}}")),
        body(JSON, format!("{{password: \"{c}\"}}")),
        body(JSON, format!("{{\"password\"\n: \"{c}\"}}")),
        body(JSON, format!("{{\"url\":\"https://a:{c}@h/\"}}")),
        body(JSON, format!("{{\"value\":\"{c}\",\"name\":\"password\"}}")),
        body(JSON, format!("{{\"a\":1}}\n{{\"password\":\"{c}\"}}")),
        body(JSON, format!("{{\"x\":\"{}\"}}", jwt(c))),
        body(JSON, format!("{{\"x\":\"-----BEGIN PRIVATE KEY-----\\n{c}\\n-----END PRIVATE KEY-----\"}}")),
        body(FORM, format!("pass%77ord={c}")),
        body(FORM, format!("a=1&password ={c}")),
        body(FORM, format!("a=b\n&user=a\n&password={c}")),
        body(MULTIPART, format!("--b\nContent-Disposition: form-data; name='password'\n\n{c}\n--b--")),
        body(MULTIPART, format!("--b\nContent-Disposition: form-data; name*=UTF-8''password\n\n{c}\n--b--")),
        body(MULTIPART, format!("--b\nContent-Disposition: form-data; NAME = \"password\"\n\nfirst\n{c}\n--b--")),
        body(
            MULTIPART,
            format!("--b\nContent-Disposition: form-data; name=\"f\"; filename=\"id\"\n\n-----BEGIN OPENSSH PRIVATE KEY-----\n{c}\n--b--"),
        ),
        body(XML, format!("<a><password><v>{c}</v></password></a>")),
        body(XML, format!("<saml:Assertion>{c}</saml:Assertion>")),
        body(XML, format!("<input type=\"hidden\" name=\"access_token\" value=\"{c}\">")),
        body(TEXT, format!("password={c}")),
        body(TEXT, jwt(c)),
        body(TEXT, format!("-----BEGIN PRIVATE KEY-----\n{c}\n-----END PRIVATE KEY-----")),
        body(TEXT, format!("your token is {c}")),
        body(("Content-Type", "application/graphql"), format!("mutation{{login(password:\"{c}\")}}")),
        body(TEXT, format!("password: |\n  {c}\n")),
    ];
    let digits = "1234567890123";
    let seen: Vec<_> = requests
        .iter()
        .filter(|r| {
            let text = shown(r);
            text.contains(c) || text.contains(digits)
        })
        .collect();
    assert!(seen.is_empty(), "{seen:#?}");
    let arrive: Vec<_> = requests.iter().filter(|r| arrives(r, CANARY)).collect();
    assert!(arrive.is_empty(), "{arrive:#?}");
}

#[test]
fn a_password_in_an_address_is_covered_whatever_stands_before_it() {
    let befores = [
        "",
        "\"",
        "'",
        "<",
        "(",
        "`",
        "url=",
        "@",
        "\u{a0}",
        "\u{200b}",
        "to ",
        "http://x/",
        "{{x}}",
        "https://a.example/p https://b.example/ ",
    ];
    for before in befores {
        for secret in ["ann:c4n4ry-w0rd@h.example/p", "c4n4ry-w0rd@h.example"] {
            let line = format!("{before}https://{secret}");
            let shown = secrecy::replaced_in_url(&line, "***");
            assert!(!shown.contains("c4n4ry-w0rd") && shown.contains("h.example"), "{line}: {shown}");
        }
    }
}

#[test]
fn the_values_of_a_command_are_covered_with_or_without_a_blank_before_them() {
    for options in ["-u ann:{c}", "-uann:{c}", "-sSuann:{c}", "-HX-Api-Key:{c}", "-Ex:{c}", "-bsid={c}", "--user=ann:{c}", "-s -uann:{c}"] {
        let line = format!("{} https://h.example/p", options.replace("{c}", "c4n4ry-w0rd"));
        for line in [line.clone(), line.replace(' ', "%20")] {
            let shown = secrecy::replaced_in_url(&line, "***");
            assert!(!shown.contains("c4n4ry-w0rd"), "{line}: {shown}");
        }
    }
}
