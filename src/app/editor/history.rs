//! Changes of a text, in groups that are undone together.

/// One change: at `at`, `inserted` replaced `removed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Byte offset.
    pub at: usize,
    /// The old text.
    pub removed: String,
    /// The new text.
    pub inserted: String,
    /// The cursor before the change.
    pub cursor_before: usize,
}

/// What kind of change it is; only changes of one kind are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A letter of a word.
    Typing,
    /// Backspace or delete.
    Removing,
    /// A paste, a fix, a space: a group of its own.
    Whole,
}

/// The undo and redo stacks.
#[derive(Clone, Debug, Default)]
pub struct EditHistory {
    done: Vec<Vec<Change>>,
    undone: Vec<Vec<Change>>,
    /// The kind of change that may still join the last group.
    open: Option<ChangeKind>,
}

impl EditHistory {
    /// Adds a change and clears the redo stack.
    pub fn push(&mut self, change: Change, kind: ChangeKind) {
        self.undone.clear();
        let joins = self.open == Some(kind) && kind != ChangeKind::Whole;
        match self.done.last_mut() {
            Some(group) if joins => match group.last_mut() {
                // A character typed right after the last one extends the last change.
                Some(last) if kind == ChangeKind::Typing && change.removed.is_empty() && last.at + last.inserted.len() == change.at => {
                    last.inserted.push_str(&change.inserted);
                }
                _ => group.push(change),
            },
            _ => self.done.push(vec![change]),
        }
        self.open = Some(kind);
    }

    /// True if there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// True if there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Closes the current group.
    pub fn seal(&mut self) {
        self.open = None;
    }

    /// Pops the group to undo; its changes are in the order in which they were made.
    pub fn undo(&mut self) -> Option<Vec<Change>> {
        self.open = None;
        let group = self.done.pop()?;
        self.undone.push(group.clone());
        Some(group)
    }

    /// Pops the group to redo.
    pub fn redo(&mut self) -> Option<Vec<Change>> {
        self.open = None;
        let group = self.undone.pop()?;
        self.done.push(group.clone());
        Some(group)
    }
}
