//! Undo and redo of changed values, in files with values and in the files of requests that define them.

use std::sync::Arc;

use crate::app::ids::FileId;

/// A changed value, or another choice of where values come from.
#[derive(Clone, Debug)]
pub struct ValueChange {
    /// The change in words.
    pub what: String,
    /// A number that grows with every change of the session.
    pub at: u64,
    /// How to take it back.
    pub step: ValueStep,
}

/// An inverse change.
#[derive(Clone, Debug)]
pub enum ValueStep {
    /// Gives a file with values another text.
    Text(FileId, Arc<str>),
    /// Gives a definition in a file of requests another value.
    Definition {
        file: FileId,
        /// Its number in the file when it was changed, and its name.
        number: usize,
        name: String,
        value: String,
    },
    /// Chooses another environment.
    Environment(String),
}

/// The undo and redo stacks, the latest change last.
#[derive(Clone, Debug, Default)]
pub struct ValueHistory {
    pub(in crate::app) done: Vec<ValueChange>,
    pub(in crate::app) undone: Vec<ValueChange>,
}

impl ValueHistory {
    /// Records a change and clears the redo stack.
    pub fn push(&mut self, change: ValueChange) {
        self.undone.clear();
        self.done.push(change);
    }
}
