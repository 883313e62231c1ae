//! Pastes that the terminal does not mark as such, told by their speed.

use std::time::Duration;

use super::input::Input;
use crate::app::key::{Code, Key};
use crate::domain::limits::MAX_PASTE;

/// So many characters at once were not typed: the terminal has no bracketed paste, and this is one.
const NOT_TYPED: usize = 24;

/// What comes without such a pause after a part of a paste belongs to it.
const PAUSE: Duration = Duration::from_millis(20);

/// Inputs that came at once.
#[derive(Debug, Default)]
pub struct Batch {
    inputs: Vec<Input>,
    /// Where the paste is among them that keys still belong to: what goes on after the mark of its end was pasted as well, and
    /// none of it is a command.
    paste: Option<usize>,
}

impl Batch {
    /// Adds what came next.
    pub fn push(&mut self, input: Input) {
        match (&input, self.paste.and_then(|at| self.inputs.get_mut(at))) {
            (Input::Key(key), Some(Input::Paste(text))) => append(text, *key),
            (Input::Paste(_), _) => {
                self.paste = Some(self.inputs.len());
                self.inputs.push(input);
            }
            _ => {
                self.inputs.push(input);
                self.join_burst();
            }
        }
    }

    /// Makes a paste of the last inputs when nobody can have typed them.
    fn join_burst(&mut self) {
        let from = self.inputs.len().saturating_sub(NOT_TYPED);
        let keys: Option<Vec<Key>> = self.inputs.iter().skip(from).map(text_key).collect();
        if let Some(keys) = keys.filter(|keys| keys.len() == NOT_TYPED) {
            self.inputs.truncate(from);
            let mut text = String::new();
            keys.into_iter().for_each(|key| append(&mut text, key));
            self.paste = Some(self.inputs.len());
            self.inputs.push(Input::Paste(text));
        }
    }

    /// How long what belongs to these may take to come.
    pub const fn patience(&self) -> Duration {
        if self.paste.is_some() { PAUSE } else { Duration::ZERO }
    }

    /// The inputs in their order.
    pub fn into_inputs(self) -> Vec<Input> {
        self.inputs
    }
}

/// A key that is text where it is pasted.
fn text_key(input: &Input) -> Option<Key> {
    match input {
        Input::Key(key) if key.typed().is_some() || matches!(key.code, Code::Enter | Code::Tab) || *key == LINE_FEED => Some(*key),
        _ => None,
    }
}

/// The key that a line feed is taken for.
const LINE_FEED: Key = Key::ctrl('j');

/// Adds the text that a key stands for; a key that stands for none adds nothing. More than [`MAX_PASTE`] is not kept.
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
        let mut batch = Batch::default();
        inputs.into_iter().for_each(|input| batch.push(input));
        batch.into_inputs()
    }

    fn keys(text: &str) -> Vec<Input> {
        let key = |c| match c {
            '\n' => Key::plain(Code::Enter),
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
    fn more_than_is_taken_is_not_kept() {
        let many = keys(&"x".repeat(64)).into_iter();
        let inputs = batch([paste(&"x".repeat(MAX_PASTE))].into_iter().chain(many));
        assert!(matches!(inputs.as_slice(), [Input::Paste(text)] if text.len() == MAX_PASTE + 1));
    }
}
