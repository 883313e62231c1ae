//! Requests and responses between the library's types and ours.

use std::net::SocketAddr;

use hyper::body::Bytes;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::{request, response};
use hyper::{StatusCode, Version};

use super::tee::Kept;
use crate::domain::headers::Headers;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Request;
use crate::domain::response::{Answered, Response};
use crate::domain::text::Text;
use crate::io::http::{body, headers};

/// The request as it arrived, without its body. Its address has the scheme and host that the proxy names, else those that it used.
pub fn received(parts: &request::Parts) -> Request {
    let fields = headers(&parts.headers);
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let host = parts.uri.authority().map(|host| host.as_str()).or_else(|| fields.get("host")).unwrap_or_default();
    let url = format!("{}://{host}{target}", forwarded_scheme(&fields));
    let mut headers = Headers::default();
    if !fields.has("host") && !host.is_empty() {
        // HTTP/2 has it in a field of its own (RFC 9113 section 8.3.1).
        headers.push("host", host);
    }
    headers.0.extend(fields.0);
    Request { method: parts.method.to_string(), url, headers, ..Request::default() }
}

/// The scheme of the request that the proxy received: `X-Forwarded-Proto`, else `Forwarded` (RFC 7239).
fn forwarded_scheme(fields: &Headers) -> &'static str {
    let of_forwarded = || {
        let forwarded = fields.get("forwarded")?.split([',', ';']).map(str::trim);
        forwarded.filter_map(|pair| pair.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("proto")).map(|(_, value)| value)
    };
    let first = fields.get("x-forwarded-proto").and_then(|list| list.split(',').next()).or_else(of_forwarded);
    match first.map(|scheme| scheme.trim().trim_matches('"')) {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    }
}

/// The text of what was kept of a body, its codings undone.
pub fn text(kept: Kept, headers: &Headers) -> Text {
    let coding = headers.all("content-encoding").map(|(_, header)| header.value.as_str()).collect::<Vec<_>>().join(",");
    let bytes = if coding.is_empty() { kept.bytes } else { body::decoded(kept.bytes, &coding, MAX_FIELDS) };
    String::from_utf8(bytes).unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned()).into()
}

/// The head of the application's answer.
pub fn answered(parts: &response::Parts) -> Response {
    let reason = parts.status.canonical_reason().filter(|_| parts.version < Version::HTTP_2).unwrap_or_default();
    Response {
        status: parts.status.as_u16(),
        reason: reason.into(),
        version: if parts.version == Version::HTTP_2 { "h2".into() } else { format!("{:?}", parts.version) },
        headers: headers(&parts.headers),
        answered: Answered::Sent,
        ..Response::default()
    }
}

/// An answer of our own in the library's types. What HTTP cannot carry is left out.
pub fn answer<B: From<Bytes>>(answer: &Response) -> hyper::Response<B> {
    let mut response = hyper::Response::new(B::from(Bytes::from(answer.body.to_string())));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for (_, header) in answer.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_bytes(header.value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Removes the fields that belong to one connection (RFC 9110 section 7.6.1).
pub fn without_fields_of_the_connection(headers: &mut HeaderMap) {
    let listed: Vec<HeaderName> = headers
        .get_all("connection")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(|name| HeaderName::from_bytes(name.trim().as_bytes()).ok())
        // It is never of the connection, whoever says so.
        .filter(|name| *name != HOST)
        .collect();
    let known = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings"];
    for name in listed.iter().map(HeaderName::as_str).chain(known) {
        headers.remove(name);
    }
}

/// The other end, as text.
pub fn peer(address: SocketAddr) -> String {
    // IPv4 that arrives at a socket of both families.
    match address {
        SocketAddr::V6(v6) => v6.ip().to_ipv4_mapped().map_or_else(|| address.to_string(), |ip| format!("{ip}:{}", v6.port())),
        SocketAddr::V4(_) => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(target: &str, fields: &[(&'static str, &'static str)]) -> request::Parts {
        let mut request = hyper::Request::builder().uri(target);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_address_is_the_one_that_the_proxy_names() {
        for (target, fields, expected) in [
            ("/a//b?c=%20", &[("host", "api.example")][..], "http://api.example/a//b?c=%20"),
            ("/", &[("host", "a"), ("x-forwarded-proto", "https, http")], "https://a/"),
            ("/", &[("host", "a"), ("forwarded", "for=1.2.3.4;proto=\"https\"")], "https://a/"),
            ("http://b:81/x", &[], "http://b:81/x"),
            ("/../x", &[("host", "a")], "http://a/../x"),
        ] {
            assert_eq!(received(&parts(target, fields)).url, expected);
        }
        assert_eq!(received(&parts("http://b:81/x", &[])).headers.get("host"), Some("b:81"));
    }

    #[test]
    fn fields_of_the_connection_are_removed_with_those_that_it_names() {
        let (name, value) = (HeaderName::from_static, HeaderValue::from_static);
        let mut map = HeaderMap::new();
        for (field, text) in [("connection", "close, X-Own"), ("x-own", "1"), ("te", "trailers"), ("authorization", "Bearer x")] {
            map.insert(name(field), value(text));
        }
        without_fields_of_the_connection(&mut map);
        assert_eq!(map.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["authorization"]);
    }
}
