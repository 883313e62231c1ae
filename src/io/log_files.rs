//! Logs as blocks of whole lines: files, standard input, gzip and zstd; large files are read by two threads.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use flate2::read::MultiGzDecoder;
use memchr::{memchr, memrchr};

use crate::logs::{Filter, Format, Reader, Tally};

/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// A longer line is cut into several.
const LONGEST_LINE: usize = 8 << 20;

/// From this size on two threads read a file.
const LARGE: u64 = 32 << 20;

/// The beginning of a log that its format is told by.
const SAMPLE: usize = 64 << 10;

/// How far the reading is.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes that were read, of compressed files the compressed ones.
    pub read: AtomicU64,
}

/// Where a log is.
#[derive(Clone, Copy, Debug)]
pub enum Source<'p> {
    Standard,
    File(&'p Path),
}

/// What was read of a log.
#[derive(Debug)]
pub struct LogRead {
    pub format: Format,
    pub tally: Tally,
    /// Why a packed log could not be read to its end; what stands before is counted.
    pub broken: Option<String>,
}

impl From<(Format, Tally)> for LogRead {
    fn from((format, tally): (Format, Tally)) -> Self {
        LogRead { format, tally, broken: None }
    }
}

/// Reads a log to its end. Without a format it is told by the first lines.
///
/// # Errors
/// Why it cannot be read, without its name.
pub fn read(source: Source, format: Option<&Format>, filter: &Filter, progress: &Progress) -> Result<LogRead, String> {
    let named = |why: io::Error| why.to_string();
    match source {
        Source::Standard => read_stream(Box::new(io::stdin().lock()), format, filter, progress),
        Source::File(path) => {
            let file = File::open(path).map_err(named)?;
            let about = file.metadata().map_err(named)?;
            if about.is_dir() {
                return Err("is a folder".into());
            }
            if about.is_file() && about.len() >= LARGE {
                return read_large(path, file, about.len(), format, filter, progress);
            }
            read_stream(Box::new(file), format, filter, progress)
        }
    }
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    /// Told by the first bytes (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1).
    pub fn of(begin: &[u8]) -> Option<Self> {
        match begin {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// How much there is to read, where that is known.
pub fn size(source: Source) -> Option<u64> {
    match source {
        Source::Standard => None,
        Source::File(path) => path.metadata().ok().filter(|about| about.is_file()).map(|about| about.len()),
    }
}

/// Counts the bytes on their way.
struct Counted<'p, R> {
    inner: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.progress.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A packed stream that ends where it is broken: a log that was cut while it was copied still has its beginning.
struct UntilBroken<R> {
    inner: R,
    has_begun: bool,
    broken: Option<io::Error>,
}

impl<R: Read> Read for UntilBroken<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.broken.is_some() {
            return Ok(0);
        }
        match self.inner.read(into) {
            Ok(count) => {
                self.has_begun |= count > 0;
                Ok(count)
            }
            Err(why) if self.has_begun && why.kind() != io::ErrorKind::Interrupted => {
                self.broken = Some(why);
                Ok(0)
            }
            Err(why) => Err(why),
        }
    }
}

fn read_stream(stream: Box<dyn Read + '_>, format: Option<&Format>, filter: &Filter, progress: &Progress) -> Result<LogRead, String> {
    let (read, broken) = unpacked(stream, progress, |stream| read_lines(stream, u64::MAX, format, filter))?;
    Ok(LogRead { broken, ..read.into() })
}

/// A stream, unpacked where its first bytes say that it is packed; and why it broke off, if it did.
fn unpacked<T>(
    stream: Box<dyn Read + '_>,
    progress: &Progress,
    read: impl FnOnce(&mut dyn Read) -> Result<T, String>,
) -> Result<(T, Option<String>), String> {
    let mut counted = Counted { inner: stream, progress };
    let mut magic = [0; 4];
    let length = fill(&mut counted, &mut magic).map_err(|why| why.to_string())?;
    let begin = magic.get(..length).unwrap_or_default();
    let mut whole = begin.chain(counted);
    let unpacker: Box<dyn Read> = match Packing::of(begin) {
        Some(Packing::Gzip) => Box::new(MultiGzDecoder::new(BufReader::new(whole))),
        Some(Packing::Zstd) => Box::new(zstd::stream::read::Decoder::new(whole).map_err(|why| why.to_string())?),
        None => return read(&mut whole).map(|read| (read, None)),
    };
    let mut stream = UntilBroken { inner: unpacker, has_begun: false, broken: None };
    let read = read(&mut stream)?;
    Ok((read, stream.broken.map(|why| why.to_string())))
}

/// Two halves of a large file, each read by a thread of its own.
fn read_large(
    path: &Path,
    mut file: File,
    size: u64,
    format: Option<&Format>,
    filter: &Filter,
    progress: &Progress,
) -> Result<LogRead, String> {
    let named = |why: io::Error| why.to_string();
    let mut sample = vec![0; SAMPLE];
    let length = fill(&mut file, &mut sample).map_err(named)?;
    let sample = sample.get(..length).unwrap_or_default();
    file.seek(SeekFrom::Start(0)).map_err(named)?;
    let told = format.cloned().or_else(|| Format::detect(sample));
    let Some(format) = told.filter(|format| Packing::of(sample).is_none() && !format.needs_order()) else {
        return read_stream(Box::new(file), format, filter, progress);
    };
    let middle = line_start(&mut file, size / 2).map_err(named)?;
    file.seek(SeekFrom::Start(0)).map_err(named)?;
    let mut second = File::open(path).map_err(named)?;
    second.seek(SeekFrom::Start(middle)).map_err(named)?;
    thread::scope(|scope| {
        let rest = scope.spawn(|| read_lines(Counted { inner: second, progress }, u64::MAX, Some(&format), filter));
        let (_, mut tally) = read_lines(Counted { inner: file, progress }, middle, Some(&format), filter)?;
        let (format, rest) = rest.join().map_err(|_| "reading stopped by a bug in authtui".to_string())??;
        tally.merge(rest);
        Ok((format, tally).into())
    })
}

/// The first start of a line at or behind a place.
fn line_start(file: &mut File, at: u64) -> io::Result<u64> {
    file.seek(SeekFrom::Start(at))?;
    let mut block = vec![0; BLOCK];
    let mut from = at;
    loop {
        let length = fill(file, &mut block)?;
        if let Some(end) = memchr(b'\n', block.get(..length).unwrap_or_default()) {
            return Ok(from + end as u64 + 1);
        }
        from += length as u64;
        if length < block.len() {
            return Ok(from);
        }
    }
}

/// Reads lines up to a number of bytes, which is the end of a line.
fn read_lines(from: impl Read, most: u64, format: Option<&Format>, filter: &Filter) -> Result<(Format, Tally), String> {
    let mut reader: Option<(Format, Reader)> = None;
    each_block(from, most, |bytes, whole| {
        let (_, reader) = match &mut reader {
            Some(known) => known,
            none => {
                let format = format.cloned().or_else(|| Format::detect(bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default()));
                let format = format.ok_or_else(|| unknown(bytes))?;
                none.insert((format.clone(), Reader::new(format, filter.clone())))
            }
        };
        reader.feed(bytes.get(..whole).unwrap_or_default());
        Ok(())
    })?;
    let (format, reader) = reader.ok_or("is empty")?;
    Ok((format, reader.into_tally()))
}

/// The newest lines of a log that are wanted.
///
/// # Errors
/// Why it cannot be read, without its name.
pub fn last_lines(path: &Path, most: usize, mut is_wanted: impl FnMut(&[u8]) -> bool) -> Result<Vec<Vec<u8>>, String> {
    let mut kept: VecDeque<Vec<u8>> = VecDeque::new();
    let file = File::open(path).map_err(|why| why.to_string())?;
    unpacked(Box::new(file), &Progress::default(), |stream| {
        each_block(stream, u64::MAX, |bytes, whole| {
            for line in bytes.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                if !line.is_empty() && is_wanted(line) {
                    if kept.len() == most {
                        kept.pop_front();
                    }
                    kept.push_back(line.to_vec());
                }
            }
            Ok(())
        })
    })?;
    Ok(kept.into())
}

