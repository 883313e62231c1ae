//! The list of completions at the text cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Block, Clear, Widget};

use crate::app::editor::completion::Completion;
use crate::ui::text::{fitted, padded, width};
use crate::ui::theme::Styles;

/// Most completions shown at once.
const MOST: usize = 8;

/// The list, below or above the text cursor.
pub struct Completions<'a> {
    /// The completions.
    pub completion: &'a Completion,
    /// The text cursor.
    pub cursor: Position,
    pub styles: &'a Styles,
}

impl Widget for Completions<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self { completion, cursor, styles } = self;
        let wide = completion.options.iter().map(|o| width(o)).max().unwrap_or(0) + 2;
        let wide = u16::try_from(wide).unwrap_or(u16::MAX).min(area.width);
        let tall = completion.options.len().min(MOST) as u16;
        let y = if cursor.y + 1 + tall <= area.bottom() { cursor.y + 1 } else { cursor.y.saturating_sub(tall) };
        let x = cursor.x.min(area.right().saturating_sub(wide));
        let list = Rect { x, y, width: wide, height: tall }.intersection(area);
        Clear.render(list, buf);
        Block::new().style(styles.raised).render(list, buf);
        let top = completion.chosen.saturating_sub(usize::from(tall).saturating_sub(1));
        for (row, (i, option)) in list.rows().zip(completion.options.iter().enumerate().skip(top)) {
            let text = format!(" {}", option.trim_end());
            padded(fitted(&text, styles.text, row.width.into(), styles).into(), row.width.into()).render(row, buf);
            if i == completion.chosen {
                buf.set_style(row, styles.selection);
            }
        }
    }
}
