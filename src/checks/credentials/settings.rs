//! What settings beside a request say of the credential that it carries, and of the address that it should go to.

use url::Url;

use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::site::has_known_suffix;

/// A name with its value: `API_KEY=…`, `apikey = "…"`, `server token: …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Setting<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> Setting<'a> {
    /// The settings of some lines; several may stand in one line, apart by blanks.
    fn all(text: &'a str) -> impl Iterator<Item = Self> {
        text.lines().flat_map(|line| {
            let whole = Self::read(line).into_iter();
            let parts = line.split_whitespace().filter(|word| word.contains('=') && word.len() < line.len());
            whole.chain(parts.filter_map(Self::read))
        })
    }

    fn read(line: &'a str) -> Option<Self> {
        let at = line.find(['=', ':'])?;
        let (name, value) = (line.get(..at)?.trim(), line.get(at + 1..)?.trim());
        let name = name.strip_prefix("export ").unwrap_or(name).trim_matches(['"', '\'', '-', ' ']);
        let value = value.trim_matches(['"', '\'', ',', ';']);
        let is_name = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(['/', '<', '{']);
        (is_name && !value.is_empty()).then_some(Self { name, value })
    }

    fn words(&self) -> Vec<String> {
        words(self.name)
    }
}

/// Names of settings are not longer than this.
const LONGEST_NAME: usize = 64;
/// Shorter values may be anything.
const SHORTEST: usize = 8;

/// The words of a name, in lower case: `X-Postmark-Server-Token`, `SERVER_TOKEN`, `serverToken`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            words.push(String::new());
        } else {
            if words.is_empty() || c.is_ascii_uppercase() && was_lower {
                words.push(String::new());
            }
            words.last_mut().into_iter().for_each(|word| word.push(c.to_ascii_lowercase()));
        }
        was_lower = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The settings name the value that was sent and another one, and it is the other one's name that the header has: the values are
/// mistaken for each other.
pub fn another_meant(facts: &Facts) -> Option<Finding> {
    let config = facts.context.config.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let other = facts.others.iter().find(|other| matches!(other.place, Place::RequestHeader(_)) && other.value.trim().len() >= SHORTEST)?;
    let settings: Vec<Setting> = Setting::all(config).collect();
    let sent = settings.iter().find(|setting| setting.value == other.value.trim())?;
    let of_header = words(&other.name);
    let (own, header_has) = (sent.words(), |word: &String| of_header.contains(word));
    let is_meant = |setting: &&Setting| {
        let theirs = setting.words();
        let telling: Vec<&String> = theirs.iter().filter(|word| !own.contains(word)).collect();
        setting.value != sent.value && !telling.is_empty() && telling.into_iter().all(header_has) && theirs.len() > 1
    };
    let meant = settings.iter().find(is_meant).filter(|_| own.iter().any(|word| !header_has(word)))?;
    let message = format!("the value in {} is the one that the settings call {}, and {} is another one", other.name, sent.name, meant.name);
    let Place::RequestHeader(index) = other.place else { return None };
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(other.place, other.span, format!("the {}", sent.name))
            .context(format!("settings: {} and {}", sent.name, meant.name))
            .fixed_by(Fix::edit(
                format!("Send the {} in {}", meant.name, other.name),
                vec![Edit::HeaderValue { index, value: meant.value.into() }],
            )),
    )
}

/// The setting for an API key whose value was sent in `Authorization`: most servers read such a key in a header of its own.
pub fn key_in_authorization(facts: &Facts) -> Option<Finding> {
    let config = facts.context.config.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let a = facts.authorization().filter(|a| facts.challenges.is_empty() && a.credential.len() >= SHORTEST && facts.jwt().is_none())?;
    let (text, span) = a.core();
    let setting = Setting::all(config).find(|setting| setting.value == text)?;
    let words = setting.words();
    let is_key = words.iter().any(|word| word == "apikey") || words.windows(2).any(|pair| pair[0] == "api" && pair[1] == "key");
    let is_of_server = || facts.context.server.is_some() || config.to_ascii_lowercase().contains("auth");
    if !is_key || !is_of_server() || facts.says_plainly(Topic::Token) {
        return None;
    }
    let message =
        format!("what was sent in Authorization is the server's setting {}: API keys are mostly read from X-API-Key", setting.name);
    let edits = vec![Edit::RemoveHeader { index: a.index }, Edit::AddHeader { name: "X-API-Key".into(), value: text.into() }];
    Some(
        Finding::suspect(Strength::Plausible, message)
            .proof(a.place(), span, "the credential")
            .context(format!("settings: {}", setting.name))
            .fixed_by(Fix::edit("Move the key to the header X-API-Key", edits)),
    )
}

