//! `_authtui`: what is known of an exchange besides its request and response.

use serde_json::Value;

use crate::domain::context::{AuthSource, Context, Origin, Previous, ReceivedCookie};
use crate::domain::time::rfc3339;

/// Reads the members of `_authtui` into a context. Unknown members are ignored, ill-typed ones are listed.
pub(super) fn fill(context: &mut Context, member: &Value, losses: &mut Vec<String>) {
    let Some(map) = member.as_object() else {
        losses.push("_authtui is not an object and was left out".into());
        return;
    };
    for (name, value) in map {
        if value.is_null() {
            continue;
        }
        if !set(context, name, value) {
            losses.push(format!("_authtui.{name} has a type that does not fit and was left out"));
        }
    }
}

/// Sets one member; false when its type does not fit. Unknown names are true: they are others' business.
fn set(context: &mut Context, name: &str, value: &Value) -> bool {
    let text = || value.as_str().map(str::to_string);
    // What somebody wrote down may be a list of lines.
    let lines = || text().or_else(|| strings(value).map(|lines| lines.join("\n")));
    let moment = || value.as_str().and_then(rfc3339);
    let mut list = |target: fn(&mut Context) -> &mut Vec<String>, key: &'static str| match strings(value) {
        Some(found) => {
            *target(context) = found;
            context.origins.insert(key, Origin::File);
            true
        }
        None => false,
    };
    match name {
        "expect_audience" => return list(|c| &mut c.audience, "expect_audience"),
        "expect_issuer" => return list(|c| &mut c.issuer, "expect_issuer"),
        "expect_algorithm" => return list(|c| &mut c.algorithm, "expect_algorithm"),
        "expect_scheme" => return list(|c| &mut c.scheme, "expect_scheme"),
        "expect_header" => return list(|c| &mut c.header, "expect_header"),
        "expect_cookie" => return list(|c| &mut c.cookie, "expect_cookie"),
        "expect_client_authentication" => return list(|c| &mut c.client_authentication, "expect_client_authentication"),
        "expect_url" => return list(|c| &mut c.url, "expect_url"),
        "expect_host" => return list(|c| &mut c.host, "expect_host"),
        "expect_status" => return list(|c| &mut c.expect_status, "expect_status"),
        "expect_scope" => {
            let Some(found) = strings(value) else { return false };
            context.scope = found.iter().flat_map(|s| s.split_whitespace()).map(str::to_string).collect();
            context.origins.insert("expect_scope", Origin::File);
            return true;
        }
        _ => {}
    }
    match name {
        "now" => assign(&mut context.now, moment()),
        "jwks" => assign(&mut context.jwks, text()),
        "dpop_key" => assign(&mut context.dpop_key_file, text()),
        "username" => assign(&mut context.username, text()),
        "password" => assign(&mut context.password, text()),
        "client" => assign(&mut context.client, text()),
        "server" => assign(&mut context.server, text()),
        "config" => assign(&mut context.config, lines()),
        "config_file" => assign(&mut context.config_file, text()),
        "fetch_credentials" => assign(&mut context.fetch_credentials, text()),
        "notes" => assign(&mut context.notes, lines()),
        "auth" => assign(&mut context.auth_source, text().as_deref().and_then(AuthSource::read)),
        "credential_known_good" => assign(&mut context.credential_known_good, value.as_bool()),
        "token_issued_at" => assign(&mut context.token_issued_at, moment()),
        "token_expires_in" => {
            let seconds = value.as_i64().or_else(|| value.as_f64().map(|f| f as i64)).or_else(|| value.as_str()?.trim().parse().ok());
            assign(&mut context.token_expires_in, seconds)
        }
        "set_cookie" => {
            for item in one_or_many(value) {
                let part = |k: &str| item.get(k).and_then(Value::as_str);
                let (Some(url), Some(line)) = (part("url"), part("set_cookie")) else { return false };
                context.set_cookie.push(ReceivedCookie { url: url.into(), set_cookie: line.into(), at: part("at").and_then(rfc3339) });
            }
            true
        }
        // Hops are the redirects before this exchange.
        "previous" | "hops" => {
            for item in one_or_many(value) {
                let Some(previous) = previous(item) else { return false };
                context.previous.push(previous);
            }
            true
        }
        _ => true,
    }
}

fn assign<T>(target: &mut Option<T>, value: Option<T>) -> bool {
    let there = value.is_some();
    if there {
        *target = value;
    }
    there
}

fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn strings(value: &Value) -> Option<Vec<String>> {
    one_or_many(value).iter().map(|v| v.as_str().map(str::to_string)).collect()
}

fn previous(item: &Value) -> Option<Previous> {
    let map = item.as_object()?;
    let text = |k: &str| map.get(k).and_then(Value::as_str).unwrap_or_default().to_string();
    let list = |k: &str| map.get(k).and_then(strings).unwrap_or_default();
    Some(Previous {
        method: text("method"),
        url: text("url"),
        sent_authorization: map.get("sent_authorization").and_then(Value::as_bool),
        status: map.get("status").and_then(Value::as_i64).and_then(|s| u16::try_from(s).ok()).unwrap_or(0),
        location: map.get("location").and_then(Value::as_str).map(str::to_string),
        www_authenticate: list("www_authenticate"),
        set_cookie: list("set_cookie"),
    })
}
