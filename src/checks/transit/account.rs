//! `account-disabled`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Strength};

check! {
    /// The account is inactive, locked or not confirmed, says the answer.
    ///
    /// # What it looks at
    /// Words of the answer such as "inactive", "locked" or "not confirmed".
    ///
    /// # Why a server answers 401 to it
    /// The password or token may be right, but the account itself may not log in.
    ///
    /// # How to prove it
    /// Look at the account in the service's administration pages.
    ///
    /// # How to fix it
    /// Ask an administrator to enable or unlock the account, or confirm its mail address.
    ///
    /// # Example
    /// `401 {"detail":"User inactive or deleted."}`
    ///
    /// # References
    /// RFC 9110 section 15.5.2.
    ACCOUNT = "account-disabled", Address,
    stage: Elsewhere, topics: [Account],
    explains: ["authorization-missing", "basic-rejected", "digest-rejected", "token-rejected", "client-authentication-failed", "header-stripped-by-proxy", "grant-invalid"],
    holds_when_accepted: true,
    decided_by: [LogInLog],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    let word = facts.word(Topic::Account).filter(|w| w.specific);
    match word {
        // A login form that says so comes with 200.
        Some(word) if facts.is_refused() || (facts.answers_html() && facts.lower_body().contains("password")) => {
            let said = facts.quote(word);
            Finding::fail(Strength::Stated, format!("the account may not log in: the server says {said:?}"))
                .proof(word.place, word.span, facts.quote(word))
                .fixed_by(Fix::action("Ask an administrator to enable or unlock the account, or confirm its mail address"))
        }
        _ if facts.is_refused() && facts.basic.is_none() && facts.log_in().is_none() => Finding::not_applicable(),
        _ if facts.is_refused() => {
            Finding::unknown("whether the account is locked: the answer does not say; many servers answer as to a wrong password")
        }
        _ => Finding::pass("the account is not locked"),
    }
}
