//! The parameters of a request as a table: those of its address, the fields of a form, the parts of a multipart body.
//!
//! They are read from the text of the editor, and a change of one is a change of its bytes: all others keep their spelling.

mod fields;
mod parts;
mod spelling;
#[cfg(test)]
mod tests;

use self::fields::Fields;
use self::parts::Parts;
use self::spelling::decoded;
use super::http_file::{BodyOrigin, files_named};
use super::multipart::boundary;
use crate::domain::request::{Request, RequestText};
use crate::domain::span::Span;

/// Where parameters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// In the address.
    Query,
    /// In a form (`application/x-www-form-urlencoded`).
    Form,
    /// In a multipart body.
    Parts,
}

impl Section {
    /// What its parameters are called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Query => "in the address",
            Self::Form => "in the form",
            Self::Parts => "in the multipart body",
        }
    }
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Name,
    Value,
}

impl Cell {
    /// The other column.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Name => Self::Value,
            Self::Value => Self::Name,
        }
    }
}

/// How a text is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    Decoded,
    AsWritten,
}

impl Spelling {
    /// The other way.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Decoded => Self::AsWritten,
            Self::AsWritten => Self::Decoded,
        }
    }
}

/// One parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameter {
    /// Decoded, but for `{{variables}}`.
    pub name: String,
    /// Empty without one. Of a part that names a file: `< path`.
    pub value: String,
    /// Name and value as written.
    pub written: (String, String),
    /// False without `=`.
    pub has_value: bool,
    /// Whether it is sent.
    pub is_on: bool,
    /// True for a part that is the content of a file.
    pub is_file: bool,
    /// Where it is in the text.
    pub place: Span,
    /// Where its value is in the text; that of a part with its whole lines.
    pub value_place: Span,
}

/// A change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Another name or value.
    Set(usize, Cell, &'a str, Spelling),
    /// Switched on or off.
    Switch(usize),
    /// A new one at the end, with name and value.
    Add(&'a str, &'a str, Spelling),
    Remove(usize),
    /// Two change places.
    Swap(usize, usize),
}

/// The parameters of a request.
#[derive(Clone, Debug)]
pub struct Parameters {
    text: RequestText,
    query: Fields,
    body: Body,
    origin: BodyOrigin,
}

#[derive(Clone, Debug)]
enum Body {
    Form(Fields),
    Parts(Parts),
    Other,
}

impl Parameters {
    /// Reads the text of a request.
    pub fn read(text: &str, origin: BodyOrigin) -> Self {
        let (request, text) = RequestText::parse(text);
        let query = Fields::query(text.url.cut(&text.text).unwrap_or_default());
        let body = Self::body(&request, &text, origin);
        Self { text, query, body, origin }
    }

