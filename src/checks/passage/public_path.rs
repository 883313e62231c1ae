//! `public-path-protected`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Place};
use crate::domain::span::Span;

check! {
    /// A path that should be open to everyone asks for a log-in.
    ///
    /// # What it looks at
    /// Static files (styles, scripts, pictures, fonts), health checks, `.well-known`, robots.txt, answered 401 without a credential.
    ///
    /// # Why a server answers 401 to it
    /// A rule covers more than was meant: the whole site in the place of one folder.
    ///
    /// # How to prove it
    /// Ask for the page and for the file beside each other.
    ///
    /// # How to fix it
    /// Take such paths out of the rule.
    ///
    /// # Example
    /// `GET /css/main.css` answered 401.
    ///
    /// # References
    /// RFC 8615 (.well-known).
    PUBLIC = "public-path-protected", Address, look
}

fn look(facts: &Facts) -> Finding {
    let path = facts.request.path().split(['?', '#']).next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let last = lower.rsplit('/').next().unwrap_or_default();
    const ENDINGS: [&str; 18] = [
        ".css",
        ".js",
        ".mjs",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".ico",
        ".webp",
        ".woff",
        ".woff2",
        ".ttf",
        ".map",
        ".webmanifest",
        ".avif",
        ".eot",
        ".otf",
    ];
    const NAMES: [&str; 14] = [
        "health",
        "healthz",
        "livez",
        "readyz",
        "ping",
        "ready",
        "live",
        "status",
        "version",
        "metrics",
        "robots.txt",
        "favicon.ico",
        "manifest.json",
        "sitemap.xml",
    ];
    let is_public = ENDINGS.iter().any(|e| last.ends_with(e))
        || NAMES.contains(&last)
        || lower.contains("/.well-known/")
        || lower.starts_with("/static/")
        || lower.starts_with("/assets/");
    if !is_public {
        return Finding::not_applicable();
    }
    if !matches!(facts.status(), 401 | 403) {
        return Finding::pass("the path is open");
    }
    let at = facts.request.url.find(path).unwrap_or(0) + facts.request.method.len() + 1;
    let span = Span::new(at, at + path.len());
    if !facts.authorizations.is_empty() {
        return Finding::warn(0.1, format!("{path} should need no log-in at all")).proof(Place::RequestLine, span, path);
    }
    Finding::warn(0.93, format!("{path} is a file or health check that should be open to everyone, and asks for a log-in"))
        .proof(Place::RequestLine, span, path)
        .fixed_by(Fix::configuration("Take the path out of the rule", "nginx", "auth_basic off;"))
}
