//! One key, click or turn of the wheel from the bytes that a terminal sends for it: what xterm and its kin write (ECMA-48,
//! the keys of VT220 and rxvt, `CSI u`), and the mouse in SGR coordinates.

use super::input::Input;
use crate::app::key::{Code, Key};

/// What stands at the beginning of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// So many bytes that mean this; `None` for what means nothing here.
    Whole(Option<Input>, usize),
    /// The beginning of something.
    Part,
}

/// Lines per turn of the wheel.
const WHEEL: i32 = 3;

/// No sequence of a terminal is longer; what is, is none.
const LONGEST: usize = 64;

/// Reads what stands first.
pub fn first(bytes: &[u8]) -> Parsed {
    match bytes {
        [] => Parsed::Part,
        [ESC, rest @ ..] => escaped(rest),
        [0, ..] => key(Key::ctrl(' '), 1),
        [b'\r', ..] => key(Key::plain(Code::Enter), 1),
        [b'\t', ..] => key(Key::plain(Code::Tab), 1),
        [0x7f, ..] => key(Key::plain(Code::Backspace), 1),
        [byte @ 1..=0x1a, ..] => key(Key::ctrl(char::from(byte - 1 + b'a')), 1),
        [byte @ 0x1c..=0x1f, ..] => key(Key::ctrl(char::from(byte - 0x1c + b'4')), 1),
        _ => character(bytes),
    }
}

/// The byte that begins a sequence, and is a key of its own.
pub const ESC: u8 = 0x1b;

fn key(key: Key, length: usize) -> Parsed {
    Parsed::Whole(Some(Input::Key(key)), length)
}

fn character(bytes: &[u8]) -> Parsed {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 1,
    };
    let (whole, is_cut) = (bytes.get(..length).unwrap_or(bytes), bytes.len() < length);
    match std::str::from_utf8(whole) {
        Ok(text) => Parsed::Whole(text.chars().next().map(|c| Input::Key(Key::char(c))), length),
        Err(fault) if is_cut && fault.error_len().is_none() => Parsed::Part,
        Err(_) => Parsed::Whole(None, 1),
    }
}

/// What stands behind an escape.
fn escaped(rest: &[u8]) -> Parsed {
    match rest {
        [] => Parsed::Part,
        [ESC, ..] => key(Key::plain(Code::Esc), 1),
        [b'[', rest @ ..] => control(rest),
        [b'O'] => Parsed::Part,
        [b'O', last, ..] => Parsed::Whole(named(*last).map(|code| Input::Key(Key::plain(code))), 3),
        _ => match first(rest) {
            Parsed::Whole(Some(Input::Key(pressed)), length) => key(pressed.with_alt(), length + 1),
            Parsed::Whole(other, length) => Parsed::Whole(other, length + 1),
            Parsed::Part => Parsed::Part,
        },
    }
}

/// What stands behind `ESC [`: parameters, then one byte that says what they are for.
fn control(rest: &[u8]) -> Parsed {
    let Some(end) = rest.iter().position(|b| !(0x20..=0x3f).contains(b)) else {
        return if rest.len() > LONGEST { Parsed::Whole(None, rest.len() + 2) } else { Parsed::Part };
    };
    let (parameters, length) = (rest.get(..end).unwrap_or_default(), end + 3);
    match rest.get(end) {
        // The console of Linux has one more letter, and so have mice from before SGR coordinates.
        Some(b'[') => match rest.get(end + 1) {
            Some(letter @ b'A'..=b'E') => key(Key::plain(Code::F(letter - b'A' + 1)), length + 1),
            Some(_) => Parsed::Whole(None, length + 1),
            None => Parsed::Part,
        },
        Some(b'M') if parameters.is_empty() => {
            if rest.len() < end + 4 {
                Parsed::Part
            } else {
                Parsed::Whole(None, length + 3)
            }
        }
        Some(last @ (b'M' | b'm')) if parameters.starts_with(b"<") => {
            Parsed::Whole(mouse(parameters.get(1..).unwrap_or_default(), *last == b'M'), length)
        }
        // An escape or a control byte inside a sequence ends it, and begins something else.
        Some(byte) if !(0x40..=0x7e).contains(byte) => Parsed::Whole(None, length - 1),
        Some(last) => Parsed::Whole(pressed(parameters, *last).map(Input::Key), length),
        None => Parsed::Part,
    }
}

/// Numbers between semicolons, the parts behind a colon left out; what is missing counts as 0.
fn numbers(parameters: &[u8]) -> Vec<u32> {
    let text = std::str::from_utf8(parameters).unwrap_or_default();
    text.split(';').map(|n| n.split(':').next().and_then(|n| n.parse().ok()).unwrap_or(0)).collect()
}

fn pressed(parameters: &[u8], last: u8) -> Option<Key> {
    // The kind of event stands behind a colon: 3 is the release of a key.
    let is_release = parameters.split(|b| *b == b';').nth(1).is_some_and(|p| p.ends_with(b":3"));
    let numbers = numbers(parameters);
    let (number, modifiers) = (numbers.first().copied().unwrap_or(0), numbers.get(1).copied().unwrap_or(1));
    let code = match last {
        _ if is_release => return None,
        b'Z' => Code::BackTab,
        b'~' if number == 27 => coded(numbers.get(2).copied()?)?,
        b'~' => numbered(number)?,
        b'u' => coded(number)?,
        // Before a letter stands 1 or nothing; other numbers are answers to what was never asked.
        _ if number <= 1 => named(last)?,
        _ => return None,
    };
    let has = |bit: u32| modifiers.saturating_sub(1) & bit != 0;
    let key = Key { code, shift: has(1), alt: has(2), ctrl: has(4) };
    Some(match code {
        // The character already tells whether shift was held; with control, capitals mean the same.
        Code::Char(c) => Key { code: Code::Char(if key.ctrl { c.to_ascii_lowercase() } else { c }), shift: false, ..key },
        Code::Tab if key.shift => Key { code: Code::BackTab, shift: false, ..key },
        Code::BackTab => Key { shift: false, ..key },
        _ => key,
    })
}

