//! Escape sequences that come in pieces.
//!
//! crossterm takes an Esc that is the last byte of what it read for the key, and the rest of the sequence for letters that were
//! typed. Here the sequence is recognised again, so that it types nothing; which key it was is not decoded a second time.

/// The letters that came behind an Esc.
#[derive(Debug, Default)]
pub struct Sequence(String);

/// What one more letter makes of a sequence.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// It goes on.
    Open,
    /// It is complete.
    Complete,
    /// It is none.
    NotOne,
}

/// Parameters of a sequence have their digits; longer ones are text.
const LONGEST: usize = 32;

impl Sequence {
    /// Adds a letter.
    pub fn push(&mut self, letter: char) -> Step {
        self.0.push(letter);
        let step = match self.0.as_bytes() {
            b"[" | b"O" | b"[[" => Step::Open,
            // The function keys of the Linux console.
            [b'[', b'[', last] => complete(matches!(last, b'A'..=b'E')),
            // SS3: the arrows in application mode, Home, End, F1 to F4.
            [b'O', last] => complete(matches!(last, b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S')),
            // CSI (ECMA-48 section 5.4): parameters, intermediates, and one final byte.
            [b'[', rest @ .., last] if rest.iter().all(|byte| matches!(byte, 0x20..=0x3f)) => match last {
                0x20..=0x3f => Step::Open,
                last => complete(matches!(last, 0x40..=0x7e)),
            },
            _ => Step::NotOne,
        };
        if self.0.len() > LONGEST { Step::NotOne } else { step }
    }

    /// Whether it is the mark at which a paste begins.
    pub fn begins_paste(&self) -> bool {
        self.0 == "[200~"
    }
}

const fn complete(is_so: bool) -> Step {
    if is_so { Step::Complete } else { Step::NotOne }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many letters of a text belong to the sequence, where it is one.
    fn length(text: &str) -> Option<usize> {
        let mut sequence = Sequence::default();
        for (at, letter) in text.chars().enumerate() {
            match sequence.push(letter) {
                Step::Open => {}
                Step::Complete => return Some(at + 1),
                Step::NotOne => return None,
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
