//! What the token says, and whether it holds.

pub mod audience;
pub mod certificate;
pub mod claims;
pub mod clock;
mod configured_claim;
pub mod form;
mod issuer_setting;
pub mod kind;
pub mod lifetime;
mod meant_for;
pub mod not_yet;
pub mod possession;
pub mod rejected;
pub mod scope;
pub mod signature;
pub mod times;
