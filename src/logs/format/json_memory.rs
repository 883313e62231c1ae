//! The keys of the last object of a JSON log, and what they are: the next object mostly has the same in the same order, and
//! comparing is faster than looking up.

use super::json_names::Place;

/// What is remembered from line to line.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The keys that lead to the value.
    pub path: Vec<u8>,
    /// The keys of the last line in their order. One that differs drops those after it.
    keys: Vec<Key>,
}

/// A key of the last line.
#[derive(Clone, Copy, Debug)]
struct Key {
    /// The number of the key that the object belongs to.
    parent: usize,
    text: [u8; LONGEST],
    /// 0 for one that is too long to be remembered.
    length: usize,
    place: Place,
}

/// No key that is remembered is longer, and so many are remembered.
const LONGEST: usize = 32;
const MOST_KEYS: usize = 200;

impl Key {
    fn new(parent: usize, key: &[u8], place: Place) -> Self {
        let mut text = [0; LONGEST];
        let length = text.get_mut(..key.len()).map_or(0, |start| {
            start.copy_from_slice(key);
            key.len()
        });
        Key { parent, text, length, place }
    }

    fn is(&self, parent: usize, key: &[u8]) -> bool {
        self.parent == parent && self.length == key.len() && self.length > 0 && self.text.get(..self.length) == Some(key)
    }
}

impl Memory {
    /// What the key of a number is, if it was the same in the last line.
    pub fn place(&self, number: usize, parent: usize, key: &[u8]) -> Option<Place> {
        self.keys.get(number).filter(|known| known.is(parent, key)).map(|known| known.place)
    }

    /// Remembers a key. Those after it may be in other objects now, and are forgotten.
    pub fn remember(&mut self, number: usize, parent: usize, key: &[u8], place: Place) {
        if number < MOST_KEYS {
            self.keys.truncate(number);
            self.keys.push(Key::new(parent, key, place));
        }
    }
}
