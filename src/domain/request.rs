//! The request as it goes out on the wire, and its text in the editor with the place of every part.

#[cfg(test)]
mod tests;

use super::headers::{Header, Headers};
use super::span::Span;
use super::switched_off::{self, NEXT_LINE, OFF_LINE, OffParameter, SwitchedOff};
use super::text::Text;

/// An HTTP request, as it would be sent: variables filled in, headers in order, nothing added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method as written.
    pub method: String,
    /// The address as written, scheme and host included where known.
    pub url: String,
    /// Parameters of the address that are written and not sent.
    pub off: SwitchedOff,
    /// Header fields in order, duplicates kept.
    pub headers: Headers,
    /// The body as text; empty without one.
    pub body: Text,
    /// What was filled in from secret variables: by the name of the variable or the file that it is from, not by its place here.
    pub filled_secrets: FilledSecrets,
}

impl Request {
    /// Path and query of the address, without parsing it strictly: works on broken ones too, and on those that begin with a variable.
    pub fn path(&self) -> &str {
        if let Some((_, rest)) = self.url.strip_prefix("{{").and_then(|rest| rest.split_once("}}"))
            && rest.starts_with(['/', '?', '#'])
        {
            return rest;
        }
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        match rest.find(['/', '?', '#']) {
            Some(at) if self.url.contains("://") => &rest[at..],
            _ if self.url.starts_with('/') => &self.url,
            _ => "/",
        }
    }

    /// What makes one request of another: method and address, and the headers that differ.
    pub fn edits_to(&self, to: &Self) -> Vec<Edit> {
        let mut edits = Vec::new();
        if self.method != to.method {
            edits.push(Edit::Method(to.method.clone()));
        }
        if self.url != to.url {
            edits.push(Edit::Url(to.url.clone()));
        }
        // From behind, so that the places of those before stay.
        for (index, header) in self.headers.0.iter().enumerate().rev() {
            match to.headers.0.iter().find(|other| other.is(&header.name)) {
                None => edits.push(Edit::RemoveHeader { index }),
                Some(other) if other.value != header.value && self.headers.all(&header.name).count() == 1 => {
                    edits.push(Edit::HeaderValue { index, value: other.value.clone() });
                }
                Some(_) => {}
            }
        }
        let added = to.headers.0.iter().filter(|header| !self.headers.has(&header.name));
        edits.extend(added.map(|header| Edit::AddHeader { name: header.name.clone(), value: header.value.clone() }));
        edits
    }

    /// Applies edits one after the other; an edit of a field that is not there does nothing. Variables are resolved again
    /// afterwards: [`Self::filled_secrets`] stays as it was.
    pub fn apply(&mut self, edits: &[Edit]) {
        for edit in edits {
            match edit {
                Edit::Method(method) => {
                    self.method.clone_from(method);
                }
                Edit::Url(url) => {
                    self.off = self.off.moved(&self.url, url);
                    self.url.clone_from(url);
                }
                Edit::Body(body) => {
                    self.body = body.into();
                }
                Edit::HeaderValue { index, value } => {
                    if let Some(h) = self.headers.0.get_mut(*index) {
                        h.value.clone_from(value);
                    }
                }
                Edit::HeaderName { index, name } => {
                    if let Some(h) = self.headers.0.get_mut(*index) {
                        h.name.clone_from(name);
                    }
                }
                Edit::RemoveHeader { index } => {
                    if *index < self.headers.len() {
                        self.headers.0.remove(*index);
                    }
                }
                Edit::AddHeader { name, value } => self.headers.push(name, value),
            }
        }
    }
}

/// Places of a request that were filled in from secret variables. Most requests have none and store one pointer for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilledSecrets(Option<Box<FilledPlaces>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FilledPlaces(Vec<(RequestPart, Span)>);

impl FilledSecrets {
    /// Each place: the part of the request, and the bytes of it.
    pub fn iter(&self) -> impl Iterator<Item = &(RequestPart, Span)> {
        self.0.iter().flat_map(|places| &places.0)
    }
}

impl Extend<(RequestPart, Span)> for FilledSecrets {
    fn extend<T: IntoIterator<Item = (RequestPart, Span)>>(&mut self, more: T) {
        let mut more = more.into_iter().peekable();
        if more.peek().is_some() {
            self.0.get_or_insert_default().0.extend(more);
        }
    }
}

