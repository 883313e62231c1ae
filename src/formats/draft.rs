//! The draft of a session: the requests that are not saved, as JSON, so that every text comes back byte for byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::env::ValueKind;
use super::http_file::BodyOrigin;

/// Stands for a credential in a draft. It is a variable, so that a check reports it if it is ever sent.
pub const LEFT_OUT: &str = "{{left-out}}";

/// What of a session is not saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The files with unsaved requests.
    pub files: Vec<DraftFile>,
    /// The changed values of variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<DraftValue>,
}

/// A changed value of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftValue {
    /// The path of its file; absolute once it is on disk.
    pub path: String,
    pub place: ValuePlace,
    /// The name of the variable.
    pub name: String,
    /// `None` for a credential that was left out.
    pub value: Option<String>,
    /// The value that a definition had in its file, by which it is found again; `None` for one that was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// Where in its file a value is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValuePlace {
    /// In a `.http` file: the definition of this number.
    Definition(usize),
    /// In an environment of a file with values.
    Environment(ValueKind, String),
}

/// The unsaved requests of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFile {
    /// What the file is called on the screen.
    pub name: String,
    /// Its unsaved requests, in order.
    pub requests: Vec<DraftRequest>,
}

/// One unsaved request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRequest {
    /// Its name; empty when it has none.
    pub name: String,
    /// Its text in the editor.
    pub text: String,
    /// Where each credential that was left out stands in the text of the saved request, as start and end; `None` for a new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Option<(usize, usize)>>,
    /// What is saved with it besides, by the names of the directives.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub directives: BTreeMap<String, Vec<String>>,
    /// The text of its block in the file with all that is written around it, for one that no file holds. What `text` holds of the
    /// request counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// What its body was written for.
    #[serde(default, skip_serializing_if = "BodyOrigin::is_http_file")]
    pub body_origin: BodyOrigin,
    /// True when it is sent over HTTP/1.1 alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_http1: bool,
    /// The file that it belongs to; `None` for one that is not on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<DraftHome>,
}

/// Where a request belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftHome {
    /// The path of the file.
    pub path: String,
    /// Its index among the requests that are saved there, and what the saved one is known by; `None` for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<(usize, String)>,
    /// The hash of that one's text; `None` in drafts of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl Draft {
    /// True when nothing is unsaved.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.values.is_empty()
    }

    /// The names of its files with the number of their requests, and of its variables: `payments.http (2 requests), values of host`.
    pub fn summary(&self) -> String {
        let count = |n: usize| if n == 1 { "1 request".to_string() } else { format!("{n} requests") };
        let files = self.files.iter().map(|f| format!("{} ({})", f.name, count(f.requests.len())));
        let names: Vec<&str> = self.values.iter().map(|value| value.name.as_str()).collect();
        let values = (!names.is_empty()).then(|| format!("values of {}", names.join(", ")));
        files.chain(values).collect::<Vec<_>>().join(", ")
    }

    /// As JSON.
    pub fn write(&self) -> String {
        // Strings and lists cannot fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From JSON; `None` for anything but a draft.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn every_text_comes_back(name in ".{0,20}", text in ".{0,60}", value in ".{0,9}", is_http1 in proptest::bool::ANY) {
            let block = is_http1.then(|| text.clone());
            let directives = BTreeMap::from([(name.clone(), vec![value])]);
            let requests = vec![DraftRequest { name: name.clone(), text, left_out: vec![None, Some((1, 9))], directives, block, body_origin: BodyOrigin::Literal, is_http1, home: None }];
            let draft = Draft { files: vec![DraftFile { name, requests }], ..Draft::default() };
            proptest::prop_assert_eq!(Draft::read(&draft.write()), Some(draft));
        }
    }

    #[test]
    fn a_draft_of_names_and_texts_alone_is_read() {
        let requests = vec![DraftRequest { name: "a".into(), text: "b".into(), ..DraftRequest::default() }];
        let draft = Draft { files: vec![DraftFile { name: "c".into(), requests }], ..Draft::default() };
        assert_eq!(Draft::read(r#"{"files":[{"name":"c","requests":[{"name":"a","text":"b"}]}]}"#), Some(draft));
    }

    #[test]
    fn what_is_no_draft_is_none() {
        assert_eq!(Draft::read("{\"files\": [{}]}"), None);
        assert_eq!(Draft::read("{\"files\""), None);
    }
}
