//! Files being read in the background.

use jiff::Timestamp;

use crate::app::ids::OpenId;

/// A read in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Identifies its result.
    pub id: OpenId,
    /// What is being read, for the screen.
    pub what: String,
    /// When it started.
    pub since: Timestamp,
}