/// One change of a request, as plain data, so that it can be shown before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another method.
    Method(String),
    /// Another address.
    Url(String),
    /// Another body.
    Body(String),
    /// Another value for the header at `index`.
    HeaderValue {
        /// Place in the list.
        index: usize,
        /// The new value.
        value: String,
    },
    /// Another name for the header at `index`.
    HeaderName {
        /// Place in the list.
        index: usize,
        /// The new name.
        name: String,
    },
    /// The header at `index` goes; later ones move up.
    RemoveHeader {
        /// Place in the list.
        index: usize,
    },
    /// A header at the end of the list.
    AddHeader {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
}

impl Edit {
    /// The texts that it writes.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Method(text) | Self::Url(text) | Self::Body(text) => (Some(text), None),
            Self::HeaderValue { value, .. } => (Some(value), None),
            Self::HeaderName { name, .. } => (Some(name), None),
            Self::AddHeader { name, value } => (Some(name), Some(value)),
            Self::RemoveHeader { .. } => (None, None),
        };
        first.into_iter().chain(second).map(String::as_str)
    }
}

/// Places of one header in the editor's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderSpans {
    /// The name, without the colon.
    pub name: Span,
    /// The value, without the one space after the colon.
    pub value: Span,
}

/// A request as text in the editor: `METHOD URL`, headers, an empty line, the body. The address may go on in lines that begin with
/// `?` or `&`; comment lines among them are parameters that are switched off.
///
/// Control characters inside a value are shown as the pictures U+2400 to U+2421 (`␊` for a newline), so that a value is
/// always one line and nothing invisible is lost; reading turns them back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestText {
    /// The text.
    pub text: String,
    /// Where the method is.
    pub method: Span,
    /// Where the address is, with its further lines.
    pub url: Span,
    /// What is in the text between its lines: the offset in the address, and how many bytes there are up to there.
    breaks: Vec<(usize, usize)>,
    /// Bytes by which a line without a method is shorter than the same line with `GET`.
    pub implied: usize,
    /// Where each header is, in order.
    pub headers: Vec<HeaderSpans>,
    /// Where the body is; empty at the end of the text without one.
    pub body: Span,
}

/// A part of a request that evidence can point into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestPart {
    /// `METHOD URL`, offsets counted from the method's first byte.
    Line,
    /// The name of the header at this index.
    HeaderName(usize),
    /// The value of the header at this index.
    HeaderValue(usize),
    /// The body.
    Body,
}

impl RequestText {
    /// The text of a request.
    pub fn render(request: &Request) -> Self {
        let mut text = String::new();
        let method = push(&mut text, &request.method);
        // An empty request is an empty text to type in.
        if !(request.method.is_empty() && request.url.is_empty()) {
            text.push(' ');
        }
        let (url, breaks) = push_address(&mut text, request);
        text.push('\n');
        let mut headers = Vec::with_capacity(request.headers.len());
        for (_, Header { name, value }) in request.headers.iter() {
            let name = push(&mut text, &pictured(name));
            text.push_str(": ");
            let value = push(&mut text, &pictured(value));
            text.push('\n');
            headers.push(HeaderSpans { name, value });
        }
        let body = if request.body.is_empty() {
            Span::new(text.len(), text.len())
        } else {
            text.push('\n');
            push(&mut text, &request.body)
        };
        Self { text, method, url, breaks, implied: 0, headers, body }
    }

    /// Reads a text back. Always returns a request: what cannot be read as a header becomes one without a value.
    pub fn parse(text: &str) -> (Request, Self) {
        let mut request = Request::default();
        let mut spans = Self { text: text.to_string(), ..Self::default() };
        let end = text.len();
        let first_end = text.find('\n').unwrap_or(end);
        let first = text[..first_end].trim_end_matches('\r');
        let (method, url) = match first.find(' ') {
            Some(at) if !first[..at].contains("://") => (Span::new(0, at), Span::new(at + 1, first.len())),
            _ => (Span::new(0, 0), Span::new(0, first.len())),
        };
        request.method = method.cut(text).filter(|m| !m.is_empty()).unwrap_or("GET").to_string();
        (spans.method, spans.url) = (method, url);
        spans.implied = if method.is_empty() { "GET ".len() - url.start } else { 0 };
        let mut at = spans.read_address(&mut request, (first_end + 1).min(end));
        let mut in_body = false;
        while at < end {
            let line_end = text[at..].find('\n').map_or(end, |i| at + i);
            let line = text[at..line_end].trim_end_matches('\r');
            if line.is_empty() {
                in_body = true;
                at = (line_end + 1).min(end);
                break;
            }
            if begins_body(line) {
                in_body = true;
                break;
            }
            let colon = line.find(':').unwrap_or(line.len());
            let value_at = match line.get(colon + 1..) {
                Some(rest) if rest.starts_with(' ') => colon + 2,
                Some(_) => colon + 1,
                None => line.len(),
            };
            let name = Span::new(at, at + colon);
            let value = Span::new(at + value_at, at + line.len());
            request.headers.push(unpictured(&text[name.range()]), unpictured(&text[value.range()]));
            spans.headers.push(HeaderSpans { name, value });
            at = (line_end + 1).min(end);
        }
        spans.body = if in_body { Span::new(at, end) } else { Span::new(end, end) };
        request.body = text[spans.body.range()].into();
        (request, spans)
    }

