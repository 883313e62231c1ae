//! Changes of a file of requests that leave every other byte as it was.
//!
//! A change is a list of replacements of spans. After it, the text is read again and compared with the intended result:
//! what the format cannot hold (a body with a `###` line, a header without a name) is refused rather than mangled.

use std::borrow::Cow;

use crate::domain::exchange::HttpVersion;
use crate::domain::headers::Header;
use crate::domain::request::{Request, pictured};
use crate::domain::span::Span;
use crate::formats::FormatError;

use super::Document;
use super::align::{Step, align};
use super::places::{Block, RequestPlaces};

/// Replacements of spans of one text, in any order, none overlapping.
#[derive(Default)]
struct Patch(Vec<(Span, String)>);

impl Patch {
    fn replace(&mut self, span: Span, with: impl Into<String>) {
        self.0.push((span, with.into()));
    }

    fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(Span::new(at, at), text);
    }

    fn apply(mut self, document: &Document) -> Document {
        let text = &document.text;
        self.0.sort_by_key(|(span, _)| *span);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (span, with) in self.0 {
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(&with);
            at = span.end.max(at);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        document.with_text(&out)
    }
}

impl Document {
    /// The document with another request in the place of the one at `index`; `request` is raw, its variables
    /// unresolved. Only what differs is written: a changed header changes its own line.
    ///
    /// Blank lines around a body and spaces around a header value are not part of the format and go.
    ///
    /// # Errors
    /// When the format cannot hold the request, or has no request at `index`.
    pub fn with_request(&self, index: usize, request: &Request) -> Result<Self, FormatError> {
        let (old, places) = self.request_at(index)?;
        let eol = self.line_end;
        if request.url != old.url
            && let Some(url) = self.with_part_of_address(places, &request.url).or_else(|| self.with_parts_of_address(places, &request.url))
        {
            // The lines of the address stay; what else changed is written after it.
            if url.raw_request(index).is_some_and(|now| now.url == request.url && now.headers == old.headers) {
                return url.with_request(index, request);
            }
        }
        let mut patch = Patch::default();
        if request.method != old.method {
            match places.method {
                Some(span) => patch.replace(span, &request.method),
                None => patch.insert(places.url.start, format!("{} ", request.method)),
            }
        }
        if request.url != old.url {
            patch.replace(places.url, format!("{}{}", pictured(&request.url), self.version_of_continued(places)));
            for (line, _) in &places.continued {
                patch.replace(with_line_end_before(&self.text, *line), "");
            }
        }
        let url_replaced = request.url != old.url && !places.continued.is_empty();
        let head_end = if url_replaced { line_text_end(&self.text, places.line) } else { places.line_end };
        self.patch_headers(&mut patch, places, head_end, request);
        // Comments, directives and variables after the last header stay before the body.
        let last = places.head_end.max(head_end);
        match (places.body, request.body.is_empty()) {
            _ if request.body == old.body => {}
            (Some(body), false) => patch.replace(body, self.with_body_line_ends(self.cut(body), &request.body)),
            (Some(body), true) => patch.replace(Span::new(last, body.end), ""),
            (None, _) => patch.insert(last, format!("{eol}{eol}{}", self.with_line_ends(&request.body))),
        }
        // The same text reads back as the same request.
        if patch.0.is_empty() {
            return Ok(self.clone());
        }
        let written = patch.apply(self);
        written.holds(index, request, self.len())?;
        Ok(written)
    }

