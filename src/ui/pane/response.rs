//! The answer: hops, headers, body; status, time and size in its title.

use ratatui::layout::Rect;

use super::{empty, frame};
use crate::app::answer::AnswerText;
use crate::app::entry::{AnswerOf, Entry, Sending};
use crate::app::keymap::{Action, Context, key_of};
use crate::app::model::{Model, Pane, Secrets};
use crate::app::msg::Failure;
use crate::domain::exchange::Certificates;
use crate::domain::response::Response;
use crate::domain::secrecy::quoted;
use crate::domain::span::Span;
use crate::ui::line::{self, Look};
use crate::ui::pen::{Pen, Piece, piece, wrap};
use crate::ui::styles::Styles;

/// Rows behind the first of a broken line begin this far in.
const HANG: usize = 2;
/// No line takes more rows than this: longer ones are several lines anyway.
const MOST_ROWS: usize = 64;

/// Draws it.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) {
    let Some(entry) = model.entry() else { return };
    let title = title(entry, model, pen.styles, model.marks.status);
    let mut pen = frame(pen, model, Pane::Response, area, &title);
    let mut row = state(&mut pen, entry);
    let Some(answer) = &entry.answer else {
        if row == 0 {
            empty(&mut pen, &[("", "No answer yet. The checklist judges what the request carries."), ("^R", "send it")]);
        }
        return;
    };
    let room = usize::from(pen.area.width);
    let height = usize::from(pen.area.height - row.min(pen.area.height));
    let marked = model.marks.response.first().map(|s| answer.line_of(s.start));
    let top = top(answer, entry.tops.response, marked, room, height);
    for number in top..answer.line_count() {
        let Some(line) = answer.line(number) else { break };
        let name = answer.member_name(line);
        let looks = |at: usize| look(answer, entry, model, name, at);
        for (i, part) in line::rows(&answer.text, line, room, HANG, MOST_ROWS).into_iter().enumerate() {
            if row >= pen.area.height {
                return;
            }
            let indent = if i == 0 { 0 } else { HANG as u16 };
            let place = Rect { x: pen.area.x + indent, width: pen.area.width - indent.min(pen.area.width), ..pen.area };
            line::draw(&mut pen.within(place), row, &answer.text, part, 0, &looks);
            row += 1;
        }
    }
}

fn pen_styles(model: &Model) -> &'static Styles {
    Styles::of(model.theme, model.depth)
}

/// The first line to show: the one scrolled to, or a later one when the marked line would not fit below it.
fn top(answer: &AnswerText, top: usize, marked: Option<usize>, room: usize, height: usize) -> usize {
    let Some(marked) = marked.filter(|m| (top..top + height).contains(m)) else { return top };
    let rows_of = |n: usize| answer.line(n).map_or(0, |l| line::rows(&answer.text, l, room, HANG, MOST_ROWS).len());
    let mut rows: usize = (top..=marked).map(rows_of).sum();
    let mut first = top;
    while rows > height && first < marked {
        rows -= rows_of(first);
        first += 1;
    }
    first
}

/// The reason phrase, its secrets covered unless they are shown.
fn reason(entry: &Entry, model: &Model) -> String {
    let reason = entry.exchange.answer.as_ref().map_or("", |answer| answer.reason.as_str());
    match (&entry.derived, model.secrets) {
        (_, Secrets::Shown) => reason.to_string(),
        (Some(derived), Secrets::Masked) => derived.masker.hide_in_text(reason).into_owned(),
        (None, Secrets::Masked) => quoted(reason),
    }
}

fn title(entry: &Entry, model: &Model, styles: &Styles, marked: bool) -> Vec<Piece> {
    let Some(answer) = &entry.exchange.answer else { return Vec::new() };
    let status =
        if answer.is_blocked() { "blocked".to_string() } else { format!("{} {}", answer.status, reason(entry, model)).trim().to_string() };
    let style = styles.status(answer.status);
    let mut pieces = vec![piece(status, if marked { style.patch(styles.proof) } else { style })];
    if entry.certificates == Certificates::LetPass && entry.exchange.request.url.starts_with("https:") {
        pieces.push(piece(" · certificate not checked", styles.warn));
    }
    if entry.answer_of() == Some(AnswerOf::Earlier) {
        pieces.push(piece(" · before your edit", styles.changed));
    }
    // Last, since the end is cut where there is little room.
    pieces.extend(facts(answer).into_iter().map(|fact| piece(format!(" · {fact}"), styles.quiet)));
    pieces
}

fn facts(answer: &Response) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(ms) = answer.elapsed_ms {
        facts.push(if ms < 1000.0 { format!("{ms:.0} ms") } else { format!("{:.1} s", ms / 1000.0) });
    }
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

/// What is to be said of a sending; gives the first free row.
fn state(pen: &mut Pen, entry: &Entry) -> u16 {
    let styles = pen.styles;
    let mut anyway = Vec::new();
    let pieces = match &entry.sending {
        Sending::Idle => return 0,
        Sending::Running { phase, .. } => {
            vec![piece("… ", styles.accent), piece(phase.clone(), styles.text), piece("  Esc stops it", styles.quiet)]
        }
        Sending::Failed(why, Failure::Certificate(_)) => {
            let key = key_of(&[Context::Bench], Action::SendAnyway).map(|k| k.to_string()).unwrap_or_default();
            anyway = vec![piece(format!("  [{key}] "), styles.key), piece("send anyway, this once", styles.quiet)];
            vec![piece("✗ ", styles.fail), piece(why.clone(), styles.text)]
        }
        Sending::Failed(why, Failure::Other) => vec![piece("✗ ", styles.fail), piece(why.clone(), styles.text)],
        Sending::Cancelled => vec![piece("– ", styles.quiet), piece("stopped; nothing came back", styles.quiet)],
    };
    let mut rows = wrap(&pieces, usize::from(pen.area.width), 2);
    if !anyway.is_empty() {
        rows.push(anyway);
    }
    for (row, pieces) in (0..).zip(&rows) {
        pen.pieces(0, row, pieces);
    }
    (rows.len() as u16).min(pen.area.height)
}

/// How a byte of the answer looks; `member` is the name of the JSON member on its line.
fn look(answer: &AnswerText, entry: &Entry, model: &Model, member: Option<Span>, at: usize) -> Look {
    let styles = pen_styles(model);
    let within = |s: &Span| s.start <= at && at < s.end;
    let header = answer.headers.partition_point(|h| h.end < at);
    let name = answer.headers.get(header).is_some_and(|h| at < h.start) && at >= answer.head;
    let earlier = entry.answer_of() == Some(AnswerOf::Earlier);
    let mut style = match () {
        () if at < answer.head => styles.quiet,
        () if name || member.as_ref().is_some_and(within) => styles.name,
        () if earlier => styles.quiet,
        () => styles.text,
    };
    if model.marks.response.iter().any(within) {
        style = style.patch(styles.proof);
    }
    let covered = model.secrets == Secrets::Masked && answer.is_secret(at);
    Look { style, covered }
}
