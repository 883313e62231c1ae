//! From the bytes of a terminal to what they mean. What is pasted is told from what is typed, so that no pasted byte is ever
//! taken for a key: between the marks of bracketed paste, also when its end never comes or comes in the middle, and by its
//! speed where the terminal sets no marks.

use std::time::Duration;

use memchr::memmem;

use super::input::Input;
use super::sequence::{ESC, Parsed, first};
use crate::app::key::{Code, Key};
use crate::domain::limits::MAX_PASTE;

/// The marks of bracketed paste (mode 2004 of xterm).
const BEGIN: &[u8] = b"\x1b[200~";
const END: &[u8] = b"\x1b[201~";

/// So many characters at once were not typed: the terminal has no bracketed paste, and this is one.
const NOT_TYPED: usize = 24;

/// Bytes of one sequence, and pieces of one paste, come without such a pause between them.
const PAUSE: Duration = Duration::from_millis(20);

/// A paste without its end is over after this.
const NO_END: Duration = Duration::from_millis(120);

/// What the bytes that are held belong to.
#[derive(Debug, Default)]
enum State {
    /// To keys.
    #[default]
    Keys,
    /// To a paste whose end has not come; so many of them were searched for it.
    Paste(usize),
    /// To nothing yet: this paste has had its end, which may have been pasted too.
    Pasted(Vec<u8>),
    /// To a paste without marks; so many of them were searched for one.
    Burst(usize),
    /// To nothing yet: a paste was given out without its end, which may still come.
    Lapsed,
}

/// Takes bytes in as they come and gives out what they mean.
#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
    held: Vec<u8>,
    /// Set when more was pasted than is kept.
    too_long: bool,
}

