//! Making a token for the open request.

use std::path::{Path, PathBuf};

use crate::app::dialogs::Overlay;
use crate::app::dialogs::token::{KeySource, TokenForm};
use crate::app::effect::Effect;
use crate::app::ids::RequestId;
use crate::app::model::{Model, Tone};
use crate::app::workspace::credential::Credential;
use crate::app::workspace::resolver::VariableResolver;
use crate::domain::token::key::Key;
use crate::domain::token::sign::{self, SigningKey};

impl Model {
    /// Opens the form with what the shown token says.
    pub(super) fn make_token(&mut self) {
        self.leave_editing();
        let Some(entry) = self.entry() else { return };
        let older = self.shown_token().map(|(token, _)| &token.jws);
        // Only what a secret verifies can be signed by what is expected.
        let is_secret = entry.exchange.context.keys.as_ref().is_some_and(|keys| keys.keys.iter().any(Key::is_secret));
        let key = entry.exchange.context.jwks.as_deref().filter(|_| is_secret);
        let is_unread = older.is_some_and(|jws| jws.claims.fault.is_some() && !jws.text.is_empty());
        self.overlay = Some(Overlay::Token(Box::new(TokenForm::new(entry.id, older, key))));
        if is_unread {
            self.notify(Tone::Bad, "The claims of the token cannot be read: the form has those that can");
        }
    }

    /// Enter in the form: signs with a typed secret, or asks for the file of the key.
    pub(super) fn sign_token(&mut self) -> Vec<Effect> {
        let Some(Overlay::Token(form)) = &self.overlay else { return Vec::new() };
        match form.key() {
            None => self.notify(Tone::Bad, "Type the file of the private key, or the shared secret"),
            Some(KeySource::File(path)) => return vec![Effect::ReadSigningKey(form.request, self.beside_requests(&path))],
            Some(KeySource::Secret(secret)) => match self.filled(&secret) {
                Ok(secret) => self.sign_token_with(SigningKey::read(secret.as_bytes())),
                Err(why) => self.notify(Tone::Bad, why),
            },
        }
        Vec::new()
    }

    /// A path as it is meant in the file of the request.
    fn beside_requests(&self, path: &str) -> PathBuf {
        let folder = self.file().and_then(|file| file.path.as_deref()).and_then(Path::parent);
        // Those of the home folder are found when it is read.
        folder.filter(|_| !path.starts_with("~/")).map_or_else(|| path.into(), |folder| folder.join(path))
    }

    /// A secret with its variables filled in.
    fn filled(&self, secret: &str) -> Result<String, String> {
        let Some(VariableResolver::Filled { variables, .. }) = self.file().map(|file| file.resolver(self.at.entry)) else {
            return Ok(secret.to_string());
        };
        let filled = variables.resolve(secret);
        match filled.unresolved.first() {
            None => Ok(filled.text),
            Some(unresolved) => Err(format!("{{{{{}}}}} {}", unresolved.name, unresolved.reason)),
        }
    }

    /// The file of the key was read.
    pub(super) fn signing_key_read(&mut self, request: RequestId, read: Result<Vec<u8>, String>) {
        let is_asked = matches!(&self.overlay, Some(Overlay::Token(form)) if form.request == request);
        match read {
            Ok(bytes) if is_asked => self.sign_token_with(SigningKey::read(&bytes)),
            Err(why) if is_asked => self.notify(Tone::Bad, why),
            _ => {}
        }
    }

    /// Signs what the form says, and puts the token into the request.
    pub(super) fn sign_token_with(&mut self, key: Result<SigningKey, String>) {
        let now = self.now;
        let Some(Overlay::Token(form)) = &mut self.overlay else { return };
        let request = form.request;
        let made = key.map_err(|why| format!("The key {why}")).and_then(|key| {
            let (header, claims) = form.parts(now)?;
            sign::make_exactly(&header, &claims, &key)
        });
        let token = match made {
            Ok(token) => token,
            Err(why) => return self.notify(Tone::Bad, why),
        };
        self.overlay = None;
        let Some(at) = self.find(request) else { return };
        self.open(at);
        self.made_tokens.insert(token.clone());
        self.put_credential(at.file, &[at.entry], &Credential { scheme: None, token });
        self.refresh();
    }
}
