//! The other exchanges of the file that an exchange is from.
//!
//! Every check of every exchange may ask for them, so a walk over all of them each time would cost the square of the
//! file's length. What is asked for is collected once, on the first question, and kept in an [`Index`] of the whole file.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::likeness::Likeness;
use super::similar::SimilarPaths;
use super::verified::Signatures;
use crate::domain::cookie::{Jar, MOST_OF_A_SITE};
use crate::domain::exchange::Exchange;
use crate::domain::headers::Header;
use crate::domain::limits::MAX_CHECKED_BODY;
use crate::domain::origin::carries_credential;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::site::registrable_domain;
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::{KeySet, Verification};

/// The exchanges of one file, in their order.
pub trait Exchanges: Debug {
    /// The exchange with that number.
    fn exchange(&self, number: usize) -> Option<&Exchange>;
    /// How many there are.
    fn count(&self) -> usize;
}

impl<E: AsRef<Exchange> + Debug> Exchanges for Vec<E> {
    fn exchange(&self, number: usize) -> Option<&Exchange> {
        self.get(number).map(AsRef::as_ref)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// What checks asked of the exchanges of a file. It is valid as long as none of them changes, except for the one that is
/// examined: an exchange is no sibling of itself.
#[derive(Clone, Debug, Default)]
pub struct Index {
    working: OnceCell<HashMap<String, Paths>>,
    /// The exchanges that set cookies, by the site that they belong to.
    setting: OnceCell<HashMap<String, Vec<usize>>>,
    received: RefCell<HashMap<String, Arc<Received>>>,
    preflights: OnceCell<Vec<usize>>,
    /// The exchanges with one method and address, in the order of the file.
    alike: OnceCell<HashMap<(String, String), Vec<usize>>>,
    likenesses: RefCell<HashMap<usize, Likeness>>,
    signatures: Signatures,
}

/// Of the exchanges with the same address those that are nearest are looked at, on each side.
const NEAREST: usize = 32;

/// The other exchanges of the file that an exchange is from.
#[derive(Clone, Copy, Debug)]
pub struct Siblings<'a> {
    exchanges: &'a dyn Exchanges,
    index: &'a Index,
    /// The number of the exchange that is examined.
    own: usize,
}

/// The different paths on one host that were answered 2xx.
#[derive(Clone, Debug, Default)]
struct Paths {
    /// In the order of the file.
    listed: Vec<String>,
    /// For each the exchange that has it, `None` when several do.
    only: Vec<Option<usize>>,
    /// By what is left of them without the slash at the end and in lower case.
    alike: HashMap<String, Vec<usize>>,
    similar: OnceCell<SimilarPaths>,
}

impl Paths {
    fn add(&mut self, path: &str, exchange: usize) {
        let alike = self.alike.entry(key(path)).or_default();
        match alike.iter().find(|i| self.listed.get(**i).is_some_and(|p| p == path)) {
            Some(known) => self.only.get_mut(*known).into_iter().for_each(|only| *only = None),
            None => {
                alike.push(self.listed.len());
                self.listed.push(path.to_string());
                self.only.push(Some(exchange));
            }
        }
    }
}

/// The different paths on one host that were answered 2xx in another exchange of the file.
#[derive(Clone, Copy, Debug)]
pub struct WorkingPaths<'a> {
    paths: &'a Paths,
    own: usize,
}

impl<'a> WorkingPaths<'a> {
    /// True without any.
    pub fn is_empty(self) -> bool {
        // A path that the exchange has for itself is one at most.
        self.paths.only.iter().all(|only| *only == Some(self.own))
    }

    /// Those that differ in upper and lower case and slashes at the end at most, in the order of the file.
    pub fn alike(self, path: &str) -> impl Iterator<Item = &'a str> {
        let numbers = self.paths.alike.get(&key(path)).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(move |number| self.path(*number))
    }

    /// Those that a few typing errors turn into that path, in the order of the file.
    pub fn near(self, path: &str, slips: usize) -> impl Iterator<Item = &'a str> {
        let similar = self.paths.similar.get_or_init(|| SimilarPaths::new(&self.paths.listed));
        similar.find(path, slips).into_iter().filter_map(move |number| self.path(number))
    }

    fn path(self, number: usize) -> Option<&'a str> {
        let is_own = self.paths.only.get(number).is_none_or(|only| *only == Some(self.own));
        self.paths.listed.get(number).filter(|_| !is_own).map(String::as_str)
    }
}

