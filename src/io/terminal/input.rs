//! Input of the loop: crossterm's events that matter here, and signals.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::signals::Signal;
use crate::app::key::{Code, Key};

/// An input event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A paste.
    Paste(String),
    /// The mouse button went down at a column and row.
    Click(u16, u16),
    /// The wheel turned there; positive is down.
    Wheel(u16, u16, i32),
    /// The screen was resized.
    Resize(u16, u16),
    /// A signal.
    Signal(Signal),
    /// A task of the program panicked.
    Broken,
}

impl Input {
    /// Converts an event; `None` if it does not matter.
    pub fn of(event: Event) -> Option<Self> {
        match event {
            Event::Key(event) => key(event).map(Self::Key),
            Event::Paste(text) => Some(Self::Paste(text)),
            Event::Mouse(event) => mouse(event),
            Event::Resize(width, height) => Some(Self::Resize(width, height)),
            Event::FocusGained | Event::FocusLost => None,
        }
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt, shift) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT), has(KeyModifiers::SHIFT));
    let code = match event.code {
        // With Control, upper and lower case are the same key.
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if shift => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    };
    // The character and BackTab imply shift.
    let shift = shift && !matches!(code, Code::Char(_) | Code::BackTab);
    Some(Key { code, ctrl, alt, shift })
}

/// Lines per wheel step.
const WHEEL: i32 = 3;

/// crossterm's result for the invalid coordinate 0: coordinates start at 1.
const NOWHERE: u16 = u16::MAX;

const fn mouse(MouseEvent { kind, column, row, .. }: MouseEvent) -> Option<Input> {
    if column == NOWHERE || row == NOWHERE {
        return None;
    }
    Some(match kind {
        MouseEventKind::Down(MouseButton::Left) => Input::Click(column, row),
        MouseEventKind::ScrollUp => Input::Wheel(column, row, -WHEEL),
        MouseEventKind::ScrollDown => Input::Wheel(column, row, WHEEL),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_keymap() {
        let (none, shift, ctrl, alt) = (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL, KeyModifiers::ALT);
        let table = [
            (KeyCode::Char('x'), none, "x"),
            (KeyCode::Char('D'), shift, "D"),
            (KeyCode::Char('ü'), none, "ü"),
            (KeyCode::Enter, none, "Enter"),
            (KeyCode::Char('r'), ctrl, "^R"),
            (KeyCode::Char('R'), ctrl | shift, "^R"),
            (KeyCode::Char(' '), ctrl, "Ctrl-Space"),
            (KeyCode::Char('b'), alt, "Alt-b"),
            (KeyCode::Backspace, alt, "Alt-Backspace"),
            (KeyCode::Right, ctrl, "Ctrl-→"),
            (KeyCode::Left, shift | ctrl, "Shift-Ctrl-←"),
            (KeyCode::BackTab, shift, "Shift-Tab"),
            (KeyCode::Tab, shift, "Shift-Tab"),
            (KeyCode::F(1), none, "F1"),
        ];
        for (code, modifiers, shown) in table {
            assert_eq!(key(KeyEvent::new(code, modifiers)), Key::parse(shown), "{shown}");
        }
        assert_eq!(key(KeyEvent::new(KeyCode::CapsLock, none)), None);
        assert_eq!(key(KeyEvent::new_with_kind(KeyCode::Enter, none, KeyEventKind::Release)), None);
    }

    #[test]
    fn the_mouse_clicks_and_turns() {
        let at = |kind| mouse(MouseEvent { kind, column: 9, row: 4, modifiers: KeyModifiers::NONE });
        assert_eq!(at(MouseEventKind::Down(MouseButton::Left)), Some(Input::Click(9, 4)));
        assert_eq!(at(MouseEventKind::Down(MouseButton::Right)), None);
        assert_eq!(at(MouseEventKind::Drag(MouseButton::Left)), None);
        assert_eq!(at(MouseEventKind::ScrollUp), Some(Input::Wheel(9, 4, -3)));
        for (column, row) in [(NOWHERE, 4), (9, NOWHERE)] {
            let outside = |kind| mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
            assert_eq!(outside(MouseEventKind::Down(MouseButton::Left)), None);
            assert_eq!(outside(MouseEventKind::ScrollDown), None);
        }
    }
}
