//! The response as text: hops, route, timing, header lines, and the body with JSON laid out, with the position of every part.
//!
//! A long body is laid out in chunks: the first at once, the others while idle.

mod folding;
mod json_layout;
mod route;
mod timing;

pub use self::folding::Folded;
use self::json_layout::{Layout, moved};
use crate::app::editor::floor;
use crate::domain::response::Response;
use crate::domain::secrecy::echo::Echoes;
use crate::domain::secrecy::{self, Aim, BodyKind, BodySearch, SearchEnd, Side, shapes};
use crate::domain::span::Span;

/// Bytes of the body per chunk; the checks read no further than the first one.
const CHUNK: usize = 256 * 1024;

/// Longer lines are split, so that one line of ten megabytes scrolls like many.
const LONGEST_LINE: usize = 2048;

/// Bytes before a chunk that are searched again with it, for a token split by its start.
const OVERLAP: usize = 16 * 1024;

/// How a body is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyForm {
    /// JSON has its members on lines of their own.
    #[default]
    LaidOut,
    /// As the server sent it.
    AsReceived,
}

/// The text of a response and the positions of its parts.
#[derive(Clone, Debug, Default)]
pub struct ResponseText {
    pub text: String,
    /// Offset of each line, including those of split long lines.
    lines: Vec<u32>,
    /// The text is split into lines up to here.
    split: usize,
    /// The value of each header, in order; its name ends two bytes before.
    pub headers: Vec<Span>,
    /// Offset of the headers, after hops, route and timing.
    pub head: usize,
    /// Offset of the body.
    pub body: usize,
    /// The secrets found so far, ordered and disjoint: cookies that are set, tokens that are issued, and request secrets that the
    /// response repeats.
    secrets: Vec<Span>,
    /// The secrets of the request.
    echoes: Echoes,
    /// How the body is searched for secrets.
    search: BodySearch,
    /// The text is searched up to here.
    searched: usize,
    /// Set for JSON.
    layout: Option<Layout>,
}

/// True for a body that can be laid out.
pub fn is_json(answer: &Response) -> bool {
    answer.body.trim_start().starts_with(['{', '[']) && !secrecy::is_edn(&answer.body)
}

impl ResponseText {
    /// Lays a response out. `echoes` are the secrets of its request.
    pub fn new(answer: &Response, echoes: Echoes, form: BodyForm) -> Self {
        let mut shown = Self { echoes, ..Self::default() };
        for hop in &answer.hops {
            let start = shown.text.len() + hop.method.len() + 1;
            shown.text.push_str(&format!("{} {} → {}\n", hop.method, hop.url, hop.status));
            shown.secrets.extend(secrecy::in_url(&hop.url).into_iter().map(|s| s.shifted(start)));
            for (word, names) in [("sent", &hop.sent), ("withheld from the next", &hop.withheld)] {
                if !names.is_empty() {
                    shown.text.push_str(&format!("  {word}: {}\n", names.join(", ")));
                }
            }
        }
        let route = answer.route.as_deref().and_then(route::line);
        let timing = answer.timing.as_deref().and_then(|timing| timing::line(timing, answer.elapsed_ms));
        for line in route.into_iter().chain(timing) {
            shown.text.push_str(&line);
            shown.text.push('\n');
        }
        shown.head = shown.text.len();
        for (_, header) in answer.headers.iter() {
            shown.text.push_str(&header.name);
            shown.text.push_str(": ");
            let start = shown.text.len();
            shown.text.push_str(&header.value);
            shown.secrets.extend(secrecy::in_answer_header(header).into_iter().map(|span| span.shifted(start)));
            shown.headers.push(Span::new(start, shown.text.len()));
            shown.text.push('\n');
        }
        if let Some(failure) = &answer.failure {
            let start = shown.text.len();
            shown.text.push_str(failure);
            shown.secrets.extend(secrecy::in_message(failure).into_iter().map(|span| span.shifted(start)));
            shown.text.push('\n');
        }
        shown.secrets.extend(shown.echoes.find(&shown.text));
        shown.secrets = secrecy::disjoint(std::mem::take(&mut shown.secrets));
        if !answer.body.is_empty() && !shown.text.is_empty() {
            shown.text.push('\n');
        }
        shown.body = shown.text.len();
        let kind = match is_json(answer) {
            true => BodyKind::Json,
            false => BodyKind::of(&answer.body, answer.headers.get("content-type").unwrap_or_default()),
        };
        match form {
            BodyForm::LaidOut if kind == BodyKind::Json => shown.layout = Some(Layout::default()),
            _ => shown.text.push_str(&answer.body),
        }
        shown.search = BodySearch::starting_at(&shown.text, shown.body, kind);
        shown.searched = shown.body;
        shown.lines.push(0);
        shown.lay_out_more(answer);
        shown
    }

