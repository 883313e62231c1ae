//! The text of a file from the requests that it is to hold.
//!
//! Whoever edits requests keeps them in a list of his own and never edits the document: saving composes the new text from the
//! document that was read and from that list. Every request says where it came from, so none can take another one's place.

use std::collections::{HashMap, HashSet};

use super::Document;
use super::body::files_named;
use super::places::Block;
use super::resolve::BodyOrigin;
use super::write::{essence, line_after, no_such_request, one_line, own_start, separator};
use crate::domain::request::{Request, RequestText};
use crate::domain::span::Span;
use crate::formats::FormatError;

/// Why a text with a NUL is not written: as a file it would be refused when it is opened.
fn nul(request: Option<&Request>) -> FormatError {
    let before = request.and_then(|request| request.body.split_once('\0')).map(|(before, _)| before.trim_start_matches('\n'));
    match before.map(|before| before.matches('\n').count() + 1) {
        Some(line) => FormatError::without_place(format!("an .http file cannot hold the NUL byte in line {line} of the body"))
            .with_help("remove it, or keep the body in a file of its own and name that with `< path`"),
        None => FormatError::without_place("an .http file cannot hold the NUL byte in it").with_help("remove it"),
    }
}

/// Why a text of another format is not written: the file would send something else.
fn file_line(line: usize) -> FormatError {
    FormatError::without_place(format!("in an .http file, line {line} of the body names a file, whose text would be sent instead"))
        .with_help("keep the body in a file of its own and name that with `< path`, or begin the line with something other than `< `")
}

/// Where the text of a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The request at this index of the document.
    Saved(usize),
    /// A copy of that one, with its comments and scripts.
    CopyOf(usize),
    /// It was never in the document.
    #[default]
    New,
}

impl Source {
    /// The request of the document that it is, or that it is a copy of.
    pub const fn place(self) -> Option<usize> {
        match self {
            Self::Saved(place) | Self::CopyOf(place) => Some(place),
            Self::New => None,
        }
    }
}

/// One request of the new text.
#[derive(Clone, Debug, Default)]
pub struct Part<'a> {
    /// Where its text comes from. Parts with [`Source::Saved`] have to come in the order of the document.
    pub source: Source,
    /// The text of its block as [`Document::block_alone`] gave it, for one that is new here and was not always.
    pub block: Option<&'a str>,
    /// Its name; `None` to leave it.
    pub name: Option<&'a str>,
    /// The request with its variables as written; `None` to leave it.
    pub request: Option<&'a Request>,
    /// What its body was written for. That of another format cannot be held where a line of it would name a file.
    pub body_origin: BodyOrigin,
    /// It goes out over HTTP/1.1 alone; false leaves what is written.
    pub is_http1: bool,
    /// Directives with all their values; those that are not listed stay as they are.
    pub directives: Vec<(&'a str, &'a [String])>,
}

/// A composed text.
#[derive(Clone, Debug, Default)]
pub struct Composed {
    /// The new text.
    pub document: Document,
    /// The index of each part in it; `None` for a part that was left out.
    pub places: Vec<Option<usize>>,
    /// The parts that the format cannot hold. One that was saved before stays as it was saved, any other is left out.
    pub refused: Vec<(usize, FormatError)>,
}

impl Document {
    /// The document that holds these requests and no others. Bytes that belong to none of them stay: comments, variables,
    /// blocks without a request.
    ///
    /// # Errors
    /// When the text reads back as something else. Nothing is to be written then.
    pub fn compose(&self, parts: &[Part]) -> Result<Composed, FormatError> {
        let mut names = Names::of(self);
        let mut composed = Composed::default();
        let kept: HashSet<usize> = parts.iter().filter_map(|p| self.saved_block(p)).collect();
        let mut text =
            Text { document: self, kept: &kept, written: String::with_capacity(self.text.len()), block: 0, new: Vec::new(), is_cut: false };
        let mut count = 0;
        for (index, part) in parts.iter().enumerate() {
            let own = self.part(part, &mut names).or_else(|error| {
                composed.refused.push((index, error));
                // What was saved before stays as it was.
                self.saved_block(part).and_then(|i| self.blocks.get(i)).map(|block| self.cut(block.span).to_string()).ok_or(())
            });
            composed.places.push(own.is_ok().then_some(count));
            count += usize::from(own.is_ok());
            match (own, self.saved_block(part)) {
                (Ok(own), Some(block)) => text.saved(block, &own),
                (Ok(own), None) => text.new.push(own),
                (Err(()), _) => {}
            }
        }
        composed.document = self.with_text(&text.finish());
        self.verify(parts, &composed, count)?;
        Ok(composed)
    }

