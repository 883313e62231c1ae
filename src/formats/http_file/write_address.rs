//! Changes of an address that leave its other lines as they are written, and parameters that are switched off.

use super::Document;
use super::align::{Step, align};
use super::patch::{Patch, line_text_end, with_line_end_before};
use super::places::RequestPlaces;
use crate::domain::request::{Request, RequestText, pictured};
use crate::domain::span::Span;
use crate::domain::switched_off;

/// A line of an address.
struct Row {
    whole: Span,
    /// What counts of it; of a comment all but the blanks around it.
    content: Span,
    is_on: bool,
}

/// A parameter with the sign before it; what precedes the first one is one too.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    is_on: bool,
}

impl Token<'_> {
    /// The first parameter has another sign before it than the others.
    fn is_same(self, other: Self) -> bool {
        let has_sign = |token: Self| token.text.starts_with(['?', '&']);
        let is_same = has_sign(self) && has_sign(other) && self.text.get(1..) == other.text.get(1..);
        self.is_on == other.is_on && (self.text == other.text || is_same)
    }
}

impl Document {
    /// The document with the address of a request in the place of the one that is there.
    pub(super) fn with_address(&self, places: &RequestPlaces, old: &Request, request: &Request) -> Option<Self> {
        let is_off_as_before = request.off == old.off.moved(&old.url, &request.url);
        let within_line = is_off_as_before.then(|| self.with_part_of_address(places, &request.url)).flatten();
        within_line.or_else(|| self.with_lines_of_address(places, request))
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

    /// An address of several lines, or with parameters that are switched off, changed in any of them: parameters that stay keep their
    /// lines as they are written, a new one goes behind the one before it, and a line of which nothing stays goes.
    fn with_lines_of_address(&self, places: &RequestPlaces, request: &Request) -> Option<Self> {
        let rows = rows(places);
        if rows.len() < 2 && request.off.is_empty() || pictured(&request.url) != request.url {
            return None;
        }
        let old: Vec<(usize, Token)> =
            rows.iter().enumerate().flat_map(|(number, row)| self.tokens_of(row).into_iter().map(move |token| (number, token))).collect();
        let new = tokens(request);
        let mut kept: Vec<Vec<Token>> = vec![Vec::new(); rows.len()];
        let same = |o: usize, n: usize| old.get(o).zip(new.get(n)).is_some_and(|((_, old), new)| old.is_same(*new));
        let (mut here, mut next) = (0, new.iter());
        for step in align(old.len(), new.len(), same) {
            match step {
                Step::Remove(_) => continue,
                Step::Keep(o) | Step::Change(o, _) => here = old.get(o)?.0,
                Step::Add(_) => {}
            }
            kept.get_mut(here)?.push(*next.next()?);
        }
        self.with_rows(&rows, &kept)
    }

    /// The document with other parameters in the lines of an address.
    fn with_rows(&self, rows: &[Row], kept: &[Vec<Token>]) -> Option<Self> {
        let mut patch = Patch::default();
        // A version behind the address goes on to be at its end.
        let mut version = String::new();
        let mut written: Vec<(usize, Vec<(bool, String)>)> = Vec::new();
        for (number, (row, tokens)) in rows.iter().zip(kept).enumerate() {
            if *tokens == self.tokens_of(row) {
                continue;
            }
            let lines = lines_of(tokens);
            let behind = self.behind(row);
            if row.is_on && !behind.is_empty() && !matches!(lines.as_slice(), [(true, _)]) {
                version = behind.to_string();
            }
            written.push((number, lines));
        }
        if !version.is_empty() {
            let last = kept.iter().rposition(|tokens| tokens.iter().any(|token| token.is_on))?;
            match written.iter_mut().find(|(number, _)| *number == last) {
                Some((_, lines)) => lines.iter_mut().rev().find(|(is_on, _)| *is_on)?.1.push_str(&version),
                None if self.behind(rows.get(last)?).is_empty() => patch.insert(rows.get(last)?.content.end, version.as_str()),
                None => {}
            }
        }
        for (number, lines) in written {
            let row = rows.get(number)?;
            let end = line_text_end(&self.text, row.whole);
            let is_whole_line = !version.is_empty() || !row.is_on && lines.len() > 1;
            let mut lines = lines.into_iter();
            match lines.next() {
                Some((false, _)) | None if number == 0 => return None,
                None => patch.replace(with_line_end_before(&self.text, row.whole), ""),
                Some((_, first)) => patch.replace(Span::new(row.content.start, if is_whole_line { end } else { row.content.end }), first),
            }
            let indent = if number == 0 { "    " } else { self.cut(Span::new(row.whole.start, row.content.start)) };
            for (_, line) in lines {
                patch.insert(end, format!("{}{indent}{line}", self.line_end));
            }
        }
        Some(patch.apply(self))
    }

    /// What is behind the part of a line that counts: a version of HTTP.
    fn behind(&self, row: &Row) -> &str {
        self.cut(Span::new(row.content.end, line_text_end(&self.text, row.whole))).trim_end()
    }

    fn tokens_of(&self, row: &Row) -> Vec<Token<'_>> {
        let content = self.cut(row.content);
        if row.is_on {
            return parameters(content).into_iter().filter_map(|span| Some(Token { text: span.cut(content)?, is_on: true })).collect();
        }
        switched_off::parameter(content).map(|text| Token { text, is_on: false }).into_iter().collect()
    }