    /// True if the whole response is laid out and searched.
    pub fn is_whole(&self, answer: &Response) -> bool {
        self.is_laid_out(answer) && self.searched >= self.text.len()
    }

    fn is_laid_out(&self, answer: &Response) -> bool {
        self.layout.as_ref().is_none_or(|layout| layout.next >= answer.body.len())
    }

    /// Lays out the next chunk.
    pub fn lay_out_more(&mut self, answer: &Response) {
        if let Some(layout) = &mut self.layout {
            layout.advance(&answer.body, &mut self.text, CHUNK);
        }
        self.find_lines();
        self.search_more(answer);
    }

    /// Searches what was laid out last for secrets.
    fn search_more(&mut self, answer: &Response) {
        let from = self.searched;
        let mut search = secrecy::search(Side::Response, Aim::Mask);
        let end =
            if self.layout.as_ref().is_none_or(|layout| layout.next >= answer.body.len()) { SearchEnd::OfText } else { SearchEnd::OfChunk };
        self.searched = self.search.advance(&self.text, CHUNK, end, &mut search);
        // Tokens and echoes may span two chunks.
        let before = floor(&self.text, from.saturating_sub(OVERLAP).max(self.body));
        let piece = self.text.get(before..self.searched).unwrap_or_default();
        let mut spans: Vec<Span> = search.spans(&self.text);
        spans.extend(shapes::find(piece).into_iter().chain(self.echoes.find(piece)).map(|span| span.shifted(before)));
        let known = self.secrets.partition_point(|known| known.end <= before);
        spans.extend(self.secrets.drain(known..));
        self.secrets.extend(secrecy::disjoint(spans));
    }

    /// True for a byte that is secret or was not searched yet.
    pub fn is_secret(&self, at: usize) -> bool {
        at >= self.searched.max(self.body) || self.secret_at(at).is_some()
    }

    fn secret_at(&self, at: usize) -> Option<Span> {
        let next = self.secrets.partition_point(|span| span.end <= at);
        self.secrets.get(next).copied().filter(|span| span.start <= at)
    }

    /// The secrets found so far.
    pub fn secrets(&self) -> &[Span] {
        &self.secrets
    }

    /// The text with dots in the place of its secrets.
    pub fn masked(&self) -> String {
        secrecy::replace(&self.text, &self.secrets, |_| "••••".into())
    }

    /// Finds the line starts of the next chunk, beginning after the last known one.
    fn find_lines(&mut self) {
        // JSON is laid out in chunks; anything else is there as a whole.
        let to = if self.layout.is_some() { self.text.len() } else { floor(&self.text, self.searched.saturating_add(CHUNK)) };
        let Self { text, lines, .. } = self;
        let from = lines.last().map_or(0, |start| *start as usize);
        let to = to.max(from);
        let mut start = from;
        let rest = text.as_bytes().get(from..to).unwrap_or_default();
        for end in memchr::memchr_iter(b'\n', rest).map(|i| from + i + 1).chain([to]) {
            while end - start > LONGEST_LINE {
                start = floor(text, start + LONGEST_LINE);
                lines.push(start as u32);
            }
            if end < to {
                lines.push(end as u32);
            }
            start = end;
        }
        self.split = to;
    }

    /// Number of lines laid out so far.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The bytes of a line, without its line break.
    pub fn line(&self, number: usize) -> Option<Span> {
        let start = *self.lines.get(number)? as usize;
        let end = self.lines.get(number + 1).map_or(self.split, |e| *e as usize);
        let text = self.text.get(start..end)?;
        Some(Span::new(start, start + text.trim_end_matches(['\n', '\r']).len()))
    }

    /// The name of the JSON member on a line, with its quotes.
    pub fn member_name(&self, line: Span) -> Option<Span> {
        self.layout.as_ref().filter(|_| line.start >= self.body)?;
        let text = line.cut(&self.text)?;
        let start = text.len() - text.trim_start().len();
        let end = text.get(start..).filter(|t| t.starts_with('"'))?.find("\": ")? + start + 1;
        Some(Span::new(line.start + start, line.start + end))
    }

