//! The form for what the API expects.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{FRAME, field, frame, keys_line};
use crate::app::dialogs::Overlay;
use crate::app::dialogs::form::Form;
use crate::app::keymap::KeyContext;
use crate::app::message::Target;
use crate::app::model::{Model, NARROW};
use crate::domain::context::Origin;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, fitted, spans};
use crate::ui::theme::Styles;

/// Width of the labels.
const LABEL: u16 = 12;
/// Rows for the claims below the form.
const CLAIMS: u16 = 9;
/// Least rows of the form: two fields and the verdict.
const LEAST: u16 = 3 + FRAME.1;

/// The form, and the current result of the checks.
pub struct ExpectationsForm<'a> {
    pub model: &'a Model,
    pub form: &'a Form,
    pub styles: &'a Styles,
}

impl StatefulWidget for ExpectationsForm<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, form, styles } = self;
        let contexts: &[KeyContext] = if form.is_at_path() { &[KeyContext::Form, KeyContext::Path] } else { &[KeyContext::Form] };
        let place = Self::place(model, form, area);
        let inner = frame("What the API expects", &keys_line(model, contexts), styles, place, buf);
        let origins = model.entry().map(|e| &e.exchange.context.origins);
        // Below the fields stands the verdict, behind an empty row if there is one.
        let shown = usize::from(inner.height.saturating_sub(1)).min(form.fields.len());
        let first = (form.chosen + 1).saturating_sub(shown);
        let left_out = form.fields.len() - shown;
        if left_out > 0 {
            let told = format!(" {left_out} more, with ↑ and ↓ ");
            Span::styled(told, styles.faint).render(Rect { x: place.x + 2, y: place.bottom() - 1, height: 1, ..inner }, buf);
        }
        for ((i, (which, editor)), row) in form.fields.iter().enumerate().skip(first).take(shown).zip(inner.rows()) {
            let (label, help) = which.label();
            let is_chosen = i == form.chosen;
            let origin = origins.and_then(|o| o.get(which.member())).filter(|_| !editor.text().is_empty()).map(|o| origin(*o));
            let origin = Span::styled(origin.unwrap_or_default(), styles.faint);
            let [label_place, value, _, origin_place] = Layout::horizontal([
                Constraint::Length(LABEL),
                Constraint::Fill(1),
                Constraint::Length(u16::from(origin.width() > 0)),
                Constraint::Length(origin.width() as u16),
            ])
            .areas(row);
            Span::styled(label, if is_chosen { styles.title_focus } else { styles.quiet }).render(label_place, buf);
            origin.render(origin_place, buf);
            if editor.text().is_empty() {
                cut(vec![Span::styled(help, styles.faint)], value.width.into(), styles).render(value, buf);
            }
            let cursor = field(editor, styles, value, buf);
            if is_chosen {
                state.cursor = Some(cursor);
                buf.set_style(row, styles.chosen);
            }
            state.drew(row, Target::Item(i));
        }
        if let Some(row) = inner.rows().next_back() {
            verdict(model, row, styles).render(row, buf);
        }
    }
}

impl ExpectationsForm<'_> {
    /// At the top left: the checklist stays visible while typing, and so do the claims that one copies from. Where all panes do not
    /// fit, the claims are drawn below it.
    pub fn place(model: &Model, form: &Form, screen: Rect) -> Rect {
        let width = screen.width.saturating_sub(6).min(76);
        let wanted = form.fields.len() as u16 + FRAME.1 + 2;
        let (x, y) = (screen.x + 2, screen.y + u16::from(screen.height > wanted + 1));
        let most = if needs_claims_below(model) { screen.height.saturating_sub(CLAIMS).max(LEAST) } else { screen.height };
        Rect { x, y, width, height: wanted.min(most) }.intersection(screen)
    }

    /// What the form leaves of a screen for the claims, where these would be covered.
    pub fn below(model: &Model, screen: Rect) -> Option<Rect> {
        let Some(Overlay::Expect(form)) = &model.overlay else { return None };
        let y = Self::place(model, form, screen).bottom();
        needs_claims_below(model).then(|| Rect { y, height: screen.bottom().saturating_sub(y), ..screen })
    }
}

fn needs_claims_below(model: &Model) -> bool {
    model.size.0 < NARROW && model.shown_token().is_some()
}

/// What the checks say of the request as it is now.
pub fn verdict(model: &Model, row: Rect, styles: &Styles) -> Line<'static> {
    let room = usize::from(row.width);
    let verdict = match model.subject() {
        Some(subject) => {
            let mark = Span::styled(format!("{} ", subject.outcome.mark()), styles.text);
            [vec![mark], fitted(&model.masked(subject.message), styles.text, room.saturating_sub(2), styles)].concat()
        }
        None => spans("✓ Nothing wrong found", styles.text, styles),
    };
    cut(verdict, room, styles)
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::CommandLine => "command line",
        Origin::File => "file",
        Origin::Session => "typed",
        Origin::Challenge => "challenge",
    }
}
