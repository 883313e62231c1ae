//! `client-certificate-missing`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// The server wants a TLS client certificate, and got none that it accepts.
    ///
    /// # What it looks at
    /// What the answer says about certificates, the server's configuration where it is known, and `cnf.x5t#S256` in the token.
    ///
    /// # Why a server answers 401 to it
    /// The TLS connection itself must prove who you are. Without a certificate, or with one that has expired or comes from
    /// an authority the server does not trust, no header in the request helps.
    ///
    /// # How to prove it
    /// `curl -v --cert client.pem --key client.key URL` shows whether the server asks for a certificate.
    ///
    /// # How to fix it
    /// Send the certificate with its private key. If it has expired, renew it.
    ///
    /// # Example
    /// `400 No required SSL certificate was sent`
    ///
    /// # References
    /// RFC 8446 section 4.4.2; RFC 8705.
    CERTIFICATE = "client-certificate-missing", Token,
    stage: Elsewhere, topics: [Certificate],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(word) = facts.word(Topic::Certificate).filter(|w| w.specific && facts.is_refused()) {
        let none = facts.quote(word).to_ascii_lowercase().contains("no required");
        let what = if none {
            "the server wants a client certificate, but none was sent"
        } else {
            "the server refuses the client certificate: expired, or from an authority that it does not trust"
        };
        return Finding::fail(Strength::Stated, what).proof(word.place, word.span, facts.quote(word)).fixed_by(fix());
    }
    let config = facts.context.config.as_deref().unwrap_or_default().to_ascii_lowercase();
    let demands = config.contains("ssl_verify_client on")
        || config.contains("ssl-verify-client")
        || config.contains("sslverifyclient require")
        || config.contains("ssl_verify_client optional")
        || names_authority_of_clients(&config);
    if demands && facts.is_refused() && matches!(facts.status(), 400 | 401 | 403 | 495 | 496) {
        return Finding::fail(
            Strength::Stated,
            "the server's configuration asks for a client certificate, and the server refuses the request",
        )
        .context(facts.context.config.clone().unwrap_or_default())
        .proof(Place::ResponseStatus, None, format!("{}", facts.status()))
        .fixed_by(fix());
    }
    if let Some(member) = facts.jwt().and_then(|t| t.jws.claims.member("cnf")).filter(|m| m.value.get("x5t#S256").is_some()) {
        if facts.is_refused() {
            return Finding::warn(
                Strength::Possible,
                "the token works only with a client certificate (cnf.x5t#S256); the request does not show whether it was sent",
            )
            .proof(Place::Claims, member.value_span, "cnf");
        }
        return Finding::pass("the token is bound to a client certificate, and the server accepted it");
    }
    Finding::not_applicable()
}

/// True for an object of JSON that has the authority of clients: `"client": {"ca": …}` (APISIX, the `ssl` object).
fn names_authority_of_clients(config: &str) -> bool {
    let is_so = |rest: &str| {
        let bare: String = rest.chars().filter(|c| !c.is_whitespace()).take(8).collect();
        bare.starts_with(":{\"ca\":")
    };
    config.split("\"client\"").skip(1).any(is_so)
}

fn fix() -> Fix {
    Fix::action("Send a client certificate that the server trusts: curl --cert client.pem --key client.key")
}
