//! `authtui token`: one token, decoded, verified and checked.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::{OutputFormat, TokenArgs};
use super::output::{Escape, StandardOutput, bad_input};
use super::{EXIT_CAUSE, EXIT_FINE, expect, input, sign};
use crate::checks::facts::authorization::is_known_scheme;
use crate::checks::mask::{Masker, masked};
use crate::checks::{self, Examined, Family, Outcome, Surroundings};
use crate::domain::exchange::Exchange;
use crate::domain::json::Object;
use crate::domain::limits::MAX_TOKEN;
use crate::domain::request::Request;
use crate::domain::secrecy;
use crate::domain::token::keys::{KeySet, SignatureState, Verification, verify};
use crate::domain::token::kind::{self, ParsedToken, TokenKind, compact_of_json};
use crate::domain::token::signature::verify_json_serialization;
use crate::domain::token::token_use::{TokenUse, token_use};
use crate::domain::token::{claims, issuer};
use crate::domain::visible::visible;
use crate::io::clock;

/// Runs the subcommand: exit 0 if nothing is wrong, 1 if a cause was found, 2 on bad input.
pub fn run(args: &TokenArgs, out: &mut StandardOutput) -> u8 {
    if let (Some(key), Some(claims)) = (&args.sign, &args.claims) {
        return match sign::make(key, claims, args.header.as_deref()) {
            Ok(token) => {
                out.write(&format!("{token}\n"), Escape::Text);
                EXIT_FINE
            }
            Err(message) => bad_input(&message),
        };
    }
    let context = match expect::context(&args.expect) {
        Ok(context) => context,
        Err(message) => return bad_input(&message),
    };
    let input = match input::read(args.token.as_deref().unwrap_or_default()) {
        Ok(input) => input,
        Err(message) => return bad_input(&message),
    };
    let token = bare(&input.text);
    if token.trim().is_empty() {
        return bad_input(&format!("{}: line 1, column 1: expected a token, found nothing", input.source.name()));
    }
    if token.len() > MAX_TOKEN {
        return bad_input(&format!("{}: the token has {} bytes; more than {MAX_TOKEN} are not read", input.source.name(), token.len()));
    }
    input::warn_of_arguments(&[&input]);
    let now = context.now.unwrap_or_else(clock::now);
    // With a scheme of its own it is not a bearer token, and is judged as what it is.
    let (scheme, token) = schemed(token).unwrap_or(("Bearer", token));
    let exchange = Exchange {
        source: input.source.name().into(),
        request: Request {
            method: "GET".into(),
            headers: [("Authorization", format!("{scheme} {token}"))].into_iter().collect(),
            ..Request::default()
        },
        context: context.into(),
        ..Exchange::default()
    };
    let verdict = Verdict::of(token, &exchange, now);
    match args.format {
        OutputFormat::Json => out.write(&format!("{:#}\n", verdict.json()), Escape::Json),
        OutputFormat::Text => out.text(&verdict.text(now)),
    }
    if verdict.has_cause() { EXIT_CAUSE } else { EXIT_FINE }
}

/// The token without a header name and scheme that were copied along.
pub(super) fn bare(text: &str) -> &str {
    let without = |text: &'static str, rest| move_past(rest, text);
    let value = without("authorization:", text);
    let value = if value.len() < text.len() { value.trim_start() } else { value };
    ["bearer ", "dpop "].into_iter().map(|scheme| move_past(value, scheme)).find(|rest| rest.len() < value.len()).unwrap_or(value)
}

/// A known scheme and the text after it.
fn schemed(text: &str) -> Option<(&str, &str)> {
    text.split_once(' ').filter(|(scheme, rest)| is_known_scheme(scheme) && !rest.trim().is_empty())
}

fn move_past<'a>(text: &'a str, start: &str) -> &'a str {
    let begins = text.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start));
    if begins { text.get(start.len()..).unwrap_or(text) } else { text }
}

/// Everything said about a token.
struct Verdict {
    parsed: ParsedToken,
    signature: Option<Verification>,
    checks: Vec<Examined>,
    cause_found: bool,
}

