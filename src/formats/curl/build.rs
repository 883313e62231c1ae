//! From flags to the request that curl would send.
//!
//! The order of headers is curl's: its own (Authorization, Range, User-Agent, Referer, Cookie) before those given
//! with `-H`, the body's type last. `User-Agent: curl/…`, `Accept: */*` and `Host`, which every client sets by
//! itself, are not added.

use url::Url;

use super::arguments::{Given, Set};
use super::words::note;
use super::{CurlOptions, CurlRequest, flags, form};
use crate::domain::basic;
use crate::domain::context::{Context, Origin, SharedContext};
use crate::domain::exchange::{Exchange, HttpVersion, NamedProxy, UnreadBody};
use crate::domain::headers::{Header, Headers};
use crate::domain::limits::MAX_CURL;
use crate::domain::request::Request;
use crate::domain::text::Text;
use crate::formats::address::{add_query, take_login};
use crate::formats::mask::first_word;
use crate::formats::multipart;

/// Bytes that a header takes besides its name and value.
const HEADER: usize = size_of::<Header>();

/// Offset of what was not carried over, and why.
type Note = (usize, String);

/// What one set of flags gives.
pub(super) struct Built {
    /// One for each address.
    pub requests: Vec<CurlRequest>,
    /// What was not carried over.
    pub notes: Vec<Note>,
    /// The same of what is about the output alone.
    pub of_output: Vec<Note>,
}

/// The requests of one set of flags. `input` is what comes in through a pipe or a here-document.
pub(super) fn requests(set: &Set, input: Option<&str>) -> Built {
    let mut plan = Plan { input, ..Plan::default() };
    for given in &set.given {
        plan.take(given);
    }
    let mut requests = Vec::with_capacity(set.urls.len());
    let mut bytes = 0;
    for (url, at) in &set.urls {
        if bytes > MAX_CURL {
            let why = "this address and those after it are left out: the headers and the body would be repeated too often";
            note(&mut plan.notes, *at, why);
            break;
        }
        let request = plan.request(url, *at);
        let Request { url, headers, body, .. } = &request.exchange.request;
        if !requests.is_empty() {
            bytes += url.len() + body.len() + headers.iter().map(|(_, h)| HEADER + h.name.len() + h.value.len()).sum::<usize>();
        }
        requests.push(request);
    }
    Built { requests, notes: plan.notes, of_output: plan.of_output }
}

#[derive(Default)]
struct Plan<'a> {
    /// Standard input, where the text holds it.
    input: Option<&'a str>,
    /// What `-T -` sends.
    uploaded: Option<String>,
    method: Option<String>,
    user: Option<String>,
    bearer: Option<String>,
    /// A scheme that answers a challenge (`--digest`), or a signature, in the place of Basic.
    challenge_only: bool,
    agent: Option<String>,
    referer: Option<String>,
    range: Option<String>,
    cookies: Vec<String>,
    headers: Vec<(String, Option<String>)>,
    data: Vec<String>,
    json: bool,
    query: Vec<String>,
    parts: Vec<String>,
    form: bool,
    get: bool,
    head: bool,
    upload: bool,
    proxy_user: Option<(String, String, usize)>,
    default_scheme: Option<String>,
    options: CurlOptions,
    client: Vec<String>,
    /// What is known about every request of the command.
    context: Option<SharedContext>,
    notes: Vec<Note>,
    of_output: Vec<Note>,
    /// Why the body is not all there.
    unread: Option<String>,
}