    /// Whether the format can hold a request.
    ///
    /// # Errors
    /// Says what it cannot hold.
    pub fn can_hold(&self, part: &Part) -> Result<(), FormatError> {
        self.part(part, &mut Names::of(self)).map(|_| ())
    }

    fn saved_block(&self, part: &Part) -> Option<usize> {
        match part.source {
            Source::Saved(index) => self.requests.get(index).copied(),
            Source::CopyOf(_) | Source::New => None,
        }
    }

    /// The text of one part: a block by itself.
    fn part(&self, part: &Part, names: &mut Names) -> Result<String, FormatError> {
        if let Some(text) = self.unchanged(part) {
            return Ok(text.to_string());
        }
        if part.request.is_some_and(|request| request.url.trim().is_empty()) {
            return Err(FormatError::without_place("it has no address yet"));
        }
        if let Some(request) = part.request.filter(|_| !part.body_origin.names_files())
            && let Some((line, _)) = files_named(&request.body).next()
        {
            return Err(file_line(line));
        }
        let name = part.name.map(one_line).transpose()?;
        let mut own = match part.source {
            Source::Saved(index) => self.with_text(self.cut(self.block(index).ok_or_else(no_such_request)?.span)),
            Source::CopyOf(index) => self.copy(index, name.unwrap_or_default(), names)?,
            Source::New if let Some(block) = part.block => self.with_text(block),
            Source::New => self.new_block(name.unwrap_or_default(), part.request.ok_or_else(no_such_request)?)?,
        };
        if let Some(request) = part.request {
            own = own.with_request(0, request)?;
        }
        // Behind the request: a version goes with the lines of an address that is replaced.
        if part.is_http1 {
            own = own.with_http1(0)?;
        }
        if let Some(name) = name.filter(|name| *name != own.name(0)) {
            own = own.rename(0, name)?;
        }
        for (name, values) in &part.directives {
            own = own.set_directive(0, name, values)?;
        }
        if own.text.contains('\0') {
            return Err(nul(part.request));
        }
        Ok(own.text)
    }

    /// The text of a part that is as the document has it: most are, and a block that is read again takes time.
    fn unchanged(&self, part: &Part) -> Option<&str> {
        let Source::Saved(index) = part.source else { return None };
        let has_change = part.name.is_some() || part.request.is_some() || part.is_http1 || !part.directives.is_empty();
        let text = self.cut(self.block(index).filter(|_| !has_change)?.span);
        // Such a one is refused below.
        memchr::memchr(0, text.as_bytes()).is_none().then_some(text)
    }

    fn new_block(&self, name: &str, request: &Request) -> Result<Self, FormatError> {
        let eol = self.line_end;
        let text = RequestText::render(request).text;
        let text = self.with_line_ends(text.trim_end_matches('\n'));
        let block = self.with_text(&format!("{}{eol}{text}{eol}", separator(name)));
        block.holds(0, request, 1)?;
        Ok(block)
    }

    /// A copy of a request with its comments and scripts.
    fn copy(&self, index: usize, name: &str, names: &mut Names) -> Result<Self, FormatError> {
        let copy = self.alone(index, name)?;
        // Two requests of one `@name` would hide each other from those that refer to it.
        match copy.directives(0).iter().find(|(n, _)| *n == "name").map(|(_, value)| names.fresh(value)) {
            Some(fresh) => copy.set_directive(0, "name", &[fresh]),
            None => Ok(copy),
        }
    }

    /// The text of a request with its comments and scripts, to be put into the document again after it was deleted there.
    pub fn block_alone(&self, index: usize) -> Option<String> {
        let title = self.cut(self.block(index)?.title);
        self.text_alone(index, title, None).ok()
    }

    /// The same without the body, which may be long.
    pub fn block_without_body(&self, index: usize) -> Option<String> {
        let block = self.block(index)?;
        let body = block.request.as_ref().and_then(|places| Some(Span::new(places.head_end, places.body?.end)));
        self.text_alone(index, self.cut(block.title), body).ok()
    }

    /// A request with its comments and scripts in a block of its own.
    fn alone(&self, index: usize, name: &str) -> Result<Self, FormatError> {
        self.text_alone(index, name, None).map(|text| self.with_text(&text))
    }

