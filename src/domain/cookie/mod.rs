//! Cookies (RFC 6265bis): the `Cookie` and `Set-Cookie` fields, and a jar that says why a cookie is not sent.

pub mod date;
pub mod jar;
pub mod pair;
pub mod reason;
pub mod session;
pub mod set_cookie;
pub mod view;

pub use jar::{Fate, Jar, MOST_OF_A_SITE, Scope, StoredCookie};
pub use pair::{CookiePair, read_cookies};
pub use reason::{Refusal, Withheld};
pub use set_cookie::{MAX_NAME_AND_VALUE, SameSite, SetCookie};
pub use view::{CredentialsMode, RequestView};
