//! Renewing the token of the open request: asking an authorization server for another one, and putting that in its place.

pub(super) mod words;

use self::words::{about_device, about_renewal, about_tokens, age, listed, shown_address};
use crate::app::dialogs::Overlay;
use crate::app::dialogs::comparison::{ComparisonState, Sides};
use crate::app::dialogs::oauth::OAuthForm;
use crate::app::effect::Effect;
use crate::app::ids::SendId;
use crate::app::keymap::Action;
use crate::app::model::{Model, Network, Tone};
use crate::app::workspace::credential::Credential;
use crate::app::workspace::keyring::AfterKeyring;
use crate::app::workspace::renewal::{Proving, Renewal, RenewalStep, TokenStep};
use crate::app::workspace::request_file::AUTH;
use crate::app::workspace::sending::RenewedSend;
use crate::checks::mask::secrets_in;
use crate::domain::exchange::{Certificates, Exchange, Redirects, TransferOptions};
use crate::domain::oauth::{
    Authorization, Callback, Grant, Obtaining, Poll, TokenSet, read_callback, read_device_code, read_poll, read_tokens, refuses_grant,
};
use crate::domain::response::Response;
use crate::domain::secrecy::echo::Echoes;
use crate::domain::secrecy::{self, quoted};
use crate::domain::token::jws::Jws;
use crate::domain::visible::visible;
use crate::formats::variables::tokens::{TokenKey, token_of, variable_for};

impl Model {
    /// Asks whether to renew the token of the open request, once what that needs of the keyring was read.
    pub(super) fn renew(&mut self) -> Vec<Effect> {
        self.leave_editing();
        self.read_keyring(AfterKeyring::Renew).unwrap_or_else(|| {
            self.ask_to_renew();
            Vec::new()
        })
    }

    /// Asks that, or says what is missing for it.
    pub(super) fn ask_to_renew(&mut self) {
        let (Some(file), Some(entry)) = (self.file(), self.entry()) else { return };
        let read = match file.auth_config(self.at.entry) {
            None => return self.overlay = Some(Overlay::NoAuthConfig),
            Some(Err(why)) => return self.notify(Tone::Bad, why),
            Some(Ok(read)) => read,
        };
        let (request, id) = (entry.id, quoted(&read.config.id));
        if let Some((name, why)) = read.unresolved.first() {
            let (name, key) = (quoted(name), self.key_of(Action::Values));
            return self.notify(Tone::Bad, format!("The token cannot be obtained: {{{{{name}}}}} {why}; press {key} to give it a value"));
        }
        let missing = read.config.missing();
        if !missing.is_empty() {
            return self.notify(Tone::Bad, format!("The token cannot be obtained: “{id}” does not name {}", listed(&missing)));
        }
        let held = self.tokens.get(&TokenKey::of(&self.environment, &read.config));
        let by = match held.and_then(|tokens| tokens.refresh_token.clone()) {
            Some(token) => Obtaining::Refresh(token),
            None => Obtaining::AsConfigured,
        };
        let refused = self.renewed.as_ref().filter(|renewed| renewed.was_refused && renewed.request == Some(request));
        let context = &entry.exchange.context;
        if let (Some(path), None) = (&context.dpop_key_file, &context.dpop_key) {
            let path = quoted(path);
            return self.notify(Tone::Bad, format!("The token cannot be obtained: the DPoP key in {path} could not be read"));
        }
        let proving = context.dpop_key.clone().map(Proving::by);
        let mut about = about_renewal(&read.config, &by, refused, self.now);
        about.extend(proving.as_ref().map(|_| "A DPoP proof of the client's key goes along: the token is bound to it.".to_string()));
        let config = &read.config;
        let endpoints = [&config.token_url, &config.auth_url, &config.device_url];
        about.extend(endpoints.into_iter().find_map(|url| self.lookalike_warning(url)));
        let step = RenewalStep::Asking(by);
        let environment = self.environment.clone();
        let (echoes, known) = (Echoes::default(), Vec::new());
        let config = read.config;
        self.overlay = Some(Overlay::Renew(Box::new(Renewal { request, environment, config, proving, step, about, echoes, known })));
    }

