//! What well-known services expect of a credential, as data: `assets/services.toml`.
//!
//! The table has hundreds of rows, of which one exchange needs one or two: only hosts, marks and prefixes are read of each row at
//! first, the rest of it once it is asked for.

mod host;
mod own;
pub mod schema;

use std::sync::{LazyLock, OnceLock};

use url::Url;

use self::host::{Fit, Pattern};
pub use self::own::{FileFault, OwnServices};
use self::schema::{Environment, Kind, Service, Usage};
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::vendors::{SERVICE, TABLE};

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| blocks(TABLE).map(Row::new).collect());

/// A row of the table.
#[derive(Debug)]
struct Row {
    text: &'static str,
    hosts: Vec<Pattern<'static>>,
    marks: Vec<&'static str>,
    /// How the credentials begin that its kinds name.
    prefixes: Vec<&'static str>,
    service: OnceLock<Option<Service>>,
}

impl Row {
    fn new(text: &'static str) -> Self {
        let hosts = strings(text, "\nhosts = [", "]").map(Pattern::new).collect();
        let marks = strings(text, "\nmarks = [", "]").collect();
        let prefixes = text.match_indices("{ prefix = ").filter_map(|(at, start)| first_string(text.get(at + start.len()..)?)).collect();
        Self { text, hosts, marks, prefixes, service: OnceLock::new() }
    }

    fn service(&self) -> Option<&Service> {
        self.service.get_or_init(|| toml::from_str(self.text).ok()).as_ref()
    }

    fn fit(&self, url: &Url) -> Option<Fit> {
        self.hosts.iter().filter_map(|pattern| pattern.fit(url)).max()
    }
}

/// The text of each row, without its `[[service]]`.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split(SERVICE).skip(1)
}

/// The strings of the list that begins with this.
fn strings<'a>(text: &'a str, start: &str, end: &str) -> impl Iterator<Item = &'a str> {
    let list = text.split_once(start).and_then(|(_, behind)| behind.split_once(end)).map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2)
}

fn first_string(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.split_once('"').map(|(string, _)| string)
}

/// A service, and how it is known.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What it expects.
    pub service: &'a Service,
    /// How it is known.
    pub by: KnownBy,
}

impl Known<'_> {
    /// True when a verdict may rest on it: its own host, and a row from the vendor's documentation or code.
    pub fn decides(&self) -> bool {
        self.by == KnownBy::Host && self.service.checked.decides()
    }
}

impl Known<'_> {
    /// What the service expects, in the words of its row: where the credential goes, the note, where to read on.
    pub fn described(&self) -> Vec<String> {
        let service = self.service;
        let place = |place: &String| match place.split_once(':') {
            Some(("query", name)) => format!("?{name}="),
            Some(("body", name)) => format!("{name} in the body"),
            Some((_, name)) => format!("the cookie {name}"),
            None if place == "path" => "the path".into(),
            None => place.clone(),
        };
        let places: Vec<String> = service.header.iter().map(place).collect();
        let schemes: Vec<&str> = service.schemes.iter().flatten().map(|s| if s.is_empty() { "no scheme" } else { s.as_str() }).collect();
        let schemes = if schemes.is_empty() { String::new() } else { format!(" ({})", schemes.join(", ")) };
        let name = &service.name;
        let expects =
            if places.is_empty() { String::new() } else { format!(" expects the credential in {}{schemes}", places.join(" or ")) };
        let first = match self.by {
            KnownBy::Host => format!("{name}{expects}"),
            KnownBy::Marks => format!("This seems to be {name}: it{expects}"),
            KnownBy::Hint => format!("This may be {name}: it{expects}"),
        };
        let is_known = !expects.is_empty() || service.note.is_some();
        [is_known.then_some(first), service.note.clone(), service.docs.clone().filter(|_| is_known)].into_iter().flatten().collect()
    }
}

/// How a service is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownBy {
    /// One mark, or a path that others may have too: a suggestion.
    Hint,
    /// Two marks or more.
    Marks,
    /// Its own host.
    Host,
}

