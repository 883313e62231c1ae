//! The route of an answer, from what the HTTP library notes with it.

use std::net::IpAddr;

use hyper_util::client::legacy::connect::HttpInfo;
use jiff::Timestamp;
use reqwest::tls::{TlsInfo, Version};
use url::Url;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::tls_fault;
use crate::domain::route::{Route, ServerCertificate};
use crate::domain::visible::visible;

/// The route of an answer. `found` is what the resolver gave for the host that was connected to.
pub fn route(answer: &reqwest::Response, proxy: Option<&Url>, found: Vec<IpAddr>) -> Route {
    let ends = answer.extensions().get::<HttpInfo>();
    let tls = answer.extensions().get::<TlsInfo>();
    Route {
        proxy: proxy.and_then(host_and_port),
        found,
        local: ends.map(|ends| ends.local_addr().ip()),
        remote: ends.map(|ends| ends.remote_addr().ip()),
        tls: tls.and_then(TlsInfo::version).and_then(name).map(str::to_string),
        certificate: tls.and_then(TlsInfo::peer_certificate).map(certificate),
    }
}

/// What a certificate says, in DER.
fn certificate(der: &[u8]) -> ServerCertificate {
    let names = tls_fault::host_names(der);
    let Ok((_, read)) = X509Certificate::from_der(der) else { return ServerCertificate { names, ..ServerCertificate::default() } };
    let issuer = read.issuer();
    let named = issuer.iter_organization().chain(issuer.iter_common_name()).find_map(|name| name.as_str().ok());
    let until = Timestamp::from_second(read.validity().not_after.timestamp()).ok();
    ServerCertificate { names, issuer: named.map(|name| visible(name).into_owned()), until }
}

/// The proxy without its login.
fn host_and_port(proxy: &Url) -> Option<String> {
    let host = proxy.host_str()?;
    Some(proxy.port_or_known_default().map_or_else(|| host.to_string(), |port| format!("{host}:{port}")))
}

fn name(version: Version) -> Option<&'static str> {
    let names = [(Version::TLS_1_3, "TLS 1.3"), (Version::TLS_1_2, "TLS 1.2")];
    names.into_iter().find_map(|(known, name)| (known == version).then_some(name))
}
