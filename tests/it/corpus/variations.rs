//! What real people's requests differ in without being other cases: how they were written down, what else a client sends, which
//! names its hosts have. No such thing makes a verdict sure and wrong.

use std::collections::BTreeSet;
use std::path::Path;

use authtui::checks::{Knowledge, Report, Surroundings, examine_with};
use authtui::domain::context::Context;
use authtui::domain::exchange::Exchange;
use authtui::domain::headers::{Header, Headers};
use authtui::domain::site::registrable_domain;
use authtui::formats::har;
use authtui::io::clock;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use regex_lite::{Captures, Regex};
use serde_json::Value;

use super::metamorphic::{answered, first, hold};
use super::score::{Kind, Truth};
use super::{FILES, JUDGED, Judged, alone, in_halves};

fn header(name: &str, value: &str) -> Header {
    Header { name: name.into(), value: value.into() }
}

/// The exchange with all of its header names changed.
fn named(exchange: &Exchange, change: fn(&str) -> String) -> Exchange {
    let change = |headers: &mut Headers| headers.0.iter_mut().for_each(|header| header.name = change(&header.name));
    let mut changed = answered(exchange, |answer| change(&mut answer.headers));
    change(&mut changed.request.headers);
    changed
}

/// As a browser shows it that spoke HTTP/2: names in lower case, pseudo headers, no reason phrase.
fn over_http_2(exchange: &Exchange) -> Exchange {
    let mut changed = answered(&named(exchange, str::to_ascii_lowercase), |answer| answer.reason.clear());
    let (scheme, rest) = exchange.request.url.split_once("://").unwrap_or(("https", &exchange.request.url));
    let authority = rest.split('/').next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let host = exchange.request.headers.get("host").unwrap_or(authority).to_string();
    changed.request.headers.0.retain(|header| !header.is("host"));
    let path = exchange.request.path().to_string();
    let pseudo = [(":authority", host.as_str()), (":method", &exchange.request.method), (":path", &path), (":scheme", scheme)];
    changed.request.headers.0.splice(0..0, pseudo.iter().map(|(name, value)| header(name, value)));
    changed
}

/// With the cookies by which a site counts its visitors.
fn with_visitor_cookies(exchange: &Exchange) -> Exchange {
    const COOKIES: &str = "_ga=GA1.2.1183498345.1700000000; _fbp=fb.1.1700000000.123; ajs_anonymous_id=%22b6c1%22; OptanonConsent=x";
    let mut changed = exchange.clone();
    match changed.request.headers.0.iter_mut().find(|header| header.is("cookie")) {
        Some(sent) => sent.value = format!("{COOKIES}; {}", sent.value),
        None => changed.request.headers.0.push(header("Cookie", COOKIES)),
    }
    changed
}

