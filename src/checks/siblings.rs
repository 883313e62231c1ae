//! The exchanges that stand beside one in its file.
//!
//! Every check of every exchange may ask for them, so that a walk over all of them each time would cost the square of the
//! file's length. What is asked for is collected on the first question, once for the whole file.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use url::Url;

use crate::domain::exchange::Exchange;
use crate::domain::response::Response;

/// The exchanges of a file, and where to find among them what checks ask for.
#[derive(Debug, Default)]
pub struct Siblings<'a> {
    exchanges: &'a [Exchange],
    working: OnceCell<HashMap<String, Vec<String>>>,
    setting: OnceCell<Vec<usize>>,
    preflights: OnceCell<Vec<usize>>,
}

impl<'a> Siblings<'a> {
    /// The exchanges of a file in their order; the one that is examined may be among them.
    pub fn of(exchanges: &'a [Exchange]) -> Self {
        Self { exchanges, ..Self::default() }
    }

    /// How many there are, the one that is examined included where it is among them.
    pub fn count(&self) -> usize {
        self.exchanges.len()
    }

    /// The different paths on a host that were answered 2xx, in the order of the file.
    pub fn working_paths(&self, host: &str) -> &[String] {
        let working = self.working.get_or_init(|| {
            let mut known = HashSet::new();
            let mut found: HashMap<String, Vec<String>> = HashMap::new();
            for exchange in self.exchanges.iter().filter(|e| e.answer.as_ref().is_some_and(Response::is_success)) {
                let Ok(url) = Url::parse(&exchange.request.url) else { continue };
                let Some(host) = url.host_str() else { continue };
                if known.insert((host.to_string(), url.path().to_string())) {
                    found.entry(host.to_string()).or_default().push(url.path().to_string());
                }
            }
            found
        });
        working.get(host).map_or(&[], Vec::as_slice)
    }

    /// The exchanges before this one whose answers set a cookie; all such ones when this one stands elsewhere.
    pub fn setting_cookies_before(&self, exchange: &Exchange) -> impl Iterator<Item = &'a Exchange> {
        let end = self.exchanges.iter().position(|e| std::ptr::eq(e, exchange)).unwrap_or(self.exchanges.len());
        let sets = |e: &Exchange| e.answer.as_ref().is_some_and(|a| a.headers.has("set-cookie"));
        self.setting.get_or_init(|| self.numbers(sets)).iter().take_while(move |i| **i < end).filter_map(|i| self.exchanges.get(*i))
    }

    /// The requests by which a browser asks for leave.
    pub fn preflights(&self) -> impl Iterator<Item = &'a Exchange> {
        let asks = |e: &Exchange| e.request.method.eq_ignore_ascii_case("OPTIONS");
        self.preflights.get_or_init(|| self.numbers(asks)).iter().filter_map(|i| self.exchanges.get(*i))
    }

    fn numbers(&self, fits: impl Fn(&Exchange) -> bool) -> Vec<usize> {
        self.exchanges.iter().enumerate().filter(|(_, e)| fits(e)).map(|(i, _)| i).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(method: &str, url: &str, status: u16, set_cookie: Option<&str>) -> Exchange {
        let mut exchange = Exchange { answer: Some(Response { status, ..Response::default() }), ..Exchange::default() };
        (exchange.request.method, exchange.request.url) = (method.into(), url.into());
        exchange.answer.iter_mut().for_each(|a| a.headers = set_cookie.map(|c| ("Set-Cookie", c)).into_iter().collect());
        exchange
    }

    fn file() -> [Exchange; 5] {
        [
            exchange("GET", "https://a.example/1", 200, Some("a=1")),
            exchange("GET", "https://a.example/1?x", 200, None),
            exchange("GET", "https://a.example/2", 401, None),
            exchange("OPTIONS", "https://b.example/1", 204, None),
            exchange("GET", "https://a.example/3", 201, Some("b=2")),
        ]
    }

    #[test]
    fn paths_that_work_are_listed_once_by_their_host() {
        let file = file();
        let siblings = Siblings::of(&file);
        assert_eq!(siblings.working_paths("a.example"), ["/1", "/3"]);
        assert_eq!(siblings.working_paths("b.example"), ["/1"]);
        assert!(siblings.working_paths("example").is_empty());
    }

    #[test]
    fn cookies_come_from_what_stands_before() {
        let file = file();
        let siblings = Siblings::of(&file);
        let before = |e: &Exchange| siblings.setting_cookies_before(e).count();
        assert_eq!([before(&file[0]), before(&file[3]), before(&file[4])], [0, 1, 1]);
        assert_eq!(before(&Exchange::default()), 2, "of one that stands elsewhere all count");
        assert_eq!(siblings.preflights().count(), 1);
    }
}
