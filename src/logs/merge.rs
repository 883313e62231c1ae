//! Adds up the tallies of parts of a log.

use super::counts::{KeptDenied, KeptEvent};
use super::names::{Names, OTHER};
use super::tally::{MOST_EXAMPLES, MOST_KEPT, Tally, slot};

impl Tally {
    /// Adds the counts of another tally, of what comes later in the log.
    pub fn merge(&mut self, later: Tally) {
        self.lines += later.lines;
        self.requests += later.requests;
        self.denied += later.denied;
        self.skipped += later.skipped;
        self.unparsed += later.unparsed;
        self.filtered += later.filtered;
        self.not_kept += later.not_kept;
        [later.first, later.last].into_iter().flatten().for_each(|at| self.span(at));
        let free = MOST_EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(later.examples.into_iter().take(free));
        for (status, count) in (0..).zip(later.statuses) {
            *slot(&mut self.statuses, status) += count;
        }
        self.hours.merge(later.hours);
        self.minutes.merge(later.minutes);
        self.event_causes.merge(later.event_causes);
        let routes = renumber(&mut self.route_names, &later.route_names);
        for (number, route) in routes.iter().zip(later.routes) {
            let known = slot(&mut self.routes, *number);
            known.counts.merge(route.counts);
            known.causes.merge(route.causes);
            known.minutes.merge(route.minutes);
            known.is_filtered |= route.is_filtered && *number != OTHER;
        }
        self.route_buckets = self.routes.iter().map(|route| route.minutes.buckets().len()).sum();
        self.limit_routes();
        let clients = renumber(&mut self.client_names, &later.client_names);
        for (number, client) in clients.iter().zip(later.clients) {
            let known = slot(&mut self.clients, *number);
            known.counts.merge(client.counts);
            known.repeat.merge(client.repeat);
        }
        let agents = renumber(&mut self.agent_names, &later.agent_names);
        for (number, agent) in agents.iter().zip(later.agents) {
            slot(&mut self.agents, *number).merge(agent);
        }
        self.merge_kept(&later.kept_denied, &later.kept_events, &routes, &clients);
    }

    fn merge_kept(&mut self, denied: &[KeptDenied], events: &[KeptEvent], routes: &[u32], clients: &[u32]) {
        let renumbered = |numbers: &[u32], number: u32| numbers.get(number as usize).copied().unwrap_or(OTHER);
        for one in denied {
            let one = KeptDenied { client: renumbered(clients, one.client), route: renumbered(routes, one.route), ..*one };
            if self.kept_denied.len() < MOST_KEPT {
                self.kept_denied.push(one);
                continue;
            }
            self.not_kept += 1;
            if let Some(cause) = one.fallback {
                slot(&mut self.routes, one.route).causes.add(cause, 1);
            }
        }
        for one in events {
            if self.kept_events.len() < MOST_KEPT {
                self.kept_events.push(KeptEvent { client: renumbered(clients, one.client), route: renumbered(routes, one.route), ..*one });
            } else {
                self.not_kept += 1;
            }
        }
    }
}

/// The numbers in `names` of the names of a later part, by their numbers there.
fn renumber(names: &mut Names, later: &Names) -> Vec<u32> {
    std::iter::once(OTHER).chain(later.sorted().into_iter().map(|(name, _)| names.number(name))).collect()
}
