//! What one has to read, and what names no secret.

use authtui::domain::headers::Header;
use authtui::domain::secrecy;

use super::{CANARY, PLAIN, READABLE, places};

#[test]
fn what_a_credential_says_besides_its_secret_is_readable() {
    for (value, shown) in [
        (
            "Digest username=\"ann\", realm=\"a, b\", nonce=\"n7b\", uri=\"/x?page=2\", qop=auth, nc=00000001, cnonce=\"c\", response=\"r7b\"",
            "Digest username=\"ann\", realm=\"a, b\", nonce=\"***\", uri=\"/x?page=2\", qop=auth, nc=00000001, cnonce=\"***\", response=\"***\"",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host;x-amz-date, Signature=7b",
            "AWS4-HMAC-SHA256 Credential=***, SignedHeaders=host;x-amz-date, Signature=***",
        ),
        ("Digest username=\"ann\", uri=\"/x?token=hunter2\"", "Digest username=\"ann\", uri=\"/x?token=***\""),
        ("Digest username=\"CANARYzq8vT4pW2kLm7x\", x=1", "Digest username=\"***\", x=***"),
        ("Hawk id=\"ann\", \"b\"", "Hawk ***"),
        ("Bearer realm=hunter2", "Bearer ***"),
        ("Basic", "Basic"),
        ("Bearer ", "Bearer "),
    ] {
        assert_eq!(super::in_header("Authorization", value), shown);
    }
    for (name, value) in [
        ("WWW-Authenticate", "Bearer authorization_uri=https://login.example/e8742b5f-a9df-455b-a8ae-93c3fa0fd2fc/oauth2"),
        ("Sec-WebSocket-Accept", "93NmeuyDifmoA70tQuZDkUs3NPs="),
        ("Set-Cookie", "sessionid=\"\"; Path=/"),
    ] {
        let header = authtui::domain::headers::Header { name: name.into(), value: value.into() };
        assert_eq!(secrecy::in_answer_header(&header), [], "{name}");
    }
    assert_eq!(secrecy::in_url("https://h/api/index-pattern/87827787-9141-4290-ab66-5de5b3e035fd"), []);
    let body = "{\"messages\":[{\"token_class\":\"AccessToken\"}],\"m\":\"a header. Authorization=Basic abc\"}";
    assert_eq!(secrecy::in_answer_body(body, "application/json"), []);
}

