//! Every check on readable fixtures: what it must find, what it must leave alone, and that its proofs and fixes hold.

mod fixture;
mod notation;
mod properties;
mod refusals;
pub mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use authtui::checks::facts::Facts;
use authtui::checks::{Check, Evidence, Examined, FixKind, Index, Outcome, Place, Report, Surroundings, catalogue, examine};
use authtui::domain::exchange::Exchange;
use fixture::{Case, Expected};

static CASES: LazyLock<Vec<Case>> = LazyLock::new(fixture::all);

/// Looks at an exchange beside the siblings of a case.
fn beside<T>(case: &Case, look: impl FnOnce(&Surroundings) -> T) -> T {
    let file = [&case.siblings[..], std::slice::from_ref(&case.exchange)].concat();
    look(&Surroundings::of(&file, &Index::default(), case.siblings.len(), notation::now()))
}

fn report(case: &Case) -> Report {
    beside(case, |around| examine(&case.exchange, around))
}

fn examined<'r>(report: &'r Report, id: &str) -> &'r Examined {
    report.checks.iter().find(|e| e.check.id == id).unwrap_or_else(|| panic!("no check is called {id}"))
}

/// The text in which a piece of evidence counts its bytes.
fn text(case: &Case, place: Place) -> Option<String> {
    let token = || beside(case, |around| Facts::of(&case.exchange, around).token);
    match place {
        Place::TokenHeader => token().map(|t| t.jws.header.text),
        Place::Claims => token().map(|t| t.jws.claims.text),
        _ => place.text(&case.exchange).map(String::from),
    }
}

/// The bytes that evidence points at, or its words when it has no bytes.
fn shown(case: &Case, evidence: &Evidence) -> String {
    let cut = evidence.span.and_then(|span| text(case, evidence.place).and_then(|t| span.cut(&t).map(str::to_string)));
    cut.unwrap_or_else(|| evidence.text.clone())
}

/// What does not hold of one expected line.
fn disagreement(case: &Case, report: &Report, expected: &Expected) -> Option<String> {
    let causes: Vec<_> = report.causes.iter().map(|c| format!("{} {}", c.check.id, c.confidence)).collect();
    let first = report.causes.first().map(|c| c.check.id);
    match expected {
        Expected::Finding { check, outcome, words } => {
            let finding = &examined(report, check).finding;
            let holds = finding.outcome == *outcome && finding.message.contains(words.as_str());
            (!holds).then(|| format!("{check}: want {} {words:?}, is {} {:?}", outcome.word(), finding.outcome.word(), finding.message))
        }
        Expected::Proof { part, bytes } => {
            let evidence = &examined(report, &case.check).finding.evidence;
            let holds = evidence.iter().any(|e| e.place.word() == part && shown(case, e) == *bytes);
            let there: Vec<_> = evidence.iter().map(|e| format!("{}: {}", e.place.word(), shown(case, e))).collect();
            (!holds).then(|| format!("no proof {part}: {bytes:?} in {there:?}"))
        }
        Expected::Fix(words) => {
            let fix = examined(report, &case.check).finding.fix.as_ref();
            let holds = fix.is_some_and(|fix| match &fix.kind {
                FixKind::Configuration { line, .. } => line == words,
                FixKind::Edit(_) | FixKind::Action | FixKind::Renew => fix.title == *words,
            });
            (!holds).then(|| format!("fix: want {words:?}, is {fix:?}"))
        }
        Expected::Cause(id) => (first != Some(id) || !report.decided).then(|| format!("cause: want {id}, is {causes:?}")),
        Expected::NoCause => first.is_some().then(|| format!("cause: want none, is {causes:?}")),
        Expected::Undecided(ids) => {
            let firsts: BTreeSet<_> = report.causes.iter().take(ids.len()).map(|c| c.check.id.to_string()).collect();
            let holds = !report.decided && firsts == ids.iter().cloned().collect();
            (!holds).then(|| format!("candidates: want {ids:?}, is {causes:?}, decided {}", report.decided))
        }
    }
}

