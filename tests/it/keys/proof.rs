//! Evidence is where the checks say it is, and every fix that is an edit works and can be undone.

use authtui::app::panes::checklist::Chosen;
use authtui::checks::FixKind;

use crate::keys::harness::{EXPIRED, Program, document, refused};

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

#[test]
fn an_expired_token_leads_to_a_fresh_one() {
    let text = format!(
        "### orders\nGET https://h.example/orders\nAuthorization: Bearer {EXPIRED}\n\n### get one\nPOST https://h.example/oauth/token\n"
    );
    for (width, height) in [(160, 48), (80, 24)] {
        let mut program = Program::sized(vec![document(&text)], width, height);
        assert_eq!(program.cause(), Some("token-expired"));
        program.keys("f").shows("Paste a fresh token here").shows("“get one” may give one").keys("l").hides("Paste a fresh");
        assert!(program.text().starts_with("POST https://h.example/oauth/token"));
        // The explanation has the same.
        program.keys("{ x").shows("[l] “get one” may give one").keys("l").hides("Paste a fresh");
        assert!(program.text().starts_with("POST https://h.example/oauth/token"));
    }
    // The paste is taken from there.
    let mut program = Program::with(&text);
    program.keys("f").pastes("ghp_0123456789abcdefghijABCDEFGHIJ0123").shows("A token was pasted").keys("Enter");
    assert!(program.text().contains("Bearer ghp_0123456789"), "{}", program.text());
    // Nothing is said of a request that is not there, nor where nothing has expired.
    Program::with(&text.replace("token\n", "users\n")).keys("f").shows("Paste a fresh token here").hides("may give one");
    Program::with(&text.replace(EXPIRED, "\"undefined\"")).keys("x").hides("Paste a fresh token").keys("l").shows("Esc");
}
