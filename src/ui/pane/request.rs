//! The request: its text, with the proof of what is chosen marked and secrets covered while one does not type.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{empty, frame};
use crate::app::entry::Entry;
use crate::app::model::{Focus, Model, Pane, Secrets};
use crate::domain::exchange::{Certificates, HttpVersion, Redirects};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::ui::layout::inside;
use crate::ui::line::{self, Look, cells_before, left_for};
use crate::ui::pen::{Pen, Piece, piece};
use crate::ui::styles::Styles;

/// So many first letters of a secret stay readable…
const TOLD: usize = 4;
/// … when it is at least this long, in bytes.
const SHORTEST_TOLD: usize = 16;

/// Draws it; gives the place of the text cursor.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) -> Option<(u16, u16)> {
    let styles = pen.styles;
    let entry = model.entry()?;
    let mut pen = frame(pen, model, Pane::Request, area, &title(model, entry, styles));
    if entry.is_scratch() && model.focus != Focus::Editing {
        empty(
            &mut pen,
            &[
                ("", "Paste anything here: a curl command, a raw request,"),
                ("", "a HAR file, or a token alone."),
                ("", ""),
                ("i", "type a request"),
            ],
        );
        return None;
    }
    let text = entry.editor.text();
    let looks = Looks::new(model, entry, styles);
    for (row, (_, line)) in (0..pen.area.height).zip(lines(text).skip(entry.tops.request)) {
        let mut left = left_of(model, entry, text, line, usize::from(pen.area.width));
        match name_of(entry, line).filter(|_| left > 0 && model.focus != Focus::Editing) {
            // The name of the header stays in sight when its value is moved to the side.
            Some(value) => {
                line::draw(&mut pen, row, text, Span::new(line.start, value), 0, &|at| looks.at(at));
                let name = cells_before(text, line, value).min(usize::from(pen.area.width) / 2) as u16;
                let area = Rect { x: pen.area.x + name, width: pen.area.width - name, ..pen.area };
                let value = Span::new(value, line.end);
                left = left_of(model, entry, text, value, usize::from(area.width));
                line::draw(&mut pen.within(area), row, text, value, left, &|at| looks.at(at));
            }
            None => line::draw(&mut pen, row, text, line, left, &|at| looks.at(at)),
        }
        // A selection that goes over the end of the line shows there.
        if entry.editor.selection().is_some_and(|s| s.start <= line.end && s.end > line.end) && model.focus == Focus::Editing {
            let column = cells_before(text, line, line.end).saturating_sub(left).min(usize::from(u16::MAX)) as u16;
            pen.write(column, row, " ", styles.selection);
        }
    }
    (model.focus == Focus::Editing).then(|| cursor(model, entry, &pen.area)).flatten()
}

/// On the right of the title: what is unusual about the request.
fn title(model: &Model, entry: &Entry, styles: &Styles) -> Vec<Piece> {
    let manner = model.entry().map(|e| e.exchange.manner.clone()).unwrap_or_default();
    let proxy = match manner.proxy.as_ref().map(|proxy| proxy.address.as_str()) {
        Some("") => "no proxy".to_string(),
        Some(address) if address.contains("://") => format!("through {}", secrecy::replaced_in_url(address, "•••")),
        Some(address) => format!("through {}", secrecy::replaced_in_url(&format!("http://{address}"), "•••")),
        None => manner.no_proxy.as_ref().map(|list| format!("no proxy for {list}")).unwrap_or_default(),
    };
    let most = manner.max_redirects.map(|most| format!("redirects at most {most}")).unwrap_or_default();
    let follows = manner.redirects == Redirects::Follow;
    let told = [
        (manner.certificates == Certificates::LetPass, "certificate not checked", styles.warn),
        (!proxy.is_empty(), proxy.as_str(), styles.warn),
        (manner.version == HttpVersion::Http1, "HTTP/1.1", styles.quiet),
        (!follows, "redirects not followed", styles.quiet),
        (follows && !most.is_empty(), most.as_str(), styles.quiet),
        (entry.is_edited(), "edited", styles.changed),
        (model.focus == Focus::Editing, "typing", styles.accent),
        (model.focus != Focus::Editing && model.secrets == Secrets::Shown, "secrets shown", styles.warn),
    ];
    let mut pieces = Vec::new();
    for (_, text, style) in told.into_iter().filter(|(holds, ..)| *holds) {
        if !pieces.is_empty() {
            pieces.push(piece(" · ", styles.faint));
        }
        pieces.push(piece(text.to_string(), style));
    }
    pieces
}

