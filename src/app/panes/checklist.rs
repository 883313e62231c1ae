//! The checklist as rows: the likeliest causes on top, then sections; passed checks and open questions are collapsed.

use std::collections::HashSet;

use crate::checks::{Cause, Evidence, Examined, Family, Fix, Need, Outcome, Report};
use crate::domain::response::Response;

/// How many candidates are shown while no cause is certain.
const CANDIDATES: usize = 4;

/// The selection in the checklist. Checks are selected by name, so that the selection survives an edit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chosen {
    /// The most likely cause.
    #[default]
    Top,
    /// The candidate at this rank, starting at 0; only while undecided.
    Candidate(usize),
    /// The check with this name.
    Check(&'static str),
}

/// Whether passed checks, remarks and open questions are collapsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collapsed {
    /// One line counts them.
    #[default]
    Yes,
    /// Each is listed in its section.
    No,
}

/// One row of the checklist.
#[derive(Clone, Copy, Debug)]
pub enum ChecklistRow<'a> {
    /// A cause, with its rank.
    Cause(usize, &'a Cause),
    /// What information would decide.
    Need(Need),
    /// Heading of a section.
    Section(Family),
    /// A check.
    Check(&'a Examined),
    /// The number of collapsed remarks.
    Remarks(usize),
    /// The number of collapsed open questions.
    Open(usize),
    /// The number of passed checks.
    Passed(usize),
}

impl ChecklistRow<'_> {
    /// The selection this row stands for; `None` for rows that cannot be selected.
    pub fn chosen(&self) -> Option<Chosen> {
        match self {
            Self::Cause(0, _) => Some(Chosen::Top),
            Self::Cause(rank, _) => Some(Chosen::Candidate(*rank)),
            Self::Check(examined) => Some(Chosen::Check(examined.check.id)),
            Self::Need(_) | Self::Section(_) | Self::Remarks(_) | Self::Open(_) | Self::Passed(_) => None,
        }
    }
}

/// The rows of a report, in order.
pub fn rows(report: &Report, collapsed: Collapsed) -> Vec<ChecklistRow<'_>> {
    let shown_causes = if report.decided { 1 } else { CANDIDATES };
    let mut rows: Vec<ChecklistRow> = report.causes.iter().take(shown_causes).enumerate().map(|(i, c)| ChecklistRow::Cause(i, c)).collect();
    rows.extend(report.needs.iter().filter(|_| !report.causes.is_empty() || report.is_unexplained).map(|need| ChecklistRow::Need(*need)));
    let is_a_shown_cause = |e: &Examined| report.causes.iter().take(shown_causes).any(|cause| cause.check.id == e.check.id);
    let is_listed = |outcome: Outcome| match outcome {
        Outcome::Fail | Outcome::Warn => true,
        Outcome::Unknown | Outcome::Pass => collapsed == Collapsed::No,
        Outcome::NotApplicable => false,
    };
    // What is on top is not said again below.
    let wanted =
        |e: &Examined| is_listed(e.finding.outcome) && !(report.is_remark(e) && collapsed == Collapsed::Yes) && !is_a_shown_cause(e);
    let mut families: Vec<Family> = Vec::new();
    for examined in report.checks.iter().filter(|e| wanted(e)) {
        if !families.contains(&examined.check.family) {
            families.push(examined.check.family);
        }
    }
    // Sections with failures come first, then those with open questions, then passed ones.
    let worst = |family: &Family| {
        let in_family = report.checks.iter().filter(|e| e.check.family == *family && wanted(e));
        in_family.map(|e| if report.is_remark(e) { Outcome::Unknown } else { e.finding.outcome }).min()
    };
    families.sort_by_key(|f| (worst(f).map(|o| o.min(Outcome::Unknown)), *f));
    for family in families {
        rows.push(ChecklistRow::Section(family));
        let mut checks: Vec<&Examined> = report.checks.iter().filter(|e| e.check.family == family && wanted(e)).collect();
        checks.sort_by_key(|e| e.finding.outcome);
        without_repetitions(&mut checks);
        rows.extend(checks.into_iter().map(ChecklistRow::Check));
    }
    let remarks = report.checks.iter().filter(|e| report.is_remark(e)).count();
    if remarks > 0 && collapsed == Collapsed::Yes {
        rows.push(ChecklistRow::Remarks(remarks));
    }
    let open = count(report, Outcome::Unknown);
    if open > 0 && !is_listed(Outcome::Unknown) {
        rows.push(ChecklistRow::Open(open));
    }
    let passed = count(report, Outcome::Pass);
    if passed > 0 {
        rows.push(ChecklistRow::Passed(passed));
    }
    rows
}

