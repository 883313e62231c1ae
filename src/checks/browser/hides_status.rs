//! `cors-hides-status`.

use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Evidence, Finding, Fix, Place, Strength};
use crate::domain::cors::Rule;
use crate::domain::span::Span;

check! {
    /// The page cannot see this answer: its CORS headers are missing or doubled, so the fetch fails as a network error.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Origin` of an error answer to a page of another origin: missing although other answers have it, or
    /// there twice. Also signs that the page saw no status: a fetch that throws, "Network Error", status 0.
    ///
    /// # Why a server answers 401 to it
    /// The refusal has a reason of its own; but the page never learns of it. Proxies and gateways add CORS headers to good answers
    /// only, or answer errors themselves without them. Then no code that waits for a 401 runs: the token is not renewed, and the
    /// user sees "network error" instead of the login. When proxy and application both add the header, the browser refuses every
    /// answer.
    ///
    /// # How to prove it
    /// The Network tab shows the status, the console a CORS error. curl with the same headers shows the answer.
    ///
    /// # How to fix it
    /// Send the CORS headers with every status: in nginx `add_header … always`, in API Gateway the gateway responses DEFAULT_4XX and
    /// DEFAULT_5XX, in frameworks put the CORS middleware before authentication. Set them in one place only.
    ///
    /// # Example
    /// `add_header Access-Control-Allow-Origin *;` in nginx: 200 has the header, 401 does not, and `fetch` throws.
    ///
    /// # References
    /// Fetch standard, section "CORS check"; nginx documentation of `add_header` (parameter `always`).
    HIDES = "cors-hides-status", Session,
    stage: Elsewhere,
    explains: ["origin-not-allowed"],
    holds_when_accepted: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.is_preflight() {
        return Finding::not_applicable();
    }
    let cors = facts.cors();
    if let Some((_, refusal)) = cors.find(|rule| matches!(rule, Rule::OriginSeveral { .. })) {
        return doubled(facts, refusal.header, &refusal.rule.to_string());
    }
    if cors.find(|rule| *rule == Rule::OriginAbsent).is_none() || facts.standing != Standing::Refused {
        return match facts.standing {
            Standing::Refused if cors.page.is_some() => Finding::pass("the page can see the status"),
            _ => Finding::not_applicable(),
        };
    }
    let page = cors.page();
    let signs = signs(facts);
    let strength = if signs.is_empty() { Strength::Remark } else { Strength::Likely };
    let message = format!(
        "the answer {} has no Access-Control-Allow-Origin, so that the page {page} sees a network error instead of the status",
        facts.status()
    );
    let mut finding = match strength {
        Strength::Remark => Finding::warn(strength, message),
        _ => Finding::fail(strength, message),
    }
    .proof(Place::ResponseStatus, None, format!("{} without Access-Control-Allow-Origin", facts.status()));
    finding.evidence.extend(signs);
    finding.fixed_by(everywhere(facts))
}

/// Both the proxy and the application add the header: the browser refuses the answer whatever its status.
fn doubled(facts: &Facts, header: Option<usize>, rule: &str) -> Finding {
    let finding = Finding::fail(
        Strength::Contradiction,
        format!("the page cannot read the answer: {rule}; proxy and application probably both add the header"),
    );
    let finding = match header {
        Some(index) => facts.answer.into_iter().flat_map(|answer| answer.headers.all("access-control-allow-origin")).fold(
            finding.proof(Place::ResponseHeader(index), None, "Access-Control-Allow-Origin"),
            |finding, (i, h)| {
                if i == index { finding } else { finding.proof(Place::ResponseHeader(i), Span::whole(&h.value), &*h.value) }
            },
        ),
        None => finding.context(rule.to_string()),
    };
    finding.fixed_by(Fix::action("Set Access-Control-Allow-Origin in one place only, either at the proxy or in the application"))
}

/// What shows that the page saw no status, or that only good answers have the headers.
fn signs(facts: &Facts) -> Vec<Evidence> {
    let mut signs = Vec::new();
    let added = facts.context.config.as_deref().and_then(|config| config.lines().find(|line| adds_to_good_answers(line)));
    signs.extend(added.map(|line| Evidence::context(format!("{} (without \"always\": only to good answers)", line.trim()))));
    const SEEN: [&str; 8] =
        ["network error", "failed to fetch", "load failed", "cors error", "cors policy", "status 0", "fetch throws", "networkerror"];
    let notes = facts.context.notes.as_deref().unwrap_or_default();
    let seen = SEEN.iter().find(|word| notes.to_ascii_lowercase().contains(*word));
    signs.extend(seen.map(|word| Evidence::context(format!("noted: {word}"))));
    // The preflight of the same address was allowed: the headers are there, only not on errors.
    let allowed = facts.siblings.into_iter().flat_map(|siblings| siblings.preflights()).any(|other| {
        let allows = |answer: &crate::domain::response::Response| answer.is_success() && answer.headers.has("access-control-allow-origin");
        other.request.url == facts.request.url && other.answer.as_ref().is_some_and(allows)
    });
    signs.extend(allowed.then(|| Evidence::context("the preflight for this address has Access-Control-Allow-Origin")));
    signs
}

/// An nginx line that adds the header to good answers only.
fn adds_to_good_answers(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    lower.contains("add_header") && lower.contains("access-control-allow-origin") && !lower.contains("always")
}

fn everywhere(facts: &Facts) -> Fix {
    crate::checks::remedy::Remedy::CorsOnErrors.fix(facts, "Send the CORS headers with errors too")
}