impl Plan<'_> {
    fn take(&mut self, given: &Given) {
        let Given { name, shown, value, at } = given;
        let value = value.as_str();
        if matches!(
            *name,
            "user"
                | "oauth2-bearer"
                | "basic"
                | "digest"
                | "ntlm"
                | "negotiate"
                | "anyauth"
                | "aws-sigv4"
                | "netrc"
                | "location"
                | "location-trusted"
        ) {
            self.client.push(shown.clone());
        }
        match *name {
            "request" => self.method = Some(value.to_string()),
            "user" => self.user = Some(value.to_string()),
            "oauth2-bearer" => self.bearer = Some(value.to_string()),
            // Beside `--digest` and its like curl still waits for the challenge.
            "basic" => {}
            "digest" | "ntlm" | "ntlm-wb" | "negotiate" | "anyauth" | "aws-sigv4" => {
                self.challenge_only = true;
                self.lose(given);
            }
            "user-agent" => self.agent = Some(value.to_string()),
            "referer" => {
                let address = value.strip_suffix(";auto");
                if address.is_some() {
                    note(&mut self.notes, *at, format!("{shown}: ;auto sets the Referer after a redirect, which is not done here"));
                }
                self.referer = Some(address.unwrap_or(value).to_string());
            }
            "range" => self.range = Some(format!("bytes={value}")),
            "cookie" if value.contains('=') => self.cookies.push(value.to_string()),
            "cookie" if value.is_empty() => {}
            "cookie" => note(&mut self.notes, *at, format!("{shown}: {value} is a file of cookies, which is not opened")),
            // curl takes line ends out of what -d reads.
            "data" | "data-ascii" if value == "@-" && self.input.is_some() => {
                self.data.push(self.input.unwrap_or_default().replace(['\r', '\n', '\0'], ""));
            }
            "data-binary" | "json" if value == "@-" && self.input.is_some() => {
                self.json |= *name == "json";
                self.data.push(self.input.unwrap_or_default().to_string());
            }
            "data-urlencode" if value.ends_with("@-") && self.input.is_some() && !value.contains('=') => {
                let name = value.trim_end_matches("@-");
                let encoded = form::url_encoded(&format!("={}", self.input.unwrap_or_default())).unwrap_or_default();
                self.data.push(if name.is_empty() { encoded } else { format!("{name}={encoded}") });
            }
            "upload-file" if matches!(value, "-" | ".") && self.input.is_some() => {
                (self.upload, self.uploaded) = (true, self.input.map(str::to_string));
            }
            "header" if value == "@-" && self.input.is_some() => {
                for line in self.input.unwrap_or_default().lines().filter(|line| !line.is_empty()) {
                    self.header(&Given { value: line.to_string(), ..given.clone() });
                }
            }
            "header" => self.header(given),
            "data" | "data-ascii" | "data-binary" | "json" if value.starts_with('@') => {
                self.json |= *name == "json";
                self.data.push(String::new());
                self.unread(given, &format!("the body is in {}", value.get(1..).unwrap_or_default()));
            }
            "data" | "data-ascii" | "data-binary" | "data-raw" => self.data.push(value.to_string()),
            "json" => {
                self.json = true;
                // curl puts several --json together without anything between them.
                match self.data.last_mut() {
                    Some(last) => last.push_str(value),
                    None => self.data.push(value.to_string()),
                }
            }
            "data-urlencode" => match form::url_encoded(value) {
                Ok(encoded) => self.data.push(encoded),
                Err(file) => {
                    self.data.push(String::new());
                    self.unread(given, &format!("the value is in {file}"));
                }
            },
            "url-query" => match value.strip_prefix('+') {
                Some(plain) => self.query.push(plain.to_string()),
                None => match form::url_encoded(value) {
                    Ok(encoded) => self.query.push(encoded),
                    Err(file) => note(&mut self.notes, *at, format!("{shown}: the value is in {file}, which is not opened")),
                },
            },
            "form" | "form-string" => {
                self.form = true;
                match form::part(value, *name == "form-string") {
                    Ok(part) => self.parts.push(part),
                    Err(why) => {
                        let why = format!("{shown}: {why}");
                        self.unread.get_or_insert_with(|| why.clone());
                        note(&mut self.notes, *at, why);
                    }
                }
            }
            "get" => self.get = true,
            "head" => self.head = true,
            "upload-file" => {
                self.upload = true;
                self.unread(given, &format!("the body is in {value}"));
            }
            "location" => self.options.follow = true,
            "location-trusted" => {
                (self.options.follow, self.options.trusted) = (true, true);
                self.lose(given);
            }
            // Less than nothing is not a limit; what authtui follows at most holds all the same.
            "max-redirs" if value.starts_with('-') => self.options.max_redirects = None,
            "max-redirs" => match value.parse() {
                Ok(most) => self.options.max_redirects = Some(most),
                Err(_) => note(&mut self.notes, *at, format!("{shown}: {value:?} is not a number")),
            },
            // An answer that comes packed is unpacked, asked for or not.
            "compressed" => {}
            "http1.1" => self.options.version = HttpVersion::Http1,
            "http1.0" => {
                self.options.version = HttpVersion::Http1;
                self.notes.push((*at, format!("{shown}: sent over HTTP/1.1, the oldest version that is spoken here")));
            }
            // What is done anyway where the server can.
            "http2" | "alpn" => self.options.version = HttpVersion::Negotiated,
            "insecure" => self.options.insecure = true,
            "proxy" | "proxy1.0" | "preproxy" | "socks4" | "socks4a" | "socks5" | "socks5-hostname" => self.proxy(given),
            "noproxy" => self.options.no_proxy = Some(value.into()),
            "proxy-user" => self.proxy_user = Some((value.to_string(), shown.clone(), *at)),
            "proto-default" => self.default_scheme = Some(value.to_string()),
            _ => self.lose(given),
        }
    }

    /// What would be sent is in a file: without it this is another request.
    fn unread(&mut self, given: &Given, what: &str) {
        let why = format!("{}: {what}, which is not opened", given.shown);
        self.unread.get_or_insert_with(|| why.clone());
        self.notes.push((given.at, why));
    }

    /// A proxy is kept as it was written, also one that cannot be used: without it the request would go past the proxy.
    fn proxy(&mut self, given: &Given) {
        let value = given.value.as_str();
        let scheme = match given.name {
            "socks5-hostname" => "socks5h://",
            "socks4" => "socks4://",
            "socks4a" => "socks4a://",
            "socks5" => "socks5://",
            _ => "",
        };
        if !is_proxy(value) {
            self.notes.push((given.at, format!("{}: {value:?} is not a proxy address", given.shown)));
        }
        let address = if value.is_empty() || value.contains("://") { value.to_string() } else { format!("{scheme}{value}") };
        let is_chained = given.name == "preproxy";
        if self.options.proxy.as_ref().is_none_or(|proxy| !proxy.is_chained) {
            self.options.proxy = Some(Box::new(NamedProxy { flag: given.shown.clone(), address, is_chained }));
        }
    }

    fn lose(&mut self, given: &Given) {
        let long = format!("--{}", given.name);
        let shown = if given.shown == long { long } else { format!("{} ({long})", given.shown) };
        let notes = if flags::is_of_output(given.name) { &mut self.of_output } else { &mut self.notes };
        note(notes, given.at, format!("{shown} {}", flags::reason(given.name)));
    }

    /// `Name: value`, `Name:` (curl's own is left out), `Name;` (sent without a value), `@file`.
    fn header(&mut self, given: &Given) {
        let value = given.value.as_str();
        if let Some(file) = value.strip_prefix('@') {
            note(&mut self.notes, given.at, format!("{}: the headers are in {file}, which is not opened", given.shown));
        } else if let Some((name, rest)) = value.split_once(':') {
            let kept = (!rest.trim().is_empty()).then(|| rest.strip_prefix(' ').unwrap_or(rest).to_string());
            self.headers.push((name.to_string(), kept));
        } else if let Some(name) = value.strip_suffix(';') {
            self.headers.push((name.to_string(), Some(String::new())));
        } else {
            note(&mut self.notes, given.at, format!("{}: {:?} has no colon; curl leaves it out", given.shown, first_word(value)));
        }
    }

    fn custom(&self, name: &str) -> bool {
        self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    }

    fn request(&mut self, url: &str, at: usize) -> CurlRequest {
        let mut url = match url.contains("://") {
            true => url.to_string(),
            false => format!("{}://{url}", self.default_scheme.as_deref().unwrap_or("http")),
        };
        if url.contains(['{', '[']) && !url.contains("://[") && !url.contains("{{") {
            note(&mut self.notes, at, "curl reads {…} and […] in an address as a list of addresses; here it stays one");
        }
        let user = take_login(&mut url);
        let mut headers = Headers::default();
        let login = self.credentials(user, at, &mut headers);
        let own = [("Range", &self.range), ("User-Agent", &self.agent), ("Referer", &self.referer)];
        for (name, value) in own {
            if let Some(value) = value.as_ref().filter(|v| !v.is_empty() && !self.custom(name)) {
                headers.push(name, value);
            }
        }
        if !self.cookies.is_empty() && !self.custom("cookie") {
            // curl joins several -b with a bare semicolon.
            headers.push("Cookie", self.cookies.join(";"));
        }
        for (name, value) in &self.headers {
            if let Some(value) = value {
                headers.push(name, value);
            }
        }
        let body = self.body(&mut url, &mut headers);
        let method = match &self.method {
            Some(method) => method.as_str(),
            None if self.head => "HEAD",
            None if self.upload => "PUT",
            None if self.form || (!self.data.is_empty() && !self.get) => "POST",
            None => "GET",
        };
        let shared = self.context.get_or_insert_with(|| {
            let client = std::iter::once("curl").chain(self.client.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
            let origins = [("client", Origin::File)].into_iter().collect();
            Context { client: Some(client), origins, ..Context::default() }.into()
        });
        let mut context = shared.clone();
        if let Some((user, password)) = login {
            (context.username, context.password) = (Some(user), Some(password));
            context.origins.extend([("username", Origin::File), ("password", Origin::File)]);
        }
        let body: Text = body.into();
        let unread_body = self.unread.clone().filter(|_| !self.get).map(|why| Box::new(UnreadBody { why, body: body.clone() }));
        let request = Request { method: method.to_string(), url, headers, body, ..Request::default() };
        CurlRequest {
            exchange: Exchange { request, context, unread_body, is_code: true, ..Exchange::default() },
            options: self.options.clone(),
        }
    }

    /// Adds the header of the login; returns user and password where they wait for a challenge.
    fn credentials(&mut self, from_url: Option<String>, at: usize, headers: &mut Headers) -> Option<(String, String)> {
        if let Some((pair, shown, at)) = self.proxy_user.clone() {
            // Through a proxy for plain http the header is in the request itself.
            headers.push("Proxy-Authorization", format!("Basic {}", basic::encode_pair(&pair)));
            note(&mut self.notes, at, format!("{shown} is set as Proxy-Authorization; with https curl sends it to the proxy alone"));
            self.proxy_user = None;
        }
        let Some(pair) = self.user.clone().or(from_url) else {
            if let Some(token) = self.bearer.as_ref().filter(|_| !self.custom("authorization")) {
                headers.push("Authorization", format!("Bearer {token}"));
            }
            return None;
        };
        let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
        if !pair.contains(':') {
            note(&mut self.notes, at, "the password is missing: curl asks for it on the terminal; assumed to be empty");
        }
        if self.custom("authorization") {
            note(&mut self.notes, at, "the name and password are not sent: curl sends the Authorization header given with -H instead");
        } else if let Some(token) = &self.bearer {
            headers.push("Authorization", format!("Bearer {token}"));
        } else if self.challenge_only {
            return Some((user.to_string(), password.to_string()));
        } else {
            headers.push("Authorization", format!("Basic {}", basic::encode(user, password)));
        }
        None
    }

    /// The body, with what its type adds to the headers, or to the address with `-G`.
    fn body(&self, url: &mut String, headers: &mut Headers) -> String {
        for query in &self.query {
            add_query(url, query);
        }
        let data = self.data.join("&");
        if self.get {
            add_query(url, &data);
            return String::new();
        }
        if self.form {
            match headers.0.iter_mut().find(|h| h.is("content-type")) {
                Some(own) if !own.value.contains("boundary=") => own.value = format!("{}; boundary={}", own.value, multipart::BOUNDARY),
                Some(_) => {}
                None => headers.push("Content-Type", multipart::content_type()),
            }
            return multipart::body(&self.parts);
        }
        if let Some(uploaded) = &self.uploaded {
            return uploaded.clone();
        }
        if self.data.is_empty() {
            return String::new();
        }
        if !self.custom("content-type") {
            headers.push("Content-Type", if self.json { "application/json" } else { "application/x-www-form-urlencoded" });
        }
        if self.json && !self.custom("accept") {
            headers.push("Accept", "application/json");
        }
        data
    }
}

/// True for the address of a proxy, with a scheme or without, and for the empty one that means none.
fn is_proxy(value: &str) -> bool {
    let address = if value.contains("://") { value.to_string() } else { format!("http://{value}") };
    value.is_empty() || Url::parse(&address).is_ok_and(|url| url.has_host())
}