#[test]
fn what_names_a_request_or_a_server_is_readable() {
    for (name, value) in [
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE4vT4pW2kLm7x"),
        ("baggage", "userId=8vT4pW2kLm7xQ9aZbC3d,serverNode=DF28"),
        ("sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"),
        ("b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"),
        ("X-B3-TraceId", "80f198ee56343ba864fe8b2a57d3eff7"),
        ("X-Request-Id", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("X-RequestID", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("Request-Id", "req_8vT4pW2kLm7xQ9aZbC3d"),
        ("X-Correlation-ID", "8vT4pW2kLm7xQ9aZbC3dE5"),
        ("x-amzn-requestid", "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99"),
        ("x-amzn-RequestId", "8vT4pW2kLm7xQ9aZbC3dE5"),
        ("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"),
        ("x-amz-id-2", "eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran"),
        ("x-amz-cf-id", "3vTq8LmZwPk2RdYx7BnC4w9Q=="),
        ("CF-RAY", "7d1f8a2b3c4d5e6f7a8b9c0d-FRA"),
        ("apigw-requestid", "d8vT4pW2kLm7xQ9aZbC3d="),
        ("ETag", "\"5f4dcc3b5aa765d61d8327deb882cf99\""),
        ("Server", "gws/8vT4pW2kLm7xQ9aZbC3d"),
        ("Date", "Sat, 28 Nov 2026 08:31:18 GMT"),
        ("Last-Modified", "Sat, 28 Nov 2026 08:31:18 GMT"),
        ("Via", "1.1 d1a2b3c4d5e6f7a8b9c0.cloudfront.net (CloudFront)"),
        ("X-Served-By", "cache-fra-eddf8230027-FRA"),
        ("X-Git-Commit", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"),
        ("X-App-Version", "2024.05.01-SNAPSHOT-a1b2c3d4e5f6"),
        ("X-Pod", "api-7d4b9c6f5d-x8k2p"),
        ("X-Forwarded-For", "2001:db8:85a3::8a2e:370:7334, 10.0.0.1"),
        ("X-Forwarded-Host", "d1a2b3c4d5e6f7a8b9c0.example.com"),
        ("Content-Security-Policy", "script-src 'nonce-8vT4pW2kLm7xQ9aZbC3d' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"),
        ("Report-To", "{\"group\":\"a\",\"endpoints\":[{\"url\":\"https://r.example/8vT4pW2kLm7xQ9aZbC3d\"}]}"),
        ("Content-Disposition", "attachment; filename=\"report-5f4dcc3b5aa765d61d83.pdf\""),
        ("Alt-Svc", "h3=\":443\"; ma=86400"),
        ("X-Powered-By", "PHP/8.1.2-1ubuntu2.14"),
        ("Content-Type", "multipart/form-data; boundary=----WebKitFormBoundary8vT4pW2kLm7xQ9aZ"),
        ("X-Anything", "application/vnd.github.v3+json"),
        ("X-Anything", "read:user, write:org2, admin:repo_hook"),
        ("X-Anything", "invalid_grant AADSTS700016"),
        ("X-Anything", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("X-Anything", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        ("X-Anything", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("X-Anything", "GetObjectTaggingRequestHandlerFactory"),
        ("X-Anything", "com.example.orders.v2.OrderServiceGrpc"),
        ("X-Anything", "my-service-v2-eu-west-1a-prod"),
        ("X-Anything", "2026-11-28T08:31:18.123456Z"),
        ("X-Anything", "123456789012345678901234567890"),
        ("X-Anything", "550e8400-e29b-41d4-a716-446655440000"),
        ("X-Anything", "the quick brown fox jumps over the lazy dog"),
        ("X-Anything", "arn:aws:iam::123456789012:role/ReadOnlyRole"),
    ] {
        let header = Header { name: name.into(), value: value.into() };
        assert_eq!(secrecy::in_header(&header), [], "{name}: {value}");
        assert_eq!(secrecy::in_answer_header(&header), [], "{name}: {value}");
    }
}

#[test]
fn what_one_has_to_read_is_readable() {
    let mut wrong = Vec::new();
    for name in READABLE.split_whitespace() {
        for value in [PLAIN, CANARY, "550e8400-e29b-41d4-a716-446655440000"] {
            for (place, request) in places(name, value) {
                if !secrecy::in_request(&request).is_empty() {
                    wrong.push(format!("{name}={value} in {place}"));
                }
            }
        }
        let body = format!("{{\"{name}\":\"{CANARY}\"}}");
        if !secrecy::in_answer_body(&body, "application/json").is_empty() {
            wrong.push(format!("{name} in an answer"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_and_messages_are_readable() {
    for body in [
        r#"{"error":"invalid_token","error_description":"the token expired: renew it","code":"invalid_token","token_type":"Bearer"}"#,
        r#"{"message":"Invalid token: expired","code":401,"key":"users.list","pin":null,"usage":{"prompt_tokens":12,"total_tokens":20}}"#,
        r#"{"scope":"token:read secret:write api_key:list","auth":"required","session":false,"credentials":{"username":"ann","type":"basic"}}"#,
        r#"{"next_page_token":"eHh4eHh4YzI5bWQyVjBiMjlz","kid":"8vT4pW2kLm7xQ9aZ","client_id":"Xk29fLmqT77aBc01"}"#,
        "Invalid token: expired",
        "Access denied. Authentication required: no credentials were sent",
        "<html><title>401 Authorization Required</title><p>Your session: has expired. The password must have 8 letters.</p></html>",
        "error=invalid_grant&error_description=The+code+is+wrong",
    ] {
        let found: Vec<_> = secrecy::in_answer_body(body, "").into_iter().filter_map(|s| s.cut(body)).collect();
        assert_eq!(found, [""; 0], "{body}");
    }
    for name in ["list users by sort key", "Refresh token: step 2", "copy of GET /token", "POST /v1/session?page=2"] {
        assert_eq!(secrecy::quoted(name), name);
    }
    for (name, value) in [
        ("X-Token-Type", "Bearer"),
        ("Keyword", "a"),
        ("X-Monkey", "a"),
        ("X-Session-Timeout", "30"),
        ("X-OAuth-Scopes", "repo, user"),
        ("X-Accepted-OAuth-Scopes", "repo"),
        ("X-Authenticated-User", "ann@example.com"),
        ("Accept-Signature", "sig1=()"),
        ("Key-Id", CANARY),
        ("X-Key-Type", "RSA"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Cache-Key", PLAIN),
        ("X-Cache-Key", PLAIN),
        ("Access-Control-Request-Headers", "authorization"),
        ("X-Authorization-Mode", "strict"),
        ("User-Agent", "a/1.2.3 (X11; Linux x86_64)"),
        ("X-Request-Id", "550e8400-e29b-41d4-a716-446655440000"),
        ("Idempotency-Key", CANARY),
        ("If-None-Match", "\"8vT4pW2kLm7xQ9aZ\""),
        ("Accept", "application/vnd.github.v3+json"),
        ("X-Plan", "Basic plan"),
        ("X-Auth-Request-Email", "ann@example.com"),
    ] {
        let header = Header { name: name.into(), value: value.into() };
        assert_eq!(secrecy::in_header(&header), [], "{name}: {value}");
    }
    let challenge =
        Header { name: "WWW-Authenticate".into(), value: "Digest realm=\"r\", nonce=\"8vT4pW2kLm7xQ9aZ\", error=\"invalid_token\"".into() };
    assert_eq!(secrecy::in_answer_header(&challenge), []);
}

#[test]
fn what_only_stands_near_the_name_of_a_secret_is_readable() {
    super::are_readable(&[
        ("text/plain", "Password:\nRequired\n\nToken:\nsee below\n\nSecret:\n# none\n\nPassword:\nuser: bob\n"),
        ("text/plain", "We need a user, password, and role.\nThen send it, signed, today.\n"),
        ("text/plain", "The columns:\nuser,password\nplain,words\n"),
        ("text/html", "<form><textarea name=\"comment\">abc7 def</textarea></form>"),
        ("text/html", "<select name=\"token\"><option value=\"none\">Choose a token</option><option value=\"\">abc7</option></select>"),
        ("text/html", "<label>Password</label><span>Required</span><p>At least 8 letters</p><label>Name</label><span>bob7x</span>"),
        (
            "text/html",
            "<html><script>var password = getPassword(form7); passwordHint = \"At least 8 letters\"; token = \"none\";</script></html>",
        ),
        ("text/plain", "[credentials]\nvalue = \"none\"\n\n[server]\nvalue = \"abc7def\"\n"),
    ]);
}
