//! `authtui logs --follow`: each refused request as it is written.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use super::output::{Escape, StandardOutput};
use crate::domain::secrecy;
use crate::domain::visible::visible;
use crate::io::log_files::Packing;
use crate::logs::line::is_denied;
use crate::logs::reason;
use crate::logs::{Filter, Format, Line, Record};

/// How often the file is looked at.
const EVERY: Duration = Duration::from_millis(300);
/// A longer line is not waited for.
const LONGEST: usize = 1 << 20;

/// Shows what is written to a file behind a place, until the program is ended or its output is closed. A file that is replaced or cut,
/// as rotation does, is read from its beginning.
///
/// # Errors
/// Why it cannot be followed, without its name.
pub fn follow(path: &Path, from: u64, mut format: Format, filter: &Filter, out: &mut StandardOutput) -> Result<(), String> {
    let named = |why: io::Error| why.to_string();
    let mut file = File::open(path).map_err(named)?;
    if !file.metadata().map_err(named)?.is_file() {
        return Err("only a file can be followed".into());
    }
    let mut begin = Vec::new();
    (&file).take(4).read_to_end(&mut begin).map_err(named)?;
    if Packing::of(&begin).is_some() {
        return Err("is packed: nothing is written to it any more".into());
    }
    file.seek(SeekFrom::Start(from)).map_err(named)?;
    let mut line = Vec::new();
    while !out.has_failed() {
        if read_on(&mut file, path, &mut line).map_err(named)? == 0 {
            thread::sleep(EVERY);
            continue;
        }
        while let Some(end) = memchr::memchr(b'\n', &line).or_else(|| (line.len() > LONGEST).then(|| line.len() - 1)) {
            let whole: Vec<u8> = line.drain(..=end).collect();
            if let Line::Record(record) = format.read(whole.trim_ascii_end())
                && is_denied(record.status)
                && filter.has_time(record.at)
            {
                out.write(&shown(&record), Escape::People);
                out.flush();
            }
        }
    }
    Ok(())
}

/// Reads what is new; goes to the beginning of a file that became shorter or is another one.
fn read_on(file: &mut File, path: &Path, into: &mut Vec<u8>) -> io::Result<usize> {
    let count = file.take(1 << 20).read_to_end(into)?;
    if count == 0 {
        let at = file.stream_position()?;
        let is_other = || -> io::Result<bool> { Ok(!is_same(&File::open(path)?, file)?) };
        if file.metadata()?.len() < at {
            file.seek(SeekFrom::Start(0))?;
        } else if is_other().unwrap_or(false) {
            *file = File::open(path)?;
        }
    }
    Ok(count)
}

#[cfg(unix)]
fn is_same(one: &File, other: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (one, other) = (one.metadata()?, other.metadata()?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

#[cfg(not(unix))]
fn is_same(_: &File, _: &File) -> io::Result<bool> {
    Ok(true)
}

/// A refused request in a line.
fn shown(record: &Record) -> String {
    let at = record.at.and_then(|at| Timestamp::from_second(at).ok()).map_or_else(|| "–".into(), |at| at.to_string());
    let text = |field: &[u8]| visible(&String::from_utf8_lossy(field)).into_owned();
    let path = text(&record.path);
    let path = secrecy::replace(&path, &secrecy::in_route(&path), |_| "…".into());
    let client = secrecy::without_secrets(&text(&record.client));
    let cause = reason::find(&record.reason).or_else(|| reason::of_status(record.status)).map_or("", |cause| cause.id());
    let line = format!("{at}  {}  {}  {} {path}  {cause}", record.status, client, text(&record.method));
    format!("{}\n", line.trim_end())
}
