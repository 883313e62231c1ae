//! Hosts that can be mistaken for another one: those with letters beyond ASCII. One pure function decides, and code that sends a
//! credential asks it first.

use std::fmt;

use unicode_security::{MixedScript as _, skeleton};
use url::{Host, Url};

use super::site::registrable_domain;

/// A host that can be mistaken for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// The host as it goes out: its letters in punycode (RFC 3492).
    pub host: String,
    /// The host as it reads.
    pub reads: String,
    /// What it is mistaken for.
    pub likeness: Likeness,
}

/// What a host can be mistaken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// For this host, which other requests go to.
    Of(String),
    /// Letters of several scripts are in one of its labels, which no honest name needs (UTS #39, section 5.1).
    MixedScripts,
    /// It has letters beyond ASCII; what they were chosen to look like is not known.
    BeyondAscii,
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(host) => write!(f, "It looks like {host}, and is another host."),
            Self::MixedScripts => f.write_str("It mixes letters of several scripts, as names do that are made to be mistaken."),
            Self::BeyondAscii => f.write_str("It has letters beyond ASCII, which can look like others."),
        }
    }
}

/// What the host of an address can be mistaken for; `known` are addresses that other requests go to. `None` for a host that is
/// ASCII alone, for an IP address, and for what is not an address.
pub fn lookalike<'a>(address: &str, known: impl IntoIterator<Item = &'a str>) -> Option<Lookalike> {
    let (host, reads) = names(address)?;
    if reads.is_ascii() {
        return None;
    }
    // Another name of the same owner is no other place.
    let others = known.into_iter().filter_map(names).filter(|(other, _)| site(other) != site(&host));
    let mut alike =
        others.filter(|(other, other_reads)| shape(other_reads) == shape(&reads) || shape_of_site(other) == shape_of_site(&host));
    let likeness = match alike.next() {
        Some((other, _)) => Likeness::Of(other),
        None if reads.split('.').any(|label| !label.is_single_script()) => Likeness::MixedScripts,
        None => Likeness::BeyondAscii,
    };
    Some(Lookalike { host, reads, likeness })
}

/// The host of an address as it goes out and as it reads.
fn names(address: &str) -> Option<(String, String)> {
    let url = Url::parse(address.trim()).ok()?;
    match url.host()? {
        Host::Domain(host) => Some((host.to_string(), idna::domain_to_unicode(host).0)),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

/// The part of a host that one owner registered; the host itself where there is none.
fn site(host: &str) -> &str {
    registrable_domain(host).unwrap_or(host)
}

fn shape_of_site(host: &str) -> String {
    shape(&idna::domain_to_unicode(site(host)).0)
}

/// What is left of a name when letters that look alike become one (the skeleton of UTS #39, section 4), and marks above and
/// below them, which are easily overlooked, go.
fn shape(reads: &str) -> String {
    skeleton(reads).filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["https://api.example.com/v1/users", "https://paypal.com/", "https://münchen.example/"];

    #[test]
    fn what_is_ascii_is_never_in_question() {
        let table = [
            "https://api.example.com/",
            "https://api.examp1e.com/",
            "http://127.0.0.1:8080/ü?ü#ü",
            "http://[::1]/",
            "http://localhost/",
            // Full-width letters and capitals are ASCII on the wire.
            "https://ＡＰＩ.example.com/",
            "https://api.example.com/pаypal",
            "https://ü:ü@api.example.com/",
            "no address at аll",
            "",
        ];
        for address in table {
            assert_eq!(lookalike(address, KNOWN), None, "{address}");
        }
    }

    #[test]
    fn what_is_not_ascii_says_what_it_is_taken_for() {
        let of = |host: &str| Likeness::Of(host.into());
        let table = [
            // Cyrillic а and е.
            ("https://аpi.example.com/", "xn--pi-6kc.example.com", Likeness::MixedScripts),
            ("https://api.еxample.com/", "api.xn--xample-2of.com", of("api.example.com")),
            ("https://www.еxample.com/", "www.xn--xample-2of.com", of("api.example.com")),
            ("https://pаypal.com/", "xn--pypal-4ve.com", of("paypal.com")),
            ("https://PАYPAL.com/", "xn--pypal-4ve.com", of("paypal.com")),
            ("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com", of("paypal.com")),
            // Wholly Cyrillic, and a mark that is easily overlooked.
            ("https://раураl.com/", "xn--l-7sba6dbr.com", of("paypal.com")),
            ("https://paypaĺ.com/", "xn--paypa-b6a.com", of("paypal.com")),
            // Another one of its kind in the workspace is still another host.
            ("https://munchen.ünchen.example/", "munchen.xn--nchen-jva.example", Likeness::BeyondAscii),
            ("https://bücher.example/", "xn--bcher-kva.example", Likeness::BeyondAscii),
            ("https://例え.jp/", "xn--r8jz45g.jp", Likeness::BeyondAscii),
            ("https://münchen.example/", "xn--mnchen-3ya.example", Likeness::BeyondAscii),
            ("https://gооgle.com/", "xn--ggle-55da.com", Likeness::MixedScripts),
        ];
        for (address, host, likeness) in table {
            let found = lookalike(address, KNOWN).unwrap_or_else(|| panic!("{address} is not in question"));
            assert_eq!((found.host.as_str(), &found.likeness), (host, &likeness), "{address}");
            assert!(!found.reads.is_ascii());
        }
    }
}
