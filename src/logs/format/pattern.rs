//! Lines of one shape: texts that are always the same, with values between them. The formats of nginx, Apache and Envoy are
//! compiled into it.

use super::role::Role;
use crate::logs::bytes::{closing_quote, find};
use crate::logs::line::Record;
use crate::logs::times::Times;

/// A compiled format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    steps: Vec<Step>,
    has_path: bool,
}

/// A value and the text after it. The first step of a pattern can be a text alone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    role: Option<Role>,
    /// The value is between quotes.
    is_quoted: bool,
    /// What follows; empty: the value goes to the end of the line.
    then: Box<[u8]>,
}

/// Why a format cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// It has no status, so no request can be seen to be refused.
    NoStatus,
    /// A variable or directive never ends.
    Unfinished(String),
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FormatError::NoStatus => f.write_str("the format has no status of the answer"),
            FormatError::Unfinished(text) => write!(f, "the format breaks off in {text}"),
        }
    }
}

impl std::error::Error for FormatError {}

/// What came out of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The line has the whole pattern, or more.
    Whole,
    /// The line ends early or goes on differently, but has a request and its status.
    Partly,
    No,
}

impl Pattern {
    /// Reads a line.
    pub fn read<'l>(&self, line: &'l [u8], record: &mut Record<'l>, times: &mut Times) -> Fit {
        let mut rest = line;
        let mut has_status = false;
        for step in &self.steps {
            let next = match step.role {
                None => rest.strip_prefix(&*step.then),
                Some(role) => step.split(role, rest).and_then(|(value, next)| {
                    has_status |= role == Role::Status;
                    role.put(value, record, times).then_some(next)
                }),
            };
            match next {
                Some(next) => rest = next,
                None if has_status && record.status != 0 && (!self.has_path || !record.path.is_empty()) => return Fit::Partly,
                None => return Fit::No,
            }
        }
        Fit::Whole
    }
}

impl Step {
    /// The value at the start of a text, and the text behind it and what follows it.
    fn split<'l>(&self, role: Role, text: &'l [u8]) -> Option<(&'l [u8], &'l [u8])> {
        let Some(&first) = self.then.first() else { return Some((text, &[])) };
        let mut from = 0;
        loop {
            let at = if self.is_quoted { closing_quote(text, from)? } else { from + find(first, text.get(from..)?)? };
            let rest = text.get(at..)?;
            let is_inside_list = role == Role::OtherList && text.get(..at)?.ends_with(b",");
            if starts_with(rest, &self.then) && !is_inside_list {
                return Some((text.get(..at)?, rest.get(self.then.len()..)?));
            }
            from = at + 1;
        }
    }
}

/// `[u8]::starts_with` for the few bytes of a separator, without a call.
#[inline(always)]
fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.len() >= start.len() && text.iter().zip(start).all(|(a, b)| a == b)
}

/// Builds a pattern from left to right.
#[derive(Debug, Default)]
pub struct Builder {
    steps: Vec<Step>,
    text: Vec<u8>,
}

impl Builder {
    /// A text that is always the same.
    pub fn text(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// A value.
    pub fn value(&mut self, role: Role) {
        let is_quoted = self.text.ends_with(b"\"");
        if !self.close() {
            // Nothing is between two values, so that they are one: a path with its query, or a host with its path.
            if let Some(role_before) = self.steps.last_mut().and_then(|step| step.role.as_mut()) {
                *role_before = match (*role_before, role) {
                    (Role::Path, _) => Role::Path,
                    (_, Role::Path) => Role::HostAndPath,
                    (Role::HostAndPath, _) => Role::HostAndPath,
                    (Role::OtherList, _) => Role::OtherList,
                    _ => Role::Other,
                };
                return;
            }
        }
        self.steps.push(Step { role: Some(role), is_quoted, then: Box::default() });
    }

    /// Puts the text so far behind the last value; false if there is none.
    fn close(&mut self) -> bool {
        if self.text.is_empty() {
            return false;
        }
        let then = std::mem::take(&mut self.text).into_boxed_slice();
        match self.steps.last_mut() {
            Some(step) => {
                step.is_quoted &= then.first() == Some(&b'"');
                step.then = then;
            }
            None => self.steps.push(Step { role: None, is_quoted: false, then }),
        }
        true
    }

    /// The pattern.
    ///
    /// # Errors
    /// If it has no status.
    pub fn finish(mut self) -> Result<Pattern, FormatError> {
        self.text.truncate(self.text.trim_ascii_end().len());
        self.close();
        let has = |roles: &[Role]| self.steps.iter().any(|step| step.role.is_some_and(|role| roles.contains(&role)));
        if !has(&[Role::Status]) {
            return Err(FormatError::NoStatus);
        }
        let has_path = has(&[Role::Path, Role::HostAndPath, Role::Request]);
        Ok(Pattern { steps: self.steps, has_path })
    }
}
