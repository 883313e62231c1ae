//! What was changed in a text, in groups that are undone together.

/// One change: at `at`, `inserted` took the place of `removed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Byte offset.
    pub at: usize,
    /// What stood there.
    pub removed: String,
    /// What stands there now.
    pub inserted: String,
    /// Where the cursor was.
    pub cursor_before: usize,
}

/// How a change came about; it decides what it is grouped with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A letter of a word.
    Typing,
    /// Backspace or delete.
    Removing,
    /// A paste, a fix, a blank: a group of its own.
    Whole,
}

/// The groups done and undone.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Vec<Change>>,
    undone: Vec<Vec<Change>>,
    /// Set while the last group still takes changes of this kind.
    open: Option<ChangeKind>,
}

impl History {
    /// Adds a change; what was undone before is gone.
    pub fn push(&mut self, change: Change, kind: ChangeKind) {
        self.undone.clear();
        let joins = self.open == Some(kind) && kind != ChangeKind::Whole;
        match self.done.last_mut() {
            Some(group) if joins => match group.last_mut() {
                // A letter behind the last one only makes the last change longer.
                Some(last) if kind == ChangeKind::Typing && change.removed.is_empty() && last.at + last.inserted.len() == change.at => {
                    last.inserted.push_str(&change.inserted);
                }
                _ => group.push(change),
            },
            _ => self.done.push(vec![change]),
        }
        self.open = Some(kind);
    }

    /// True when something was done that was not undone.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// True when something was undone that can be made again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Ends the open group.
    pub fn seal(&mut self) {
        self.open = None;
    }

    /// The group to take back, in the order in which it was made.
    pub fn undo(&mut self) -> Option<Vec<Change>> {
        self.open = None;
        let group = self.done.pop()?;
        self.undone.push(group.clone());
        Some(group)
    }

    /// The group to make again.
    pub fn redo(&mut self) -> Option<Vec<Change>> {
        self.open = None;
        let group = self.undone.pop()?;
        self.done.push(group.clone());
        Some(group)
    }
}
