//! HTTPie (`http`, `https`) and xh, which takes the same arguments.

use super::draft::{Draft, Login};
use super::parts::{self, GivenType};
use super::shell::{Given, ShellCommand, given};
use super::value::{JsonStyle, Member, Value};
use crate::domain::exchange::{HttpVersion, NamedProxy, Redirects};
use crate::formats::address::Escaped;
use crate::formats::mask::first_word;

const TAKES_VALUE: [&str; 29] = [
    "--auth",
    "--auth-type",
    "--bearer",
    "--session",
    "--session-read-only",
    "--verify",
    "--cert",
    "--cert-key",
    "--cert-key-pass",
    "--ssl",
    "--ciphers",
    "--proxy",
    "--timeout",
    "--max-redirects",
    "--raw",
    "--boundary",
    "--print",
    "--pretty",
    "--style",
    "--output",
    "--format-options",
    "--response-charset",
    "--response-mime",
    "--default-scheme",
    "--max-headers",
    "--http-version",
    "--resolve",
    "--interface",
    "--history-print",
];

pub(super) fn is_name(word: &str) -> bool {
    matches!(word, "http" | "https" | "xh" | "xhs")
}

/// The request of a command.
pub(super) fn request(command: &ShellCommand) -> Option<Draft> {
    let client = if command.name.starts_with('x') { "xh" } else { "HTTPie" };
    let mut draft = Draft::of(client, command.at, Redirects::Show);
    let mut plan = Plan { scheme: if command.name.ends_with('s') { "https" } else { "http" }.into(), ..Plan::default() };
    let mut positional = Vec::new();
    for given in given(command, &TAKES_VALUE, "aApso") {
        if given.option.is_empty() { positional.push(given) } else { plan.option(&mut draft, &given) }
    }
    let mut rest = positional.into_iter().peekable();
    let first = rest.next()?;
    let is_method = first.value.bytes().all(|b| b.is_ascii_alphabetic()) && first.value != "localhost" && rest.peek().is_some();
    let url = if is_method {
        draft.method = Some(first.value.to_ascii_uppercase());
        rest.next()?.value
    } else {
        first.value
    };
    draft.url = plan.address(&url);
    for item in rest {
        plan.item(&mut draft, &item);
    }
    let has_body = plan.write_body(&mut draft, command);
    draft.method = draft.method.or_else(|| Some(if has_body { "POST" } else { "GET" }.into()));
    if let Some(auth) = plan.auth {
        let (user, password) = auth.split_once(':').map_or((auth.as_str(), None), |(user, password)| (user, Some(password)));
        if password.is_none() && plan.auth_type != "bearer" {
            draft.note(command.at, "the password is missing: HTTPie asks for it on the terminal; assumed to be empty");
        }
        let pair = (user.to_string(), password.unwrap_or_default().to_string());
        draft.login = match plan.auth_type.as_str() {
            "" | "basic" => Some(Login::Basic(pair.0, pair.1)),
            "bearer" => Some(Login::Bearer(auth.clone())),
            other => {
                draft.note(command.at, format!("-A {other} answers a challenge or signs: nothing of it is in the first request"));
                Some(Login::OnChallenge(pair.0, pair.1))
            }
        };
    }
    Some(draft)
}

#[derive(Default)]
struct Plan {
    scheme: String,
    auth: Option<String>,
    auth_type: String,
    is_form: bool,
    is_multipart: bool,
    raw: Option<String>,
    data: Vec<Member>,
    query: Vec<(String, String)>,
}

impl Plan {
    fn option(&mut self, draft: &mut Draft, given: &Given) {
        let Given { option, value, at } = given;
        match option.as_str() {
            "-a" | "--auth" => self.auth = Some(value.clone()),
            "-A" | "--auth-type" => self.auth_type = value.to_ascii_lowercase(),
            "--bearer" => (self.auth, self.auth_type) = (Some(value.clone()), "bearer".into()),
            "-f" | "--form" => self.is_form = true,
            "-j" | "--json" => self.is_form = false,
            "--multipart" => (self.is_form, self.is_multipart) = (true, true),
            "--raw" => self.raw = Some(value.clone()),
            "-F" | "--follow" => draft.transfer.redirects = Redirects::Follow,
            "--max-redirects" => draft.transfer.max_redirects = value.parse().ok(),
            "--verify" if matches!(value.as_str(), "no" | "false") => draft.let_pass_certificates(),
            "--verify" | "--cert" | "--cert-key" if value != "yes" && value != "true" => {
                draft.note(*at, format!("{option}: the file is not read"));
            }
            "--session" | "--session-read-only" => {
                draft.note(*at, format!("{option}: the headers, cookies and login that the session keeps are not in this text"));
            }
            "--default-scheme" => self.scheme.clone_from(value),
            "--https" => self.scheme = "https".into(),
            "--http-version" if value.starts_with('1') => draft.transfer.version = HttpVersion::Http1,
            "--proxy" => {
                // `http:http://proxy:3128`: of which addresses, then which proxy.
                let address = value.split_once(':').filter(|(_, rest)| rest.contains("://")).map_or(value.as_str(), |(_, rest)| rest);
                let proxy = NamedProxy { flag: option.clone(), address: address.to_string(), is_chained: false };
                draft.transfer.proxy = Some(Box::new(proxy));
            }
            "-x" | "--compress" => draft.note(*at, format!("{option}: the body is sent as it is and not packed")),
            _ => {}
        }
    }

