//! What happened on the way there and back.

pub mod account;
pub mod cache;
pub mod dropped;
pub mod entitlement;
pub mod first_step;
pub mod intermediary;
pub mod permission;
pub mod proxy;
pub mod public_path;
pub mod rate;
pub mod single_sign_on;
pub mod stripped;
pub mod two_layers;
pub mod unreachable;
