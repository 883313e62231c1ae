//! A file with values for variables, as it was read.

use std::path::PathBuf;
use std::sync::Arc;

use crate::formats::detect::Encoding;
use crate::formats::env::ValueKind;

/// A file with values, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFile {
    pub path: PathBuf,
    pub kind: ValueKind,
    pub text: Arc<str>,
    pub encoding: Encoding,
    /// False for values that came in the file of another tool: no file holds them until they are saved.
    pub is_on_disk: bool,
}
