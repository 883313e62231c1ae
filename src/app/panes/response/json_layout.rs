//! JSON with one member per line, and where each byte of it went.

use crate::domain::limits::MAX_LAID_OUT_LEVELS;

/// The indentation of a line, two spaces per level; deeper JSON is not indented further.
const INDENT: &str = "                                                ";

/// Bytes of indentation per byte of the body, on average, so that the layout of short values in deep JSON stays small.
const MOST_INDENT: usize = 4;
/// Indentation that a body of any length may have.
const FREE_INDENT: usize = 16 * 1024;

/// Without a line break for this many bytes, a place is recorded all the same, to find bytes fast.
const FAR: usize = 2048;

/// Lays JSON out token by token, so that broken JSON is laid out as far as it goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// For the first byte of each line, and some in long lines: its offset in the body as received and in the text.
    pub(super) places: Vec<(u32, u32)>,
    /// The next byte of the body to read.
    pub(super) next: usize,
    /// The body is copied up to here.
    copied: usize,
    depth: usize,
    /// Bytes of indentation so far.
    indented: usize,
    line: LineState,
}

/// The state of the last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LineState {
    /// Empty.
    #[default]
    Fresh,
    /// Not empty.
    Started,
}

impl Layout {
    /// Lays out the next `count` bytes, and the rest of a string that starts in them.
    pub(super) fn advance(&mut self, body: &str, out: &mut String, count: usize) {
        let bytes = body.as_bytes();
        let end = self.next.saturating_add(count).min(bytes.len());
        out.reserve(2 * (end - self.next));
        while let Some(b) = bytes.get(self.next).filter(|_| self.next < end) {
            let i = self.next;
            self.next += 1;
            if b.is_ascii_whitespace() {
                self.copy(body, out, i);
                self.copied = i + 1;
                continue;
            }
            let closes = matches!(b, b'}' | b']');
            let empty = closes && matches!(out.as_bytes().last(), Some(b'{' | b'[')) && self.copied == i;
            if closes {
                let is_broken = self.breaks_lines();
                self.depth = self.depth.saturating_sub(1);
                if !is_broken {
                    // The container is on one line.
                } else if self.line == LineState::Fresh && out.ends_with('\n') {
                    // An empty container: undo the line break after its opening bracket.
                    out.pop();
                } else if !empty {
                    self.copy(body, out, i);
                    out.push('\n');
                    self.line = LineState::Fresh;
                }
            }
            if self.line == LineState::Fresh && out.ends_with('\n') || self.places.is_empty() {
                self.copy(body, out, i);
                self.indent(out);
                self.places.push((i as u32, out.len() as u32));
            } else if self.places.last().is_some_and(|(source, _)| i - *source as usize > FAR) {
                self.copy(body, out, i);
                self.places.push((i as u32, out.len() as u32));
            }
            self.line = LineState::Started;
            match b {
                b'"' => self.next = behind_string(bytes, self.next),
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.breaks_lines() {
                        self.end_line(body, out, i + 1);
                    }
                }
                b',' if self.breaks_lines() => self.end_line(body, out, i + 1),
                b':' => {
                    self.copy(body, out, i + 1);
                    out.push(' ');
                }
                _ => {}
            }
        }
        // A character split by the end is copied with what follows.
        if body.is_char_boundary(self.next) {
            self.copy(body, out, self.next);
        }
    }

    /// Whether every member of the innermost container has a line of its own.
    const fn breaks_lines(&self) -> bool {
        self.depth <= MAX_LAID_OUT_LEVELS
    }

    fn indent(&mut self, out: &mut String) {
        let left = (FREE_INDENT + MOST_INDENT * self.next).saturating_sub(self.indented);
        let indent = INDENT.get(..left.min(2 * self.depth)).unwrap_or(INDENT);
        out.push_str(indent);
        self.indented += indent.len();
    }

    fn end_line(&mut self, body: &str, out: &mut String, to: usize) {
        self.copy(body, out, to);
        out.push('\n');
        self.line = LineState::Fresh;
    }

    /// Copies the pending bytes up to `to`.
    fn copy(&mut self, body: &str, out: &mut String, to: usize) {
        out.push_str(body.get(self.copied..to).unwrap_or_default());
        self.copied = to;
    }
}

/// The end of a string whose content starts at `at`: after its closing quote, or at the end of the text.
fn behind_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Where a byte of the body went.
pub(super) fn moved(layout: &[(u32, u32)], body: &str, offset: usize) -> usize {
    let line = layout.partition_point(|(source, _)| *source as usize <= offset).saturating_sub(1);
    let Some((source, shown)) = layout.get(line).map(|(a, b)| (*a as usize, *b as usize)) else { return offset };
    let (mut at, mut in_string, mut escaped) = (shown, false, false);
    for b in body.as_bytes().get(source..offset).unwrap_or_default() {
        if in_string {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
        } else if b.is_ascii_whitespace() {
            continue;
        } else if *b == b'"' {
            in_string = true;
        } else if *b == b':' {
            at += 1;
        }
        at += 1;
    }
    at
}
