//! Recorded answers.

use super::*;

pub const INPUTS: &[Input] = &[
    answer("WWW-Authenticate: commas", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |_| ",".into(), "\n\n", n)),
    answer("WWW-Authenticate: challenges", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |_| "Bearer realm=\"x\", ".into(), "\n\n", n)),
    answer("WWW-Authenticate: schemes", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |i| format!("S{i} realm=\"x\", "), "\n\n", n)),
    answer("WWW-Authenticate: Digest", |n| {
        many("HTTP/1.1 401 x\nWWW-Authenticate: ", |i| format!("Digest realm=\"x\", nonce=\"{i}\", "), "\n\n", n)
    }),
    answer("WWW-Authenticate: parameters", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer ", |i| format!("p{i}=\"x\", "), "\n\n", n)),
    answer("WWW-Authenticate: one parameter", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer ", |_| "scope=\"x\", ".into(), "\n\n", n)),
    answer("WWW-Authenticate: scopes", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer scope=\"", |i| format!("s{i} "), "\"\n\n", n)),
    answer("WWW-Authenticate: escapes", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: Bearer realm=\"", |_| "\\\"".into(), "\n\n", n)),
    answer("WWW-Authenticate: words", |n| many("HTTP/1.1 401 x\nWWW-Authenticate: ", |_| "a ".into(), "\n\n", n)),
    answer("WWW-Authenticate: fields", |n| many("HTTP/1.1 401 x\n", |_| "WWW-Authenticate: Bearer realm=\"x\"\n".into(), "\n", n)),
    answer("Set-Cookie", |n| many("HTTP/1.1 401 x\n", |i| format!("Set-Cookie: c{i}=valuevalue{i}; Path=/; Domain=h.example\n"), "\n", n)),
    answer("Set-Cookie: one name", |n| many("HTTP/1.1 401 x\n", |i| format!("Set-Cookie: sid=valuevalue{i}; Path=/\n"), "\n", n)),
    answer("Set-Cookie: attributes", |n| many("HTTP/1.1 401 x\nSet-Cookie: a=b", |i| format!("; a{i}=b"), "\n\n", n)),
    answer("answer: headers", |n| many("HTTP/1.1 401 x\n", |i| format!("X-{i}: v\n"), "\n", n)),
    answer("answer: folded header", |n| many("HTTP/1.1 401 x\nX: a\n", |_| " a\n".into(), "\n", n)),
    answer("answer: Vary", |n| many("HTTP/1.1 401 x\nVary: ", |i| format!("a{i}, "), "\n\n", n)),
    answer("answer: CORS headers", |n| many("HTTP/1.1 401 x\nAccess-Control-Allow-Headers: ", |i| format!("a{i}, "), "\n\n", n)),
    answer("answer: JSON secrets", |n| {
        many("HTTP/1.1 401 x\nContent-Type: application/json\n\n{", |i| format!("\"access_token\":\"abcdefgh{i}\","), "}", n)
    }),
    answer("answer: JSON deep", |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n", |_| "{\"a\":[".into(), "", n)),
    answer("answer: JSON objects", |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n[1", |i| format!(",{{\"a\":{i}}}"), "]", n)),
    answer("answer: JSON strings", |n| many("HTTP/1.1 401 x\nContent-Type: application/json\n\n[1", |_| ",\"\\u0041\"".into(), "]", n)),
    answer("answer: words", |n| many("HTTP/1.1 401 x\n\n", |_| "invalid token expired signature ".into(), "", n)),
    answer("answer: letters", |n| many("HTTP/1.1 401 x\n\n", |_| "i".into(), "", n)),
    text("answer: as a secret begins", |n| refused("AAAAAAAAAAAAAAAAAAAAAMLhe%2BuSeid%2BULvsea4J%3D", |_| "A".into(), n)),
    text("answer: as a token begins", |n| refused(&token("{\"a\":1}"), |_| "eyJ.".into(), n)),
    answer("answer: HTML", |n| many("HTTP/1.1 200 x\nContent-Type: text/html\n\n", |_| "<form><input type=password name=p>".into(), "", n)),
    answer("answer: <", |n| many("HTTP/1.1 200 x\nContent-Type: text/html\n\n", |_| "<".into(), "", n)),
    answer("answer: multipart", |n| many("HTTP/1.1 401 x\n\n-- ", |_| "name=\"access_token\"\n".into(), "", n)),
    answer("answer: lines", |n| many("HTTP/1.1 401 x\n\n", |_| "a\n".into(), "", n)),
    answer("answer: one line", |n| many("HTTP/1.1 401 x\n\n", |_| "a".into(), "", n)),
    answer("answer: wide letters", |n| many("HTTP/1.1 401 x\n\n", |_| "\u{4e00}\u{301}".into(), "", n)),
    answer("answer: combining", |n| many("HTTP/1.1 401 x\n\n", |_| "\u{301}".into(), "", n)),
    answer("answer: chunks", |n| many("HTTP/1.1 401 x\nTransfer-Encoding: chunked\n\n", |_| "1\na\n".into(), "0\n\n", n)),
    answer("Location", |n| many("HTTP/1.1 302 x\nLocation: https://h/?", |i| format!("code=abcdefgh{i}&"), "\n\n", n)),
];

/// A request with a credential, and an answer of many pieces.
fn refused(credential: &str, piece: impl Fn(usize) -> String, size: usize) -> String {
    many(&format!("GET / HTTP/1.1\nHost: h\nAuthorization: Bearer {credential}\n\nHTTP/1.1 401 x\n\n"), piece, "", size)
}