    /// An address of several lines, changed within one of them.
    fn with_part_of_address(&self, places: &RequestPlaces, url: &str) -> Option<Self> {
        let parts: Vec<Span> = std::iter::once(places.url).chain(places.continued.iter().map(|(_, part)| *part)).collect();
        let old: String = parts.iter().map(|part| self.cut(*part)).collect();
        if parts.len() < 2 || pictured(url) != url || pictured(&old) != old {
            return None;
        }
        let before = old.char_indices().zip(url.chars()).find(|((_, o), n)| o != n).map_or(old.len().min(url.len()), |((at, _), _)| at);
        let (old_rest, new_rest) = (old.get(before..)?, url.get(before..)?);
        let same = old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(|(o, n)| o == n);
        let after: usize = same.map(|(c, _)| c.len_utf8()).sum();
        let (end, new) = (old.len() - after, new_rest.get(..new_rest.len() - after)?);
        let mut at = 0;
        for part in parts {
            let until = at + part.len();
            // What is put in between two lines goes to the end of the first of them. A line of which nothing stays is another address.
            let goes_whole = before == at && end == until;
            if at <= before && end <= until && !goes_whole {
                let mut patch = Patch::default();
                patch.replace(Span::new(part.start + before - at, part.start + end - at), new);
                return Some(patch.apply(self));
            }
            at = until;
        }
        None
    }

    /// An address of several lines, changed in more than one of them: parameters that stay keep their lines as they are written, a
    /// new one goes behind the one before it, and a line of which nothing stays goes.
    fn with_parts_of_address(&self, places: &RequestPlaces, url: &str) -> Option<Self> {
        let lines: Vec<Span> = std::iter::once(places.url).chain(places.continued.iter().map(|(_, part)| *part)).collect();
        if lines.len() < 2 || pictured(url) != url || lines.iter().any(|line| pictured(self.cut(*line)) != self.cut(*line)) {
            return None;
        }
        let of_line = |(number, line): (usize, &Span)| {
            parameters(self.cut(*line)).into_iter().map(move |p| (number, p.shifted(line.start))).collect()
        };
        let old: Vec<(usize, Span)> = lines.iter().enumerate().flat_map::<Vec<_>, _>(of_line).collect();
        let new: Vec<&str> = parameters(url).into_iter().filter_map(|p| p.cut(url)).collect();
        let text = |o: usize| old.get(o).map_or("", |(_, place)| self.cut(*place));
        let bare = |part: &'_ str| part.strip_prefix(['?', '&']).map_or((false, part.len()), |rest| (true, rest.len()));
        // The first parameter has another sign before it than the others.
        let same = |o: usize, n: usize| {
            let (a, b) = (text(o), new.get(n).copied().unwrap_or_default());
            a == b || bare(a).0 && bare(b).0 && a.get(1..) == b.get(1..)
        };
        let mut kept: Vec<String> = vec![String::new(); lines.len()];
        let mut here = 0;
        let mut parts = new.iter();
        for step in align(old.len(), new.len(), same) {
            match step {
                Step::Remove(_) => continue,
                Step::Keep(o) | Step::Change(o, _) => here = old.get(o)?.0,
                Step::Add(_) => {}
            }
            kept.get_mut(here)?.push_str(parts.next()?);
        }
        let mut patch = Patch::default();
        for (number, (line, text)) in lines.iter().zip(&kept).enumerate() {
            let whole = number.checked_sub(1).and_then(|at| places.continued.get(at)).map(|(whole, _)| *whole);
            match whole {
                _ if !text.is_empty() => patch.replace(*line, text),
                // A version behind it goes elsewhere.
                Some(whole) if self.cut(Span::new(line.end, line_text_end(&self.text, whole))).trim().is_empty() => {
                    patch.replace(with_line_end_before(&self.text, whole), "");
                }
                _ => return None,
            }
        }
        Some(patch.apply(self))
    }

    /// The version of HTTP after the last line of an address of several lines, which go when the address changes.
    fn version_of_continued(&self, places: &RequestPlaces) -> String {
        let behind = |(line, part): &(Span, Span)| self.cut(Span::new(part.end, line_text_end(&self.text, *line))).trim().to_string();
        match places.continued.last().map(behind).unwrap_or_default() {
            version if version.is_empty() => version,
            version => format!(" {version}"),
        }
    }

