//! `challenge-first-step`, `challenge-missing`, `challenge-malformed`

use url::Url;

use crate::checks::address::misread::http_in_challenge;
use crate::checks::check::check;
use crate::checks::facts::digest::answered;
use crate::checks::facts::{Facts, Standing};
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::challenge::Challenge;
use crate::domain::site::is_loopback;

check! {
    /// This 401 is the normal first step of a login.
    ///
    /// # What it looks at
    /// A request without a credential, answered with a Digest, Negotiate or NTLM challenge, or a browser's with Basic. Also
    /// challenges that say where to get a token: a registry's `realm` with `service`, OAuth's `resource_metadata` (MCP). And the
    /// middle step of NTLM and Negotiate, at a server or a proxy.
    ///
    /// # Why a server answers 401 to it
    /// With these schemes the client does not know what to send until it has seen the challenge. The first answer is
    /// therefore 401, and the second request has the credential.
    ///
    /// # How to prove it
    /// Look at the next request: it has an Authorization header.
    ///
    /// # How to fix it
    /// Nothing, if the second request follows. If it does not, give the client user and password: `curl --digest -u USER URL`
    /// or `curl --negotiate -u : URL`.
    ///
    /// # Example
    /// `401` with `WWW-Authenticate: Digest realm="…", nonce="…"`.
    ///
    /// # References
    /// RFC 7616 section 3.3; RFC 4559 section 4; RFC 9728 section 5; Distribution documentation, "Token authentication".
    FIRST_STEP = "challenge-first-step", Address,
    stage: Elsewhere,
    explains: ["authorization-missing", "proxy-authentication-required", "header-dropped-on-redirect", "fetch-omits-credentials"],
    run: first_step
}

check! {
    /// The 401 does not say how to log in.
    ///
    /// # What it looks at
    /// Whether the 401 has a WWW-Authenticate header.
    ///
    /// # Why a server answers 401 to it
    /// The 401 has another reason. But without this header clients cannot start a login, and people cannot tell what is
    /// wanted. The standard requires it; four in ten 401 answers lack it.
    ///
    /// # How to prove it
    /// Read the answer's headers.
    ///
    /// # How to fix it
    /// Make the server send `WWW-Authenticate: Bearer` (or the scheme that it accepts) with every 401.
    ///
    /// # Example
    /// `401` with a JSON body only.
    ///
    /// # References
    /// RFC 9110 section 15.5.2.
    CHALLENGE_MISSING = "challenge-missing", Address,
    stage: Elsewhere,
    run: missing
}

check! {
    /// The server's challenge is malformed.
    ///
    /// # What it looks at
    /// WWW-Authenticate: commas between its parameters, closed quotes, a scheme before the parameters.
    ///
    /// # Why a server answers 401 to it
    /// The 401 has another reason. But a strict client cannot read the challenge, so it cannot log in.
    ///
    /// # How to prove it
    /// Look at the place in WWW-Authenticate that is named.
    ///
    /// # How to fix it
    /// Correct the header on the server.
    ///
    /// # Example
    /// `WWW-Authenticate: Bearer realm="api` with a quote that is not closed.
    ///
    /// # References
    /// RFC 9110 section 11.6.1.
    CHALLENGE_MALFORMED = "challenge-malformed", Address,
    stage: Elsewhere,
    run: malformed
}

/// A challenge that sends the client to another address for its token: a registry's `realm`, or OAuth's protected-resource
/// metadata (RFC 9728).
fn elsewhere_for_a_token(facts: &Facts) -> Option<Finding> {
    if facts.carries_credential() || facts.may_lack_credentials() || http_in_challenge(facts).is_some() {
        return None;
    }
    let proof = |finding: Finding, c: &Challenge| finding.proof(Place::ResponseHeader(c.header), c.scheme_span, c.scheme.clone());
    let asked_inside = facts.url.as_ref().and_then(Url::host_str).is_none_or(is_loopback);
    let is_inside = |realm: &str| !asked_inside && Url::parse(realm).ok().is_some_and(|url| url.host_str().is_some_and(is_loopback));
    // Of an address that only the server itself reaches, `server-address-misread` speaks.
    let is_realm = |realm: &str| realm.contains("://") && !is_inside(realm);
    let names = |c: &&Challenge| c.is("bearer") && c.get("realm").is_some_and(is_realm) && c.get("service").is_some();
    if let Some(c) = facts.challenges.iter().find(names) {
        let (realm, service) = (c.get("realm").unwrap_or_default(), c.get("service").unwrap_or_default());
        let scope = c.get("scope").map(|scope| format!("&scope={scope}")).unwrap_or_default();
        let message =
            format!("this is the normal first step of a registry: the client must get a token from {realm}, then ask again with it");
        return Some(proof(Finding::fail(Strength::Contradiction, message), c).fixed_by(Fix::action(format!(
            "GET {realm}?service={service}{scope} (with your login if the image is private), and send its token as Authorization: Bearer"
        ))));
    }
    let c = facts.challenges.iter().find(|c| c.get("resource_metadata").is_some())?;
    let address = c.get("resource_metadata").unwrap_or_default();
    let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_string));
    let is_inner = host(address).is_some_and(|host| is_loopback(&host))
        && facts.url.as_ref().and_then(Url::host_str).is_some_and(|host| !is_loopback(host));
    if is_inner {
        let message =
            format!("the first step of OAuth leads nowhere: the server names {address}, which is its own machine, not its public address");
        return Some(proof(Finding::fail(Strength::Contradiction, message), c).fixed_by(Remedy::PassHost.fix(
            facts,
            "Tell the application its public address: let the proxy pass on Host and X-Forwarded-Proto, or set the address in its settings",
        )));
    }
    let message = format!("this is the normal first step of OAuth: the client must read {address} and get a token where it says");
    Some(proof(Finding::fail(Strength::Contradiction, message), c).fixed_by(Fix::action(
        "Let the client follow resource_metadata to the authorization server and log in there; it then sends the token as Authorization: Bearer",
    )))
}

