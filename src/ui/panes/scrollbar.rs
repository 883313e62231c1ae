//! Where one is in a list that is longer than its pane, on the pane's right edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget};

use crate::ui::theme::Styles;

/// Draws it beside `area`, unless all of the `count` items are visible; items have one row or more.
pub fn scrollbar(first: usize, count: usize, rows_of: impl Fn(usize) -> usize, styles: &Styles, area: Rect, buf: &mut Buffer) {
    let height = usize::from(area.height);
    // Items from the first visible one on that fit.
    let mut rows = 0;
    let visible = (first..count).take_while(|item| {
        rows += rows_of(*item);
        rows <= height
    });
    let visible = visible.count();
    if first == 0 && visible == count {
        return;
    }
    let edge = Rect { x: area.right(), width: 1, ..area }.intersection(buf.area);
    let mut place = ScrollbarState::new(count.saturating_sub(visible) + 1).position(first).viewport_content_length(visible);
    Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(None)
        .thumb_symbol("│")
        .thumb_style(styles.faint)
        .render(edge, buf, &mut place);
}