/// Where the text cursor stands on the screen.
fn cursor(model: &Model, entry: &Entry, inside: &Rect) -> Option<(u16, u16)> {
    let text = entry.editor.text();
    let row = entry.editor.line_number().checked_sub(entry.tops.request)?;
    let line = entry.editor.line_at(entry.editor.cursor());
    let room = usize::from(inside.width);
    let column = cells_before(text, line, entry.editor.cursor()) - left_of(model, entry, text, line, room);
    let (x, y) = (inside.x + column.min(room.saturating_sub(1)) as u16, usize::from(inside.y) + row);
    (row < usize::from(inside.height)).then_some((x, y as u16))
}

/// The byte of the text at a place of the screen.
pub fn offset(model: &Model, area: Rect, x: u16, y: u16) -> Option<usize> {
    let entry = model.entry()?;
    let inside = inside(area);
    let row = usize::from(y.checked_sub(inside.y)?);
    let text = entry.editor.text();
    let Some((_, line)) = lines(text).nth(entry.tops.request + row) else { return Some(text.len()) };
    let left = left_of(model, entry, text, line, usize::from(inside.width));
    Some(line::offset_at(text, line, left + usize::from(x.saturating_sub(inside.x))))
}

/// The lines of a text with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, Span)> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    ends.enumerate().map(move |(number, end)| {
        let line = Span::new(start, end);
        start = end + 1;
        (number, line)
    })
}

/// Where the value begins on a line that is a header.
fn name_of(entry: &Entry, line: Span) -> Option<usize> {
    let next = entry.text.headers.partition_point(|h| h.name.start < line.start);
    entry.text.headers.get(next).filter(|h| h.name.start == line.start).map(|h| h.value.start)
}

/// Only the line with the cursor, or with the proof, is moved to the side.
fn left_of(model: &Model, entry: &Entry, text: &str, line: Span, room: usize) -> usize {
    let at = match model.focus {
        Focus::Editing => Some(entry.editor.cursor()).filter(|c| (line.start..=line.end).contains(c)),
        Focus::On(_) => model.marks.request.iter().find(|s| s.start >= line.start && s.end <= line.end).map(|s| {
            // The end of a short mark is shown as well; of a long one its begin.
            if cells_before(text, *s, s.end) < room / 2 { s.end } else { s.start }
        }),
    };
    at.map_or(0, |at| left_for(cells_before(text, line, at), room))
}

/// How each byte of the request looks.
struct Looks<'a> {
    model: &'a Model,
    entry: &'a Entry,
    styles: &'static Styles,
    secrets: &'a [Span],
    selection: Option<Span>,
}

impl<'a> Looks<'a> {
    fn new(model: &'a Model, entry: &'a Entry, styles: &'static Styles) -> Self {
        let editing = model.focus == Focus::Editing;
        let covered = model.secrets == Secrets::Masked && !editing;
        let secrets = entry.derived.as_ref().map_or(&[][..], |d| &d.secrets);
        let selection = entry.editor.selection().filter(|_| editing);
        Self { model, entry, styles, secrets: if covered { secrets } else { &[] }, selection }
    }

    fn at(&self, at: usize) -> Look {
        let within = |span: &Span| span.start <= at && at < span.end;
        let next = self.secrets.partition_point(|secret| secret.end <= at);
        let covered = self.secrets.get(next).is_some_and(|secret| within(secret) && at >= secret.start + self.readable(*secret));
        let mut style = if covered { self.styles.secret } else { self.part(at) };
        if self.model.marks.request.iter().any(within) {
            style = style.patch(self.styles.proof);
        }
        if self.selection.as_ref().is_some_and(within) {
            style = style.patch(self.styles.selection);
        }
        Look { style, covered }
    }

    /// How many bytes of a secret stay readable: the first letters tell one token from another. Of a short one none do.
    fn readable(&self, secret: Span) -> usize {
        let text = secret.cut(self.entry.editor.text()).unwrap_or_default();
        let secret = text.trim_start();
        if secret.len() < SHORTEST_TOLD { 0 } else { text.len() - secret.len() + TOLD }
    }

    fn part(&self, at: usize) -> Style {
        let text = &self.entry.text;
        if at < text.method.end {
            self.styles.accent
        } else if at < text.url.end || at >= text.body.start {
            self.styles.text
        } else {
            let header = text.headers.partition_point(|h| h.value.end < at);
            let in_name = text.headers.get(header).is_some_and(|h| at < h.value.start);
            if in_name { self.styles.name } else { self.styles.text }
        }
    }
}
