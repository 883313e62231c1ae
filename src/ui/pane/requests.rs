//! The requests of all files, each with the worst that its checklist says and the status of its answer.

use ratatui::layout::Rect;

use super::frame;
use crate::app::entry::Sending;
use crate::app::file::Fold;
use crate::app::model::{Model, Pane};
use crate::app::update::ListRow;
use crate::ui::layout::inside;
use crate::ui::pen::{Pen, piece};

/// Draws it.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) {
    let styles = pen.styles;
    let count = model.request_count().to_string();
    let mut pen = frame(pen, model, Pane::Requests, area, &[piece(count, styles.faint)]);
    let rows = model.rows();
    let top = top(model, &rows, usize::from(pen.area.height));
    // Where files have headings, the first row is one.
    let indent = u16::from(matches!(rows.first(), Some(ListRow::File(_))));
    for (y, row) in (0..pen.area.height).zip(rows.iter().skip(top)) {
        match row {
            ListRow::File(file) => {
                let Some(file) = model.files.get(*file) else { continue };
                let arrow = if file.fold == Fold::Open { "▾" } else { "▸" };
                let at = pen.write(0, y, arrow, styles.faint);
                let at = pen.write(at + 1, y, &file.name, styles.title);
                if file.is_dirty() {
                    pen.write(at, y, "*", styles.changed);
                }
            }
            ListRow::Request(at) => {
                let Some(file) = model.files.get(at.file) else { continue };
                let Some(entry) = file.entries.get(at.entry) else { continue };
                let (mark, style) = match &entry.glance {
                    Some(glance) => (glance.mark.mark(), styles.outcome(glance.mark)),
                    None => ("·", styles.faint),
                };
                pen.write(indent, y, mark, style);
                let status = match (&entry.sending, &entry.exchange.answer) {
                    (Sending::Running { .. }, _) => "…".to_string(),
                    (_, Some(answer)) if answer.is_blocked() => "blocked".into(),
                    (_, Some(answer)) => answer.status.to_string(),
                    _ => String::new(),
                };
                let status_style = entry.exchange.answer.as_ref().map_or(styles.quiet, |a| styles.status(a.status));
                let end = pen.write_right(y, &status, status_style);
                let open = *at == model.at;
                let name = if open { styles.cause } else { styles.text };
                let title = entry.title();
                let behind = pen.write_until(indent + 2, end.saturating_sub(2), y, &title, name);
                if entry.is_edited() {
                    pen.write(behind, y, "*", styles.changed);
                }
                if open {
                    pen.tint(y, styles.chosen);
                }
            }
        }
    }
}

/// The row of the list at a place of the screen.
pub fn row_at(model: &Model, area: Rect, y: u16) -> Option<usize> {
    let inside = inside(area);
    let rows = model.rows();
    let row = top(model, &rows, usize::from(inside.height)) + usize::from(y.checked_sub(inside.y)?);
    (row < rows.len()).then_some(row)
}

/// Everything fits, or the open request stands in the middle.
fn top(model: &Model, rows: &[ListRow], height: usize) -> usize {
    let open = rows.iter().position(|r| *r == ListRow::Request(model.at)).unwrap_or(0);
    if rows.len() <= height { 0 } else { open.saturating_sub(height / 2).min(rows.len() - height) }
}
