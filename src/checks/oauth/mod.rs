//! What the authorization server refuses.

pub mod callback;
pub mod client;
pub mod grant;
pub mod redirect_uri;
pub mod second_factor;
