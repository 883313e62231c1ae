//! Requests of programs in Python: requests, httpx, aiohttp, urllib, http.client.

use super::draft::{Draft, Login};
use super::expression::Environment;
use super::parts::{self, GivenType};
use super::value::{Argument, Call, JsonStyle, Member, Value};
use crate::domain::exchange::Redirects;
use crate::formats::address::Escaped;
use crate::formats::multipart;

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Library {
    Requests,
    Httpx,
    Aiohttp,
}

impl Library {
    fn of(name: &str) -> Option<Self> {
        Some(match name.split('.').next()? {
            "requests" => Self::Requests,
            "httpx" => Self::Httpx,
            "aiohttp" => Self::Aiohttp,
            _ => return None,
        })
    }

    /// The library of a session, by what makes it.
    fn of_session(call: &Call) -> Option<Self> {
        match call.method() {
            "Session" | "session" => Some(Self::Requests),
            "Client" | "AsyncClient" => Some(Self::Httpx),
            "ClientSession" => Some(Self::Aiohttp),
            _ => None,
        }
    }

    const fn client(self) -> &'static str {
        match self {
            Self::Requests => "python-requests",
            Self::Httpx => "python-httpx",
            Self::Aiohttp => "aiohttp",
        }
    }
}

/// The request that a call sends.
pub(super) fn request(call: &Call, env: &Environment) -> Option<Draft> {
    let method = call.method();
    if method == "urlopen" {
        return match call.positional(0)? {
            Value::Call(made) if made.method() == "Request" => urllib(made),
            url => urllib(&Call {
                arguments: [&[Argument { name: None, value: url.clone() }], call.arguments.get(1..).unwrap_or_default()].concat(),
                ..call.clone()
            }),
        };
    }
    if method == "request"
        && let Value::Call(made) = &call.on
        && matches!(made.method(), "HTTPSConnection" | "HTTPConnection")
    {
        return http_client(call, made);
    }
    let session = match &call.on {
        Value::Call(made) => Library::of_session(made).map(|library| (library, made.as_ref())),
        _ => None,
    };
    let is_module = call.path.len() == 2 && !env.variables.contains_key(call.path.first()?);
    let library = session.map(|(library, _)| library).or_else(|| Library::of(&call.name()).filter(|_| is_module))?;
    let takes_method = matches!(method, "request" | "stream");
    if !(METHODS.contains(&method) || takes_method) {
        return None;
    }
    let redirects = match library {
        Library::Httpx => Redirects::Show,
        _ if method == "head" => Redirects::Show,
        _ => Redirects::Follow,
    };
    let mut draft = Draft::of(library.client(), call.at, redirects);
    let place = usize::from(takes_method);
    let verb = if takes_method { call.named("method").or(call.positional(0)).and_then(Value::text) } else { Some(method.to_string()) };
    draft.method = verb.map(|verb| verb.to_ascii_uppercase());
    draft.url = call.named("url").or(call.positional(place)).and_then(parts::address)?;
    let mut body = Body::default();
    if let Some((_, made)) = session {
        for argument in &made.arguments {
            body.take(&mut draft, argument.name.as_deref().unwrap_or_default(), &argument.value);
        }
        for Member { name, value, .. } in made.members.members() {
            body.take(&mut draft, name, value);
        }
    }
    // What follows the address without a name: `get(url, params)`, `post(url, data, json)`.
    let by_place: &[&str] = match method {
        "get" | "options" | "head" | "delete" if library == Library::Requests => &["params"],
        "post" if library == Library::Requests => &["data", "json"],
        "put" | "patch" if library == Library::Requests => &["data"],
        "request" if library == Library::Requests => &["params", "data", "headers", "cookies"],
        _ => &[],
    };
    for (index, name) in by_place.iter().enumerate() {
        if let Some(value) = call.positional(place + 1 + index) {
            body.take(&mut draft, name, value);
        }
    }
    for Argument { name, value } in &call.arguments {
        if let Some(name) = name {
            body.take(&mut draft, name, value);
        }
    }
    if let Some(base) = body.base.take().filter(|_| !draft.url.contains("://")) {
        draft.url = format!("{}/{}", base.trim_end_matches('/'), draft.url.trim_start_matches('/'));
    }
    body.write(&mut draft, library);
    Some(draft)
}

