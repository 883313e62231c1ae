//! What a sentence of the checklist must be, so that somebody who meets a 401 for the first time can act on it.

use authtui::checks::{Evidence, Examined, Finding, FixKind, Outcome, Report, Strength};
use authtui::domain::exchange::Exchange;

/// Sentences that say nothing: true of every refusal.
const GENERIC: [&str; 14] = [
    "invalid",
    "invalid token",
    "the token is invalid",
    "malformed",
    "error",
    "unauthorized",
    "wrong",
    "failed",
    "unknown",
    "not known",
    "refused",
    "check the token",
    "check your credentials",
    "try again",
];

/// Verbs with which a fix may begin are too many to list; nouns and articles are not.
const NO_VERB: [&str; 8] = ["the ", "a ", "an ", "your ", "this ", "it ", "there ", "you "];

/// Words by which an Unknown names what is missing.
const MISSING: [&str; 12] =
    ["give ", "send ", "would ", "whether ", "which ", "what ", "when ", "who ", "not known", "does not say", "cannot be ", "no key"];

/// Checks whose finding is about a value that can be shown: a time, a name, an address, a letter.
const VALUED: [&str; 22] = [
    "token-expired",
    "token-expiring-soon",
    "token-lifetime-long",
    "token-not-yet-valid",
    "clock-skewed",
    "time-claim-malformed",
    "audience-mismatch",
    "issuer-mismatch",
    "algorithm-refused",
    "claim-missing",
    "scheme-mismatch",
    "scheme-missing",
    "scheme-unusual",
    "credential-placeholder",
    "credential-invisible-character",
    "credential-url-encoded",
    "host-differs",
    "path-case-differs",
    "trailing-slash-differs",
    "session-cookie-expired",
    "session-cookie-rejected",
    "session-cookie-withheld",
];

/// Everything about the texts of a report that a reader would object to.
pub fn complaints(exchange: &Exchange, report: &Report) -> Vec<String> {
    let mut found = Vec::new();
    for examined in &report.checks {
        let mut object = |what: &str, text: &str| found.push(format!("{}: {what}: {text:?}", examined.check.id));
        let Examined { finding, .. } = examined;
        let message = &*finding.message;
        if is_generic(message) {
            object("a message that says nothing", message);
        }
        if message.ends_with('.') || message.trim() != message {
            object("a message that is no bare sentence", message);
        }
        match finding.outcome {
            Outcome::Fail | Outcome::Warn => {
                if finding.evidence.is_empty() {
                    object("nothing proves it", message);
                }
                if finding.evidence.iter().any(|e| e.text.trim().is_empty()) {
                    object("evidence without words", message);
                }
                if VALUED.contains(&examined.check.id) && !shows_a_value(exchange, finding) {
                    object("no actual value", message);
                }
                if finding.outcome == Outcome::Fail && finding.strength >= Strength::Plausible && finding.fix.is_none() {
                    object("no fix", message);
                }
            }
            Outcome::Unknown if !MISSING.iter().any(|word| message.to_lowercase().contains(word)) => {
                object("an unknown that does not name what is missing", message);
            }
            _ => {}
        }
        if let Some(fix) = &finding.fix {
            let title = fix.title.as_str();
            let lower = title.to_lowercase();
            if is_generic(title) || title.split_whitespace().count() < 2 || NO_VERB.iter().any(|word| lower.starts_with(word)) {
                object("a fix that names no deed", title);
            }
            match &fix.kind {
                FixKind::Edit(edits) if edits.is_empty() => object("an edit that edits nothing", title),
                FixKind::Configuration { server, line } if server.is_empty() || line.is_empty() => object("no line to write", title),
                _ => {}
            }
        }
    }
    if !report.decided {
        if report.needs.is_empty() {
            found.push(format!("{}: undecided, and nothing is said to decide it", exchange.title()));
        }
        found.extend(report.needs.iter().filter(|need| is_generic(need.text())).map(|need| format!("needs: {need:?}")));
    }
    found
}

/// True when the message holds a number, or a word that stands in the evidence or in the exchange itself.
fn shows_a_value(exchange: &Exchange, finding: &Finding) -> bool {
    let seen = |word: &str| {
        let in_place = |e: &Evidence| e.text.contains(word) || e.place.text(exchange).is_some_and(|text| text.contains(word));
        word.chars().any(|c| c.is_ascii_digit()) || (word.len() > 2 && finding.evidence.iter().any(in_place))
    };
    finding.message.split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '"' | '\'' | ';')).any(seen)
}

fn is_generic(text: &str) -> bool {
    let bare = text.trim().trim_end_matches('.').to_lowercase();
    GENERIC.contains(&bare.as_str()) || bare.split_whitespace().count() < 2
}
