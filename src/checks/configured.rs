//! What was configured: which tool made of a setting what was sent, and what to write instead. The tools are data:
//! `assets/configured.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine as _;
use serde::Deserialize;

use super::facts::Facts;
use super::pattern::Pattern;
use super::{Check, Evidence, Finding, Outcome};
use crate::domain::table;
use crate::domain::token::jws::Jws;

static TABLE: LazyLock<Table> = LazyLock::new(|| table::read(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../assets/configured.toml");
/// More tools than these are no help.
const MOST: usize = 2;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    shapes: BTreeMap<Shape, Vec<String>>,
    wreck: Vec<Wreck>,
    scheme: Vec<SchemeSetting>,
    header: Vec<HeaderSetting>,
    key: Vec<KeySetting>,
}

/// A setting for the header that the credential is read from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderSetting {
    setting: String,
    when: Pattern,
    name: Option<String>,
    source: String,
}

/// A setting for the keys that signatures are verified with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeySetting {
    setting: String,
    when: Pattern,
    source: String,
}

/// A setting for the word before the token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeSetting {
    setting: String,
    when: Pattern,
    source: String,
}

/// What a tool does to a value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wreck {
    shape: Shape,
    tool: String,
    write: String,
    #[serde(default)]
    words: Vec<String>,
    source: String,
}

/// What is seen of it on the wire.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Shape {
    QuotesKept,
    DollarNotExpanded,
    PercentNotExpanded,
    TemplateNotFilled,
    NothingExpanded,
    Masked,
    LineEnd,
    CarriageReturn,
    WrappedBase64,
    EncodedTwice,
    DollarExpanded,
    ExclamationEscaped,
    ExclamationExpanded,
    BacktickLost,
    PercentLost,
    CaretLost,
    BackslashLost,
    CutAtHash,
    CutAtAmpersand,
    CutAtBlank,
    ReadAsNumber,
    ReadAsBoolean,
    Folded,
    OtherCredential,
}

/// The scheme that the settings beside the request name, with the name of the setting and where it is described.
pub fn scheme(facts: &Facts) -> Option<(String, &'static str, &'static str)> {
    let config = facts.context.config.as_deref()?;
    TABLE.scheme.iter().find_map(|row| {
        let found = row.when.regex()?.captures(config)?.get(1)?.as_str().to_string();
        Some((found, row.setting.as_str(), row.source.as_str()))
    })
}

/// The header that the settings beside the request name for the credential, with what they say.
pub fn header(facts: &Facts) -> Option<(String, String)> {
    let config = facts.context.config.as_deref()?;
    TABLE.header.iter().find_map(|row| {
        let found = row.when.regex()?.captures(config)?;
        let written = found.get(1).map(|name| name.as_str().strip_prefix("HTTP_").map_or_else(|| name.as_str().into(), wsgi_name));
        let name = written.or_else(|| row.name.clone())?;
        Some((name.clone(), format!("{}: {name} ({})", row.setting, row.source)))
    })
}

/// A header's name as WSGI and CGI have it, as it is sent: `X_KEY`, `X-Key`.
fn wsgi_name(name: &str) -> String {
    let word =
        |word: &str| word.split_at_checked(1).map_or_else(String::new, |(first, rest)| format!("{first}{}", rest.to_ascii_lowercase()));
    name.split('_').map(word).collect::<Vec<_>>().join("-")
}

/// The ids of the keys that the settings beside the request list, with what they say.
pub fn key_ids<'f>(facts: &'f Facts) -> Option<(Vec<&'f str>, String)> {
    let config = facts.context.config.as_deref()?;
    TABLE.key.iter().find_map(|row| {
        let list = row.when.regex()?.captures(config)?.get(1)?.as_str();
        let ids: Option<Vec<&str>> = list.split_whitespace().map(|key| Some(key.split_once('#')?.0)).collect();
        Some((ids?, format!("{}: {list} ({})", row.setting, row.source)))
    })
}

/// A finding with the tools that usually make what it found.
pub fn explain(facts: &Facts, check: &Check, mut finding: Finding) -> Finding {
    if !matches!(finding.outcome, Outcome::Fail | Outcome::Warn) {
        return finding;
    }
    let of_check = TABLE.shapes.iter().filter(|(_, ids)| ids.iter().any(|id| id == check.id)).map(|(shape, _)| *shape);
    if let Some(shape) = of_check.into_iter().find(|shape| is_seen(facts, *shape)) {
        let origins = origins(facts, shape).into_iter();
        finding.evidence.extend(origins.map(|w| Evidence::context(format!("usual origin: {}; write {} ({})", w.tool, w.write, w.source))));
    }
    finding
}

