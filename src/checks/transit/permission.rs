//! `permission-refused`, `address-blocked`

use std::net::IpAddr;

use serde_json::Value;

use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The server knows you, but you are not allowed to do this.
    ///
    /// # What it looks at
    /// 403 to a request whose credential shows no fault, and words about permissions in the answer.
    ///
    /// # Why a server answers 401 to it
    /// Most servers rightly answer 403. Logging in again does not help: the account lacks a role, a group or an entry in a
    /// list, or is not the owner.
    ///
    /// # How to prove it
    /// The same credential works on another path, and another user's works on this one.
    ///
    /// # How to fix it
    /// Ask for the permission, or use an account that has it.
    ///
    /// # Example
    /// `403 {"detail":"You do not have permission to perform this action."}`
    ///
    /// # References
    /// RFC 9110 section 15.5.4.
    PERMISSION = "permission-refused", Address,
    stage: Elsewhere, topics: [Permission], gives_no_reason: true,
    decided_by: [AccessRule],
    run: permission
}

check! {
    /// The server refuses the IP address or region that the request comes from.
    ///
    /// # What it looks at
    /// What the answer says about addresses and regions, the server's configuration, and whether the same credential works
    /// elsewhere.
    ///
    /// # Why a server answers 401 to it
    /// It has a list of allowed addresses, or a rule for countries or VPNs. It does not look at the credential.
    ///
    /// # How to prove it
    /// Send the same request from another network.
    ///
    /// # How to fix it
    /// Have your address added to the list, or switch the VPN on or off. Behind a proxy, check which address the server sees.
    ///
    /// # Example
    /// `allow 203.0.113.0/24; deny all;`
    ///
    /// # References
    /// RFC 9110 section 15.5.4; RFC 7239 (Forwarded).
    ADDRESS = "address-blocked", Address,
    stage: Elsewhere, topics: [AddressRule],
    decided_by: [AccessRule],
    run: address
}

fn permission(facts: &Facts) -> Finding {
    if facts.is_preflight() || facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if facts.standing == Standing::Accepted {
        return Finding::pass("the server allowed the request");
    }
    let fix = Fix::action("Ask for the permission, or use an account that has it");
    if let Some(word) = facts.word(Topic::Permission).filter(|w| w.specific && matches!(facts.status(), 401 | 403 | 404)) {
        let html = crate::checks::transit::intermediary::own_page(facts).is_some();
        let strength = match html {
            // Who sent nothing has no permissions that could be lacking.
            _ if !facts.carries_credential() => Strength::Unlikely,
            // In the address the same credential has the permission.
            _ if facts.worked_in_an_address() => Strength::Unlikely,
            // What was made a moment ago neither expired nor was revoked.
            _ if facts.status() == 401 && facts.noted_fresh().is_some() => Strength::Likely,
            // For many servers these are the words of every failed login. Only a token that is proven sound leaves the permission.
            _ if facts.status() == 401 && !facts.signature_is_valid() => Strength::Unlikely,
            true => Strength::Plausible,
            false => Strength::Stated,
        };
        let message = "the server refuses this for lack of permission, not because of the login";
        if strength == Strength::Unlikely && facts.status() == 401 {
            let message = "the server speaks of permission, but with 401, the status of a failed login";
            return Finding::warn(strength, message).proof(word.place, word.span, facts.quote(word)).fixed_by(fix);
        }
        return Finding::fail(strength, message).proof(word.place, word.span, facts.quote(word)).fixed_by(fix);
    }
    let is_plain = || !facts.words.iter().any(|word| word.specific && word.topic != Topic::Permission);
    if let Some(said) = facts
        .noted_other_call()
        .or_else(|| facts.noted_reading())
        .filter(|_| facts.carries_credential() && matches!(facts.status(), 401 | 403) && is_plain())
    {
        return Finding::suspect(Strength::Likely, "the credential is accepted for another call: for this one it lacks the right")
            .proof(Place::ResponseStatus, None, facts.status().to_string())
            .context(said.to_string())
            .fixed_by(fix);
    }
    if let Some(said) = facts.noted_lack().filter(|_| facts.carries_credential() && matches!(facts.status(), 401 | 403 | 404)) {
        return Finding::fail(Strength::Likely, "the account does not have the right to this, by the notes")
            .proof(Place::ResponseStatus, None, facts.status().to_string())
            .context(said.to_string())
            .fixed_by(fix);
    }
    if facts.status() != 403 {
        return Finding::not_applicable();
    }
    if !facts.carries_credential() {
        return Finding::warn(
            Strength::Unlikely,
            "403 to a request without a credential: perhaps a login is needed, perhaps nobody is allowed",
        )
        .proof(Place::ResponseStatus, None, "403")
        .fixed_by(Fix::action("Log in first; if that is refused too, ask for the permission"));
    }
    // A site with sessions sends whoever is not logged in to its login page: there a bare 403 is about permission.
    let by_session = facts.works_by_cookies() && !facts.session().sends_none();
    let strength = match facts.says(Topic::Permission) || by_session {
        // Whom the server has not seen it does not refuse a right.
        _ if facts.says(Topic::Missing) && !facts.says(Topic::Permission) => Strength::Unlikely,
        // A token that is proven sound leaves the permission.
        _ if facts.signature_is_valid() => Strength::Likely,
        true => Strength::Plausible,
        false => Strength::Possible,
    };
    Finding::fail(strength, "a 403 usually means that the server knows you, and you lack the permission")
        .proof(Place::ResponseStatus, None, "403")
        .fixed_by(fix)
}

