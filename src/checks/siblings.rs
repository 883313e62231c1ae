//! The exchanges that stand beside one in its file.
//!
//! Every check of every exchange may ask for them, so that a walk over all of them each time would cost the square of the
//! file's length. What is asked for is collected on the first question, once for the whole file.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;
use url::Url;

use super::near::Near;
use crate::domain::cookie::{Jar, MOST_OF_A_SITE};
use crate::domain::exchange::Exchange;
use crate::domain::headers::Header;
use crate::domain::response::Response;
use crate::domain::site::registrable_domain;

/// The exchanges of a file, and where to find among them what checks ask for.
#[derive(Debug, Default)]
pub struct Siblings<'a> {
    exchanges: &'a [Exchange],
    working: OnceCell<HashMap<String, Paths>>,
    /// The exchanges that set cookies, by the site that they belong to.
    setting: OnceCell<HashMap<String, Vec<usize>>>,
    received: RefCell<HashMap<String, Rc<Received>>>,
    preflights: OnceCell<Vec<usize>>,
}

/// The different paths on one host that were answered 2xx.
#[derive(Debug, Default)]
pub struct Paths {
    /// In the order of the file.
    listed: Vec<String>,
    /// By what is left of them without the slash at the end and in lower case.
    alike: HashMap<String, Vec<usize>>,
    near: OnceCell<Near>,
}

impl Paths {
    fn add(&mut self, path: &str) {
        let alike = self.alike.entry(key(path)).or_default();
        if !alike.iter().any(|i| self.listed.get(*i).is_some_and(|p| p == path)) {
            alike.push(self.listed.len());
            self.listed.push(path.to_string());
        }
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Those that differ in upper and lower case and slashes at the end at most, in the order of the file.
    pub fn alike(&self, path: &str) -> impl Iterator<Item = &str> {
        self.alike.get(&key(path)).into_iter().flatten().filter_map(|i| self.listed.get(*i)).map(String::as_str)
    }

    /// Those within some slips of the hand, in the order of the file.
    pub fn near(&self, path: &str, slips: usize) -> impl Iterator<Item = &str> {
        let near = self.near.get_or_init(|| Near::new(&self.listed));
        near.find(path, slips).into_iter().filter_map(|i| self.listed.get(i)).map(String::as_str)
    }
}

/// The site that an address belongs to: its registrable domain, or the host where there is none.
fn site_of(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    // Of one that cannot be read it is what stands where the host should be: that its cookies are lost is worth knowing.
    let by_hand = || url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_else(by_hand);
    registrable_domain(host).unwrap_or(host).to_string()
}

fn key(path: &str) -> String {
    path.trim_end_matches('/').to_ascii_lowercase()
}

/// The cookies that one site set in the course of the file.
#[derive(Debug, Default)]
struct Received {
    /// The number of the exchange, and of the header in its answer.
    fields: Vec<(usize, usize)>,
    /// After each exchange that sets any: its number, and which fields still count.
    counting: Vec<(usize, Vec<usize>)>,
}

impl Received {
    /// Of the exchanges of a site, by their numbers.
    fn of(exchanges: &[Exchange], numbers: &[usize], now: Timestamp) -> Self {
        let (mut received, mut jar, mut counting) = (Self::default(), Jar::default(), Vec::new());
        for (number, exchange) in numbers.iter().filter_map(|number| Some((*number, exchanges.get(*number)?))) {
            let mut fields = exchange.answer.iter().flat_map(|a| a.headers.all("set-cookie")).peekable();
            if fields.peek().is_none() {
                continue;
            }
            for (header, Header { value, .. }) in fields {
                let at = exchange.context.now.unwrap_or(now);
                if jar.receive_news(&exchange.request.url, value, at) {
                    counting.push(received.fields.len());
                    received.fields.push((number, header));
                }
            }
            counting.retain(|i| jar.counts(*i));
            counting.drain(..counting.len().saturating_sub(MOST_OF_A_SITE));
            received.counting.push((number, counting.clone()));
        }
        received
    }
}

impl<'a> Siblings<'a> {
    /// The exchanges of a file in their order; the one that is examined may be among them.
    pub fn of(exchanges: &'a [Exchange]) -> Self {
        Self { exchanges, ..Self::default() }
    }

    /// True when the file holds one exchange at most: there is nothing beside it.
    pub const fn is_lone(&self) -> bool {
        self.exchanges.len() <= 1
    }

    /// The different paths on a host that were answered 2xx.
    pub fn working_paths(&self, host: &str) -> Option<&Paths> {
        let working = self.working.get_or_init(|| {
            let mut found: HashMap<String, Paths> = HashMap::new();
            for exchange in self.exchanges.iter().filter(|e| e.answer.as_ref().is_some_and(Response::is_success)) {
                let Ok(url) = Url::parse(&exchange.request.url) else { continue };
                let Some(host) = url.host_str() else { continue };
                match found.get_mut(host) {
                    Some(paths) => paths.add(url.path()),
                    None => found.entry(host.to_string()).or_default().add(url.path()),
                }
            }
            found
        });
        working.get(host)
    }