/// Keys that a letter stands for.
const fn named(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::F(letter - b'P' + 1),
        _ => return None,
    })
}

/// Keys that a number before `~` stands for.
const fn numbered(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F((number - 10) as u8),
        17..=21 => Code::F((number - 11) as u8),
        23..=24 => Code::F((number - 12) as u8),
        _ => return None,
    })
}

/// Keys that their character's number stands for.
fn coded(number: u32) -> Option<Code> {
    Some(match number {
        9 => Code::Tab,
        13 => Code::Enter,
        27 => Code::Esc,
        127 => Code::Backspace,
        _ => Code::Char(char::from_u32(number).filter(|c| !c.is_control())?),
    })
}

fn mouse(parameters: &[u8], is_press: bool) -> Option<Input> {
    let [button, column, row] = numbers(parameters).try_into().ok()?;
    let place = |n: u32| u16::try_from(n.saturating_sub(1)).ok();
    let (x, y) = (place(column)?, place(row)?);
    // Shift, alt and control are bits of their own, and movement is another one.
    match button & !0b1_1100 {
        0 if is_press => Some(Input::Click(x, y)),
        64 => Some(Input::Wheel(x, y, -WHEEL)),
        65 => Some(Input::Wheel(x, y, WHEEL)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_known_by_their_bytes() {
        let table: &[(&[u8], &str)] = &[
            (b"x", "x"),
            (b"D", "D"),
            ("ü".as_bytes(), "ü"),
            ("🦀".as_bytes(), "🦀"),
            (b"\r", "Enter"),
            (b"\t", "Tab"),
            (b"\x7f", "Backspace"),
            (b"\x12", "^R"),
            (b"\x00", "Ctrl-Space"),
            (b"\x1bb", "Alt-b"),
            (b"\x1b\x7f", "Alt-Backspace"),
            (b"\x1b[A", "↑"),
            (b"\x1bOB", "↓"),
            (b"\x1b[1;5C", "Ctrl-→"),
            (b"\x1b[1;2D", "Shift-←"),
            (b"\x1b[1;6C", "Shift-Ctrl-→"),
            (b"\x1b[1;5:1F", "Ctrl-End"),
            (b"\x1b[H", "Home"),
            (b"\x1b[7~", "Home"),
            (b"\x1b[3~", "Del"),
            (b"\x1b[5~", "PgUp"),
            (b"\x1bOP", "F1"),
            (b"\x1b[11~", "F1"),
            (b"\x1b[[A", "F1"),
            (b"\x1b[Z", "Shift-Tab"),
            (b"\x1b[9;2u", "Shift-Tab"),
            (b"\x1b[114;5u", "^R"),
            (b"\x1b[82;6u", "^R"),
            (b"\x1b[27;5;114~", "^R"),
            (b"\x1b[27u", "Esc"),
            (b"\x1b[127;5u", "Ctrl-Backspace"),
        ];
        for (bytes, shown) in table {
            let expected = Key::parse(shown).unwrap_or_else(|| panic!("no key is written {shown}"));
            assert_eq!(first(bytes), key(expected, bytes.len()), "{shown}");
            let cut = bytes.get(..bytes.len() - 1).unwrap_or_default();
            assert!(bytes.len() == 1 || first(cut) == Parsed::Part || cut.first() != bytes.first(), "{shown} cut short: {:?}", first(cut));
        }
    }

    #[test]
    fn the_mouse_clicks_and_turns() {
        assert_eq!(first(b"\x1b[<0;10;5M"), Parsed::Whole(Some(Input::Click(9, 4)), 10));
        assert_eq!(first(b"\x1b[<0;10;5m"), Parsed::Whole(None, 10));
        assert_eq!(first(b"\x1b[<32;10;5M"), Parsed::Whole(None, 11));
        assert_eq!(first(b"\x1b[<64;1;1M"), Parsed::Whole(Some(Input::Wheel(0, 0, -3)), 10));
        assert_eq!(first(b"\x1b[<69;1;1M"), Parsed::Whole(Some(Input::Wheel(0, 0, 3)), 10));
        assert_eq!(first(b"\x1b[M !!x"), Parsed::Whole(None, 6));
    }

    #[test]
    fn what_means_nothing_here_is_passed_over_whole() {
        for bytes in [&b"\x1b[I"[..], b"\x1b[?62;c", b"\x1b[200~", b"\x1b[12;40R", b"\x1b[114;5:3u", b"\x1b[99999999999u", b"\xff"] {
            assert_eq!(first(bytes), Parsed::Whole(None, bytes.len()), "{bytes:?}");
        }
        // A sequence that breaks off does not swallow the key behind it.
        assert_eq!(first(b"\x1b[1;\x1b[A"), Parsed::Whole(None, 4));
        assert_eq!(first(b"\x1b\x1b[A"), key(Key::plain(Code::Esc), 1));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut rest = bytes.as_slice();
            while let Parsed::Whole(_, length) = first(rest) {
                prop_assert!(length > 0 && length <= rest.len());
                rest = &rest[length..];
            }
            prop_assert!(rest.len() <= LONGEST + 3);
        }
    }
}
