//! Where real APIs and tools put their secrets, over all outputs: the request as it is shown, copied and sent on, the answer as it
//! is shown, and messages that repeat a secret of either.

use authtui::app::panes::response::{BodyForm, ResponseText};
use authtui::checks::mask::{Masker, echoes_of};
use authtui::domain::exchange::Exchange;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::domain::secrecy::echo::Echoes;
use base64::Engine as _;

use super::{CANARY, FORM, JSON, MULTIPART, TEXT, XML, are_readable, arrives, drawn, request, shown};

const SECRETS: [&str; 2] = [CANARY, "Sunny-Meadow7"];
const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn requests(c: &str) -> Vec<Request> {
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("ann:{c}"));
    let api = "https://api.example/v1/x";
    let header = |name: &str, value: String| request(api, &[(name, value.as_str())], "");
    let url = |rest: String| request(&format!("{api}{rest}"), &[], "");
    let body = |kind: (&str, &str), text: String| request(api, &[kind], &text);
    let part = |name: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{c}\r\n--b--");
    vec![
        header("Authorization", format!("Bearer {c}")),
        header("Authorization", format!("Basic {basic}")),
        header("Authorization", format!("token {c}")),
        header("Authorization", format!("GenieKey {c}")),
        header("Authorization", format!("Klaviyo-API-Key {c}")),
        header("Authorization", format!("DeepL-Auth-Key {c}")),
        header("Authorization", format!("SSWS {c}")),
        header("Authorization", format!("Bot {c}")),
        header("Authorization", format!("Key {c}")),
        header("Authorization", format!("AWS4-HMAC-SHA256 Credential=A/20261128/r/s/aws4_request, SignedHeaders=host, Signature={c}")),
        header("Authorization", format!("OAuth oauth_consumer_key=\"a\", oauth_token=\"{c}\"")),
        header("Authorization", format!("MediaBrowser Client=\"a\", Token=\"{c}\"")),
        header("X-API-Key", c.into()),
        header("api-key", c.into()),
        header("xi-api-key", c.into()),
        header("x-goog-api-key", c.into()),
        header("Ocp-Apim-Subscription-Key", c.into()),
        header("x-functions-key", c.into()),
        header("DD-API-KEY", c.into()),
        header("DD-APPLICATION-KEY", c.into()),
        header("X-Vault-Token", c.into()),
        header("X-Consul-Token", c.into()),
        header("X-Shopify-Access-Token", c.into()),
        header("PRIVATE-TOKEN", c.into()),
        header("JOB-TOKEN", c.into()),
        header("X-Figma-Token", c.into()),
        header("X-Postmark-Server-Token", c.into()),
        header("X-Auth-Key", c.into()),
        header("X-RapidAPI-Key", c.into()),
        header("CF-Access-Client-Secret", c.into()),
        header("X-Plex-Token", c.into()),
        header("X-Emby-Token", c.into()),
        header("X-Algolia-API-Key", c.into()),
        header("X-MBX-APIKEY", c.into()),
        header("CB-ACCESS-PASSPHRASE", c.into()),
        header("Fastly-Key", c.into()),
        header("Circle-Token", c.into()),
        header("X-Contentful-Token", c.into()),
        header("Cookie", format!("theme=dark; session={c}")),
        url(format!("?api_key={c}")),
        url(format!("?apikey={c}&q=x")),
        url(format!("?key={c}")),
        url(format!("?access_token={c}")),
        url(format!("?auth_token={c}")),
        url(format!("?hapikey={c}")),
        url(format!("?X-Amz-Signature={c}")),
        url(format!("?sv=2026-01-01&sr=b&sig={c}")),
        url(format!("?token={c}#x")),
        request(&format!("https://ann:{c}@api.example/"), &[], ""),
        request(&format!("https://hooks.slack.com/services/T0/B0/{c}{c}"), &[], ""),
        request(&format!("https://api.telegram.org/bot123:{c}/getMe"), &[], ""),
        body(FORM, format!("grant_type=password&username=ann&password={c}")),
        body(FORM, format!("grant_type=client_credentials&client_id=a&client_secret={c}")),
        body(FORM, format!("grant_type=refresh_token&refresh_token={c}")),
        body(FORM, format!("grant_type=authorization_code&code={c}")),
        body(JSON, format!("{{\"email\":\"ann@h.example\",\"password\":\"{c}\"}}")),
        body(JSON, format!("{{\"auth\":{{\"passwordCredentials\":{{\"username\":\"ann\",\"password\":\"{c}\"}}}}}}")),
        body(JSON, format!("{{\"role_id\":\"a\",\"secret_id\":\"{c}\"}}")),
        body(JSON, format!("{{\"query\":\"mutation{{login(email:\\\"a\\\",password:\\\"{c}\\\"){{token}}}}\"}}")),
        body(JSON, format!("{{\"url\":\"postgres://ann:{c}@db/x\"}}")),
        body(JSON, format!("{{\"url\":\"jdbc:oracle:thin:ann/{c}@//db:1521/x\"}}")),
        body(TEXT, format!("spring.url=jdbc:oracle:thin:ann/{c}@db:1521:x\n")),
        body(JSON, format!("{{\"wifi\":\"WIFI:T:WPA;S:home;P:{c};;\"}}")),
        body(TEXT, format!("WIFI:S:home;T:WPA;H:false;P:{c};;")),
        body(TEXT, format!("a:2:{{s:4:\"user\";s:3:\"ann\";s:8:\"password\";s:{}:\"{c}\";}}", c.len())),
        body(TEXT, format!("user|s:3:\"ann\";api_key|s:{}:\"{c}\";", c.len())),
        body(("Content-Type", "application/edn"), format!("{{:user \"ann\" :password \"{c}\"}}")),
        body(("Content-Type", "application/edn"), format!("{{:db {{:user \"ann\", :api-key   \"{c}\"}}}}")),
        body(JSON, format!("{{\"p\u{430}ssword\":\"{c}\"}}")),
        body(JSON, format!("{{\"\u{440}\u{430}ssw\u{43e}rd\":\"{c}\"}}")),
        body(JSON, format!("{{\"\u{ff50}\u{ff41}\u{ff53}\u{ff53}\u{ff57}\u{ff4f}\u{ff52}\u{ff44}\":\"{c}\"}}")),
        body(FORM, format!("user=ann&t\u{3bf}ken={c}")),
        body(XML, format!("<a><user>ann:{c}</user></a>")),
        body(XML, format!("<soap:Envelope><wsse:Password Type=\"x\">{c}</wsse:Password></soap:Envelope>")),
        body(XML, format!("<add key=\"ClientSecret\" value=\"{c}\"/>")),
        body(YAML, format!("apiVersion: v1\nkind: Secret\nstringData:\n  x: {c}\n")),
        body(MULTIPART, part("client_secret")),
        body(TEXT, format!("machine h.example login ann password {c}\n")),
        body(TEXT, format!("Server=db;Database=x;User Id=ann;Password={c};")),
        body(TEXT, format!("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={c};EndpointSuffix=x")),
        body(TEXT, format!("[default]\naws_access_key_id = A\naws_secret_access_key = {c}\n")),
        body(TEXT, format!("//registry.npmjs.org/:_authToken={c}\n")),
    ]
}

