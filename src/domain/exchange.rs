//! A request with its answer and what is known beside it: what lies on the bench.

use super::context::Context;
use super::request::Request;
use super::response::Response;

/// One exchange.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// The file or argument that it came from.
    pub source: String,
    /// Its name: the entry's comment, `### name`, or empty (then [`Exchange::title`] makes one).
    pub name: String,
    /// The request as it goes out on the wire.
    pub request: Request,
    /// The answer, when there is one.
    pub answer: Option<Response>,
    /// What stands beside it.
    pub context: Context,
}

impl Exchange {
    /// The name, else `METHOD path`.
    pub fn title(&self) -> String {
        if self.name.is_empty() { format!("{} {}", self.request.method, self.request.path()) } else { self.name.clone() }
    }
}
