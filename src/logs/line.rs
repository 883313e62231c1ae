//! What a line of a log says.

use std::borrow::Cow;

/// A part of a line: borrowed from it, owned only where an escape had to be resolved. Empty where the line says nothing.
/// The bytes are as they came, so they can be invalid UTF-8 or control characters.
pub type Field<'l> = Cow<'l, [u8]>;

/// A field that the line does not have.
pub const ABSENT: Field<'static> = Cow::Borrowed(b"");

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub enum Line<'l> {
    /// A request and its answer.
    Record(Record<'l>),
    /// What a server or a framework says about a refusal.
    Event(Event<'l>),
    /// A comment, an empty line, or a line of a known form that is about something else.
    Skipped,
    /// A line that is not of the format.
    Unparsed(&'l [u8]),
}

/// A request as an access log has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record<'l> {
    /// Seconds since 1970.
    pub at: Option<i64>,
    /// The address of the client, without a port.
    pub client: Field<'l>,
    pub method: Field<'l>,
    /// The target as it was sent: with its query, and with scheme and host where the client sent those.
    pub path: Field<'l>,
    /// 0 where there was no answer.
    pub status: u16,
    /// Bytes of the answer.
    pub bytes: Option<u64>,
    pub agent: Field<'l>,
    pub user: Field<'l>,
    /// A text that may say why the request was refused.
    pub reason: Field<'l>,
}

/// A line of an error log or of an application's log that names a cause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event<'l> {
    /// Seconds since 1970; a line without a time has the time of the line before.
    pub at: Option<i64>,
    /// The address of the client, without a port.
    pub client: Field<'l>,
    pub method: Field<'l>,
    pub path: Field<'l>,
    /// The text with the cause.
    pub reason: Field<'l>,
    /// The line belongs to the entry of the event before, and names its cause better.
    pub is_more: bool,
}

impl<'l> Line<'l> {
    /// The record, if the line is one.
    pub fn record(self) -> Option<Record<'l>> {
        match self {
            Line::Record(record) => Some(record),
            _ => None,
        }
    }

    /// The event, if the line is one.
    pub fn event(self) -> Option<Event<'l>> {
        match self {
            Line::Event(event) => Some(event),
            _ => None,
        }
    }
}

/// A status that refuses for reasons of authentication, permission or rate. 419 is what Laravel answers to a missing CSRF token.
pub fn is_denied(status: u16) -> bool {
    matches!(status, 401 | 403 | 407 | 419 | 429)
}

/// A status that shows that the client got what it asked for.
pub fn is_success(status: u16) -> bool {
    matches!(status, 200..=299 | 304)
}