    /// `:3000/path` is on this machine.
    fn address(&self, url: &str) -> String {
        let scheme = &self.scheme;
        let url = url.strip_prefix("://").unwrap_or(url);
        match url.strip_prefix(':') {
            Some(rest) if !rest.starts_with(':') && rest.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("{scheme}://localhost:{rest}")
            }
            Some(rest) if !rest.starts_with(':') => format!("{scheme}://localhost{rest}"),
            _ if url.contains("://") => url.to_string(),
            _ => format!("{scheme}://{url}"),
        }
    }

    fn item(&mut self, draft: &mut Draft, given: &Given) {
        let at = given.at;
        let Some((name, separator, value)) = cut(&given.value) else {
            return draft.note(at, format!("{:?} is no header, parameter or field", first_word(&given.value)));
        };
        match separator {
            ":" if value.is_empty() => {}
            ":" => draft.set_header(&name, value.trim()),
            ";" => draft.headers.push(name, ""),
            "==" => self.query.push((name, value)),
            "=" => self.data.push(Member { name, value: Value::Text(value), at }),
            ":=" => match serde_json::from_str::<serde_json::Value>(&value) {
                // It stays as it is written.
                Ok(_) => self.data.push(Member { name, value: Value::Number(value), at }),
                Err(_) => draft.note(at, format!("{name}:=… is not JSON")),
            },
            "@" if name.is_empty() => draft.unread_body(at, format!("the body is in {value}, which is not opened")),
            "@" => {
                self.is_multipart = true;
                draft.unread_body(at, format!("the content of {name} is in {value}, which is not opened"));
            }
            _ => draft.unread_body(at, format!("the value of {name} is in {value}, which is not opened")),
        }
    }

    fn write_body(&mut self, draft: &mut Draft, command: &ShellCommand) -> bool {
        draft.add_fields_to_query(&self.query, Escaped::RFC_3986);
        let raw = self.raw.take().or_else(|| command.input.clone().filter(|_| self.data.is_empty()));
        if self.is_multipart {
            parts::multipart_body(draft, &self.data, GivenType::Completed);
            return true;
        }
        let fields = Value::Map(std::mem::take(&mut self.data));
        let has_fields = !fields.members().is_empty();
        if self.is_form {
            if has_fields {
                let fields = fields.fields().unwrap_or_default();
                parts::form_body(draft, &fields, Escaped::RFC_3986, "application/x-www-form-urlencoded; charset=utf-8");
            }
        } else if has_fields {
            let mut body = Value::Map(Vec::new());
            for member in fields.members() {
                match path(&member.name) {
                    Some(path) => body.set(&path, member.value.clone(), member.at),
                    None => draft.note(member.at, format!("{}: a list that grows is not read", member.name)),
                }
            }
            let style = if draft.client == "xh" { JsonStyle::Compact } else { JsonStyle::Python };
            parts::json(draft, &body, style);
        }
        let has_raw = raw.is_some();
        if let Some(raw) = raw {
            draft.body = raw;
            draft.content_type.get_or_insert_with(|| {
                if self.is_form { "application/x-www-form-urlencoded; charset=utf-8".into() } else { "application/json".into() }
            });
        }
        if (has_fields || has_raw) && !self.is_form && !draft.headers.has("accept") {
            draft.headers.push("Accept", "application/json, */*;q=0.5");
        }
        has_fields || has_raw
    }
}

/// The path of `a[b][c]`; `None` for `a[]`.
fn path(name: &str) -> Option<Vec<String>> {
    let Some((root, rest)) = name.split_once('[').filter(|(root, _)| !root.is_empty()) else { return Some(vec![name.to_string()]) };
    let inside = rest.strip_suffix(']')?.split("][").map(str::to_string);
    let path: Vec<String> = std::iter::once(root.to_string()).chain(inside).collect();
    let is_read = path.len() <= 8 && path.iter().all(|part| !part.is_empty() && !part.contains(['[', ']']));
    is_read.then_some(path)
}

/// An item at its first separator, the longest there. A separator behind a backslash is a letter like others.
fn cut(item: &str) -> Option<(String, &'static str, String)> {
    const SEPARATORS: [&str; 9] = [":=@", "==@", ":=", "==", "=@", ":@", "=", ":", "@"];
    let (mut name, mut rest) = (String::new(), item);
    while let Some(c) = rest.chars().next() {
        let (letter, length) = letter(rest, c);
        if length == c.len_utf8() {
            if let Some(separator) = SEPARATORS.iter().find(|separator| rest.starts_with(**separator)) {
                return Some((name, separator, unescaped(rest.get(separator.len()..)?)));
            }
            if rest == ";" {
                return Some((name, ";", String::new()));
            }
        }
        name.push(letter);
        rest = rest.get(length..)?;
    }
    None
}

/// The next letter, and how long it is with the backslash before it.
fn letter(rest: &str, first: char) -> (char, usize) {
    match rest.chars().nth(1) {
        Some(next) if first == '\\' && matches!(next, ':' | '=' | '@' | ';') => (next, 2),
        _ => (first, first.len_utf8()),
    }
}

fn unescaped(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let (letter, length) = letter(rest, c);
        out.push(letter);
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}
