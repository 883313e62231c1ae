//! What servers say, as data: `assets/phrases.toml` holds the phrases and the fault that each speaks of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::facts::words::{Row, Table, Topic};
use crate::domain::table;

/// The table, ready to be looked for in answers.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(rows(include_str!("../../assets/phrases.toml")).unwrap_or_default()));

/// The phrases of one topic.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Phrases {
    /// They can hardly mean anything else.
    specific: Vec<String>,
    /// They may mean something else.
    general: Vec<String>,
}

fn rows(text: &str) -> Result<Vec<Row>, serde_json::Error> {
    let topics: BTreeMap<Topic, Phrases> = table::read(text)?;
    let row = |phrase, topic, specific| Row { phrase, topic, specific };
    let of_topic = |(topic, phrases): (Topic, Phrases)| {
        let specific = phrases.specific.into_iter().map(move |phrase| row(phrase, topic, true));
        specific.chain(phrases.general.into_iter().map(move |phrase| row(phrase, topic, false)))
    };
    Ok(topics.into_iter().flat_map(of_topic).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::facts::phrases::Phrase;
    use crate::domain::response::Response;

    fn all() -> Vec<Row> {
        rows(include_str!("../../assets/phrases.toml")).expect("phrases")
    }

    /// Each text that a row stands for, as a row.
    fn texts(between: &str) -> Vec<Row> {
        let of_row = |row: Row| Phrase::read(&row.phrase).texts(between).into_iter().map(move |phrase| Row { phrase, ..row.clone() });
        all().into_iter().flat_map(of_row).collect()
    }

    #[test]
    fn phrases_are_folded_as_the_reader_folds() {
        assert!(all().len() > 500);
        for Row { phrase, .. } in &texts(" ") {
            assert!(!phrase.contains(['"', '_', '-']), "{phrase}");
            assert_eq!(*phrase, phrase.to_ascii_lowercase());
            assert!(phrase.len() >= 3 && phrase.trim() == phrase, "{phrase:?}");
        }
    }

    #[test]
    fn no_phrase_is_listed_twice() {
        let mut phrases: Vec<String> = texts(" .. ").into_iter().map(|row| row.phrase).collect();
        phrases.sort_unstable();
        let twice: Vec<_> = phrases.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn a_phrase_speaks_of_its_own_topic_alone() {
        let table = Table::new(all());
        let strays = texts(" ").into_iter().filter_map(|Row { phrase, topic, .. }| {
            let answer = Response { status: 401, body: phrase.as_str().into(), ..Response::default() };
            let topics: Vec<Topic> = table.read(&answer).into_iter().map(|word| word.topic).collect();
            (topics.is_empty() || topics.iter().any(|t| *t != topic)).then(|| format!("{phrase:?} ({topic:?}) speaks of {topics:?}"))
        });
        assert_eq!(strays.collect::<Vec<_>>(), Vec::<String>::new());
    }
}
