//! The four Digest checks: nonce, challenge, uri and response.

use crate::checks::declare::check;
use crate::checks::facts::digest::Digest;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix};
use crate::domain::digest::{Algorithm, DigestChallenge, NotComputable};

check! {
    /// The server does not take the nonce any more, or never gave it out.
    ///
    /// # What it looks at
    /// `stale=true` in the new challenge; a nonce of another make than the server's; and, when the password is known, a response
    /// that is right in everything else.
    ///
    /// # Why a server answers 401 to it
    /// A nonce is the server's number for one conversation. It is taken for some time (and with a rising count `nc`) and then no more, so
    /// that a recorded answer cannot be used again. After a restart, or behind another instance, old ones are unknown.
    ///
    /// # How to prove it
    /// Repeat the log-in from the start: a request without credentials, then the answer to the fresh challenge. If that is taken, it
    /// was the nonce.
    ///
    /// # How to fix it
    /// Send the request again with the nonce of the answer at hand. A client does this by itself when it sees `stale=true`; one that
    /// keeps a nonce must raise `nc` with each request.
    ///
    /// # Example
    /// `nonce="dcd98b71…"` copied from an old request; the answer says `stale=true` and gives another nonce.
    ///
    /// # References
    /// RFC 7616 sections 3.3 (stale) and 3.4.3 (nc)
    STALE_NONCE = "digest-stale-nonce", Credentials, |facts| on_refusal(facts, stale_nonce)
}

check! {
    /// The Digest credentials answer another challenge than the server's.
    ///
    /// # What it looks at
    /// realm, algorithm, qop and opaque beside the challenge; nonce beside the challenge before; and whether everything that the
    /// calculation needs is there (`cnonce` and `nc` with a qop, eight hexadecimal digits in `nc`).
    ///
    /// # Why a server answers 401 to it
    /// The response is a hash over these values. Taken from another site's challenge, or left empty, they give another hash than the one
    /// the server computes.
    ///
    /// # How to prove it
    /// Lay challenge and credentials side by side: realm, nonce and opaque must be the same letter by letter.
    ///
    /// # How to fix it
    /// Take every value from the latest challenge. Leave `qop`, `nc` and `cnonce` out together when the challenge offers no qop.
    ///
    /// # Example
    /// The challenge says `realm="lab"` and the credentials say `realm="Other"`.
    ///
    /// # References
    /// RFC 7616 sections 3.3 (challenge) and 3.4 (credentials)
    CHALLENGE_MISMATCH = "digest-challenge-mismatch", Credentials, |facts| on_refusal(facts, challenge_mismatch)
}

check! {
    /// The `uri` in the Digest credentials is not the address of the request.
    ///
    /// # What it looks at
    /// The parameter `uri` beside path and query of the request, letter by letter.
    ///
    /// # Why a server answers 401 to it
    /// The response covers the uri so that it cannot be used for another address. Servers compare it with what was asked
    /// for and answer 400 or 401. It differs when a client follows a redirect with the old credentials, leaves the query out, or
    /// when a proxy rewrites the path.
    ///
    /// # How to prove it
    /// Compare `uri` with the first line of the request as it arrives at the server (its access log).
    ///
    /// # How to fix it
    /// Compute the credentials anew for this address, query included. Behind a proxy that changes paths, let the proxy do the log-in.
    ///
    /// # Example
    /// `GET /digest/index.html` with `uri="/digest/"`.
    ///
    /// # References
    /// RFC 7616 section 3.4.6 (various considerations: the uri and the request line)
    URI_MISMATCH = "digest-uri-mismatch", Credentials, |facts| on_refusal(facts, uri_mismatch)
}

