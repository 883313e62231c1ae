//! The built-in tour, held against what it promises: each request's cause, its proof and its fix are found by the
//! engine, on the texts that are part of the program.

use std::collections::BTreeSet;

use authtui::app::key::Key;
use authtui::app::tour::tour;
use authtui::app::{Message, Model, update};
use authtui::checks::facts::Facts;
use authtui::checks::{Cause, Evidence, FixKind, Index, Outcome, Place, Report, Surroundings, examine};
use authtui::domain::exchange::Exchange;
use jiff::Timestamp;

/// A request, its cause, and the bytes that prove it: the first evidence that has a place, cut out of its text.
type Promise = (&'static str, &'static str, &'static str);

const PROMISES: [Promise; 13] = [
    ("Old token", "token-expired", "1795370400"),
    ("Quoted token", "credential-quoted", "\""),
    ("Bearer, twice", "scheme-malformed", "Bearer"),
    ("One slash more", "audience-mismatch", "\"https://api.payments.example/\""),
    ("Read-only token", "scope-insufficient", "\"payments:read\""),
    ("echo | base64", "basic-trailing-newline", "ZAo="),
    ("Caps Lock", "basic-rejected", "bWFyaWE6VE9VUi1QQVNTV09SRA=="),
    ("Secret as text", "signature-invalid", "{signature}"),
    ("Slow clock", "clock-skewed", ""),
    ("Logged out?", "session-cookie-withheld", ""),
    ("Preflight", "preflight-omits-authorization", "Content-Type"),
    ("Redirected", "header-dropped-on-redirect", "https://api.orders.example/v1/orders"),
    ("Lost on the way", "header-stripped-by-proxy", "Bearer"),
];

const HEALTHY: &str = "Good token";
const UNDECIDED: &str = "Cannot be told";

/// A clock far from those of the tour, which must not matter.
fn now() -> Timestamp {
    "2031-05-05T05:05:05Z".parse().expect("a moment")
}

fn requests() -> Vec<(Exchange, Report)> {
    let files = tour();
    let examined = |file: &Vec<Exchange>| {
        let index = Index::default();
        let report = |(number, e): (usize, &Exchange)| (e.clone(), examine(e, &Surroundings::of(file, &index, number, now())));
        file.iter().enumerate().map(report).collect::<Vec<_>>()
    };
    files.iter().flat_map(|file| examined(&file.exchanges)).collect()
}

fn request(name: &str) -> (Exchange, Report) {
    requests().into_iter().find(|(e, _)| e.name == name).unwrap_or_else(|| panic!("no request is called {name:?}"))
}

/// The bytes of an evidence, cut out of the text that its place names.
fn cut(exchange: &Exchange, evidence: &Evidence) -> Option<String> {
    let facts = Facts::of(exchange, &Surroundings::alone(now()));
    let text = match evidence.place {
        Place::Claims => facts.token?.jws.claims.text,
        Place::TokenHeader => facts.token?.jws.header.text,
        place => place.text(exchange)?.into_owned(),
    };
    let bytes = evidence.span?.cut(&text);
    Some(bytes.unwrap_or_else(|| panic!("{}: {evidence:?} lies outside of its text", exchange.name)).to_string())
}

fn edit_of(cause: &Cause) -> Option<&[authtui::domain::request::Edit]> {
    match &cause.fix.as_ref()?.kind {
        FixKind::Edit(edits) => Some(edits),
        FixKind::Action | FixKind::Renew | FixKind::Configuration { .. } => None,
    }
}

#[test]
fn every_request_is_promised_something() {
    let names: Vec<String> = requests().into_iter().map(|(e, _)| e.name).collect();
    let promised = PROMISES.iter().map(|(name, ..)| *name).chain([HEALTHY, UNDECIDED]);
    assert_eq!(names.iter().map(String::as_str).collect::<BTreeSet<_>>(), promised.collect());
    assert_eq!(names.len(), PROMISES.len() + 2, "no name stands twice");
}

#[test]
fn the_likeliest_cause_of_each_request_is_the_promised_one() {
    for (name, id, _) in PROMISES {
        let (_, report) = request(name);
        assert_eq!(report.causes.first().map(|c| c.check.id), Some(id), "{name}");
        assert!(report.decided, "{name}");
    }
}

#[test]
fn the_proof_of_each_cause_is_cut_out_of_the_text() {
    for (name, _, proof) in PROMISES {
        let (exchange, report) = request(name);
        let found: Vec<String> = report.causes[0].evidence.iter().filter_map(|e| cut(&exchange, e)).collect();
        let signature = exchange.request.headers.get("authorization").and_then(|v| v.rsplit('.').next()).unwrap_or_default();
        let proof = proof.replace("{signature}", signature);
        assert_eq!(found.first().map(String::as_str).unwrap_or_default(), proof, "{name}");
    }
}

#[test]
fn every_evidence_of_every_check_lies_in_its_text() {
    for (exchange, report) in requests() {
        for evidence in report.checks.iter().flat_map(|c| &c.finding.evidence) {
            assert!(evidence.span.is_none() || evidence.place == Place::Context || cut(&exchange, evidence).is_some(), "{evidence:?}");
        }
    }
}

#[test]
fn every_fix_that_is_an_edit_makes_its_check_pass() {
    let mut fixed = Vec::new();
    for (mut exchange, report) in requests() {
        let Some(cause) = report.causes.first() else { continue };
        let Some(edits) = edit_of(cause) else { continue };
        exchange.request.apply(edits);
        // The answer belongs to the request as it was.
        exchange.answer = None;
        let again = examine(&exchange, &Surroundings::alone(now()));
        let finding = again.checks.iter().find(|c| c.check.id == cause.check.id).map(|c| &c.finding);
        assert!(finding.is_some_and(|f| !matches!(f.outcome, Outcome::Fail | Outcome::Warn)), "{}: {finding:?}", exchange.name);
        fixed.push(exchange.name);
    }
    let edits = ["Quoted token", "Bearer, twice", "echo | base64", "Caps Lock", "Redirected"];
    assert_eq!(fixed, edits);
}

#[test]
fn nothing_is_wrong_with_the_healthy_one() {
    let (exchange, report) = request(HEALTHY);
    assert_eq!(exchange.answer.as_ref().map(|a| a.status), Some(200));
    assert!(report.causes.is_empty() && report.decided, "{:?}", report.causes);
    assert!(report.checks.iter().all(|c| !matches!(c.finding.outcome, Outcome::Fail | Outcome::Warn)));
}

#[test]
fn what_cannot_be_told_is_left_open_with_what_would_tell() {
    let (_, report) = request(UNDECIDED);
    assert!(!report.decided && !report.needs.is_empty());
    assert!(report.causes.iter().any(|c| c.check.id == "token-rejected"));
    assert!(report.causes.len() > 1 && report.causes.iter().all(|c| c.confidence < 0.5));
}

#[test]
fn every_token_is_really_signed() {
    let state = |report: &Report| report.checks.iter().find(|c| c.check.id == "signature-invalid").map(|c| c.finding.outcome);
    for (exchange, report) in requests().iter().filter(|(e, _)| e.context.keys.is_some()) {
        let wanted = if exchange.name == "Secret as text" { Outcome::Fail } else { Outcome::Pass };
        // What stands around a token hides its signature until it is taken away.
        if !["Quoted token", "Bearer, twice"].contains(&exchange.name.as_str()) {
            assert_eq!(state(report), Some(wanted), "{}", exchange.name);
        }
    }
}

#[test]
fn it_is_read_whole_without_disk_network_or_clock() {
    for file in tour() {
        assert!(file.losses.is_empty(), "{}: {:?}", file.name, file.losses);
        assert_eq!(file.path, None, "a part of the program is not written to");
        for exchange in &file.exchanges {
            assert!(exchange.answer.is_some(), "{}", exchange.name);
            assert!(exchange.context.now.is_some(), "{}", exchange.name);
            assert!(exchange.context.jwks.is_none() || exchange.context.keys.is_some(), "{}", exchange.name);
            assert!(exchange.context.notes.as_deref().is_some_and(|n| (20..200).contains(&n.len())), "{} teaches nothing", exchange.name);
        }
    }
}

#[test]
fn its_hosts_are_nobodys() {
    for (exchange, _) in requests() {
        let earlier = exchange.context.previous.iter().map(|p| &p.url).chain(exchange.context.set_cookie.iter().map(|c| &c.url));
        for url in earlier.chain([&exchange.request.url]) {
            let host = url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_string)).unwrap_or_default();
            assert!(host.ends_with(".example") || host.ends_with(".test"), "{url}");
        }
    }
}

