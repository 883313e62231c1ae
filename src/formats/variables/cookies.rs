//! `{{$cookies}}`: the cookies of the session that go to the address of the request.

use jiff::Timestamp;

use crate::domain::cookie::session::SessionCookies;
use crate::domain::request::Request;

/// The name of the variable.
pub const COOKIES: &str = "$cookies";
/// The variable as it is written.
pub const COOKIES_VARIABLE: &str = "{{$cookies}}";

/// The cookies of the session, and those of them for one request.
#[derive(Clone, Debug, Default)]
pub struct Cookies {
    /// All.
    pub session: SessionCookies,
    /// Those for the request whose variables are filled in; `None` where none goes there.
    for_request: Option<String>,
}

impl Cookies {
    /// The same for a request whose address is known.
    #[must_use]
    pub fn for_request(&self, request: &Request, now: Timestamp) -> Self {
        Self { session: self.session.clone(), for_request: self.session.header_for(request, now) }
    }

    /// The value of the variable.
    pub(super) fn value(&self) -> Result<String, String> {
        self.for_request.clone().ok_or_else(|| "is the cookies of this session for this address, and there are none".into())
    }
}
