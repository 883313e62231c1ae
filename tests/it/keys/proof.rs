//! Evidence is where the checks say it is, and every fix that is an edit works and can be undone.

use authtui::app::panes::checklist::Chosen;
use authtui::checks::FixKind;

use crate::keys::harness::{EXPIRED, Program, refused};

/// Requests with one fault or more, as their `Authorization` or as whole lines.
fn faulty() -> Vec<String> {
    let mut requests: Vec<String> = [
        format!("Bearer \"{EXPIRED}\""),
        format!("Bearer  {EXPIRED}"),
        format!("Bearer\t{EXPIRED}"),
        format!("Bearer {EXPIRED} "),
        format!("Bearer Bearer {EXPIRED}"),
        format!("Bearer: {EXPIRED}"),
        format!("bearer {EXPIRED}"),
        EXPIRED.to_string(),
        format!("Bearer {}\u{200b}{}", &EXPIRED[..70], &EXPIRED[70..]),
        format!("Bearer {EXPIRED}="),
        format!("Bearer {{\"access_token\":\"{EXPIRED}\"}}"),
        format!("Bearer {EXPIRED}%20"),
        "Bearer undefined".into(),
        "Bearer".into(),
        "Basic dXNlcjpwYXNz\n".trim_end().into(),
        "Basic user:pass".into(),
        "Basic dXNlcm5hbWU=".into(),
        "Basic dXNlcjpwYXNzCg==".into(),
        "Basic dXNlciUzQW5hbWU6cGFzcw==".into(),
    ]
    .iter()
    .map(|value| refused(value))
    .collect();
    requests.push(refused("Bearer abc").replace("Authorization:", "Authorisation:"));
    requests.push(refused("Bearer abc").replace("Accept: application/json", "Authorization: Bearer def"));
    requests
}

#[test]
fn every_place_that_a_finding_names_is_there() {
    for text in faulty() {
        let mut program = Program::empty();
        program.pastes(&text);
        let entry = program.app.model.entry().expect("a request");
        let report = entry.report().expect("a report");
        for examined in &report.checks {
            for evidence in &examined.finding.evidence {
                let marks = entry.marks(std::slice::from_ref(evidence));
                for span in &marks.request {
                    let shown = span.cut(entry.editor.text());
                    let source = evidence
                        .place
                        .text(&entry.exchange)
                        .and_then(|t| evidence.span.map_or(Some(t.to_string()), |s| s.cut(&t).map(String::from)));
                    assert_eq!(shown.map(authtui::domain::request::unpictured), source, "{} in {text}", examined.check.id);
                }
                for span in &marks.response {
                    assert!(entry.answer.as_ref().is_some_and(|a| span.cut(&a.text).is_some()), "{} in {text}", examined.check.id);
                }
            }
        }
    }
}

#[test]
fn every_fix_that_is_an_edit_makes_its_check_pass_and_undo_restores_the_bytes() {
    let mut tried = 0;
    for text in faulty() {
        let mut program = Program::empty();
        program.pastes(&text);
        let before = program.text();
        let report = program.app.model.entry().and_then(|e| e.report()).expect("a report").clone();
        for examined in report.checks.iter().filter(|e| matches!(e.finding.outcome.word(), "fail" | "warn")) {
            if !examined.finding.fix.as_ref().is_some_and(|f| matches!(f.kind, FixKind::Edit(_))) {
                continue;
            }
            program.app.model.chosen = Chosen::Check(examined.check.id);
            program.keys("f");
            let now = program.outcome(examined.check.id);
            assert!(!matches!(now, Some("fail" | "warn")), "{}: {now:?} after its fix\n{before}\n{}", examined.check.id, program.text());
            assert_ne!(program.text(), before, "{}", examined.check.id);
            program.keys("u");
            assert_eq!(program.text(), before);
            tried += 1;
        }
    }
    assert!(tried >= 10, "only {tried} fixes were tried");
}
