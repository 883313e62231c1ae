//! Escape sequences that arrive in parts.
//!
//! crossterm takes an Esc at the end of a read for the Esc key, and the rest of the sequence for typed characters. Such a
//! sequence is recognized here, so that it types nothing; its key is not decoded.
//!
//! Answers of the terminal to another program are recognized as well: control strings, which crossterm does not know, and the
//! parameters of CSI sequences of which it drops only the start.

use std::time::{Duration, Instant};

use crate::app::key::{Code, Key};

/// The characters after an Esc.
#[derive(Debug, Default)]
pub struct Sequence(String);

/// The state of a sequence after a character.
#[derive(Debug, PartialEq, Eq)]
pub enum SequenceStep {
    /// It continues.
    Open,
    /// It is complete.
    Complete,
    /// It starts a control string.
    String,
    /// It is not a sequence.
    NotOne,
}

/// Parameters have few digits; anything longer is text.
const LONGEST: usize = 32;

impl Sequence {
    /// Adds a character.
    pub fn push(&mut self, letter: char) -> SequenceStep {
        self.0.push(letter);
        let step = match self.0.as_bytes() {
            b"[" | b"O" | b"[[" => SequenceStep::Open,
            [letter] if is_introducer(char::from(*letter)) => SequenceStep::String,
            // The function keys of the Linux console.
            [b'[', b'[', last] => complete(matches!(last, b'A'..=b'E')),
            // SS3: the arrows in application mode, Home, End, F1 to F4.
            [b'O', last] => complete(matches!(last, b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S')),
            // CSI (ECMA-48 section 5.4): parameters, intermediates, and one final byte.
            [b'[', rest @ .., last] if rest.iter().all(|byte| matches!(byte, 0x20..=0x3f)) => match last {
                0x20..=0x3f => SequenceStep::Open,
                last => complete(matches!(last, 0x40..=0x7e)),
            },
            _ => SequenceStep::NotOne,
        };
        if self.0.len() > LONGEST { SequenceStep::NotOne } else { step }
    }

    /// Whether it is the start marker of a paste.
    pub fn begins_paste(&self) -> bool {
        self.0 == "[200~"
    }
}

/// The character after the Esc of a control string: DCS, SOS, OSC, PM or APC (ECMA-48 section 5.6).
const fn is_introducer(letter: char) -> bool {
    matches!(letter, 'P' | 'X' | ']' | '^' | '_')
}

/// A key that starts a control string: crossterm decodes an Esc with the next character as Alt.
pub const fn begins_string(key: Key) -> bool {
    matches!(key, Key { code: Code::Char(letter), alt: true, ctrl: false, .. } if is_introducer(letter))
}

/// A control string. Its keys are dropped up to its end.
#[derive(Debug)]
pub struct ControlString {
    begun: Instant,
    length: usize,
    /// The last key was an Esc, which may be the start of the end.
    after_esc: bool,
}

impl ControlString {
    /// Longer ones are cut: no terminal answers that much.
    const LONGEST: usize = 256 * 1024;
    /// Slower ones are cut, so that a string without an end costs no later key.
    const SLOWEST: Duration = Duration::from_millis(500);

    /// A string whose introducer was read.
    pub fn new() -> Self {
        Self { begun: Instant::now(), length: 0, after_esc: false }
    }

    /// Adds a key; true if the string goes on after it.
    pub fn push(&mut self, key: Key) -> bool {
        let after_esc = std::mem::replace(&mut self.after_esc, key.code == Code::Esc);
        self.length += 1;
        // BEL, or ST: Esc and a backslash, together or apart.
        let is_end = key == Key::ctrl('g') || key.code == Code::Char('\\') && (key.alt || after_esc);
        !is_end && self.length < Self::LONGEST
    }

    /// True if it took too long to be one.
    pub fn is_late(&self) -> bool {
        self.begun.elapsed() > Self::SLOWEST
    }

    /// True before its first key: the introducer may have been typed.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// How much of a text is the rest of a private CSI sequence, such as the answer to a DA2 request (`\x1b[>0;276;0c`): crossterm
/// drops the start that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateRest {
    /// None of it.
    No,
    /// It may become one.
    Open,
    /// All of it.
    Whole,
}

impl PrivateRest {
    /// Several numbers, then the letter of an answer: of device attributes or of the state of a mode.
    pub fn of(text: &str) -> Self {
        let (numbers, last) = match text.char_indices().next_back() {
            Some((at, 'c' | 'm')) => (text.get(..at).unwrap_or_default(), true),
            _ => (text, false),
        };
        let is_numbers = numbers.starts_with(|c: char| c.is_ascii_digit())
            && numbers.contains(';')
            && numbers.len() <= LONGEST
            && numbers.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';'));
        match (is_numbers, last) {
            (false, _) => Self::No,
            (true, false) => Self::Open,
            (true, true) if numbers.ends_with(';') => Self::No,
            (true, true) => Self::Whole,
        }
    }
}

