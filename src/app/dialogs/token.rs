//! The form that makes a token: the claims of another one, changed, and signed with a key at hand.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::app::editor::Editor;
use crate::app::ids::RequestId;
use crate::domain::json::{Member, Object};
use crate::domain::time::duration;
use crate::domain::token::jws::Jws;

/// The algorithms to choose from; the first leaves it to the key.
const ALGORITHMS: [&str; 14] =
    [AS_THE_KEY, "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/// What the key signs with by itself.
const AS_THE_KEY: &str = "as the key has it";

/// Ends of names by which a text is the path of a key.
const KEY_FILES: [&str; 6] = [".pem", ".key", ".jwk", ".json", ".der", ".txt"];

/// Claims that are seconds: `+1h` is one hour from now.
const TIMES: [&str; 4] = ["exp", "nbf", "iat", "auth_time"];

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRowKind {
    /// The key to sign with.
    Key,
    /// A member of the header.
    Header,
    /// A claim.
    Claim,
    /// A claim to add.
    New,
}

/// A row below the algorithm.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub kind: TokenRowKind,
    pub name: String,
    pub editor: Editor,
    /// The value as it is written in the older token, with what is shown of it; empty for one that is new.
    older: (String, String),
}

/// Where the key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// In a file of this path, as it was typed.
    File(String),
    /// It is the typed text itself.
    Secret(String),
}

/// The open form.
#[derive(Clone, Debug)]
pub struct TokenForm {
    /// The request that gets the token.
    pub request: RequestId,
    /// Index of the algorithm.
    algorithm: usize,
    pub rows: Vec<TokenRow>,
    /// The focused row: 0 is the algorithm.
    pub chosen: usize,
}

impl TokenForm {
    /// A form with what an older token says, and where its key is if that is known.
    pub fn new(request: RequestId, older: Option<&Jws>, key: Option<&str>) -> Self {
        let members = |kind: TokenRowKind, object: Option<&Object>| -> Vec<TokenRow> {
            let members = object.into_iter().flat_map(|object| &object.members).filter(|m| kind == TokenRowKind::Claim || m.name != "alg");
            let row = |m: &Member| {
                let raw = object.and_then(|object| m.value_span.cut(&object.text)).unwrap_or_default();
                let shown = written(&m.value, raw);
                TokenRow { kind, name: m.name.clone(), editor: Editor::line(shown.clone()), older: (raw.to_string(), shown) }
            };
            members.map(row).collect()
        };
        let line =
            |kind, name: &str, text: &str| TokenRow { kind, name: name.into(), editor: Editor::line(text), older: Default::default() };
        let mut rows = vec![line(TokenRowKind::Key, "key", key.unwrap_or_default())];
        let header = members(TokenRowKind::Header, older.map(|jws| &jws.header));
        rows.extend(if header.is_empty() { vec![line(TokenRowKind::Header, "typ", "JWT")] } else { header });
        rows.extend(members(TokenRowKind::Claim, older.map(|jws| &jws.claims)));
        rows.push(line(TokenRowKind::New, "another claim", ""));
        let named = older.and_then(|jws| jws.algorithm()).and_then(|name| ALGORITHMS.iter().position(|known| *known == name));
        Self { request, algorithm: named.unwrap_or_default(), rows, chosen: 1 }
    }

    /// The chosen algorithm, in words.
    pub fn algorithm(&self) -> &'static str {
        ALGORITHMS.get(self.algorithm).copied().unwrap_or(AS_THE_KEY)
    }

    /// Chooses the next algorithm, or the one before.
    pub fn step_kind(&mut self, by: isize) {
        self.algorithm = (self.algorithm as isize + by).rem_euclid(ALGORITHMS.len() as isize) as usize;
    }

    /// The focused field; `None` for the algorithm.
    pub fn field_mut(&mut self) -> Option<&mut Editor> {
        self.rows.get_mut(self.chosen.checked_sub(1)?).map(|row| &mut row.editor)
    }

    /// Moves the focus, wrapping at both ends. A claim that was added gets a row of its own.
    pub fn step(&mut self, by: isize) {
        self.take_new();
        let count = self.rows.len() as isize + 1;
        self.chosen = (self.chosen as isize + by).rem_euclid(count) as usize;
    }

    /// Makes a row of what is typed as a new claim.
    fn take_new(&mut self) {
        let Some(at) = self.rows.iter().position(|row| row.kind == TokenRowKind::New) else { return };
        let typed = self.rows.get(at).and_then(|row| new_claim(row.editor.text()));
        if let Some((name, value)) = typed {
            let (name, editor) = (name.to_string(), Editor::line(value));
            self.rows.insert(at, TokenRow { kind: TokenRowKind::Claim, name, editor, older: Default::default() });
            if let Some(row) = self.rows.get_mut(at + 1) {
                row.editor = Editor::line("");
            }
        }
    }

    /// Where the key is; `None` while nothing is typed. A secret that begins as a path does goes into a `{{variable}}`.
    pub fn key(&self) -> Option<KeySource> {
        let typed = self.rows.iter().find(|row| row.kind == TokenRowKind::Key)?.editor.text().trim();
        let is_path = |text: &str| {
            let lower = text.to_ascii_lowercase();
            ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start)) || KEY_FILES.iter().any(|end| lower.ends_with(end))
        };
        match typed.strip_prefix('@') {
            Some(path) => Some(KeySource::File(path.to_string())),
            None if typed.is_empty() => None,
            None if is_path(typed) => Some(KeySource::File(typed.to_string())),
            None => Some(KeySource::Secret(typed.to_string())),
        }
    }

    /// Header and claims as they are typed, the claims as JSON in their order.
    ///
    /// # Errors
    /// For a new claim without a name, as a sentence.
    pub fn parts(&mut self, now: Timestamp) -> Result<(Map<String, Value>, String), String> {
        self.take_new();
        if self.rows.iter().any(|row| row.kind == TokenRowKind::New && !row.editor.text().trim().is_empty()) {
            return Err("The other claim is to be typed as name: value".into());
        }
        let mut header = Map::new();
        if self.algorithm > 0 {
            header.insert("alg".into(), self.algorithm().into());
        }
        let mut claims = Vec::new();
        for row in &self.rows {
            let text = row.editor.text().trim();
            // What is emptied is left out.
            if text.is_empty() {
                continue;
            }
            match row.kind {
                TokenRowKind::Header => {
                    header.insert(row.name.clone(), read(text));
                }
                TokenRowKind::Claim => {
                    let of_time = Some(&row.name).filter(|name| TIMES.contains(&name.as_str())).and_then(|_| from_now(text, now));
                    // What was not changed stays as it was written, a number of many digits too.
                    let (raw, shown) = &row.older;
                    let value = match of_time {
                        Some(seconds) => seconds.to_string(),
                        None if !raw.is_empty() && shown == row.editor.text() => raw.clone(),
                        None if serde_json::from_str::<Value>(text).is_ok() => text.to_string(),
                        None => Value::from(text).to_string(),
                    };
                    claims.push(format!("{}:{value}", Value::from(row.name.as_str())));
                }
                TokenRowKind::Key | TokenRowKind::New => {}
            }
        }
        Ok((header, format!("{{{}}}", claims.join(","))))
    }
}

