//! Cookies that nginx rewrites so that the browser cannot give them back. By its documentation: proxy_cookie_domain,
//! proxy_cookie_path, proxy_cookie_flags.

use super::Place;
use crate::configs::block::location as path;
use crate::configs::directive::Directive;
use crate::configs::header::{covers, is_of_host};
use crate::domain::server_config::ConfigFinding;

const ID: &str = "session-cookie-withheld";

/// The findings of a block.
pub fn examine(place: &Place) -> Vec<ConfigFinding> {
    let own = |name| place.around.last().map(|block| block.named(name)).unwrap_or_default();
    let mut found: Vec<ConfigFinding> = own("proxy_cookie_domain").iter().filter_map(|rewrite| of_domain(place, rewrite)).collect();
    found.extend(own("proxy_cookie_path").iter().filter_map(|rewrite| of_path(place, rewrite)));
    found.extend(own("proxy_cookie_flags").iter().filter_map(|flags| of_flags(flags)));
    found
}

/// A domain that none of the server's names belongs to.
fn of_domain(place: &Place, rewrite: &Directive) -> Option<ConfigFinding> {
    let to = rewrite.arg(1).split(';').next().unwrap_or_default().trim().trim_start_matches('.');
    let names: Vec<&str> = place.effective("server_name").into_iter().flat_map(|names| &names.args).map(String::as_str).collect();
    let is_plain = |name: &&str| name.contains('.') && !name.contains(['$', '~', '_']) && !name.ends_with('*');
    if rewrite.args.len() != 2 || !is_plain(&to) || names.is_empty() || !names.iter().all(is_plain) {
        return None;
    }
    let names: Vec<&str> = names.into_iter().map(|name| name.trim_start_matches("*.").trim_start_matches('.')).collect();
    if names.iter().any(|name| is_of_host(to, name)) {
        return None;
    }
    let first = names.first()?;
    let message = format!("cookies are given for {to}, and this server is {first}: the browser refuses them");
    Some(ConfigFinding::at(rewrite, ID, message, format!("proxy_cookie_domain {} {first};", rewrite.arg(0))))
}

/// A path under which nothing of this application is.
fn of_path(place: &Place, rewrite: &Directive) -> Option<ConfigFinding> {
    let here = path(place.head).filter(|_| place.head.name == "location")?;
    let to = rewrite.arg(1).split(';').next().unwrap_or_default().trim();
    if rewrite.args.len() != 2 || !to.starts_with('/') || to.contains('$') || covers(to, here) || covers(here, to) {
        return None;
    }
    // The cookie may be meant for another place where the same application is.
    let pass = place.effective("proxy_pass").first().map(|pass| host(pass.arg(0)))?;
    let outer = place.around.iter().rev().nth(1)?;
    let is_there = |location: &&&Directive| {
        let passes = location.block.iter().flatten().any(|inner| inner.name == "proxy_pass" && host(inner.arg(0)) == pass);
        passes && path(location).is_none_or(|there| covers(to, there) || covers(there, to))
    };
    if outer.named("location").iter().any(|location| is_there(&location)) {
        return None;
    }
    let message = format!("cookies are given for {to}, and the application is under {here}: the browser never sends them there");
    Some(ConfigFinding::at(rewrite, ID, message, format!("proxy_cookie_path {} {here};", rewrite.arg(0))))
}

/// The part of an address before its path.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// `samesite=none` without `secure`, which browsers refuse.
fn of_flags(flags: &Directive) -> Option<ConfigFinding> {
    let has = |word: &str| flags.args.iter().any(|arg| arg.eq_ignore_ascii_case(word));
    if !has("samesite=none") || !has("nosecure") {
        return None;
    }
    let message = "browsers refuse cookies with SameSite=None and without Secure";
    Some(ConfigFinding::at(flags, "cookie-unsafe", message, format!("proxy_cookie_flags {} secure samesite=none;", flags.arg(0))))
}

#[cfg(test)]
mod tests {
    use crate::configs::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Nginx, "nginx.conf", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn a_domain_of_somebody_else_is_found() {
        let server = |names: &str, to: &str| {
            format!(
                "server {{\n server_name {names};\n location / {{\n proxy_cookie_domain app.internal {to};\n proxy_pass http://app;\n }}\n}}\n"
            )
        };
        assert_eq!(found(&server("www.example.org", "example.com")), [(4, "session-cookie-withheld")]);
        for (names, to) in [
            ("www.example.org", "example.org"),
            ("www.example.org", ".example.org"),
            ("*.example.org", "example.org"),
            ("a.example.com www.example.org", "example.org"),
            ("_", "example.org"),
            ("www.example.org", "$host"),
            ("~^(.+)$", "example.org"),
        ] {
            assert_eq!(found(&server(names, to)), [], "{names} {to}");
        }
    }

    #[test]
    fn a_path_where_the_application_is_not_is_found() {
        let location = |rewrite: &str, more: &str| {
            format!("server {{\n location /api/ {{\n proxy_cookie_path {rewrite};\n proxy_pass http://app/;\n }}\n{more}}}\n")
        };
        assert_eq!(found(&location("/ /app/", "")), [(3, "session-cookie-withheld")]);
        for rewrite in ["/ /", "/ /api/", "/app /api", "/ \"/api/; HttpOnly\"", "/ /api/v1/", "~^/(.*)$ /$1"] {
            assert_eq!(found(&location(rewrite, "")), [], "{rewrite}");
        }
        assert_eq!(found(&location("/ /app/", " location /app/ {\n proxy_pass http://app/app/;\n }\n")), []);
    }

    #[test]
    fn flags_that_browsers_refuse_are_found() {
        let flags = |flags: &str| format!("location / {{\n proxy_cookie_flags ~ {flags};\n proxy_pass http://app;\n}}\n");
        assert_eq!(found(&flags("samesite=none nosecure")), [(2, "cookie-unsafe")]);
        assert_eq!(found(&flags("samesite=none secure")), []);
        assert_eq!(found(&flags("samesite=none")), []);
    }
}
