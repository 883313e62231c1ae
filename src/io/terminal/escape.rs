//! Escape sequences that arrive in parts.
//!
//! crossterm takes an Esc at the end of a read for the Esc key, and the rest of the sequence for typed characters. Such a
//! sequence is recognized here, so that it types nothing; its key is not decoded.

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
                SequenceStep::NotOne => return None,
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
    fn what_is_typed_is_no_sequence() {
        let long = format!("[{}A", "1".repeat(LONGEST));
        for text in ["q", "O", "Ok", "[", "[ü", "[1", "[[x", "x[A", &long] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
