//! `entitlement-missing`

use crate::checks::check::check;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, perhaps};
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// The key or account is valid, but has no plan, subscription or license for this.
    ///
    /// # What it looks at
    /// What the answer says of plans, subscriptions, products, licenses and payment, and the status 402.
    ///
    /// # Why a server answers 401 to it
    /// Behind many gateways a key counts only for the products that it is subscribed to. Without one the gateway treats it
    /// as it treats an unknown key.
    ///
    /// # How to prove it
    /// Call something that the plan includes with the same key, or look at the subscription in the account.
    ///
    /// # How to fix it
    /// Subscribe the account or key to the product, assign the license, or choose a plan that includes the call.
    ///
    /// # Example
    /// `403` with `{"message":"You are not subscribed to this API."}`
    ///
    /// # References
    /// RFC 9110 section 15.5.3; docs.rapidapi.com, "API errors".
    ENTITLEMENT = "entitlement-missing", Address,
    stage: Elsewhere, topics: [Entitlement],
    explains: ["permission-refused", "token-rejected", "basic-rejected", "scope-insufficient"],
    run: look
}

/// A plan is an account's, and who sends nothing has none.
fn is_somebody(facts: &Facts) -> bool {
    facts.carries_credential() || perhaps::credential(facts.request).is_some()
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server did not miss a plan or license");
    }
    let fix = Fix::action("Subscribe the account to this product, or choose a plan that includes it");
    if let Some(word) = facts.word(Topic::Entitlement).filter(|word| word.specific && is_somebody(facts)) {
        return Finding::fail(Strength::Stated, "the account has no plan, subscription or license for this")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix);
    }
    if facts.status() == 402 {
        return Finding::fail(Strength::Likely, "402 Payment Required: the account's plan or balance does not cover this")
            .proof(Place::ResponseStatus, None, "402")
            .fixed_by(fix);
    }
    Finding::not_applicable()
}