/// With headers that browsers and their extensions, tracing and app attestation add. Two of them look like tokens.
fn with_headers_of_others(exchange: &Exchange) -> Exchange {
    const ATTESTATION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxOjEyMzp3ZWIiLCJleHAiOjQxMDI0NDQ4MDB9.c2lnbmF0dXJlLW9mLWFuLWFwcA";
    let others = [
        ("Accept-Language", "de-DE,de;q=0.9"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("DNT", "1"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("X-Client-Data", "CIa2yQEIorbJAQipncoBCPLfygEIlqHLAQiFoM0BCLnKzQE="),
        ("X-Firebase-AppCheck", ATTESTATION),
    ];
    let mut changed = exchange.clone();
    for (name, value) in others.iter().filter(|(name, _)| !exchange.request.headers.has(name)) {
        changed.request.headers.0.push(header(name, value));
    }
    changed
}

#[test]
fn how_it_was_written_down_and_what_else_was_sent_changes_nothing() {
    let (all, changes) = hold(
        |_| true,
        |number, exchange| {
            let last = {
                let mut changed = exchange.clone();
                changed.request.headers.0.sort_by_key(|header| header.is("authorization"));
                changed
            };
            // Every variant meets hundreds of exchanges, and every exchange two of them.
            let variants = [
                ("with names in lower case".into(), named(exchange, str::to_ascii_lowercase)),
                ("with names in upper case".into(), named(exchange, str::to_ascii_uppercase)),
                ("over HTTP/2".into(), over_http_2(exchange)),
                ("with Authorization last".into(), last),
                ("with cookies that count visitors".into(), with_visitor_cookies(exchange)),
                ("with headers of others".into(), with_headers_of_others(exchange)),
            ];
            variants.into_iter().skip(number % 3 * 2).take(2).collect()
        },
    );
    assert!(all > 1_500, "only {all} exchanges");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}

/// A gateway's own envelope, an error page, a text of the JSON's texts: the words are the same.
#[test]
fn what_an_error_is_wrapped_in_changes_nothing() {
    let is_error = |exchange: &Exchange| exchange.answer.as_ref().is_some_and(|a| a.status >= 400 && a.body.trim_start().starts_with('{'));
    let (all, changes) = hold(
        |judged| is_error(judged.exchange),
        |_, exchange| {
            let body = exchange.answer.as_ref().map(|answer| answer.body.as_str().to_string()).unwrap_or_default();
            let wrapped = |what: &str, body: String| {
                let changed = answered(exchange, |answer| {
                    if !body.starts_with('{') {
                        answer.headers.0.iter_mut().filter(|h| h.is("content-type")).for_each(|h| h.value = "text/html".into());
                    }
                    answer.body = body.as_str().into();
                });
                (what.to_string(), changed)
            };
            let escaped = body.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            vec![
                wrapped("within an envelope", format!(r#"{{"status":"error","path":"/x","details":{{"inner":{body}}}}}"#)),
                wrapped("as a text of an envelope", serde_json::json!({ "message": body, "requestId": "a1b2" }).to_string()),
                wrapped("on an error page", format!("<!DOCTYPE html><html><body><pre>{escaped}</pre></body></html>")),
            ]
        },
    );
    assert!(all > 400, "only {all} exchanges");
    assert!(changes.is_empty(), "{} of {all}:\n{}", changes.len(), changes.join("\n"));
}

fn is_sure_and_wrong(report: &Report, truth: &Truth) -> bool {
    let top = first(report).filter(|_| report.decided);
    let is_refused = matches!(truth.kind, Kind::Fault | Kind::Context);
    top.is_some_and(|id| !(is_refused && truth.acceptable.iter().any(|acceptable| acceptable == id)))
}

/// The verdicts that became sure and wrong when less was known, of which no more than these may.
fn lose(what: &str, most: usize, change: impl Fn(&Exchange) -> Exchange + Sync) {
    let wrong = in_halves(&JUDGED, |_, Judged { file, number, exchange, truth, report: full, .. }| {
        let report = alone(&change(exchange));
        let is_wrong = is_sure_and_wrong(&report, truth) && !is_sure_and_wrong(full, truth);
        let line = || format!("{}[{number}] {}: want {:?}, said {:?}", file.name, truth.fault, truth.acceptable, first(&report));
        is_wrong.then(line).into_iter().collect()
    });
    println!("{what}: {} became sure and wrong", wrong.len());
    assert!(wrong.len() <= most, "{what}: {} became sure and wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn less_known_of_the_answer_makes_nobody_surer() {
    lose("without the answer's headers", 15, |exchange| answered(exchange, |answer| answer.headers.0.clear()));
    lose("without the end of the body", 4, |exchange| {
        answered(exchange, |answer| {
            let half = answer.body.len() * 2 / 3;
            let end = (0..=half).rev().find(|at| answer.body.is_char_boundary(*at)).unwrap_or(0);
            answer.body = answer.body[..if answer.body.len() < 40 { answer.body.len() } else { end }].into();
        })
    });
}

#[test]
fn less_known_of_the_circumstances_makes_nobody_surer() {
    lose("without what was noted", 3, |exchange| {
        let context = Context { notes: None, config: None, ..(*exchange.context).clone() };
        Exchange { context: context.into(), ..exchange.clone() }
    });
}

/// Every host under an invented domain, in the request, the answer, the context and the claims of tokens. What is left is what
/// the request itself shows: only the table of services may have known more.
#[test]
fn hosts_of_no_known_service_are_judged_by_what_they_show() {
    let (mut renamed, mut faults) = (0, Vec::new());
    for file in FILES.iter() {
        for (number, (entry, truth)) in entries(&file.name).iter().zip(&file.truths).enumerate() {
            let text = entry.to_string();
            // A signature would not verify any more.
            if entry["_authtui"].get("jwks").is_some() {
                continue;
            }
            let Some(other) = under_other_names(&text) else { continue };
            renamed += 1;
            let (was, is) = (read(&text), read(&other));
            let own = examine_with(&was, &Surroundings::alone(clock::now()), &Knowledge { services: false, ..Knowledge::ALL });
            let (was, is) = (alone(&was), alone(&is));
            let place = format!("{}[{number}] {}: {:?} became {:?}", file.name, truth.fault, first(&was), first(&is));
            if first(&was) == first(&own) && first(&was) != first(&is) {
                faults.push(format!("{place}, and no service is the reason"));
            }
            if is_sure_and_wrong(&is, truth) && !is_sure_and_wrong(&was, truth) {
                faults.push(format!("{place}, sure and wrong"));
            }
        }
    }
    assert!(renamed > 300, "only {renamed} exchanges were renamed");
    assert!(faults.len() <= RESTS_ON_THE_TABLE, "{} of {renamed}:\n{}", faults.len(), faults.join("\n"));
}

/// A key of another site of the vendor, schemes that one vendor writes or announces in its own way, a password where the vendor
/// wants a token: without the table nothing but the refusal is seen.
const RESTS_ON_THE_TABLE: usize = 5;

/// The same exchange more than a year later: the clock, dates and times of headers, context and claims.
#[test]
fn the_same_exchange_at_another_time_is_judged_alike() {
    let (mut moved, mut faults) = (0, Vec::new());
    for file in FILES.iter() {
        for (number, entry) in entries(&file.name).iter().enumerate() {
            let text = entry.to_string();
            // A signature would not verify any more, nor does it where the moment is signed.
            let is_signed = ["X-Amz-", "x-amz-date", "sig=", "DPoP"].iter().any(|mark| text.contains(mark));
            if is_signed || entry["_authtui"].get("jwks").is_some() || entry["_authtui"].get("now").is_none() {
                continue;
            }
            moved += 1;
            let (was, is) = (alone(&read(&text)), alone(&read(&later(&text))));
            if first(&was) != first(&is) {
                faults.push(format!("{}[{number}]: {:?} became {:?}", file.name, first(&was), first(&is)));
            }
        }
    }
    assert!(moved > 500, "only {moved} exchanges were moved");
    assert!(faults.is_empty(), "{} of {moved}:\n{}", faults.len(), faults.join("\n"));
}

fn later(text: &str) -> String {
    const DAYS: i64 = 401;
    let by = SignedDuration::from_hours(24 * DAYS);
    let rfc_3339 = Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z").expect("a pattern");
    let of_http = Regex::new(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT").expect("a pattern");
    let text = of_claims(text, |claims| {
        let Ok(Value::Object(mut claims)) = serde_json::from_str(claims) else { return claims.to_string() };
        for name in ["exp", "iat", "nbf", "auth_time"] {
            let Some(seconds) = claims.get(name).and_then(Value::as_i64) else { continue };
            // Above this number it is milliseconds.
            claims[name] = (seconds + by.as_secs() * if seconds > 100_000_000_000 { 1_000 } else { 1 }).into();
        }
        Value::Object(claims).to_string()
    });
    let text = rfc_3339.replace_all(&text, |found: &Captures| {
        found[0].parse::<Timestamp>().map_or_else(|_| found[0].to_string(), |at| (at + by).to_string())
    });
    let moved = |found: &Captures| {
        let at = jiff::fmt::rfc2822::parse(&found[0]).map(|at| at.timestamp() + by);
        at.map_or_else(|_| found[0].to_string(), |at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    };
    of_http.replace_all(&text, moved).into_owned()
}

fn entries(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let har: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a recording")).expect("JSON");
    har["log"]["entries"].as_array().expect("entries").clone()
}

fn read(entry: &str) -> Exchange {
    har::read_entry(entry, "renamed").expect("an entry").exchanges.into_iter().next().expect("one exchange")
}

/// The text with its domains changed; `None` when it has none but those of examples.
fn under_other_names(text: &str) -> Option<String> {
    let address = Regex::new(r"(?:://|%3A%2F%2F)([A-Za-z0-9.-]+\.[A-Za-z]{2,})").expect("a pattern");
    let token = Regex::new(r"(eyJ[A-Za-z0-9_-]{4,})\.([A-Za-z0-9_-]{4,})\.").expect("a pattern");
    let claims = |payload: &str| BASE64_URL_SAFE_NO_PAD.decode(payload).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let inner: String = token.captures_iter(text).filter_map(|found| claims(&found[2])).collect();
    let hosts = [text, &inner].into_iter().flat_map(|text| address.captures_iter(text)).map(|found| found[1].to_ascii_lowercase());
    let is_example = |domain: &String| domain.ends_with(".example") || domain.starts_with("example.") || domain == "w3.org";
    let domains: BTreeSet<String> = hosts.map(|host| domain(&host)).filter(|domain| !is_example(domain)).collect();
    // Under a suffix that many share, another name is another site.
    let is_shared = domains.iter().any(|domain| registrable_domain(domain) != Some(domain.as_str()));
    if domains.is_empty() || is_shared {
        return None;
    }
    let rename = |text: &str| {
        domains.iter().enumerate().fold(text.to_string(), |text, (number, domain)| {
            let end = domain.split_once('.').map_or("", |(_, end)| end);
            replaced(&text, domain, &format!("sirius{number}.{end}"))
        })
    };
    Some(rename(&of_claims(text, rename)))
}

/// The text with the claims of its tokens changed.
fn of_claims(text: &str, change: impl Fn(&str) -> String) -> String {
    let token = Regex::new(r"(eyJ[A-Za-z0-9_-]{4,})\.([A-Za-z0-9_-]{4,})\.").expect("a pattern");
    let changed = |found: &Captures| {
        let claims = BASE64_URL_SAFE_NO_PAD.decode(&found[2]).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let payload = claims.map_or_else(|| found[2].to_string(), |claims| BASE64_URL_SAFE_NO_PAD.encode(change(&claims)));
        format!("{}.{payload}.", &found[1])
    };
    token.replace_all(text, changed).into_owned()
}

/// The last two names of a host, or three of them where the second is as short as that of a country's registry.
fn domain(host: &str) -> String {
    let names: Vec<&str> = host.split('.').collect();
    let is_short = names.len() > 2 && names[names.len() - 1].len() == 2 && names[names.len() - 2].len() <= 3;
    names[names.len().saturating_sub(if is_short { 3 } else { 2 })..].join(".")
}

/// The text with every whole occurrence of a domain replaced.
fn replaced(text: &str, domain: &str, other: &str) -> String {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.to_ascii_lowercase().find(domain) {
        let end = at + domain.len();
        let is_whole = !is_part(rest[..at].chars().next_back()) && !is_part(rest[end..].chars().next());
        out.push_str(&rest[..at]);
        out.push_str(if is_whole { other } else { &rest[at..end] });
        rest = &rest[end..];
    }
    out + rest
}

/// Texts are cut at places that were found in them, and a letter may take several bytes.
#[test]
fn letters_of_several_bytes_break_no_check() {
    for file in FILES.iter().filter(|file| file.name.starts_with("threads")) {
        for exchange in &file.exchanges {
            for (from, to) in [("'", "’"), ("\"", "“"), (" ", "’ "), (" ", " ‘"), ("-", "–"), ("e", "é")] {
                let change = |text: &str| text.replace(from, to);
                let mut changed = answered(exchange, |answer| {
                    answer.body = change(answer.body.as_str()).as_str().into();
                    answer.headers.0.iter_mut().for_each(|header| header.value = change(&header.value));
                });
                changed.context.notes = exchange.context.notes.as_deref().map(change);
                alone(&changed);
            }
        }
    }
}
