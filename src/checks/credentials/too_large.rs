//! `credential-too-large`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::intermediaries::TABLE;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Place, Strength};

check! {
    /// The header is larger than servers accept.
    ///
    /// # What it looks at
    /// The size of the largest header and of all headers together. The usual limits are 8 KB (nginx), 8190 bytes (Apache),
    /// 16 KB for all (Node.js), and 4096 bytes for a cookie.
    ///
    /// # Why a server answers 401 to it
    /// A server or proxy refuses the request (400, 413, 431) before the application sees the credential. A browser does not
    /// store a cookie above 4096 bytes, so it never sends it.
    ///
    /// # How to prove it
    /// Send the same request with a short value: the answer changes.
    ///
    /// # How to fix it
    /// Make the token smaller (usually groups and roles make it large), or raise the limit:
    /// `large_client_header_buffers 4 32k;` (nginx), `LimitRequestFieldSize 32768` (Apache), `--max-http-header-size` (Node.js).
    ///
    /// # Example
    /// A token of 20 KB because the user is in 900 groups; nginx answers `400 Request Header Or Cookie Too Large`.
    ///
    /// # References
    /// RFC 6585 section 5; RFC 6265bis section 5.6.
    TOO_LARGE = "credential-too-large", Credentials,
    stage: Way, topics: [Size],
    run: look
}

/// The smallest of the common limits for one header, in bytes (Apache's LimitRequestFieldSize).
const COMMON_LIMIT: usize = 8190;
/// Largest name and value of a cookie that browsers store, in bytes.
const COOKIE_LIMIT: usize = 4096;

fn look(facts: &Facts) -> Finding {
    if !facts.carries_credential() {
        return Finding::not_applicable();
    }
    let total: usize = facts.request.headers.iter().map(|(_, h)| h.name.len() + h.value.len() + 4).sum();
    let largest = facts.request.headers.iter().max_by_key(|(_, h)| h.value.len());
    let Some((index, header)) = largest else { return Finding::not_applicable() };
    let size = header.value.len();
    let says = facts.says_plainly(Topic::Size) || matches!(facts.status(), 413 | 431 | 494);
    let cookie =
        header.is("cookie").then(|| header.value.split(';').map(|p| p.trim().len()).max().unwrap_or(0)).filter(|l| *l > COOKIE_LIMIT);
    if let Some(length) = cookie.filter(|_| size <= COMMON_LIMIT) {
        return Finding::warn(Strength::Unlikely, format!("a cookie has {length} bytes; browsers store at most {COOKIE_LIMIT}")).proof(
            Place::RequestHeader(index),
            None,
            header.name.clone(),
        );
    }
    if size > COMMON_LIMIT || total > 2 * COMMON_LIMIT || says {
        let strength = if says && (size > COMMON_LIMIT || total > COMMON_LIMIT) {
            Strength::Contradiction
        } else if says {
            Strength::Stated
        } else if is_judged_before(facts) && (facts.status() == 400 || size > 2 * COMMON_LIMIT) {
            Strength::Contradiction
        } else {
            Strength::Plausible
        };
        let mut finding = Finding::fail(
            strength,
            format!("the header {} has {size} bytes (all headers {total}); usual limits: {}", header.name, TABLE.header_limits()),
        )
        .proof(Place::RequestHeader(index), None, format!("{size} bytes"));
        if let Some(word) = facts.word(Topic::Size) {
            finding = finding.proof(word.place, word.span, facts.quote(word));
        }
        return finding.fixed_by(
            Remedy::LongHeaders.fix(facts, "Make the header smaller (fewer groups or roles in a token), or raise the server's limit"),
        );
    }
    Finding::pass(format!("{} has {size} bytes; the smallest usual limit is {COMMON_LIMIT}", header.name))
}

/// True where the answer may come from whoever reads the headers. One about the address, a conflict or the data comes from behind.
fn is_judged_before(facts: &Facts) -> bool {
    matches!(facts.status(), 400 | 401 | 403 | 500..=599) && !facts.refuses_the_data()
}
