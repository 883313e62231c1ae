//! `public-path-protected`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Place, Strength};
use crate::domain::span::Span;

check! {
    /// A path that is usually open to everyone asks for a login.
    ///
    /// # What it looks at
    /// Static files (styles, scripts, pictures, fonts), health checks, `.well-known` and robots.txt, answered 401 or 403.
    ///
    /// # Why a server answers 401 to it
    /// A rule covers more than was meant: the whole site instead of one folder.
    ///
    /// # How to prove it
    /// Request the page and the file, both without a credential, and compare the answers.
    ///
    /// # How to fix it
    /// Exempt such paths from the login rule.
    ///
    /// # Example
    /// `GET /css/main.css` answered 401.
    ///
    /// # References
    /// RFC 8615 (.well-known).
    PUBLIC = "public-path-protected", Address,
    stage: Way,
    explains: ["authorization-missing"],
    run: look
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
    // A stream of events is for one reader, wherever it stands.
    if !is_public || facts.request.headers.get("accept").is_some_and(|accept| accept.trim() == "text/event-stream") {
        return Finding::not_applicable();
    }
    if !matches!(facts.status(), 401 | 403) {
        return Finding::pass("the path is open");
    }
    let at = facts.request.url.find(path).unwrap_or(0) + facts.request.method.len() + 1;
    let span = Span::new(at, at + path.len());
    let is_about_credential =
        facts.carries_credential() || facts.signed().is_some() || facts.words.iter().any(|w| w.specific && w.topic != Topic::Missing);
    if is_about_credential {
        return Finding::warn(Strength::Unlikely, format!("{path} usually needs no login at all")).proof(Place::RequestLine, span, path);
    }
    // A version or metrics are as often kept for those who are logged in.
    let is_often_private = ["status", "version", "metrics", "live", "ready", "ping"].contains(&last);
    // A page of another site is not who the file is for.
    let is_of_other_site = facts.request.headers.get("sec-fetch-site").is_some_and(|site| site.trim() == "cross-site");
    let asks = facts.status() == 401 || !facts.challenges.is_empty() || facts.says(Topic::Missing) || facts.says(Topic::Login);
    let strength = match () {
        () if is_often_private => Strength::Possible,
        () if is_of_other_site && !asks => Strength::Plausible,
        () => Strength::Contradiction,
    };
    Finding::warn(strength, format!("{path} looks like a public file or health check, but asks for a login"))
        .proof(Place::RequestLine, span, path)
        .fixed_by(Remedy::NoLogin.fix(facts, "Exempt the path from the login rule"))
}
