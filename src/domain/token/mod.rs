//! Tokens: what they are, read tolerantly.

pub mod jws;
pub mod keys;
