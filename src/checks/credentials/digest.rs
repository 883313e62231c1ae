//! The four Digest checks: nonce, challenge, uri and response.

use crate::checks::check::check;
use crate::checks::facts::digest::{Digest, answered};
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::digest::{Algorithm, DigestChallenge, NotComputable};

check! {
    /// The nonce has expired, or this server never issued it.
    ///
    /// # What it looks at
    /// `stale=true` in the new challenge, and a nonce that does not look like this server's own. If the password is known: a
    /// response that is right and still refused.
    ///
    /// # Why a server answers 401 to it
    /// A nonce is a value that the server issues for a short time. It then refuses the nonce, so that nobody can replay a recorded
    /// request. It also refuses a nonce whose count `nc` does not rise, and one from before a restart or from another instance.
    ///
    /// # How to prove it
    /// Log in from the start: send the request without credentials, then answer the fresh challenge. If that works, it was the
    /// nonce.
    ///
    /// # How to fix it
    /// Send the request again with the nonce of the latest answer. Clients do this by themselves when they see `stale=true`. A
    /// client that uses a nonce again must raise `nc` with each request.
    ///
    /// # Example
    /// `nonce="dcd98b71…"` copied from an old request; the answer says `stale=true` and gives another nonce.
    ///
    /// # References
    /// RFC 7616 sections 3.3 (stale) and 3.4 (nc).
    STALE_NONCE = "digest-stale-nonce", Credentials,
    stage: Elsewhere,
    decided_by: [Password],
    run: |facts| on_refusal(facts, stale_nonce)
}

check! {
    /// The Digest credentials do not fit the server's challenge.
    ///
    /// # What it looks at
    /// Whether realm, algorithm, qop and opaque are those of the challenge, and nonce that of the challenge before. Whether every
    /// value that the hash needs is there: `cnonce` and `nc` with a qop, and eight hexadecimal digits in `nc`.
    ///
    /// # Why a server answers 401 to it
    /// The response is a hash over these values. If one is empty, missing or from another challenge, the server computes a
    /// different hash.
    ///
    /// # How to prove it
    /// Put challenge and credentials side by side: realm, nonce and opaque must be equal, character by character.
    ///
    /// # How to fix it
    /// Copy every value from the latest challenge. If the challenge offers no qop, leave out `qop`, `nc` and `cnonce` together.
    ///
    /// # Example
    /// The challenge says `realm="lab"` and the credentials say `realm="Other"`.
    ///
    /// # References
    /// RFC 7616 sections 3.3 (challenge) and 3.4 (credentials).
    CHALLENGE_MISMATCH = "digest-challenge-mismatch", Credentials,
    stage: Elsewhere,
    run: |facts| on_refusal(facts, challenge_mismatch)
}

check! {
    /// The `uri` in the Digest credentials is not the address of the request.
    ///
    /// # What it looks at
    /// Whether the parameter `uri` equals path and query of the request, character by character.
    ///
    /// # Why a server answers 401 to it
    /// The response is a hash over the uri too, so that it works for one address only. Servers compare the uri with the address
    /// requested and answer 400 or 401. They differ when a client follows a redirect with the old credentials, when it leaves
    /// out the query, or when a proxy rewrites the path.
    ///
    /// # How to prove it
    /// Compare `uri` with the request line in the server's access log.
    ///
    /// # How to fix it
    /// Compute the credentials again for this address, query included. If a proxy rewrites paths, let the proxy log in.
    ///
    /// # Example
    /// `GET /digest/index.html` with `uri="/digest/"`.
    ///
    /// # References
    /// RFC 7616 section 3.4.6 (the uri and the request line).
    URI_MISMATCH = "digest-uri-mismatch", Credentials,
    stage: Elsewhere,
    run: |facts| on_refusal(facts, uri_mismatch)
}

