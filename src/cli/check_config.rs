//! `authtui check nginx.conf`: what a server's configuration does to credentials.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::report_format::{Case, CaseResult};
use crate::domain::server_config::{ConfigFinding, ServerConfig};
use crate::domain::visible::visible;
use crate::io::config_files;

/// What to say of a configuration.
#[derive(Debug)]
pub struct ConfigReport(pub Arc<ServerConfig>);

/// A configuration file in the JSON form.
#[derive(Serialize, JsonSchema)]
pub struct FileRow<'a> {
    /// The file.
    source: &'a str,
    /// What is found in it.
    findings: Vec<FindingRow<'a>>,
}

/// A line that costs a request its credential.
#[derive(Serialize, JsonSchema)]
struct FindingRow<'a> {
    /// The cause that it explains.
    id: &'static str,
    /// The line, from 1.
    line: usize,
    /// One sentence.
    message: &'a str,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<LineRow<'a>>,
}

/// A line to write.
#[derive(Serialize, JsonSchema)]
struct LineRow<'a> {
    /// One sentence.
    title: &'static str,
    /// Always a line of a server's configuration.
    kind: &'static str,
    /// The server.
    server: &'static str,
    /// The line.
    line: &'a str,
}

/// Reads a file that is a configuration; `None` for any other argument.
///
/// # Errors
/// What cannot be read.
pub fn examine(argument: &str) -> Option<Result<ConfigReport, String>> {
    config_files::recognized(Path::new(argument), argument).map(|read| read.map(|config| ConfigReport(Arc::new(config))))
}

impl ConfigReport {
    /// How many faults it has.
    pub fn faults(&self) -> usize {
        self.0.findings.len()
    }

    /// As text for people.
    pub fn text(&self) -> String {
        let mut text = format!("{}: {}\n", visible(&self.0.source), self.0.server);
        if self.0.findings.is_empty() {
            text.push_str("  ✓ nothing in it costs a request its credential\n");
        }
        for finding in &self.0.findings {
            let file = if finding.source == self.0.source { String::new() } else { format!("{} ", visible(&finding.source)) };
            text.push_str(&format!("  ✗ {}\n    {file}line {}: {}\n", finding.id, finding.line, visible(&finding.message)));
            if !finding.write.is_empty() {
                text.push_str(&format!("    write: {}\n", visible(&finding.write)));
            }
        }
        text
    }

    /// As rows of the JSON form, one a file.
    pub fn rows(&self) -> Vec<FileRow<'_>> {
        let mut rows = vec![FileRow { source: &self.0.source, findings: Vec::new() }];
        for finding in &self.0.findings {
            let title = "Write this line";
            let line = |line| LineRow { title, kind: "configuration", server: self.0.server, line };
            let fix = Some(finding.write.as_str()).filter(|line| !line.is_empty()).map(line);
            let row = FindingRow { id: finding.id, line: finding.line, message: &finding.message, fix };
            match rows.iter_mut().find(|row| row.source == finding.source) {
                Some(file) => file.findings.push(row),
                None => rows.push(FileRow { source: &finding.source, findings: vec![row] }),
            }
        }
        rows
    }

    /// As cases: one for each finding, or one that passes.
    pub fn cases(&self) -> Vec<Case> {
        let case = |source: &str, line, name: String, result| Case {
            source: visible(source).into_owned(),
            line,
            name,
            status: None,
            seconds: None,
            result,
        };
        let failed = |finding: &ConfigFinding| {
            let fix = Some(format!("write {}", finding.write)).filter(|_| !finding.write.is_empty()).map(|fix| visible(&fix).into_owned());
            let message = visible(&finding.message).into_owned();
            let result = CaseResult::Failed { id: finding.id, message: message.clone(), fix, detail: message };
            case(&finding.source, Some(finding.line), format!("line {}", finding.line), result)
        };
        match self.0.findings.as_slice() {
            [] => vec![case(&self.0.source, None, format!("configuration of {}", self.0.server), CaseResult::Passed)],
            all => all.iter().map(failed).collect(),
        }
    }
}
