//! The system's keyring: it is read for what the user sends, and keeps tokens where the configuration says so.

use std::collections::BTreeMap;

use url::Url;

use crate::app::config::TokenStore;
use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::ids::{RequestId, RequestPosition, SendId};
use crate::app::model::{Focus, Model, Tone};
use crate::app::workspace::discovery::Purpose;
use crate::app::workspace::keyring::{AfterKeyring, KeyringAnswer, KeyringItem, KeyringQuestion};
use crate::app::workspace::sending::{Failure, SendState};
use crate::domain::exchange::Certificates;
use crate::domain::oauth::TokenSet;
use crate::domain::response::Response;
use crate::domain::secrecy::{MASK, quoted};
use crate::formats::kept_tokens;
use crate::formats::variables::tokens::{TokenKey, token_of};

impl Model {
    /// Reads what the open request needs of the keyring for something; `None` if it needs nothing of it.
    pub(super) fn read_keyring(&mut self, then: AfterKeyring) -> Option<Vec<Effect>> {
        if self.running().is_some() {
            return None;
        }
        let file = self.file()?;
        let entries = match then {
            AfterKeyring::Send { .. } | AfterKeyring::TryVariants => file.keyring_entries(self.at.entry),
            AfterKeyring::Renew | AfterKeyring::Introspect => file.keyring_entries_of_auth(self.at.entry),
        };
        let tokens = self.tokens_to_ask_for(then).map(KeyringItem::Tokens);
        let wanted: Vec<KeyringItem> = entries.into_iter().map(KeyringItem::Secret).chain(tokens).collect();
        if wanted.is_empty() {
            return None;
        }
        let (id, now) = (SendId(self.number()), self.now);
        self.entry_mut()?.sending = SendState::begin(id, "reading the keyring", now);
        Some(vec![Effect::ReadKeyring { id, wanted, then }])
    }

    /// The configuration whose tokens may be in the keyring.
    fn tokens_to_ask_for(&self, then: AfterKeyring) -> Option<TokenKey> {
        let is_needed = match then {
            AfterKeyring::Send { .. } | AfterKeyring::TryVariants => {
                self.entry()?.unresolved().iter().any(|(name, _)| token_of(name).is_some())
            }
            AfterKeyring::Renew => true,
            AfterKeyring::Introspect => false,
        };
        let key = self.key_of_tokens(self.at).filter(|_| is_needed)?;
        // Another session may have used up a refresh token and have kept the next one.
        let is_asked = then == AfterKeyring::Renew || self.tokens.get(&key).is_none() && !self.asked_keyring.contains(&key);
        is_asked.then_some(key)
    }

    /// What the tokens of a request are kept under, where they are kept in the keyring.
    fn key_of_tokens(&self, at: RequestPosition) -> Option<TokenKey> {
        if self.keep_tokens != TokenStore::Keyring {
            return None;
        }
        let config = self.files.get(at.file)?.auth_config(at.entry)?.ok()?.config;
        Some(TokenKey::of(&self.environment, &config))
    }

    /// The keyring was read: goes on with what it was read for, if the user is still there.
    pub(super) fn keyring_read(&mut self, id: SendId, read: Vec<(KeyringItem, KeyringAnswer)>, then: AfterKeyring) -> Vec<Effect> {
        // It may have been stopped, or the request deleted.
        let Some(at) = self.place_of_send(id) else { return Vec::new() };
        let (mut values, mut faults, mut effects) = (BTreeMap::new(), Vec::new(), Vec::new());
        for (item, answer) in read {
            match item {
                KeyringItem::Secret(name) => match value(&name, answer) {
                    Ok(value) => _ = values.insert(name, value),
                    Err(why) => faults.push(why),
                },
                KeyringItem::Tokens(key) => effects.extend(self.tokens_read(key, answer)),
            }
        }
        faults.dedup();
        let is_same = match then {
            AfterKeyring::Send { text, .. } => self.entry().is_some_and(|entry| entry.text_number() == text),
            _ => self.focus != Focus::Editing,
        };
        if faults.is_empty() && (at != self.at || self.overlay.is_some() || !is_same) {
            faults.push("you went on while the keyring was read; send it again".into());
        }
        self.entry_at(at, SendState::Idle);
        if !faults.is_empty() {
            let why = faults.join("; ");
            match then {
                AfterKeyring::Send { .. } => self.entry_at(at, SendState::Failed(id, why, Failure::Other)),
                _ => self.notify(Tone::Bad, format!("Nothing was sent: {why}")),
            }
            return effects;
        }
        if let Some(file) = self.files.get_mut(at.file).filter(|_| !values.is_empty()) {
            file.fill_from_keyring(&values);
        }
        self.share_tokens();
        match then {
            AfterKeyring::Send { certificates, .. } => {
                effects.extend(self.send_with_secrets(certificates, &values));
                self.go_on_as(id);
            }
            AfterKeyring::TryVariants => self.show_trials(),
            AfterKeyring::Renew => self.ask_to_renew(),
            AfterKeyring::Introspect => self.discover(Purpose::Introspection),
        }
        effects
    }

