//! The parameters of the request as a table.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::expectations::verdict;
use super::frame::{FRAME, field, frame, keys_line};
use crate::app::appearance::Secrets;
use crate::app::dialogs::parameters::{ParameterForm, ParameterRow};
use crate::app::keymap::{Action, KeyContext};
use crate::app::message::Target;
use crate::app::model::Model;
use crate::formats::parameters::{Cell, Section, Spelling};
use crate::ui::state::ViewState;
use crate::ui::text::{cut, fitted, spans, width};
use crate::ui::theme::Styles;

/// Widest names.
const NAME: usize = 32;
/// Cells before a name: whether it is sent.
const MARK: u16 = 2;
/// Rows for what is said below the table.
const BELOW: u16 = 2;

/// The table.
pub struct ParameterTable<'a> {
    pub model: &'a Model,
    pub form: &'a ParameterForm,
    pub styles: &'a Styles,
}

/// A line of it.
#[derive(Clone, Copy)]
enum Shown {
    Heading(Section),
    Row(usize),
}

impl StatefulWidget for ParameterTable<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, form, styles } = &self;
        let lines = self.lines();
        let inner = frame(&self.title(), &keys_line(model, &[self.context()]), styles, place(area, lines.len()), buf);
        let below = if inner.height > BELOW { BELOW } else { 1 };
        let [list, about] = Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(inner);
        let name = self.width_of_names(list.width);
        // The selected row is always visible.
        let chosen = lines.iter().position(|line| matches!(line, Shown::Row(index) if *index == form.chosen)).unwrap_or(0);
        let top = (chosen + 1).saturating_sub(list.height.into());
        for (place, line) in list.rows().zip(lines.iter().skip(top)) {
            match line {
                Shown::Heading(section) => cut(spans(section.title(), styles.quiet, styles), place.width.into(), styles).render(place, buf),
                Shown::Row(index) => {
                    if let Some(row) = form.rows.get(*index) {
                        self.row(row, *index == form.chosen, name, place, buf, state);
                    }
                    if *index == form.chosen {
                        buf.set_style(place, styles.chosen);
                    }
                    state.drew(place, Target::Item(*index));
                }
            }
        }
        let mut rows = about.rows();
        if let Some(row) = rows.next().filter(|_| below > 1) {
            cut(spans(&self.about(), styles.quiet, styles), row.width.into(), styles).render(row, buf);
        }
        if let Some(row) = about.rows().next_back() {
            verdict(model, row, styles).render(row, buf);
        }
    }
}

/// At the bottom: the request above it is seen to change, and so is the checklist.
fn place(screen: Rect, lines: usize) -> Rect {
    let width = screen.width.saturating_sub(6).min(110);
    let most = (screen.height * 3 / 5).max(10);
    let wanted = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(BELOW + FRAME.1);
    let height = wanted.min(most).min(screen.height);
    let y = screen.bottom().saturating_sub(height + u16::from(screen.height > height + 1));
    Rect { x: screen.x + 2, y, width, height }.intersection(screen)
}

