//! Asking the issuer of the open request's token for its keys, or for its endpoints.

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::dialogs::Overlay;
use crate::app::dialogs::oauth::OAuthForm;
use crate::app::effect::Effect;
use crate::app::ids::SendId;
use crate::app::model::{FetchedKeys, Model, Network, Tone};
use crate::app::workspace::discovery::{Discovery, DiscoveryStep, Purpose, Question};
use crate::domain::challenge;
use crate::domain::context::Origin;
use crate::domain::exchange::{Redirects, TransferOptions};
use crate::domain::oauth::{ServerMetadata, metadata_urls, read_metadata, read_resource_metadata, trusted};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::{echo::Echoes, quoted};
use crate::domain::time;
use crate::domain::token::keys::KeySet;

/// Names in a sentence; more are counted.
const MOST_NAMES: usize = 6;

impl Model {
    /// Asks whether to ask the issuer.
    pub(super) fn discover(&mut self, purpose: Purpose) {
        self.leave_editing();
        let Some(entry) = self.entry() else { return };
        let (request, issuer) = (entry.id, self.issuer());
        match self.first_question(purpose, issuer.as_deref()) {
            Ok(question) => {
                let about = self.about_question(purpose, &question);
                let (issuer, step) = (issuer.unwrap_or_default(), DiscoveryStep::Asking(question));
                self.overlay = Some(Overlay::Discover(Box::new(Discovery { request, purpose, issuer, step, about })));
            }
            Err(why) => self.notify(Tone::Bad, why),
        }
    }

    fn first_question(&self, purpose: Purpose, issuer: Option<&str>) -> Result<Question, String> {
        let configured = if purpose == Purpose::Introspection { self.introspection_url()? } else { None };
        if let Some(question) = configured.and_then(|url| self.introspection_at(url)) {
            return trusted(question.url().unwrap_or_default()).map(|_| question);
        }
        match (issuer, self.resource_metadata()) {
            (Some(issuer), _) => metadata_urls(issuer).map(Question::Issuer),
            (None, Some(url)) if purpose != Purpose::Keys => trusted(&url).map(|url| Question::Resource(url.into())),
            (None, _) if purpose == Purpose::Introspection => Err("Nothing says whom to ask: the token names no issuer (iss). Name it in \
                                                                   the expectations (e), or introspection_url=… in # @auth oauth2"
                .into()),
            _ => Err("The token names no issuer (iss), and the expectations (e) name none".into()),
        }
    }

    /// What would go where.
    fn about_question(&self, purpose: Purpose, question: &Question) -> Vec<String> {
        let url = question.url().unwrap_or_default();
        let of_metadata = |then: &str| vec![format!("GET {}", quoted(url)), format!("No credential is sent; {then}.")];
        let mut about = match (question, purpose) {
            (Question::Introspection { .. }, _) => self.about_introspection(url),
            (Question::Resource(_), _) => of_metadata("the authorization server that it names is asked next"),
            (_, Purpose::Keys) => {
                of_metadata("the key set that it names is fetched next, if it calls itself by the token's issuer exactly")
            }
            (_, Purpose::Endpoints) => {
                of_metadata("the endpoints that it names fill the form, if it calls itself by the token's issuer exactly")
            }
            (_, Purpose::Introspection) => of_metadata("you are asked again before the token goes to the address that it names"),
        };
        about.extend(self.lookalike_warning(url));
        about
    }

    /// The issuer of the token, else the expected one.
    fn issuer(&self) -> Option<String> {
        let entry = self.entry()?;
        let of_token = entry.token().and_then(|token| token.jws.claims.str("iss")).map(str::to_string);
        of_token.or_else(|| entry.exchange.context.issuer.first().cloned())
    }

    /// Where the resource says whom it trusts (RFC 9728 section 5.1).
    fn resource_metadata(&self) -> Option<String> {
        let answer = self.entry()?.exchange.answer.as_ref()?;
        let (challenges, _) = challenge::read_all(&answer.headers, "www-authenticate");
        challenges.iter().find_map(|challenge| challenge.get("resource_metadata")).map(str::to_string)
    }

    /// Whether an issuer or a resource is known that can be asked for endpoints.
    pub fn can_discover(&self) -> bool {
        self.issuer().is_some_and(|issuer| metadata_urls(&issuer).is_ok()) || self.resource_metadata().is_some()
    }

    /// Enter in the dialog.
    pub(super) fn continue_discovery(&mut self) -> Vec<Effect> {
        let Some(Overlay::Discover(discovery)) = &self.overlay else { return Vec::new() };
        match &discovery.step {
            DiscoveryStep::Asking(question) => {
                let question = question.clone();
                self.ask_issuer(question)
            }
            _ => {
                self.overlay = None;
                Vec::new()
            }
        }
    }

