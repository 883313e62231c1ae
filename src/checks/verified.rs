//! A signature that was verified, kept for the next one who asks.

use std::sync::Arc;

use crate::domain::token::jws::Jws;
use crate::domain::token::keys::{self, KeySet, Verification};

/// The verification of a token. To verify takes longer than all checks together, and the exchanges of a recording mostly carry
/// the same token.
#[derive(Clone, Debug)]
pub struct Verified {
    token: String,
    keys: Arc<KeySet>,
    /// What came of it.
    pub verification: Verification,
}

impl Verified {
    /// Verifies a token.
    pub fn of(token: &Jws, keys: &Arc<KeySet>) -> Self {
        Self::with(token, keys, keys::verify(token, keys))
    }

    /// Of a token that was verified.
    pub fn with(token: &Jws, keys: &Arc<KeySet>, verification: Verification) -> Self {
        Self { token: token.text.clone(), keys: Arc::clone(keys), verification }
    }

    /// True for the same token and the very same keys.
    pub fn is_of(&self, token: &Jws, keys: &Arc<KeySet>) -> bool {
        Arc::ptr_eq(&self.keys, keys) && self.token == token.text
    }
}
