//! `account-disabled`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix};

check! {
    /// The answer says that the account is inactive, locked or not confirmed.
    ///
    /// # What it looks at
    /// Words of the answer.
    ///
    /// # Why a server answers 401 to it
    /// Password or token may be right; the account itself is closed.
    ///
    /// # How to prove it
    /// Look at the account in the administration.
    ///
    /// # How to fix it
    /// Have it enabled, unlock it, confirm the address.
    ///
    /// # Example
    /// `401 {"detail":"User inactive or deleted."}`
    ///
    /// # References
    /// RFC 9110 section 15.5.2.
    ACCOUNT = "account-disabled", Address, look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    let word = facts.word(Topic::Account).filter(|w| w.specific);
    match word {
        // A log-in form that says so comes with 200.
        Some(word) if facts.is_refused() || (facts.answers_html() && facts.lower_body().contains("password")) => {
            Finding::fail(0.96, "the server says that the account is closed: inactive, locked or not confirmed")
                .proof(word.place, word.span, facts.quote(word))
                .fixed_by(Fix::action("Have the account enabled or unlocked"))
        }
        _ if facts.is_refused() && facts.basic.is_none() && facts.log_in.is_none() => Finding::not_applicable(),
        _ if facts.is_refused() => Finding::unknown(
            "whether the account is open: the answer does not say; a locked account is often answered like a wrong password",
        ),
        _ => Finding::pass("the account is open"),
    }
}
