//! Makes the report of a tally.

use jiff::Timestamp;

use super::counts::{Causes, Counts};
use super::join::join;
use super::names::OTHER;
use super::reason::Cause;
use super::report::{ALL_ROUTES, AgentRow, ClientRow, FailingRow, HourRow, OTHER_NAME, Reasons, Report, RouteRow, SpikeRow, StatusRow};
use super::series::{Bucket, Series};
use super::spikes::{self, rate};
use super::tally::Tally;

impl Tally {
    /// The result so far.
    pub fn report(&self) -> Report {
        let causes = self.causes();
        let mut all = Causes::default();
        causes.iter().flat_map(|causes| &causes.0).for_each(|(cause, count)| all.add(*cause, *count));
        let explained: u64 = all.0.iter().map(|(_, count)| count).sum();
        let events = Reasons::of(&self.event_causes);
        let route_names = names(self.route_names.sorted());
        Report {
            version: 1,
            lines: self.lines,
            requests: self.requests,
            denied: self.denied,
            rate: rate(self.denied, self.requests),
            unparsed: self.unparsed,
            unparsed_examples: self.examples.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect(),
            skipped: self.skipped,
            filtered: self.filtered,
            from: self.first.map(rfc3339),
            to: self.last.map(rfc3339),
            reasons: if self.requests == 0 { events.clone() } else { Reasons::of(&all) },
            unexplained: self.denied.saturating_sub(explained),
            events,
            not_joined: self.not_kept,
            routes: self.route_rows(&route_names, &causes),
            clients: self.client_rows(),
            agents: self.agent_rows(),
            statuses: self.status_rows(),
            hours: hour_rows(&self.hours),
            spikes: self.spike_rows(&route_names),
        }
    }

    /// The causes of each route, with what the other logs say.
    fn causes(&self) -> Vec<Causes> {
        let mut causes: Vec<Causes> = self.routes.iter().map(|route| route.causes.clone()).collect();
        let joined: Vec<Option<Cause>> = join(&self.kept_denied, &self.kept_events);
        for (denied, cause) in self.kept_denied.iter().zip(joined) {
            if let (Some(cause), Some(route)) = (cause.or(denied.fallback), causes.get_mut(denied.route as usize)) {
                route.add(cause, 1);
            }
        }
        causes
    }

    fn route_rows(&self, names: &[String], causes: &[Causes]) -> Vec<RouteRow> {
        let counted = self.routes.iter().zip(names).zip(causes).filter(|((route, _), _)| route.counts.requests > 0);
        let mut rows: Vec<RouteRow> = counted
            .map(|((route, name), causes)| {
                let Counts { requests, denied } = route.counts;
                RouteRow { route: name.clone(), requests, denied, rate: rate(denied, requests), reasons: Reasons::of(causes) }
            })
            .collect();
        rows.sort_by(|a, b| (b.denied, b.requests).cmp(&(a.denied, a.requests)).then_with(|| a.route.cmp(&b.route)));
        rows
    }

    fn client_rows(&self) -> Vec<ClientRow> {
        let names = names(self.client_names.sorted());
        let counted = (0..).zip(&self.clients).zip(names).filter(|((_, client), _)| client.counts.requests > 0);
        let mut rows: Vec<ClientRow> = counted
            .map(|((number, client), name)| {
                let Counts { requests, denied } = client.counts;
                let is_one = number != OTHER && !name.is_empty();
                let failing = client.repeat.failing().filter(|_| is_one).map(|failing| FailingRow {
                    denied: failing.denials,
                    from: failing.first.map(rfc3339),
                    to: failing.last.map(rfc3339),
                });
                ClientRow {
                    client: if name.is_empty() { "-".into() } else { name },
                    requests,
                    denied,
                    rate: rate(denied, requests),
                    failing,
                }
            })
            .collect();
        rows.sort_by(|a, b| (b.denied, b.requests).cmp(&(a.denied, a.requests)).then_with(|| a.client.cmp(&b.client)));
        rows
    }

    fn agent_rows(&self) -> Vec<AgentRow> {
        let counted = self.agents.iter().zip(names(self.agent_names.sorted())).filter(|(counts, _)| counts.requests > 0);
        let row =
            |(&Counts { requests, denied }, agent): (&Counts, String)| AgentRow { agent, requests, denied, rate: rate(denied, requests) };
        let mut rows: Vec<AgentRow> = counted.map(row).collect();
        rows.sort_by(|a, b| (b.denied, b.requests).cmp(&(a.denied, a.requests)).then_with(|| a.agent.cmp(&b.agent)));
        rows
    }

    fn status_rows(&self) -> Vec<StatusRow> {
        let counted = (0..).zip(&self.statuses).filter(|(_, requests)| **requests > 0);
        counted.map(|(status, requests)| StatusRow { status, requests: *requests }).collect()
    }

    fn spike_rows(&self, names: &[String]) -> Vec<SpikeRow> {
        let rows = |name: &str, minutes: &Series| {
            let row = |spike: spikes::Spike| SpikeRow {
                route: name.to_string(),
                from: rfc3339(spike.from),
                to: rfc3339(spike.to),
                requests: spike.requests,
                denied: spike.denied,
                rate: spike.rate(),
                usual: spike.usual,
            };
            spikes::spikes(minutes).into_iter().map(row).collect::<Vec<SpikeRow>>()
        };
        let mut all = rows(ALL_ROUTES, &self.minutes);
        for (route, name) in self.routes.iter().zip(names) {
            all.extend(rows(name, &route.minutes));
        }
        all.sort_by(|a, b| a.from.cmp(&b.from).then(b.denied.cmp(&a.denied)).then_with(|| a.route.cmp(&b.route)));
        all
    }
}

/// Names by their numbers.
fn names(sorted: Vec<(&[u8], u32)>) -> Vec<String> {
    let names = sorted.into_iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned());
    std::iter::once(OTHER_NAME.to_string()).chain(names).collect()
}

fn hour_rows(hours: &Series) -> Vec<HourRow> {
    let row = |bucket: &Bucket| {
        let (requests, denied) = (u64::from(bucket.requests), u64::from(bucket.denied));
        let hour = rfc3339(bucket.number.saturating_mul(hours.width()).saturating_mul(3600));
        HourRow { hour, hours: hours.width(), requests, denied, rate: rate(denied, requests) }
    };
    hours.buckets().iter().map(row).collect()
}

/// A moment as text. The last day of the year 9999 cannot be written in every zone, so that its end is the day before.
fn rfc3339(seconds: i64) -> String {
    let limit = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let moment = Timestamp::from_second(seconds).unwrap_or(limit);
    Timestamp::from_second(moment.as_second()).unwrap_or(moment).to_string()
}