    /// The line at an offset.
    pub fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The position of a span of a header's value; the whole value for `None`.
    pub fn in_header(&self, index: usize, span: Option<Span>) -> Option<Span> {
        let home = *self.headers.get(index)?;
        let found = span.map_or(home, |s| s.shifted(home.start));
        (found.end <= home.end).then_some(found)
    }

    /// The position of a span of the body as received; the whole body for `None`.
    pub fn in_body(&self, body: &str, span: Option<Span>) -> Span {
        let Some(span) = span else { return Span::new(self.body, self.text.len()) };
        match self.layout.as_ref().map(|layout| &layout.places) {
            None => span.shifted(self.body),
            Some(layout) => {
                let start = moved(layout, body, span.start);
                // Ends where the last byte went, so that a span never includes the indentation after it.
                let end = if span.is_empty() { start } else { moved(layout, body, span.end - 1) + 1 };
                Span::new(start.min(self.text.len()), end.min(self.text.len()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::MAX_LAID_OUT_LEVELS;

    fn answer(body: &str) -> (ResponseText, String) {
        let response = Response { headers: [("A", "x"), ("B", "y z")].into_iter().collect(), body: body.into(), ..Response::default() };
        (ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut), body.to_string())
    }

    #[test]
    fn a_long_head_without_a_body_is_laid_out_once() {
        for length in [CHUNK, 2 * CHUNK, 4 * CHUNK] {
            let headers = [("X", "ab ".repeat(length / 3)), ("Y", "z".into())];
            let response = Response { headers: headers.iter().map(|(n, v)| (*n, v.as_str())).collect(), ..Response::default() };
            let mut shown = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
            lay_out_rest(&mut shown, &response);
            let last = shown.line(shown.line_count() - 1).and_then(|line| line.cut(&shown.text));
            assert_eq!((last, shown.line_of(shown.text.len()) + 1), (Some("Y: z"), shown.line_count()));
        }
    }

    fn lay_out_rest(shown: &mut ResponseText, response: &Response) {
        while !shown.is_whole(response) {
            shown.lay_out_more(response);
        }
    }

    #[test]
    fn json_stands_one_member_a_line() {
        let (shown, _) = answer(r#"{"error" :"a:{b}","n":[1,2],"e":{},"f":[ ]}"#);
        let body = &shown.text[shown.body..];
        assert_eq!(body, "{\n  \"error\": \"a:{b}\",\n  \"n\": [\n    1,\n    2\n  ],\n  \"e\": {},\n  \"f\": []\n}");
    }

    #[test]
    fn the_name_of_a_member_is_known() {
        let (shown, _) = answer(r#"{"a\"b":"c: \": ","n":1}"#);
        let names: Vec<_> = (0..shown.line_count()).filter_map(|n| shown.member_name(shown.line(n)?)?.cut(&shown.text)).collect();
        assert_eq!(names, [r#""a\"b""#, "\"n\""]);
    }

    #[test]
    fn bytes_of_the_body_are_found_where_they_went() {
        let (shown, body) = answer(r#"{ "error" : "expired", "n": [ 1, 22 ], "b": "q" }"#);
        for word in ["\"expired\"", "error", "22", "\"q\""] {
            let at = body.find(word).map(|i| Span::new(i, i + word.len()));
            assert_eq!(shown.in_body(&body, at).cut(&shown.text), Some(word));
        }
    }

    #[test]
    fn a_header_value_is_found() {
        let (shown, _) = answer("");
        assert_eq!(shown.in_header(1, Some(Span::new(2, 3))).and_then(|s| s.cut(&shown.text)), Some("z"));
        assert_eq!(shown.in_header(1, Some(Span::new(2, 9))), None);
    }

    #[test]
    fn what_is_secret_in_an_answer_is_known() {
        let response = Response {
            headers: [("Set-Cookie", "sid=abc; Path=/")].into_iter().collect(),
            body: r#"{"access_token":"xyz","token_type":"Bearer"}"#.into(),
            ..Response::default()
        };
        let shown = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
        let cut: Vec<_> = shown.secrets().iter().filter_map(|s| s.cut(&shown.text)).collect();
        assert_eq!(cut, ["abc", "xyz"]);
    }

    #[test]
    fn broken_json_is_laid_out_as_far_as_it_goes() {
        let (shown, _) = answer(r#"{"a":{"b":"c"#);
        assert_eq!(&shown.text[shown.body..], "{\n  \"a\": {\n    \"b\": \"c");
    }

    #[test]
    fn a_long_line_is_shown_as_several() {
        let (shown, _) = answer(&"é".repeat(5000));
        assert!(shown.line_count() > 5);
        let total: usize = (0..shown.line_count()).filter_map(|n| shown.line(n)).map(Span::len).sum();
        assert_eq!(total, "A: x".len() + "B: y z".len() + 10_000);
    }

    #[test]
    fn a_long_body_is_laid_out_piece_by_piece_to_the_same_text() {
        let body = format!("[{}]", vec![r#"{"a": [], "é" : "x, y", "b":{}}"#; 20_000].join(" ,"));
        let response = Response { body: body.as_str().into(), ..Response::default() };
        let mut shown = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
        assert!(!shown.is_whole(&response) && shown.text.len() < body.len());
        lay_out_rest(&mut shown, &response);
        let (mut whole, mut layout) = (String::new(), Layout::default());
        layout.advance(&body, &mut whole, usize::MAX);
        assert_eq!(shown.text, whole);
        assert_eq!(shown.line_count(), whole.lines().count());
        let at = body.rfind("x, y").map(|i| Span::new(i, i + 4));
        assert_eq!(shown.in_body(&body, at).cut(&shown.text), Some("x, y"));
    }

    #[test]
    fn lines_of_a_long_text_are_found_piece_by_piece() {
        for piece in ["\n", "é\n", "xyz", "a\n\n\n", "\r\n"] {
            let body = piece.repeat(3 * CHUNK / piece.len());
            let response = Response { body: body.as_str().into(), ..Response::default() };
            let mut shown = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
            let first = shown.line_count();
            assert!(first <= CHUNK && shown.line(first - 1).is_some_and(|line| line.len() <= LONGEST_LINE), "{piece:?}");
            lay_out_rest(&mut shown, &response);
            assert!(shown.line_count() > first, "{piece:?}");
            let lines: String = (0..shown.line_count()).filter_map(|n| shown.line(n)?.cut(&shown.text)).collect();
            assert_eq!(lines, body.replace(['\r', '\n'], ""), "{piece:?}");
            assert!(piece == "xyz" || shown.line_count() == body.lines().count(), "{piece:?}");
        }
    }

    #[test]
    fn depth_costs_no_more_than_its_bytes() {
        let wide = format!("{}{}", "[".repeat(MAX_LAID_OUT_LEVELS), "1,".repeat(500_000));
        for body in ["[".repeat(1_000_000), r#"{"a":"#.repeat(200_000), "[]".repeat(500_000), "[1],".repeat(250_000), wide] {
            let response = Response { body: body.as_str().into(), ..Response::default() };
            let mut shown = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
            lay_out_rest(&mut shown, &response);
            assert!(shown.text.len() < 8 * body.len(), "{}: {}", &body[..8], shown.text.len());
        }
    }

    #[test]
    fn what_is_nested_too_deeply_stays_on_one_line() {
        let deep = format!("{}1, 2, {{\"x\" : [ ]}}{}", "[".repeat(MAX_LAID_OUT_LEVELS + 1), "]".repeat(MAX_LAID_OUT_LEVELS + 1));
        let (shown, body) = answer(&deep);
        let lines: Vec<&str> = shown.text[shown.body..].lines().map(str::trim_start).collect();
        assert_eq!(lines.len(), 2 * MAX_LAID_OUT_LEVELS + 1);
        assert_eq!(lines[MAX_LAID_OUT_LEVELS], "[1,2,{\"x\": []}]");
        let at = body.find("\"x\"").map(|i| Span::new(i, i + 3));
        assert_eq!(shown.in_body(&body, at).cut(&shown.text), Some("\"x\""));
    }

    #[test]
    fn a_byte_of_a_long_line_is_found_where_it_went() {
        let (shown, body) = answer(&format!("{}{}\"q,\": [7]", "[".repeat(2 * MAX_LAID_OUT_LEVELS), r#""a, b" :  1 ,"#.repeat(2_000)));
        for word in ["\"q,\"", "7"] {
            let at = body.rfind(word).map(|i| Span::new(i, i + word.len()));
            assert_eq!(shown.in_body(&body, at).cut(&shown.text), Some(word));
        }
    }
}
