//! The table of variants.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{FRAME, centered, frame, keys_line, list};
use crate::app::dialogs::trials::{TrialOutcome, TrialRow, TrialState, TrialTable};
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::domain::secrecy::{quoted, replaced_in_url};
use crate::ui::panes::response::{facts, short};
use crate::ui::state::ViewState;
use crate::ui::text::{cut, padded, spans, width, wrap};
use crate::ui::theme::Styles;

/// Columns of the longest label that is shown whole.
const MOST_LABEL: usize = 44;

/// The table.
pub struct TrialsPage<'a> {
    pub model: &'a Model,
    pub table: &'a TrialTable,
    pub styles: &'a Styles,
}

impl StatefulWidget for TrialsPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, table, styles } = self;
        let wide = area.width.saturating_sub(2).min(120);
        let room = usize::from(wide.saturating_sub(FRAME.0));
        let head = head(model, table, room, styles);
        let contexts = [context(&table.state)];
        let rows = table.rows.len() + head.len();
        let place = centered(area, wide, u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(FRAME.1).min(area.height));
        let inner = frame("Try variants", &keys_line(model, &contexts), styles, place, buf);
        let [above, below] = Layout::vertical([Constraint::Length(head.len() as u16), Constraint::Min(1)]).areas(inner);
        for (line, place) in head.iter().zip(above.rows()) {
            line.render(place, buf);
        }
        let of = |index: usize| table.rows.get(index).map(|row| line(model, table, index, row, room, styles)).unwrap_or_default();
        list(table.rows.len(), table.chosen, of, styles, below, buf, state);
    }
}

/// The keys of each state.
const fn context(state: &TrialState) -> KeyContext {
    match state {
        TrialState::Asking => KeyContext::TrialsAsked,
        TrialState::Sending(..) => KeyContext::TrialsRunning,
        TrialState::Done(_) => KeyContext::TrialsDone,
    }
}

/// What stands above the table.
fn head(model: &Model, table: &TrialTable, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let request = table.rows.first().map(|row| &row.variant.request);
    let said = match &table.state {
        TrialState::Done(sentence) => vec![Span::styled(sentence.clone(), styles.cause)],
        TrialState::Sending(_, index) => vec![Span::styled(format!("Sending {} of {} …", index + 1, table.rows.len()), styles.text)],
        TrialState::Asking => {
            let origins = table.origins().join(" and ");
            let address = model.masked(&origins);
            let method = request.map(|request| request.method.clone()).unwrap_or_default();
            let warning = if table.is_unsafe() { format!(" Each {method} may change something there.") } else { String::new() };
            let proxy = model.entry().and_then(|entry| entry.exchange.transfer.proxy.as_ref()).filter(|proxy| !proxy.address.is_empty());
            let way = proxy.map_or_else(String::new, |proxy| format!(" through the proxy {}", model.masked(&proxy.address)));
            spans(&format!("{} requests go to {address}{way}, one after the other.{warning}", table.rows.len()), styles.text, styles)
        }
    };
    let mut lines = wrap(&said, room, 0);
    lines.push(Line::default());
    lines
}

/// One variant: what is changed, and what came of it.
fn line(model: &Model, table: &TrialTable, index: usize, row: &TrialRow, room: usize, styles: &Styles) -> Vec<Span<'static>> {
    let label = table.rows.iter().map(|row| width(&row.variant.label)).max().unwrap_or(0).min(MOST_LABEL).min(room * 6 / 10);
    let mut line = padded(cut(spans(&row.variant.label, styles.text, styles), label, styles), label + 2).spans;
    match &row.outcome {
        Some(TrialOutcome::Answered(answer)) => {
            line.push(Span::styled(format!("{:<8}", short(answer)), styles.status(answer.status)));
            line.push(Span::styled(format!("{:<18}  ", facts(answer).join(" · ")), styles.quiet));
            if index > 0 {
                line.extend(spans(row.difference.as_deref().unwrap_or("the same answer"), styles.quiet, styles));
            }
        }
        Some(TrialOutcome::Failed(why)) => line.extend(spans(&format!("✗ {}", quoted(why)), styles.fail, styles)),
        None if matches!(table.state, TrialState::Sending(_, running) if running == index) => line.push(Span::styled("…", styles.accent)),
        None => {
            let request = &row.variant.request;
            let address = quoted(&replaced_in_url(&request.url, "…"));
            line.extend(spans(&format!("{} {}", request.method, model.masked(&address)), styles.faint, styles));
        }
    }
    line
}
