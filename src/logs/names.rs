//! Names (routes, clients, user agents) as small numbers.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// So many names are told apart; what comes later counts as [`OTHER`].
pub const MOST_NAMES: usize = 10_000;
/// A longer name is cut.
const LONGEST: usize = 260;
/// The number of all names beyond the limit.
pub const OTHER: u32 = 0;

/// A set of names, each with a number from 1.
#[derive(Clone, Debug, Default)]
pub struct Names {
    numbers: HashMap<Box<[u8]>, u32, Seed>,
}

impl Names {
    /// The number of a name, [`OTHER`] if it is new and there are too many.
    pub fn number(&mut self, name: &[u8]) -> u32 {
        let name = name.get(..LONGEST).unwrap_or(name);
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.numbers.len() + 1;
        if number > MOST_NAMES {
            return OTHER;
        }
        let number = u32::try_from(number).unwrap_or(OTHER);
        self.numbers.insert(name.into(), number);
        number
    }

    /// The number of a name that is known.
    pub fn known(&self, name: &[u8]) -> Option<u32> {
        self.numbers.get(name.get(..LONGEST).unwrap_or(name)).copied()
    }

    /// All names with their numbers, in the order of the numbers.
    pub fn sorted(&self) -> Vec<(&[u8], u32)> {
        let mut all: Vec<(&[u8], u32)> = self.numbers.iter().map(|(name, number)| (&**name, *number)).collect();
        all.sort_unstable_by_key(|(_, number)| *number);
        all
    }
}

/// Hashes by multiplication, which is several times as fast for short names as the hash of the standard library. The seed is
/// random, so that a log cannot be written in advance to make the names collide.
#[derive(Clone, Copy, Debug)]
pub struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Seed(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Seed {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding(self.0)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Folding(u64);

impl Folding {
    fn mix(&mut self, low: u64, high: u64) {
        const ODD: u64 = 0xf39c_c060_5ced_c835;
        let product = u128::from(self.0 ^ low) * u128::from(high ^ ODD);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks::<16>();
        for block in blocks {
            let block = u128::from_le_bytes(*block);
            self.mix(block as u64, (block >> 64) as u64);
        }
        // What is left over, by two words that can overlap.
        match (rest.first_chunk::<8>(), rest.last_chunk::<8>()) {
            (Some(first), Some(last)) => self.mix(u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ => match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
                (Some(first), Some(last)) => self.mix(u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
                _ => self.mix(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
            },
        }
    }

    fn write_usize(&mut self, length: usize) {
        self.0 ^= length as u64;
    }

    fn finish(&self) -> u64 {
        // The table takes the slot from the low bits and a tag from the high ones.
        self.0 ^ self.0.rotate_left(32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_and_what_is_too_much_is_other() {
        let mut names = Names::default();
        assert_eq!((names.number(b"a"), names.number(b"b"), names.number(b"a")), (1, 2, 1));
        for number in 0..MOST_NAMES {
            names.number(format!("client {number}").as_bytes());
        }
        assert_eq!((names.number(b"late"), names.number(b"b"), names.known(b"late")), (OTHER, 2, None));
        assert_eq!(names.sorted().len(), MOST_NAMES);
        assert_eq!(names.sorted()[1], (&b"b"[..], 2));
    }

    #[test]
    fn names_that_end_in_zeros_differ() {
        let mut names = Names::default();
        assert_ne!(names.number(b"a"), names.number(b"a\0"));
        assert_ne!(names.number(b""), names.number(b"\0"));
        assert_eq!(names.number(&[b'x'; LONGEST]), names.number(&[b'x'; LONGEST + 5]));
    }
}
