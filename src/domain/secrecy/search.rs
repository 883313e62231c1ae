//! A search through a text: what was found, and what for.

use super::names::{self, Grade, Side};
use super::nested::Decoded;
use super::{logins, plain, shapes};
use crate::domain::placeholder;
use crate::domain::span::Span;

/// What is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aim {
    /// Values to mask.
    #[default]
    Mask,
    /// Those, and everything that may be a credential.
    Suspect,
}

/// Bytes that are, or may be, a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Their place.
    pub span: Span,
    /// How secret they are.
    pub grade: Grade,
    /// The place of the name that says so; empty where the value itself does.
    pub name: Span,
}

/// True for a weight (RFC 9110 section 12.4.2): `0.8`.
fn is_weight(value: &str) -> bool {
    value.len() <= 5 && value.starts_with(['0', '1']) && value.parse::<f32>().is_ok()
}

/// Levels of nesting that are searched: an address in a parameter in a string of JSON.
const DEEPEST: u8 = 3;

/// A search.
#[derive(Clone, Debug)]
pub struct Search {
    /// What was found so far.
    pub found: Vec<Found>,
    side: Side,
    aim: Aim,
    depth: u8,
    /// The search through a text of unknown kind inside another one.
    look_inside: fn(&str, &mut Self),
}

impl Search {
    /// A search through a text of this side, with the function that searches texts inside it.
    pub fn new(side: Side, aim: Aim, look_inside: fn(&str, &mut Self)) -> Self {
        Self { found: Vec::new(), side, aim, depth: 0, look_inside }
    }

    /// A search of the same kind with nothing found yet, for a part of the text.
    pub fn of(outer: &Self) -> Self {
        Self { found: Vec::new(), ..*outer }
    }

    /// The same for an address, which holds what is sent next, no matter which side names it.
    pub fn of_address(outer: &Self) -> Self {
        Self { found: Vec::new(), side: Side::Request, ..*outer }
    }

    /// Takes over what was found in the part of the text that begins at `start`.
    pub fn adopt(&mut self, inner: Self, start: usize) {
        let moved = inner.found.into_iter().map(|f| Found { span: f.span.shifted(start), name: f.name.shifted(start), ..f });
        self.found.extend(moved);
    }

    /// What a name says on this side.
    pub fn grade_of(&self, name: &str) -> Grade {
        names::of(name, self.side)
    }

    /// True when what may be a secret is asked for too.
    pub fn suspects(&self) -> bool {
        self.aim == Aim::Suspect
    }

    /// True for the text of something that is sent, and not for a value in it.
    pub fn is_sent(&self) -> bool {
        self.side == Side::Request && self.depth == 0
    }

    /// True for the text of something that is sent, and for a value in it.
    pub fn is_of_request(&self) -> bool {
        self.side == Side::Request
    }

    /// Finds the well-known tokens and keys of a text.
    pub fn shapes(&mut self, text: &str) {
        self.found.extend(shapes::find(text).into_iter().map(|span| Found { span, grade: Grade::Secret, name: Span::default() }));
    }

    /// Records a value under a name of this grade. Where the name does not decide, the shape of the value does.
    pub fn value(&mut self, text: &str, span: Span, grade: Grade, name: Span) {
        let is_empty = |value: &str| value.is_empty() || matches!(value, "\"\"" | "''");
        let Some(value) = span.cut(text).map(str::trim).filter(|value| !is_empty(value)) else { return };
        // `Authorization=Basic …` in a message: the credential follows.
        if name.cut(text).is_some_and(names::is_near_authorization) && shapes::is_scheme(value) {
            return;
        }
        let grade = match grade {
            Grade::Likely if !plain::is_plain(value) => Grade::Secret,
            Grade::Likely => Grade::Suspect,
            Grade::Suspect if shapes::is_random(value) => Grade::Secret,
            // `q` is a member of a private key, and a weight in `Accept`.
            Grade::Suspect if name.cut(text) == Some("q") && is_weight(value) => Grade::Open,
            Grade::Open if self.aim == Aim::Suspect && !shapes::is_uuid(value) && shapes::is_random(value) => Grade::Suspect,
            grade => grade,
        };
        let least = if self.aim == Aim::Mask { Grade::Secret } else { Grade::Suspect };
        if grade >= least && !is_placeholder(value) {
            self.found.push(Found { span, grade, name });
        }
        if grade < Grade::Secret {
            if let Some(password) = name.cut(text).and_then(|name| logins::password(name, value)) {
                let start = Span::of(text, value).unwrap_or_default().start;
                self.found.push(Found { span: password.shifted(start), grade: Grade::Secret, name });
            }
            self.inside(text, span);
        }
    }

    /// Searches inside a value: it may be an address, JSON, or hold pairs of its own.
    fn inside(&mut self, text: &str, span: Span) {
        let Some(value) = span.cut(text).filter(|_| self.depth < DEEPEST) else { return };
        // Whatever has a name for its parts has one of these, written out or escaped.
        let bytes = value.as_bytes();
        if memchr::memchr3(b'=', b':', b'\\', bytes)
            .or_else(|| memchr::memchr3(b'%', b' ', b'<', bytes))
            .or_else(|| memchr::memchr(b'&', bytes))
            .is_none()
        {
            return;
        }
        let decoded = if value.contains('\\') {
            Decoded::json(value)
        } else if value.contains("&lt;") {
            Decoded::xml(value)
        } else if value.contains('%') {
            Decoded::percent(value)
        } else {
            return self.nested(value, |found| found.shifted(span.start));
        };
        self.nested(&decoded.text, |found| decoded.source(found).shifted(span.start));
    }

    fn nested(&mut self, text: &str, back: impl Fn(Span) -> Span) {
        let mut inner = Self { found: Vec::new(), depth: self.depth + 1, ..*self };
        (self.look_inside)(text, &mut inner);
        self.found.extend(inner.found.into_iter().map(|f| Found { span: back(f.span), name: back(f.name), ..f }));
    }

    /// What was found, in order and none inside another.
    pub fn spans(self, text: &str) -> Vec<Span> {
        let mut spans = super::disjoint(self.found.into_iter().map(|found| found.span).collect());
        spans.retain(|span| span.cut(text).is_some_and(|value| !is_placeholder(value.trim())));
        spans
    }
}

/// True for what stands for a value. A credential before or behind a variable, into which it was pasted, is none.
fn is_placeholder(value: &str) -> bool {
    let is_credential = |(index, piece): (usize, &str)| {
        let rest = if index == 0 { piece } else { piece.split_once("}}").map_or("", |(_, rest)| rest) };
        shapes::is_credential(rest.trim())
    };
    placeholder::certain(value).is_some() && !(value.contains("{{") && value.split("{{").enumerate().any(is_credential))
}
