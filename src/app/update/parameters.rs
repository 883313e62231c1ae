//! The table of the parameters of the open request.

use super::edit::Direction;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::parameters::{ParameterForm, ParameterRow};
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::formats::parameters::{Cell, Change, Parameters, Section};

impl Model {
    /// Opens the table, unless the request is too long to be edited.
    pub(super) fn show_parameters(&mut self) {
        if !self.takes(0) {
            return;
        }
        self.leave_editing();
        let origin = self.file().map(|file| file.origin_of_body(self.at.entry)).unwrap_or_default();
        let Some(form) = self.entry().map(|entry| ParameterForm::new(entry, origin)) else { return };
        if form.rows.is_empty() {
            return self.notify(Tone::Bad, "The request has no address yet");
        }
        // Where panes are tabs, the one that the table changes is the one to see.
        self.focus = Focus::On(Pane::Request);
        self.overlay = Some(Overlay::Parameters(Box::new(form)));
    }

    /// An action in the table; false if it has no meaning there.
    pub(super) fn perform_in_parameters(&mut self, action: Action) -> bool {
        let Some(Overlay::Parameters(form)) = &mut self.overlay else { return false };
        let is_typing = form.typed.is_some();
        match action {
            Action::Back if is_typing => self.take_back_parameter(),
            Action::Back => self.close_parameters(),
            Action::Choose if form.typed.as_ref().is_some_and(|typed| typed.added.is_some() && typed.cell == Cell::Name) => {
                form.other_column();
            }
            Action::Choose if is_typing => self.read_parameters_again(),
            Action::Choose => self.edit_parameter(Cell::Value),
            Action::EditName if form.other_column() => {}
            Action::EditName => {
                let cell = form.typed.as_ref().map_or(Cell::Name, |typed| typed.cell.other());
                self.read_parameters_again();
                self.edit_parameter(cell);
            }
            Action::AddParameter => {
                let text = self.entry().map(|entry| entry.editor.text().to_string()).unwrap_or_default();
                if let Some(Overlay::Parameters(form)) = &mut self.overlay {
                    form.add(&text);
                }
            }
            Action::SwitchParameter => self.switch_parameter(),
            Action::RemoveParameter => self.change_chosen(Change::Remove),
            Action::MoveParameterUp => self.move_parameter(-1),
            Action::MoveParameterDown => self.move_parameter(1),
            Action::ToggleSpelling => form.spelling = form.spelling.other(),
            Action::Undo if !is_typing => self.step_parameters(Direction::Undo),
            Action::Redo if !is_typing => self.step_parameters(Direction::Redo),
            _ => return false,
        }
        true
    }

    fn edit_parameter(&mut self, cell: Cell) {
        let text = self.entry().map(|entry| entry.editor.text().to_string()).unwrap_or_default();
        let Some(Overlay::Parameters(form)) = &mut self.overlay else { return };
        if form.row().is_some_and(|row| row.number.is_none()) {
            form.add(&text);
        } else {
            form.edit(cell, &text);
        }
    }

    /// Writes what is typed into the request: always as one edit of the text that was there before.
    pub(super) fn write_parameter(&mut self) {
        let Some(Overlay::Parameters(form)) = &self.overlay else { return };
        if self.entry().is_none_or(|entry| entry.id != form.request) {
            return;
        }
        let Some(typed) = &form.typed else { return };
        let wanted = match form.change() {
            Some((section, change)) => {
                let wanted = Parameters::read(&typed.before, form.origin).with(section, change);
                if !holds(&wanted, form, section) {
                    return self.notify(Tone::Bad, "A part cannot hold this: it has a line that begins the next part");
                }
                wanted
            }
            None => typed.before.clone(),
        };
        let has_written = typed.has_written;
        let Some(is_changed) = self.rewrite(&wanted, has_written) else { return };
        if let Some(Overlay::Parameters(form)) = &mut self.overlay {
            form.typed.iter_mut().for_each(|typed| typed.has_written = is_changed);
        }
    }

