//! Parts that dialogs share: a frame with a title, a text field, a line of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Padding, Widget};

use crate::app::editor::Editor;
use crate::app::keymap::{KeyContext, rows};
use crate::domain::span;
use crate::ui::text::source::{self, ByteStyle, left_for};
use crate::ui::text::{cut, spans, width};
use crate::ui::theme::{PaneEdges, Styles};

/// Width and height of the frame around the content.
pub const FRAME: (u16, u16) = (4, 3);

/// A centered area.
pub fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    screen.centered(Constraint::Length(width), Constraint::Length(height))
}

/// Draws a frame with a title on the left and keys on the right; returns the area for the content.
pub fn frame(title: &str, keys: &str, styles: &Styles, area: Rect, buf: &mut Buffer) -> Rect {
    let is_bordered = styles.edges == PaneEdges::Drawn;
    let (borders, padding, gap) = match is_bordered {
        true => (Borders::ALL, Padding { left: 1, right: 1, top: 1, bottom: 0 }, " "),
        false => (Borders::NONE, Padding { left: 2, right: 2, top: 1, bottom: 1 }, "  "),
    };
    let room = usize::from(area.width).saturating_sub(4);
    let mut left = vec![Span::raw(gap)];
    left.extend(cut(spans(title, styles.title_focus, styles), room, styles));
    let has_room = width(keys) + width(title) + 2 < room;
    let right = if has_room && !keys.is_empty() { format!("{keys}{gap}") } else { String::new() };
    let block = Block::new()
        .style(styles.raised)
        .borders(borders)
        .border_style(styles.faint)
        .title_top(Line::from(left))
        .title_top(Line::styled(right, styles.faint).right_aligned())
        .padding(padding);
    let inner = block.inner(area);
    Clear.render(area, buf);
    block.render(area, buf);
    inner
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

/// The hinted keys in one line: `Enter choose  Esc close`.
pub fn keys_line(contexts: &[KeyContext]) -> String {
    let shown = contexts.iter().flat_map(|c| rows(*c)).filter(|b| b.hint > 0);
    let words: Vec<String> = shown.filter_map(|b| Some(format!("{} {}", b.keys.first()?, b.label))).collect();
    words.join("  ")
}