impl Decoder {
    /// Takes in what came at once.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        // A key with alt comes at once; an escape that comes by itself is a key, unless a longer sequence goes on behind it.
        if matches!(self.state, State::Keys) && self.held == [ESC] && !matches!(bytes.first(), Some(b'[' | b'O')) {
            self.give_up(out);
        }
        self.held.extend_from_slice(bytes);
        while self.step(out) {}
        if self.held.is_empty() {
            // Given back, and so overwritten: what was typed and pasted may be secret.
            self.held = Vec::new();
        }
        if self.held.len() > MAX_PASTE {
            // The last bytes stay, because the mark of the end may be among them.
            let gone = self.held.len() - END.len();
            self.held.drain(..gone);
            self.too_long = true;
            if let State::Paste(searched) | State::Burst(searched) = &mut self.state {
                *searched = 0;
            }
        }
    }

    /// After how long without a byte [`Decoder::quiet`] is to be called; `None` when nothing is held.
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Paste(_) => Some(NO_END),
            State::Pasted(_) => Some(PAUSE),
            _ => (!self.held.is_empty()).then_some(PAUSE),
        }
    }

    /// Nothing came for as long: what is held is all there is of it.
    pub fn quiet(&mut self, out: &mut Vec<Input>) {
        match std::mem::take(&mut self.state) {
            State::Keys => self.give_up(out),
            State::Paste(_) => {
                let text = std::mem::take(&mut self.held);
                self.paste(text, out);
                self.state = State::Lapsed;
            }
            State::Pasted(text) => {
                self.paste(text, out);
                while self.step(out) {}
            }
            State::Burst(_) => {
                let text = std::mem::take(&mut self.held);
                self.paste(text, out);
            }
            State::Lapsed => while self.step(out) {},
        }
    }

    /// Reads what is held one step further; false when more has to come first.
    fn step(&mut self, out: &mut Vec<Input>) -> bool {
        match &mut self.state {
            State::Keys if self.held.starts_with(BEGIN) => {
                self.held.drain(..BEGIN.len());
                self.state = State::Paste(0);
                true
            }
            // An end without a beginning: the paste held one before, and this comes behind the pause after that.
            State::Keys if lone_end(&self.held).is_some() => {
                let text = self.cut(lone_end(&self.held).unwrap_or_default(), END);
                self.state = State::Pasted(text);
                true
            }
            State::Keys if is_not_typed(&self.held) => {
                self.state = State::Burst(0);
                true
            }
            State::Keys => self.keys(out),
            State::Paste(searched) => match search(&self.held, searched, END) {
                Some(end) => {
                    let text = self.cut(end, END);
                    self.state = State::Pasted(text);
                    true
                }
                None => false,
            },
            State::Pasted(_) => self.behind_the_end(out),
            State::Burst(searched) => {
                let from = *searched;
                match (search(&self.held, &mut from.clone(), END), search(&self.held, searched, BEGIN)) {
                    (Some(end), begin) if begin.is_none_or(|begin| end < begin) => {
                        let text = self.cut(end, END);
                        self.state = State::Pasted(text);
                        true
                    }
                    (_, Some(at)) => {
                        let text = self.cut(at, b"");
                        self.paste(text, out);
                        self.state = State::Keys;
                        true
                    }
                    _ => false,
                }
            }
            State::Lapsed => match memmem::find(&self.held, END) {
                Some(end) => {
                    let text = self.cut(end, END);
                    self.state = State::Pasted(text);
                    true
                }
                None => false,
            },
        }
    }

    /// What comes at once behind the end of a paste: another end says that the first was part of what was pasted.
    fn behind_the_end(&mut self, out: &mut Vec<Input>) -> bool {
        let (end, begin) = (memmem::find(&self.held, END), memmem::find(&self.held, BEGIN));
        let State::Pasted(text) = &mut self.state else { return false };
        let mut text = std::mem::take(text);
        match (end, begin) {
            (Some(end), _) if begin.is_none_or(|begin| end < begin) => {
                text.extend(self.cut(end, END));
                self.state = State::Pasted(text);
            }
            (_, Some(_)) => {
                self.state = State::Keys;
                self.paste(text, out);
            }
            _ => {
                self.state = State::Pasted(text);
                return false;
            }
        }
        true
    }

    /// Reads keys up to the next paste; false when what is left is the beginning of something.
    fn keys(&mut self, out: &mut Vec<Input>) -> bool {
        let mut at = 0;
        let goes_on = loop {
            let rest = self.held.get(at..).unwrap_or_default();
            if rest.is_empty() {
                break false;
            }
            if rest.starts_with(BEGIN) || at > 0 && is_not_typed(rest) {
                break true;
            }
            match first(rest) {
                Parsed::Whole(input, length) => {
                    out.extend(input);
                    at += length;
                }
                Parsed::Part => break false,
            }
        };
        self.held.drain(..at);
        goes_on
    }

    /// The rest of a sequence did not come: then the escape was a key, and so was what stands behind it.
    fn give_up(&mut self, out: &mut Vec<Input>) {
        match std::mem::take(&mut self.held).as_slice() {
            [ESC] => out.push(Input::Key(Key::plain(Code::Esc))),
            [ESC, letter @ (b'[' | b'O')] => out.push(Input::Key(Key::char(char::from(*letter)).with_alt())),
            _ => {}
        }
    }

    /// Takes what is held up to a place, and the mark there.
    fn cut(&mut self, at: usize, mark: &[u8]) -> Vec<u8> {
        let rest = self.held.split_off((at + mark.len()).min(self.held.len()));
        let mut text = std::mem::replace(&mut self.held, rest);
        text.truncate(at);
        text
    }

    fn paste(&mut self, text: Vec<u8>, out: &mut Vec<Input>) {
        let too_long = std::mem::take(&mut self.too_long) || text.len() > MAX_PASTE;
        if too_long {
            out.push(Input::TooLong);
        } else if !text.is_empty() {
            out.push(Input::Paste(match String::from_utf8(text) {
                Ok(text) => text,
                Err(odd) => String::from_utf8_lossy(odd.as_bytes()).into_owned(),
            }));
        }
    }
}

