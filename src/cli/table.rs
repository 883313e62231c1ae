//! Tables as text for people, as CSV (RFC 4180, with plain line ends), and as Markdown.

use unicode_width::UnicodeWidthStr as _;

use crate::domain::visible::visible;
use crate::formats::markup::plain;

/// Rows with a heading each.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub title: &'static str,
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// True for a column of numbers, which stands to the right.
    fn is_number(&self, column: usize) -> bool {
        let is_digit = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '%' | ' ' | '–');
        !self.rows.is_empty()
            && self.rows.iter().all(|row| row.get(column).is_some_and(|cell| !cell.is_empty() && cell.chars().all(is_digit)))
    }

    /// As text, its columns one under the other.
    pub fn text(&self) -> String {
        let shown: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(|cell| visible(cell).into_owned()).collect()).collect();
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| {
                let cells = shown.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
                cells.chain(self.head.get(column).map(|head| head.width())).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: Vec<&str>| {
            let mut line = String::from(" ");
            for ((column, cell), wide) in cells.iter().enumerate().zip(&widths) {
                let gap = " ".repeat(wide.saturating_sub(cell.width()));
                line.push(' ');
                line.push_str(&if self.is_number(column) { format!("{gap}{cell} ") } else { format!("{cell}{gap} ") });
            }
            format!("{}\n", line.trim_end())
        };
        let rows: String = shown.iter().map(|row| line(row.iter().map(String::as_str).collect())).collect();
        format!("{}\n{}{rows}", self.title, line(self.head.clone()))
    }

    /// As CSV, with a line of headings.
    pub fn csv(&self) -> String {
        // A spreadsheet takes what begins so for a formula.
        let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let cell = |cell: &str| {
            let cell = if is_formula(cell) { format!("'{cell}") } else { cell.to_string() };
            if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
        };
        let head = self.head.iter().map(|head| cell(head)).collect::<Vec<_>>().join(",");
        let rows = self.rows.iter().map(|row| row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(","));
        [head].into_iter().chain(rows).map(|line| format!("{line}\n")).collect()
    }

    /// As a table of Markdown below its title.
    pub fn markdown(&self) -> String {
        let rule = (0..self.head.len()).map(|column| if self.is_number(column) { "---:|" } else { "---|" }).collect::<String>();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let head = line(self.head.iter().map(|head| (*head).to_string()).collect());
        let rows: String = self.rows.iter().map(|row| line(row.iter().map(|text| plain(text)).collect())).collect();
        format!("## {}\n\n{head}|{rule}\n{rows}", self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let rows = [["GET /a|b", "1,204"], ["=cmd()", "3"]];
        let rows = rows.map(|row| row.map(String::from).to_vec()).to_vec();
        Table { title: "by route", head: vec!["route", "denied"], rows }
    }

    #[test]
    fn numbers_stand_to_the_right() {
        assert_eq!(table().text(), "by route\n  route     denied\n  GET /a|b   1,204\n  =cmd()         3\n");
    }

    #[test]
    fn no_cell_is_a_formula_or_another_column() {
        assert_eq!(table().csv(), "route,denied\nGET /a|b,\"1,204\"\n'=cmd(),3\n");
        assert_eq!(table().markdown(), "## by route\n\n| route | denied |\n|---|---:|\n| GET /a\\|b | 1,204 |\n| =cmd() | 3 |\n");
    }
}
