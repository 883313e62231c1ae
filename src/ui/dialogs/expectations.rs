//! The form for what the API expects.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{FRAME, field, frame, keys_line};
use crate::app::dialogs::form::Form;
use crate::app::keymap::KeyContext;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::domain::context::Origin;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, fitted, spans};
use crate::ui::theme::Styles;

/// Width of the labels.
const LABEL: u16 = 12;

/// The form, and the current result of the checks.
pub struct ExpectationsForm<'a> {
    pub model: &'a Model,
    pub form: &'a Form,
    pub styles: &'static Styles,
}

impl StatefulWidget for ExpectationsForm<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, form, styles } = self;
        let contexts: &[KeyContext] = if form.is_at_path() { &[KeyContext::Form, KeyContext::Path] } else { &[KeyContext::Form] };
        let inner = frame("What the API expects", &keys_line(contexts), styles, place(area, form), buf);
        let origins = model.entry().map(|e| &e.exchange.context.origins);
        let mut rows = inner.rows();
        for (i, (which, editor)) in form.fields.iter().enumerate() {
            let Some(row) = rows.next() else { return };
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
        if let Some(row) = rows.nth(1) {
            verdict(model, row, styles).render(row, buf);
        }
    }
}

/// What the checks say of the request as it is now.
pub fn verdict(model: &Model, row: Rect, styles: &'static Styles) -> Line<'static> {
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

/// At the top left: the checklist stays visible while typing, and so do the claims that one copies from.
fn place(screen: Rect, form: &Form) -> Rect {
    let width = screen.width.saturating_sub(6).min(76);
    let height = (form.fields.len() as u16 + FRAME.1 + 2).min(screen.height);
    Rect { x: screen.x + 2, y: screen.y + u16::from(screen.height > height + 1), width, height }.intersection(screen)
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::CommandLine => "command line",
        Origin::File => "file",
        Origin::Session => "typed",
        Origin::Challenge => "challenge",
    }
}