/// What the arguments say besides headers and address.
#[derive(Default)]
struct Body {
    base: Option<String>,
    data: Option<Value>,
    json: Option<Value>,
    files: Option<Value>,
}

impl Body {
    fn take(&mut self, draft: &mut Draft, name: &str, value: &Value) {
        let at = draft.at;
        match name {
            "headers" => parts::headers(draft, value),
            "params" => parts::query(draft, value, Escaped::RFC_3986),
            "cookies" => parts::cookies(draft, value),
            "auth" => login(draft, value),
            "data" | "content" => self.data = Some(value.clone()),
            "json" => self.json = Some(value.clone()),
            "files" => self.files = Some(value.clone()),
            "base_url" => self.base = value.text(),
            "allow_redirects" | "follow_redirects" => match value {
                Value::Flag(true) => draft.transfer.redirects = Redirects::Follow,
                Value::Flag(false) => draft.transfer.redirects = Redirects::Show,
                _ => {}
            },
            "verify" | "ssl" if *value == Value::Flag(false) => draft.let_pass_certificates(),
            "verify" | "cert" | "ssl" if !matches!(value, Value::Flag(_) | Value::Nothing) => {
                draft.note(at, format!("{name}: certificates of the program are not read"));
            }
            "proxies" | "proxy" | "mounts" | "transport" if *value != Value::Nothing => draft.note(at, format!("{name} is not read")),
            _ => {}
        }
    }

    fn write(self, draft: &mut Draft, library: Library) {
        const FORM: &str = "application/x-www-form-urlencoded";
        let at = draft.at;
        if let Some(files) = self.files.filter(|files| *files != Value::Nothing) {
            let fields = self.data.as_ref().map(Value::members).unwrap_or_default();
            let members: Vec<Member> = match &files {
                Value::List(pairs) => pairs
                    .iter()
                    .filter_map(|pair| match pair {
                        Value::List(pair) => Some(Member { name: pair.first()?.text()?, value: pair.get(1)?.clone(), at }),
                        _ => None,
                    })
                    .collect(),
                files => files.members().to_vec(),
            };
            let is_written = |member: &Member| matches!(member.value, Value::List(_));
            // A plain text is the content of a file that has the name of its field.
            let named = members.into_iter().map(|member| match member.value {
                Value::Text(text) => {
                    let name = Value::Text(member.name.clone());
                    Member { value: Value::List(vec![name, Value::Text(text)]), ..member }
                }
                _ => member,
            });
            let (written, opened): (Vec<Member>, Vec<Member>) = named.partition(is_written);
            let names_boundary = draft.headers.get("content-type").is_some_and(|kind| multipart::boundary(kind).is_some());
            let given = if library == Library::Httpx && names_boundary { GivenType::Completed } else { GivenType::Kept };
            parts::multipart_body(draft, &[fields, &written].concat(), given);
            for member in opened {
                draft.unread_body(at, format!("the content of {} is in a file, which is not opened", member.name));
            }
            return;
        }
        match (self.data.filter(|data| *data != Value::Nothing), self.json.filter(|json| *json != Value::Nothing)) {
            (Some(data), _) => match data {
                Value::Map(_) | Value::List(_) => parts::form_body(draft, &data.fields().unwrap_or_default(), Escaped::RFC_3986, FORM),
                Value::Call(made) if made.method() == "FormData" => {
                    parts::form_body(draft, &made.members.fields().unwrap_or_default(), Escaped::RFC_3986, FORM);
                }
                Value::Call(made) if matches!(made.method(), "open" | "read") => {
                    draft.unread_body(at, "the body is in a file, which is not opened".into());
                }
                data => {
                    draft.body = data.text().unwrap_or_default();
                    draft.content_type = (library == Library::Aiohttp).then(|| "text/plain; charset=utf-8".into());
                }
            },
            (None, Some(json)) => {
                let style = if library == Library::Httpx { JsonStyle::Compact } else { JsonStyle::Python };
                parts::json(draft, &json, style);
            }
            (None, None) => {}
        }
    }
}