/// The second leg of Negotiate and NTLM at a proxy: the challenge has data, which the next request answers.
fn going_on_at_proxy(facts: &Facts) -> Option<Finding> {
    let sent = facts.proxy_authorizations.first().filter(|a| a.is("negotiate") || a.is("ntlm"))?;
    let c = facts.proxy_challenges.iter().find(|c| c.is(sent.scheme.as_deref().unwrap_or_default()) && c.token68.is_some())?;
    let message = format!("the login at the proxy is not finished: its {} challenge has data that the next request must answer", c.scheme);
    let finding = Finding::fail(Strength::Contradiction, message).proof(Place::ResponseHeader(c.header), c.scheme_span, c.scheme.clone());
    Some(finding.proof(sent.place(), sent.scheme_span, "a step of the login").fixed_by(Fix::action(
        "Let the client send the last step over the same connection to the proxy; it must not close or change it in between",
    )))
}

/// A challenge that the client answered later in the same recording, with a token that it got in between.
fn followed_up(facts: &Facts) -> Option<Finding> {
    if facts.carries_credential() || facts.may_lack_credentials() {
        return None;
    }
    let challenge = facts.challenges.first()?;
    let accepted = facts.siblings?.follow_up(facts.request)?;
    let status = accepted.answer.as_ref().map_or(0, |a| a.status);
    let message = "this is the normal first step: the client then got a token, and the same request was let through with it";
    let finding = Finding::fail(Strength::Contradiction, message)
        .proof(Place::ResponseHeader(challenge.header), challenge.scheme_span, challenge.scheme.clone())
        .context(format!("{} {} with a credential, later in the file: {status}", accepted.request.method, accepted.request.url));
    Some(finding.fixed_by(Fix::action("Nothing is wrong: the client answered the challenge by itself")))
}

fn first_step(facts: &Facts) -> Finding {
    if facts.status() == 407 {
        return going_on_at_proxy(facts).unwrap_or_else(Finding::not_applicable);
    }
    if facts.status() != 401 {
        return Finding::not_applicable();
    }
    if let Some(finding) = elsewhere_for_a_token(facts).or_else(|| followed_up(facts)) {
        return finding;
    }
    let multi = ["digest", "negotiate", "ntlm", "scram-sha-256"];
    let step = facts.challenges.iter().find(|c| multi.iter().any(|s| c.is(s)));
    let browser = facts.request.headers.get("user-agent").is_some_and(|a| a.starts_with("Mozilla/"));
    if let Some(a) = facts.authorization() {
        // The second leg of Negotiate and NTLM is a 401 with data.
        let going_on = facts
            .challenges
            .iter()
            .any(|c| (c.is("negotiate") || c.is("ntlm")) && c.token68.is_some() && (a.is("negotiate") || a.is("ntlm")));
        if going_on {
            return Finding::fail(Strength::Likely, "the login is not finished: the challenge has data that the next request must answer")
                .proof(a.place(), a.scheme_span, "a step of the login")
                .fixed_by(Fix::action("Let the client answer this challenge too, over the same connection"));
        }
        return Finding::pass("a credential was sent");
    }
    let advice = "Let the client answer the challenge: give it your login (curl --anyauth -u USER URL)";
    let fix = step.filter(|c| c.is("digest")).and_then(|_| answered(facts)).unwrap_or_else(|| Fix::action(advice));
    match step {
        Some(c) => Finding::fail(
            Strength::Contradiction,
            format!("this is the normal first step of {}: the client must answer the challenge", c.scheme),
        )
        .proof(Place::ResponseHeader(c.header), c.scheme_span, c.scheme.clone())
        .fixed_by(fix),
        None => match facts.challenge("basic").filter(|_| browser) {
            Some(c) => {
                Finding::fail(Strength::Plausible, "a browser's first request has no credential; on this answer it shows its login window")
                    .proof(Place::ResponseHeader(c.header), c.scheme_span, "Basic")
                    .fixed_by(fix)
            }
            None => Finding::pass("the scheme does not log in by several steps"),
        },
    }
}

fn missing(facts: &Facts) -> Finding {
    if facts.status() != 401 {
        return Finding::not_applicable();
    }
    if facts.answered("www-authenticate").is_some() {
        return Finding::pass("the 401 says how to log in");
    }
    if facts.context.sanitized && !facts.knows_answer_headers() {
        return Finding::unknown("the headers of the answer are not known");
    }
    // A client that was given no credential may wait for the challenge; for one that sent its own it is a matter of form.
    let strength = if facts.carries_credential() { Strength::Hygiene } else { Strength::Remark };
    Finding::warn(strength, "the 401 has no WWW-Authenticate header, so it does not say how to log in")
        .proof(Place::ResponseStatus, None, "401")
        .fixed_by(Remedy::Challenge.fix(facts, "Name the scheme in WWW-Authenticate"))
}

fn malformed(facts: &Facts) -> Finding {
    if facts.standing == Standing::Unanswered || facts.answered("www-authenticate").is_none() {
        return Finding::not_applicable();
    }
    match facts.challenge_faults.first() {
        Some(fault) => Finding::warn(Strength::Remark, format!("the challenge is malformed: {}", fault.message)).proof(
            Place::ResponseHeader(fault.header),
            fault.span,
            fault.message.clone(),
        ),
        None => Finding::pass("the challenge is well formed"),
    }
}