    fn body(request: &Request, text: &RequestText, origin: BodyOrigin) -> Body {
        let content_type = request.headers.get("content-type").unwrap_or_default().trim();
        let body = text.body.cut(&text.text).unwrap_or_default();
        let is = |kind: &str| content_type.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind));
        let has_comments = origin.has_comments();
        if is("application/x-www-form-urlencoded") {
            return Body::Form(Fields::form(body, has_comments));
        }
        let parts = is("multipart/form-data").then(|| Parts::read(body, boundary(content_type), has_comments)).flatten();
        parts.map_or(Body::Other, Body::Parts)
    }

    /// Where the request has parameters, or may have.
    pub fn sections(&self) -> Vec<Section> {
        let has_address = self.text.url.cut(&self.text.text).is_some_and(|url| !url.trim().is_empty());
        let of_body = match self.body {
            Body::Form(_) => Some(Section::Form),
            Body::Parts(_) => Some(Section::Parts),
            Body::Other => None,
        };
        has_address.then_some(Section::Query).into_iter().chain(of_body).collect()
    }

    /// The parameters of a section, each with the number by which it is changed.
    pub fn rows(&self, section: Section) -> Vec<(usize, Parameter)> {
        match (section, &self.body) {
            (Section::Query, _) => of_fields(&self.query, self.text.url.start),
            (Section::Form, Body::Form(fields)) => of_fields(fields, self.text.body.start),
            (Section::Parts, Body::Parts(parts)) => of_parts(parts, self.text.body.start, self.origin),
            _ => Vec::new(),
        }
    }

    /// Why a parameter of a section cannot be switched off.
    pub fn why_always_on(section: Section, origin: BodyOrigin) -> Option<&'static str> {
        let is_of_body = section != Section::Query;
        (is_of_body && !origin.has_comments())
            .then_some("This body is sent byte for byte, and a comment in it would be sent too: remove it instead, and undo brings it back")
    }

    /// The text of the request after a change.
    pub fn with(&self, section: Section, change: Change) -> String {
        match (section, &self.body) {
            (Section::Query, _) => {
                let mut fields = self.query.clone();
                changed(&mut fields, change);
                self.replaced(self.text.url, &fields.write())
            }
            (Section::Form, Body::Form(fields)) => {
                let mut fields = fields.clone();
                changed(&mut fields, change);
                self.with_body(&fields.write())
            }
            (Section::Parts, Body::Parts(parts)) => {
                let mut parts = parts.clone();
                match change {
                    Change::Set(number, cell, wanted, _) => parts.set(number, cell, wanted),
                    Change::Switch(number) => parts.switch(number),
                    Change::Add(name, value, _) => parts.add(name, value, self.origin.names_files() && is_file(value)),
                    Change::Remove(number) => parts.remove(number),
                    Change::Swap(one, other) => parts.swap(one, other),
                }
                self.with_body(&parts.write())
            }
            _ => self.text.text.clone(),
        }
    }

    fn with_body(&self, body: &str) -> String {
        let text = &self.text.text;
        let has_body = self.text.body.start < text.len() || text.ends_with("\n\n");
        if has_body { self.replaced(self.text.body, body) } else { format!("{}\n\n{body}", text.trim_end_matches('\n')) }
    }

    fn replaced(&self, place: Span, new: &str) -> String {
        let mut text = self.text.text.clone();
        if place.cut(&text).is_some() {
            text.replace_range(place.range(), new);
        }
        text
    }
}

fn changed(fields: &mut Fields, change: Change) {
    match change {
        Change::Set(number, cell, wanted, spelling) => fields.set(number, cell, wanted, spelling),
        Change::Switch(number) => fields.switch(number),
        Change::Add(name, value, spelling) => fields.add(name, value, spelling),
        Change::Remove(number) => fields.remove(number),
        Change::Swap(one, other) => fields.swap(one, other),
    }
}

fn of_fields(fields: &Fields, start: usize) -> Vec<(usize, Parameter)> {
    let parameter = |item: &fields::Item| {
        let (name, value) = item.written();
        let place = Span::new(item.start, item.start + item.text.len()).shifted(start);
        Parameter {
            name: decoded(name),
            value: decoded(value.unwrap_or_default()),
            written: (name.to_string(), value.unwrap_or_default().to_string()),
            has_value: value.is_some(),
            is_on: item.is_on,
            is_file: false,
            place,
            value_place: Span::new(place.end - value.map_or(0, str::len), place.end),
        }
    };
    fields.rows().map(|(number, item)| (number, parameter(item))).collect()
}

fn of_parts(parts: &Parts, start: usize, origin: BodyOrigin) -> Vec<(usize, Parameter)> {
    let parameter = |part: &parts::Part| Parameter {
        name: part.name(),
        value: part.content().to_string(),
        written: (part.written_name().to_string(), part.content().to_string()),
        has_value: true,
        is_on: part.is_on,
        is_file: origin.names_files() && is_file(part.content()),
        place: part.place().shifted(start),
        value_place: part.lines_of_content().shifted(start),
    };
    parts.rows().map(|(number, part)| (number, parameter(part))).collect()
}

/// True for a content that is one line, which names a file.
fn is_file(content: &str) -> bool {
    !content.contains('\n') && files_named(content).next().is_some()
}
