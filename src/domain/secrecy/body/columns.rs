//! Tables that people read: columns between bars, as Markdown and clients of databases draw them, or aligned by spaces.

use super::pairing::{LONGEST_NAME, PLAIN_VALUES, is_one_of};
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::plain;
use crate::domain::secrecy::search::Search;
use crate::domain::span::Span;

/// Bytes of the longest row, and cells of one.
const LONGEST_ROW: usize = 4096;
const MOST_CELLS: usize = 64;

/// What separates columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    Bars,
    Spaces,
}

/// A cell, and the column of characters at which it begins.
type Cell = (Span, usize);

/// The names above some columns.
#[derive(Debug)]
struct Head {
    gap: Gap,
    /// Where each column begins, how secret it is, its name, and whether it holds what another cell of its row names.
    columns: Vec<(usize, Grade, Span, bool)>,
}

/// Finds the values below the name of a secret, and in a row behind one. What is a word to read stays, as in a sentence.
pub fn walk(text: &str, search: &mut Search) {
    let mut head: Option<Head> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if is_rule(line) {
            continue;
        }
        let Some((gap, cells)) = cells(text, start, line) else {
            head = None;
            continue;
        };
        head = head.filter(|head| head.gap == gap && (gap == Gap::Spaces || head.columns.len() == cells.len()));
        row(text, &cells, head.as_ref(), search);
        head = head.or_else(|| head_of(text, gap, &cells, search));
    }
}

/// True for a line of dashes between rows.
fn is_rule(line: &str) -> bool {
    line.contains(['-', '=', '─', '━']) && line.chars().all(|c| matches!(c, '-' | '=' | '+' | ':' | '|' | ' ' | '\u{2500}'..='\u{257f}'))
}

/// The cells of a row; `None` for a line that has no columns.
fn cells(text: &str, start: usize, line: &str) -> Option<(Gap, Vec<Cell>)> {
    if line.len() > LONGEST_ROW {
        return None;
    }
    let words = || line.split_ascii_whitespace();
    let is_capital = || words().count() > 1 && words().all(|word| word.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'-')));
    let (gap, pieces): (Gap, Vec<&str>) = if line.contains(['|', '│']) {
        let inside = line.trim_start().trim_start_matches(['|', '│']).trim_end_matches(['|', '│']);
        (Gap::Bars, inside.split(['|', '│']).take(MOST_CELLS).collect())
    } else if line.trim_start().contains("  ") || line.contains('\t') {
        let pieces = line.split("  ").flat_map(|piece| piece.split('\t'));
        (Gap::Spaces, pieces.filter(|piece| !piece.trim().is_empty()).take(MOST_CELLS).collect())
    } else if is_capital() {
        (Gap::Spaces, words().take(MOST_CELLS).collect())
    } else {
        return None;
    };
    let (mut counted, mut column) = (0, 0);
    let cell = |piece: &str| {
        let piece = piece.trim();
        let from = Span::of(line, piece).map_or(counted, |span| span.start);
        column += line.get(counted..from).unwrap_or_default().chars().count();
        counted = from.max(counted);
        let bare = piece.trim_matches(['`', '*', '"', '\'']);
        (Span::of(text, bare).unwrap_or(Span::new(start, start)), column)
    };
    let cells: Vec<Cell> = pieces.into_iter().map(cell).collect();
    (cells.len() > 1).then_some((gap, cells))
}

/// What the cell of a name says.
fn grade_of(text: &str, name: Span, search: &Search) -> Grade {
    let name = name.cut(text).unwrap_or_default().trim_end_matches(':');
    if name.is_empty() || name.len() > LONGEST_NAME { Grade::Open } else { search.grade_of(&name.replace(' ', "_")) }
}

