//! A text editor as a value: text, cursor, selection and grouped undo.
//!
//! Offsets are bytes and always lie on grapheme boundaries, so the cursor never splits an accent or an emoji.

pub mod completion;
pub mod history;
mod motion;

pub use motion::{Motion, Select};

use unicode_segmentation::UnicodeSegmentation as _;

use self::history::{Change, ChangeKind, EditHistory, GroupId};
use crate::domain::span::Span;

/// Whether the text may have several lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineMode {
    /// Line breaks are part of the text.
    #[default]
    Multi,
    /// A form field: line breaks in a paste become spaces.
    Single,
    /// A form field whose text may have line breaks, drawn in one line. One at the end of a paste is none of the text, unless the
    /// paste has several lines.
    Folded,
}

/// Text with a cursor.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    text: String,
    cursor: usize,
    anchor: Option<usize>,
    /// The column that up and down try to keep.
    goal: Option<usize>,
    history: EditHistory,
    lines: LineMode,
}

impl Editor {
    /// A multi-line text with the cursor at its start.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A single-line field with the cursor at its end.
    pub fn line(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text, lines: LineMode::Single, ..Self::default() }
    }

    /// A field for a value that may have several lines, with the cursor at its end.
    pub fn value(text: impl Into<String>) -> Self {
        Self { lines: LineMode::Folded, ..Self::line(text) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of the cursor.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The selected bytes.
    pub fn selection(&self) -> Option<Span> {
        let anchor = self.anchor?;
        (anchor != self.cursor).then(|| Span::new(anchor.min(self.cursor), anchor.max(self.cursor)))
    }

    /// The selected text.
    pub fn selected(&self) -> Option<&str> {
        self.selection()?.cut(&self.text)
    }

    /// The same with a dot for every character, to be drawn where the text is a secret.
    pub fn covered(&self) -> Self {
        let dots = |to: usize| "•".repeat(self.text.get(..to).unwrap_or_default().graphemes(true).count());
        Self {
            text: dots(self.text.len()),
            cursor: dots(self.cursor).len(),
            anchor: self.anchor.map(|anchor| dots(anchor).len()),
            lines: self.lines,
            ..Self::default()
        }
    }

    /// Line of the cursor, starting at 0.
    pub fn line_number(&self) -> usize {
        self.text[..self.cursor].bytes().filter(|b| *b == b'\n').count()
    }

    /// The line at an offset, without its line break.
    pub fn line_at(&self, offset: usize) -> Span {
        let offset = floor(&self.text, offset);
        let start = self.text[..offset].rfind('\n').map_or(0, |i| i + 1);
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |i| offset + i);
        Span::new(start, end)
    }

    /// Moves the cursor.
    pub fn go(&mut self, motion: Motion, select: Select) {
        let (selection, keeps_column) = (self.selection(), matches!(motion, Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown));
        let goal = self.goal.filter(|_| keeps_column);
        let target = match (motion, selection, select) {
            // An arrow without shift collapses the selection to that side.
            (Motion::Left, Some(s), Select::Drop) => s.start,
            (Motion::Right, Some(s), Select::Drop) => s.end,
            _ => self.target(motion, goal),
        };
        let column = keeps_column.then(|| goal.unwrap_or_else(|| self.column()));
        self.place(target, select);
        self.goal = column;
    }

    /// Puts the cursor at an offset.
    pub fn place(&mut self, offset: usize, select: Select) {
        match select {
            Select::Drop => self.anchor = None,
            Select::Extend => self.anchor = self.anchor.or(Some(self.cursor)),
        }
        self.cursor = floor(&self.text, offset);
        self.goal = None;
        self.history.seal();
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        self.place(0, Select::Drop);
        self.place(self.text.len(), Select::Extend);
    }

    /// Types a character over the selection; consecutive characters are undone together.
    pub fn type_char(&mut self, c: char) {
        let mut buffer = [0; 4];
        let kind = if c.is_whitespace() { ChangeKind::Whole } else { ChangeKind::Typing };
        self.put(self.selection().unwrap_or(Span::new(self.cursor, self.cursor)), c.encode_utf8(&mut buffer), kind);
    }

    /// Inserts text over the selection, as one edit.
    pub fn insert(&mut self, text: &str) {
        let text = self.accepted(text);
        self.put(self.selection().unwrap_or(Span::new(self.cursor, self.cursor)), &text, ChangeKind::Whole);
    }

    /// Replaces some bytes as one edit. Does nothing if the span splits a character.
    pub fn replace(&mut self, span: Span, text: &str) {
        if span.cut(&self.text).is_some() {
            let text = self.accepted(text);
            self.put(span, &text, ChangeKind::Whole);
        }
    }

    /// Changes the whole text by the smallest single edit, so that cursor and history stay useful.
    pub fn become_text(&mut self, wanted: &str) {
        if wanted == self.text {
            return;
        }
        let (from, to) = difference(&self.text, wanted);
        let middle = wanted.get(to.range()).unwrap_or_default().to_string();
        self.put(from, &middle, ChangeKind::Whole);
    }

    /// Removes the selection, or the grapheme on the left.
    pub fn backspace(&mut self) {
        self.remove_to(Motion::Left);
    }

    /// Removes the selection, or the grapheme on the right.
    pub fn delete(&mut self) {
        self.remove_to(Motion::Right);
    }

    /// Removes the selection, or everything up to the target of a motion.
    pub fn remove_to(&mut self, motion: Motion) {
        let target = self.target(motion, None);
        let span = self.selection().unwrap_or(Span::new(target.min(self.cursor), target.max(self.cursor)));
        if !span.is_empty() {
            let kind = if matches!(motion, Motion::Left | Motion::Right) { ChangeKind::Removing } else { ChangeKind::Whole };
            self.put(span, "", kind);
        }
    }

    /// Undoes the last group of changes. False if there is none.
    pub fn undo(&mut self) -> bool {
        let Some(changes) = self.history.undo() else { return false };
        for change in changes.iter().rev() {
            self.text.replace_range(change.at..change.at + change.inserted.len(), &change.removed);
            self.cursor = change.cursor_before;
        }
        self.after_history();
        true
    }

    /// Redoes the last undone group. False if there is none.
    pub fn redo(&mut self) -> bool {
        let Some(changes) = self.history.redo() else { return false };
        for change in &changes {
            self.text.replace_range(change.at..change.at + change.removed.len(), &change.inserted);
            self.cursor = change.at + change.inserted.len();
        }
        self.after_history();
        true
    }

    /// True if there is something to redo.
    pub fn can_redo(&self) -> bool {
        self.last_undone().is_some()
    }

    /// True if there is something to undo.
    pub fn can_undo(&self) -> bool {
        self.last_done().is_some()
    }

    /// The changes that undo would revert. While they are the same, so is the text.
    pub fn last_done(&self) -> Option<GroupId> {
        self.history.last_done()
    }

    /// The changes that redo would apply.
    pub fn last_undone(&self) -> Option<GroupId> {
        self.history.last_undone()
    }

    /// Closes the current undo group.
    pub fn seal(&mut self) {
        self.history.seal();
    }

    fn after_history(&mut self) {
        self.cursor = floor(&self.text, self.cursor);
        (self.anchor, self.goal) = (None, None);
    }

    fn put(&mut self, span: Span, text: &str, kind: ChangeKind) {
        let Some(removed) = span.cut(&self.text) else { return };
        let change = Change { at: span.start, removed: removed.to_string(), inserted: text.to_string(), cursor_before: self.cursor };
        self.text.replace_range(span.range(), text);
        self.cursor = span.start + text.len();
        (self.anchor, self.goal) = (None, None);
        self.history.push(change, kind);
    }

    /// Pasted text as this editor accepts it: line ends become `
    /// `, or spaces in a single-line field.
    fn accepted(&self, text: &str) -> String {
        let text = with_line_feeds(text);
        match self.lines {
            LineMode::Multi => text,
            LineMode::Folded if text.trim_end_matches('\n').contains('\n') => text,
            LineMode::Folded => text.trim_end_matches('\n').to_string(),
            LineMode::Single => text.trim_matches('\n').replace('\n', " "),
        }
    }
}

