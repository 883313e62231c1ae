//! The three lines on top of a narrow screen: the cause, its evidence, the fix and its key. And the tabs below them.

use ratatui::layout::Rect;

use super::checklist::{fix_line, verdict};
use crate::app::checklist::{Chosen, Subject};
use crate::app::entry::Entry;
use crate::app::model::{Model, Pane};
use crate::checks::{Outcome, Report};
use crate::ui::escape::width;
use crate::ui::pen::{Pen, piece};

/// What the three lines are about: in the checklist the likeliest cause, since what is chosen stands below; in the other
/// panes what is chosen, since its bytes are marked there.
fn subject(model: &Model) -> Option<Subject<'_>> {
    if model.pane() == Pane::Checklist { model.likeliest() } else { model.subject() }
}

/// True when everything about the likeliest cause is told in the three lines, uncut.
pub fn tells_all(model: &Model, report: &Report) -> bool {
    let room = usize::from(model.size.0);
    let Some(cause) = report.causes.first() else { return model.is_narrow() };
    // The share stands on the right of the first line, the key before the fix.
    let fits = |text: &str, beside: usize| width(text) + beside <= room;
    model.is_narrow()
        && report.decided
        && fits(&model.said(&cause.summary), 9)
        && cause.evidence.first().is_none_or(|e| fits(&model.said(&e.text), 3))
        && cause.fix.as_ref().is_none_or(|f| fits(&f.title, 12))
}

/// Draws the three lines.
pub fn draw(pen: &mut Pen, model: &Model, area: Rect) {
    let styles = pen.styles;
    let mut pen = pen.within(area);
    pen.fill(styles.raised);
    let scratch = model.entry().is_none_or(Entry::is_scratch);
    let Some(subject) = subject(model).filter(|_| !scratch) else {
        let said = match model.entry().filter(|_| !scratch).and_then(|e| e.report()) {
            Some(report) if !report.checks.is_empty() => verdict(model, report, styles),
            _ => piece("Paste a request, a curl command or a token", styles.pass),
        };
        pen.pieces(1, 0, &[said]);
        return;
    };
    let no_cause = model.entry().and_then(|e| e.report()).filter(|report| report.causes.is_empty());
    if let Some(report) = no_cause {
        // What is chosen is no cause then, and must not look like one.
        pen.pieces(1, 0, &[verdict(model, report, styles)]);
        pen.write(1, 1, subject.outcome.mark(), styles.outcome(subject.outcome));
        pen.write(3, 1, &model.said(subject.message), styles.quiet);
        return;
    }
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
    // The key fixes what is chosen; it is told only where that is what these lines are about.
    let fix = subject.fix.filter(|_| model.pane() != Pane::Checklist || matches!(model.chosen, Chosen::Top));
    fix_line(fix, styles, usize::from(area.width) * 4, &mut |pieces| {
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
