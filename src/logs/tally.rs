//! Counts of the lines of logs, with a bounded memory: what is too much counts as "other", and time series become coarser.

use super::counts::{Causes, Client, Counts, KeptDenied, KeptEvent, Route};
use super::filter::Filter;
use super::line::{Event, Line, Record, is_denied};
use super::names::{Names, OTHER};
use super::reason::{self, Cause};
use super::route;
use super::series::Series;

/// Buckets of all routes together (16 bytes each). Beyond, all series become twice as coarse.
const MOST_BUCKETS: usize = 400_000;
/// Refused requests, and events, that are kept to find which belong together. Later ones are counted alone.
pub const MOST_KEPT: usize = 200_000;
/// Lines that could not be read and are kept as examples.
pub const MOST_EXAMPLES: usize = 5;
/// Bytes of an example.
const LONGEST_EXAMPLE: usize = 240;

/// The counts of a log, or of several.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    filter: Filter,
    pub(super) lines: u64,
    pub(super) requests: u64,
    pub(super) denied: u64,
    pub(super) skipped: u64,
    pub(super) unparsed: u64,
    /// Requests and events that the filter leaves out.
    pub(super) filtered: u64,
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
    pub(super) examples: Vec<Vec<u8>>,
    /// By status, 0 for none.
    pub(super) statuses: Vec<u64>,
    pub(super) hours: Series,
    pub(super) minutes: Series,
    pub(super) route_names: Names,
    pub(super) routes: Vec<Route>,
    pub(super) client_names: Names,
    pub(super) clients: Vec<Client>,
    pub(super) agent_names: Names,
    pub(super) agents: Vec<Counts>,
    pub(super) kept_denied: Vec<KeptDenied>,
    pub(super) kept_events: Vec<KeptEvent>,
    /// Events by cause, kept or not.
    pub(super) event_causes: Causes,
    last_event: Option<Cause>,
    /// Refused requests or events that were not kept.
    pub(super) not_kept: u64,
    pub(super) route_buckets: usize,
    /// The route being looked up.
    route: Vec<u8>,
}

impl Tally {
    pub fn new(filter: Filter) -> Self {
        Tally { filter, ..Tally::default() }
    }

    /// Counts a line.
    pub fn add(&mut self, line: &Line<'_>) {
        self.lines += 1;
        match line {
            Line::Record(record) => self.record(record),
            Line::Event(event) => self.event(event),
            Line::Skipped => self.skipped += 1,
            Line::Unparsed(text) => {
                self.unparsed += 1;
                if self.examples.len() < MOST_EXAMPLES {
                    self.examples.push(text.get(..LONGEST_EXAMPLE).unwrap_or(text).to_vec());
                }
            }
        }
    }

    fn record(&mut self, record: &Record<'_>) {
        if !self.filter.has_time(record.at) {
            self.filtered += 1;
            return;
        }
        let route = self.route_number(&record.method, &record.path);
        if self.is_filtered(route) {
            self.filtered += 1;
            return;
        }
        let denied = is_denied(record.status);
        self.requests += 1;
        self.denied += u64::from(denied);
        *slot(&mut self.statuses, u32::from(record.status)) += 1;
        let client = self.client_names.number(&record.client);
        let stats = slot(&mut self.clients, client);
        stats.counts.add(denied);
        stats.repeat.add(record.status, record.at);
        if !record.agent.is_empty() {
            let agent = self.agent_names.number(&record.agent);
            slot(&mut self.agents, agent).add(denied);
        }
        slot(&mut self.routes, route).counts.add(denied);
        if let Some(at) = record.at {
            self.time(at, route, denied);
        }
        if denied {
            self.cause(record, route, client);
        }
    }

