//! The form for how a request says who sends it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::expectations::verdict;
use super::frame::{FRAME, field, frame, keys_line};
use crate::app::appearance::Secrets;
use crate::app::dialogs::auth::AuthForm;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::checks::mask::masked;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, spans};
use crate::ui::theme::Styles;

/// Width of the labels.
const LABEL: u16 = 14;
/// Rows of the kind and the most fields, an empty one, and the verdict.
const ROWS: u16 = 5;

/// The form, and the current result of the checks.
pub struct AuthPage<'a> {
    pub model: &'a Model,
    pub form: &'a AuthForm,
    pub styles: &'a Styles,
}

impl StatefulWidget for AuthPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, form, styles } = self;
        let keys = keys_line(&model.keymap, &model.overlay.as_ref().map(|overlay| overlay.contexts()).unwrap_or_default());
        let inner = frame("Who sends the request", &keys, styles, place(area), buf);
        let mut rows = inner.rows();
        let mut row = |index: usize, label: &'static str, buf: &mut Buffer, state: &mut ViewState| {
            let row = rows.next()?;
            let is_chosen = index == form.chosen;
            let [label_place, value] = Layout::horizontal([Constraint::Length(LABEL), Constraint::Fill(1)]).areas(row);
            Span::styled(label, if is_chosen { styles.title_focus } else { styles.quiet }).render(label_place, buf);
            state.drew(row, Target::Item(index));
            Some((row, value, is_chosen))
        };
        if let Some((row, value, is_chosen)) = row(0, "sent as", buf, state) {
            let (before, behind) = if is_chosen { ("‹ ", " ›") } else { ("", "") };
            let mut kind = spans(&format!("{before}{}{behind}", form.kind.label()), styles.text, styles);
            if !is_chosen {
                kind.push(Span::styled("  ↑ changes it", styles.faint));
            }
            cut(kind, value.width.into(), styles).render(value, buf);
            if is_chosen {
                buf.set_style(row, styles.chosen);
            }
        }
        for (index, (which, editor)) in form.fields().enumerate() {
            let (label, help) = which.label();
            let Some((row, value, is_chosen)) = row(index + 1, label, buf, state) else { return };
            if editor.text().is_empty() {
                cut(vec![Span::styled(help, styles.faint)], value.width.into(), styles).render(value, buf);
            }
            let is_masked = model.secrets == Secrets::Masked && AuthForm::is_secret(which, editor.text());
            if is_masked && !is_chosen {
                cut(spans(&masked(editor.text()), styles.text, styles), value.width.into(), styles).render(value, buf);
                continue;
            }
            let covered = is_masked.then(|| editor.covered());
            let cursor = field(covered.as_ref().unwrap_or(editor), styles, value, buf);
            if is_chosen {
                state.cursor = Some(cursor);
                buf.set_style(row, styles.chosen);
            }
        }
        if let Some(row) = inner.rows().next_back() {
            verdict(model, row, styles).render(row, buf);
        }
    }
}

/// At the bottom: the request above it is seen to change, and so is the checklist.
fn place(screen: Rect) -> Rect {
    let width = screen.width.saturating_sub(6).min(76);
    let height = (ROWS + FRAME.1).min(screen.height);
    let y = screen.bottom().saturating_sub(height + u16::from(screen.height > height + 1));
    Rect { x: screen.x + 2, y, width, height }.intersection(screen)
}
