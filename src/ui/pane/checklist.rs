//! The checklist: the likeliest cause on top as the brightest thing on the screen, then the sections.

use ratatui::layout::Rect;

use super::summary::tells_all;
use super::{empty, frame};
use crate::app::checklist::{Row, count, rows};
use crate::app::entry::{AnswerOf, Entry};
use crate::app::keymap::{Action, Context, key_of};
use crate::app::model::{Model, Pane};
use crate::checks::{Cause, Fix, FixKind, Outcome, Report};
use crate::ui::layout::inside;
use crate::ui::pen::{Pen, Piece, piece, wrap};
use crate::ui::styles::Styles;

/// A message takes at most this many rows in the list; the explanation has it whole.
const MOST_ROWS: usize = 3;

/// How much is told of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// It is one of several, or a lesser one: its name.
    Lesser,
    /// It is the likeliest: its name, since the rest stands elsewhere.
    Name,
    /// It is the likeliest: its name, and what proves it.
    Proof,
}

/// How a drawn line is tinted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tint {
    None,
    Cause,
    Chosen,
}

/// One line as it is drawn, and the row of the checklist that it belongs to.
struct Line {
    pieces: Vec<Piece>,
    right: Option<Piece>,
    row: Option<usize>,
    tint: Tint,
}

/// Draws it.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) {
    let empty_report = Report::default();
    let report = model.entry().and_then(|e| e.report()).unwrap_or(&empty_report);
    let scratch = model.entry().is_none_or(Entry::is_scratch);
    let counts = if scratch { Vec::new() } else { counts(report, pen.styles) };
    let styles = pen.styles;
    let mut pen = frame(pen, model, Pane::Checklist, area, &counts);
    if scratch || report.checks.is_empty() {
        empty(&mut pen, &[("", "Nothing to check yet."), ("i", "type a request"), ("", "or paste one anywhere")]);
        return;
    }
    let lines = lines(model, report, styles, usize::from(pen.area.width));
    let top = top(model, &lines, usize::from(pen.area.height));
    for (row, line) in (0..pen.area.height).zip(lines.iter().skip(top)) {
        pen.pieces(0, row, &line.pieces);
        if let Some(right) = &line.right {
            pen.write_right(row, &right.text, right.style);
        }
        match line.tint {
            Tint::None => {}
            Tint::Cause => pen.tint(row, styles.cause_surface),
            Tint::Chosen => pen.tint(row, styles.chosen),
        }
    }
}

/// The row of the checklist at a place of the screen.
pub fn row_at(model: &Model, styles: &Styles, area: Rect, y: u16) -> Option<usize> {
    let inside = inside(area);
    let report = model.entry()?.report()?;
    let lines = lines(model, report, styles, usize::from(inside.width));
    let top = top(model, &lines, usize::from(inside.height));
    lines.get(top + usize::from(y.checked_sub(inside.y)?))?.row
}

/// Everything fits, or what is chosen stands in the middle.
fn top(model: &Model, lines: &[Line], height: usize) -> usize {
    let chosen_row =
        model.entry().and_then(|e| e.report()).and_then(|r| rows(r, model.rest).iter().position(|row| row.chosen() == Some(model.chosen)));
    let first = lines.iter().position(|l| l.row.is_some() && l.row == chosen_row).unwrap_or(0);
    let last = lines.iter().rposition(|l| l.row.is_some() && l.row == chosen_row).unwrap_or(first);
    if last < height.saturating_sub(1) {
        return 0;
    }
    (first + last).div_ceil(2).saturating_sub(height / 2).min(lines.len().saturating_sub(height))
}

fn counts(report: &Report, styles: &Styles) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Warn, Outcome::Unknown, Outcome::Pass] {
        let count = count(report, outcome);
        if count > 0 {
            let gap = if pieces.is_empty() { "" } else { "  " };
            pieces.push(piece(format!("{gap}{} {count}", outcome.mark()), styles.outcome(outcome)));
        }
    }
    pieces
}

