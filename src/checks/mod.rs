//! The checks: every known reason for a 401, by name, and the ranking of what they found.
//!
//! A check sees parsed [`facts::Facts`] and answers one [`Finding`]. It does no I/O and parses nothing twice.
//! [`examine`] runs all of them and ranks the causes: the one engine behind the screen and the command line.

pub mod address;
pub mod browser;
pub mod catalogue;
pub mod check;
mod configuration;
mod configured;
mod confirmed;
pub mod credentials;
mod denials;
mod documented;
pub mod facts;
pub mod finding;
mod intermediaries;
mod likeness;
pub mod mask;
pub mod oauth;
mod pattern;
pub mod ranking;
mod remedy;
pub mod server_phrases;
pub mod servers;
pub mod services;
pub mod session;
pub mod siblings;
pub mod signing;
pub mod similar;
pub mod token;
pub mod transit;
mod tried;
mod verified;

use jiff::Timestamp;

pub use check::{Check, Family, Need};
pub use finding::{Evidence, Finding, Fix, FixKind, Outcome, Place, Strength};
pub use siblings::{Exchanges, Index, Siblings};

use crate::domain::exchange::Exchange;
use crate::domain::response::Response;
use facts::service::Meaning;
use facts::words::Word;
pub use services::OwnServices;
pub use verified::Verified;

/// What is around an exchange when it is examined.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The local clock, used when nothing else tells the time.
    pub now: Timestamp,
    /// The other exchanges of its file; `None` for an exchange that is from no file.
    pub siblings: Option<Siblings<'a>>,
    /// Services that the user described.
    pub services: Option<&'a OwnServices>,
}

impl<'a> Surroundings<'a> {
    /// Of the exchange with that number in its file. Its siblings are all others of that file, and none of other files: their
    /// order is what tells which cookies were set before. `index` is that of the file, kept from one exchange to the next.
    pub fn of(file: &'a dyn Exchanges, index: &'a Index, number: usize, now: Timestamp) -> Self {
        Self { now, siblings: Some(Siblings::of(file, index, number)), services: None }
    }

    /// With the services that the user described.
    #[must_use]
    pub const fn with_services(self, services: Option<&'a OwnServices>) -> Self {
        Self { services, ..self }
    }

    /// Of an exchange that is from no file.
    pub const fn alone(now: Timestamp) -> Self {
        Self { now, siblings: None, services: None }
    }
}

/// What the engine knows of servers in particular, as data.
///
/// [`examine`] uses all of it. Less is for tests: they show that the engine reads requests and does not merely
/// recognize servers.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge {
    /// Finds phrases in an answer and says what they speak of.
    pub words: fn(&Response) -> Vec<Word>,
    /// The same for lines of a log among the notes.
    pub log: fn(&str) -> Vec<Word>,
    /// True when the table of services is asked.
    pub services: bool,
    /// What an answer speaks of that means the check of this name by its service's documentation.
    pub meaning: fn(&str) -> Option<Meaning>,
}

impl Knowledge {
    /// Everything.
    pub const ALL: Self = Self {
        words: |answer| server_phrases::TABLE.read(answer),
        log: |notes| server_phrases::TABLE.read_log(notes),
        services: true,
        meaning,
    };
    /// Not one server's words, and no service.
    pub const NONE: Self = Self { words: |_| Vec::new(), log: |_| Vec::new(), services: false, meaning };
}

fn meaning(id: &str) -> Option<Meaning> {
    catalogue::find(id).map(Check::meaning)
}

/// One check with what it found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The check.
    pub check: &'static Check,
    /// What it found.
    pub finding: Finding,
}

/// A possible cause of the refusal.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The check that found it.
    pub check: &'static Check,
    /// How likely it is the cause, from 0 to 1.
    pub confidence: f64,
    /// One sentence: what is wrong, with actual values.
    pub summary: String,
    /// The bytes that prove it.
    pub evidence: Vec<Evidence>,
    /// What would put it right.
    pub fix: Option<Fix>,
}

