//! `path-case-differs`, `trailing-slash-differs`

use url::Url;

use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The path has the wrong upper or lower case.
    ///
    /// # What it looks at
    /// The path, compared with the documented one, with other requests to this host that work, and with a redirect's target.
    ///
    /// # Why a server answers 401 to it
    /// On most servers upper and lower case matter in paths. The other spelling is unknown, or falls under another rule.
    ///
    /// # How to prove it
    /// Send the request with the documented spelling.
    ///
    /// # How to fix it
    /// Write the path exactly as documented.
    ///
    /// # Example
    /// `/V1/orders` where `/v1/orders` is right.
    ///
    /// # References
    /// RFC 3986 section 6.2.2.1.
    CASE = "path-case-differs", Address,
    stage: Way,
    run: case
}

check! {
    /// The path has an extra slash at the end, or lacks one.
    ///
    /// # What it looks at
    /// The path, compared with the documented one, with other requests to this host that work, and with a redirect's Location.
    ///
    /// # Why a server answers 401 to it
    /// The path with the slash and the one without it are two addresses. Some servers redirect from one to the other, and the credential, the
    /// method or the body may be lost on the way. Other servers know only one of them.
    ///
    /// # How to prove it
    /// Send the request with the other spelling.
    ///
    /// # How to fix it
    /// Write the path as the redirect or the documentation has it.
    ///
    /// # Example
    /// `GET /reports` answered 301 with `Location: /reports/`.
    ///
    /// # References
    /// RFC 9110 section 15.4.
    SLASH = "trailing-slash-differs", Address,
    stage: Way,
    proven_by: [OtherSlash],
    run: slash
}

/// The target of a redirect on the same host.
pub fn redirected(facts: &Facts) -> Option<Url> {
    if facts.standing != Standing::Redirected {
        return None;
    }
    facts.url.as_ref()?.join(facts.answered("location")?).ok()
}

fn here<'f>(facts: &'f Facts) -> &'f str {
    facts.request.path().split(['?', '#']).next().unwrap_or_default()
}

fn blame(facts: &Facts, strength: Strength, right: &str, message: String) -> Finding {
    let url = &facts.request.url;
    let path = here(facts);
    let at = url.find(path).unwrap_or(0);
    // A path of "/" is also found in "://".
    let at = if path == "/" { url.rfind('/').unwrap_or(at) } else { at };
    let span = Span::new(at, at + path.len()).shifted(facts.request.method.len() + 1);
    let fixed = format!("{}{right}{}", &url[..at], &url[at + path.len()..]);
    Finding::fail(strength, message)
        .proof(Place::RequestLine, span, path)
        .fixed_by(Fix::edit(format!("Write the path as {right}"), vec![Edit::Url(fixed)]))
}

/// The path on this host to which a redirect led right before, when that is not the one recorded.
fn slash_in_hop(facts: &Facts) -> Option<String> {
    let hop = facts.context.previous.last().filter(|p| (301..=308).contains(&p.status))?;
    let here = facts.url.as_ref()?;
    let from = if hop.url.is_empty() { here.clone() } else { Url::parse(&hop.url).ok()? };
    let to = from.join(hop.location.as_ref()?).ok()?;
    (to.host_str() == here.host_str() && from.path() == here.path()).then(|| to.path().to_string())
}

fn strength(facts: &Facts) -> Strength {
    match facts.status() {
        404 | 405 => Strength::Contradiction,
        401 | 403 => Strength::Contradiction,
        0 => Strength::Plausible,
        _ => Strength::Likely,
    }
}

fn case(facts: &Facts) -> Finding {
    let path = here(facts);
    if !facts.is_refused() || facts.url.is_none() {
        return Finding::not_applicable();
    }
    if let Some(target) = redirected(facts)
        && target.path() != path
        && target.path().eq_ignore_ascii_case(path)
    {
        let right = target.path().to_string();
        return blame(
            facts,
            Strength::Contradiction,
            &right,
            format!("the server redirects to {right}, which differs only in upper and lower case"),
        );
    }
    if facts.paths_alike(path).any(|(p, _)| p == path) {
        return Finding::pass("the path is spelled as documented");
    }
    let is_documented = |p: &str| facts.context.url.iter().any(|url| url.contains(p));
    match facts.paths_alike(path).filter(|(p, _)| is_documented(p) || !names_another(p, path)).find(|(p, _)| {
        p.trim_end_matches('/').eq_ignore_ascii_case(path.trim_end_matches('/')) && p.trim_end_matches('/') != path.trim_end_matches('/')
    }) {
        Some((right, source)) => {
            blame(facts, strength(facts), &right, format!("the path {path} differs only in upper and lower case from {right}, {source}"))
        }
        None if !facts.knows_paths() => {
            Finding::unknown("the right path is not known: name it in the expectations, or keep a request that works in the same file")
        }
        None => Finding::pass("no known path differs only in upper and lower case"),
    }
}

/// True when paths differ in a part that looks like an identifier: in `/files/aB3` the case of letters may tell two
/// resources apart, in `/V1/Users` it is a slip.
fn names_another(there: &str, here: &str) -> bool {
    let is_version = |part: &str| part.strip_prefix(['v', 'V']).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let is_identifier = |part: &str| part.bytes().any(|b| b.is_ascii_digit()) && !is_version(part);
    there.split('/').zip(here.split('/')).any(|(a, b)| a != b && is_identifier(a))
}

fn slash(facts: &Facts) -> Finding {
    let path = here(facts);
    if !facts.is_refused() || facts.url.is_none() {
        return Finding::not_applicable();
    }
    let differs = |other: &str| other != path && other.trim_end_matches('/') == path.trim_end_matches('/');
    if let Some(target) = redirected(facts) {
        let same_host = facts.host() == target.host_str();
        if same_host && differs(target.path()) {
            let right = target.path().to_string();
            let mut finding = blame(
                facts,
                Strength::Contradiction,
                &right,
                format!("the server redirects to {right}: only the slash at the end differs"),
            );
            if let Some((i, _)) = facts.answered_at("location") {
                finding = finding.proof(Place::ResponseHeader(i), None, "the redirect's Location");
            }
            return finding;
        }
    }
    if let Some(right) = slash_in_hop(facts).filter(|right| differs(right)) {
        let message = format!("a redirect led from {path} to {right}: only the slash at the end differs");
        return blame(facts, Strength::Plausible, &right, message);
    }
    if facts.paths_alike(path).any(|(p, _)| p == path) {
        return Finding::pass("the path ends as documented");
    }
    match facts.paths_alike(path).find(|(p, _)| differs(p)) {
        Some((right, source)) => {
            blame(facts, strength(facts), &right, format!("the path {path} differs only in the slash at the end from {right}, {source}"))
        }
        None if !facts.knows_paths() => {
            Finding::unknown("the right path is not known: name it in the expectations, or keep a request that works in the same file")
        }
        None => Finding::pass("no known path differs only in the slash at the end"),
    }
}