/// Where the end of a paste stands that did not begin in these bytes.
fn lone_end(bytes: &[u8]) -> Option<usize> {
    let end = memmem::find(bytes, END)?;
    memmem::find(bytes, BEGIN).is_none_or(|begin| end < begin).then_some(end)
}

/// Where a mark stands, in what was not searched for it before.
fn search(held: &[u8], searched: &mut usize, mark: &[u8]) -> Option<usize> {
    let from = searched.saturating_sub(mark.len());
    *searched = held.len();
    memmem::find(held.get(from..)?, mark).map(|at| from + at)
}

/// True when the bytes begin with more text than anybody types at once.
fn is_not_typed(bytes: &[u8]) -> bool {
    let is_text = |b: &u8| *b >= b' ' && *b != 0x7f || matches!(b, b'\r' | b'\n' | b'\t');
    // A character begins with every byte that does not go on with one.
    bytes.iter().take_while(|b| is_text(b)).filter(|b| **b & 0xc0 != 0x80).nth(NOT_TYPED - 1).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What comes of pieces without a pause between them, and a long one at the end.
    fn decoded(pieces: &[&[u8]]) -> Vec<Input> {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        pieces.iter().for_each(|piece| decoder.feed(piece, &mut out));
        while decoder.patience().is_some() {
            decoder.quiet(&mut out);
        }
        out
    }

    fn paste(text: &str) -> Input {
        Input::Paste(text.into())
    }

    fn key(shown: &str) -> Input {
        Input::Key(Key::parse(shown).expect("a key"))
    }

    #[test]
    fn keys_are_given_out_at_once() {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        decoder.feed(b"q\x1b[A\x03", &mut out);
        assert_eq!((out, decoder.patience()), (vec![key("q"), key("↑"), key("^C")], None));
    }

    #[test]
    fn an_escape_is_a_key_when_nothing_follows_it() {
        assert_eq!(decoded(&[b"\x1b"]), [key("Esc")]);
        assert_eq!(decoded(&[b"\x1b", b"[A"]), [key("↑")]);
        assert_eq!(decoded(&[b"\x1b", b"1"]), [key("Esc"), key("1")]);
        assert_eq!(decoded(&[b"\x1b1"]), [key("Alt-1")]);
        assert_eq!(decoded(&[b"\x1b", b"\x1b"]), [key("Esc"), key("Esc")]);
        assert_eq!(decoded(&[b"\x1b["]), [key("Alt-[")]);
        assert_eq!(decoded(&["ü".as_bytes().get(..1).unwrap_or_default(), b"\xbc"]), [key("ü")]);
    }

    #[test]
    fn a_paste_is_one_whatever_it_holds() {
        assert_eq!(decoded(&[b"j\x1b[200~q\r\x03\x1b[A", b"\x1b[B\x1b[2", b"01~k"]), [key("j"), paste("q\r\x03\x1b[A\x1b[B"), key("k")]);
        assert_eq!(decoded(&[b"\x1b[200~\x1b[201~x"]), [key("x")]);
        assert_eq!(decoded(&[b"\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~"]), [paste("a"), paste("b")]);
        assert_eq!(decoded(&[b"\x1b[200~\xff\x1b[201~"]), [paste("\u{fffd}")]);
    }

    #[test]
    fn the_mark_of_the_end_inside_a_paste_ends_nothing() {
        assert_eq!(decoded(&[b"\x1b[200~a\x1b[201~q\r\x03\x1b[201~"]), [paste("aq\r\x03")]);
        assert_eq!(decoded(&[b"\x1b[200~a\x1b[201~q", b"d\x1b[201~d", b"\r\x1b[201~"]), [paste("aqdd\r")]);
    }

    #[test]
    fn what_comes_before_an_end_is_pasted_also_behind_a_pause() {
        let after_pauses = |pieces: &[&[u8]]| {
            let (mut decoder, mut out) = (Decoder::default(), Vec::new());
            for piece in pieces {
                decoder.feed(piece, &mut out);
                while decoder.patience().is_some() {
                    decoder.quiet(&mut out);
                }
            }
            out
        };
        assert_eq!(after_pauses(&[b"\x1b[200~abc\x1b[201~", b"\x12q\x1b[201~"]), [paste("abc"), paste("\x12q")]);
        assert_eq!(after_pauses(&[b"\x1b[200~a\x1b[201~", b"q\x1b[201~d\x1b[201~", b"j"]), [paste("a"), paste("qd"), key("j")]);
        let long = "q".repeat(5_000);
        let rest = format!("{long}\x1b[201~");
        assert_eq!(after_pauses(&[b"\x1b[200~a\x1b[201~", rest.as_bytes(), b"j"]), [paste("a"), paste(&long), key("j")]);
        let (first, second) = rest.as_bytes().split_at(4_096);
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(first, &mut out);
        decoder.feed(second, &mut out);
        decoder.quiet(&mut out);
        assert_eq!((out, decoder.patience()), (vec![paste(&long)], None));
        assert_eq!(after_pauses(&[b"\x1b[201~", b"q"]), [key("q")]);
    }

    #[test]
    fn a_paste_without_its_end_is_given_out_and_keys_are_keys_again() {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b[200~q\r", &mut out);
        assert_eq!((out.as_slice(), decoder.patience()), (&[][..], Some(NO_END)));
        decoder.quiet(&mut out);
        assert_eq!(out, [paste("q\r")]);
        // Its end comes late: what stood before it was pasted as well.
        decoder.feed(b"q\r\x1b[201~", &mut out);
        decoder.quiet(&mut out);
        assert_eq!(out, [paste("q\r"), paste("q\r")]);
        decoder.feed(b"\x1b[200~x", &mut out);
        decoder.quiet(&mut out);
        decoder.feed(b"q", &mut out);
        decoder.quiet(&mut out);
        assert_eq!(out.get(2..), Some(&[paste("x"), key("q")][..]));
        decoder.feed(b"q", &mut out);
        assert_eq!((out.len(), decoder.patience()), (5, None));
    }

    #[test]
    fn without_marks_speed_tells_a_paste() {
        let text = "curl https://api.example/\r-H 'A: b'";
        let (before, behind) = text.split_at(30);
        assert_eq!(decoded(&[before.as_bytes(), behind.as_bytes(), b"\r\x03\x1b[A"]), [paste(&format!("{text}\r\x03\x1b[A"))]);
        assert_eq!(decoded(&[b"jjj\r"]), [key("j"), key("j"), key("j"), key("Enter")]);
        let keys = "\x1b[B".repeat(100);
        assert_eq!(decoded(&[keys.as_bytes()]).len(), 100);
    }

    #[test]
    fn a_paste_that_is_too_long_is_refused_and_not_kept() {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        decoder.feed(BEGIN, &mut out);
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..=MAX_PASTE >> 20 {
            decoder.feed(&piece, &mut out);
            assert!(decoder.held.len() <= MAX_PASTE);
        }
        decoder.feed(b"\x1b[201~", &mut out);
        decoder.quiet(&mut out);
        decoder.feed(b"q", &mut out);
        assert_eq!(out, [Input::TooLong, key("q")]);
    }

    proptest! {
        #[test]
        fn what_stands_between_the_marks_is_pasted_however_it_is_cut(text in ".{0,60}", cut in 0_usize..80) {
            let text = text.replace('\u{1b}', "");
            let bytes = [BEGIN, text.as_bytes(), END].concat();
            let (before, behind) = bytes.split_at(cut.min(bytes.len()));
            let expected: Vec<Input> = (!text.is_empty()).then(|| Input::Paste(text.clone())).into_iter().collect();
            prop_assert_eq!(decoded(&[before, behind]), expected);
        }

        #[test]
        fn any_bytes_end_in_nothing_held(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            decoded(&[&bytes]);
        }
    }
}
