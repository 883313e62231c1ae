//! `Invoke-WebRequest` and `Invoke-RestMethod` of PowerShell, as browsers copy them and people write them.

mod reader;
mod strings;
mod values;

pub(super) use reader::looks_like;
use reader::{Parameter, Statement, statements};

use super::draft::{Draft, Login};
use super::parts::{self, GivenType};
use super::value::{Member, Value};
use crate::domain::exchange::{NamedProxy, Redirects};
use crate::formats::address::Escaped;

const FORM: &str = "application/x-www-form-urlencoded";

/// The requests of a script, and where it ends within a quote or bracket.
pub(super) fn requests(text: &str) -> (Vec<Draft>, Option<usize>) {
    let (statements, unclosed) = statements(text);
    (statements.into_iter().filter_map(request).collect(), unclosed)
}

fn request(statement: Statement) -> Option<Draft> {
    let mut draft = Draft::of("PowerShell", statement.at, Redirects::Follow);
    let (mut body, mut session, mut credential, mut token, mut scheme) = (Value::Nothing, Value::Nothing, None, None, String::new());
    let (mut content_type, mut agent, mut form) = (None, None, Value::Nothing);
    let mut has_address = false;
    // The address is what has no name, unless it is given by its name.
    let mut is_address = !statement.parameters.iter().any(|given| parameter(&given.name) == "uri");
    for Parameter { name, value, at } in statement.parameters {
        let name = if name.is_empty() && std::mem::take(&mut is_address) { "uri" } else { &name };
        let text = value.text();
        match (parameter(name), text) {
            ("uri", Some(url)) if !url.is_empty() => {
                draft.url = url;
                has_address = true;
            }
            ("method" | "custommethod", Some(method)) => draft.method = Some(method.to_ascii_uppercase()),
            ("headers", _) => parts::headers(&mut draft, &value),
            ("body", _) => body = value,
            ("contenttype", text) => content_type = text,
            ("useragent", text) => agent = text,
            ("websession", _) => session = value,
            ("credential", _) => credential = Some(value),
            ("token", text) => token = text,
            ("authentication", Some(text)) => scheme = text.to_ascii_lowercase(),
            ("maximumredirection", Some(most)) if most == "0" => draft.transfer.redirects = Redirects::Show,
            ("maximumredirection", Some(most)) => draft.transfer.max_redirects = most.parse().ok(),
            ("skipcertificatecheck", _) => draft.let_pass_certificates(),
            ("proxy", Some(address)) => {
                draft.transfer.proxy = Some(Box::new(NamedProxy { flag: "-Proxy".into(), address, is_chained: false }));
            }
            ("infile", Some(file)) => draft.unread_body(at, format!("-InFile: the body is in {file}, which is not opened")),
            ("form", _) => form = value,
            ("sessionvariable", _) => {}
            ("certificate" | "certificatethumbprint" | "usedefaultcredentials" | "proxycredential", _) => {
                draft.note(at, format!("-{name} is not read"));
            }
            _ => {}
        }
    }
    if !has_address {
        return None;
    }
    of_session(&mut draft, &session);
    if let Some(agent) = agent {
        draft.set_header("User-Agent", &agent);
    }
    if let Some(kind) = content_type {
        draft.set_header("Content-Type", &kind);
    }
    if form != Value::Nothing {
        parts::multipart_body(&mut draft, form.members(), GivenType::Replaced);
    }
    of_login(&mut draft, credential, token, &scheme);
    let sends = !matches!(draft.method.as_deref(), None | Some("GET" | "HEAD"));
    match body {
        Value::Nothing => {}
        Value::Map(_) if !sends => parts::query(&mut draft, &body, Escaped::RFC_3986),
        Value::Map(_) => parts::form_body(&mut draft, &body.fields().unwrap_or_default(), Escaped::RFC_3986, FORM),
        body => {
            draft.body = body.text().unwrap_or_default();
            draft.content_type = sends.then(|| FORM.into());
        }
    }
    Some(draft)
}

/// The whole name of a parameter, of which the beginning is enough.
fn parameter(name: &str) -> &'static str {
    const NAMES: [&str; 21] = [
        "uri",
        "method",
        "custommethod",
        "headers",
        "body",
        "contenttype",
        "useragent",
        "websession",
        "credential",
        "token",
        "authentication",
        "maximumredirection",
        "skipcertificatecheck",
        "proxy",
        "infile",
        "form",
        "sessionvariable",
        "certificate",
        "certificatethumbprint",
        "usedefaultcredentials",
        "proxycredential",
    ];
    let name = name.to_ascii_lowercase();
    let exact = NAMES.iter().find(|known| **known == name);
    exact.or_else(|| NAMES.iter().find(|known| name.len() > 1 && known.starts_with(&name))).copied().unwrap_or("")
}

/// Cookies, user agent and headers that are set on `$session`.
fn of_session(draft: &mut Draft, session: &Value) {
    match session {
        Value::Nothing => return,
        Value::Name(_) | Value::Unknown => {
            return draft.note(draft.at, "-WebSession: the cookies of the session are not in this text");
        }
        _ => {}
    }
    for Member { name, value, .. } in session.members() {
        match name.to_ascii_lowercase().as_str() {
            "useragent" if !draft.headers.has("user-agent") => draft
                .headers
                .0
                .insert(0, crate::domain::headers::Header { name: "User-Agent".into(), value: value.text().unwrap_or_default() }),
            "headers" => parts::headers(draft, value),
            "cookies" => parts::cookies(draft, value),
            "credentials" => draft.login = pair(value).map(|(user, password)| Login::OnChallenge(user, password)),
            _ => {}
        }
    }
}

/// The name and password of `New-Object …PSCredential("user", $password)`.
fn pair(value: &Value) -> Option<(String, String)> {
    let Value::Call(call) = value else { return None };
    Some((call.positional(0)?.text()?, call.positional(1).and_then(Value::text).unwrap_or_default()))
}

fn of_login(draft: &mut Draft, credential: Option<Value>, token: Option<String>, scheme: &str) {
    match (scheme, token, credential) {
        ("bearer" | "oauth", Some(token), _) => draft.login = Some(Login::Bearer(token)),
        (_, _, Some(value)) => match pair(&value) {
            Some((user, password)) if scheme == "basic" => draft.login = Some(Login::Basic(user, password)),
            Some((user, password)) => {
                draft.login = Some(Login::OnChallenge(user, password));
                draft.note(draft.at, "-Credential answers a challenge: nothing of it is in the first request");
            }
            None => draft.note(draft.at, "-Credential: the name and password are not in this text"),
        },
        (_, Some(_), None) => draft.note(draft.at, "-Token is sent only with -Authentication Bearer or OAuth"),
        _ => {}
    }
}
