//! What well-known services expect of a credential, as data: `assets/services.toml`.
//!
//! The table has hundreds of rows, of which one exchange needs one or two: only its index is read at first, a row once it is asked for.

mod host;
mod index;
mod marks;
mod own;
mod rows;
pub mod schema;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use url::Url;

use self::index::{Head, INDEX};
pub use self::own::{FileFault, OwnServices};
use self::rows::{Row, Rows};
use self::schema::{Environment, Kind, Service, Usage};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::site::registrable_domain;

/// What is known of all rows.
static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

#[derive(Debug, Default)]
struct Table {
    rows: Rows,
    heads: Vec<Head<'static>>,
    /// The beginnings of credentials, each with its row, by their first bytes.
    prefixes: HashMap<[u8; TELLING], Vec<(&'static str, usize)>>,
}

/// A beginning of a credential that says whose it is has at least this many letters.
const TELLING: usize = 4;

impl Table {
    fn new() -> Self {
        let mut table = Self { heads: index::read(INDEX), ..Self::default() };
        for (number, head) in table.heads.iter().enumerate() {
            table.rows.add_unread(head);
            for prefix in &head.prefixes {
                if let Some(first) = prefix.as_bytes().first_chunk() {
                    table.prefixes.entry(*first).or_default().push((prefix, number));
                }
            }
        }
        table
    }

    /// The heads with their rows.
    fn all(&self) -> impl Iterator<Item = (&Head<'static>, &Row)> {
        self.heads.iter().zip(self.rows.all())
    }
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

    /// True for a scheme of Authorization that the service's row lists, in any case.
    pub fn takes(&self, scheme: &str) -> bool {
        self.service.schemes.iter().flatten().any(|taken| taken.eq_ignore_ascii_case(scheme))
    }

    /// What the service expects, in the words of its row: where the credential goes, the note, where to read on.
    pub fn described(&self) -> Vec<String> {
        let service = self.service;
        let place = |place: &String| match place.split_once(':') {
            Some(("query", name)) => format!("?{name}="),
            Some(("body", name)) => format!("{name} in the body"),
            Some(("path", before)) => format!("the path behind {before}"),
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
            KnownBy::Host | KnownBy::Name => format!("{name}{expects}"),
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
    /// Its name, as whoever asks wrote it.
    Name,
    /// Its own host.
    Host,
}

/// The service that an exchange is with. The user's own services are asked first.
/// `server` is what somebody wrote that answers.
pub fn of<'a>(
    own: Option<&'a OwnServices>,
    request: &Request,
    url: &Url,
    answer: Option<&Response>,
    server: Option<&str>,
) -> Option<Known<'a>> {
    let own = own.map(OwnServices::rows);
    let built_in = || TABLE.rows.by_host(url).filter(|(fit, _)| fit.is_of_host());
    if let Some((_, row)) = own.and_then(|own| own.by_host(url)).or_else(built_in) {
        return Some(Known { service: row.service()?, by: KnownBy::Host });
    }
    let mut seen = own.map(|own| own.by_marks(request, url, answer)).unwrap_or_default();
    seen.extend(TABLE.rows.by_marks(request, url, answer));
    seen.sort_by_key(|(count, _)| Reverse(*count));
    let most = seen.first().map_or(0, |(count, _)| *count);
    // Of two that are as likely neither is known.
    let is_alone = seen.get(1).is_none_or(|(other, _)| *other != most);
    if let Some(row) = server.and_then(called).filter(|_| most < 2 || !is_alone) {
        return Some(Known { service: row.service()?, by: KnownBy::Name });
    }
    let (count, row) = seen.first().filter(|_| is_alone)?;
    Some(Known { service: row.service()?, by: if *count > 1 { KnownBy::Marks } else { KnownBy::Hint } })
}

/// The service of the table that is called so, as somebody wrote what answers: "Node-RED 4.1 behind nginx". Of several the one with
/// the longest name. Hosts tell the others.
fn called(server: &str) -> Option<&'static Row> {
    let is_called = |name: &str| {
        let rest = server.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).and_then(|_| server.get(name.len()..));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    let known = TABLE.all().filter(|(head, _)| head.is_self_hosted).filter_map(|(head, row)| Some((short(head.name)?, row)));
    known.filter(|(name, _)| is_called(name)).max_by_key(|(name, _)| name.len()).map(|(_, row)| row)
}

/// The name of a service without the words that say what of it is meant.
fn short(name: &str) -> Option<&str> {
    const ADDED: [&str; 10] = ["API", "REST", "HTTP", "Admin", "Management", "Web", "server", "service", "services", "Webservice"];
    let mut name = name.split(" (").next()?;
    while let Some((rest, _)) = name.rsplit_once(' ').filter(|(_, word)| ADDED.contains(word)) {
        name = rest;
    }
    Some(name)
}

/// The services that want this word as the user name.
pub fn wanting_user(user: &str) -> impl Iterator<Item = &'static Service> {
    TABLE.all().filter(move |(head, _)| head.users.contains(&user)).filter_map(|(_, row)| row.service())
}

/// The host `api.…` of a service for a site, where the table has one, and none for the site itself.
pub fn api_host_of(site: &str) -> Option<&'static str> {
    let hosts = || TABLE.rows.hosts_of(site);
    let api = hosts().find(|host| host.strip_prefix("api.").is_some_and(|rest| rest.split('/').next() == Some(site)))?;
    let is_site = |host: &str| host.split('/').next() == Some(site);
    (!hosts().any(is_site)).then(|| api.split('/').next())?
}

