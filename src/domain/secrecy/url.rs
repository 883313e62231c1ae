//! Secrets in an address, whole or broken: before the host, in the path, in the query, after the `#`, and in addresses that
//! are values of its parameters.

use super::body::pairing::{Pairing, takes_part};
use super::names::Grade;
use super::search::Search;
use super::{nested, plain, shapes};
use crate::domain::span::{Span, start};
use crate::domain::vendors;

/// Schemes whose addresses have a name and an `@`, and no password.
const WITHOUT_PASSWORD: [&str; 6] = ["mailto", "sip", "sips", "xmpp", "acct", "urn"];

/// Words before a part of a path that is a credential.
const PATH_WORDS: [&str; 12] = [
    "token",
    "tokens",
    "reset",
    "verify",
    "invite",
    "magic",
    "confirm",
    "unsubscribe",
    "activate",
    "reset-password",
    "webhooks",
    "session",
];

/// Bytes of the shortest part of a path that is the key of a webhook.
const SHORTEST_OF_HOOK: usize = 16;

/// The scheme that an address begins with.
pub fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme
        .bytes()
        .enumerate()
        .all(|(i, b)| b.is_ascii_alphabetic() || i > 0 && (b.is_ascii_digit() || matches!(b, b'+' | b'.' | b'-')));
    (is_scheme && !scheme.is_empty() && rest.starts_with(['/', '\\'])).then_some(scheme)
}

/// Finds the secrets in an address.
pub fn walk(url: &str, search: &mut Search) {
    if is_command(url) {
        return in_command(url, search);
    }
    search.shapes(url);
    let lead = url.len() - url.trim_start().len();
    let authority = authority_start(url, lead);
    let path = user_info(url, authority, search);
    further_user_info(url, authority, search);
    let host = url.get(authority..path).unwrap_or_default();
    // Characters that no host has belong to something else: `$(pass token)`, or a method in the wrong place.
    let is_of_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_' | '%' | '@');
    if !host.chars().all(is_of_host) && !host.contains('@') {
        search.value(url, Span::new(authority, path), Grade::Suspect, Span::default());
    }
    let end = path + url.get(path..).unwrap_or_default().find(['?', '#']).unwrap_or(url.len() - path);
    in_path(url, host, Span::new(path, end), search);
    pairs(url, Span::new(end, url.len()), search);
}

/// True for the words of a curl command in the place of an address, which a file of requests may have: `curl -u ann:… https://h`,
/// and `-uann:…`, whose value follows its letter.
fn is_command(text: &str) -> bool {
    const WITH_VALUE: [char; 8] = ['u', 'U', 'x', 'E', 'H', 'b', 'd', 'F'];
    if memchr::memchr(b'-', text.as_bytes()).is_none() {
        return false;
    }
    words(text).any(|word| match word.strip_prefix("--") {
        Some(long) => long.starts_with(|c: char| c.is_ascii_alphabetic()),
        None => word.strip_prefix('-').is_some_and(|short| {
            let letters = short.find(|c: char| !c.is_ascii_alphabetic()).map_or(short, |end| &short[..end]);
            // Of several letters the last one has the value, which may follow at once.
            letters.ends_with(WITH_VALUE) && letters == short || letters.contains(WITH_VALUE) && short.contains([':', '='])
        }),
    })
}

/// The words of a text whose blanks may be encoded, as those of an address are.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(char::is_whitespace).flat_map(|part| part.split("%20")).filter(|word| !word.is_empty())
}

/// User and password of an address that other text comes before: quotes, a name, another address.
fn further_user_info(url: &str, first: usize, search: &mut Search) {
    const SEPARATOR: &str = "://";
    if memchr::memchr(b'@', url.as_bytes()).is_none() {
        return;
    }
    for at in memchr::memmem::find_iter(url.as_bytes(), SEPARATOR) {
        let start = at + SEPARATOR.len();
        let authority = url.get(start..).unwrap_or_default();
        let authority = authority.get(..host_length(authority)).unwrap_or_default();
        if start != first && authority.contains('@') {
            user_info(url, start, search);
        }
    }
}

/// The values of the options of a command: which of them are secret, only the command knows.
fn in_command(text: &str, search: &mut Search) {
    const QUOTES: [char; 2] = ['"', '\''];
    let mut value = |part: &str| search.value(text, Span::of(text, part).unwrap_or_default(), Grade::Secret, Span::default());
    let mut addresses = Vec::new();
    for word in words(text) {
        match word.strip_prefix('-') {
            Some(long) if long.starts_with('-') => value(word.split_once('=').map_or("", |(_, value)| value)),
            Some(short) => value(short.get(1..).unwrap_or_default()),
            None if word.contains("://") => addresses.push(word.trim_matches(QUOTES)),
            None => value(word),
        }
    }
    for address in addresses {
        let mut inner = Search::of(search);
        walk(address, &mut inner);
        search.adopt(inner, Span::of(text, address).unwrap_or_default().start);
    }
}