/// The tools that make this shape: those that the exchange shows, else the usual ones.
fn origins(facts: &Facts, shape: Shape) -> Vec<&'static Wreck> {
    let context = facts.context;
    let told = [&context.client, &context.server, &context.config, &context.notes].into_iter().flatten().map(String::as_str);
    let known = told.chain(facts.request.headers.get("user-agent")).collect::<Vec<_>>().join("\n").to_ascii_lowercase();
    let of_shape = || TABLE.wreck.iter().filter(|wreck| wreck.shape == shape);
    let shown: Vec<_> = of_shape().filter(|wreck| wreck.words.iter().any(|word| known.contains(word.as_str()))).take(MOST).collect();
    if shown.is_empty() { of_shape().filter(|wreck| wreck.words.is_empty()).take(MOST).collect() } else { shown }
}

fn is_seen(facts: &Facts, shape: Shape) -> bool {
    let basic = facts.basic.as_ref().and_then(|basic| basic.text());
    let sent: Vec<&str> = match basic {
        Some((user, password)) => vec![user, password],
        None => facts.sent_credentials().into_iter().map(|sent| sent.text).collect(),
    };
    let any = |fits: fn(&str) -> bool| sent.iter().any(|text| fits(text));
    let meant = facts.context.password.as_deref();
    let differs = |fits: fn(&str, &str) -> bool| {
        meant.zip(basic.map(|(_, password)| password)).is_some_and(|(meant, sent)| meant != sent && fits(meant, sent))
    };
    let raw = || facts.authorizations.iter().map(|a| a.value.as_str());
    match shape {
        Shape::QuotesKept => any(|text| text.contains(['"', '\''])) || raw().any(|value| value.contains(['"', '\''])),
        Shape::DollarNotExpanded => any(|text| text.starts_with('$') && !text.starts_with("${{")),
        Shape::PercentNotExpanded => any(|text| text.len() > 2 && text.starts_with('%') && text.ends_with('%')),
        Shape::TemplateNotFilled => any(|text| text.contains("{{") && text.contains("}}")),
        Shape::NothingExpanded => true,
        Shape::Masked => any(|text| text.contains("***")),
        Shape::LineEnd => !is_seen(facts, Shape::CarriageReturn),
        Shape::CarriageReturn => any(|text| text.ends_with('\r') || text.ends_with("\r\n")) || raw().any(|value| value.ends_with('\r')),
        Shape::WrappedBase64 => facts.authorizations.iter().any(|a| a.is("basic") && a.credential.contains(char::is_whitespace)),
        Shape::EncodedTwice => any(is_base64_of_a_credential) || facts.authorizations.iter().any(|a| is_base64_twice(a.core().0)),
        Shape::DollarExpanded => differs(lost_a_variable),
        Shape::ExclamationEscaped => differs(|meant, sent| meant.contains('!') && sent.replace("\\!", "!") == meant),
        Shape::ExclamationExpanded => differs(|meant, sent| {
            meant.split_once('!').is_some_and(|(before, behind)| !behind.is_empty() && sent.starts_with(before) && !sent.contains('!'))
        }),
        Shape::BacktickLost => differs(|meant, sent| is_without(meant, sent, '`')),
        Shape::PercentLost => differs(|meant, sent| is_without(meant, sent, '%')),
        Shape::CaretLost => differs(|meant, sent| is_without(meant, sent, '^')),
        Shape::BackslashLost => differs(|meant, sent| is_without(meant, sent, '\\')),
        Shape::CutAtHash => differs(|meant, sent| is_cut(meant, sent, &['#'])),
        Shape::CutAtAmpersand => differs(|meant, sent| is_cut(meant, sent, &['&', ';'])),
        Shape::CutAtBlank => differs(|meant, sent| is_cut(meant, sent, &[' '])),
        Shape::ReadAsNumber => differs(is_number_of),
        Shape::ReadAsBoolean => differs(|meant, sent| {
            let is = |words: [&str; 3]| words.iter().any(|word| meant.eq_ignore_ascii_case(word));
            sent.eq_ignore_ascii_case("true") && is(["yes", "on", "y"]) || sent.eq_ignore_ascii_case("false") && is(["no", "off", "n"])
        }),
        Shape::Folded => differs(|meant, sent| meant.contains('\n') && meant.trim_end().replace('\n', " ") == sent.trim_end()),
        Shape::OtherCredential => {
            facts.basic.is_some()
                && !facts.context.scheme.is_empty()
                && !facts.context.scheme.iter().any(|s| s.eq_ignore_ascii_case("basic"))
                || facts.authorizations.len() > 1 && facts.authorizations.iter().any(|a| a.is("basic"))
        }
    }
}

