//! `.http` and `.rest` files, as VS Code REST Client, JetBrains, Visual Studio, Kulala and httpYac share them.
//!
//! A [`Document`] keeps the text as it was read and knows where every part is. Reading never fails; writing
//! changes the bytes of what was changed and no others, so that comments, scripts, order, blank lines, line ends and
//! all that other tools put there stay.
//!
//! Two requests follow every index: the raw one ([`Document::raw_request`], with `{{variables}}`), which is
//! edited and written back, and the resolved one ([`Document::exchange`]), which goes out and is checked.
//! [`ResolvedRequest::to_raw`] leads from places in the second to places in the first.

mod align;
mod authority;
mod body;
mod compose;
mod directives;
mod lines;
mod parse;
mod patch;
mod pieces;
mod places;
mod resolve;
mod resolved;
mod shapes;
mod write;
mod write_address;

pub use body::files_named;
pub use compose::{Composed, Part, Source};
pub use pieces::Piece;
pub use places::{Aside, AsideKind, Block, Definition, Directive, Fault, HeaderLine, RequestPlaces};
pub use resolve::{BodyOrigin, resolve_request, resolve_with};
pub use resolved::{ResolvedRequest, UnresolvedIn};
pub use write::kept_name;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::domain::context::Context;
use crate::domain::exchange::{Exchange, HttpVersion, Redirects, TransferOptions, UnreadBody};
use crate::domain::limits::MAX_LISTED;
use crate::domain::request::{Request, RequestPart, RequestText, unpictured};
use crate::domain::span::Span;
use crate::domain::switched_off::{self, OffParameter};
use crate::domain::text::Text;

use super::variables::{Budget, Definitions, Variables, seen_from};
use super::{Files, FormatError, Loss, ParsedInput};

/// A file of requests: its text, and where everything is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: String,
    blocks: Vec<Block>,
    /// The blocks that hold a request.
    requests: Vec<usize>,
    /// The line end that the file uses: that of its first line.
    line_end: &'static str,
    /// The variables that the blocks define, by the number of the block.
    definitions: Arc<Definitions>,
}

impl Default for Document {
    fn default() -> Self {
        Self { text: String::new(), blocks: Vec::new(), requests: Vec::new(), line_end: "\n", definitions: Arc::default() }
    }
}

/// Reads all requests of a file and fills in their variables.
pub fn read(text: &str, source: &str, variables: &Variables, files: &Files) -> ParsedInput {
    read_document(&Document::read(text), source, variables, files)
}

/// As [`read`], for a text that was parsed already.
pub fn read_document(document: &Document, source: &str, variables: &Variables, files: &Files) -> ParsedInput {
    let mut reading = ParsedInput::default();
    for (index, (mut exchange, losses)) in document.exchanges(variables, files).into_iter().enumerate() {
        exchange.source = source.to_string();
        // No file keeps this text: what it holds is kept in the request, as if it had been typed there.
        let colonless = document.block(index).map_or(&[][..], |block| &block.colonless);
        for (line, _) in colonless {
            exchange.request.headers.push(document.cut(*line), "");
        }
        reading.losses.extend(losses.into_iter().map(|loss| match colonless.iter().any(|(_, number)| *number == loss.line) {
            true => Loss { message: "this line has no colon: it is read as a header without a value".into(), ..loss },
            false => loss,
        }));
        reading.exchanges.push(exchange);
    }
    reading.losses.extend(document.unread());
    reading
}

