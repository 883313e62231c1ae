//! Groups input that arrives at once: unmarked pastes, recognized by their speed, split escape sequences, and answers of the
//! terminal to other programs.

use std::time::Duration;

use super::escape::{ControlString, PrivateRest, Sequence, SequenceStep, begins_string};
use super::input::Input;
use crate::app::key::{Code, Key};
use crate::domain::limits::MAX_PASTE;

/// This many characters at once were not typed: the terminal does not mark pastes, and this is one.
const NOT_TYPED: usize = 24;

/// Input within this time after a part of a paste belongs to it.
const PAUSE: Duration = Duration::from_millis(20);

/// Input within this time after a part of an escape sequence belongs to it. An Esc takes effect after it.
const SEQUENCE_PAUSE: Duration = Duration::from_millis(60);

/// For this long after a paste more of it may come. Pasted text can contain the end marker itself; what follows it arrives as
/// keys.
const TAIL: Duration = Duration::from_secs(1);

/// Shortly after a paste, this many characters at once belong to it.
const IN_TAIL: usize = 2;

/// Inputs that arrived at once.
#[derive(Debug, Default)]
pub struct Batch {
    inputs: Vec<Input>,
    /// The index of an open paste. Keys after its end marker were pasted as well and must not act as commands.
    paste: Option<usize>,
    /// Set shortly after a paste.
    in_tail: bool,
    /// An escape sequence that may have started.
    sequence: Option<PendingSequence>,
    /// A control string that started, with the keys of its introducer.
    string: Option<(ControlString, Vec<Input>)>,
    /// The characters at the end of the batch that may be the rest of a private sequence.
    rest: String,
}

/// A possible escape sequence, and the state of the batch before it.
#[derive(Debug)]
struct PendingSequence {
    sequence: Sequence,
    inputs: usize,
    /// Length of the open paste.
    text: usize,
}

const ESC: Input = Input::Key(Key::plain(Code::Esc));

impl Batch {
    /// An empty batch; `since` is the time since the last paste.
    pub fn after_paste(since: Option<Duration>) -> Self {
        Self { in_tail: since.is_some_and(|since| since < TAIL), ..Self::default() }
    }

    /// Adds the next input.
    pub fn push(&mut self, input: Input) {
        let Some(input) = self.without_string(input) else { return };
        if let Some(mut pending) = self.sequence.take() {
            match letter(&input).map(|letter| pending.sequence.push(letter)) {
                Some(SequenceStep::Open) => {
                    self.sequence = Some(pending);
                    return self.add(input);
                }
                Some(SequenceStep::Complete) => return self.take_back(&pending),
                Some(SequenceStep::String) => {
                    self.take_back(&pending);
                    self.string = Some((ControlString::new(), vec![ESC, input]));
                    return;
                }
                Some(SequenceStep::NotOne) | None => {}
            }
        }
        if input == ESC {
            let text = self.open_paste().map_or(0, |text| text.len());
            self.sequence = Some(PendingSequence { sequence: Sequence::default(), inputs: self.inputs.len(), text });
        }
        let letter = letter(&input);
        self.add(input);
        if self.paste.is_none() {
            self.drop_private_rest(letter);
            self.join_burst();
        }
    }

    /// An input that is not part of a control string.
    fn without_string(&mut self, input: Input) -> Option<Input> {
        match (&input, self.string.take()) {
            (Input::Key(key), Some((mut string, introducer))) if !string.is_late() => {
                if string.push(*key) {
                    self.string = Some((string, introducer));
                }
                None
            }
            (Input::Key(key), None) if begins_string(*key) => {
                self.string = Some((ControlString::new(), vec![input]));
                None
            }
            // The size may change meanwhile.
            (Input::Resize(..), string) => {
                self.string = string;
                Some(input)
            }
            _ => Some(input),
        }
    }

