//! The table of the parameters of a request. Every key changes the text of the request.

use crate::app::editor::Editor;
use crate::app::ids::RequestId;
use crate::app::workspace::parameters::{is_secret, is_secret_parameter};
use crate::app::workspace::request::Entry;
use crate::formats::http_file::BodyOrigin;
use crate::formats::parameters::{Cell, Change, Parameter, Parameters, Section, Spelling};

/// A row of the table.
#[derive(Clone, Debug)]
pub struct ParameterRow {
    pub section: Section,
    /// By which number it is changed; `None` where the section has none yet, and for one that is being added.
    pub number: Option<usize>,
    pub parameter: Parameter,
    /// Whether a secret of the request is in it.
    holds_secret: bool,
}

impl ParameterRow {
    /// True if its value is masked. Asked of the rows that are shown: of all it would take long.
    pub fn is_secret(&self) -> bool {
        self.holds_secret || is_secret_parameter(self.section, &self.parameter)
    }
}

/// What is typed.
#[derive(Clone, Debug)]
pub struct TypedCell {
    pub cell: Cell,
    pub editor: Editor,
    /// What is in the other column of a row that is being added; `None` for a row that is there.
    pub added: Option<String>,
    /// The text of the request before it was typed.
    pub before: String,
    /// Whether the text is changed now, by one edit.
    pub has_written: bool,
}

/// The open table.
#[derive(Clone, Debug)]
pub struct ParameterForm {
    pub request: RequestId,
    /// What its body was written for.
    pub origin: BodyOrigin,
    pub rows: Vec<ParameterRow>,
    /// Index of the selected row.
    pub chosen: usize,
    pub typed: Option<TypedCell>,
    /// Whether names and values are decoded.
    pub spelling: Spelling,
    /// Whether anything was changed.
    pub has_changed: bool,
}

impl ParameterForm {
    /// The table of a request.
    pub fn new(entry: &Entry, origin: BodyOrigin) -> Self {
        let rows = rows_of(entry, origin);
        let chosen = rows.iter().position(|row| row.number.is_some()).unwrap_or(0);
        Self { request: entry.id, origin, rows, chosen, typed: None, spelling: Spelling::Decoded, has_changed: false }
    }

    /// Reads the rows again after a change.
    pub fn read_again(&mut self, entry: &Entry) {
        self.rows = rows_of(entry, self.origin);
        self.step(0);
    }

    /// The selected row.
    pub fn row(&self) -> Option<&ParameterRow> {
        self.rows.get(self.chosen)
    }

    /// Moves the selection; stops at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
    }

    /// The row beside the selected one in its section.
    pub fn neighbour(&self, by: isize) -> Option<(usize, &ParameterRow)> {
        let at = self.chosen.checked_add_signed(by)?;
        let row = self.rows.get(at).filter(|row| self.row().is_some_and(|chosen| chosen.section == row.section))?;
        Some((at, row))
    }

    /// What a cell of a row shows.
    pub fn text<'a>(&self, row: &'a ParameterRow, cell: Cell) -> &'a str {
        let parameter = &row.parameter;
        match (cell, self.spelling) {
            (Cell::Name, Spelling::Decoded) => &parameter.name,
            (Cell::Name, Spelling::AsWritten) => &parameter.written.0,
            (Cell::Value, Spelling::Decoded) => &parameter.value,
            (Cell::Value, Spelling::AsWritten) => &parameter.written.1,
        }
    }

    /// Starts typing in a column of the selected row; nothing where there is no row yet.
    pub fn edit(&mut self, cell: Cell, before: &str) {
        let Some(row) = self.row().filter(|row| row.number.is_some()) else { return };
        let editor = editor(self.text(row, cell), self.spelling, cell);
        self.typed = Some(TypedCell { cell, editor, added: None, before: before.to_string(), has_written: false });
    }

    /// Starts typing a new row behind those of the section of the selected one.
    pub fn add(&mut self, before: &str) {
        let Some(section) = self.row().map(|row| row.section) else { return };
        let at = self.rows.iter().rposition(|row| row.section == section).unwrap_or_default();
        let row = empty(section);
        match self.rows.get_mut(at) {
            Some(last) if last.number.is_none() => *last = row,
            _ => self.rows.insert(at + 1, row),
        }
        self.chosen = self.rows.iter().rposition(|row| row.section == section).unwrap_or_default();
        let editor = Editor::line("");
        self.typed =
            Some(TypedCell { cell: Cell::Name, editor, added: Some(String::new()), before: before.to_string(), has_written: false });
    }

    /// Goes on typing in the other column of a row that is being added. False for any other row.
    pub fn other_column(&mut self) -> bool {
        let spelling = self.spelling;
        let Some(typed) = &mut self.typed else { return false };
        let Some(other) = typed.added.as_mut() else { return false };
        let now = std::mem::replace(other, typed.editor.text().to_string());
        typed.cell = typed.cell.other();
        typed.editor = editor(&now, spelling, typed.cell);
        true
    }

    /// The change that what is typed makes; `None` for a new row without any text.
    pub fn change(&self) -> Option<(Section, Change<'_>)> {
        let (row, typed) = (self.row()?, self.typed.as_ref()?);
        let text = typed.editor.text();
        let change = match (&typed.added, typed.cell) {
            (Some(value), Cell::Name) => Change::Add(text, value, self.spelling),
            (Some(name), Cell::Value) => Change::Add(name, text, self.spelling),
            (None, cell) => Change::Set(row.number?, cell, text, self.spelling),
        };
        (change != Change::Add("", "", self.spelling)).then_some((row.section, change))
    }

    /// True if what is typed is masked.
    pub fn is_typed_secret(&self) -> bool {
        let (Some(row), Some(typed)) = (self.row(), &self.typed) else { return false };
        let text = typed.editor.text();
        let other = |cell| typed.added.as_deref().unwrap_or_else(|| self.text(row, cell));
        match typed.cell {
            Cell::Name => is_secret(row.section, text, ""),
            Cell::Value => row.is_secret() && !text.is_empty() || is_secret(row.section, other(Cell::Name), text),
        }
    }
}

fn editor(text: &str, spelling: Spelling, cell: Cell) -> Editor {
    match (spelling, cell) {
        (Spelling::Decoded, Cell::Value) => Editor::value(text),
        _ => Editor::line(text),
    }
}

/// A row without a parameter.
fn empty(section: Section) -> ParameterRow {
    ParameterRow {
        section,
        number: None,
        parameter: Parameter { is_on: true, has_value: true, ..Parameter::default() },
        holds_secret: false,
    }
}

fn rows_of(entry: &Entry, origin: BodyOrigin) -> Vec<ParameterRow> {
    let (parameters, mut secrets) = (Parameters::read(entry.editor.text(), origin), entry.written_secrets());
    secrets.sort();
    let mut rows = Vec::new();
    for section in parameters.sections() {
        let of_section = parameters.rows(section);
        if of_section.is_empty() {
            rows.push(empty(section));
        }
        rows.extend(of_section.into_iter().map(|(number, parameter)| {
            let place = if parameter.has_value { parameter.value_place } else { parameter.place };
            let next = secrets.partition_point(|secret| secret.end <= place.start);
            let holds_secret = !parameter.is_file && secrets.get(next).is_some_and(|secret| secret.start < place.end);
            ParameterRow { section, number: Some(number), parameter, holds_secret }
        }));
    }
    rows
}
