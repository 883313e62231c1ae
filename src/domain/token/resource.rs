//! APIs that are known by their tokens, as data: `assets/resources.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::issuer;
use super::jws::Jws;
use crate::domain::table;

const TEXT: &str = include_str!("../../../assets/resources.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT).unwrap_or_default());

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    resource: Vec<Resource>,
}

fn read(text: &str) -> Result<Table, serde_json::Error> {
    table::read(text)
}

/// An API whose tokens say that they are for it. The head of the file explains each member.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its name.
    pub name: String,
    /// Where it is documented.
    pub docs: String,
    aud: Vec<String>,
    hosts: Vec<String>,
    shown_by: Option<String>,
    #[serde(default)]
    issuers: Vec<String>,
}

impl Resource {
    /// True for a host where its tokens are sent to.
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| match known.strip_prefix('*') {
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => host == known,
        })
    }

    fn is_named(&self, audience: &str) -> bool {
        let audience = audience.trim_end_matches('/');
        self.aud.iter().any(|known| match known.strip_prefix('*') {
            Some(end) => audience.ends_with(end),
            None => audience.eq_ignore_ascii_case(known),
        })
    }
}

/// The API that an audience names.
pub fn by_audience(audience: &str) -> Option<&'static Resource> {
    TABLE.resource.iter().find(|resource| resource.is_named(audience))
}

/// The API whose tokens alone have a member that this one has, with the name of the member.
pub fn by_header(token: &Jws) -> Option<(&'static Resource, &'static str)> {
    let issuer = issuer::by_iss(token)?;
    TABLE.resource.iter().find_map(|resource| {
        let member = resource.shown_by.as_deref().and_then(|path| path.strip_prefix("header."))?;
        (resource.issuers.contains(&issuer.name) && token.header.get(member).is_some()).then_some((resource, member))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_known_by_its_audience_and_its_hosts() {
        let graph = by_audience("https://graph.microsoft.com/").expect("a resource");
        assert!(graph.has_host("graph.microsoft.com") && !graph.has_host("graph.microsoft.com.example"));
        assert_eq!(by_audience("00000003-0000-0000-C000-000000000000").map(|r| &r.name), Some(&graph.name));
        assert!(by_audience("https://t.eu.auth0.com/api/v2/").is_some_and(|r| r.has_host("t.eu.auth0.com")));
        assert!(by_audience("https://api.example").is_none() && by_audience("").is_none());
    }

    #[test]
    fn every_row_is_of_use() {
        const ISSUERS: &str = include_str!("../../../assets/issuers.toml");
        let table = read(TEXT).map_err(|fault| fault.to_string()).expect("the table");
        let mut audiences = std::collections::BTreeSet::new();
        for Resource { name, docs, aud, hosts, shown_by, issuers } in &table.resource {
            assert!(docs.starts_with("https://") && !aud.is_empty() && !hosts.is_empty(), "{name}");
            assert!(aud.iter().all(|aud| audiences.insert(aud) && !aud.ends_with('/')), "{name}: {aud:?}");
            assert!(shown_by.is_none() == issuers.is_empty(), "{name}");
            assert!(issuers.iter().all(|known| ISSUERS.contains(&format!("\nname = \"{known}\"\n"))), "{name}: {issuers:?}");
        }
    }
}