/// Of open questions that say the same, only the first stays.
fn without_repetitions(checks: &mut Vec<&Examined>) {
    let mut said = HashSet::new();
    checks.retain(|e| e.finding.outcome != Outcome::Unknown || said.insert(&*e.finding.message));
}

/// The mark of a request in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestMark {
    /// What the checks say.
    Judged(Outcome),
    /// Nothing is wrong with it, but it was not sent yet.
    Unsent,
}

impl RequestMark {
    /// Its glyph.
    pub const fn glyph(self) -> &'static str {
        match self {
            Self::Judged(outcome) => outcome.mark(),
            Self::Unsent => "○",
        }
    }
}

/// The mark of a request: the causes count, and never a warning, since it does not explain a refusal.
pub fn mark(report: &Report, answer: Option<&Response>) -> RequestMark {
    match (report.causes.first(), answer) {
        (Some(_), _) if report.decided => RequestMark::Judged(Outcome::Fail),
        (Some(_), _) => RequestMark::Judged(Outcome::Unknown),
        (None, Some(_)) if report.is_unexplained => RequestMark::Judged(Outcome::Unknown),
        (None, Some(_)) => RequestMark::Judged(Outcome::Pass),
        (None, None) => RequestMark::Unsent,
    }
}

/// How many checks have an outcome, without remarks.
pub fn count(report: &Report, outcome: Outcome) -> usize {
    report.checks.iter().filter(|e| e.finding.outcome == outcome && !report.is_remark(e)).count()
}

/// A selected finding, from whichever row.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The check.
    pub check: &'static crate::checks::Check,
    /// One sentence with the actual values.
    pub message: &'a str,
    /// Its outcome.
    pub outcome: Outcome,
    /// The probability that it is the cause, if it is one.
    pub confidence: Option<f64>,
    /// The bytes that prove it.
    pub evidence: &'a [Evidence],
    /// How to fix it.
    pub fix: Option<&'a Fix>,
    /// What the service that was called expects, where the check is about the credential.
    pub service: &'a [String],
}

/// The selected finding; the top cause if the selected check is gone.
pub fn subject(report: &Report, chosen: Chosen) -> Option<Subject<'_>> {
    let outcome_of = |id: &str| report.checks.iter().find(|e| e.check.id == id).map_or(Outcome::Fail, |e| e.finding.outcome);
    // What a service expects helps where a credential is judged, not where a cache or a cookie is.
    let service = |check: &crate::checks::Check| {
        let is_told = matches!(check.family, Family::Credentials | Family::Token);
        if is_told { report.service.as_slice() } else { &[] }
    };
    let of_cause = |c: &'_ Cause| {
        let (check, outcome) = (c.check, outcome_of(c.check.id));
        (check, outcome, c.confidence)
    };
    let cause = |rank: usize| {
        report.causes.get(rank).map(|c| {
            let (check, outcome, confidence) = of_cause(c);
            Subject {
                check,
                message: &c.summary,
                outcome,
                confidence: Some(confidence),
                evidence: &c.evidence,
                fix: c.fix.as_ref(),
                service: service(check),
            }
        })
    };
    match chosen {
        Chosen::Top => cause(0),
        Chosen::Candidate(rank) => cause(rank).or_else(|| cause(0)),
        Chosen::Check(id) => report
            .checks
            .iter()
            .find(|e| e.check.id == id)
            .map(|e| Subject {
                check: e.check,
                message: &e.finding.message,
                outcome: e.finding.outcome,
                confidence: report.causes.iter().find(|c| c.check.id == id).map(|c| c.confidence),
                evidence: &e.finding.evidence,
                fix: e.finding.fix.as_ref(),
                service: service(e.check),
            })
            .or_else(|| cause(0)),
    }
}

/// The selection some rows further down (up if negative); stops at the ends.
pub fn moved(report: &Report, collapsed: Collapsed, chosen: Chosen, by: isize) -> Chosen {
    let choices: Vec<Chosen> = rows(report, collapsed).iter().filter_map(ChecklistRow::chosen).collect();
    let here = choices.iter().position(|c| *c == chosen);
    let target = match here {
        Some(at) => at.saturating_add_signed(by).min(choices.len().saturating_sub(1)),
        None => 0,
    };
    choices.get(target).copied().unwrap_or_default()
}

/// The selection after an edit: unchanged if still listed, else the top.
pub fn kept(report: &Report, collapsed: Collapsed, chosen: Chosen) -> Chosen {
    let choices = || rows(report, collapsed).into_iter().filter_map(|r| r.chosen());
    if choices().any(|c| c == chosen) { chosen } else { choices().next().unwrap_or_default() }
}
