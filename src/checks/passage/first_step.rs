//! `challenge-first-step`, `challenge-missing`, `challenge-malformed`

use crate::checks::declare::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place};

check! {
    /// This 401 is the normal first half of a log-in.
    ///
    /// # What it looks at
    /// A request without a credential, answered with a Digest, Negotiate or NTLM challenge, or with Basic to a browser.
    ///
    /// # Why a server answers 401 to it
    /// With these schemes the client cannot know what to send before it has seen the challenge. The first answer is always
    /// 401; the second request carries the credential.
    ///
    /// # How to prove it
    /// A second request follows, with Authorization.
    ///
    /// # How to fix it
    /// Nothing, if the second request follows. If not, tell the client user and password: `curl --digest -u user:password`.
    ///
    /// # Example
    /// `401` with `WWW-Authenticate: Digest realm="…", nonce="…"`.
    ///
    /// # References
    /// RFC 7616 section 3.3; RFC 4559 section 4.
    FIRST_STEP = "challenge-first-step", Address, first_step
}

check! {
    /// A 401 says nothing of how to log in.
    ///
    /// # What it looks at
    /// WWW-Authenticate in a 401.
    ///
    /// # Why a server answers 401 to it
    /// The header is required; without it clients cannot ask for a log-in, and people cannot tell what is wanted. Four in ten
    /// servers leave it out.
    ///
    /// # How to prove it
    /// Read the answer's headers.
    ///
    /// # How to fix it
    /// Let the server send `WWW-Authenticate: Bearer` (or its scheme) with every 401.
    ///
    /// # Example
    /// `401` with a JSON body only.
    ///
    /// # References
    /// RFC 9110 section 15.5.2.
    CHALLENGE_MISSING = "challenge-missing", Address, missing
}

check! {
    /// A challenge cannot be read as it should.
    ///
    /// # What it looks at
    /// Commas between parameters, quotes that close, a scheme before the parameters.
    ///
    /// # Why a server answers 401 to it
    /// It does so for other reasons; but a client that reads strictly cannot answer the challenge.
    ///
    /// # How to prove it
    /// The place is named here.
    ///
    /// # How to fix it
    /// Correct the header on the server.
    ///
    /// # Example
    /// `WWW-Authenticate: Bearer realm="api` with a quote that is not closed.
    ///
    /// # References
    /// RFC 9110 section 11.6.1.
    CHALLENGE_MALFORMED = "challenge-malformed", Address, malformed
}

fn first_step(facts: &Facts) -> Finding {
    if facts.status() != 401 {
        return Finding::not_applicable();
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
            return Finding::fail(0.85, "the log-in goes on: the challenge carries data for the next request")
                .proof(a.place(), a.scheme_span, "a step of the log-in")
                .fixed_by(Fix::action("Let the client answer the challenge once more, over the same connection"));
        }
        return Finding::pass("a credential was sent");
    }
    let fix = Fix::action("Let the client answer the challenge: give it user and password");
    match step {
        Some(c) => Finding::fail(0.9, format!("the normal first step of {}: the client must answer this challenge", c.scheme))
            .proof(Place::ResponseHeader(c.header), c.scheme_span, c.scheme.clone())
            .fixed_by(fix),
        None => match facts.challenge("basic").filter(|_| browser) {
            Some(c) => Finding::fail(0.6, "a browser asks without a credential first, and shows its log-in window on this answer")
                .proof(Place::ResponseHeader(c.header), c.scheme_span, "Basic")
                .fixed_by(fix),
            None => Finding::pass("no scheme of several steps"),
        },
    }
}

fn missing(facts: &Facts) -> Finding {
    if facts.status() != 401 {
        return Finding::not_applicable();
    }
    if facts.answered("www-authenticate").is_some() {
        return Finding::pass("the 401 names how to log in");
    }
    Finding::warn(0.01, "the 401 has no WWW-Authenticate: it does not say what it wants")
        .proof(Place::ResponseStatus, None, "401")
        .fixed_by(Fix::configuration("Name the scheme", "nginx", "add_header WWW-Authenticate 'Bearer realm=\"api\"' always;"))
}

fn malformed(facts: &Facts) -> Finding {
    if facts.standing == Standing::Unanswered || facts.answered("www-authenticate").is_none() {
        return Finding::not_applicable();
    }
    match facts.challenge_faults.first() {
        Some(fault) => Finding::warn(0.05, format!("the challenge cannot be read strictly: {}", fault.message)).proof(
            Place::ResponseHeader(fault.header),
            fault.span,
            fault.message.clone(),
        ),
        None => Finding::pass("the challenge is well formed"),
    }
}
