//! Passing requests on to the application.

use std::error::Error;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HOST, HeaderValue, UPGRADE};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use super::message::without_fields_of_the_connection;
use super::tee::Tee;
use crate::domain::limits::{CONNECT_SECONDS, MAX_ANSWER_HEADERS};
use crate::domain::secrecy::{self, MASK};
use crate::io::http::tls::Roots;

/// Which `Host` the application gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostField {
    /// The one that arrived: the mirror stands in the application's place.
    Received,
    /// That of the application's address.
    Own,
}

/// The application behind the mirror.
#[derive(Debug)]
pub struct Forward {
    client: Client<HttpsConnector<HttpConnector>, Tee<Incoming>>,
    scheme: Scheme,
    authority: Authority,
    /// The path of its address, without a slash at the end.
    prefix: String,
    host: HostField,
}

impl Forward {
    /// An application by its address. Without a choice, `Host` goes on as it came to one that is reached by http, and is its own name
    /// for https, since certificates and virtual hosts go by it.
    ///
    /// # Errors
    /// What is wrong with the address, or with the trusted certificates.
    pub fn to(address: &str, host: Option<HostField>, roots: &Roots) -> Result<Self, String> {
        let uri: Uri = address.parse().unwrap_or_default();
        let (Some(scheme), Some(authority)) = (uri.scheme().cloned(), uri.authority().cloned()) else {
            return Err(format!("{:?} is not an address such as http://127.0.0.1:3000", without_secrets(address)));
        };
        if uri.query().is_some() || address.contains('#') {
            return Err("the address to pass on to cannot have a query: that of each request goes on".into());
        }
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(format!("{:?}: only http and https are passed on to", without_secrets(address)));
        }
        if authority.as_str().contains('@') {
            return Err("the address to pass on to cannot have a user or password: credentials go on as they came".into());
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(Duration::from_secs(CONNECT_SECONDS)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(roots.unobserved()?)
            .https_or_http()
            .enable_http1()
            .enable_http2()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .set_host(false)
            .http1_preserve_header_case(true)
            .http1_max_headers(MAX_ANSWER_HEADERS)
            .build(connector);
        let usual = if scheme == Scheme::HTTPS { HostField::Own } else { HostField::Received };
        Ok(Self { client, scheme, authority, prefix: uri.path().trim_end_matches('/').into(), host: host.unwrap_or(usual) })
    }

    /// True if this address is the application's too: the mirror would pass requests on to itself.
    pub fn leads_to(&self, listening: SocketAddr) -> bool {
        let port = self.authority.port_u16().unwrap_or(if self.scheme == Scheme::HTTPS { 443 } else { 80 });
        let found = (self.authority.host().trim_matches(['[', ']']), port).to_socket_addrs();
        // Whoever can listen at an address has it.
        let is_here = |ip: IpAddr| std::net::TcpListener::bind((ip, 0)).is_ok();
        let is_own = |address: SocketAddr| {
            address == listening || address.port() == listening.port() && listening.ip().is_unspecified() && is_here(address.ip())
        };
        found.is_ok_and(|mut found| found.any(is_own))
    }

    /// Passes a request on. Afterwards the two ends of a connection that changes its protocol are tied together.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn pass(&self, mut request: Request<Tee<Incoming>>) -> Result<Response<Incoming>, String> {
        let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        // `*` is the server itself (RFC 9110 section 7.1).
        let prefix = if target.starts_with('/') { self.prefix.as_str() } else { "" };
        let target = PathAndQuery::try_from(format!("{prefix}{target}")).map_err(|why| why.to_string())?;
        let uri = Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone()).path_and_query(target).build();
        let received_host = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
        *request.uri_mut() = uri.map_err(|why| why.to_string())?;
        let protocol = request.headers().get(UPGRADE).cloned().filter(|_| names_upgrade(request.headers()));
        let ours = protocol.is_some().then(|| hyper::upgrade::on(&mut request));
        let headers = request.headers_mut();
        without_fields_of_the_connection(headers);
        if let Some(protocol) = protocol {
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(UPGRADE, protocol);
        }
        match self.host {
            HostField::Own => drop(HeaderValue::from_str(self.authority.as_str()).map(|own| headers.insert(HOST, own))),
            HostField::Received => {
                // HTTP/1.0 needs none, and HTTP/1.1 does (RFC 9112 section 3.2).
                if !headers.contains_key(HOST) {
                    let own = || HeaderValue::from_str(self.authority.as_str()).ok();
                    received_host.or_else(own).into_iter().for_each(|host| drop(headers.insert(HOST, host)));
                }
            }
        }
        // What a proxy says in another version says nothing to the application.
        *request.version_mut() = hyper::Version::HTTP_11;
        let mut response = self.client.request(request).await.map_err(|why| innermost(&why))?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let theirs = hyper::upgrade::on(&mut response);
            if let Some(ours) = ours {
                tokio::spawn(tie(ours, theirs));
            }
        } else {
            without_fields_of_the_connection(response.headers_mut());
        }
        Ok(response)
    }
}

fn names_upgrade(headers: &hyper::HeaderMap) -> bool {
    let mut listed = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    listed.any(|name| name.trim().eq_ignore_ascii_case("upgrade"))
}

/// Carries bytes both ways until one end closes.
async fn tie(ours: hyper::upgrade::OnUpgrade, theirs: hyper::upgrade::OnUpgrade) {
    if let (Ok(ours), Ok(theirs)) = tokio::join!(ours, theirs) {
        let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs)).await;
    }
}

/// An address as it may be shown.
fn without_secrets(address: &str) -> String {
    let hidden = secrecy::masked_url(address);
    // Without a scheme the login is not known for one.
    hidden.rsplit_once('@').map_or(hidden.clone(), |(_, host)| format!("{MASK}@{host}"))
}

/// What an error is about: the outer ones only say that something failed.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    match error.to_string() {
        told if told.contains("certificate") => format!("{told} (ca_file in the configuration names who else is trusted)"),
        told => told,
    }
}