/// Where the host, or user and password before it, begin.
fn authority_start(url: &str, lead: usize) -> usize {
    let slashes = |at: usize| url.get(at..).unwrap_or_default().bytes().take_while(|b| matches!(b, b'/' | b'\\')).count();
    let mut at = lead;
    // A scheme may have been written twice: `http://https://…`.
    for _ in 0..2 {
        let known = url.get(at..).and_then(scheme).filter(|s| !WITHOUT_PASSWORD.iter().any(|w| w.eq_ignore_ascii_case(s)));
        let Some(scheme) = known else { break };
        at += scheme.len() + 1;
        at += slashes(at);
    }
    // A path alone has no host.
    if at == lead && slashes(lead) > 1 { lead + slashes(lead) } else { at }
}

/// User and password of an address, of a broken one too.
pub fn user_info_of(url: &str) -> Option<Span> {
    let lead = url.len() - url.trim_start().len();
    let start = authority_start(url, lead);
    host_start(url, start).map(|at| Span::new(start, at))
}

/// The place of the `@` that ends user and password. A password may have been written with characters that end a host
/// (`ann:a/b@host`): what comes before them is then no port.
fn host_start(url: &str, start: usize) -> Option<usize> {
    let rest = url.get(start..).unwrap_or_default();
    let end = host_length(rest);
    let (first, far) = rest.split_at(end);
    let is_port = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let odd = !first.contains('@')
        && !first.starts_with('[')
        && first.split_once(':').is_some_and(|(_, port)| !port.is_empty() && !is_port(port));
    first.rfind('@').or_else(|| far.rfind('@').filter(|_| odd).map(|at| end + at)).map(|at| start + at)
}

/// Bytes up to the end of a host.
fn host_length(text: &str) -> usize {
    text.find(['/', '?', '#', '\\']).unwrap_or(text.len())
}

/// Finds user and password, and returns the offset at which the path begins.
fn user_info(url: &str, start: usize, search: &mut Search) -> usize {
    let rest = url.get(start..).unwrap_or_default();
    let Some(at) = host_start(url, start) else { return start + host_length(rest) };
    let info = Span::new(start, at);
    let text = info.cut(url).unwrap_or_default();
    match text.split_once(':') {
        // A key comes alone, or with an empty or known password.
        Some((user, "" | "x-oauth-basic" | "X" | "x")) => {
            search.value(url, Span::new(start, start + user.len()), Grade::Secret, Span::default())
        }
        Some((user, _)) => {
            search.value(url, Span::new(start, start + user.len()), Grade::Suspect, Span::default());
            search.value(url, Span::new(start + user.len() + 1, info.end), Grade::Secret, Span::default());
        }
        None => search.value(url, info, Grade::Secret, Span::default()),
    }
    info.end + host_length(url.get(info.end..).unwrap_or_default())
}

/// Finds parameters in a path (`;jsessionid=…`, a `&` for a `?`), and parts that are a credential by the part before them.
fn in_path(url: &str, host: &str, path: Span, search: &mut Search) {
    let host = host.rsplit('@').next().unwrap_or_default();
    let is_hook = vendors::has_secret_paths(host);
    let mut before = "";
    for part in path.cut(url).unwrap_or_default().split(['/', '\\']) {
        let Some(span) = Span::of(url, part) else { continue };
        match part.find([';', '&']) {
            Some(at) => pairs(url, Span::new(span.start + at, span.end), search),
            None => {
                let is_bot = part
                    .strip_prefix("bot")
                    .and_then(|bot| bot.split_once(':'))
                    .is_some_and(|(id, _)| id.bytes().all(|b| b.is_ascii_digit()));
                let is_telling = is_hook || PATH_WORDS.iter().any(|word| before.eq_ignore_ascii_case(word));
                let is_key_of_hook = is_hook && part.len() >= SHORTEST_OF_HOOK && !plain::is_plain(part);
                let grade = if is_bot || is_key_of_hook {
                    Grade::Secret
                } else if is_telling {
                    Grade::Suspect
                } else {
                    Grade::Open
                };
                if grade > Grade::Open || !is_short_word(part) {
                    search.value(url, span, grade, Span::default());
                }
            }
        }
        before = part;
    }
}