/// Reads blocks up to a number of bytes. Each is handed over with the length of the whole lines in it.
fn each_block(mut from: impl Read, most: u64, mut take: impl FnMut(&[u8], usize) -> Result<(), String>) -> Result<(), String> {
    let named = |why: io::Error| why.to_string();
    let (mut block, mut kept, mut left) = (vec![0; BLOCK], 0, most);
    loop {
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(block.len() - kept);
        let count = fill(&mut from, block.get_mut(kept..kept + room).unwrap_or_default()).map_err(named)?;
        left -= count as u64;
        let (length, is_end) = (kept + count, count < room || left == 0);
        let bytes = block.get(..length).unwrap_or_default();
        let whole = match memrchr(b'\n', bytes) {
            _ if is_end => length,
            Some(end) => end + 1,
            None if length < LONGEST_LINE => 0,
            None => length,
        };
        take(bytes, whole)?;
        if is_end {
            return Ok(());
        }
        block.copy_within(whole..length, 0);
        kept = length - whole;
        if kept == block.len() {
            // The line is longer than the block.
            block.resize((block.len() * 2).min(LONGEST_LINE), 0);
        }
    }
}

fn unknown(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "is empty".into();
    }
    format!(
        "the format of its lines is not known: say it with --log-format, as nginx's log_format or Apache's LogFormat has it, or by one of the \
         names {}",
        crate::logs::format::NAMES.join(", ")
    )
}

