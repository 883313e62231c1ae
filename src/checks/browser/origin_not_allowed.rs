//! `origin-not-allowed`.

use super::{open, refused};
use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::cors::Rule;

check! {
    /// The server does not allow the page's origin.
    ///
    /// # What it looks at
    /// `Access-Control-Allow-Origin`, compared with the page's `Origin`: missing, another origin, several, or one that differs in
    /// scheme, port or a final slash. Also an answer to a preflight that says itself that the origin is not trusted.
    ///
    /// # Why a server answers 401 to it
    /// A browser shows an answer to a page of another origin only if the answer allows that origin. Otherwise the page sees a
    /// network error, whatever the status. Often the real answer is a 401 without CORS headers.
    ///
    /// # How to prove it
    /// The browser's console names the origin and the missing or different header. The same request works with curl.
    ///
    /// # How to fix it
    /// Add the page's exact origin to the server's list: scheme, host and port, no path, no final slash. Send the header with
    /// errors too. For several origins, answer with the one that made the request and add `Vary: Origin`.
    ///
    /// # Example
    /// `Origin: http://localhost:5173`, answered `Access-Control-Allow-Origin: https://shop.example`.
    ///
    /// # References
    /// Fetch standard, section "CORS check"; RFC 6454 (origins).
    NOT_ALLOWED = "origin-not-allowed", Session,
    stage: Elsewhere, topics: [Cors],
    explains: ["preflight-refused"],
    holds_when_accepted: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(finding) = said(facts) {
        return finding;
    }
    let cors = facts.cors();
    let fits = |rule: &Rule| matches!(rule, Rule::OriginAbsent | Rule::OriginDiffers { .. } | Rule::OriginSeveral { .. });
    let Some((rank, refusal)) = cors.find(fits) else {
        return open(facts, "the answer allows the page's origin", true, Strength::Possible);
    };
    let page = cors.page();
    let what = match &refusal.rule {
        Rule::OriginDiffers { allowed } if allowed != page && allowed.trim_end_matches('/').eq_ignore_ascii_case(page) => {
            format!("{page} and the allowed origin differ only in case or a final slash")
        }
        _ => format!("the browser hides the answer from {page}"),
    };
    refused(facts, rank, refusal, &what).fixed_by(Fix::configuration(
        "Allow the page's exact origin in the API's answers",
        "the API's CORS settings",
        format!("Access-Control-Allow-Origin: {page}"),
    ))
}

/// The answer to a preflight says itself that the server does not trust the origin. Of the request that follows
/// `origin-refused` speaks.
fn said(facts: &Facts) -> Option<Finding> {
    let word = facts.words.iter().find(|w| w.topic == Topic::Cors)?;
    let (index, origin) = facts.request.headers.all("origin").next().map(|(i, h)| (i, h.value.trim()))?;
    // Of a preflight some servers say "Invalid CORS request" whichever rule it breaks: there the origin must be named.
    let quote = facts.quote(word).to_ascii_lowercase();
    let is_named = quote.contains("origin") && !quote.contains("cross");
    let refused = facts.standing == Standing::Refused && facts.is_preflight() && is_named;
    refused.then(|| {
        Finding::fail(Strength::Stated, format!("the server does not trust the origin {origin}"))
            .proof(word.place, word.span, facts.quote(word))
            .proof(Place::RequestHeader(index), None, origin)
            .fixed_by(Fix::configuration(
                "Add the page's origin to the trusted origins",
                "the application's settings",
                format!("trusted origins: {origin}"),
            ))
    })
}
