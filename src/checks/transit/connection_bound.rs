//! `connection-bound-login`

use crate::checks::check::check;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::TABLE;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// NTLM logs in a connection, and this way to the server does not keep one.
    ///
    /// # What it looks at
    /// An NTLM message in Authorization, the version of HTTP, and proxies that share connections among clients.
    ///
    /// # Why a server answers 401 to it
    /// The three messages of NTLM must come over one connection, and what follows belongs to it. HTTP/2 has no such
    /// connection, and a proxy or load balancer that pools connections sends the messages over different ones: the server
    /// begins again with each.
    ///
    /// # How to prove it
    /// Send the request to the server itself over HTTP/1.1: `curl --http1.1 --ntlm -u USER URL`.
    ///
    /// # How to fix it
    /// Use HTTP/1.1 and keep one connection for each client up to the server, or another login: Kerberos, Basic over https, a
    /// token.
    ///
    /// # Example
    /// The third message, answered `401` with `WWW-Authenticate: NTLM` over HTTP/2.
    ///
    /// # References
    /// RFC 4559 section 6; RFC 9113 section 9.1.
    CONNECTION_BOUND = "connection-bound-login", Address,
    stage: Way,
    explains: ["token-rejected", "header-stripped-by-proxy", "challenge-first-step"],
    run: look
}

/// The number of an NTLM message: 1 asks, 3 proves.
fn ntlm_message(a: &Authorization) -> Option<u8> {
    if !a.is("ntlm") && !a.is("negotiate") {
        return None;
    }
    // "NTLMSSP", a zero, and the number, in base64.
    match a.credential.strip_prefix("TlRMTVNTUAA")?.chars().next()? {
        'B' => Some(1),
        'D' => Some(3),
        _ => None,
    }
}

/// How the second message of NTLM begins, in base64.
const SECOND: &str = "TlRMTVNTUAAC";

fn look(facts: &Facts) -> Finding {
    let Some((sent, message)) = facts.authorization().and_then(|a| Some((a, ntlm_message(a)?))) else { return Finding::not_applicable() };
    let Some(answer) = facts.answer.filter(|_| facts.standing == Standing::Refused) else { return Finding::not_applicable() };
    let fix = || Fix::action("Use HTTP/1.1 over one connection up to the server (curl --http1.1), or another login");
    let found = |strength, why: String| {
        Finding::fail(strength, format!("NTLM logs in a connection, but {why}")).proof(sent.place(), sent.scheme_span, "a message of NTLM")
    };
    let version = answer.version.to_ascii_lowercase();
    if ["2", "3"].iter().any(|v| version == format!("h{v}") || version.starts_with(&format!("http/{v}"))) {
        return found(Strength::Contradiction, format!("this request went over {}", answer.version))
            .proof(Place::ResponseStatus, None, answer.version.clone())
            .fixed_by(fix());
    }
    // The second message answers the first: that login goes on.
    if message == 1 && facts.challenges.iter().any(|c| c.token68.is_some()) {
        return Finding::pass("the server answers the first message with the second");
    }
    // The last message is answered with the second one of a new login: the connection that had begun it was another.
    let restarts = facts.challenges.iter().find(|c| c.token68.as_deref().is_some_and(|text| text.starts_with(SECOND)));
    if let Some(challenge) = restarts.filter(|_| message == 3) {
        return found(
            Strength::Contradiction,
            "the server answers its last message with the second one of a new login: it came over another connection".into(),
        )
        .proof(Place::ResponseHeader(challenge.header), challenge.scheme_span, "the second message of NTLM")
        .fixed_by(fix());
    }
    let described = [facts.context.server.as_deref(), facts.answered("server"), facts.answered("via"), facts.answered("x-powered-by")];
    let pooling = described.into_iter().flatten().flat_map(|text| TABLE.named(text)).find(|server| server.pools_connections);
    if let Some(server) = pooling {
        let strength = if message == 3 { Strength::Likely } else { Strength::Plausible };
        return found(strength, format!("{} shares its connections to the server among clients", server.name)).fixed_by(fix());
    }
    if let Some((index, via)) = facts.answered_at("via").filter(|_| message == 3) {
        return found(Strength::Plausible, format!("a proxy is on the way ({via}), which may share connections"))
            .proof(Place::ResponseHeader(index), None, via)
            .fixed_by(fix());
    }
    // A server that took the third message and did not like it, and one that never saw the first two, answer alike.
    if message == 3 && facts.status() == 401 {
        return Finding::warn(
            Strength::Possible,
            "the server answers the last message of NTLM by asking again: the user or password is wrong, or the messages came over different connections",
        )
        .proof(sent.place(), sent.scheme_span, "a message of NTLM")
        .fixed_by(Fix::action("Try the same user and password without a proxy on the way (curl --http1.1 --ntlm); refused there too, they are wrong"));
    }
    Finding::pass("nothing on the way is known to share connections")
}
