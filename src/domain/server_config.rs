//! What the configuration of a server that stands on the way of a request does to it.

/// A line of a configuration that costs a request its credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFinding {
    /// The cause that it explains: the name of a check.
    pub id: &'static str,
    /// The file.
    pub source: String,
    /// Its line, from 1.
    pub line: usize,
    /// One sentence.
    pub message: String,
    /// The line to write instead, or to add; empty where the line is to go.
    pub write: String,
    /// The locations that it counts in, as beginnings of paths; empty where it counts for any path, or where that is not known.
    pub within: Vec<String>,
}

/// Where a directive or a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'p> {
    pub source: &'p str,
    pub line: usize,
}

impl ConfigFinding {
    /// A finding at a directive, or at a line.
    pub fn at<'p>(place: impl Into<Place<'p>>, id: &'static str, message: impl Into<String>, write: impl Into<String>) -> Self {
        let place = place.into();
        Self { id, source: place.source.into(), line: place.line, message: message.into(), write: write.into(), within: Vec::new() }
    }
}

/// A configuration that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// What the server is called.
    pub server: &'static str,
    /// The file.
    pub source: String,
    /// The beginnings of paths that it treats apart.
    pub locations: Vec<String>,
    /// In the order of its lines; those of files that it includes come last.
    pub findings: Vec<ConfigFinding>,
}

impl ServerConfig {
    /// The first finding of a cause that counts for a path: in the location that it falls into, or everywhere. Asked for each check;
    /// locations are only compared where there is one of that cause.
    pub fn finding(&self, id: &str, path: &str) -> Option<&ConfigFinding> {
        let mut of_cause = self.findings.iter().filter(|finding| finding.id == id).peekable();
        of_cause.peek()?;
        let taken = self.locations.iter().filter(|location| path.starts_with(location.as_str())).max_by_key(|location| location.len());
        of_cause.find(|finding| finding.within.is_empty() || taken.is_some_and(|taken| finding.within.contains(taken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_counts_in_the_location_that_a_path_falls_into() {
        let finding = |id, line, within: &[&str]| ConfigFinding {
            within: within.iter().map(|path| (*path).into()).collect(),
            ..ConfigFinding::at(Place { source: "nginx.conf", line }, id, "", "")
        };
        let config = ServerConfig {
            server: "nginx",
            source: "nginx.conf".into(),
            locations: ["/", "/api/", "/api/v2/"].map(String::from).to_vec(),
            findings: vec![finding("a", 1, &[]), finding("b", 2, &["/"]), finding("c", 3, &["/api/", "/api/v2/"])],
        };
        let on =
            |path| ["a", "b", "c", "d"].into_iter().filter_map(|id| config.finding(id, path)).map(|found| found.line).collect::<Vec<_>>();
        assert_eq!(on("/login"), [1, 2]);
        assert_eq!(on("/api/v1/users"), [1, 3]);
        assert_eq!(on("/api/v2/users"), [1, 3]);
        assert_eq!(on("*"), [1]);
    }
}