/// True when a `$` with the name behind it is gone, and perhaps another text in its place.
fn lost_a_variable(meant: &str, sent: &str) -> bool {
    let Some((before, behind)) = meant.split_once('$') else { return false };
    let name = behind.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(behind.len());
    // `$$` is the number of the process, `$1` an argument.
    let first = behind.chars().next();
    let length = match first {
        Some(c) if c.is_ascii_digit() || matches!(c, '$' | '!' | '?' | '#' | '@' | '*' | '-') => c.len_utf8(),
        _ => name,
    };
    let rest = behind.get(length..).unwrap_or_default();
    length > 0 && !rest.contains('$') && sent.len() >= before.len() + rest.len() && sent.starts_with(before) && sent.ends_with(rest)
}

/// True for a text that is the other without one sign.
fn is_without(meant: &str, sent: &str, sign: char) -> bool {
    meant.contains(sign) && meant.replace(sign, "") == sent.replace(sign, "") && sent.matches(sign).count() < meant.matches(sign).count()
}

/// True for a text that ends where one of these signs is in the other.
fn is_cut(meant: &str, sent: &str, signs: &[char]) -> bool {
    !sent.is_empty() && meant.match_indices(signs).any(|(at, _)| meant.get(..at).is_some_and(|head| head.trim_end() == sent.trim_end()))
}

/// True for the number that digits with zeros before them were read as.
fn is_number_of(meant: &str, sent: &str) -> bool {
    let is_digits = meant.len() > 1 && meant.starts_with('0') && meant.bytes().all(|b| b.is_ascii_digit());
    is_digits && (meant.trim_start_matches('0') == sent || i64::from_str_radix(meant, 8).is_ok_and(|number| number.to_string() == sent))
}

fn decoded(text: &str) -> Option<String> {
    let bytes = base64::prelude::BASE64_STANDARD.decode(text.trim()).ok().filter(|bytes| bytes.len() >= 4)?;
    String::from_utf8(bytes).ok()
}

/// True for base64 of a JWT.
fn is_base64_of_a_credential(text: &str) -> bool {
    text.len() > 40 && decoded(text).is_some_and(|inner| Jws::looks_like(inner.trim()))
}

