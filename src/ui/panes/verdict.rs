//! What the checklist and its summary both say: the verdict without a cause, and the line of a fix.

use ratatui::text::Span;

use crate::app::keymap::Action;
use crate::app::model::Model;
use crate::app::workspace::request::Entry;
use crate::app::workspace::sending::SendState;
use crate::checks::{Fix, FixKind, Report};
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::ui::text::spans;
use crate::ui::theme::Styles;

/// The text if no cause is decided.
pub fn verdict(model: &Model, report: &Report, styles: &Styles) -> Span<'static> {
    if let Some(place) = model.entry().and_then(Entry::answered_elsewhere).filter(|_| report.causes.is_empty()) {
        return Span::styled(
            format!("The answer is from {place}; press {} to send it {}", model.key_of(Action::Send), model.where_sent()),
            styles.changed,
        );
    }
    if report.causes.is_empty()
        && model.entry().is_some_and(|entry| entry.exchange.request.url.is_empty() && entry.exchange.answer.is_none())
    {
        return Span::styled(format!("No address yet: press {} to type it", model.key_of(Action::Edit)), styles.warn);
    }
    if let Some(answer) = answer_before(model) {
        let (said, style) = match report.causes.is_empty() {
            false if report.causes.len() == 1 => ("Not certain, by the answer before; it may be this", styles.cause),
            false => ("Undecided, by the answer before: any of these may be the cause", styles.cause),
            true if answer.is_success() => ("Nothing wrong, by the answer before: the server accepted the request", styles.changed),
            true => ("No cause found, by the answer before", styles.cause),
        };
        return Span::styled(said, style);
    }
    match (report.causes.is_empty(), model.entry().and_then(Entry::current_answer).map(|a| a.status)) {
        (false, _) if report.causes.len() == 1 => Span::styled("Not certain; it may be this", styles.cause),
        (false, _) => Span::styled("Undecided: any of these may be the cause", styles.cause),
        (true, Some(200..=299)) => Span::styled("Nothing wrong: the server accepted the request", styles.pass),
        (true, Some(_)) if report.is_unexplained => Span::styled("Refused, and the cause cannot be told", styles.cause),
        (true, Some(_)) => Span::styled("No cause found", styles.cause),
        (true, None) if model.entry().is_some_and(|entry| matches!(entry.sending, SendState::Failed(..))) => {
            Span::styled(format!("The sending failed; press {} to try again", model.key_of(Action::Send)), styles.cause)
        }
        (true, None) => match without_value(model) {
            Some(name) => Span::styled(format!("Cannot be checked: {{{{{}}}}} has no value", quoted(&name)), styles.cause),
            None if let Some(why) = &report.unjudged => {
                Span::styled(format!("Nothing wrong found, but {}", model.masked(why)), styles.cause)
            }
            None if report.has_failure() => {
                Span::styled(format!("No cause found, but not all is right; press {} to send", model.key_of(Action::Send)), styles.cause)
            }
            None => Span::styled(format!("Nothing wrong found; press {} to send", model.key_of(Action::Send)), styles.pass),
        },
    }
}

/// What stands above the causes: that one is likely and how much, or that none is decided.
pub fn headline(model: &Model, report: &Report, styles: &Styles) -> (Span<'static>, Option<Span<'static>>) {
    let Some(cause) = report.causes.first().filter(|_| report.decided) else { return (verdict(model, report, styles), None) };
    let elsewhere = model.entry().and_then(Entry::answered_elsewhere);
    let without = match elsewhere {
        Some(place) => format!(", without the answer from {place}"),
        None if answer_before(model).is_some() => ", by the answer before".into(),
        None => String::new(),
    };
    let share = Span::styled(percent(cause.confidence), styles.cause);
    (Span::styled(format!("Most likely{without}"), styles.quiet), Some(share))
}

/// The answer that the verdict is about, where the last send ended without one.
fn answer_before(model: &Model) -> Option<&Response> {
    model.entry().filter(|entry| entry.last_send_has_no_answer()).and_then(Entry::current_answer)
}

/// How likely a cause is, in words.
pub fn percent(confidence: f64) -> String {
    format!("{:.0} %", confidence * 100.0)
}

/// The first variable of the open request that has no value.
fn without_value(model: &Model) -> Option<String> {
    model.entry()?.first_unresolved()
}

/// True if the server accepted the request as it is now.
pub fn is_accepted(model: &Model) -> bool {
    model.entry().and_then(Entry::current_answer).is_some_and(Response::is_success)
}

/// The fix, with the key that applies or explains it.
pub fn fix_line(model: &Model, fix: &Fix, styles: &Styles) -> Vec<Span<'static>> {
    let key = model.key_of(Action::Fix);
    let verb = match fix.kind {
        FixKind::Edit(_) => "fix",
        FixKind::Renew => "renew",
        FixKind::Action | FixKind::Configuration { .. } => "how to",
    };
    let mut line = vec![Span::raw("  "), Span::styled(format!("[{key}] "), styles.key), Span::styled(format!("{verb}: "), styles.quiet)];
    line.extend(spans(&fix.title, styles.text, styles));
    line
}
