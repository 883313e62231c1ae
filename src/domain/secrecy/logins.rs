//! A name and a password in one value: `user=ann:secret`, `"login": ["ann", "secret"]`.

use super::plain;
use crate::domain::span::Span;

/// Names of values that hold both.
const NAMES: [&str; 12] =
    ["user", "username", "user_name", "login", "logon", "signin", "userpass", "userpwd", "user_pass", "basic", "basicauth", "basic_auth"];

/// True for the name of a user or a login, in whose value a password may follow.
pub fn is_login(name: &str) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}

/// The password behind the colon of such a value. What is plainly a word or a number is none: `user=1000:1000`, `user: role:admin`.
pub fn password(name: &str, value: &str) -> Option<Span> {
    if !is_login(name) {
        return None;
    }
    let (user, password) = value.split_once(':')?;
    let is_user = !user.is_empty() && user.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+' | '\\'));
    let is_password = !password.starts_with("//") && !password.contains(char::is_whitespace) && !plain::is_plain(password);
    let is_known = ["urn", "acct", "arn", "mailto"].iter().any(|scheme| scheme.eq_ignore_ascii_case(user));
    (is_user && is_password && !is_known).then(|| Span::new(user.len() + 1, value.len()))
}
