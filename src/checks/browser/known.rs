//! What is known of browsers in particular, as data: `assets/browsers.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::table;

/// A browser, and from which version on it does what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Browser {
    name: String,
    token: String,
    secure_on_loopback: Option<u32>,
    fetch_same_origin: Option<u32>,
    #[serde(default)]
    wildcard_covers_authorization: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Browsers {
    browser: Vec<Browser>,
}

static TABLE: LazyLock<Browsers> = LazyLock::new(|| table::read(include_str!("../../../assets/browsers.toml")).unwrap_or_default());

fn find(user_agent: &str) -> Option<(&'static Browser, u32)> {
    TABLE.browser.iter().find_map(|browser| {
        let (_, rest) = user_agent.split_once(browser.token.as_str())?;
        let version = rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        Some((browser, version))
    })
}

/// True for a browser that sends Secure cookies over http to localhost.
pub fn trusts_loopback(user_agent: &str) -> bool {
    find(user_agent).is_some_and(|(browser, version)| browser.secure_on_loopback.is_some_and(|from| version >= from))
}

/// True for a browser that does not take `*` in Access-Control-Allow-Headers for Authorization, as the standard has it.
pub fn keeps_to_wildcards(user_agent: &str) -> bool {
    find(user_agent).is_some_and(|(browser, _)| !browser.wildcard_covers_authorization)
}

/// Name and version of a browser whose `fetch` sends no cookies by default.
pub fn omits_by_default(user_agent: &str) -> Option<String> {
    let (browser, version) = find(user_agent)?;
    browser.fetch_same_origin.filter(|from| version < *from).map(|_| format!("{} {version}", browser.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFARI: &str =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15";
    const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";

    #[test]
    fn browsers_that_trust_the_own_machine() {
        assert!(trusts_loopback(CHROME));
        assert!(trusts_loopback("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0"));
        assert!(!trusts_loopback(&CHROME.replace("/124", "/80")));
        assert!(!trusts_loopback(SAFARI) && !trusts_loopback("curl/8.5.0"));
    }

    #[test]
    fn browsers_that_want_authorization_named() {
        assert!(keeps_to_wildcards(SAFARI) && keeps_to_wildcards("Mozilla/5.0 (X11; rv:67.0) Gecko/20100101 Firefox/67.0"));
        assert!(!keeps_to_wildcards(CHROME) && !keeps_to_wildcards("curl/8.5.0"));
    }

    #[test]
    fn browsers_whose_fetch_sends_nothing_by_default() {
        assert_eq!(omits_by_default(&SAFARI.replace("/17.4", "/11.1")).as_deref(), Some("Safari 11"));
        assert_eq!(omits_by_default(SAFARI), None);
        assert_eq!(omits_by_default(CHROME), None);
    }
}
