//! The skeleton of a text: two texts with the same one look alike (UTS #39, section 4).

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

/// The prototypes of characters, as text. As a table of references, which `unicode-security` has, it would take 0.3 MB of every
/// program that starts, since references are written anew wherever a program is loaded; this is read when it is asked for.
const TABLE: &str = include_str!("../../assets/confusables.txt");

static PROTOTYPES: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| TABLE.lines().filter_map(prototype).collect());

/// A line of the table: a character, and what it looks like.
fn prototype(line: &str) -> Option<(char, Vec<char>)> {
    let mut characters = line.split(' ').map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
    Some((characters.next()??, characters.collect::<Option<_>>()?))
}

/// The skeleton of the name of a host (in which characters that are not shown are gone already).
pub fn skeleton(name: &str) -> String {
    let look = |c| PROTOTYPES.get(&c).map_or(vec![c], Vec::clone);
    name.nfd().flat_map(look).nfd().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_looks_as_unicode_says() {
        let differs = |c: &char| {
            let theirs: String = unicode_security::skeleton(c.encode_utf8(&mut [0; 4])).collect();
            // What is not shown has no skeleton there.
            !theirs.is_empty() && skeleton(c.encode_utf8(&mut [0; 4])) != theirs
        };
        assert_eq!(('\0'..=char::MAX).find(differs), None);
        assert_eq!(PROTOTYPES.len(), TABLE.lines().count() - 1, "every line but the first is read");
    }
}