check! {
    /// The Digest credentials fit the challenge, and the server refuses the response: user name or password.
    ///
    /// # What it looks at
    /// The response, computed anew from user name and password when they are known; else that all the rest fits and the server
    /// refuses all the same.
    ///
    /// # Why a server answers 401 to it
    /// The server computes the same hash with the password that it has on file. When the two differ, the password differs, or the user
    /// name, or the realm that the stored hash was made with.
    ///
    /// # How to prove it
    /// Let another client do the log-in: `curl --digest -u USER URL`. If it is refused too, it is user name or password.
    ///
    /// # How to fix it
    /// Enter user name and password again. If the password is surely right, look at the file on the server: hashes made for one realm
    /// (`htdigest`) do not fit another.
    ///
    /// # Example
    /// `response="ae3e…"`, where the password given leads to `1e87…`.
    ///
    /// # References
    /// RFC 7616 section 3.4.1 (response)
    REJECTED = "digest-rejected", Credentials, |facts| on_refusal(facts, rejected)
}

/// Looks only at Digest credentials that were not taken.
fn on_refusal(facts: &Facts, look: fn(&Facts, &Digest) -> Finding) -> Finding {
    match facts.digest() {
        None => Finding::not_applicable(),
        Some(_) if facts.standing == Standing::Taken => Finding::pass("the server took the Digest credentials"),
        Some(digest) => look(facts, digest),
    }
}

fn stale_nonce(facts: &Facts, digest: &Digest) -> Finding {
    let nonce = digest.sent.get("nonce").unwrap_or_default();
    let found = |weight, message: String| {
        Finding::fail(weight, message)
            .proof(digest.place(), digest.span("nonce"), format!("nonce {nonce}"))
            .fixed_by(Fix::action("Send again with the nonce of the latest challenge"))
    };
    let Some(offered) = &digest.offered else {
        return Finding::unknown("whether the nonce is still good: only the server's next challenge tells (stale=true)");
    };
    if offered.stale {
        return found(0.95, "the server says that the nonce is too old (stale=true); user name and password were right".into());
    }
    if mismatch(facts, digest).is_some() || uri_differs(facts, digest).is_some() {
        return Finding::unknown("whether the nonce is still good: other parts of the credentials are wrong before it matters");
    }
    if computed(facts, digest) == Some(Ok(true)) {
        if is_fresh(digest) {
            return Finding::pass("the nonce is the one that the challenge before gave");
        }
        return found(0.88, "the response is right for this password, so what the server refuses is the nonce, or its count nc".into());
    }
    match offered.nonce.as_deref() {
        Some(new) if computed(facts, digest).is_none() && make(new) != make(nonce) => {
            let message =
                format!("the nonce is not of this server's make: {} characters, where its new one has {}", nonce.len(), new.len());
            found(
                0.75,
                if nonce.len() == new.len() {
                    "the nonce has other kinds of characters than this server's new one".into()
                } else {
                    message
                },
            )
        }
        Some(_) if computed(facts, digest).is_none() && !is_known(digest, offered) => Finding::suspect(
            0.25,
            "the server gives a new nonce and does not say stale=true: not every server does when it has forgotten one",
        )
        .proof(digest.place(), digest.span("nonce"), format!("nonce {nonce}"))
        .fixed_by(Fix::action("Send again with the nonce of the latest challenge")),
        _ => Finding::pass("the server does not call the nonce stale"),
    }
}

fn challenge_mismatch(facts: &Facts, digest: &Digest) -> Finding {
    if digest.challenge().is_none() && digest.sent.params.is_empty() {
        return Finding::unknown("whether the credentials answer the server's challenge: its WWW-Authenticate header would tell");
    }
    match mismatch(facts, digest) {
        Some((weight, name, message)) => Finding::fail(weight, message)
            .proof(
                digest.place(),
                digest.span(name),
                digest.span(name).map_or_else(|| format!("{name} is absent"), |_| format!("{name} as sent")),
            )
            .fixed_by(Fix::action("Compute the credentials anew from the latest challenge")),
        None if digest.challenge().is_none() => {
            Finding::unknown("whether the credentials answer the server's challenge: the challenge is not here")
        }
        None => Finding::pass("realm, algorithm and qop are those of the challenge"),
    }
}

fn uri_mismatch(facts: &Facts, digest: &Digest) -> Finding {
    match uri_differs(facts, digest) {
        Some((uri, target)) => Finding::fail(0.96, format!("the credentials are for {uri} and the request goes to {target}"))
            .proof(digest.place(), digest.span("uri"), format!("uri {uri}"))
            .fixed_by(Fix::action("Compute the credentials anew for this address, query included")),
        None => Finding::pass("uri is path and query of the request"),
    }
}

