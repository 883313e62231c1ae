//! Files that are being read beside the loop.

use jiff::Timestamp;

use crate::app::ids::OpenId;

/// What is being opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its number.
    pub id: OpenId,
    /// What it is, in words.
    pub what: String,
    /// When that began.
    pub since: Timestamp,
}