    /// Drops the characters at the end that are the rest of a private sequence, given the last one.
    fn drop_private_rest(&mut self, letter: Option<char>) {
        let is_first = self.rest.is_empty() && self.inputs.iter().rev().nth(1).and_then(text_key).is_none();
        match letter {
            Some(letter) if is_first || !self.rest.is_empty() => self.rest.push(letter),
            _ => return self.rest.clear(),
        }
        let is_number = self.rest.bytes().all(|byte| byte.is_ascii_digit());
        match PrivateRest::of(&self.rest) {
            PrivateRest::Open => {}
            PrivateRest::No if is_number => {}
            PrivateRest::No => self.rest.clear(),
            PrivateRest::Whole => {
                self.inputs.truncate(self.inputs.len().saturating_sub(self.rest.len()));
                self.rest.clear();
            }
        }
    }

    fn open_paste(&mut self) -> Option<&mut String> {
        match self.paste.and_then(|at| self.inputs.get_mut(at)) {
            Some(Input::Paste(text)) => Some(text),
            _ => None,
        }
    }

    fn add(&mut self, input: Input) {
        match (&input, self.open_paste()) {
            (Input::Key(key), Some(text)) => append(text, *key),
            (Input::Paste(_), _) => {
                self.paste = Some(self.inputs.len());
                self.inputs.push(input);
            }
            _ => self.inputs.push(input),
        }
    }

    /// Drops keys that were an escape sequence.
    fn take_back(&mut self, pending: &PendingSequence) {
        if let Some(text) = self.open_paste() {
            text.truncate(pending.text);
        }
        self.inputs.truncate(pending.inputs);
        if pending.sequence.begins_paste() {
            self.add(Input::Paste(String::new()));
        }
    }

    /// Turns the last inputs into a paste if they cannot have been typed.
    fn join_burst(&mut self) {
        let count = if self.in_tail { IN_TAIL } else { NOT_TYPED };
        let from = self.inputs.len().saturating_sub(count);
        let keys: Option<Vec<Key>> = self.inputs.iter().skip(from).map(text_key).collect();
        if let Some(keys) = keys.filter(|keys| keys.len() == count) {
            self.inputs.truncate(from);
            let mut text = String::new();
            keys.into_iter().for_each(|key| append(&mut text, key));
            self.add(Input::Paste(text));
        }
    }

    /// How long to wait for more input that belongs to this batch.
    pub fn patience(&self) -> Duration {
        let may_go_on = self.in_tail && self.inputs.last().and_then(text_key).is_some();
        let is_sequence = self.sequence.is_some() || self.string.is_some() || PrivateRest::of(&self.rest) == PrivateRest::Open;
        match () {
            () if is_sequence => SEQUENCE_PAUSE,
            () if self.paste.is_some() || may_go_on => PAUSE,
            () => Duration::ZERO,
        }
    }

    /// Whether the batch contains a paste.
    pub fn has_paste(&self) -> bool {
        self.paste.is_some()
    }

    /// The inputs in their order.
    pub fn into_inputs(mut self) -> impl Iterator<Item = Input> {
        // Nothing came after the introducer: it was typed.
        if let Some((_, introducer)) = self.string.take().filter(|(string, _)| string.is_empty()) {
            introducer.into_iter().for_each(|input| self.add(input));
        }
        let is_empty = |input: &Input| matches!(input, Input::Paste(text) if text.is_empty());
        self.inputs.into_iter().filter(move |input| !is_empty(input))
    }
}

impl Extend<Input> for Batch {
    fn extend<T: IntoIterator<Item = Input>>(&mut self, inputs: T) {
        inputs.into_iter().for_each(|input| self.push(input));
    }
}

/// A character as part of an escape sequence.
const fn letter(input: &Input) -> Option<char> {
    match input {
        Input::Key(Key { code: Code::Char(letter), ctrl: false, alt: false, .. }) => Some(*letter),
        _ => None,
    }
}