fn rejected(facts: &Facts, digest: &Digest) -> Finding {
    let Some(offered) = digest.offered.as_ref().filter(|_| matches!(facts.status(), 401 | 403 | 407)) else {
        return Finding::unknown("whether user name and password fit: the server did not answer with a challenge");
    };
    if offered.stale {
        return Finding::pass("the server says that only the nonce is too old");
    }
    let place = digest.place();
    let retype = || Fix::action("Enter user name and password again");
    let username = digest.sent.get("username").unwrap_or_default();
    if let Some(expected) = facts.context.username.as_deref()
        && digest.sent.expected_username(expected).is_ok_and(|name| name != username)
    {
        return Finding::fail(0.93, format!("the user name sent is {username}, and the one meant is {expected}"))
            .proof(place, digest.span("username"), format!("username {username}"))
            .fixed_by(retype());
    }
    let others = mismatch(facts, digest).is_some() || uri_differs(facts, digest).is_some();
    match computed(facts, digest) {
        Some(Ok(true)) if is_fresh(digest) => Finding::fail(
            0.7,
            "the response is right for the password given and the nonce is fresh: the server has another password on file",
        )
        .proof(place, digest.span("username"), format!("username {username}"))
        .fixed_by(retype()),
        Some(Ok(true)) => Finding::pass("the response is right for the password given"),
        Some(Ok(false)) => {
            Finding::suspect(if others { 0.45 } else { 0.93 }, format!("the response is not the one that the password of {username} gives"))
                .proof(place, digest.span("response"), "the response computed anew is another")
                .fixed_by(retype())
        }
        Some(Err(reason)) => Finding::unknown(format!("does the response fit the password? It cannot be computed: {reason}")),
        None if others => Finding::unknown("whether user name and password fit: other parts are wrong; the password would tell"),
        None => {
            // Not every server says `stale=true` of a nonce that it has forgotten.
            let (weight, blamed) = match is_known(digest, offered) {
                true => (0.65, "the password, or the user name"),
                false => (0.48, "password, user name, or the nonce"),
            };
            Finding::fail(weight, format!("everything fits the challenge and the server refuses {username}: {blamed}"))
                .proof(place, digest.span("username"), format!("username {username}"))
                .proof(place, digest.span("response"), "the response, which the password would prove right or wrong")
                .fixed_by(retype())
        }
    }
}

/// True when the nonce is the one that the answer before gave out.
fn is_fresh(digest: &Digest) -> bool {
    digest.earlier.as_ref().is_some_and(|earlier| earlier.nonce.as_deref() == digest.sent.get("nonce"))
}

/// True when the server shows that the nonce is its own: it gave it before, gives it again, or its new one has the same run of
/// characters at the same place. Many build the time into their nonces (RFC 7616 section 3.3 proposes it), and of a time the larger
/// part stays the same for hours; in random ones a run of five is one in forty thousand.
fn is_known(digest: &Digest, offered: &DigestChallenge) -> bool {
    let (Some(sent), Some(new)) = (digest.sent.get("nonce"), offered.nonce.as_deref()) else { return false };
    let is_equal: Vec<bool> = sent.bytes().zip(new.bytes()).map(|(a, b)| a == b).collect();
    let share_a_run = sent.len() == new.len() && is_equal.windows(5).any(|run| run.iter().all(|&equal| equal));
    is_fresh(digest) || sent == new || share_a_run
}

/// Whether the response sent is the one that the known password gives; `None` when no password is known.
fn computed(facts: &Facts, digest: &Digest) -> Option<Result<bool, NotComputable>> {
    let (username, password) = (facts.context.username.as_deref()?, facts.context.password.as_deref()?);
    let response = digest.sent.expected_response(username, password, &facts.request.method, &facts.request.body);
    Some(response.map(|right| digest.sent.get("response").is_some_and(|sent| sent.eq_ignore_ascii_case(&right))))
}

