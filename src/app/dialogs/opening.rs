//! Files being read in the background.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::app::ids::OpenId;

/// What is read in the background.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A file or folder.
    Path(PathBuf),
    /// A long paste.
    Paste(String),
}

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
