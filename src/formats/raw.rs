//! Raw HTTP/1.1 text: a request, an answer, both, what `curl -v` prints, and the header blocks of browsers' tools.
//!
//! Line ends may be CRLF or LF. Folded lines (RFC 9112 section 5.2) stay in the value as they were written. A body ends
//! where its length says if that fits the text, else where the next message begins.

use crate::domain::context::Previous;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::request::{Request, pictured};
use crate::domain::response::Response;

use super::{FormatError, Loss, ParsedInput};

mod browser;
mod transcript;

/// True when a line begins an answer: `HTTP/1.1 401 Unauthorized`, `HTTP/2 200`.
pub fn is_status_line(line: &str) -> bool {
    status_line(line).is_some()
}

/// True when a line begins a request: a method, a target and a version.
pub fn is_request_line(line: &str) -> bool {
    request_line(line).is_some()
}

/// True when a text is a request as it goes over the wire, without variables, with its answer after it.
pub fn is_exchange(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    is_request_line(first) && !text.contains("{{") && text.lines().any(is_status_line)
}

/// True when a text is of a kind that [`read`] reads.
pub fn looks_raw(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    is_status_line(first) || is_request_line(first) || transcript::looks_like(text) || browser::looks_like(text) || is_header_block(text)
}

/// Two header lines or more and nothing else: what people copy out of a browser's or a proxy's view.
fn is_header_block(text: &str) -> bool {
    let lines = || text.trim_start_matches('\u{feff}').trim().lines();
    let header = |line: &str| {
        let name = line.split_once(':').map_or("", |(name, rest)| if rest.starts_with("//") { "" } else { name });
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    lines().count() > 1 && lines().all(header)
}

/// Reads a text that begins with a request line, a status line, or is one of the other two kinds.
///
/// # Errors
/// When the first line is of no known kind, with its place.
pub fn read(text: &str, source: &str) -> Result<ParsedInput, FormatError> {
    let mut reading = if transcript::looks_like(text) {
        transcript::read(text)
    } else if browser::looks_like(text) {
        browser::read(text)
    } else if is_header_block(text) {
        let mut reader = Messages { text: text.trim_start_matches('\u{feff}'), at: 0, line: 1, losses: Vec::new() };
        reader.skip_blank();
        let headers = reader.headers();
        let url = headers.get("host").map_or_else(String::new, origin_of_host);
        let request = Request { method: "GET".into(), url, headers, ..Request::default() };
        ParsedInput { exchanges: vec![Exchange { request, ..Exchange::default() }], losses: reader.losses, ..ParsedInput::default() }
    } else {
        read_messages(text)?
    };
    for exchange in &mut reading.exchanges {
        exchange.source = source.to_string();
    }
    Ok(reading)
}

/// Reads one recorded answer. The text is one message: nothing in its body ends it.
///
/// # Errors
/// When it does not begin with a status line.
pub fn read_answer(text: &str) -> Result<Response, FormatError> {
    let mut reader = Messages { text, at: 0, line: 1, losses: Vec::new() };
    reader.skip_blank();
    let (line, _) = reader.peek().ok_or_else(|| FormatError::without_place("there is nothing in it"))?;
    let Some(mut answer) = status_line(line) else {
        return Err(FormatError::at(text, reader.at, "no status line (`HTTP/1.1 401 Unauthorized`)"));
    };
    reader.next();
    answer.headers = reader.headers();
    let rest = text.get(reader.at..).unwrap_or_default();
    answer.body =
        measured(&answer.headers, rest).filter(|(_, rest)| rest.trim().is_empty()).map_or_else(|| rest.into(), |(body, _)| body.into());
    Ok(answer)
}

/// An answer as raw HTTP/1.1, as it is recorded. [`read_answer`] reads it back; time and hops are not in it.
pub fn write_answer(answer: &Response) -> String {
    let version = match answer.version.as_str() {
        v if v.starts_with("HTTP/") => v,
        "h2" => "HTTP/2",
        "h3" => "HTTP/3",
        _ => "HTTP/1.1",
    };
    let mut text = format!("{version} {:03} {}\r\n", answer.status, pictured(&answer.reason));
    for (_, header) in answer.headers.iter() {
        // A fold stays one; any other line break in a value would begin a header of its own.
        let value = if header.value.contains("\n ") || header.value.contains("\n\t") {
            header.value.as_str().into()
        } else {
            pictured(&header.value)
        };
        text.push_str(&format!("{}: {value}\r\n", pictured(&header.name)));
    }
    text.push_str("\r\n");
    text.push_str(&answer.body);
    text
}

/// Scheme and host for a target that has none, from its Host header.
///
/// `https`, which protected requests should use; but `http` for port 80, and for this machine (`localhost`, `127.…`,
/// `[::1]`) unless its port is 443 or 8443.
pub fn origin_of_host(host: &str) -> String {
    let host = host.trim();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    };
    let here = name.eq_ignore_ascii_case("localhost") || name.starts_with("127.") || name == "[::1]" || name.ends_with(".localhost");
    let scheme = match port {
        "443" | "8443" => "https",
        "80" => "http",
        _ if here => "http",
        _ => "https",
    };
    format!("{scheme}://{host}")
}

