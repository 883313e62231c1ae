//! Which requests count.

/// Requests of a time and of routes; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this moment on (seconds since 1970).
    pub since: Option<i64>,
    /// Up to this moment, and not including it.
    pub until: Option<i64>,
    pub route: Option<RouteFilter>,
}

impl Filter {
    /// Whether a moment counts. A line without a time is left out where a time is asked for.
    pub fn has_time(&self, at: Option<i64>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        at.is_some_and(|at| self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until))
    }

    /// Whether a route (`GET /v1/users/:id`) counts.
    pub fn has_route(&self, route: &[u8]) -> bool {
        self.route.as_ref().is_none_or(|filter| filter.has(route))
    }
}

/// A pattern of routes: `/v1/users/:id`, `GET /v1/*`, `/v1/`. `*` stands for any text, a slash at the end for all below it, and
/// without a method every method fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteFilter {
    /// The texts between the stars.
    parts: Vec<Vec<u8>>,
    has_method: bool,
}

impl RouteFilter {
    pub fn new(pattern: &str) -> Self {
        let pattern = pattern.trim();
        let has_method = pattern.split_once(' ').is_some_and(|(method, _)| method.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let below = if pattern.len() > 1 && pattern.ends_with('/') { "*" } else { "" };
        let parts = format!("{pattern}{below}").split('*').map(|part| part.as_bytes().to_vec()).collect();
        RouteFilter { parts, has_method }
    }

    fn has(&self, route: &[u8]) -> bool {
        let path = route.iter().position(|byte| *byte == b' ').and_then(|at| route.get(at + 1..));
        let mut rest = if self.has_method { route } else { path.unwrap_or(route) };
        let Some((first, others)) = self.parts.split_first() else { return false };
        match rest.strip_prefix(first.as_slice()) {
            Some(after) => rest = after,
            None => return false,
        }
        let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
        for part in middle {
            match memchr::memmem::find(rest, part) {
                Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_fit_patterns() {
        for (pattern, route, fits) in [
            ("/v1/users/:id", "GET /v1/users/:id", true),
            ("GET /v1/users/:id", "GET /v1/users/:id", true),
            ("POST /v1/users/:id", "GET /v1/users/:id", false),
            ("/v1/users", "GET /v1/users/:id", false),
            ("/v1/", "GET /v1/users/:id", true),
            ("/v1/*/x", "GET /v1/users/:id/x", true),
            ("GET *", "GET /", true),
            ("*:id*", "PUT /a/:id/b", true),
            ("/", "GET /", true),
            ("/", "GET /a", false),
            ("-", "-", true),
            ("*a*a", "GET /a", false),
        ] {
            assert_eq!(RouteFilter::new(pattern).has(route.as_bytes()), fits, "{pattern} {route}");
        }
    }

    #[test]
    fn times_are_from_and_before() {
        let filter = Filter { since: Some(10), until: Some(20), route: None };
        assert_eq!([9, 10, 19, 20].map(|at| filter.has_time(Some(at))), [false, true, true, false]);
        assert!(!filter.has_time(None) && Filter::default().has_time(None));
    }
}