    /// Sends the open request, but asks first if a secret of the keyring would go to a host that it did not go to in this session: the
    /// file may be somebody else's.
    fn send_with_secrets(&mut self, certificates: Certificates, values: &BTreeMap<String, String>) -> Vec<Effect> {
        let url = self.entry().and_then(|entry| Url::parse(&entry.exchange.request.url).ok());
        let Some(origin) = url.map(|url| url.origin().ascii_serialization()) else { return self.send_filled(certificates) };
        let is_new = |name: &&String| !self.keyring_origins.contains(&((*name).clone(), origin.clone()));
        let names: Vec<String> = values.keys().filter(is_new).cloned().collect();
        if names.is_empty() {
            return self.send_filled(certificates);
        }
        let shown_origin = values.values().fold(origin.clone(), |shown, value| shown.replace(&value.to_lowercase(), MASK));
        self.overlay = Some(Overlay::SendSecrets(KeyringQuestion { names, origin, shown_origin, certificates }));
        Vec::new()
    }

    /// The user wants them to go there.
    pub(super) fn send_secrets(&mut self) -> Vec<Effect> {
        let Some(Overlay::SendSecrets(question)) = self.overlay.take() else { return Vec::new() };
        self.keyring_origins.extend(question.names.into_iter().map(|name| (name, question.origin.clone())));
        self.send_filled(question.certificates)
    }

    /// What waits for the answer to a send waits for that of the one that followed from it.
    fn go_on_as(&mut self, id: SendId) {
        let Some(running) = self.running() else { return };
        if let Some(next) = self.next_send.as_mut().filter(|next| next.after == id) {
            next.after = running;
        }
        if let Some(renewed) = self.renewed.as_mut().filter(|renewed| renewed.send == id) {
            renewed.send = running;
        }
    }

    fn place_of_send(&self, id: SendId) -> Option<RequestPosition> {
        let places =
            self.files.iter().enumerate().flat_map(|(file, f)| (0..f.entries.len()).map(move |entry| RequestPosition { file, entry }));
        let is_it = |at: &RequestPosition| {
            let entry = self.files.get(at.file).and_then(|file| file.entries.get(at.entry));
            entry.is_some_and(|entry| matches!(entry.sending, SendState::Running { id: running, .. } if running == id))
        };
        places.into_iter().find(is_it)
    }

    fn entry_at(&mut self, at: RequestPosition, sending: SendState) {
        if let Some(entry) = self.files.get_mut(at.file).and_then(|file| file.entries.get_mut(at.entry)) {
            entry.sending = sending;
        }
    }

    /// Takes over the tokens that the keyring had for a configuration.
    fn tokens_read(&mut self, key: TokenKey, answer: KeyringAnswer) -> Option<Effect> {
        self.asked_keyring.insert(key.clone());
        let text = match answer {
            Ok(text) => text?,
            Err(why) => {
                self.notify(Tone::Bad, format!("The tokens kept for “{}” cannot be used: {why}", quoted(&key.id)));
                return None;
            }
        };
        match kept_tokens::read(&text, &key, self.now) {
            Ok(Some(tokens)) => {
                if self.tokens.get(&key).is_none_or(|held| held.obtained_at < tokens.obtained_at) {
                    self.tokens.insert(key, tokens);
                }
                None
            }
            Ok(None) => Some(Effect::DropToken(key, None)),
            Err(why) => {
                self.notify(Tone::Bad, format!("The tokens kept for “{}” cannot be used: {why}", quoted(&key.id)));
                None
            }
        }
    }

    /// Keeps the tokens of a configuration for this session, and in the keyring where that is set.
    pub(super) fn keep_tokens(&mut self, key: TokenKey, tokens: TokenSet) -> Vec<Effect> {
        let kept = match self.keep_tokens {
            TokenStore::Memory => Vec::new(),
            TokenStore::Keyring => vec![Effect::KeepTokens(key.clone(), Box::new(tokens.clone()))],
        };
        self.tokens.insert(key, tokens);
        kept
    }

    /// The refresh token of a configuration was refused.
    pub(super) fn drop_refresh_token(&mut self, key: TokenKey) -> Vec<Effect> {
        let Some(held) = self.tokens.get(&key).cloned() else { return Vec::new() };
        let refused = held.refresh_token.clone().filter(|_| self.keep_tokens == TokenStore::Keyring);
        match held.access_token.is_empty() {
            true => self.tokens.remove(&key),
            false => self.tokens.insert(key.clone(), TokenSet { refresh_token: None, ..held }),
        }
        refused.map(|refused| Effect::DropToken(key, Some(refused))).into_iter().collect()
    }

    /// After an answer: the keyring does not keep the token that was refused.
    pub(super) fn judge_kept(&self, request: RequestId, answer: &Response) -> Option<Effect> {
        if answer.status != 401 {
            return None;
        }
        let at = self.find(request)?;
        let key = self.key_of_tokens(at)?;
        let is_asked_for = self.files.get(at.file)?.asks_for_token(at.entry, &key.id);
        let refused = self.tokens.get(&key).filter(|_| is_asked_for)?.access_token.clone();
        Some(Effect::DropToken(key, Some(refused)))
    }

    /// Asks the issuer about the token of the open request.
    pub(super) fn introspect(&mut self) -> Vec<Effect> {
        self.read_keyring(AfterKeyring::Introspect).unwrap_or_else(|| {
            self.discover(Purpose::Introspection);
            Vec::new()
        })
    }
}

/// The value of an entry, or why it cannot be sent.
fn value(name: &str, answer: KeyringAnswer) -> Result<String, String> {
    let shown = quoted(name);
    let Some(value) = answer? else {
        return Err(format!("the system's keyring has no entry “{shown}” for authtui: `authtui keyring set {shown}` puts one there"));
    };
    // What a command prints ends with a line.
    let value = value.strip_suffix('\n').map_or(value.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if value.is_empty() {
        return Err(format!("the entry “{shown}” of the keyring is empty: `authtui keyring set {shown}` puts a value there"));
    }
    Ok(value.to_string())
}
