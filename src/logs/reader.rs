//! Reads the bytes of a log line by line.

use memchr::memchr;

use super::filter::Filter;
use super::format::Format;
use super::tally::Tally;

/// A format and the counts of what was read with it. Parts of a large log can be read side by side, each by a reader of its own,
/// and their tallies merged in the order of the log, unless [`Format::needs_order`].
#[derive(Clone, Debug)]
pub struct Reader {
    format: Format,
    tally: Tally,
}

impl Reader {
    pub fn new(format: Format, filter: Filter) -> Self {
        Reader { format, tally: Tally::new(filter) }
    }

    /// Reads whole lines; the last one needs no line end.
    pub fn feed(&mut self, mut lines: &[u8]) {
        while !lines.is_empty() {
            let end = memchr(b'\n', lines).unwrap_or(lines.len());
            let (line, rest) = lines.split_at_checked(end).unwrap_or((lines, &[]));
            lines = rest.get(1..).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            self.tally.add(&self.format.read(line));
        }
    }

    /// The counts so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub fn into_tally(self) -> Tally {
        self.tally
    }
}