/// Reads until the buffer is full or the end is reached.
fn fill(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn line(number: usize) -> String {
        let status = if number.is_multiple_of(10) { 401 } else { 200 };
        format!(
            "10.0.0.1 - - [23/Nov/2026:04:10:{:02} +0000] \"GET /v1/users/{number} HTTP/1.1\" {status} 5 \"-\" \"curl/8\"\n",
            number % 60
        )
    }

    fn counts(path: &Path) -> (u64, u64, u64) {
        let report = read(Source::File(path), None, &Filter::default(), &Progress::default()).unwrap().tally.report();
        (report.lines, report.denied, report.unparsed)
    }

    #[test]
    fn a_log_says_the_same_packed_and_in_two_halves() {
        let folder = tempfile::tempdir().unwrap();
        let count = usize::try_from(LARGE).unwrap() / line(1).len() + 1_000;
        let text: String = (0..count).map(line).collect();
        let [plain, gz, zst] = ["a.log", "a.log.gz", "a.log.zst"].map(|name| folder.path().join(name));
        std::fs::write(&plain, &text).unwrap();
        let mut packed = flate2::write::GzEncoder::new(File::create(&gz).unwrap(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap();
        std::fs::write(&zst, zstd::stream::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
        let expected = (count as u64, count.div_ceil(10) as u64, 0);
        for path in [&plain, &gz, &zst] {
            assert_eq!(counts(path), expected, "{}", path.display());
        }
    }

    #[test]
    fn of_a_packed_log_that_is_cut_the_beginning_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (0..20_000).map(line).collect();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        for packed in [gzip.finish().unwrap(), zstd::stream::encode_all(text.as_bytes(), 1).unwrap()] {
            let path = folder.path().join("a.log");
            std::fs::write(&path, packed.get(..packed.len() * 2 / 3).unwrap()).unwrap();
            let log = read(Source::File(&path), None, &Filter::default(), &Progress::default()).unwrap();
            assert!(log.broken.is_some());
            assert!((5_000..20_000).contains(&log.tally.report().requests), "{:?}", log.tally.report());
        }
    }

    #[test]
    fn a_line_without_end_is_bounded_and_an_unknown_format_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, format!("{}{}", line(1), "x".repeat(2 * LONGEST_LINE))).unwrap();
        let (lines, _, unparsed) = counts(&path);
        assert!(lines >= 2 && unparsed >= 1);
        std::fs::write(&path, "neither this\nnor that\n").unwrap();
        let why = read(Source::File(&path), None, &Filter::default(), &Progress::default()).unwrap_err();
        assert!(why.contains("--log-format"), "{why}");
        std::fs::write(&path, "").unwrap();
        assert_eq!(read(Source::File(&path), None, &Filter::default(), &Progress::default()).unwrap_err(), "is empty");
    }
}
