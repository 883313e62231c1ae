//! The response: hops, headers, body; status, time and size in its title.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::scrollbar::scrollbar;
use super::{empty, frame};
use crate::app::appearance::Secrets;
use crate::app::keymap::{Action, KeyContext};
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::app::panes::response::{BodyForm, ResponseText};
use crate::app::search::Search;
use crate::app::workspace::request::{Entry, ResponseTo};
use crate::app::workspace::sending::{Failure, SendState};
use crate::domain::exchange::Certificates;
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::domain::span;
use crate::ui::scroll::ScrollAnchor;
use crate::ui::state::{ViewState, position};
use crate::ui::text::source::{self, ByteStyle};
use crate::ui::text::{spans, wrap};
use crate::ui::theme::Styles;

/// Indentation of continuation rows.
const HANG: u16 = 2;
/// Most rows per line: longer lines are split anyway.
const MOST_ROWS: usize = 64;

/// The pane.
pub struct ResponsePane<'a> {
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for ResponsePane<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (model, styles) = (self.model, self.styles);
        let title = model.entry().map(|entry| title(entry, model, styles, model.marks.status)).unwrap_or_default();
        let mut inner = frame(Pane::Response, model, styles, title, area, buf, state);
        let Some(entry) = model.entry() else { return };
        let above = earlier(entry, model, inner.width.into(), styles).into_iter();
        for line in above.chain(sending(entry, model, inner.width.into(), styles)) {
            let row = Rect { height: 1, ..inner }.intersection(inner);
            line.render(row, buf);
            inner = Rect { y: row.bottom(), height: inner.height - row.height, ..inner };
        }
        match entry.shown_text() {
            Some(answer) => self.answer(entry, answer, inner, buf, state),
            None if entry.sending == SendState::Idle => {
                let send = model.key_of(Action::Send);
                empty(&[("", "No response yet. The checklist examines the request alone."), (&send, "send it")], styles, inner, buf);
            }
            None => {}
        }
    }
}

impl ResponsePane<'_> {
    fn answer(&self, entry: &Entry, answer: &ResponseText, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (model, height) = (self.model, usize::from(area.height));
        let found = model.search_in(Pane::Response).and_then(Search::here);
        let levels = open_levels(entry, answer, marks(model, entry).iter().chain(&found));
        let left = state.lines_left(model, entry, answer, levels);
        let (count, place) = (left.as_ref().map_or(answer.line_count(), |left| left.len()), |line| position(left.as_deref(), line));
        let number = |index: usize| left.as_ref().map_or(Some(index), |left| left.get(index).copied()).unwrap_or_default();
        let rows = |index: usize| match answer.line(number(index)) {
            Some(line) => source::rows(&answer.text, line, area.width.into(), HANG.into(), MOST_ROWS),
            None => Vec::new(),
        };
        let rows_of = |index: usize| rows(index).len();
        let offset = &mut state.offsets(model).response;
        if offset.is_new(ScrollAnchor { chosen: model.chosen, answer: entry.shown_send(), found: found.map(|place| place.start), height })
            && let Some(mark) = found.as_ref().or_else(|| marks(model, entry).first())
        {
            match found {
                Some(_) => offset.bring_to_middle(place(answer.line_of(mark.start)), height, rows_of),
                None => offset.bring(place(answer.line_of(mark.start)), height, rows_of),
            }
        }
        if entry.is_laid_out() {
            offset.clamp(count, height, rows_of);
        } else {
            offset.clamp_growing(count, height, rows_of);
        }
        let first = offset.first();
        scrollbar(first, count, rows_of, self.styles, area, buf);
        let byte_styles = ByteStyles::new(model, entry, answer, self.styles);
        let mut area = area;
        for index in first..count {
            let member = answer.line(number(index)).and_then(|line| answer.member_name(line));
            let folded = levels.and_then(|levels| answer.folded(number(index), levels));
            let rows = rows(index);
            let last = rows.len().saturating_sub(1);
            for (i, part) in rows.into_iter().enumerate() {
                if area.is_empty() {
                    return;
                }
                let indent = if i == 0 { 0 } else { HANG.min(area.width) };
                let row = Rect { x: area.x + indent, width: area.width - indent, height: 1, ..area };
                let mut line = source::line(&answer.text, part, 0, row.width.into(), self.styles, |at| byte_styles.at(at, member));
                if let Some(folded) = folded.filter(|_| i == last) {
                    line.push_span(Span::styled(folded.to_string(), self.styles.changed));
                }
                line.render(row, buf);
                area = Rect { y: area.y + 1, height: area.height - 1, ..area };
            }
        }
    }
}

/// How many levels are open: no fewer than what is marked or found needs to be seen.
fn open_levels<'a>(entry: &Entry, answer: &ResponseText, seen: impl Iterator<Item = &'a span::Span>) -> Option<usize> {
    let needed = seen.filter_map(|seen| answer.level(answer.line_of(seen.start))).max().unwrap_or_default();
    entry.open_levels().map(|levels| levels.max(needed))
}