/// True for base64 of base64 of `user:password`.
fn is_base64_twice(text: &str) -> bool {
    decoded(text).and_then(|inner| decoded(&inner)).is_some_and(|inner| inner.contains(':') && !inner.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::checks::{Surroundings, catalogue, examine};
    use crate::domain::basic;
    use crate::domain::exchange::Exchange;
    use crate::domain::request::RequestText;
    use crate::domain::response::{Answered, Response};

    #[test]
    fn every_shape_is_found_by_checks_of_the_catalogue_and_has_a_usual_origin() {
        let table: Table = table::read(TEXT).expect("the table");
        for (shape, ids) in &table.shapes {
            assert!(ids.iter().all(|id| catalogue::find(id).is_some()), "{shape:?}: {ids:?}");
            assert!(table.wreck.iter().any(|wreck| wreck.shape == *shape), "{shape:?} has no row");
        }
        for Wreck { shape, tool, write, words, source } in &table.wreck {
            assert!(table.shapes.contains_key(shape) && source.starts_with("https://"), "{tool}: {source}");
            assert!(!write.is_empty() && words.iter().all(|word| *word == word.to_lowercase()), "{tool}");
        }
        for SchemeSetting { setting, when, source } in &table.scheme {
            assert!(when.regex().is_some_and(|regex| regex.captures_len() == 2) && source.starts_with("https://"), "{setting}");
        }
        let tools: BTreeSet<_> = table.wreck.iter().map(|wreck| (wreck.shape, &wreck.tool)).collect();
        assert_eq!(tools.len(), table.wreck.len());
    }

    /// The origins that are told of a credential in `Authorization`, when this password is meant.
    fn told(check: &str, credential: &str, meant: &str) -> Vec<String> {
        let request = format!("GET https://orders.example/v1\nAuthorization: {credential}");
        let headers = [("WWW-Authenticate", "Basic realm=\"orders\", Bearer")].into_iter().collect();
        // In a recording, asterisks are what was taken out of it.
        let answer = Response { status: 401, headers, answered: Answered::Sent, ..Response::default() };
        let mut exchange = Exchange { request: RequestText::parse(&request).0, answer: Some(answer), ..Exchange::default() };
        (exchange.context.username, exchange.context.password) = (Some("maria".into()), Some(meant.into()));
        let report = examine(&exchange, &Surroundings::alone(jiff::Timestamp::UNIX_EPOCH));
        let finding = report.checks.into_iter().find(|e| e.check.id == check).expect("a check").finding;
        let texts = finding.evidence.into_iter().map(|e| e.text);
        texts.filter_map(|text| text.strip_prefix("usual origin: ").map(String::from)).collect()
    }

    #[test]
    fn what_was_configured_is_told_where_it_can_be_seen() {
        let basic = |password: &str| format!("Basic {}", basic::encode("maria", password));
        let twice = base64::prelude::BASE64_STANDARD.encode(basic::encode("maria", "Vq7-lemon"));
        for (check, credential, meant, origin) in [
            ("credential-quoted", "Bearer \"7f3a9c1e5b2d4f6a\"".to_string(), "x", "an env file"),
            ("credential-placeholder", "Bearer $TOKEN".into(), "x", "single quotes"),
            ("credential-placeholder", "Bearer %TOKEN%".into(), "x", "bash, zsh or PowerShell"),
            ("credential-placeholder", "Bearer {{token}}".into(), "x", "a variable of the client"),
            ("credential-placeholder", "Bearer ***".into(), "x", "a log"),
            ("credential-empty", "Bearer ".into(), "x", "the shell"),
            ("basic-trailing-newline", basic("Vq7\n"), "Vq7", "echo"),
            ("basic-trailing-newline", basic("Vq7\r\n"), "Vq7", "a file with Windows line ends"),
            ("basic-without-colon", format!("Basic {twice}"), "Vq7-lemon", "a client that encodes by itself"),
            ("basic-rejected", basic("Vq"), "Vq$lemon", "double quotes"),
            ("basic-rejected", basic("Vq\\!7"), "Vq!7", "double quotes in bash"),
            ("basic-rejected", basic("Vqls"), "Vq!7", "the history"),
            ("basic-rejected", basic("Vq7"), "Vq`7", "PowerShell"),
            ("basic-rejected", basic("Vq7"), "Vq%7", "a batch file"),
            ("basic-rejected", basic("Vq7"), "Vq^7", "cmd.exe"),
            ("basic-rejected", basic("Vq7"), "Vq\\7", "a shell or a file"),
            ("basic-rejected", basic("Vq7"), "Vq7#lemon", "a file where #"),
            ("basic-rejected", basic("Vq7"), "Vq7&lemon", "a shell, for which &"),
            ("basic-rejected", basic("Vq7"), "Vq7 lemon", "a shell that splits"),
            ("basic-rejected", basic("83"), "0123", "YAML, for which digits"),
            ("credential-placeholder", basic("true"), "yes", "YAML, for which yes"),
            ("basic-rejected", basic("Vq 7"), "Vq\n7", "YAML, where >"),
        ] {
            let told = told(check, &credential, meant);
            assert!(told.iter().any(|text| text.starts_with(origin)), "{check} {credential} for {meant}: {told:?}");
        }
    }

    /// Near misses, and what only looks like one of them.
    #[test]
    fn nothing_is_told_of_what_was_configured_where_it_cannot_be_seen() {
        let basic = |password: &str| format!("Basic {}", basic::encode("maria", password));
        for (check, credential, meant) in [
            ("credential-quoted", "Bearer “7f3a9c1e5b2d4f6a”".to_string(), "x"),
            ("credential-placeholder", "Bearer your-api-key".into(), "x"),
            ("basic-rejected", basic("another"), "Vq$lemon"),
            ("basic-rejected", basic("Vr7"), "Vq7#lemon"),
            ("basic-rejected", basic("84"), "0123"),
            ("credential-placeholder", basic("false"), "yes"),
            ("basic-rejected", basic("vq7"), "Vq7"),
            ("basic-rejected", basic("Vq$lemon"), "Vq$lemon"),
            ("basic-rejected", basic("Vq7#lemon"), "Vq7#lemon"),
        ] {
            assert_eq!(told(check, &credential, meant), Vec::<String>::new(), "{check} {credential} for {meant}");
        }
    }

    #[test]
    fn what_a_shell_makes_of_a_password() {
        assert!(lost_a_variable("pa$sword", "pa"));
        assert!(lost_a_variable("pa$word!x", "pa!x"));
        assert!(lost_a_variable("a$$b", "a4711b"));
        assert!(lost_a_variable("a$1b", "ab"));
        for (meant, sent) in [("pa$sword", "ka"), ("password", "pa"), ("pa$", "pa"), ("a$b-c", "a-d")] {
            assert!(!lost_a_variable(meant, sent), "{meant} {sent}");
        }
    }

    #[test]
    fn what_a_file_makes_of_a_password() {
        assert!(is_cut("pass#word", "pass", &['#']) && is_cut("pass #word", "pass", &['#']) && is_cut("a#b#c", "a#b", &['#']));
        assert!(!is_cut("pass#word", "pas", &['#']) && !is_cut("password", "pass", &['#']));
        assert!(is_number_of("0123", "123") && is_number_of("0123", "83") && !is_number_of("123", "83") && !is_number_of("0189", "83"));
        assert!(
            is_without("a%%b", "a%b", '%') && is_without("a^b", "ab", '^') && !is_without("ab", "ab", '^') && !is_without("a^b", "ac", '^')
        );
    }
}