/// The service that an exchange is with. The user's own services are asked first.
pub fn of<'a>(own: Option<&'a OwnServices>, request: &Request, url: &Url, answer: Option<&Response>) -> Option<Known<'a>> {
    let own = own.map_or(&[][..], OwnServices::all);
    let by_own_host = own.iter().filter_map(|service| Some((fit(service, url)?, service))).max_by_key(|(fit, _)| *fit);
    if let Some((_, service)) = by_own_host {
        return Some(Known { service, by: KnownBy::Host });
    }
    let by_host = ROWS.iter().filter_map(|row| Some((row.fit(url)?, row))).max_by_key(|(fit, _)| *fit);
    if let Some((_, row)) = by_host.filter(|(_, row)| row.hosts.iter().any(|p| !p.is_any_host() && p.fit(url).is_some())) {
        return Some(Known { service: row.service()?, by: KnownBy::Host });
    }
    let mark_count = |marks: &mut dyn Iterator<Item = &str>| marks.filter(|mark| has(mark, request, url, answer)).count();
    let of_own = own.iter().map(|service| (mark_count(&mut service.marks.iter().map(String::as_str)), Found::Own(service)));
    let of_rows = ROWS.iter().map(|row| {
        let by_path = usize::from(row.fit(url).is_some());
        (by_path + mark_count(&mut row.marks.iter().copied()), Found::Row(row))
    });
    let mut seen: Vec<(usize, Found<'a>)> = of_own.chain(of_rows).filter(|(count, _)| *count > 0).collect();
    seen.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let (count, found) = seen.first()?;
    // Of two that are as likely neither is known.
    if seen.get(1).is_some_and(|(other, _)| other == count) {
        return None;
    }
    let service = match found {
        Found::Own(service) => service,
        Found::Row(row) => row.service()?,
    };
    Some(Known { service, by: if *count > 1 { KnownBy::Marks } else { KnownBy::Hint } })
}

/// A service that marks speak for.
enum Found<'a> {
    Own(&'a Service),
    Row(&'static Row),
}

fn fit(service: &Service, url: &Url) -> Option<Fit> {
    service.hosts.iter().filter_map(|host| Pattern::new(host).fit(url)).max()
}

impl Environment {
    /// True for an address of this environment.
    pub fn has_host(&self, url: &Url) -> bool {
        self.hosts.iter().any(|host| Pattern::new(host).fit(url).is_some())
    }
}

fn has(mark: &str, request: &Request, url: &Url, answer: Option<&Response>) -> bool {
    mark.split_once(':').is_some_and(|(kind, value)| has_mark(kind, value, request, url, answer))
}

fn has_mark(kind: &str, value: &str, request: &Request, url: &Url, answer: Option<&Response>) -> bool {
    let begins = |headers: &Headers, name: &str| headers.all(name).any(|(_, h)| starts_with(&h.value, value));
    let of_answer = |look: &dyn Fn(&Headers) -> bool| answer.is_some_and(|answer| look(&answer.headers));
    match kind {
        "path" => url.path().starts_with(value),
        "query" => url.query_pairs().any(|(name, _)| name == value),
        "port" => url.port().is_some_and(|port| value.parse() == Ok(port)),
        "request-header" => request.headers.has(value),
        "header" => of_answer(&|headers| headers.has(value)),
        "server" => of_answer(&|headers| begins(headers, "server")),
        "x-powered-by" => of_answer(&|headers| begins(headers, "x-powered-by")),
        "cookie" => {
            let sent = request.headers.all("cookie").any(|(_, h)| h.value.split(';').any(|pair| starts_with(pair.trim(), value)));
            sent || of_answer(&|headers| headers.all("set-cookie").any(|(_, h)| starts_with(&h.value, value)))
        }
        "realm" => of_answer(&|headers| {
            let realms = headers.all("www-authenticate").filter_map(|(_, h)| h.value.split_once("realm="));
            realms.into_iter().any(|(_, realm)| starts_with(realm.trim_start_matches('"'), value))
        }),
        _ => false,
    }
}

fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// The built-in service of that name.
fn named(name: &str) -> Option<&'static Row> {
    let is_named = |row: &&Row| row.text.lines().find_map(|line| line.strip_prefix("name = ")).and_then(first_string) == Some(name);
    ROWS.iter().find(is_named)
}

