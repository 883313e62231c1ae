//! The token: its header, its claims in human words, and the state of its signature.

use ratatui::layout::Rect;

use super::{empty, frame};
use crate::app::carried::{Carried, judged_at};
use crate::app::claims::{ClaimRow, Half, rows};
use crate::app::model::{Model, Pane, Secrets};
use crate::checks::Outcome;
use crate::domain::span::Span;
use crate::domain::token::keys::SignatureState;
use crate::ui::escape::width;
use crate::ui::pen::{Pen, Piece, piece, wrap};
use crate::ui::styles::Styles;

/// A claim takes at most this many rows; the whole value can be copied.
const MOST_ROWS: usize = 4;

/// Draws it.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) {
    let styles = pen.styles;
    let Some(entry) = model.entry() else { return };
    let Some(carried) = entry.carried() else {
        let mut pen = frame(pen, model, Pane::Claims, area, &[]);
        empty(&mut pen, &[("", "A JWT in the request is read here, claim by claim."), ("i", "edit the request"), ("", "or paste a token")]);
        return;
    };
    let mut pen = frame(pen, model, Pane::Claims, area, &title(carried, styles));
    let empty_report = Default::default();
    let report = entry.report().unwrap_or(&empty_report);
    let (now, _) = judged_at(&entry.exchange, model.now);
    let rows = rows(carried, report, now);
    let room = usize::from(pen.area.width);
    let name_width = rows.iter().map(|r| width(&r.name)).max().unwrap_or(0).clamp(3, (room / 4).max(3));
    let lines: Vec<(usize, Vec<Vec<Piece>>)> =
        rows.iter().enumerate().map(|(i, r)| (i, lines(r, model, styles, name_width, room))).collect();
    let mut row = about(&mut pen, carried);
    let height = usize::from(pen.area.height.saturating_sub(row));
    for (i, pieces) in lines.iter().skip(top(model, entry.tops.claims, &rows, &lines, height)) {
        let starts_claims = rows.get(*i).is_some_and(|r| r.half == Half::Claims)
            && i.checked_sub(1).and_then(|b| rows.get(b)).is_some_and(|r| r.half == Half::Header);
        if starts_claims && row > 0 {
            let rule = "┄".repeat(room.min(usize::from(pen.area.width)));
            pen.write(0, row, &rule, styles.faint);
            row += 1;
        }
        for (n, line) in pieces.iter().enumerate() {
            if n == 0
                && let Some(r) = rows.get(*i)
            {
                label(&mut pen, row, r, name_width, styles);
            }
            pen.pieces(name_width as u16 + 4, row, line);
            row = row.saturating_add(1);
        }
        if row >= pen.area.height {
            return;
        }
    }
    // Whose token it is, and what goes wrong with such tokens.
    if let Some(issuer) = carried.issuer {
        let note = [piece(format!("{}: ", issuer.name), styles.quiet), piece(issuer.mistake, styles.faint)];
        for line in wrap(&note, room.saturating_sub(2), 0) {
            row += 1;
            pen.pieces(2, row, &line);
        }
    }
}

fn label(pen: &mut Pen, row: u16, claim: &ClaimRow, name_width: usize, styles: &Styles) {
    if let Some(mark) = claim.mark {
        pen.write(0, row, mark.mark(), styles.outcome(mark));
    }
    pen.write_until(2, name_width as u16 + 3, row, &claim.name, if claim.half == Half::Header { styles.quiet } else { styles.name });
}

