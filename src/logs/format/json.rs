//! Logs with an object of JSON a line: Caddy (<https://caddyserver.com/docs/logging>), Traefik
//! (<https://doc.traefik.io/traefik/observability/access-logs/>), Envoy's format dictionaries, ECS
//! (<https://www.elastic.co/guide/en/ecs/current/ecs-http.html>), pino, bunyan, and whatever an application writes.
//!
//! ```text
//! {"ts":1646861401.52,"request":{"remote_ip":"127.0.0.1","method":"GET","uri":"/"},"status":401}
//! ```

use std::borrow::Cow;

use super::json_memory::Memory;
use super::json_names::{JsonNames, SLOTS, Slot};
use super::json_scan::{Value, scan};
use crate::logs::bytes::{is_address, number, request_line, without_port};
use crate::logs::calendar;
use crate::logs::line::{Event, Field, Line, Record, is_denied};
use crate::logs::reason;
use crate::logs::times::Times;

/// Texts of one line that may have the reason.
const MOST_REASONS: usize = 6;

/// Reads a line.
pub fn read<'l>(line: &'l [u8], names: &JsonNames, memory: &mut Memory, times: &mut Times) -> Line<'l> {
    let line = line.trim_ascii();
    if !line.starts_with(b"{") {
        return if line.is_empty() { Line::Skipped } else { Line::Unparsed(line) };
    }
    let mut found = Found::default();
    match scan(line, names, memory, |slot, rank, value| found.put(slot, rank, value)) {
        Some(()) => found.line(times),
        None => Line::Unparsed(line),
    }
}

impl Value<'_> {
    fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => i64::try_from(number(text)?).ok(),
        }
    }
}

/// The values of a line that have a known name, each with the place of the name in its list.
#[derive(Debug, Default)]
struct Found<'l> {
    slots: [Option<(u8, Value<'l>)>; SLOTS],
    reasons: [Option<Field<'l>>; MOST_REASONS],
}

impl<'l> Found<'l> {
    fn put(&mut self, slot: Slot, rank: u8, value: Value<'l>) {
        match (slot, value) {
            (Slot::Status, value) if !value.number().is_some_and(|status| (100..1000).contains(&status)) => {}
            (Slot::Reason, Value::Text(text)) => {
                if let Some(free) = self.reasons.iter_mut().find(|reason| reason.is_none()) {
                    *free = Some(text);
                }
            }
            (slot, value) => {
                if let Some(place) = self.slots.get_mut(slot as usize)
                    && place.as_ref().is_none_or(|(known, _)| rank < *known)
                {
                    *place = Some((rank, value));
                }
            }
        }
    }

    fn take(&mut self, slot: Slot) -> Option<Value<'l>> {
        self.slots.get_mut(slot as usize)?.take().map(|(_, value)| value)
    }

    fn text(&mut self, slot: Slot) -> Field<'l> {
        match self.take(slot) {
            Some(Value::Text(text)) if &*text != b"-" => text,
            Some(Value::Number(number)) => Cow::Owned(number.to_string().into_bytes()),
            _ => Field::default(),
        }
    }

    /// The line that the values make.
    fn line(mut self, times: &mut Times) -> Line<'l> {
        let at = match self.take(Slot::Time) {
            Some(Value::Text(text)) => times.at(&text),
            Some(Value::Number(number)) => calendar::epoch_number(number),
            None => None,
        };
        let status = self.take(Slot::Status).and_then(|value| value.number()).and_then(|status| u16::try_from(status).ok());
        // The reason is looked for only where it matters.
        let reason = if status.is_none_or(is_denied) { self.reason() } else { None };
        if status.is_none() && reason.is_none() {
            return Line::Skipped;
        }
        let client = client(self.text(Slot::Client), reason.as_deref());
        let (mut method, mut path) = (self.text(Slot::Method), self.text(Slot::Path));
        if path.is_empty()
            && let Some(Value::Text(line)) = self.take(Slot::Request)
            && let Some((verb, target)) = request_line(&line)
        {
            (method, path) = (part(&line, verb), part(&line, target));
        }
        let reason = reason.unwrap_or_default();
        let Some(status) = status else { return Line::Event(Event { at, client, method, path, reason, is_more: false }) };
        let bytes = self.take(Slot::Bytes).and_then(|value| value.number()).and_then(|bytes| u64::try_from(bytes).ok());
        Line::Record(Record { at, client, method, path, status, bytes, agent: self.text(Slot::Agent), user: self.text(Slot::User), reason })
    }

    /// The text that names a cause.
    fn reason(&mut self) -> Option<Field<'l>> {
        let texts = self.reasons.iter_mut().filter_map(Option::take);
        texts.filter_map(|text| Some((reason::weight(&text)?, text))).max_by_key(|(weight, _)| *weight).map(|(_, text)| text)
    }
}

/// The client without its port, and of several the first. Keycloak's JSON has it in the text of the message.
fn client<'l>(client: Field<'l>, reason: Option<&[u8]>) -> Field<'l> {
    if client.is_empty() {
        return Cow::Owned(reason.and_then(super::text::client).unwrap_or_default().to_vec());
    }
    let first = client.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii();
    let address = if is_address(first) { without_port(first, false) } else { first };
    if address.len() == client.len() { client } else { part(&client, address) }
}

/// A part of a field, borrowed if the field is.
fn part<'l>(field: &Field<'l>, part: &[u8]) -> Field<'l> {
    match field {
        Cow::Borrowed(whole) => {
            memchr::memmem::find(whole, part).and_then(|at| whole.get(at..at + part.len())).map(Cow::Borrowed).unwrap_or_default()
        }
        Cow::Owned(_) => Cow::Owned(part.to_vec()),
    }
}
