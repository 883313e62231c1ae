//! The requests that are known to be sent through the proxy.

use crate::domain::exchange::Exchange;
use crate::domain::request::Request;

/// The header by which a client names the saved request that it sends.
pub const MARKER: &str = "Authtui-Request";

/// Saved requests, one of which is looked for behind each request that arrives.
#[derive(Clone, Debug, Default)]
pub struct SentRequests(Vec<Exchange>);

impl SentRequests {
    /// Of some saved requests.
    pub const fn new(saved: Vec<Exchange>) -> Self {
        Self(saved)
    }

    /// Which of them arrived: the one that the marker names; else that with the same method and path; else one whose path goes on with
    /// the other, since proxies put a prefix before paths or take it away; else the only one there is.
    pub fn find(&self, received: &Request) -> Option<&Exchange> {
        if let Some(name) = received.headers.get(MARKER) {
            return self.0.iter().find(|saved| saved.title() == name.trim());
        }
        let of_method = || self.0.iter().filter(|saved| saved.request.method == received.method);
        let (path, saved_path) = (path_of(received), |saved: &&Exchange| path_of(&saved.request).to_string());
        let is_prefixed = |saved: &&Exchange| {
            let saved = saved_path(saved);
            let is_end = |long: &str, short: &str| short.len() > 1 && long.ends_with(short);
            is_end(path, &saved) || is_end(&saved, path)
        };
        let same = of_method().find(|saved| saved_path(saved) == path);
        let only = || self.0.first().filter(|_| self.0.len() == 1);
        same.or_else(|| of_method().filter(is_prefixed).max_by_key(|saved| saved_path(saved).len())).or_else(only)
    }
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
        let sent = SentRequests::new(vec![
            saved("users", "GET", "https://a.example/api/users?page=1"),
            saved("new", "POST", "https://a.example/api/users"),
            saved("root", "GET", "https://a.example/"),
            saved("all", "GET", "https://a.example/users"),
        ]);
        let found = |method, url, marker| sent.find(&request(method, url, marker)).map(Exchange::title);
        for (method, url, marker, expected) in [
            ("GET", "http://app/api/users?page=2", None, Some("users")),
            ("POST", "http://app/api/users", None, Some("new")),
            ("GET", "http://app/v2/api/users", None, Some("users")),
            ("GET", "http://app/", None, Some("root")),
            ("GET", "http://app/elsewhere", None, None),
            ("DELETE", "http://app/api/users", None, None),
            ("DELETE", "http://app/", Some("new"), Some("new")),
            ("GET", "http://app/api/users", Some("of another file"), None),
        ] {
            assert_eq!(found(method, url, marker).as_deref(), expected, "{method} {url} {marker:?}");
        }
        let only = SentRequests::new(vec![saved("one", "GET", "https://a.example/x")]);
        assert!(only.find(&request("GET", "http://app/y", None)).is_some());
        assert!(SentRequests::default().find(&request("GET", "http://app/y", None)).is_none());
    }
}