/// Services that a credential is for, by how it begins: those whose row says that it is theirs. Nothing for beginnings that
/// many services share.
pub fn of_credential(credential: &str) -> Vec<(&'static Service, &'static Kind)> {
    /// A beginning that says whose it is has at least this many letters.
    const SHORTEST: usize = 4;
    let of_row = |row: &'static Row| {
        let is_its_prefix = row.prefixes.iter().any(|prefix| prefix.len() >= SHORTEST && credential.starts_with(prefix));
        let service = is_its_prefix.then(|| row.service())??;
        let is_its_own = |kind: &&Kind| {
            kind.usage != Usage::Never && kind.prefix.as_ref().is_some_and(|prefix| prefix.len() >= SHORTEST) && kind.is(credential)
        };
        Some((service, service.kinds.iter().find(is_its_own)?))
    };
    ROWS.iter().filter_map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;

    use super::*;
    use crate::checks::catalogue;
    use crate::domain::vendors::Vendor;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        #[serde(rename = "vendor")]
        _vendors: Vec<Vendor>,
        service: Vec<Service>,
    }

    fn all() -> Vec<Service> {
        toml::from_str::<Table>(TABLE).map_err(|e| e.message().to_string()).expect("the table").service
    }

    #[test]
    fn what_is_read_of_a_row_first_is_what_the_row_says() {
        let all = all();
        assert_eq!(all.len(), ROWS.len());
        for (service, row) in all.iter().zip(ROWS.iter()) {
            assert_eq!(row.service().map(|s| &s.name), Some(&service.name));
            assert_eq!(row.hosts, service.hosts.iter().map(|host| Pattern::new(host)).collect::<Vec<_>>(), "{}", service.name);
            assert_eq!(row.marks, service.marks, "{}", service.name);
            let prefixes: Vec<_> = service.kinds.iter().filter_map(|kind| kind.prefix.as_deref()).collect();
            assert_eq!(row.prefixes, prefixes, "{}", service.name);
        }
    }

    #[test]
    fn every_row_can_be_used() {
        const MARKS: [&str; 9] = ["cookie", "header", "request-header", "server", "x-powered-by", "realm", "path", "query", "port"];
        let mut names = BTreeSet::new();
        for service in all() {
            let name = &service.name;
            assert!(names.insert(name.clone()), "{name} is there twice");
            assert!(service.marks.iter().all(|m| m.split_once(':').is_some_and(|(kind, _)| MARKS.contains(&kind))), "{name}");
            for kind in &service.kinds {
                assert!(kind.prefix.is_some() || kind.pattern.is_some(), "{name}: {}", kind.what);
                assert!(kind.pattern.as_ref().is_none_or(|pattern| regex_lite::Regex::new(pattern).is_ok()), "{name}: {kind:?}");
            }
            for refusal in &service.refusals {
                assert_eq!(refusal.says, refusal.says.to_lowercase(), "{name}");
                assert!(refusal.place.as_ref().is_none_or(|place| place.starts_with("header:")), "{name}: {refusal:?}");
            }
        }
    }

    #[test]
    fn a_service_is_known_by_its_host_and_guessed_by_its_marks() {
        let known = |url: &str, headers: &[(&str, &str)], answered: &[(&str, &str)]| {
            let url = Url::parse(url).expect("an address");
            let request = Request { url: url.to_string(), headers: headers.iter().copied().collect(), ..Request::default() };
            let headers = answered.iter().copied().collect();
            let answer = Response { status: 401, headers, ..Response::default() };
            of(None, &request, &url, Some(&answer)).map(|known| (known.service.name.as_str(), known.by))
        };
        assert_eq!(known("https://api.github.com/user", &[], &[]), Some(("GitHub REST and GraphQL API", KnownBy::Host)));
        assert_eq!(known("https://sso.corp.example/realms/a/x", &[], &[]).map(|k| k.1), Some(KnownBy::Hint));
        let vault = known("https://vault.corp.example:8200/v1/sys/health", &[("X-Vault-Token", "x")], &[]);
        assert_eq!(vault.map(|k| k.1), Some(KnownBy::Marks));
        assert_eq!(known("https://api.corp.example/v1/users", &[], &[]), None);
    }

    #[test]
    fn a_credential_says_whose_it_is() {
        let owners = |text: &str| of_credential(text).into_iter().map(|(service, _)| service.name.as_str()).collect::<Vec<_>>();
        assert!(owners("ghp_0123456789abcdefghij0123456789abcdef").iter().any(|name| name.contains("GitHub")));
        assert_eq!(owners("0123456789abcdef0123456789abcdef"), Vec::<&str>::new());
    }

    /// Every check that a refusal means is one of the catalogue.
    #[test]
    fn every_meaning_is_a_check() {
        let unknown: BTreeSet<String> =
            all().into_iter().flat_map(|s| s.refusals).map(|r| r.means).filter(|id| catalogue::find(id).is_none()).collect();
        assert_eq!(unknown, BTreeSet::new());
    }

    #[test]
    fn marks_are_read_where_they_are() {
        let request = Request { headers: [("Cookie", "a=b; KEY=1")].into_iter().collect(), ..Request::default() };
        let url = Url::parse("https://h.example:8200/p/x?q=1").expect("an address");
        let headers = [("WWW-Authenticate", "Basic realm=\"Thing A\""), ("Server", "Thing/1")].into_iter().collect();
        let answer = Response { headers, ..Response::default() };
        let has = |kind, value| has_mark(kind, value, &request, &url, Some(&answer));
        for (kind, value) in [
            ("cookie", "KEY"),
            ("realm", "Thing"),
            ("server", "thing"),
            ("path", "/p/"),
            ("query", "q"),
            ("port", "8200"),
            ("header", "server"),
        ] {
            assert!(has(kind, value), "{kind}:{value}");
        }
        for (kind, value) in
            [("cookie", "NO"), ("realm", "A"), ("path", "/x"), ("query", "p"), ("port", "82"), ("request-header", "server")]
        {
            assert!(!has(kind, value), "{kind}:{value}");
        }
    }
}
