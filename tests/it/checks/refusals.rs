//! What the table of services says of an answer is heard, whatever check it names and wherever the credential was sent.

use authtui::checks::check::Stage;
use authtui::checks::facts::Facts;
use authtui::checks::services::schema::{Refusal, Service, Usage};
use authtui::checks::{Examined, Outcome, Report, Strength, Surroundings, catalogue, examine};
use authtui::domain::exchange::Exchange;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use serde::Deserialize;

use super::notation;

#[derive(Deserialize)]
struct Table {
    service: Vec<Service>,
}

fn table() -> Vec<Service> {
    toml::from_str::<Table>(include_str!("../../../assets/services.toml")).expect("the table").service
}

/// A credential that one of the service's kinds fits, or one of no particular kind.
fn credential(service: &Service) -> String {
    const LETTERS: &str = "Zk4hQ8sT1wB6nV3xP0yL7cR2dF5gJ9mA8eU4iO1t";
    let plain = ["9f86d081884c7d659a2feaa0c55ad015", "3f2b8c1e-7a4d-4e9b-8c6f-1d2e3a4b5c6d", LETTERS];
    let is_its_own = |text: &str| service.kinds.iter().find(|kind| kind.is(text)).is_some_and(|kind| kind.usage == Usage::Ok);
    let prefixed = service.kinds.iter().filter_map(|kind| kind.prefix.as_ref()).map(|prefix| format!("{prefix}{LETTERS}"));
    prefixed.chain(plain.map(String::from)).find(|text| is_its_own(text)).unwrap_or_else(|| LETTERS.into())
}

/// A request of the service with a credential in the first place that it reads, refused in these words; nothing for services
/// whose requests cannot be made up from their rows.
fn refused(service: &Service, refusal: &Refusal) -> Option<Exchange> {
    let host = service.hosts.iter().find(|host| !host.starts_with("*/"))?.replacen("*", "acme", 2);
    let mut url = format!("https://{}/items", host.trim_end_matches('/'));
    let mut headers = vec![("Host".to_string(), host.split('/').next()?.to_string()), ("User-Agent".into(), "okhttp/4.9".into())];
    let credential = credential(service);
    match service.header.first()?.split_once(':') {
        Some(("query", name)) => url = format!("{url}?{name}={credential}"),
        Some(_) => return None,
        None if service.header.first()? == "path" => return None,
        None if service.header.first()?.eq_ignore_ascii_case("authorization") => {
            let scheme = service.schemes.iter().flatten().next().map_or("Bearer", String::as_str);
            let value = match scheme {
                "" => credential,
                "Basic" => authtui::domain::basic::encode("maria", &credential),
                _ if scheme.ends_with([':', '=']) => format!("{scheme}{credential}"),
                _ => format!("{scheme} {credential}"),
            };
            headers.push(("Authorization".into(), if scheme == "Basic" { format!("Basic {value}") } else { value }));
        }
        None => headers.push((service.header.first()?.clone(), credential)),
    }
    // What always goes along is sent, but where the words may be about its absence.
    for companion in service.companions.iter().filter(|c| c.needed == "always" && refusal.means != "credential-incomplete") {
        let value = if companion.in_host { "acme".to_string() } else { format!("{}4711", companion.prefix.as_deref().unwrap_or_default()) };
        match companion.header.strip_prefix("query:") {
            Some(name) => url = format!("{url}{}{name}={value}", if url.contains('?') { '&' } else { '?' }),
            None => headers.push((companion.header.clone(), value)),
        }
    }
    let pairs = |headers: &[(String, String)]| headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let mut answered = vec![("Content-Type".to_string(), "application/json".to_string())];
    let mut body = r#"{"status":"error"}"#.to_string();
    match refusal.place.as_deref().and_then(|place| place.strip_prefix("header:")) {
        Some(name) => answered.push((name.into(), refusal.says.clone())),
        None => body = format!(r#"{{"message":"{}"}}"#, refusal.says.replace('"', r#"\""#)),
    }
    let request = Request { method: "GET".into(), url, headers: pairs(&headers), ..Request::default() };
    let answer = Response { status: refusal.status, headers: pairs(&answered), body: body.into(), ..Response::default() };
    Some(Exchange { request, answer: Some(answer), ..Exchange::default() })
}

/// What another check's bytes, or the named check's own, say against the row.
fn is_contradicted(report: &Report, means: &str) -> bool {
    let is_shown = |e: &Examined| e.finding.outcome == Outcome::Fail && e.finding.strength == Strength::Contradiction;
    report.checks.iter().any(|e| if e.check.id == means { e.finding.outcome == Outcome::Pass } else { is_shown(e) })
}

/// Not those that only say that a credential was refused or none arrived, which another check says of another form of
/// credential, and not signatures, which have to be computed.
#[test]
fn what_a_row_says_is_the_cause_unless_bytes_contradict_it() {
    let mut mute = Vec::new();
    let mut heard = 0;
    for service in table().iter().filter(|service| service.signs_requests.is_none()) {
        for refusal in &service.refusals {
            let check = catalogue::find(&refusal.means).expect("a check");
            if check.stage == Stage::Residual || check.id == "authorization-missing" {
                continue;
            }
            let Some(exchange) = refused(service, refusal) else { continue };
            let around = Surroundings::alone(notation::now());
            // Words that repeat the status say nothing, and an earlier row may be about a part of the same words.
            let facts = Facts::of(&exchange, &around);
            if !facts.documented_refusal().is_some_and(|found| found.refusal.means == refusal.means && !found.is_of_the_status()) {
                continue;
            }
            let report = examine(&exchange, &around);
            let first = report.causes.first().map(|c| (c.check.id, c.confidence));
            match first {
                Some((id, _)) if id == refusal.means => heard += 1,
                _ if is_contradicted(&report, &refusal.means) => {}
                _ => mute.push(format!("{} {} {:?} {}: {first:?}", service.name, refusal.status, refusal.says, refusal.means)),
            }
        }
    }
    assert!(heard > 600, "{heard} heard");
    assert!(mute.is_empty(), "{heard} heard, {} not:\n{}", mute.len(), mute.join("\n"));
}
