//! Two tokens side by side, aligned by claim; what differs stands out, and one sentence on top says what matters.

use ratatui::layout::Rect;

use super::{keys_line, surface};
use crate::app::compare::Comparing;
use crate::app::keymap::Context;
use crate::app::model::{Model, Secrets};
use crate::domain::compare::{Relation, Row, masked};
use crate::ui::escape::width;
use crate::ui::pen::{Pen, Piece, piece, wrap};
use crate::ui::styles::Styles;

/// A side takes at most this many lines of a row.
const MOST_LINES: usize = 5;

/// Draws it.
pub fn draw(pen: &mut Pen, model: &Model, comparing: &Comparing, screen: Rect) {
    let styles = pen.styles;
    let area = Rect { x: screen.x + 1, y: screen.y, width: screen.width.saturating_sub(2), height: screen.height.saturating_sub(1) };
    let mut pen = surface(pen, area, "Compare", &keys_line(&[Context::Comparing, Context::Reading]));
    let room = usize::from(pen.area.width);
    let mut row = 0;
    for line in wrap(&[piece(comparing.comparison.sentence.clone(), styles.cause)], room, 0) {
        pen.pieces(0, row, &line);
        row += 1;
    }
    row += 1;
    let columns = Columns::of(room, &comparing.comparison.rows);
    let [a, b] = &comparing.titles;
    let [left, right] = columns.starts();
    pen.write_until(left, right.saturating_sub(3), row, &format!("A  {a}"), styles.title);
    pen.write(right, row, &format!("B  {b}"), styles.title);
    row += 1;
    let lines: Vec<Vec<(u16, Vec<Piece>)>> =
        comparing.comparison.rows.iter().flat_map(|r| lines(r, &columns, model.secrets, styles)).collect();
    let height = usize::from(pen.area.height.saturating_sub(row));
    let top = comparing.top.min(lines.len().saturating_sub(height));
    for (y, line) in (row..pen.area.height).zip(lines.iter().skip(top)) {
        for (column, pieces) in line {
            pen.pieces(*column, y, pieces);
        }
    }
}

/// How wide the three columns are.
struct Columns {
    name: usize,
    side: usize,
}

impl Columns {
    fn of(room: usize, rows: &[Row]) -> Self {
        let name = rows.iter().map(|r| width(&r.field)).max().unwrap_or(0).clamp(6, room * 3 / 10);
        Self { name, side: room.saturating_sub(name + 5) / 2 }
    }

    fn starts(&self) -> [u16; 2] {
        [(self.name + 2) as u16, (self.name + 2 + self.side + 3) as u16]
    }
}

/// A name in its column, its end told by `…` where it is too long.
fn cut(name: &str, room: usize) -> String {
    if width(name) <= room { name.to_string() } else { name.chars().take(room.saturating_sub(1)).chain(['…']).collect() }
}

fn lines(row: &Row, columns: &Columns, secrets: Secrets, styles: &Styles) -> Vec<Vec<(u16, Vec<Piece>)>> {
    let [left, right] = columns.starts();
    let same = row.relation == Relation::Same;
    let style = if same { styles.faint } else { styles.text };
    let mark = if same { styles.faint } else { styles.changed };
    let side = |text: &Option<String>| match text {
        Some(text) if row.is_secret && secrets == Secrets::Masked => piece(masked(text), style),
        Some(text) => piece(text.clone(), if same { style } else { styles.changed }),
        None => piece("–", styles.faint),
    };
    let (a, b) = (wrap(&[side(&row.a)], columns.side, 0), wrap(&[side(&row.b)], columns.side, 0));
    let mut lines: Vec<Vec<(u16, Vec<Piece>)>> = (0..a.len().max(b.len()).min(MOST_LINES))
        .map(|i| [(left, a.get(i)), (right, b.get(i))].into_iter().filter_map(|(c, l)| Some((c, l?.clone()))).collect())
        .collect();
    if let Some(first) = lines.first_mut() {
        first.push((0, vec![piece(cut(&row.field, columns.name), if same { styles.faint } else { styles.name })]));
        first.push((right.saturating_sub(2), vec![piece(row.relation.mark(), mark)]));
    }
    if !same && !row.meaning.is_empty() {
        let room = columns.side * 2 + 3;
        lines.extend(wrap(&[piece(row.meaning.clone(), styles.quiet)], room, 2).into_iter().map(|l| vec![(left, l)]));
    }
    lines
}
