//! The explanation of the selected finding: message, evidence, fix, and the text of the check.

use ratatui::text::{Line, Span};

use super::frame::keys_line;
use super::markdown::markdown;
use super::page::{Page, PagePosition};
use crate::app::keymap::{Action, KeyContext};
use crate::app::model::Model;
use crate::app::panes::checklist::Subject;
use crate::checks::{Evidence, Fix, FixKind, Outcome};
use crate::domain::secrecy::quoted;
use crate::ui::text::{line, spans, wrap};
use crate::ui::theme::Styles;

/// The explanation as a page.
pub fn page<'a>(model: &Model, room: usize, styles: &'a Styles) -> Option<Page<'a>> {
    let subject = model.subject()?;
    let mut lines = found(model, &subject, room, styles);
    lines.extend(subject.evidence.iter().flat_map(|e| evidence(model, e, room, styles)));
    lines.extend(subject.fix.into_iter().flat_map(|f| fix(model, f, room, styles)));
    lines.extend(fresh_token(model, room, styles));
    lines.extend(service(subject.service, room, styles));
    lines.push(Line::default());
    if subject.outcome == Outcome::Unknown {
        // The text below is written for requests that have the fault.
        lines.push(line("Not determined here. If it were the cause:", styles.quiet, styles));
    }
    lines.extend(markdown(subject.check.doc, styles, room));
    // Other fixes are explained on this page already.
    let contexts: &[KeyContext] =
        if model.fix_is_done_here() { &[KeyContext::Explaining, KeyContext::Reading] } else { &[KeyContext::Reading] };
    Some(Page { title: subject.check.id.into(), keys: keys_line(model, contexts), lines, place: PagePosition::Middle, styles })
}

fn found(model: &Model, subject: &Subject, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let mark = Span::styled(format!("{} ", subject.outcome.mark()), styles.outcome(subject.outcome));
    wrap(&[vec![mark], spans(&model.masked(subject.message), styles.cause, styles)].concat(), room, 2)
}

fn evidence(model: &Model, evidence: &Evidence, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let place = match evidence.place.word() {
        "context" => String::new(),
        word => format!("{word}  "),
    };
    let place = vec![Span::raw("  "), Span::styled(place, styles.quiet)];
    wrap(&[place, spans(&model.masked(&evidence.text), styles.text, styles)].concat(), room, 4)
}

/// What the service expects: a sentence, its note, and where to read on.
fn service(sentences: &[String], room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let lines = sentences.iter().enumerate().flat_map(|(i, text)| {
        let (indent, style) = if i == 0 { ("", styles.text) } else { ("  ", styles.quiet) };
        wrap(&[vec![Span::raw(indent)], spans(text, style, styles)].concat(), room, 2)
    });
    let gap = (!sentences.is_empty()).then(Line::default);
    gap.into_iter().chain(lines).collect()
}

/// How a fresh token comes into the request, where the old one has expired.
fn fresh_token(model: &Model, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    if !model.is_about_expiry() {
        return Vec::new();
    }
    let pasted = "Paste a fresh token here: it takes the place of the old one, or of the variable's value";
    let login = model.login().map(|login| {
        let (name, send, issued) = (quoted(&login.name), model.key_of(Action::Send), model.key_of(Action::UseIssued));
        let said = if login.has_token {
            format!("“{name}” has been answered with a token: open it, and {issued} puts that into this request")
        } else {
            format!("“{name}” may give one: open it, {send} sends it, and {issued} puts its token into this request")
        };
        (model.keymap.key_of(&[KeyContext::Explaining], Action::OpenLogin).map(|key| format!("[{key}] ")).unwrap_or_default(), said)
    });
    let all = std::iter::once(("→ ".to_string(), pasted.to_string())).chain(login);
    all.flat_map(|(key, said)| wrap(&[vec![Span::styled(key, styles.key)], spans(&said, styles.text, styles)].concat(), room, 4)).collect()
}

fn fix(model: &Model, fix: &Fix, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let verb = match fix.kind {
        FixKind::Edit(_) | FixKind::Renew => format!("[{}] ", model.keymap.shown(&[KeyContext::Explaining], Action::Fix)),
        FixKind::Action | FixKind::Configuration { .. } => "→ ".into(),
    };
    let mut lines = vec![Line::default()];
    lines.extend(wrap(&[vec![Span::styled(verb, styles.key)], spans(&fix.title, styles.text, styles)].concat(), room, 4));
    if let FixKind::Configuration { server, line: text } = &fix.kind {
        lines.push(line(&format!("    {server}:"), styles.quiet, styles));
        lines.extend(text.lines().map(|l| line(&format!("      {l}"), styles.name, styles)));
    }
    lines
}
