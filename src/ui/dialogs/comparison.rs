//! Two tokens or requests side by side, aligned by field; what differs stands out, and one sentence on top says what matters.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{frame, keys_line};
use super::page::scrolled;
use crate::app::appearance::Secrets;
use crate::app::dialogs::comparison::Comparing;
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::domain::compare::{Relation, Row, masked};
use crate::ui::state::ViewState;
use crate::ui::text::{cut, fitted, padded, spans, width, wrap};
use crate::ui::theme::Styles;

/// A side takes at most this many lines of a row.
const MOST_LINES: usize = 5;

/// The page.
pub struct ComparisonPage<'a> {
    /// Whose secrets are shown or not.
    pub model: &'a Model,
    /// What is compared.
    pub comparing: &'a Comparing,
    /// The theme.
    pub styles: &'static Styles,
}

impl StatefulWidget for ComparisonPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, comparing, styles } = self;
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let mut rest = frame("Compare", &keys_line(&[Context::Comparing, Context::Reading]), styles, area, buf);
        let room = usize::from(rest.width);
        let columns = Columns::of(room, &comparing.comparison.rows);
        let mut head = wrap(&spans(&comparing.comparison.sentence, styles.cause, styles), room, 0);
        head.push(Line::default());
        let [a, b] = &comparing.titles;
        let title = |text: String| fitted(&text, styles.title, columns.side, styles);
        head.push(columns.line(Vec::new(), title(format!("A  {a}")), Vec::new(), title(format!("B  {b}"))));
        for line in head {
            let row = Rect { height: 1, ..rest }.intersection(rest);
            line.render(row, buf);
            rest = Rect { y: row.bottom(), height: rest.height - row.height, ..rest };
        }
        let lines = comparing.comparison.rows.iter().flat_map(|row| lines(row, &columns, model.secrets, styles)).collect();
        scrolled(lines, styles, rest, buf, state.page());
    }
}

/// How wide the three columns are: the name of a field, and its value on each side. The relation is between those.
struct Columns {
    name: usize,
    side: usize,
}

impl Columns {
    fn of(room: usize, rows: &[Row]) -> Self {
        let name = rows.iter().map(|r| width(&r.field)).max().unwrap_or(0).clamp(6, (room * 3 / 10).max(6));
        Self { name, side: room.saturating_sub(name + 5) / 2 }
    }

    fn line(&self, name: Vec<Span<'static>>, a: Vec<Span<'static>>, relation: Vec<Span<'static>>, b: Vec<Span<'static>>) -> Line<'static> {
        let mut line = padded(name.into(), self.name + 2);
        line.extend(padded(a.into(), self.side + 1));
        line.extend(padded(relation.into(), 2));
        line.extend(b);
        line
    }
}

fn lines(row: &Row, columns: &Columns, secrets: Secrets, styles: &Styles) -> Vec<Line<'static>> {
    let is_same = row.relation == Relation::Same;
    let (name, value) = if is_same { (styles.faint, styles.faint) } else { (styles.name, styles.changed) };
    let side = |text: &Option<String>| {
        let text = match text {
            Some(text) if row.is_secret && secrets == Secrets::Masked => {
                spans(&masked(text), if is_same { styles.faint } else { styles.text }, styles)
            }
            Some(text) => spans(text, value, styles),
            None => vec![Span::styled("–", styles.faint)],
        };
        wrap(&text, columns.side, 0)
    };
    let (a, b) = (side(&row.a), side(&row.b));
    let part = |lines: &[Line<'static>], i: usize| lines.get(i).map(|l| l.spans.clone()).unwrap_or_default();
    let mut lines: Vec<Line> = (0..a.len().max(b.len()).min(MOST_LINES))
        .map(|i| match i {
            0 => {
                let relation = vec![Span::styled(row.relation.mark(), value)];
                columns.line(fitted(&row.field, name, columns.name, styles), part(&a, 0), relation, part(&b, 0))
            }
            _ => columns.line(Vec::new(), part(&a, i), Vec::new(), part(&b, i)),
        })
        .collect();
    if !is_same && !row.meaning.is_empty() {
        let room = columns.side * 2 + 3;
        let meaning = wrap(&spans(&row.meaning, styles.quiet, styles), room, 2);
        lines.extend(meaning.into_iter().map(|l| columns.line(Vec::new(), cut(l.spans, room, styles).spans, Vec::new(), Vec::new())));
    }
    lines
}
