//! Two requests with their answers.

use jiff::Timestamp;

use super::answers::{answer_rows, answers_in_words};
use super::requests::compare_requests;
use super::{Comparison, Relation};
use crate::domain::context::Context;
use crate::domain::request::Request;
use crate::domain::response::Response;

/// Compares two requests with their answers: A is the one that is taken, B the one that is refused, each judged at its moment of `at`.
pub fn compare_exchanges(requests: [&Request; 2], answers: [&Response; 2], context: Option<&Context>, at: [Timestamp; 2]) -> Comparison {
    let ([a, b], [answer_a, answer_b]) = (requests, answers);
    let mut comparison = compare_requests(a, b, context, at);
    let of_answers = answer_rows(answer_a, answer_b);
    if comparison.rows.iter().all(|row| row.relation == Relation::Same) {
        comparison.sentence = answers_in_words(answer_a, answer_b, &of_answers);
    }
    comparison.rows.extend(of_answers);
    comparison
}
