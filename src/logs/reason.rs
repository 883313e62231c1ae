//! The cause that a text names, by the phrases of `assets/logs.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// The phrases, by the id of the cause.
const TEXT: &str = include_str!("../../assets/logs.toml");

/// The table, ready to be looked for in texts.
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(TEXT).unwrap_or_default());

/// A cause, as an index into the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause(u16);

impl Cause {
    /// The id in the catalogue of checks (`token-expired`).
    pub fn id(self) -> &'static str {
        TABLE.ids.get(usize::from(self.0)).map_or("", String::as_str)
    }

    /// Whether it says no more than that the token was refused.
    pub fn is_residual(self) -> bool {
        TABLE.residual == Some(self)
    }
}

/// The cause that says no more than that a token was refused: any other that is found counts instead.
const RESIDUAL: &str = "token-rejected";

/// Whether texts of logs name a cause of this id.
pub fn is_named(id: &str) -> bool {
    TABLE.ids.iter().any(|known| known == id)
}

/// The cause that a text names; of several, that of the longest phrase. Upper and lower case are the same.
pub fn find(text: &[u8]) -> Option<Cause> {
    TABLE.find(text).map(|(cause, _)| cause)
}

/// How much the phrase says that [`find`] finds: whether it names more than a refusal, and its length.
pub fn weight(text: &[u8]) -> Option<(bool, usize)> {
    TABLE.find(text).map(|(cause, length)| (!cause.is_residual(), length))
}

/// The cause that a status alone names: it is the same for every request that is refused so.
pub fn of_status(status: u16) -> Option<Cause> {
    let id = match status {
        407 => "proxy-authentication-required",
        419 => "csrf-token-missing",
        429 => "rate-limited",
        _ => return None,
    };
    TABLE.cause(id)
}

#[derive(Debug, Default)]
struct Table {
    ids: Vec<String>,
    /// The cause of each pattern.
    causes: Vec<Cause>,
    residual: Option<Cause>,
    phrases: Option<AhoCorasick>,
}

impl Table {
    fn new(text: &str) -> Option<Table> {
        let rows: BTreeMap<String, Vec<String>> = toml::from_str(text).ok()?;
        let (mut ids, mut causes, mut phrases) = (Vec::new(), Vec::new(), Vec::new());
        for (id, texts) in rows {
            let cause = Cause(u16::try_from(ids.len()).ok()?);
            causes.extend(texts.iter().map(|_| cause));
            phrases.extend(texts);
            ids.push(id);
        }
        let phrases = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // Twice as fast as what is chosen otherwise, for a megabyte.
            .kind(Some(AhoCorasickKind::DFA))
            .build(&phrases)
            .ok();
        let mut table = Table { ids, causes, residual: None, phrases };
        table.residual = table.cause(RESIDUAL);
        Some(table)
    }

    fn cause(&self, id: &str) -> Option<Cause> {
        let index = self.ids.binary_search_by(|known| known.as_str().cmp(id)).ok()?;
        u16::try_from(index).ok().map(Cause)
    }

    fn find(&self, text: &[u8]) -> Option<(Cause, usize)> {
        let found = self.phrases.as_ref()?.find_overlapping_iter(text);
        let causes = found.filter_map(|found| Some((*self.causes.get(found.pattern().as_usize())?, found.len())));
        causes.max_by_key(|(cause, length)| (Some(*cause) != self.residual, *length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_names_its_own_cause() {
        let rows: BTreeMap<String, Vec<String>> = toml::from_str(TEXT).unwrap();
        assert!(rows.values().map(Vec::len).sum::<usize>() > 150);
        for (id, phrases) in &rows {
            for phrase in phrases {
                assert_eq!(find(phrase.as_bytes()).map(Cause::id), Some(id.as_str()), "{phrase}");
                assert!(phrase.len() >= 7 && phrase.trim() == phrase && *phrase == phrase.to_ascii_lowercase(), "{phrase:?}");
            }
        }
    }

    #[test]
    fn no_phrase_is_listed_twice() {
        let rows: BTreeMap<String, Vec<String>> = toml::from_str(TEXT).unwrap();
        let mut all: Vec<&String> = rows.values().flatten().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
    }

    #[test]
    fn the_longest_phrase_counts_in_any_case() {
        let cause = |text: &str| find(text.as_bytes()).map(Cause::id);
        assert_eq!(cause("jsonwebtoken: JWT EXPIRED"), Some("token-expired"));
        assert_eq!(cause("IDX10214: Audience validation failed. Audiences: 'a'."), Some("audience-mismatch"));
        assert_eq!(cause("Bearer error=\"invalid_token\", error_description=\"The token expired at '05/13/2024'\""), Some("token-expired"));
        assert_eq!(cause("handled request"), None);
        assert_eq!(find(b"\xff\xfe jwt expired \xff").map(Cause::id), Some("token-expired"));
    }

    #[test]
    fn some_statuses_name_their_cause() {
        let ids: Vec<Option<&str>> = [401, 403, 407, 419, 429].into_iter().map(|status| of_status(status).map(Cause::id)).collect();
        assert_eq!(ids, [None, None, Some("proxy-authentication-required"), Some("csrf-token-missing"), Some("rate-limited")]);
    }
}
