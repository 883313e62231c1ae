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

/// A number of a group of changes, unique within its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupId(u64);

#[derive(Clone, Debug)]
struct Group {
    id: GroupId,
    changes: Vec<Change>,
}

/// The undo and redo stacks.
#[derive(Clone, Debug, Default)]
pub struct EditHistory {
    done: Vec<Group>,
    undone: Vec<Group>,
    /// How many groups there ever were.
    count: u64,
    /// The kind of change that may still join the last group.
    open: Option<ChangeKind>,
}

impl EditHistory {
    /// Adds a change and clears the redo stack.
    pub fn push(&mut self, change: Change, kind: ChangeKind) {
        self.undone.clear();
        let joins = self.open == Some(kind) && kind != ChangeKind::Whole;
        match self.done.last_mut() {
            Some(group) if joins => match group.changes.last_mut() {
                // A character typed right after the last one extends the last change.
                Some(last) if kind == ChangeKind::Typing && change.removed.is_empty() && last.at + last.inserted.len() == change.at => {
                    last.inserted.push_str(&change.inserted);
                }
                _ => group.changes.push(change),
            },
            _ => {
                self.count += 1;
                self.done.push(Group { id: GroupId(self.count), changes: vec![change] });
            }
        }
        self.open = Some(kind);
    }

    /// The group that undo would revert.
    pub fn last_done(&self) -> Option<GroupId> {
        self.done.last().map(|group| group.id)
    }

    /// The group that redo would apply.
    pub fn last_undone(&self) -> Option<GroupId> {
        self.undone.last().map(|group| group.id)
    }

    /// Closes the current group.
    pub fn seal(&mut self) {
        self.open = None;
    }

    /// Pops the group to undo; its changes are in the order in which they were made.
    pub fn undo(&mut self) -> Option<Vec<Change>> {
        self.open = None;
        let group = self.done.pop()?;
        let changes = group.changes.clone();
        self.undone.push(group);
        Some(changes)
    }

    /// Pops the group to redo.
    pub fn redo(&mut self) -> Option<Vec<Change>> {
        self.open = None;
        let group = self.undone.pop()?;
        let changes = group.changes.clone();
        self.done.push(group);
        Some(changes)
    }
}
