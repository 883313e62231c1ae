//! Requests of programs in JavaScript: `fetch`, axios, jQuery.

use super::draft::{Draft, Login};
use super::expression::Environment;
use super::parts::{self, GivenType};
use super::value::{Call, JsonStyle, Member, Value, last_of_each};
use crate::domain::exchange::Redirects;
use crate::formats::address::Escaped;

/// The request that a call sends.
pub(super) fn request(call: &Call, env: &Environment) -> Option<Draft> {
    let name = call.name();
    match name.trim_start_matches("window.").trim_start_matches("globalThis.").trim_start_matches("self.") {
        "fetch" | "nodeFetch" | "node_fetch" => fetch(call),
        "$.ajax" | "jQuery.ajax" | "$.get" | "$.post" | "$.getJSON" | "jQuery.get" | "jQuery.post" | "jQuery.getJSON" => jquery(call),
        "axios.create" | "axios.isAxiosError" | "axios.all" => None,
        _ => axios(call, env),
    }
}

fn fetch(call: &Call) -> Option<Draft> {
    let mut draft = Draft::of("fetch", call.at, Redirects::Follow);
    let mut options: Vec<Member> = call.positional(1).map(|options| options.members().to_vec()).unwrap_or_default();
    let url = match call.positional(0)? {
        Value::Call(made) if made.method() == "Request" => {
            let own = made.positional(1).map(|own| own.members().to_vec()).unwrap_or_default();
            options = last_of_each(own.into_iter().chain(options).collect());
            made.positional(0)?
        }
        url => url,
    };
    draft.url = parts::address(url)?;
    draft.keeps_login_in_address = true;
    if let Some(Value::Name(_) | Value::Call(_) | Value::Unknown) = call.positional(1) {
        draft.note(call.at, "the options of fetch are a value that is not in this text");
    }
    if draft.url.starts_with('/') && !draft.url.starts_with("//") {
        draft.note(call.at, "the address has no host: it is one of the page that the program is in");
    }
    let mut referrer = None;
    for Member { name, value, at } in &options {
        let text = value.text();
        match (name.as_str(), text.as_deref()) {
            ("method", Some(method)) => draft.method = Some(normalized(method)),
            ("headers", _) => parts::headers(&mut draft, value),
            ("body", _) => fetch_body(&mut draft, value, *at),
            ("credentials", Some(mode)) => {
                if mode == "include" {
                    draft.note(*at, "credentials: \"include\": the cookies that the browser adds are not in this text");
                }
                draft.fetch_credentials = Some(mode.to_string());
            }
            ("mode", Some("no-cors")) => {
                draft.note(*at, "mode: \"no-cors\": a browser leaves out Authorization and other headers, which are kept here");
            }
            ("redirect", Some("manual" | "error")) => draft.transfer.redirects = Redirects::Show,
            ("referrer", Some(address)) => referrer = Some(address.to_string()),
            ("agent" | "dispatcher", _) if *value != Value::Nothing => {
                draft.note(*at, format!("{name} (a proxy or settings of TLS) is not read"));
            }
            // How the browser fetches, not what is sent.
            ("method" | "credentials" | "mode" | "redirect" | "referrer" | "referrerPolicy" | "cache" | "integrity" | "keepalive", _) => {}
            ("signal" | "priority" | "window" | "duplex" | "agent" | "dispatcher" | "timeout" | "compress" | "follow" | "next", _) => {}
            _ => draft.note(*at, format!("{name} is no option of fetch that is read")),
        }
    }
    let is_address = |address: &String| address.starts_with("http://") || address.starts_with("https://");
    if let Some(referrer) = referrer.filter(is_address)
        && !draft.headers.has("referer")
    {
        draft.headers.push("Referer", referrer);
    }
    Some(draft)
}

/// fetch sends these methods in capitals, however they are written.
fn normalized(method: &str) -> String {
    let upper = method.to_ascii_uppercase();
    if ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].contains(&upper.as_str()) { upper } else { method.to_string() }
}

fn fetch_body(draft: &mut Draft, value: &Value, at: usize) {
    match value {
        Value::Nothing => {}
        value if form_or_parts(draft, value, "application/x-www-form-urlencoded;charset=UTF-8", GivenType::Kept) => {}
        Value::Map(_) | Value::List(_) => {
            draft.body = "[object Object]".into();
            draft.note(at, "the body is an object, which fetch sends as the words [object Object]: JSON.stringify is missing");
        }
        Value::Call(call) if matches!(call.method(), "Blob" | "File" | "createReadStream" | "readFileSync" | "openAsBlob") => {
            draft.unread_body(at, format!("the body is made by {}, which is not run", call.name()));
        }
        value => {
            draft.body = value.text().unwrap_or_default();
            draft.content_type = Some("text/plain;charset=UTF-8".into());
        }
    }
}

