//! `address-suspicious`

use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::services::near_host;
use crate::checks::similar::distance;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::secrecy::is_secret_name;
use crate::domain::span::Span;

check! {
    /// The address looks mistyped.
    ///
    /// # What it looks at
    /// Double slashes, spaces, control and look-alike characters, and a dot at the end of the host. Also one or two
    /// characters that differ from the documented path or from one that works, a host that is nearly a known one,
    /// parameters with no question mark before them, and `&amp;` between them.
    ///
    /// # Why a server answers 401 to it
    /// Another path is another resource: it does not exist, or a rule for unknown paths asks for a login first.
    ///
    /// # How to prove it
    /// Compare the address with the documentation, character by character.
    ///
    /// # How to fix it
    /// Correct the address. A double slash often comes from joining a base address that ends in a slash with a path that
    /// begins with one.
    ///
    /// # Example
    /// `https://api.example.com//v1/orders`
    ///
    /// # References
    /// RFC 3986 section 3.3.
    SUSPICIOUS = "address-suspicious", Address,
    stage: Way,
    explains: ["answered-by-intermediary", "authorization-missing"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let url = &facts.request.url;
    let offset = facts.request.method.len() + 1;
    let strength = match facts.status() {
        404 | 405 => Strength::Contradiction,
        400 => Strength::Likely,
        401 | 403 => Strength::Plausible,
        // Where it leads says whether the address was understood.
        100..=399 => Strength::Remark,
        _ => Strength::Unlikely,
    };
    let blame = |span: Span, message: String, fixed: String| {
        // Nobody complained yet: an address may have to be like this.
        let is_idle = strength == Strength::Remark || facts.standing == Standing::Unanswered;
        let finding = if is_idle { Finding::warn(strength, message) } else { Finding::fail(strength, message) };
        finding
            .proof(Place::RequestLine, span.shifted(offset), span.cut(url).unwrap_or_default())
            .fixed_by(Fix::edit("Correct the address", vec![Edit::Url(fixed)]))
    };
    let path_at = url.split_once("://").map_or(0, |(s, _)| s.len() + 3);
    let path_end = url[path_at..].find(['?', '#']).map_or(url.len(), |i| path_at + i);
    let body = &url[path_at..path_end];
    if let Some((i, c)) =
        url.char_indices().find(|(_, c)| c.is_control() || c.is_whitespace() || crate::checks::facts::authorization::is_invisible(*c))
    {
        let clean: String = url
            .chars()
            .filter(|c| !c.is_control() && !c.is_whitespace() && !crate::checks::facts::authorization::is_invisible(*c))
            .collect();
        return blame(
            Span::new(i, i + c.len_utf8()),
            format!("the address contains the character U+{:04X}, a space or one that cannot be seen", c as u32),
            clean,
        );
    }
    if let Some(finding) = query_without_a_mark(facts, strength).or_else(|| copied_from_html(facts, strength)) {
        return finding;
    }
    if let Some(i) = body.find("//") {
        let at = path_at + i;
        let fixed = format!("{}{}{}", &url[..path_at], squeezed(body), &url[path_end..]);
        return blame(Span::new(at, at + 2), "the path contains a double slash".into(), fixed);
    }
    for blank in ["%20", "%09", "%0a", "%0A", "%0d", "%0D", "+"] {
        if body.ends_with(blank) {
            let at = path_end - blank.len();
            return blame(
                Span::new(at, path_end),
                format!("the path ends in {blank}, an encoded space or line break"),
                format!("{}{}", &url[..at], &url[path_end..]),
            );
        }
    }
    let host = body.split('/').next().unwrap_or_default();
    if host.ends_with('.') && host.len() > 1 {
        let at = path_at + host.len();
        return blame(Span::new(at - 1, at), "the host ends in a dot".into(), format!("{}{}", &url[..at - 1], &url[at..]));
    }
    if let Some((i, c)) = host.char_indices().find(|(_, c)| !c.is_ascii()) {
        let at = path_at + i;
        let puny = facts.host().unwrap_or_default();
        return Finding::fail(
            strength,
            format!("the host contains {c:?} (U+{:04X}) and is sent as {puny}: perhaps a look-alike character", c as u32),
        )
        .proof(Place::RequestLine, Span::new(at, at + c.len_utf8()).shifted(offset), c.to_string())
        .fixed_by(Fix::action("Type the host again, or copy it from the documentation"));
    }
    let is_refused = facts.is_refused() && facts.answer.is_some();
    if let Some((named, known)) = facts.host().filter(|_| is_refused).and_then(|named| Some((named, near_host(named)?))) {
        return Finding::fail(Strength::Likely, format!("the host {named} is nearly the same as {known}, a known one"))
            .proof(Place::RequestLine, facts.host_span(named), host)
            .fixed_by(Fix::edit(format!("Write the host as {known}"), vec![Edit::Url(url.replacen(named, known, 1))]));
    }
    // One or two letters from the documented path, or from one that works.
    let here = facts.request.path().split(['?', '#']).next().unwrap_or_default();
    let asked = here.len() > 4 && facts.is_refused();
    for (there, source) in asked.then(|| facts.paths_near(here)).into_iter().flatten() {
        let is_documented = facts.context.url.iter().any(|url| url.contains(&*there));
        if !is_documented && names_another(here, &there) {
            continue;
        }
        let trivial = || here.eq_ignore_ascii_case(&there) || here.trim_end_matches('/') == there.trim_end_matches('/');
        if (1..=2).contains(&distance(here, &there)) && !trivial() {
            let at = path_end - here.len().min(path_end);
            let fixed = format!("{}{there}{}", &url[..at], &url[path_end..]);
            return Finding::fail(strength, format!("the path {here} is nearly the same as {there}, {source}"))
                .proof(Place::RequestLine, Span::new(at, path_end).shifted(offset), here)
                .fixed_by(Fix::edit(format!("Write the path as {there}"), vec![Edit::Url(fixed)]));
        }
    }
    Finding::pass("nothing in the address looks mistyped")
}

/// `/orders&key=…`: the server reads parameters only behind a question mark; without one they are a part of the path.
fn query_without_a_mark(facts: &Facts, strength: Strength) -> Option<Finding> {
    let url = &facts.request.url;
    let at = url.find('&').filter(|_| !url.contains(['?', '#']))?;
    let name = url.get(at + 1..)?.split(['=', '/']).next()?;
    let is_parameter = url.get(at + 1 + name.len()..)?.starts_with('=') && !name.is_empty();
    facts.answer.filter(|_| is_parameter && facts.is_refused())?;
    // A credential that is no parameter is as good as not sent.
    let strength = if is_secret_name(name) { Strength::Contradiction } else { strength };
    let message = format!("{name} is no parameter, but a part of the path: no ? is before it");
    let fixed = format!("{}?{}", &url[..at], &url[at + 1..]);
    let finding =
        Finding::fail(strength, message).proof(Place::RequestLine, Span::new(at, at + 1).shifted(facts.request.method.len() + 1), "&");
    Some(finding.fixed_by(Fix::edit("Write ? before the first parameter", vec![Edit::Url(fixed)])))
}

/// `?a=1&amp;key=…`: HTML writes `&amp;` for `&`, and the server reads a parameter of the name `amp;key`.
fn copied_from_html(facts: &Facts, strength: Strength) -> Option<Finding> {
    const ENTITY: &str = "&amp;";
    let url = &facts.request.url;
    let query = url.find('?')?;
    let at = query + url.get(query..)?.find(ENTITY)?;
    let name = url.get(at + ENTITY.len()..)?.split(['=', '&', '#']).next()?;
    facts.answer.filter(|_| facts.is_refused())?;
    // A credential that is no parameter is as good as not sent.
    let strength = if is_secret_name(name) { Strength::Contradiction } else { strength };
    let span = Span::new(at, at + ENTITY.len()).shifted(facts.request.method.len() + 1);
    Some(
        Finding::fail(strength, format!("&amp; is how HTML writes &: the server reads a parameter called amp;{name}"))
            .proof(Place::RequestLine, span, ENTITY)
            .fixed_by(Fix::edit("Write & in the address", vec![Edit::Url(url.replace(ENTITY, "&"))])),
    )
}

/// True when paths differ in a part with a number: `/users/17` and `/users/18` are two resources, and no slip.
fn names_another(here: &str, there: &str) -> bool {
    let is_numbered = |part: &str| part.contains(|c: char| c.is_ascii_digit());
    here.split('/').zip(there.split('/')).any(|(a, b)| a != b && (is_numbered(a) || is_numbered(b)))
}

fn squeezed(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if !(c == '/' && out.ends_with('/')) {
            out.push(c);
        }
    }
    out
}
