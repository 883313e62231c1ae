//! What is counted of routes, clients and user agents, and kept of refusals.

use super::reason::Cause;
use super::repeat::Repeat;
use super::series::Series;

/// Requests and refused ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub requests: u64,
    pub denied: u64,
}

impl Counts {
    pub fn add(&mut self, denied: bool) {
        self.requests += 1;
        self.denied += u64::from(denied);
    }

    pub fn merge(&mut self, other: Counts) {
        self.requests += other.requests;
        self.denied += other.denied;
    }
}

/// What is counted of a route.
#[derive(Clone, Debug, Default)]
pub struct Route {
    pub counts: Counts,
    pub causes: Causes,
    pub minutes: Series,
    /// The filter leaves it out.
    pub is_filtered: bool,
}

/// What is counted of a client.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    pub counts: Counts,
    pub repeat: Repeat,
}

/// Counts by cause; there are few, so a list serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causes(pub Vec<(Cause, u64)>);

impl Causes {
    pub fn add(&mut self, cause: Cause, count: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, known)) => *known += count,
            None => self.0.push((cause, count)),
        }
    }

    pub fn remove(&mut self, cause: Cause) {
        if let Some((_, count)) = self.0.iter_mut().find(|(known, _)| *known == cause) {
            *count = count.saturating_sub(1);
        }
        self.0.retain(|(_, count)| *count > 0);
    }

    pub fn merge(&mut self, other: Causes) {
        other.0.into_iter().for_each(|(cause, count)| self.add(cause, count));
    }
}

/// A refused request without a reason of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptDenied {
    pub at: i64,
    pub client: u32,
    pub route: u32,
    /// The cause that its status names, which a text can name better.
    pub fallback: Option<Cause>,
}

/// An event with a time. Client and route are [`OTHER`](super::names::OTHER) where it names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptEvent {
    pub at: i64,
    pub client: u32,
    pub route: u32,
    pub cause: Cause,
}
