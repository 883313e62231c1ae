//! The values of the environment, each with the file that it is in.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{FRAME, centered, field, frame, keys_line};
use crate::app::appearance::Secrets;
use crate::app::dialogs::values::{ValueRow, ValueState, ValuesForm};
use crate::app::keymap::KeyContext;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::domain::secrecy::quoted;
use crate::ui::state::ViewState;
use crate::ui::text::{fitted, width};
use crate::ui::theme::Styles;

/// Widest names.
const NAME: usize = 24;
/// Cells for a word in the place of a value; no place is shown in fewer.
const SHORT: usize = 8;

/// The list, and the value that is typed.
pub struct ValuesList<'a> {
    pub model: &'a Model,
    pub form: &'a ValuesForm,
    pub styles: &'a Styles,
}

impl StatefulWidget for ValuesList<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, form, styles } = self;
        let context = if form.typed.is_some() { KeyContext::EditingValue } else { KeyContext::Values };
        let title = match model.environment.as_str() {
            "" => "Values without an environment".to_string(),
            name => format!("Values in {}", quoted(name)),
        };
        let rows = u16::try_from(form.rows.len()).unwrap_or(u16::MAX);
        let height = rows.saturating_add(FRAME.1 + 2).min(area.height.saturating_sub(2));
        let place = centered(area, area.width.saturating_sub(6).min(110), height);
        let inner = frame(&title, &keys_line(model, &[context]), styles, place, buf);
        let [list, _, about] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1), Constraint::Length(1)]).areas(inner);
        let name = form.rows.iter().map(|row| width(&row.name)).max().unwrap_or(0).min(NAME) as u16;
        // The selected row is always visible.
        let top = (form.chosen + 1).saturating_sub(list.height.into());
        for (area, (index, row)) in list.rows().zip(form.rows.iter().enumerate().skip(top)) {
            let is_chosen = index == form.chosen;
            self.row(row, is_chosen, name, area, buf, state);
            if is_chosen {
                buf.set_style(area, styles.chosen);
            }
            state.drew(area, Target::Item(index));
        }
        if let Some(row) = form.row() {
            let text = match &row.state {
                ValueState::Used => format!("{{{{{}}}}} is filled with this, from {}", quoted(&row.name), quoted(&row.place)),
                ValueState::Hidden(by) => format!("{{{{{}}}}} is filled from {} instead", quoted(&row.name), quoted(by)),
                ValueState::NotText(what) => {
                    format!("{{{{{}}}}} is {what} in {}, not a text: change it in the file", quoted(&row.name), quoted(&row.place))
                }
                ValueState::Missing => format!("{{{{{}}}}} has no value; what you type goes to {}", quoted(&row.name), quoted(&row.place)),
            };
            let style = if matches!(row.state, ValueState::Missing | ValueState::NotText(_)) { styles.warn } else { styles.quiet };
            ratatui::text::Line::from(fitted(&text, style, about.width.into(), styles)).render(about, buf);
        }
    }
}

impl ValuesList<'_> {
    fn is_masked(&self, row: &ValueRow) -> bool {
        self.model.secrets == Secrets::Masked && row.is_secret()
    }

    fn row(&self, row: &ValueRow, is_chosen: bool, name: u16, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let styles = self.styles;
        // The value comes first; where it is from is told below as well.
        let value = if row.value.is_empty() || self.is_masked(row) { SHORT } else { width(&row.value) };
        let left = usize::from(area.width).saturating_sub(usize::from(name) + 4 + value);
        let place = if left < SHORT { Vec::new() } else { fitted(&row.place, styles.quiet, left.min((area.width / 2).into()), styles) };
        let wide: usize = place.iter().map(Span::width).sum();
        let [name_place, _, value, _, place_place] = Layout::horizontal([
            Constraint::Length(name),
            Constraint::Length(2),
            Constraint::Fill(1),
            Constraint::Length(2),
            Constraint::Length(wide as u16),
        ])
        .areas(area);
        let line = |spans: Vec<Span<'static>>| ratatui::text::Line::from(spans);
        let style = match row.state {
            _ if is_chosen => styles.title_focus,
            ValueState::Hidden(_) => styles.faint,
            ValueState::Used | ValueState::Missing | ValueState::NotText(_) => styles.name,
        };
        line(fitted(&row.name, style, name_place.width.into(), styles)).render(name_place, buf);
        line(place).render(place_place, buf);
        if let Some(editor) = self.form.typed.as_ref().filter(|_| is_chosen) {
            let covered = self.is_masked(row).then(|| editor.covered());
            state.cursor = Some(field(covered.as_ref().unwrap_or(editor), styles, value, buf));
            return;
        }
        let shown = match &row.state {
            ValueState::Missing => Span::styled("no value", styles.warn),
            ValueState::NotText(what) => Span::styled(format!("is {what}, not a text"), styles.warn),
            _ if !row.value.is_empty() && self.is_masked(row) => Span::styled("•••", styles.secret),
            _ if row.value.is_empty() => Span::styled("empty", styles.faint),
            state => {
                let style = if *state == ValueState::Used { styles.text } else { styles.faint };
                return line(fitted(&row.value, style, value.width.into(), styles)).render(value, buf);
            }
        };
        shown.render(value, buf);
    }
}
