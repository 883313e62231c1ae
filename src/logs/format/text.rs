//! Error logs of servers, and logs of applications and authorization servers: lines of free text, most with a time in front.
//!
//! | who | line |
//! |---|---|
//! | nginx (<https://nginx.org/en/docs/ngx_core_module.html#error_log>) | `2016/09/07 12:00:00 [error] 123#0: *1 user "ann": password mismatch, client: 127.0.0.1, server: _, request: "GET / HTTP/1.1"` |
//! | Apache 2.4 (<https://httpd.apache.org/docs/2.4/logs.html#errorlog>) | `[Fri Sep 09 10:42:29.902022 2011] [auth_basic:error] [pid 3] [client 72.15.99.187:80] AH01617: user ann: …` |
//! | Apache 2.2 | `[Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] client denied by server configuration: /x` |
//! | Keycloak (<https://www.keycloak.org/docs/latest/server_admin/#login-events>) | `… WARN [org.keycloak.events] (…) type="LOGIN_ERROR", ipAddress="127.0.0.1", error="invalid_user_credentials"` |
//! | oauth2-proxy (<https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview#logging-configuration>) | `127.0.0.1 - - ann@example.com [2015/03/24 17:54:16] [AuthFailure] …` |
//! | Authelia (<https://www.authelia.com/configuration/miscellaneous/logging/>) | `time="2020-01-01T00:00:00+11:00" level=error msg="…" remote_ip=127.0.0.1` |
//! | Spring Security | `2024-05-13T12:00:00.123+02:00 DEBUG 1 --- [nio-8080-exec-1] … : …` |
//! | ASP.NET Core | `fail: Microsoft.AspNetCore…JwtBearerHandler[7]`, and indented lines |
//!
//! An entry can have several lines (stack traces): those without a time belong to the entry before.

use std::borrow::Cow;

use memchr::memmem;

use crate::logs::bytes::{closing_quote, field, is_address, request_line, without_port};
use crate::logs::calendar;
use crate::logs::line::{Event, Line};
use crate::logs::reason::{self, Cause};
use crate::logs::times::Times;

/// The time starts within so many bytes.
const TIME_WITHIN: usize = 64;

/// What stands before the address of the client.
const CLIENT_KEYS: &[&[u8]] = &[
    b", client: ",
    b"[client ",
    b"ipAddress=",
    b"remote_ip=",
    b"client_ip=",
    b"clientIp=",
    b"remote_addr=",
    b"remoteAddr=",
    b"remoteAddress=",
    b"RemoteIpAddress=",
    b" remote=",
    b" client=",
    b" from=",
    b" ip=",
    b" IP: ",
    b" from ",
];

/// What is known of the entry that the last line belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    at: Option<i64>,
    cause: Option<Cause>,
}

impl Entry {
    /// Reads a line.
    pub fn read<'l>(&mut self, line: &'l [u8], times: &mut Times) -> Line<'l> {
        let time = time(line);
        if let Some(time) = time {
            *self = Entry { at: Some(times.moment(time)), cause: None };
        } else if starts_with_level(line) {
            self.cause = None;
        }
        let Some(cause) = reason::find(line) else { return Line::Skipped };
        // An entry counts once: a stack trace repeats its reason, or names it better than the first line.
        let is_more = self.cause.is_some_and(Cause::is_residual) && !cause.is_residual();
        if self.cause.is_some() && !is_more {
            return Line::Skipped;
        }
        self.cause = Some(cause);
        let (method, path) = request(line).unwrap_or_default();
        let client = client(line).unwrap_or_default();
        Line::Event(Event {
            at: self.at,
            client: Cow::Borrowed(client),
            method: field(method),
            path: field(path),
            reason: Cow::Borrowed(line),
            is_more,
        })
    }
}

/// Whether a line starts an entry of such a log.
pub fn is_entry(line: &[u8]) -> bool {
    time(line).is_some() || starts_with_level(line)
}

/// The time near the start of a line.
fn time(line: &[u8]) -> Option<calendar::Written> {
    let head = line.get(..TIME_WITHIN).unwrap_or(line);
    let mut is_word = false;
    for (at, byte) in head.iter().enumerate() {
        if byte.is_ascii_alphanumeric()
            && !is_word
            && let Some(time) = calendar::read(line.get(at..)?)
        {
            return Some(time);
        }
        is_word = byte.is_ascii_alphanumeric();
    }
    None
}

/// The console of ASP.NET Core starts its entries with a level of four letters, and without a time.
fn starts_with_level(line: &[u8]) -> bool {
    [&b"trce: "[..], b"dbug: ", b"info: ", b"warn: ", b"fail: ", b"crit: "].iter().any(|level| line.starts_with(level))
}

/// The address of the client in a text.
pub fn client(line: &[u8]) -> Option<&[u8]> {
    let first = line.split(|byte| *byte == b' ').next().filter(|word| is_address(word));
    let keyed = CLIENT_KEYS.iter().find_map(|key| {
        let value = line.get(memmem::find(line, key)? + key.len()..)?;
        let value = value.strip_prefix(b"\\\"").or_else(|| value.strip_prefix(b"\"")).or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| !byte.is_ascii_hexdigit() && !b".:[]".contains(byte)).unwrap_or(value.len());
        let value = value.get(..end)?;
        let value = if value.starts_with(b"[") { value } else { value.strip_suffix(b"]").unwrap_or(value) };
        Some(value.strip_suffix(b":").unwrap_or(value)).filter(|value| is_address(value))
    });
    first.or(keyed).map(|address| without_port(address, false))
}

/// The request that nginx names.
fn request(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = memmem::find(line, b", request: \"")? + 12;
    request_line(line.get(start..closing_quote(line, start)?)?)
}
