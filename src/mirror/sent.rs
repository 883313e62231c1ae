//! The requests that are known to be sent through the proxy.

use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::domain::transit::Transit;

/// The header by which a client names the saved request that it sends.
pub const MARKER: &str = "Authtui-Request";

/// Which of some saved requests arrived: the one that the marker names; else of those with the same method and path the one that is least
/// different; else of those whose path goes on with the other at a slash, since proxies put a prefix before paths or take it away.
pub fn find<'e>(saved: impl Iterator<Item = &'e Exchange> + Clone, received: &Request) -> Option<&'e Exchange> {
    if let Some(name) = received.headers.get(MARKER) {
        let mut saved = saved;
        return saved.find(|saved| saved.title() == name.trim());
    }
    let path = path_of(received);
    let of_method = || saved.clone().filter(|saved| saved.request.method == received.method);
    let is_prefixed = |saved: &&Exchange| {
        let saved = path_of(&saved.request);
        // A health check of a proxy is no request of anybody's.
        let is_end =
            |long: &str, short: &str| short.len() > 1 && long.strip_suffix(short).is_some_and(|prefix| prefix.matches('/').count() == 1);
        is_end(path, saved) || is_end(saved, path)
    };
    let least_different = |of: &dyn Fn(&&'e Exchange) -> bool| {
        of_method().filter(of).min_by_key(|saved| {
            let changes = Transit::between(&saved.request, received.clone()).changes;
            (changes.iter().filter(|change| change.name == ":path").count(), changes.len())
        })
    };
    least_different(&|saved| path_of(&saved.request) == path).or_else(|| least_different(&is_prefixed))
}

/// The path of a request without its query.
fn path_of(request: &Request) -> &str {
    request.path().split(['?', '#']).next().unwrap_or_default()
}

/// The request without the header that is for the mirror alone.
pub fn without_marker(mut request: Request) -> Request {
    request.headers.0.retain(|header| !header.is(MARKER));
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, url: &str, marker: Option<&str>) -> Request {
        let headers = marker.map(|name| (MARKER.to_ascii_lowercase(), name)).into_iter().collect();
        Request { method: method.into(), url: url.into(), headers, ..Request::default() }
    }

    fn saved(name: &str, method: &str, url: &str) -> Exchange {
        Exchange { name: name.into(), request: request(method, url, None), ..Exchange::default() }
    }

    #[test]
    fn a_request_is_known_by_its_mark_or_by_method_and_path() {
        let sent = [
            saved("users", "GET", "https://a.example/api/users?page=1"),
            saved("new", "POST", "https://a.example/api/users"),
            saved("root", "GET", "https://a.example/"),
            saved("all", "GET", "https://a.example/users"),
        ];
        let found = |method, url, marker| find(sent.iter(), &request(method, url, marker)).map(Exchange::title);
        for (method, url, marker, expected) in [
            ("GET", "http://app/api/users?page=2", None, Some("users")),
            ("POST", "http://app/api/users", None, Some("new")),
            ("GET", "http://app/v2/api/users", None, Some("users")),
            ("GET", "http://app/", None, Some("root")),
            ("GET", "http://app/elsewhere", None, None),
            ("GET", "http://app/v1/super/users", None, None),
            ("DELETE", "http://app/api/users", None, None),
            ("DELETE", "http://app/", Some("new"), Some("new")),
            ("GET", "http://app/api/users", Some("of another file"), None),
        ] {
            assert_eq!(found(method, url, marker).as_deref(), expected, "{method} {url} {marker:?}");
        }
    }
}
