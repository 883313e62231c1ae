//! What a renewal says: what would go where, and what came of it.

use crate::app::workspace::sending::RenewedSend;
use jiff::Timestamp;
use url::form_urlencoded::byte_serialize;

use crate::domain::oauth::{ClientAuth, DeviceCode, Grant, OAuthConfig, Obtaining, Parameter, TokenSet, trusted};
use crate::domain::secrecy::{self, quoted};
use crate::domain::time::human;
use crate::domain::token::jws::Jws;
use crate::domain::visible::visible;

/// What would go where.
pub fn about_renewal(config: &OAuthConfig, by: &Obtaining, refused: Option<&RenewedSend>, now: Timestamp) -> Vec<String> {
    let shown = |url: &str| quoted(&secrecy::replaced_in_url(url, "…"));
    let token_url = shown(&config.token_url);
    let is_refresh = matches!(by, Obtaining::Refresh(_));
    let mut about = vec![match config.grant {
        _ if is_refresh => format!("POST {token_url}"),
        Grant::AuthorizationCode => format!("Your browser opens {}. Its code goes to {token_url}.", shown(&config.auth_url)),
        Grant::DeviceCode => {
            format!("POST {}. You log in elsewhere, and {token_url} is asked until you did.", shown(&config.device_url))
        }
        _ => format!("POST {token_url}"),
    }];
    let grant = if is_refresh { "by the refresh token of this session".into() } else { format!("by {}", config.grant.title()) };
    let client = client(config);
    let scope = if config.scope.is_empty() { String::new() } else { format!(", scope {}", visible(&config.scope)) };
    let parameters: String = config.parameters.iter().map(|p| format!(", {} {}", quoted(&p.name), parameter(p))).collect();
    about.push(format!("A token {grant}, for {client}{scope}{parameters}."));
    if config.grant == Grant::Password && !is_refresh {
        about.push(format!("The password of {} goes to that server. OAuth 2.1 no longer has this grant.", quoted(&config.username)));
    }
    let is_open = |url: &str| !url.is_empty() && trusted(url).is_err();
    if [&config.token_url, &config.auth_url, &config.device_url].into_iter().any(|url| is_open(url)) {
        about.push("! It is not encrypted: secrets go over http.".into());
    }
    if let Some(renewed) = refused {
        let age = age(renewed.obtained_at, now);
        about.push(format!("A token that was obtained {age} ago was refused too: another one of the same kind will hardly be accepted."));
    }
    about
}

/// The client, and how it says who it is.
pub fn client(config: &OAuthConfig) -> String {
    match (config.client_id.as_str(), config.client_auth) {
        ("", _) => "no client".to_string(),
        (client, ClientAuth::PrivateKeyJwt) => format!("the client {} with an assertion signed by its key", visible(client)),
        (client, ClientAuth::Certificate) => format!("the client {} with its certificate", visible(client)),
        (client, _) if config.client_secret.is_empty() => format!("the client {} without a secret", visible(client)),
        (client, ClientAuth::Basic) => format!("the client {} with its secret in a Basic login", visible(client)),
        (client, ClientAuth::Body) => format!("the client {} with its secret in the body", visible(client)),
        (client, ClientAuth::None) => format!("the client {}", visible(client)),
    }
}

/// The value of a parameter, unless its name or the value itself says that it is a secret.
fn parameter(parameter: &Parameter) -> String {
    let is_secret = !secrecy::in_url(&format!("?{}={}", parameter.name, parameter.value)).is_empty();
    if is_secret { "…".into() } else { quoted(&secrecy::replaced_in_url(&parameter.value, "…")) }
}

/// The address of a login without the parameters of the configuration that are secrets. State and challenge stay: somebody may have to
/// type it.
pub fn shown_address(config: &OAuthConfig, url: &str) -> String {
    let secret = config.parameters.iter().filter(|one| parameter(one) == "…");
    secret.fold(url.to_string(), |shown, one| {
        let encoded: String = byte_serialize(one.value.as_bytes()).collect();
        shown.replace(&format!("={encoded}"), "=…")
    })
}

/// What the user does elsewhere.
pub fn about_device(code: &DeviceCode) -> Vec<String> {
    vec![format!("Open {} on any device", quoted(&code.verification_uri)), format!("and type the code {}", visible(&code.user_code))]
}

/// What is to say of new tokens.
pub fn about_tokens(tokens: &TokenSet, config: &OAuthConfig, old: Option<&str>, now: Timestamp) -> Vec<String> {
    let life = match tokens.expires_in {
        Some(seconds) => format!("It is good for {}", human(seconds as f64)),
        None => "The answer does not say how long it is good for".into(),
    };
    let refresh = if tokens.refresh_token.is_some() { ", and there is a refresh token for the next one" } else { "" };
    let mut about = vec![format!("✓ {life}{refresh}.")];
    if old == Some(tokens.access_token.as_str()) {
        about.push("! It is the same token as before: the server handed it out again.".into());
    }
    if let Some(granted) = &tokens.scope {
        let has = |scope: &&str| granted.split([' ', ',']).any(|one| one == *scope);
        let refused: Vec<&str> = config.scope.split_whitespace().filter(|scope| !has(scope)).collect();
        if refused.is_empty() {
            about.push(format!("Scope: {}.", visible(granted)));
        } else {
            about.push(format!("! Granted is the scope {}; not granted: {}.", visible(granted), visible(&refused.join(" "))));
        }
    }
    let view = Jws::read(&tokens.access_token);
    if let Some(exp) = view.claims.get("exp").and_then(serde_json::Value::as_f64).filter(|exp| *exp <= now.as_second() as f64) {
        let ago = human(now.as_second() as f64 - exp);
        about.push(format!("! Its exp was {ago} ago by this machine's clock: one of the clocks is wrong."));
    }
    about
}

/// How old something is.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    human((now.as_second() - since.as_second()).max(1) as f64)
}

/// Names in a sentence.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_string(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
