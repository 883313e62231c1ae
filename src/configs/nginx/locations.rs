//! Which location treats a path. By the documentation of nginx: location (a regular expression comes before a prefix without `^~`),
//! rewrite, underscores_in_headers.

use regex_lite::{Regex, RegexBuilder};

use super::{Place, guard_of};
use crate::configs::block::location as path;
use crate::configs::directive::Directive;
use crate::configs::header::is_of_api;
use crate::domain::server_config::ConfigFinding;

/// Locations of one block that are compared.
const MOST: usize = 32;

/// A location by a regular expression.
struct ByRegex<'t> {
    head: &'t Directive,
    pattern: Regex,
    /// It refuses everybody.
    is_closed: bool,
    /// It asks for a login.
    is_guarded: bool,
}

/// Public paths whose files a regular expression takes into a location that refuses them.
pub fn shadowed(place: &Place) -> Vec<ConfigFinding> {
    let locations = place.around.last().map(|block| block.named("location")).unwrap_or_default();
    let by_regex: Vec<ByRegex> = locations.iter().filter_map(|location| by_regex(place, location)).take(MOST).collect();
    if by_regex.is_empty() {
        return Vec::new();
    }
    let public = locations.iter().filter(|location| location.args.len() == 1 && is_public(location)).take(MOST);
    let found = |location: &&Directive| {
        let path = path(location)?;
        let is_of_robots = path.starts_with("/.well-known");
        let ends: &[&str] = if is_of_robots { &["x"] } else { &["x.css", "x.js", "x.png"] };
        let samples = ends.iter().map(|end| format!("{}/{end}", path.trim_end_matches('/')));
        // The first expression that matches takes the request.
        let mut first = samples.filter_map(|sample| by_regex.iter().find(|other| other.pattern.is_match(&sample)));
        let taken = first.find(|other| other.is_closed && is_of_robots || other.is_guarded && is_let_off(location))?;
        let (what, regex) = (if taken.is_closed { "refused" } else { "asked for a login" }, taken.head.args.last()?);
        let message = format!("files under {path} of line {} are {what} here: the expression {regex} comes before a prefix", location.line);
        Some(ConfigFinding::at(taken.head, "public-path-protected", message, format!("location ^~ {path} {{  # in line {}", location.line)))
    };
    public.filter_map(found).collect()
}

/// True for a location that is said to be for everybody.
fn is_public(location: &Directive) -> bool {
    is_let_off(location) || path(location).is_some_and(|path| path.starts_with("/.well-known"))
}

/// True for a location without the login that is asked for around it.
fn is_let_off(location: &Directive) -> bool {
    let says_off = |inner: &Directive| matches!(inner.name.as_str(), "auth_basic" | "auth_request") && inner.arg(0) == "off";
    location.block.iter().flatten().any(says_off)
}

fn by_regex<'t>(place: &Place, location: &'t Directive) -> Option<ByRegex<'t>> {
    let [modifier, pattern] = location.args.as_slice() else { return None };
    let ignores_case = match modifier.as_str() {
        "~" => false,
        "~*" => true,
        _ => return None,
    };
    let pattern = RegexBuilder::new(pattern).case_insensitive(ignores_case).build().ok()?;
    let own = location.block.as_deref().unwrap_or_default();
    let refuses = |inner: &Directive| {
        inner.is("deny", "all") || inner.name == "return" && matches!(inner.arg(0), "401" | "403" | "404" | "444") && inner.args.len() == 1
    };
    let says = |name: &str| own.iter().rev().find(|inner| inner.name == name);
    let own_guard = ["auth_basic", "auth_request"].into_iter().find_map(says);
    let is_guarded = match own_guard {
        Some(guard) => guard.arg(0) != "off",
        None => guard_of(place).is_some(),
    };
    Some(ByRegex { head: location, pattern, is_closed: own.iter().any(refuses), is_guarded })
}

/// `rewrite ^(.*[^/])$ $1/ permanent` for an API: the client repeats a POST as a GET (RFC 9110, 15.4.2).
pub fn slash_added(place: &Place) -> Option<ConfigFinding> {
    let is_api = place.head.args.iter().any(|arg| is_of_api(arg, &[]));
    let own = place.around.last()?;
    let adds = |rewrite: &&&Directive| {
        rewrite.arg(0).contains("[^/])$") && rewrite.arg(1).ends_with('/') && matches!(rewrite.arg(2), "permanent" | "redirect")
    };
    let rewrite = own.named("rewrite").iter().find(adds).filter(|_| is_api && place.head.name == "location")?;
    let message = "a POST to a path without the slash comes back as a GET: clients change the method after 301 and 302";
    Some(ConfigFinding::at(*rewrite, "redirect-changes-method", message, "return 308 $uri/$is_args$args;"))
}

#[cfg(test)]
mod tests {
    use crate::configs::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Nginx, "nginx.conf", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn an_expression_that_takes_a_public_path_is_found() {
        let server = |public: &str, regex: &str| {
            format!(
                "server {{\n auth_basic x;\n location {public} {{\n auth_basic off;\n }}\n location {regex} {{\n expires 1d;\n }}\n}}\n"
            )
        };
        assert_eq!(found(&server("/public/", "~* \\.(css|js)$")), [(6, "public-path-protected")]);
        for (public, regex) in
            [("^~ /public/", "~* \\.(css|js)$"), ("/public/", "~ \\.php$"), ("/public/", "/other"), ("/public/", "~ \\.(css$")]
        {
            assert_eq!(found(&server(public, regex)), [], "{public} {regex}");
        }
        assert_eq!(found(&server("/public/", "~ \\.css$").replace("expires 1d", "auth_basic off")), []);
        let dots = "server {\n location ~ /\\. {\n deny all;\n }\n location /.well-known/acme-challenge/ {\n root /srv;\n }\n}\n";
        assert_eq!(found(dots), [(2, "public-path-protected")]);
        for fine in
            [dots.replace("location /.w", "location ^~ /.w"), dots.replace("/\\.", "/\\.(?!well-known)"), dots.replace("/\\.", "/\\.git")]
        {
            assert_eq!(found(&fine), [], "{fine}");
        }
        let before = "server {\n location ~ /\\.well-known {\n root /srv;\n }\n location ~ /\\. {\n deny all;\n }\n location /.well-known/ {\n }\n}\n";
        assert_eq!(found(before), []);
        let asked = "server {\n auth_basic x;\n location /.well-known/ {\n }\n location ~ x$ {\n }\n}\n";
        assert_eq!(found(asked), []);
    }

    #[test]
    fn a_slash_that_is_added_to_an_api_is_found() {
        let rewrite = |path: &str, rewrite: &str| format!("location {path} {{\n rewrite {rewrite};\n proxy_pass http://app;\n}}\n");
        assert_eq!(found(&rewrite("/api/", "^(.*[^/])$ $1/ permanent")), [(2, "redirect-changes-method")]);
        assert_eq!(found(&rewrite("/blog/", "^(.*[^/])$ $1/ permanent")), []);
        assert_eq!(found(&rewrite("/api/", "^(.*[^/])$ $1/ last")), []);
    }
}
