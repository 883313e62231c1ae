//! What gives a service away under a host that nobody knows: headers, cookies, ports, paths.

use std::borrow::Cow;
use std::collections::HashMap;

use url::Url;

use crate::domain::headers::Headers;
use crate::domain::limits::MAX_JUDGED;
use crate::domain::request::Request;
use crate::domain::response::Response;

/// Marks by what they are compared with, so that an exchange is asked once and not once for each mark.
#[derive(Debug, Default)]
pub struct Marks {
    /// The row of each mark.
    rows: Vec<usize>,
    ports: HashMap<u16, Vec<usize>>,
    queries: Names,
    request_headers: Names,
    headers: Names,
    paths: Beginnings,
    servers: Beginnings,
    powered_by: Beginnings,
    cookies: Beginnings,
    realms: Beginnings,
}

type Names = HashMap<Cow<'static, str>, Vec<usize>>;
type Beginnings = Vec<(Cow<'static, str>, usize)>;

impl Marks {
    /// Adds a mark of a row: `header:X-Request-Id`, `query:api=Login`. One of an unknown kind is never found.
    pub fn add(&mut self, mark: Cow<'static, str>, row: usize) {
        let number = self.rows.len();
        self.rows.push(row);
        let (kind, value) = match mark {
            Cow::Borrowed(mark) => mark.split_once(':').map(|(kind, value)| (Cow::from(kind), Cow::from(value))),
            Cow::Owned(mark) => mark.split_once(':').map(|(kind, value)| (kind.to_string().into(), value.to_string().into())),
        }
        .unwrap_or_default();
        match &*kind {
            "port" => value.parse().into_iter().for_each(|port| self.ports.entry(port).or_default().push(number)),
            "query" => self.queries.entry(value).or_default().push(number),
            "request-header" => self.request_headers.entry(value.to_ascii_lowercase().into()).or_default().push(number),
            "header" => self.headers.entry(value.to_ascii_lowercase().into()).or_default().push(number),
            "path" => self.paths.push((value, number)),
            "server" => self.servers.push((value, number)),
            "x-powered-by" => self.powered_by.push((value, number)),
            "cookie" => self.cookies.push((value, number)),
            "realm" => self.realms.push((value, number)),
            _ => {}
        }
    }

    /// The row of each mark that an exchange has; a row with several is there several times.
    pub fn seen(&self, request: &Request, url: &Url, answer: Option<&Response>) -> Vec<usize> {
        let mut seen: Vec<usize> = Vec::new();
        seen.extend(url.port().and_then(|port| self.ports.get(&port)).into_iter().flatten());
        if !self.queries.is_empty() {
            for (name, value) in url.query_pairs() {
                seen.extend(self.queries.get(name.as_ref()).into_iter().flatten());
                seen.extend(self.queries.get(format!("{name}={value}").as_str()).into_iter().flatten());
            }
        }
        seen.extend(self.paths.iter().filter(|(path, _)| url.path().starts_with(path.as_ref())).map(|(_, number)| number));
        named(&self.request_headers, &request.headers, &mut seen);
        let cookies = request.headers.all("cookie").flat_map(|(_, cookies)| cookies.value.split(';'));
        cookies.take(MAX_JUDGED).for_each(|pair| beginning(&self.cookies, pair.trim(), &mut seen));
        if let Some(headers) = answer.map(|answer| &answer.headers) {
            named(&self.headers, headers, &mut seen);
            for (_, header) in headers.iter() {
                match () {
                    () if header.is("server") => beginning(&self.servers, &header.value, &mut seen),
                    () if header.is("x-powered-by") => beginning(&self.powered_by, &header.value, &mut seen),
                    () if header.is("set-cookie") => beginning(&self.cookies, &header.value, &mut seen),
                    () if header.is("www-authenticate") => {
                        let realm = header.value.split_once("realm=").map(|(_, realm)| realm.trim_start_matches('"'));
                        realm.into_iter().for_each(|realm| beginning(&self.realms, realm, &mut seen));
                    }
                    () => {}
                }
            }
        }
        // A mark counts once, however often it is there.
        seen.sort_unstable();
        seen.dedup();
        seen.into_iter().filter_map(|number| self.rows.get(number).copied()).collect()
    }
}

fn named(names: &Names, headers: &Headers, seen: &mut Vec<usize>) {
    if !names.is_empty() {
        seen.extend(headers.iter().filter_map(|(_, header)| names.get(header.name.to_ascii_lowercase().as_str())).flatten());
    }
}

fn beginning(beginnings: &Beginnings, text: &str, seen: &mut Vec<usize>) {
    let begins = |start: &str| text.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start));
    seen.extend(beginnings.iter().filter(|(start, _)| begins(start)).map(|(_, number)| number));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_where_they_are() {
        let request = Request { headers: [("Cookie", "a=b; KEY=1"), ("X-Key", "1")].into_iter().collect(), ..Request::default() };
        let url = Url::parse("https://h.example:8200/p/x?q=1").expect("an address");
        let headers = [("WWW-Authenticate", "Basic realm=\"Thing A\""), ("Server", "Thing/1"), ("server", "Thing/2")];
        let answer = Response { headers: headers.into_iter().collect(), ..Response::default() };
        let has = |mark: &'static str| {
            let mut marks = Marks::default();
            marks.add(mark.into(), 7);
            let seen = marks.seen(&request, &url, Some(&answer));
            assert!(seen.is_empty() || seen == [7], "{mark}: {seen:?}");
            !seen.is_empty()
        };
        for mark in [
            "cookie:KEY",
            "realm:Thing",
            "server:thing",
            "path:/p/",
            "query:q",
            "query:q=1",
            "port:8200",
            "header:SERVER",
            "request-header:x-key",
        ] {
            assert!(has(mark), "{mark}");
        }
        for mark in [
            "cookie:NO",
            "realm:A",
            "path:/x",
            "query:p",
            "query:Q",
            "query:q=2",
            "port:82",
            "request-header:server",
            "header:x-key",
            "server",
        ] {
            assert!(!has(mark), "{mark}");
        }
    }
}
