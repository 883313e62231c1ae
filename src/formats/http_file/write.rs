//! Changes of a file of requests that leave every other byte as it was.
//!
//! A change is a list of replacements of spans. After it, the text is read again and compared with the intended result:
//! what the format cannot hold (a body with a `###` line, a header without a name) is refused rather than mangled.

use std::borrow::Cow;

use crate::domain::exchange::HttpVersion;
use crate::domain::headers::Header;
use crate::domain::request::{Request, pictured};
use crate::domain::span::Span;
use crate::domain::switched_off::{OffParameter, SwitchedOff};
use crate::formats::FormatError;

use super::Document;
use super::align::{Step, align};
use super::patch::{Patch, line_text_end, with_line_end_before};
use super::places::{Block, RequestPlaces};
use super::write_address::address_lines;

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
        let is_changed = request.url != old.url || off_parameters(request) != off_parameters(&old);
        if is_changed && let Some(address) = self.with_address(places, &old, request) {
            // The lines of the address stay; what else changed is written after it.
            let is_written =
                |now: &Request| now.url == request.url && off_parameters(now) == off_parameters(request) && now.headers == old.headers;
            if address.raw_request(index).as_ref().is_some_and(is_written) {
                return address.with_request(index, request);
            }
        }
        let mut patch = Patch::default();
        if request.method != old.method {
            match places.method {
                Some(span) => patch.replace(span, &request.method),
                None => patch.insert(places.url.start, format!("{} ", request.method)),
            }
        }
        if is_changed {
            let (first, more) = address_lines(request);
            patch.replace(places.url, format!("{first}{}", self.version_of_continued(places)));
            for (line, _) in places.continued.iter().chain(&places.off) {
                patch.replace(with_line_end_before(&self.text, *line), "");
            }
            patch.insert(line_text_end(&self.text, places.line), self.with_line_ends(&more));
        }
        let head_end = if is_changed { line_text_end(&self.text, places.line) } else { places.line_end };
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
        if patch.is_empty() {
            return Ok(self.clone());
        }
        let written = patch.apply(self);
        written.holds(index, request, self.len())?;
        Ok(written)
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
        let (line, address) = places.continued.last().copied().unwrap_or((places.line, places.url));
        let mut patch = Patch::default();
        // Another version may be there.
        patch.replace(Span::new(address.end, line_text_end(&self.text, line)), " HTTP/1.1");
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
        if found.method != wanted.method || found.url != wanted.url || found.off != wanted.off {
            return refuse("this request line");
        }
        if found.headers != wanted.headers {
            return refuse("these headers: one has no name, or a name that reads as something else");
        }
        Ok(())
    }
}

/// The parameters that are switched off, without the blanks around them.
fn off_parameters(request: &Request) -> SwitchedOff {
    let address = request.url.trim_matches(super::lines::WHITESPACE);
    request.off.within(address).map(|(at, text)| OffParameter { at, text: text.trim().to_string() }).collect()
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
        off: off_parameters(request),
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