check! {
    /// The Digest credentials fit the challenge, but the server refuses them: user name or password.
    ///
    /// # What it looks at
    /// The response, compared with the one computed from user name and password when they are known. Otherwise: everything else
    /// fits the challenge, and the server still refuses.
    ///
    /// # Why a server answers 401 to it
    /// The server computes the same hash from the password that it has stored. If the hashes differ, the password differs, or the
    /// user name, or the realm for which the hash was stored.
    ///
    /// # How to prove it
    /// Log in with another client: `curl --digest -u USER URL`. If it is refused too, user name or password is wrong.
    ///
    /// # How to fix it
    /// Enter user name and password again. If they are certainly right, look at the password file on the server: a hash made for
    /// one realm (`htdigest`) does not work for another.
    ///
    /// # Example
    /// `response="ae3e…"`, where the right password gives `1e87…`.
    ///
    /// # References
    /// RFC 7616 section 3.4.1 (response).
    REJECTED = "digest-rejected", Credentials,
    stage: Residual,
    is_refusal: true,
    decided_by: [Password, LogInLog],
    run: |facts| on_refusal(facts, rejected)
}

/// Looks only at Digest credentials that were not taken.
fn on_refusal(facts: &Facts, look: fn(&Facts, &Digest) -> Finding) -> Finding {
    match facts.digest() {
        None => Finding::not_applicable(),
        Some(_) if facts.standing == Standing::Accepted => Finding::pass("the server accepted the Digest credentials"),
        Some(digest) => look(facts, digest),
    }
}

/// The new credentials where they can be computed, else what to do.
fn answered_or(facts: &Facts, advice: &str) -> Fix {
    answered(facts).unwrap_or_else(|| Fix::action(advice))
}

fn stale_nonce(facts: &Facts, digest: &Digest) -> Finding {
    let nonce = digest.sent.get("nonce").unwrap_or_default();
    let found = |strength, message: String| {
        Finding::fail(strength, message)
            .proof(digest.place(), digest.span("nonce"), format!("nonce {nonce}"))
            .fixed_by(answered_or(facts, "Send the request again with the nonce of the latest challenge"))
    };
    let Some(offered) = &digest.offered else {
        return Finding::unknown("whether the nonce is still valid: only the server's next challenge would tell (stale=true)");
    };
    if offered.stale {
        return found(Strength::Stated, "the nonce is too old, says the server (stale=true); user name and password were right".into());
    }
    if mismatch(facts, digest).is_some() || uri_differs(facts, digest).is_some() {
        return Finding::unknown("whether the nonce is still valid is not known: other parts of the credentials are wrong");
    }
    if computed(facts, digest) == Some(Ok(true)) {
        if is_fresh(digest) {
            return Finding::pass("the nonce is the one from the challenge before");
        }
        // Without stale=true the server may as well have another password, or not know the user.
        return found(
            Strength::Likely,
            "the response is right for this password, so the server is probably refusing the nonce or its count nc".into(),
        );
    }
    match offered.nonce.as_deref() {
        Some(new) if computed(facts, digest).is_none() && make(new) != make(nonce) => {
            let message =
                format!("the nonce does not look like this server's: {} characters, where its new one has {}", nonce.len(), new.len());
            found(
                Strength::Likely,
                if nonce.len() == new.len() {
                    "the nonce does not look like this server's: its new one has other kinds of characters".into()
                } else {
                    message
                },
            )
        }
        Some(_) if computed(facts, digest).is_none() && !is_known(digest, offered) => Finding::suspect(
            Strength::Unlikely,
            "the server gives a new nonce without stale=true; some servers do so for a nonce that they no longer know",
        )
        .proof(digest.place(), digest.span("nonce"), format!("nonce {nonce}"))
        .fixed_by(answered_or(facts, "Send the request again with the nonce of the latest challenge")),
        _ => Finding::pass("the server does not say that the nonce is stale"),
    }
}

