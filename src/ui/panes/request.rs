//! The request: its text with evidence highlighted, and secrets masked but for the line that is being edited.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::{empty, frame};
use crate::app::appearance::Secrets;
use crate::app::keymap::Action;
use crate::app::message::Target;
use crate::app::model::{Focus, Model};
use crate::app::panes::Pane;
use crate::app::search::Search;
use crate::app::workspace::request::Entry;
use crate::domain::exchange::{Certificates, HttpVersion, Redirects};
use crate::domain::secrecy;
use crate::domain::span;
use crate::ui::scroll::ScrollAnchor;
use crate::ui::state::ViewState;
use crate::ui::text::source::{self, ByteStyle, cells_before, left_for};
use crate::ui::text::{cut, spans};
use crate::ui::theme::Styles;

/// The first letters of a long secret stay readable …
const TOLD: usize = 4;
/// … if it has at least this many bytes.
const SHORTEST_TOLD: usize = 16;

/// From this height there is room for the address as it is sent.
const TALL_ENOUGH: u16 = 4;

/// The pane.
pub struct RequestPane<'a> {
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for RequestPane<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, styles } = self;
        let Some(entry) = model.entry() else { return };
        let inner = frame(Pane::Request, model, styles, title(model, entry, styles), area, buf, state);
        if entry.is_scratch() && model.focus != Focus::Editing {
            let rows = [
                ("", "Paste anything here: a curl command, a raw request,"),
                ("", "a HAR file, or a token alone."),
                ("", ""),
                ("i", "type a request"),
            ];
            return empty(&rows, styles, inner, buf);
        }
        let mut inner = inner;
        if let Some(address) = sent_address(model, entry).filter(|_| inner.height >= TALL_ENOUGH) {
            let place = Rect { height: 1, ..inner };
            let line = [vec![Span::styled("→ ", styles.faint)], spans(&address, styles.quiet, styles)].concat();
            cut(line, place.width.into(), styles).render(place, buf);
            inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
        }
        let text = entry.editor.text();
        let first = scrolled_to(model, entry, inner.height.into(), state);
        let sideways = sideways(model, text, inner, first, state);
        let byte_styles = ByteStyles::new(model, entry, styles);
        // A click below the text goes to its end.
        state.drew(inner, Target::Text(text.len()));
        for (row, line) in inner.rows().zip(lines(text).skip(first)) {
            let (mut place, mut part) = (row, line);
            let mut left = left_of(model, entry, text, line, row.width.into(), sideways);
            // A header's name stays visible when its value is scrolled sideways.
            if let Some(value) = name_of(entry, line).filter(|_| left > 0 && model.focus != Focus::Editing) {
                let name = span::Span::new(line.start, value);
                let wide = cells_before(text, line, value).min(usize::from(row.width) / 2) as u16;
                let name_place = Rect { width: wide, ..row };
                source::line(text, name, 0, wide.into(), styles, |at| byte_styles.at(at)).render(name_place, buf);
                state.drew_text(name_place, name, 0);
                place = Rect { x: row.x + wide, width: row.width - wide, ..row };
                part = span::Span::new(value, line.end);
                left = left_of(model, entry, text, part, place.width.into(), sideways);
            }
            source::line(text, part, left, place.width.into(), styles, |at| byte_styles.at(at)).render(place, buf);
            state.drew_text(place, part, left);
            if model.focus == Focus::Editing {
                editing(entry, line, left, row, buf, styles, state);
            }
        }
    }
}

/// The first visible line: the text cursor, or new evidence, is always visible.
fn scrolled_to(model: &Model, entry: &Entry, height: usize, state: &mut ViewState) -> usize {
    let text = entry.editor.text();
    let offset = &mut state.offsets(model).request;
    let found = model.search_in(Pane::Request).and_then(Search::here).map(|place| place.start);
    let is_new = offset.is_new(ScrollAnchor { chosen: model.chosen, answer: None, found, height });
    offset.clamp(memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1, height, |_| 1);
    let at = match model.focus {
        Focus::Editing => Some(entry.editor.cursor()),
        Focus::On(_) => found.or_else(|| model.marks.request.first().map(|s| s.start)).filter(|_| is_new),
    };
    if let Some(before) = at.and_then(|at| text.as_bytes().get(..at)) {
        offset.bring(memchr::memchr_iter(b'\n', before).count(), height, |_| 1);
    }
    offset.first()
}

