//! Why a browser does not keep a cookie, and why it does not send one: in words, with the actual values.

use std::fmt;

use jiff::Timestamp;

use super::set_cookie::{MAX_NAME_AND_VALUE, SameSite};
use crate::domain::site::is_loopback;
use crate::domain::time::{human, seconds_between, short};

/// Why a browser does not keep a cookie (RFC 6265bis section 5.7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A control character is at this offset.
    ControlCharacter(usize),
    /// Neither name nor value.
    Empty,
    /// Name and value are longer than 4096 bytes together.
    TooLarge(usize),
    /// The address that set it could not be read.
    AddressUnreadable(String),
    /// `Domain` is not the host that set it, nor a parent of it.
    DomainForeign {
        /// The attribute.
        domain: String,
        /// The host that set it.
        host: String,
    },
    /// `Domain` is a public suffix, under which strangers live.
    PublicSuffix(String),
    /// `Secure` over plain http.
    SecureOverHttp(String),
    /// The prefix of the name asks for something that is not there.
    Prefix {
        /// `__Host-` or `__Secure-`.
        prefix: &'static str,
        /// What is missing.
        lacks: &'static str,
    },
    /// `SameSite=None` without `Secure`.
    NoneWithoutSecure,
    /// `Partitioned` without `Secure`.
    PartitionedWithoutSecure,
    /// Set by an answer to another site's page, and `SameSite` does not allow that.
    CrossSite {
        /// The word in force.
        same_site: SameSite,
        /// The page's origin.
        page: String,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlCharacter(at) => write!(f, "it has a control character at byte {at}"),
            Self::Empty => f.write_str("it has no name and no value"),
            Self::TooLarge(bytes) => write!(f, "name and value have {bytes} bytes, more than {MAX_NAME_AND_VALUE}"),
            Self::AddressUnreadable(url) => write!(f, "the address that set it cannot be read: {url}"),
            Self::DomainForeign { domain, host } => write!(f, "Domain={domain} is neither {host} nor a parent of it"),
            Self::PublicSuffix(domain) => write!(f, "Domain={domain} is a public suffix, under which anyone can register a name"),
            Self::SecureOverHttp(origin) => write!(f, "it is Secure, but came from {origin}, which is not encrypted"),
            Self::Prefix { prefix, lacks } => write!(f, "its name begins with {prefix}, but it lacks {lacks}"),
            Self::NoneWithoutSecure => f.write_str("it has SameSite=None without Secure"),
            Self::PartitionedWithoutSecure => f.write_str("it has Partitioned without Secure"),
            Self::CrossSite { same_site, page } => {
                write!(f, "it has SameSite={same_site}, but the request came from a page of another site, {page}")
            }
        }
    }
}

/// Why a cookie of the jar is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// It was never kept.
    Refused(Refusal),
    /// A later `Set-Cookie` took its place.
    Replaced {
        /// Address of the answer that sent the later one.
        by: String,
    },
    /// A later `Set-Cookie` deleted it.
    Deleted {
        /// Address of the answer that deleted it.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// `Max-Age` or `Expires` has passed.
    Expired {
        /// When it ended.
        at: Timestamp,
        /// The moment of the request.
        now: Timestamp,
    },
    /// It belongs to another host.
    Domain {
        /// Host or domain that it belongs to.
        domain: String,
        /// True when exactly that host.
        host_only: bool,
        /// The request's host.
        host: String,
    },
    /// It belongs to another path.
    Path {
        /// Its path.
        cookie: String,
        /// The request's path.
        request: String,
    },
    /// `Secure`, and the request is plain http.
    SecureOverHttp(String),
    /// The page asked for no credentials.
    CredentialsOmitted,
    /// The page's credentials go to its own origin only.
    SameOriginOnly {
        /// The page.
        page: String,
        /// The request's origin.
        to: String,
    },
    /// `SameSite`, and the page is of another site.
    SameSite {
        /// The word in force.
        same_site: SameSite,
        /// True when the attribute is absent or unreadable, so that `Lax` applies.
        by_default: bool,
        /// The page, when known.
        page: String,
        /// The request's origin.
        to: String,
    },
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "a browser did not store it: {refusal}"),
            Self::Replaced { by } => write!(f, "a later Set-Cookie from {by} took its place"),
            Self::Deleted { by, at } => write!(f, "{by} deleted it at {}", short(*at)),
            Self::Expired { at, now } => write!(f, "it expired {} before, at {}", human(seconds_between(*at, *now)), short(*at)),
            Self::Domain { domain, host_only, host } => {
                let under = if *host_only { "to exactly" } else { "to hosts of" };
                write!(f, "it belongs {under} {domain}, but the request goes to {host}")?;
                if is_loopback(domain) && is_loopback(host) {
                    f.write_str(" (two names of one machine are two hosts for cookies)")
                } else {
                    Ok(())
                }
            }
            Self::Path { cookie, request } => write!(f, "its Path is {cookie}, but the request's path is {request}"),
            Self::SecureOverHttp(origin) => write!(f, "it is Secure, but the request goes to {origin} without encryption"),
            Self::CredentialsOmitted => f.write_str("the page's fetch says credentials: omit"),
            Self::SameOriginOnly { page, to } => {
                write!(f, "the page's fetch says credentials: same-origin, and {to} is not the origin of the page, {page}")
            }
            Self::SameSite { same_site, by_default, page, to } => {
                let origin = if *by_default { " (the default where a cookie has no SameSite)" } else { "" };
                write!(f, "SameSite={same_site}{origin} applies, and the page {page} is of another site than {to}")
            }
        }
    }
}
