//! The parts of a request that every library takes: headers, parameters, bodies.

use super::draft::Draft;
use super::value::{Call, JsonStyle, Member, Value};
use crate::formats::address::{Escaped, form};
use crate::formats::multipart;

/// The address of a request; `None` for an expression that is not understood.
pub(super) fn address(value: &Value) -> Option<String> {
    if *value == Value::Unknown { None } else { value.text() }
}

/// Adds the headers of a map or of a list of pairs.
pub(super) fn headers(draft: &mut Draft, value: &Value) {
    let at = draft.at;
    match value {
        Value::Nothing => {}
        Value::List(_) => match value.fields() {
            Some(fields) => fields.iter().for_each(|(name, value)| draft.headers.push(name, value)),
            None => draft.note(at, "the headers are a list of something else than pairs, which is not read"),
        },
        Value::Map(members) => members.iter().for_each(|member| header(draft, member)),
        Value::Call(call) if call.members != Value::Nothing => call.members.members().iter().for_each(|member| header(draft, member)),
        Value::Text(_) => draft.note(at, "the headers are one text and no pairs, which is not read"),
        other => {
            let name = other.text().unwrap_or_default();
            draft.note(at, format!("the headers are in {name}, whose value is not in this text"));
        }
    }
}

fn header(draft: &mut Draft, member: &Member) {
    match &member.value {
        // Libraries leave out a header without a value.
        Value::Nothing => {}
        Value::List(values) => values.iter().filter_map(Value::text).for_each(|value| draft.headers.push(&member.name, value)),
        value => match value.text() {
            Some(value) => draft.set_header(&member.name, &value),
            None => draft.note(member.at, format!("the header {} is no text and is not read", member.name)),
        },
    }
}

/// Adds parameters to the address.
pub(super) fn query(draft: &mut Draft, value: &Value, escaped: Escaped) {
    let at = draft.at;
    let fields = match value {
        Value::Call(call) => call.members.fields(),
        value => value.fields(),
    };
    match (fields, value) {
        (Some(fields), _) => draft.add_fields_to_query(&fields, escaped),
        (None, Value::Nothing) => {}
        (None, Value::Text(text)) => draft.query = text.trim_start_matches('?').to_string(),
        (None, other) => {
            let name = other.text().unwrap_or_else(|| "a value".into());
            draft.note(at, format!("the parameters of the address are in {name}, whose value is not in this text"));
        }
    }
}

/// The names and values of cookies.
pub(super) fn cookies(draft: &mut Draft, value: &Value) {
    let at = draft.at;
    match value.fields().or_else(|| Value::Map(value.members().to_vec()).fields().filter(|fields| !fields.is_empty())) {
        Some(fields) => draft.cookies.extend(fields),
        None if *value == Value::Nothing => {}
        None => draft.note(at, "the cookies are in a value that is not in this text"),
    }
}

/// A body that is JSON of a value.
pub(super) fn json(draft: &mut Draft, value: &Value, style: JsonStyle) {
    draft.body = match value {
        value if value.is_known() => value.json(style),
        value => value.text().unwrap_or_default(),
    };
    draft.content_type = Some("application/json".into());
}

/// A body of form fields.
pub(super) fn form_body(draft: &mut Draft, fields: &[(String, String)], escaped: Escaped, content_type: &str) {
    draft.body = form(fields, escaped);
    draft.content_type = Some(content_type.into());
}

/// What a client makes of a Content-Type that is given with a multipart body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenType {
    /// It is sent as it is, even where it does not name the boundary of the body.
    Kept,
    /// It gets the boundary of the body, unless it has one, which is then the boundary.
    Completed,
    /// It is replaced.
    Replaced,
}

/// A multipart body.
pub(super) fn multipart_body(draft: &mut Draft, members: &[Member], given: GivenType) {
    let mut parts = Vec::new();
    for member in members {
        let content = match &member.value {
            // A file that is written down: its name, its content, its type.
            Value::List(values) => {
                let texts: Vec<Option<String>> =
                    values.iter().map(|v| if let Value::Text(text) = v { Some(text.clone()) } else { None }).collect();
                match texts.as_slice() {
                    [name, Some(content), rest @ ..] if matches!(values.first(), Some(Value::Text(_) | Value::Nothing)) => {
                        Some((name.clone(), rest.first().cloned().flatten(), content.clone()))
                    }
                    _ => None,
                }
            }
            Value::Call(_) => None,
            value => value.text().map(|text| (None, None, text)),
        };
        match content {
            Some((filename, media_type, content)) => {
                parts.push(multipart::part(&member.name, filename.as_deref(), media_type.as_deref(), &content));
            }
            None => draft.unread_body(member.at, format!("the content of {} is in a file, which is not opened", member.name)),
        }
    }
    draft.body.push_str(&multipart::body(&parts));
    draft.content_type = Some(multipart::content_type());
    draft.is_multipart = true;
    let own = draft.headers.0.iter_mut().find(|header| header.is("content-type"));
    match (given, own) {
        (GivenType::Kept, _) | (_, None) => {}
        (GivenType::Replaced, Some(own)) => own.value = multipart::content_type(),
        (GivenType::Completed, Some(own)) => match multipart::boundary(&own.value) {
            Some(boundary) => draft.body = draft.body.replace(multipart::BOUNDARY, boundary),
            None => own.value = format!("{}; boundary={}", own.value, multipart::BOUNDARY),
        },
    }
}

/// A call that makes a value, with what was set on it.
pub(super) fn made_by<'a>(value: &'a Value, method: &str) -> Option<&'a Call> {
    match value {
        Value::Call(call) if call.method() == method => Some(call),
        _ => None,
    }
}
