//! The last row while a search is typed: what is searched for, and how often it was found.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::footer::notice_line;
use crate::app::editor::Editor;
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::ui::dialogs::{field, keys_line};
use crate::ui::state::ViewState;
use crate::ui::theme::Styles;

/// The row.
pub struct SearchLine<'a> {
    pub model: &'a Model,
    pub editor: &'a Editor,
    pub styles: &'a Styles,
}

impl StatefulWidget for SearchLine<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, editor, styles } = self;
        buf.set_style(area, styles.base);
        let room = area.width - area.width / 3;
        let told = match &model.notice {
            Some(notice) => notice_line(notice, room.into(), styles),
            None => self.found(room.into()),
        };
        let wide = (told.width() as u16).min(room);
        let told_place = Rect { x: area.right() - wide, width: wide, ..area };
        told.render(told_place, buf);
        let [mark, typed] =
            [Rect { width: 2.min(area.width), ..area }, Rect { x: area.x + 2, width: area.width.saturating_sub(wide + 4), ..area }];
        Span::styled("/", styles.accent).render(mark, buf);
        state.cursor = Some(field(editor, styles, typed, buf));
    }
}

impl SearchLine<'_> {
    /// How often it was found, and the keys if there is room for them.
    fn found(&self, room: usize) -> Line<'static> {
        let Self { model, styles, .. } = self;
        let count = model.search.as_ref().map(|search| model.search_count(search)).unwrap_or_default();
        let keys = keys_line(model, &[KeyContext::Searching]);
        let mut told = Line::from_iter([Span::styled(count, styles.text), Span::styled(format!("  {keys} "), styles.faint)]);
        if told.width() > room {
            told.spans.truncate(1);
            told.push_span(" ");
        }
        told
    }
}
