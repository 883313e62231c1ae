//! Files that the loop reads and saves.

use std::path::Path;

use crate::app::msg::Over;
use crate::domain::token::keys::KeySet;
use crate::formats::detect::decode;
use crate::io::store::{Expected, MAX_TEXT, SaveError, Stamp, read, save_atomic};

/// Reads a set of keys.
pub(super) fn keys(path: &Path) -> Result<KeySet, String> {
    let bytes = read(path, MAX_TEXT).map_err(|e| e.to_string())?;
    let text = decode(&bytes).map_err(|e| e.to_string())?;
    KeySet::read(&text, &path.display().to_string())
}

/// Saves a file; gives what of the old one could not be kept, in words.
pub(super) fn save(path: &Path, bytes: &[u8], before: Option<&[u8]>, over: Over) -> Result<Vec<String>, SaveError> {
    let expected = match (over, before) {
        (Over::Write, _) => Expected::Anything,
        (Over::Ask, Some(before)) => Expected::Stamped(Stamp::of(before)),
        (Over::Ask, None) => Expected::Nothing,
    };
    match save_atomic(path, bytes, expected) {
        // What was removed meanwhile is written anew: nothing of anybody's is lost by it.
        Err(SaveError::Conflict { theirs: None }) => save_atomic(path, bytes, Expected::Nothing),
        saved => saved,
    }
    .map(|saved| saved.not_kept)
}