#[test]
fn every_file_of_it_is_used_and_no_private_key_is_among_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/tour");
    let names = |sub: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder.join(sub)).expect("a folder").filter_map(Result::ok).filter(|e| e.path().is_file());
        entries.map(|e| format!("{sub}{}", e.file_name().to_string_lossy())).collect()
    };
    let files = tour();
    let mut used: BTreeSet<String> = files.iter().map(|f| f.name.clone()).collect();
    for file in &files {
        let document = file.document.as_ref().expect("a file of requests");
        used.extend((0..document.len()).flat_map(|i| document.references(i)).map(str::to_string));
        used.extend(file.exchanges.iter().filter_map(|e| e.context.jwks.clone()).map(|path| path.trim_start_matches("./").to_string()));
    }
    assert_eq!(used, names("").into_iter().chain(names("answers/")).collect());
    let keys = std::fs::read_to_string(folder.join("keys.json")).expect("the keys");
    assert!(!keys.contains("\"d\""));
}

/// Opens the tour and steps to a request.
fn model_at(name: &str) -> Model {
    let mut model = Model::new(tour(), "2031-05-05T05:05:05Z".parse().expect("a moment"));
    for _ in 0..model.request_count() {
        if model.entry().is_some_and(|e| e.exchange.name == name) {
            return model;
        }
        press(&mut model, "}");
    }
    panic!("no request is called {name:?}");
}

fn press(model: &mut Model, key: &str) {
    update(model, Message::Key(Key::parse(key).expect("a key")));
}

fn found(model: &Model, id: &str) -> Option<Outcome> {
    Some(model.entry()?.report()?.checks.iter().find(|c| c.check.id == id)?.finding.outcome)
}

#[test]
fn the_screen_and_the_engine_agree_on_each_request() {
    for (name, id, _) in PROMISES {
        let model = model_at(name);
        let report = model.entry().and_then(|e| e.report()).expect("a report");
        assert_eq!(report.causes.first().map(|c| c.check.id), Some(id), "{name}");
    }
}

#[test]
fn a_fix_is_one_key_and_undo_restores_every_byte() {
    for name in ["Quoted token", "Bearer, twice", "echo | base64", "Redirected"] {
        let mut model = model_at(name);
        let text = |model: &Model| model.entry().map(|e| e.editor.text().to_string());
        let (before, id) = (text(&model), request(name).1.causes[0].check.id);
        press(&mut model, "f");
        assert_ne!(text(&model), before, "{name}");
        assert!(matches!(found(&model, id), Some(Outcome::Pass | Outcome::NotApplicable)), "{name}: {:?}", found(&model, id));
        press(&mut model, "u");
        assert_eq!(text(&model), before, "{name}");
        assert_eq!(found(&model, id), Some(Outcome::Fail), "{name}");
    }
}