fn read_messages(text: &str) -> Result<ParsedInput, FormatError> {
    let mut reader = Messages { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 }, line: 1, losses: Vec::new() };
    let mut exchanges: Vec<Exchange> = Vec::new();
    loop {
        reader.skip_blank();
        let Some((line, start)) = reader.peek() else { break };
        if let Some(mut answer) = status_line(line) {
            reader.next();
            answer.headers = reader.headers();
            if !informational(&answer) {
                answer.body = reader.body(&answer.headers, is_request_line).into();
            }
            match exchanges.last_mut() {
                Some(last) if last.answer.as_ref().is_none_or(informational) => last.answer = Some(answer),
                _ => exchanges.push(answer_alone(answer)),
            }
        } else if let Some((method, target)) = request_line(line) {
            let (method, target) = (method.to_string(), target.to_string());
            reader.next();
            let headers = reader.headers();
            let body = reader.body(&headers, is_status_line).into();
            let request = Request { method, url: absolute(&target, &headers), headers, body, ..Request::default() };
            exchanges.push(Exchange { request, ..Exchange::default() });
        } else if exchanges.is_empty() {
            let message = "neither a request line (`GET /path HTTP/1.1`) nor a status line (`HTTP/1.1 401 Unauthorized`)";
            return Err(FormatError::at(text, start, message));
        } else {
            reader.losses.push(Loss { line: reader.line, message: "text between two messages is ignored".into() });
            reader.next();
        }
    }
    if exchanges.is_empty() {
        return Err(FormatError::without_place("there is nothing in it"));
    }
    Ok(ParsedInput { exchanges, losses: reader.losses, ..ParsedInput::default() })
}

/// An answer that is not the answer yet, and has no body (RFC 9110 section 15.2).
fn informational(answer: &Response) -> bool {
    (100..200).contains(&answer.status)
}

fn answer_alone(answer: Response) -> Exchange {
    let request = Request { method: "GET".into(), ..Request::default() };
    Exchange { request, answer: Some(answer), ..Exchange::default() }
}

/// The address of a target (RFC 9112 section 3.2): origin form gets scheme and host.
fn absolute(target: &str, headers: &Headers) -> String {
    match headers.get("host") {
        Some(host) if target.starts_with('/') || target == "*" => origin_of_host(host) + target.trim_start_matches('*'),
        _ => target.to_string(),
    }
}

/// What an exchange says about those after it; `None` without an answer.
fn as_previous(exchange: &Exchange) -> Option<Previous> {
    let answer = exchange.answer.as_ref()?;
    let all = |name: &str| answer.headers.all(name).map(|(_, h)| h.value.clone()).collect();
    Some(Previous {
        method: exchange.request.method.clone(),
        url: exchange.request.url.clone(),
        sent_authorization: Some(exchange.request.headers.has("authorization")),
        status: answer.status,
        location: answer.headers.get("location").map(str::to_string),
        www_authenticate: all("www-authenticate"),
        set_cookie: all("set-cookie"),
    })
}

fn status_line(line: &str) -> Option<Response> {
    let rest = line.strip_prefix("HTTP/")?;
    let (version, rest) = rest.split_once(' ')?;
    let digits = version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let rest = rest.trim_start();
    let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let sound = digits && !version.is_empty() && status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| Response {
        status: status.parse().unwrap_or(0),
        reason: reason.to_string(),
        version: format!("HTTP/{version}"),
        ..Response::default()
    })
}