/// Draws what typing adds to a line: a selected line end and the text cursor.
fn editing(entry: &Entry, line: span::Span, left: usize, row: Rect, buf: &mut Buffer, styles: &Styles, state: &mut ViewState) {
    let text = entry.editor.text();
    let column = |at: usize| row.x.saturating_add(cells_before(text, line, at).saturating_sub(left).min(u16::MAX.into()) as u16);
    if entry.editor.selection().is_some_and(|s| s.start <= line.end && s.end > line.end) {
        let end = Rect { x: column(line.end), width: 1, ..row };
        buf.set_style(end.intersection(row), styles.selection);
    }
    let cursor = entry.editor.cursor();
    if (line.start..=line.end).contains(&cursor) {
        state.cursor = Some(Position { x: column(cursor).min(row.right().saturating_sub(1)), y: row.y });
    }
}

/// On the right of the title: unusual options of the request.
fn title(model: &Model, entry: &Entry, styles: &Styles) -> Vec<Span<'static>> {
    let transfer = &entry.exchange.transfer;
    let proxy = match transfer.proxy.as_ref().map(|proxy| proxy.address.as_str()) {
        Some("") => "no proxy".to_string(),
        Some(address) if address.contains("://") => format!("via {}", secrecy::replaced_in_url(address, "•••")),
        Some(address) => format!("via {}", secrecy::replaced_in_url(&format!("http://{address}"), "•••")),
        None => transfer.no_proxy.as_ref().map(|list| format!("no proxy for {list}")).unwrap_or_default(),
    };
    let most =
        transfer.max_redirects.map(|most| format!("at most {most} redirect{}", if most == 1 { "" } else { "s" })).unwrap_or_default();
    let follows = transfer.redirects == Redirects::Follow;
    let environment = environment(model, entry);
    let stale = model.stale_answer().map(|stale| stale.why).unwrap_or_default();
    let told = [
        (!stale.is_empty(), stale.as_str(), styles.warn),
        (!environment.is_empty(), environment.as_str(), styles.warn),
        (transfer.certificates == Certificates::LetPass, "certificate not checked", styles.warn),
        (!proxy.is_empty(), proxy.as_str(), styles.warn),
        (transfer.version == HttpVersion::Http1, "HTTP/1.1", styles.quiet),
        (!follows, "redirects not followed", styles.quiet),
        (follows && !most.is_empty(), most.as_str(), styles.quiet),
        (entry.is_edited(), "edited", styles.changed),
        (model.focus == Focus::Editing, "typing", styles.accent),
        (model.focus != Focus::Editing && model.secrets == Secrets::Shown, "secrets shown", styles.warn),
    ];
    let mut title = Vec::new();
    for (_, text, style) in told.into_iter().filter(|(holds, ..)| *holds) {
        if !title.is_empty() {
            title.push(Span::styled(" · ", styles.faint));
        }
        title.extend(spans(text, style, styles));
    }
    title
}

/// The first variable without a value, and in which environment it has one.
fn environment(model: &Model, entry: &Entry) -> String {
    let (Some(file), Some(name)) = (model.file(), entry.first_unresolved()) else { return String::new() };
    let known = file.environments_with(&name);
    let name = secrecy::quoted(&name);
    let key = model.key_of(Action::Environment);
    match known.as_slice() {
        [] => format!("{{{{{name}}}}} has no value"),
        known => format!("{{{{{name}}}}}: {key} chooses {}", known.join(" or ")),
    }
}

/// The address as it is sent, if variables are filled in.
fn sent_address(model: &Model, entry: &Entry) -> Option<String> {
    let url = &entry.exchange.request.url;
    if *url == entry.raw.url {
        return None;
    }
    Some(match model.secrets {
        Secrets::Shown => url.clone(),
        Secrets::Masked => entry.masked_address(),
    })
}

/// The lines of a text.
fn lines(text: &str) -> impl Iterator<Item = span::Span> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    ends.map(move |end| {
        let line = span::Span::new(start, end);
        start = end + 1;
        line
    })
}

/// The offset of the value, if a line is a header.
fn name_of(entry: &Entry, line: span::Span) -> Option<usize> {
    let next = entry.text.headers.partition_point(|h| h.name.start < line.start);
    entry.text.headers.get(next).filter(|h| h.name.start == line.start).map(|h| h.value.start)
}

