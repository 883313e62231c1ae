//! `second-factor-required`

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// The server wants a second factor, or a more recent login.
    ///
    /// # What it looks at
    /// `insufficient_user_authentication` in the challenge, and words such as `mfa_required`, `interaction_required` or "fresh
    /// token required".
    ///
    /// # Why a server answers 401 to it
    /// The login is valid, but not enough for this request: a second factor is missing, or the login is too long ago.
    ///
    /// # How to prove it
    /// Look at `acr`, `amr` (how you logged in) and `auth_time` (when) in the token.
    ///
    /// # How to fix it
    /// Log in again with what the challenge asks for (`acr_values`, `max_age`).
    ///
    /// # Example
    /// `Bearer error="insufficient_user_authentication", acr_values="mfa"`
    ///
    /// # References
    /// RFC 9470; OpenID Connect Core section 3.1.2.6.
    SECOND_FACTOR = "second-factor-required", OAuth,
    stage: Elsewhere, topics: [SecondFactor],
    explains: ["grant-invalid", "basic-rejected"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server did not ask for a second factor");
    }
    // A header that the service documents for it, such as one that asks for a one-time code.
    let documented = facts.documented_refusal().filter(|found| found.refusal.means == SECOND_FACTOR.id);
    let in_header = documented.and_then(|found| match found.place {
        Place::ResponseHeader(index) => Some((found, &facts.answer?.headers.0.get(index)?.name)),
        _ => None,
    });
    match (facts.word(Topic::SecondFactor).filter(|w| w.specific), in_header) {
        (Some(word), _) => Finding::fail(Strength::Stated, "the server wants a second factor or a more recent login").proof(
            word.place,
            word.span,
            facts.quote(word),
        ),
        (None, Some((found, name))) => Finding::fail(Strength::Stated, format!("the server wants a one-time code (header {name})")).proof(
            found.place,
            found.span,
            found.refusal.says.clone(),
        ),
        (None, None) => return noted(facts).unwrap_or_else(|| Finding::pass("the answer asks for no second factor")),
    }
    .fixed_by(Fix::action("Log in again, with the second factor if the server asks for one"))
}

/// "Two-factor authentication is on for this account": what people write of a login that works with a code alone.
static NOTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let factor = "(otp|totp|2fa|mfa|two[- ]factor|second factor|multi[- ]factor|one[- ]time (code|password)s?)";
    let is_on = "(enabled|required|enforced|turned on|switched on|is on|set up|active|mandatory)";
    Regex::new(&format!(r"(?i)\b{factor}\b[^.;\n]{{0,60}}\b{is_on}\b|\b{is_on}\b[^.;\n]{{0,30}}\b{factor}\b")).ok()
});

/// User and password without a code, where the notes say that the account has a second factor.
fn noted(facts: &Facts) -> Option<Finding> {
    let notes = facts.context.notes.as_deref()?;
    let found = NOTED.as_ref()?.find(notes)?.as_str();
    let is_denied = ["not ", "n't ", "no ", "disabled", "without"].iter().any(|word| found.to_ascii_lowercase().contains(word));
    let password = facts.log_in().is_some() || facts.basic.is_some();
    let has_code = facts.form().iter().any(|(name, value, _)| {
        !value.is_empty() && ["otp", "totp", "code", "mfa", "2fa", "tfa"].iter().any(|word| name.to_ascii_lowercase().contains(word))
    });
    (password && !is_denied && !has_code).then(|| {
        Finding::fail(Strength::Likely, "the account has a second factor, and the request has the password alone")
            .context(found)
            .fixed_by(Fix::action("Send the one-time code with the password, or use an API token, which needs none"))
    })
}