/// The uri and the request's own target when they differ. The absolute form of the address counts as the same.
fn uri_differs<'a>(facts: &'a Facts, digest: &'a Digest) -> Option<(&'a str, &'a str)> {
    let uri = digest.sent.get("uri")?;
    let target = facts.request.path().split('#').next().unwrap_or_default();
    let absolute = facts.request.url.split('#').next().unwrap_or_default();
    (uri != target && uri != absolute).then_some((uri, target))
}

/// The first parameter that does not answer the challenge: weight, its name, and what is wrong.
fn mismatch(facts: &Facts, digest: &Digest) -> Option<(f64, &'static str, String)> {
    let sent = |name| digest.sent.get(name);
    for name in ["username", "realm", "nonce", "uri", "response"] {
        if sent(name).is_none() && !(name == "username" && sent("username*").is_some()) {
            return Some((0.9, name, format!("the credentials have no {name}")));
        }
    }
    if let Some(challenge) = digest.challenge() {
        let against = against(digest, challenge);
        if against.is_some() {
            return against;
        }
    }
    if let Some(earlier) = &digest.earlier
        && let Some(given) = earlier.nonce.as_deref().filter(|given| sent("nonce") != Some(given))
    {
        return Some((0.85, "nonce", format!("the challenge before gave the nonce {given}, and the credentials have another")));
    }
    let qop = sent("qop")?;
    if qop.is_empty() {
        return Some((0.88, "qop", "qop is empty; it must be one of those offered, or left out with nc and cnonce".into()));
    }
    for name in ["nc", "cnonce"] {
        if sent(name).is_none_or(str::is_empty) {
            return Some((0.88, name, format!("with qop={qop} the credentials need {name}")));
        }
    }
    let count = sent("nc").unwrap_or_default();
    let well_formed = count.len() == 8 && count.bytes().all(|b| b.is_ascii_hexdigit());
    (!well_formed && facts.answer.is_some()).then(|| (0.6, "nc", format!("nc must be eight hexadecimal digits and is {count}")))
}

fn against(digest: &Digest, challenge: &DigestChallenge) -> Option<(f64, &'static str, String)> {
    let sent = |name| digest.sent.get(name);
    let realm = challenge.realm.as_deref().unwrap_or_default();
    if sent("realm") != Some(realm) {
        return Some((
            0.95,
            "realm",
            format!("the challenge says realm {realm:?} and the credentials {:?}", sent("realm").unwrap_or_default()),
        ));
    }
    let (asked, used) = (challenge.algorithm_name(), sent("algorithm").unwrap_or("MD5"));
    let same = Algorithm::read(asked).map_or(asked.eq_ignore_ascii_case(used), |a| Algorithm::read(used) == Some(a));
    if !same {
        return Some((0.92, "algorithm", format!("the challenge asks for {asked} and the credentials use {used}")));
    }
    match sent("qop") {
        Some(qop) if !qop.is_empty() && challenge.qop.is_empty() => {
            return Some((0.6, "qop", format!("the challenge offers no qop and the credentials use {qop}")));
        }
        Some(qop) if !qop.is_empty() && !challenge.qop.iter().any(|offered| offered.eq_ignore_ascii_case(qop)) => {
            return Some((0.9, "qop", format!("the challenge offers qop {} and the credentials use {qop}", challenge.qop.join(", "))));
        }
        _ => {}
    }
    if challenge.opaque.as_deref().is_some_and(|o| !o.is_empty()) && sent("opaque").is_none() {
        return Some((0.6, "opaque", "the challenge has an opaque value and the credentials do not send it back".into()));
    }
    if challenge.user_hash != digest.sent.has_user_hash() && digest.sent.has_user_hash() {
        return Some((0.7, "userhash", "the user name is hashed, which the challenge does not offer".into()));
    }
    None
}

/// Length and kinds of characters of a nonce: servers keep to one make.
fn make(nonce: &str) -> (usize, bool, bool) {
    let hex = nonce.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (nonce.len(), hex, nonce.contains('='))
}

#[cfg(test)]
mod tests;
