//! The expectations form.

use ratatui::layout::Rect;

use super::{field, keys_line, surface};
use crate::app::form::Form;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::domain::context::Origin;
use crate::ui::pen::Pen;

/// Where the fields begin.
const LABEL: u16 = 12;

/// At the bottom on the left, so that the checklist can be watched while one types.
fn area(screen: Rect, form: &Form) -> Rect {
    let width = screen.width.saturating_sub(6).min(76);
    let height = (form.fields.len() as u16 + 5).min(screen.height);
    Rect { x: screen.x + 2, y: screen.bottom().saturating_sub(height + 2), width, height }.intersection(screen)
}

/// Draws it; gives the place of the text cursor.
pub fn draw(pen: &mut Pen, model: &Model, form: &Form, screen: Rect) -> Option<(u16, u16)> {
    let styles = pen.styles;
    let mut pen = surface(pen, area(screen, form), "What the API expects", &keys_line(&[Context::Form]));
    let origins = model.entry().map(|e| &e.exchange.context.origins);
    let mut cursor = None;
    for (row, (i, (which, editor))) in (0..pen.area.height).zip(form.fields.iter().enumerate()) {
        let (label, help) = which.label();
        let chosen = i == form.chosen;
        pen.write_until(0, LABEL, row, label, if chosen { styles.title_focus } else { styles.quiet });
        let origin = origins.and_then(|o| o.get(which.member())).map(|o| match o {
            Origin::CommandLine => "command line",
            Origin::File => "file",
            Origin::Session => "typed",
            Origin::Challenge => "challenge",
        });
        if let Some(origin) = origin.filter(|_| !editor.text().is_empty()) {
            pen.write_right(row, origin, styles.faint);
        }
        if editor.text().is_empty() {
            pen.write(LABEL, row, help, styles.faint);
        }
        let place = field(&mut pen, row, LABEL, editor);
        if chosen {
            cursor = Some(place);
            pen.tint(row, styles.chosen);
        }
    }
    let row = form.fields.len() as u16 + 1;
    let verdict = match model.subject() {
        Some(subject) => format!("{} {}", subject.outcome.mark(), model.said(subject.message)),
        None => "✓ nothing is wrong with what is here".into(),
    };
    pen.write(0, row, &verdict, styles.text);
    cursor
}

/// The field at a place of the screen.
pub fn field_at(form: &Form, screen: Rect, x: u16, y: u16) -> Option<usize> {
    let area = area(screen, form);
    let row = usize::from(y.checked_sub(area.y + 2)?);
    ((area.x..area.right()).contains(&x) && row < form.fields.len()).then_some(row)
}
