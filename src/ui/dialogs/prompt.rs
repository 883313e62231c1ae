//! A single-line prompt.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::StatefulWidget;

use super::frame::{FRAME, centered, field, frame, keys_line};
use crate::app::editor::Editor;
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::ui::state::ViewState;
use crate::ui::theme::Styles;

/// A single-line prompt.
pub struct Prompt<'a> {
    pub model: &'a Model,
    pub title: &'static str,
    pub editor: &'a Editor,
    pub contexts: &'static [KeyContext],
    pub styles: &'a Styles,
}

impl StatefulWidget for Prompt<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let area = centered(area, area.width.saturating_sub(6).min(84), 3 + FRAME.1);
        let inner = frame(self.title, &keys_line(self.model, self.contexts), self.styles, area, buf);
        state.cursor = Some(field(self.editor, self.styles, Rect { y: inner.y + 1, height: 1, ..inner }.intersection(inner), buf));
    }
}
