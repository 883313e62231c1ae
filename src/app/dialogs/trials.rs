//! The table of variants of a request that are sent beside it.

use crate::app::ids::{RequestId, SendId};
use crate::checks::mask::echoes_of;
use crate::domain::exchange::TransferOptions;
use crate::domain::request::Edit;
use crate::domain::response::Response;
use crate::domain::secrecy::{self, quoted};
use crate::domain::site::WebOrigin;
use crate::domain::trial::outcome::first_difference;
use crate::domain::trial::tried::Tried;
use crate::domain::trial::variants::{Variant, is_safe};

/// The open table.
#[derive(Clone, Debug)]
pub struct TrialTable {
    /// The request.
    pub request: RequestId,
    pub rows: Vec<TrialRow>,
    /// The chosen row.
    pub chosen: usize,
    pub state: TrialState,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialState {
    /// The user is asked.
    Asking,
    /// One row after the other is sent; this is the one that runs.
    Sending(SendId, usize),
    /// All are answered, or no more are sent: why, and what it proves.
    Done(String),
}

/// A variant.
#[derive(Clone, Debug)]
pub struct TrialRow {
    pub variant: Variant,
    pub transfer: TransferOptions,
    pub outcome: Option<TrialOutcome>,
    /// The first difference to the request as it is, masked.
    pub difference: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum TrialOutcome {
    Answered(Box<Response>),
    /// Why there is no answer.
    Failed(String),
}

impl TrialTable {
    /// True if something that is no safe method would be sent.
    pub fn is_unsafe(&self) -> bool {
        self.rows.iter().any(|row| !is_safe(&row.variant.request.method))
    }

    /// Moves the choice; stops at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
    }

    /// The answer to the request as it is.
    fn first(&self) -> Option<&Response> {
        self.rows.first()?.answer()
    }

    /// The first difference of a row to the request as it is.
    fn difference(&self, row: &TrialRow) -> Option<String> {
        first_difference(self.first()?, row.answer()?)
    }

    /// Notes what became of a row, and its difference without what the answer repeats of the request.
    pub fn ended(&mut self, index: usize, outcome: TrialOutcome) {
        if let Some(row) = self.rows.get_mut(index) {
            row.outcome = Some(outcome);
        }
        let Some(row) = self.rows.get(index) else { return };
        let shown = self.difference(row).map(|text| {
            let echoes = echoes_of(&row.variant.request);
            quoted(&secrecy::replace(&text, &echoes.find(&text), |_| "…".to_string()))
        });
        if let Some(row) = self.rows.get_mut(index) {
            row.difference = shown;
        }
    }

    /// The origins that are sent to.
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = Vec::new();
        for row in &self.rows {
            let origin =
                WebOrigin::of(&row.variant.request.url).map_or_else(|| row.variant.request.url.clone(), |origin| origin.to_string());
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }

    /// What became of all that were sent.
    pub fn tried(&self) -> Vec<Tried> {
        let Some(first) = self.rows.first() else { return Vec::new() };
        let sent = self.rows.iter().filter(|row| row.outcome.is_some());
        let tried = sent.map(|row| Tried {
            trial: row.variant.trial,
            label: row.variant.label.clone(),
            status: row.answer().map(|answer| answer.status),
            is_same: row.answer().is_some() && self.difference(row).is_none(),
            edits: row.edits(first),
        });
        tried.collect()
    }

    /// The first row that was accepted where the request as it is was not.
    pub fn accepted(&self) -> Option<usize> {
        let is_refused = self.first().is_some_and(|first| !first.is_success());
        self.rows.iter().position(|row| is_refused && row.answer().is_some_and(Response::is_success))
    }
}

impl TrialRow {
    /// What makes it of the request as it is.
    pub fn edits(&self, first: &Self) -> Vec<Edit> {
        match &self.variant.written {
            Some(edit) => vec![edit.clone()],
            None => first.variant.request.edits_to(&self.variant.request),
        }
    }

    /// Its answer.
    pub fn answer(&self) -> Option<&Response> {
        match self.outcome.as_ref()? {
            TrialOutcome::Answered(answer) => Some(answer),
            TrialOutcome::Failed(_) => None,
        }
    }
}