/// How far the long lines are scrolled sideways while read; no further than to their end.
fn sideways(model: &Model, text: &str, area: Rect, first: usize, state: &mut ViewState) -> usize {
    let sideways = &mut state.offsets(model).sideways;
    if *sideways == 0 || model.focus == Focus::Editing {
        return 0;
    }
    let visible = lines(text).skip(first).take(area.height.into());
    let longest = visible.map(|line| cells_before(text, line, line.end)).max().unwrap_or(0);
    *sideways = (*sideways).min(longest.saturating_sub(usize::from(area.width) / 2));
    *sideways
}

/// While typing or reading from the start, only the line with the cursor or the evidence scrolls sideways; else all long ones.
fn left_of(model: &Model, entry: &Entry, text: &str, line: span::Span, room: usize, sideways: usize) -> usize {
    if sideways > 0 {
        let wide = cells_before(text, line, line.end);
        return if wide > room { sideways.min(wide.saturating_sub(room) + 1) } else { 0 };
    }
    let is_here = |s: &span::Span| s.start >= line.start && s.end <= line.end;
    let at = match model.focus {
        Focus::Editing => Some(entry.editor.cursor()).filter(|c| (line.start..=line.end).contains(c)),
        Focus::On(_) => {
            let found = model.search_in(Pane::Request).and_then(Search::here).filter(is_here);
            found.or_else(|| model.marks.request.iter().copied().find(is_here)).map(|s| {
                // Short evidence is shown whole; of long evidence the start.
                if cells_before(text, s, s.end) < room / 2 { s.end } else { s.start }
            })
        }
    };
    at.map_or(0, |at| left_for(cells_before(text, line, at), room))
}

/// Styles for each byte of the request.
struct ByteStyles<'a> {
    model: &'a Model,
    entry: &'a Entry,
    styles: &'a Styles,
    secrets: &'a [span::Span],
    /// The line that is being edited: whoever types sees what is typed.
    clear: Option<span::Span>,
    selection: Option<span::Span>,
    /// The parameters of the address that are switched off.
    off: Vec<span::Span>,
}

impl<'a> ByteStyles<'a> {
    fn new(model: &'a Model, entry: &'a Entry, styles: &'a Styles) -> Self {
        let is_editing = model.focus == Focus::Editing;
        let covers = model.secrets == Secrets::Masked;
        let clear = is_editing.then(|| entry.editor.line_at(entry.editor.cursor()));
        let secrets = entry.derived.as_ref().map_or(&[][..], |d| &d.secrets);
        let selection = entry.editor.selection().filter(|_| is_editing);
        Self { model, entry, styles, secrets: if covers { secrets } else { &[] }, clear, selection, off: entry.text.off_lines() }
    }

    fn at(&self, at: usize) -> ByteStyle {
        let within = |span: &span::Span| span.start <= at && at < span.end;
        let next = self.secrets.partition_point(|secret| secret.end <= at);
        let is_clear = self.clear.is_some_and(|line| line.start <= at && at <= line.end);
        let covered =
            !is_clear && self.secrets.get(next).is_some_and(|secret| within(secret) && at >= secret.start + self.readable(*secret));
        let mut style = if covered { self.styles.secret } else { self.part(at) };
        if self.model.marks.request.iter().any(within) {
            style = style.patch(self.styles.proof);
        }
        if let Some(is_here) = self.model.search_in(Pane::Request).and_then(|search| search.at(at)) {
            style = style.patch(self.styles.found[usize::from(is_here)]);
        }
        if self.selection.as_ref().is_some_and(within) {
            style = style.patch(self.styles.selection);
        }
        ByteStyle { style, covered }
    }

    /// How many bytes of a secret stay readable, to tell tokens apart; none of a short one.
    fn readable(&self, secret: span::Span) -> usize {
        let text = secret.cut(self.entry.editor.text()).unwrap_or_default();
        let secret = text.trim_start();
        if secret.len() < SHORTEST_TOLD { 0 } else { text.len() - secret.len() + TOLD }
    }

    fn part(&self, at: usize) -> Style {
        let within = |line: &span::Span| line.start <= at;
        let text = &self.entry.text;
        if at < text.method.end {
            self.styles.accent
        } else if self.off.get(self.off.partition_point(|line| line.end <= at)).is_some_and(within) {
            self.styles.faint
        } else if at < text.url.end || at >= text.body.start {
            self.styles.text
        } else {
            let header = text.headers.partition_point(|h| h.value.end < at);
            let in_name = text.headers.get(header).is_some_and(|h| at < h.value.start);
            if in_name { self.styles.name } else { self.styles.text }
        }
    }
}
