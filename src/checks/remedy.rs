//! What a front server's configuration needs: each fix names the server that answered.

use super::facts::Facts;
use super::finding::Fix;
pub use super::intermediaries::Remedy;
use super::intermediaries::TABLE;

impl Remedy {
    /// The fix as a line of configuration for the server that answered; for one that has no such line, the title alone.
    pub fn fix(self, facts: &Facts, title: &str) -> Fix {
        match TABLE.line(server_of(facts), self) {
            Some((server, line)) => Fix::configuration(title, &server.name, line),
            None => Fix::action(title),
        }
    }
}

/// What names the server that answered: its header, else what is known of it.
pub fn server_of<'f>(facts: &'f Facts) -> &'f str {
    facts.answered("server").or(facts.context.server.as_deref()).unwrap_or_default()
}
