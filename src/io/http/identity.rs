//! Client certificates (RFC 8446 section 4.4.2) for the hosts that they are for.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::error::{SendError, SendErrorKind};
use super::phase::Phase;
use super::tls_fault::TlsFault;

/// A client certificate with its private key, in files (PEM).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIdentity {
    /// The host that it is for, in lower case; `*.` before it stands for all below it.
    pub host: String,
    /// The certificate, and those between it and the authority's.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

impl ClientIdentity {
    /// True for the host that it is for.
    pub fn is_for(&self, host: &str) -> bool {
        match self.host.strip_prefix('*') {
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => host == self.host,
        }
    }

    /// Reads both files.
    ///
    /// # Errors
    /// If one cannot be read, or the key is of another certificate.
    pub fn read(&self, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, SendError> {
        let wrong = |what: &str, why: String| {
            let message = format!("nothing was sent: the client certificate for {} cannot be used: {what}: {why}", self.host);
            SendError::new(Phase::Prepare, SendErrorKind::Tls(TlsFault::Other(why)), message, "correct it in the configuration")
        };
        let chain: Result<Vec<CertificateDer>, _> = CertificateDer::pem_file_iter(&self.certificate).and_then(Iterator::collect);
        let of_certificate = || self.certificate.display().to_string();
        let chain = chain.map_err(|why| wrong(&of_certificate(), why.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|why| wrong(&self.key.display().to_string(), why.to_string()))?;
        let identity = CertifiedKey::from_der(chain, key, provider);
        identity.map(Arc::new).map_err(|why| wrong(&of_certificate(), why.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_for_its_hosts_only() {
        let of = |host: &str| ClientIdentity { host: host.into(), certificate: PathBuf::new(), key: PathBuf::new() };
        assert!(of("api.corp.example").is_for("api.corp.example"));
        assert!(!of("api.corp.example").is_for("evil-api.corp.example"));
        assert!(of("*.corp.example").is_for("a.b.corp.example"));
        assert!(!of("*.corp.example").is_for("corp.example") && !of("*.corp.example").is_for("evilcorp.example"));
    }
}
