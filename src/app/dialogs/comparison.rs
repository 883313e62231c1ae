//! Two tokens or two requests side by side: the one that is taken on the left, the one that is refused on the right.

use jiff::Timestamp;

use crate::domain::compare::{Comparison, compare_requests, compare_tokens};
use crate::domain::context::Context;
use crate::domain::request::Request;

/// What is compared.
#[derive(Clone, Debug)]
pub enum Sides {
    /// Two tokens.
    Tokens([String; 2]),
    /// Two requests, with the tokens in them.
    Requests(Box<[Request; 2]>),
}

/// A comparison while it is shown.
#[derive(Clone, Debug)]
pub struct Comparing {
    /// Where each side comes from: the taken one, the refused one.
    pub titles: [String; 2],
    /// What came of it.
    pub comparison: Comparison,
    sides: Sides,
    context: Context,
    now: Timestamp,
}

impl Comparing {
    /// Compares under what is known of the API; the taken side first.
    pub fn new(titles: [String; 2], sides: Sides, context: &Context, now: Timestamp) -> Self {
        let comparison = compare(&sides, context, now);
        Self { titles, comparison, sides, context: context.clone(), now }
    }

    /// The sides exchanged.
    pub fn swap(&mut self) {
        self.titles.swap(0, 1);
        match &mut self.sides {
            Sides::Tokens(sides) => sides.swap(0, 1),
            Sides::Requests(sides) => sides.swap(0, 1),
        }
        self.comparison = compare(&self.sides, &self.context, self.now);
    }
}

fn compare(sides: &Sides, context: &Context, now: Timestamp) -> Comparison {
    match sides {
        Sides::Tokens([a, b]) => compare_tokens(a, b, Some(context), now),
        Sides::Requests(sides) => compare_requests(&sides[0], &sides[1], Some(context), now),
    }
}