    /// The text of such a block, without a part of it. Variables that the block of the request defines are not defined twice.
    fn text_alone(&self, index: usize, name: &str, without: Option<Span>) -> Result<String, FormatError> {
        let block = self.block(index).ok_or_else(no_such_request)?;
        let line = block.request.as_ref().map_or(block.span.end, |r| r.line.start);
        if !block.definitions.iter().any(|definition| (line..block.own_end()).contains(&definition.line.start)) {
            return Ok(self.without_definitions(block, name, line, without));
        }
        // The same ones that stay when the request goes, also those between its headers.
        let copy = self.without_definitions(block, name, block.own_end(), None);
        let is_same = self.with_text(&copy).raw_request(0).as_ref().map(essence) == self.raw_request(index).as_ref().map(essence);
        // A line of an address may follow one of them and would belong to the line before it.
        Ok(self.without_definitions(block, name, if is_same { block.own_end() } else { line }, without))
    }

    /// A block by itself without the variables that it defines before some place, and without another part.
    fn without_definitions(&self, block: &Block, name: &str, before: usize, without: Option<Span>) -> String {
        let eol = self.line_end;
        let mut at = match block.separator {
            Some(line) => line_after(&self.text, line.end),
            None => own_start(block),
        };
        let mut copy = format!("{}{eol}", separator(name));
        let own = at..before;
        let definitions = block.definitions.iter().map(|definition| definition.line).filter(|line| own.contains(&line.start));
        let mut left_out: Vec<Span> = definitions.chain(without).collect();
        left_out.sort();
        for span in left_out {
            copy.push_str(self.text.get(at..span.start).unwrap_or_default());
            at = at.max(span.end);
        }
        copy.push_str(self.text.get(at..block.own_end()).unwrap_or_default().trim_end_matches(['\r', '\n']));
        copy.push_str(eol);
        copy
    }

    /// What stays of a block when its request goes: the variables that it defines, because other requests may use them, and the
    /// comments behind it, which may be about anything.
    fn without_request(&self, block: &Block) -> String {
        let mut left = String::new();
        let mut at = block.span.start;
        match block.separator {
            None => {
                at = own_start(block);
                left.push_str(self.text.get(block.span.start..at).unwrap_or_default());
            }
            Some(_) if block.definitions.is_empty() => {}
            Some(line) => {
                let marks = self.cut(line).len() - self.cut(line).trim_start_matches('#').len();
                let after = line_after(&self.text, line.end);
                left.push_str(self.text.get(line.start..line.start + marks).unwrap_or_default());
                left.push_str(self.text.get(line.end..after).unwrap_or_default());
            }
        }
        for definition in block.definitions.iter().filter(|d| (at..block.own_end()).contains(&d.line.start)) {
            left.push_str(self.cut(definition.line));
        }
        let behind = self.text.get(block.own_end()..block.span.end).unwrap_or_default();
        if !behind.trim().is_empty() {
            let is_first = block.separator.is_none() && left.trim_start_matches('\u{feff}').is_empty();
            // Without a blank line before it, a comment may be read as part of the text before it.
            if !is_first && !behind.starts_with(['\r', '\n']) {
                left.push_str(self.line_end);
            }
            left.push_str(behind.trim_start_matches(|c| is_first && matches!(c, '\r' | '\n')));
        }
        left
    }

    /// Checks that the whole reads back as intended.
    fn verify(&self, parts: &[Part], composed: &Composed, count: usize) -> Result<(), FormatError> {
        let document = &composed.document;
        let wrong = || FormatError::without_place("the requests cannot be kept apart in one .http file");
        if document.len() != count {
            return Err(wrong());
        }
        let refused: HashSet<usize> = composed.refused.iter().map(|(index, _)| *index).collect();
        for (index, (part, place)) in parts.iter().zip(&composed.places).enumerate() {
            let Some(place) = place else { continue };
            let request = part.request.filter(|_| !refused.contains(&index));
            let before = match part.source {
                Source::Saved(index) if request.is_none() => {
                    // Of nearly all parts not a byte has changed.
                    if self.reads_as(index, document, *place) {
                        continue;
                    }
                    self.raw_request(index)
                }
                Source::Saved(_) | Source::CopyOf(_) | Source::New => None,
            };
            let wanted = request.or(before.as_ref()).map(essence);
            if wanted.is_some() && wanted != document.raw_request(*place).as_ref().map(essence) {
                return Err(wrong());
            }
        }
        Ok(())
    }
}

