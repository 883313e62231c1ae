//! Tokens: what they are, read tolerantly, and verified strictly.

pub mod algorithm;
pub mod jwk;
pub mod jws;
pub mod keys;
pub mod pem;
pub mod secret;
pub mod signature;
pub mod verification;

mod der;
mod near_miss;
mod rsa;
