//! How clients and servers are told a password: `mysql -psecret`, `docker login -p secret`, `IDENTIFIED BY 'secret'`, and the lines of a pgpass file.

use super::shell::Words;
use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::span::{Span, start};

/// Programs that take a password directly behind `-p`, and a program and a command of others that take it as the next word too.
const PROGRAMS: [&str; 9] = ["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump", "mariadb-admin", "7z", "rar"];
const WITH_NEXT: [&str; 2] = ["sshpass", "login"];

/// Bytes before a quote in which the words of a statement are looked for.
const LONGEST_STATEMENT: usize = 96;

/// Finds the passwords in a text that is sent.
pub fn walk(text: &str, search: &mut Search) {
    if memchr::memmem::find(text.as_bytes(), b" -p").is_some() {
        flags(text, search);
    }
    let words = ["identified", "IDENTIFIED", "Identified", "password", "PASSWORD", "Password"];
    if memchr::memchr2(b'\'', b'"', text.as_bytes()).is_some() && words.iter().any(|word| text.contains(word)) {
        statements(text, search);
    }
    if memchr::memchr(b':', text.as_bytes()).is_some() {
        for line in text.lines() {
            pgpass(line, text, search);
        }
    }
}

fn flags(text: &str, search: &mut Search) {
    let (mut takes, mut takes_next, mut end) = (None, false, 0);
    for word in (Words { text, at: 0 }) {
        let shown = word.cut(text).unwrap_or_default();
        let between = text.get(std::mem::replace(&mut end, word.end)..word.start).unwrap_or_default();
        if between.contains('\n') && !between.contains('\\') {
            (takes, takes_next) = (None, false);
        }
        if std::mem::take(&mut takes_next) {
            search.value(text, word, Grade::Secret, takes.unwrap_or_default());
            continue;
        }
        let program = shown.rsplit(['/', '\\']).next().unwrap_or_default();
        match shown.strip_prefix("-p") {
            Some("") => {
                takes_next = takes
                    .and_then(|program: Span| program.cut(text))
                    .is_some_and(|name| WITH_NEXT.iter().any(|known| name.ends_with(known)))
            }
            Some(password) if takes.is_some() => {
                let password = password.trim_matches(['"', '\'']);
                search.value(text, Span::of(text, password).unwrap_or_default(), Grade::Secret, takes.unwrap_or_default());
            }
            _ if WITH_NEXT.contains(&program) || PROGRAMS.contains(&program) => takes = Some(word),
            // Another command.
            _ if matches!(shown, "|" | "||" | "&&") => takes = None,
            _ => {}
        }
    }
}

/// Finds the texts in quotes behind `IDENTIFIED BY` and `PASSWORD`.
fn statements(text: &str, search: &mut Search) {
    for quote in memchr::memchr2_iter(b'\'', b'"', text.as_bytes()) {
        let before = text.get(..quote).unwrap_or_default().trim_end_matches([' ', '(']);
        if !before.ends_with(['y', 'Y', 'd', 'D']) {
            continue;
        }
        let mut begin = before.len().saturating_sub(LONGEST_STATEMENT);
        while !before.is_char_boundary(begin) {
            begin += 1;
        }
        let before = before.get(begin..).unwrap_or_default().to_ascii_lowercase();
        let before = before.rsplit([';', '\'', '"']).next().unwrap_or_default();
        let mut words = before.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty()).rev();
        let grade = match words.next() {
            Some("by") if words.any(|word| word == "identified") => Grade::Secret,
            Some("password") => Grade::Likely,
            _ => continue,
        };
        let inside = text.get(quote + 1..).unwrap_or_default();
        let mark = text.as_bytes().get(quote).copied().unwrap_or_default();
        let length = memchr::memchr2(mark, b'\n', inside.as_bytes()).unwrap_or(inside.len());
        search.value(text, Span::new(quote + 1, quote + 1 + length), grade, Span::default());
    }
}

/// Finds the password of `host:port:database:user:password`. Groups of hexadecimal digits are an address.
fn pgpass(line: &str, text: &str, search: &mut Search) {
    let line = start(line.trim(), 1024);
    let mut fields = line.splitn(5, ':');
    let [Some(host), Some(port), Some(database), Some(user), Some(password)] = [(); 5].map(|()| fields.next()) else { return };
    let is_port = port == "*" || (2..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    let is_group = |field: &str| field.len() <= 4 && field.bytes().all(|b| b.is_ascii_hexdigit());
    let has_fields = [host, database, user, password].iter().all(|field| !field.is_empty() && !field.contains(char::is_whitespace));
    if is_port && has_fields && !line.split(':').all(is_group) && !line.contains('"') {
        search.value(text, Span::of(text, password).unwrap_or_default(), Grade::Likely, Span::of(text, user).unwrap_or_default());
    }
}
