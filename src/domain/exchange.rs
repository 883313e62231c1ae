//! A request with its answer and what is known beside it: what lies on the bench.

use super::challenge;
use super::context::{Context, Origin};
use super::request::Request;
use super::response::Response;
use super::time;

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
    /// The same request before it is answered, after an edit that made the answer one to another request. What that answer
    /// taught stays: the server's clock, the schemes that it offers and the scopes that it asks for.
    pub fn unanswered(&self) -> Self {
        let mut context = self.context.clone();
        if let Some(answer) = &self.answer {
            let date = answer.headers.get("date").and_then(time::http_date);
            context.now = date.or(context.now);
            let (challenges, _) = challenge::read_all(&answer.headers, "www-authenticate");
            if context.scheme.is_empty() {
                context.scheme = challenges.iter().map(|c| c.scheme.clone()).filter(|s| !s.is_empty()).collect();
                context.origins.insert("expect_scheme", Origin::Challenge);
            }
            if context.scope.is_empty() {
                let asked = challenges.iter().filter_map(|c| c.get("scope"));
                context.scope = asked.flat_map(str::split_whitespace).map(str::to_string).collect();
                context.origins.insert("expect_scope", Origin::Challenge);
            }
        }
        Self { source: self.source.clone(), name: self.name.clone(), request: self.request.clone(), answer: None, context }
    }

    /// The name, else `METHOD path`.
    pub fn title(&self) -> String {
        if self.name.is_empty() { format!("{} {}", self.request.method, self.request.path()) } else { self.name.clone() }
    }
}
