//! Credentials and tokens.

use super::*;

/// A request with a token of these claims, and what is expected of it.
fn with_claims(claims: &str) -> String {
    format!("# @expect-audience x\n# @expect-scope y\nGET https://h.example/\nAuthorization: Bearer {}\n\n", token(claims))
}

pub const INPUTS: &[Input] = &[
    http("Basic: long", |n| many("GET https://h.example/\nAuthorization: Basic ", |_| "YTpi".into(), "\n", n)),
    http("Bearer: blanks", |n| many("GET https://h.example/\nAuthorization: Bearer", |_| " ".into(), "x\n", n)),
    http("Bearer: beginnings of tokens", |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "eyJ".into(), "..\n", n)),
    http("Bearer: repeated", |n| many("GET https://h.example/\nAuthorization: ", |_| "Bearer ".into(), "x\n", n)),
    http("Bearer: =", |n| many("GET https://h.example/\nAuthorization: Bearer e", |_| "=".into(), "\n", n)),
    http("Bearer: e.=", |n| many("GET https://h.example/\nAuthorization: Bearer e.", |_| "=".into(), "\n", n)),
    http("Bearer: = and letters", |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "e=".into(), "\n", n)),
    http("Bearer: +", |n| many("GET https://h.example/\nAuthorization: Bearer eyJ", |_| "+/".into(), ".e30.x\n", n)),
    http("Bearer: dots", |n| many("GET https://h.example/\nAuthorization: Bearer e", |_| ".".into(), "\n", n)),
    http("Bearer: ~", |n| {
        many("GET https://h.example/\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln", |_| "~".into(), "\n", n)
    }),
    http("Bearer: disclosures", |n| {
        many(
            "GET https://h.example/\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiZXhwIjoxfQ.c2ln",
            |_| "~WyJzIiwibiIsMV0".into(),
            "~\n",
            n,
        )
    }),
    http("Bearer: zero width", |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "\u{200b}".into(), "x\n", n)),
    http("Bearer: quotes", |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "\"".into(), "\n", n)),
    http("Bearer: percent", |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "%25".into(), "\n", n)),
    http("Bearer: commas", |n| many("GET https://h.example/\nAuthorization: Bearer ", |_| "a,".into(), "\n", n)),
    http("Bearer: PASETO", |n| many("GET https://h.example/\nAuthorization: Bearer v4.public.", |_| "AAAA".into(), "\n", n)),
    http("Bearer: SAML", |n| many("GET https://h.example/\nAuthorization: Bearer PHNhbWw6QXNzZXJ0aW9uPg", |_| "PGE+".into(), "\n", n)),
    http("Digest: parameters", |n| many("GET https://h.example/\nAuthorization: Digest ", |_| "a=\"b\", ".into(), "\n", n)),
    http("Digest: distinct parameters", |n| many("GET https://h.example/\nAuthorization: Digest ", |i| format!("a{i}=\"b\", "), "\n", n)),
    http("token: claims", |n| with_claims(&many("{\"exp\":1", |i| format!(",\"c{i}\":{i}"), "}", n * 3 / 4))),
    http("token: claims: one name", |n| with_claims(&many("{\"exp\":1", |i| format!(",\"aud\":\"a{i}\""), "}", n * 3 / 4))),
    http("token: audiences", |n| with_claims(&many("{\"exp\":1,\"aud\":[\"a\"", |i| format!(",\"a{i}\""), "]}", n * 3 / 4))),
    http("token: scopes", |n| with_claims(&many("{\"exp\":1,\"scope\":\"", |i| format!("s{i} "), "\"}", n * 3 / 4))),
    http("token: roles", |n| with_claims(&many("{\"exp\":1,\"roles\":[\"a\"", |i| format!(",\"r{i}\""), "]}", n * 3 / 4))),
    http("token: a deep claim", |n| with_claims(&many("{\"exp\":1,\"a\":", |_| "[".into(), "", n * 3 / 4))),
    http("token: a wide claim", |n| with_claims(&many("{\"exp\":1,\"a\":{\"x\":1", |i| format!(",\"m{i}\":{{}}"), "}}", n * 3 / 4))),
    http("token: a long claim", |n| with_claims(&many("{\"exp\":1,\"a\":\"", |_| "\\u0041".into(), "\"}", n * 3 / 4))),
    http("token: numbers", |n| with_claims(&many("{\"exp\":1,\"a\":[1", |_| ",1".into(), "]}", n * 3 / 4))),
    http("token: one long number", |n| with_claims(&many("{\"exp\":1", |_| "0".into(), "}", n * 3 / 4))),
    http("token: header parameters", |n| {
        format!(
            "GET https://h.example/\nAuthorization: Bearer {}.e30.c2ln\n",
            encode(&many("{\"alg\":\"RS256\"", |i| format!(",\"h{i}\":1"), "}", n * 3 / 4))
        )
    }),
    http("token: crit", |n| {
        format!(
            "GET https://h.example/\nAuthorization: Bearer {}.e30.c2ln\n",
            encode(&many("{\"alg\":\"RS256\",\"crit\":[\"a\"", |i| format!(",\"h{i}\""), "]}", n * 3 / 4))
        )
    }),
    http("token: expected scopes", |n| {
        format!(
            "# @expect-scope {}\nGET https://h.example/\nAuthorization: Bearer {}\n",
            many("", |i| format!("t{i} "), "", n / 2),
            token(&many("{\"scope\":\"", |i| format!("s{i} "), "\"}", n / 3))
        )
    }),
    http("token: audiences, expected and had", |n| {
        format!(
            "{}GET https://h.example/\nAuthorization: Bearer {}\n",
            many("", |i| format!("# @expect-audience t{i}\n"), "", n / 2),
            token(&many("{\"aud\":[\"a\"", |i| format!(",\"s{i}\""), "]}", n / 3))
        )
    }),
];
