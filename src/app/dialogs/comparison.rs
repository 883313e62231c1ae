//! Two tokens or two requests side by side: the accepted one on the left, the refused one on the right.

use jiff::Timestamp;

use crate::domain::compare::{Comparison, ComparisonRow, compare_exchanges, compare_requests, compare_tokens};
use crate::domain::context::Context;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::token::claims::{TIMES, describe};

/// What is compared.
#[derive(Clone, Debug)]
pub enum Sides {
    /// Two tokens.
    Tokens([String; 2]),
    /// Two requests, with the tokens in them.
    Requests(Box<[Request; 2]>),
    /// Two requests with their answers.
    Exchanges(Box<[(Request, Response); 2]>),
}

/// An open comparison.
#[derive(Clone, Debug)]
pub struct ComparisonState {
    /// Names of the two sides: the accepted one first.
    pub titles: [String; 2],
    /// The result.
    pub comparison: Comparison,
    sides: Sides,
    context: Context,
    at: [Timestamp; 2],
}

impl ComparisonState {
    /// Compares under the given expectations, each side judged at its moment of `at`; the accepted side comes first.
    pub fn new(titles: [String; 2], sides: Sides, context: &Context, at: [Timestamp; 2]) -> Self {
        let comparison = compare(&sides, context, at);
        Self { titles, comparison, sides, context: context.clone(), at }
    }

    /// What a time of A, the first, or of B says at the moment of that side; `None` for other rows.
    pub fn time_in_words(&self, row: &ComparisonRow, is_first: bool, text: &str) -> Option<String> {
        let [first, second] = self.at;
        let claim = row.field.strip_prefix("claims.").filter(|name| TIMES.contains(name))?;
        Some(describe(claim, &serde_json::Value::from(text.parse::<f64>().ok()?), if is_first { first } else { second }))
    }

    /// Swaps the sides.
    pub fn swap(&mut self) {
        self.titles.swap(0, 1);
        self.at.swap(0, 1);
        match &mut self.sides {
            Sides::Tokens(sides) => sides.swap(0, 1),
            Sides::Requests(sides) => sides.swap(0, 1),
            Sides::Exchanges(sides) => sides.swap(0, 1),
        }
        self.comparison = compare(&self.sides, &self.context, self.at);
    }
}

fn compare(sides: &Sides, context: &Context, at: [Timestamp; 2]) -> Comparison {
    match sides {
        Sides::Tokens([a, b]) => compare_tokens(a, b, Some(context), at),
        Sides::Requests(sides) => compare_requests(&sides[0], &sides[1], Some(context), at),
        Sides::Exchanges(sides) => {
            let [(a, answer_a), (b, answer_b)] = &**sides;
            compare_exchanges([a, b], [answer_a, answer_b], Some(context), at)
        }
    }
}
