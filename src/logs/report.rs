//! The result as plain sorted data. Its JSON is a contract: the members are not renamed, others may be added.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::counts::Causes;

/// What stands for the names beyond the limit.
pub const OTHER_NAME: &str = "other";
/// The route of a spike of all requests together.
pub const ALL_ROUTES: &str = "*";

/// What logs say about refused requests.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    pub version: u32,
    pub lines: u64,
    pub requests: u64,
    pub denied: u64,
    pub rate: f64,
    /// Lines of no known form, and some of them.
    pub unparsed: u64,
    pub unparsed_examples: Vec<String>,
    /// Comments, empty lines, and log lines about other things.
    pub skipped: u64,
    /// Requests and events that the filter left out.
    pub filtered: u64,
    /// The first and the last moment, RFC 3339.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Causes of the refused requests; of the events, if there are no requests.
    pub reasons: Reasons,
    /// Refused requests of which no log says the cause.
    pub unexplained: u64,
    /// Causes in the lines of error logs and authorization servers.
    pub events: Reasons,
    /// Refused requests and events beyond the limit, which were counted but not brought together.
    pub not_joined: u64,
    pub routes: Vec<RouteRow>,
    pub clients: Vec<ClientRow>,
    pub agents: Vec<AgentRow>,
    pub statuses: Vec<StatusRow>,
    pub hours: Vec<HourRow>,
    pub spikes: Vec<SpikeRow>,
}

/// Counts by the id of the cause, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons(pub Vec<(&'static str, u64)>);

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RouteRow {
    pub route: String,
    pub requests: u64,
    pub denied: u64,
    pub rate: f64,
    pub reasons: Reasons,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClientRow {
    pub client: String,
    pub requests: u64,
    pub denied: u64,
    pub rate: f64,
    /// Refusals in a row since its last success, if they are many.
    pub failing: Option<FailingRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FailingRow {
    pub denied: u32,
    pub from: Option<String>,
    pub to: Option<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct AgentRow {
    pub agent: String,
    pub requests: u64,
    pub denied: u64,
    pub rate: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StatusRow {
    /// 0: no answer.
    pub status: u16,
    pub requests: u64,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct HourRow {
    /// Its start, RFC 3339.
    pub hour: String,
    /// More than 1 where the log is longer than 14 months.
    pub hours: i64,
    pub requests: u64,
    pub denied: u64,
    pub rate: f64,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SpikeRow {
    /// [`ALL_ROUTES`] for all together.
    pub route: String,
    pub from: String,
    pub to: String,
    pub requests: u64,
    pub denied: u64,
    pub rate: f64,
    pub usual: f64,
}

impl Serialize for Reasons {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, count) in &self.0 {
            map.serialize_entry(id, count)?;
        }
        map.end()
    }
}

impl Reasons {
    /// The counts of causes.
    pub fn of(causes: &Causes) -> Self {
        let mut counts: Vec<(&str, u64)> = causes.0.iter().map(|(cause, count)| (cause.id(), *count)).collect();
        counts.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        Reasons(counts)
    }

    /// How often a cause was found.
    pub fn count(&self, id: &str) -> u64 {
        self.0.iter().find(|(known, _)| *known == id).map_or(0, |(_, count)| *count)
    }
}
