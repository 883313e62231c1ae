//! Signatures that were verified, kept for the next one who asks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::domain::token::jws::Jws;
use crate::domain::token::keys::{self, KeySet, Verification};

/// The verification of a token. To verify takes as long as all checks together.
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

/// Those of the tokens of a file: the exchanges of a recording mostly carry the same few.
#[derive(Clone, Debug, Default)]
pub struct Signatures {
    /// By the hash of the token.
    kept: RefCell<HashMap<u64, Verified>>,
}

/// How many are kept.
const MOST: usize = 256;
/// Bytes of the longest token of which one is kept.
const LONGEST: usize = 8_192;

impl Signatures {
    /// Verifies a token, or tells what came of it before.
    pub fn verify(&self, token: &Jws, keys: &Arc<KeySet>) -> Verification {
        if token.text.len() > LONGEST {
            return keys::verify(token, keys);
        }
        let mut hasher = DefaultHasher::new();
        token.text.hash(&mut hasher);
        let hash = hasher.finish();
        let mut kept = self.kept.borrow_mut();
        if let Some(known) = kept.get(&hash).filter(|known| known.is_of(token, keys)) {
            return known.verification.clone();
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        let verified = Verified::of(token, keys);
        let verification = verified.verification.clone();
        kept.insert(hash, verified);
        verification
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token::keys::SignatureState;

    #[test]
    fn a_token_is_verified_with_the_keys_that_it_is_asked_with() {
        let set = |secret: &str| Arc::new(KeySet::read(secret, "secret").expect("a secret"));
        let token = Jws::read("eyJhbGciOiJIUzI1NiJ9.e30.AAAA");
        let (one, other) = (set("{\"kty\":\"oct\",\"k\":\"AAAA\"}"), Arc::new(KeySet::default()));
        let signatures = Signatures::default();
        for _ in 0..2 {
            assert_eq!(signatures.verify(&token, &one).state, SignatureState::Invalid);
            assert_eq!(signatures.verify(&token, &other).state, keys::verify(&token, &other).state);
            assert_eq!(signatures.kept.borrow().len(), 1, "the last one is kept");
        }
        for number in 0..2 * MOST {
            signatures.verify(&Jws::read(&format!("eyJhbGciOiJIUzI1NiJ9.e30.AA{number}")), &one);
            assert!(signatures.kept.borrow().len() <= MOST);
        }
    }
}
