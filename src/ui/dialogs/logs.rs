//! What logs say: a histogram over time, a table, and the lines behind a row.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Sparkline, StatefulWidget, Widget as _};

use super::frame::{frame, keys_line, list};
use crate::app::dialogs::logs::{LogBar, LogLines, LogTable, LogsView};
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, spans, width};
use crate::ui::theme::Styles;

/// Rows of the histogram, without its labels.
const BARS: u16 = 5;
/// On a lower screen the table has all the room.
const LOW: u16 = 20;
/// The widest name; the numbers are right of it.
const WIDEST_NAME: usize = 56;

/// The page.
pub struct LogsPage<'a> {
    pub model: &'a Model,
    pub view: &'a LogsView,
    pub styles: &'a Styles,
}

impl StatefulWidget for LogsPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, view, styles } = self;
        let context = if view.lines.is_some() { KeyContext::LogLines } else { KeyContext::Logs };
        let inner = frame(&view.title, &keys_line(model, &[context]), styles, area, buf);
        let summary = u16::try_from(view.summary.len()).unwrap_or(u16::MAX);
        let bars = if area.height < LOW || view.bars.is_empty() { 0 } else { BARS + 2 };
        let [top, chart, _, rest] =
            Layout::vertical([Constraint::Length(summary), Constraint::Length(bars), Constraint::Length(1), Constraint::Min(0)])
                .areas(inner);
        for (line, row) in view.summary.iter().zip(top.rows()) {
            cut(spans(line, styles.text, styles), row.width.into(), styles).render(row, buf);
        }
        if bars > 0 {
            histogram(&view.bars, styles, chart, buf);
        }
        match &view.lines {
            Some(lines) => self::lines(lines, styles, rest, buf, state),
            None => table(view, styles, rest, buf, state),
        }
    }
}

/// What was refused over the time, with its beginning and its end.
fn histogram(bars: &[LogBar], styles: &Styles, area: Rect, buf: &mut Buffer) {
    let [head, chart, labels] = Layout::vertical([Constraint::Length(1), Constraint::Length(BARS), Constraint::Length(1)]).areas(area);
    let data = per_cell(bars, chart.width.into());
    let highest = bars.iter().max_by_key(|bar| bar.denied);
    let told = highest.map(|bar| format!("  most: {} from {} on", bar.denied, bar.from)).unwrap_or_default();
    Line::from(vec![Span::styled("denied over time", styles.title), Span::styled(told, styles.quiet)]).render(head, buf);
    Sparkline::default().data(&data).style(styles.fail).render(chart, buf);
    let end = bars.last().map(|bar| bar.from.as_str()).unwrap_or_default();
    let begin = bars.first().map(|bar| bar.from.as_str()).unwrap_or_default();
    Line::styled(begin.to_string(), styles.quiet).render(labels, buf);
    if usize::from(labels.width) > width(begin) + width(end) + 2 {
        Line::styled(end.to_string(), styles.quiet).right_aligned().render(labels, buf);
    }
}

/// The counts for so many cells: a bar over several, or the highest of several bars.
fn per_cell(bars: &[LogBar], cells: usize) -> Vec<u64> {
    let first = |cell: usize| cell * bars.len() / cells.max(1);
    let highest = |cell: usize| {
        let of_cell = bars.get(first(cell)..first(cell + 1).max(first(cell) + 1)).unwrap_or_default();
        of_cell.iter().map(|bar| bar.denied).max().unwrap_or_default()
    };
    (0..cells).map(highest).collect()
}

/// The titles of all tables, and the rows of one.
fn table(view: &LogsView, styles: &Styles, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
    let [titles, head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let title = |(index, table): (usize, &LogTable)| {
        let style = if index == view.table { styles.title_focus } else { styles.quiet };
        [Span::styled(table.title, style), Span::raw("   ")]
    };
    Line::from_iter([Span::styled("by  ", styles.quiet)].into_iter().chain(view.tables.iter().enumerate().flat_map(title)))
        .render(titles, buf);
    let Some(table) = view.shown() else { return };
    if table.rows.is_empty() {
        return Line::styled("Nothing was refused.", styles.quiet).render(head, buf);
    }
    let widths = widths(table);
    let line = |cells: &[&str]| -> String {
        let cell = |(index, text): (usize, &&str)| {
            let wide = widths.get(index).copied().unwrap_or_default();
            let text = shortened(text, wide);
            let blanks = " ".repeat(wide.saturating_sub(width(&text)));
            // Names and reasons begin at the left, numbers end at the right.
            if index == 0 || index >= table.head.len() - usize::from(table.head.len() > 4) { text + &blanks } else { blanks + &text }
        };
        cells.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ")
    };
    cut(spans(&line(&table.head), styles.quiet, styles), head.width.into(), styles).render(head, buf);
    let of = |index: usize| {
        let cells: Vec<&str> = table.rows.get(index).into_iter().flatten().map(String::as_str).collect();
        spans(&line(&cells), styles.text, styles)
    };
    list(table.rows.len(), view.chosen, of, styles, rows, buf, state);
}

fn widths(table: &LogTable) -> Vec<usize> {
    let of = |index: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(index)).map(|cell| width(cell));
        let widest = cells.chain(table.head.get(index).map(|head| width(head))).max().unwrap_or_default();
        if index == 0 { widest.min(WIDEST_NAME) } else { widest }
    };
    (0..table.head.len()).map(of).collect()
}

fn shortened(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_string();
    }
    let mut cut: String = text.chars().take(room.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The lines of a row, the newest first.
fn lines(lines: &LogLines, styles: &Styles, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
    let [head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let told = match &lines.read {
        None => "reading …".to_string(),
        Some(Err(why)) => why.clone(),
        Some(Ok(read)) if read.is_empty() => "no refused request is among them".into(),
        Some(Ok(read)) => format!("the newest {} of its refused requests", read.len()),
    };
    let title = [spans(&lines.title, styles.title, styles), vec![Span::styled(format!("  {told}"), styles.quiet)]].concat();
    cut(title, head.width.into(), styles).render(head, buf);
    if let Some(Ok(read)) = &lines.read {
        let of = |index: usize| read.get(index).map(|line| spans(&line.text, styles.text, styles)).unwrap_or_default();
        list(read.len(), lines.chosen, of, styles, rows, buf, state);
    }
}
