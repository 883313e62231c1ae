//! Editing the request. Every edit parses the request again; the report follows at the end of the update.

use crate::app::editor::history::GroupId;
use crate::app::editor::{Editor, Select, completion};
use crate::app::effect::Effect;
use crate::app::ids::{RequestId, RequestPosition};
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model, Tone};
use crate::app::panes::Pane;
use crate::app::workspace::list_history::{Applied, Blocked, Later, ListHistory};
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::app::workspace::value_history::ValueHistory;
use crate::domain::limits::MAX_TYPED;

/// Which way a change is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Undo,
    Redo,
}

impl Direction {
    /// What a notice says of a change that was undone or redone.
    pub(super) const fn done(self) -> &'static str {
        match self {
            Self::Undo => "Undone",
            Self::Redo => "Redone",
        }
    }

    /// What it says of one that was not.
    pub(super) const fn not_done(self) -> &'static str {
        match self {
            Self::Undo => "Not undone",
            Self::Redo => "Not redone",
        }
    }

    /// The opposite.
    const fn opposite(self) -> Action {
        match self {
            Self::Undo => Action::Redo,
            Self::Redo => Action::Undo,
        }
    }

    /// What it says if there is none.
    pub(super) const fn nothing(self) -> &'static str {
        match self {
            Self::Undo => "Nothing to undo",
            Self::Redo => "Nothing to redo",
        }
    }

    /// The next edit of a text.
    fn next_edit(self, editor: &Editor) -> Option<GroupId> {
        match self {
            Self::Undo => editor.last_done(),
            Self::Redo => editor.last_undone(),
        }
    }

    /// The time of the next change of a list.
    fn next_change(self, list: &ListHistory) -> Option<u64> {
        match self {
            Self::Undo => list.last_done(),
            Self::Redo => list.last_undone(),
        }
    }

    /// The time of the next change of a value.
    fn next_value(self, values: &ValueHistory) -> Option<u64> {
        let next = match self {
            Self::Undo => values.done.last(),
            Self::Redo => values.undone.last(),
        };
        next.map(|change| change.at)
    }

    /// True if the next change of a list is, among others, this edit of a request.
    fn is_of_list(self, list: &ListHistory, request: RequestId, edit: GroupId) -> bool {
        match self {
            Self::Undo => list.would_undo(request, edit),
            Self::Redo => list.would_redo(request, edit),
        }
    }

    pub(super) fn step_text(self, editor: &mut Editor) -> bool {
        match self {
            Self::Undo => editor.undo(),
            Self::Redo => editor.redo(),
        }
    }

    fn step_list(self, file: &mut RequestFile, at: u64) -> Result<Option<Applied>, Blocked> {
        match self {
            Self::Undo => file.list_history.undo(file.entries.list_mut(), at),
            Self::Redo => file.list_history.redo(file.entries.list_mut(), at),
        }
    }
}

