//! Rows of services, found by the hosts and the marks of an exchange.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

use url::Url;

use super::host::{Fit, Pattern, domain};
use super::index::Head;
use super::marks::Marks;
use super::schema::Service;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::vendors::TABLE;

/// Rows in their order. An exchange is compared with those that it may fit, not with all of them.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Row>,
    /// Patterns of hosts, each with its row, by the end of the host that they name.
    domains: HashMap<Cow<'static, str>, Vec<(Cow<'static, str>, usize)>>,
    /// Patterns that leave the end of the host open.
    anywhere: Vec<(Cow<'static, str>, usize)>,
    marks: Marks,
}

/// A row, which is read once it is asked for.
#[derive(Debug)]
pub struct Row {
    /// Where its text is in the table that is built in.
    place: Range<usize>,
    /// Apart: a service is large, and of many hundred hardly any is read.
    service: OnceLock<Option<Box<Service>>>,
}

impl Row {
    /// A row that was read already.
    fn of(service: Service) -> Self {
        Self { place: 0..0, service: OnceLock::from(Some(Box::new(service))) }
    }

    /// A row that is read later.
    const fn unread(place: Range<usize>) -> Self {
        Self { place, service: OnceLock::new() }
    }

    /// Its text, where it is of the table that is built in.
    pub fn text(&self) -> &'static str {
        TABLE.get(self.place.clone()).unwrap_or_default()
    }

    /// What it says.
    pub fn service(&self) -> Option<&Service> {
        self.service.get_or_init(|| toml::from_str(self.text()).ok()).as_deref()
    }
}

impl Rows {
    /// Adds a row that is read later.
    pub fn add_unread(&mut self, head: &Head<'static>) {
        let row = Row::unread(head.place.clone());
        self.add(row, head.hosts.iter().map(|host| Cow::from(*host)), head.marks.iter().map(|mark| Cow::from(*mark)));
    }

    /// Adds a service.
    pub fn add_service(&mut self, service: Service) {
        let owned = |texts: &[String]| texts.iter().cloned().map(Cow::from).collect::<Vec<_>>();
        let (hosts, marks) = (owned(&service.hosts), owned(&service.marks));
        self.add(Row::of(service), hosts.into_iter(), marks.into_iter());
    }

    fn add(&mut self, row: Row, hosts: impl Iterator<Item = Cow<'static, str>>, marks: impl Iterator<Item = Cow<'static, str>>) {
        let number = self.rows.len();
        self.rows.push(row);
        for host in hosts {
            match Pattern::new(&host).domain() {
                Some(domain) => self.domains.entry(domain.to_ascii_lowercase().into()).or_default().push((host, number)),
                None => self.anywhere.push((host, number)),
            }
        }
        marks.for_each(|mark| self.marks.add(mark, number));
    }

    /// All of them.
    pub fn all(&self) -> &[Row] {
        &self.rows
    }

    /// The row with that number.
    pub fn get(&self, number: usize) -> Option<&Row> {
        self.rows.get(number)
    }

    /// The services themselves, in order.
    pub fn into_services(self) -> impl Iterator<Item = Service> {
        self.rows.into_iter().filter_map(|row| row.service.into_inner().flatten().map(|service| *service))
    }

    /// The row whose host fits an address best; of several that fit as well the last.
    pub fn by_host(&self, url: &Url) -> Option<(Fit, &Row)> {
        let (fit, number) = self.fitting(url).max()?;
        Some((fit, self.rows.get(number)?))
    }

    /// The patterns of hosts under a domain.
    pub fn hosts_of<'r>(&'r self, site: &str) -> impl Iterator<Item = &'r str> + use<'r> {
        self.domains.get(domain(site)).into_iter().flatten().map(|(host, _)| &**host)
    }

    fn fitting(&self, url: &Url) -> impl Iterator<Item = (Fit, usize)> {
        let domain = url.host_str().map(domain).unwrap_or_default();
        let lower: Cow<str> =
            if domain.bytes().any(|b| b.is_ascii_uppercase()) { domain.to_ascii_lowercase().into() } else { domain.into() };
        let named = self.domains.get(lower.as_ref()).into_iter().flatten();
        named.chain(&self.anywhere).filter_map(|(host, number)| Some((Pattern::new(host).fit(url)?, *number)))
    }

    /// The rows that marks speak for, those that most speak for first, each with the number of its marks. A path under any host
    /// is one.
    pub fn by_marks(&self, request: &Request, url: &Url, answer: Option<&Response>) -> Vec<(usize, &Row)> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        self.marks.seen(request, url, answer).into_iter().for_each(|row| *counts.entry(row).or_default() += 1);
        // Of several paths the longest names the service, as for hosts.
        let fitting: Vec<(Fit, usize)> = self.fitting(url).collect();
        let longest = fitting.iter().map(|(fit, _)| *fit).max();
        let mut paths: Vec<usize> = fitting.into_iter().filter(|(fit, _)| Some(*fit) == longest).map(|(_, row)| row).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.into_iter().for_each(|row| *counts.entry(row).or_default() += 1);
        let mut seen: Vec<(usize, &Row)> = counts.into_iter().filter_map(|(row, count)| Some((count, self.rows.get(row)?))).collect();
        seen.sort_by_key(|(count, _)| Reverse(*count));
        seen
    }
}
