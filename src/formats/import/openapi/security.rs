//! What the description says of authentication.

use serde_json::Value;

use super::Description;
use crate::formats::import::collection::{Auth, KeyPlace, OAuth2};
use crate::formats::import::tree::{member, text};

/// The auth of a `security` list, and what of it is not carried over. Its elements are alternatives, the members of an element are
/// all needed.
pub(super) fn auth(description: Description, security: &Value) -> (Auth, Vec<String>) {
    let alternatives = security.as_array().map_or(&[][..], Vec::as_slice);
    let needs = |alternative: &&Value| alternative.as_object().is_some_and(|schemes| !schemes.is_empty());
    let Some(schemes) = alternatives.iter().find(needs).and_then(Value::as_object) else { return (Auth::None, Vec::new()) };
    let mut losses = Vec::new();
    let mut found = schemes.keys().map(|name| of_scheme(description, name, &mut losses)).collect::<Vec<_>>().into_iter();
    let auth = found.next().unwrap_or(Auth::None);
    let more: Vec<String> = schemes.keys().skip(1).cloned().collect();
    if !more.is_empty() {
        losses.push(format!("{} is asked for as well and is left out", more.join(", ")));
    }
    (auth, losses)
}

fn of_scheme(description: Description, name: &str, losses: &mut Vec<String>) -> Auth {
    let root = description.root;
    let known =
        if description.is_swagger() { member(root, "securityDefinitions") } else { member(member(root, "components"), "securitySchemes") };
    let Some(scheme) = known.get(name).and_then(|scheme| description.resolved(scheme)) else {
        losses.push(format!("the auth {name} is not described"));
        return Auth::Other(name.to_string());
    };
    let variable = |like: &str| format!("{{{{{like}}}}}");
    match (text(scheme, "type").as_str(), text(scheme, "scheme").to_ascii_lowercase().as_str()) {
        ("basic", _) | ("http", "basic") => Auth::Basic { username: variable("username"), password: variable("password") },
        ("http", "digest") => Auth::Digest { username: variable("username"), password: variable("password") },
        ("http", "bearer") => Auth::Bearer { token: variable("token"), prefix: "Bearer".into() },
        ("http", _) => Auth::Bearer { token: variable("token"), prefix: text(scheme, "scheme") },
        ("apiKey", _) => Auth::ApiKey {
            name: text(scheme, "name"),
            value: variable("api_key"),
            place: match text(scheme, "in").as_str() {
                "query" => KeyPlace::Query,
                "cookie" => KeyPlace::Cookie,
                _ => KeyPlace::Header,
            },
        },
        ("oauth2", _) => Auth::OAuth2(Box::new(oauth2(description, scheme))),
        ("openIdConnect", _) => Auth::OAuth2(Box::new(OAuth2 { prefix: "Bearer".into(), ..OAuth2::default() })),
        ("mutualTLS", _) => Auth::Other("client certificate".into()),
        (kind, _) => {
            losses.push(format!("the auth {name} is of an unknown kind: {kind}"));
            Auth::Other(name.to_string())
        }
    }
}

fn oauth2(description: Description, scheme: &Value) -> OAuth2 {
    let (grant, flow) = if description.is_swagger() {
        (text(scheme, "flow"), scheme)
    } else {
        let flows = member(scheme, "flows");
        let first = ["clientCredentials", "authorizationCode", "password", "implicit"].into_iter().find(|name| flows.get(name).is_some());
        let name = first.unwrap_or_default();
        (name.to_string(), member(flows, name))
    };
    let grant = match grant.as_str() {
        "clientCredentials" | "application" => "client_credentials",
        "authorizationCode" | "accessCode" => "authorization_code",
        other => other,
    };
    OAuth2 { grant: grant.to_string(), token_url: text(flow, "tokenUrl"), prefix: "Bearer".into(), ..OAuth2::default() }
}
