//! What the authorization server refuses.

pub mod client;
pub mod grant;
pub mod redirect_uri;
pub mod second_factor;