    /// A changed body: lines that did not change keep their line ends.
    fn with_body_line_ends(&self, old: &str, new: &str) -> String {
        let ended = |line: &'_ str| line.len() - line.trim_end_matches('\n').trim_end_matches('\r').len();
        let old: Vec<(&str, &str)> = old.split_inclusive('\n').map(|line| line.split_at(line.len() - ended(line))).collect();
        let new: Vec<&str> = new.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let before = old.iter().zip(&new).take_while(|(old, new)| old.0 == **new).count();
        let rest = old.len().min(new.len()) - before;
        let after = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old.0 == **new).count();
        let usual = old.iter().map(|(_, end)| *end).find(|end| !end.is_empty()).unwrap_or(self.line_end);
        let mut out = String::new();
        for (index, line) in new.iter().enumerate() {
            out.push_str(line);
            let same = match index {
                _ if index < before => old.get(index),
                _ if index + after >= new.len() => old.get(index + old.len() - new.len()),
                _ => None,
            };
            if index + 1 < new.len() {
                out.push_str(same.map(|(_, end)| *end).filter(|end| !end.is_empty()).unwrap_or(usual));
            }
        }
        out
    }

    /// Writes what differs between two lists of headers.
    fn patch_headers(&self, patch: &mut Patch, places: &RequestPlaces, line_end: usize, request: &Request) {
        let eol = self.line_end;
        let old: Vec<(String, String)> =
            places.headers.iter().map(|h| (self.cut(h.name).to_string(), crate::domain::request::unpictured(self.cut(h.value)))).collect();
        let new: Vec<&Header> = request.headers.iter().map(|(_, h)| h).collect();
        let same = |o: usize, n: usize| old[o].0 == trimmed(&new[n].name) && old[o].1 == trimmed(&new[n].value);
        let mut anchor = line_end;
        let mut inserted = String::new();
        for step in align(old.len(), new.len(), same) {
            match step {
                Step::Keep(o) => {
                    flush(patch, anchor, &mut inserted);
                    anchor = places.headers[o].end;
                }
                Step::Change(o, n) => {
                    flush(patch, anchor, &mut inserted);
                    let (line, header) = (&places.headers[o], new[n]);
                    if old[o].0 != trimmed(&header.name) {
                        patch.replace(line.name, pictured(trimmed(&header.name)));
                    }
                    if old[o].1 != trimmed(&header.value) {
                        let gap = if line.value.is_empty() && !header.value.is_empty() { " " } else { "" };
                        patch.replace(line.value, format!("{gap}{}", pictured(trimmed(&header.value))));
                    }
                    anchor = line.end;
                }
                Step::Remove(o) => patch.replace(with_line_end_before(&self.text, places.headers[o].line), ""),
                Step::Add(n) => {
                    let gap = if new[n].value.is_empty() { "" } else { " " };
                    inserted.push_str(&format!("{eol}{}:{gap}{}", pictured(&new[n].name), pictured(&new[n].value)));
                }
            }
        }
        flush(patch, anchor, &mut inserted);
    }

    /// The document with a request that goes out over HTTP/1.1 alone, which is written after its address.
    ///
    /// # Errors
    /// When there is no such request.
    pub(super) fn with_http1(&self, index: usize) -> Result<Self, FormatError> {
        let (request, places) = self.request_at(index)?;
        if self.version(places) == HttpVersion::Http1 {
            return Ok(self.clone());
        }
        let address = places.continued.last().map_or(places.url, |(_, part)| *part);
        let mut patch = Patch::default();
        // Another version may be there.
        patch.replace(Span::new(address.end, places.line_end), " HTTP/1.1");
        let written = patch.apply(self);
        written.holds(index, &request, self.len())?;
        Ok(written)
    }

    /// The document with another name for a request. It is written where the name was, else after its `###`,
    /// else as `# @name`.
    ///
    /// # Errors
    /// When the name does not fit on a line, or there is no such request.
    pub fn rename(&self, index: usize, name: &str) -> Result<Self, FormatError> {
        let block = self.block(index).ok_or_else(no_such_request)?;
        let name = one_line(name)?;
        let mut patch = Patch::default();
        let directive = block.directives.iter().find(|d| self.cut(d.name) == "name");
        match (block.separator, directive) {
            (Some(_), _) if !block.title.is_empty() => patch.replace(block.title, name),
            (_, Some(directive)) => patch.replace(directive.value, name),
            (Some(line), None) => {
                let gap = if self.cut(line).ends_with([' ', '\t']) { "" } else { " " };
                patch.insert(line.end, format!("{gap}{name}"));
            }
            (None, None) => return self.set_directive(index, "name", &[name.to_string()]),
        }
        let written = patch.apply(self);
        if written.len() != self.len() || written.name(index) != name {
            return Err(FormatError::without_place(format!("{name:?} cannot be a name in this format")));
        }
        Ok(written)
    }

    /// The document with these values for a directive of a request, one line each; an empty list removes it. The lines are written
    /// where the first one was, else before the request line.
    ///
    /// # Errors
    /// When a value does not fit on a line, or there is no such request.
    pub fn set_directive(&self, index: usize, name: &str, values: &[String]) -> Result<Self, FormatError> {
        let block = self.block(index).ok_or_else(no_such_request)?;
        let (_, places) = self.request_at(index)?;
        let eol = self.line_end;
        let slashes = block.directives.first().is_some_and(|d| self.cut(d.line).trim_start().starts_with("//"));
        let mark = if slashes { "//" } else { "#" };
        let mut patch = Patch::default();
        let standing: Vec<_> = block.directives.iter().filter(|d| self.cut(d.name) == name).collect();
        let mut more = String::new();
        for (at, value) in values.iter().enumerate() {
            let value = one_line(value)?;
            match standing.get(at) {
                Some(directive) if self.cut(directive.value) == value => {}
                Some(directive) => {
                    let gap = if directive.value.start == directive.name.end { " " } else { "" };
                    patch.replace(directive.value, format!("{gap}{value}"));
                }
                None => more.push_str(format!("{mark} @{name} {value}").trim_end()),
            }
            if standing.get(at).is_none() {
                more.push_str(eol);
            }
        }
        for directive in standing.iter().skip(values.len()) {
            patch.replace(directive.line, "");
        }
        if !more.is_empty() {
            let place = standing.last().map_or(places.line.start, |d| d.line.end);
            // The last line of a file may lack its line end.
            let unfinished = place > 0 && !self.text[..place].ends_with(['\n', '\u{feff}']);
            patch.insert(place, if unfinished { format!("{eol}{}", more.trim_end()) } else { more });
        }
        let written = patch.apply(self);
        let now: Vec<_> = written.directives(index).into_iter().filter(|(n, _)| *n == name).map(|(_, v)| v.to_string()).collect();
        if now != values.iter().map(|v| v.trim_matches(super::lines::WHITESPACE).to_string()).collect::<Vec<_>>() {
            return Err(FormatError::without_place(format!("@{name} cannot hold that value in this format")));
        }
        Ok(written)
    }

    pub(super) fn with_line_ends(&self, text: &str) -> String {
        let plain = text.replace("\r\n", "\n");
        if self.line_end == "\r\n" { plain.replace('\n', "\r\n") } else { plain }
    }

    fn request_at(&self, index: usize) -> Result<(Request, &RequestPlaces), FormatError> {
        let places = self.block(index).and_then(|block| block.request.as_deref());
        self.raw_request(index).zip(places).ok_or_else(no_such_request)
    }

    /// Checks that what was written reads back as intended.
    pub(super) fn holds(&self, index: usize, wanted: &Request, count: usize) -> Result<(), FormatError> {
        let found = self.raw_request(index).map(|r| essence(&r)).unwrap_or_default();
        let wanted = essence(wanted);
        let refuse = |what: &str| {
            let help = "keep it in a file of its own and name that with `< path`";
            Err(FormatError::without_place(format!("an .http file cannot hold {what}")).with_help(if what.contains("body") {
                help
            } else {
                ""
            }))
        };
        if self.len() != count || found.body != wanted.body {
            return refuse("this body: it has lines that the format reads as something else");
        }
        if found.method != wanted.method || found.url != wanted.url {
            return refuse("this request line");
        }
        if found.headers != wanted.headers {
            return refuse("these headers: one has no name, or a name that reads as something else");
        }
        Ok(())
    }
}