fn request_line(line: &str) -> Option<(&str, &str)> {
    let (method, rest) = line.trim_end().split_once(' ')?;
    let (target, version) = rest.rsplit_once(' ')?;
    let target = target.trim();
    let word = !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
    let versioned = version.strip_prefix("HTTP/").is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    (word && versioned && !target.is_empty()).then_some((method, target))
}

struct Messages<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    losses: Vec<Loss>,
}

impl<'a> Messages<'a> {
    /// The line at the place, without its line end, and where it begins.
    fn peek(&self) -> Option<(&'a str, usize)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split('\n').next().unwrap_or(rest);
        Some((line.strip_suffix('\r').unwrap_or(line), self.at))
    }

    fn next(&mut self) -> Option<&'a str> {
        let (line, _) = self.peek()?;
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find('\n').map_or(rest.len(), |i| i + 1);
        self.line += 1;
        Some(line)
    }

    fn skip_blank(&mut self) {
        while self.peek().is_some_and(|(line, _)| line.trim_matches([' ', '\t']).is_empty()) {
            self.next();
        }
    }

    /// Header lines up to and with the empty one.
    fn headers(&mut self) -> Headers {
        let mut headers = Headers::default();
        while let Some((line, start)) = self.peek() {
            if line.is_empty() || is_status_line(line) {
                if line.is_empty() {
                    self.next();
                }
                break;
            }
            self.next();
            let folded = line.starts_with([' ', '\t']);
            match (folded, headers.0.last_mut()) {
                (true, Some(last)) => {
                    let before = self.text.get(..start).unwrap_or_default();
                    last.value.push_str(if before.ends_with("\r\n") { "\r\n" } else { "\n" });
                    last.value.push_str(line);
                }
                _ => self.header(line, &mut headers),
            }
        }
        headers
    }

    fn header(&mut self, line: &str, headers: &mut Headers) {
        match line.split_once(':') {
            Some((name, value)) if !name.is_empty() => {
                let value = value.strip_prefix(' ').unwrap_or(value);
                headers.push(name, value);
            }
            _ => self.losses.push(Loss { line: self.line - 1, message: "a line without a colon among the headers is ignored".into() }),
        }
    }

    fn body(&mut self, headers: &Headers, begins_next: fn(&str) -> bool) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let next_begins = |rest: &str| {
            let rest = rest.trim_start_matches(['\r', '\n']);
            rest.is_empty() || rest.lines().next().is_some_and(|line| is_status_line(line) || is_request_line(line))
        };
        if let Some((body, after)) = measured(headers, rest).filter(|(_, after)| next_begins(after)) {
            self.skip_to(self.text.len() - after.len());
            return body;
        }
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if begins_next(line.trim_end_matches(['\r', '\n'])) {
                break;
            }
            at += line.len();
        }
        let body = rest.get(..at).unwrap_or_default();
        let found = self.at + at;
        self.skip_to(found);
        // The empty line before the next message, and the final line end of a text file, are not part of a body.
        let body = body.strip_suffix('\n').map_or(body, |b| b.strip_suffix('\r').unwrap_or(b));
        if at < rest.len() { body.trim_end_matches(['\r', '\n']).to_string() } else { body.to_string() }
    }

    fn skip_to(&mut self, at: usize) {
        self.line += self.text.get(self.at..at).unwrap_or_default().bytes().filter(|b| *b == b'\n').count();
        self.at = at;
    }
}

/// The body that the framing headers announce, and what follows it; `None` when the text contradicts them.
fn measured<'a>(headers: &Headers, rest: &'a str) -> Option<(String, &'a str)> {
    if headers.all("transfer-encoding").any(|(_, h)| h.value.to_ascii_lowercase().contains("chunked")) {
        return dechunk(rest);
    }
    let length: usize = headers.get("content-length")?.trim().parse().ok()?;
    Some((rest.get(..length)?.to_string(), rest.get(length..)?))
}

