//! Many phrases looked for in one walk over a text, and the folding that makes texts of all servers alike.

use crate::domain::span::Span;

/// A text in lower case, with `_` and `-` as blanks and every kind of quote as `'`, and the way back to its own bytes.
#[derive(Debug)]
pub struct Folded {
    bytes: Vec<u8>,
    /// Where bytes were left out: an offset in `bytes`, and how many bytes of the text are missing before it altogether.
    gaps: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds a text. Escaped quotes (`\"`, `&quot;`, `&#39;`) count as quotes.
    pub fn of(text: &str) -> Self {
        let (mut bytes, mut gaps, mut missing) = (Vec::with_capacity(text.len()), Vec::new(), 0);
        let mut rest = text.as_bytes();
        while let Some((&first, behind)) = rest.split_first() {
            // Most bytes are letters, of which nothing is asked.
            let quoted = if first.is_ascii_alphanumeric() || first == b' ' { None } else { quote(rest) };
            let (kept, length) = match quoted {
                Some(length) => (Some(b'\''), length),
                None => match first {
                    b'\\' if quote(behind).is_some() => (None, 1),
                    b'\0' => (None, 1),
                    b'_' | b'-' => (Some(b' '), 1),
                    _ => (Some(first.to_ascii_lowercase()), 1),
                },
            };
            bytes.extend(kept);
            if length > usize::from(kept.is_some()) {
                missing += length - usize::from(kept.is_some());
                gaps.push((bytes.len(), missing));
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        Self { bytes, gaps }
    }

    /// Where a byte of the folded text stands in the text itself.
    fn offset(&self, at: usize) -> usize {
        let gap = self.gaps.partition_point(|(from, _)| *from <= at).checked_sub(1).and_then(|i| self.gaps.get(i));
        at + gap.map_or(0, |(_, missing)| *missing)
    }
}

/// The length of the quote that some bytes begin with, HTML's ways to write one included.
fn quote(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'"' | b'\'' | b'`' => Some(1),
        b'&' => ["&#39;", "&quot;"].iter().find(|e| starts_with(bytes, e)).map(|e| e.len()),
        _ => None,
    }
}

fn starts_with(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// Phrases by their first bytes. Four hundred searches, one for each phrase, over a page of 16 KB took longer than all
/// checks together; here most places of a text are passed over after one look into a table.
#[derive(Debug)]
pub struct Phrases {
    phrases: Vec<&'static str>,
    /// For each value of [`slot`] the first phrase that begins so, as its number plus one; 0 for none.
    heads: Box<[u16]>,
    /// For each phrase the next one with the same slot, in the same way.
    next: Vec<u16>,
}

/// Bytes that the table looks at; no phrase is shorter.
const HEAD: usize = 3;
/// Number of bits of a slot.
const SLOT_BITS: u32 = 12;

fn slot(head: [u8; HEAD]) -> usize {
    let word = u32::from_le_bytes([head[0], head[1], head[2], 0]);
    (word.wrapping_mul(0x9e37_79b1) >> (u32::BITS - SLOT_BITS)) as usize
}

impl Phrases {
    /// Takes folded phrases of at least three bytes; shorter ones are never found.
    pub fn new(phrases: impl IntoIterator<Item = &'static str>) -> Self {
        let phrases: Vec<_> = phrases.into_iter().collect();
        let mut heads = vec![0; 1 << SLOT_BITS].into_boxed_slice();
        let mut next = vec![0; phrases.len()];
        for (number, (phrase, link)) in (1..=u16::MAX).zip(phrases.iter().zip(&mut next)) {
            if let Some(first) = phrase.as_bytes().first_chunk().and_then(|head| heads.get_mut(slot(*head))) {
                *link = std::mem::replace(first, number);
            }
        }
        Self { phrases, heads, next }
    }

    /// The first place of each phrase that stands in a text, with the phrase's number, in the order of the phrases.
    pub fn places(&self, text: &Folded) -> Vec<(usize, Span)> {
        let mut places: Vec<(usize, Span)> = Vec::new();
        for (at, head) in text.bytes.windows(HEAD).enumerate() {
            let head = <[u8; HEAD]>::try_from(head).unwrap_or_default();
            let mut number = self.heads.get(slot(head)).copied().unwrap_or(0);
            while let Some(index) = usize::from(number).checked_sub(1) {
                if let Some(phrase) = self.phrases.get(index)
                    && text.bytes.get(at..).is_some_and(|rest| rest.starts_with(phrase.as_bytes()))
                    && !places.iter().any(|(found, _)| *found == index)
                {
                    places.push((index, Span::new(text.offset(at), text.offset(at + phrase.len()))));
                }
                number = self.next.get(index).copied().unwrap_or(0);
            }
        }
        places.sort_unstable_by_key(|(index, _)| *index);
        places
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(phrase: &'static str, text: &'static str) -> Option<&'static str> {
        Phrases::new([phrase]).places(&Folded::of(text)).first().and_then(|(_, span)| span.cut(text))
    }

    #[test]
    fn a_phrase_is_found_however_it_is_written() {
        assert_eq!(cut("jwt expired", "the JWT_expired."), Some("JWT_expired"));
        assert_eq!(cut("no 'authorization' header", "no &quot;Authorization&#39; header"), Some("no &quot;Authorization&#39; header"));
        assert_eq!(cut("'exp' claim", r#"{"m":"\"exp\" claim é"}"#), Some(r#""exp\" claim"#));
        assert_eq!(cut("jwt expired", "the jwt was expired"), None);
    }

    #[test]
    fn the_first_place_counts() {
        let places = Phrases::new(["token", "token is", "nothing"]).places(&Folded::of("a token is a token"));
        assert_eq!(places, [(0, Span::new(2, 7)), (1, Span::new(2, 10))]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn one_walk_finds_what_one_search_for_each_finds(text in "[abc é]{0,60}") {
            const WORDS: [&str; 6] = ["abc", "aba", "bcab", "c a", "cccc", " ab"];
            let found: Vec<_> = Phrases::new(WORDS).places(&Folded::of(&text)).iter().map(|(i, s)| (*i, s.start)).collect();
            let each: Vec<_> = (0..).zip(WORDS).filter_map(|(i, w)| Some((i, text.find(w)?))).collect();
            prop_assert_eq!(found, each);
        }

        #[test]
        fn places_are_places_of_the_text(text in r#"[a"'\\&;quot#39é-]{0,40}"#) {
            for (_, span) in Phrases::new(["'''", "''a", "a''", "quo"]).places(&Folded::of(&text)) {
                prop_assert!(span.cut(&text).is_some());
            }
        }
    }
}
