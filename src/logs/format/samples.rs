//! Lines as the documentation of each server has them, or as the server writes them: each is detected, and read to what it says.

use super::*;
use crate::logs::line::{Event, Line};

#[track_caller]
fn detected(line: &str) -> Format {
    Format::detect(line.as_bytes()).expect("a format")
}

/// The format that a line is detected as, and its record as time, client, method, path, status and user agent.
#[track_caller]
fn record(line: &str) -> (&'static str, Option<i64>, String, String, String, u16, String) {
    let mut format = detected(line);
    let record = format.read(line.as_bytes()).record().expect("a record");
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let Record { at, client, method, path, status, agent, .. } = &record;
    (format.name(), *at, text(client), text(method), text(path), *status, text(agent))
}

#[track_caller]
fn is(line: &str, format: &'static str, at: &str, client: &str, request: &str, status: u16, agent: &str) {
    let (method, path) = request.split_once(' ').unwrap();
    let at = (!at.is_empty()).then(|| at.parse::<jiff::Timestamp>().unwrap().as_second());
    assert_eq!(record(line), (format, at, client.into(), method.into(), path.into(), status, agent.into()));
}

#[test]
fn access_logs_in_text() {
    is(
        r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326"#,
        "apache-common",
        "2000-10-10T20:55:36Z",
        "127.0.0.1",
        "GET /apache_pb.gif",
        200,
        "",
    );
    is(
        r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)""#,
        "nginx",
        "2000-10-10T20:55:36Z",
        "127.0.0.1",
        "GET /apache_pb.gif",
        200,
        "Mozilla/4.08 [en] (Win98; I ;Nav)",
    );
    is(
        r#"example.org:443 2001:db8::1 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/2.0" 401 0 "-" "curl/8.5.0""#,
        "apache-vhost",
        "2000-10-10T13:55:36Z",
        "2001:db8::1",
        "GET /",
        401,
        "curl/8.5.0",
    );
    is(
        r#"10.0.0.1 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/2.0" 401 0 "-" "curl/8.5.0" "198.51.100.4, 10.0.0.9""#,
        "nginx-main",
        "2000-10-10T13:55:36Z",
        "198.51.100.4",
        "GET /",
        401,
        "curl/8.5.0",
    );
    is(
        r#"192.0.2.1 - - [13/May/2024:12:00:00 +0200] "GET /whoami HTTP/1.1" 401 17 "-" "curl/8.5.0" 42 "whoami@docker" "http://172.18.0.3:80" 3ms"#,
        "traefik",
        "2024-05-13T10:00:00Z",
        "192.0.2.1",
        "GET /whoami",
        401,
        "curl/8.5.0",
    );
    is(
        r#"[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80""#,
        "envoy",
        "2016-04-15T20:17:00Z",
        "10.0.35.28",
        "POST /api/v1/locations",
        204,
        "nsq2http",
    );
    is(
        r#"[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:41854 10.44.1.27:80 10.44.1.23:37652 - default"#,
        "istio",
        "2020-11-25T21:26:18Z",
        "",
        "GET /status/418",
        418,
        "curl/7.73.0-DEV",
    );
    is(
        r#"Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#,
        "haproxy",
        "2009-02-06T12:14:14Z",
        "10.0.1.2",
        "GET /index.html",
        200,
        "",
    );
    is(
        r#"http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#,
        "alb",
        "2018-07-02T22:23:00Z",
        "192.168.131.39",
        "GET http://www.example.com:80/",
        200,
        "curl/7.46.0",
    );
    is(
        r#"203.0.113.7 - 5e4b - ann@example.com [2015/03/19 17:20:19] app.example.com GET - "/oauth2/auth" HTTP/1.0 "Mozilla/5.0" 401 0 0.000"#,
        "oauth2-proxy",
        "2015-03-19T17:20:19Z",
        "203.0.113.7",
        "GET /oauth2/auth",
        401,
        "Mozilla/5.0",
    );
}