/// Finds the values in a row.
fn row(text: &str, cells: &[Cell], head: Option<&Head>, search: &mut Search) {
    let is_value = |cell: Span| cell.cut(text).is_some_and(|value| !value.contains(char::is_whitespace) && !plain::is_readable(value));
    let mut said: Option<(Grade, Span)> = None;
    let mut is_behind = false;
    for (index, (cell, start)) in cells.iter().enumerate() {
        let own = grade_of(text, *cell, search);
        if own >= Grade::Likely && !is_value(*cell) {
            (said, is_behind) = (Some((own, *cell)), true);
            continue;
        }
        let column = head.and_then(|head| match head.gap {
            Gap::Bars => head.columns.get(index),
            Gap::Spaces => head.columns.iter().rev().find(|(column, ..)| column <= start),
        });
        let above = column.map(|(_, grade, name, _)| (*grade, *name)).filter(|(grade, _)| *grade >= Grade::Likely);
        let of_row = said.filter(|_| is_behind || column.is_some_and(|(.., holds_value)| *holds_value));
        is_behind = false;
        if let Some((grade, name)) = above.or(of_row).filter(|_| is_value(*cell)) {
            search.value(text, *cell, grade, name);
        }
    }
}

/// The names above columns, where a row has nothing else and one of them is that of a secret or of values.
fn head_of(text: &str, gap: Gap, cells: &[Cell], search: &Search) -> Option<Head> {
    let column = |(cell, start): &Cell| {
        let name = cell.cut(text).unwrap_or_default();
        (*start, grade_of(text, *cell, search), *cell, is_one_of(name, &PLAIN_VALUES))
    };
    let is_name = |(cell, _): &Cell| cell.cut(text).is_some_and(plain::is_readable);
    let columns: Vec<_> = cells.iter().map(column).collect();
    let is_head = cells.iter().all(is_name) && columns.iter().any(|(_, grade, _, holds_value)| *grade >= Grade::Likely || *holds_value);
    is_head.then_some(Head { gap, columns })
}

#[cfg(test)]
mod tests {
    use crate::domain::secrecy::{in_text, replace};

    fn hidden(text: &str) -> String {
        replace(text, &in_text(text), |_| "…".to_string())
    }

    #[test]
    fn values_below_and_behind_the_name_of_a_secret_are_hidden() {
        for (text, shown) in [
            (
                "| user | password |\n|------|----------|\n| bob | hunter2 |\n| ann | `hunter3` |\n",
                "| user | password |\n|------|----------|\n| bob | … |\n| ann | `…` |\n",
            ),
            ("| password | hunter2 |", "| password | … |"),
            (
                "| name | value |\n|--|--|\n| **api key** | hunter2 |\n| page | p22 |",
                "| name | value |\n|--|--|\n| **api key** | … |\n| page | p22 |",
            ),
            ("| name | type | value |\n| password | string | hunter2 |", "| name | type | value |\n| password | string | … |"),
            (" user | password \n------+----------\n bob  | hunter2\n", " user | password \n------+----------\n bob  | …\n"),
            ("│ user │ password │\n├──────┼──────────┤\n│ bob │ hunter2 │", "│ user │ password │\n├──────┼──────────┤\n│ bob │ … │"),
            ("NAME       VALUE\nUSER       bob7x\nPASSWORD   hunter2\n", "NAME       VALUE\nUSER       bob7x\nPASSWORD   …\n"),
            (
                "USER   PASSWORD   AGE\nbob7x  hunter2    3d\n       hunter3    4d\n",
                "USER   PASSWORD   AGE\nbob7x  …    3d\n       …    4d\n",
            ),
            ("USER PASSWORD\nbob  hunter2\n", "USER PASSWORD\nbob  …\n"),
            ("password   hunter2", "password   …"),
        ] {
            assert_eq!(hidden(text), shown);
        }
    }

    #[test]
    fn what_a_table_says_of_a_secret_is_readable() {
        for text in [
            "| password | required |\n| token | expired 30s ago |\n| secret | at least 8-72 characters |",
            "| field | rule |\n|---|---|\n| password | a digit (0-9) & a sign |\n| order7x | o7-x1 |",
            "| user | password |\n|--|--|\n| bob | wrong |\n\n| order | number |\n|--|--|\n| a7x | b8y |",
            "PASSWORD   expired",
            "The password  is wrong",
            "a7x   b8y\nc9z   d1w",
        ] {
            assert_eq!(hidden(text), text);
        }
    }
}
