//! A key press as plain data, independent of the terminal library.

use std::fmt;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character, with shift already applied.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Removes to the left.
    Backspace,
    /// Removes to the right.
    Delete,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Start of the line.
    Home,
    /// End of the line.
    End,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// A function key.
    F(u8),
}

/// A key with its modifiers. `shift` is set only where the character does not imply it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// What was pressed.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt (or option, or meta) was held.
    pub alt: bool,
    /// Shift was held.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// Control and a lowercase character.
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// This key with control held.
    #[must_use]
    pub const fn with_ctrl(self) -> Self {
        Self { ctrl: true, ..self }
    }

    /// This key with alt held.
    #[must_use]
    pub const fn with_alt(self) -> Self {
        Self { alt: true, ..self }
    }

    /// This key with shift held.
    #[must_use]
    pub const fn with_shift(self) -> Self {
        Self { shift: true, ..self }
    }

    /// The character it types, if any.
    pub const fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Parses what [`Key`]'s `Display` prints: `^R`, `Shift-→`, `Enter`, `x`; the arrows also by name. For configurations and key scripts.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut rest, mut key) = (text, Self::char(' '));
        loop {
            if let Some(after) = rest.strip_prefix("Shift-") {
                (rest, key.shift) = (after, true);
            } else if let Some(after) = rest.strip_prefix("Alt-") {
                (rest, key.alt) = (after, true);
            } else if let Some(after) = rest.strip_prefix("Ctrl-") {
                (rest, key.ctrl) = (after, true);
            } else {
                break;
            }
        }
        if let Some(c) = rest.strip_prefix('^').and_then(|r| r.chars().next()) {
            return Some(Self { code: Code::Char(c.to_ascii_lowercase()), ctrl: true, ..key });
        }
        key.code = match rest {
            "Enter" => Code::Enter,
            "Esc" => Code::Esc,
            "Tab" if key.shift => {
                key.shift = false;
                Code::BackTab
            }
            "Tab" => Code::Tab,
            "Space" => Code::Char(' '),
            "Backspace" => Code::Backspace,
            "Del" => Code::Delete,
            "↑" | "Up" => Code::Up,
            "↓" | "Down" => Code::Down,
            "←" | "Left" => Code::Left,
            "→" | "Right" => Code::Right,
            "Home" => Code::Home,
            "End" => Code::End,
            "PgUp" => Code::PageUp,
            "PgDn" => Code::PageDown,
            _ => {
                let mut chars = rest.chars();
                let first = chars.next()?;
                match chars.as_str() {
                    "" => Code::Char(first),
                    number if first == 'F' => Code::F(number.parse().ok()?),
                    _ => return None,
                }
            }
        };
        Some(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alt {
            f.write_str("Alt-")?;
        }
        if self.shift {
            f.write_str("Shift-")?;
        }
        match self.code {
            Code::Char(c) if self.ctrl && c != ' ' => write!(f, "^{}", c.to_ascii_uppercase()),
            code => {
                if self.ctrl {
                    f.write_str("Ctrl-")?;
                }
                match code {
                    Code::Char(' ') => f.write_str("Space"),
                    Code::Char(c) => write!(f, "{c}"),
                    Code::Enter => f.write_str("Enter"),
                    Code::Esc => f.write_str("Esc"),
                    Code::Tab => f.write_str("Tab"),
                    Code::BackTab => f.write_str("Shift-Tab"),
                    Code::Backspace => f.write_str("Backspace"),
                    Code::Delete => f.write_str("Del"),
                    Code::Up => f.write_str("↑"),
                    Code::Down => f.write_str("↓"),
                    Code::Left => f.write_str("←"),
                    Code::Right => f.write_str("→"),
                    Code::Home => f.write_str("Home"),
                    Code::End => f.write_str("End"),
                    Code::PageUp => f.write_str("PgUp"),
                    Code::PageDown => f.write_str("PgDn"),
                    Code::F(n) => write!(f, "F{n}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_back() {
        let keys = [
            Key::ctrl('r'),
            Key::char('?'),
            Key::plain(Code::Enter),
            Key::plain(Code::BackTab),
            Key::plain(Code::Left).with_shift().with_ctrl(),
            Key::char(' '),
            Key::plain(Code::F(1)),
            Key::char('x').with_alt(),
        ];
        for key in keys {
            assert_eq!(Key::parse(&key.to_string()), Some(key), "{key}");
        }
    }

    #[test]
    fn control_types_nothing() {
        assert_eq!(Key::ctrl('r').typed(), None);
        assert_eq!(Key::char('r').typed(), Some('r'));
    }
}
