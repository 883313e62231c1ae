//! What signing depends on that is not in the request, as data: `assets/signing.toml`, whose head explains each member.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::signing::encoding::Mac;
use crate::domain::table;

const TEXT: &str = include_str!("../../../assets/signing.toml");

/// The table.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| table::read(TEXT).unwrap_or_default());

/// The whole of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Hosts of AWS.
    pub aws: Aws,
    /// Hosts of Azure Storage.
    pub azure: Azure,
    /// Signatures in headers of their own.
    #[serde(default)]
    pub headers: Vec<Family>,
}

/// How hosts of AWS name service and region.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aws {
    /// Ends of hosts.
    pub domains: Vec<String>,
    /// Services whose region is before them.
    pub region_first: Vec<String>,
    /// Names in hosts, and in signatures.
    pub services: BTreeMap<String, Vec<String>>,
    /// The environment variable of the session token.
    pub session_variable: String,
    /// Services without a region in their host.
    pub global: BTreeMap<String, String>,
}

/// Hosts of Azure Storage.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Azure {
    /// Ends of hosts that begin with the account's name.
    pub domains: Vec<String>,
}

/// A signature in a header of its own, and what goes with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    /// Who reads it.
    pub name: String,
    /// Its header.
    pub signature: String,
    /// Its name in the list of that header.
    pub member: Option<String>,
    /// What it begins with.
    #[serde(default)]
    pub prefix: String,
    /// How it is written.
    pub written: Digits,
    /// The keyed hash.
    pub hash: Hash,
    /// Header of the key's id.
    pub key: Option<String>,
    /// Header of the moment of signing, or `member:NAME`.
    pub timestamp: Option<String>,
    /// Its unit.
    pub unit: Option<Unit>,
    /// Seconds that it may be away from the server's clock.
    pub window: Option<f64>,
    /// Other headers that are sent with it.
    #[serde(default)]
    pub with: Vec<String>,
    /// What is signed.
    pub text: Option<String>,
    /// How the secret is the key.
    pub key_form: Option<KeyForm>,
}

/// How bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Digits {
    /// Hexadecimal.
    Hex,
    /// Base64.
    Base64,
}

/// A keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Hash {
    /// HMAC with SHA-1.
    Sha1,
    /// HMAC with SHA-256.
    Sha256,
    /// HMAC with SHA-512.
    Sha512,
}

impl Hash {
    /// The hash itself.
    pub const fn mac(self) -> Mac {
        match self {
            Self::Sha1 => Mac::Sha1,
            Self::Sha256 => Mac::Sha256,
            Self::Sha512 => Mac::Sha512,
        }
    }
}

/// The unit of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unit {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// RFC 3339.
    Iso,
}

/// How a secret is the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum KeyForm {
    /// Base64 of it.
    Base64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_every_row_can_be_used() {
        let table: Table = table::read(TEXT).map_err(|e| e.to_string()).expect("the table");
        assert!(table.aws.region_first.iter().all(|name| table.aws.services.contains_key(name)));
        assert!(table.aws.global.keys().all(|name| table.aws.services.contains_key(name)));
        for family in &table.headers {
            assert_eq!(family.timestamp.is_some(), family.unit.is_some(), "{}", family.name);
            assert!(family.window.is_none() || family.timestamp.is_some(), "{}", family.name);
        }
    }
}
