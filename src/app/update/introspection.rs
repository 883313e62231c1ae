//! Asking the issuer of the open request's token what it knows of it.

use crate::app::ids::SendId;
use crate::app::model::Model;
use crate::app::update::renew::words::client;
use crate::app::workspace::discovery::Question;
use crate::checks::mask::secrets_in;
use crate::domain::oauth::{ClientAuth, Introspection, OAuthConfig, client_assertion, introspection_request, read_introspection};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::{echo::Echoes, quoted, replace};
use crate::domain::site::WebOrigin;
use crate::domain::time::{self, human};

impl Model {
    /// The question about the token, at an endpoint.
    pub(super) fn introspection_at(&self, url: String) -> Option<Question> {
        let token = self.entry()?.token()?.jws.text.clone();
        Some(Question::Introspection { url, token })
    }

    /// Where the configuration of the request says that questions about tokens go.
    ///
    /// # Errors
    /// What the configuration lacks, as a sentence: the address that a token names is no substitute for it.
    pub(super) fn introspection_url(&self) -> Result<Option<String>, String> {
        let read = match self.file().and_then(|file| file.auth_config(self.at.entry)) {
            None => return Ok(None),
            Some(read) => read?,
        };
        match read.unresolved.first() {
            Some((name, why)) => Err(format!("Nothing is asked: {{{{{}}}}} {why}", quoted(name))),
            None => Ok(Some(read.config.introspection_url).filter(|url| !url.is_empty())),
        }
    }

    /// How the token of the open request is obtained, if all of that is known.
    fn configured_client(&self) -> Option<OAuthConfig> {
        let read = self.file()?.auth_config(self.at.entry)?.ok()?;
        read.unresolved.is_empty().then_some(read.config)
    }

    /// The client that asks at an endpoint. That of the configuration does at its own server only: the endpoint may be one that the
    /// token names, and a token is easily made.
    fn asking_client(&self, url: &str) -> OAuthConfig {
        let nobody = OAuthConfig { client_auth: ClientAuth::None, ..OAuthConfig::default() };
        let is_same_origin = |other: &str| WebOrigin::of(url).is_some_and(|origin| WebOrigin::of(other) == Some(origin));
        let is_its_own = |config: &OAuthConfig| url == config.introspection_url || is_same_origin(&config.token_url);
        self.configured_client().filter(is_its_own).unwrap_or(nobody)
    }

    /// What would go where.
    pub(super) fn about_introspection(&self, url: &str) -> Vec<String> {
        let post = format!("POST {}", quoted(url));
        let asking = self.asking_client(url);
        if !asking.client_id.is_empty() {
            return vec![post, format!("The token goes there, for {}.", client(&asking))];
        }
        let other = self.configured_client().map(|config| config.client_id).filter(|id| !id.is_empty());
        let why = match other {
            Some(id) => format!("! The client {} is of another server, and is not named to this one.", quoted(&id)),
            None => "Most servers answer only a client that they know: # @auth oauth2 token_url=… client_id=… client_secret=….".into(),
        };
        vec![post, "The token goes there, and no client's name.".into(), why]
    }

    /// The request that asks, and the secrets in it.
    ///
    /// # Errors
    /// Why the client's key cannot sign, as a sentence.
    pub(super) fn introspection_request(&self, url: &str, token: &str, id: SendId) -> Result<(Request, Echoes), String> {
        let (config, now) = (self.asking_client(url), self.now);
        let assertion = client_assertion(&config, url, now, &format!("{}-{}", now.as_nanosecond(), id.0))?;
        let request = introspection_request(&config, url, token, assertion.as_deref());
        // A Basic login has the secret in another form than the configuration.
        let own = [config.client_secret, config.client_key, token.to_string()].into_iter().filter(|secret| !secret.is_empty());
        let echoes = Echoes::new(own.chain(secrets_in(&request)).collect::<Vec<_>>());
        Ok((request, echoes))
    }

    /// Takes what the server said for the request, and returns how to say it.
    pub(super) fn introspected(&mut self, url: &str, token: &str, secrets: &Echoes, answer: &Response) -> Vec<String> {
        let hidden = |text: &str| replace(text, &secrets.find(text), |_| "…".to_string());
        match read_introspection(answer, token, self.now) {
            Ok(said) => {
                let said = said.map(hidden);
                let told = told(&said);
                if let Some(entry) = self.entry_mut() {
                    entry.exchange.context.introspection = Some(said);
                    entry.forget();
                }
                told
            }
            Err(why) => vec![hidden(&format!("✗ {}: {}.", quoted(url), quoted(&why)))],
        }
    }
}

/// Members of an answer that are shown: a dialog has no place for more.
const MOST_MEMBERS: usize = 8;

/// What the server said, in paragraphs.
fn told(said: &Introspection) -> Vec<String> {
    if !said.is_active {
        return vec![
            "✗ The token is not active.".into(),
            "It expired, was revoked, or is of another server: the answer does not tell which. A new token is needed.".into(),
        ];
    }
    let member = |(name, value): &(String, String)| match (name.as_str(), value.parse::<i64>().ok()) {
        ("exp" | "iat" | "nbf", Some(seconds)) => format!("{name}: {}", when(seconds, said)),
        _ => format!("{}: {}", quoted(name), quoted(value)),
    };
    let mut told = vec!["✓ The token is active.".to_string()];
    told.extend(said.members.iter().take(MOST_MEMBERS).map(member));
    let more = said.members.len().saturating_sub(MOST_MEMBERS);
    told.extend((more > 0).then(|| format!("and {more} more")));
    told
}

/// A time of the answer, beside how far it is from that of the question.
fn when(seconds: i64, said: &Introspection) -> String {
    let Ok(moment) = jiff::Timestamp::from_second(seconds) else { return seconds.to_string() };
    let distance = (seconds - said.at.as_second()) as f64;
    let relative = if distance >= 0.0 { format!("in {}", human(distance)) } else { format!("{} ago", human(-distance)) };
    format!("{} ({relative})", time::short(moment))
}