/// True for a part of a path that is too short to look random, and has nothing inside. An address may have a hundred thousand of them.
fn is_short_word(part: &str) -> bool {
    part.len() < shapes::SHORTEST_RANDOM && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Finds the values of parameters: `?a=1&b=2`, `#access_token=…`, `;jsessionid=…`, and of a form.
pub fn pairs(text: &str, within: Span, search: &mut Search) {
    let mut at = within.start;
    let mut pairing = Pairing::default();
    // What comes before a `=` without a name: `password;=…`.
    let mut before = Span::default();
    while at < within.end {
        let rest = text.get(at..within.end).unwrap_or_default();
        let begin = rest.len() - rest.trim_start_matches(['?', '&', '#', ';', '!', '/', '\n', '\r']).len();
        let rest = rest.get(begin..).unwrap_or_default();
        let start = at + begin;
        let name_length = rest.find(['=', '&', '#', '?', ';']).unwrap_or(rest.len());
        if !rest.get(name_length..).is_some_and(|r| r.starts_with('=')) {
            // A value without a name: `?KEY`.
            before = Span::new(start, start + name_length);
            search.value(text, before, Grade::Open, Span::default());
            at = start + name_length.max(1);
            continue;
        }
        let name = if name_length == 0 && at == before.end { before } else { Span::new(start, start + name_length) };
        let value_at = start + name_length + 1;
        let value = text.get(value_at..within.end).unwrap_or_default();
        let length = value_length(value);
        let grade = search.grade_of(name.cut(text).unwrap_or_default().trim());
        let value = Span::new(value_at, value_at + value.get(..length).unwrap_or_default().trim_end().len());
        match member(name.cut(text).unwrap_or_default()) {
            Some(member) => pairing.member(&member, (grade, name), value, text, search),
            None => search.value(text, value, grade, name),
        }
        at = value_at + length;
    }
}

/// The member that a parameter is of a pair of name and value: `value` in `fields[0][value]` and `fields.0.value`.
fn member(name: &str) -> Option<String> {
    let name = nested::name(name);
    let last = name.trim().trim_end_matches(']').rsplit(['[', '.', ']']).next().unwrap_or_default();
    takes_part(last).then(|| last.to_string())
}

/// A value extends to the next pair; a `;` ends it where a name follows, or nothing.
fn value_length(value: &str) -> usize {
    let bytes = value.as_bytes();
    let mut at = 0;
    while let Some(i) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'&', b'#', b';', rest)).map(|i| at + i) {
        let name = bytes.get(i + 1..).unwrap_or_default();
        let length = name.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        let is_last = length == 0 && name.iter().all(u8::is_ascii_whitespace);
        if bytes.get(i) != Some(&b';') || is_last || length > 0 && name.get(length) == Some(&b'=') {
            return i;
        }
        at = i + 1;
    }
    value.len()
}

/// Finds the secrets in the addresses within a text.
pub fn in_text(text: &str, search: &mut Search) {
    // A login ends with one, and most texts have none.
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        return;
    }
    oracle(text, search);
    let mut last = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), "://") {
        if at < last {
            continue;
        }
        let end = text
            .get(at..)
            .and_then(|rest| rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`')))
            .map_or(text.len(), |i| at + i);
        // Parameters are found by their names.
        if memchr::memchr(b'@', text.as_bytes().get(at..end).unwrap_or_default()).is_some() {
            user_info(text.get(..end).unwrap_or_default(), at + 3, search);
        }
        last = end;
    }
}

/// Finds the password of `jdbc:oracle:thin:scott/tiger@//host/db`.
fn oracle(text: &str, search: &mut Search) {
    for mark in memchr::memmem::find_iter(text.as_bytes(), "jdbc:oracle:") {
        let rest = start(text.get(mark..).unwrap_or_default(), 512);
        let info = rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<')).next().unwrap_or_default();
        let password = info.rsplit_once('@').and_then(|(login, _)| login.split_once('/')).map(|(_, password)| password);
        let password = password.and_then(|password| Span::of(text, password)).unwrap_or_default();
        search.value(text, password, Grade::Secret, Span::default());
    }
}

/// Finds passwords in the words of a header: `1.1 ann:secret@proxy`, `bot (+https://ann:secret@host/)`.
pub fn in_words(value: &str, search: &mut Search) {
    in_text(value, search);
    for word in value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '<' | '>' | '"' | '\'')) {
        let word = word.trim_start_matches('+');
        let Some((info, host)) = word.rsplit_once('@') else { continue };
        let is_scheme = |name: &str| WITHOUT_PASSWORD.iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_pair = info.split_once(':').is_some_and(|(user, password)| !password.is_empty() && !is_scheme(user));
        if is_pair && !info.contains('/') && !host.is_empty() && !host.starts_with("sha256:") {
            let mut inner = Search::of(search);
            user_info(word, 0, &mut inner);
            search.adopt(inner, Span::of(value, word).unwrap_or_default().start);
        }
    }
}

/// True for an address with more than an origin, or a path: what Referer and its kin hold.
pub fn is_address(value: &str) -> bool {
    let value = value.trim();
    value.starts_with('/') || scheme(value).is_some()
}