/// A request without what the format does not keep.
pub(super) fn essence(request: &Request) -> Request {
    let whitespace = super::lines::WHITESPACE;
    let body = if request.body.contains('\r') { request.body.replace("\r\n", "\n").into() } else { Cow::from(request.body.as_str()) };
    // Without the blank lines around it.
    let is_blank = |c: char| c == '\n' || whitespace.contains(&c);
    let filled =
        body.find(|c| !is_blank(c)).map_or(body.len(), |at| body.get(..at).and_then(|blank| blank.rfind('\n')).map_or(0, |end| end + 1));
    let behind = body.trim_end_matches(is_blank).len();
    let end = body.get(behind..).and_then(|blank| blank.find('\n')).map_or(body.len(), |at| behind + at);
    Request {
        method: request.method.clone(),
        url: request.url.trim_matches(whitespace).to_string(),
        headers: request.headers.iter().map(|(_, h)| (h.name.trim_matches(whitespace), h.value.trim_matches(whitespace))).collect(),
        body: body.get(filled..end).unwrap_or_default().into(),
        ..Request::default()
    }
}

/// Where the part of a block without `###` begins that belongs to its request: after the variables of the file.
pub(super) fn own_start(block: &Block) -> usize {
    let request = block.request.as_ref().map_or(block.span.end, |r| r.line.start);
    let after = block.definitions.iter().map(|d| d.line.end).filter(|end| *end <= request).max().unwrap_or(block.span.start);
    block.directives.iter().map(|d| d.line.start).filter(|start| *start >= after).min().unwrap_or(request).min(request)
}

