//! Credentials that a collection holds as they are: they become variables of the private environment.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::headers::Header;
use crate::domain::request::{Request, RequestPart};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::formats::variables::placeholders;

/// The credentials that were taken out of requests.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// Names that the collection uses itself.
    taken: BTreeSet<String>,
    /// The value of each name that was made.
    values: BTreeMap<String, String>,
    /// The name of each value.
    names: BTreeMap<String, String>,
    /// The last number that was put behind a name, by that name.
    counts: BTreeMap<String, usize>,
}

impl Literals {
    /// With the names that are in use.
    pub(super) fn new(taken: BTreeSet<String>) -> Self {
        Self { taken, ..Self::default() }
    }

    /// What was taken out, by name.
    pub(super) fn into_values(self) -> BTreeMap<String, String> {
        self.values
    }

    /// A credential as it is written in a shared file: as a variable, unless it uses one already.
    pub(super) fn hidden(&mut self, like: &str, value: &str) -> String {
        if value.trim().is_empty() || placeholders(value).next().is_some() {
            return value.to_string();
        }
        self.variable(like, value)
    }

    fn variable(&mut self, like: &str, value: &str) -> String {
        if let Some(name) = self.names.get(value) {
            return format!("{{{{{name}}}}}");
        }
        let base = variable_name(like);
        let mut name = base.clone();
        if self.taken.contains(&name) {
            let count = self.counts.entry(base.clone()).or_insert(1);
            while self.taken.contains(&name) {
                *count += 1;
                name = format!("{base}_{count}");
            }
        }
        self.taken.insert(name.clone());
        self.values.insert(name.clone(), value.to_string());
        self.names.insert(value.to_string(), name.clone());
        format!("{{{{{name}}}}}")
    }

    /// Takes every secret out of a request.
    pub(super) fn take_out_of(&mut self, request: &mut Request) {
        let found = secrecy::in_request(request);
        let shift = request.method.len() + 1;
        // From the end, so that earlier places stay where they are.
        for (part, span) in found.into_iter().rev() {
            match part {
                RequestPart::Line if span.start >= shift => {
                    let span = Span::new(span.start - shift, span.end - shift);
                    request.url = self.without(&request.url, span, None);
                }
                RequestPart::HeaderValue(index) => {
                    if let Some(Header { name, value }) = request.headers.0.get_mut(index) {
                        let name = (!name.eq_ignore_ascii_case("authorization") && !name.eq_ignore_ascii_case("cookie")).then_some(&**name);
                        *value = self.without(value, span, name);
                    }
                }
                RequestPart::Body => {
                    let body = self.without(&request.body, span, None);
                    request.body = body.into();
                }
                RequestPart::Line | RequestPart::HeaderName(_) => {}
            }
        }
    }

    /// The value of a header without what is secret in it.
    pub(super) fn header(&mut self, name: &str, value: &str) -> String {
        let mut out = value.to_string();
        for span in secrecy::in_header(&Header { name: name.into(), value: value.into() }).into_iter().rev() {
            out = self.without(&out, span, Some(name));
        }
        out
    }

    /// A text with a variable in the place of a secret.
    fn without(&mut self, text: &str, span: Span, name: Option<&str>) -> String {
        let (Some(before), Some(secret), Some(behind)) = (text.get(..span.start), span.cut(text), text.get(span.end..)) else {
            return text.to_string();
        };
        if placeholders(secret).next().is_some() {
            return text.to_string();
        }
        // `"password": "…`, `&token=…`, `Bearer …`: the last word before it says what it is.
        let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let word = || before.trim_end_matches(|c| !is_of_word(c)).rsplit(|c| !is_of_word(c)).next().unwrap_or_default();
        let like = match name.unwrap_or_else(word) {
            "" | "Bearer" | "bearer" => "token",
            "Basic" | "basic" => "basic_credential",
            like => like,
        };
        let variable = self.variable(like, secret);
        format!("{before}{variable}{behind}")
    }
}

/// A name that every tool that shares the format can use as a variable.
fn variable_name(like: &str) -> String {
    let name: String = like.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).take(40).collect();
    match name.trim_matches('_') {
        "" => "secret".into(),
        name => name.into(),
    }
}