#[test]
fn access_logs_in_json() {
    // Caddy
    is(
        r#"{"level":"info","ts":1646861401.5241024,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"127.0.0.1","remote_port":"41342","client_ip":"127.0.0.1","proto":"HTTP/2.0","method":"GET","host":"localhost","uri":"/","headers":{"User-Agent":["curl/7.82.0"],"Accept":["*/*"]},"tls":{"resumed":false,"version":772}},"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}"#,
        "json",
        "2022-03-09T21:30:01Z",
        "127.0.0.1",
        "GET /",
        200,
        "curl/7.82.0",
    );
    // Traefik
    is(
        r#"{"ClientAddr":"192.0.2.1:54321","ClientHost":"192.0.2.1","ClientUsername":"-","DownstreamContentSize":17,"DownstreamStatus":401,"Duration":30000,"OriginStatus":0,"RequestMethod":"GET","RequestPath":"/whoami?a=1\u0026b=2","RequestProtocol":"HTTP/1.1","RouterName":"whoami@docker","StartUTC":"2024-05-13T10:00:00.5Z","request_User-Agent":"curl/8.5.0","level":"info","msg":"","time":"2024-05-13T10:00:00Z"}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "192.0.2.1",
        "GET /whoami?a=1&b=2",
        401,
        "curl/8.5.0",
    );
    // Envoy
    is(
        r#"{"start_time":"2024-05-13T10:00:00.310Z","method":"GET","path":"/api","protocol":"HTTP/2","response_code":403,"response_code_details":"rbac_access_denied_matched_policy[none]","x_forwarded_for":"198.51.100.4,10.0.0.1","user_agent":"curl/8.5.0","bytes_sent":19}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "198.51.100.4",
        "GET /api",
        403,
        "curl/8.5.0",
    );
    // ECS
    is(
        r#"{"@timestamp":"2024-05-13T10:00:00.000Z","client":{"ip":"2001:db8::1"},"http":{"request":{"method":"PUT"},"response":{"status_code":401,"body":{"bytes":5}}},"url":{"path":"/v1/a"},"user_agent":{"original":"okhttp/4"}}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "2001:db8::1",
        "PUT /v1/a",
        401,
        "okhttp/4",
    );
    is(
        r#"{"@timestamp":"2024-05-13T10:00:00.000Z","http.request.method":"PUT","http.response.status_code":401,"url.path":"/v1/a","client.ip":"203.0.113.7"}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "203.0.113.7",
        "PUT /v1/a",
        401,
        "",
    );
    // pino-http
    is(
        r#"{"level":30,"time":1715594400123,"pid":1,"hostname":"h","req":{"id":1,"method":"GET","url":"/v1/a?x","headers":{"host":"h","user-agent":"axios/1"},"remoteAddress":"::ffff:10.0.0.1","remotePort":1},"res":{"statusCode":401,"headers":{}},"responseTime":3,"msg":"request completed"}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "::ffff:10.0.0.1",
        "GET /v1/a?x",
        401,
        "axios/1",
    );
    // bunyan, as restify's audit log has it
    is(
        r#"{"name":"api","hostname":"h","pid":1,"level":30,"remoteAddress":"203.0.113.7","req":{"method":"GET","url":"/v1/a","headers":{"user-agent":"curl/8"}},"res":{"statusCode":403},"msg":"handled: 403","time":"2024-05-13T10:00:00.000Z","v":0}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "203.0.113.7",
        "GET /v1/a",
        403,
        "curl/8",
    );
    // OpenTelemetry's attributes, a request line, and a status in quotes
    is(
        r#"{"time":"2024-05-13T10:00:00Z","attributes":{"http.response.status_code":401,"http.request.method":"GET","url.path":"/a","client.address":"203.0.113.7"}}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "203.0.113.7",
        "GET /a",
        401,
        "",
    );
    is(
        r#"{"time_local":"13/May/2024:12:00:00 +0200","remote_addr":"203.0.113.7","request":"GET /a HTTP/1.1","status":"401","request_time":"0.005","http_user_agent":"x"}"#,
        "json",
        "2024-05-13T10:00:00Z",
        "203.0.113.7",
        "GET /a",
        401,
        "x",
    );
}

