//! Entries as recorders write them, brought into the form of HAR 1.2: what has another type is converted where its meaning is
//! plain, and else left out by name.

use serde_json::{Map, Value};

/// What was left out, in words.
type Losses = Vec<String>;

/// An entry in the form of HAR 1.2.
///
/// # Errors
/// Why it is no exchange: nothing tells what was asked of whom.
pub(super) fn repaired(entry: Value, losses: &mut Losses) -> Result<Value, String> {
    let Value::Object(mut entry) = entry else { return Err(format!("is {}, and no entry", kind(&entry))) };
    let request = match entry.remove("request") {
        Some(Value::Object(request)) => request,
        Some(other) => return Err(format!("has {} for its request", kind(&other))),
        None => return Err("has no request".into()),
    };
    let mut fields = Fields { path: String::new(), losses };
    fields.text(&mut entry, "startedDateTime");
    fields.text(&mut entry, "comment");
    fields.text(&mut entry, "serverIPAddress");
    fields.number(&mut entry, "time");
    if let Some(timings) = fields.object(&mut entry, "timings") {
        let timings = fields.within("timings", timings, |fields, timings| {
            for phase in ["dns", "connect", "ssl", "send", "wait", "receive"] {
                fields.number(timings, phase);
            }
            Ok(())
        })?;
        entry.insert("timings".into(), Value::Object(timings));
    }
    let request = fields.within("request", request, |fields, request| fields.request(request))?;
    entry.insert("request".into(), Value::Object(request));
    if let Some(response) = fields.object(&mut entry, "response") {
        let response = fields.within("response", response, |fields, response| {
            fields.response(response);
            Ok(())
        })?;
        entry.insert("response".into(), Value::Object(response));
    }
    Ok(Value::Object(entry))
}

/// What a value is, in words.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The members of an object, and the way to it.
struct Fields<'l> {
    path: String,
    losses: &'l mut Losses,
}