    fn ask_issuer(&mut self, question: Question) -> Vec<Effect> {
        let (id, now) = (SendId(self.number()), self.now);
        let Some(url) = question.url().map(str::to_string) else { return Vec::new() };
        let asked = match &question {
            Question::Introspection { token, .. } => self.introspection_request(&url, token, id),
            _ => {
                let headers = [("Accept", "application/json")].into_iter().collect();
                Ok((Request { method: "GET".into(), url: url.clone(), headers, ..Request::default() }, Echoes::default()))
            }
        };
        let (request, echoes) = match asked {
            Ok(asked) => asked,
            Err(why) => {
                self.discovery_ended(vec![format!("✗ {why}.")]);
                return Vec::new();
            }
        };
        let Some(Overlay::Discover(discovery)) = &mut self.overlay else { return Vec::new() };
        discovery.about = vec![format!("{} {}", request.method, quoted(&url))];
        discovery.step = DiscoveryStep::Sending { id, question, since: now, echoes };
        self.network = Network::Used;
        vec![Effect::Send(id, Box::new(request), TransferOptions { redirects: Redirects::Show, ..TransferOptions::default() })]
    }

    /// An answer; `None` if it is of another send.
    pub(super) fn discovery_answered(&mut self, id: SendId, answer: &Response) -> Option<Vec<Effect>> {
        let Some(Overlay::Discover(discovery)) = &mut self.overlay else { return None };
        let DiscoveryStep::Sending { id: running, question, echoes, .. } = &discovery.step else { return None };
        if *running != id {
            return None;
        }
        let (question, echoes) = (question.clone(), echoes.clone());
        let (purpose, issuer) = (discovery.purpose, discovery.issuer.clone());
        let next = match question {
            Question::Resource(url) => match read_resource_metadata(answer).and_then(|issuer| Ok((metadata_urls(&issuer)?, issuer))) {
                Ok((urls, issuer)) => {
                    discovery.issuer = issuer;
                    Some(Question::Issuer(urls))
                }
                Err(why) => {
                    self.discovery_ended(vec![format!("✗ {}: {why}.", quoted(&url))]);
                    None
                }
            },
            Question::Issuer(mut urls) => match read_metadata(answer, &issuer) {
                Ok(metadata) if purpose == Purpose::Endpoints => {
                    self.fill_form(&metadata);
                    None
                }
                Ok(metadata) if purpose == Purpose::Introspection => {
                    self.ask_for_introspection(metadata);
                    None
                }
                Ok(metadata) if metadata.jwks_uri.is_some() => Some(Question::Keys(Box::new(metadata))),
                Ok(_) => {
                    self.discovery_ended(vec![format!("✗ {} names no jwks_uri that can be asked.", quoted(&issuer))]);
                    None
                }
                // It describes itself at another of its addresses.
                Err(_) if answer.status >= 300 && urls.len() > 1 => {
                    urls.remove(0);
                    Some(Question::Issuer(urls))
                }
                Err(why) => {
                    let url = urls.first().map(|url| quoted(url)).unwrap_or_default();
                    self.discovery_ended(vec![format!("✗ {url}: {why}.")]);
                    None
                }
            },
            Question::Introspection { url, token } => {
                let said = self.introspected(&url, &token, &echoes, answer);
                self.discovery_ended(said);
                None
            }
            Question::Keys(metadata) => {
                self.keys_fetched(&issuer, metadata.jwks_uri.as_deref().unwrap_or_default(), answer);
                None
            }
        };
        Some(next.map(|question| self.ask_issuer(question)).unwrap_or_default())
    }

    /// A question was not answered; false if it is of another send.
    pub(super) fn discovery_failed(&mut self, id: SendId, why: &str) -> bool {
        let Some(Overlay::Discover(discovery)) = &self.overlay else { return false };
        let is_it = matches!(&discovery.step, DiscoveryStep::Sending { id: running, .. } if *running == id);
        if is_it {
            self.discovery_ended(vec![format!("✗ {why}.")]);
        }
        is_it
    }

    fn discovery_ended(&mut self, said: Vec<String>) {
        if let Some(Overlay::Discover(discovery)) = &mut self.overlay {
            discovery.about = said;
            discovery.step = DiscoveryStep::Ended;
        }
    }

