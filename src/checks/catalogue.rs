//! The one list of all checks, in the order of the checklist.

use super::Check;
use super::address as a;
use super::browser as b;
use super::credentials as c;
use super::oauth as o;
use super::session as s;
use super::signing as g;
use super::token as t;
use super::transit as w;

/// Every check.
pub static ALL: &[&Check] = &[
    // Credentials
    &c::missing::MISSING,
    &c::misspelled::MISSPELLED,
    &c::duplicated::DUPLICATED,
    &c::place::PLACE,
    &c::scheme_missing::CHECK,
    &c::scheme::CHECK,
    &c::scheme_malformed::CHECK,
    &c::unusual::UNUSUAL,
    &c::empty::EMPTY,
    &c::whitespace::WHITESPACE,
    &c::quoted::QUOTED,
    &c::invisible::INVISIBLE,
    &c::placeholder::PLACEHOLDER,
    &c::wrapped::WRAPPED,
    &c::url_encoded::URL_ENCODED,
    &c::too_large::TOO_LARGE,
    &c::basic::NOT_BASE64,
    &c::basic::WITHOUT_COLON,
    &c::basic::TRAILING_NEWLINE,
    &c::basic::CHARSET,
    &c::basic::REJECTED,
    &c::password::PASSWORD,
    &c::digest::STALE_NONCE,
    &c::digest::CHALLENGE_MISMATCH,
    &c::digest::URI_MISMATCH,
    &c::digest::REJECTED,
    &c::needless::NEEDLESS,
    &c::username::USERNAME,
    &c::tenant::TENANT,
    &c::environment::ENVIRONMENT,
    &g::incomplete::INCOMPLETE,
    &g::mismatch::MISMATCH,
    // Token
    &t::form::MALFORMED,
    &t::form::NOT_A_JWT,
    &t::signature::ALGORITHM,
    &t::signature::KEY_UNKNOWN,
    &t::signature::INVALID,
    &t::times::MALFORMED,
    &t::lifetime::EXPIRED,
    &t::lifetime::EXPIRING,
    &t::lifetime::LONG,
    &t::not_yet::NOT_YET,
    &t::clock::SKEWED,
    &t::audience::ISSUER,
    &t::audience::AUDIENCE,
    &t::claims::MISSING,
    &t::kind::KIND,
    &t::scope::SCOPE,
    &t::possession::POSSESSION,
    &t::certificate::CERTIFICATE,
    &t::rejected::REJECTED,
    // Session and browser
    &s::missing::MISSING,
    &s::expired::EXPIRED,
    &s::rejected::REJECTED,
    &s::withheld::WITHHELD,
    &s::duplicated::DUPLICATED,
    &s::unsafe_cookie::UNSAFE,
    &s::csrf_token_missing::MISSING,
    &s::login_required::REQUIRED,
    &b::preflight_refused::REFUSED,
    &b::preflight_omits_authorization::OMITS,
    &b::origin_not_allowed::NOT_ALLOWED,
    &b::credentials::WITH_WILDCARD,
    &b::credentials::NOT_ALLOWED,
    &b::hides_status::HIDES,
    &b::omits_credentials::OMITS,
    &b::origin_refused::REFUSED,
    // Address and the way there
    &a::suspicious::SUSPICIOUS,
    &a::host::HOST,
    &a::path::CASE,
    &a::path::SLASH,
    &a::plain_http::PLAIN,
    &w::dropped::DROPPED,
    &w::stripped::STRIPPED,
    &w::method_changed::METHOD_CHANGED,
    &a::misread::MISREAD,
    &w::cache::CACHED,
    &w::cache::DENIAL,
    &w::cache::PRIVATE,
    &w::proxy::PROXY,
    &w::intermediary::INTERMEDIARY,
    &w::route_unknown::ROUTE_UNKNOWN,
    &w::user_agent::USER_AGENT,
    &w::rate::RATE,
    &w::permission::ADDRESS,
    &w::unreachable::UNREACHABLE,
    &w::two_layers::TWO_LAYERS,
    &w::upstream::UPSTREAM,
    &w::connection_bound::CONNECTION_BOUND,
    &w::instances::INSTANCES,
    &w::permission::PERMISSION,
    &w::account::ACCOUNT,
    &w::single_sign_on::SINGLE_SIGN_ON,
    &w::entitlement::ENTITLEMENT,
    &w::first_step::FIRST_STEP,
    &w::public_path::PUBLIC,
    &w::first_step::CHALLENGE_MISSING,
    &w::first_step::CHALLENGE_MALFORMED,
    // OAuth
    &o::redirect_uri::REDIRECT_URI,
    &o::client::CLIENT,
    &o::grant::GRANT,
    &o::second_factor::SECOND_FACTOR,
];

/// The check of that name.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|c| c.id == id)
}

#[cfg(test)]
mod tests {
    use super::{ALL, find};

    #[test]
    fn names_are_unique_and_every_text_has_its_headings() {
        for (i, check) in ALL.iter().enumerate() {
            assert!(!ALL[..i].iter().any(|c| c.id == check.id), "{} is listed twice", check.id);
            assert!(check.explains.iter().all(|effect| find(effect).is_some()), "{}: {:?}", check.id, check.explains);
            for heading in [
                "# What it looks at",
                "# Why a server answers 401 to it",
                "# How to prove it",
                "# How to fix it",
                "# Example",
                "# References",
            ] {
                assert!(check.doc.contains(heading), "{}: {heading}", check.id);
            }
        }
    }
}
