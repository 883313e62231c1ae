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

impl ConfigFinding {
    /// A finding at a directive.
    pub fn at(directive: &Directive, id: &'static str, message: impl Into<String>, write: impl Into<String>) -> Self {
        Self { id, source: directive.source.clone(), line: directive.line, message: message.into(), write: write.into() }
    }
}