/// The site that an address belongs to: its registrable domain, or its host.
fn site_of(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    // For an address that cannot be read, the text in place of the host: that its cookies are lost is worth knowing.
    let by_hand = || url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_else(by_hand);
    registrable_domain(host).unwrap_or(host).to_string()
}

/// Another exchange with the same method and address.
#[derive(Clone, Copy, Debug)]
pub struct Neighbor<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    number: usize,
    index: &'a Index,
}

impl Neighbor<'_> {
    /// True when its request and this one of that likeness differ in their credentials at most, and in what names the client.
    pub fn is_alike(self, request: &Request, likeness: Likeness) -> bool {
        self.has_body_of(request) && self.likeness().is_alike(likeness)
    }

    /// True when they have the same credential too.
    pub fn is_same(self, request: &Request, likeness: Likeness) -> bool {
        self.has_body_of(request) && self.likeness() == likeness
    }

    /// True when its request takes a credential along.
    pub fn carries_credential(self) -> bool {
        self.likeness().has_credential() || carries_credential(&self.exchange.request)
    }

    fn has_body_of(self, request: &Request) -> bool {
        self.exchange.request.body == request.body
    }

    fn likeness(self) -> Likeness {
        *self.index.likenesses.borrow_mut().entry(self.number).or_insert_with(|| Likeness::of(&self.exchange.request))
    }
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
    fn of(exchanges: &dyn Exchanges, numbers: &[usize], now: Timestamp) -> Self {
        let (mut received, mut jar, mut counting) = (Self::default(), Jar::default(), Vec::new());
        for (number, exchange) in numbers.iter().filter_map(|number| Some((*number, exchanges.exchange(*number)?))) {
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
    /// Of the exchange with that number in its file. `index` is that of the file.
    pub const fn of(exchanges: &'a dyn Exchanges, index: &'a Index, own: usize) -> Self {
        Self { exchanges, index, own }
    }

    /// True when there is none.
    pub fn are_none(self) -> bool {
        self.exchanges.count() <= 1
    }

    /// The verification of a token, made once where neighbors carry the same one.
    pub fn verification(self, token: &Jws, keys: &Arc<KeySet>) -> Verification {
        self.index.signatures.verify(token, keys)
    }

    fn numbered(self) -> impl Iterator<Item = (usize, &'a Exchange)> {
        (0..self.exchanges.count()).filter_map(move |number| Some((number, self.exchanges.exchange(number)?)))
    }

    /// The different paths on a host that were answered 2xx.
    pub fn working_paths(self, host: &str) -> Option<WorkingPaths<'a>> {
        let working = self.index.working.get_or_init(|| {
            let mut found: HashMap<String, Paths> = HashMap::new();
            for (number, exchange) in self.numbered().filter(|(_, e)| e.answer.as_ref().is_some_and(Response::is_success)) {
                let Ok(url) = Url::parse(&exchange.request.url) else { continue };
                let Some(host) = url.host_str() else { continue };
                match found.get_mut(host) {
                    Some(paths) => paths.add(url.path(), number),
                    None => found.entry(host.to_string()).or_default().add(url.path(), number),
                }
            }
            found
        });
        Some(WorkingPaths { paths: working.get(host)?, own: self.own })
    }

    /// The `Set-Cookie` fields with which exchanges of a site before this one were answered, as far as they still count. What
    /// came at no known time counts as received `now`.
    ///
    /// Like a browser, it forgets those that a later one replaced, and the oldest of very many. One that a later one deleted
    /// is kept: that is what a check looks for.
    pub fn cookies_before(self, site: &str, now: Timestamp) -> Vec<(&'a Exchange, &'a str)> {
        let known = self.index.received.borrow().get(site).cloned();
        let received = known.unwrap_or_else(|| {
            let numbers = self.index.setting.get_or_init(|| self.that_set_cookies()).get(site);
            let received = Arc::new(Received::of(self.exchanges, numbers.map_or(&[][..], Vec::as_slice), now));
            self.index.received.borrow_mut().insert(site.to_string(), Arc::clone(&received));
            received
        });
        let before = received.counting.partition_point(|(number, _)| *number < self.own);
        let counting = before.checked_sub(1).and_then(|i| received.counting.get(i)).map_or(&[][..], |(_, counting)| counting);
        let field = |(number, header): &(usize, usize)| {
            let exchange = self.exchanges.exchange(*number)?;
            Some((exchange, exchange.answer.as_ref()?.headers.0.get(*header)?.value.as_str()))
        };
        counting.iter().filter_map(|i| received.fields.get(*i)).filter_map(field).collect()
    }

    fn that_set_cookies(self) -> HashMap<String, Vec<usize>> {
        let mut found: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, exchange) in self.numbered() {
            if exchange.answer.as_ref().is_some_and(|a| a.headers.has("set-cookie")) {
                found.entry(site_of(&exchange.request.url)).or_default().push(number);
            }
        }
        found
    }

    /// The exchanges with the same method and address as a request, query included: the nearest before the own one, and the
    /// nearest after it, in the order of the file.
    pub fn same_address(self, request: &Request) -> (Vec<Neighbor<'a>>, Vec<Neighbor<'a>>) {
        let key = |request: &Request| (request.method.to_ascii_uppercase(), request.url.clone());
        let alike = self.index.alike.get_or_init(|| {
            let mut found: HashMap<_, Vec<usize>> = HashMap::new();
            for (number, exchange) in self.numbered() {
                found.entry(key(&exchange.request)).or_default().push(number);
            }
            found
        });
        let numbers = alike.get(&key(request)).map_or(&[][..], Vec::as_slice);
        let own = numbers.partition_point(|number| *number < self.own);
        let neighbor = |number: &usize| {
            let exchange = self.exchanges.exchange(*number).filter(|_| *number != self.own)?;
            Some(Neighbor { exchange, number: *number, index: self.index })
        };
        let exchanges = |numbers: &[usize]| numbers.iter().filter_map(neighbor).collect();
        let (before, after) = numbers.split_at(own);
        (exchanges(&before[before.len().saturating_sub(NEAREST)..]), exchanges(&after[..after.len().min(NEAREST)]))
    }

    /// The exchange after the own one in which the client followed up its challenge: the same request, now with a credential and
    /// let through, and between them an answer with a token.
    pub fn follow_up(self, request: &Request) -> Option<&'a Exchange> {
        let succeeded = |e: &&Exchange| e.answer.as_ref().is_some_and(Response::is_success);
        let gives_token = |e: &Exchange| {
            let body = e.answer.as_ref().map_or("", |a| a.body.as_str());
            body.len() <= MAX_CHECKED_BODY
                && ["access_token\"", "accessToken\"", "\"token\"", "id_token\""].iter().any(|name| body.contains(name))
        };
        let mut has_token = false;
        for exchange in (self.own + 1..self.exchanges.count()).take(NEAREST).filter_map(|number| self.exchanges.exchange(number)) {
            let is_same = exchange.request.url == request.url && exchange.request.method.eq_ignore_ascii_case(&request.method);
            if is_same && has_token && carries_credential(&exchange.request) {
                // Who is told that there is no such thing, or that it changed, has been let through.
                let is_let_through = |answer: &Response| answer.is_success() || matches!(answer.status, 304 | 404 | 409 | 410 | 412 | 416);
                return Some(exchange).filter(|exchange| exchange.answer.as_ref().is_some_and(is_let_through));
            }
            has_token |= succeeded(&exchange) && gives_token(exchange);
        }
        None
    }

    /// The CORS preflights.
    pub fn preflights(self) -> impl Iterator<Item = &'a Exchange> {
        let asks = |(_, e): &(usize, &Exchange)| e.request.method.eq_ignore_ascii_case("OPTIONS");
        let numbers = self.index.preflights.get_or_init(|| self.numbered().filter(asks).map(|(number, _)| number).collect());
        let others = numbers.iter().filter(move |number| **number != self.own);
        others.filter_map(move |number| self.exchanges.exchange(*number))
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

    fn file() -> Vec<Exchange> {
        vec![
            exchange("GET", "https://a.example/1", 200, Some("a=1")),
            exchange("GET", "https://a.example/1?x", 200, None),
            exchange("GET", "https://a.example/2", 401, None),
            exchange("OPTIONS", "https://b.example/1", 204, None),
            exchange("GET", "https://a.example/3", 201, Some("b=2")),
        ]
    }

    /// What one exchange knows of its siblings.
    fn asked<T>(file: &Vec<Exchange>, own: usize, ask: impl FnOnce(Siblings) -> T) -> T {
        ask(Siblings::of(file, &Index::default(), own))
    }

    #[test]
    fn paths_that_work_are_listed_once_by_their_host() {
        let file = file();
        let near = |own, host: &str, path: &str| -> Option<Vec<String>> {
            asked(&file, own, |siblings| Some(siblings.working_paths(host)?.near(path, 1).map(String::from).collect()))
        };
        assert_eq!(near(2, "a.example", "/2"), Some(vec!["/1".into(), "/3".into()]));
        assert_eq!(near(2, "b.example", "/2"), Some(vec!["/1".into()]));
        assert_eq!(near(2, "example", "/2"), None);
        let alike: Vec<String> =
            asked(&file, 2, |s| s.working_paths("a.example").into_iter().flat_map(|p| p.alike("/1/")).map(String::from).collect());
        assert_eq!(alike, ["/1"]);
    }

    #[test]
    fn an_exchange_is_no_sibling_of_itself() {
        let file = file();
        let works = |own, path: &str| asked(&file, own, |s| s.working_paths("a.example").is_some_and(|p| p.alike(path).next().is_some()));
        assert_eq!([0, 2, 4].map(|own| works(own, "/3")), [true, true, false]);
        assert!(works(0, "/1"), "the second one has the same path");
        assert!(asked(&file, 3, |s| s.working_paths("b.example").is_some_and(WorkingPaths::is_empty)));
        assert_eq!([2, 3].map(|own| asked(&file, own, |s| s.preflights().count())), [1, 0]);
        assert!(asked(&file[..1].to_vec(), 0, |s| s.are_none()) && !asked(&file[..2].to_vec(), 0, |s| s.are_none()));
    }

    #[test]
    fn a_challenge_is_followed_up_by_what_is_let_through_with_a_token() {
        let follow_up = |status| {
            let mut file = [exchange("GET", "https://a.example/v2/x", 401, None), exchange("GET", "https://b.example/token", 200, None)];
            file[1].answer.iter_mut().for_each(|a| a.body = "{\"token\":\"t\"}".into());
            let mut again = exchange("GET", "https://a.example/v2/x", status, None);
            again.request.headers = [("Authorization", "Bearer t")].into_iter().collect();
            let file = [file.to_vec(), vec![again]].concat();
            asked(&file, 0, |s| s.follow_up(&file[0].request).is_some())
        };
        assert_eq!([200, 206, 304, 404, 401, 403, 500].map(follow_up), [true, true, true, true, false, false, false]);
    }

    /// An index that was made for one exchange serves the others of the file.
    #[test]
    fn the_index_is_that_of_the_whole_file() {
        let (file, index) = (file(), Index::default());
        for own in (0..file.len()).chain((0..file.len()).rev()) {
            let kept = Siblings::of(&file, &index, own);
            let works = |s: Siblings| s.working_paths("a.example").map(|p| p.near("/2", 1).map(String::from).collect::<Vec<_>>());
            assert_eq!(works(kept), asked(&file, own, works), "{own}");
            assert_eq!(before(kept), asked(&file, own, before), "{own}");
        }
    }

    fn before(siblings: Siblings) -> Vec<String> {
        siblings.cookies_before("a.example", Timestamp::UNIX_EPOCH).into_iter().map(|(_, field)| field.to_string()).collect()
    }

    #[test]
    fn cookies_come_from_what_stands_before() {
        let file = file();
        assert_eq!([0, 3, 4, 5].map(|own| asked(&file, own, before).len()), [0, 1, 1, 2]);
    }

    #[test]
    fn cookies_that_were_replaced_do_not_count_and_deleted_ones_do() {
        let set = |field| exchange("GET", "https://a.example/", 200, Some(field));
        let file = vec![set("a=1"), set("b=1"), set("a=2"), set("b=; Max-Age=0"), set("c=1; Domain=com"), set("c=1; Domain=com")];
        assert_eq!(asked(&file, 6, before), ["b=1", "a=2", "b=; Max-Age=0", "c=1; Domain=com"]);
    }

    #[test]
    fn of_very_many_cookies_the_oldest_are_forgotten() {
        let file: Vec<_> = (0..300).map(|i| exchange("GET", "https://a.example/", 200, Some(&format!("c{i}=1")))).collect();
        let kept = asked(&file, 300, before);
        assert_eq!((kept.len(), kept.first().map(String::as_str)), (MOST_OF_A_SITE, Some("c120=1")));
    }
}
