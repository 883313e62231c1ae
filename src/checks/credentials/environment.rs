//! `environment-mismatch`

use url::Url;

use super::modes::{self, Mode};
use super::of_service::{source, strength};
use super::other_homes::{self, host, is_plain};
use super::settings;
use super::vendor_hosts::{home_of_credential, other_site};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::noted::sentences;
use crate::checks::facts::perhaps;
use crate::checks::facts::words::Topic;
use crate::checks::services::schema::Environment;
use crate::checks::services::{Known, KnownBy};
use crate::checks::{Finding, Fix, Outcome, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The credential belongs to another region, site or mode of the same service.
    ///
    /// # What it looks at
    /// The host, and the environment that the table of services gives it. The first letters of the credential, which often
    /// name its own (`sandbox-…`, `…_test_…`), and the place that a macaroon or the claim `iss` names. A line of configuration, or a note, that names another site of the service,
    /// or that says of the credential that it is for tests or live. And an earlier request with the same credential that another
    /// site accepted.
    ///
    /// # Why a server answers 401 to it
    /// Test and live, Europe and the United States, sandbox and production have accounts and keys of their own. What one
    /// of them issued is unknown to the others.
    ///
    /// # How to prove it
    /// Send the same credential to the host of its own environment.
    ///
    /// # How to fix it
    /// Change the host to that of the credential's environment, or create a credential in the environment of the host.
    ///
    /// # Example
    /// `access-sandbox-…` at `production.plaid.com`.
    ///
    /// # References
    /// The vendors' documentation, as listed in the table of services; docs.datadoghq.com, "Getting started with Datadog sites".
    ENVIRONMENT = "environment-mismatch", Credentials,
    stage: Claims, topics: [Environment],
    explains: ["token-rejected", "basic-rejected", "permission-refused", "client-authentication-failed"],
    decided_by: [Expectations],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(word) = facts.word(Topic::Environment).filter(|word| word.specific && facts.is_refused()) {
        return Finding::fail(Strength::Stated, "the server says that the credential is from another environment")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Use a credential of this environment, or the host of the credential's own"));
    }
    let Some(url) = facts.url.as_ref() else { return Finding::not_applicable() };
    if !facts.carries_credential() && perhaps::credential(facts.request).is_none() {
        return other_homes::same_call(facts, url).unwrap_or_else(Finding::not_applicable);
    }
    let is_said = matches!(facts.status(), 401 | 403) && facts.answer.is_some();
    if let Some(home) = home_of_credential(facts, url).filter(|_| is_said) {
        let message = format!("the credential is one of {home}, say the notes, but it was sent to {}", host(url));
        return Finding::fail(Strength::Likely, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .context(format!("named besides the request: {home}"))
            .fixed_by(Fix::action(format!("Send it to {home}, or use a credential of {}", host(url))));
    }
    if let Some(finding) = other_homes::shown(facts, url) {
        return finding;
    }
    if let Some(said) = facts.noted_other_environment().filter(|_| is_said && is_plain(facts)) {
        let message = format!("the credential works in another environment, and {} may not know what that one knows", host(url));
        return Finding::suspect(Strength::Likely, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .context(said.to_string())
            .fixed_by(Fix::action("Get a credential of this environment, or give both the same keys"));
    }
    let Some(known) = facts.service() else {
        return of_mode(facts, None, url).or_else(|| other_homes::perhaps(facts, url)).unwrap_or_else(Finding::not_applicable);
    };
    let of_table = of_table(facts, known, url);
    let is_found = matches!(of_table.outcome, Outcome::Fail | Outcome::Warn) && of_table.strength >= Strength::Plausible;
    let is_refused = matches!(facts.status(), 401 | 403) && facts.answer.is_some();
    // A product that people run themselves is asked at its vendor's.
    let own_server = || settings::other_server(facts, url).filter(|_| facts.status() == 401 && is_plain(facts));
    let other = other_site(facts, url).or_else(own_server);
    match other.filter(|_| !is_found && is_refused && known.by == KnownBy::Host) {
        Some(there) => {
            let message = format!("what is known besides the request names {there}, but it went to {}, another one", host(url));
            Finding::fail(Strength::Likely, message)
                .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
                .context(format!("named besides the request: {there}"))
                .fixed_by(Fix::action(format!("Send it to the API of {there}, or use a credential of {}", host(url))))
        }
        None if is_found => of_table,
        None => {
            let found =
                of_mode(facts, Some(known), url).or_else(|| of_notes(facts, known, url)).or_else(|| other_homes::perhaps(facts, url));
            found.or_else(|| of_known_good(facts, known, url)).unwrap_or(of_table)
        }
    }
}

/// A credential that is known to work, refused in one of several environments that do not show in the credential.
fn of_known_good(facts: &Facts, known: Known, url: &Url) -> Option<Finding> {
    let is_open =
        facts.is_known_good() && facts.is_refused() && facts.answer.is_some() && facts.status() == 401 && known.by == KnownBy::Host;
    let environments =
        Some(&known.service.environments).filter(|all| is_open && all.len() > 1 && all.iter().all(|e| e.prefixes.is_empty()))?;
    let here = environments.iter().find(|e| !e.hosts.is_empty() && e.has_host(url))?;
    let others: Vec<&str> = environments.iter().filter(|e| e.name != here.name).map(|e| e.name.as_str()).collect();
    let message = format!(
        "the credential works elsewhere, and this is {} of {}: it may be of {}",
        here.name,
        known.service.name,
        others.join(" or ")
    );
    Some(
        Finding::suspect(Strength::Plausible, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .context(source(known.service))
            .fixed_by(Fix::action("Compare the host with the one at which the credential works")),
    )
}

/// What is known besides the request says that the credential is for trying out, or in earnest, and the host is for the other.
fn of_mode(facts: &Facts, known: Option<Known>, url: &Url) -> Option<Finding> {
    if !matches!(facts.status(), 400 | 401 | 403) || !facts.is_refused() || facts.answer.is_none() {
        return None;
    }
    let (mode, clause) = modes::of_credential(facts)?;
    let known = known.filter(|known| known.by == KnownBy::Host);
    let environments = known.map_or(&[][..], |known| &known.service.environments);
    let here = environments.iter().find(|e| e.has_host(url));
    let of_environment = |e: &Environment| modes::of_name(&e.name);
    let has_trial = environments.iter().any(|e| of_environment(e) == Some(Mode::Trial));
    let of_host = match here {
        Some(here) => of_environment(here).or(has_trial.then_some(Mode::Live))?,
        // A host of one's own may be anything that its name does not say.
        None if known.is_none() && !host(url).contains('.') => return None,
        None if known.is_none() && host(url).parse::<std::net::IpAddr>().is_ok() => return None,
        // Of a domain for everybody, the last label says nothing: `shop.dev`, `who.int`.
        None => {
            let host = host(url);
            let named = [".dev", ".int"].iter().find_map(|end| host.strip_suffix(end)).unwrap_or(host);
            modes::of_name(named).or(has_trial.then_some(Mode::Live))?
        }
    };
    if of_host == mode {
        return None;
    }
    let (of, at) = match mode {
        Mode::Trial => ("a test environment", "a live one"),
        Mode::Live => ("the live environment", "one for tests"),
    };
    let strength = if here.is_some() { Strength::Likely } else { Strength::Plausible };
    let there = environments.iter().find(|e| of_environment(e) == Some(mode));
    let message = format!("the credential is one of {of}, by what is known besides the request, but {} is {at}", host(url));
    let finding = Finding::fail(strength, message)
        .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
        .context(clause);
    Some(finding.fixed_by(match there {
        Some(there) => fix(facts, url, there),
        None => Fix::action(format!("Send it to the host of the credential's own environment, or use a credential of {}", host(url))),
    }))
}

/// What the environments of the service's row show.
fn of_table(facts: &Facts, known: Known, url: &Url) -> Finding {
    if known.service.environments.is_empty() {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server accepted the credential in this environment");
    }
    let Some(here) = known.service.environments.iter().filter(|e| e.has_host(url)).max_by_key(|e| e.hosts.iter().map(String::len).max())
    else {
        return Finding::not_applicable();
    };
    if let Some((there, place, span, prefix)) = of_credential(facts, known, url) {
        let shown = prefix.map_or_else(String::new, |prefix| format!(" ({prefix}…)"));
        let message = format!("the credential is one of {}{shown}, but {} is {}", there.name, host(url), here.name);
        // How it begins is seen; that beginnings are of environments may be hearsay.
        let strength =
            if prefix.is_some() && known.by == KnownBy::Host { strength(&known).max(Strength::Plausible) } else { strength(&known) };
        return Finding::suspect(strength, message)
            .proof(place, span, prefix.unwrap_or(&there.name))
            .context(source(known.service))
            .fixed_by(fix(facts, url, there));
    }
    if let Some((there, accepted)) = of_history(facts, known, here) {
        let message =
            format!("{} ({}) accepted the credential, but this request went to {} ({})", host(&accepted), there.name, host(url), here.name);
        // That the hosts are apart is seen in their addresses; what the row adds are names. Whether the credential was the same
        // is certain only where somebody says so.
        let is_known_good = facts.is_known_good();
        return Finding::fail(if is_known_good { Strength::Stated } else { Strength::Likely }, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .context(format!("accepted before: {accepted}"))
            .fixed_by(fix(facts, url, there));
    }
    if let Some((there, name)) = of_configuration(facts, known, here) {
        let message = format!("the configuration names {name} ({}), but the request went to {} ({})", there.name, host(url), here.name);
        let strength = if known.decides() { Strength::Likely } else { Strength::Possible };
        return Finding::suspect(strength, message)
            .context(facts.context.config.clone().unwrap_or_default())
            .fixed_by(fix(facts, url, there));
    }
    let is_plain = facts.status() == 401 && is_plain(facts);
    let was_accepted = facts.accepted_before().any(|url| here.has_host(&url));
    if !is_plain || was_accepted || known.by != KnownBy::Host || !are_alike(known) {
        return Finding::unknown(format!("{} is {}; which environment the credential is from, it does not show", host(url), here.name));
    }
    let others: Vec<&str> = known.service.environments.iter().filter(|e| e.name != here.name).map(|e| e.name.as_str()).collect();
    let others = others.join(" or ");
    Finding::suspect(
        Strength::Possible,
        format!("{} is {}; whether the credential is of {others} instead, it does not show", host(url), here.name),
    )
    .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
    .context(source(known.service))
    .fixed_by(Fix::action("Compare the host with the one of the page on which the credential was made"))
}

/// True where a credential does not show of which environment it is, and each has hosts of its own.
fn are_alike(known: Known) -> bool {
    let environments = &known.service.environments;
    environments.len() > 1 && environments.iter().all(|e| e.prefixes.is_empty() && e.pattern.is_none() && !e.hosts.is_empty())
}

/// The environment of which a credential that was sent says it is, when it is not that of the address; with its beginning, where
/// that says so.
fn of_credential<'a>(facts: &Facts, known: Known<'a>, url: &Url) -> Option<(&'a Environment, Place, Span, Option<&'a str>)> {
    let environments = known.service.environments.iter();
    let prefixes: Vec<(&Environment, &str)> = environments.flat_map(|e| e.prefixes.iter().map(move |p| (e, p.as_str()))).collect();
    let by_look = || {
        facts.sent_credentials().into_iter().find_map(|sent| {
            let fitting = || known.service.environments.iter().filter(|e| e.looks_like(sent.text));
            let is_elsewhere = !fitting().any(|e| e.hosts.is_empty() || e.has_host(url));
            Some((fitting().next().filter(|_| is_elsewhere)?, sent.place, sent.span, None))
        })
    };
    let by_beginning = facts.sent_credentials().into_iter().find_map(|sent| {
        let fitting = prefixes.iter().filter(|(_, prefix)| sent.text.starts_with(prefix));
        let (there, prefix) = *fitting.max_by_key(|(_, prefix)| prefix.len())?;
        // Without hosts of its own an environment is on every host.
        let is_elsewhere = !there.hosts.is_empty() && !there.has_host(url);
        is_elsewhere.then_some((there, sent.place, sent.span, Some(prefix)))
    });
    by_beginning.or_else(by_look)
}

/// Another environment that accepted the credential before, while this one did not.
fn of_history<'a>(facts: &Facts, known: Known<'a>, here: &Environment) -> Option<(&'a Environment, Url)> {
    let was_accepted_here = || facts.accepted_before().any(|url| here.has_host(&url));
    let environments = || known.service.environments.iter().filter(|e| e.name != here.name);
    let (there, accepted) = facts.accepted_before().find_map(|url| {
        let there = environments().find(|e| e.has_host(&url) && !here.has_host(&url))?;
        Some((there, url))
    })?;
    (!was_accepted_here()).then_some((there, accepted))
}

/// Another environment that the configuration names by its site, while it does not name this one.
fn of_configuration<'a>(facts: &Facts, known: Known<'a>, here: &Environment) -> Option<(&'a Environment, &'a str)> {
    of_text(facts.context.config.as_deref()?, known, here)
}

/// Another environment that the notes name by its site. Where somebody logs in is no sign of where the credential is from.
fn of_notes(facts: &Facts, known: Known, url: &Url) -> Option<Finding> {
    let is_of_log_in =
        |sentence: &&str| ["log in", "login", "logged in", "sign in"].iter().any(|w| sentence.to_ascii_lowercase().contains(w));
    let is_open = matches!(facts.status(), 401 | 403) && facts.answer.is_some() && known.by == KnownBy::Host;
    let notes = facts.context.notes.as_deref().filter(|_| is_open)?;
    let here = known.service.environments.iter().find(|e| e.has_host(url))?;
    let told: Vec<&str> = sentences(notes).filter(|sentence| !is_of_log_in(sentence)).collect();
    let (there, name) = of_text(&told.join("\n"), known, here).or_else(|| of_name(&told, known, here))?;
    let message = format!("the notes name {name} ({}), but the request went to {} ({})", there.name, host(url), here.name);
    Some(
        Finding::fail(Strength::Likely, message)
            .proof(Place::RequestLine, facts.host_span(host(url)), format!("the host {}", host(url)))
            .context(format!("named in the notes: {name}"))
            .fixed_by(fix(facts, url, there)),
    )
}

/// Another environment that a sentence about a place calls by its name: "the account is on the EU site".
fn of_name<'a>(sentences: &[&str], known: Known<'a>, here: &Environment) -> Option<(&'a Environment, &'a str)> {
    const PLACES: [&str; 8] = ["site", "region", "data cent", "datacent", "zone", "hosted", "account is", "cluster"];
    let names = |sentence: &str, environment: &Environment| {
        let is_end = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        let mut found = sentence.match_indices(environment.name.as_str());
        found.any(|(at, name)| is_end(sentence[..at].chars().next_back()) && is_end(sentence[at + name.len()..].chars().next()))
    };
    let is_of_place = |sentence: &&&str| PLACES.iter().any(|place| sentence.to_ascii_lowercase().contains(place));
    let told: Vec<&&str> = sentences.iter().filter(is_of_place).collect();
    let others = known.service.environments.iter().filter(|e| e.name != here.name);
    let there = others.into_iter().find(|e| told.iter().any(|sentence| names(sentence, e)))?;
    (!told.iter().any(|sentence| names(sentence, here))).then_some((there, there.name.as_str()))
}

