//! Where everything is in a file of requests.
//!
//! The grammar is the union of what VS Code REST Client, JetBrains, Visual Studio, Kulala and httpYac read. Lines
//! that none of the rules below names are left alone: they are neither shown nor changed.

use std::borrow::Cow;

use super::lines::{Line, WHITESPACE, lines};
use super::places::{Aside, AsideKind, Block, Definition, Directive, Fault, HeaderLine, RequestPlaces};
use super::shapes::{Tail, begins_request, defines, is_import, is_of_other_protocol, is_version, opens_script, request_line, tail_kind};
use crate::domain::limits::MAX_REQUESTS;
use crate::domain::request::begins_body;
use crate::domain::span::Span;
use crate::domain::switched_off;
use crate::formats::switched_off::OffLines;

/// Cuts a text into blocks and finds the parts of each.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut found = Vec::new();
    let mut block = Block { span: Span::new(0, mark), ..Block::default() };
    let mut inside = Vec::new();
    for line in lines(text) {
        if found.len() == MAX_REQUESTS {
            // One block that nothing is read of, so that it stays as it is.
            block.span = Span::new(block.span.start, text.len());
            let message = format!("so many requests that the rest is not read: more than {MAX_REQUESTS}");
            block.faults = vec![Fault { line: line.number, column: 1, message: message.into() }];
            found.push(block);
            return found;
        }
        if line.text.starts_with("###") {
            let rest = line.text.trim_start_matches('#');
            let lead = line.text.len() - rest.trim_start_matches(WHITESPACE).len();
            let title = Span::new(line.start + lead, line.start + lead + rest.trim_matches(WHITESPACE).len());
            let separator = Some(Span::new(line.start, line.end));
            let next = Block { span: line.whole(), separator, title, ..Block::default() };
            scan(std::mem::replace(&mut block, next), &inside, &mut found);
            inside.clear();
        } else {
            block.span.end = line.next;
            inside.push(line);
        }
    }
    scan(block, &inside, &mut found);
    found
}

/// Finds the parts of a block; further requests without a `###` between them are blocks of their own.
fn scan(mut block: Block, lines: &[Line<'_>], found: &mut Vec<Block>) {
    let mut from = 0;
    let last_close = lines.iter().rev().find(|line| line.text.trim_matches(WHITESPACE) == "}}").map(|line| line.start);
    loop {
        let end = block.span.end;
        let lines = lines.get(from..).unwrap_or_default();
        let mut scanner = Scanner { block, lines, at: 0, next: None, last_close, decided: None };
        scanner.scan();
        let next = scanner.next.filter(|_| found.len() < MAX_REQUESTS);
        found.push(scanner.block);
        let Some((at, line)) = next.and_then(|at| Some((at, scanner.lines.get(at).copied()?))) else { return };
        if let Some(last) = found.last_mut() {
            last.span.end = line.start;
        }
        from += at;
        block = Block { span: Span::new(line.start, end), title: Span::new(line.start, line.start), ..Block::default() };
        let message = "a request without ### before it, read as one of its own as httpYac does; other tools send it in the body above";
        block.faults.push(Fault { line: line.number, column: 1, message: message.into() });
    }
}

/// What a body may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyKind {
    /// Requests and answers of its own.
    Messages,
    /// Any text.
    Text,
    /// Data, which does not look like a request.
    Other,
}

impl BodyKind {
    /// The kind by the types that the headers say.
    fn of(types: &str) -> Self {
        let is_any = |kinds: &[&str]| kinds.iter().any(|kind| types.contains(kind));
        match () {
            () if is_any(&["multipart/", "application/http", "message/"]) => Self::Messages,
            () if is_any(&["text/plain", "text/markdown"]) => Self::Text,
            () => Self::Other,
        }
    }
}

/// What counts of a comment line that switches a parameter off.
fn switched_off_by(line: Line<'_>) -> Option<Span> {
    let content = without_version(line);
    let text = line.text.get(content.start - line.start..content.end - line.start)?;
    switched_off::parameter(text).map(|_| content)
}

