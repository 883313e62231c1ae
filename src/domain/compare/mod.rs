//! Two tokens or two requests side by side: aligned rows, and one sentence on why B is refused where A is taken.

mod answers;
mod bytes;
mod exchanges;
mod reasons;
mod requests;
mod tokens;
mod values;

pub use exchanges::compare_exchanges;
pub use requests::{compare_requests, credential};
pub use tokens::compare_tokens;

use super::secrecy::shapes;
use super::visible::visible;

/// How the two sides of a row compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They say the same.
    Same,
    /// Both are there and differ.
    Differs,
    /// Only the one that is taken has it.
    OnlyA,
    /// Only the one that is refused has it.
    OnlyB,
}

impl Relation {
    /// The word for it in the JSON contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::OnlyA => "only-a",
            Self::OnlyB => "only-b",
        }
    }

    /// The mark that is between the sides, distinct without color.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Same => "=",
            Self::Differs => "≠",
            Self::OnlyA => "<",
            Self::OnlyB => ">",
        }
    }
}

/// One thing that the two have or lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonRow {
    /// `header.alg`, `claims.exp`, `signature`, `url.path`, `headers.accept`, …
    pub field: String,
    /// What A says, in one line.
    pub a: Option<String>,
    /// What B says.
    pub b: Option<String>,
    /// How they compare.
    pub relation: Relation,
    /// What the difference means, or what the field is; may be empty.
    pub meaning: String,
    /// True when the sides are credentials: to be masked where others look on.
    pub is_secret: bool,
}

impl ComparisonRow {
    /// A row whose relation follows from equality.
    pub(super) fn new(field: impl Into<String>, a: Option<String>, b: Option<String>, meaning: impl Into<String>) -> Self {
        let relation = match (&a, &b) {
            (Some(_), None) => Relation::OnlyA,
            (None, Some(_)) => Relation::OnlyB,
            (a, b) if a == b => Relation::Same,
            _ => Relation::Differs,
        };
        Self { field: field.into(), a, b, relation, meaning: meaning.into(), is_secret: false }
    }

    /// With sides that are credentials.
    pub(super) fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }
}

/// A secret as it may be shown: its first letters and its length, and the scheme before it.
pub fn masked(text: &str) -> String {
    match text.split_once(' ').filter(|(word, _)| shapes::is_scheme(word)) {
        Some((scheme, credential)) => format!("{scheme} {}", shortened(credential)),
        None => shortened(text),
    }
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    // Four letters name the kind of most tokens; of a short one nothing is shown.
    let start: String = text.chars().take(if count >= 16 { 4 } else { 0 }).collect();
    format!("{}… ({count} character{})", visible(&start), if count == 1 { "" } else { "s" })
}

/// Two things side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The rows: what is in A or both in the order of A, then what is in B alone.
    pub rows: Vec<ComparisonRow>,
    /// Why B is refused where A is taken, most likely reason first.
    pub sentence: String,
}

/// A sentence with its first letter as it should be.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_no_short_secret() {
        assert_eq!(masked("hunter2"), "… (7 characters)");
        assert!(masked(&"token ".repeat(1 << 18)).starts_with("token toke… ("));
        assert_eq!(masked("ghp_0123456789abcdef"), "ghp_… (20 characters)");
        assert_eq!(masked("Bearer ghp_0123456789abcdef"), "Bearer ghp_… (20 characters)");
        assert_eq!(masked("Bearer hunter2"), "Bearer … (7 characters)");
    }
}