/// True for an address of a service of the table.
pub fn is_known_host(url: &Url) -> bool {
    TABLE.rows.by_host(url).is_some_and(|(fit, _)| fit.is_of_host())
}

/// The host of a service that another host nearly is: two letters are swapped, or one of many is another one.
pub fn near_host(host: &str) -> Option<&'static str> {
    const LONG: usize = 10;
    let name_length = |host: &str| registrable_domain(host).and_then(|domain| domain.split('.').next()).map_or(0, str::len);
    // One letter put in or left out makes many other names.
    let is_near = |known: &&'static str| match differences(known, host) {
        Some(Differences::One) => name_length(known) >= LONG,
        Some(Differences::Swapped) => true,
        None => false,
    };
    let mut as_long = HOSTS.get(&host.len()).into_iter().flatten().copied();
    as_long.find(is_near).filter(|known| registrable_domain(known) != registrable_domain(host))
}

/// The hosts of all services that are written out, without their paths, by their lengths.
static HOSTS: LazyLock<HashMap<usize, Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_length: HashMap<usize, Vec<&str>> = HashMap::new();
    let hosts = TABLE.heads.iter().flat_map(|head| &head.hosts).map(|host| host.split('/').next().unwrap_or(host));
    hosts.filter(|host| !host.contains('*')).for_each(|host| by_length.entry(host.len()).or_default().push(host));
    by_length
});

/// How two names of one length differ.
#[derive(Debug, PartialEq, Eq)]
enum Differences {
    /// By one letter.
    One,
    /// By two neighbors in each other's place.
    Swapped,
}

/// How two names of one length differ, where that is little.
fn differences(a: &str, b: &str) -> Option<Differences> {
    if a.len() != b.len() {
        return None;
    }
    let mut others = a.bytes().zip(b.bytes()).enumerate().filter(|(_, (a, b))| a != b);
    match (others.next(), others.next(), others.next()) {
        (Some(_), None, _) => Some(Differences::One),
        (Some((i, (a, b))), Some((j, other)), None) if j == i + 1 && (b, a) == other => Some(Differences::Swapped),
        _ => None,
    }
}

impl Environment {
    /// True for an address of this environment.
    pub fn has_host(&self, url: &Url) -> bool {
        host::fits_any(&self.hosts, url)
    }
}

/// The text of the built-in service of that name.
fn named(name: &str) -> Option<&'static str> {
    TABLE.all().find(|(head, _)| head.name == name).map(|(_, row)| row.text())
}

/// The service that people run themselves and that alone has credentials which begin like this one.
pub fn self_hosted_of(credential: &str) -> Option<Known<'static>> {
    match of_credential(credential)[..] {
        [(service, kind)] if service.self_hosted && kind.prefix.is_some() => Some(Known { service, by: KnownBy::Hint }),
        _ => None,
    }
}

/// The services that serve a model of this name as their own.
pub fn of_model(model: &str) -> impl Iterator<Item = &'static Service> {
    let is_served = move |head: &Head| head.models.iter().any(|prefix| model.starts_with(prefix));
    TABLE.all().filter(move |(head, _)| is_served(head)).filter_map(|(_, row)| row.service())
}

/// Services that a credential is for, by how it begins: those whose row says that it is theirs. Nothing for beginnings that
/// many services share.
pub fn of_credential(credential: &str) -> Vec<(&'static Service, &'static Kind)> {
    let prefixes = credential.as_bytes().first_chunk().and_then(|first| TABLE.prefixes.get(first));
    let mut rows: Vec<usize> =
        prefixes.into_iter().flatten().filter(|(prefix, _)| credential.starts_with(prefix)).map(|(_, row)| *row).collect();
    rows.dedup();
    let of_row = |row: usize| {
        let service = TABLE.rows.get(row)?.service()?;
        let is_its_own = |kind: &&Kind| {
            kind.usage != Usage::Never && kind.prefix.as_ref().is_some_and(|prefix| prefix.len() >= TELLING) && kind.is(credential)
        };
        Some((service, service.kinds.iter().find(is_its_own)?))
    };
    rows.into_iter().filter_map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;

    use super::*;
    use crate::checks::catalogue;
    use crate::domain::vendors::{TABLE as TEXT, Vendor};

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "vendor")]
        _vendors: Vec<Vendor>,
        service: Vec<Service>,
    }

    pub fn all() -> Vec<Service> {
        toml::from_str::<File>(TEXT).map_err(|e| e.message().to_string()).expect("the table").service
    }

    #[test]
    fn a_row_is_read_where_its_head_says() {
        for (service, (head, row)) in all().iter().zip(TABLE.all()) {
            assert_eq!(row.service().map(|read| read.name.as_str()), Some(head.name));
            assert_eq!(service.name, head.name);
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
            assert_eq!(service.regex_fault(), None, "{name}");
            for kind in &service.kinds {
                assert!(kind.prefix.is_some() || kind.pattern.is_some(), "{name}: {}", kind.what);
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
            of(None, &request, &url, Some(&answer), None).map(|known| (known.service.name.as_str(), known.by))
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
}
