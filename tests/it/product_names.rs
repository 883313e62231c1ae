//! Products and their hosts are data: the code of the engine names none of `assets/services.toml` and `assets/issuers.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::layers::{parts, sources};

/// Literals that may name a product: the file, the word, and why.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("checks/services/schema.rs", "aws", "a way of signing, as the table writes it"),
    ("checks/services/schema.rs", "azure", "a way of signing, as the table writes it"),
    ("checks/facts/session.rs", "amplitude", "the name of a cookie"),
    ("checks/facts/session.rs", "intercom", "the name of a cookie"),
    ("domain/secrecy/header_words.rs", "sentry", "a part of header names"),
    ("domain/secrecy/url.rs", "oracle", "a scheme of database addresses"),
    ("domain/absent.rs", "aws", "a way of signing that request files name"),
    ("domain/absent.rs", "amazon", "the long name of what request files call COGNITO"),
    ("domain/placeholder.rs", "microsoft", "a root of type names"),
    ("domain/secrecy/words.rs", "rapidapi", "a part of header names"),
    ("domain/secrecy/plain.rs", "alpha", "a word before the number of a version"),
];

/// Names of products that are words of the language as well.
const WORDS: [&str; 19] = [
    "here", "new", "x", "home", "together", "linear", "box", "square", "notion", "render", "segment", "meta", "gate", "help", "the",
    "exchange", "open", "app", "sec",
];

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    vendor: Vec<Row>,
    #[serde(default)]
    service: Vec<Row>,
    #[serde(default)]
    issuer: Vec<Row>,
    #[serde(default)]
    resource: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    #[serde(default)]
    hosts: Vec<String>,
}

fn rows() -> Vec<Row> {
    let read = |text: &str| toml::from_str::<Table>(text).expect("a table");
    [include_str!("../../assets/services.toml"), include_str!("../../assets/issuers.toml"), include_str!("../../assets/resources.toml")]
        .into_iter()
        .map(read)
        .flat_map(|table| [table.vendor, table.service, table.issuer, table.resource].into_iter().flatten())
        .collect()
}

/// The first words of the names, in lower case.
fn names(rows: &[Row]) -> BTreeSet<String> {
    let first = |row: &Row| row.name.split([' ', '(', ',']).next().unwrap_or_default().to_lowercase();
    rows.iter().map(first).filter(|name| !WORDS.contains(&name.as_str())).collect()
}

/// The last two labels of the hosts.
fn domains(rows: &[Row]) -> BTreeSet<String> {
    let hosts = rows.iter().flat_map(|row| &row.hosts).map(|host| host.split('/').next().unwrap_or_default());
    let labels = hosts.map(|host| host.rsplit('.').take(2).collect::<Vec<_>>());
    labels.filter(|labels| labels.len() == 2 && !labels.contains(&"*")).map(|labels| format!("{}.{}", labels[1], labels[0])).collect()
}

/// The names and domains in the strings of a source text, without its tests.
fn found(text: &str, names: &BTreeSet<String>, domains: &BTreeSet<String>) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for string in parts(text).1 {
        let string = string.to_lowercase();
        let words = string.split(|c: char| !c.is_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
        found.extend(words.filter(|word| names.contains(*word)).map(str::to_string));
        found.extend(domains.iter().filter(|domain| string.contains(domain.as_str())).cloned());
    }
    found
}

#[test]
fn the_engine_names_no_product() {
    let rows = rows();
    let (names, domains) = (names(&rows), domains(&rows));
    let sources = sources();
    let mut named = BTreeSet::new();
    let is_engine = |path: &str| (path.starts_with("checks/") || path.starts_with("domain/")) && !path.ends_with("tests.rs");
    for source in sources.iter().filter(|source| is_engine(&source.path)) {
        named.extend(found(&source.text, &names, &domains).into_iter().map(|word| (source.path.as_str(), word)));
    }
    let allowed: BTreeSet<_> = ALLOWED.iter().map(|(path, word, _)| (*path, word.to_string())).collect();
    let wrong: Vec<_> = named.difference(&allowed).collect();
    let unused: Vec<_> = allowed.difference(&named).collect();
    assert!(wrong.is_empty(), "a product is named in code instead of assets/: {wrong:#?}");
    assert!(unused.is_empty(), "no longer named: {unused:?}");
}

#[test]
fn names_are_found_in_strings_alone() {
    let rows = rows();
    let of = |text: &str| found(text, &names(&rows), &domains(&rows)).into_iter().collect::<Vec<_>>();
    assert_eq!(of("let a = \"a token of GitHub\";"), ["github"]);
    assert_eq!(of("let a = r#\"https://api.github.com/\"#;"), ["github.com"]);
    assert_eq!(of("let a = \"X-Shopify-Access-Token\";"), ["shopify"]);
    assert!(of("// GitHub\nlet github = \"a new box here\";\n#[cfg(test)]\nmod tests { \"GitHub\" }").is_empty());
}
