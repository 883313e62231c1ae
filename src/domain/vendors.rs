//! What is known of vendors' tokens wherever they are sent, as data: the first part of `assets/services.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::headers::HeaderNames;
use crate::domain::table;

/// The text of `assets/services.toml`: the vendors, then the services.
pub const TABLE: &str = include_str!("../../assets/services.toml");

/// What separates the rows of services, and the first of them from the vendors.
pub const SERVICE: &str = "\n[[service]]";

static VENDORS: LazyLock<Vec<Vendor>> = LazyLock::new(|| read(vendors_of(TABLE)).unwrap_or_default());

/// A vendor. The head of the file explains each member.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// Its name.
    pub name: String,
    /// Tokens that can be recognized.
    #[serde(default)]
    pub tokens: Vec<KnownToken>,
    /// Beginnings of other tokens that are sent in the place of a password.
    #[serde(default)]
    other_tokens: Vec<String>,
    /// Headers that carry a key or token by themselves.
    #[serde(default)]
    headers: Vec<String>,
    /// True when its servers run under any host.
    #[serde(default)]
    pub self_hosted: bool,
    /// Hosts whose APIs take tokens in the place of the account's password.
    #[serde(default)]
    tokens_only: Vec<String>,
    /// Hosts that accept anyone who knows the path.
    #[serde(default)]
    secret_paths: Vec<String>,
    /// Where it is documented.
    pub docs: String,
}

/// A token that is known by how it begins.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct KnownToken {
    /// How it begins.
    pub prefix: String,
    /// What it is, with how it is usually sent where that is peculiar.
    pub what: String,
}

impl Vendor {
    /// True for a text that begins as this vendor's tokens do.
    pub fn issues(&self, text: &str) -> bool {
        let mut prefixes = self.tokens.iter().map(|token| &token.prefix).chain(&self.other_tokens);
        prefixes.any(|prefix| text.starts_with(prefix.as_str()))
    }
}

/// All vendors.
pub fn all() -> &'static [Vendor] {
    &VENDORS
}

/// The host of the table that accepts only tokens, for that host or one below it, and its vendor.
pub fn tokens_only(host: &str) -> Option<(&'static str, &'static Vendor)> {
    all().iter().find_map(|vendor| Some((vendor.tokens_only.iter().find(|known| is_below(host, known))?.as_str(), vendor)))
}

/// True for a host that accepts anyone who knows the path.
pub fn has_secret_paths(host: &str) -> bool {
    all().iter().flat_map(|vendor| &vendor.secret_paths).any(|known| is_below(host, known))
}

/// Vendors' headers that carry a key or token by themselves.
pub fn key_headers() -> impl Iterator<Item = &'static str> {
    all().iter().flat_map(|vendor| &vendor.headers).map(String::as_str)
}

/// True for one of [`key_headers`].
pub fn is_key_header(name: &str) -> bool {
    static NAMES: LazyLock<HeaderNames> = LazyLock::new(|| key_headers().collect());
    NAMES.has(name)
}

/// True for a host and the hosts below it.
fn is_below(host: &str, known: &str) -> bool {
    let parts = host.len().checked_sub(known.len()).and_then(|at| host.split_at_checked(at));
    parts.is_some_and(|(before, end)| end.eq_ignore_ascii_case(known) && (before.is_empty() || before.ends_with('.')))
}

fn vendors_of(table: &str) -> &str {
    table.split_once(SERVICE).map_or(table, |(vendors, _)| vendors)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    vendor: Vec<Vendor>,
}

fn read(text: &str) -> Result<Vec<Vendor>, serde_json::Error> {
    table::read::<Table>(text).map(|table| table.vendor)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_can_be_read_and_every_row_is_of_use() {
        let vendors = read(vendors_of(TABLE)).map_err(|fault| fault.to_string()).expect("the vendors");
        let (mut names, mut prefixes) = (BTreeSet::new(), BTreeSet::new());
        for vendor in &vendors {
            let Vendor { name, tokens, headers, tokens_only, secret_paths, docs, .. } = vendor;
            assert!(names.insert(name), "{name} is there twice");
            assert!([tokens.len(), headers.len(), tokens_only.len(), secret_paths.len()].iter().sum::<usize>() > 0, "{name}");
            assert!(docs.starts_with("https://"), "{name}: {docs}");
            for token in tokens {
                assert!(token.prefix.len() >= 2 && !token.what.is_empty(), "{token:?}");
                assert!(prefixes.insert(&token.prefix), "{} is there twice", token.prefix);
            }
        }
    }

    #[test]
    fn unknown_members_are_refused() {
        let row = "[[vendor]]\nname = \"a\"\ndocs = \"https://a.example\"\n";
        assert!(read(row).is_ok());
        for more in ["hosts = []\n", "tokens = [{ prefix = \"ab\" }]\n", "tokens = [{ prefix = \"ab\", what = \"a\", use = \"ok\" }]\n"] {
            assert!(read(&format!("{row}{more}")).is_err(), "{more}");
        }
    }

    #[test]
    fn a_host_includes_those_below_it() {
        for (host, is_known) in
            [("github.com", true), ("API.GitHub.com", true), ("notgithub.com", false), ("github.com.example", false), ("", false)]
        {
            assert_eq!(tokens_only(host).is_some(), is_known, "{host}");
        }
        assert!(has_secret_paths("hooks.slack.com") && !has_secret_paths("slack.com"));
        assert!(key_headers().any(|name| name == "X-Vault-Token"));
    }
}