impl Verdict {
    fn of(token: &str, exchange: &Exchange, now: Timestamp) -> Self {
        // First, so that a large token is not held twice.
        let report = checks::examine(exchange, &Surroundings::alone(now));
        let mut parsed = kind::read(token);
        if exchange.request.headers.get("Authorization").is_some_and(|value| move_past(value, "basic ").len() < value.len()) {
            parsed.what = "not a token: a name and password in base64 (Basic, RFC 7617)".into();
            parsed.reader = "anybody who has it".into();
        }
        let none = KeySet::default();
        let keys = exchange.context.keys.as_deref().unwrap_or(&none);
        // Spaces around the token are not part of it: HTTP strips them, and a check reports them.
        let signature = match (&parsed.jws, parsed.kind) {
            (Some(jws), _) if compact_of_json(token).is_some() => Some(verify_json_serialization(jws, keys)),
            (Some(jws), _) => Some(verify(jws, keys)),
            (None, TokenKind::Paseto) if parsed.claims.is_some() => {
                Some(Verification::unsupported("PASETO signatures are not verified here"))
            }
            (None, TokenKind::Saml) => Some(Verification::unsupported("XML signatures are not verified here")),
            (None, _) => None,
        };
        let about_token = |family: Family| matches!(family, Family::Token | Family::Credentials);
        let cause_found = report.causes.iter().any(|c| about_token(c.check.family));
        // A message may quote the token, and output is passed on.
        let masker = Masker::of(exchange);
        let mut checks: Vec<Examined> = report.checks.into_iter().filter(|e| about_token(e.check.family)).collect();
        for examined in &mut checks {
            examined.finding.message = masker.hide(&examined.finding.message).into_owned().into();
        }
        Self { parsed, signature, checks, cause_found }
    }

    fn has_cause(&self) -> bool {
        self.cause_found
            || self.checks.iter().any(|e| e.finding.outcome == Outcome::Fail)
            || self.signature.as_ref().is_some_and(|s| s.state == SignatureState::Invalid)
    }

    fn json(&self) -> Value {
        let object = |o: &Option<Object>| match o {
            Some(o) if o.fault.is_none() || !o.members.is_empty() => secrecy::masked_claims("", &o.to_value(), &masked),
            _ => Value::Null,
        };
        let signature = self.signature.as_ref().map(|s| json!({ "state": s.state.word(), "key": s.key, "reason": reason(s) }));
        let check = |e: &Examined| json!({ "id": e.check.id, "outcome": e.finding.outcome.word(), "message": e.finding.message });
        json!({
            "version": 1,
            "kind": self.parsed.kind.word(),
            "header": object(&self.parsed.header),
            "claims": object(&self.parsed.claims),
            "signature": signature,
            "checks": self.checks.iter().map(check).collect::<Vec<_>>(),
        })
    }

    fn text(&self, now: Timestamp) -> String {
        let mut text = String::new();
        self.write_head(&mut text);
        self.write_checks(&mut text);
        if let Some(header) = self.parsed.header.as_ref().filter(|h| !h.members.is_empty()) {
            let describe = |name: &str, _: &Value| claims::header_meaning(name).map_or_else(String::new, |m| m.text.clone());
            write_members(&mut text, "header", header, describe);
        }
        if let Some(object) = self.parsed.claims.as_ref().filter(|c| !c.members.is_empty()) {
            write_members(&mut text, "claims", object, |name, value| claims::describe(name, value, now));
        }
        text
    }

