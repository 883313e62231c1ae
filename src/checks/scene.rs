//! Exchanges for tests, written as text, and what the checks say of them.

use jiff::Timestamp;

use super::{Finding, FixKind, Index, Outcome, Surroundings, catalogue, facts::Facts};
use crate::domain::context::{Previous, ReceivedCookie};
use crate::domain::exchange::Exchange;
use crate::domain::request::RequestText;
use crate::domain::response::Response;

/// An exchange at the moment [`Scene::NOW`], its context, and the exchanges before it in the file.
#[derive(Clone, Debug)]
pub struct Scene(pub Exchange, Vec<Exchange>);

impl Scene {
    /// The client's clock.
    pub const NOW: &'static str = "2026-11-23T08:00:00Z";

    /// From a request (`GET https://…`, headers, empty line, body) and an answer (`401`, headers, empty line, body).
    pub fn new(request: &str, answer: &str) -> Self {
        let mut exchange = Exchange { request: RequestText::parse(request).0, ..Exchange::default() };
        exchange.context.now = Self::NOW.parse().ok();
        let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
        let mut lines = head.lines();
        if let Some(status) = lines.next().and_then(|line| line.trim().parse().ok()) {
            let headers = lines.filter_map(|line| line.split_once(':')).map(|(n, v)| (n.trim(), v.trim())).collect();
            exchange.answer = Some(Response { status, headers, body: body.into(), ..Response::default() });
        }
        Self(exchange, Vec::new())
    }

    /// With a cookie received `seconds` before.
    pub fn received(mut self, url: &str, set_cookie: &str, seconds: i64) -> Self {
        let at = self.now().checked_sub(jiff::SignedDuration::from_secs(seconds)).ok();
        self.0.context.set_cookie.push(ReceivedCookie { url: url.into(), set_cookie: set_cookie.into(), at });
        self
    }

    /// With the session cookie's name known.
    pub fn wants_cookie(mut self, name: &str) -> Self {
        self.0.context.cookie.push(name.into());
        self
    }

    /// With the browser's credentials mode known.
    pub fn fetch(mut self, mode: &str) -> Self {
        self.0.context.fetch_credentials = Some(mode.into());
        self
    }

    /// With the login that the user means.
    pub fn log_in(mut self, username: &str, password: &str) -> Self {
        (self.0.context.username, self.0.context.password) = (Some(username.into()), Some(password.into()));
        self
    }

    /// With an exchange before this one.
    pub fn after(mut self, previous: Previous) -> Self {
        self.0.context.previous.push(previous);
        self
    }

    /// With another exchange before it in the same file.
    pub fn with_sibling(mut self, other: Self) -> Self {
        self.1.push(other.0);
        self
    }

    /// With a note, such as a browser's console line.
    pub fn noted(mut self, notes: &str) -> Self {
        self.0.context.notes = Some(notes.into());
        self
    }

    /// What one check says; its evidence and its fix are tried out on the way.
    pub fn find(&self, id: &str) -> Finding {
        let finding = self.look(id);
        for evidence in &finding.evidence {
            let text = evidence.place.text(&self.0);
            let fits = evidence.span.is_none_or(|span| text.is_none_or(|text| span.cut(&text).is_some()));
            assert!(fits, "{id}: {evidence:?}");
        }
        if let Some(FixKind::Edit(edits)) = finding.fix.as_ref().map(|fix| &fix.kind) {
            // The answer belongs to the request as it was.
            let mut mended = self.clone();
            mended.0.request.apply(edits);
            mended.0.answer = None;
            let again = mended.look(id);
            assert!(!matches!(again.outcome, Outcome::Fail | Outcome::Warn), "{id} after its fix: {}", again.message);
        }
        finding
    }

    /// What one check answers.
    pub fn outcome(&self, id: &str) -> Outcome {
        self.find(id).outcome
    }

    /// The most likely cause.
    pub fn cause(&self) -> Option<&'static str> {
        self.with_facts(super::judge).causes.first().map(|cause| cause.check.id)
    }

    fn look(&self, id: &str) -> Finding {
        let check = catalogue::find(id).expect("a check of the catalogue");
        self.with_facts(check.run)
    }

    fn with_facts<T>(&self, look: impl FnOnce(&Facts) -> T) -> T {
        let (file, index) = ([&self.1[..], std::slice::from_ref(&self.0)].concat(), Index::default());
        look(&Facts::of(&self.0, &Surroundings::of(&file, &index, self.1.len(), self.now())))
    }

    fn now(&self) -> Timestamp {
        Self::NOW.parse().expect("a moment")
    }
}
