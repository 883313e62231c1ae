//! A filtered list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{FRAME, field, frame, keys_line};
use crate::app::dialogs::picker::{ENVIRONMENT, Picker, SEARCH};
use crate::app::keymap::KeyContext;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::ui::state::ViewState;
use crate::ui::text::{fitted, justified, width, wrap};
use crate::ui::theme::Styles;

/// The filter and the list.
pub struct PickerList<'a> {
    pub picker: &'a Picker,
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for PickerList<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { picker, model, styles } = self;
        let contexts: &[KeyContext] = match picker.title {
            ENVIRONMENT => &[KeyContext::Choosing, KeyContext::ChoosingEnvironment],
            _ => &[KeyContext::Choosing],
        };
        let inner = frame(picker.title, &keys_line(model, contexts), styles, place(area, picker), buf);
        let mut rows = inner.rows();
        let Some(query) = rows.next() else { return };
        Span::styled("/", styles.accent).render(query, buf);
        let typed = Rect { x: query.x + 2, width: query.width.saturating_sub(2), ..query };
        state.cursor = Some(field(&picker.query, styles, typed, buf));
        // An empty row separates filter and list.
        rows.next();
        if picker.found.is_empty() {
            // A text is searched from its own pane.
            let text = match picker.title {
                SEARCH => "No request or header has this name or address; 3 then / searches the response",
                _ => "Nothing matches",
            };
            for (line, row) in wrap(&[Span::styled(text, styles.quiet)], inner.width.into(), 0).into_iter().zip(&mut rows) {
                line.render(row, buf);
            }
        }
        // The selected item is always visible.
        let top = (picker.chosen + 1).saturating_sub(inner.height.saturating_sub(2).into());
        for (row, (place, index)) in rows.zip(picker.found.iter().enumerate().skip(top)) {
            let Some(item) = picker.items.get(*index) else { continue };
            let room = usize::from(row.width);
            let detail = fitted(&item.detail, styles.quiet, room / 2, styles);
            let text = room.saturating_sub(detail.iter().map(Span::width).sum::<usize>() + 3);
            let text = [vec![Span::raw(" ")], fitted(&item.text, styles.text, text, styles)].concat();
            justified(text, detail, room, styles).render(row, buf);
            if place == picker.chosen {
                buf.set_style(row, styles.selection);
            }
            state.drew(row, Target::Item(place));
        }
    }
}

/// Near the top of the screen, as tall as the unfiltered list.
fn place(screen: Rect, picker: &Picker) -> Rect {
    let wide = screen.width.saturating_sub(6).min(72);
    // What is said where nothing matches may take two rows.
    let rows = if picker.title == SEARCH { picker.items.len().max(2) } else { picker.items.len() };
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(FRAME.1 + 2);
    let height = height.min(screen.height.saturating_sub(4)).min(22);
    let x = screen.x + (screen.width - wide) / 2;
    Rect { x, y: screen.y + 2.min(screen.height / 8), width: wide.max(width("/") as u16), height }.intersection(screen)
}