/// The claim of a token with IP addresses that callers may have, and the first of them, where no other reason is given.
fn bound_to(facts: &Facts) -> Option<(Span, String)> {
    const NAMES: [&str; 7] = ["cidrs", "cidr", "ips", "allowed_ips", "allowedips", "ip_whitelist", "ip_allowlist"];
    let token = facts.jwt().filter(|_| matches!(facts.status(), 401 | 403) && !facts.words.iter().any(|word| word.specific))?;
    let is_address = |text: &str| {
        let (address, length) = text.split_once('/').unwrap_or((text, "0"));
        address.parse::<IpAddr>().is_ok() && length.parse::<u8>().is_ok()
    };
    token.jws.claims.members.iter().find_map(|member| {
        let mut open = vec![(member.name.as_str(), &member.value)];
        while let Some((name, value)) = open.pop() {
            match value {
                Value::String(text) if NAMES.contains(&name.to_ascii_lowercase().as_str()) && is_address(text) => {
                    return Some((member.value_span, text.clone()));
                }
                Value::Array(items) => open.extend(items.iter().rev().map(|item| (name, item))),
                Value::Object(members) => open.extend(members.iter().map(|(name, value)| (name.as_str(), value))),
                _ => {}
            }
        }
        None
    })
}

fn address(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server did not refuse your address");
    }
    let fix = Fix::action("Have your IP address allowed, or send the request from another network");
    if let Some(word) = facts.word(Topic::AddressRule).filter(|w| w.specific) {
        return Finding::fail(Strength::Stated, "the server refuses the IP address or region that the request comes from")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix);
    }
    if let Some((member, address)) = bound_to(facts) {
        let message = format!("the token names the addresses that it may come from ({address}): the request may come from another one");
        return Finding::suspect(Strength::Plausible, message).proof(Place::Claims, member, "addresses").fixed_by(Fix::action(
            "Compare with the address that the server sees, which is that of the proxy or of the host's way out, and have it added",
        ));
    }
    if facts.status() != 403 {
        return Finding::not_applicable();
    }
    let config = facts.context.config.as_deref().unwrap_or_default().to_ascii_lowercase();
    if ["deny all", "geo $", "require ip", "deny from", "require not ip", "allow 1", "allow 2", "geoip"].iter().any(|w| config.contains(w))
    {
        return Finding::fail(Strength::Contradiction, "the server's configuration allows only some IP addresses")
            .context(facts.context.config.clone().unwrap_or_default())
            .fixed_by(fix);
    }
    // The server's own list speaks through its own page; what it sees of the sender is this header.
    let page = crate::checks::transit::intermediary::own_page(facts).is_some();
    let forwarded = facts.request.headers.iter().find(|(_, h)| h.is("x-forwarded-for") || h.is("forwarded") || h.is("x-real-ip"));
    let good = facts.is_known_good();
    let (strength, message): (Strength, &str) = match (forwarded.is_some() && page, good) {
        (true, true) => (
            Strength::Likely,
            "the credential works elsewhere, but the reverse proxy refuses the request: probably the IP address is not allowed",
        ),
        (true, false) => (Strength::Plausible, "the reverse proxy refuses the request, perhaps because of the IP address it comes from"),
        (false, true) if page => (Strength::Plausible, "the credential works elsewhere: perhaps the IP address is refused here"),
        _ => return Finding::unknown("a 403 may come from a rule about IP addresses: send the request from another network to know"),
    };
    let mut finding = Finding::fail(strength, message);
    if let Some((i, h)) = forwarded {
        finding = finding.proof(Place::RequestHeader(i), None, h.value.clone());
    }
    finding.proof(Place::ResponseStatus, None, "403").fixed_by(fix)
}
