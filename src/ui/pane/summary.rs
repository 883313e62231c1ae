//! The three lines on top of a narrow screen: the cause, its evidence, the fix and its key. And the tabs below them.

use ratatui::layout::Rect;

use super::checklist::fix_line;
use crate::app::model::{Model, Pane};
use crate::checks::Outcome;
use crate::ui::escape::width;
use crate::ui::pen::{Pen, piece};

/// Draws the three lines, about what is chosen.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) {
    let styles = pen.styles;
    let mut pen = pen.within(area);
    pen.fill(styles.raised);
    let Some(subject) = model.subject() else {
        let text = match model.entry().and_then(|e| e.report()) {
            Some(report) if !report.checks.is_empty() => "✓ Nothing is wrong with what is here",
            _ => "Paste a request, a curl command or a token",
        };
        pen.write(1, 0, text, styles.pass);
        return;
    };
    let decided = subject.confidence.is_some_and(|c| c >= 0.5);
    let right = subject.confidence.map(|c| format!("{:.0} % ", c * 100.0)).unwrap_or_default();
    let end = pen.write_right(0, &right, styles.quiet);
    let mark = if subject.confidence.is_some() && !decided { Outcome::Unknown } else { subject.outcome };
    pen.write(1, 0, mark.mark(), styles.outcome(mark));
    pen.write_until(3, end, 0, &model.said(subject.message), if subject.outcome == Outcome::Fail { styles.cause } else { styles.text });
    if let Some(evidence) = subject.evidence.first() {
        pen.write(3, 1, &model.said(&evidence.text), styles.quiet);
    }
    let mut first = true;
    fix_line(subject.fix, styles, usize::from(area.width) * 4, &mut |pieces| {
        if std::mem::take(&mut first) {
            pen.pieces(1, 2, &pieces);
        }
    });
    if decided && styles.cause_surface.bg.is_some() {
        (0..3).for_each(|row| pen.tint(row, styles.cause_surface));
    }
}

/// Draws the names of the panes.
pub fn tabs(pen: &mut Pen, model: &Model, area: Rect) {
    let styles = pen.styles;
    let mut pen = pen.within(area);
    pen.fill(styles.base);
    let proof = model.pane_of_proof();
    for (pane, start, _) in places(model) {
        let style = if pane == model.pane() { styles.title_focus } else { styles.quiet };
        let number = Pane::ALL.iter().position(|p| *p == pane).map_or(0, |i| i + 1);
        let at = pen.pieces(start, 0, &[piece(format!("{number} "), styles.faint), piece(pane.title(), style)]);
        // A dot marks the pane that holds the proof of what is chosen.
        if proof == Some(pane) {
            pen.write(at, 0, "•", styles.fail);
        }
    }
}

/// Each tab with the columns it takes.
pub fn places(model: &Model) -> Vec<(Pane, u16, u16)> {
    let mut at = 1;
    let shown = Pane::ALL.into_iter().filter(|p| *p != Pane::Requests || model.request_count() > 1);
    shown
        .map(|pane| {
            let start = at;
            at += 2 + width(pane.title()) as u16 + 2;
            (pane, start, at)
        })
        .collect()
}