#[test]
fn columns_named_in_the_file() {
    let log = "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2024-05-13 10:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\r\n2024-05-13 10:00:00 10.0.0.5 GET /api/values - 443 - 203.0.113.7 Mozilla/5.0+(Windows) 401 2 5 15\r\n";
    let mut format = detected(log);
    let lines: Vec<Line<'_>> = log.lines().map(|line| format.read(line.as_bytes())).collect();
    let record = lines.into_iter().find_map(Line::record).unwrap();
    assert_eq!((format.name(), record.at, &*record.path), ("w3c", Some(1_715_594_400), &b"/api/values"[..]));
    assert_eq!(reason::find(&record.reason).map(reason::Cause::id), Some("authorization-missing"));
    assert!(format.needs_order());
}

/// The cause, time and client of an event, read as what its line is detected as.
#[track_caller]
fn event(line: &str) -> (&'static str, Option<i64>, String) {
    let mut format = detected(line);
    let Event { at, client, reason, .. } = format.read(line.as_bytes()).event().expect("an event");
    (reason::find(&reason).unwrap().id(), at, String::from_utf8_lossy(&client).into_owned())
}

#[test]
fn error_logs_of_servers() {
    let at = Some(1_715_594_400);
    for (line, cause, at, client) in [
        (
            r#"2024/05/13 10:00:00 [error] 29#29: *1 user "ann": password mismatch, client: 203.0.113.7, server: _, request: "GET / HTTP/1.1", host: "a""#,
            "basic-rejected",
            at,
            "203.0.113.7",
        ),
        (
            r#"2024/05/13 10:00:00 [error] 29#29: *1 user "eve" was not found in "/etc/nginx/.htpasswd", client: 2001:db8::1, server: _, request: "GET / HTTP/1.1""#,
            "basic-rejected",
            at,
            "2001:db8::1",
        ),
        (
            r#"2024/05/13 10:00:00 [error] 29#29: *9 limiting requests, excess: 5.110 by zone "one", client: 203.0.113.7, server: a, request: "GET / HTTP/1.0""#,
            "rate-limited",
            at,
            "203.0.113.7",
        ),
        (
            "[Mon May 13 10:00:00.902022 2024] [auth_basic:error] [pid 35708:tid 4328636416] [client 72.15.99.187:4711] AH01617: user ann: authentication failure for \"/secret\": Password Mismatch",
            "basic-rejected",
            at,
            "72.15.99.187",
        ),
        (
            "[Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] client denied by server configuration: /export/home/live/ap/htdocs/test",
            "permission-refused",
            Some(971_274_772),
            "127.0.0.1",
        ),
    ] {
        assert_eq!(event(line), (cause, at, client.into()), "{line}");
    }
    let other = "[Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 35708:tid 4328636416] [client 72.15.99.187] File does not exist: /usr/local/apache2/htdocs/favicon.ico";
    assert_eq!(detected(other).read(other.as_bytes()), Line::Skipped);
}

