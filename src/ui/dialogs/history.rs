//! The list of the sends of a request.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::StatefulWidget;

use super::frame::{FRAME, centered, frame, keys_line, list};
use crate::app::dialogs::history::HistoryList;
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::app::workspace::request::PastSend;
use crate::domain::time;
use crate::ui::panes::response::{facts, short};
use crate::ui::panes::verdict::percent;
use crate::ui::state::ViewState;
use crate::ui::theme::Styles;

/// The list.
pub struct HistoryPage<'a> {
    pub model: &'a Model,
    pub list: &'a HistoryList,
    pub styles: &'a Styles,
}

impl StatefulWidget for HistoryPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, list: chosen, styles } = self;
        let sends = model.entry().map(|entry| entry.sends()).unwrap_or_default();
        let rows = u16::try_from(sends.len()).unwrap_or(u16::MAX).saturating_add(FRAME.1);
        let place = centered(area, area.width.saturating_sub(4).min(96), rows.min(area.height));
        let inner = frame("Sends of this request", &keys_line(model, &[KeyContext::History]), styles, place, buf);
        let marked = chosen.marked.unwrap_or(0);
        let of = |index: usize| sends.get(index).map(|send| line(send, index, marked == index, styles)).unwrap_or_default();
        list(sends.len(), chosen.chosen, of, styles, inner, buf, state);
    }
}

/// One send: when, its status, what it took, and what was judged of it.
fn line(send: &PastSend, index: usize, is_marked: bool, styles: &Styles) -> Vec<Span<'static>> {
    let at = send.at.map_or_else(|| "recorded ".to_string(), time::clock);
    let mut line = Line::from(Span::styled(if is_marked { "◆ " } else { "  " }, styles.accent)).spans;
    line.push(Span::styled(format!("{at}  "), styles.quiet));
    line.push(Span::styled(format!("{:<8}", short(send.response)), styles.status(send.response.status)));
    // What was judged comes first: the end is cut off where there is little room.
    let judged = match send.verdict {
        Some(verdict) => Span::styled(format!("{:<32}", format!("{} {}", verdict.id, percent(verdict.confidence))), styles.text),
        None if send.response.is_success() => Span::styled(format!("{:<32}", "accepted"), styles.pass),
        None => Span::raw(format!("{:<32}", "")),
    };
    line.push(judged);
    line.push(Span::styled(facts(send.response).join(" · "), styles.quiet));
    if index == 0 {
        line.push(Span::styled("  the newest", styles.faint));
    }
    line
}
