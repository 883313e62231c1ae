//! The inputs, each made of any size.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// An input of a kind.
pub struct Input {
    /// What it is made of.
    pub name: &'static str,
    /// What its file is called.
    pub file: &'static str,
    text: fn(usize) -> String,
    /// The recorded answer that it names, which then is what grows.
    answer: fn(usize) -> String,
}

impl Input {
    /// The input of about that many bytes, and the answer beside it.
    pub fn texts(&self, size: usize) -> (String, String) {
        ((self.text)(size), (self.answer)(size))
    }
}

/// Some text, pieces until it has that many bytes, and an end.
pub fn many(begin: &str, piece: impl Fn(usize) -> String, end: &str, size: usize) -> String {
    let mut text = begin.to_string();
    let mut number = 0;
    while text.len() < size {
        text.push_str(&piece(number));
        number += 1;
    }
    text + end
}

/// Pieces with commas between them.
fn list(piece: impl Fn(usize) -> String, size: usize) -> String {
    many(&piece(0), |i| format!(",{}", piece(i + 1)), "", size)
}

pub fn encode(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

pub fn token(claims: &str) -> String {
    format!("{}.{}.c2lnbmF0dXJl", encode(r#"{"alg":"HS256"}"#), encode(claims))
}

/// Variables of which each has the one before it twice.
fn doubled() -> String {
    many_of(40, "@a0 = xxxxxxxx\n", |i| format!("@a{} = {{{{a{i}}}}}{{{{a{i}}}}}\n", i + 1))
}

fn many_of(count: usize, begin: &str, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).fold(begin.to_string(), |text, piece| text + &piece)
}

/// Recordings of about that many bytes, of entries as small as can be.
pub fn recordings(size: usize) -> Vec<(&'static str, String)> {
    let started = |i: usize| entry("GET", "h", i, 401).replacen('{', r#"{"startedDateTime":"2026-11-23T07:00:00Z","#, 1);
    vec![
        ("entries", log(&list(|i| entry("GET", "h", i, 401), size))),
        ("entries with a time", log(&list(started, size))),
        ("entries with cookies", log(&list(|i| cookies("h", i), size))),
    ]
}

/// A recording with these entries.
fn log(entries: &str) -> String {
    format!(r#"{{"log":{{"entries":[{entries}]}}}}"#)
}

fn entry(method: &str, host: &str, number: usize, status: usize) -> String {
    format!(r#"{{"request":{{"method":"{method}","url":"https://{host}.example/v1/{number}"}},"response":{{"status":{status}}}}}"#)
}

fn cookies(host: &str, number: usize) -> String {
    let request = format!(r#"{{"method":"GET","url":"https://{host}.example/","headers":[{{"name":"Cookie","value":"a=b"}}]}}"#);
    format!(r#"{{"request":{request},"response":{{"status":401,"headers":[{{"name":"Set-Cookie","value":"c{number}=v"}}]}}}}"#)
}

/// An entry with a further member of its request, and one of what is known beside it.
fn with(member: &str, beside: &str) -> String {
    let comma = if member.is_empty() { "" } else { "," };
    let request = format!(r#"{{"method":"GET","url":"https://h.example/"{comma}{member}}}"#);
    format!(r#"{{"request":{request},"response":{{"status":401}},"_authtui":{{{beside}}}}}"#)
}

const fn input(name: &'static str, file: &'static str, text: fn(usize) -> String, answer: fn(usize) -> String) -> Input {
    Input { name, file, text, answer }
}

/// Every kind.
pub const INPUTS: &[Input] = &[
    input(
        "multipart: names without values",
        "a.http",
        |n| many("POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n--B ", |_| "name=\"".into(), "", n),
        |_| String::new(),
    ),
    input(
        "multipart: secret names without values",
        "a.http",
        |n| {
            many("POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n--B\n", |_| "name=\"password\"\n".into(), "", n)
        },
        |_| String::new(),
    ),
    input(
        "multipart: parts",
        "a.http",
        |n| {
            many(
                "POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n",
                |i| format!("--B\nContent-Disposition: form-data; name=\"p{i}\"\n\nx\n"),
                "",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "multipart: secret parts",
        "a.http",
        |n| {
            many(
                "POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n",
                |i| format!("--B\nContent-Disposition: form-data; name=\"password{i}\"\n\nvalue{i}\n"),
                "",
                n,
            )
        },
        |_| String::new(),
    ),
    input("JSON body: quotes", "a.http", |n| many("POST https://h.example/\n\n{", |_| "\"".into(), "", n), |_| String::new()),
    input(
        "JSON body: backslashes",
        "a.http",
        |n| many("POST https://h.example/\n\n{\"password\":\"", |_| "\\".into(), "", n),
        |_| String::new(),
    ),
    input(
        "JSON body: secret members",
        "a.http",
        |n| many("POST https://h.example/\n\n{", |i| format!("\"password\":\"value{i}\","), "", n),
        |_| String::new(),
    ),
    input("JSON body: deep", "a.http", |n| many("POST https://h.example/\n\n", |_| "{\"a\":[".into(), "", n), |_| String::new()),
    input("XML body: open tags", "a.http", |n| many("POST https://h.example/\n\n<a>", |_| "<".into(), "", n), |_| String::new()),
    input(
        "XML body: secrets",
        "a.http",
        |n| many("POST https://h.example/\n\n", |i| format!("<password>value{i}"), "", n),
        |_| String::new(),
    ),
    input(
        "form: secrets",
        "a.http",
        |n| many("POST https://h.example/\n\n", |i| format!("password=abcdefg{i}&"), "", n),
        |_| String::new(),
    ),
    input("form: one name", "a.http", |n| many("POST https://h.example/\n\n", |_| "password=abcdefg&".into(), "", n), |_| String::new()),
    input("form: &", "a.http", |n| many("POST https://h.example/\n\n", |_| "&=".into(), "", n), |_| String::new()),
    input(
        "YAML-like body",
        "a.http",
        |n| many("POST https://h.example/\n\n", |i| format!("key{i}: value\n  - password: x{i}\n"), "", n),
        |_| String::new(),
    ),
    input("body: starts of tokens", "a.http", |n| many("POST https://h.example/\n\n", |_| "eyJ".into(), "", n), |_| String::new()),
    input(
        "body: tokens",
        "a.http",
        |n| many("POST https://h.example/\n\n", |i| format!("eyJhbGciOiJIUzI1NiJ9.e30.abcdef{i} "), "", n),
        |_| String::new(),
    ),
    input("body: dots", "a.http", |n| many("POST https://h.example/\n\n", |_| "eyJhbGciOiJIUzI1NiJ9.".into(), "", n), |_| String::new()),
    input("body: words", "a.http", |n| many("POST https://h.example/\n\n", |i| format!("word{i} "), "", n), |_| String::new()),
    input("body: one line", "a.http", |n| many("POST https://h.example/\n\n", |_| "a".into(), "", n), |_| String::new()),
    input("body: GraphQL", "a.http", |n| many("POST https://h.example/\n\n", |_| "query{a}".into(), "", n), |_| String::new()),
    input("body: lines that end scripts", "a.http", |n| many("POST https://h.example/\n\n", |_| "> {%\n".into(), "", n), |_| String::new()),
    input("braces open", "a.http", |n| many("POST https://h.example/\n\n", |_| "{{".into(), "", n), |_| String::new()),
    input("braces open, by line", "a.http", |n| many("POST https://h.example/\n\n", |_| "{{a\n".into(), "", n), |_| String::new()),
    input("braces closed at the end", "a.http", |n| many("POST https://h.example/\n\n", |_| "{{a".into(), "}}", n), |_| String::new()),
    input(
        "variables: one, used often",
        "a.http",
        |n| many("@a = b\nPOST https://h.example/\n\n", |_| "{{a}}".into(), "", n),
        |_| String::new(),
    ),
    input(
        "variables: one, used on each line",
        "a.http",
        |n| many("@a = b\nPOST https://h.example/\n\n", |_| "{{a}}\n".into(), "", n),
        |_| String::new(),
    ),
    input("variables: without value", "a.http", |n| many("POST https://h.example/\n\n", |_| "{{a}}".into(), "", n), |_| String::new()),
    input(
        "variables: without value, distinct",
        "a.http",
        |n| many("POST https://h.example/\n\n", |i| format!("{{{{a{i}}}}}"), "", n),
        |_| String::new(),
    ),
    input(
        "variables: a chain",
        "a.http",
        |n| many("@v0 = x\n", |i| format!("@v{} = {{{{v{i}}}}}\n", i + 1), "GET https://h.example/{{v5}}\n", n),
        |_| String::new(),
    ),
    input(
        "variables: doubled",
        "a.http",
        |n| many(&doubled(), |_| "###\nGET https://h.example/{{a16}}\n\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "variables: doubled without value",
        "a.http",
        |n| many(&doubled().replace("xxxxxxxx", "{{none}}"), |_| "###\nGET https://h.example/{{a12}}\n\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "variables: doubled in headers",
        "a.http",
        |n| many(&format!("{}GET https://h.example/\n", doubled()), |i| format!("X-{i}: {{{{a10}}}}\n"), "", n),
        |_| String::new(),
    ),
    input(
        "variables: one of each request",
        "a.http",
        |n| many("", |i| format!("@v{i} = x\nGET https://h.example/{{{{v{i}}}}}\n\n###\n"), "", n),
        |_| String::new(),
    ),
    input(
        "variables: a large one, used often",
        "a.http",
        |n| many(&format!("@a = {}\nPOST https://h.example/\n\n", "x".repeat(n / 2)), |_| "{{a}}\n".into(), "", n / 2),
        |_| String::new(),
    ),
    input(
        "definitions in a body",
        "a.http",
        |n| many("POST https://h.example/\n\nx\n", |_| "\n@a = 1\n".into(), "text\n", n),
        |_| String::new(),
    ),
    input(
        "scripts that stay open in a body",
        "a.http",
        |n| many("POST https://h.example/\n\n", |_| "\n{{\n".into(), "", n),
        |_| String::new(),
    ),
    input("lines of an address", "a.http", |n| many("GET https://h.example/?\n", |_| "  &a=b\n".into(), "", n), |_| String::new()),
    input(
        "values in a here-document",
        "a.txt",
        |n| many("A=0123456789abcdef\ncurl -d @- https://h.example/ <<END\n", |_| "${A} ".into(), "\nEND\n", n),
        |_| String::new(),
    ),
    input("headers", "a.http", |n| many("GET https://h.example/\n", |i| format!("X-{i}: v\n"), "", n), |_| String::new()),
    input("headers: one name", "a.http", |n| many("GET https://h.example/\n", |_| "X-Name: value\n".into(), "", n), |_| String::new()),
    input(
        "headers: Authorization",
        "a.http",
        |n| many("GET https://h.example/\n", |_| "Authorization: Bearer abcdefgh\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "headers: Authorization, distinct",
        "a.http",
        |n| many("GET https://h.example/\n", |i| format!("Authorization: Bearer abcdefgh{i}\n"), "", n),
        |_| String::new(),
    ),
    input(
        "headers: secret, distinct",
        "a.http",
        |n| many("GET https://h.example/\n", |i| format!("X-Token-{i}: abcdefgh{i}\n"), "", n),
        |_| String::new(),
    ),
    input(
        "headers: tokens",
        "a.http",
        |n| {
            many(
                "GET https://h.example/\n",
                |i| format!("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln{i}\n"),
                "",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "headers: misspelled",
        "a.http",
        |n| many("GET https://h.example/\n", |i| format!("Autorization{i}: Bearer abcdefgh{i}\n"), "", n),
        |_| String::new(),
    ),
    input(
        "headers: invisible",
        "a.http",
        |n| many("GET https://h.example/\n", |_| "X\u{200b}: a\u{200b}\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "headers: Content-Type",
        "a.http",
        |n| many("GET https://h.example/\n", |_| "Content-Type: a/b\nOrigin: https://a.example\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "cookies",
        "a.http",
        |n| many("GET https://h.example/\nCookie: ", |i| format!("c{i}=valuevalue{i}; "), "\n", n),
        |_| String::new(),
    ),
    input(
        "cookies: one name",
        "a.http",
        |n| many("GET https://h.example/\nCookie: ", |_| "sid=valuevalue; ".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "cookies: lines",
        "a.http",
        |n| many("GET https://h.example/\n", |i| format!("Cookie: c{i}=valuevalue{i}\n"), "\n", n),
        |_| String::new(),
    ),
    input("cookies: semicolons", "a.http", |n| many("GET https://h.example/\nCookie: ", |_| ";".into(), "\n", n), |_| String::new()),
    input(
        "query: secrets",
        "a.http",
        |n| many("GET https://h.example/?", |i| format!("token{i}=valuevalue{i}&"), "\n", n),
        |_| String::new(),
    ),
    input(
        "query: one name",
        "a.http",
        |n| many("GET https://h.example/?", |_| "access_token=valuevalue&".into(), "\n", n),
        |_| String::new(),
    ),
    input("query: percent", "a.http", |n| many("GET https://h.example/?token=", |_| "%25".into(), "\n", n), |_| String::new()),
    input("query: marks", "a.http", |n| many("GET https://h.example/", |_| "?#&".into(), "\n", n), |_| String::new()),
    input("address: users", "a.http", |n| many("GET https://", |_| "a:b@".into(), "h.example/\n", n), |_| String::new()),
    input("address: path", "a.http", |n| many("GET https://h.example", |_| "/a".into(), "\n", n), |_| String::new()),
    input("address: dots", "a.http", |n| many("GET https://h.example", |_| "/a/..".into(), "\n", n), |_| String::new()),
    input("address: slashes", "a.http", |n| many("GET https://h.example", |_| "/".into(), "\n", n), |_| String::new()),
    input("address: host", "a.http", |n| many("GET https://", |_| "a.".into(), "example/\n", n), |_| String::new()),
    input("address: lines", "a.http", |n| many("GET https://h.example/\n", |i| format!("  &a{i}=1\n"), "\n", n), |_| String::new()),
    input(
        "address: comments between lines",
        "a.http",
        |n| many("GET https://h.example/\n", |_| "# a\n".into(), "\n", n),
        |_| String::new(),
    ),
    input("separators", "a.http", |n| many("", |_| "###\n".into(), "", n), |_| String::new()),
    input(
        "requests",
        "a.http",
        |n| {
            many(
                "",
                |i| {
                    format!(
                        "###\nGET https://h.example/{i}\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln\n\n"
                    )
                },
                "",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "requests of many hosts",
        "a.http",
        |n| many("", |i| format!("###\nGET https://h{i}.example/a\nCookie: a=b\n\n<> answer.txt\n"), "", n),
        |_| String::new(),
    ),
    input(
        "requests by name",
        "a.http",
        |n| many("", |i| format!("### r{i}\n# @name r{i}\nGET https://h.example/{i}\n\n"), "", n),
        |_| String::new(),
    ),
    input("directives", "a.http", |n| many("", |i| format!("# @expect-audience x{i}\n"), "GET https://h.example/\n", n), |_| String::new()),
    input("directives: names", "a.http", |n| many("", |i| format!("# @d{i} x\n"), "GET https://h.example/\n", n), |_| String::new()),
    input(
        "directives: scopes",
        "a.http",
        |n| many("", |i| format!("# @expect-scope s{i}\n"), "GET https://h.example/\n", n),
        |_| String::new(),
    ),
    input(
        "directives: cookies",
        "a.http",
        |n| many("", |i| format!("# @set-cookie c{i}=v; Path=/\n"), "GET https://h.example/\n", n),
        |_| String::new(),
    ),
    input(
        "directives: previous",
        "a.http",
        |n| {
            many(
                "",
                |i| {
                    format!(
                        "# @previous {{\"method\":\"GET\",\"url\":\"https://h.example/{i}\",\"status\":302,\"set_cookie\":\"c{i}=v\"}}\n"
                    )
                },
                "GET https://h.example/\n",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "directives: notes",
        "a.http",
        |n| many("", |i| format!("# @authtui-notes x{i}\n"), "GET https://h.example/\n", n),
        |_| String::new(),
    ),
    input("blank lines", "a.http", |n| many("GET https://h.example/\n", |_| "\n".into(), "", n), |_| String::new()),
    input("lines without a colon", "a.http", |n| many("GET https://h.example/\n", |_| "a\n".into(), "", n), |_| String::new()),
    input("scripts", "a.http", |n| many("", |_| "< {% a %}\n".into(), "GET https://h.example/\n", n), |_| String::new()),
    input("references", "a.http", |n| many("GET https://h.example/\n\n", |i| format!("<> a{i}.txt\n"), "", n), |_| String::new()),
    input(
        "Basic: long",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Basic ", |_| "YTpi".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: blanks",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer", |_| " ".into(), "x\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: beginnings of tokens",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "eyJ".into(), "..\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: repeated",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: ", |_| "Bearer ".into(), "x\n", n),
        |_| String::new(),
    ),
    input("Bearer: =", "a.http", |n| many("GET https://h.example/\nAuthorization: Bearer e", |_| "=".into(), "\n", n), |_| String::new()),
    input(
        "Bearer: e.=",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer e.", |_| "=".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: = and letters",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "e=".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: +",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer eyJ", |_| "+/".into(), ".e30.x\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: dots",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer e", |_| ".".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: ~",
        "a.http",
        |n| {
            many(
                "GET https://h.example/\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln",
                |_| "~".into(),
                "\n",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "Bearer: disclosures",
        "a.http",
        |n| {
            many(
                "GET https://h.example/\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln",
                |_| "~WyJzIiwibiIsMV0".into(),
                "~\n",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "Bearer: zero width",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "\u{200b}".into(), "x\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: quotes",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "\"".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: percent",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "%25".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: commas",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "a,".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: PASETO",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer v4.public.", |_| "AAAA".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Bearer: SAML",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Bearer PHNhbWw6QXNzZXJ0aW9uPg", |_| "PGE+".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Digest: parameters",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Digest ", |_| "a=\"b\", ".into(), "\n", n),
        |_| String::new(),
    ),
    input(
        "Digest: distinct parameters",
        "a.http",
        |n| many("GET https://h.example/\nAuthorization: Digest ", |i| format!("a{i}=\"b\", "), "\n", n),
        |_| String::new(),
    ),
    input(
        "token: claims",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1", |i| format!(",\"c{i}\":{i}"), "}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: claims: one name",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1", |i| format!(",\"aud\":\"a{i}\""), "}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: audiences",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"aud\":[\"a\"", |i| format!(",\"a{i}\""), "]}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: scopes",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"scope\":\"", |i| format!("s{i} "), "\"}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: roles",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"roles\":[\"a\"", |i| format!(",\"r{i}\""), "]}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: a deep claim",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"a\":", |_| "[".into(), "", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: a wide claim",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"a\":{\"x\":1", |i| format!(",\"m{i}\":{{}}"), "}}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: a long claim",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"a\":\"", |_| "\\u0041".into(), "\"}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: numbers",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1,\"a\":[1", |_| ",1".into(), "]}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: one long number",
        "a.http",
        |n| {
            format!(
                "# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n",
                token(&many("{\"exp\":1", |_| "0".into(), "}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: header parameters",
        "a.http",
        |n| {
            format!(
                "GET https://h.example/\nAuthorization: Bearer {}.e30.c2ln\n",
                encode(&many("{\"alg\":\"RS256\"", |i| format!(",\"h{i}\":1"), "}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: crit",
        "a.http",
        |n| {
            format!(
                "GET https://h.example/\nAuthorization: Bearer {}.e30.c2ln\n",
                encode(&many("{\"alg\":\"RS256\",\"crit\":[\"a\"", |i| format!(",\"h{i}\""), "]}", n * 3 / 4))
            )
        },
        |_| String::new(),
    ),
    input(
        "token: expected scopes",
        "a.http",
        |n| {
            format!(
                "# @expect-scope {}\nGET https://h.example/\nAuthorization: Bearer {}\n",
                many("", |i| format!("t{i} "), "", n / 2),
                token(&many("{\"scope\":\"", |i| format!("s{i} "), "\"}", n / 3))
            )
        },
        |_| String::new(),
    ),
    input(
        "WWW-Authenticate: commas",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |_| ",".into(), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: challenges",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |_| "Bearer realm=\"x\", ".into(), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: schemes",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |i| format!("S{i} realm=\"x\", "), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: Digest",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |i| format!("Digest realm=\"x\", nonce=\"{i}\", "), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: parameters",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer ", |i| format!("p{i}=\"x\", "), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: one parameter",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer ", |_| "scope=\"x\", ".into(), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: scopes",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer scope=\"", |i| format!("s{i} "), "\"\n\n", n),
    ),
    input(
        "WWW-Authenticate: escapes",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer realm=\"", |_| "\\\"".into(), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: words",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |_| "a ".into(), "\n\n", n),
    ),
    input(
        "WWW-Authenticate: fields",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n", |_| "WWW-Authenticate: Bearer realm=\"x\"\n".into(), "\n", n),
    ),
    input(
        "Set-Cookie",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n", |i| format!("Set-Cookie: c{i}=valuevalue{i}; Path=/; Domain=h.example\n"), "\n", n),
    ),
    input(
        "Set-Cookie: one name",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n", |i| format!("Set-Cookie: sid=valuevalue{i}; Path=/\n"), "\n", n),
    ),
    input(
        "Set-Cookie: attributes",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nSet-Cookie: a=b", |i| format!("; a{i}=b"), "\n\n", n),
    ),
    input(
        "answer: headers",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n", |i| format!("X-{i}: v\n"), "\n", n),
    ),
    input(
        "answer: folded header",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nX: a\n", |_| " a\n".into(), "\n", n),
    ),
    input(
        "answer: Vary",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nVary: ", |i| format!("a{i}, "), "\n\n", n),
    ),
    input(
        "answer: CORS headers",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nAccess-Control-Allow-Headers: ", |i| format!("a{i}, "), "\n\n", n),
    ),
    input(
        "answer: JSON secrets",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n{", |i| format!("\"access_token\":\"abcdefgh{i}\","), "}", n),
    ),
    input(
        "answer: JSON deep",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n", |_| "{\"a\":[".into(), "", n),
    ),
    input(
        "answer: JSON objects",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n[1", |i| format!(",{{\"a\":{i}}}"), "]", n),
    ),
    input(
        "answer: JSON strings",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n[1", |_| ",\"\\u0041\"".into(), "]", n),
    ),
    input(
        "answer: words",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n", |_| "invalid token expired signature ".into(), "", n),
    ),
    input(
        "answer: letters",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n", |_| "i".into(), "", n),
    ),
    input(
        "answer: HTML",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 200 x\nContent-Type: text/html\n\n", |_| "<form><input type=password name=p>".into(), "", n),
    ),
    input(
        "answer: <",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 200 x\nContent-Type: text/html\n\n", |_| "<".into(), "", n),
    ),
    input(
        "answer: multipart",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n-- ", |_| "name=\"access_token\"\n".into(), "", n),
    ),
    input(
        "answer: lines",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n", |_| "a\n".into(), "", n),
    ),
    input(
        "answer: one line",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n", |_| "a".into(), "", n),
    ),
    input(
        "answer: wide letters",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n", |_| "\u{4e00}\u{301}".into(), "", n),
    ),
    input(
        "answer: combining",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\n\n", |_| "\u{301}".into(), "", n),
    ),
    input(
        "answer: chunks",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 401 x\nTransfer-Encoding: chunked\n\n", |_| "1\na\n".into(), "0\n\n", n),
    ),
    input(
        "Location",
        "a.http",
        |_| "GET https://h.example/\nAuthorization: Bearer abc\n\n<> answer.txt\n".into(),
        |n| many("HTTP/1.1 302 x\nLocation: https://h/?", |i| format!("code=abcdefgh{i}&"), "\n\n", n),
    ),
    input("curl: -d", "a.txt", |n| many("curl https://h.example/", |i| format!(" -d a{i}=b"), "", n), |_| String::new()),
    input("curl: --json", "a.txt", |n| many("curl https://h.example/", |_| " --json a".into(), "", n), |_| String::new()),
    input(
        "curl: --data-urlencode",
        "a.txt",
        |n| many("curl https://h.example/", |i| format!(" --data-urlencode a{i}=b"), "", n),
        |_| String::new(),
    ),
    input("curl: --url-query", "a.txt", |n| many("curl https://h.example/", |i| format!(" --url-query a{i}=b"), "", n), |_| String::new()),
    input("curl: -H", "a.txt", |n| many("curl https://h.example/", |i| format!(" -H 'X-{i}: y'"), "", n), |_| String::new()),
    input(
        "curl: -H distinct Authorization",
        "a.txt",
        |n| many("curl https://h.example/", |i| format!(" -H 'Authorization: Bearer abcdefg{i}'"), "", n),
        |_| String::new(),
    ),
    input("curl: -b", "a.txt", |n| many("curl https://h.example/", |i| format!(" -b a{i}=b"), "", n), |_| String::new()),
    input("curl: -u", "a.txt", |n| many("curl https://h.example/", |i| format!(" -u a{i}:b"), "", n), |_| String::new()),
    input("curl: -F", "a.txt", |n| many("curl https://h.example/", |i| format!(" -F a{i}=b"), "", n), |_| String::new()),
    input(
        "curl: -F secret",
        "a.txt",
        |n| many("curl https://h.example/", |i| format!(" -F password{i}=value{i}"), "", n),
        |_| String::new(),
    ),
    input("curl: -F files", "a.txt", |n| many("curl https://h.example/", |i| format!(" -F a{i}=@f"), "", n), |_| String::new()),
    input("curl: -s", "a.txt", |n| many("curl https://h.example/", |_| " -s".into(), "", n), |_| String::new()),
    input("curl: -ssss", "a.txt", |n| many("curl https://h.example/ -", |_| "s".into(), "", n), |_| String::new()),
    input(
        "curl: --no-keepalive",
        "a.txt",
        |n| many("curl https://h.example/", |_| " --compressed --no-compressed".into(), "", n),
        |_| String::new(),
    ),
    input("curl: -o", "a.txt", |n| many("curl https://h.example/", |_| " -o f".into(), "", n), |_| String::new()),
    input("curl: unknown flags", "a.txt", |n| many("curl https://h.example/", |i| format!(" --nope{i} -s"), "", n), |_| String::new()),
    input("curl: addresses", "a.txt", |n| many("curl", |i| format!(" https://h{i}.example/"), "", n), |_| String::new()),
    input(
        "curl: addresses with a body",
        "a.txt",
        |n| {
            many(
                "curl -d xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                |_| " https://h.example/".into(),
                "",
                n,
            )
        },
        |_| String::new(),
    ),
    input(
        "curl: addresses with many headers",
        "a.txt",
        |n| many("curl", |i| if i % 2 == 0 { " -H a:b".into() } else { " http://h/".into() }, "", n),
        |_| String::new(),
    ),
    input("curl: addresses without a password", "a.txt", |n| many("curl -u a", |_| " https://h.example/".into(), "", n), |_| String::new()),
    input("curl: globs", "a.txt", |n| many("curl https://h.example/", |_| "{a,b}".into(), "", n), |_| String::new()),
    input("curl: --next", "a.txt", |n| many("curl https://h.example/", |_| " --next https://h.example/".into(), "", n), |_| String::new()),
    input("curl: commands", "a.txt", |n| many("", |i| format!("curl https://h.example/{i};\n"), "", n), |_| String::new()),
    input("curl: other commands", "a.txt", |n| many("curl https://h/\n", |i| format!("echo {i}\n"), "", n), |_| String::new()),
    input("curl: line ends", "a.txt", |n| many("curl https://h/ ", |_| "\\\n".into(), "", n), |_| String::new()),
    input("curl: lines of flags", "a.txt", |n| many("curl https://h/", |_| "\n-s".into(), "", n), |_| String::new()),
    input("curl: escapes", "a.txt", |n| many("curl https://h/ -d $'", |_| "\\x41".into(), "'", n), |_| String::new()),
    input("curl: carets", "a.txt", |n| many("curl https://h/ ", |_| "^\n".into(), "", n), |_| String::new()),
    input("curl: backslashes for cmd", "a.txt", |n| many("curl ^\"https://h/^\" ", |_| "\\".into(), "", n), |_| String::new()),
    input("curl: percent for cmd", "a.txt", |n| many("curl ^\"https://h/^\" ", |_| "%aaaaaaaa".into(), "", n), |_| String::new()),
    input("curl: blanks behind a backslash", "a.txt", |n| many("curl https://h/ ", |_| "\\ ".into(), "", n), |_| String::new()),
    input("curl: open parentheses", "a.txt", |n| many("curl https://h/ ", |_| "$(".into(), "", n), |_| String::new()),
    input("curl: dollars", "a.txt", |n| many("curl https://h/ ", |i| format!(" $a{i}"), "", n), |_| String::new()),
    input("curl: PowerShell quotes", "a.txt", |n| many("curl https://h/ `\n -d ", |_| "''".into(), "", n), |_| String::new()),
    input("curl: redirections", "a.txt", |n| many("curl https://h/", |_| " > f".into(), "", n), |_| String::new()),
    input("curl: prompts", "a.txt", |n| many("", |_| "$ ".into(), "curl https://h/", n), |_| String::new()),
    input(
        "curl -v: exchanges",
        "a.txt",
        |n| many("", |_| "> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< \n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "curl -v: cookies",
        "a.txt",
        |n| many("", |i| format!("> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< Set-Cookie: c{i}=v\n< \n"), "", n),
        |_| String::new(),
    ),
    input("curl -v: answers alone", "a.txt", |n| many("> GET / HTTP/1.1\n", |_| "< HTTP/1.1 401 x\n< \n".into(), "", n), |_| String::new()),
    input("curl -v: 1xx", "a.txt", |n| many("> GET / HTTP/1.1\n", |_| "< HTTP/1.1 100 x\n".into(), "< \n", n), |_| String::new()),
    input("curl -v: headers", "a.txt", |n| many("> GET / HTTP/1.1\n", |i| format!("> X{i}: a\n"), "> \n", n), |_| String::new()),
    input(
        "curl -v: body lines",
        "a.txt",
        |n| many("> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< \n", |_| "a\n".into(), "", n),
        |_| String::new(),
    ),
    input("raw: exchanges", "a.txt", |n| many("", |_| "GET / HTTP/1.1\nHost: h\n\nHTTP/1.1 401 x\n\n".into(), "", n), |_| String::new()),
    input("raw: requests", "a.txt", |n| many("", |_| "GET / HTTP/1.1\n\n".into(), "", n), |_| String::new()),
    input("raw: posts", "a.txt", |n| many("", |_| "POST / HTTP/1.1\nContent-Length: 1\n\na\n".into(), "", n), |_| String::new()),
    input(
        "raw: posts of wrong length",
        "a.txt",
        |n| many("", |_| "POST / HTTP/1.1\nContent-Length: 9\n\na\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "raw: posts that claim the rest",
        "a.txt",
        |n| many("", |_| "POST / HTTP/1.1\nContent-Length: 1000\n\na\n".into(), "", n),
        |_| String::new(),
    ),
    input(
        "raw: chunked without end",
        "a.txt",
        |n| many("", |_| "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\na\n".into(), "", n),
        |_| String::new(),
    ),
    input("raw: answers", "a.txt", |n| many("", |_| "HTTP/1.1 401 x\n\n".into(), "", n), |_| String::new()),
    input(
        "raw: noise",
        "a.txt",
        |n| many("GET / HTTP/1.1\nContent-Length: 0\n\nHTTP/1.1 204 x\nContent-Length: 0\n\n", |_| "a\n".into(), "", n),
        |_| String::new(),
    ),
    input("raw: folds", "a.txt", |n| many("GET / HTTP/1.1\nX: a\n", |_| " a\n".into(), "\n", n), |_| String::new()),
    input("raw: blank lines", "a.txt", |n| many("GET / HTTP/1.1\n\n", |_| "\n".into(), "GET / HTTP/1.1\n\n", n), |_| String::new()),
    input("headers alone", "a.txt", |n| many("Host: h\n", |i| format!("X{i}: a\n"), "", n), |_| String::new()),
    input(
        "browser: names and values",
        "a.txt",
        |n| many("Request URL\nhttps://h.example/\nRequest Headers\n", |i| format!("x{i}\na\n"), "", n),
        |_| String::new(),
    ),
    input("browser: pseudo headers", "a.txt", |n| many(":authority: h\n", |_| ":method: GET\n".into(), "", n), |_| String::new()),
    input("a token", "a.txt", |n| many("eyJ", |_| "a".into(), ".e30.x", n), |_| String::new()),
    input("words", "a.txt", |n| many("", |_| "word ".into(), "", n), |_| String::new()),
    input("HAR: entries", "a.har", |n| log(&list(|i| entry("GET", "h", i, 401), n)), |_| String::new()),
    input("HAR: entries of many hosts", "a.har", |n| log(&list(|i| entry("GET", &format!("h{i}"), i, 200), n)), |_| String::new()),
    input("HAR: refused entries of many hosts", "a.har", |n| log(&list(|i| entry("GET", &format!("h{i}"), i, 401), n)), |_| String::new()),
    input("HAR: cookies of many hosts", "a.har", |n| log(&list(|i| cookies(&format!("h{i}"), i), n)), |_| String::new()),
    input("HAR: cookies of one host", "a.har", |n| log(&list(|i| cookies("h", i), n)), |_| String::new()),
    input("HAR: cookies of one name", "a.har", |n| log(&list(|_| cookies("h", 0), n)), |_| String::new()),
    input("HAR: preflights", "a.har", |n| log(&list(|i| entry("OPTIONS", "h", i, 401 - 201 * (i % 2)), n)), |_| String::new()),
    input("HAR: paths that are alike", "a.har", |n| log(&list(|i| entry("GET", "h", i, 200 + 204 * (i % 2)), n)), |_| String::new()),
    input("HAR: empty entries", "a.har", |n| log(&list(|_| "{}".into(), n)), |_| String::new()),
    input("HAR: blanks", "a.har", |n| log(&" ".repeat(n)), |_| String::new()),
    input(
        "HAR: unknown members",
        "a.har",
        |n| format!(r#"{{"log":{{"entries":[],"x":[{}]}}}}"#, list(|_| "1".into(), n)),
        |_| String::new(),
    ),
    input(
        "HAR: headers",
        "a.har",
        |n| log(&with(&format!(r#""headers":[{}]"#, list(|i| format!(r#"{{"name":"a{i}"}}"#), n)), "")),
        |_| String::new(),
    ),
    input(
        "HAR: hops",
        "a.har",
        |n| log(&with("", &format!(r#""previous":[{}]"#, list(|i| format!(r#"{{"url":"https://h/{i}","status":200}}"#), n)))),
        |_| String::new(),
    ),
    input(
        "HAR: scopes",
        "a.har",
        |n| log(&with("", &format!(r#""expect_scope":[{}]"#, list(|i| format!(r#""s{i}""#), n)))),
        |_| String::new(),
    ),
];