/// A key that is text when pasted.
fn text_key(input: &Input) -> Option<Key> {
    match input {
        Input::Key(key) if key.typed().is_some() || matches!(key.code, Code::Enter | Code::Tab) || *key == LINE_FEED => Some(*key),
        _ => None,
    }
}

/// How a line feed is decoded.
const LINE_FEED: Key = Key::ctrl('j');

/// Appends the text of a key, if any. Text over [`MAX_PASTE`] is dropped.
fn append(text: &mut String, key: Key) {
    if text.len() > MAX_PASTE {
        return;
    }
    match key.code {
        Code::Char(c @ 'a'..='z') if key.ctrl => text.push(char::from(c as u8 & 0x1f)),
        Code::Char(c) => text.push(c),
        Code::Enter => text.push('\n'),
        Code::Tab => text.push('\t'),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(inputs: impl IntoIterator<Item = Input>) -> Vec<Input> {
        batch_after(None, inputs)
    }

    fn batch_after(paste: Option<Duration>, inputs: impl IntoIterator<Item = Input>) -> Vec<Input> {
        let mut batch = Batch::after_paste(paste);
        batch.extend(inputs);
        batch.into_inputs().collect()
    }

    fn keys(text: &str) -> Vec<Input> {
        let key = |c| match c {
            '\n' => Key::plain(Code::Enter),
            '\x1b' => Key::plain(Code::Esc),
            c => Key::char(c),
        };
        text.chars().map(|c| Input::Key(key(c))).collect()
    }

    fn paste(text: &str) -> Input {
        Input::Paste(text.into())
    }

    #[test]
    fn what_nobody_can_have_typed_is_a_paste_and_no_key_of_it_a_command() {
        let pasted = "GET https://h/\nq\tD\nAuthorization: Bearer abc\n\x12x";
        let typed = keys(pasted.trim_end_matches("\x12x")).into_iter().chain([Input::Key(Key::ctrl('r')), Input::Key(Key::char('x'))]);
        let typed = typed.map(|input| if input == Input::Key(Key::char('\t')) { Input::Key(Key::plain(Code::Tab)) } else { input });
        assert_eq!(batch(typed), [paste(pasted)]);
        let command = Input::Key(Key::plain(Code::Up));
        assert_eq!(batch([vec![command.clone()], keys(&"q".repeat(100))].concat()), [command, paste(&"q".repeat(100))]);
    }

    #[test]
    fn what_can_have_been_typed_is_keys() {
        let typed = keys(&"x".repeat(NOT_TYPED - 1));
        assert_eq!(batch(typed.clone()), typed);
        let stepped: Vec<Input> = (0..100).map(|_| Input::Key(Key::plain(Code::Down))).collect();
        assert_eq!(batch(stepped.clone()), stepped);
    }

    #[test]
    fn what_goes_on_after_the_end_of_a_paste_belongs_to_it() {
        assert_eq!(batch([vec![paste("a")], keys("q\nD")].concat()), [paste("aq\nD")]);
        assert_eq!(batch([vec![paste("a")], keys("b"), vec![paste("c")], keys("d")].concat()), [paste("ab"), paste("cd")]);
    }

    #[test]
    fn shortly_after_a_paste_two_characters_at_once_are_more_of_it() {
        let (soon, late) = (Some(TAIL / 2), Some(TAIL));
        assert_eq!(batch_after(soon, keys("q\n")), [paste("q\n")]);
        assert_eq!(batch_after(soon, keys("q\x1bD\n")), [keys("q\x1b"), vec![paste("D\n")]].concat());
        assert_eq!(batch_after(soon, keys("q")), keys("q"), "that can have been typed");
        assert_eq!(batch_after(late, keys("q\n")), keys("q\n"));
        let mut batch = Batch::after_paste(soon);
        batch.extend(keys("q"));
        assert_eq!(batch.patience(), PAUSE);
    }

    #[test]
    fn an_escape_sequence_in_pieces_types_nothing() {
        for sequence in ["\x1b[A", "\x1b[1;5F", "\x1b[<0;10;5M", "\x1bOP"] {
            assert_eq!(batch(keys(&format!("a{sequence}b"))), keys("ab"), "{sequence}");
            assert_eq!(batch_after(Some(TAIL / 2), keys(sequence)), [], "{sequence}");
            let pasted = [vec![paste("a")], keys(&format!("b{sequence}c"))].concat();
            assert_eq!(batch(pasted), [paste("abc")], "{sequence}");
        }
        assert_eq!(batch(keys("\x1bq[A\x1b")), keys("\x1bq[A\x1b"), "the keys are no sequence");
        assert_eq!(batch(keys("\x1b[200~q\nD\x1b[201~")), [paste("q\nD")]);
        assert_eq!(batch(keys("\x1b[200~")), [], "no part of the mark is a key");
    }

    #[test]
    fn an_esc_waits_for_its_sequence() {
        let mut batch = Batch::default();
        batch.extend(keys("\x1b["));
        assert_eq!(batch.patience(), SEQUENCE_PAUSE);
        batch.extend(keys("q"));
        assert_eq!(batch.patience(), Duration::ZERO);
    }

    /// The keys as crossterm decodes a text that is read at once.
    fn decoded(text: &str) -> Vec<Input> {
        let mut found: Vec<Input> = Vec::new();
        for input in keys(text) {
            match (&input, found.last_mut()) {
                (Input::Key(key), Some(last)) if *last == ESC => *last = Input::Key(Key { alt: true, ..*key }),
                (Input::Key(Key { code: Code::Char('\x07'), .. }), _) => found.push(Input::Key(Key::ctrl('g'))),
                _ => found.push(input),
            }
        }
        found
    }

    #[test]
    fn an_answer_of_the_terminal_to_somebody_else_types_nothing() {
        let strings =
            ["\x1bP1$r0qD\x1b\\", "\x1b]11;rgb:0000/q\x07", "\x1b]52;c;cXFx\x1b\\", "\x1b_Gi=1;OK\x1b\\", "\x1bXq\x1b\\", "\x1b^D\x1b\\"];
        for string in strings {
            let whole = [keys("a"), decoded(string), keys("b")].concat();
            assert_eq!(batch(whole), keys("ab"), "{string:?}");
            for at in (0..=string.len()).filter(|at| string.is_char_boundary(*at)) {
                let cut = [decoded(&string[..at]), decoded(&string[at..]), keys("b")].concat();
                assert_eq!(batch(cut), keys("b"), "{string:?} cut at {at}");
            }
            let long = string.replace('q', &"q".repeat(1000));
            assert_eq!(batch([decoded(&long), keys("b")].concat()), keys("b"), "a long answer is no paste");
        }
        for rest in ["0;276;0c", "4;1m"] {
            assert_eq!(
                batch([vec![Input::Key(Key::plain(Code::Up))], keys(rest), keys("b")].concat()),
                [vec![Input::Key(Key::plain(Code::Up))], keys("b")].concat()
            );
        }
    }

    #[test]
    fn a_string_that_does_not_begin_was_typed() {
        for typed in [keys("\x1bP"), decoded("\x1bP"), decoded("\x1b]"), keys("x0;276;0c"), keys("12c"), keys("10")] {
            assert_eq!(batch(typed.clone()), typed);
        }
        let mut batch = Batch::default();
        batch.extend(decoded("\x1bP"));
        assert_eq!(batch.patience(), SEQUENCE_PAUSE);
        batch.extend(decoded("q\x1b\\"));
        assert_eq!(batch.patience(), Duration::ZERO);
    }

    #[test]
    fn more_than_is_taken_is_not_kept() {
        let many = keys(&"x".repeat(64)).into_iter();
        let inputs = batch([paste(&"x".repeat(MAX_PASTE))].into_iter().chain(many));
        assert!(matches!(inputs.as_slice(), [Input::Paste(text)] if text.len() == MAX_PASTE + 1));
    }
}