/// A line of an address without the version of HTTP at its end.
fn without_version(line: Line<'_>) -> Span {
    let mut part = line.trimmed();
    if let Some((before, last)) = line.text.trim_end_matches(WHITESPACE).rsplit_once(WHITESPACE)
        && is_version(last)
    {
        part.end = line.start + before.trim_end_matches(WHITESPACE).len();
    }
    part
}

/// True for a line that closes a body of data that began with `opening`.
fn is_closed(opening: Option<char>, text: &str) -> bool {
    match opening {
        Some('{') => text == "}" || text.starts_with('{') && text.ends_with('}'),
        Some('[') => text == "]" || text.starts_with('[') && text.ends_with(']'),
        Some('<') => text.ends_with('>') && (text.starts_with("</") || text.ends_with("/>")),
        _ => false,
    }
}

struct Scanner<'a> {
    block: Block,
    lines: &'a [Line<'a>],
    at: usize,
    /// The line with which another request begins.
    next: Option<usize>,
    /// Where the last line is that can close a script.
    last_close: Option<usize>,
    /// The line up to which nothing but variables follows, and whether the block's text ends there: searched once for all before it.
    decided: Option<(usize, bool)>,
}

impl<'a> Scanner<'a> {
    fn scan(&mut self) {
        if let Some(mut request) = self.before_request() {
            self.continuations(&mut request);
            let more = self.headers(&mut request);
            if more {
                self.body(&mut request);
            }
            self.tail(&mut request);
            self.block.request = Some(Box::new(request));
        }
    }

