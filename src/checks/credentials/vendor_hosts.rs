//! Other hosts of a request's vendor, in what is known besides the request.

use url::Url;

use crate::checks::facts::Facts;
use crate::checks::facts::noted::sentences;
use crate::domain::site::{has_known_suffix, registrable_domain};

/// Another site of the vendor that settings or notes name: its name before the public suffix is the same, and the suffix or a
/// region differs. Not, where the settings name the request's own host.
pub fn other_site<'f>(facts: &'f Facts, url: &Url) -> Option<&'f str> {
    let here = url.host_str()?;
    let config = facts.context.config.as_deref().unwrap_or_default();
    if hosts(config).any(|host| host.eq_ignore_ascii_case(here)) {
        return None;
    }
    // Where somebody logs in with a browser is a vendor's site, and not where a credential is from.
    let is_of_log_in = |sentence: &&str| {
        ["log in", "login", "logged in", "sign in", "signed in"].iter().any(|word| sentence.to_ascii_lowercase().contains(word))
    };
    let notes = facts.context.notes.as_deref().unwrap_or_default();
    let of_notes = sentences(notes).filter(|sentence| !is_of_log_in(sentence)).flat_map(hosts);
    hosts(config).chain(of_notes).find(|host| is_other_site(host, here))
}

/// The host at which the notes say that the credential was made or works, where that is another than the one that is asked.
pub fn home_of_credential<'f>(facts: &'f Facts, url: &Url) -> Option<&'f str> {
    const MADE: [&str; 7] = ["made", "created", "issued", "generated", "it works", "key works", "token works"];
    let here = url.host_str()?;
    let site = registrable_domain(here).unwrap_or(here);
    let says = |sentence: &&str| {
        let sentence = sentence.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
        has(&MADE) && !has(&["not ", "n't ", "never"])
    };
    // A name without a scheme may be that of a file or a setting.
    let is_host = |sentence: &str, host: &str| has_known_suffix(host) || sentence.contains(&format!("://{host}"));
    let is_other = |host: &str| !host.eq_ignore_ascii_case(here) && !host.eq_ignore_ascii_case(site);
    sentences(facts.context.notes.as_deref()?)
        .filter(says)
        .find_map(|sentence| hosts(sentence).find(|host| is_host(sentence, host) && is_other(host)))
}

/// The words of a text that may be hosts.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
    words.map(|word| word.trim_matches(['.', '-'])).filter(|word| word.contains('.'))
}

/// Two hosts of one vendor that differ in their public suffix or in a region.
pub fn is_other_site(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    if !(has_known_suffix(&a) && has_known_suffix(&b)) {
        return false;
    }
    let (Some(of_a), Some(of_b)) = (registrable_domain(&a), registrable_domain(&b)) else { return false };
    let name = |domain: &str| domain.split('.').next().unwrap_or_default().to_string();
    if name(of_a) != name(of_b) {
        return false;
    }
    let regions = |host: &str, domain: &str| -> Vec<String> {
        let labels = host.strip_suffix(domain).unwrap_or_default().split('.');
        labels.filter(|label| is_region(label)).map(String::from).collect()
    };
    of_a != of_b || regions(&a, of_a) != regions(&b, of_b)
}

/// A label that names a region or a mode: `eu`, `us2`, `eu-west-1`, `sandbox`.
fn is_region(label: &str) -> bool {
    const MODES: [&str; 6] = ["sandbox", "test", "staging", "live", "production", "demo"];
    let continent = label.get(..2).filter(|start| start.bytes().all(|b| b.is_ascii_lowercase()));
    let is_numbered = |rest: &str| rest.bytes().all(|b| b.is_ascii_digit());
    let is_placed = |rest: &str| rest.starts_with('-') && rest.ends_with(|c: char| c.is_ascii_digit());
    MODES.contains(&label) || continent.is_some_and(|_| label.get(2..).is_some_and(|rest| is_numbered(rest) || is_placed(rest)))
}

#[cfg(test)]
mod tests {
    use super::is_other_site;

    #[test]
    fn sites_of_a_vendor_differ_in_suffix_or_region() {
        assert!(is_other_site("www.fabrikamapis.eu", "www.fabrikamapis.com"));
        assert!(is_other_site("team.app.eu.fabrikam.com", "api.fabrikam.com"));
        assert!(is_other_site("api.us2.fabrikam.com", "api.us3.fabrikam.com"));
        assert!(is_other_site("sandbox.fabrikam.com", "api.fabrikam.com"));
        assert!(!is_other_site("docs.fabrikam.com", "api.fabrikam.com"));
        assert!(!is_other_site("api.fabrikam.com", "api.fabrikam.com"));
        assert!(!is_other_site("api.contoso.eu", "api.fabrikam.com"));
        // The name of a setting is no host.
        assert!(!is_other_site("fabrikam.user", "api.fabrikam.com"));
    }
}
