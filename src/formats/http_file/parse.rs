//! Where everything is in a file of requests.
//!
//! The grammar is the union of what VS Code REST Client, JetBrains, Visual Studio, Kulala and httpYac read. Lines
//! that none of the rules below names are left alone: they are neither shown nor changed.

use std::borrow::Cow;

use super::lines::{Line, WHITESPACE, lines};
use crate::domain::limits::MAX_REQUESTS;
use crate::domain::span::Span;

/// One `# @name value` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The line with its line end.
    pub line: Span,
    /// The name, without `@`.
    pub name: Span,
    /// The value; empty at the end of the line without one.
    pub value: Span,
    /// Number of the line, from 1.
    pub number: usize,
}

/// One `@name = value` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The line with its line end.
    pub line: Span,
    /// The variable's name.
    pub name: Span,
    /// Its value, without spaces around it.
    pub value: Span,
}

/// One header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderLine {
    /// The line with its line end.
    pub line: Span,
    /// Offset after the line's text.
    pub end: usize,
    /// The name.
    pub name: Span,
    /// The value without spaces around it; directly after the colon when it is empty.
    pub value: Span,
    /// Number of the line, from 1.
    pub number: usize,
}

/// The parts of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPlaces {
    /// The request line with its line end.
    pub line: Span,
    /// Number of that line, from 1.
    pub number: usize,
    /// The method, when there is one.
    pub method: Option<Span>,
    /// The address on the request line.
    pub url: Span,
    /// Further lines of the address (`?a=1`, `&b=2`): the whole line and the part that counts.
    pub continued: Vec<(Span, Span)>,
    /// Offset after the text of the last line that belongs to the address.
    pub line_end: usize,
    /// Offset after the text of the last line before the body: a header, or a comment, directive or variable among them.
    pub head_end: usize,
    /// The headers in order.
    pub headers: Vec<HeaderLine>,
    /// The body; `None` without one.
    pub body: Option<Span>,
    /// Number of the body's first line, from 1; that of the request line without a body.
    pub body_number: usize,
    /// Offset behind the last line that belongs to the request, what handles its answer included. Only blank lines and comments
    /// follow in its block.
    pub end: usize,
}

/// What a block holds apart from its request and is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Number of its line, from 1.
    pub number: usize,
    /// What it is.
    pub kind: AsideKind,
}

/// The kinds of [`Aside`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsideKind {
    /// `< {% … %}`, `> {% … %}`, `< file.js`, `> file.js`, `{{ … }}`, `??`.
    Script,
    /// `>> file`: where another tool would write the answer.
    AnswerFile,
    /// `import file` or `run file`.
    Import,
}

/// Something in a block that could not be read. The text keeps it all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: Cow<'static, str>,
}

/// From one `###` to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// All of it, separator line included.
    pub span: Span,
    /// The `###` line without its line end; `None` for what precedes the first.
    pub separator: Option<Span>,
    /// The text after `###`; empty without one.
    pub title: Span,
    /// Directives before and among the headers.
    pub directives: Vec<Directive>,
    /// Variables defined here.
    pub definitions: Vec<Definition>,
    /// The request, when the block has one.
    pub request: Option<Box<RequestPlaces>>,
    /// Paths after `<>`, recorded answers, each with the number of its line.
    pub references: Vec<(Span, usize)>,
    /// Scripts and the like.
    pub asides: Vec<Aside>,
    /// Lines without a colon among the headers, each with its number.
    pub colonless: Vec<(Span, usize)>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

impl Block {
    /// Offset behind what belongs to its request; its end without one.
    pub(super) fn own_end(&self) -> usize {
        self.request.as_ref().map_or(self.span.end, |request| request.end)
    }
}

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
            let scanner = Scanner { block: std::mem::replace(&mut block, next), lines: &inside, at: 0 };
            found.push(scanner.scan());
            inside.clear();
        } else {
            block.span.end = line.next;
            inside.push(line);
        }
    }
    found.push(Scanner { block, lines: &inside, at: 0 }.scan());
    found
}

