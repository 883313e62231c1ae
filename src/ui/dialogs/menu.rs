//! A question with keys as answers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Widget;

use super::frame::{FRAME, centered, frame};
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::ui::text::{spans, width, wrap};
use crate::ui::theme::Styles;

/// A question with keys as answers.
pub struct Menu<'a> {
    pub model: &'a Model,
    pub title: &'static str,
    /// The question, in paragraphs.
    pub about: Vec<String>,
    /// The context whose keys are the answers.
    pub context: KeyContext,
    pub styles: &'a Styles,
}

impl Widget for Menu<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let styles = self.styles;
        // An address is read whole where there is room for it.
        let has_address = |about: &&String| about.contains("://");
        let longest = self.about.iter().filter(has_address).map(|about| width(about)).max().unwrap_or(0);
        let wanted = u16::try_from(longest).unwrap_or(u16::MAX).saturating_add(FRAME.0).clamp(62, 96);
        let wide = area.width.saturating_sub(6).min(wanted);
        let room = usize::from(wide.saturating_sub(FRAME.0));
        let paragraphs = self.about.iter().map(|about| spans(about, styles.quiet, styles));
        let mut lines: Vec<Line> = paragraphs.flat_map(|text| wrap(&text, room, 0)).collect();
        lines.push(Line::default());
        for binding in self.model.keymap.rows(self.context).filter(|b| self.model.can(b.action)) {
            let key = binding.keys.first().map(|k| k.to_string()).unwrap_or_default();
            lines.push(Line::from_iter([Span::styled(format!("{key:<7}"), styles.key), Span::styled(binding.label, styles.text)]));
        }
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(FRAME.1);
        let inner = frame(self.title, "", styles, centered(area, wide, height), buf);
        Text::from(lines).render(inner, buf);
    }
}
