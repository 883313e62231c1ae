//! Caches a verified signature.

use std::sync::Arc;

use crate::checks::facts::Facts;
use crate::domain::token::keys::{KeySet, Verification};

/// A verified signature, reused while token and keys stay the same.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    pub(super) token: String,
    keys: Arc<KeySet>,
    pub(super) verification: Verification,
}

impl Verified {
    /// The signature verified by these facts.
    pub(super) fn of(facts: &Facts) -> Option<Self> {
        let keys = Arc::clone(facts.context.keys.as_ref()?);
        Some(Self { token: facts.jwt()?.jws.text.clone(), keys, verification: facts.verification()?.clone() })
    }

    /// True if the facts use the very same key set.
    pub(super) fn is_with(&self, facts: &Facts) -> bool {
        facts.context.keys.as_ref().is_some_and(|keys| Arc::ptr_eq(keys, &self.keys))
    }
}