    /// The version of HTTP after the last line of an address of several lines, which go when the address changes.
    pub(super) fn version_of_continued(&self, places: &RequestPlaces) -> String {
        let behind = |(line, part): &(Span, Span)| self.cut(Span::new(part.end, line_text_end(&self.text, *line))).trim().to_string();
        let is_first = !behind(&(places.line, places.url)).is_empty();
        match places.continued.last().map(behind).unwrap_or_default() {
            version if version.is_empty() || is_first => String::new(),
            version => format!(" {version}"),
        }
    }
}

fn rows(places: &RequestPlaces) -> Vec<Row> {
    let on = places.continued.iter().map(|(whole, content)| Row { whole: *whole, content: *content, is_on: true });
    let off = places.off.iter().map(|(whole, content)| Row { whole: *whole, content: *content, is_on: false });
    let mut rows: Vec<Row> = std::iter::once(Row { whole: places.line, content: places.url, is_on: true }).chain(on).chain(off).collect();
    rows.sort_by_key(|row| row.whole.start);
    rows
}

/// The parameters of a request in order, those that are switched off among them.
fn tokens(request: &Request) -> Vec<Token<'_>> {
    let mut off = request.off.within(&request.url).peekable();
    let mut tokens = Vec::new();
    for span in parameters(&request.url) {
        while let Some((_, text)) = off.next_if(|(at, _)| *at <= span.start) {
            tokens.push(Token { text, is_on: false });
        }
        tokens.extend(span.cut(&request.url).map(|text| Token { text, is_on: true }));
    }
    tokens.extend(off.map(|(_, text)| Token { text, is_on: false }));
    tokens
}

/// The lines that parameters take: those that are sent go together, each other one is a comment.
fn lines_of(tokens: &[Token]) -> Vec<(bool, String)> {
    let lines = tokens.chunk_by(|a, b| a.is_on && b.is_on).filter_map(|line| Some((line.first()?.is_on, line)));
    let text = |line: &[Token]| line.iter().map(|token| token.text).collect::<String>();
    lines.map(|(is_on, line)| (is_on, if is_on { text(line) } else { format!("# {}", pictured(&text(line))) })).collect()
}

/// The first line of an address, and the others with the line ends before them.
pub(super) fn address_lines(request: &Request) -> (String, String) {
    let address = Request { method: "GET".into(), url: request.url.clone(), off: request.off.clone(), ..Request::default() };
    let text = RequestText::render(&address);
    let lines = text.url.cut(&text.text).unwrap_or_default();
    let (first, more) = lines.split_at(lines.find('\n').unwrap_or(lines.len()));
    (first.to_string(), more.to_string())
}

/// The parameters of a part of an address, each with the sign before it; what precedes the first one is a part too.
fn parameters(text: &str) -> Vec<Span> {
    let mut starts: Vec<usize> = text.match_indices(['?', '&']).map(|(at, _)| at).filter(|at| *at > 0).collect();
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| Span::new(start, end)).filter(|part| !part.is_empty()).collect()
}
