//! What logs say about refused requests, as tables to walk through, and the lines behind a row.

use crate::app::ids::OpenId;

/// A table, the most refused first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogTable {
    /// What is counted, such as `route`.
    pub title: &'static str,
    pub head: Vec<&'static str>,
    /// Cells as text; the first is the name.
    pub rows: Vec<Vec<String>>,
}

/// A part of the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogBar {
    /// When it begins, as it is shown.
    pub from: String,
    pub requests: u64,
    pub denied: u64,
}

/// The lines of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLines {
    /// The read that they come from.
    pub id: OpenId,
    pub title: String,
    /// `None` while they are read; else the newest first, or why there are none.
    pub read: Option<Result<Vec<LogLine>, String>>,
    pub chosen: usize,
}

/// A refused request as a log has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogLine {
    /// The line, without its secrets.
    pub text: String,
    pub method: String,
    /// The target, with scheme and host if the log has those.
    pub target: String,
    pub agent: String,
    pub status: u16,
    /// The text that says why, if the line has one.
    pub reason: String,
}

/// Which lines are asked for: the title of a table, and the name of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    pub table: &'static str,
    pub name: String,
}

/// What logs say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogsView {
    /// The files.
    pub title: String,
    /// How many requests there are, and from when to when.
    pub summary: Vec<String>,
    pub bars: Vec<LogBar>,
    pub tables: Vec<LogTable>,
    /// The table that is shown.
    pub table: usize,
    /// Its row.
    pub chosen: usize,
    /// The lines of that row, while they are shown.
    pub lines: Option<LogLines>,
}

impl LogsView {
    /// The table that is shown.
    pub fn shown(&self) -> Option<&LogTable> {
        self.tables.get(self.table)
    }

    /// The lines that are shown.
    pub fn line_list(&self) -> &[LogLine] {
        self.lines.as_ref().and_then(|lines| lines.read.as_ref()?.as_ref().ok()).map_or(&[], Vec::as_slice)
    }

    /// Goes on to another table.
    pub fn step_table(&mut self, by: isize) {
        let count = self.tables.len().max(1);
        self.table = (self.table + count).saturating_add_signed(by) % count;
        self.chosen = 0;
    }

    /// Chooses a line or a row.
    pub fn choose(&mut self, index: usize) {
        match &mut self.lines {
            Some(shown) => shown.chosen = index,
            None => self.chosen = index,
        }
        self.step(0);
    }

    /// Moves the choice among the lines or the rows; stops at the ends.
    pub fn step(&mut self, by: isize) {
        let lines = self.line_list().len();
        match &mut self.lines {
            Some(shown) => shown.chosen = shown.chosen.saturating_add_signed(by).min(lines.saturating_sub(1)),
            None => {
                let rows = self.shown().map_or(0, |table| table.rows.len());
                self.chosen = self.chosen.saturating_add_signed(by).min(rows.saturating_sub(1));
            }
        }
    }

    /// The chosen row.
    pub fn row(&self) -> Option<LogRow> {
        let table = self.shown()?;
        Some(LogRow { table: table.title, name: table.rows.get(self.chosen)?.first()?.clone() })
    }

    /// The chosen line.
    pub fn line(&self) -> Option<&LogLine> {
        self.line_list().get(self.lines.as_ref()?.chosen)
    }
}
