//! Regular expressions of the tables under `assets/`.

use std::sync::OnceLock;

use regex_lite::Regex;
use serde::Deserialize;

/// A regular expression without case, made ready when it is first used.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, regex: OnceLock::new() }
    }
}

impl Pattern {
    /// The expression; `None` for one that cannot be read, which the tests of the tables rule out.
    pub fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&format!("(?im){}", self.text)).ok()).as_ref()
    }
}
