//! Tokens: what they are, read tolerantly, and verified strictly.

pub mod algorithm;
pub mod claims;
pub mod dpop;
pub mod issued;
pub mod issuer;
pub mod jwk;
pub mod jws;
pub mod key;
pub mod key_set;
pub mod keys;
pub mod kind;
pub mod macaroon;
pub mod material;
pub mod opaque;
pub mod parsed_token;
pub mod paseto;
pub mod pem;
pub mod purpose;
pub mod resource;
pub mod saml;
pub mod sd_jwt;
pub mod secret;
pub mod sign;
pub mod signature;
pub mod token_use;
pub mod verification;

mod crypto;
mod der;
pub mod encoding;
mod near_miss;
mod rsa;
