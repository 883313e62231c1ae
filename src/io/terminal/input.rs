//! What the program is told: crossterm's events as far as they mean something here, and the system's wishes.
//!
//! Not crossterm's `EventStream`: it reads on the thread of whoever polls it, and waits there while a paste is incomplete, or for
//! ever when its end never comes or the terminal has gone. So a thread of its own reads; the loop goes on whatever that one does.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use super::paste::Batch;
use super::signals::Signal;
use crate::app::key::{Code, Key};

/// Something that the user or the system did.
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
    /// The screen has another size.
    Resize(u16, u16),
    /// The system asks for something.
    Signal(Signal),
    /// A task of the program panicked.
    Broken,
}

/// Events that are read ahead of the loop; more wait in the terminal.
const AHEAD: usize = 1024;

/// What the terminal sends from now on. The stream ends when the terminal cannot be read.
///
/// # Errors
/// When there is no terminal to read, or no thread can be started.
pub fn inputs() -> io::Result<impl Stream<Item = Input>> {
    // Opens the terminal: what is wrong with it is said here, and not on the thread.
    event::poll(AT_ONCE)?;
    let (sender, receiver) = mpsc::channel(AHEAD);
    // It ends with the loop that listens, or with the process.
    thread::Builder::new().name("input".into()).spawn(move || {
        while let Ok(batch) = read() {
            if batch.into_iter().any(|input| sender.blocking_send(input).is_err()) {
                break;
            }
        }
    })?;
    Ok(stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver))))
}

/// Waits for inputs; gives those that came at once.
fn read() -> io::Result<Vec<Input>> {
    let mut batch = Batch::default();
    loop {
        input(event::read()?).into_iter().for_each(|input| batch.push(input));
        if !comes_within(batch.patience().max(AT_ONCE))? {
            return Ok(batch.into_inputs());
        }
    }
}

/// What comes within this came at once. With no time at all crossterm does not even look at what it has read already.
const AT_ONCE: Duration = Duration::from_micros(100);

/// Whether one more event comes within some time.
fn comes_within(patience: Duration) -> io::Result<bool> {
    loop {
        let begin = Instant::now();
        if event::poll(patience)? {
            return Ok(true);
        }
        // A thread that was kept from running for longer may not have looked.
        if begin.elapsed() < 2 * patience {
            return Ok(false);
        }
    }
}

/// What an event means; `None` when it means nothing.
fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(event) => key(event).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(event) => mouse(event),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt, shift) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT), has(KeyModifiers::SHIFT));
    let code = match event.code {
        // With control, capitals mean the same.
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
    // The character and BackTab already tell that shift was held.
    let shift = shift && !matches!(code, Code::Char(_) | Code::BackTab);
    Some(Key { code, ctrl, alt, shift })
}

/// Lines for a turn of the wheel.
const WHEEL: i32 = 3;

const fn mouse(MouseEvent { kind, column, row, .. }: MouseEvent) -> Option<Input> {
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
    }
}