struct Scanner<'a> {
    block: Block,
    lines: &'a [Line<'a>],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn scan(mut self) -> Block {
        if let Some(mut request) = self.before_request() {
            self.continuations(&mut request);
            let more = self.headers(&mut request);
            if more {
                self.body(&mut request);
            }
            self.tail(&mut request);
            self.block.request = Some(Box::new(request));
        }
        self.block
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
            let after_angle = trimmed.strip_prefix('<').map(|rest| rest.trim_start_matches(WHITESPACE));
            if after_angle.is_some_and(|rest| rest.starts_with("{%")) {
                self.script(line, "%}");
            } else if opens_script(trimmed) {
                self.script(line, "}}");
            } else if after_angle.is_some() {
                self.aside(line, AsideKind::Script);
            } else if is_import(trimmed) {
                self.aside(line, AsideKind::Import);
            } else {
                return Some(request_line(line));
            }
        }
        None
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
            if trimmed.starts_with(['?', '&']) && !trimmed.starts_with("??") || indented && trimmed.starts_with('/') && !comment {
                // Comments between two lines of the address are taken only now that another line follows.
                for comment in self.lines.get(self.at..ahead).unwrap_or_default().to_vec() {
                    self.comment_or_definition(comment);
                }
                let mut part = line.trimmed();
                if let Some((before, last)) = line.text.trim_end_matches(WHITESPACE).rsplit_once(WHITESPACE)
                    && is_version(last)
                {
                    part.end = line.start + before.trim_end_matches(WHITESPACE).len();
                }
                request.continued.push((line.whole(), part));
                request.line_end = line.end;
                request.head_end = line.end;
                self.at = ahead + 1;
            } else if !comment {
                return;
            }
            ahead += 1;
        }
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
        while let Some(line) = self.next() {
            if tail_kind(line.text).is_some() {
                self.at -= 1;
                break;
            }
            match &mut span {
                Some(span) if !line.is_filling() => span.end = line.end,
                None if !line.text.trim_matches(WHITESPACE).is_empty() => {
                    let end = if line.is_filling() { line.start } else { line.end };
                    span = Some(Span::new(line.start, end));
                    request.body_number = line.number;
                }
                _ => {}
            }
        }
        request.body = span.filter(|span| !span.is_empty());
    }

    /// What follows the body: handlers, answer files, references.
    fn tail(&mut self, request: &mut RequestPlaces) {
        let last = request.body.map_or(request.head_end, |body| body.end);
        request.end = self.lines.get(self.lines.partition_point(|line| line.end < last)).map_or(last, |line| line.next);
        while let Some(line) = self.next() {
            let kind = tail_kind(line.text);
            let is_own = kind.is_some() || !line.is_filling();
            match kind {
                Some(Tail::Script) => self.script(line, "%}"),
                Some(Tail::OneLine) => self.aside(line, AsideKind::Script),
                Some(Tail::AnswerFile) => self.aside(line, AsideKind::AnswerFile),
                Some(Tail::Reference) => {
                    let whole = line.trimmed();
                    let path = line.text.trim_matches(WHITESPACE).trim_start_matches("<>").trim_start_matches(WHITESPACE);
                    self.block.references.push((Span::new(whole.end - path.len(), whole.end), line.number));
                }
                None => {}
            }
            if is_own {
                // A script has more lines than its first one.
                request.end = self.at.checked_sub(1).and_then(|last| self.lines.get(last)).map_or(line.next, |last| last.next);
            }
        }
    }
}

enum Tail {
    Script,
    OneLine,
    AnswerFile,
    Reference,
}

/// What ends a body: only shapes that no usual body has at the start of a line.
fn tail_kind(line: &str) -> Option<Tail> {
    let line = line.trim_end_matches(WHITESPACE);
    if line.starts_with("<> ") || line.starts_with("<>\t") {
        return Some(Tail::Reference);
    }
    if line.starts_with("?? ") {
        return Some(Tail::OneLine);
    }
    let rest = line.strip_prefix('>')?;
    if rest.starts_with('>') {
        let path = rest.trim_start_matches('>').trim_start_matches('!');
        return (path.starts_with([' ', '\t'])).then_some(Tail::AnswerFile);
    }
    let rest = rest.trim_start_matches(WHITESPACE);
    if rest.starts_with("{%") {
        return Some(Tail::Script);
    }
    [".js", ".mjs", ".ts", ".lua", ".py"].iter().any(|end| rest.ends_with(end)).then_some(Tail::OneLine)
}

/// `{{` alone, or `{{@request` and the like: a script of httpYac. `{{host}}/path` is an address.
fn opens_script(trimmed: &str) -> bool {
    trimmed.starts_with("{{") && !trimmed.contains("}}")
}

fn is_import(trimmed: &str) -> bool {
    matches!(trimmed.split_once(WHITESPACE), Some(("import" | "run", rest)) if !rest.contains("://") && !rest.contains("HTTP/"))
}

fn request_line(line: Line<'_>) -> RequestPlaces {
    let whole = line.trimmed();
    let text = line.text.trim_matches(WHITESPACE);
    let mut end = text.len();
    if let Some((before, last)) = text.rsplit_once(WHITESPACE)
        && is_version(last)
    {
        end = before.trim_end_matches(WHITESPACE).len();
    }
    let content = text.get(..end).unwrap_or_default();
    let split = content.find(WHITESPACE).filter(|at| {
        let (first, rest) = content.split_at(*at);
        let rest = rest.trim_start_matches(WHITESPACE);
        let word = first.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
        let variable = first.starts_with("{{") && first.ends_with("}}") && (rest.contains("://") || rest.starts_with(['/', '{']));
        word || variable
    });
    let at = |from: usize, to: usize| Span::new(whole.start + from, whole.start + to);
    let (method, url) = match split {
        Some(split) => {
            let url_at = end - content.get(split..).unwrap_or_default().trim_start_matches(WHITESPACE).len();
            (Some(at(0, split)), at(url_at, end))
        }
        None => (None, at(0, end)),
    };
    RequestPlaces {
        line: line.whole(),
        number: line.number,
        method,
        url,
        continued: Vec::new(),
        line_end: line.end,
        head_end: line.end,
        headers: Vec::new(),
        body: None,
        body_number: line.number,
        end: line.next,
    }
}

fn is_version(word: &str) -> bool {
    word.strip_prefix("HTTP/").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}