/// A value as it is typed: a text without its quotes, unless it would be something else without them.
fn written(value: &Value, raw: &str) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        // A field has one line.
        other if raw.contains(char::is_control) => other.to_string(),
        _ => raw.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(char::is_control) && serde_json::from_str::<Value>(text).is_err()
}

/// The value of a typed text: JSON, else the text itself.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// `name: value` or `name=value`.
fn new_claim(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_at(text.find([':', '='])?);
    let (name, value) = (name.trim().trim_matches('"'), value.get(1..)?.trim());
    (!name.is_empty() && !value.is_empty()).then_some((name, value))
}

/// `+1h` and `-5m` as seconds since 1970.
fn from_now(text: &str, now: Timestamp) -> Option<Value> {
    let is_signed = text.starts_with(['+', '-']) && text.parse::<f64>().is_err();
    let moment = now.checked_add(duration(text).filter(|_| is_signed)?).ok()?;
    Some(moment.as_second().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(claims: &str) -> TokenForm {
        use base64::Engine as _;
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.AAAA", encode(r#"{"alg":"RS256","kid":"k1","typ":"JWT"}"#), encode(claims));
        TokenForm::new(RequestId(1), Some(&Jws::read(&token)), Some("keys/private.pem"))
    }

    fn type_into(form: &mut TokenForm, name: &str, text: &str) {
        let row = form.rows.iter_mut().find(|row| row.name == name).unwrap();
        row.editor = Editor::line(text);
    }

    #[test]
    fn what_is_not_changed_stays_byte_by_byte() {
        let claims = r#"{"sub":"ann","n":"5","aud":["a","b"],"exp":1.5,"x":null,"t":true,"sub":"bob","e":"","q":"\"a","big":12345678901234567890123,"f":1e10,"z":-0,"d":{"x":1,"x":2}}"#;
        let (header, same) = form(claims).parts(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(same, claims);
        assert_eq!(Value::Object(header).to_string(), r#"{"alg":"RS256","kid":"k1","typ":"JWT"}"#);
    }

    #[test]
    fn claims_are_changed_added_and_left_out() {
        let mut form = form(r#"{"sub":"ann","exp":1,"aud":"billing"}"#);
        type_into(&mut form, "exp", "+1h");
        type_into(&mut form, "aud", r#"["orders"]"#);
        type_into(&mut form, "sub", "");
        type_into(&mut form, "another claim", "scope: read write");
        form.step(1);
        type_into(&mut form, "another claim", "admin=true");
        let (_, claims) = form.parts(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(claims, r#"{"exp":3600,"aud":["orders"],"scope":"read write","admin":true}"#);
        type_into(&mut form, "another claim", "nothing");
        assert!(form.parts(Timestamp::UNIX_EPOCH).unwrap_err().contains("name: value"));
    }

    #[test]
    fn a_key_is_a_path_or_a_secret() {
        let mut form = form("{}");
        assert_eq!(form.key(), Some(KeySource::File("keys/private.pem".into())));
        for (typed, key) in [
            ("@secret", KeySource::File("secret".into())),
            ("./k", KeySource::File("./k".into())),
            ("/keys/k", KeySource::File("/keys/k".into())),
            ("hunter2", KeySource::Secret("hunter2".into())),
        ] {
            type_into(&mut form, "key", typed);
            assert_eq!(form.key(), Some(key));
        }
        type_into(&mut form, "key", " ");
        assert_eq!(form.key(), None);
    }
}
