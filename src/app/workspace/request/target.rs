//! Where a request is sent to: whether an answer is about what would be sent now.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use url::Url;

use crate::domain::request::Request;

/// Where a request is sent to, and in which environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    environment: Arc<str>,
    /// Scheme, host and port; the address as written if it has none.
    origin: String,
    /// Hash of the request with its variables resolved.
    content: u64,
}

impl Target {
    /// The target of a request with its variables resolved from an environment; an empty name stands for none.
    pub fn of(request: &Request, environment: Arc<str>) -> Self {
        let mut hasher = DefaultHasher::new();
        request.url.hash(&mut hasher);
        for (_, header) in request.headers.iter() {
            (&header.name, &header.value).hash(&mut hasher);
        }
        request.body.hash(&mut hasher);
        let origin = Url::parse(&request.url).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
        let origin = origin.map_or_else(|| request.url.clone(), |origin| origin.ascii_serialization());
        Self { environment, origin, content: hasher.finish() }
    }

    /// The environment; empty for none.
    pub fn environment(&self) -> Arc<str> {
        Arc::clone(&self.environment)
    }

    /// True if an answer from there is about what is sent here. In one environment only the address counts: times, random values
    /// and tokens are new in every send.
    pub fn is_same(&self, other: &Self) -> bool {
        self.origin == other.origin && (self.environment == other.environment || self.content == other.content)
    }

    /// What distinguishes it from another one, for “from …”: its environment, else its address.
    pub fn in_words(&self, other: &Self) -> String {
        match &*self.environment {
            environment if environment == &*other.environment => {
                if self.origin.contains("://") && !self.origin.contains(['?', '@']) {
                    self.origin.clone()
                } else {
                    "another address".into()
                }
            }
            "" => "no environment".into(),
            environment => environment.to_string(),
        }
    }
}
