//! Reads key sets and saves request files.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::app::effect::OnConflict;
use crate::app::ids::FileId;
use crate::app::message::Message;
use crate::domain::server_config::ServerConfig;
use crate::domain::token::keys::KeySet;
use crate::formats::detect::decode;
use crate::io::config_files::config;
use crate::io::load::expand_home;
use crate::io::store::disk::Disk;
use crate::io::store::save::{self, save_on};
use crate::io::store::{Expected, MAX_TEXT, SaveError, Stamp, read};

/// How long another program may pause while it writes a file.
const PAUSE_OF_A_WRITER: Duration = Duration::from_millis(200);
/// How often a file that is written all the time is looked at before it is read.
const MOST_LOOKS: usize = 20;

/// Waits until a file stays as it is for a while.
pub(super) fn wait_until_written(path: &Path) {
    let state = || std::fs::metadata(path).ok().map(|data| (data.len(), data.modified().ok()));
    let mut before = state();
    for _ in 0..MOST_LOOKS {
        thread::sleep(PAUSE_OF_A_WRITER);
        let now = state();
        if now == before {
            return;
        }
        before = now;
    }
}

/// Reads a key set.
pub(super) fn keys(path: &Path) -> Result<KeySet, String> {
    let named = path.to_string_lossy();
    if ["https://", "http://"].iter().any(|scheme| named.starts_with(scheme)) {
        return Err("addresses are not fetched: save the key set as a file, and name that".into());
    }
    let bytes = read(path, MAX_TEXT).map_err(|e| e.to_string())?;
    let text = decode(&bytes).map_err(|e| e.to_string())?;
    KeySet::read(&text, &path.display().to_string())
}

/// Reads a configuration of a server.
pub(super) fn server_config(path: &Path) -> Result<ServerConfig, String> {
    let path = &*expand_home(path);
    config(path, &path.display().to_string())
}

/// Reads the file of a key that signs.
pub(super) fn signing_key(path: &Path) -> Result<Vec<u8>, String> {
    read(path, MAX_TEXT).map_err(|why| why.to_string())
}

/// Saves a file; returns which of its attributes could not be kept.
pub(super) fn save(disk: &dyn Disk, path: &Path, bytes: &[u8], before: Option<&[u8]>, over: OnConflict) -> Result<Vec<String>, SaveError> {
    let expected = expected(before, &over);
    match save_on(disk, path, bytes, expected) {
        // The file was deleted in the meantime; writing it again loses nothing.
        Err(SaveError::Conflict { theirs: None }) if over == OnConflict::Ask => save_on(disk, path, bytes, Expected::Nothing),
        saved => saved,
    }
    .map(|saved| saved.not_kept)
}

/// Writes the body of a response into a file that is not there yet.
pub(super) fn save_body(path: &Path, body: &str, missing: &str) -> Message {
    match save::save_atomic(path, body.as_bytes(), Expected::Nothing) {
        Ok(_) => Message::Notify(format!("Body saved in {}{missing}", path.display())),
        Err(SaveError::Conflict { .. }) => Message::Warn(format!("The body was not saved: {} is there already", path.display())),
        Err(why) => Message::Warn(format!("The body was not saved: {why}")),
    }
}

/// What has to be on disk: what was read, or what the user decided to overwrite.
fn expected(before: Option<&[u8]>, over: &OnConflict) -> Expected {
    let known = match over {
        OnConflict::Overwrite(seen) => seen.as_deref(),
        OnConflict::Ask | OnConflict::AskIfGone => before,
    };
    known.map_or(Expected::Nothing, |bytes| Expected::Stamped(Stamp::of(bytes)))
}

/// Deletes a file.
pub(super) fn remove(path: &Path, before: &[u8], over: OnConflict) -> Result<Vec<String>, SaveError> {
    match save::remove(path, expected(Some(before), &over)) {
        // It is gone already.
        Ok(()) | Err(SaveError::Conflict { theirs: None }) => Ok(Vec::new()),
        Err(why) => Err(why),
    }
}

/// The messages about a save.
pub(super) fn outcome(file: FileId, saved: Result<Vec<String>, SaveError>) -> Vec<Message> {
    match saved {
        Ok(not_kept) if not_kept.is_empty() => vec![Message::Saved(file)],
        Ok(not_kept) => {
            vec![Message::Saved(file), Message::Warn(format!("Saved, but could not keep {}", not_kept.join(", ")))]
        }
        Err(SaveError::Conflict { theirs }) => {
            vec![Message::ChangedOnDisk(file, theirs.map(Into::into))]
        }
        Err(why) => vec![Message::SaveFailed(file, why.to_string())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_at_an_address_are_told_from_a_file_that_is_not_there() {
        let why = |path: &str| keys(Path::new(path)).expect_err("no keys");
        assert!(why("https://id.example/jwks.json").contains("not fetched"));
        assert!(why("/no/such/jwks.json").contains("no such file"));
    }
}
