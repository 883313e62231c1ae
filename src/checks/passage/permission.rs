//! `permission-refused`, `address-blocked`

use crate::checks::declare::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place};

check! {
    /// You are known, and this is not allowed to you.
    ///
    /// # What it looks at
    /// 403 to a request with a credential that nothing is wrong with, and words about permissions.
    ///
    /// # Why a server answers 401 to it
    /// It answers 403, rightly: logging in again will not help. A role, a group, an owner or a user list is missing.
    ///
    /// # How to prove it
    /// The same credential works on another path; another user works on this one.
    ///
    /// # How to fix it
    /// Ask for the right, or use an account that has it.
    ///
    /// # Example
    /// `403 {"detail":"You do not have permission to perform this action."}`
    ///
    /// # References
    /// RFC 9110 section 15.5.4.
    PERMISSION = "permission-refused", Address, permission
}

check! {
    /// The server refuses the address that the request comes from.
    ///
    /// # What it looks at
    /// What the answer says of addresses and regions, the server's configuration, and whether the same credential works
    /// elsewhere.
    ///
    /// # Why a server answers 401 to it
    /// A list of allowed addresses, a country rule, a VPN. The credential is not looked at.
    ///
    /// # How to prove it
    /// Send the same request from another network.
    ///
    /// # How to fix it
    /// Have the address put on the list; switch the VPN on or off; see which address the server sees behind proxies.
    ///
    /// # Example
    /// `allow 203.0.113.0/24; deny all;`
    ///
    /// # References
    /// RFC 9110 section 15.5.4; RFC 7239 (Forwarded).
    ADDRESS = "address-blocked", Address, address
}

fn permission(facts: &Facts) -> Finding {
    if facts.is_preflight() || facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if facts.standing == Standing::Taken {
        return Finding::pass("it is allowed");
    }
    let fix = Fix::action("Ask for the right, or use an account that has it");
    if let Some(word) = facts.word(Topic::Permission).filter(|w| w.specific && matches!(facts.status(), 401 | 403 | 404)) {
        let html = crate::checks::passage::intermediary::own_page(facts).is_some();
        let weight = if html { 0.6 } else { 0.88 };
        return Finding::fail(weight, "the server knows you, and does not allow this")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix);
    }
    if facts.status() != 403 {
        return Finding::not_applicable();
    }
    if !facts.carries_credential() {
        return Finding::warn(0.25, "403 without a credential: perhaps nobody may, perhaps only who logs in")
            .proof(Place::ResponseStatus, None, "403")
            .fixed_by(fix);
    }
    let weight = if facts.says(Topic::Permission) { 0.7 } else { 0.55 };
    Finding::fail(weight, "403: who asks is known, and is not allowed; no other log-in of the same account helps")
        .proof(Place::ResponseStatus, None, "403")
        .fixed_by(fix)
}

fn address(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the address is allowed");
    }
    let fix = Fix::action("Have your address allowed, or send it from another network");
    if let Some(word) = facts.word(Topic::AddressRule).filter(|w| w.specific) {
        return Finding::fail(0.92, "the server refuses the address or region that the request comes from")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix);
    }
    if facts.status() != 403 {
        return Finding::not_applicable();
    }
    let config = facts.context.config.as_deref().unwrap_or_default().to_ascii_lowercase();
    if ["deny all", "geo $", "require ip", "deny from", "require not ip", "allow 1", "allow 2", "geoip"].iter().any(|w| config.contains(w))
    {
        return Finding::fail(0.92, "the server's configuration allows some addresses only")
            .beside(facts.context.config.clone().unwrap_or_default())
            .fixed_by(fix);
    }
    // The server's own list speaks through its own page; what it sees of the sender is this header.
    let page = crate::checks::passage::intermediary::own_page(facts).is_some();
    let forwarded = facts.request.headers.iter().find(|(_, h)| h.is("x-forwarded-for") || h.is("forwarded") || h.is("x-real-ip"));
    let good = facts.context.credential_known_good == Some(true);
    let (weight, message): (f64, &str) = match (forwarded.is_some() && page, good) {
        (true, true) => (0.85, "the credential works elsewhere, and the front server refuses the request: its address is not on the list"),
        (true, false) => (0.6, "the front server refuses the request, perhaps for the address that it comes from"),
        (false, true) if page => (0.6, "the credential works elsewhere: perhaps the address is refused"),
        _ => return Finding::unknown("403 may be a rule about addresses: send it from another network to know"),
    };
    let mut finding = Finding::fail(weight, message);
    if let Some((i, h)) = forwarded {
        finding = finding.proof(Place::RequestHeader(i), None, h.value.clone());
    }
    finding.proof(Place::ResponseStatus, None, "403").fixed_by(fix)
}