fn lines(model: &Model, report: &Report, styles: &Styles, room: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    // On a narrow screen the cause, its proof and its fix stand above the tabs, as far as they fit there.
    let told_above = tells_all(model, report);
    if !told_above {
        headline(model, report, styles, room, &mut lines);
    }
    let mut note = model.entry().and_then(|e| e.exchange.context.notes.as_deref());
    let all = rows(report, model.rest);
    for (index, row) in all.iter().enumerate() {
        // What somebody wrote beside the request stands below the causes and above the sections.
        if matches!(row, Row::Section(_) | Row::Open(_) | Row::Passed(_))
            && let Some(note) = note.take()
        {
            lines.push(plain(Vec::new()));
            lines.extend(wrap(&[piece("» ", styles.accent), piece(model.said(note), styles.text)], room, 2).into_iter().map(plain));
        }
        let chosen = row.chosen().is_some_and(|c| c == model.chosen);
        let tint = if chosen { Tint::Chosen } else { Tint::None };
        match row {
            Row::Cause(rank, cause) => {
                let tint = match (rank, report.decided) {
                    (0, true) => Tint::Cause,
                    _ => tint,
                };
                let detail = match rank {
                    0 if told_above => Detail::Name,
                    0 => Detail::Proof,
                    _ => Detail::Lesser,
                };
                cause_lines(model, cause, chosen, detail, styles, room, &mut |pieces, right| {
                    lines.push(Line { pieces, right, row: Some(index), tint })
                });
                if *rank == 0 && report.decided && !told_above {
                    fix_line(cause.fix.as_ref(), styles, room, &mut |pieces| {
                        lines.push(Line { pieces, right: None, row: Some(index), tint })
                    });
                }
            }
            Row::Need(need) => {
                if !matches!(index.checked_sub(1).and_then(|i| all.get(i)), Some(Row::Need(_))) {
                    lines.push(plain(vec![piece("What would decide:", styles.quiet)]));
                }
                for pieces in wrap(&[piece("→ ", styles.accent), piece(need.to_string(), styles.text)], room, 2) {
                    lines.push(plain(pieces));
                }
            }
            Row::Section(family) => {
                lines.push(plain(Vec::new()));
                lines.push(plain(vec![piece(family.title(), styles.title)]));
            }
            Row::Check(examined) => {
                let outcome = examined.finding.outcome;
                let style = if outcome == Outcome::Pass { styles.faint } else { styles.text };
                let pieces =
                    [piece(format!("{} ", outcome.mark()), styles.outcome(outcome)), piece(model.said(&examined.finding.message), style)];
                // An open question takes one row, or there is no room for what is known.
                let mut wrapped = match outcome {
                    Outcome::Unknown if !chosen => vec![pieces.to_vec()],
                    _ => wrap(&pieces, room, 2),
                };
                if wrapped.len() > MOST_ROWS {
                    wrapped.truncate(MOST_ROWS);
                    if let Some(last) = wrapped.last_mut() {
                        last.push(piece(" …", styles.faint));
                    }
                }
                lines.extend(wrapped.into_iter().map(|pieces| Line { pieces, right: None, row: Some(index), tint }));
                if chosen && let Some(fix) = examined.finding.fix.as_ref().filter(|f| matches!(f.kind, FixKind::Edit(_))) {
                    fix_line(Some(fix), styles, room, &mut |pieces| lines.push(Line { pieces, right: None, row: Some(index), tint }));
                }
            }
            Row::Open(count) => {
                let text = format!("? {count} cannot be told yet");
                lines.push(plain(Vec::new()));
                lines.push(folded(text, styles.quiet, index, styles));
            }
            Row::Passed(count) => {
                // Both counts stand together.
                if !matches!(index.checked_sub(1).and_then(|i| all.get(i)), Some(Row::Open(_))) {
                    lines.push(plain(Vec::new()));
                }
                lines.push(folded(format!("✓ {count} passed"), styles.faint, index, styles));
            }
        }
    }
    lines
}