    /// Ends typing; what was there before is there again.
    fn take_back_parameter(&mut self) {
        if let Some(Overlay::Parameters(form)) = &mut self.overlay
            && let Some(typed) = form.typed.take()
            && typed.has_written
        {
            self.rewrite(&typed.before, true);
        }
        self.read_parameters_again();
    }

    /// Reads the table again; what was typed is in the text already.
    fn read_parameters_again(&mut self) {
        let Some(Overlay::Parameters(mut form)) = self.overlay.take() else { return };
        form.has_changed |= form.typed.take().is_some_and(|typed| typed.has_written);
        if let Some(entry) = self.entry().filter(|entry| entry.id == form.request) {
            form.read_again(entry);
        }
        self.overlay = Some(Overlay::Parameters(form));
    }

    /// Changes the selected parameter as one edit.
    fn change_chosen(&mut self, change: impl Fn(usize) -> Change<'static>) {
        let Some(Overlay::Parameters(form)) = &self.overlay else { return };
        let Some(ParameterRow { section, number: Some(number), parameter, .. }) = form.row() else { return };
        let Some(parameters) = self.entry().map(|entry| Parameters::read(entry.editor.text(), form.origin)) else { return };
        // The file may have been read again meanwhile.
        if !parameters.rows(*section).iter().any(|(known, row)| known == number && row == parameter) {
            return self.read_parameters_again();
        }
        let wanted = parameters.with(*section, change(*number));
        if self.rewrite(&wanted, false) == Some(true)
            && let Some(Overlay::Parameters(form)) = &mut self.overlay
        {
            form.has_changed = true;
        }
        self.read_parameters_again();
    }

    fn switch_parameter(&mut self) {
        let Some(Overlay::Parameters(form)) = &self.overlay else { return };
        let Some(row) = form.row().filter(|row| row.number.is_some()) else { return };
        let why = Parameters::why_always_on(row.section, form.origin).filter(|_| row.parameter.is_on);
        match why {
            Some(why) => self.notify(Tone::Bad, why),
            None => self.change_chosen(Change::Switch),
        }
    }

    fn move_parameter(&mut self, by: isize) {
        let Some(Overlay::Parameters(form)) = &self.overlay else { return };
        let Some((at, Some(other))) = form.neighbour(by).map(|(at, row)| (at, row.number)) else { return };
        self.change_chosen(|number| Change::Swap(number, other));
        if let Some(Overlay::Parameters(form)) = &mut self.overlay {
            form.chosen = at;
        }
    }

    /// Undoes or redoes the last edit of the request.
    fn step_parameters(&mut self, direction: Direction) {
        let mut is_done = false;
        self.change_text(|editor| is_done = direction.step_text(editor));
        self.read_parameters_again();
        match is_done {
            true => self.notify(Tone::Good, format!("{}; {}", direction.done(), self.way_back(direction))),
            false => self.notify(Tone::Bad, direction.nothing()),
        }
    }

    /// Closes the table and says what became of it.
    fn close_parameters(&mut self) {
        if let Some(Overlay::Parameters(form)) = self.overlay.take()
            && form.has_changed
        {
            let (send, undo) = (self.key_of(Action::Send), self.key_of(Action::Undo));
            self.notify(Tone::Good, format!("Written into the request; press {send} to send, {undo} to undo"));
        }
    }
}

/// True if a part reads back as what is typed in it.
fn holds(text: &str, form: &ParameterForm, section: Section) -> bool {
    let Some(typed) = form.typed.as_ref().filter(|_| section == Section::Parts) else { return true };
    let number =
        form.rows.iter().filter(|row| row.section == section).position(|row| form.row().is_some_and(|chosen| std::ptr::eq(row, chosen)));
    let rows = Parameters::read(text, form.origin).rows(section);
    let count = form.rows.iter().filter(|row| row.section == section).count();
    let held = number.and_then(|number| rows.get(number)).map(|(_, held)| match typed.cell {
        Cell::Name => &held.name,
        Cell::Value => &held.value,
    });
    rows.len() == count && held.is_some_and(|held| held == typed.editor.text())
}