/// Chunks (RFC 9112 section 7.1) put together; sizes count bytes, line ends may be LF.
fn dechunk(text: &str) -> Option<(String, &str)> {
    let mut body = String::new();
    let mut rest = text;
    loop {
        let (size, after) = rest.split_once('\n')?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            let mut after = after;
            // Trailer fields up to the empty line.
            while let Some((line, more)) = after.split_once('\n') {
                after = more;
                if line.trim_end_matches('\r').is_empty() {
                    break;
                }
            }
            return Some((body, after));
        }
        body.push_str(after.get(..size)?);
        let more = after.get(size..)?;
        rest = more.strip_prefix("\r\n").or_else(|| more.strip_prefix('\n'))?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Exchange {
        let reading = read(text, "test").unwrap_or_default();
        assert_eq!(reading.exchanges.len(), 1, "{reading:?}");
        reading.exchanges.into_iter().next().unwrap_or_default()
    }

    #[test]
    fn a_request_and_its_answer() {
        let text = "POST /login HTTP/1.1\nHost: api.example\nContent-Type: text/plain\n\na=b\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\n\nno\n";
        let e = one(text);
        assert_eq!(
            (e.request.method.as_str(), e.request.url.as_str(), e.request.body.as_str()),
            ("POST", "https://api.example/login", "a=b")
        );
        let answer = e.answer.unwrap_or_default();
        assert_eq!((answer.status, answer.headers.get("www-authenticate"), answer.body.as_str()), (401, Some("Bearer"), "no"));
    }

    #[test]
    fn an_answer_alone_and_one_after_an_informational_one() {
        assert_eq!(one("HTTP/2 403 \r\ndate: x\r\n\r\n").answer.map(|a| (a.status, a.version)), Some((403, "HTTP/2".into())));
        let e = one("GET / HTTP/1.1\nHost: h\n\nHTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\n\n");
        assert_eq!(e.answer.map(|a| a.status), Some(200));
    }

    #[test]
    fn headers_alone_are_a_request_without_its_line() {
        let e = one("\nHost: api.example\r\nAuthorization: Bearer abc\r\n");
        assert_eq!((e.request.url.as_str(), e.request.headers.get("authorization")), ("https://api.example", Some("Bearer abc")));
        assert!(!looks_raw("https://a\nhttps://b"));
    }

    #[test]
    fn folded_lines_stay_as_they_stood() {
        let e = one("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer\r\n abc\r\n\r\n");
        assert_eq!(e.request.headers.get("authorization"), Some("Bearer\r\n abc"));
    }

    #[test]
    fn bodies_end_where_their_length_says_if_that_fits() {
        let chunked = "HTTP/1.1 401 U\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(one(chunked).answer.map(|a| a.body), Some("abcde".into()));
        assert_eq!(one("HTTP/1.1 401 U\nContent-Length: 2\n\nab\n").answer.map(|a| a.body), Some("ab".into()));
        assert_eq!(one("HTTP/1.1 401 U\nContent-Length: 999\n\nab").answer.map(|a| a.body), Some("ab".into()));
    }

    #[test]
    fn the_scheme_is_told_by_host_and_port() {
        let origins = ["api.example", "api.example:80", "localhost:3000", "127.0.0.1:8443", "[::1]"].map(origin_of_host);
        assert_eq!(
            origins,
            ["https://api.example", "http://api.example:80", "http://localhost:3000", "https://127.0.0.1:8443", "http://[::1]"]
        );
    }

    #[test]
    fn what_is_no_message_is_refused_with_its_place() {
        let error = read("\n\nhello there", "x").err();
        assert_eq!(error.map(|e| (e.line, e.column)), Some((3, 1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_answer_survives_its_recording(
            status in 100u16..600, reason in "[A-Za-z ]{0,12}", body in "[ -~\u{e4}\n]{0,60}",
            headers in proptest::collection::vec(("[A-Za-z][A-Za-z-]{0,10}", "[!-~]([ -~]{0,20}[!-~])?"), 0..5),
        ) {
            prop_assume!(headers.iter().all(|(n, _)| !n.eq_ignore_ascii_case("content-length") && !n.eq_ignore_ascii_case("transfer-encoding")));
            let headers = headers.into_iter().collect();
            let answer = Response { status, reason, version: "HTTP/1.1".into(), headers, body: body.into(), ..Response::default() };
            prop_assert_eq!(read_answer(&write_answer(&answer)), Ok(answer));
        }

        #[test]
        fn no_text_makes_it_panic(text in "([ -~\r\n:]|HTTP/1.1 401 |GET / HTTP/1.1|> |< |\u{e4}){0,80}") {
            let _ = read(&text, "x");
            let _ = read_answer(&text);
        }
    }
}
