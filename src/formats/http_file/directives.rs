//! Our directives (`# @expect-audience …`) as the context of an exchange.

use crate::domain::context::{AuthSource, Context, Origin, Previous, ReceivedCookie};
use crate::domain::secrecy::quoted;
use crate::domain::status::StatusPattern;
use crate::domain::time::rfc3339;
use crate::formats::variables::{Budget, Variables, placeholders};

/// Takes one directive into the context. Those of other tools pass without a word.
///
/// # Errors
/// Says what is wrong with the value of one of ours.
pub(super) fn read_into(context: &mut Context, name: &str, raw: &str, variables: &Variables, budget: &mut Budget) -> Result<(), String> {
    let value = variables.resolve_within(raw, budget).text;
    let absent = || if value.is_empty() { Err(format!("@{name} has no value")) } else { Ok(()) };
    let moment = || rfc3339(&value).ok_or_else(|| format!("@{name}: {value:?} is not an RFC 3339 time (2026-11-23T04:10:30Z)"));
    let member = match name {
        "expect-audience" => push(&mut context.audience, &value, "expect_audience"),
        "expect-issuer" => push(&mut context.issuer, &value, "expect_issuer"),
        "expect-scope" => {
            context.scope.extend(value.split_whitespace().map(str::to_string));
            "expect_scope"
        }
        "expect-algorithm" => push(&mut context.algorithm, &value, "expect_algorithm"),
        "expect-scheme" => push(&mut context.scheme, &value, "expect_scheme"),
        "expect-header" => push(&mut context.header, &value, "expect_header"),
        "expect-cookie" => push(&mut context.cookie, &value, "expect_cookie"),
        "expect-client-authentication" => push(&mut context.client_authentication, &value, "expect_client_authentication"),
        "expect-url" => push(&mut context.url, &value, "expect_url"),
        "expect-host" => push(&mut context.host, &value, "expect_host"),
        "expect-status" => {
            let (listed, wrong): (Vec<&str>, Vec<&str>) =
                value.split([',', ' ']).filter(|text| !text.is_empty()).partition(|text| StatusPattern::read(text).is_some());
            context.expect_status.extend(listed.into_iter().map(str::to_string));
            if let Some(wrong) = wrong.first() {
                return Err(format!("@expect-status: {:?} is no status such as 200, 2xx or 200-299; it is ignored", quoted(wrong)));
            }
            "expect_status"
        }
        "jwks" => set(&mut context.jwks, &value, "jwks"),
        "dpop-key" => set(&mut context.dpop_key_file, &value, "dpop_key"),
        "authtui-username" => set(&mut context.username, &value, "username"),
        "authtui-password" => {
            if !placeholders(raw).any(|(span, _)| span.len() == raw.len()) {
                return Err("@authtui-password: a password can only be a {{variable}} here; it is ignored".into());
            }
            set(&mut context.password, &value, "password")
        }
        "authtui-notes" => {
            let notes = context.notes.get_or_insert_with(String::new);
            if !notes.is_empty() {
                notes.push('\n');
            }
            notes.push_str(&value);
            "notes"
        }
        "authtui-auth" => {
            let malformed = || format!("@authtui-auth: {value:?} is not like `Postman: Bearer, from the folder Admin`");
            context.auth_source = Some(AuthSource::read(&value).ok_or_else(malformed)?);
            "auth"
        }
        "authtui-client" => set(&mut context.client, &value, "client"),
        "authtui-server" => set(&mut context.server, &value, "server"),
        "authtui-now" => {
            context.now = Some(moment()?);
            "now"
        }
        "config" => set(&mut context.config, &value, "config"),
        "config-file" => set(&mut context.config_file, &value, "config_file"),
        "fetch-credentials" => set(&mut context.fetch_credentials, &value, "fetch_credentials"),
        "token-issued-at" => {
            context.token_issued_at = Some(moment()?);
            "token_issued_at"
        }
        "token-expires-in" => {
            let seconds = value.parse().map_err(|_| format!("@token-expires-in: {value:?} is not a whole number of seconds"))?;
            context.token_expires_in = Some(seconds);
            "token_expires_in"
        }
        "credential-known-good" => {
            context.credential_known_good = match value.as_str() {
                "" | "true" | "yes" => Some(true),
                "false" | "no" => Some(false),
                _ => return Err(format!("@credential-known-good: {value:?} is neither true nor false")),
            };
            context.origins.insert("credential_known_good", Origin::File);
            return Ok(());
        }
        "set-cookie" => {
            context.set_cookie.push(cookie(&value)?);
            "set_cookie"
        }
        "previous" | "hops" => {
            context.previous.push(previous(name, &value)?);
            "previous"
        }
        _ => return Ok(()),
    };
    context.origins.insert(member, Origin::File);
    absent()
}

fn push(list: &mut Vec<String>, value: &str, member: &'static str) -> &'static str {
    if !value.is_empty() {
        list.push(value.to_string());
    }
    member
}

fn set(place: &mut Option<String>, value: &str, member: &'static str) -> &'static str {
    if !value.is_empty() {
        *place = Some(value.to_string());
    }
    member
}

/// A cookie received earlier: an object as in HAR's `_authtui`, or the header's value alone.
fn cookie(value: &str) -> Result<ReceivedCookie, String> {
    if !value.starts_with('{') {
        return Ok(ReceivedCookie { url: String::new(), set_cookie: value.to_string(), at: None });
    }
    let json = object("set-cookie", value)?;
    let text = |name: &str| json.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_string();
    let at = text("at");
    Ok(ReceivedCookie { url: text("url"), set_cookie: text("set_cookie"), at: rfc3339(&at) })
}

/// An exchange before this one, as an object on one line.
fn previous(name: &str, value: &str) -> Result<Previous, String> {
    let json = object(name, value)?;
    let text = |name: &str| json.get(name).and_then(|v| v.as_str()).map(str::to_string);
    let list = |name: &str| match json.get(name) {
        Some(serde_json::Value::String(one)) => vec![one.clone()],
        Some(serde_json::Value::Array(many)) => many.iter().filter_map(|v| v.as_str().map(str::to_string)).collect(),
        _ => Vec::new(),
    };
    Ok(Previous {
        method: text("method").unwrap_or_else(|| "GET".into()),
        url: text("url").unwrap_or_default(),
        sent_authorization: json.get("sent_authorization").and_then(serde_json::Value::as_bool),
        status: json.get("status").and_then(serde_json::Value::as_u64).and_then(|s| u16::try_from(s).ok()).unwrap_or(0),
        location: text("location"),
        www_authenticate: list("www_authenticate"),
        set_cookie: list("set_cookie"),
    })
}

fn object(name: &str, value: &str) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    serde_json::from_str(value).map_err(|e| format!("@{name} wants a JSON object on its line: {e}"))
}