fn of_text<'a>(text: &str, known: Known<'a>, here: &Environment) -> Option<(&'a Environment, &'a str)> {
    let config = text.to_ascii_lowercase();
    let words: Vec<&str> = config.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).collect();
    let names = |site: &str| words.iter().any(|word| *word == site || word.strip_suffix(site).is_some_and(|rest| rest.ends_with('.')));
    let others = known.service.environments.iter().filter(|e| e.name != here.name);
    let found = others
        .flat_map(|e| e.hosts.iter().map(move |host| (e, site(host))))
        .filter(|(_, site)| names(site))
        .max_by_key(|(_, s)| s.len())?;
    let is_named_here = here.hosts.iter().any(|host| site(host).len() >= found.1.len() && names(site(host)));
    (!is_named_here).then_some(found)
}

/// The site of a host: what is behind `api.` or `app.`.
fn site(pattern: &str) -> &str {
    let host = pattern.split('/').next().unwrap_or(pattern);
    let without = ["*.", "api.", "app."].iter().find_map(|start| host.strip_prefix(start));
    without.filter(|site| site.contains('.')).unwrap_or(host)
}

fn fix(facts: &Facts, url: &Url, there: &Environment) -> Fix {
    let title = format!("Send it to {}, or use a credential of the environment of {}", there.name, host(url));
    let exact = there.hosts.iter().find(|host| !host.contains(['*', '/']));
    let Some(right) = exact else { return Fix::action(title) };
    match facts.request.url.split_once(host(url)) {
        Some((before, behind)) if !host(url).is_empty() => Fix::edit(
            format!("Send the request to {right}, where the credential belongs"),
            vec![Edit::Url(format!("{before}{right}{behind}"))],
        ),
        _ => Fix::action(title),
    }
}

#[cfg(test)]
mod tests {
    use super::site;

    #[test]
    fn a_site_is_a_host_without_the_name_of_its_api() {
        assert_eq!(site("api.us3.example.com"), "us3.example.com");
        assert_eq!(site("*.example.com/api/"), "example.com");
        assert_eq!(site("production.example.com"), "production.example.com");
        assert_eq!(site("api.example"), "api.example");
    }
}