/// Styles for each byte of the response.
struct ByteStyles<'a> {
    answer: &'a ResponseText,
    styles: &'a Styles,
    marks: &'a [span::Span],
    covers: bool,
    search: Option<&'a Search>,
    /// It belongs to the request before an edit.
    is_earlier: bool,
}

impl<'a> ByteStyles<'a> {
    fn new(model: &'a Model, entry: &Entry, answer: &'a ResponseText, styles: &'a Styles) -> Self {
        let covers = model.secrets == Secrets::Masked;
        let search = model.search_in(Pane::Response);
        let is_earlier = !entry.shows_earlier() && entry.response_to().is_some_and(|of| of != ResponseTo::Current);
        Self { answer, styles, marks: marks(model, entry), covers, search, is_earlier }
    }

    /// The style of a byte; `member` is the name of the JSON member on its line.
    fn at(&self, at: usize, member: Option<span::Span>) -> ByteStyle {
        let (answer, styles) = (self.answer, self.styles);
        let within = |s: &span::Span| s.start <= at && at < s.end;
        let header = answer.headers.partition_point(|h| h.end < at);
        let is_name = answer.headers.get(header).is_some_and(|h| at < h.start) && at >= answer.head;
        let mut style = match () {
            () if at < answer.head => styles.quiet,
            () if is_name || member.as_ref().is_some_and(within) => styles.name,
            () if self.is_earlier => styles.quiet,
            () => styles.text,
        };
        if self.marks.iter().any(within) {
            style = style.patch(styles.proof);
        }
        if let Some(is_here) = self.search.and_then(|search| search.at(at)) {
            style = style.patch(styles.found[usize::from(is_here)]);
        }
        ByteStyle { style, covered: self.covers && answer.is_secret(at) }
    }
}

/// The reason phrase, masked unless secrets are shown.
fn reason(entry: &Entry, model: &Model) -> String {
    let reason = entry.shown_answer().map_or("", |answer| answer.reason.as_str());
    if entry.shows_earlier() && model.secrets == Secrets::Masked {
        return entry.masked_earlier_reason();
    }
    match (&entry.derived, model.secrets) {
        (_, Secrets::Shown) => reason.to_string(),
        (Some(derived), Secrets::Masked) => derived.masker.hide_in_text(reason).into_owned(),
        (None, Secrets::Masked) => quoted(reason),
    }
}

fn title(entry: &Entry, model: &Model, styles: &Styles, is_marked: bool) -> Vec<Span<'static>> {
    let Some(answer) = entry.shown_answer() else { return Vec::new() };
    let status = if answer.is_blocked() { short(answer) } else { format!("{} {}", answer.status, reason(entry, model)).trim().to_string() };
    let style = styles.status(answer.status);
    let form = match entry.body_form() {
        BodyForm::AsReceived if entry.has_layout() => Some(" · as received"),
        BodyForm::LaidOut if entry.has_layout() && entry.open_levels().is_some() => Some(" · folded"),
        _ => None,
    };
    let form = form.map(|form| Span::styled(form, styles.changed));
    if entry.shows_earlier() {
        let mut title = spans(&status, style, styles);
        let which = match entry.shown_back() {
            Some(back) if back > 1 => format!(" · {back} answers before"),
            _ => " · the answer before".into(),
        };
        title.push(Span::styled(which, styles.changed));
        title.extend(form);
        title.extend(facts(answer).into_iter().map(|fact| Span::styled(format!(" · {fact}"), styles.quiet)));
        return title;
    }
    let mut title = before(entry, styles);
    title.extend(spans(&status, if is_marked { style.patch(styles.proof) } else { style }, styles));
    if entry.certificates == Certificates::LetPass && entry.exchange.request.url.starts_with("https:") {
        title.push(Span::styled(" · certificate not checked", styles.warn));
    }
    if entry.last_send_has_no_answer() {
        title.push(Span::styled(" · the answer before", styles.changed));
    } else if entry.response_to() == Some(ResponseTo::Earlier) {
        title.push(Span::styled(" · before your edit", styles.changed));
    }
    title.extend(form);
    if let Some(place) = entry.answered_elsewhere() {
        title.push(Span::styled(format!(" · from {place}"), styles.changed));
    }
    // The end is cut off first: what the response is comes before what can be done with it.
    title.extend(facts(answer).into_iter().map(|fact| Span::styled(format!(" · {fact}"), styles.quiet)));
    if entry.earlier_answer().is_some() {
        title.push(Span::styled(format!(" · [{}] before", other_answer_key(model)), styles.quiet));
    }
    if let Some(answerer) = entry.derived.as_ref().and_then(|derived| derived.answerer) {
        title.push(Span::styled(format!(" · {}", answerer.title()), styles.quiet));
    }
    title
}

/// The status of the response before, if there is one, and an arrow.
fn before(entry: &Entry, styles: &Styles) -> Vec<Span<'static>> {
    let Some(earlier) = entry.earlier_answer() else { return Vec::new() };
    vec![Span::styled(short(earlier), styles.status(earlier.status)), Span::styled(" → ", styles.quiet)]
}

