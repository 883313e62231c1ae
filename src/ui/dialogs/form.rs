//! A form with a choice on top and the fields of what is chosen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::expectations::verdict;
use super::frame::{FRAME, field, frame, keys_line};
use crate::app::appearance::Secrets;
use crate::app::editor::Editor;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::checks::mask::masked;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, spans};
use crate::ui::theme::Styles;

/// Width of the labels.
const LABEL: u16 = 15;

/// The form.
pub struct FormPage<'a> {
    pub model: &'a Model,
    pub title: &'static str,
    /// The label of the choice, and what is chosen.
    pub choice: (&'static str, &'static str),
    pub rows: Vec<FormRow<'a>>,
    /// The focused row: 0 is the choice.
    pub chosen: usize,
    /// Rows that it has place for at least, so that it does not jump when another choice has fewer.
    pub least: u16,
    pub below: Below,
    pub styles: &'a Styles,
}

/// What stands below the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    Nothing,
    /// What the checks say.
    Verdict,
    Note(&'static str),
}

/// A field of it.
pub struct FormRow<'a> {
    pub label: &'a str,
    /// Shown while it is empty.
    pub help: &'static str,
    pub editor: &'a Editor,
    /// Whether what is typed is masked.
    pub is_secret: bool,
}

impl StatefulWidget for FormPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let styles = self.styles;
        let keys = keys_line(self.model, &self.model.overlay.as_ref().map(|overlay| overlay.contexts()).unwrap_or_default());
        let inner = frame(self.title, &keys, styles, self.place(area), buf);
        // What does not fit is scrolled: the focused row is seen.
        let place = usize::from(inner.height).saturating_sub(self.below.rows().into());
        let first = (self.chosen + 1).saturating_sub(place);
        let mut rows = inner.rows().take(place);
        let mut row = |index: usize, label: &str, buf: &mut Buffer, state: &mut ViewState| {
            if index < first {
                return None;
            }
            let row = rows.next()?;
            let is_chosen = index == self.chosen;
            let [label_place, value] = Layout::horizontal([Constraint::Length(LABEL), Constraint::Fill(1)]).areas(row);
            cut(spans(label, if is_chosen { styles.title_focus } else { styles.quiet }, styles), usize::from(LABEL) - 1, styles)
                .render(label_place, buf);
            state.drew(row, Target::Item(index));
            Some((row, value, is_chosen))
        };
        let (label, choice) = self.choice;
        if let Some((row, value, is_chosen)) = row(0, label, buf, state) {
            let (before, behind) = if is_chosen { ("‹ ", " ›") } else { ("", "") };
            let mut kind = spans(&format!("{before}{choice}{behind}"), styles.text, styles);
            if !is_chosen {
                kind.push(Span::styled("  ↑ changes it", styles.faint));
            }
            cut(kind, value.width.into(), styles).render(value, buf);
            if is_chosen {
                buf.set_style(row, styles.chosen);
            }
        }
        for (index, FormRow { label, help, editor, is_secret }) in self.rows.iter().enumerate() {
            let Some((row, value, is_chosen)) = row(index + 1, label, buf, state) else { continue };
            if editor.text().is_empty() {
                cut(vec![Span::styled(*help, styles.faint)], value.width.into(), styles).render(value, buf);
            }
            let is_masked = self.model.secrets == Secrets::Masked && *is_secret;
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
        let Some(last) = inner.rows().next_back() else { return };
        match self.below {
            Below::Nothing => {}
            Below::Verdict => verdict(self.model, last, styles).render(last, buf),
            Below::Note(note) => cut(vec![Span::styled(note, styles.faint)], last.width.into(), styles).render(last, buf),
        }
    }
}

impl Below {
    /// The rows that it takes, with the empty one above it.
    const fn rows(self) -> u16 {
        if matches!(self, Self::Nothing) { 0 } else { 2 }
    }
}

impl FormPage<'_> {
    /// At the bottom: the request above it is seen to change, and so is the checklist.
    fn place(&self, screen: Rect) -> Rect {
        let rows = (self.rows.len() as u16 + 1).max(self.least) + self.below.rows();
        let width = screen.width.saturating_sub(6).min(76);
        let height = (rows + FRAME.1).min(screen.height);
        let y = screen.bottom().saturating_sub(height + u16::from(screen.height > height + 1));
        Rect { x: screen.x + 2, y, width, height }.intersection(screen)
    }
}