/// The differing parts of two texts, without their common prefix and suffix.
pub fn difference(a: &str, b: &str) -> (Span, Span) {
    let mut start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    while !a.is_char_boundary(start) || !b.is_char_boundary(start) {
        start -= 1;
    }
    let mut tail = a[start..].bytes().rev().zip(b[start..].bytes().rev()).take_while(|(x, y)| x == y).count();
    while !a.is_char_boundary(a.len() - tail) || !b.is_char_boundary(b.len() - tail) {
        tail -= 1;
    }
    (Span::new(start, a.len() - tail), Span::new(start, b.len() - tail))
}

/// The nearest character boundary at or before an offset.
pub fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A pasted text with its line ends as `\n`. Most terminals send a line feed as a carriage return: of CRLF they make two. A text
/// with one empty line may be of either kind, and keeps it.
pub fn with_line_feeds(text: &str) -> String {
    let runs = || text.split(|c| c != '\r').map(str::len).filter(|length| *length > 0);
    let is_doubled = || runs().all(|length| length.is_multiple_of(2)) && (runs().count() > 2 || runs().any(|length| length > 2));
    match !text.contains('\n') && is_doubled() {
        true => text.replace("\r\r", "\n"),
        false => text.replace("\r\n", "\n").replace('\r', "\n"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(editor: &mut Editor, text: &str) {
        text.chars().for_each(|c| editor.type_char(c));
    }

    #[test]
    fn a_word_is_undone_as_one() {
        let mut editor = Editor::new("");
        typed(&mut editor, "Bearer abc");
        assert!(editor.undo());
        assert_eq!(editor.text(), "Bearer ");
        assert!(editor.redo());
        assert_eq!(editor.text(), "Bearer abc");
    }

    #[test]
    fn a_paste_is_one_edit() {
        let mut editor = Editor::new("x");
        editor.insert(&"line\r\n".repeat(1000));
        assert!(editor.text().starts_with("line\nline\n"));
        editor.undo();
        assert_eq!(editor.text(), "x");
    }

    #[test]
    fn the_cursor_steps_over_whole_graphemes() {
        let mut editor = Editor::new("e\u{301}👩‍💻x");
        editor.go(Motion::Right, Select::Drop);
        assert_eq!(editor.cursor(), "e\u{301}".len());
        editor.go(Motion::Right, Select::Drop);
        editor.backspace();
        assert_eq!(editor.text(), "e\u{301}x");
    }

    #[test]
    fn typing_replaces_the_selection() {
        let mut editor = Editor::new("GET /a");
        editor.go(Motion::WordRight, Select::Extend);
        assert_eq!(editor.selected(), Some("GET"));
        typed(&mut editor, "PUT");
        assert_eq!(editor.text(), "PUT /a");
    }

    #[test]
    fn up_and_down_keep_the_column() {
        let mut editor = Editor::new("long line\nab\nlong line");
        editor.place(6, Select::Drop);
        editor.go(Motion::Down, Select::Drop);
        assert_eq!(editor.cursor(), 12);
        editor.go(Motion::Down, Select::Drop);
        assert_eq!(editor.cursor(), 13 + 6);
    }

    #[test]
    fn a_field_of_one_line_takes_no_line_breaks() {
        let mut editor = Editor::line("");
        editor.insert("a\nb\n");
        assert_eq!(editor.text(), "a b");
    }

    #[test]
    fn a_field_for_a_value_keeps_the_line_breaks_between_lines() {
        for (pasted, held) in [("a\r\nb\n", "a\nb\n"), ("a\n", "a"), ("a", "a")] {
            let mut editor = Editor::value("");
            editor.insert(pasted);
            assert_eq!(editor.text(), held);
        }
    }

    #[test]
    fn becoming_another_text_changes_the_smallest_part() {
        let mut editor = Editor::new("A: \"x\"\nB: y");
        editor.place(11, Select::Drop);
        editor.become_text("A: x\nB: y");
        assert_eq!(editor.text(), "A: x\nB: y");
        editor.undo();
        assert_eq!((editor.text(), editor.cursor()), ("A: \"x\"\nB: y", 11));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_is_done_can_be_undone(start in "[a-é\n 👩]{0,12}", steps in prop::collection::vec((0..8u8, "[a-z\né]{0,3}"), 0..20)) {
            let mut editor = Editor::new(start.clone());
            for (what, text) in steps {
                match what {
                    0 => typed(&mut editor, &text),
                    1 => editor.insert(&text),
                    2 => editor.backspace(),
                    3 => editor.remove_to(Motion::WordLeft),
                    4 => editor.go(Motion::Up, Select::Extend),
                    5 => editor.go(Motion::WordRight, Select::Extend),
                    6 => editor.become_text(&text),
                    _ => editor.go(Motion::Down, Select::Drop),
                }
                prop_assert!(editor.text().is_char_boundary(editor.cursor()));
            }
            let end = editor.text().to_string();
            while editor.undo() {}
            prop_assert_eq!(editor.text(), &start);
            while editor.redo() {}
            prop_assert_eq!(editor.text(), &end);
        }
    }

    #[test]
    fn line_ends_of_a_paste_are_line_feeds() {
        assert_eq!(with_line_feeds("POST /\r\r{}"), "POST /\n\n{}");
        let pasted = ["GET /\r\nA: b\r\n\r\nx", "GET /\rA: b\r\rx", "GET /\r\rA: b\r\r\r\rx"];
        assert_eq!(pasted.map(with_line_feeds), ["GET /\nA: b\n\nx"; 3].map(String::from));
    }
}
