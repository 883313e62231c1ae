//! Configuration files of servers: what in them costs a request its credential, and the line to write instead.
//!
//! Reading never fails: what is not understood is passed over. Nothing here opens files: the caller passes a function that reads
//! what a file includes.

pub mod apache;
mod block;
pub mod caddy;
mod caddy_json;
mod caddyfile;
mod cors;
pub mod directive;
pub mod envoy;
pub mod haproxy;
mod header;
pub mod ingress;
pub mod nginx;
mod recognize;
pub mod traefik;
pub mod tree;

use caddy::Syntax;
use directive::Directive;
pub use recognize::recognize;

use crate::domain::server_config::{ConfigFinding, ServerConfig};

/// A server whose configuration can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Nginx,
    Apache,
    HaProxy,
    Caddy,
    /// Caddy's JSON.
    CaddyJson,
    Traefik,
    Envoy,
    /// An Ingress of Kubernetes with annotations for ingress-nginx.
    Ingress,
}

impl Server {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
            Self::HaProxy => "HAProxy",
            Self::Caddy | Self::CaddyJson => "Caddy",
            Self::Traefik => "Traefik",
            Self::Envoy => "Envoy",
            Self::Ingress => "ingress-nginx",
        }
    }
}

/// Reads what a file includes: gets the pattern as written and returns names and texts.
pub type Includes<'f> = dyn Fn(&str) -> Vec<(String, String)> + 'f;

/// The causes that configurations show.
pub const CAUSES: [&str; 21] = [
    "auth-server-unreachable",
    "authorization-duplicated",
    "authorization-misspelled",
    "basic-rejected",
    "cookie-unsafe",
    "cors-hides-status",
    "credentials-with-wildcard",
    "header-dropped-on-redirect",
    "header-stripped-by-proxy",
    "origin-not-allowed",
    "preflight-omits-authorization",
    "preflight-refused",
    "private-answer-cacheable",
    "public-path-protected",
    "rate-limited",
    "redirect-changes-method",
    "response-from-cache",
    "server-address-misread",
    "session-cookie-withheld",
    "token-malformed",
    "two-layers-share-authorization",
];

/// Reads a configuration: what is found in it, in the order of its lines.
pub fn read(server: Server, name: &str, text: &str, includes: &Includes) -> ServerConfig {
    let mut locations = Vec::new();
    let mut keep = |tree: Vec<Directive>| {
        locations = block::locations(&tree);
        tree
    };
    let mut found = match server {
        Server::Nginx => nginx::examine(&keep(directive::read_nginx(name, text, includes))),
        Server::Apache => apache::examine(&keep(directive::read_apache(name, text, includes))),
        Server::HaProxy => haproxy::examine(&haproxy::read(name, text)),
        Server::Caddy => caddy::examine(&caddyfile::read(name, text, includes), Syntax::Caddyfile),
        Server::Traefik if name.to_ascii_lowercase().ends_with(".toml") => traefik::examine(name, tree::read_toml(text).as_slice()),
        Server::Traefik => traefik::examine(name, &tree::read(text)),
        Server::Envoy => envoy::examine(name, &tree::read(text)),
        Server::Ingress => ingress::examine(name, text, &tree::read(text)),
        Server::CaddyJson => tree::read(text).iter().flat_map(|root| caddy::examine(&caddy_json::read(name, root), Syntax::Json)).collect(),
    };
    found.sort_by(|a, b| (a.source != name, &a.source, a.line, a.id).cmp(&(b.source != name, &b.source, b.line, b.id)));
    found.dedup_by(said_before);
    debug_assert!(found.iter().all(|finding| CAUSES.contains(&finding.id)), "a cause is not listed");
    ServerConfig { server: server.name(), source: name.into(), locations, findings: found }
}

/// True for a finding that says the same as the one before, which counts then in the locations of both.
fn said_before(later: &mut ConfigFinding, first: &mut ConfigFinding) -> bool {
    let is_same = |a: &ConfigFinding, b: &ConfigFinding| {
        (&a.source, a.line, a.id, &a.message, &a.write) == (&b.source, b.line, b.id, &b.message, &b.write)
    };
    if !is_same(later, first) {
        return false;
    }
    match (later.within.is_empty(), first.within.is_empty()) {
        (false, false) => first.within.append(&mut later.within),
        _ => first.within.clear(),
    }
    true
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// Each a long file whose every line looks at what the others say. (200,000 lines of each take a few seconds when optimised.)
    #[test]
    fn long_files_cost_no_square_of_their_length() {
        let many = |line: &str| line.repeat(50_000);
        let nginx =
            "location /a {\n proxy_set_header Authorization x; proxy_pass http://a; auth_basic x; add_header A b;\n}\n".repeat(15_000);
        let caddy =
            format!("a.example {{\n{}}}\n", "basic_auth {\n a b\n}\nreverse_proxy a {\n header_up -Authorization\n}\n".repeat(8_000));
        let haproxy = format!("backend a\n{}", many("  http-request del-header Authorization\n"));
        let routers: String = (0..3_000).map(|n| format!("    r{n}:\n      middlewares: [m, a, b]\n      service: s\n")).collect();
        let traefik = format!("http:\n  middlewares:\n    m:\n      basicAuth: {{users: []}}\n  routers:\n{routers}");
        let envoy = format!("virtual_hosts:\n- request_headers_to_remove:\n{}", "  - authorization\n".repeat(15_000));
        let started = Instant::now();
        for (server, text) in [
            (Server::Nginx, format!("server {{\n{}auth_basic x;\n{nginx}}}\n", many("proxy_set_header A b;\n"))),
            (Server::Nginx, many("proxy_cookie_path / /a; location ~ \\.a$ { }\n")),
            (Server::Apache, many("SetHandler cgi-script\n")),
            (Server::Apache, many("<Location /a>\nRequire valid-user\n")),
            (Server::HaProxy, haproxy),
            (Server::Caddy, caddy),
            (Server::Caddy, many("a.example {\n")),
            (Server::Traefik, traefik),
            (Server::Envoy, envoy),
            (Server::Ingress, many("kind: Ingress\n---\n")),
            (Server::CaddyJson, many("{\"apps\": [\n")),
        ] {
            recognize("a.conf", &text);
            read(server, "a", &text, &|_| Vec::new());
        }
        // Without optimisation; a square would take hours.
        assert!(started.elapsed() < Duration::from_secs(90), "{:?}", started.elapsed());
    }
}
