//! HAProxy's HTTP log, with or without syslog's prefix
//! (<https://docs.haproxy.org/3.0/configuration.html#8.2.3>).
//!
//! ```text
//! Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"
//! ```

use memchr::memmem;

use crate::logs::bytes::{closing_quote, field, number, request_line, split, split_last, status, without_port};
use crate::logs::line::Record;
use crate::logs::times::Times;

/// Reads a line.
pub fn read<'l>(line: &'l [u8], times: &mut Times) -> Option<Record<'l>> {
    let (client, time, rest) = head(line)?;
    let mut record = Record { at: Some(times.at(time)?), client: field(without_port(client, true)), ..Record::default() };
    // Frontend, backend and server, timers, status, bytes; then what is not used, and the request line.
    let (_frontend, rest) = split(rest, b' ')?;
    let (_backend, rest) = split(rest, b' ')?;
    let (timers, rest) = split(rest, b' ')?;
    let (code, rest) = split(rest, b' ')?;
    let (bytes, rest) = split(rest, b' ')?;
    if !timers.contains(&b'/') || !timers.iter().all(|byte| byte.is_ascii_digit() || b"/+-".contains(byte)) {
        return None;
    }
    record.status = status(code)?;
    record.bytes = number(bytes.strip_prefix(b"+").unwrap_or(bytes));
    let start = memmem::find(rest, b" \"")? + 2;
    // A long request line is cut, together with its closing quote.
    let line = rest.get(start..closing_quote(rest, start).unwrap_or(rest.len()))?;
    if let Some((method, path)) = request_line(line) {
        record.method = field(method);
        record.path = field(path);
    }
    Some(record)
}

/// The client with its port, the time, and what follows them. The name of the process before it can have brackets too.
fn head(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    memmem::find_iter(line, b" [").find_map(|at| {
        let before = line.get(..at)?;
        let (time, rest) = split(line.get(at + 2..)?, b']')?;
        let is_time = matches!(time, [_, _, b'/', _, _, _, b'/', ..]);
        let client = split_last(before, b' ').map_or(before, |(_, client)| client);
        is_time.then_some((client, time, rest.strip_prefix(b" ")?))
    })
}

#[cfg(test)]
mod tests {
    use crate::logs::format::{Format, tests::record};
    use crate::logs::line::Line;

    #[test]
    fn the_line_of_the_documentation() {
        let line = br#"Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#;
        let read = record(&mut Format::named("haproxy").unwrap(), line);
        assert_eq!((read.at, read.status, read.bytes), (Some(1_233_922_454), 200, Some(2750)));
        assert_eq!((&*read.client, &*read.method, &*read.path), (&b"10.0.1.2"[..], &b"GET"[..], &b"/index.html"[..]));
    }

    #[test]
    fn lines_of_its_own_answers_and_cut_ones() {
        let mut format = Format::named("haproxy").unwrap();
        let denied =
            br#"2001:db8::1:33317 [06/Feb/2009:12:14:14.655] in in/<NOSRV> 0/-1/-1/-1/0 401 +196 - - PR-- 1/1/0/0/0 0/0 "GET /a HTTP/1.1""#;
        let read = record(&mut format, denied);
        assert_eq!((&*read.client, read.status, read.bytes), (&b"2001:db8::1"[..], 401, Some(196)));
        let cut = br#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] in in/s 0/0/0/0/0 401 1 - - ---- 1/1/0/0/0 0/0 "GET /a/very/lo"#;
        assert_eq!(&*record(&mut format, cut).path, b"/a/very/lo");
        let aborted = br#"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] in in/<NOSRV> -1/-1/-1/-1/0 -1 0 - - CR-- 1/1/0/0/0 0/0 "<BADREQ>""#;
        assert_eq!((record(&mut format, aborted).status, record(&mut format, aborted).path.is_empty()), (0, true));
        let other = b"Feb  6 12:14:14 localhost haproxy[14389]: Proxy http-in started.";
        assert!(matches!(format.read(other), Line::Unparsed(_)));
        assert!(matches!(format.read(b"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] in/1: SSL handshake failure"), Line::Unparsed(_)));
    }
}