    /// The `Set-Cookie` fields with which exchanges of a site before this one were answered, as far as they still count;
    /// those of the whole file when this one stands elsewhere. What came at no known time counts as received `now`.
    ///
    /// Like a browser, it forgets those that a later one replaced, and the oldest of very many. One that a later one deleted
    /// is kept: that is what a check looks for.
    pub fn cookies_before(&self, exchange: &Exchange, site: &str, now: Timestamp) -> Vec<(&'a Exchange, &'a str)> {
        let end = self.number_of(exchange).unwrap_or(self.exchanges.len());
        let known = self.received.borrow().get(site).cloned();
        let received = known.unwrap_or_else(|| {
            let numbers = self.setting.get_or_init(|| self.that_set_cookies()).get(site);
            let received = Rc::new(Received::of(self.exchanges, numbers.map_or(&[][..], Vec::as_slice), now));
            self.received.borrow_mut().insert(site.to_string(), Rc::clone(&received));
            received
        });
        let before = received.counting.partition_point(|(number, _)| *number < end);
        let counting = before.checked_sub(1).and_then(|i| received.counting.get(i)).map_or(&[][..], |(_, counting)| counting);
        let field = |(number, header): &(usize, usize)| {
            let exchange = self.exchanges.get(*number)?;
            Some((exchange, exchange.answer.as_ref()?.headers.0.get(*header)?.value.as_str()))
        };
        counting.iter().filter_map(|i| received.fields.get(*i)).filter_map(field).collect()
    }

    fn that_set_cookies(&self) -> HashMap<String, Vec<usize>> {
        let mut found: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, exchange) in self.exchanges.iter().enumerate() {
            if exchange.answer.as_ref().is_some_and(|a| a.headers.has("set-cookie")) {
                found.entry(site_of(&exchange.request.url)).or_default().push(number);
            }
        }
        found
    }

    /// The requests by which a browser asks for leave.
    pub fn preflights(&self) -> impl Iterator<Item = &'a Exchange> {
        let asks = |(_, e): &(usize, &Exchange)| e.request.method.eq_ignore_ascii_case("OPTIONS");
        let numbers = self.preflights.get_or_init(|| self.exchanges.iter().enumerate().filter(asks).map(|(i, _)| i).collect());
        numbers.iter().filter_map(|i| self.exchanges.get(*i))
    }

    /// The place of an exchange in the file: by its address, since a search for each would cost the square of the length.
    fn number_of(&self, exchange: &Exchange) -> Option<usize> {
        let (begin, this) = (self.exchanges.as_ptr() as usize, std::ptr::from_ref(exchange) as usize);
        let number = this.checked_sub(begin)? / size_of::<Exchange>();
        self.exchanges.get(number).filter(|e| std::ptr::eq(*e, exchange)).map(|_| number)
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
        let near = |host: &str, path: &str| -> Option<Vec<String>> {
            Some(siblings.working_paths(host)?.near(path, 1).map(String::from).collect())
        };
        assert_eq!(near("a.example", "/2"), Some(vec!["/1".into(), "/3".into()]));
        assert_eq!(near("b.example", "/2"), Some(vec!["/1".into()]));
        assert_eq!(near("example", "/2"), None);
        assert_eq!(siblings.working_paths("a.example").map(|p| p.alike("/1/").collect::<Vec<_>>()), Some(vec!["/1"]));
    }

    fn before(siblings: &Siblings, exchange: &Exchange) -> Vec<String> {
        let fields = siblings.cookies_before(exchange, "a.example", Timestamp::UNIX_EPOCH);
        fields.into_iter().map(|(_, field)| field.to_string()).collect()
    }

    #[test]
    fn cookies_come_from_what_stands_before() {
        let file = file();
        let siblings = Siblings::of(&file);
        assert_eq!([0, 3, 4].map(|i| before(&siblings, &file[i]).len()), [0, 1, 1]);
        assert_eq!(before(&siblings, &Exchange::default()).len(), 2, "of one that stands elsewhere all count");
        assert_eq!(siblings.preflights().count(), 1);
    }

    #[test]
    fn cookies_that_were_replaced_do_not_count_and_deleted_ones_do() {
        let set = |field| exchange("GET", "https://a.example/", 200, Some(field));
        let file = [set("a=1"), set("b=1"), set("a=2"), set("b=; Max-Age=0"), set("c=1; Domain=com"), set("c=1; Domain=com")];
        let siblings = Siblings::of(&file);
        assert_eq!(before(&siblings, &Exchange::default()), ["b=1", "a=2", "b=; Max-Age=0", "c=1; Domain=com"]);
    }

    #[test]
    fn of_very_many_cookies_the_oldest_are_forgotten() {
        let file: Vec<_> = (0..300).map(|i| exchange("GET", "https://a.example/", 200, Some(&format!("c{i}=1")))).collect();
        let kept = before(&Siblings::of(&file), &Exchange::default());
        assert_eq!((kept.len(), kept.first().map(String::as_str)), (MOST_OF_A_SITE, Some("c120=1")));
    }
}