#[test]
fn every_case_is_found_as_it_says() {
    let mut wrong = Vec::new();
    for case in CASES.iter() {
        let report = report(case);
        wrong.extend(case.expected.iter().filter_map(|e| disagreement(case, &report, e)).map(|w| format!("{}\n    {w}", case.name)));
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

/// Of a row that is from code or memory the words are believed, and not as much as the vendor's own.
#[test]
fn an_unconfirmed_row_bounds_the_confidence() {
    let case = CASES.iter().find(|case| case.name.contains("known to others than the vendor")).expect("the case");
    let report = report(case);
    let top = report.causes.first().map(|cause| (cause.check.id, cause.confidence));
    assert_eq!(top, Some(("scope-insufficient", 0.75)));
}

/// A span that cannot be cut out of its text would underline nothing, or break the screen.
fn assert_that_proofs_can_be_pointed_at(case: &Case) {
    for Examined { check, finding } in &report(case).checks {
        for evidence in &finding.evidence {
            let Some(span) = evidence.span else { continue };
            let cut = text(case, evidence.place).and_then(|t| span.cut(&t).map(str::to_string));
            assert!(cut.is_some_and(|c| !c.is_empty()), "{}: {}: {evidence:?}", case.name, check.id);
        }
    }
}

#[test]
fn every_proof_can_be_pointed_at() {
    CASES.iter().for_each(assert_that_proofs_can_be_pointed_at);
}

/// What a fix changes, the check must be content with. The answer belongs to the request as it was and is left out.
/// Returns how many edits were tried.
fn assert_that_edits_mend(case: &Case) -> usize {
    let mut edits = 0;
    for Examined { check, finding } in &report(case).checks {
        let Some(FixKind::Edit(list)) = finding.fix.as_ref().map(|fix| &fix.kind) else { continue };
        edits += 1;
        let mut mended = Exchange { answer: None, ..case.exchange.clone() };
        mended.request.apply(list);
        assert_ne!(mended.request, case.exchange.request, "{}: {}: nothing changed", case.name, check.id);
        let again = again(check, &mended, case);
        assert!(!matches!(again.0, Outcome::Fail | Outcome::Warn), "{}: {} after its fix: {}", case.name, check.id, again.1);
    }
    edits
}

#[test]
fn every_edit_mends_what_it_is_for() {
    let edits: usize = CASES.iter().map(assert_that_edits_mend).sum();
    assert!(edits > 40, "only {edits} edits were tried");
}

fn again(check: &Check, mended: &Exchange, case: &Case) -> (Outcome, String) {
    let finding = beside(case, |around| (check.run)(&Facts::of(mended, around)));
    (finding.outcome, finding.message.into_owned())
}

#[test]
fn no_check_lacks_a_hit_and_a_near_miss() {
    let mut seen: BTreeMap<&str, (usize, usize)> = catalogue::ALL.iter().map(|c| (c.id, (0, 0))).collect();
    for case in CASES.iter() {
        let (hits, misses) = seen.get_mut(case.check.as_str()).unwrap_or_else(|| panic!("{}: no such check", case.name));
        let own = case.expected.iter().filter_map(|e| match e {
            Expected::Finding { check, outcome, .. } if *check == case.check => Some(*outcome),
            _ => None,
        });
        for outcome in own {
            match outcome {
                Outcome::Fail | Outcome::Warn => *hits += 1,
                _ => *misses += 1,
            }
        }
    }
    let lacking: Vec<_> = seen.iter().filter(|(_, (hits, misses))| *hits == 0 || *misses == 0).collect();
    assert!(lacking.is_empty(), "(hits, near misses): {lacking:?}");
}

#[test]
fn no_text_is_generic() {
    let complain = |case: &Case| {
        texts::complaints(&case.exchange, &report(case)).into_iter().map(|c| format!("{}: {c}", case.name)).collect::<Vec<_>>()
    };
    let complaints: Vec<_> = CASES.iter().flat_map(complain).collect();
    assert!(complaints.is_empty(), "{} texts:\n{}", complaints.len(), complaints.join("\n"));
}
