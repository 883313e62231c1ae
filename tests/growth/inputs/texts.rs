//! Commands, raw texts and tokens.

use super::*;

pub const INPUTS: &[Input] = &[
    text("values in a here-document", |n| {
        many("A=0123456789abcdef\ncurl -d @- https://h.example/ <<END\n", |_| "${A} ".into(), "\nEND\n", n)
    }),
    text("curl: -d", |n| many("curl https://h.example/", |i| format!(" -d a{i}=b"), "", n)),
    text("curl: --json", |n| many("curl https://h.example/", |_| " --json a".into(), "", n)),
    text("curl: --data-urlencode", |n| many("curl https://h.example/", |i| format!(" --data-urlencode a{i}=b"), "", n)),
    text("curl: --url-query", |n| many("curl https://h.example/", |i| format!(" --url-query a{i}=b"), "", n)),
    text("curl: -H", |n| many("curl https://h.example/", |i| format!(" -H 'X-{i}: y'"), "", n)),
    text("curl: -H distinct Authorization", |n| {
        many("curl https://h.example/", |i| format!(" -H 'Authorization: Bearer abcdefg{i}'"), "", n)
    }),
    text("curl: -b", |n| many("curl https://h.example/", |i| format!(" -b a{i}=b"), "", n)),
    text("curl: -u", |n| many("curl https://h.example/", |i| format!(" -u a{i}:b"), "", n)),
    text("curl: -F", |n| many("curl https://h.example/", |i| format!(" -F a{i}=b"), "", n)),
    text("curl: -F secret", |n| many("curl https://h.example/", |i| format!(" -F password{i}=value{i}"), "", n)),
    text("curl: -F files", |n| many("curl https://h.example/", |i| format!(" -F a{i}=@f"), "", n)),
    text("curl: -s", |n| many("curl https://h.example/", |_| " -s".into(), "", n)),
    text("curl: -ssss", |n| many("curl https://h.example/ -", |_| "s".into(), "", n)),
    text("curl: --no-keepalive", |n| many("curl https://h.example/", |_| " --compressed --no-compressed".into(), "", n)),
    text("curl: -o", |n| many("curl https://h.example/", |_| " -o f".into(), "", n)),
    text("curl: unknown flags", |n| many("curl https://h.example/", |i| format!(" --nope{i} -s"), "", n)),
    text("curl: addresses", |n| many("curl", |i| format!(" https://h{i}.example/"), "", n)),
    text("curl: addresses with a body", |n| {
        many(
            "curl -d xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            |_| " https://h.example/".into(),
            "",
            n,
        )
    }),
    text("curl: addresses with many headers", |n| many("curl", |i| if i % 2 == 0 { " -H a:b".into() } else { " http://h/".into() }, "", n)),
    text("curl: addresses without a password", |n| many("curl -u a", |_| " https://h.example/".into(), "", n)),
    text("curl: globs", |n| many("curl https://h.example/", |_| "{a,b}".into(), "", n)),
    text("curl: --next", |n| many("curl https://h.example/", |_| " --next https://h.example/".into(), "", n)),
    text("curl: commands", |n| many("", |i| format!("curl https://h.example/{i};\n"), "", n)),
    text("curl: other commands", |n| many("curl https://h/\n", |i| format!("echo {i}\n"), "", n)),
    text("curl: line ends", |n| many("curl https://h/ ", |_| "\\\n".into(), "", n)),
    text("curl: lines of flags", |n| many("curl https://h/", |_| "\n-s".into(), "", n)),
    text("curl: escapes", |n| many("curl https://h/ -d $'", |_| "\\x41".into(), "'", n)),
    text("curl: carets", |n| many("curl https://h/ ", |_| "^\n".into(), "", n)),
    text("curl: backslashes for cmd", |n| many("curl ^\"https://h/^\" ", |_| "\\".into(), "", n)),
    text("curl: percent for cmd", |n| many("curl ^\"https://h/^\" ", |_| "%aaaaaaaa".into(), "", n)),
    text("curl: blanks behind a backslash", |n| many("curl https://h/ ", |_| "\\ ".into(), "", n)),
    text("curl: open parentheses", |n| many("curl https://h/ ", |_| "$(".into(), "", n)),
    text("curl: dollars", |n| many("curl https://h/ ", |i| format!(" $a{i}"), "", n)),
    text("curl: PowerShell quotes", |n| many("curl https://h/ `\n -d ", |_| "''".into(), "", n)),
    text("curl: redirections", |n| many("curl https://h/", |_| " > f".into(), "", n)),
    text("curl: prompts", |n| many("", |_| "$ ".into(), "curl https://h/", n)),
    text("curl -v: exchanges", |n| many("", |_| "> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< \n".into(), "", n)),
    text("curl -v: cookies", |n| {
        many("", |i| format!("> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< Set-Cookie: c{i}=v\n< \n"), "", n)
    }),
    text("curl -v: answers alone", |n| many("> GET / HTTP/1.1\n", |_| "< HTTP/1.1 401 x\n< \n".into(), "", n)),
    text("curl -v: 1xx", |n| many("> GET / HTTP/1.1\n", |_| "< HTTP/1.1 100 x\n".into(), "< \n", n)),
    text("curl -v: headers", |n| many("> GET / HTTP/1.1\n", |i| format!("> X{i}: a\n"), "> \n", n)),
    text("curl -v: body lines", |n| many("> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< \n", |_| "a\n".into(), "", n)),
    text("raw: exchanges", |n| many("", |_| "GET / HTTP/1.1\nHost: h\n\nHTTP/1.1 401 x\n\n".into(), "", n)),
    text("raw: requests", |n| many("", |_| "GET / HTTP/1.1\n\n".into(), "", n)),
    text("raw: posts", |n| many("", |_| "POST / HTTP/1.1\nContent-Length: 1\n\na\n".into(), "", n)),
    text("raw: posts of wrong length", |n| many("", |_| "POST / HTTP/1.1\nContent-Length: 9\n\na\n".into(), "", n)),
    text("raw: posts that claim the rest", |n| many("", |_| "POST / HTTP/1.1\nContent-Length: 1000\n\na\n".into(), "", n)),
    text("raw: chunked without end", |n| many("", |_| "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\na\n".into(), "", n)),
    text("raw: answers", |n| many("", |_| "HTTP/1.1 401 x\n\n".into(), "", n)),
    text("raw: noise", |n| many("GET / HTTP/1.1\nContent-Length: 0\n\nHTTP/1.1 204 x\nContent-Length: 0\n\n", |_| "a\n".into(), "", n)),
    text("raw: folds", |n| many("GET / HTTP/1.1\nX: a\n", |_| " a\n".into(), "\n", n)),
    text("raw: blank lines", |n| many("GET / HTTP/1.1\n\n", |_| "\n".into(), "GET / HTTP/1.1\n\n", n)),
    text("headers alone", |n| many("Host: h\n", |i| format!("X{i}: a\n"), "", n)),
    text("browser: names and values", |n| many("Request URL\nhttps://h.example/\nRequest Headers\n", |i| format!("x{i}\na\n"), "", n)),
    text("browser: pseudo headers", |n| many(":authority: h\n", |_| ":method: GET\n".into(), "", n)),
    text("a token", |n| many("eyJ", |_| "a".into(), ".e30.x", n)),
    text("words", |n| many("", |_| "word ".into(), "", n)),
];
