//! Tables: rows of values below a row of names, with commas, semicolons, tabs or bars between them.

use super::pairing::{NAMES, PLAIN_VALUES, Reason, TYPES, VALUES, is_one_of};
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{plain, shapes};
use crate::domain::span::Span;

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// Columns that are looked at.
const MOST_COLUMNS: usize = 1024;

/// True for a text whose first two lines are cut into as many words, the first into names: prose is not.
pub fn is_table(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let Some((head, rest)) = text.split_once('\n') else { return false };
    let Some(separator) = separator(head) else { return false };
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\r') || c == separator;
    head.chars().all(is_of_name) && Fields::of(rest, separator).row().len() == head.split(separator).count()
}

/// Finds the secrets in the columns below the name of one, and in rows that have a name and a value.
pub fn walk(text: &str, search: &mut Search) {
    TableSearch::starting_at(text, 0).advance(text, text.len(), search);
}

/// Finds the secrets in tables that stand between other lines of a text. What is a word to read may be one of a text.
pub fn between(text: &str, search: &mut Search) {
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let next = at + line.len() + 1;
        let head = line.trim_end_matches('\r');
        let separator = separator(head).filter(|_| head.len() <= LONGEST_HEAD && names_secret(head, search) && is_table(rest));
        let Some(separator) = separator else {
            at = next;
            continue;
        };
        let columns = head.matches(separator).count();
        let rows = rest.split_inclusive('\n').take_while(|row| row.matches(separator).count() == columns);
        let table = rest.get(..rows.map(str::len).sum()).unwrap_or_default();
        let mut inner = Search::of(search);
        walk(table, &mut inner);
        inner.found.retain(|found| !found.span.cut(table).is_some_and(plain::is_plain));
        search.adopt(inner, at);
        at = next.max(at + table.len());
    }
}

/// Bytes of the longest row of names in a text.
const LONGEST_HEAD: usize = 1024;

/// True for a row with the name of a secret.
fn names_secret(head: &str, search: &Search) -> bool {
    head.split(SEPARATORS).any(|name| search.grade_of(name.trim_matches('"')) == Grade::Secret)
}

/// A walk through rows that can be made bit by bit.
#[derive(Clone, Debug, Default)]
pub struct TableSearch {
    at: usize,
    /// Not set where nothing separates columns.
    separator: Option<char>,
    /// The names of the columns, once they were read.
    head: Option<Vec<Span>>,
    /// The column whose cell names the values of the others in its row.
    named_by: Option<usize>,
}

impl TableSearch {
    /// A walk that begins at a byte of its text.
    pub fn starting_at(text: &str, at: usize) -> Self {
        let table = text.get(at..).unwrap_or_default();
        let mark = table.len() - table.trim_start_matches('\u{feff}').len();
        let separator = separator(table.trim_start_matches(['\u{feff}', '\n', '\r']).lines().next().unwrap_or_default());
        Self { at: at + mark, separator, ..Self::default() }
    }

    /// The offset up to which the text has been searched.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes on to an offset, or beyond it to the end of the row.
    pub fn advance(&mut self, text: &str, to: usize, search: &mut Search) {
        let Some(separator) = self.separator else {
            self.at = text.len();
            return;
        };
        let mut fields = Fields { at: self.at, ..Fields::of(text, separator) };
        let head = match self.head.take() {
            Some(head) => head,
            None => self.read_head(&mut fields, search),
        };
        let names: Vec<Reason> = head.iter().map(|name| (grade_of(text, *name, search), *name)).collect();
        let holds_value = |name: &Span| name.cut(text).is_some_and(|name| is_one_of(name, &VALUES) || is_one_of(name, &PLAIN_VALUES));
        let values: Vec<bool> = head.iter().map(holds_value).collect();
        while fields.at < to.min(text.len()) {
            let row = fields.row();
            let said = match (self.named_by, row.as_slice()) {
                (Some(column), _) => row.get(column).copied(),
                // `password,hunter2`
                (None, [name, value]) if is_value_alone(text, *value) => Some(*name),
                (None, _) => None,
            };
            let said = said.map(|name| (grade_of(text, name, search), name));
            for (column, value) in row.iter().enumerate() {
                let of_column = names.get(column).copied().unwrap_or_default();
                let is_named = self.named_by.map_or(column == 1, |name| name != column && values.get(column) == Some(&true));
                let of_row = said.filter(|_| is_named).unwrap_or_default();
                let (grade, name) = if of_row.0 > of_column.0 { of_row } else { of_column };
                if grade > Grade::Open {
                    search.value(text, *value, grade, name);
                }
            }
        }
        (self.at, self.head) = (fields.at.min(text.len()), Some(head));
    }