/// The whole verdict on one exchange.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Possible causes, most likely first; empty when nothing is wrong.
    pub causes: Vec<Cause>,
    /// True when the first cause has at least 0.5, or when nothing is wrong.
    pub decided: bool,
    /// True when the server accepted the request.
    pub is_accepted: bool,
    /// True when the answer turns the caller away, and no cause was found: something is wrong all the same.
    pub is_unexplained: bool,
    /// What would decide, when it is not decided.
    pub needs: Vec<Need>,
    /// Every check with its finding, in the order of the catalogue.
    pub checks: Vec<Examined>,
    /// Why a credential could not be judged, as a sentence: a recorder removed it, or a tool makes it on sending.
    pub unjudged: Option<String>,
    /// What the service that was called expects, a line for each sentence; empty for an unknown one.
    pub service: Vec<String>,
}

impl Report {
    /// True when nothing is known to be wrong: there is no cause, and nobody was turned away without one.
    pub fn is_fine(&self) -> bool {
        self.causes.is_empty() && !self.is_unexplained
    }

    /// True when a check failed, though that explains nothing.
    pub fn has_failure(&self) -> bool {
        self.checks.iter().any(|e| e.finding.outcome == Outcome::Fail && !self.is_remark(e))
    }

    /// True for what is no news beside the verdict: a warning about good practice, which nearly every server leaves out; any warning
    /// on a request that was accepted; and what the decided cause brings with it.
    pub fn is_remark(&self, examined: &Examined) -> bool {
        let top = self.causes.first().filter(|_| self.decided);
        // "A 403 usually means …" says nothing beside what it means this time.
        let is_idle = |check: &Check| check.gives_no_reason && examined.finding.strength < Strength::Likely;
        let is_brought =
            top.is_some_and(|top| top.check.id != examined.check.id && (top.check.explains(examined.check) || is_idle(examined.check)));
        match examined.finding.outcome {
            Outcome::Warn => self.is_accepted || examined.finding.strength == Strength::Hygiene || is_brought,
            Outcome::Fail => is_brought,
            Outcome::Unknown | Outcome::Pass | Outcome::NotApplicable => false,
        }
    }
}

/// Runs every check on an exchange and ranks the causes.
pub fn examine(exchange: &Exchange, around: &Surroundings) -> Report {
    judge(&facts::Facts::of(&exchange.judged(), around))
}

/// The causes alone, for whoever judges thousands of exchanges a second: a check that never holds on an answer that accepts the request
/// is not run on one, and is not in the report.
pub fn causes(exchange: &Exchange, around: &Surroundings) -> Report {
    let judged = exchange.judged();
    let facts = facts::Facts::of(&judged, around);
    let is_accepted = facts.standing == facts::Standing::Accepted;
    judge_by(&facts, |check| !is_accepted || check.holds_when_accepted)
}

/// As [`examine`], with no more than this known of servers.
pub fn examine_with(exchange: &Exchange, around: &Surroundings, knowledge: &Knowledge) -> Report {
    judge(&facts::Facts::with(&exchange.judged(), around, knowledge))
}

/// Runs every check on an exchange that was parsed already, and ranks the causes.
pub fn judge(facts: &facts::Facts) -> Report {
    judge_by(facts, |_| true)
}

fn judge_by(facts: &facts::Facts, is_run: impl Fn(&Check) -> bool) -> Report {
    let examined = |check: &&'static Check| {
        let finding = facts::absent::hold_back(facts, check, (check.run)(facts));
        let finding = oauth::callback::complete(facts, check, documented::complete(facts, check, finding));
        let finding = configuration::explain(facts, check, configured::explain(facts, check, finding));
        let finding = tried::proven(facts, check, finding);
        Examined { check, finding }
    };
    let checks = catalogue::ALL.iter().filter(|check| is_run(check)).map(examined).collect();
    let service = facts.service().map(|known| known.described()).unwrap_or_default();
    let unjudged = facts.absent.first().map(|absent| absent.why.sentence(&absent.what));
    Report { service, unjudged, ..ranking::rank(facts, checks) }
}
