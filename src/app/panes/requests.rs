//! The list of requests as rows.

use crate::app::ids::At;

/// A row of the requests pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestRow {
    /// The heading of a file.
    File(usize),
    /// A request.
    Request(At),
}

/// Whether a section shows what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fold {
    /// It does.
    #[default]
    Open,
    /// It shows its name only.
    Closed,
}
