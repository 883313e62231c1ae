//! What comes from the terminal, and what the program makes of it.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::app::key::{Code, Key};
use crate::io::terminal::Signal;

/// Something that the user or the system did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A bracketed paste.
    Paste(String),
    /// The mouse button went down at a column and row.
    Click(u16, u16),
    /// The wheel turned there; positive is down.
    Wheel(u16, u16, i32),
    /// The screen has another size.
    Resize(u16, u16),
    /// The system asks for something.
    Signal(Signal),
    /// A task of the program panicked.
    Broken,
}

/// Lines per turn of the wheel.
const WHEEL: i32 = 3;

/// So many characters at once were not typed: the terminal has no bracketed paste, and this is one.
const NOT_TYPED: usize = 24;

/// What an event of the terminal means; `None` for those that mean nothing here.
pub fn from_terminal(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Some(Input::Click(mouse.column, mouse.row)),
            MouseEventKind::ScrollDown => Some(Input::Wheel(mouse.column, mouse.row, WHEEL)),
            MouseEventKind::ScrollUp => Some(Input::Wheel(mouse.column, mouse.row, -WHEEL)),
            _ => None,
        },
        _ => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt, mut shift) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT), has(KeyModifiers::SHIFT));
    let code = match event.code {
        KeyCode::Char(c) => {
            // The character already tells whether shift was held; with control, capitals mean the same.
            shift = false;
            Code::Char(if ctrl { c.to_ascii_lowercase() } else { c })
        }
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
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    if code == Code::BackTab {
        shift = false;
    }
    Some(Key { code, ctrl, alt, shift })
}

/// The same inputs, with runs of characters that nobody types that fast as one paste, and only the last of several sizes.
pub fn joined(batch: Vec<Input>) -> Vec<Input> {
    let mut joined: Vec<Input> = Vec::with_capacity(batch.len());
    let mut run = String::new();
    let mut keys: Vec<Input> = Vec::new();
    let flush = |run: &mut String, keys: &mut Vec<Input>, joined: &mut Vec<Input>| {
        if run.chars().count() >= NOT_TYPED {
            joined.push(Input::Paste(std::mem::take(run)));
            keys.clear();
        } else {
            run.clear();
            joined.append(keys);
        }
    };
    let last_size = batch.iter().rposition(|i| matches!(i, Input::Resize(..)));
    for (i, input) in batch.into_iter().enumerate() {
        let typed = match &input {
            Input::Key(Key { code: Code::Enter, ctrl: false, alt: false, .. }) => Some('\n'),
            Input::Key(Key { code: Code::Tab, ctrl: false, alt: false, .. }) => Some('\t'),
            Input::Key(key) => key.typed(),
            _ => None,
        };
        match typed {
            Some(c) => {
                run.push(c);
                keys.push(input);
            }
            None => {
                flush(&mut run, &mut keys, &mut joined);
                if !matches!(input, Input::Resize(..)) || Some(i) == last_size {
                    joined.push(input);
                }
            }
        }
    }
    flush(&mut run, &mut keys, &mut joined);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Input> {
        text.chars().map(|c| Input::Key(if c == '\n' { Key::plain(Code::Enter) } else { Key::char(c) })).collect()
    }

    #[test]
    fn a_burst_is_a_paste_and_typing_is_not() {
        let text = "curl https://api.example/\n-H 'A: b'";
        assert_eq!(joined(keys(text)), [Input::Paste(text.into())]);
        assert_eq!(joined(keys("jjj\n")), keys("jjj\n"));
    }

    #[test]
    fn of_many_sizes_only_the_last_counts() {
        let batch = vec![Input::Resize(1, 1), Input::Key(Key::char('j')), Input::Resize(80, 24)];
        assert_eq!(joined(batch), [Input::Key(Key::char('j')), Input::Resize(80, 24)]);
    }

    #[test]
    fn control_and_capitals_are_told_apart() {
        let press = |code, modifiers| from_terminal(Event::Key(KeyEvent::new(code, modifiers)));
        assert_eq!(press(KeyCode::Char('R'), KeyModifiers::CONTROL), Some(Input::Key(Key::ctrl('r'))));
        assert_eq!(press(KeyCode::Char('D'), KeyModifiers::SHIFT), Some(Input::Key(Key::char('D'))));
        assert_eq!(press(KeyCode::Tab, KeyModifiers::SHIFT), Some(Input::Key(Key::plain(Code::BackTab))));
    }
}