    /// The lines of the address that are switched off.
    pub fn off_lines(&self) -> Vec<Span> {
        let address = self.url.cut(&self.text).unwrap_or_default();
        let lines = address.split('\n').filter(|line| switched_off::parameter(line).is_some());
        lines.filter_map(|line| Some(Span::of(address, line)?.shifted(self.url.start))).collect()
    }

    /// Reads the address with the lines that go on with it, which begin at an offset; returns where they end.
    fn read_address(&mut self, request: &mut Request, from: usize) -> usize {
        let text = self.text.as_str();
        let mut address = self.url.cut(text).unwrap_or_default().to_string();
        // The length of the address with its control characters, and of what is between its lines.
        let (mut length, mut between) = (unpictured(&address).len(), 0);
        let (mut off, mut at, mut part_end) = (Vec::new(), from, self.url.end);
        while at < text.len() && !address.is_empty() {
            let line = text.get(at..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
            let content = line.trim_matches([' ', '\t', '\r']);
            let start = at + line.len() - line.trim_start_matches([' ', '\t']).len();
            if switched_off::goes_on(line) {
                let kept = address.trim_end_matches([' ', '\t']).len();
                part_end -= address.len() - kept;
                length -= address.len() - kept;
                between += start - part_end;
                address.truncate(kept);
                self.breaks.push((kept, between));
                address.push_str(content);
                length += unpictured(content).len();
                part_end = start + content.len();
            } else if let Some(parameter) = switched_off::parameter(content) {
                off.push(OffParameter { at: length, text: unpictured(parameter) });
            } else {
                break;
            }
            self.url.end = start + content.len();
            at = (at + line.len() + 1).min(text.len());
        }
        request.url = unpictured(&address);
        request.off = off.into_iter().collect();
        at
    }

    /// The number of the first header line without a colon, counted from 1.
    pub fn line_without_colon(&self) -> Option<usize> {
        let header = self.headers.iter().find(|header| header.value.start == header.name.end)?;
        Some(self.text.get(..header.name.start)?.matches('\n').count() + 1)
    }

    /// Where a span of a part of the request is in this text.
    ///
    /// `source` is the part's own text, from which the offsets were taken; `None` for the span means the whole part.
    pub fn locate(&self, part: RequestPart, source: &str, span: Option<Span>) -> Option<Span> {
        Locator::new(self).locate(part, source, span)
    }
}

impl RequestText {
    /// How many bytes the text has between the lines of the address before an offset in the text without them.
    fn between(&self, offset: usize, is_before: impl Fn(usize, usize) -> bool) -> usize {
        let Some(here) = offset.checked_sub(self.url.start) else { return 0 };
        let before = self.breaks.partition_point(|(place, _)| is_before(*place, here));
        before.checked_sub(1).and_then(|last| self.breaks.get(last)).map_or(0, |(_, length)| *length)
    }
}

/// Finds many spans of a request in its text. Those of one part in their order are found in one walk over it.
#[derive(Clone, Copy, Debug)]
pub struct Locator<'a> {
    text: &'a RequestText,
    part: RequestPart,
    /// How far the part was looked at, and how many control characters it has up to there.
    at: usize,
    controls: usize,
}

impl<'a> Locator<'a> {
    /// A locator that has found nothing yet.
    pub const fn new(text: &'a RequestText) -> Self {
        Self { text, part: RequestPart::Body, at: 0, controls: 0 }
    }