impl Document {
    /// True when a request consists of the same bytes as one of another document.
    fn reads_as<'a>(&'a self, index: usize, other: &'a Self, of_other: usize) -> bool {
        let places = |block: &'a Block| block.request.as_ref();
        let (Some(own), Some(others)) = (self.block(index).and_then(places), other.block(of_other).and_then(places)) else { return false };
        let is_same = |a: Span, b: Span| self.cut(a) == other.cut(b);
        let is_same_part = |a: Option<Span>, b: Option<Span>| match (a, b) {
            (Some(a), Some(b)) => is_same(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let headers = || own.headers.iter().zip(&others.headers);
        let continued = || own.continued.iter().zip(&others.continued);
        own.headers.len() == others.headers.len()
            && own.continued.len() == others.continued.len()
            && own.off.len() == others.off.len()
            && is_same(own.url, others.url)
            && is_same_part(own.method, others.method)
            && is_same_part(own.body, others.body)
            && continued().all(|(a, b)| is_same(a.1, b.1))
            && own.off.iter().zip(&others.off).all(|(a, b)| is_same(a.1, b.1))
            && headers().all(|(a, b)| is_same(a.name, b.name) && is_same(a.value, b.value))
    }
}

/// The values of `@name` that are taken.
struct Names(HashMap<String, usize>);

impl Names {
    fn of(document: &Document) -> Self {
        let directives = document.blocks.iter().flat_map(|b| &b.directives).filter(|d| document.cut(d.name) == "name");
        Self(directives.map(|d| (document.cut(d.value).to_string(), 1)).collect())
    }

    /// A name like this one that is not taken yet.
    fn fresh(&mut self, like: &str) -> String {
        let base = format!("{like}Copy");
        let mut count = self.0.get(&base).copied().unwrap_or(0);
        let mut name = base.clone();
        while self.0.contains_key(&name) {
            count += 1;
            name = format!("{base}{count}");
        }
        self.0.insert(base, count.max(1));
        self.0.insert(name.clone(), 1);
        name
    }
}

/// The new text while it grows.
struct Text<'a> {
    document: &'a Document,
    /// Blocks whose request stays.
    kept: &'a HashSet<usize>,
    written: String,
    /// The first block that was not looked at yet.
    block: usize,
    /// New requests, which come before the next saved one.
    new: Vec<String>,
    /// What stood before the next block went with its request: without a `###` the next one may be read as part of another.
    is_cut: bool,
}

impl Text<'_> {
    /// Writes the blocks up to one that stays, then new requests, then that one.
    fn saved(&mut self, block: usize, text: &str) {
        self.up_to(block);
        self.block = block + 1;
        let is_cut = std::mem::replace(&mut self.is_cut, false);
        if self.new.is_empty() {
            if is_cut && !text.starts_with("###") {
                self.written.push_str("###");
                self.written.push_str(self.document.line_end);
            }
            self.written.push_str(text);
            return;
        }
        let eol = self.document.line_end;
        // In a block without `###` the variables of the file come first.
        let alone = self.document.with_text(text);
        let own = alone.blocks.first().filter(|_| !text.starts_with("###")).map_or(0, own_start);
        let (before, own) = text.split_at_checked(own).unwrap_or((text, ""));
        self.written.push_str(before);
        self.write_new();
        self.written.push_str(eol);
        if !own.starts_with("###") {
            self.written.push_str("###");
            self.written.push_str(eol);
        }
        self.written.push_str(own);
    }

    fn up_to(&mut self, end: usize) {
        let document = self.document;
        for index in self.block..end {
            let Some(block) = document.blocks.get(index) else { continue };
            if block.request.is_none() || self.kept.contains(&index) {
                self.written.push_str(document.cut(block.span));
                self.is_cut = false;
            } else {
                let left = document.without_request(block);
                // What is left of a block without `###` would be read as part of the request before it.
                let is_first = self.written.trim_start_matches('\u{feff}').is_empty();
                if !is_first && block.separator.is_none() && !left.trim().is_empty() {
                    self.written.push_str("###");
                    self.written.push_str(document.line_end);
                }
                self.written.push_str(&left);
                self.is_cut = true;
            }
        }
    }

    fn write_new(&mut self) {
        let eol = self.document.line_end;
        for block in std::mem::take(&mut self.new) {
            let text = self.written.trim_start_matches('\u{feff}');
            if !(text.is_empty() || text.ends_with("\n\n") || text.ends_with("\n\r\n")) {
                if !text.ends_with('\n') {
                    self.written.push_str(eol);
                }
                self.written.push_str(eol);
            }
            self.written.push_str(&block);
        }
    }

    fn finish(mut self) -> String {
        self.up_to(self.document.blocks.len());
        self.write_new();
        self.written
    }
}
