//! Answers that refuse with a status of success, and those that refuse no caller, as data: `assets/denials.toml`.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::response::Response;
use crate::domain::table;

static TABLE: LazyLock<Denials> = LazyLock::new(|| table::read(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../assets/denials.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Denials {
    #[serde(flatten)]
    codes: Codes,
    header: Vec<Header>,
    words: Words,
    data: Data,
}

/// Words on the data of a call, in lower case.
#[derive(Debug, Default, Deserialize)]
struct Data {
    /// That it is wrong.
    says: Vec<String>,
    /// What makes it a matter of the caller.
    otherwise: Vec<String>,
}

/// Words of messages, in lower case.
#[derive(Debug, Default, Deserialize)]
struct Words {
    /// What a caller logs in with.
    credential: Vec<String>,
    /// That it is not taken.
    refused: Vec<String>,
    /// What makes it a matter of something else.
    otherwise: Vec<String>,
}

/// True for a body, in lower case, that says what is wrong with the data of a call, and nothing of who called.
pub fn is_about_data(body: &str) -> bool {
    let has = |list: &[String]| list.iter().any(|words| body.contains(words.as_str()));
    body.len() <= MAX_FIELDS && has(&TABLE.data.says) && !has(&TABLE.data.otherwise)
}

#[derive(Debug, Default, Deserialize)]
struct Codes {
    unauthenticated: Vec<String>,
    forbidden: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    #[serde(flatten)]
    codes: Codes,
}

impl Codes {
    /// The status that a code means.
    fn status(&self, code: &str) -> Option<u16> {
        let folded = code.trim().to_ascii_uppercase().replace(['-', ' '], "_");
        let is_in = |list: &[String]| list.contains(&folded);
        is_in(&self.unauthenticated).then_some(401).or_else(|| is_in(&self.forbidden).then_some(403))
    }
}

/// An answer with a status of success, read for a denial.
#[derive(Debug)]
pub struct Denial {
    of_header: Option<u16>,
    /// The body, where it is one object and short: a denial is, pages of data are not.
    body: Option<Object>,
    /// The body in lower case, where it is XML that says that the call failed.
    failed_xml: Option<String>,
}

/// XML that says so by an attribute of its first element (`status="failed"`) or by an element (`<returncode>FAILED</returncode>`).
static FAILED_XML: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let first = r#"^(?:<\?xml[^>]*>\s*)?<[\w:.-]+(?:\s[^>]*)?\sstatus\s*=\s*["'](?:error|failed|fail|failure)["']"#;
    let element = r"<(?:\w+:)?(?:returncode|status|result|success)>\s*(?:failed|failure|fail|error|false)\s*</";
    Regex::new(&format!("(?i){first}|{element}")).ok()
});

impl Denial {
    /// Reads an answer; `None` for one that refuses by its status already, and for one that never came.
    pub fn read(answer: &Response) -> Option<Self> {
        if !answer.is_success() {
            return None;
        }
        let of_header = |header: &Header| header.codes.status(answer.headers.get(&header.name)?);
        let body = answer.body.trim_start();
        let is_read = body.starts_with('{') && body.len() <= MAX_FIELDS && SAY_SO.iter().any(|word| body.contains(word));
        let is_xml = body.starts_with('<') && body.len() <= MAX_FIELDS;
        let failed_xml = is_xml.then(|| FAILED_XML.as_ref()?.find(body)).flatten().map(|_| body.to_ascii_lowercase());
        Some(Self { of_header: TABLE.header.iter().find_map(of_header), body: is_read.then(|| Object::read(body)), failed_xml })
    }

    /// True when the body says that the call failed, for whatever reason.
    pub fn says_failed(&self) -> bool {
        self.body.as_ref().is_some_and(|object| object.get("access_token").is_none() && is_failure(object))
    }

    /// The status that it means, when the body or a header says that the caller was refused: 401 or 403.
    pub fn status(&self) -> Option<u16> {
        let in_xml = || self.failed_xml.as_deref().filter(|text| refuses_credential(text)).map(|_| 401);
        self.of_header.or_else(|| in_body(self.body.as_ref()?)).or_else(in_xml)
    }
}

/// What the members are called that say that something failed; a body without one of these is not read.
const SAY_SO: [&str; 6] = ["\"error", "\"ok\"", "\"success\"", "\"errcode\"", "\"code\"", "\"ret\""];

