//! Many phrases looked for in one walk over a text, and the folding that makes texts of all servers alike.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

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
                    // A message inside of a message is escaped twice.
                    b'\\' if quote(after_escapes(behind)).is_some() => (None, 1),
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

    /// The offset in the original text for each byte of the folded text.
    fn offset(&self, at: usize) -> usize {
        let gap = self.gaps.partition_point(|(from, _)| *from <= at).checked_sub(1).and_then(|i| self.gaps.get(i));
        at + gap.map_or(0, |(_, missing)| *missing)
    }
}

impl Folded {
    /// True when the bytes are not a part of longer words.
    fn is_whole(&self, range: Range<usize>) -> bool {
        let is_letter = |at: Option<usize>| at.and_then(|at| self.bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let (first, last) = (is_letter(Some(range.start)), is_letter(range.end.checked_sub(1)));
        !(first && is_letter(range.start.checked_sub(1)) || last && is_letter(Some(range.end)))
    }
}

/// The letters and digits that some bytes begin with, else their first byte.
fn first_word(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    bytes.get(..length.max(1)).unwrap_or(bytes)
}

/// What follows the escapes that these bytes begin with.
fn after_escapes(bytes: &[u8]) -> &[u8] {
    let escapes = bytes.iter().take_while(|b| **b == b'\\').take(3).count();
    bytes.get(escapes..).unwrap_or_default()
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

/// The most bytes between two parts of a phrase.
const MOST_BETWEEN: usize = 48;

/// The most bytes of a sentence that are read on either side of a phrase: each phrase is found many times in a long text.
const LONGEST_HALF: usize = 240;

/// What is looked for: a text, or several parts of one clause with any other words between them, each written in one of some ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase(Vec<Vec<String>>);

impl Phrase {
    /// A text as it is.
    pub fn text(text: &str) -> Self {
        Self(vec![vec![text.to_string()]])
    }

    /// Reads the notation of a table: in `[bad|wrong] key .. used` words of the same clause may be in the place of ` .. `, and either
    /// of the two in brackets at that place.
    pub fn read(notation: &str) -> Self {
        Self(notation.split(" .. ").map(ways).collect())
    }

    /// Every text that it stands for, with this between its parts.
    pub fn texts(&self, between: &str) -> Vec<String> {
        let joined = |texts: Vec<String>, part: &Vec<String>| {
            texts.iter().flat_map(|text| part.iter().map(move |way| format!("{text}{between}{way}"))).collect()
        };
        let (first, rest) = self.0.split_first().map_or((Vec::new(), &[][..]), |(first, rest)| (first.clone(), rest));
        rest.iter().fold(first, joined)
    }
}

/// The ways to write a part: `[bad|wrong] key` is `bad key` or `wrong key`.
fn ways(part: &str) -> Vec<String> {
    let split = part.split_once('[').and_then(|(before, rest)| Some((before, rest.split_once(']')?)));
    let Some((before, (choices, after))) = split else { return vec![part.to_string()] };
    let behind = ways(after);
    choices.split('|').flat_map(|choice| behind.iter().map(move |end| format!("{before}{choice}{end}"))).collect()
}

/// Phrases that are looked for together, by their first word: they only count as whole words. (An automaton for them is slower to
/// build than all else that an exchange needs.)
#[derive(Debug, Default)]
pub struct Phrases {
    parts: HashMap<Box<[u8]>, Vec<Part>>,
    /// How many parts each phrase has.
    lengths: Vec<usize>,
}

/// A text that is searched for.
#[derive(Debug)]
struct Part {
    text: Box<str>,
    /// The phrases that it is a part of, with its number in each, and the last part first.
    of: Vec<(usize, usize)>,
}

impl Phrases {
    /// Takes folded phrases.
    pub fn new(phrases: impl IntoIterator<Item = Phrase>) -> Self {
        let mut parts: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        let mut found = Self::default();
        for (phrase, Phrase(all)) in phrases.into_iter().enumerate() {
            found.lengths.push(all.len());
            for (number, ways) in all.into_iter().enumerate().rev() {
                ways.into_iter().for_each(|way| parts.entry(way).or_default().push((phrase, number)));
            }
        }
        for (text, of) in parts {
            let first = first_word(text.as_bytes()).into();
            found.parts.entry(first).or_default().push(Part { text: text.into(), of });
        }
        found
    }

    /// The places of all parts in a text, whole words each, by their ends; of those with the same end the longest first.
    fn parts_of<'p>(&'p self, text: &Folded) -> Vec<(Range<usize>, &'p Part)> {
        let mut found = Vec::new();
        let mut is_inside = false;
        for (start, byte) in text.bytes.iter().enumerate() {
            let was_inside = std::mem::replace(&mut is_inside, byte.is_ascii_alphanumeric());
            if was_inside && is_inside {
                continue;
            }
            let rest = text.bytes.get(start..).unwrap_or_default();
            for part in self.parts.get(first_word(rest)).into_iter().flatten().filter(|part| rest.starts_with(part.text.as_bytes())) {
                let range = start..start + part.text.len();
                if text.is_whole(range.clone()) {
                    found.push((range, part));
                }
            }
        }
        found.sort_by_key(|(range, _)| (range.end, range.start));
        found
    }

    /// True when the phrase with this number has gaps.
    pub fn has_gaps(&self, phrase: usize) -> bool {
        self.lengths.get(phrase).is_some_and(|parts| *parts > 1)
    }

    /// The first place of each phrase that a text has as whole words, with the phrase's number, in the order of the phrases.
    pub fn places(&self, text: &Folded) -> Vec<(usize, Span)> {
        // Of thousands of phrases a text has a few.
        let mut first: BTreeMap<usize, Span> = BTreeMap::new();
        // Of phrases with gaps, how far each was read: the parts that were found, where it begins and where the last part ends.
        let mut begun: HashMap<usize, (usize, usize, usize)> = HashMap::new();
        for (found, part) in self.parts_of(text) {
            for (phrase, number) in part.of.iter().copied() {
                if first.contains_key(&phrase) {
                    continue;
                }
                let start = match begun.get(&phrase).copied() {
                    _ if number == 0 => found.start,
                    Some((read, start, end)) if read == number && text.is_one_clause(end..found.start) => start,
                    _ => continue,
                };
                if self.lengths.get(phrase) == Some(&(number + 1)) {
                    if number == 0 || !text.is_among_others(start..found.end) {
                        first.insert(phrase, Span::new(text.offset(start), text.offset(found.end)));
                    }
                } else {
                    begun.insert(phrase, (number + 1, start, found.end));
                }
            }
        }
        first.into_iter().collect()
    }
}

impl Folded {
    /// True for a short text between two words that nothing divides into clauses, and that denies nothing.
    fn is_one_clause(&self, between: Range<usize>) -> bool {
        let Some(text) = self.bytes.get(between).filter(|text| text.len() <= MOST_BETWEEN) else { return false };
        let ends = |b: &u8| matches!(b, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'{' | b'}' | b'(' | b')' | b'<' | b'>' | b'\n');
        let is_whole = text.first().is_none_or(|b| !b.is_ascii_alphanumeric()) && text.last().is_none_or(|b| !b.is_ascii_alphanumeric());
        let denies = |word: &[u8]| matches!(word, b"not" | b"no" | b"if" | b"unless" | b"without");
        is_whole && !text.iter().any(ends) && !text.split(|b| !b.is_ascii_alphanumeric()).any(denies)
    }

