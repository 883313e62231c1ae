//! The way that the answer took, in one line.

use crate::domain::route::{Route, ServerCertificate};

/// Who answered, from where it was reached, and what the server proved itself by; `None` if nothing is known.
pub fn line(route: &Route) -> Option<String> {
    let Route { proxy, found, local, remote, tls, certificate } = route;
    let mut parts = Vec::new();
    if let Some(remote) = remote {
        let end = proxy.as_ref().map_or_else(|| format!("server {remote}"), |proxy| format!("proxy {proxy} ({remote})"));
        let choice = if found.len() > 1 { format!(", one of {} addresses", found.len()) } else { String::new() };
        // On this machine there is no way to speak of.
        let from = local.filter(|local| !local.is_loopback()).map_or_else(String::new, |local| format!(", from {local}"));
        parts.push(format!("{end}{choice}{from}"));
    }
    parts.extend(tls.clone());
    parts.extend(certificate.as_ref().and_then(said_of));
    (!parts.is_empty()).then(|| parts.join("  "))
}

fn said_of(certificate: &ServerCertificate) -> Option<String> {
    let ServerCertificate { names, issuer, until } = certificate;
    let (first, others) = names.split_first()?;
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let by = issuer.as_ref().map_or_else(String::new, |issuer| format!(", by {issuer}"));
    let end = until.map_or_else(String::new, |until| format!(", valid until {}", until.strftime("%Y-%m-%d")));
    Some(format!("certificate for {first}{more}{by}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_who_answered_and_from_where_it_was_reached() {
        let direct = Route {
            found: vec!["203.0.113.7".parse().unwrap(), "203.0.113.8".parse().unwrap()],
            local: "10.8.0.2".parse().ok(),
            remote: "203.0.113.7".parse().ok(),
            tls: Some("TLS 1.3".into()),
            certificate: Some(ServerCertificate {
                names: vec!["api.example".into(), "*.api.example".into()],
                issuer: Some("Let's Encrypt".into()),
                until: "2027-01-03T10:00:00Z".parse().ok(),
            }),
            ..Route::default()
        };
        let expected = "server 203.0.113.7, one of 2 addresses, from 10.8.0.2  TLS 1.3  certificate for api.example and 1 more, by Let's Encrypt, \
                        valid until 2027-01-03";
        assert_eq!(line(&direct).as_deref(), Some(expected));
    }

    #[test]
    fn names_the_proxy_and_says_no_more_than_is_known() {
        let proxied = Route { proxy: Some("squid.local:3128".into()), remote: "10.0.0.9".parse().ok(), ..Route::default() };
        assert_eq!(line(&proxied).as_deref(), Some("proxy squid.local:3128 (10.0.0.9)"));
        let here = Route { local: "::1".parse().ok(), remote: "::1".parse().ok(), ..Route::default() };
        assert_eq!(line(&here).as_deref(), Some("server ::1"));
        assert_eq!(line(&Route::default()), None);
    }
}
