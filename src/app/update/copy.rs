//! The copy menu. Secrets are left out unless they are shown.

use crate::app::appearance::Secrets;
use crate::app::dialogs::Overlay;
use crate::app::effect::Effect;
use crate::app::keymap::Copyable;
use crate::app::model::{Model, Tone};
use crate::app::panes::token_view::TokenView;
use crate::app::workspace::credential;
use crate::app::workspace::request::Entry;
use crate::domain::limits::MAX_CHECKED_BODY;
use crate::domain::secrecy;
use crate::formats::export::{ExportFormat, as_curl, export};
use crate::formats::mask::masked;

/// Replaces a secret in a copied token.
const LEFT_OUT: &str = "***";

impl Model {
    /// Copies an item of the menu. Secrets are left out unless they are shown on the screen or wanted in the menu.
    pub(super) fn copy(&mut self, what: Copyable) -> Vec<Effect> {
        let secrets = match self.overlay.take() {
            Some(Overlay::Copy(secrets)) => secrets,
            _ => self.secrets,
        };
        let masked = secrets == Secrets::Masked;
        let (text, name) = match text(self, what, masked) {
            Ok(found) => found,
            Err(why) => {
                self.notify(Tone::Bad, why);
                return Vec::new();
            }
        };
        vec![Effect::Copy { text, what: name.into() }]
    }

    /// Copies the open request for a tool.
    pub(super) fn copy_as(&mut self, format: ExportFormat, secrets: Secrets) -> Vec<Effect> {
        let Some(entry) = self.entry() else { return Vec::new() };
        match export(&[&entry.exchange], format, secrets == Secrets::Shown, self.now) {
            Ok(text) => vec![Effect::Copy { text, what: format!("Request as {}", format.title()) }],
            Err(why) => {
                self.notify(Tone::Bad, format!("Not copied: {why}"));
                Vec::new()
            }
        }
    }
}

/// The text and its name.
///
/// # Errors
/// Says what is missing.
fn text(model: &Model, what: Copyable, hides: bool) -> Result<(String, &'static str), &'static str> {
    let entry = model.entry().ok_or("There is no request")?;
    Ok(match what {
        Copyable::HeaderLine => (header_line(entry, hides).ok_or("The request has no credential in a header")?, "Header line"),
        Copyable::Token => {
            let token = entry.token().ok_or("The request has no readable token")?;
            (token_text(token, &token.jws.text, hides), if hides { "Token without its signature" } else { "Token" })
        }
        Copyable::Issued => {
            let (issued, token) = entry.issued().ok_or("The response has no token")?;
            (token_text(token, &issued.text, hides), if hides { "Token without its signature" } else { "Token of the response" })
        }
        Copyable::Claims => {
            let jws = &entry.token().ok_or("The request has no readable token")?.jws;
            let claims = jws.claims.to_value();
            let claims = if hides { secrecy::masked_claims("", &claims, &|_| LEFT_OUT.to_string()) } else { claims };
            (serde_json::to_string_pretty(&claims).unwrap_or_default(), "Claims")
        }
        Copyable::Body => {
            let answer = entry.shown_answer().filter(|answer| !answer.body.is_empty()).ok_or("The response has no body")?;
            match hides {
                false => (answer.body.to_string(), "Body"),
                true if answer.body.len() > MAX_CHECKED_BODY => {
                    return Err("The body is too long to look for secrets in: y m b copies it as it is");
                }
                true => (entry.masked_body(answer), "Body without its secrets"),
            }
        }
        Copyable::Curl => (as_curl(&entry.exchange.request, hides), "Request as curl"),
        Copyable::Cause => (cause(model).ok_or("No cause was found")?, "Cause"),
    })
}

/// A token, or what is readable of it without its secret.
fn token_text(token: &TokenView, text: &str, hides: bool) -> String {
    match (hides, token.is_jwt) {
        (false, _) => text.to_string(),
        (true, true) => format!("{}.{LEFT_OUT}", token.jws.signing_input()),
        (true, false) => LEFT_OUT.to_string(),
    }
}

/// The header with the credential that the verdict speaks of, as a line.
fn header_line(entry: &Entry, hides: bool) -> Option<String> {
    let request = &entry.exchange.request;
    let shown = if hides { masked(request) } else { request.clone() };
    let header = shown.headers.0.get(credential::header(entry)?)?;
    Some(format!("{}: {}", header.name, header.value))
}

/// The likeliest cause with its evidence and fix, for a report.
fn cause(model: &Model) -> Option<String> {
    let entry = model.entry()?;
    let subject = model.subject()?;
    let request = masked(&entry.exchange.request);
    let mut text = format!("{} {}", request.method, request.url);
    if let Some(answer) = &entry.exchange.answer {
        text.push_str(&format!(" -> {} {}", answer.status, secrecy::quoted(&answer.reason)));
    }
    text.push_str(&format!("\n{} ({})", subject.message, subject.check.id));
    if let Some(confidence) = subject.confidence {
        text.push_str(&format!(", {:.0} %", confidence * 100.0));
    }
    text.push('\n');
    for evidence in subject.evidence {
        text.push_str(&format!("- {}\n", evidence.text));
    }
    if let Some(fix) = subject.fix {
        text.push_str(&format!("Fix: {}\n", fix.title));
    }
    // Messages may quote secrets.
    Some(entry.derived.as_ref()?.masker.hide(&text).into_owned())
}
