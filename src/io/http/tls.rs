//! TLS: the crypto provider, the system's trusted roots, and hooks that record the handshake.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientSessionStore, ResolvesClientCert, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, NamedGroup, SignatureScheme};

use super::error::{SendError, SendErrorKind};
use super::phase::Phase;
use super::tls_fault::TlsFault;
use super::trace::Trace;
use crate::domain::exchange::HttpVersion;

/// The system's trusted roots, loaded once.
#[derive(Clone, Debug)]
pub struct Roots {
    provider: Arc<CryptoProvider>,
    /// Without roots, a handshake fails with this error unless the certificate is accepted anyway.
    verifier: Result<Arc<rustls_platform_verifier::Verifier>, rustls::Error>,
}

impl Roots {
    /// Loads the system's roots and adds others: some (DER), and those of a file (PEM).
    ///
    /// # Errors
    /// If the file cannot be read, or has none.
    pub fn load(extra: &[Vec<u8>], file: Option<&Path>) -> Result<Self, SendError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut extra: Vec<CertificateDer> = extra.iter().map(|der| CertificateDer::from(der.clone())).collect();
        if let Some(file) = file {
            extra.extend(roots_of(file)?);
        }
        let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map(Arc::new);
        Ok(Self { provider, verifier })
    }

    /// The configuration of connections whose handshake is not observed, without a client certificate. Which protocols are offered is
    /// left open.
    ///
    /// # Errors
    /// If there are no roots.
    pub fn unobserved(&self) -> Result<ClientConfig, String> {
        let verifier = self.verifier.clone().map_err(|why| why.to_string())?;
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider)).with_safe_default_protocol_versions();
        let builder = builder.map_err(|why| why.to_string())?;
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
    }

    /// The crypto provider.
    pub fn provider(&self) -> &CryptoProvider {
        &self.provider
    }
}

/// The certificates of a file.
fn roots_of(file: &Path) -> Result<Vec<CertificateDer<'static>>, SendError> {
    let read: Result<Vec<CertificateDer>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let why = match read {
        Ok(roots) if !roots.is_empty() => return Ok(roots),
        Ok(_) => "it has no certificate".to_string(),
        Err(why) => why.to_string(),
    };
    let message = format!("nothing was sent: the trusted certificates of {} cannot be read: {why}", file.display());
    Err(SendError::new(Phase::Prepare, SendErrorKind::Tls(TlsFault::Other(why)), message, "correct ca_file in the configuration"))
}

/// The TLS configuration of one send.
pub fn config(
    roots: Roots,
    let_pass: &[String],
    version: HttpVersion,
    identity: Option<Arc<CertifiedKey>>,
    trace: &Arc<Trace>,
) -> Result<ClientConfig, SendError> {
    let provider = Arc::clone(&roots.provider);
    let name = |host: &String| ServerName::try_from(host.trim_matches(['[', ']']).to_string()).ok();
    let let_pass = let_pass.iter().filter_map(name).collect();
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| SendError::new(Phase::Prepare, SendErrorKind::Tls(TlsFault::Other(e.to_string())), "TLS cannot be set up", ""))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier { roots, let_pass, trace: Arc::clone(trace) }))
        .with_client_cert_resolver(Arc::new(OwnCertificate { identity, trace: Arc::clone(trace) }));
    config.resumption = Resumption::store(Arc::new(HandshakeMark(Arc::clone(trace))));
    config.alpn_protocols = match version {
        HttpVersion::Negotiated => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        HttpVersion::Http1 => vec![b"http/1.1".to_vec()],
    };
    Ok(config)
}

/// Uses the system's verifier and records why it refused.
#[derive(Debug)]
struct Verifier {
    roots: Roots,
    /// Hosts whose certificate is accepted anyway.
    let_pass: Vec<ServerName<'static>>,
    trace: Arc<Trace>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = match &self.roots.verifier {
            Ok(verifier) => verifier.verify_server_cert(end_entity, intermediates, name, ocsp, now),
            Err(no_roots) => Err(no_roots.clone()),
        };
        verdict.or_else(|refused| {
            let (fault, host) = (TlsFault::of_certificate(&refused, end_entity, intermediates), name.to_str().into_owned());
            if self.let_pass.contains(&name.to_owned()) {
                self.trace.certificate_let_pass(fault, host);
                Ok(ServerCertVerified::assertion())
            } else {
                self.trace.certificate_refused(fault, host);
                Err(refused)
            }
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.roots.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.roots.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.roots.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The client certificate for the host; without one, records that one was requested.
#[derive(Debug)]
struct OwnCertificate {
    identity: Option<Arc<CertifiedKey>>,
    trace: Arc<Trace>,
}

impl ResolvesClientCert for OwnCertificate {
    fn resolve(&self, _root_hint_subjects: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        if self.identity.is_none() {
            self.trace.client_certificate_asked();
        }
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}

/// Stores no sessions. rustls asks it for a key-exchange hint at the start of a handshake, which is the only way to tell
/// connecting from handshaking.
#[derive(Debug)]
struct HandshakeMark(Arc<Trace>);

impl ClientSessionStore for HandshakeMark {
    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.enter(Phase::Tls);
        None
    }

    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}
