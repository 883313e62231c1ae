//! The parameters of an open request, and which of them are secrets.

use url::form_urlencoded::Serializer;

use super::request::Entry;
use super::request_file::RequestFile;
use crate::domain::request::{Locator, RequestPart};
use crate::domain::secrecy;
use crate::domain::span::Span;
use crate::formats::http_file::BodyOrigin;
use crate::formats::parameters::{Parameter, Parameters, Section};
use crate::formats::variables::placeholders;

/// The sections whose parameters may be secrets.
const SECTIONS: [Section; 3] = [Section::Query, Section::Form, Section::Parts];

impl RequestFile {
    /// How the body of a request is read: what is in no file of requests is sent as it is written, comments too.
    pub fn origin_of_body(&self, index: usize) -> BodyOrigin {
        let origin = self.entries.get(index).map(|entry| entry.body_origin).unwrap_or_default();
        if self.fills_variables(index) { origin } else { BodyOrigin::Literal }
    }
}

impl Entry {
    /// The secret bytes of the text as it is written, without those in comments.
    pub fn written_secrets(&self) -> Vec<Span> {
        let mut locator = Locator::new(&self.text);
        let found = secrecy::in_request(&self.raw).into_iter().filter_map(|(part, span)| {
            let source = match part {
                RequestPart::HeaderValue(i) => self.raw.headers.0.get(i)?.value.as_str(),
                _ => "",
            };
            locator.locate(part, source, Some(span))
        });
        found.collect()
    }

    /// The values of parameters that are switched off and are secrets: they are not in the request that is sent.
    pub(super) fn secrets_switched_off(&self) -> Vec<Span> {
        let content_type = self.raw.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
        // Bodies may be long, and this runs on every key.
        let is_listed = || ["urlencoded", "multipart"].iter().any(|kind| content_type.contains(kind)) && self.raw.body.contains(['#', '/']);
        if self.raw.off.is_empty() && !is_listed() {
            return Vec::new();
        }
        let parameters = Parameters::read(self.editor.text(), BodyOrigin::HttpFile);
        let off = SECTIONS.iter().flat_map(|section| parameters.rows(*section).into_iter().map(move |(_, row)| (*section, row)));
        let secrets = off.filter(|(section, row)| !row.is_on && is_secret_parameter(*section, row));
        secrets.map(|(_, row)| if row.has_value { row.value_place } else { row.place }).collect()
    }
}

/// True for a parameter whose value is masked. A file is named, and not shown.
pub fn is_secret_parameter(section: Section, parameter: &Parameter) -> bool {
    !parameter.is_file && is_secret(section, &parameter.name, &parameter.value)
}

/// The same for a name and a value. A variable alone is no secret.
pub fn is_secret(section: Section, name: &str, value: &str) -> bool {
    let (name, value) = (without_variables(name), without_variables(value));
    if value.trim().is_empty() && section == Section::Parts {
        return false;
    }
    match section {
        Section::Query | Section::Form => {
            let mut pair = Serializer::new(String::new());
            if value.is_empty() {
                pair.append_key_only(&name)
            } else {
                pair.append_pair(&name, &value)
            };
            !secrecy::in_url(&format!("https://h.example/?{}", pair.finish())).is_empty()
        }
        Section::Parts => {
            let body = format!("--x\nContent-Disposition: form-data; name=\"{}\"\n\n{value}\n--x--\n", name.replace(['"', '\n'], ""));
            !secrecy::in_body(&body, "multipart/form-data; boundary=x").is_empty()
        }
    }
}

fn without_variables(text: &str) -> String {
    let mut rest = text.to_string();
    for (place, _) in placeholders(text).collect::<Vec<_>>().into_iter().rev() {
        rest.replace_range(place.range(), "");
    }
    rest
}
