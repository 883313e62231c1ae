//! A scrollable page of text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget, Widget as _};

use super::frame::{FRAME, centered, frame, keys_line};
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::ui::scroll::ScrollOffset;
use crate::ui::state::ViewState;
use crate::ui::text::{spans, wrap};
use crate::ui::theme::Styles;

/// A page of text.
pub struct Page<'a> {
    pub title: String,
    /// The keys shown next to the title.
    pub keys: String,
    /// The lines, wrapped to [`room`].
    pub lines: Vec<Line<'static>>,
    /// Its position.
    pub place: PagePosition,
    pub styles: &'a Styles,
}

/// The position of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagePosition {
    /// Centered.
    Middle,
    /// In the lower half, so that the cause stays visible.
    Bottom,
}

impl<'a> Page<'a> {
    /// The page for unreadable input.
    pub fn unreadable(model: &Model, message: &str, room: usize, styles: &'a Styles) -> Self {
        let text = [vec![Span::styled("✗ ", styles.fail)], spans(message, styles.text, styles)].concat();
        let mut lines = wrap(&text, room, 2);
        lines.push(Line::default());
        lines.push(Line::styled("Nothing was changed.", styles.quiet));
        let title = "This input could not be read".into();
        Self { title, keys: keys_line(model, &[KeyContext::Reading]), lines, place: PagePosition::Middle, styles }
    }
}

impl StatefulWidget for Page<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        // The page is no taller than its text.
        let whole = whole_area(area);
        let height = whole.height.min(u16::try_from(self.lines.len()).unwrap_or(u16::MAX).saturating_add(FRAME.1));
        let area = match self.place {
            PagePosition::Middle => centered(area, whole.width, height),
            PagePosition::Bottom => {
                let height = height.min(area.height / 2);
                Rect { y: area.bottom().saturating_sub(height), height, ..whole }
            }
        };
        let inner = frame(&self.title, &self.keys, self.styles, area, buf);
        scrolled(self.lines, self.styles, inner, buf, state.page());
    }
}

/// Draws lines from the scroll offset, with a scroll bar if they do not fit.
pub fn scrolled(lines: Vec<Line<'static>>, styles: &Styles, area: Rect, buf: &mut Buffer, offset: &mut ScrollOffset) {
    let (count, height) = (lines.len(), usize::from(area.height));
    offset.clamp(count, height, |_| 1);
    Text::from_iter(lines.into_iter().skip(offset.first()).take(height)).render(area, buf);
    if count > height {
        let mut bar = ScrollbarState::new(count - height).position(offset.first()).viewport_content_length(height);
        let bar_area = Rect { width: area.width + 1, ..area }.intersection(buf.area);
        Scrollbar::new(ScrollbarOrientation::VerticalRight)
            .begin_symbol(None)
            .end_symbol(None)
            .style(styles.faint)
            .render(bar_area, buf, &mut bar);
    }
}

/// The area of the largest page.
fn whole_area(screen: Rect) -> Rect {
    let height = screen.height.saturating_sub(if screen.height < 23 { 0 } else { 3 });
    centered(screen, screen.width.saturating_sub(4).min(104), height)
}

/// The width available for text.
pub fn room(screen: Rect) -> usize {
    usize::from(whole_area(screen).width.saturating_sub(FRAME.0))
}
