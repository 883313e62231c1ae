//! What a request does not have yet when it is sent: values of variables, and credentials that another tool would make.

use std::collections::HashSet;

use super::{Entry, LONGEST_NAME};
use crate::domain::absent::made_by_a_tool;
use crate::domain::request::RequestPart;
use crate::domain::secrecy::{self, shapes};
use crate::formats::variables::placeholders;

impl Entry {
    /// What has no value and would be sent as it is written, by name, with the reason.
    pub fn unresolved(&self) -> Vec<(String, String)> {
        let listed = self.resolved.unresolved.iter().map(|u| (u.unresolved.name.clone(), u.unresolved.reason.to_string()));
        let mut all: Vec<(String, String)> = listed.collect();
        add_names(&mut all, self.names_as_written());
        all
    }

    /// The name of the first of them. There may be tens of thousands, and this is asked on every key.
    pub fn first_unresolved(&self) -> Option<String> {
        let listed = self.resolved.unresolved.first().map(|u| u.unresolved.name.clone());
        listed.or_else(|| self.names_as_written().next().map(str::to_string))
    }

    /// What is still a variable in the request as it would be sent: those that are from no file are sent as they are written.
    fn names_as_written(&self) -> impl Iterator<Item = &str> {
        let request = &self.exchange.request;
        let texts = std::iter::once(request.url.as_str()).chain(request.headers.iter().map(|(_, header)| header.value.as_str()));
        texts.flat_map(placeholders).map(|(_, name)| name)
    }

    /// The same with what is in a body that is sent as it is written: a body may be long, and this is asked before a send only.
    pub fn unresolved_on_sending(&self) -> Vec<(String, String)> {
        let mut all = self.unresolved();
        let body = &self.exchange.request.body;
        if self.raw.body == *body && self.resolved.files.is_empty() {
            let is_name = |name: &&str| name.len() <= LONGEST_NAME && !name.contains(['"', '\'', '{', ':']);
            add_names(&mut all, placeholders(body).map(|(_, name)| name).filter(is_name));
        }
        all
    }

    /// The variables that stand in the place of credentials.
    pub fn variables_of_credentials(&self) -> Vec<String> {
        if !self.editor.text().contains("{{") {
            return Vec::new();
        }
        let written = secrecy::in_request(&self.exchange.request).into_iter().filter_map(|(part, span)| {
            let text = secrecy::cut(&self.raw, part, self.resolved.to_raw(part, span))?;
            let names: Vec<String> = placeholders(text).map(|(_, name)| name.to_string()).collect();
            // Of user and password the first one is no secret.
            let is_basic = |index: usize| {
                let value = self.raw.headers.0.get(index).map_or("", |header| header.value.as_str());
                shapes::schemed(value).is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
            };
            let is_pair = matches!(part, RequestPart::HeaderValue(index) if is_basic(index)) && names.len() == 2;
            Some(names.into_iter().skip(usize::from(is_pair)))
        });
        written.flatten().collect()
    }

    /// What other tools make of a header on sending, which is not done here: the header's name, and the reason as a sentence.
    pub fn left_to_a_tool(&self) -> Vec<(&str, String)> {
        let headers = self.exchange.request.headers.iter().map(|(_, header)| header);
        let logins = headers.filter(|header| ["authorization", "proxy-authorization"].iter().any(|name| header.is(name)));
        logins.filter_map(|header| Some((header.name.as_str(), made_by_a_tool(&header.value)?.sentence("the credential")))).collect()
    }
}

/// Adds names without a value that are not listed yet.
fn add_names<'n>(all: &mut Vec<(String, String)>, names: impl Iterator<Item = &'n str>) {
    let mut known: HashSet<String> = all.iter().map(|(name, _)| name.clone()).collect();
    for name in names {
        if !known.contains(name) {
            known.insert(name.to_string());
            all.push((name.to_string(), "has no value".into()));
        }
    }
}