impl Fields<'_> {
    fn lost(&mut self, name: &str, value: &Value) {
        self.losses.push(format!("{}{name} is {}, which does not fit, and was left out", self.path, kind(value)));
    }

    /// Works on an object one level deeper.
    fn within(
        &mut self,
        name: &str,
        mut object: Map<String, Value>,
        work: impl FnOnce(&mut Fields<'_>, &mut Map<String, Value>) -> Result<(), String>,
    ) -> Result<Map<String, Value>, String> {
        let mut inner = Fields { path: format!("{}{name}.", self.path), losses: &mut *self.losses };
        work(&mut inner, &mut object)?;
        Ok(object)
    }

    fn request(&mut self, request: &mut Map<String, Value>) -> Result<(), String> {
        self.text(request, "url");
        if !request.contains_key("url") {
            return Err("has no address".into());
        }
        self.text(request, "method");
        if !request.contains_key("method") {
            self.losses.push("request.method is not there: GET is assumed".into());
            request.insert("method".into(), "GET".into());
        }
        self.pairs(request, "headers");
        self.pairs(request, "cookies");
        match request.remove("postData") {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => {
                request.insert("postData".into(), serde_json::json!({ "text": text }));
            }
            Some(Value::Object(post)) => {
                let post = self.within("postData", post, |fields, post| {
                    fields.text(post, "mimeType");
                    fields.body(post, "text");
                    fields.pairs(post, "params");
                    Ok(())
                })?;
                request.insert("postData".into(), Value::Object(post));
            }
            Some(other) => self.lost("postData", &other),
        }
        Ok(())
    }

    fn response(&mut self, response: &mut Map<String, Value>) {
        self.number(response, "status");
        // 401.0 is a status too; one that no number can be is none.
        let status = response.remove("status").and_then(|status| status.as_f64()).unwrap_or_default();
        response.insert("status".into(), (status as i64).into());
        for name in ["statusText", "httpVersion"] {
            self.text(response, name);
        }
        for name in ["_failureText", "_error"] {
            self.message(response, name);
        }
        self.pairs(response, "headers");
        match response.remove("content") {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => {
                response.insert("content".into(), serde_json::json!({ "text": text }));
            }
            Some(Value::Object(mut content)) => {
                let mut inner = Fields { path: format!("{}content.", self.path), losses: &mut *self.losses };
                inner.text(&mut content, "encoding");
                inner.body(&mut content, "text");
                inner.number(&mut content, "size");
                let size = content.remove("size").and_then(|size| size.as_f64());
                content.extend(size.map(|size| ("size".to_string(), Value::from(size as i64))));
                response.insert("content".into(), Value::Object(content));
            }
            Some(other) => self.lost("content", &other),
        }
    }

    /// A member that is a text. Numbers are as good as one.
    fn text(&mut self, object: &mut Map<String, Value>, name: &str) {
        match object.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => drop(object.insert(name.into(), text.into())),
            Some(Value::Number(number)) => drop(object.insert(name.into(), number.to_string().into())),
            Some(other) => self.lost(name, &other),
        }
    }

    /// A body: some recorders keep JSON taken apart.
    fn body(&mut self, object: &mut Map<String, Value>, name: &str) {
        if let Some(value @ (Value::Object(_) | Value::Array(_) | Value::Bool(_))) = object.get(name) {
            let text = value.to_string();
            object.insert(name.into(), text.into());
        }
        self.text(object, name);
    }

    /// What went wrong: a text, or an object with one.
    fn message(&mut self, object: &mut Map<String, Value>, name: &str) {
        if let Some(Value::Object(error)) = object.get(name) {
            let told = ["message", "errorText", "text", "code", "name"].iter().find_map(|member| error.get(*member)?.as_str());
            let text = told.map_or_else(|| Value::Object(error.clone()).to_string(), str::to_string);
            object.insert(name.into(), text.into());
        }
        self.text(object, name);
    }

    /// A member that is a number, or a text of one.
    fn number(&mut self, object: &mut Map<String, Value>, name: &str) {
        match object.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::Number(number)) => drop(object.insert(name.into(), Value::Number(number))),
            Some(Value::String(text)) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
                let number = text.trim().parse::<f64>().unwrap_or_default();
                object.insert(name.into(), number.into());
            }
            Some(Value::String(text)) if text.is_empty() => {}
            Some(other) => self.lost(name, &other),
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
        match object.remove(name)? {
            Value::Null => None,
            Value::Object(found) => Some(found),
            other => {
                self.lost(name, &other);
                None
            }
        }
    }

    /// Names with values: a list of pairs, or an object with a member for each.
    fn pairs(&mut self, object: &mut Map<String, Value>, name: &str) {
        let pairs: Vec<(String, Value)> = match object.remove(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.into_iter().enumerate().filter_map(|(i, pair)| self.pair(name, i, pair)).collect(),
            Some(Value::Object(members)) => members.into_iter().collect(),
            Some(other) => {
                self.lost(name, &other);
                Vec::new()
            }
        };
        let mut read = Vec::new();
        for (key, value) in pairs {
            // One field of a list for each of its values.
            let values = match value {
                Value::Array(list) => list,
                one => vec![one],
            };
            for value in values {
                let value = match value {
                    Value::String(text) => text,
                    Value::Null => String::new(),
                    Value::Number(number) => number.to_string(),
                    Value::Bool(truth) => truth.to_string(),
                    other => {
                        self.lost(&format!("{name}.{key}"), &other);
                        continue;
                    }
                };
                read.push(serde_json::json!({ "name": key, "value": value }));
            }
        }
        object.insert(name.into(), Value::Array(read));
    }

    fn pair(&mut self, list: &str, index: usize, pair: Value) -> Option<(String, Value)> {
        let Value::Object(mut pair) = pair else {
            self.lost(&format!("{list}[{index}]"), &pair);
            return None;
        };
        let value = pair.remove("value").unwrap_or_default();
        match pair.remove("name") {
            Some(Value::String(name)) => Some((name, value)),
            Some(Value::Number(name)) => Some((name.to_string(), value)),
            other => {
                self.lost(&format!("{list}[{index}].name"), &other.unwrap_or_default());
                None
            }
        }
    }
}