fn was_were(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

impl Model {
    pub(super) fn start_editing(&mut self) {
        if !self.takes(0) {
            return;
        }
        self.focus = Focus::Editing;
        // The cursor starts at the evidence, which is what one wants to change.
        let at = self.marks.request.first().map(|s| s.start);
        if let (Some(at), Some(entry)) = (at, self.entry_mut()) {
            entry.editor.place(at, Select::Drop);
        }
    }

    /// Whether the request can be edited with `more` bytes added; says so if not.
    pub(super) fn takes(&mut self, more: usize) -> bool {
        let bytes = self.entry().map_or(0, |e| e.editor.text().len()) + more;
        let takes = bytes <= MAX_TYPED;
        if !takes {
            self.notify(Tone::Bad, format!("The request has {bytes} bytes; more than {MAX_TYPED} cannot be edited here"));
        }
        takes
    }

    pub(super) fn leave_editing(&mut self) {
        self.completion = None;
        if self.focus == Focus::Editing {
            self.focus = Focus::On(Pane::Request);
            self.warn_of_unsavable();
        }
        if let Some(entry) = self.entry_mut() {
            entry.editor.seal();
        }
    }

    /// Changes the focused text: a dialog's field, else the request.
    pub(in crate::app) fn edit(&mut self, change: impl FnOnce(&mut Editor)) {
        self.completion = None;
        if let Some(overlay) = &mut self.overlay {
            if let Some(field) = overlay.field() {
                change(field);
                self.after_typing();
            }
            return;
        }
        self.change_text(change);
        if let Some(file) = self.files.get_mut(self.at.file) {
            file.list_history.forget_undone();
        }
    }

    /// Changes the text of the open request.
    pub(super) fn change_text(&mut self, change: impl FnOnce(&mut Editor)) {
        let at = self.number();
        if let Some(entry) = self.entry_mut() {
            change(&mut entry.editor);
            if entry.editor.text() != entry.text.text {
                entry.edited_at = at;
                self.reread();
            }
        }
    }

    /// Makes the text of the open request what a form says, by one edit: in the place of the one that the form made before, if it
    /// made one. True if the text is changed now; `None` if it cannot take so much.
    pub(super) fn rewrite(&mut self, wanted: &str, has_written: bool) -> Option<bool> {
        let length = self.entry().map_or(0, |entry| entry.editor.text().len());
        if !self.takes(wanted.len().saturating_sub(length)) {
            return None;
        }
        let mut is_changed = false;
        self.change_text(|editor| {
            if has_written {
                editor.undo();
            }
            is_changed = editor.text() != wanted;
            editor.seal();
            editor.become_text(wanted);
            editor.seal();
        });
        if let Some(file) = self.files.get_mut(self.at.file) {
            file.list_history.forget_undone();
        }
        Some(is_changed)
    }

    /// Parses the edited text of the open request.
    pub(super) fn reread(&mut self) {
        let at = self.at;
        if let Some(file) = self.files.get_mut(at.file) {
            file.reread(at.entry);
        }
    }

    /// Undoes the last change of the text, the request list or a value, whichever is latest; or redoes the one that was undone last.
    pub(super) fn step_history(&mut self, direction: Direction) -> Vec<Effect> {
        let text = self.entry().and_then(|e| Some((e, direction.next_edit(&e.editor)?)));
        let list = self.file().map(|f| &f.list_history);
        let (edited, changed) = (text.map(|(entry, _)| entry.edited_at), list.and_then(|list| direction.next_change(list)));
        let is_of_list = text.zip(list).is_some_and(|((entry, edit), list)| direction.is_of_list(list, entry.id, edit));
        if self.is_on_list() && direction.next_value(&self.value_history) > edited.max(changed) {
            return self.step_value(direction);
        } else if self.is_on_list() && (changed > edited || is_of_list) {
            let at = self.number();
            let stepped = self.files.get_mut(self.at.file).map(|file| direction.step_list(file, at));
            return self.list_stepped(stepped, direction);
        } else {
            self.step_in_text(direction, direction.nothing());
        }
        Vec::new()
    }

    /// After undo or redo of a list change, if nothing newer would have gone with it; else the change is passed over.
    fn list_stepped(&mut self, result: Option<Result<Option<Applied>, Blocked>>, direction: Direction) -> Vec<Effect> {
        match result {
            Some(Err(Blocked { what, request, later })) => {
                let later = match later {
                    Later::Change => "was changed since: undo that in it, or delete it",
                    Later::Answer => "has an answer since, which would go as well: D in the list deletes it",
                };
                let why = format!("{}: {what}; “{request}” {later}", direction.not_done());
                self.step_in_text(direction, &why);
                self.notify(Tone::Bad, why);
                Vec::new()
            }
            result => self.list_changed(result.and_then(Result::ok).flatten(), direction),
        }
    }

    /// True if keys are not meant for a text field.
    fn is_on_list(&self) -> bool {
        self.overlay.is_none() && self.focus != Focus::Editing
    }

    /// How the opposite of a step is done.
    pub(super) fn way_back(&self, direction: Direction) -> String {
        let opposite = direction.opposite();
        format!("{} {} it", self.key_of(opposite), if opposite == Action::Redo { "redoes" } else { "undoes" })
    }

    /// Undoes or redoes a change of a text; says so if there is none.
    fn step_in_text(&mut self, direction: Direction, nothing: &str) {
        let mut done = false;
        let is_theirs = self.overlay.is_none()
            && self.entry().is_some_and(|entry| direction.next_edit(&entry.editor).is_some_and(|edit| entry.is_theirs(edit)));
        if self.overlay.is_some() {
            self.edit(|editor| done = direction.step_text(editor));
        } else {
            self.completion = None;
            self.change_text(|editor| done = direction.step_text(editor));
        }
        if !done {
            self.notify(Tone::Bad, nothing);
        } else if is_theirs {
            // What is saved after that is not what the other program wrote.
            let name = self.file().map(|file| file.name.clone()).unwrap_or_default();
            self.notify(Tone::Good, format!("{}: what another program wrote in {name}; {}", direction.done(), self.way_back(direction)));
        } else if self.is_on_list() {
            self.notify(Tone::Good, format!("{}: an edit of this request; {}", direction.done(), self.way_back(direction)));
        }
    }

    /// After undo or redo of a list change: opens the request that came back.
    fn list_changed(&mut self, applied: Option<Applied>, direction: Direction) -> Vec<Effect> {
        let Some(applied) = applied else { return Vec::new() };
        let file = self.at.file;
        if let Some(f) = self.files.get_mut(file) {
            f.entries.iter_mut().for_each(Entry::release_view);
            // Variables may have changed in the meantime.
            f.reread_each(&applied.places);
            f.write_expected(&applied.places, &applied.fields);
            let last = f.entries.len().saturating_sub(1);
            self.show_request(RequestPosition { file, entry: applied.places.first().copied().unwrap_or(self.at.entry).min(last) });
        }
        let (what, changed, passed) = (applied.what, applied.places.len(), applied.passed);
        match (changed, passed) {
            (_, 0) => self.notify(Tone::Good, format!("{}: {what}; {}", direction.done(), self.way_back(direction))),
            (0, _) => self.notify(Tone::Bad, format!("{}: {what}, which {} edited since", direction.not_done(), was_were(passed))),
            _ => self.notify(
                Tone::Bad,
                format!("{}: {what}, but in {passed} of them, which {} edited since", direction.done(), was_were(passed)),
            ),
        }
        applied.stopped.into_iter().map(Effect::Cancel).collect()
    }

    /// Moves the text cursor without changing the text.
    pub(super) fn move_cursor(&mut self, movement: impl FnOnce(&mut Editor)) {
        self.completion = None;
        if let Some(overlay) = &mut self.overlay {
            if let Some(field) = overlay.field() {
                movement(field);
            }
        } else if let Some(entry) = self.entry_mut() {
            movement(&mut entry.editor);
        }
    }

    pub(super) fn offer_completion(&mut self) {
        if self.overlay.is_some() {
            return;
        }
        let variables = self.variable_names();
        self.completion = self.entry().and_then(|e| completion::at(e.editor.text(), e.editor.cursor(), &variables));
    }

    /// Actions while completions are shown. False if the action has another meaning.
    pub(super) fn perform_in_completion(&mut self, action: Action) -> bool {
        let Some(completion) = &mut self.completion else { return false };
        let last = completion.options.len().saturating_sub(1);
        match action {
            Action::Up => completion.chosen = completion.chosen.checked_sub(1).unwrap_or(last),
            Action::Down => completion.chosen = if completion.chosen >= last { 0 } else { completion.chosen + 1 },
            Action::Back => self.completion = None,
            Action::Complete => {
                let (span, option) = (completion.span, completion.options.get(completion.chosen).cloned());
                if let Some(option) = option {
                    self.edit(|e| e.replace(span, &option));
                }
                // After a header name its value may be completed.
                self.offer_completion();
            }
            _ => return false,
        }
        true
    }

    pub(super) fn copy_selection(&mut self) -> Vec<Effect> {
        let selected = match &mut self.overlay {
            Some(overlay) => overlay.field().and_then(|f| f.selected().map(String::from)),
            None => self.entry().and_then(|e| e.editor.selected().map(String::from)),
        };
        let Some(text) = selected else {
            self.notify(Tone::Bad, "Nothing is selected");
            return Vec::new();
        };
        self.register.clone_from(&text);
        vec![Effect::Copy { text, what: "Selection".into() }]
    }
}
