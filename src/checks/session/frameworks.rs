//! How frameworks guard against forged requests, as data: `assets/forgery.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::checks::facts::Facts;
use crate::domain::table;

static TABLE: LazyLock<Table> = LazyLock::new(|| table::read(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../../assets/forgery.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    foreign_keys: Vec<String>,
    #[serde(rename = "framework")]
    frameworks: Vec<Framework>,
}

/// A framework, by its token and its refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// What it is called.
    pub name: String,
    cookies: Vec<String>,
    repeated: Vec<String>,
    statuses: Vec<u16>,
    /// True for one that guards requests which only read as well.
    #[serde(default)]
    pub reads: bool,
    #[serde(default)]
    says: Vec<String>,
}

/// The framework whose token the request has, and whose refusal the answer is.
pub fn refusing(facts: &Facts) -> Option<&'static Framework> {
    let is_of_cookies = |framework: &Framework| {
        let mut names = facts.session().sent.iter().map(|(_, pair)| pair.name.to_ascii_lowercase());
        names.any(|name| framework.cookies.iter().any(|start| name.starts_with(start.as_str())))
    };
    let is_repeated = |framework: &Framework| {
        let headers = facts.request.headers.iter().map(|(_, header)| header.name.as_str());
        let mut names = headers.chain(facts.form().iter().map(|(name, _, _)| name.as_str()));
        names.any(|name| framework.repeated.iter().any(|known| known.eq_ignore_ascii_case(name)))
    };
    let answers = |framework: &Framework| match framework.says.as_slice() {
        [] => facts.body().trim().is_empty(),
        says => says.iter().any(|text| facts.body().contains(text.as_str())),
    };
    let is_it = |framework: &&Framework| {
        framework.statuses.contains(&facts.status()) && answers(framework) && (is_of_cookies(framework) || is_repeated(framework))
    };
    TABLE.frameworks.iter().find(is_it)
}

/// The line in the notes or the answer that speaks of another instance's keys.
pub fn foreign_keys<'f>(facts: &'f Facts) -> Option<&'f str> {
    let texts = [facts.context.notes.as_deref(), facts.context.config.as_deref(), Some(facts.body())];
    let is_said = |line: &&str| TABLE.foreign_keys.iter().any(|said| line.contains(said.as_str()));
    texts.into_iter().flatten().flat_map(str::lines).find(is_said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_every_row_is_of_use() {
        let table: Table = table::read(TEXT).expect("the table");
        assert!(!table.foreign_keys.is_empty());
        for Framework { name, cookies, repeated, statuses, .. } in &table.frameworks {
            assert!(!statuses.is_empty() && !repeated.is_empty(), "{name}");
            assert!(cookies.iter().chain(repeated).all(|word| *word == word.to_ascii_lowercase()), "{name}");
        }
    }
}
