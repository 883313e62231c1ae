//! Values that follow their name after a blank: flags of a command (`curl -u ann:secret`, `--password secret`), the words of a netrc
//! file, names with a tab or blanks behind them, and logins alone.

use super::clients;
use super::pairing::LONGEST_NAME;
use super::prose;
use super::shell::Words;
use crate::domain::secrecy::names::{self, Grade, Side};
use crate::domain::secrecy::search::Search;
use crate::domain::secrecy::{logins, shapes};
use crate::domain::span::Span;

/// Flags that take a name and a password with a colon between them: of a user, or of a file with a key.
const LOGINS: [&str; 9] = ["-u", "-U", "--user", "--proxy-user", "--auth", "-a", "-E", "--cert", "--proxy-cert"];
/// Flags that take the line of a header, and pairs of cookies.
const HEADERS: [&str; 4] = ["-H", "--header", "--proxy-header", "--headers"];
const COOKIES: [&str; 2] = ["-b", "--cookie"];
/// Words that begin an entry of a netrc file, and those that follow with a value each.
const MACHINES: [&str; 2] = ["machine", "default"];
const NETRC: [&str; 5] = ["login", "user", "account", "password", "passwd"];

/// True for a flag that takes a name and a password.
pub fn takes_login(flag: &str) -> bool {
    LOGINS.contains(&flag)
}

/// The password of a name and a password.
pub fn password(login: &str) -> Option<Span> {
    let (name, password) = login.split_once(':')?;
    (!password.is_empty() && !password.starts_with("//")).then(|| Span::new(name.len() + 1, login.len()))
}

/// Finds the secrets of a text that is sent.
pub fn walk(text: &str, search: &mut Search) {
    if memchr::memmem::find(text.as_bytes(), b" -").is_some() || text.starts_with('-') {
        flags(text, search);
    }
    if memchr::memmem::find(text.as_bytes(), b"passw").is_some() {
        netrc(text, search);
    }
    if memchr::memchr(b'\t', text.as_bytes()).is_some() {
        tabs(text, search);
    }
    clients::walk(text, search);
    if search.is_sent() {
        lines(text, search);
        logins_alone(text, search);
    }
}

/// Words of the longest line that gives a secret: `CONFIG SET requirepass …`.
const MOST_WORDS: usize = 4;
/// Words before the name in such a line.
const LEADS: [&str; 7] = ["set", "config", "env", "arg", "export", "setenv", "declare"];
/// Commands of servers for mail, files and caches that take nothing but a login.
const COMMANDS: [&str; 2] = ["AUTH", "PASS"];

/// Finds the last word of a short line that names a secret: `AUTH …`, `PASS …`, `set requirepass …`, `ENV TOKEN …`.
fn lines(text: &str, search: &mut Search) {
    for line in text.lines() {
        let words: Vec<&str> = line.split_ascii_whitespace().take(MOST_WORDS + 1).collect();
        let [before @ .., name, value] = words.as_slice() else { continue };
        let is_lead = |word: &&str| LEADS.iter().any(|lead| lead.eq_ignore_ascii_case(word));
        let is_command = words.len() < MOST_WORDS && words.first().is_some_and(|first| COMMANDS.contains(first));
        let is_named = || name.len() <= LONGEST_NAME && before.iter().all(is_lead) && search.grade_of(name) == Grade::Secret;
        let value = value.trim_matches(['"', '\'']);
        if words.len() <= MOST_WORDS && (is_command || is_named()) && prose::is_said(value) {
            search.value(text, Span::of(text, value).unwrap_or_default(), Grade::Secret, Span::of(text, name).unwrap_or_default());
        }
    }
}

/// What else a word, a colon and a value begin with.
const OTHER_SCHEMES: [&str; 14] =
    ["data", "tel", "sms", "blob", "about", "javascript", "tag", "did", "magnet", "cid", "md5", "sha1", "sha256", "sha512"];

/// Finds the passwords of a text of nothing but logins, one a line: `ann:…`.
fn logins_alone(text: &str, search: &mut Search) {
    let login = |line: &str| {
        let password = logins::password("login", line.trim()).filter(|_| !line.trim().contains(char::is_whitespace))?;
        let (user, rest) = line.split_once(':')?;
        let is_other = rest.starts_with(['\\', '/'])
            || rest.contains([':', '{', ';', '"'])
            || OTHER_SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(user.trim()));
        Span::of(text, line.trim()).filter(|_| !is_other).map(|line| password.shifted(line.start))
    };
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    if lines().all(|line| login(line).is_some()) {
        lines().filter_map(login).for_each(|password| search.value(text, password, Grade::Secret, Span::default()));
    }
}

fn flags(text: &str, search: &mut Search) {
    let mut flag = "";
    for word in (Words { text, at: 0 }) {
        let shown = word.cut(text).unwrap_or_default();
        let before = std::mem::replace(&mut flag, shown);
        if before.len() > LONGEST_NAME || !before.starts_with('-') || shown.starts_with('-') {
            continue;
        }
        let name = Span::of(text, before).unwrap_or_default();
        if takes_login(before) {
            if let Some(password) = password(shown) {
                search.value(text, password.shifted(word.start), Grade::Secret, name);
            }
        } else if HEADERS.contains(&before) {
            if let Some((header, value)) = shown.split_once(':') {
                let rest = shapes::schemed(value).map_or_else(|| Span::of(value, value.trim()), |(_, rest)| Some(rest)).unwrap_or_default();
                search.value(text, rest.shifted(word.start + header.len() + 1), names::of_header(header.trim()), name);
            }
        } else if COOKIES.contains(&before) {
            for (at, pair) in shown.split(';').filter_map(|pair| Some((Span::of(shown, pair)?.start, pair))) {
                let Some((cookie, value)) = pair.split_once('=') else { continue };
                let start = word.start + at + cookie.len() + 1;
                search.value(text, Span::new(start, start + value.len()), Grade::Secret, name);
            }
        } else if before.starts_with("--") {
            let grade = names::of(before.trim_start_matches('-'), Side::Request);
            if grade > Grade::Open {
                search.value(text, word, grade, name);
            }
        }
    }
}

fn netrc(text: &str, search: &mut Search) {
    // The entry that a word is of, and the name that the next word is the value of.
    let (mut is_entry, mut name) = (false, None);
    for word in (Words { text, at: 0 }) {
        let shown = word.cut(text).unwrap_or_default();
        match name.take() {
            Some(Some(name)) => search.value(text, word, Grade::Secret, name),
            Some(None) => {}
            None if MACHINES.contains(&shown) => {
                is_entry = true;
                name = (shown == "machine").then_some(None);
            }
            None if is_entry && NETRC.contains(&shown) => name = Some(Some(word).filter(|_| shown.starts_with("pass"))),
            None => is_entry = false,
        }
    }
}

fn tabs(text: &str, search: &mut Search) {
    for line in text.lines() {
        let Some((name, value)) = line.trim_start().split_once('\t') else { continue };
        let (name, value) = (name.trim(), value.trim());
        if name.len() > LONGEST_NAME || value.is_empty() {
            continue;
        }
        let grade = search.grade_of(name);
        if grade > Grade::Open && search.grade_of(value) == Grade::Open {
            search.value(text, Span::of(text, value).unwrap_or_default(), grade, Span::of(text, name).unwrap_or_default());
        }
    }
}