    /// Reads the names of the columns; none where the first row has a name and its value.
    fn read_head(&mut self, fields: &mut Fields<'_>, search: &Search) -> Vec<Span> {
        let text = fields.text;
        let start = fields.at;
        let head = fields.row();
        if let [name, value] = head.as_slice()
            && grade_of(text, *name, search) == Grade::Secret
            && grade_of(text, *value, search) == Grade::Open
            && is_value_alone(text, *value)
        {
            fields.at = start;
            return Vec::new();
        }
        let place = |list: &[&str]| head.iter().position(|name| name.cut(text).is_some_and(|name| is_one_of(name, list)));
        self.named_by = place(&NAMES).or_else(|| place(&TYPES));
        head
    }
}

fn grade_of(text: &str, name: Span, search: &Search) -> Grade {
    name.cut(text).filter(|name| !name.is_empty()).map_or(Grade::Open, |name| search.grade_of(name))
}

/// True for a value that may be one of the name before it: one word, and none of a language.
fn is_value_alone(table: &str, value: Span) -> bool {
    value.cut(table).is_some_and(|value| !shapes::is_word(value) && !value.contains(char::is_whitespace))
}

/// The separator that is in a line most often.
fn separator(line: &str) -> Option<char> {
    let count = |separator: char| line.matches(separator).count();
    SEPARATORS.into_iter().filter(|separator| count(*separator) > 0).max_by_key(|separator| count(*separator))
}

/// The fields of a table, one after the other; a quoted one may hold separators and lines.
struct Fields<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
}

impl<'a> Fields<'a> {
    fn of(text: &'a str, separator: char) -> Self {
        Self { text, separator: separator as u8, at: 0 }
    }

    /// The fields of the next row that is not blank, without their quotes; none at the end.
    fn row(&mut self) -> Vec<Span> {
        let mut fields = Vec::new();
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            self.at += 1;
        }
        while self.at < bytes.len() {
            let (field, end) = self.field();
            if fields.len() < MOST_COLUMNS {
                fields.push(field);
            }
            self.at = end + 1;
            if bytes.get(end) != Some(&self.separator) {
                break;
            }
        }
        fields
    }

    /// The next field, and the offset of what ends it.
    fn field(&self) -> (Span, usize) {
        let bytes = self.text.as_bytes();
        let rest = bytes.get(self.at..).unwrap_or_default();
        let (mut start, mut close) = (self.at, None);
        if rest.first() == Some(&b'"') {
            start += 1;
            let mut at = start;
            // A quote that is written twice is one of the text.
            while let Some(quote) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)).map(|i| at + i) {
                if bytes.get(quote + 1) != Some(&b'"') {
                    close = Some(quote);
                    break;
                }
                at = quote + 2;
            }
        }
        let from = close.unwrap_or(self.at);
        let end = bytes.get(from..).and_then(|rest| memchr::memchr2(self.separator, b'\n', rest)).map_or(bytes.len(), |i| from + i);
        let close = close.unwrap_or(end);
        let start = if close == end { self.at } else { start };
        let field = self.text.get(start..close).unwrap_or_default();
        let trimmed = field.trim();
        (Span::of(self.text, trimmed).unwrap_or_default(), end)
    }
}
