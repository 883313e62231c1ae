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

#[cfg(test)]
mod tests {
    use crate::checks::FixKind;
    use crate::checks::scene::Scene;

    /// The line that a check proposes when this server answered.
    fn line(server: &str, request: &str, check: &str) -> Option<String> {
        let scene = Scene::new(request, &format!("401\nServer: {server}\n\nmissing bearer token"));
        match scene.find(check).fix.expect("a fix").kind {
            FixKind::Configuration { line, .. } => Some(line),
            _ => None,
        }
    }

    #[test]
    fn each_server_gets_its_own_line() {
        let cached = |server| line(server, "GET http://a.test/", "denial-cacheable");
        assert_eq!(cached("nginx/1.27").as_deref(), Some("add_header Cache-Control no-store always;"));
        assert_eq!(cached("Caddy").as_deref(), Some("header Cache-Control no-store"));
        assert_eq!(cached("Microsoft-IIS/10.0"), None);
        assert_eq!(cached("unheard-of").as_deref(), Some("add_header Cache-Control no-store always;"));
        let stripped = |server| line(server, "GET http://a.test/\nAuthorization: Bearer abcdefghijkl", "header-stripped-by-proxy");
        assert_eq!(stripped("Apache/2.4").as_deref(), Some("CGIPassAuth On"));
        assert_eq!(stripped("Apache/2.4 mod_wsgi/5").as_deref(), Some("WSGIPassAuthorization On"));
    }
}
