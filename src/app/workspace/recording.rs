//! A send as a text that is kept on disk, where the user turned that on.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::checks::mask::{Masker, without_secrets};
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;

/// A request as it was sent, and its response.
#[derive(Clone, Debug, PartialEq)]
pub struct SentExchange {
    /// The name of the request.
    pub name: String,
    pub request: Request,
    pub response: Response,
}

impl From<SentExchange> for Exchange {
    fn from(sent: SentExchange) -> Self {
        Self { name: sent.name, request: sent.request, answer: Some(sent.response), ..Self::default() }
    }
}

/// What is kept of the sends of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recording {
    /// Nothing.
    #[default]
    Off,
    /// Request and response, their secrets replaced.
    Masked,
    /// Both as they are.
    Whole,
}

impl Recording {
    /// Its name in the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Masked => "masked",
            Self::Whole => "whole",
        }
    }

    /// That of a name.
    pub fn named(name: &str) -> Self {
        [Self::Masked, Self::Whole].into_iter().find(|known| known.name() == name.trim()).unwrap_or_default()
    }

    /// What to say when it begins.
    pub const fn notice(self) -> &'static str {
        match self {
            Self::Off => "Sends of this folder are no longer recorded; .authtui keeps those that were",
            Self::Masked => "Sends of this folder are recorded in .authtui, without secrets; press again to record them too",
            Self::Whole => "Sends of this folder are recorded in .authtui, secrets included; once more to stop",
        }
    }

    /// The next one, after the last the first.
    pub const fn next(self) -> Self {
        match self {
            Self::Off => Self::Masked,
            Self::Masked => Self::Whole,
            Self::Whole => Self::Off,
        }
    }
}

/// Longest part of a file's name that comes from the request's.
const LONGEST_NAME: usize = 40;

/// The name of the file of a send: when, its status, and which request.
pub fn file_name(exchange: &Exchange, at: Timestamp) -> String {
    let status = exchange.answer.as_ref().map_or(0, |answer| answer.status);
    let title = Masker::of(exchange).title(exchange).to_ascii_lowercase();
    let mut name = String::new();
    for c in title.chars().filter(char::is_ascii) {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.truncate(LONGEST_NAME);
    format!("{}-{status}-{}.http", at.strftime("%Y%m%dT%H%M%SZ"), name.trim_matches('-'))
}

/// The send as raw HTTP, which the program reads again.
pub fn text(exchange: &Exchange, recording: Recording) -> String {
    let exchange = if recording == Recording::Whole { Cow::Borrowed(exchange) } else { Cow::Owned(without_secrets(exchange)) };
    let request = &exchange.request;
    let mut text = format!("{} {} HTTP/1.1\n{}\n{}", request.method, request.url, lines(&request.headers), request.body);
    if let Some(answer) = &exchange.answer {
        let gap = if request.body.is_empty() { "" } else { "\n\n" };
        let _ = write!(text, "{gap}HTTP/1.1 {} {}\n{}\n{}", answer.status, answer.reason, lines(&answer.headers), answer.body);
    }
    text
}

fn lines(headers: &Headers) -> String {
    headers.iter().map(|(_, header)| format!("{}: {}\n", header.name, header.value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::raw;

    fn exchange(body: &str) -> Exchange {
        let headers = [("Authorization", "Bearer abcdefgh12345678"), ("Accept", "text/plain")].into_iter().collect();
        let request = Request {
            method: "POST".into(),
            url: "https://api.example/v1/users?page=2".into(),
            headers,
            body: body.into(),
            ..Request::default()
        };
        let headers = [("Content-Type", "text/plain"), ("Set-Cookie", "session=s3cr3ts3cr3ts3cr3t; Path=/")].into_iter().collect();
        let body = "no: abcdefgh12345678\n\nis not known".into();
        let answer = Response { status: 401, reason: "Unauthorized".into(), headers, body, ..Response::default() };
        Exchange { name: "Make a User!".into(), request, answer: Some(answer), ..Exchange::default() }
    }

    #[test]
    fn a_whole_send_is_read_again_as_it_was() {
        for body in ["", "{\"a\":1}"] {
            let exchange = exchange(body);
            let read = raw::read(&text(&exchange, Recording::Whole), "file").unwrap().exchanges.remove(0);
            assert_eq!((&read.request.method, &read.request.url), (&exchange.request.method, &exchange.request.url));
            assert_eq!(read.request.headers, exchange.request.headers);
            assert_eq!(read.request.body.to_string().trim_end(), body);
            let (read, answer) = (read.answer.unwrap(), exchange.answer.unwrap());
            assert_eq!((read.status, &read.headers, &read.body), (401, &answer.headers, &answer.body));
        }
    }

    #[test]
    fn without_secrets_none_is_in_it_wherever_the_server_repeats_it() {
        let text = text(&exchange("token=abcdefgh12345678"), Recording::Masked);
        assert!(!text.contains("abcdefgh12345678") && !text.contains("s3cr3t"), "{text}");
        assert!(text.contains("HTTP/1.1 401 Unauthorized") && text.contains("is not known"), "{text}");
    }

    #[test]
    fn a_file_is_named_by_time_status_and_request() {
        let at = "2026-11-30T14:56:01Z".parse().unwrap();
        assert_eq!(file_name(&exchange(""), at), "20261130T145601Z-401-make-a-user.http");
    }
}
