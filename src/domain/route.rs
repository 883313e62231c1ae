//! The connection that an answer came over.

use std::net::IpAddr;

use jiff::Timestamp;

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
    /// What the server proved itself by; `None` without TLS.
    pub certificate: Option<ServerCertificate>,
}

/// The certificate of a server (RFC 5280 section 4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerCertificate {
    /// The host names that it is for.
    pub names: Vec<String>,
    /// Who signed it: the organization, else the common name.
    pub issuer: Option<String>,
    /// The last moment at which it is valid.
    pub until: Option<Timestamp>,
}
