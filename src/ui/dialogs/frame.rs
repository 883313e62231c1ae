//! Parts that dialogs share: a frame with a title, a text field, a line of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Padding, Widget};

use crate::app::editor::Editor;
use crate::app::keymap::KeyContext;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::domain::span;
use crate::ui::state::ViewState;
use crate::ui::text::source::{self, ByteStyle, left_for};
use crate::ui::text::{cut, spans, width};
use crate::ui::theme::Styles;

/// Width and height of the frame around the content.
pub const FRAME: (u16, u16) = (4, 2);

/// A centered area.
pub fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    screen.centered(Constraint::Length(width), Constraint::Length(height))
}

/// Draws a frame with a title on the left and keys on the right; returns the area for the content.
pub fn frame(title: &str, keys: &str, styles: &Styles, area: Rect, buf: &mut Buffer) -> Rect {
    let gap = " ";
    let room = usize::from(area.width).saturating_sub(4);
    let mut left = vec![Span::raw(gap)];
    left.extend(cut(spans(title, styles.title_focus, styles), room, styles));
    left.push(Span::raw(gap));
    let has_room = width(keys) + width(title) + 4 < room;
    let right = if has_room && !keys.is_empty() { format!("{gap}{keys}{gap}") } else { String::new() };
    let block = Block::new()
        .style(styles.raised)
        .borders(Borders::ALL)
        .border_style(styles.accent)
        .title_top(Line::from(left))
        .title_top(Line::styled(right, styles.faint).right_aligned())
        .padding(Padding::horizontal(1));
    let inner = block.inner(area);
    clear(area, styles, buf);
    block.render(area, buf);
    inner
}

/// Clears an area. Of the words that it would cut, what is left beside it is cleared too, so that no half of a word is read.
fn clear(area: Rect, styles: &Styles, buf: &mut Buffer) {
    for y in area.top()..area.bottom() {
        let is_word = |buf: &Buffer, x: u16| buf.cell((x, y)).is_some_and(|cell| cell.symbol() != " ");
        let (first, last) = (area.left(), area.right().saturating_sub(1));
        let mut beside = Vec::new();
        if is_word(buf, first) {
            beside.extend((buf.area.left()..first).rev().take_while(|x| is_word(buf, *x)));
        }
        if is_word(buf, last) {
            beside.extend((area.right()..buf.area.right()).take_while(|x| is_word(buf, *x)));
        }
        for x in beside {
            buf.set_string(x, y, " ", styles.text);
        }
    }
    Clear.render(area, buf);
}

/// Draws a single-line field; returns the position of its cursor.
pub fn field(editor: &Editor, styles: &Styles, area: Rect, buf: &mut Buffer) -> Position {
    let text = editor.text();
    let before = width(text.get(..editor.cursor()).unwrap_or_default());
    let room = usize::from(area.width).max(1);
    let left = left_for(before, room);
    let selection = editor.selection();
    let byte_style = |at: usize| {
        let is_selected = selection.is_some_and(|s| s.start <= at && at < s.end);
        ByteStyle { style: if is_selected { styles.text.patch(styles.selection) } else { styles.text }, covered: false }
    };
    source::line(text, span::Span::whole(text), left, room, styles, byte_style).render(area, buf);
    Position { x: area.x + (before - left) as u16, y: area.y }
}

/// Draws a list of so many lines, scrolled so that the chosen one is seen; the mouse chooses them too.
pub fn list(
    count: usize,
    chosen: usize,
    line: impl Fn(usize) -> Vec<Span<'static>>,
    styles: &Styles,
    area: Rect,
    buf: &mut Buffer,
    state: &mut ViewState,
) {
    let first = (chosen + 1).saturating_sub(area.height.into());
    for (index, row) in (first..count).zip(area.rows()) {
        cut(line(index), row.width.into(), styles).render(row, buf);
        if index == chosen {
            buf.set_style(row, styles.chosen);
        }
        state.drew(row, Target::Item(index));
    }
}

/// The hinted keys that do something now, in one line: `Enter choose  Esc close`.
pub fn keys_line(model: &Model, contexts: &[KeyContext]) -> String {
    let shown = contexts.iter().flat_map(|c| model.keymap.rows(*c)).filter(|b| b.hint > 0 && model.can(b.action));
    let words: Vec<String> = shown.filter_map(|b| Some(format!("{} {}", b.keys.first()?, b.label))).collect();
    words.join("  ")
}