    /// As [`RequestText::locate`].
    pub fn locate(&mut self, part: RequestPart, source: &str, span: Option<Span>) -> Option<Span> {
        let text = self.text;
        let home = match part {
            RequestPart::Line => Span::new(text.method.start, text.url.end),
            RequestPart::HeaderName(i) => text.headers.get(i)?.name,
            RequestPart::HeaderValue(i) => text.headers.get(i)?.value,
            RequestPart::Body => text.body,
        };
        let Some(span) = span else { return Some(home) };
        // Without a method the line begins further to the left.
        let implied = if part == RequestPart::Line { text.implied } else { 0 };
        let mut at = |offset: usize| home.start + self.widened(part, source, offset).saturating_sub(implied);
        let mut found = Span::new(at(span.start), at(span.end));
        if part == RequestPart::Line {
            // A span that ends where a line ends has nothing of the next one.
            found.start += text.between(found.start, |place, here| place <= here);
            found.end = (found.end + text.between(found.end, |place, here| place < here)).max(found.start);
        }
        (found.end <= home.end).then_some(found)
    }

    /// A control character takes one byte in the value and three as a picture.
    fn widened(&mut self, part: RequestPart, source: &str, offset: usize) -> usize {
        if part == RequestPart::Body {
            return offset;
        }
        let to = offset.min(source.len());
        if self.part != part || to < self.at {
            (self.part, self.at, self.controls) = (part, 0, 0);
        }
        let more = source.as_bytes().get(self.at..to).unwrap_or_default();
        self.controls += more.iter().filter(|b| **b < 0x20 || **b == 0x7f).count();
        self.at = to;
        offset + 2 * self.controls
    }
}

/// True for a line that begins a body and is no header, also where the empty line before it is missing: JSON, XML.
pub fn begins_body(line: &str) -> bool {
    let is_object = line.starts_with('{') && !line.starts_with("{{");
    let is_markup = line.starts_with("<?xml") || line.starts_with('<') && line.ends_with('>') && !line.starts_with("<>");
    is_object || matches!(line, "[" | "[{") || is_markup
}

/// Writes the address, with the parameters that are switched off in lines of their own.
fn push_address(text: &mut String, request: &Request) -> (Span, Vec<(usize, usize)>) {
    let start = text.len();
    let mut breaks: Vec<(usize, usize)> = Vec::new();
    let (mut written, mut between) = (0, String::new());
    for (at, parameter) in request.off.within(&request.url) {
        if at > written || written == 0 {
            end_line(text, &mut between, &mut breaks);
            text.push_str(&pictured(request.url.get(written..at).unwrap_or_default()));
            written = at;
        }
        between.push_str(OFF_LINE);
        between.push_str(&pictured(parameter));
    }
    let rest = request.url.get(written..).unwrap_or_default();
    if rest.is_empty() {
        text.push_str(&between);
    } else {
        end_line(text, &mut between, &mut breaks);
        text.push_str(&pictured(rest));
    }
    // So far they are places in the text.
    let mut longer = 0;
    for (place, length) in &mut breaks {
        *place -= start + longer;
        longer += *length;
        *length = longer;
    }
    (Span::new(start, text.len()), breaks)
}

/// Writes what is between two lines of an address, if there is a line before.
fn end_line(text: &mut String, between: &mut String, breaks: &mut Vec<(usize, usize)>) {
    if !between.is_empty() {
        between.push_str(NEXT_LINE);
        breaks.push((text.len(), between.len()));
        text.push_str(between);
        between.clear();
    }
}

fn push(text: &mut String, part: &str) -> Span {
    let start = text.len();
    text.push_str(part);
    Span::new(start, text.len())
}

/// Control characters as their pictures (U+2400 block), so that a value stays on one line.
pub fn pictured(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return text.into();
    }
    text.chars()
        .map(|c| match c as u32 {
            n @ 0..=0x1f => char::from_u32(0x2400 + n).unwrap_or(c),
            0x7f => '\u{2421}',
            _ => c,
        })
        .collect()
}

/// Pictures of control characters back to what they show; a real tab may stay.
pub fn unpictured(text: &str) -> String {
    if text.is_ascii() {
        return text.to_string();
    }
    text.chars()
        .map(|c| match c as u32 {
            n @ 0x2400..=0x241f => char::from_u32(n - 0x2400).unwrap_or(c),
            0x2421 => '\u{7f}',
            _ => c,
        })
        .collect()
}
