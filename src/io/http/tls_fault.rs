//! Classifies TLS errors by the verifier's error and the certificates sent.

use jiff::Timestamp;
use rustls::CertificateError;
use rustls::pki_types::{CertificateDer, UnixTime};

/// What is wrong with TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate expired at this time (RFC 3339, empty if unknown).
    Expired(String),
    /// The certificate is not valid before this time.
    NotYetValid(String),
    /// The certificate is for these names.
    WrongHost(Vec<String>),
    /// The server's certificate is self-signed.
    SelfSigned,
    /// The issuer's certificate was not sent: the other certificates do not lead to it, or the server's own came alone and says
    /// where its issuer's can be fetched, as those of public CAs do.
    MissingIntermediate,
    /// The chain was sent up to its root, which is not trusted here.
    PrivateRoot,
    /// The issuer at the end of the chain is not trusted here; a certificate or a root may be missing.
    UnknownIssuer,
    /// The server requires a client certificate.
    ClientCertificateWanted,
    /// The other side does not speak TLS.
    NotTls,
    /// Anything else, in the library's words.
    Other(String),
}

impl TlsFault {
    /// Classifies the verifier's error, using the certificates for an "unknown issuer".
    pub fn of_certificate(refused: &rustls::Error, end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Self {
        let rustls::Error::InvalidCertificate(refused) = refused else { return Self::Other(refused.to_string()) };
        let self_signed = CertificateNames::of(end_entity).is_some_and(|names| names.is_root());
        match refused {
            CertificateError::Expired => Self::Expired(String::new()),
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired(moment(*not_after)),
            CertificateError::NotValidYet => Self::NotYetValid(String::new()),
            CertificateError::NotValidYetContext { not_before, .. } => Self::NotYetValid(moment(*not_before)),
            CertificateError::NotValidForName => Self::WrongHost(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongHost(presented.iter().map(|n| name(n)).collect()),
            // webpki reports "CA used as end entity", in an opaque error, for the certificates that openssl makes by default.
            CertificateError::UnknownIssuer | CertificateError::Other(_) if self_signed => Self::SelfSigned,
            CertificateError::UnknownIssuer => Self::of_chain(end_entity, intermediates),
            other => Self::Other(rustls::Error::InvalidCertificate(other.clone()).to_string()),
        }
    }

    /// What is wrong with a chain without a trusted root, by the certificates sent.
    fn of_chain(end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Self {
        let Some(mut last) = CertificateNames::of(end_entity) else { return Self::UnknownIssuer };
        let mut sent: Vec<CertificateNames> = intermediates.iter().filter_map(CertificateNames::of).collect();
        let mut is_alone = true;
        loop {
            let (above, others): (Vec<CertificateNames>, Vec<CertificateNames>) =
                sent.into_iter().partition(|names| names.subject == last.issuer);
            if above.iter().any(CertificateNames::is_root) {
                return Self::PrivateRoot;
            }
            sent = others;
            // Cross-signed certificates share a name; each leads to a root that was not sent.
            let Some(next) = above.into_iter().next() else { break };
            (last, is_alone) = (next, false);
        }
        let is_gap = sent.iter().any(CertificateNames::is_root) || (is_alone && !sent.is_empty());
        let is_public = is_alone && issuer_can_be_fetched(end_entity);
        if is_gap || is_public { Self::MissingIntermediate } else { Self::UnknownIssuer }
    }

    /// The error as a clause: "the certificate expired …".
    pub fn message(&self) -> String {
        match self {
            Self::Expired(when) if when.is_empty() => "the server's certificate has expired".to_string(),
            Self::Expired(when) => format!("the server's certificate expired at {when}"),
            Self::NotYetValid(when) if when.is_empty() => "the server's certificate is not valid yet".to_string(),
            Self::NotYetValid(when) => format!("the server's certificate is not valid before {when}"),
            Self::WrongHost(names) if names.is_empty() => "the server's certificate is for another host".to_string(),
            Self::WrongHost(names) => format!("the server's certificate is for another host: {}", names.join(", ")),
            Self::SelfSigned => "the server's certificate is self-signed".to_string(),
            Self::MissingIntermediate => {
                "the server sent its certificate without that of its issuer, which is not trusted here".to_string()
            }
            Self::PrivateRoot => "the server's certificate comes from a private CA, whose root is not trusted here".to_string(),
            Self::UnknownIssuer => "the server's certificate comes from an issuer that is not trusted here".to_string(),
            Self::ClientCertificateWanted => "the server wants a client certificate, and none was sent".to_string(),
            Self::NotTls => "the other side does not speak TLS".to_string(),
            Self::Other(words) => format!("TLS failed: {words}"),
        }
    }

    /// How to solve it; may be empty.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Expired(_) => "the server's owner has to renew it; if your own clock is wrong, correct that",
            Self::NotYetValid(_) => "is your clock right? Otherwise the certificate was installed too early",
            Self::WrongHost(_) => "use one of the names in the certificate, or have it issued for this one",
            Self::SelfSigned => "add it to the machine's trusted roots, or send anyway (this once)",
            Self::MissingIntermediate => {
                "the server has to send the intermediate certificate too (fullchain.pem), which browsers often hide; a private CA's root has to be trusted here"
            }
            Self::PrivateRoot => "a company's own CA or a TLS-inspecting proxy: add its root to the machine's trusted roots",
            Self::UnknownIssuer => {
                "a private CA or a TLS-inspecting proxy: add its root to the machine's trusted roots; or a certificate of the chain is missing"
            }
            Self::ClientCertificateWanted => "this API uses mutual TLS; authtui cannot present a client certificate",
            Self::NotTls => "is it http:// rather than https://, or another port?",
            Self::Other(_) => "",
        }
    }
}

/// The encoded names in a certificate.
struct CertificateNames {
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl CertificateNames {
    fn of(der: &CertificateDer<'_>) -> Option<Self> {
        let cert = webpki::EndEntityCert::try_from(der).ok()?;
        Some(Self { subject: cert.subject().to_vec(), issuer: cert.issuer().to_vec() })
    }

    fn is_root(&self) -> bool {
        self.subject == self.issuer
    }
}

/// The host names that a certificate is for.
pub(super) fn host_names(der: &[u8]) -> Vec<String> {
    let der = CertificateDer::from(der);
    let certificate = webpki::EndEntityCert::try_from(&der);
    certificate.map(|certificate| certificate.valid_dns_names().map(str::to_string).collect()).unwrap_or_default()
}

/// True if a certificate says at which http address its issuer's can be fetched (RFC 5280 section 4.2.2.1, caIssuers). Public CAs
/// must include that; private ones seldom do, or name a directory (`ldap:`).
fn issuer_can_be_fetched(der: &CertificateDer<'_>) -> bool {
    const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
    // It is followed by an address: [6], and its length in one or two bytes.
    let address = |at: usize| match der.get(at + CA_ISSUERS.len()..)? {
        [0x86, 0x81, _, address @ ..] | [0x86, _, address @ ..] => Some(address),
        _ => None,
    };
    memchr::memmem::find_iter(der, CA_ISSUERS).filter_map(address).any(|address| address.starts_with(b"http"))
}

fn moment(time: UnixTime) -> String {
    i64::try_from(time.as_secs()).ok().and_then(|s| Timestamp::from_second(s).ok()).map(|t| t.to_string()).unwrap_or_default()
}

/// Extracts `a.example` from webpki's `DnsName("a.example")`.
fn name(presented: &str) -> String {
    presented.split_once("(\"").and_then(|(_, rest)| rest.strip_suffix("\")")).unwrap_or(presented).to_string()
}