    fn write_head(&self, text: &mut String) {
        let mut line = |label: &str, value: &str| text.push_str(&format!("{label:<10} {}\n", visible(value)));
        line("token", &self.parsed.what);
        if let Some(jws) = &self.parsed.jws {
            let found = token_use(jws);
            if found.token_use != TokenUse::Unknown {
                line("use", &format!("{} ({})", found.token_use.words(), found.proof.join(", ")));
            }
            if let Some(issuer) = issuer::recognize(jws) {
                line("issuer", &issuer.name);
                line("", &format!("common mistake: {}", issuer.mistake_of(jws)));
            }
        }
        line("read by", &self.parsed.reader);
        if let Some(signature) = &self.signature {
            let mark = match signature.state {
                SignatureState::Valid => Outcome::Pass,
                SignatureState::Invalid => Outcome::Fail,
                SignatureState::Unverified => Outcome::Unknown,
            };
            line("signature", &format!("{} {}: {}", mark.mark(), signature.state.word(), reason(signature)));
        }
    }

    fn write_checks(&self, text: &mut String) {
        let said = |outcome: Outcome| self.checks.iter().filter(move |e| e.finding.outcome == outcome);
        let knows_form = self.checks.iter().any(|e| e.check.id == "token-malformed");
        let faults = self.parsed.jws.iter().filter(|_| !knows_form).flat_map(|j| &j.faults);
        let mut lines: Vec<String> = faults.map(|f| format!("{} {}", Outcome::Fail.mark(), visible(&f.message))).collect();
        for outcome in [Outcome::Fail, Outcome::Warn, Outcome::Unknown] {
            // How the token will be sent is unknown here and does not matter.
            let is_asked = |e: &&Examined| outcome != Outcome::Unknown || e.check.family == Family::Token;
            lines.extend(
                said(outcome).filter(is_asked).map(|e| format!("{} {}  {}", outcome.mark(), e.check.id, visible(&e.finding.message))),
            );
        }
        let passed = said(Outcome::Pass).count();
        if passed > 0 {
            lines.push(format!("{} {passed} passed", Outcome::Pass.mark()));
        }
        if !lines.is_empty() {
            text.push_str(&format!("\nchecks\n  {}\n", lines.join("\n  ")));
        }
    }
}

/// Reason and hint in one sentence.
fn reason(signature: &Verification) -> String {
    match &signature.hint {
        Some(hint) => format!("{}; {hint}", signature.reason),
        None => signature.reason.clone(),
    }
}

/// Widest column of values; longer values have their meaning on the next line.
const VALUE_WIDTH: usize = 44;

fn write_members(text: &mut String, title: &str, object: &Object, describe: impl Fn(&str, &Value) -> String) {
    text.push_str(&format!("\n{title}\n"));
    let width = |s: &str| unicode_width::UnicodeWidthStr::width(s);
    let rows: Vec<(String, String, String)> = object
        .members
        .iter()
        .map(|m| {
            (
                visible(&m.name).into_owned(),
                visible(&secrecy::masked_claims(&m.name, &m.value, &masked).to_string()).into_owned(),
                describe(&m.name, &m.value),
            )
        })
        .collect();
    let names = rows.iter().map(|(name, ..)| width(name)).max().unwrap_or(0);
    let values = rows.iter().map(|(_, value, _)| width(value)).filter(|w| *w <= VALUE_WIDTH).max().unwrap_or(0);
    for (name, value, meaning) in rows {
        text.push_str(&format!("  {name}{}  {value}", " ".repeat(names - width(&name))));
        let pad = " ".repeat(values.saturating_sub(width(&value)));
        match (meaning.is_empty(), width(&value) > VALUE_WIDTH) {
            (true, _) => {}
            (false, false) => text.push_str(&format!("{pad}  {meaning}")),
            (false, true) => text.push_str(&format!("\n  {}  {meaning}", " ".repeat(names + 2))),
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_name_and_scheme_are_copied_along() {
        assert_eq!(bare("Authorization: Bearer a.b.c"), "a.b.c");
        assert_eq!(bare("bearer a.b.c"), "a.b.c");
        assert_eq!(bare("a.b.c"), "a.b.c");
        assert_eq!(bare(" a.b.c"), " a.b.c");
        assert_eq!(schemed(bare("Authorization: Basic dXNlcjpwYXNz")), Some(("Basic", "dXNlcjpwYXNz")));
        assert_eq!(schemed("ghp_abc def"), None);
        assert_eq!(schemed("Basic "), None);
    }
}