/// `auth=("user", "password")`, `auth=HTTPBasicAuth(…)` and their like.
fn login(draft: &mut Draft, value: &Value) {
    let pair = |first: Option<&Value>, second: Option<&Value>| {
        let part = |value: Option<&Value>| value.and_then(Value::text).unwrap_or_default();
        (part(first), part(second))
    };
    let at = draft.at;
    match value {
        Value::Nothing => {}
        Value::List(parts) => {
            let (user, password) = pair(parts.first(), parts.get(1));
            draft.login = Some(Login::Basic(user, password));
        }
        Value::Call(call) => {
            let first = call.positional(0).or(call.named("username")).or(call.named("login"));
            let (user, password) = pair(first, call.positional(1).or(call.named("password")));
            match call.method() {
                "HTTPBasicAuth" | "BasicAuth" => draft.login = Some(Login::Basic(user, password)),
                "HTTPDigestAuth" | "DigestAuth" | "HttpNtlmAuth" => {
                    draft.login = Some(Login::OnChallenge(user, password));
                    draft.note(at, format!("{} answers a challenge: nothing of it is in the first request", call.method()));
                }
                method => draft.note(at, format!("auth: {method} signs the request when it is sent, which is not done here")),
            }
        }
        Value::Text(_) => draft.note(at, "auth is one text, and no pair of user and password, which is not read"),
        other => {
            let name = other.text().unwrap_or_default();
            draft.note(at, format!("auth is {name}, whose value is not in this text"));
        }
    }
}

/// `urllib.request.Request(url, data, headers, method=…)`.
pub(super) fn urllib(made: &Call) -> Option<Draft> {
    let mut draft = Draft::of("Python-urllib", made.at, Redirects::Follow);
    draft.url = made.named("url").or(made.positional(0)).and_then(parts::address)?;
    draft.keeps_login_in_address = true;
    for headers in [made.named("headers").or(made.positional(2)), made.members.get("headers")].into_iter().flatten() {
        parts::headers(&mut draft, headers);
    }
    let data = made.named("data").or(made.positional(1)).or(made.members.get("data"));
    if let Some(data) = data.filter(|data| **data != Value::Nothing) {
        draft.body = data.text().unwrap_or_default();
        draft.content_type = Some("application/x-www-form-urlencoded".into());
        draft.method = Some("POST".into());
    }
    draft.method = made.named("method").and_then(Value::text).or(draft.method);
    Some(draft)
}

/// `connection.request("POST", "/path", body, headers)`.
fn http_client(call: &Call, made: &Call) -> Option<Draft> {
    let mut draft = Draft::of("Python http.client", call.at, Redirects::Show);
    let scheme = if made.method() == "HTTPSConnection" { "https" } else { "http" };
    let host = made.named("host").or(made.positional(0))?.text()?;
    let port = made.named("port").or(made.positional(1)).and_then(Value::text);
    let path = call.named("url").or(call.positional(1))?.text()?;
    draft.url = match port {
        Some(port) => format!("{scheme}://{host}:{port}{path}"),
        None => format!("{scheme}://{host}{path}"),
    };
    draft.method = call.named("method").or(call.positional(0)).and_then(Value::text);
    if let Some(body) = call.named("body").or(call.positional(2)) {
        draft.body = body.text().unwrap_or_default();
    }
    if let Some(headers) = call.named("headers").or(call.positional(3)) {
        parts::headers(&mut draft, headers);
    }
    Some(draft)
}