fn answers(c: &str) -> Vec<String> {
    let hash = c.repeat(3).replace('-', "x");
    vec![
        format!("{{\"access_token\":\"{c}\",\"token_type\":\"bearer\",\"expires_in\":3600}}"),
        format!(
            "{{\"request_id\":\"r\",\"lease_id\":\"\",\"lease_duration\":0,\"data\":{{\"data\":{{\"x\":\"{c}\"}},\"metadata\":{{\"version\":2}}}}}}"
        ),
        format!("{{\"request_id\":\"r\",\"lease_id\":\"\",\"renewable\":false,\"data\":{{\"x\":{{\"y\":[\"two\",\"{c}\"]}}}}}}"),
        format!("{{\"data\":{{\"username\":\"v-ann\",\"x\":\"{c}\"}},\"lease_id\":\"database/creds/a/b\"}}"),
        format!("{{\"auth\":{{\"client_token\":\"{c}\",\"policies\":[\"default\"]}}}}"),
        format!("{{\"ARN\":\"arn:aws:x\",\"Name\":\"a\",\"SecretString\":\"{c}\"}}"),
        format!("{{\"Name\":\"a\",\"SecretString\":\"{{\\\"x\\\":\\\"{c}\\\"}}\"}}"),
        format!("{{\"Name\":\"a\",\"SecretBinary\":\"{c}\"}}"),
        format!("{{\"Credentials\":{{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"{c}\"}}}}"),
        format!("{{\"kind\":\"Secret\",\"data\":{{\"x\":\"{c}\"}}}}"),
        format!("{{\"name\":\"projects/1/secrets/a/versions/2\",\"payload\":{{\"data\":\"{c}\",\"dataCrc32c\":\"12\"}}}}"),
        format!("{{\"fields\":[{{\"id\":\"a1\",\"type\":\"CONCEALED\",\"label\":\"x\",\"value\":\"{c}\"}}]}}"),
        format!("{{\"fields\":[{{\"id\":\"password\",\"purpose\":\"PASSWORD\",\"value\":\"{c}\"}}]}}"),
        format!("{{\"secrets\":{{\"X\":{{\"raw\":\"{c}\",\"computed\":\"{c}\"}}}}}}"),
        format!("{{\"secrets\":{{\"X\":\"{c}\"}}}}"),
        format!("{{\"name\":\"API_KEY\",\"value\":{{\"raw\":\"{c}\",\"computed\":\"{c}\"}},\"success\":true}}"),
        format!("ann:$apr1$abcdefgh${hash}\nbob:{{SHA}}{hash}=\n"),
        format!("ann:$2y$10${hash}\n"),
        format!("{{\"users\":[{{\"name\":\"ann\",\"x\":\"$argon2id$v=19$m=1,t=2,p=1$c2FsdA${hash}\"}}]}}"),
        format!("<a><user>ann:{c}</user></a>"),
        format!("{{:token \"{c}\"}}"),
    ]
}

