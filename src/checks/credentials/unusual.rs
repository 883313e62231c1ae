//! `scheme-unusual`

use super::of_service;
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::services::KnownBy;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::request::Edit;

check! {
    /// The scheme is written in a way that some servers do not accept.
    ///
    /// # What it looks at
    /// `bearer` in lower case (allowed by RFC 9110, refused by some servers), and words such as `JWT` or `Token`.
    ///
    /// # Why a server answers 401 to it
    /// Upper and lower case should not matter in scheme names, but some programs compare them exactly.
    ///
    /// # How to prove it
    /// Write the scheme as the challenge does and send the request again.
    ///
    /// # How to fix it
    /// Write `Bearer` or `Basic` with a capital letter.
    ///
    /// # Example
    /// `Authorization: bearer eyJ…`
    ///
    /// # References
    /// RFC 9110 section 11.1.
    UNUSUAL = "scheme-unusual", Credentials,
    stage: Spelling, topics: [Scheme, HeaderForm, Missing],
    decided_by: [DocumentedScheme],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    let Some(scheme) = a.scheme.as_deref() else { return Finding::not_applicable() };
    if let Some(finding) = of_service::scheme_in_other_case(facts) {
        return finding;
    }
    let usual = ["Bearer", "Basic", "Digest", "DPoP", "Negotiate", "NTLM"];
    if usual.contains(&scheme) {
        return Finding::pass(format!("{scheme} is written as usual"));
    }
    if let Some(proper) = usual.iter().find(|u| u.eq_ignore_ascii_case(scheme)) {
        // Compared letter by letter, it is no scheme the server knows: then it says so, or as if nothing had come.
        let speaks = facts.says(Topic::Scheme) || facts.says_plainly(Topic::Missing) || facts.says(Topic::HeaderForm);
        // What is right when another client writes the scheme.
        let strength = if speaks || facts.is_refused() && facts.is_known_good() { Strength::Likely } else { Strength::Unlikely };
        return Finding::warn(
            strength,
            format!("the scheme is written {scheme:?}: the RFC allows it, but some servers accept only {proper:?}"),
        )
        .proof(a.place(), a.scheme_span, scheme)
        .fixed_by(Fix::edit(
            format!("Write the scheme as {proper}"),
            vec![Edit::HeaderValue { index: a.index, value: format!("{proper} {}", a.credential) }],
        ));
    }
    if let Some(known) = facts.service().filter(|known| known.by > KnownBy::Hint && known.takes(scheme)) {
        return Finding::pass(format!("{} takes {scheme}", known.service.name));
    }
    if ["token", "jwt"].contains(&scheme.to_ascii_lowercase().as_str())
        && !facts.offered_schemes().iter().any(|o| o.eq_ignore_ascii_case(scheme))
    {
        return Finding::warn(Strength::Unlikely, format!("{scheme} is not a registered scheme; most APIs want Bearer"))
            .proof(a.place(), a.scheme_span, scheme)
            .fixed_by(Fix::edit(
                "Write the scheme as Bearer",
                vec![Edit::HeaderValue { index: a.index, value: format!("Bearer {}", a.credential) }],
            ));
    }
    Finding::pass(format!("{scheme} is not a common scheme, but some APIs have their own"))
}
