//! Two tokens side by side: the one that is taken on the left, the one that is refused on the right.

use jiff::Timestamp;

use crate::domain::compare::{Comparison, compare_tokens};
use crate::domain::context::Context;

/// A comparison while it is shown.
#[derive(Clone, Debug)]
pub struct Comparing {
    /// Where each token comes from, and the token: the taken one, the refused one.
    pub sides: [(String, String); 2],
    /// What came of it.
    pub comparison: Comparison,
    /// Scrolled by this many lines.
    pub top: usize,
    context: Context,
    now: Timestamp,
}

impl Comparing {
    /// Compares two tokens, each with its title, under what is known of the API.
    pub fn new(taken: (String, String), refused: (String, String), context: &Context, now: Timestamp) -> Self {
        let comparison = compare_tokens(&taken.1, &refused.1, Some(context), now);
        Self { sides: [taken, refused], comparison, top: 0, context: context.clone(), now }
    }

    /// The sides exchanged.
    pub fn swap(&mut self) {
        self.sides.swap(0, 1);
        let [(_, taken), (_, refused)] = &self.sides;
        self.comparison = compare_tokens(taken, refused, Some(&self.context), self.now);
    }
}
