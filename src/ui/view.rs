//! The whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::layout::{Layout, layout};
use super::pane::{checklist, claims, request, requests, response, summary};
use super::pen::{Pen, piece};
use super::styles::Styles;
use super::{ascii, escape, overlay};
use crate::app::Model;
use crate::app::carried::{Clock, judged_at};
use crate::app::keymap::{Action, Binding, hints};
use crate::app::model::{Letters, Network, Pane, SMALLEST, Tone};
use crate::app::overlay::Overlay;

/// The most hints in the footer.
const MOST_HINTS: usize = 4;

/// Draws the model on a whole screen, over whatever stands there; gives the place of the cursor when it is shown.
pub fn draw(model: &Model, screen: &mut Buffer) -> Option<(u16, u16)> {
    let styles = Styles::of(model.theme, model.depth);
    let area = screen.area;
    let mut pen = Pen::new(screen, area, styles);
    let Some(layout) = layout(model) else {
        let (width, height) = SMALLEST;
        pen.fill(styles.base);
        pen.write(0, 0, &format!("authtui needs {width}×{height} cells"), styles.text);
        // The keys that answer it act where they are seen.
        if matches!(model.overlay, Some(Overlay::Quit)) {
            pen.write(0, 1, "there is something unsaved: enlarge the window to leave", styles.warn);
        }
        return None;
    };
    blank(&mut pen, &layout);
    let cursor = draw_screen(&mut pen, model, &layout);
    if model.letters == Letters::Ascii {
        ascii::only(pen.buffer);
    }
    cursor
}

/// Blanks every cell of the screen once, and not twice where a pane stands: a key draws on all of it.
fn blank(pen: &mut Pen, layout: &Layout) {
    let (base, surface) = (pen.styles.base, pen.styles.surface);
    let right = layout.screen.right();
    for y in layout.screen.rows().map(|row| row.y) {
        let mut x = layout.screen.x;
        while x < right {
            let panes = layout.panes.iter().map(|(_, area)| area).filter(|a| (a.top()..a.bottom()).contains(&y) && a.right() > x);
            let (start, end) = panes.min_by_key(|a| a.x).map_or((right, right), |a| (a.left().max(x), a.right()));
            pen.within(Rect::new(x, y, start - x, 1)).fill(base);
            pen.within(Rect::new(start, y, end - start, 1)).fill(surface);
            x = end;
        }
    }
}

fn draw_screen(pen: &mut Pen, model: &Model, layout: &Layout) -> Option<(u16, u16)> {
    let mut cursor = None;
    if let Some(area) = layout.summary {
        summary::draw(pen, model, area);
    }
    if let Some(area) = layout.tabs {
        summary::tabs(pen, model, area);
    }
    for (pane, area) in &layout.panes {
        match pane {
            Pane::Requests => requests::draw(pen, model, *area),
            Pane::Request => cursor = request::draw(pen, model, *area),
            Pane::Response => response::draw(pen, model, *area),
            Pane::Claims => claims::draw(pen, model, *area),
            Pane::Checklist => checklist::draw(pen, model, *area),
        }
    }
    footer(pen, model, layout);
    if model.overlay.is_some() {
        cursor = overlay::draw(pen, model, layout.screen);
    } else if let (Some(completion), Some(cursor)) = (&model.completion, cursor) {
        overlay::completion(pen, completion, cursor);
    }
    cursor
}

/// The hints of the focus on the left; what is open and by which clock on the right.
fn footer(pen: &mut Pen, model: &Model, layout: &Layout) {
    let styles = pen.styles;
    let mut pen = pen.within(layout.footer);
    let mut state = Vec::new();
    if let Some(file) = model.file() {
        state.push(format!("{}{}", file.name, if file.is_dirty() { "*" } else { "" }));
    }
    if !model.environment.is_empty() {
        state.push(model.environment.clone());
    }
    if model.network == Network::Unused {
        state.push("offline".into());
    }
    if let Some(entry) = model.entry() {
        state.push(match (judged_at(&entry.exchange, model.now), entry.skew) {
            (_, Some(0)) => "clock ±0 s".into(),
            (_, Some(skew)) => format!("server's clock {skew:+} s"),
            ((at, Clock::Recorded), _) => format!("recorded {}", crate::domain::time::clock(at)),
            ((at, Clock::Answer), _) => format!("server's clock {}", crate::domain::time::clock(at)),
            ((_, Clock::Local), _) => "local clock".into(),
        });
    }
    // The hints come first; the state tells what there is room for.
    let hints = shown_hints(model);
    let wide: usize = hints.iter().map(|b| hint_width(b) + 2).sum();
    let room = usize::from(pen.area.width).saturating_sub(wide + 2);
    while state.len() > 1 && escape::width(&state.join(" · ")) > room {
        state.pop();
    }
    let state = format!("{} ", state.join(" · "));
    let right = pen.write_right(0, &state, styles.faint);
    if let Some(notice) = &model.notice {
        let (mark, style) = match notice.tone {
            Tone::Good => ("✓ ", styles.pass),
            Tone::Bad => ("▲ ", styles.warn),
        };
        pen.fill(styles.base);
        let at = pen.write(1, 0, mark, style);
        pen.write(at, 0, &notice.text, styles.text);
        return;
    }
    let mut at = 1;
    for hint in hints {
        let Some(key) = hint.keys.first() else { continue };
        let key = key.to_string();
        if usize::from(at) + hint_width(hint) + 1 > usize::from(right) {
            break;
        }
        at = pen.pieces(at, 0, &[piece(key, styles.key), piece(format!(" {}", hint.label), styles.quiet)]) + 2;
    }
}

/// The hints of the focus. Where the bytes are in sight anyway, the way to them is none.
fn shown_hints(model: &Model) -> Vec<&'static Binding> {
    let out_of_sight = || model.overlay.is_some() || (model.is_narrow() && model.pane_of_proof() != Some(model.pane()));
    let useful = |b: &&Binding| model.can(b.action) && (b.action != Action::Show || out_of_sight());
    hints(&model.contexts()).into_iter().filter(useful).take(MOST_HINTS).collect()
}

fn hint_width(hint: &Binding) -> usize {
    let key = hint.keys.first().map(|k| k.to_string()).unwrap_or_default();
    escape::width(&key) + escape::width(hint.label) + 1
}

/// The hint at a column of the footer.
pub fn hint_at(model: &Model, column: u16) -> Option<Action> {
    let mut at = 1;
    for hint in shown_hints(model) {
        let end = at + hint_width(hint) as u16;
        if (at..end).contains(&column) {
            return Some(hint.action);
        }
        at = end + 2;
    }
    None
}
