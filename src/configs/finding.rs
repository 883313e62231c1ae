//! What a line of a configuration does to a request.

use super::directive::Directive;

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFinding {
    /// The cause that it explains: the name of a check.
    pub id: &'static str,
    /// The file.
    pub source: String,
    /// Its line, from 1.
    pub line: usize,
    /// One sentence.
    pub message: String,
    /// The line to write instead, or to add; empty where the line is to go.
    pub write: String,
}

/// Where a directive or a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'p> {
    pub source: &'p str,
    pub line: usize,
}

impl<'p> From<&'p Directive> for Place<'p> {
    fn from(directive: &'p Directive) -> Self {
        Self { source: &directive.source, line: directive.line }
    }
}

impl ConfigFinding {
    /// A finding at a directive, or at a line.
    pub fn at<'p>(place: impl Into<Place<'p>>, id: &'static str, message: impl Into<String>, write: impl Into<String>) -> Self {
        let place = place.into();
        Self { id, source: place.source.into(), line: place.line, message: message.into(), write: write.into() }
    }
}
