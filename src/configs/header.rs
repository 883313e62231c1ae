//! Names of headers and paths, as far as readers of all servers ask for them.

/// True for the header of credentials.
pub fn is_authorization(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("Authorization")
}

/// True for the header of cookies.
pub fn is_cookie(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("Cookie")
}

/// True for a name or path of files that are the same for everybody.
pub fn is_public(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["static", "assets", "asset", "css", "js", "png", "img", "image", "public", "fonts", "media", "cdn"]
        .iter()
        .any(|word| name.contains(word))
}

/// Headers by which an application behind a proxy learns who asked and for which host.
pub const TELLS_ADDRESS: [&str; 3] = ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];

/// Headers by which it learns that the request came over https.
pub const TELLS_SCHEME: [&str; 9] = [
    "X-Forwarded-Proto",
    "X-Forwarded-Protocol",
    "X-Forwarded-Scheme",
    "X-Forwarded-Ssl",
    "X-Forwarded-Port",
    "X-Scheme",
    "X-Url-Scheme",
    "Front-End-Https",
    "Forwarded",
];

/// True for one of these names, in any case.
pub fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// True for a path of an API, or where all hosts are named after one.
pub fn is_of_api(path: &str, hosts: &[&str]) -> bool {
    let is_api = |word: &str| word.eq_ignore_ascii_case("api");
    path.split('/').any(is_api) || !hosts.is_empty() && hosts.iter().all(|host| host.split(['.', '-']).next().is_some_and(is_api))
}

/// True for a cookie's domain that a browser takes from this host (RFC 6265, 5.1.3).
pub fn is_of_host(domain: &str, host: &str) -> bool {
    let (domain, host) = (domain.to_ascii_lowercase(), host.to_ascii_lowercase());
    host.strip_suffix(&domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// True for a path of a cookie that is sent to this path (RFC 6265, 5.1.4).
pub fn covers(cookie: &str, path: &str) -> bool {
    path.trim_end_matches('/') == cookie.trim_end_matches('/')
        || path.strip_prefix(cookie).is_some_and(|rest| cookie.ends_with('/') || rest.starts_with('/'))
}
