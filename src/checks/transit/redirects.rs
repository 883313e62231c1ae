//! Which client keeps `Authorization` on which redirect, as data: `assets/redirects.toml`.

use std::sync::LazyLock;

use serde::Deserialize;
use url::Url;

use crate::checks::Siblings;
use crate::checks::facts::Facts;
use crate::domain::site::registrable_domain;
use crate::domain::table;

/// The table.
static TABLE: LazyLock<Table> = LazyLock::new(|| read(include_str!("../../../assets/redirects.toml")).unwrap_or_default());

/// What changes between two addresses.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Path or query alone.
    Origin,
    /// The port.
    Port,
    /// http to https on other ports than the usual ones.
    ToHttps,
    /// http on port 80 to https on port 443.
    Upgrade,
    /// Another host of the same domain.
    Sibling,
    /// A host below the one before.
    Subdomain,
    /// Any other host.
    Site,
    /// https to http.
    ToHttp,
}

impl Change {
    /// Between two addresses.
    pub fn between(from: &Url, to: &Url) -> Self {
        let host = |url: &Url| url.host_str().unwrap_or_default().to_ascii_lowercase();
        let (here, there) = (host(from), host(to));
        match (from.scheme(), to.scheme()) {
            ("https", "http") => Self::ToHttp,
            _ if there.ends_with(&format!(".{here}")) => Self::Subdomain,
            _ if here != there && registrable_domain(&here).is_some_and(|d| registrable_domain(&there) == Some(d)) => Self::Sibling,
            _ if here != there => Self::Site,
            ("http", "https") if from.port().is_none() && to.port().is_none() => Self::Upgrade,
            ("http", "https") => Self::ToHttps,
            _ if from.port_or_known_default() != to.port_or_known_default() => Self::Port,
            _ => Self::Origin,
        }
    }
}

/// A client and its rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    named: Vec<String>,
    /// The rule in words.
    pub rule: String,
    #[serde(default)]
    keeps: Vec<Change>,
    #[serde(default)]
    stops: Vec<Change>,
    /// True when it drops the header on every redirect.
    #[serde(default)]
    pub always_drops: bool,
}

impl Client {
    /// True when it follows a redirect of this kind and sends no `Authorization` to the new address.
    pub fn drops(&self, change: Change) -> bool {
        self.always_drops || (change != Change::Origin && !self.keeps.contains(&change) && !self.stops.contains(&change))
    }

    /// The client of an exchange with the word that names it, by its description, else by its User-Agent.
    pub fn of<'f>(facts: &'f Facts) -> Option<(&'static Self, &'f str)> {
        let described = facts.context.client.as_deref();
        described.and_then(named).or_else(|| facts.request.headers.get("user-agent").and_then(named))
    }
}

/// The client that a text names, and the name as it is written.
fn named(text: &str) -> Option<(&'static Client, &str)> {
    let lower = text.to_ascii_lowercase();
    let words = TABLE.clients.iter().flat_map(|client| client.named.iter().map(move |word| (client, word)));
    let (client, word) = words.filter(|(_, word)| lower.contains(word.as_str())).max_by_key(|(_, word)| word.len())?;
    let at = lower.find(word.as_str())?;
    Some((client, text.get(at..at + word.len())?))
}

/// True for a request that is alone in its recording, without a credential, from a client that follows redirects by itself:
/// whether one came before cannot be seen. Whoever wrote down what the API expects means this very request.
pub fn may_follow_a_redirect(facts: &Facts) -> bool {
    let c = facts.context;
    let agent = facts.request.headers.get("user-agent").unwrap_or_default();
    let is_described =
        facts.expects_jwt() || c.username.is_some() || c.notes.is_some() || c.client.is_some() || c.server.is_some() || c.config.is_some();
    let is_addressed = ![&c.url, &c.host, &c.scheme, &c.header, &c.cookie].iter().all(|list| list.is_empty());
    TABLE.following.iter().any(|name| agent.starts_with(name.as_str()))
        && !is_described
        && !is_addressed
        && c.previous.is_empty()
        && facts.siblings.is_none_or(Siblings::are_none)
        && !facts.carries_credential()
        && facts.status() == 401
        && ["GET", "HEAD"].contains(&facts.request.method.as_str())
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    following: Vec<String>,
    #[serde(rename = "client")]
    clients: Vec<Client>,
}

fn read(text: &str) -> Result<Table, serde_json::Error> {
    table::read(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_names_each_client_once() {
        let Table { following, clients } = read(include_str!("../../../assets/redirects.toml")).expect("the table");
        assert!(following.iter().all(|name| name.len() >= 3));
        let mut words: Vec<&String> = clients.iter().flat_map(|client| &client.named).collect();
        assert!(clients.len() > 20 && words.iter().all(|word| **word == word.to_ascii_lowercase()));
        words.sort();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{words:?}");
    }

    #[test]
    fn a_change_is_named_by_what_differs() {
        let change = |from: &str, to: &str| Change::between(&Url::parse(from).expect("an address"), &Url::parse(to).expect("an address"));
        for (from, to, want) in [
            ("https://a.example/x", "https://a.example/x/", Change::Origin),
            ("http://a.example/", "https://a.example/", Change::Upgrade),
            ("http://a.example:8080/", "https://a.example:8443/", Change::ToHttps),
            ("https://a.example/", "https://a.example:8443/", Change::Port),
            ("https://a.example/", "https://x.a.example/", Change::Subdomain),
            ("https://a.b.example/", "https://c.b.example/", Change::Sibling),
            ("https://a.example/", "https://b.example/", Change::Site),
            ("https://a.example/", "http://a.example/", Change::ToHttp),
        ] {
            assert_eq!(change(from, to), want, "{from} {to}");
        }
    }

    #[test]
    fn each_client_has_its_own_rule() {
        let drops = |text: &str, change| named(text).map(|(client, _)| client.drops(change));
        assert_eq!(drops("curl 8.7", Change::Port), Some(true));
        assert_eq!(drops("curl --location-trusted", Change::Site), Some(false));
        assert_eq!(drops("python-requests/2.32", Change::Upgrade), Some(false));
        assert_eq!(drops(".NET HttpClient 8", Change::Origin), Some(true));
        assert_eq!(drops("Node.js fetch", Change::Origin), Some(false));
        assert_eq!(drops("HttpURLConnection", Change::Upgrade), Some(false), "it does not follow");
        assert_eq!(drops("a client of our own", Change::Site), None);
    }
}