fn in_body(object: &Object) -> Option<u16> {
    // A token that was issued is no denial, whatever else the answer says.
    if object.get("access_token").is_some() {
        return None;
    }
    let failed = is_flagged(object);
    let error = object.get("error");
    let listed = object.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = error.and_then(Value::as_str).and_then(|code| TABLE.codes.status(code));
    let of_number = || {
        let status = object.get("status").and_then(Value::as_u64).filter(|_| error.is_some() || !listed.is_empty())?;
        u16::try_from(status).ok().filter(|status| matches!(status, 401 | 403))
    };
    let of_failed = || ["code", "reason", "status"].iter().find_map(|name| TABLE.codes.status(object.str(name)?)).filter(|_| failed);
    let said = text.or_else(|| error.and_then(of_error)).or_else(|| listed.iter().find_map(of_error)).or_else(of_failed);
    said.or_else(of_number).or_else(|| of_words(object))
}

/// A failure, by a flag or a number, whose message says of a credential that it is not taken.
fn of_words(object: &Object) -> Option<u16> {
    let error = object.get("error");
    let inner = error.and_then(|error| error.get("message")?.as_str());
    // JSON-RPC 2.0 has the reason beside a message that belongs to the number.
    let reason = error.filter(|_| object.get("jsonrpc").is_some()).and_then(|error| error.get("data")?.as_str());
    if reason.is_some_and(|reason| TABLE.codes.status(reason.trim_end_matches('.')).is_some()) {
        return Some(401);
    }
    let texts = ["message", "errmsg", "msg", "error_description", "errorMessage", "error"].into_iter().filter_map(|name| object.str(name));
    let is_said = || texts.chain(inner).any(|text| refuses_credential(&text.to_ascii_lowercase()));
    (is_failure(object) && is_said()).then_some(401)
}

/// True when a flag says that the call failed, perhaps in the one object that the answer is.
pub(super) fn is_flagged(object: &Object) -> bool {
    let says_so = |name: &str, value: Option<&Value>| match value {
        Some(Value::Bool(is_done)) => !is_done && matches!(name, "ok" | "success"),
        Some(Value::String(text)) => text.eq_ignore_ascii_case("failed") && matches!(name, "status" | "result"),
        _ => false,
    };
    let inner = match object.members.as_slice() {
        [only] => only.value.as_object(),
        _ => None,
    };
    let flag = |name: &str| says_so(name, object.get(name)) || inner.is_some_and(|inner| says_so(name, inner.get(name)));
    ["ok", "success", "status", "result"].into_iter().any(flag)
}

/// True when a flag, a number or an error says that the call failed.
fn is_failure(object: &Object) -> bool {
    let number = |name: &str| match object.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let codes = ["errcode", "error_code", "errorCode", "code", "ret"].into_iter().filter_map(number);
    let mut codes = codes.filter(|code| *code != 0 && !(200..300).contains(code));
    is_flagged(object) || codes.next().is_some() || object.get("error").is_some_and(|error| error.is_object() || error.is_string())
}

/// True for a message that names a credential of the caller and says that it is not taken. Links, devices and pages have tokens too.
fn refuses_credential(message: &str) -> bool {
    let has = |list: &[String]| list.iter().any(|words| message.contains(words.as_str()));
    let Words { credential, refused, otherwise } = &TABLE.words;
    has(credential) && has(refused) && !has(otherwise)
}

