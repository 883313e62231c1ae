//! Lines of a server's configuration that explain what a check is about.

use super::facts::Facts;
use super::facts::words::Topic;
use super::{Check, Evidence, Finding, Fix, Outcome, Strength};
use crate::domain::server_config::{ConfigFinding, ServerConfig};

/// The finding of a check, with the line that explains it where the configuration has one for this path. A line makes a cause of what
/// could not be told, and of a credential's loss on the way unless the answer shows that it was read.
pub fn explain(facts: &Facts, check: &Check, mut finding: Finding) -> Finding {
    let Some((config, line)) = facts.configured(check.id) else { return finding };
    let is_open = match finding.outcome {
        Outcome::Fail => {
            finding.evidence.push(Evidence::context(place(line)));
            return Finding { fix: Some(fix(config.server, line)), ..finding };
        }
        Outcome::Unknown | Outcome::Warn => true,
        Outcome::Pass | Outcome::NotApplicable => check.is_of_absence && facts.carries_credential() && !is_judged(facts),
    };
    if !is_open || !facts.is_refused() || facts.answer.is_none() {
        return finding;
    }
    Finding::fail(strength(line), line.message.clone()).context(place(line)).fixed_by(fix(config.server, line))
}

/// Where it is not known which paths a line counts for, another one may be meant.
const fn strength(line: &ConfigFinding) -> Strength {
    if line.within.is_empty() { Strength::Likely } else { Strength::Contradiction }
}

impl<'f> Facts<'f> {
    /// The line of a server's configuration that explains what a check is about, for the path of this request.
    pub fn configured(&self, id: &str) -> Option<(&'f ServerConfig, &'f ConfigFinding)> {
        self.context.server_configs.iter().find_map(|config| Some((&**config, config.finding(id, self.request.path())?)))
    }
}

/// True where the answer judges the credential: then it arrived.
fn is_judged(facts: &Facts) -> bool {
    let has_error = facts.challenges.iter().any(|challenge| challenge.get("error").is_some());
    has_error || [Topic::Token, Topic::Password].into_iter().any(|topic| facts.says_plainly(topic))
}

fn place(line: &ConfigFinding) -> String {
    format!("{} line {}: {}", line.source, line.line, line.message)
}

fn fix(server: &str, line: &ConfigFinding) -> Fix {
    let place = format!("{} line {}", line.source, line.line);
    if line.write.is_empty() {
        return Fix::action(format!("Take out {place}"));
    }
    Fix::configuration(format!("Write this in {place}"), server, line.write.as_str())
}
