//! Requests of a file.

use super::*;

pub const INPUTS: &[Input] = &[
    http("multipart: names without values", |n| {
        many("POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n--B ", |_| "name=\"".into(), "", n)
    }),
    http("multipart: secret names without values", |n| {
        many("POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n--B\n", |_| "name=\"password\"\n".into(), "", n)
    }),
    http("multipart: parts", |n| {
        many(
            "POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n",
            |i| format!("--B\nContent-Disposition: form-data; name=\"p{i}\"\n\nx\n"),
            "",
            n,
        )
    }),
    http("multipart: secret parts", |n| {
        many(
            "POST https://h.example/\nContent-Type: multipart/form-data; boundary=B\n\n",
            |i| format!("--B\nContent-Disposition: form-data; name=\"password{i}\"\n\nvalue{i}\n"),
            "",
            n,
        )
    }),
    http("JSON body: quotes", |n| many("POST https://h.example/\n\n{", |_| "\"".into(), "", n)),
    http("JSON body: backslashes", |n| many("POST https://h.example/\n\n{\"password\":\"", |_| "\\".into(), "", n)),
    http("JSON body: secret members", |n| many("POST https://h.example/\n\n{", |i| format!("\"password\":\"value{i}\","), "", n)),
    http("JSON body: deep", |n| many("POST https://h.example/\n\n", |_| "{\"a\":[".into(), "", n)),
    http("XML body: open tags", |n| many("POST https://h.example/\n\n<a>", |_| "<".into(), "", n)),
    http("XML body: secrets", |n| many("POST https://h.example/\n\n", |i| format!("<password>value{i}"), "", n)),
    http("form: secrets", |n| many("POST https://h.example/\n\n", |i| format!("password=abcdefg{i}&"), "", n)),
    http("form: one name", |n| many("POST https://h.example/\n\n", |_| "password=abcdefg&".into(), "", n)),
    http("form: &", |n| many("POST https://h.example/\n\n", |_| "&=".into(), "", n)),
    http("YAML-like body", |n| many("POST https://h.example/\n\n", |i| format!("key{i}: value\n  - password: x{i}\n"), "", n)),
    http("body: starts of tokens", |n| many("POST https://h.example/\n\n", |_| "eyJ".into(), "", n)),
    http("body: tokens", |n| many("POST https://h.example/\n\n", |i| format!("eyJhbGciOiJIUzI1NiJ9.e30.abcdef{i} "), "", n)),
    http("body: dots", |n| many("POST https://h.example/\n\n", |_| "eyJhbGciOiJIUzI1NiJ9.".into(), "", n)),
    http("body: words", |n| many("POST https://h.example/\n\n", |i| format!("word{i} "), "", n)),
    http("body: one line", |n| many("POST https://h.example/\n\n", |_| "a".into(), "", n)),
    http("body: GraphQL", |n| many("POST https://h.example/\n\n", |_| "query{a}".into(), "", n)),
    http("body: lines that end scripts", |n| many("POST https://h.example/\n\n", |_| "> {%\n".into(), "", n)),
    http("braces open", |n| many("POST https://h.example/\n\n", |_| "{{".into(), "", n)),
    http("braces open, by line", |n| many("POST https://h.example/\n\n", |_| "{{a\n".into(), "", n)),
    http("braces closed at the end", |n| many("POST https://h.example/\n\n", |_| "{{a".into(), "}}", n)),
    http("variables: one, used often", |n| many("@a = b\nPOST https://h.example/\n\n", |_| "{{a}}".into(), "", n)),
    http("variables: one, used on each line", |n| many("@a = b\nPOST https://h.example/\n\n", |_| "{{a}}\n".into(), "", n)),
    http("variables: without value", |n| many("POST https://h.example/\n\n", |_| "{{a}}".into(), "", n)),
    http("variables: without value, distinct", |n| many("POST https://h.example/\n\n", |i| format!("{{{{a{i}}}}}"), "", n)),
    http("variables: without value, distinct, in a header", |n| {
        many("GET https://h.example/\nX-A: ", |i| format!("{{{{a{i}}}}} "), "\n", n)
    }),
    http("variables: a chain", |n| many("@v0 = x\n", |i| format!("@v{} = {{{{v{i}}}}}\n", i + 1), "GET https://h.example/{{v5}}\n", n)),
    http("variables: doubled", |n| many(&doubled(), |_| "###\nGET https://h.example/{{a16}}\n\n".into(), "", n)),
    http("variables: doubled without value", |n| {
        many(&doubled().replace("xxxxxxxx", "{{none}}"), |_| "###\nGET https://h.example/{{a12}}\n\n".into(), "", n)
    }),
    http("variables: doubled in headers", |n| {
        many(&format!("{}GET https://h.example/\n", doubled()), |i| format!("X-{i}: {{{{a10}}}}\n"), "", n)
    }),
    http("variables: one of each request", |n| many("", |i| format!("@v{i} = x\nGET https://h.example/{{{{v{i}}}}}\n\n###\n"), "", n)),
    http("variables: a large one, used often", |n| {
        many(&format!("@a = {}\nPOST https://h.example/\n\n", "x".repeat(n / 2)), |_| "{{a}}\n".into(), "", n / 2)
    }),
    http("definitions in a body", |n| many("POST https://h.example/\n\nx\n", |_| "\n@a = 1\n".into(), "text\n", n)),
    http("scripts that stay open in a body", |n| many("POST https://h.example/\n\n", |_| "\n{{\n".into(), "", n)),
    http("lines of an address", |n| many("GET https://h.example/?\n", |_| "  &a=b\n".into(), "", n)),
    http("headers", |n| many("GET https://h.example/\n", |i| format!("X-{i}: v\n"), "", n)),
    http("headers: one name", |n| many("GET https://h.example/\n", |_| "X-Name: value\n".into(), "", n)),
    http("headers: Authorization", |n| many("GET https://h.example/\n", |_| "Authorization: Bearer abcdefgh\n".into(), "", n)),
    http("headers: Authorization, short", |n| many("GET https://h.example/\n", |i| format!("Authorization: {i}\n"), "", n)),
    http("headers: Authorization, distinct", |n| {
        many("GET https://h.example/\n", |i| format!("Authorization: Bearer abcdefgh{i}\n"), "", n)
    }),
    http("headers: secret, distinct", |n| many("GET https://h.example/\n", |i| format!("X-Token-{i}: abcdefgh{i}\n"), "", n)),
    http("headers: tokens", |n| {
        many(
            "GET https://h.example/\n",
            |i| format!("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln{i}\n"),
            "",
            n,
        )
    }),
    http("headers: misspelled", |n| many("GET https://h.example/\n", |i| format!("Autorization{i}: Bearer abcdefgh{i}\n"), "", n)),
    http("headers: invisible", |n| many("GET https://h.example/\n", |_| "X\u{200b}: a\u{200b}\n".into(), "", n)),
    http("headers: Content-Type", |n| many("GET https://h.example/\n", |_| "Content-Type: a/b\nOrigin: https://a.example\n".into(), "", n)),
    http("cookies", |n| many("GET https://h.example/\nCookie: ", |i| format!("c{i}=valuevalue{i}; "), "\n", n)),
    http("cookies: short", |n| many("GET https://h.example/\nCookie: ", |i| format!("c{i}=v{i}; "), "\n", n)),
    http("cookies: one name", |n| many("GET https://h.example/\nCookie: ", |_| "sid=valuevalue; ".into(), "\n", n)),
    http("cookies: lines", |n| many("GET https://h.example/\n", |i| format!("Cookie: c{i}=valuevalue{i}\n"), "\n", n)),
    http("cookies: semicolons", |n| many("GET https://h.example/\nCookie: ", |_| ";".into(), "\n", n)),
    http("query: parameters", |n| many("GET https://h.example/?", |i| format!("a{i}=value{i}&"), "\n", n)),
    http("query: secrets", |n| many("GET https://h.example/?", |i| format!("token{i}=valuevalue{i}&"), "\n", n)),
    http("query: one name", |n| many("GET https://h.example/?", |_| "access_token=valuevalue&".into(), "\n", n)),
    http("query: percent", |n| many("GET https://h.example/?token=", |_| "%25".into(), "\n", n)),
    http("query: marks", |n| many("GET https://h.example/", |_| "?#&".into(), "\n", n)),
    http("address: users", |n| many("GET https://", |_| "a:b@".into(), "h.example/\n", n)),
    http("address: path", |n| many("GET https://h.example", |_| "/a".into(), "\n", n)),
    http("address: dots", |n| many("GET https://h.example", |_| "/a/..".into(), "\n", n)),
    http("address: slashes", |n| many("GET https://h.example", |_| "/".into(), "\n", n)),
    http("address: host", |n| many("GET https://", |_| "a.".into(), "example/\n", n)),
    http("address: lines", |n| many("GET https://h.example/\n", |i| format!("  &a{i}=1\n"), "\n", n)),
    http("address: comments between lines", |n| many("GET https://h.example/\n", |_| "# a\n".into(), "\n", n)),
    http("separators", |n| many("", |_| "###\n".into(), "", n)),
    http("requests", |n| {
        many(
            "",
            |i| format!("###\nGET https://h.example/{i}\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln\n\n"),
            "",
            n,
        )
    }),
    http("requests of many hosts", |n| many("", |i| format!("###\nGET https://h{i}.example/a\nCookie: a=b\n\n<> answer.txt\n"), "", n)),
    http("requests by name", |n| many("", |i| format!("### r{i}\n# @name r{i}\nGET https://h.example/{i}\n\n"), "", n)),
    http("directives", |n| many("", |i| format!("# @expect-audience x{i}\n"), "GET https://h.example/\n", n)),
    http("directives: names", |n| many("", |i| format!("# @d{i} x\n"), "GET https://h.example/\n", n)),
    http("body: names of files", |n| many("POST https://h.example/\n\n", |i| format!("< ./f{i}.txt\n"), "", n)),
    http("directives: addresses", |n| many("", |i| format!("# @expect-url https://h.example/p{i}\n"), "GET https://h.example/p\n", n)),
    http("directives: scopes", |n| many("", |i| format!("# @expect-scope s{i}\n"), "GET https://h.example/\n", n)),
    http("directives: cookies", |n| many("", |i| format!("# @set-cookie c{i}=v; Path=/\n"), "GET https://h.example/\n", n)),
    http("directives: previous", |n| {
        many(
            "",
            |i| format!("# @previous {{\"method\":\"GET\",\"url\":\"https://h.example/{i}\",\"status\":302,\"set_cookie\":\"c{i}=v\"}}\n"),
            "GET https://h.example/\n",
            n,
        )
    }),
    http("directives: notes", |n| many("", |i| format!("# @authtui-notes x{i}\n"), "GET https://h.example/\n", n)),
    http("blank lines", |n| many("GET https://h.example/\n", |_| "\n".into(), "", n)),
    http("lines without a colon", |n| many("GET https://h.example/\n", |_| "a\n".into(), "", n)),
    http("scripts", |n| many("", |_| "< {% a %}\n".into(), "GET https://h.example/\n", n)),
    http("references", |n| many("GET https://h.example/\n\n", |i| format!("<> a{i}.txt\n"), "", n)),
];
