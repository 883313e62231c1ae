//! JSON with one member per line, and where each byte of it went.

/// The indentation of a line, two blanks for each level; deeper JSON is laid out without more.
const INDENT: &str = "                                                ";

/// JSON with one member per line, written token by token, so that broken JSON is laid out as far as it goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Offset in the body as received, and in the text, of the first byte of each line.
    pub(super) places: Vec<(u32, u32)>,
    /// The byte of the body to be looked at next.
    pub(super) next: usize,
    /// Up to here the body is copied.
    copied: usize,
    depth: usize,
    line: Line,
}

/// What stands on the last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Line {
    /// Nothing yet.
    #[default]
    Fresh,
    /// Something.
    Begun,
}

impl Layout {
    /// Lays out some more bytes of the body, and the rest of a string in which they end.
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
                self.depth = self.depth.saturating_sub(1);
                if self.line == Line::Fresh && out.ends_with('\n') {
                    // An empty container: the line break after its opening is taken back.
                    out.pop();
                } else if !empty {
                    self.copy(body, out, i);
                    out.push('\n');
                    self.line = Line::Fresh;
                }
            }
            if self.line == Line::Fresh && out.ends_with('\n') || self.places.is_empty() {
                self.copy(body, out, i);
                out.push_str(INDENT.get(..2 * self.depth).unwrap_or(INDENT));
                self.places.push((i as u32, out.len() as u32));
            }
            self.line = Line::Begun;
            match b {
                b'"' => self.next = behind_string(bytes, self.next),
                b'{' | b'[' => {
                    self.depth += 1;
                    self.end_line(body, out, i + 1);
                }
                b',' => self.end_line(body, out, i + 1),
                b':' => {
                    self.copy(body, out, i + 1);
                    out.push(' ');
                }
                _ => {}
            }
        }
        // A character that the end cuts in two is copied with what follows it.
        if body.is_char_boundary(self.next) {
            self.copy(body, out, self.next);
        }
    }

    fn end_line(&mut self, body: &str, out: &mut String, to: usize) {
        self.copy(body, out, to);
        out.push('\n');
        self.line = Line::Fresh;
    }

    /// Copies what was passed over so far, up to `to`.
    fn copy(&mut self, body: &str, out: &mut String, to: usize) {
        out.push_str(body.get(self.copied..to).unwrap_or_default());
        self.copied = to;
    }
}

/// Where a string ends whose inside begins at `at`: behind its closing quote, or at the end of the text.
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