#[test]
fn authorization_servers_and_frameworks() {
    let at = Some(1_715_594_400);
    for (line, cause, at, client) in [
        (
            r#"2024-05-13 10:00:00,123 WARN  [org.keycloak.events] (executor-thread-1) type="LOGIN_ERROR", realmId="m", clientId="account", userId="null", ipAddress="172.17.0.1", error="invalid_user_credentials", auth_method="openid-connect", username="admin""#,
            "basic-rejected",
            at,
            "172.17.0.1",
        ),
        (
            "2024-05-13 10:00:00,965 WARN [org.keycloak.events] (default task-51) type=LOGIN_ERROR, realmId=master, clientId=myapp, ipAddress=127.0.0.1, error=user_disabled, auth_method=openid-connect, username=admin",
            "account-disabled",
            at,
            "127.0.0.1",
        ),
        (
            r#"{"timestamp":"2024-05-13T10:00:00.759646496Z","loggerName":"org.keycloak.events","level":"WARN","message":"type=\"LOGIN_ERROR\", realmId=\"master\", ipAddress=\"10.75.213.184\", error=\"invalid_user_credentials\"","threadId":109}"#,
            "basic-rejected",
            at,
            "10.75.213.184",
        ),
        (
            "2024-05-13T12:00:00.123+02:00 DEBUG 1 --- [nio-8080-exec-1] o.s.s.o.s.r.a.JwtAuthenticationProvider  : An error occurred while attempting to decode the Jwt: Jwt expired at 2024-05-13T08:00:00Z",
            "token-expired",
            at,
            "",
        ),
        (
            r#"time="2024-05-13T12:00:00+02:00" level=error msg="Unsuccessful 1FA authentication attempt by user 'john'" error="invalid credentials" method=POST path=/api/firstfactor remote_ip=192.0.2.4"#,
            "basic-rejected",
            at,
            "192.0.2.4",
        ),
        (
            r#"time="2024-05-13T12:00:00+02:00" level=info msg="Access to 'https://app.example.com/' (method GET) is not authorized to user '<anonymous>', responding with status code 401 with location redirect" method=GET path=/ remote_ip=192.0.2.4"#,
            "login-required",
            at,
            "192.0.2.4",
        ),
        (
            r#"{"level":"error","method":"POST","msg":"Unsuccessful TOTP authentication attempt by user 'john'","path":"/api/secondfactor/totp","remote_ip":"192.0.2.4","time":"2024-05-13T12:00:00+02:00"}"#,
            "second-factor-required",
            at,
            "192.0.2.4",
        ),
        (
            "203.0.113.7 - 5e4b - ann@example.com [2024/05/13 10:00:00] [AuthFailure] Invalid authentication via Basic Auth: invalid password",
            "basic-rejected",
            at,
            "203.0.113.7",
        ),
        (
            r#"2024/05/13 10:00:00 oauthproxy.go:754: 172.17.0.1:52548 ("203.0.113.7") Permission Denied: "a@example.com" is unauthorized"#,
            "permission-refused",
            at,
            "",
        ),
        (
            r#"[2024/05/13 10:00:00] [stored_session.go:94] Error loading cookied session: session ticket in cookie "_oauth2_proxy" not found, removing session"#,
            "session-cookie-expired",
            at,
            "",
        ),
        ("2024-05-13T10:00:00Z ERROR jwt.exceptions.ExpiredSignatureError: Signature has expired", "token-expired", at, ""),
        ("2024-05-13T10:00:00Z JsonWebTokenError: jwt audience invalid. expected: api", "audience-mismatch", at, ""),
        (r#"2024/05/13 10:00:00 token has invalid claims: token is expired"#, "token-expired", at, ""),
        (
            r#"{"level":50,"time":1715594400000,"err":{"type":"JsonWebTokenError","message":"invalid signature"},"msg":"unauthorized"}"#,
            "signature-invalid",
            at,
            "",
        ),
        (
            "2024-05-13 10:00:00.000 +00:00 [INF] Failed to validate the token. IDX10214: Audience validation failed. Audiences: 'a'.",
            "audience-mismatch",
            at,
            "",
        ),
    ] {
        assert_eq!(event(line), (cause, at, client.into()), "{line}");
    }
}

#[test]
fn an_entry_of_several_lines_counts_once() {
    let log = "\
info: Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler[1]
      Failed to validate the token.
      Microsoft.IdentityModel.Tokens.SecurityTokenExpiredException: IDX10223: Lifetime validation failed. The token is expired.
         at Microsoft.IdentityModel.Tokens.Validators.ValidateLifetime(Nullable`1 notBefore, Nullable`1 expires, SecurityToken securityToken, TokenValidationParameters validationParameters)
         at SecurityTokenExpiredException again
info: Microsoft.AspNetCore.Hosting.Diagnostics[2]
      Request finished HTTP/1.1 GET http://localhost:5000/ - 401 0 - 1.2ms
";
    let mut format = detected(log);
    let events: Vec<Event<'_>> = log.lines().filter_map(|line| format.read(line.as_bytes()).event()).collect();
    let causes: Vec<&str> = events.iter().map(|event| reason::find(&event.reason).unwrap().id()).collect();
    assert_eq!((format.name(), causes), ("text", vec!["token-rejected", "token-expired"]));
    assert_eq!(events.iter().map(|event| event.is_more).collect::<Vec<_>>(), [false, true]);
}