/// What was sent is only the beginning of the value that the settings have.
pub fn cut_in_sending(facts: &Facts) -> Option<Finding> {
    let config = facts.context.config.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    facts.sent_credentials().into_iter().filter(|sent| sent.text.len() >= SHORTEST_CUT).find_map(|sent| {
        let is_longer = |setting: &Setting| setting.value.len() > sent.text.len() && setting.value.starts_with(sent.text);
        let setting = Setting::all(config).find(is_longer)?;
        let missing = setting.value.len() - sent.text.len();
        let message = format!("what was sent is the beginning of the setting {}: its last {missing} characters are missing", setting.name);
        Some(
            Finding::fail(Strength::Contradiction, message)
                .proof(sent.place, sent.span, "the credential that was sent")
                .context(format!("settings: {}, {} characters", setting.name, setting.value.len()))
                .fixed_by(Fix::action("Find out what cuts it: an encoder that is not closed, a buffer, a column")),
        )
    })
}

/// Bytes of the shortest credential of which the end may be missing: shorter ones may begin alike.
const SHORTEST_CUT: usize = 16;

/// The shared secrets that the settings name for signing tokens, at most a few.
pub fn signing_secrets<'f>(facts: &'f Facts) -> impl Iterator<Item = &'f str> {
    const MOST: usize = 4;
    let is_secret = |setting: &Setting| {
        let words = setting.words();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        has(&["secret", "secretkey", "signingkey", "jwtsecret"]) || has(&["signing", "jwt"]) && has(&["key"])
    };
    let config = facts.context.config.as_deref().unwrap_or_default();
    let settings = Setting::all(config).filter(is_secret).map(|setting| setting.value);
    settings.filter(|value| value.len() >= SHORTEST).take(MOST)
}

/// The one server that all settings for addresses name, where the request went to another one.
pub fn other_server<'f>(facts: &'f Facts, url: &Url) -> Option<&'f str> {
    let config = facts.context.config.as_deref()?;
    let here = url.host_str()?;
    let is_of_api = |setting: &Setting| {
        let words = setting.words();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let is_address = has(&["url", "uri", "host", "hostname", "endpoint", "server", "baseurl", "domain"]);
        // Where people log in, are sent back to or look on the way is another server than the API.
        let is_other =
            has(&["auth", "oauth", "oidc", "issuer", "token", "login", "callback", "redirect", "proxy", "jwks", "webhook", "sso"]);
        is_address && !is_other
    };
    let host = |value: &'f str| {
        let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
        rest.split(|c: char| matches!(c, '/' | ':' | '?') || c.is_whitespace())
            .next()
            .filter(|host| host.contains('.') && (has_known_suffix(host) || is_inner(host) || value.contains("://")))
    };
    let mut hosts = Setting::all(config).filter(is_of_api).filter_map(|setting| host(setting.value));
    let first = hosts.next()?;
    let is_same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    (!is_same(first, here) && hosts.all(|other| is_same(other, first)) && !config.contains(here)).then_some(first)
}

/// True for a host under a name that is set apart for inner networks and for examples (RFC 2606, RFC 6762, RFC 8375).
fn is_inner(host: &str) -> bool {
    const ENDS: [&str; 9] = [".example", ".test", ".local", ".internal", ".lan", ".corp", ".home", ".home.arpa", ".intranet"];
    ENDS.iter().any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_from_lines_of_many_formats() {
        let read = |text: &'static str| Setting::all(text).map(|s| (s.name, s.value)).collect::<Vec<_>>();
        assert_eq!(read("API_KEY=abc\nserver token: def"), [("API_KEY", "abc"), ("server token", "def")]);
        assert_eq!(read("apikey = \"abc\""), [("apikey", "abc")]);
        assert_eq!(read("export A=1"), [("A", "1"), ("A", "1")]);
        assert!(read("A=1 B=2").contains(&("B", "2")));
        assert!(read("[[roles]]\n# nothing").is_empty());
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(words("X-Postmark-Server-Token"), ["x", "postmark", "server", "token"]);
        assert_eq!(words("serverToken"), ["server", "token"]);
        assert_eq!(words("SERVER_TOKEN"), ["server", "token"]);
    }
}