pub(super) fn line_after(text: &str, end: usize) -> usize {
    text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| end + i + 1)
}

fn line_text_end(text: &str, line: Span) -> usize {
    line.start + line.cut(text).unwrap_or_default().trim_end_matches(['\r', '\n']).len()
}

/// The parameters of a part of an address, each with the sign before it; what precedes the first one is a part too.
fn parameters(text: &str) -> Vec<Span> {
    let mut starts: Vec<usize> = text.match_indices(['?', '&']).map(|(at, _)| at).filter(|at| *at > 0).collect();
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| Span::new(start, end)).filter(|part| !part.is_empty()).collect()
}

/// A line together with the line end before it in the place of its own: what is put after it then stays a line.
fn with_line_end_before(text: &str, line: Span) -> Span {
    let before = text.get(..line.start).unwrap_or_default();
    let before = before.strip_suffix('\n').unwrap_or(before);
    Span::new(before.strip_suffix('\r').unwrap_or(before).len(), line_text_end(text, line))
}

pub(super) fn one_line(text: &str) -> Result<&str, FormatError> {
    if text.contains(['\n', '\r']) {
        return Err(FormatError::without_place("it has to be on one line"));
    }
    Ok(text.trim_matches(super::lines::WHITESPACE))
}

/// A name as the format keeps it: on one line, and without blanks around it.
pub fn kept_name(name: &str) -> String {
    name.split(['\r', '\n'])
        .map(|line| line.trim_matches(super::lines::WHITESPACE))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The line that begins the block of a request.
pub(super) fn separator(name: &str) -> String {
    format!("### {name}").trim_end_matches(super::lines::WHITESPACE).to_string()
}

pub(super) fn no_such_request() -> FormatError {
    FormatError::without_place("there is no such request in the file")
}

fn flush(patch: &mut Patch, at: usize, inserted: &mut String) {
    if !inserted.is_empty() {
        patch.insert(at, std::mem::take(inserted));
    }
}

/// A name or value without the spaces around it, which are in the text already and no part of what was read of it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(super::lines::WHITESPACE)
}
