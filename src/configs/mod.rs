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
pub mod finding;
pub mod haproxy;
mod header;
pub mod ingress;
pub mod nginx;
mod recognize;
pub mod traefik;
pub mod tree;

use caddy::Syntax;
pub use finding::ConfigFinding;
pub use recognize::recognize;

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

/// What is found in a configuration, in the order of its lines.
pub fn examine(server: Server, name: &str, text: &str, includes: &Includes) -> Vec<ConfigFinding> {
    let mut found = match server {
        Server::Nginx => nginx::examine(&directive::read_nginx(name, text, includes)),
        Server::Apache => apache::examine(&directive::read_apache(name, text, includes)),
        Server::HaProxy => haproxy::examine(&haproxy::read(name, text)),
        Server::Caddy => caddy::examine(&caddyfile::read(name, text, includes), Syntax::Caddyfile),
        Server::Traefik if name.to_ascii_lowercase().ends_with(".toml") => traefik::examine(name, tree::read_toml(text).as_slice()),
        Server::Traefik => traefik::examine(name, &tree::read(text)),
        Server::Envoy => envoy::examine(name, &tree::read(text)),
        Server::Ingress => ingress::examine(name, text, &tree::read(text)),
        Server::CaddyJson => tree::read(text).iter().flat_map(|root| caddy::examine(&caddy_json::read(name, root), Syntax::Json)).collect(),
    };
    found.sort_by(|a, b| (a.source != name, &a.source, a.line, a.id).cmp(&(b.source != name, &b.source, b.line, b.id)));
    found.dedup();
    found
}