fn challenge_mismatch(facts: &Facts, digest: &Digest) -> Finding {
    if digest.challenge().is_none() && digest.sent.params.is_empty() {
        return Finding::unknown("whether the credentials fit the server's challenge: its WWW-Authenticate header would tell");
    }
    match mismatch(facts, digest) {
        Some((strength, name, message)) => Finding::fail(strength, message)
            .proof(
                digest.place(),
                digest.span(name),
                digest.span(name).map_or_else(|| format!("{name} is missing"), |_| format!("{name} as sent")),
            )
            .fixed_by(answered_or(
                facts,
                "Compute the Digest credentials again from the latest challenge, or let the client do it (curl --digest)",
            )),
        None if digest.challenge().is_none() => {
            Finding::unknown("whether the credentials fit the server's challenge: the challenge is not here")
        }
        None => Finding::pass("realm, algorithm and qop are those of the challenge"),
    }
}

fn uri_mismatch(facts: &Facts, digest: &Digest) -> Finding {
    match uri_differs(facts, digest) {
        Some((uri, target)) => {
            Finding::fail(Strength::Contradiction, format!("the Digest credentials are for {uri}, but the request goes to {target}"))
                .proof(digest.place(), digest.span("uri"), format!("uri {uri}"))
                .fixed_by(answered_or(facts, "Compute the Digest credentials again for this address, query included"))
        }
        // The same resource, and some servers take the form for a fault of the header.
        None if facts.status() == 400 && is_absolute_uri(facts, digest) => Finding::suspect(
            Strength::Likely,
            "uri is the whole address, but the request line has only path and query: many servers compare the two texts",
        )
        .proof(digest.place(), digest.span("uri"), "a whole address")
        .fixed_by(answered_or(facts, "Write path and query into uri, and compute the response with them")),
        None => Finding::pass("uri is the path and query of the request"),
    }
}