const fn complete(is_so: bool) -> SequenceStep {
    if is_so { SequenceStep::Complete } else { SequenceStep::NotOne }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length of the sequence that a text starts with, if any.
    fn length(text: &str) -> Option<usize> {
        let mut sequence = Sequence::default();
        for (at, letter) in text.chars().enumerate() {
            match sequence.push(letter) {
                SequenceStep::Open => {}
                SequenceStep::Complete => return Some(at + 1),
                SequenceStep::NotOne | SequenceStep::String => return None,
            }
        }
        None
    }

    #[test]
    fn sequences_end_at_their_last_letter() {
        for sequence in ["[A", "[1;5F", "[3~", "[<0;10;5M", "[<65;1;1m", "[200~", "[?2026;2$y", "[?64;1c", "[[A", "OP", "OA", "[I"] {
            assert_eq!(length(&format!("{sequence}xyz")), Some(sequence.len()), "{sequence}");
        }
    }

    #[test]
    fn control_strings_end_at_bel_or_st() {
        let typed = |text: &str| text.chars().map(Key::char).collect::<Vec<_>>();
        let st = Key { alt: true, ..Key::char('\\') };
        let ends = [vec![Key::ctrl('g')], vec![st], vec![Key::plain(Code::Esc), Key::char('\\')]];
        for end in ends {
            let mut string = ControlString::new();
            assert!(string.is_empty() && typed("1$r0\\;q").into_iter().all(|key| string.push(key)));
            let goes_on: Vec<bool> = end.iter().map(|key| string.push(*key)).collect();
            assert_eq!(goes_on.iter().position(|goes_on| !goes_on), Some(end.len() - 1), "{end:?}");
        }
        let mut string = ControlString::new();
        assert_eq!((0..).take_while(|_| string.push(Key::char('q'))).count(), ControlString::LONGEST - 1);
    }

    #[test]
    fn several_numbers_and_a_letter_are_the_rest_of_an_answer() {
        for whole in ["0;276;0c", "4;1m", "1;2;3;4c"] {
            assert_eq!(PrivateRest::of(whole), PrivateRest::Whole, "{whole}");
            let first = whole.find(';').unwrap_or_default();
            assert!((first + 1..whole.len()).all(|end| PrivateRest::of(&whole[..end]) == PrivateRest::Open), "{whole}");
        }
        for other in ["", "1", "12c", ";1c", "0;c", "0;276;0x", "a;1c", "0;276;0cc", "c", "m"] {
            assert_eq!(PrivateRest::of(other), PrivateRest::No, "{other}");
        }
    }

    #[test]
    fn what_is_typed_is_no_sequence() {
        let long = format!("[{}A", "1".repeat(LONGEST));
        for text in ["q", "O", "Ok", "[", "[ü", "[1", "[[x", "x[A", &long] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
