//! The requests of all files, each with its outcome and the status of its response.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame;
use crate::app::message::Target;
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::app::panes::requests::{Fold, RequestRow};
use crate::app::panes::token_view::ClockSource;
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::sending::SendState;
use crate::domain::time;
use crate::ui::state::ViewState;
use crate::ui::text::{fitted, justified, width};
use crate::ui::theme::Styles;

/// From this width on a row has room for a time.
const WITH_TIME: usize = 30;

/// The pane.
pub struct RequestsPane<'a> {
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for RequestsPane<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (model, styles) = (self.model, self.styles);
        let count = Span::styled(model.request_count().to_string(), styles.faint);
        let inner = frame(Pane::Requests, model, styles, vec![count], area, buf, state);
        let rows = model.rows();
        let top = top(model, &rows, inner.height.into());
        // If there are headings, the first row is one.
        let indent = if matches!(rows.first(), Some(RequestRow::File(_))) { " " } else { "" };
        for (area, (index, row)) in inner.rows().zip(rows.iter().enumerate().skip(top)) {
            let room = usize::from(area.width);
            let line = match row {
                RequestRow::File(file) => model.files.get(*file).map(|f| self.heading(f, room)),
                RequestRow::Request(at) => {
                    let entry = model.files.get(at.file).and_then(|f| f.entries.get(at.entry));
                    let number = model.files.get(at.file).filter(|f| f.is_recording()).map(|_| at.entry + 1);
                    entry.map(|e| self.request(e, number, *at == model.at, indent, room))
                }
            };
            line.render(area, buf);
            if *row == RequestRow::Request(model.at) {
                buf.set_style(area, styles.chosen);
            }
            state.drew(area, Target::Request(index));
        }
    }
}

impl RequestsPane<'_> {
    fn heading(&self, file: &RequestFile, room: usize) -> Line<'static> {
        let styles = self.styles;
        let mut line = Line::styled(if file.fold == Fold::Open { "▾ " } else { "▸ " }, styles.faint);
        line.extend(fitted(&file.name, styles.title, room.saturating_sub(3), styles));
        line.extend(file.has_unsaved_work().then(|| Span::styled("*", styles.changed)));
        line
    }

    /// Requests of a recording are often alike: they have a number, and a time where there is room.
    fn request(&self, entry: &Entry, number: Option<usize>, is_open: bool, indent: &'static str, room: usize) -> Line<'static> {
        let styles = self.styles;
        let (mark, style) = match &entry.badge {
            Some(badge) => (badge.mark.glyph(), styles.mark(badge.mark)),
            None => ("·", styles.faint),
        };
        let status = self.status(entry);
        let mut line = vec![Span::raw(indent), Span::styled(mark, style), Span::raw(" ")];
        let number_shown = number.map_or_else(String::new, |number| format!("{number:>2} "));
        let time = match entry.judged_at(self.model.now) {
            (at, ClockSource::Recorded | ClockSource::Answer) if number.is_some() && room >= WITH_TIME => format!("{} ", time::clock(at)),
            _ => String::new(),
        };
        let used = indent.len() + 2 + number_shown.len() + width(&time) + usize::from(entry.is_edited()) + status.width() + 2;
        line.push(Span::styled(number_shown, styles.faint));
        let style = if is_open { styles.cause } else { styles.text };
        line.extend(fitted(&entry.title(), style, room.saturating_sub(used), styles));
        line.extend(entry.is_edited().then(|| Span::styled("*", styles.changed)));
        justified(line, vec![Span::styled(time, styles.faint), status], room, styles)
    }

    fn status(&self, entry: &Entry) -> Span<'static> {
        let status = match (&entry.sending, &entry.exchange.answer) {
            (SendState::Running { .. }, _) => "…".to_string(),
            (_, Some(answer)) if answer.is_blocked() => "blocked".into(),
            // The mark is about the request as it is now, and that was not sent.
            (_, Some(answer)) if entry.current_answer().is_none() => format!("({})", answer.status),
            (_, Some(answer)) => answer.status.to_string(),
            _ => String::new(),
        };
        let style = entry.current_answer().map_or(self.styles.quiet, |a| self.styles.status(a.status));
        Span::styled(status, style)
    }
}

/// The first row to show: 0 if everything fits, else so that the open request is centered.
fn top(model: &Model, rows: &[RequestRow], height: usize) -> usize {
    let open = rows.iter().position(|r| *r == RequestRow::Request(model.at)).unwrap_or(0);
    if rows.len() <= height { 0 } else { open.saturating_sub(height / 2).min(rows.len() - height) }
}