impl ParameterTable<'_> {
    /// The rows, under headings where they are of several sections.
    fn lines(&self) -> Vec<Shown> {
        let rows = &self.form.rows;
        let has_headings = rows.iter().any(|row| Some(row.section) != rows.first().map(|first| first.section));
        let mut lines = Vec::new();
        let mut before = None;
        for (index, row) in rows.iter().enumerate() {
            if has_headings && before != Some(row.section) {
                lines.push(Shown::Heading(row.section));
            }
            before = Some(row.section);
            lines.push(Shown::Row(index));
        }
        lines
    }

    fn title(&self) -> String {
        let as_written = if self.form.spelling == Spelling::AsWritten { ", encoded" } else { "" };
        format!("Parameters{as_written}")
    }

    const fn context(&self) -> KeyContext {
        if self.form.typed.is_some() { KeyContext::EditingParameter } else { KeyContext::Parameters }
    }

    fn width_of_names(&self, room: u16) -> u16 {
        let names = self.form.rows.iter().map(|row| width(self.form.text(row, Cell::Name)));
        let typed = self.form.typed.as_ref().filter(|typed| typed.cell == Cell::Name).map_or(0, |typed| width(typed.editor.text()) + 1);
        names.max().unwrap_or(0).max(typed).clamp(4, NAME).min(usize::from(room / 2)) as u16
    }

    /// What is said of the selected row.
    fn about(&self) -> String {
        let Some(row) = self.form.row() else { return String::new() };
        let add = self.model.keymap.shown(&[KeyContext::Parameters], Action::AddParameter);
        let switch = self.model.keymap.shown(&[KeyContext::Parameters], Action::SwitchParameter);
        match row.number {
            None if self.form.typed.is_some() => format!("A new parameter {}", row.section.title()),
            None => format!("There is no parameter {}: {add} adds one", row.section.title()),
            Some(_) if !row.parameter.is_on => format!("It is a comment in the text and not sent: {switch} switches it on"),
            Some(_) if row.parameter.is_file => "The content of this file is sent".into(),
            Some(_) if self.is_masked(row) => String::new(),
            Some(_) => {
                let (name, value) = &row.parameter.written;
                let is_as_shown = *name == row.parameter.name && *value == row.parameter.value;
                let sign = if row.parameter.has_value { "=" } else { "" };
                match (self.form.spelling, is_as_shown || row.section == Section::Parts) {
                    (_, true) => String::new(),
                    (Spelling::Decoded, false) => format!("written as {name}{sign}{value}"),
                    (Spelling::AsWritten, false) => format!("means {}{sign}{}", row.parameter.name, row.parameter.value),
                }
            }
        }
    }

    fn is_masked(&self, row: &ParameterRow) -> bool {
        self.model.secrets == Secrets::Masked && row.is_secret()
    }

    fn row(&self, row: &ParameterRow, is_chosen: bool, name: u16, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (form, styles) = (self.form, self.styles);
        let [mark, name_place, _, value_place] =
            Layout::horizontal([Constraint::Length(MARK), Constraint::Length(name), Constraint::Length(2), Constraint::Fill(1)])
                .areas(area);
        let typed = form.typed.as_ref().filter(|_| is_chosen);
        if row.number.is_none() && typed.is_none() {
            return cut(vec![Span::styled("– none", styles.faint)], area.width.into(), styles).render(area, buf);
        }
        let (sign, style) = if row.parameter.is_on { ("✓", styles.pass) } else { ("–", styles.quiet) };
        Span::styled(sign, style).render(mark, buf);
        let quiet = |style: Style| if row.parameter.is_on { style } else { styles.faint };
        for (cell, place) in [(Cell::Name, name_place), (Cell::Value, value_place)] {
            if let Some(typed) = typed.filter(|typed| typed.cell == cell) {
                let covered = (self.model.secrets == Secrets::Masked && form.is_typed_secret()).then(|| typed.editor.covered());
                state.cursor = Some(field(covered.as_ref().unwrap_or(&typed.editor), styles, place, buf));
                continue;
            }
            let text = typed.and_then(|typed| typed.added.as_deref()).unwrap_or_else(|| form.text(row, cell));
            // A name alone may be the secret.
            let is_masked = self.is_masked(row) && (cell == Cell::Value) == row.parameter.has_value;
            let shown = match cell {
                _ if is_masked && !text.is_empty() => vec![Span::styled("•••", styles.secret)],
                Cell::Name if is_chosen => fitted(text, styles.title_focus, place.width.into(), styles),
                Cell::Name => fitted(text, quiet(styles.name), place.width.into(), styles),
                Cell::Value if text.is_empty() && row.parameter.has_value => vec![Span::styled("empty", styles.faint)],
                Cell::Value => fitted(text, quiet(styles.text), place.width.into(), styles),
            };
            Line::from(shown).render(place, buf);
        }
    }
}
