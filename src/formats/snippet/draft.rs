//! A request that is put together from the parts of a command or a call.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::functions::base64_of;
use super::value::is_name;
use crate::domain::context::{Context, Origin};
use crate::domain::exchange::{Certificates, Exchange, Redirects, TransferOptions, UnreadBody};
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::text::Text;
use crate::formats::Loss;
use crate::formats::address::{Escaped, add_query, form, take_login};
use crate::formats::multipart;

/// A login as it is given apart from the headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    Basic(String, String),
    Bearer(String),
    /// One that waits for a challenge (Digest, NTLM, Negotiate): nothing is sent of it at first.
    OnChallenge(String, String),
}

/// What is known of a request so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Where its command or call begins.
    pub at: usize,
    /// The tool or library.
    pub client: String,
    pub method: Option<String>,
    pub url: String,
    /// Parameters that are given apart from the address, encoded.
    pub query: String,
    pub headers: Headers,
    /// Where the first of each name is, in small letters, of as many headers as were looked at: there may be thousands.
    places: (HashMap<String, usize>, usize),
    pub cookies: Vec<(String, String)>,
    pub login: Option<Login>,
    /// A login in the address is part of it, and not taken out.
    pub keeps_login_in_address: bool,
    pub body: String,
    /// The body is multipart.
    pub is_multipart: bool,
    /// The type that the tool adds unless one is given.
    pub content_type: Option<String>,
    /// Why the body is not all there.
    pub unread: Option<String>,
    pub transfer: TransferOptions,
    pub fetch_credentials: Option<String>,
    /// What is not carried over, with its place.
    pub notes: Vec<(usize, String)>,
}

impl Draft {
    /// The draft of a request that a client sends which follows redirects, or shows them.
    pub fn of(client: &str, at: usize, redirects: Redirects) -> Self {
        let transfer = TransferOptions { redirects, ..TransferOptions::default() };
        Self { at, client: client.to_string(), transfer, ..Self::default() }
    }

    pub fn note(&mut self, at: usize, message: impl Into<String>) {
        self.notes.push((at, message.into()));
    }

    /// Sets a header, in the place of one that is given.
    pub fn set_header(&mut self, name: &str, value: &str) {
        let (places, seen) = &mut self.places;
        for (place, header) in self.headers.iter().skip(*seen) {
            places.entry(header.name.to_ascii_lowercase()).or_insert(place);
        }
        *seen = self.headers.len();
        match places.get(&name.to_ascii_lowercase()).and_then(|place| self.headers.0.get_mut(*place)) {
            Some(header) => header.value = value.to_string(),
            None => self.headers.push(name, value),
        }
    }

    pub fn add_fields_to_query(&mut self, fields: &[(String, String)], escaped: Escaped) {
        let more = form(fields, escaped);
        let joint = if self.query.is_empty() || more.is_empty() { "" } else { "&" };
        self.query.push_str(joint);
        self.query.push_str(&more);
    }

    /// The content of the body is in a file: without it this is another request.
    pub fn unread_body(&mut self, at: usize, why: String) {
        self.unread.get_or_insert_with(|| why.clone());
        self.note(at, why);
    }

    pub const fn let_pass_certificates(&mut self) {
        self.transfer.certificates = Certificates::LetPass;
    }

    /// The exchange, and what it does not carry. `written` are the placeholders that the text itself has, `line` is the line of an
    /// offset in it.
    pub fn exchange(mut self, written: &HashSet<&str>, line: &dyn Fn(usize) -> usize) -> (Exchange, Vec<Loss>) {
        let from_address = if self.keeps_login_in_address { None } else { take_login(&mut self.url) };
        add_query(&mut self.url, &self.query);
        if self.login.is_none()
            && !self.headers.has("authorization")
            && let Some(pair) = from_address
        {
            let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
            self.login = Some(Login::Basic(user.to_string(), password.to_string()));
        }
        let mut context = Context { client: Some(self.client.clone()), ..Context::default() };
        context.origins.insert("client", Origin::File);
        match self.login.take() {
            Some(Login::Basic(user, password)) => {
                let value = base64_of(&format!("{user}:{password}")).text().unwrap_or_default();
                self.set_header("Authorization", &format!("Basic {value}"));
            }
            Some(Login::Bearer(token)) => self.set_header("Authorization", &format!("Bearer {token}")),
            Some(Login::OnChallenge(user, password)) => {
                (context.username, context.password) = (Some(user), Some(password));
                context.origins.extend([("username", Origin::File), ("password", Origin::File)]);
            }
            None => {}
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            match self.headers.0.iter_mut().find(|header| header.is("cookie")) {
                Some(header) => header.value = format!("{}; {}", header.value, pairs.join("; ")),
                None => self.headers.push("Cookie", pairs.join("; ")),
            }
        }
        if let Some(kind) = self.content_type.take().filter(|_| !self.headers.has("content-type")) {
            self.headers.push("Content-Type", kind);
        }
        if self.is_multipart {
            let kind = self.headers.get("content-type").unwrap_or_default();
            if multipart::boundary(kind).is_none_or(|boundary| !self.body.starts_with(&format!("--{boundary}"))) {
                let message = format!(
                    "the body is multipart, and its Content-Type does not name the boundary: {} sends it so, and servers refuse it; \
                     let it set this header by itself",
                    self.client
                );
                self.note(self.at, message);
            }
        }
        if let Some(mode) = self.fetch_credentials.take() {
            context.fetch_credentials = Some(mode);
            context.origins.insert("fetch_credentials", Origin::File);
        }
        let body: Text = self.body.into();
        let unread_body = self.unread.take().map(|why| Box::new(UnreadBody { why, body: body.clone() }));
        let method = self.method.unwrap_or_else(|| "GET".into());
        let request = Request { method, url: self.url, headers: self.headers, body, ..Request::default() };
        let mut losses: Vec<Loss> = self.notes.into_iter().map(|(at, message)| Loss { line: line(at), message }).collect();
        for name in placeholders(&request).into_iter().filter(|name| !written.contains(*name)) {
            let message = format!("the value of {name} is not in this text: it is {{{{{name}}}}} here");
            losses.push(Loss { line: line(self.at), message });
        }
        (Exchange { request, context: context.into(), transfer: self.transfer, unread_body, is_code: true, ..Exchange::default() }, losses)
    }
}

/// The names of the placeholders in a request.
fn placeholders(request: &Request) -> BTreeSet<&str> {
    let headers = request.headers.iter().flat_map(|(_, header)| [header.name.as_str(), header.value.as_str()]);
    let parts = [request.method.as_str(), request.url.as_str(), request.body.as_str()].into_iter().chain(headers);
    parts.flat_map(|part| part.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0))).filter(|name| is_name(name)).collect()
}