/// Bodies that are objects of their own in a browser.
fn form_or_parts(draft: &mut Draft, value: &Value, content_type: &str, given: GivenType) -> bool {
    if let Some(fields) = parts::made_by(value, "URLSearchParams").and_then(|made| made.members.fields()) {
        parts::form_body(draft, &fields, Escaped::FORM, content_type);
        true
    } else if let Some(made) = parts::made_by(value, "FormData") {
        parts::multipart_body(draft, made.members.members(), given);
        true
    } else {
        false
    }
}

const METHODS: [&str; 7] = ["get", "delete", "head", "options", "post", "put", "patch"];

fn axios(call: &Call, env: &Environment) -> Option<Draft> {
    let root = call.path.first()?;
    let variable = env.variables.get(root);
    let instance = match (&call.on, variable) {
        (Value::Call(made), _) if made.name() == "axios.create" => Some(&call.on),
        (Value::Nothing, Some(made @ Value::Call(by))) if call.path.len() == 1 && by.name() == "axios.create" => Some(made),
        _ => None,
    };
    let is_axios = instance.is_some() || root == "axios" && call.path.len() <= 2;
    let method = call.method();
    let is_direct = call.path.len() == 1 && !(instance.is_some() && METHODS.contains(&method)) || method == "request";
    if !is_axios || !(is_direct || METHODS.contains(&method)) {
        return None;
    }
    let defaults = instance.or(variable.filter(|_| root == "axios"));
    let of_instance = instance.and_then(|instance| if let Value::Call(made) = instance { made.positional(0) } else { None });
    let mut draft = Draft::of("axios", call.at, Redirects::Follow);
    let mut options = Options::default();
    let (first, second, third) = (call.positional(0), call.positional(1), call.positional(2));
    let takes_data = matches!(method, "post" | "put" | "patch");
    let (url, data, own) = match (is_direct, first?) {
        (true, config @ Value::Map(_)) => (None, None, Some(config)),
        (true, url) => (Some(url), None, second),
        (false, url) if takes_data => (Some(url), second, third),
        (false, url) => (Some(url), None, second),
    };
    if !is_direct {
        draft.method = Some(method.to_ascii_uppercase());
    }
    let common = defaults.and_then(|value| value.get("defaults"));
    for settings in [common, of_instance, own].into_iter().flatten() {
        if !matches!(settings, Value::Map(_)) {
            draft.note(call.at, "the options of axios are a value that is not in this text");
        }
        options.take(&mut draft, settings);
    }
    let url = url.and_then(parts::address).or(options.url.take()).unwrap_or_default();
    draft.url = match options.base {
        Some(base) if !url.contains("://") && !url.starts_with("//") => match url.trim_start_matches('/') {
            "" => base,
            path => format!("{}/{path}", base.trim_end_matches('/')),
        },
        _ => url,
    };
    if draft.url.is_empty() {
        return None;
    }
    if let Some(data) = data.cloned().or(options.data.take()) {
        axios_body(&mut draft, &data);
    }
    Some(draft)
}

#[derive(Default)]
struct Options {
    base: Option<String>,
    url: Option<String>,
    data: Option<Value>,
}

impl Options {
    fn take(&mut self, draft: &mut Draft, settings: &Value) {
        for Member { name, value, at } in settings.members() {
            match name.as_str() {
                "url" => self.url = value.text(),
                "baseURL" => self.base = value.text(),
                "method" => draft.method = value.text().map(|method| method.to_ascii_uppercase()),
                "headers" => {
                    // Those of every method come first.
                    if let Some(common) = value.get("common").filter(|common| matches!(common, Value::Map(_))) {
                        parts::headers(draft, common);
                    }
                    let own = |member: &&Member| !matches!(member.value, Value::Map(_));
                    let own: Vec<Member> = value.members().iter().filter(own).cloned().collect();
                    parts::headers(draft, &if value.is_known() { Value::Map(own) } else { value.clone() });
                }
                "params" => parts::query(draft, value, Escaped::AXIOS),
                "data" => self.data = Some(value.clone()),
                "auth" => {
                    let part = |name: &str| value.get(name).and_then(Value::text).unwrap_or_default();
                    draft.login = value.is_known().then(|| Login::Basic(part("username"), part("password")));
                    if draft.login.is_none() {
                        draft.note(*at, "auth is a value that is not in this text");
                    }
                }
                "withCredentials" if *value == Value::Flag(true) => {
                    draft.note(*at, "withCredentials: the cookies that the browser adds are not in this text");
                    draft.fetch_credentials = Some("include".into());
                }
                "maxRedirects" if *value == Value::Number("0".into()) => draft.transfer.redirects = Redirects::Show,
                "httpsAgent" | "agent" => match value {
                    Value::Call(made) if made.positional(0).and_then(|o| o.get("rejectUnauthorized")) == Some(&Value::Flag(false)) => {
                        draft.let_pass_certificates();
                    }
                    _ => draft.note(*at, format!("{name} (a proxy or settings of TLS) is not read")),
                },
                "proxy" | "transformRequest" | "paramsSerializer" | "adapter" | "httpAgent" => {
                    draft.note(*at, format!("{name} is not read"));
                }
                _ => {}
            }
        }
    }
}

