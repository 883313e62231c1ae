//! What a value of a line is.

use crate::logs::bytes::{field, find, is_private, number, request_line, split, status, without_port};
use crate::logs::line::Record;
use crate::logs::times::Times;

/// The meaning of a value in an access log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nothing that is used here.
    Other,
    /// A value that can be a list with blanks (`10.0.0.1:80, 10.0.0.2:80`), and is not used.
    OtherList,
    Client,
    /// An address that always has a port.
    ClientWithPort,
    /// `X-Forwarded-For`: the client is the first of a list.
    Forwarded,
    User,
    Time,
    /// `GET /a HTTP/1.1`.
    Request,
    Method,
    Path,
    /// Host and path without anything between them.
    HostAndPath,
    Status,
    Bytes,
    Agent,
    /// A text that may say why the request was refused.
    Reason,
}

impl Role {
    /// Puts a value into a record; false where it cannot be what it should be.
    pub fn put<'l>(self, value: &'l [u8], record: &mut Record<'l>, times: &mut Times) -> bool {
        match self {
            Role::Other | Role::OtherList => {}
            Role::Client => {
                record.client = field(value);
                return find(b' ', value).is_none();
            }
            Role::ClientWithPort => record.client = field(without_port(value, true)),
            Role::Forwarded => forwarded(value, record),
            Role::User => record.user = field(value),
            Role::Time => {
                record.at = times.at(value);
                return record.at.is_some();
            }
            Role::Request => {
                if let Some((method, path)) = request_line(value) {
                    record.method = field(method);
                    record.path = field(path);
                }
            }
            Role::Method => record.method = field(value),
            Role::Path => record.path = field(value),
            Role::HostAndPath => {
                let host = value.iter().position(|byte| *byte == b'/').unwrap_or(0);
                record.path = field(value.get(host..).unwrap_or_default());
            }
            Role::Status => match status(value) {
                Some(status) => record.status = status,
                None => return false,
            },
            Role::Bytes => record.bytes = number(value),
            Role::Agent => record.agent = field(value),
            Role::Reason => {
                if record.reason.is_empty() {
                    record.reason = field(value);
                }
            }
        }
        true
    }
}

/// Takes the first address of a list for the client, if the known one is a proxy's or there is none. Anybody can send such a
/// list, so it counts for nothing where the server was asked directly.
fn forwarded<'l>(list: &'l [u8], record: &mut Record<'l>) {
    let first = split(list, b',').map_or(list, |(first, _)| first).trim_ascii();
    if !first.is_empty() && first != b"-" && (record.client.is_empty() || is_private(&record.client)) {
        record.client = field(without_port(first, false));
    }
}
