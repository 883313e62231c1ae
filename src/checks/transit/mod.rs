//! What happened on the way there and back.

pub mod account;
pub mod arrival;
pub mod cache;
pub mod connection_bound;
pub mod dropped;
pub mod entitlement;
pub mod first_step;
pub mod instances;
pub mod intermediary;
pub mod method_changed;
pub mod permission;
pub mod proxy;
pub mod public_path;
pub mod rate;
pub mod redirects;
pub mod route_unknown;
pub mod single_sign_on;
pub mod stripped;
pub mod two_layers;
pub mod unreachable;
pub mod upstream;
pub mod user_agent;