    /// True when the sentence around these bytes lists several reasons: "is expired, revoked or malformed".
    fn is_among_others(&self, range: Range<usize>) -> bool {
        let ends = |at: usize| {
            let (this, next) = (self.bytes.get(at), self.bytes.get(at + 1));
            let is_of_json = matches!((this, next), (Some(b'\''), Some(b',' | b':' | b']')) | (Some(b',' | b':' | b'['), Some(b'\'')));
            is_of_json || matches!(this, None | Some(b'.' | b';' | b'!' | b'?' | b'{' | b'}' | b'<' | b'>' | b'\n'))
        };
        let (first, last) = (range.start.saturating_sub(LONGEST_HALF), self.bytes.len().min(range.end + LONGEST_HALF));
        let start = (first..range.start).rev().find(|at| ends(*at)).map_or(first, |at| at + 1);
        let end = (range.end..last).find(|at| ends(*at)).unwrap_or(last);
        let has_or = |part: Range<usize>| {
            let mut words = self.bytes.get(part).unwrap_or_default().split(|b| !b.is_ascii_alphanumeric());
            words.any(|word| word == b"or")
        };
        has_or(start..range.start) || has_or(range.end..end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_texts<const N: usize>(texts: [&str; N]) -> Phrases {
        Phrases::new(texts.map(Phrase::text))
    }

    fn cut(phrase: &'static str, text: &'static str) -> Option<&'static str> {
        Phrases::new([Phrase::read(phrase)]).places(&Folded::of(text)).first().and_then(|(_, span)| span.cut(text))
    }

    #[test]
    fn a_phrase_is_found_however_it_is_written() {
        assert_eq!(cut("jwt expired", "the JWT_expired."), Some("JWT_expired"));
        assert_eq!(cut("no 'authorization' header", "no &quot;Authorization&#39; header"), Some("no &quot;Authorization&#39; header"));
        assert_eq!(cut("missing 'jwt'", r#"{"m":"{\"e\":\"missing \\\"jwt\\\" here\"}"}"#), Some(r#"missing \\\"jwt\\\""#));
        assert_eq!(cut("'exp' claim", r#"{"m":"\"exp\" claim é"}"#), Some(r#""exp\" claim"#));
        assert_eq!(cut("jwt expired", "the jwt was expired"), None);
    }

    #[test]
    fn a_phrase_stands_for_each_of_its_choices() {
        let texts = ["bad key used", "bad token used", "wrong key used", "wrong token used"];
        assert_eq!(Phrase::read("[bad|wrong] [key|token] .. used").texts(" "), texts);
        assert_eq!(cut("[bad|wrong] key .. used", "a wrong key was used"), Some("wrong key was used"));
        assert_eq!(Phrase::text("[1] .. 2").texts(" "), ["[1] .. 2"]);
    }

    #[test]
    fn a_phrase_with_gaps_is_found_within_one_clause() {
        let expired = |text| cut("token .. expired", text);
        assert_eq!(expired("The token ab-12 has expired."), Some("token ab-12 has expired"));
        assert_eq!(expired("token expired"), Some("token expired"));
        assert_eq!(cut("you .. lack .. right", "You surely lack the right"), Some("You surely lack the right"));
        // The nearest beginning counts.
        assert_eq!(expired("a token: this token is expired"), Some("token is expired"));
        for other in [
            "the token has not expired",
            "this is a token. It expired",
            r#"{"token": "expired"}"#,
            "tokens expired",
            "expired token",
            "the token is expired, revoked or malformed",
            "either the token has expired or the user is unknown",
            "a token with a very very very very very very very very very long text that expired",
        ] {
            assert_eq!(expired(other), None, "{other}");
        }
        let others = r#"{"error":"this or that","message":"token is expired"}"#;
        assert_eq!(expired(others), Some("token is expired"));
    }

    #[test]
    fn the_first_place_counts() {
        let places = of_texts(["token", "token is", "nothing"]).places(&Folded::of("a token is a token"));
        assert_eq!(places, [(0, Span::new(2, 7)), (1, Span::new(2, 10))]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn one_walk_finds_what_one_search_for_each_finds(text in "[abc é]{0,60}") {
            const WORDS: [&str; 6] = ["abc", "aba", "bcab", "c a", "cccc", "b"];
            let found: Vec<_> = of_texts(WORDS).places(&Folded::of(&text)).iter().map(|(i, s)| (*i, s.start)).collect();
            let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let is_whole = |at: usize, w: &str| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + w.len()..].chars().next());
            let place = |w: &str| (0..text.len()).find(|at| text.is_char_boundary(*at) && text[*at..].starts_with(w) && is_whole(*at, w));
            let each: Vec<_> = (0..).zip(WORDS).filter_map(|(i, w)| Some((i, place(w)?))).collect();
            prop_assert_eq!(found, each);
        }

        #[test]
        fn places_are_places_of_the_text(text in r#"[a"'\\&;quot#39é-]{0,40}"#) {
            for (_, span) in of_texts(["'''", "''a", "a''", "quo"]).places(&Folded::of(&text)) {
                prop_assert!(span.cut(&text).is_some());
            }
        }
    }
}