/// What is folded into one line, with the key that unfolds it.
fn folded(text: String, style: ratatui::style::Style, row: usize, styles: &Styles) -> Line {
    let key = key_of(&[Context::Checklist], Action::Fold).map(|k| k.to_string()).unwrap_or_default();
    Line { pieces: vec![piece(text, style)], right: Some(piece(key, styles.faint)), row: Some(row), tint: Tint::None }
}

fn plain(pieces: Vec<Piece>) -> Line {
    Line { pieces, right: None, row: None, tint: Tint::None }
}

/// What stands above the causes: a name for them, or that there are none.
fn headline(model: &Model, report: &Report, styles: &Styles, room: usize, lines: &mut Vec<Line>) {
    if let Some(cause) = report.causes.first().filter(|_| report.decided) {
        let right = Some(piece(percent(cause.confidence), styles.cause));
        lines.push(Line { pieces: vec![piece("Most likely", styles.quiet)], right, row: None, tint: Tint::Cause });
        return;
    }
    lines.extend(wrap(&[verdict(model, report, styles)], room, 0).into_iter().map(plain));
}

/// What is said where no cause stands out.
pub fn verdict(model: &Model, report: &Report, styles: &Styles) -> Piece {
    // An answer to the request before an edit says nothing of the request as it is now.
    let judged = model.entry().filter(|e| e.answer_of() == Some(AnswerOf::This));
    match (report.causes.is_empty(), judged.and_then(|e| e.exchange.answer.as_ref()).map(|a| a.status)) {
        (false, _) => piece("It cannot be told from here which of these it is", styles.cause),
        (true, Some(200..=299)) => piece("Nothing is wrong: the server took the request", styles.pass),
        (true, Some(_)) => piece("No cause was found in what is here", styles.cause),
        (true, None) => piece("Nothing is wrong with what the request carries; ^R sends it", styles.pass),
    }
}

fn percent(confidence: f64) -> String {
    format!("{:.0} %", confidence * 100.0)
}

fn cause_lines(
    model: &Model,
    cause: &Cause,
    chosen: bool,
    detail: Detail,
    styles: &Styles,
    room: usize,
    add: &mut dyn FnMut(Vec<Piece>, Option<Piece>),
) {
    let style = if detail == Detail::Lesser { styles.text } else { styles.cause };
    let mark = if chosen { "▸ " } else { "  " };
    // A candidate's share stands on its right; that of the one cause stands in the line above it.
    let narrower = if cause.confidence < 0.5 { room.saturating_sub(6) } else { room };
    for (i, pieces) in wrap(&[piece(mark, styles.accent), piece(model.said(&cause.summary), style)], narrower, 2).into_iter().enumerate() {
        let right = (i == 0 && cause.confidence < 0.5).then(|| piece(percent(cause.confidence), styles.quiet));
        add(pieces, right);
    }
    if detail == Detail::Proof
        && let Some(evidence) = cause.evidence.first()
    {
        for pieces in
            wrap(&[piece("  ", styles.text), piece(model.said(&evidence.text), styles.quiet)], room, 2).into_iter().take(MOST_ROWS)
        {
            add(pieces, None);
        }
    }
}

/// What puts it right, with the key that does it or shows it.
pub fn fix_line(fix: Option<&Fix>, styles: &Styles, room: usize, add: &mut dyn FnMut(Vec<Piece>)) {
    let Some(fix) = fix else { return };
    let key = key_of(&[Context::Bench], Action::Fix).map(|k| k.to_string()).unwrap_or_default();
    let verb = match fix.kind {
        FixKind::Edit(_) => "fix",
        FixKind::Action | FixKind::Configuration { .. } => "how",
    };
    let pieces = [
        piece("  ", styles.text),
        piece(format!("[{key}] "), styles.key),
        piece(format!("{verb}: "), styles.quiet),
        piece(fix.title.clone(), styles.text),
    ];
    wrap(&pieces, room, 6).into_iter().take(MOST_ROWS).for_each(add);
}