    /// Enter in the dialog.
    pub(super) fn continue_renewal(&mut self) -> Vec<Effect> {
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return Vec::new() };
        match &renewal.step {
            RenewalStep::Asking(by) => {
                let by = by.clone();
                self.obtain(by)
            }
            RenewalStep::Failed { .. } => self.obtain(Obtaining::AsConfigured),
            RenewalStep::Done { .. } => self.use_renewed(AfterUse::Send),
            _ => Vec::new(),
        }
    }

    fn obtain(&mut self, by: Obtaining) -> Vec<Effect> {
        let id = SendId(self.number());
        let Some(Overlay::Renew(renewal)) = &mut self.overlay else { return Vec::new() };
        match (&by, renewal.config.grant) {
            (Obtaining::AsConfigured, Grant::AuthorizationCode) => {
                renewal.step = RenewalStep::Browser { id, authorization: None };
                renewal.about = vec!["A server on this machine is started for the browser to come back to.".into()];
                let redirect_url = renewal.config.redirect_url.clone();
                self.network = Network::Used;
                vec![Effect::AwaitCallback(id, redirect_url)]
            }
            (Obtaining::AsConfigured, Grant::DeviceCode) => self.ask_server(id, TokenStep::DeviceCode),
            _ => self.ask_server(id, TokenStep::Tokens(by)),
        }
    }

    /// Sends a request to the authorization server. Redirects are not followed: it has the secrets of the client.
    fn ask_server(&mut self, id: SendId, what: TokenStep) -> Vec<Effect> {
        let now = self.now;
        let Some(Overlay::Renew(renewal)) = &mut self.overlay else { return Vec::new() };
        let request = match renewal.request_for(&what, id, now) {
            Ok(request) => request,
            Err(why) => {
                self.renewal_failed(why, false);
                return Vec::new();
            }
        };
        if !matches!(what, TokenStep::Poll { .. }) {
            renewal.about = vec![format!("POST {}", quoted(&secrecy::replaced_in_url(&request.url, "…")))];
        }
        renewal.learn(secrets_in(&request));
        renewal.step = RenewalStep::Sending { id, what, since: now };
        self.network = Network::Used;
        vec![Effect::Send(id, Box::new(request), TransferOptions { redirects: Redirects::Show, ..TransferOptions::default() })]
    }

    /// An answer of the authorization server; `None` if it is of another send.
    pub(super) fn renewal_answered(&mut self, id: SendId, answer: &Response) -> Option<Vec<Effect>> {
        let now = self.now;
        let Some(Overlay::Renew(renewal)) = &mut self.overlay else { return None };
        let what = match &renewal.step {
            RenewalStep::Sending { id: running, what, .. } if *running == id => what.clone(),
            _ => return None,
        };
        if renewal.takes_nonce(answer) {
            let id = SendId(self.number());
            return Some(self.ask_server(id, what));
        }
        match what {
            TokenStep::Tokens(by) => match read_tokens(answer, now) {
                Ok(tokens) => return Some(self.obtained(tokens)),
                Err(why) => {
                    let was_refresh = matches!(by, Obtaining::Refresh(_));
                    let gone = TokenKey::of(&renewal.environment, &renewal.config);
                    self.renewal_failed(why, was_refresh);
                    if was_refresh && refuses_grant(answer) {
                        return Some(self.drop_refresh_token(gone));
                    }
                }
            },
            TokenStep::DeviceCode => match read_device_code(answer, now) {
                Ok(code) => {
                    renewal.learn([code.device_code.clone()]);
                    renewal.about = about_device(&code).iter().map(|text| renewal.hidden(text)).collect();
                    let interval = code.interval;
                    renewal.step = RenewalStep::Device { id, code, interval };
                    return Some(vec![Effect::Wait(id, interval)]);
                }
                Err(why) => self.renewal_failed(why, false),
            },
            TokenStep::Poll { code, interval } => match read_poll(answer, now, interval) {
                Poll::Tokens(tokens) => return Some(self.obtained(*tokens)),
                Poll::Again(_) if code.expires_at <= now => {
                    self.renewal_failed("The code has expired before the login was finished".into(), false)
                }
                Poll::Again(interval) => {
                    renewal.step = RenewalStep::Device { id, code, interval };
                    return Some(vec![Effect::Wait(id, interval)]);
                }
                Poll::Ended(why) => self.renewal_failed(why, false),
            },
        }
        Some(Vec::new())
    }

    /// A request to the authorization server was not answered; false if it is of another send.
    pub(super) fn renewal_not_sent(&mut self, id: SendId, why: &str) -> bool {
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return false };
        if renewal.running() != Some(id) {
            return false;
        }
        let was_refresh = matches!(&renewal.step, RenewalStep::Sending { what: TokenStep::Tokens(Obtaining::Refresh(_)), .. });
        self.renewal_failed(format!("The authorization server gave no answer: {why}"), was_refresh);
        true
    }

    fn renewal_failed(&mut self, why: String, was_refresh: bool) {
        let Some(Overlay::Renew(renewal)) = &mut self.overlay else { return };
        renewal.about.truncate(1);
        let why = renewal.hidden(&why);
        renewal.about.push(format!("✗ {why}."));
        if was_refresh && renewal.config.grant != Grant::RefreshToken {
            renewal
                .about
                .push(format!("The refresh token is of no use; a token can still be obtained by {}.", renewal.config.grant.title()));
        }
        renewal.step = RenewalStep::Failed { was_refresh };
    }

    /// The server of this machine waits: the browser can be opened.
    pub(super) fn listening(&mut self, id: SendId, redirect_url: &str, random: &[u8; 64]) -> Vec<Effect> {
        let Some(Overlay::Renew(renewal)) = &mut self.overlay else { return vec![Effect::Cancel(id)] };
        if !matches!(&renewal.step, RenewalStep::Browser { id: running, .. } if *running == id) {
            return vec![Effect::Cancel(id)];
        }
        let bound_to = renewal.proving.as_ref().map(Proving::thumbprint);
        match Authorization::begin(&renewal.config, redirect_url, bound_to, random) {
            Ok(authorization) => {
                let url = authorization.url.clone();
                let host = url::Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_string)).unwrap_or_default();
                renewal.about = vec![
                    format!("Log in at {} in your browser; it comes back to {}.", quoted(&host), quoted(redirect_url)),
                    visible(&shown_address(&renewal.config, &url)).into_owned(),
                ];
                renewal.step = RenewalStep::Browser { id, authorization: Some(authorization) };
                vec![Effect::OpenBrowser(url)]
            }
            Err(why) => {
                self.renewal_failed(why, false);
                vec![Effect::Cancel(id)]
            }
        }
    }

    /// The browser came back.
    pub(super) fn callback(&mut self, id: SendId, query: &str) -> Vec<Effect> {
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return Vec::new() };
        let RenewalStep::Browser { id: running, authorization: Some(begun) } = &renewal.step else { return Vec::new() };
        if *running != id {
            return Vec::new();
        }
        let mut effects = vec![Effect::Cancel(id)];
        match read_callback(query, &begun.state) {
            Callback::Foreign => {
                self.notify(
                    Tone::Bad,
                    "The browser came with the answer to another login (its state is not this one's); waiting for the right one",
                );
                return Vec::new();
            }
            Callback::Refused(why) => self.renewal_failed(why, false),
            Callback::Code(code) => {
                let by = Obtaining::Code { code, redirect_url: begun.redirect_url.clone(), verifier: begun.verifier.clone() };
                let id = SendId(self.number());
                effects.extend(self.ask_server(id, TokenStep::Tokens(by)));
            }
        }
        effects
    }

    /// Nothing can wait for the browser.
    pub(super) fn callback_failed(&mut self, id: SendId, why: &str) {
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return };
        if renewal.running() == Some(id) {
            self.renewal_failed(format!("The browser was not opened: {why}"), false);
        }
    }

    /// It is time for the next question.
    pub(super) fn waited(&mut self, id: SendId) -> Vec<Effect> {
        let next = SendId(self.number());
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return Vec::new() };
        match &renewal.step {
            RenewalStep::Device { id: waiting, code, interval } if *waiting == id => {
                let what = TokenStep::Poll { code: code.clone(), interval: *interval };
                self.ask_server(next, what)
            }
            _ => Vec::new(),
        }
    }

    /// Opens the address of the login in the browser.
    pub(super) fn open_login_address(&self) -> Vec<Effect> {
        self.login_address().map(|url| Effect::OpenBrowser(url.to_string())).into_iter().collect()
    }

    /// Copies that address.
    pub(super) fn copy_login_address(&self) -> Vec<Effect> {
        let copy = |url: &str| Effect::Copy { text: url.to_string(), what: "The address".into() };
        self.login_address().map(copy).into_iter().collect()
    }

    /// The address that the user logs in at.
    pub fn login_address(&self) -> Option<&str> {
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return None };
        match &renewal.step {
            RenewalStep::Browser { authorization, .. } => authorization.as_ref().map(|begun| begun.url.as_str()),
            RenewalStep::Device { code, .. } | RenewalStep::Sending { what: TokenStep::Poll { code, .. }, .. } => {
                Some(code.complete_uri.as_deref().unwrap_or(&code.verification_uri))
            }
            _ => None,
        }
    }

    /// There is a token: shows what changed, and asks whether to use it.
    fn obtained(&mut self, mut tokens: TokenSet) -> Vec<Effect> {
        let (now, mut kept) = (self.now, Vec::new());
        let Some(Overlay::Renew(renewal)) = &self.overlay else { return kept };
        let (config, environment) = (renewal.config.clone(), renewal.environment.clone());
        if config.uses_id_token {
            match &tokens.id_token {
                Some(id_token) => tokens.access_token = id_token.clone(),
                None => {
                    self.renewal_failed("The answer has no id_token, which the configuration asks for".into(), false);
                    return kept;
                }
            }
        }
        // A refresh token may be good for one use: the next one is kept whatever becomes of the access token.
        let key = TokenKey::of(&environment, &config);
        let held = self.tokens.get(&key).cloned();
        if tokens.refresh_token.is_none() {
            tokens.refresh_token = held.as_ref().and_then(|held| held.refresh_token.clone());
        }
        if let Some(held) = held.filter(|held| held.refresh_token != tokens.refresh_token) {
            kept = self.keep_tokens(key, TokenSet { refresh_token: tokens.refresh_token.clone(), ..held });
        }
        let old =
            self.entry().and_then(|entry| Some((entry.token()?.jws.text.clone(), entry.judged_at(now).0, entry.exchange.context.clone())));
        let about = about_tokens(&tokens, &config, old.as_ref().map(|(old, ..)| old.as_str()), now);
        let new = tokens.access_token.clone();
        let can_compare = |old: &str| old != new && Jws::looks_like(old) && Jws::looks_like(&new);
        let comparison = old.filter(|(old, ..)| can_compare(old)).map(|(old, at, context)| {
            let titles = ["the new token".to_string(), "the old token".to_string()];
            Box::new(ComparisonState::new(titles, Sides::Tokens([new.clone(), old]), &context, [now, at]))
        });
        if let Some(Overlay::Renew(renewal)) = &mut self.overlay {
            let new = [Some(&tokens.access_token), tokens.refresh_token.as_ref(), tokens.id_token.as_ref()];
            renewal.learn(new.into_iter().flatten().cloned());
            renewal.about = about.iter().map(|text| renewal.hidden(text)).collect();
            renewal.step = RenewalStep::Done { tokens: Box::new(tokens), comparison };
        }
        kept
    }

    /// Puts the new token in its place, and sends the request if that was asked for.
    pub(super) fn use_renewed(&mut self, then: AfterUse) -> Vec<Effect> {
        let Some(Overlay::Renew(renewal)) = self.overlay.take() else { return Vec::new() };
        let RenewalStep::Done { tokens, .. } = renewal.step else { return Vec::new() };
        let Some(at) = self.find(renewal.request) else {
            self.notify(Tone::Bad, "The request is gone; the token is not used");
            return Vec::new();
        };
        let (obtained_at, id) = (tokens.obtained_at, &renewal.config.id);
        let is_bound = tokens.token_type.eq_ignore_ascii_case("dpop");
        let token = tokens.access_token.clone();
        let credential = Credential { scheme: Some(tokens.token_type.clone()), token: token.clone() };
        let mut effects = self.keep_tokens(TokenKey::of(&renewal.environment, &renewal.config), *tokens);
        self.share_tokens();
        self.open(at);
        let Some(file) = self.file() else { return effects };
        if !file.asks_for_token(at.entry, id) {
            // By a variable nothing secret is written into the file.
            let written = if file.fills_variables(at.entry) { variable_for(id) } else { token.clone() };
            self.put_credential(at.file, &[at.entry], &Credential { token: written, ..credential });
        } else {
            self.notify(Tone::Good, format!("{} is the new token; press {} to send", variable_for(&quoted(id)), self.key_of(Action::Send)));
        }
        self.chosen = Default::default();
        self.refresh();
        if is_bound {
            self.prove_possession(&token);
        }
        if then == AfterUse::Stay {
            return effects;
        }
        self.notice = None;
        let status = self.entry().and_then(|entry| entry.exchange.answer.as_ref()).map(|answer| answer.status);
        effects.extend(self.send(Certificates::Check));
        let request = self.entry().map(|entry| entry.id);
        self.renewed = self.running().map(|send| RenewedSend { send, request, obtained_at, status_before: status, was_refused: false });
        effects
    }

    /// Puts a DPoP proof beside the token of the open request, where its key is known.
    fn prove_possession(&mut self, token: &str) {
        let (at, now) = (self.at, self.now);
        let Some(entry) = self.entry() else { return };
        let Exchange { request, answer, context, .. } = &entry.exchange;
        let nonce = answer.as_ref().and_then(|answer| answer.headers.get("dpop-nonce"));
        let Some(Ok(edit)) = context.dpop_key.as_ref().map(|key| key.edit(request, Some(token), nonce, now)) else { return };
        if let Some(file) = self.files.get_mut(at.file) {
            file.apply(at.entry, &[edit]);
        }
        self.refresh();
    }

    /// Gives each file those tokens that its configurations obtain.
    pub(super) fn share_tokens(&mut self) {
        let (tokens, environment) = (self.tokens.clone(), self.environment.clone());
        self.files.iter_mut().for_each(|file| file.use_tokens(&tokens, &environment));
    }

    /// After the answer to a request with a new token: says what it proves. It is not renewed again.
    pub(super) fn judge_renewed(&mut self, answered: SendId, answer: &Response) {
        let now = self.now;
        let Some(renewed) = self.renewed.as_mut().filter(|renewed| renewed.send == answered) else { return };
        renewed.was_refused = answer.refuses_caller();
        let age = age(renewed.obtained_at, now);
        let told = match (renewed.status_before, answer.status) {
            (_, 401) => format!("Also refused with a token that is {age} old: its age was not the cause. Not renewed again"),
            (Some(401), 403) => "The new token is accepted (403, no longer 401): what is missing is a permission".to_string(),
            (Some(before), status) if before >= 400 && answer.is_success() => {
                format!("{status} with the new token: the old one was the cause")
            }
            _ => return,
        };
        self.notify(if answer.is_success() { Tone::Good } else { Tone::Bad }, told);
    }

    /// Esc in the dialog.
    pub(super) fn stop_renewal(&mut self) -> Vec<Effect> {
        let Some(Overlay::Renew(renewal)) = self.overlay.take() else { return Vec::new() };
        let running = renewal.running();
        if running.is_some() {
            self.notify(Tone::Good, "Stopped; the token is the old one");
        }
        running.map(Effect::Cancel).into_iter().collect()
    }

    /// Whether a token is among what has no value and a file says how it is obtained.
    pub(super) fn token_needed(&self, unresolved: &[(String, String)]) -> Option<()> {
        unresolved.iter().find_map(|(name, _)| token_of(name))?;
        self.file()?.auth_config(self.at.entry)?.ok().map(|_| ())
    }

    /// Opens the form for how the token is obtained.
    pub(super) fn set_up_auth(&mut self) {
        let Some(entry) = self.entry() else { return };
        let claims = entry.token().map(|token| &token.jws.claims);
        self.overlay = Some(Overlay::OAuth(Box::new(OAuthForm::new(claims))));
    }

    /// Writes what the form says as a directive, and goes on with it.
    pub(super) fn use_oauth_form(&mut self) -> Vec<Effect> {
        let Some(Overlay::OAuth(form)) = self.overlay.take() else { return Vec::new() };
        let at = self.at;
        let directive = match form.directive() {
            Ok(directive) => directive,
            Err(why) => {
                self.overlay = Some(Overlay::OAuth(form));
                self.notify(Tone::Bad, format!("Not kept with the request: {why}"));
                return Vec::new();
            }
        };
        let Some(file) = self.files.get_mut(at.file) else { return Vec::new() };
        if let Err(why) = file.set_directive(at.entry, AUTH, vec![directive]) {
            self.overlay = Some(Overlay::OAuth(form));
            self.notify(Tone::Bad, format!("Not kept with the request: {why}"));
            return Vec::new();
        }
        let effects = self.renew();
        if effects.is_empty() && !matches!(self.overlay, Some(Overlay::Renew(_))) {
            self.overlay = Some(Overlay::OAuth(form));
        }
        effects
    }
}

/// What follows when a token was put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterUse {
    Send,
    Stay,
}
