//! The connection that an answer came over.

use std::net::IpAddr;

/// What is known of the last connection of a send. A recording knows the server's address alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Host and port of the proxy, when there was one: `found` and `remote` are then the proxy's.
    pub proxy: Option<String>,
    /// The addresses that were found for the name connected to, in the resolver's order; empty when it was an address.
    pub found: Vec<IpAddr>,
    /// The own end of the connection: it tells a VPN from the plain network.
    pub local: Option<IpAddr>,
    /// Its other end.
    pub remote: Option<IpAddr>,
    /// `TLS 1.3`; `None` without TLS.
    pub tls: Option<String>,
    /// The host names in the certificate of the server.
    pub certificate: Vec<String>,
}
