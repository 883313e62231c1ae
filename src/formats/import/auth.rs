//! Auth as it reaches a request: inherited from the collection and its folders, and put into what goes out.

use super::collection::{Auth, Folder, KeyPlace, OAuth2, SavedRequest, Tool};
use super::literal::Literals;
use crate::domain::context::{AuthLevel, AuthSource};
use crate::domain::request::Request;
use crate::formats::variables::placeholders;

/// The auth that counts for a request, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveAuth<'a> {
    /// The auth; never [`Auth::Inherit`].
    pub auth: &'a Auth,
    /// The level that it is from.
    pub source: AuthSource,
}

/// Follows the inheritance of a request from the inside out; `around` are the folders, the collection first.
pub fn effective<'a>(tool: Tool, around: &[&'a Folder], request: &'a SavedRequest) -> EffectiveAuth<'a> {
    let source = |auth: &Auth, level, name: &str| AuthSource {
        tool: tool.name().into(),
        auth: auth.label().map(str::to_string),
        level,
        name: name.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    if request.auth != Auth::Inherit {
        return EffectiveAuth { auth: &request.auth, source: source(&request.auth, AuthLevel::Request, "") };
    }
    let decides = around.iter().enumerate().rev().find(|(_, folder)| folder.auth != Auth::Inherit);
    match (decides, around.first()) {
        (Some((0, folder)), _) => EffectiveAuth { auth: &folder.auth, source: source(&folder.auth, AuthLevel::Collection, &folder.name) },
        (Some((_, folder)), _) => EffectiveAuth { auth: &folder.auth, source: source(&folder.auth, AuthLevel::Folder, &folder.name) },
        (None, collection) => {
            let name = collection.map_or("", |collection| &collection.name);
            EffectiveAuth { auth: &Auth::None, source: source(&Auth::None, AuthLevel::Collection, name) }
        }
    }
}

/// Puts auth into a request as the tool does on sending. Returns why it cannot be, if it cannot.
pub(super) fn apply(auth: &Auth, request: &mut Request, literals: &mut Literals) -> Option<String> {
    match auth {
        Auth::Inherit | Auth::None => None,
        Auth::Bearer { token, prefix } => {
            if !token.is_empty() {
                authorize(request, &format!("{prefix} {}", literals.hidden("token", token)));
            }
            None
        }
        Auth::Basic { username, password } => {
            let pair = basic(username, &literals.hidden("password", password));
            authorize(request, &format!("Basic {}", pair.unwrap_or_else(|| encoded(username, password, literals))));
            None
        }
        Auth::ApiKey { name, value, place } => {
            api_key(request, name, &literals.hidden(name, value), *place);
            None
        }
        Auth::Digest { .. } => Some("Digest auth is the answer to a challenge, which the file cannot hold: it is not carried over".into()),
        Auth::OAuth2(oauth) => oauth2(oauth, request, literals),
        Auth::AwsSigV4 => Some("AWS Signature is computed on sending and is not carried over: the request goes out unsigned".into()),
        Auth::Other(name) => Some(format!("{name} auth is computed on sending and is not carried over")),
    }
}

/// Replaces `Authorization`, which auth does in every tool.
fn authorize(request: &mut Request, value: &str) {
    request.headers.0.retain(|header| !header.name.eq_ignore_ascii_case("authorization"));
    request.headers.push("Authorization", value.trim());
}

/// `user password` as the format has it; `None` where it could not be told where the password begins.
fn basic(username: &str, password: &str) -> Option<String> {
    if username.contains(char::is_whitespace) && placeholders(username).next().is_none() {
        return None;
    }
    let gap = if username.is_empty() || password.is_empty() { ":" } else { " " };
    Some(format!("{username}{gap}{password}"))
}

fn encoded(username: &str, password: &str, literals: &mut Literals) -> String {
    literals.hidden("basic_credential", &crate::domain::basic::encode(username, password))
}

fn api_key(request: &mut Request, name: &str, value: &str, place: KeyPlace) {
    if name.is_empty() {
        return;
    }
    match place {
        KeyPlace::Header => {
            request.headers.0.retain(|header| !header.name.eq_ignore_ascii_case(name));
            request.headers.push(name, value);
        }
        KeyPlace::Query => {
            let (rest, fragment) = request.url.split_once('#').map_or((request.url.as_str(), None), |(rest, end)| (rest, Some(end)));
            let mark = if rest.contains('?') { '&' } else { '?' };
            let fragment = fragment.map_or_else(String::new, |end| format!("#{end}"));
            request.url = format!("{rest}{mark}{name}={value}{fragment}");
        }
        KeyPlace::Cookie => {
            let pair = format!("{name}={value}");
            match request.headers.0.iter_mut().find(|header| header.name.eq_ignore_ascii_case("cookie")) {
                Some(cookie) => cookie.value = format!("{}; {pair}", cookie.value),
                None => request.headers.push("Cookie", pair),
            }
        }
    }
}

/// The variable that holds the token where none is known.
const ACCESS_TOKEN: &str = "access_token";

fn oauth2(oauth: &OAuth2, request: &mut Request, literals: &mut Literals) -> Option<String> {
    let token = match oauth.access_token.as_str() {
        "" => format!("{{{{{ACCESS_TOKEN}}}}}"),
        token => literals.hidden(ACCESS_TOKEN, token),
    };
    match &oauth.query_parameter {
        Some(name) => api_key(request, name, &token, KeyPlace::Query),
        None => authorize(request, &format!("{} {token}", oauth.prefix)),
    }
    let grant = match oauth.grant.as_str() {
        "" => "OAuth 2".to_string(),
        grant => format!("OAuth 2 ({})", grant.replace('_', " ")),
    };
    let from = if oauth.token_url.is_empty() { String::new() } else { format!(" from {}", oauth.token_url) };
    let missing = || format!("the token of {grant} is not fetched{from}: put it into the variable {ACCESS_TOKEN}");
    oauth.access_token.is_empty().then(missing)
}
