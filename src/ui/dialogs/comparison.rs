//! Two tokens or requests side by side, aligned by field, with differences highlighted and a summary on top.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::frame::{frame, keys_line};
use super::page::scrolled;
use crate::app::appearance::Secrets;
use crate::app::dialogs::comparison::ComparisonState;
use crate::app::keymap::KeyContext;
use crate::app::model::Model;
use crate::domain::compare::{ComparisonRow, Relation, masked};
use crate::ui::state::ViewState;
use crate::ui::text::{cut, fitted, padded, spans, width, wrap, wrap_at_most};
use crate::ui::theme::Styles;

/// Most lines per side of a row.
const MOST_LINES: usize = 5;

/// The comparison dialog.
pub struct ComparisonPage<'a> {
    pub model: &'a Model,
    pub state: &'a ComparisonState,
    pub title: &'static str,
    /// What stands above it.
    pub about: &'a [String],
    /// The contexts whose keys are hinted at.
    pub contexts: &'a [KeyContext],
    pub styles: &'a Styles,
}

impl StatefulWidget for ComparisonPage<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, state: compared, title, about, contexts, styles } = self;
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let mut rest = frame(title, &keys_line(model, contexts), styles, area, buf);
        let room = usize::from(rest.width);
        let columns = Columns::of(room, &compared.comparison.rows);
        let mut head: Vec<Line> = about.iter().flat_map(|text| wrap(&spans(text, styles.text, styles), room, 2)).collect();
        head.extend(wrap(&spans(&compared.comparison.sentence, styles.cause, styles), room, 0));
        head.push(Line::default());
        let [a, b] = &compared.titles;
        let title = |text: String| fitted(&text, styles.title, columns.side, styles);
        head.push(columns.line(Vec::new(), title(format!("A  {a}")), Vec::new(), title(format!("B  {b}"))));
        for line in head {
            let row = Rect { height: 1, ..rest }.intersection(rest);
            line.render(row, buf);
            rest = Rect { y: row.bottom(), height: rest.height - row.height, ..rest };
        }
        // What differs comes first.
        let (same, different): (Vec<_>, Vec<_>) = compared.comparison.rows.iter().partition(|row| row.relation == Relation::Same);
        let lines = different.into_iter().chain(same).flat_map(|row| lines(row, compared, &columns, model.secrets, styles)).collect();
        scrolled(lines, styles, rest, buf, state.page());
    }
}

/// Column widths: the field name, and the value on each side with the relation between them.
struct Columns {
    name: usize,
    side: usize,
}

impl Columns {
    fn of(room: usize, rows: &[ComparisonRow]) -> Self {
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

/// Letters before a difference that are shown with it.
const BEFORE: usize = 8;

/// A text from shortly before its first difference to another one, with which it shares some letters.
fn from_difference(text: &str, shared: usize) -> String {
    let from = shared.saturating_sub(BEFORE);
    format!("… {}", text.chars().skip(from).collect::<String>())
}

fn lines(row: &ComparisonRow, compared: &ComparisonState, columns: &Columns, secrets: Secrets, styles: &Styles) -> Vec<Line<'static>> {
    let is_same = row.relation == Relation::Same;
    let (name, value) = if is_same { (styles.faint, styles.faint) } else { (styles.name, styles.changed) };
    let is_secret = row.is_secret && secrets == Secrets::Masked;
    let shared = row.a.as_deref().zip(row.b.as_deref()).map_or(0, |(a, b)| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count());
    let is_long = !is_same && !is_secret && shared > columns.side;
    let side = |is_first: bool, text: &Option<String>| {
        let text = match text {
            Some(text) if is_secret => spans(&masked(text), if is_same { styles.faint } else { styles.text }, styles),
            // A time reads as what it means; the number is what is in the token.
            Some(text) if is_long => spans(&from_difference(text, shared), value, styles),
            Some(text) => match compared.time_in_words(row, is_first, text) {
                Some(words) => [spans(&words, value, styles), spans(&format!("  {text}"), styles.faint, styles)].concat(),
                None => spans(text, value, styles),
            },
            None => vec![Span::styled("–", styles.faint)],
        };
        wrap_at_most(MOST_LINES, &text, columns.side, 0, styles)
    };
    let (a, b) = (side(true, &row.a), side(false, &row.b));
    let part = |lines: &[Line<'static>], i: usize| lines.get(i).map(|l| l.spans.clone()).unwrap_or_default();
    let mut lines: Vec<Line> = (0..a.len().max(b.len()))
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