fn axios_body(draft: &mut Draft, data: &Value) {
    let given = draft.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    match data {
        Value::Nothing => {}
        value if form_or_parts(draft, value, "application/x-www-form-urlencoded;charset=utf-8", GivenType::Completed) => {}
        Value::Map(members) if given.starts_with("multipart/form-data") => parts::multipart_body(draft, members, GivenType::Completed),
        value if given.starts_with("application/x-www-form-urlencoded") && value.fields().is_some() => {
            parts::form_body(draft, &value.fields().unwrap_or_default(), Escaped::FORM, "application/x-www-form-urlencoded");
        }
        Value::Map(_) | Value::List(_) => parts::json(draft, data, JsonStyle::Compact),
        value => {
            draft.body = value.text().unwrap_or_default();
            draft.content_type = Some("application/x-www-form-urlencoded".into());
        }
    }
}

const JQUERY_FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

fn jquery(call: &Call) -> Option<Draft> {
    let mut draft = Draft::of("jQuery", call.at, Redirects::Follow);
    let short = match call.method() {
        "get" | "getJSON" => Some("GET"),
        "post" => Some("POST"),
        _ => None,
    };
    let (url, settings, mut data) = match (call.positional(0)?, short) {
        (settings @ Value::Map(_), _) => (None, Some(settings), None),
        (url, None) => (url.text(), call.positional(1), None),
        (url, Some(_)) => (url.text(), None, call.positional(1)),
    };
    draft.method = short.map(str::to_string);
    draft.url = url.unwrap_or_default();
    let (mut content_type, mut login) = (None, (None, None));
    for Member { name, value, at } in settings.map(Value::members).unwrap_or_default() {
        match name.as_str() {
            "url" => draft.url = value.text().unwrap_or_default(),
            "method" | "type" => draft.method = value.text().map(|method| method.to_ascii_uppercase()),
            "headers" => parts::headers(&mut draft, value),
            "data" => data = Some(value),
            "contentType" => content_type = Some(value.clone()),
            "username" => login.0 = value.text(),
            "password" => login.1 = value.text(),
            "beforeSend" => draft.note(*at, "beforeSend is a function, which is not run: the headers that it sets are missing"),
            "xhrFields" if value.get("withCredentials") == Some(&Value::Flag(true)) => {
                draft.note(*at, "withCredentials: the cookies that the browser adds are not in this text");
                draft.fetch_credentials = Some("include".into());
            }
            _ => {}
        }
    }
    if let (Some(user), password) = login {
        draft.login = Some(Login::OnChallenge(user, password.unwrap_or_default()));
    }
    let has_body = !matches!(draft.method.as_deref(), None | Some("GET" | "HEAD"));
    match data {
        None | Some(Value::Nothing) => {}
        Some(value) if !has_body => parts::query(&mut draft, value, Escaped::FORM),
        Some(value) => match value.fields() {
            Some(fields) => parts::form_body(&mut draft, &fields, Escaped::FORM, JQUERY_FORM),
            None if form_or_parts(&mut draft, value, JQUERY_FORM, GivenType::Kept) => {}
            None => draft.body = value.text().unwrap_or_default(),
        },
    }
    match content_type {
        // The browser sets it, which it does for forms alone.
        Some(Value::Flag(false)) if !draft.is_multipart => draft.content_type = None,
        Some(Value::Flag(false)) => {}
        Some(value) if has_body => draft.content_type = value.text().or(draft.content_type.take()),
        // It is the same for every body, even one that is no such form.
        _ if has_body && data.is_some_and(|data| *data != Value::Nothing) => draft.content_type = Some(JQUERY_FORM.into()),
        _ => {}
    }
    (!draft.url.is_empty()).then_some(draft)
}