    /// Asks again, now that it is known where the token would go.
    fn ask_for_introspection(&mut self, metadata: ServerMetadata) {
        let Some(question) = metadata.introspection_endpoint.and_then(|url| self.introspection_at(url)) else {
            let issuer = quoted(&metadata.issuer);
            return self.discovery_ended(vec![format!("✗ {issuer} names no introspection_endpoint: it cannot be asked about tokens.")]);
        };
        let about = self.about_question(Purpose::Introspection, &question);
        if let Some(Overlay::Discover(discovery)) = &mut self.overlay {
            (discovery.step, discovery.about) = (DiscoveryStep::Asking(question), about);
        }
    }

    /// Takes the key set for the request, and says what became of it since it was fetched last.
    fn keys_fetched(&mut self, issuer: &str, url: &str, answer: &Response) {
        let source = quoted(url);
        let read = match answer.is_success() {
            true => KeySet::read(&answer.body, url),
            false => Err(format!("the answer is {}", answer.status)),
        };
        let keys = match read {
            Ok(keys) => Arc::new(keys),
            Err(why) => return self.discovery_ended(vec![format!("✗ {source}: {why}.")]),
        };
        let now = self.now;
        let mut said = vec![format!("✓ {} from {source}.", counted(keys.keys.len()))];
        let kid = self.entry().and_then(|entry| entry.token()).and_then(|token| token.jws.header.str("kid")).map(str::to_string);
        if let Some(kid) = kid {
            let is_there = !keys.with_kid(&kid).is_empty();
            let names = named(&keys.names());
            said.push(match is_there {
                true => format!("The token's key {} is among them.", quoted(&kid)),
                false => format!("! The token's key {} is not one of them ({names}).", quoted(&kid)),
            });
        }
        if let Some(before) = self.fetched_keys.insert(issuer.to_string(), FetchedKeys { keys: Arc::clone(&keys), at: now }) {
            said.push(since(&before, &keys));
        }
        if let Some(entry) = self.entry_mut() {
            entry.exchange.context.keys = Some(keys);
            entry.exchange.context.origins.insert("jwks", Origin::Session);
            entry.forget();
        }
        self.discovery_ended(said);
    }

    /// Opens the form with the endpoints that the server names.
    fn fill_form(&mut self, metadata: &ServerMetadata) {
        self.set_up_auth();
        let Some(Overlay::OAuth(form)) = &mut self.overlay else { return };
        let issuer = quoted(&metadata.issuer);
        match form.fill(metadata) {
            true => self.notify(Tone::Good, format!("Filled in from {issuer}; choose how the token is obtained")),
            false => self.notify(Tone::Bad, format!("{issuer} names no token endpoint that can be used")),
        }
    }

    /// Esc in the dialog.
    pub(super) fn stop_discovery(&mut self) -> Vec<Effect> {
        let Some(Overlay::Discover(discovery)) = self.overlay.take() else { return Vec::new() };
        match discovery.step {
            DiscoveryStep::Sending { id, .. } => vec![Effect::Cancel(id)],
            _ => Vec::new(),
        }
    }
}

impl OAuthForm {
    /// Fills in the endpoints that a server names; false without a token endpoint.
    fn fill(&mut self, metadata: &ServerMetadata) -> bool {
        use crate::app::dialogs::oauth::OAuthField::{AuthUrl, DeviceUrl, TokenUrl};
        for (field, endpoint) in [
            (TokenUrl, &metadata.token_endpoint),
            (AuthUrl, &metadata.authorization_endpoint),
            (DeviceUrl, &metadata.device_authorization_endpoint),
        ] {
            if let Some(endpoint) = endpoint.as_deref().filter(|endpoint| is_plain(endpoint)) {
                self.set(field, endpoint);
            }
        }
        metadata.token_endpoint.as_deref().is_some_and(is_plain)
    }
}

/// What a server wrote is no place for a variable, nor for the end of a word.
fn is_plain(endpoint: &str) -> bool {
    !endpoint.contains("{{") && !endpoint.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
}

/// Which keys came and went.
fn since(before: &FetchedKeys, now: &KeySet) -> String {
    let (old, new) = (before.keys.names(), now.names());
    let missing = |from: &[String], of: &[String]| {
        let of: HashSet<&String> = of.iter().collect();
        from.iter().filter(|name| !of.contains(name)).cloned().collect::<Vec<_>>()
    };
    let (came, went) = (missing(&new, &old), missing(&old, &new));
    let at = time::clock(before.at);
    match (came.as_slice(), went.as_slice()) {
        ([], []) => format!("They are the same as at {at}."),
        (came, []) => format!("New since {at}: {}.", named(came)),
        ([], went) => format!("Gone since {at}: {}.", named(went)),
        (came, went) => format!("Since {at} the issuer has added {} and dropped {}.", named(came), named(went)),
    }
}

fn counted(keys: usize) -> String {
    if keys == 1 { "1 key".into() } else { format!("{keys} keys") }
}

fn named(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| quoted(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
