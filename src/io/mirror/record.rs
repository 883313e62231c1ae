//! Exchanges that are written to a file as they come. The file can be read at any time.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom};
use std::path::Path;

use jiff::Timestamp;

use crate::app::workspace::recording::{self, Recording};
use crate::domain::exchange::Exchange;
use crate::formats::export::har;
use crate::io::store::disk::write_within_limit;

/// A file that grows.
#[derive(Debug)]
pub struct Recorder {
    file: File,
    is_har: bool,
    /// Where the next exchange is written.
    end: u64,
    count: u64,
    secrets: Recording,
}

impl Recorder {
    /// Begins a file that only its owner can read: `.har`, or raw HTTP in `.http`. One that is there already is not replaced.
    ///
    /// # Errors
    /// Why that is not possible, with the path.
    pub fn create(path: &Path, with_secrets: bool) -> Result<Self, String> {
        let named = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let is_har = match path.extension().and_then(|end| end.to_str()) {
            Some("har") => true,
            Some("http" | "rest") => false,
            _ => return Err(named(&"exchanges are recorded in a file that ends in .har or .http")),
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = match options.open(path) {
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => return Err(named(&"is there already, and is not replaced")),
            opened => opened.map_err(|why| named(&why))?,
        };
        let secrets = if with_secrets { Recording::Whole } else { Recording::Masked };
        let mut recorder = Self { file, is_har, end: 0, count: 0, secrets };
        if is_har {
            recorder.write(&har::begin(), har::END).map_err(|why| named(&why))?;
        }
        Ok(recorder)
    }

    /// Adds an exchange.
    ///
    /// # Errors
    /// If it cannot be written: the disk is full, for example. The file stays as it was before.
    pub fn add(&mut self, exchange: &Exchange, at: Timestamp) -> io::Result<()> {
        let is_first = self.count == 0;
        if self.is_har {
            let line = match self.secrets {
                Recording::Whole => har::line(exchange, at),
                _ => har::line(&crate::checks::mask::without_secrets(exchange), at),
            };
            self.write(&format!("{}{line}", if is_first { "" } else { ",\n" }), har::END)?;
        } else {
            let between = if is_first { "" } else { "\n\n" };
            self.write(&format!("{between}{}", recording::text(exchange, self.secrets).trim_end()), "\n")?;
        }
        self.count += 1;
        Ok(())
    }

    /// How many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Writes a text over the end, and the end after it.
    fn write(&mut self, text: &str, end: &str) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        let written = write_within_limit(&mut self.file, format!("{text}{end}").as_bytes());
        if written.is_err() {
            // What is half there would make the whole unreadable.
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            write_within_limit(&mut self.file, end.as_bytes())?;
            return written;
        }
        self.end += text.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::Request;
    use crate::domain::response::Response;
    use crate::formats::detect;

    fn exchange(number: u16) -> Exchange {
        let headers = [("Authorization", "Bearer abcdefgh12345678")].into_iter().collect();
        let request = Request { method: "GET".into(), url: format!("http://a/{number}"), headers, ..Request::default() };
        let body = "{\"why\":\"abcdefgh12345678 is not known\"}".into();
        let headers = [("Content-Type", "application/json")].into_iter().collect();
        Exchange { request, answer: Some(Response { status: 400 + number, headers, body, ..Response::default() }), ..Exchange::default() }
    }

    #[test]
    fn what_is_written_can_be_read_after_each_exchange() {
        let folder = tempfile::tempdir().unwrap();
        for (name, with_secrets) in [("a.har", false), ("b.har", true), ("c.http", false), ("d.http", true)] {
            let path = folder.path().join(name);
            let mut recorder = Recorder::create(&path, with_secrets).unwrap();
            for count in 1..=3 {
                recorder.add(&exchange(count), Timestamp::UNIX_EPOCH).unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                let read = detect::read_any(&text, name).unwrap().exchanges;
                let statuses: Vec<u16> = read.iter().filter_map(|exchange| Some(exchange.answer.as_ref()?.status)).collect();
                assert_eq!(statuses, (401..=400 + count).collect::<Vec<_>>(), "{text}");
                assert_eq!(text.contains("abcdefgh12345678"), with_secrets, "{text}");
            }
            assert!(Recorder::create(&path, true).unwrap_err().contains("is there already"));
        }
        assert!(Recorder::create(&folder.path().join("x.txt"), true).is_err());
        assert_eq!(std::fs::read_to_string(folder.path().join("a.har")).unwrap().lines().count(), 5);
    }
}