    fn next(&mut self) -> Option<Line<'a>> {
        let line = self.lines.get(self.at).copied()?;
        self.at += 1;
        Some(line)
    }

    fn fault(&mut self, line: Line<'_>, message: impl Into<Cow<'static, str>>) {
        self.block.faults.push(Fault { line: line.number, column: 1, message: message.into() });
    }

    fn aside(&mut self, line: Line<'_>, kind: AsideKind) {
        self.block.asides.push(Aside { number: line.number, kind });
    }

    /// Comments, variables and scripts up to the request line.
    fn before_request(&mut self) -> Option<RequestPlaces> {
        while let Some(line) = self.next() {
            let trimmed = line.text.trim_matches(WHITESPACE);
            if trimmed.is_empty() || self.comment_or_definition(line) {
                continue;
            }
            let after_angle = trimmed.strip_prefix(['<', '>']).map(|rest| rest.trim_start_matches(WHITESPACE));
            if after_angle.is_some_and(|rest| rest.starts_with("{%")) {
                self.script(line, "%}");
            } else if opens_script(trimmed) {
                self.script(line, "}}");
            } else if trimmed.starts_with("/*") {
                self.comment_of_lines(line);
            } else if after_angle.is_some() || trimmed.starts_with("?? ") {
                self.aside(line, AsideKind::Script);
            } else if is_import(trimmed) {
                self.aside(line, AsideKind::Import);
            } else if is_of_other_protocol(trimmed) {
                self.other_protocol(line);
                return None;
            } else if let Some(request) = request_line(line) {
                return Some(request);
            } else if self.block.faults.is_empty() {
                // Once for all lines that are none.
                self.fault(line, "no request line (`GET https://…`): it is left alone");
            }
        }
        None
    }

    /// Skips a comment from `/*` to `*/`.
    fn comment_of_lines(&mut self, line: Line<'a>) {
        let mut current = Some(line);
        while let Some(at) = current {
            if at.text.contains("*/") {
                return;
            }
            current = self.next();
        }
        self.fault(line, "a comment begins here and no */ ends it");
    }

    /// Leaves a request of another protocol alone, up to the end of its block.
    fn other_protocol(&mut self, line: Line<'a>) {
        self.aside(line, AsideKind::Protocol);
        self.at = self.lines.len();
    }

    /// Takes a comment line (with or without a directive) or a variable's definition.
    fn comment_or_definition(&mut self, line: Line<'a>) -> bool {
        let whole = line.trimmed();
        let trimmed = line.text.trim_matches(WHITESPACE);
        if let Some(rest) = trimmed.strip_prefix('#').or_else(|| trimmed.strip_prefix("//")) {
            let rest = rest.trim_start_matches(WHITESPACE);
            let name_at = whole.end - rest.len() + 1;
            if let Some(rest) = rest.strip_prefix('@') {
                let length = rest.find(WHITESPACE).unwrap_or(rest.len());
                let value = rest.get(length..).unwrap_or_default().trim_start_matches(WHITESPACE);
                if length > 0 {
                    let (name, value) = (Span::new(name_at, name_at + length), Span::new(whole.end - value.len(), whole.end));
                    self.block.directives.push(Directive { line: line.whole(), name, value, number: line.number });
                }
            }
            return true;
        }
        let Some((name, value)) = trimmed.strip_prefix('@').and_then(|rest| rest.split_once('=')) else { return false };
        let name = name.trim_end_matches(WHITESPACE).trim_end_matches(':').trim_end_matches(WHITESPACE);
        if name.is_empty() || name.contains(WHITESPACE) {
            return false;
        }
        let name_at = whole.start + 1;
        let (name, value) =
            (Span::new(name_at, name_at + name.len()), Span::new(whole.end - value.trim_start_matches(WHITESPACE).len(), whole.end));
        self.block.definitions.push(Definition { line: line.whole(), name, value });
        true
    }

    /// Skips a script that began on `line`, up to the line that holds `close`.
    fn script(&mut self, line: Line<'a>, close: &str) {
        self.aside(line, AsideKind::Script);
        let mut current = Some(line);
        while let Some(at) = current {
            if at.text.contains(close) {
                return;
            }
            current = self.next();
        }
        self.fault(line, format!("a script begins here and no {close} ends it"));
    }

    fn continuations(&mut self, request: &mut RequestPlaces) {
        let mut ahead = self.at;
        while let Some(line) = self.lines.get(ahead).copied() {
            let trimmed = line.text.trim_start_matches(WHITESPACE);
            let indented = trimmed.len() < line.text.len();
            let comment = trimmed.starts_with('#') || trimmed.starts_with("//");
            let is_part = switched_off::goes_on(line.text) || indented && trimmed.starts_with('/');
            let goes_on = || indented && !trimmed.is_empty() && self.ends_open(request, line.start);
            if !comment && (is_part || goes_on()) {
                self.comments_in_address(ahead, request);
                request.continued.push((line.whole(), without_version(line)));
                request.line_end = line.end;
                request.head_end = line.end;
                self.at = ahead + 1;
            } else if !comment {
                break;
            }
            ahead += 1;
        }
        // Below the last line of the address only parameters that are switched off belong to it.
        let comments = self.lines.get(self.at..ahead).unwrap_or_default();
        if let Some(last) = comments.iter().rposition(|line| switched_off_by(*line).is_some()) {
            let end = comments.get(last).map_or(request.line_end, |line| line.end);
            self.comments_in_address(self.at + last + 1, request);
            self.at += last + 1;
            (request.line_end, request.head_end) = (end, end);
        }
    }

    /// Takes the comments between two lines of the address, now that it is known to go on.
    fn comments_in_address(&mut self, end: usize, request: &mut RequestPlaces) {
        for comment in self.lines.get(self.at..end).unwrap_or_default().to_vec() {
            request.off.extend(switched_off_by(comment).map(|content| (comment.whole(), content)));
            self.comment_or_definition(comment);
        }
    }

    /// True when the address ends with what cannot be its end, so that an indented line after it belongs to it.
    fn ends_open(&self, request: &RequestPlaces, before: usize) -> bool {
        let last = self.lines.partition_point(|line| line.start < before).checked_sub(1).and_then(|at| self.lines.get(at));
        last.is_some_and(|line| line.end == request.line_end && line.text.trim_end_matches(WHITESPACE).ends_with(['?', '&', '=', ',']))
    }

    /// Reads headers; true when an empty line says that a body may follow.
    fn headers(&mut self, request: &mut RequestPlaces) -> bool {
        while let Some(line) = self.next() {
            if line.text.trim_matches(WHITESPACE).is_empty() {
                return true;
            }
            if tail_kind(line.text).is_some() {
                self.at -= 1;
                return false;
            }
            let trimmed = line.text.trim_matches(WHITESPACE);
            if opens_script(trimmed) && self.closes(trimmed) {
                self.script(line, "}}");
                request.head_end = self.at.checked_sub(1).and_then(|at| self.lines.get(at)).map_or(line.end, |line| line.end);
                continue;
            }
            if begins_body(trimmed) {
                self.fault(
                    line,
                    "no empty line before the body: read as the body, as httpYac does; other tools take its lines for headers",
                );
                self.at -= 1;
                return true;
            }
            request.head_end = line.end;
            if self.comment_or_definition(line) {
                continue;
            }
            let whole = line.trimmed();
            match line.text.trim_matches(WHITESPACE).split_once(':') {
                Some((name, value)) if !name.trim_matches(WHITESPACE).is_empty() => {
                    let colon = whole.start + name.len() + 1;
                    let value = value.trim_matches(WHITESPACE);
                    let value = if value.is_empty() { Span::new(colon, colon) } else { Span::new(whole.end - value.len(), whole.end) };
                    let name = Span::new(whole.start, whole.start + name.trim_end_matches(WHITESPACE).len());
                    request.headers.push(HeaderLine { line: line.whole(), end: line.end, name, value, number: line.number });
                }
                _ => self.block.colonless.push((whole, line.number)),
            }
        }
        false
    }

    fn body(&mut self, request: &mut RequestPlaces) {
        let mut span: Option<Span> = None;
        let types = self.content_types(request);
        let kind = BodyKind::of(&types);
        // A type says that there is a body, whatever that looks like. Without one, tools that share the format find variables here.
        let may_have_body = !types.is_empty();
        let mut off_lines = OffLines::at_the_end(&types);
        // At the begin, behind an empty line, and behind the bracket that closes the body.
        let mut may_end = true;
        let mut opening = None;
        let mut is_doubted = kind == BodyKind::Messages;
        while let Some(line) = self.next() {
            if tail_kind(line.text).is_some() {
                self.at -= 1;
                break;
            }
            if may_end && kind == BodyKind::Other && self.ends_body(line, span.is_some(), may_have_body) {
                break;
            }
            let text = line.text.trim_end_matches(WHITESPACE);
            if !is_doubted && self.is_doubtful(text, types.is_empty() && span.is_none()) {
                is_doubted = true;
                self.fault(line, "looks like the begin of something else, and is sent as part of the body: write ### before it if it is");
            }
            opening = opening.or_else(|| text.trim_start_matches(WHITESPACE).chars().next());
            // A comment belongs to the body if it switches off a part of it.
            let before = self.at.checked_sub(2).and_then(|before| self.lines.get(before));
            let is_next = span.is_none_or(|span| before.is_some_and(|before| before.end == span.end));
            let is_filling = line.is_filling() && !(off_lines.is_off(line.text) && is_next);
            may_end = is_filling || is_closed(opening, text);
            match &mut span {
                Some(span) if !is_filling => span.end = line.end,
                None if !line.text.trim_matches(WHITESPACE).is_empty() => {
                    let end = if is_filling { line.start } else { line.end };
                    span = Some(Span::new(line.start, end));
                    request.body_number = line.number;
                }
                _ => {}
            }
        }
        request.body = span.filter(|span| !span.is_empty());
    }

    /// The lines of its headers that say of which type the body is, in lower case.
    fn content_types(&self, request: &RequestPlaces) -> String {
        let place = |header: &HeaderLine| self.lines.partition_point(|line| line.start < header.line.start);
        let header = |header: &HeaderLine| self.lines.get(place(header)).map(|line| line.text.to_ascii_lowercase());
        request.headers.iter().filter_map(header).filter(|line| line.trim_start().starts_with("content-type")).collect()
    }

    /// True for a line of a body that may be meant as the begin of another request, of a recorded answer, or of a script, or as a
    /// variable.
    fn is_doubtful(&self, text: &str, may_define: bool) -> bool {
        may_define && defines(text)
            || begins_request(text)
            || crate::formats::raw::is_status_line(text)
            || opens_script(text) && self.closes(text)
    }

    /// True when a line behind an empty one, or at the begin, is no part of the body: variables up to the end of the block, a script
    /// of httpYac, another request, a recorded answer.
    fn ends_body(&mut self, line: Line<'a>, has_body: bool, may_have_body: bool) -> bool {
        let text = line.text.trim_end_matches(WHITESPACE);
        if defines(text) && (has_body || !may_have_body) && self.nothing_but_variables_follows() {
            self.at -= 1;
            return true;
        }
        if opens_script(text) && self.closes(text) {
            self.at -= 1;
            return true;
        }
        if crate::formats::raw::is_status_line(text) {
            self.at -= 1;
            return true;
        }
        if begins_request(text) {
            // Comments directly above belong to it.
            let is_comment = |line: &Line<'_>| line.text.starts_with('#') || line.text.starts_with("//");
            let mut first = self.at - 1;
            while has_body && first.checked_sub(1).and_then(|above| self.lines.get(above)).is_some_and(is_comment) {
                first -= 1;
            }
            self.next = Some(first);
            return true;
        }
        false
    }

    fn nothing_but_variables_follows(&mut self) -> bool {
        if let Some((_, ends)) = self.decided.filter(|(until, _)| self.at <= *until) {
            return ends;
        }
        let rest = self.lines.get(self.at..).unwrap_or_default();
        let other = rest.iter().position(|line| !line.is_filling() && !defines(line.text.trim_end_matches(WHITESPACE)));
        let text = other.and_then(|at| rest.get(at)).map(|line| line.text.trim_end_matches(WHITESPACE));
        let ends = text.is_none_or(|text| tail_kind(text).is_some() || begins_request(text));
        self.decided = Some((self.at + other.unwrap_or(rest.len()), ends));
        ends
    }

    /// True when a script that opens with a line is closed by one of the lines below.
    fn closes(&self, opening: &str) -> bool {
        let is_below = |close: usize| self.lines.get(self.at).is_some_and(|line| line.start <= close);
        opening.starts_with("{{") && self.last_close.is_some_and(is_below)
    }

    /// What follows the body: handlers, answer files, references.
    fn tail(&mut self, request: &mut RequestPlaces) {
        let last = request.body.map_or(request.head_end, |body| body.end);
        request.end = self.lines.get(self.lines.partition_point(|line| line.end < last)).map_or(last, |line| line.next);
        if self.next.is_some() {
            return;
        }
        while let Some(line) = self.next() {
            let kind = tail_kind(line.text);
            let text = line.text.trim_end_matches(WHITESPACE);
            let mut is_own = kind.is_some() || !line.is_filling();
            match kind {
                Some(Tail::Script) => self.script(line, "%}"),
                Some(Tail::OneLine) => self.aside(line, AsideKind::Script),
                Some(Tail::AnswerFile) => self.aside(line, AsideKind::AnswerFile),
                Some(Tail::Reference) => {
                    let whole = line.trimmed();
                    let path = line.text.trim_matches(WHITESPACE).trim_start_matches("<>").trim_start_matches(WHITESPACE);
                    self.block.references.push((Span::new(whole.end - path.len(), whole.end), line.number));
                }
                None if opens_script(text) && self.closes(text) => self.script(line, "}}"),
                // Variables may be used by others: they stay when the request goes.
                None if defines(text) && self.comment_or_definition(line) => is_own = false,
                None if crate::formats::raw::is_status_line(text) && self.block.answer.is_none() => {
                    let last = self.lines.iter().rposition(|line| !line.is_filling()).map_or(self.at, |last| last + 1).max(self.at);
                    let end = last.checked_sub(1).and_then(|last| self.lines.get(last)).map_or(line.end, |line| line.end);
                    self.block.answer = Some((Span::new(line.start, end), line.number));
                    self.at = last;
                }
                None if begins_request(text) => {
                    self.next = Some(self.at - 1);
                    return;
                }
                None if is_own => self.fault(line, "text behind what handles the answer is neither sent nor run"),
                None => {}
            }
            if is_own {
                // A script has more lines than its first one.
                request.end = self.at.checked_sub(1).and_then(|last| self.lines.get(last)).map_or(line.next, |last| last.next);
            }
        }
    }
}
