//! `response-from-cache`, `denial-cacheable`, `private-answer-cacheable`

use crate::checks::check::check;
use crate::checks::facts::{FAR, Facts, cache_header, is_from_cache};
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::time;

check! {
    /// The refusal comes from a cache and may belong to another request.
    ///
    /// # What it looks at
    /// Age, X-Cache, CF-Cache-Status and the like, the server's cache configuration, and a Date older than the request.
    ///
    /// # Why a server answers 401 to it
    /// It did not: a cache stored the 401 for an earlier request, and now sends it to everyone.
    ///
    /// # How to prove it
    /// Send the request again with `Cache-Control: no-cache`, or with `?x=1` after the address.
    ///
    /// # How to fix it
    /// Clear the cache. Send `Cache-Control: no-store` with every 401, and do not cache answers to requests with Authorization.
    ///
    /// # Example
    /// `401` with `X-Cache: HIT`.
    ///
    /// # References
    /// RFC 9111 sections 3.5 and 5.1.
    CACHED = "response-from-cache", Address,
    stage: Way,
    explains: ["basic-rejected", "digest-rejected", "token-rejected", "client-authentication-failed", "header-stripped-by-proxy", "token-expired", "token-not-yet-valid"],
    decided_by: [UncachedAnswer],
    run: cached
}

check! {
    /// A cache may store this refusal and send it to others.
    ///
    /// # What it looks at
    /// Whether a 401 has `Cache-Control: no-store`, or something that lets caches store it.
    ///
    /// # Why a server answers 401 to it
    /// The next request may get this 401 from a cache, although its credential is right.
    ///
    /// # How to prove it
    /// Read Cache-Control in the answer.
    ///
    /// # How to fix it
    /// Send `Cache-Control: no-store` with every 401.
    ///
    /// # Example
    /// `401` with `Cache-Control: public, max-age=60`.
    ///
    /// # References
    /// RFC 9111 section 3.
    DENIAL = "denial-cacheable", Address,
    stage: Elsewhere,
    run: denial
}

check! {
    /// A shared cache may store this private answer and show it to others.
    ///
    /// # What it looks at
    /// A 2xx answer to a request with a credential: does it say `public` or `s-maxage`, or come from a cache?
    ///
    /// # Why a server answers 401 to it
    /// It does not. But somebody else may be shown your data, or you theirs.
    ///
    /// # How to prove it
    /// Send the request without a credential: the same data comes.
    ///
    /// # How to fix it
    /// Send `Cache-Control: private` or `no-store` with answers that depend on the user.
    ///
    /// # Example
    /// `200` to `Authorization: Bearer …` with `Cache-Control: public`.
    ///
    /// # References
    /// RFC 9111 section 3.5.
    PRIVATE = "private-answer-cacheable", Address,
    stage: Elsewhere,
    run: private
}

fn cached(facts: &Facts) -> Finding {
    let Some(answer) = facts.answer else { return Finding::not_applicable() };
    let sent = facts.carries_credential();
    let old = facts.context.now.and_then(|now| {
        let date = time::http_date(answer.headers.get("date")?)?;
        let behind = time::seconds_between(date, now);
        (behind > 2.0).then_some(behind)
    });
    let config = facts.context.config.as_deref().is_some_and(|c| c.contains("proxy_cache") && c.contains("any"));
    // A line of a whole file says that refusals are kept, and not that this one was.
    let may_be = facts.configured(CACHED.id).is_some();
    let from_cache = is_from_cache(answer);
    // The same path, asked with another query so that the cache had no answer, was given a moment ago.
    let path = |url: &str| url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_string();
    let here = path(&facts.request.url);
    let open_before =
        facts.context.previous.iter().any(|p| (200..300).contains(&p.status) && p.sent_authorization != Some(true) && path(&p.url) == here);
    if !facts.is_refused() {
        return if from_cache { Finding::pass("the answer comes from a cache, but it is no refusal") } else { Finding::not_applicable() };
    }
    if from_cache || ((config || may_be) && (sent || open_before)) {
        let index = cache_header(answer);
        let header = index.and_then(|i| answer.headers.0.get(i));
        let name = header.map_or("the configuration", |h| h.name.as_str());
        let strength = match () {
            () if !from_cache && !config => Strength::Plausible,
            () if sent || open_before => Strength::Contradiction,
            () => Strength::Possible,
        };
        let mut finding =
            Finding::fail(strength, format!("the refusal comes from a cache ({name} shows it) and may belong to another request"));
        if let Some((i, header)) = index.zip(header) {
            finding = finding.proof(Place::ResponseHeader(i), None, format!("{name}: {}", header.value));
        } else if let Some(line) = &facts.context.config {
            finding = finding.context(line);
        }
        if let Some(behind) = old {
            finding = finding.context(format!("the answer's Date is {} before the request", time::human(behind)));
        }
        return finding.fixed_by(no_cache());
    }
    if let (Some(behind), Some((i, date))) = (old.filter(|behind| *behind >= FAR), facts.answered_at("date")) {
        return Finding::suspect(
            if sent { Strength::Plausible } else { Strength::Possible },
            format!("the answer's Date is {} before the request: it was stored, or the server's clock was never set", time::human(behind)),
        )
        .proof(Place::ResponseHeader(i), None, date)
        .fixed_by(no_cache());
    }
    Finding::pass("nothing shows that a cache answered")
}

fn no_cache() -> Fix {
    Fix::edit(
        "Send the request again with Cache-Control: no-cache",
        vec![Edit::AddHeader { name: "Cache-Control".into(), value: "no-cache".into() }],
    )
}

fn denial(facts: &Facts) -> Finding {
    if facts.status() != 401 {
        return Finding::not_applicable();
    }
    match facts.answered_at("cache-control") {
        Some((_, v)) if v.to_ascii_lowercase().contains("no-store") => Finding::pass("the 401 says no-store: no cache stores it"),
        Some((i, v))
            if ["public", "max-age", "s-maxage"].iter().any(|w| v.to_ascii_lowercase().contains(w)) && !v.contains("max-age=0") =>
        {
            Finding::warn(Strength::Remark, format!("caches may store the 401: it says Cache-Control: {v}"))
                .proof(Place::ResponseHeader(i), None, v)
                .fixed_by(no_store(facts))
        }
        _ => Finding::warn(Strength::Hygiene, "the 401 does not say Cache-Control: no-store, so a cache might store it")
            .proof(Place::ResponseStatus, None, "401 without Cache-Control: no-store")
            .fixed_by(no_store(facts)),
    }
}

fn no_store(facts: &Facts) -> Fix {
    Remedy::NoStore.fix(facts, "Send Cache-Control: no-store with every 401")
}

fn private(facts: &Facts) -> Finding {
    let Some(answer) = facts.answer.filter(|a| a.is_success() && facts.carries_credential()) else { return Finding::not_applicable() };
    let control = answer.headers.get("cache-control").unwrap_or_default().to_ascii_lowercase();
    if control.contains("public") || control.contains("s-maxage") || is_from_cache(answer) {
        return Finding::warn(Strength::Remark, "a shared cache may store this answer, although it was made for one user")
            .proof(Place::ResponseStatus, None, control)
            .fixed_by(Remedy::Private.fix(facts, "Mark the answer as private"));
    }
    Finding::pass("the answer is not marked as public")
}
