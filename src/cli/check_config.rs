//! `authtui check nginx.conf`: what a server's configuration does to credentials.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::input;
use super::report_format::{Case, CaseResult};
use crate::configs::{self, ConfigFinding, Server};
use crate::domain::visible::visible;
use crate::io::config_files::including;

/// Ends of names of files that are read as requests, whatever their lines look like.
const REQUESTS: [&str; 5] = [".http", ".rest", ".har", ".curl", ".sh"];

/// A configuration that was read.
#[derive(Debug)]
pub struct ConfigReport {
    pub server: Server,
    pub source: String,
    pub findings: Vec<ConfigFinding>,
}

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
    let path = Path::new(argument);
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    if !path.is_file() || REQUESTS.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    let text = match input::read_file(path).and_then(|bytes| input::decode(bytes, argument)) {
        Ok(text) => text,
        Err(why) => return name.ends_with(".conf").then_some(Err(why)),
    };
    let server = configs::recognize(&name, &text)?;
    let findings = configs::examine(server, argument, &text, &including(path));
    Some(Ok(ConfigReport { server, source: argument.into(), findings }))
}

impl ConfigReport {
    /// As text for people.
    pub fn text(&self) -> String {
        let mut text = format!("{}: {}\n", visible(&self.source), self.server.name());
        if self.findings.is_empty() {
            text.push_str("  ✓ nothing in it costs a request its credential\n");
        }
        for finding in &self.findings {
            let file = if finding.source == self.source { String::new() } else { format!("{} ", visible(&finding.source)) };
            text.push_str(&format!("  ✗ {}\n    {file}line {}: {}\n", finding.id, finding.line, visible(&finding.message)));
            if !finding.write.is_empty() {
                text.push_str(&format!("    write: {}\n", visible(&finding.write)));
            }
        }
        text
    }

    /// As rows of the JSON form, one a file.
    pub fn rows(&self) -> Vec<FileRow<'_>> {
        let mut rows = vec![FileRow { source: &self.source, findings: Vec::new() }];
        for finding in &self.findings {
            let title = "Write this line";
            let line = |line| LineRow { title, kind: "configuration", server: self.server.name(), line };
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
        match self.findings.as_slice() {
            [] => vec![case(&self.source, None, format!("configuration of {}", self.server.name()), CaseResult::Passed)],
            all => all.iter().map(failed).collect(),
        }
    }
}
