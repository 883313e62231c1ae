//! What `curl -v` prints: `> ` before what was sent, `< ` before what came, `* ` before its notes.

use std::sync::Arc;

use super::{answer_alone, as_previous, informational, is_request_line, is_status_line, request_line, status_line};
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::history::History;
use crate::domain::limits::MAX_PREVIOUS;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::formats::ParsedInput;

/// True for a text with a sent request line or a received status line.
pub(super) fn looks_like(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_end_matches('\r');
        line.strip_prefix("> ").is_some_and(is_request_line) || line.strip_prefix("< ").is_some_and(is_status_line)
    })
}

/// Reads every request and answer. One that follows another (a redirect, a second try) knows it as `previous`.
pub(super) fn read(text: &str) -> ParsedInput {
    let mut out = Transcript::default();
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        match content.get(..2).unwrap_or(content) {
            "* " | "*" => out.note(content),
            "> " | ">" => out.sent(content.get(2..).unwrap_or_default()),
            "< " | "<" => out.came(content.get(2..).unwrap_or_default()),
            // `{ [83 bytes data]`: how much was read or written.
            "{ " | "} " if content.ends_with("data]") => {}
            _ => out.body(line),
        }
    }
    out.finish()
}

#[derive(Default)]
struct Transcript {
    exchanges: Vec<Exchange>,
    secure: bool,
    in_request: bool,
    in_answer: bool,
}

impl Transcript {
    fn note(&mut self, line: &str) {
        if line.contains("Connected to") || line.contains("Trying ") {
            self.secure = line.contains("port 443");
        }
        if line.contains("SSL connection using") || line.contains("TLS handshake") {
            self.secure = true;
        }
    }

    fn sent(&mut self, line: &str) {
        if let Some((method, target)) = request_line(line) {
            let request = Request { method: method.into(), url: target.into(), ..Request::default() };
            self.exchanges.push(Exchange { request, ..Exchange::default() });
            (self.in_request, self.in_answer) = (true, false);
        } else if self.in_request
            && let Some(last) = self.exchanges.last_mut()
        {
            match line.is_empty() {
                true => self.in_request = false,
                false => header(line, &mut last.request.headers),
            }
        }
    }

    fn came(&mut self, line: &str) {
        if let Some(answer) = status_line(line) {
            match self.exchanges.last_mut() {
                Some(last) if last.answer.as_ref().is_none_or(informational) => last.answer = Some(answer),
                _ => self.exchanges.push(answer_alone(answer)),
            }
            self.in_answer = true;
        } else if self.in_answer
            && let Some(answer) = self.answer()
        {
            match line.is_empty() {
                true => self.in_answer = false,
                false => header(line, &mut answer.headers),
            }
        }
        let secure = self.secure;
        if let Some(last) = self.exchanges.last_mut()
            && last.request.url.starts_with('/')
            && let Some(host) = last.request.headers.get("host")
        {
            let scheme = if secure || host.ends_with(":443") { "https" } else { "http" };
            last.request.url = format!("{scheme}://{host}{}", last.request.url);
        }
    }

    fn body(&mut self, line: &str) {
        if !self.in_answer
            && let Some(answer) = self.answer()
        {
            answer.body.to_mut().push_str(line);
        }
    }

    fn answer(&mut self) -> Option<&mut Response> {
        self.exchanges.last_mut()?.answer.as_mut()
    }

    fn finish(mut self) -> ParsedInput {
        let mut answered = Vec::new();
        let mut before = Vec::with_capacity(self.exchanges.len());
        for exchange in &mut self.exchanges {
            before.push(answered.len());
            if let Some(host) = exchange.request.headers.get("host").filter(|_| exchange.request.url.starts_with('/')) {
                exchange.request.url = super::origin_of_host(host) + &exchange.request.url;
            }
            if let Some(answer) = &mut exchange.answer {
                let length = answer.body.trim_end_matches(['\r', '\n']).len();
                if length < answer.body.len() {
                    answer.body.to_mut().truncate(length);
                }
            }
            answered.extend(as_previous(exchange));
        }
        let answered = Arc::new(answered);
        for (exchange, before) in self.exchanges.iter_mut().zip(before) {
            exchange.context.previous = History::part(&answered, before.saturating_sub(MAX_PREVIOUS)..before);
        }
        ParsedInput { exchanges: self.exchanges, ..ParsedInput::default() }
    }
}

fn header(line: &str, headers: &mut Headers) {
    if let Some((name, value)) = line.split_once(':') {
        headers.push(name, value.strip_prefix(' ').unwrap_or(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "* Trying 127.0.0.1:443...\n* Connected to api.example (127.0.0.1) port 443 (#0)\n* SSL connection using TLSv1.3\n\
> GET /v1/users HTTP/1.1\r\n> Host: api.example\r\n> Authorization: Bearer abc\r\n> \r\n\
< HTTP/1.1 308 Permanent Redirect\r\n< Location: http://other.example/v1/users\r\n< \r\n* Connection #0 left intact\n\
* Connected to other.example (127.0.0.2) port 80 (#1)\n> GET /v1/users HTTP/1.1\n> Host: other.example\n>\n\
< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer\n< \n{ [12 bytes data]\n{\"error\":1}\n* Closing connection 0\n";

    #[test]
    fn a_redirect_is_known_to_what_follows_it() {
        let reading = read(TEXT);
        let urls: Vec<_> = reading.exchanges.iter().map(|e| e.request.url.as_str()).collect();
        assert_eq!(urls, ["https://api.example/v1/users", "http://other.example/v1/users"]);
        let last = reading.exchanges.last().cloned().unwrap_or_default();
        assert_eq!(last.answer.map(|a| (a.status, a.body)), Some((401, "{\"error\":1}".into())));
        assert_eq!(last.context.previous.first().map(|p| (p.status, p.sent_authorization)), Some((308, Some(true))));
    }
}
