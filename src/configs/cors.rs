//! The headers by which a server lets pages of other origins read its answers (Fetch standard, CORS protocol).

use crate::domain::server_config::{ConfigFinding, Place};

/// A header that a configuration adds to answers.
#[derive(Clone, Copy, Debug)]
pub struct AddedHeader<'d> {
    /// Its name as written.
    pub name: &'d str,
    pub value: &'d str,
    /// True if it is added to errors too.
    pub is_always: bool,
    pub at: Place<'d>,
}

/// What is wrong with the headers that one place adds. `write` makes the directive of a name and a value.
pub fn examine(headers: &[AddedHeader], write: impl Fn(&str, &str) -> String) -> Vec<ConfigFinding> {
    let named = |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    let Some(origin) = named(ORIGIN) else { return Vec::new() };
    let mut found = Vec::new();
    if !origin.is_always {
        found.push(ConfigFinding::at(
            origin.at,
            "cors-hides-status",
            "the header is added to successful answers alone: of a 401 the page sees a network error",
            write(origin.name, origin.value),
        ));
    }
    if origin.value == "*" && named(CREDENTIALS).is_some_and(|header| header.value.eq_ignore_ascii_case("true")) {
        found.push(ConfigFinding::at(
            origin.at,
            "credentials-with-wildcard",
            "browsers refuse * together with Access-Control-Allow-Credentials: true",
            write(origin.name, "https://the.page's.origin"),
        ));
    }
    if let Some(allowed) = named(HEADERS).filter(|header| !lists_authorization(header.value)) {
        let value = if allowed.value == "*" { "Authorization, Content-Type".into() } else { format!("{}, Authorization", allowed.value) };
        found.push(ConfigFinding::at(
            allowed.at,
            "preflight-omits-authorization",
            "Authorization is not among the headers that a page may send (* does not cover it)",
            write(allowed.name, value.trim_start_matches(", ")),
        ));
    }
    found
}

/// A login that also the question before a request has to pass. `write` is what exempts it.
pub fn guarded<'p>(guard: impl Into<Place<'p>>, write: &str) -> ConfigFinding {
    let message = "a preflight (OPTIONS) is asked for a login too, and browsers never send one with it";
    ConfigFinding::at(guard, "preflight-refused", message, write)
}

/// True where a header of the list is Authorization, or where a variable decides.
fn lists_authorization(value: &str) -> bool {
    value.contains(['$', '%']) || value.split(',').any(|name| name.trim().eq_ignore_ascii_case("authorization"))
}

pub const ORIGIN: &str = "Access-Control-Allow-Origin";
const CREDENTIALS: &str = "Access-Control-Allow-Credentials";
const HEADERS: &str = "Access-Control-Allow-Headers";