#[test]
fn where_apis_put_secrets_they_are_covered_in_every_output() {
    let mut seen = Vec::new();
    for c in SECRETS {
        let (requests, answers) = (requests(c), answers(c));
        assert!(requests.len() + answers.len() >= 100, "{} and {}", requests.len(), answers.len());
        for request in requests {
            if shown(&request).contains(c) {
                seen.push(format!("{} {:?} {}", request.url, request.headers, request.body));
            }
            if arrives(&request, c) {
                seen.push(format!("{} {:?} {} arrives", request.url, request.headers, request.body));
            }
            let echo = Response { body: format!("you sent {c} there").into(), reason: format!("No {c}"), ..Response::default() };
            // A bot's token is repeated as a whole, its number included, and so is a hook's.
            if request.url.contains(c) && !request.url.contains(['?', '@']) {
                continue;
            }
            if drawn(&ResponseText::new(&echo, echoes_of(&request), BodyForm::LaidOut)).contains(c) {
                seen.push(format!("{} {:?} {} is repeated", request.url, request.headers, request.body));
            }
            let masker = Masker::of(&Exchange { request: request.clone(), ..Exchange::default() });
            if masker.hide_in_text(&echo.reason).contains(c) {
                seen.push(format!("{} {:?} {} is told", request.url, request.headers, request.body));
            }
        }
        for body in answers {
            let media_type = if body.starts_with('<') {
                "text/xml"
            } else if body.starts_with("{\"") {
                "application/json"
            } else {
                "text/plain"
            };
            let headers = [("Content-Type", media_type)].into_iter().collect();
            let answer = Response { headers, body: body.clone().into(), ..Response::default() };
            for form in [BodyForm::LaidOut, BodyForm::AsReceived] {
                if drawn(&ResponseText::new(&answer, Echoes::default(), form)).contains(c) {
                    seen.push(format!("{body} is shown ({form:?})"));
                }
            }
            let masker = Masker::of(&Exchange { answer: Some(answer), ..Exchange::default() });
            // A hash, or JSON in a string, is no value that messages repeat in part.
            if !body.contains(['$', '\\']) && masker.hide_in_text(&format!("it says {c} there")).contains(c) {
                seen.push(format!("{body} is told"));
            }
        }
    }
    assert!(seen.is_empty(), "{} of them: {seen:#?}", seen.len());
}