/// The status, or that a browser blocked it.
pub fn short(answer: &Response) -> String {
    if answer.is_blocked() { "blocked".into() } else { answer.status.to_string() }
}

/// The keys that show the answer before the newest: in a pane where the key means something else, that of the response first.
fn other_answer_key(model: &Model) -> String {
    let contexts = model.contexts();
    let of = |action: Action| model.keymap.key_of(&[KeyContext::Response, KeyContext::Main], action);
    let key = of(Action::OtherAnswer).map(|key| key.to_string()).unwrap_or_default();
    match of(Action::OtherAnswer).and_then(|key| model.keymap.action(&contexts, key)) {
        Some(Action::OtherAnswer) => key,
        _ => of(Action::Focus(Pane::Response)).map(|focus| format!("{focus} {key}")).unwrap_or(key),
    }
}

/// Says that not the newest response is shown, but the one before it.
fn earlier(entry: &Entry, model: &Model, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let Some(newest) = entry.exchange.answer.as_ref().filter(|_| entry.shows_earlier()) else { return Vec::new() };
    let text = format!("The verdict is about the newest answer: {}. ", short(newest));
    let key = [Span::styled(format!("[{}] ", other_answer_key(model)), styles.key), Span::styled("show it", styles.quiet)];
    wrap(&[vec![Span::styled(text, styles.changed)], key.to_vec()].concat(), room, 2)
}

/// The bytes that prove the selected finding; findings are about the newest response.
fn marks<'a>(model: &'a Model, entry: &Entry) -> &'a [span::Span] {
    if entry.shows_earlier() { &[] } else { &model.marks.response }
}

/// How long the response took.
fn elapsed(answer: &Response) -> Option<String> {
    let ms = answer.elapsed_ms?;
    Some(if ms < 1000.0 { format!("{ms:.0} ms") } else { format!("{:.1} s", ms / 1000.0) })
}

/// How long it took, how long it is, how many redirects led to it.
pub fn facts(answer: &Response) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(elapsed(answer));
    match answer.body_bytes.unwrap_or(answer.body.len() as u64) {
        0 => {}
        bytes if bytes < 1000 => facts.push(format!("{bytes} B")),
        bytes if bytes < 1_000_000 => facts.push(format!("{:.1} kB", bytes as f64 / 1e3)),
        bytes => facts.push(format!("{:.1} MB", bytes as f64 / 1e6)),
    }
    match answer.hops.len() {
        0 => {}
        1 => facts.push("1 hop".into()),
        hops => facts.push(format!("{hops} hops")),
    }
    facts
}

/// The state of the send.
fn sending(entry: &Entry, model: &Model, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let Some(mut text) = sending_line(entry, model.now, styles) else { return Vec::new() };
    match &entry.sending {
        SendState::Running { .. } => text.push(Span::styled("  press Esc to stop", styles.quiet)),
        SendState::Failed(_, _, Failure::Certificate(_)) => {
            let key = model.key_of(Action::SendAnyway);
            let anyway = [Span::styled(format!("  [{key}] "), styles.key), Span::styled("send anyway, once", styles.quiet)];
            return wrap(&text, room, 2).into_iter().chain([Line::from_iter(anyway)]).collect();
        }
        _ => {}
    }
    wrap(&text, room, 2)
}

/// The rows that say why the last send failed; what a running one says comes and goes.
pub fn failure_rows(entry: &Entry, model: &Model, room: usize, styles: &Styles) -> usize {
    if matches!(entry.sending, SendState::Failed(..)) { sending(entry, model, room, styles).len() } else { 0 }
}

/// What a send does, or how it ended without a whole response.
pub fn sending_line(entry: &Entry, now: Timestamp, styles: &Styles) -> Option<Vec<Span<'static>>> {
    let (mark, mark_style, text, style) = match &entry.sending {
        SendState::Idle => return None,
        SendState::Running { .. } => ("… ", styles.accent, entry.sending.running(now).unwrap_or_default(), styles.text),
        SendState::Failed(_, why, _) => ("✗ ", styles.fail, why.clone(), styles.text),
        SendState::Stopped(id) if entry.answered_by == Some(*id) => ("– ", styles.quiet, "Stopped; this had come:".into(), styles.quiet),
        SendState::Stopped(_) => ("– ", styles.quiet, "Stopped".into(), styles.quiet),
    };
    Some([vec![Span::styled(mark, mark_style)], spans(&text, style, styles)].concat())
}

/// Status and time of the response, where there is no room for more.
pub fn status_in_short(entry: &Entry, styles: &Styles) -> Vec<Span<'static>> {
    let Some(answer) = entry.current_answer().filter(|a| !a.is_blocked()) else { return Vec::new() };
    let time = elapsed(answer).map(|time| format!(" · {time}"));
    let status = Span::styled(answer.status.to_string(), styles.status(answer.status));
    let earlier = entry.last_send_has_no_answer().then(|| Span::styled(" · before", styles.changed));
    let time = time.map(|time| Span::styled(time, styles.quiet));
    before(entry, styles).into_iter().chain([status]).chain(earlier.or(time)).collect()
}