fn lines(row: &ClaimRow, model: &Model, styles: &Styles, name_width: usize, room: usize) -> Vec<Vec<Piece>> {
    let base = if row.half == Half::Header { styles.quiet } else { styles.text };
    let value = if is_proof(model, row) { base.patch(styles.proof) } else { base };
    let mut pieces = vec![piece(cut(if model.secrets == Secrets::Shown { &row.value } else { &row.masked }), value)];
    if !row.meaning.is_empty() && (row.value == row.masked || model.secrets == Secrets::Shown) {
        let style = match row.mark {
            Some(outcome @ (Outcome::Fail | Outcome::Warn)) => styles.outcome(outcome),
            _ => styles.quiet,
        };
        pieces.push(piece(format!("  {}", row.meaning), style));
    }
    let mut lines = wrap(&pieces, room.saturating_sub(name_width + 4).max(8), 0);
    if lines.len() > MOST_ROWS {
        lines.truncate(MOST_ROWS);
        if let Some(last) = lines.last_mut() {
            last.push(piece("…", styles.faint));
        }
    }
    lines
}

/// As much of a value as could ever be shown.
fn cut(value: &str) -> String {
    value.chars().take(MOST_ROWS * 400).collect()
}

fn is_proof(model: &Model, row: &ClaimRow) -> bool {
    let marks = if row.half == Half::Header { &model.marks.token_header } else { &model.marks.claims };
    let whole = |s: &Span| s.end == usize::MAX;
    marks.iter().any(|s| !whole(s) && s.start < row.span.end && row.span.start < s.end)
}

/// The first row to show: the one scrolled to, moved so that the proof of what is chosen can be seen.
fn top(model: &Model, top: usize, rows: &[ClaimRow], lines: &[(usize, Vec<Vec<Piece>>)], height: usize) -> usize {
    let Some(proof) = rows.iter().position(|r| is_proof(model, r)) else { return top };
    let heights: Vec<usize> = lines.iter().map(|(_, l)| l.len()).collect();
    let mut first = top.min(proof);
    // One row more for the line between header and claims.
    while first < proof && heights.get(first..=proof).map_or(0, |h| h.iter().sum::<usize>()) + 1 > height {
        first += 1;
    }
    first
}

/// Above the claims: what the token is when it is no JWT, else what is wrong with its form.
fn about(pen: &mut Pen, carried: &Carried) -> u16 {
    let styles = pen.styles;
    let mut notes: Vec<[Piece; 2]> = Vec::new();
    match &carried.reading {
        Some(reading) => {
            notes.push([piece("", styles.text), piece(reading.what.clone(), styles.text)]);
            notes.push([piece("who can read it: ", styles.faint), piece(reading.reader.clone(), styles.quiet)]);
        }
        None => notes.extend(carried.jws.faults.iter().take(2).map(|f| [piece("✗ ", styles.fail), piece(f.message.clone(), styles.text)])),
    }
    let mut row = 0;
    for note in &notes {
        for line in wrap(note, usize::from(pen.area.width), 2).iter().take(2) {
            pen.pieces(0, row, line);
            row += 1;
        }
    }
    row
}

fn title(carried: &Carried, styles: &Styles) -> Vec<Piece> {
    let jws = &carried.jws;
    let mut pieces = Vec::new();
    if let Some(reading) = &carried.reading {
        return vec![piece(reading.kind.word(), styles.quiet)];
    }
    if let Some(issuer) = carried.issuer {
        pieces.push(piece(format!("{} · ", issuer.name), styles.quiet));
    }
    if let Some(algorithm) = jws.algorithm() {
        pieces.push(piece(algorithm.chars().take(12).collect::<String>(), styles.quiet));
    }
    if let Some(key) = jws.key_id() {
        pieces.push(piece(format!(" · key {}", key.chars().take(16).collect::<String>()), styles.quiet));
    }
    let (mark, style) = match carried.verification.as_ref().map(|v| v.state) {
        Some(SignatureState::Valid) => ("✓", styles.pass),
        Some(SignatureState::Invalid) => ("✗", styles.fail),
        Some(SignatureState::Unverified) | None => ("?", styles.unknown),
    };
    pieces.push(piece(if pieces.is_empty() { "signature " } else { " · signature " }, styles.quiet));
    pieces.push(piece(mark, style));
    pieces
}
