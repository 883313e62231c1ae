//! Patterns of hosts: `api.example.com`, `*.example.com/v1/`, `api.*.example.com`, `*-test.example.com`, `*/path/`.

use url::Url;

/// A host, perhaps with the beginning of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'a> {
    host: &'a str,
    path: &'a str,
}

/// How well a pattern fits: a host before any host, an exact host before one with `*`, then the longer host, then the longer path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    names_host: bool,
    is_exact: bool,
    host: usize,
    path: usize,
}

impl Fit {
    /// True for a pattern that names a host, or a part of one.
    pub const fn is_of_host(self) -> bool {
        self.names_host
    }
}

/// The last two labels of a host, by which patterns are looked up.
pub fn domain(host: &str) -> &str {
    let dot = host.rfind('.').and_then(|last| host.get(..last)?.rfind('.'));
    dot.and_then(|dot| host.get(dot + 1..)).unwrap_or(host)
}

/// True for an address that one of these patterns fits.
pub fn fits_any(hosts: &[String], url: &Url) -> bool {
    hosts.iter().any(|host| Pattern::new(host).fit(url).is_some())
}

impl<'a> Pattern<'a> {
    /// Reads a pattern.
    pub fn new(text: &'a str) -> Self {
        let (host, path) = text.find('/').map_or((text, ""), |at| text.split_at(at));
        Self { host, path }
    }

    /// The end of the host, where the pattern names it.
    pub fn domain(&self) -> Option<&'a str> {
        Some(domain(self.host)).filter(|domain| !domain.contains('*'))
    }

    fn is_any_host(&self) -> bool {
        self.host == "*"
    }

    /// How well an address fits, if it does.
    pub fn fit(&self, url: &Url) -> Option<Fit> {
        let host = url.host_str()?;
        if self.host.is_empty() || !self.fits_host(host) || !url.path().starts_with(self.path) {
            return None;
        }
        let (names_host, is_exact) = (!self.is_any_host(), !self.host.contains('*'));
        Some(Fit { names_host, is_exact, host: self.host.len(), path: self.path.len() })
    }

    fn fits_host(&self, host: &str) -> bool {
        if self.is_any_host() {
            return true;
        }
        let (mut wanted, mut given) = (self.host.split('.').rev(), host.split('.').rev());
        // From the end: only a `*` at the beginning stands for several labels.
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some("*"), Some(_)) if wanted.clone().next().is_none() => return true,
                (Some("*"), Some(_)) => {}
                (Some(label), Some(of_host)) if label.eq_ignore_ascii_case(of_host) => {}
                // `*-test`: the end of one label.
                (Some(label), Some(of_host)) if label.strip_prefix('*').is_some_and(|end| !end.is_empty() && of_host.ends_with(end)) => {}
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(pattern: &str, url: &str) -> Option<Fit> {
        Pattern::new(pattern).fit(&Url::parse(url).expect("an address"))
    }

    #[test]
    fn hosts_fit_label_by_label() {
        let table = [
            ("api.example.com", "https://api.example.com/x", true),
            ("api.example.com", "https://API.example.com:8443/x", true),
            ("api.example.com", "https://example.com/", false),
            ("*.example.com", "https://a.example.com/", true),
            ("*.example.com", "https://a.b.example.com/", true),
            ("*.example.com", "https://example.com/", false),
            ("*.example.com", "https://notexample.com/", false),
            ("api.*.example.com", "https://api.eu.example.com/", true),
            ("api.*.example.com", "https://api.eu.west.example.com/", false),
            ("*.s3.*.example.com", "https://b.s3.eu.example.com/", true),
            ("*-test.example.com", "https://acme-test.example.com/", true),
            ("*-test.example.com", "https://acme.example.com/", false),
            ("example.com/v1/", "https://example.com/v1/a", true),
            ("example.com/v1/", "https://example.com/v2/a", false),
            ("*/realms/", "https://any.invalid/realms/a", true),
            ("*/realms/", "https://any.invalid/a/realms/", false),
            ("", "https://any.invalid/", false),
        ];
        for (pattern, url, fits) in table {
            assert_eq!(fit(pattern, url).is_some(), fits, "{pattern} {url}");
        }
    }

    #[test]
    fn the_nearer_pattern_fits_better() {
        let url = "https://b.s3.example.com/v1/a";
        let patterns = ["*/v1/a", "*.example.com", "*.s3.example.com", "*.s3.example.com/v1/", "b.s3.example.com"];
        let fits: Vec<_> = patterns.iter().map(|pattern| fit(pattern, url).expect("it fits")).collect();
        assert!(fits.is_sorted(), "{fits:?}");
    }
}
