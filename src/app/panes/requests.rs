//! The list of requests as rows.

use crate::app::ids::RequestPosition;

/// A row of the requests pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestRow {
    /// The heading of a file.
    File(usize),
    /// A request.
    Request(RequestPosition),
}

/// Whether a section is expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fold {
    /// Expanded.
    #[default]
    Open,
    /// Only its name is shown.
    Closed,
}
