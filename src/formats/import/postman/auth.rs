//! The auth of Postman: parameters as an object (2.0) or a list of `{key, value}` (2.1).

use serde_json::Value;

use super::text_of;
use crate::formats::import::collection::{Auth, KeyPlace, OAuth2};

/// Reads `auth`. What is absent, null or empty is inherited, as Postman's own runner has it.
pub(super) fn read(auth: &Value) -> Auth {
    let Some(kind) = auth.get("type").and_then(Value::as_str) else { return Auth::Inherit };
    let parameters = auth.get(kind).unwrap_or(&Value::Null);
    let get = |name: &str| parameter(parameters, name);
    match kind {
        "noauth" => Auth::None,
        "bearer" => Auth::Bearer { token: get("token"), prefix: "Bearer".into() },
        "basic" => Auth::Basic { username: get("username"), password: get("password") },
        "digest" => Auth::Digest { username: get("username"), password: get("password") },
        "apikey" => {
            let place = if get("in") == "query" { KeyPlace::Query } else { KeyPlace::Header };
            Auth::ApiKey { name: get("key"), value: get("value"), place }
        }
        "oauth2" => Auth::OAuth2(Box::new(oauth2(&get, find(parameters, "headerPrefix")))),
        "awsv4" => Auth::AwsSigV4,
        "oauth1" => Auth::Other("OAuth 1".into()),
        "hawk" => Auth::Other("Hawk".into()),
        "ntlm" => Auth::Other("NTLM".into()),
        "edgegrid" => Auth::Other("Akamai EdgeGrid".into()),
        "jwt" => Auth::Other("JWT Bearer".into()),
        "asap" => Auth::Other("ASAP".into()),
        other => Auth::Other(other.to_string()),
    }
}

fn oauth2(get: &dyn Fn(&str) -> String, prefix: Option<&Value>) -> OAuth2 {
    let grant = match get("grant_type").as_str() {
        "password_credentials" => "password".to_string(),
        "authorization_code_with_pkce" => "authorization_code".into(),
        other => other.to_string(),
    };
    OAuth2 {
        grant,
        token_url: get("accessTokenUrl"),
        access_token: get("accessToken"),
        prefix: prefix.map_or_else(|| "Bearer".into(), |prefix| text_of(prefix).trim().to_string()),
        query_parameter: (get("addTokenTo") == "queryParams").then(|| "access_token".to_string()),
    }
}

fn find<'a>(parameters: &'a Value, name: &str) -> Option<&'a Value> {
    match parameters {
        Value::Array(list) => {
            let named = |parameter: &&Value| parameter.get("key").and_then(Value::as_str) == Some(name);
            list.iter().rfind(named).and_then(|parameter| parameter.get("value"))
        }
        other => other.get(name),
    }
    .filter(|value| !value.is_null())
}

fn parameter(parameters: &Value, name: &str) -> String {
    find(parameters, name).map(text_of).unwrap_or_default()
}