    /// Counts a request in the series of minutes and hours.
    fn time(&mut self, at: i64, route: u32, denied: bool) {
        self.span(at);
        let minute = at.div_euclid(60);
        self.minutes.add(minute, denied);
        self.minutes.limit();
        self.hours.add(minute.div_euclid(60), denied);
        self.hours.limit();
        let series = &mut slot(&mut self.routes, route).minutes;
        let before = series.buckets().len();
        if series.add(minute, denied) > 0 {
            series.limit();
            self.route_buckets = (self.route_buckets + series.buckets().len()).saturating_sub(before);
            self.limit_routes();
        }
    }

    pub(super) fn span(&mut self, at: i64) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    /// Makes the series of all routes coarser while they are too large together.
    pub(super) fn limit_routes(&mut self) {
        while self.route_buckets > MOST_BUCKETS {
            let finest = self.routes.iter().filter(|route| !route.minutes.buckets().is_empty()).map(|route| route.minutes.shift()).min();
            let Some(finest) = finest else { return };
            self.routes.iter_mut().for_each(|route| route.minutes.widen(finest + 1));
            let buckets = self.routes.iter().map(|route| route.minutes.buckets().len()).sum();
            if buckets == self.route_buckets && finest > 40 {
                return;
            }
            self.route_buckets = buckets;
        }
    }

    /// Counts the cause of a refused request, or keeps the request until the report.
    fn cause(&mut self, record: &Record<'_>, route: u32, client: u32) {
        let own = if record.reason.is_empty() { None } else { reason::find(&record.reason) };
        let fallback = reason::of_status(record.status);
        match (own, record.at) {
            (None, Some(at)) if self.kept_denied.len() < MOST_KEPT => self.kept_denied.push(KeptDenied { at, client, route, fallback }),
            (own, _) => {
                self.not_kept += u64::from(own.is_none());
                if let Some(cause) = own.or(fallback) {
                    slot(&mut self.routes, route).causes.add(cause, 1);
                }
            }
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        let Some(cause) = reason::find(&event.reason) else {
            self.skipped += 1;
            return;
        };
        let route = if event.path.is_empty() { OTHER } else { self.route_number(&event.method, &event.path) };
        if !self.filter.has_time(event.at) || (!event.path.is_empty() && self.is_filtered(route)) {
            self.filtered += 1;
            return;
        }
        if event.is_more && self.correct_last(cause, event.at) {
            return;
        }
        self.event_causes.add(cause, 1);
        self.last_event = Some(cause);
        let client = if event.client.is_empty() { OTHER } else { self.client_names.number(&event.client) };
        if let Some(at) = event.at {
            self.span(at);
            if self.kept_events.len() < MOST_KEPT {
                self.kept_events.push(KeptEvent { at, client, route, cause });
            } else {
                self.not_kept += 1;
            }
        }
    }

    /// Puts a cause in the place of that of the last event. False if that is in another part of the log.
    fn correct_last(&mut self, cause: Cause, at: Option<i64>) -> bool {
        let Some(last) = self.last_event.replace(cause) else { return false };
        self.event_causes.remove(last);
        self.event_causes.add(cause, 1);
        if let Some(event) = self.kept_events.last_mut()
            && Some(event.at) == at
            && event.cause == last
        {
            event.cause = cause;
        }
        true
    }

    /// The number of the route of a request.
    fn route_number(&mut self, method: &[u8], path: &[u8]) -> u32 {
        route::name(method, path, &mut self.route);
        let number = self.route_names.number(&self.route);
        if number as usize >= self.routes.len() {
            slot(&mut self.routes, number).is_filtered = !self.filter.has_route(&self.route);
        }
        number
    }

    /// Whether the filter leaves out the route that was looked up last.
    fn is_filtered(&mut self, route: u32) -> bool {
        match route {
            OTHER => !self.filter.has_route(&self.route),
            route => slot(&mut self.routes, route).is_filtered,
        }
    }
}

/// The element of a number, made if there is none yet.
pub fn slot<T: Default>(list: &mut Vec<T>, number: u32) -> &mut T {
    let number = number as usize;
    if number >= list.len() {
        list.resize_with(number + 1, T::default);
    }
    &mut list[number]
}