/// An error of GraphQL (`extensions.code`), of JSON-RPC (`data.name`), of Google (`status`) and of others (`code`, `type`).
fn of_error(error: &Value) -> Option<u16> {
    // An error of GraphQL has its place in the query; many resolvers throw no code.
    let is_of_graphql = ["path", "locations"].iter().all(|name| error.get(name).is_some_and(Value::is_array));
    // JSON-RPC numbers its errors, and the message alone says what is meant.
    let is_numbered = error.get("code").is_some_and(Value::is_number);
    let message = error.get("message").and_then(Value::as_str).filter(|_| is_of_graphql || is_numbered);
    if let Some(status) = message.and_then(|text| TABLE.codes.status(text.trim_end_matches(['.', '!']))) {
        return Some(status);
    }
    let within = |outer: &str, name: &str| error.get(outer).and_then(|inner| inner.get(name));
    let members = [within("extensions", "code"), within("data", "name"), error.get("code"), error.get("status"), error.get("type")];
    members.into_iter().flatten().find_map(|code| match code {
        Value::String(code) => TABLE.codes.status(code),
        Value::Number(number) => number.as_u64().and_then(|n| u16::try_from(n).ok()).filter(|n| matches!(n, 401 | 403)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(body: &str) -> Option<u16> {
        Denial::read(&Response { status: 200, body: body.into(), ..Response::default() })?.status()
    }

    #[test]
    fn the_table_can_be_read() {
        let table: Denials = table::read(TEXT).expect("denials");
        assert!(table.codes.unauthenticated.len() > 10 && !table.header.is_empty());
    }

    #[test]
    fn denials_with_a_status_of_success() {
        assert_eq!(meant(r#"{"errors":[{"message":"x","extensions":{"code":"UNAUTHENTICATED"}}]}"#), Some(401));
        assert_eq!(meant(r#"{"errors":[{"message":"x","extensions":{"code":"invalid-jwt"}}]}"#), Some(401));
        assert_eq!(meant(r#"{"data":{"a":null},"errors":[{"extensions":{"code":"FORBIDDEN"}}]}"#), Some(403));
        assert_eq!(
            meant(r#"{"data":{"me":null},"errors":[{"message":"Not authenticated","locations":[{"line":1}],"path":["me"]}]}"#),
            Some(401)
        );
        assert_eq!(meant(r#"{"ok":false,"error":"invalid_auth"}"#), Some(401));
        assert_eq!(meant(r#"{"error":"invalid_grant","error_description":"x"}"#), Some(401));
        assert_eq!(meant(r#"{"error":{"code":401,"message":"x"}}"#), Some(401));
        assert_eq!(meant(r#"{"success":false,"code":"access_denied"}"#), Some(403));
        assert_eq!(meant(r#"{"errcode":42001,"errmsg":"access_token expired"}"#), Some(401));
        assert_eq!(meant(r#"{"success":false,"code":"290177","message":"JWT token is invalid. [1a2b]"}"#), Some(401));
        assert_eq!(meant(r#"{"error":{"code":17,"message":"Invalid API key"}}"#), Some(401));
        assert_eq!(meant(r#"{"error":"Origin null is not allowed","status":403}"#), Some(403));
        assert_eq!(
            meant(r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"Not authorized."},"id":1}"#),
            Some(401)
        );
    }

    #[test]
    fn denials_in_xml() {
        for body in [
            r#"<?xml version="1.0"?><ApiResponse Status="ERROR"><Errors><Error>Invalid request IP: 203.0.113.1</Error></Errors></ApiResponse>"#,
            "<response><returncode>FAILED</returncode><message>You did not pass the checksum security check</message></response>",
            r#"<subsonic-response xmlns="x" status="failed"><error code="44" message="Invalid API key"/></subsonic-response>"#,
        ] {
            assert_eq!(meant(body), Some(401), "{body}");
        }
        for body in [
            r#"<subsonic-response status="failed"><error code="70" message="Song not found"/></subsonic-response>"#,
            r#"<order status="open"><note>invalid token</note></order>"#,
            "<html><body><p>status: failed, invalid token</p></body></html>",
            r#"<list><order status="failed"><note>invalid token</note></order></list>"#,
        ] {
            assert_eq!(meant(body), None, "{body}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_data_of_a_call() {
        for body in [
            r#"{"error":"quantity must be a number"}"#,
            r#"{"detail":[{"loc":["body","items",0],"msg":"field required"}]}"#,
            r#"{"message":"unexpected end of json input"}"#,
        ] {
            assert!(is_about_data(body), "{body}");
        }
        for body in [
            r#"{"detail":[{"loc":["header","x-api-key"],"msg":"field required"}]}"#,
            r#"{"error":"authorization must be a string"}"#,
            r#"{"error":"bad request"}"#,
            r#"{"username":["this field is required."]}"#,
            "",
        ] {
            assert!(!is_about_data(body), "{body}");
        }
    }

    #[test]
    fn what_is_no_denial() {
        for body in [
            r#"{"data":{"status":"UNAUTHENTICATED"}}"#,
            r#"{"errors":[{"message":"Unauthorized"}]}"#,
            r#"{"ok":true,"error":"invalid_auth"}"#.replace("true", "false").replace("invalid_auth", "channel_not_found").as_str(),
            r#"{"access_token":"t","error":"invalid_scope"}"#,
            r#"{"code":401,"name":"room 401"}"#,
            r#"{"code":0,"message":"the old access token is invalid now"}"#,
            r#"{"code":200,"msg":"expired tokens were removed"}"#,
            r#"{"message":"invalid token"}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"No such page."},"id":1}"#,
            r#"{"error":{"code":-32602,"message":"Invalid params.","data":"Not authorized."}}"#,
            r#"{"success":false,"message":"invalid device token"}"#,
            r#"{"success":false,"message":"the email is invalid"}"#,
            r#"{"errcode":40029,"errmsg":"invalid page token"}"#,
            "[401]",
            "",
        ] {
            assert_eq!(meant(body), None, "{body}");
        }
    }
}
