//! Sends that are kept on disk: `.authtui/` beside the requests, which only the user can enter and git leaves alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::store::{Expected, SaveError, private_folder, read, save_atomic};
use crate::app::workspace::recording::{self, Recording, SentExchange};
use crate::domain::limits::{MAX_RECORDED_AGE, MAX_RECORDED_SENDS};

/// The folder.
const FOLDER: &str = ".authtui";
/// What is kept; absent for nothing.
const SWITCH: &str = "recording";
/// A longer text is none that was written here.
const LONGEST_SWITCH: u64 = 64;
/// Sends in one second that have the same name.
const MOST_IN_A_SECOND: usize = 100;

/// What is kept of the sends of requests in a folder.
pub fn state(requests: &Path) -> Recording {
    let folder = requests.join(FOLDER);
    let bytes = own(&folder).and_then(|()| read(&folder.join(SWITCH), LONGEST_SWITCH).map_err(|why| why.to_string()));
    bytes.map_or(Recording::Off, |bytes| Recording::named(&String::from_utf8_lossy(&bytes)))
}

/// Sets it.
///
/// # Errors
/// Why that is impossible, with the path.
fn set(requests: &Path, to: Recording) -> Result<(), String> {
    let folder = requests.join(FOLDER);
    let named = |path: &Path, why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    private_folder(&folder).map_err(|why| named(&folder, &why))?;
    own(&folder)?;
    for (name, text) in [(".gitignore", "*\n"), (SWITCH, to.name())] {
        let path = folder.join(name);
        save_atomic(&path, text.as_bytes(), Expected::Anything).map_err(|why| named(&path, &why))?;
    }
    Ok(())
}

/// Goes on to the next kind, and returns it.
///
/// # Errors
/// As [`set`].
pub fn switch(requests: &Path) -> Result<Recording, String> {
    let next = state(requests).next();
    set(requests, next).map(|()| next)
}

/// Keeps a send where that is turned on.
///
/// # Errors
/// As [`keep`].
pub fn record(requests: &Path, sent: SentExchange, now: Timestamp) -> Result<(), String> {
    match state(requests) {
        Recording::Off => Ok(()),
        recording => {
            let exchange = sent.into();
            keep(requests, &recording::file_name(&exchange, now), &recording::text(&exchange, recording), now)
        }
    }
}

/// Keeps a send, and deletes those that are too many or too old.
///
/// # Errors
/// Why it is not kept, with the path.
fn keep(requests: &Path, name: &str, text: &str, now: Timestamp) -> Result<(), String> {
    let folder = requests.join(FOLDER);
    own(&folder)?;
    let stem = name.trim_end_matches(".http");
    for number in 1..=MOST_IN_A_SECOND {
        let name = if number == 1 { name.to_string() } else { format!("{stem}-{number}.http") };
        let path = folder.join(name);
        match save_atomic(&path, text.as_bytes(), Expected::Nothing) {
            Err(SaveError::Conflict { .. }) => {}
            Err(why) => return Err(format!("{}: {why}", path.display())),
            Ok(_) => {
                prune(&folder, now);
                return Ok(());
            }
        }
    }
    Err(format!("{}: there are too many of this second", folder.join(name).display()))
}

/// Somebody's link in the place of the folder would lead the texts elsewhere.
fn own(folder: &Path) -> Result<(), String> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(format!("{} is not a folder", folder.display())),
        Err(why) => Err(format!("{}: {why}", folder.display())),
    }
}

/// Deletes the oldest sends. What is not named as one is left alone, and what cannot be deleted too.
fn prune(folder: &Path, now: Timestamp) {
    let mut sends: Vec<(Timestamp, PathBuf)> = sends(folder).unwrap_or_default();
    sends.sort();
    let oldest = now.checked_sub(SignedDuration::from_hours(24 * MAX_RECORDED_AGE)).unwrap_or(now);
    let too_many = sends.len().saturating_sub(MAX_RECORDED_SENDS);
    for (index, (at, path)) in sends.into_iter().enumerate() {
        if index < too_many || at < oldest {
            let _ = fs::remove_file(path);
        }
    }
}

fn sends(folder: &Path) -> io::Result<Vec<(Timestamp, PathBuf)>> {
    let entries = fs::read_dir(folder)?.flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    Ok(files.filter_map(|entry| Some((time_in(entry.file_name().to_str()?)?, entry.path()))).collect())
}

/// When a send was, by the name of its file.
fn time_in(name: &str) -> Option<Timestamp> {
    let (stamp, rest) = name.split_once('-')?;
    let is_send = rest.ends_with(".http") && rest.get(..3).is_some_and(|status| status.bytes().all(|b| b.is_ascii_digit()));
    jiff::fmt::strtime::parse("%Y%m%dT%H%M%S%z", stamp.replace('Z', "+0000")).ok()?.to_timestamp().ok().filter(|_| is_send)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_users_alone_and_left_out_of_git() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(state(place.path()), Recording::Off);
        assert!(keep(place.path(), "20261130T145601Z-401-a.http", "x", Timestamp::UNIX_EPOCH).is_err(), "nothing is kept unasked");
        set(place.path(), Recording::Masked).unwrap();
        assert_eq!(state(place.path()), Recording::Masked);
        let folder = place.path().join(FOLDER);
        keep(place.path(), "20261130T145601Z-401-a.http", "x", "2026-11-30T14:56:01Z".parse().unwrap()).unwrap();
        assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&folder), mode(&folder.join("20261130T145601Z-401-a.http"))), (0o700, 0o600));
        }
        set(place.path(), Recording::Off).unwrap();
        assert_eq!(state(place.path()), Recording::Off);
    }

    #[test]
    fn the_oldest_go_and_nothing_else_does() {
        let place = tempfile::tempdir().unwrap();
        set(place.path(), Recording::Whole).unwrap();
        let folder = place.path().join(FOLDER);
        let now = "2026-11-30T00:00:00Z".parse().unwrap();
        for (name, _) in [("notes.http", 0), ("20200101T000000Z-mine.http", 0), ("20200101T000000Z-401-old.http", 0)] {
            fs::write(folder.join(name), "x").unwrap();
        }
        for _ in 0..MAX_RECORDED_SENDS + 2 {
            fs::write(folder.join(format!("20261101T000000Z-401-{}.http", fs::read_dir(&folder).unwrap().count())), "x").unwrap();
        }
        keep(place.path(), "20261129T000000Z-200-new.http", "new", now).unwrap();
        let left: Vec<String> = fs::read_dir(&folder).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(sends(&folder).unwrap().len(), MAX_RECORDED_SENDS);
        for name in ["notes.http", "20200101T000000Z-mine.http", ".gitignore", "20261129T000000Z-200-new.http"] {
            assert!(left.iter().any(|known| known == name), "{name}");
        }
        assert!(!left.iter().any(|name| name.ends_with("-old.http")));
        keep(place.path(), "20261129T000000Z-200-new.http", "again", now).unwrap();
        assert!(folder.join("20261129T000000Z-200-new-2.http").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_folder_is_not_followed() {
        let (place, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), place.path().join(FOLDER)).unwrap();
        assert!(set(place.path(), Recording::Whole).unwrap_err().contains("is not a folder"));
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