impl Document {
    /// Reads a text. Never fails: what no rule names is kept and left alone.
    pub fn read(text: &str) -> Self {
        let line_end = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        };
        Self { line_end, ..Self::default() }.with_text(text)
    }

    /// Another text with the line ends of this one.
    fn with_text(&self, text: &str) -> Self {
        let blocks = parse::blocks(text);
        let requests = (0..blocks.len()).filter(|i| blocks.get(*i).is_some_and(|b| b.request.is_some())).collect();
        let cut = |span: Span| span.cut(text).unwrap_or_default().to_string();
        let all = blocks.iter().enumerate().flat_map(|(place, block)| block.definitions.iter().map(move |d| (place, d)));
        let definitions = Arc::new(Definitions::new(all.map(|(place, d)| (place, cut(d.name), cut(d.value)))));
        Self { text: text.to_string(), blocks, requests, line_end: self.line_end, definitions }
    }

    /// The text as it is written in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The variables that its blocks define, each at the place of the request that it belongs to.
    pub fn definitions(&self, place: usize) -> impl Iterator<Item = (usize, String, String)> {
        let all = self.blocks.iter().flat_map(|block| &block.definitions);
        all.map(move |d| (place, self.cut(d.name).to_string(), self.cut(d.value).to_string()))
    }

    /// The definition of a variable that a request sees: its number in the file, and its value as written.
    pub fn definition(&self, index: usize, name: &str) -> Option<(usize, &str)> {
        let place = self.requests.get(index).copied().unwrap_or(0);
        let all = self.blocks.iter().enumerate().flat_map(|(at, block)| block.definitions.iter().map(move |d| (at, d))).enumerate();
        let named: Vec<_> = all.filter(|(_, (_, d))| self.cut(d.name) == name).collect();
        seen_from(&named, place, |(_, (at, _))| *at).map(|(number, (_, d))| (*number, self.cut(d.value)))
    }

    /// The document with another value of a definition, by its number; and the value before.
    ///
    /// # Errors
    /// When there is no such definition, or the line cannot hold the value.
    pub fn with_definition(&self, number: usize, value: &str) -> Result<(Self, String), FormatError> {
        let nth = |document: &Self| document.blocks.iter().flat_map(|block| &block.definitions).nth(number).cloned();
        let old = nth(self).ok_or_else(|| FormatError::without_place("the variable is not defined any more"))?;
        let (before, behind) = (self.text.get(..old.value.start).unwrap_or_default(), self.text.get(old.value.end..).unwrap_or_default());
        let changed = self.with_text(&format!("{before}{value}{behind}"));
        let is_held = changed.len() == self.len() && nth(&changed).is_some_and(|new| changed.cut(new.value) == value);
        match is_held {
            true => Ok((changed, self.cut(old.value).to_string())),
            false => Err(FormatError::without_place("a line with @name = value cannot hold this")),
        }
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// True without any request.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Everything between two `###` lines, those without a request included.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The block of a request.
    pub fn block(&self, index: usize) -> Option<&Block> {
        self.blocks.get(*self.requests.get(index)?)
    }

    /// The name of a request: what follows `###`, else its `@name`; empty without either.
    pub fn name(&self, index: usize) -> &str {
        self.block(index).map_or("", |block| self.name_of(block))
    }

    fn name_of(&self, block: &Block) -> &str {
        match self.cut(block.title) {
            "" => block.directives.iter().find(|d| self.cut(d.name) == "name").map_or("", |d| self.cut(d.value)),
            title => title,
        }
    }

    /// The directives of a request in order, those of other tools included: name and value.
    pub fn directives(&self, index: usize) -> Vec<(&str, &str)> {
        let directives = self.block(index).map_or(&[][..], |block| &block.directives);
        directives.iter().map(|d| (self.cut(d.name), self.cut(d.value))).collect()
    }

    /// All values of one directive of a request, in order.
    pub fn values<'a>(&'a self, index: usize, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.directives(index).into_iter().filter(move |(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The paths of recorded answers (`<> path`) of a request.
    pub fn references(&self, index: usize) -> Vec<&str> {
        self.block(index).map_or_else(Vec::new, |block| block.references.iter().map(|(path, _)| self.cut(*path)).collect())
    }

    fn has_no_redirect(&self, block: &Block) -> bool {
        block.directives.iter().any(|d| self.cut(d.name) == "no-redirect")
    }

    /// Which versions of HTTP a request asks for: one of 1 is written after the address of what goes out in no other.
    fn version(&self, places: &RequestPlaces) -> HttpVersion {
        let behind = |span: &Span| self.text.get(span.end..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
        let mut lines = std::iter::once(&places.url).chain(places.continued.iter().map(|(_, part)| part));
        if lines.any(|line| behind(line).starts_with("HTTP/1")) { HttpVersion::Http1 } else { HttpVersion::Negotiated }
    }

    /// The request as written: variables unresolved, the lines of its address joined, its body with `\n` line ends.
    pub fn raw_request(&self, index: usize) -> Option<Request> {
        Some(self.request_of(self.block(index)?.request.as_ref()?))
    }

    /// The text of that request as the editor has it; empty where there is none.
    pub fn rendered(&self, index: usize) -> String {
        self.raw_request(index).map(|request| RequestText::render(&request).text).unwrap_or_default()
    }

    fn request_of(&self, places: &RequestPlaces) -> Request {
        let mut url = self.cut(places.url).to_string();
        let mut off = places.off.iter().peekable();
        let mut switched_off = Vec::new();
        let mut take_off = |at: usize, until: usize| {
            while let Some((_, comment)) = off.next_if(|(line, _)| line.start < until) {
                let text = switched_off::parameter(self.cut(*comment)).map(unpictured).unwrap_or_default();
                switched_off.push(OffParameter { at, text });
            }
        };
        let mut length = unpictured(&url).len();
        for (line, part) in &places.continued {
            take_off(length, line.start);
            url.push_str(self.cut(*part));
            length += unpictured(self.cut(*part)).len();
        }
        take_off(length, usize::MAX);
        Request {
            off: switched_off.into_iter().collect(),
            method: places.method.map_or("GET", |span| self.cut(span)).to_string(),
            url: unpictured(&url),
            headers: places.headers.iter().map(|h| (self.cut(h.name), unpictured(self.cut(h.value)))).collect(),
            body: places.body.map_or_else(Text::default, |span| self.cut(span).replace("\r\n", "\n").into()),
            ..Request::default()
        }
    }

    /// The variables that a request sees: those of the file on top of the given ones.
    ///
    /// Of several definitions of a name the last one above the request counts, else the first one below it.
    pub fn variables(&self, index: usize, around: &Variables) -> Variables {
        around.with_definitions(&self.definitions, self.requests.get(index).copied().unwrap_or(0))
    }

    /// Calls `see` for every request in order, with its block and the variables that it sees.
    fn walk<'a>(&'a self, around: &Variables, mut see: impl FnMut(&'a Block, &Variables)) {
        for (place, block) in self.requests.iter().filter_map(|place| Some((*place, self.blocks.get(*place)?))) {
            see(block, &around.with_definitions(&self.definitions, place));
        }
    }

    /// Calls `see` for every request in order, with the variables that it sees.
    pub fn each_variables(&self, around: &Variables, mut see: impl FnMut(&Variables)) {
        self.walk(around, |_, variables| see(variables));
    }

    /// Every request as [`Document::exchange`] returns it, in order.
    pub fn exchanges(&self, around: &Variables, files: &Files) -> Vec<(Exchange, Vec<Loss>)> {
        let mut found = Vec::with_capacity(self.len());
        let mut budget = Budget::default();
        let (mut room, mut is_cut) = (MAX_LISTED, false);
        self.walk(around, |block, variables| {
            let Some((exchange, mut losses)) = self.exchange_of(block, variables, files, &mut budget) else { return };
            if losses.len() > room {
                let first = losses.get(room).map(|loss| loss.line).filter(|_| !is_cut);
                losses.truncate(room);
                losses.extend(first.map(|line| Loss { line, message: "from here on there is more, which is not listed".into() }));
                is_cut = true;
            }
            room = room.saturating_sub(losses.len());
            found.push((exchange, losses));
        });
        found
    }

    /// The exchange of a request as it goes out: variables and files filled in, directives as its context, and the
    /// recorded answer that it names. What could not be carried over is listed with its line.
    pub fn exchange(&self, index: usize, around: &Variables, files: &Files) -> Option<(Exchange, Vec<Loss>)> {
        self.exchange_of(self.block(index)?, &self.variables(index, around), files, &mut Budget::default())
    }

    fn exchange_of(&self, block: &Block, variables: &Variables, files: &Files, budget: &mut Budget) -> Option<(Exchange, Vec<Loss>)> {
        let places = block.request.as_ref()?;
        let resolved = resolve_request(&self.request_of(places), variables, files, budget);
        let mut losses: Vec<Loss> = block.faults.iter().map(|f| Loss { line: f.line, message: f.message.to_string() }).collect();
        for (_, line) in &block.colonless {
            losses.push(Loss { line: *line, message: "a header line without a colon is not sent; the file keeps it".into() });
        }
        losses.extend(block.asides.iter().map(said_of_aside));
        losses.extend(self.odd_headers(block, places));
        if resolved.is_graphql {
            losses.push(Loss { line: places.body_number, message: "the GraphQL query goes out as JSON, without X-Request-Type".into() });
        }
        let prompts = block.directives.iter().filter(|directive| self.cut(directive.name) == "prompt");
        let asked: HashSet<&str> = prompts.filter_map(|prompt| self.cut(prompt.value).split_whitespace().next()).collect();
        for UnresolvedIn { part, unresolved } in &resolved.unresolved {
            let line = match part {
                RequestPart::Line => places.number,
                RequestPart::HeaderName(i) | RequestPart::HeaderValue(i) => places.headers.get(*i).map_or(0, |h| h.number),
                RequestPart::Body => places.body_number,
            };
            let reason: Cow<str> = match asked.contains(unresolved.name.as_str()) {
                true => "is asked for by other tools on sending (@prompt); here it is a variable, which needs a value".into(),
                false => unresolved.reason.to_string().into(),
            };
            losses.push(Loss { line, message: format!("{{{{{}}}}} {reason}", unresolved.name) });
        }
        for (part, message) in &resolved.refused {
            let line = match part {
                RequestPart::HeaderName(i) | RequestPart::HeaderValue(i) => places.headers.get(*i).map_or(0, |h| h.number),
                _ => places.body_number,
            };
            losses.push(Loss { line, message: message.clone() });
        }
        if places.method.is_some_and(|method| self.cut(method).eq_ignore_ascii_case("curl")) {
            let message = "a curl command instead of a request is kept and not read: paste it as a request of its own";
            losses.push(Loss { line: places.number, message: message.into() });
        }
        let mut context = Context::default();
        for directive in &block.directives {
            let value = self.cut(directive.value);
            if let Err(message) = directives::read_into(&mut context, self.cut(directive.name), value, variables, budget) {
                losses.push(Loss { line: directive.number, message });
            }
        }
        let redirects = if self.has_no_redirect(block) { Redirects::Show } else { Redirects::Follow };
        let transfer = TransferOptions { redirects, version: self.version(places), ..TransferOptions::default() };
        let unread_body = resolved.why_not_whole().map(|why| Box::new(UnreadBody { why: why.into(), body: resolved.request.body.clone() }));
        let name = self.name_of(block).to_string();
        let mut exchange = Exchange { name, request: resolved.request, transfer, unread_body, ..Exchange::default() };
        if !block.directives.is_empty() {
            exchange.context = context.into();
        }
        for (reference, line) in &block.references {
            let path = self.cut(*reference);
            match files(path).and_then(|file| file.answer(path)) {
                Ok(response) => {
                    exchange.answer = Some(response);
                    break;
                }
                Err(why) => losses.push(Loss { line: *line, message: format!("the answer in {path} is not read: {why}") }),
            }
        }
        if exchange.answer.is_none()
            && let Some((answer, line)) = block.answer
        {
            match crate::formats::raw::read_answer(self.cut(answer)) {
                Ok(response) => exchange.answer = Some(response),
                Err(why) => losses.push(Loss { line, message: format!("the answer recorded here is not read: {why}") }),
            }
        }
        losses.sort_by_key(|loss| loss.line);
        Some((exchange, losses))
    }

    /// What is in the blocks that hold no request, and is neither shown nor sent.
    pub fn unread(&self) -> Vec<Loss> {
        let blocks = self.blocks.iter().filter(|block| block.request.is_none());
        let said = |block: &Block| {
            let faults = block.faults.iter().map(|f| Loss { line: f.line, message: f.message.to_string() });
            faults.chain(block.asides.iter().map(said_of_aside)).collect::<Vec<_>>()
        };
        blocks.flat_map(said).take(MAX_LISTED).collect()
    }

    /// What may be meant otherwise than it is read, and requests that are not read at all; scripts, which are kept, left out.
    pub fn doubts(&self) -> Vec<Loss> {
        let said = |block: &Block| {
            let faults = block.faults.iter().map(|f| Loss { line: f.line, message: f.message.to_string() });
            let others = block.asides.iter().filter(|aside| aside.kind == AsideKind::Protocol).map(said_of_aside);
            let headers = block.request.iter().flat_map(|places| self.odd_headers(block, places));
            faults.chain(others).chain(headers).collect::<Vec<_>>()
        };
        self.blocks.iter().flat_map(said).take(MAX_LISTED).collect()
    }

    /// A method and headers that no server reads as they are meant.
    fn odd_headers(&self, block: &Block, places: &RequestPlaces) -> Vec<Loss> {
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let mut losses = Vec::new();
        let method = places.method.map_or("GET", |method| self.cut(method));
        if let Some(message) = shapes::odd_method(method) {
            losses.push(Loss { line: places.number, message });
        }
        for header in &places.headers {
            let (name, value) = (self.cut(header.name), self.cut(header.value));
            if !name.contains("{{") && !name.bytes().all(is_token) {
                let message = format!("{name:?} has characters that no name of a header has: is it part of the body, after an empty line?");
                losses.push(Loss { line: header.number, message });
            }
            if name.eq_ignore_ascii_case("host") && value.contains("://") {
                let message = "Host has a scheme, which is used for the address; the header itself is host and port alone";
                losses.push(Loss { line: header.number, message: message.into() });
            }
        }
        for directive in &block.directives {
            let message = match self.cut(directive.name) {
                "disabled" => "@disabled: other tools do not send this request; here it is sent when you send it",
                "ref" | "forceRef" => "the request that it refers to is not sent before this one",
                "import" => "another file's requests are not brought in",
                _ => continue,
            };
            losses.push(Loss { line: directive.number, message: message.into() });
        }
        losses
    }

    fn cut(&self, span: Span) -> &str {
        span.cut(&self.text).unwrap_or_default()
    }
}

fn said_of_aside(aside: &Aside) -> Loss {
    let message = match aside.kind {
        AsideKind::Script => "a script is kept and not run",
        AsideKind::AnswerFile => "the answer is not written to a file",
        AsideKind::Import => "another file's or another block's requests are not brought in",
        AsideKind::Protocol => "a request of another protocol (WebSocket, gRPC, MQTT) is left alone: only HTTP is sent here",
    };
    Loss { line: aside.number, message: message.into() }
}

/// True for a text whose first line, but for comments, is a request line with a whole address.
pub(super) fn begins_with_request(text: &str) -> bool {
    let is_comment = |line: &&str| line.is_empty() || line.starts_with('#') || line.starts_with("//");
    text.lines().map(str::trim).find(|line| !is_comment(line)).is_some_and(shapes::begins_request)
}

#[cfg(test)]
mod dialects;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