fn rejected(facts: &Facts, digest: &Digest) -> Finding {
    if digest.offered.is_none() && facts.is_refused() && facts.status() == 401 && facts.answer.is_some() {
        let message =
            "the server refuses the Digest credentials without a challenge: wrong user or password, or a nonce that it does not know";
        return Finding::suspect(Strength::Possible, message)
            .proof(Place::ResponseStatus, None, "401")
            .fixed_by(Fix::action("Send the request without credentials, and answer the challenge that comes"));
    }
    let Some(offered) = digest.offered.as_ref().filter(|_| matches!(facts.status(), 400 | 401 | 403 | 407)) else {
        return Finding::unknown("whether user name and password are right: a challenge in the answer would tell");
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
        return Finding::fail(Strength::Contradiction, format!("the user name {username} was sent, and {expected} is meant"))
            .proof(place, digest.span("username"), format!("username {username}"))
            .fixed_by(retype());
    }
    let others = mismatch(facts, digest).is_some() || uri_differs(facts, digest).is_some();
    match computed(facts, digest) {
        Some(Ok(true)) if is_fresh(digest) => Finding::fail(
            Strength::Plausible,
            "the response is right for the password given, and the nonce is fresh: the server has a different password for this user",
        )
        .proof(place, digest.span("username"), format!("username {username}"))
        .fixed_by(retype()),
        Some(Ok(true)) => Finding::pass("the response is right for the password given"),
        Some(Ok(false)) => Finding::suspect(
            if others { Strength::Possible } else { Strength::Contradiction },
            format!("the response does not fit the password given for {username}"),
        )
        .proof(place, digest.span("response"), "the password given leads to another response")
        .fixed_by(retype()),
        Some(Err(reason)) => Finding::unknown(format!("whether the response fits the password cannot be computed: {reason}")),
        None if others => {
            Finding::unknown("whether user name and password are right is not known: other parts are wrong; give the password to check it")
        }
        None => {
            // Not every server says `stale=true` of a nonce that it has forgotten.
            let (strength, blamed) = match is_known(digest, offered) {
                true => (Strength::Plausible, "password or user name"),
                false => (Strength::Possible, "password, user name or nonce"),
            };
            Finding::fail(strength, format!("the credentials of {username} fit the challenge, but the server refuses them: wrong {blamed}"))
                .proof(place, digest.span("username"), format!("username {username}"))
                .proof(place, digest.span("response"), "the response; with the password it could be checked")
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

/// The whole address as uri in a request that no proxy gets: the request line has the path alone (RFC 7616 section 3.4.6).
fn is_absolute_uri(facts: &Facts, digest: &Digest) -> bool {
    let is_sent_to_origin =
        matches!(digest.place(), Place::RequestHeader(index) if facts.request.headers.0.get(index).is_some_and(|h| h.is("authorization")));
    is_sent_to_origin && digest.sent.get("uri").is_some_and(|uri| uri.contains("://"))
}

/// The first parameter that does not answer the challenge: strength, its name, and what is wrong.
fn mismatch(facts: &Facts, digest: &Digest) -> Option<(Strength, &'static str, String)> {
    let sent = |name| digest.sent.get(name);
    for name in ["username", "realm", "nonce", "uri", "response"] {
        if sent(name).is_none() && !(name == "username" && sent("username*").is_some()) {
            return Some((Strength::Contradiction, name, format!("the credentials have no {name}")));
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
        return Some((Strength::Likely, "nonce", format!("the challenge before gave the nonce {given}, but the credentials have another")));
    }
    let qop = sent("qop")?;
    if qop.is_empty() {
        return Some((
            Strength::Contradiction,
            "qop",
            "qop is empty; send one that the challenge offers, or leave out qop, nc and cnonce".into(),
        ));
    }
    for name in ["nc", "cnonce"] {
        if sent(name).is_none_or(str::is_empty) {
            return Some((Strength::Contradiction, name, format!("with qop={qop} the credentials need {name}")));
        }
    }
    let count = sent("nc").unwrap_or_default();
    let well_formed = count.len() == 8 && count.bytes().all(|b| b.is_ascii_hexdigit());
    (!well_formed && facts.answer.is_some())
        .then(|| (Strength::Plausible, "nc", format!("nc must be eight hexadecimal digits and is {count}")))
}

fn against(digest: &Digest, challenge: &DigestChallenge) -> Option<(Strength, &'static str, String)> {
    let sent = |name| digest.sent.get(name);
    let realm = challenge.realm.as_deref().unwrap_or_default();
    if sent("realm") != Some(realm) {
        return Some((
            Strength::Contradiction,
            "realm",
            format!("the challenge says realm {realm:?}, but the credentials say {:?}", sent("realm").unwrap_or_default()),
        ));
    }
    let (asked, used) = (challenge.algorithm_name(), sent("algorithm").unwrap_or("MD5"));
    let same = Algorithm::read(asked).map_or(asked.eq_ignore_ascii_case(used), |a| Algorithm::read(used) == Some(a));
    if !same {
        return Some((Strength::Contradiction, "algorithm", format!("the challenge asks for {asked}, but the credentials use {used}")));
    }
    match sent("qop") {
        Some(qop) if !qop.is_empty() && challenge.qop.is_empty() => {
            return Some((Strength::Plausible, "qop", format!("the Digest header says qop={qop}, but the server offered no qop")));
        }
        Some(qop) if !qop.is_empty() && !challenge.qop.iter().any(|offered| offered.eq_ignore_ascii_case(qop)) => {
            return Some((
                Strength::Contradiction,
                "qop",
                format!("the challenge offers qop {}, but the credentials use {qop}", challenge.qop.join(", ")),
            ));
        }
        _ => {}
    }
    if let Some(opaque) = challenge.opaque.as_deref().filter(|_| sent("opaque").is_none()) {
        // An empty one is to be sent back too, and most servers do without.
        let strength = if opaque.is_empty() { Strength::Plausible } else { Strength::Likely };
        return Some((strength, "opaque", format!("the challenge says opaque={opaque:?}, but the credentials do not send it back")));
    }
    if challenge.user_hash != digest.sent.has_user_hash() && digest.sent.has_user_hash() {
        return Some((
            Strength::Plausible,
            "userhash",
            "the user name is sent hashed, but the challenge does not offer that (userhash)".into(),
        ));
    }
    None
}

/// Length and kinds of characters of a nonce: servers keep to one make.
fn make(nonce: &str) -> (usize, bool, bool) {
    let hex = nonce.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (nonce.len(), hex, nonce.contains('='))
}