#[test]
fn what_only_looks_like_such_a_place_is_readable() {
    are_readable(&[
        (JSON.1, "{\"lease_duration\":3600,\"data\":{\"accessor\":\"a7b\",\"policies\":[\"web7\"],\"path\":\"auth/x7y\"}}"),
        (JSON.1, "{\"lease_id\":\"\",\"data\":{\"keys\":[\"web7\",\"db7\"]}}"),
        (JSON.1, "{\"lease_id\":\"\",\"data\":{\"metadata\":{\"created_time\":\"2026-11-28T08:31:18Z\",\"version\":2}}}"),
        (JSON.1, "{\"name\":\"projects/1/topics/a7b\",\"payload\":{\"data\":\"web7b\"}}"),
        (JSON.1, "{\"secrets\":[{\"name\":\"web7b\",\"created_at\":\"2026-11-28T08:31:18Z\"}],\"total_count\":1}"),
        (JSON.1, "{\"secrets\":{\"enabled\":true,\"provider\":\"vault\",\"count\":2}}"),
        (JSON.1, "{\"fields\":[{\"type\":\"STRING\",\"label\":\"x\",\"value\":\"web7b\"}]}"),
        (TEXT.1, "a:1:{s:4:\"page\";s:4:\"two7\";}"),
        (TEXT.1, "it costs $1$ or $2$ and {SHA}, see s:1 and :page \"two7\""),
        (TEXT.1, "WIFI:T:nopass;S:home;;"),
        (TEXT.1, "jdbc:oracle:thin:@//db:1521/x"),
        (XML.1, "<a><user>ann:role</user><user>urn:example:b7</user></a>"),
        (JSON.1, "{\"страница\":\"web7b\",\"n\u{3bf}te\":\"web7b\"}"),
    ]);
}

/// Names and values that no sign joins.
#[test]
fn what_a_line_a_column_or_a_label_names_is_covered() {
    super::are_covered(&["hunter2secret", "Winter2026!"], |secret| {
        vec![
            ("text/plain", format!("Login\nPassword:\n{secret}\n\nbye")),
            ("text/plain", format!("Hello,\n\nuser,password,role\nbob,{secret},admin\n\nregards")),
            ("text/plain", format!("rows:\nid;api_key\n1;{secret}\n2;{secret}\n")),
            ("text/html", format!("<form><textarea name=\"client_secret\">{secret}</textarea></form>")),
            ("text/html", format!("<select name=\"api_key\"><option value=\"{secret}\">the first</option></select>")),
            ("text/html", format!("<label>Password</label><span>{secret}</span>")),
            ("text/html", format!("<html><script>var password = \"{secret}\"; go();</script></html>")),
            ("text/html", format!("<html><script>window.apiKey='{secret}'</script></html>")),
            ("text/html", format!("<html><script>login({{secret:`{secret}`}})</script></html>")),
            ("text/plain", format!("[server]\nport = 1\n\n[credentials]\nvalue = \"{secret}\"\n")),
        ]
    });
}
