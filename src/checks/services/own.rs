//! Services that users describe themselves, in `authtui.services.toml` next to their requests.

use crate::domain::span::line_column;
use std::fmt;

use serde::Deserialize;
use toml::{Table, Value};

use super::named;
use super::rows::Rows;
use super::schema::Service;

/// The services of one file.
#[derive(Debug, Default)]
pub struct OwnServices {
    rows: Rows,
}

/// Why a file of services cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

/// The whole file, strictly: unknown members are refused with their place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    service: Vec<Service>,
}

impl OwnServices {
    /// Reads a file with the members of `assets/services.toml`. A service with the name of a built-in one has its members too:
    /// its hosts are added, everything else takes the place of what is built in.
    ///
    /// # Errors
    /// The first thing that cannot be read, with its place.
    pub fn read(text: &str) -> Result<Self, FileFault> {
        let fault = |error: &toml::de::Error| {
            let (line, column) = line_column(text, error.span().map_or(0, |span| span.start));
            FileFault { line, column, message: error.message().replace('\n', " ") }
        };
        let file: File = toml::from_str(text).map_err(|e| fault(&e))?;
        if let Some((service, (pattern, why))) = file.service.iter().find_map(|s| Some((s, s.regex_fault()?))) {
            // Escapes make what is written differ from what is read; then the file begins is all that can be said.
            let (line, column) = line_column(text, text.find(pattern).unwrap_or(0));
            return Err(FileFault { line, column, message: format!("{}: {why}", service.name) });
        }
        // Read before, so it can be read again.
        let table: Table = toml::from_str(text).map_err(|e| fault(&e))?;
        let rows = table.get("service").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut own = Self::default();
        for (service, row) in file.service.into_iter().zip(rows) {
            own.rows.add_service(with_built_in(row).unwrap_or(service));
        }
        Ok(own)
    }

    /// With those of another file, which are asked after these.
    pub fn add(&mut self, other: Self) {
        other.rows.into_services().for_each(|service| self.rows.add_service(service));
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.rows.all().is_empty()
    }

    /// All of them, in the order of the file.
    pub(super) const fn rows(&self) -> &Rows {
        &self.rows
    }
}

/// A row merged with the built-in row of the same name, if there is one.
fn with_built_in(row: &Value) -> Option<Service> {
    let row = row.as_table()?;
    let mut merged: Table = toml::from_str(named(row.get("name")?.as_str()?)?).ok()?;
    for (name, value) in row {
        match (merged.get_mut(name), value) {
            (Some(Value::Array(hosts)), Value::Array(more)) if name == "hosts" => hosts.extend(more.iter().cloned()),
            _ => {
                merged.insert(name.clone(), value.clone());
            }
        }
    }
    merged.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::super::rows::Row;
    use super::*;
    use crate::domain::limits::MAX_MATCHED;

    fn first(own: &OwnServices) -> &Service {
        own.rows.all().first().and_then(Row::service).expect("a service")
    }

    fn fault(text: &str) -> String {
        OwnServices::read(text).err().map(|fault| fault.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_service_of_ones_own_needs_a_name_and_hosts_only() {
        let own = OwnServices::read("[[service]]\nname = \"Orders\"\nhosts = [\"orders.corp.example\"]\nheader = [\"X-Orders-Key\"]\n");
        let own = own.expect("services");
        assert_eq!(own.rows.all().len(), 1);
        assert!(first(&own).checked.decides());
    }

    #[test]
    fn the_example_of_the_documentation_can_be_read() {
        let page = include_str!("../../../assets/docs/files.md");
        let example = page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).map(|(example, _)| example);
        let own = OwnServices::read(example.expect("an example")).expect("services");
        assert_eq!(first(&own).kinds.len(), 2);
    }

    /// The file may be anybody's, and its patterns are matched on every key.
    #[test]
    fn a_pattern_that_takes_long_is_refused() {
        let row = |pattern: &str| {
            format!(
                "[[service]]\nname = \"Orders\"\nhosts = [\"a.example\"]\nkinds = [{{ pattern = \"{pattern}\", what = \"key\", use = \"ok\" }}]\n"
            )
        };
        assert!(fault(&row("(a{100}){100}")).starts_with("line 4, column "), "{}", fault(&row("(a{100}){100}")));
        let own = OwnServices::read(&row("^a+$")).expect("services");
        let kind = first(&own).kinds.first().expect("a kind");
        assert!(kind.is(&"a".repeat(MAX_MATCHED)) && !kind.is(&"a".repeat(MAX_MATCHED + 1)));
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        let message = fault("[[service]]\nname = \"Orders\"\nhosts = [\"a.example\"]\nheaders = [\"X\"]\n");
        assert!(message.starts_with("line 4, column 1: unknown field `headers`"), "{message}");
        let message = fault("[[service]]\nhosts = [\"a.example\"]\n");
        assert!(message.contains("missing field `name`"), "{message}");
        let message = fault("[[service]]\nname = \"é\" hosts\n");
        assert!(message.starts_with("line 2, column"), "{message}");
        let message = fault("[[service]]\nname = \"Orders\"\nkinds = [ { pattern = \"(\", what = \"key\", use = \"ok\" } ]\n");
        assert!(message.contains("Orders"), "{message}");
    }

    #[test]
    fn a_row_with_a_built_in_name_adds_its_hosts_and_keeps_the_rest() {
        let text = "[[service]]\nname = \"GitHub REST and GraphQL API\"\nhosts = [\"github.corp.example/api/\"]\nneedless = false\n";
        let own = OwnServices::read(text).expect("services");
        let service = first(&own);
        assert!(service.hosts.iter().any(|host| host == "github.corp.example/api/"));
        assert!(service.hosts.iter().any(|host| host == "api.github.com"));
        assert!(service.kinds.iter().any(|kind| kind.is("ghp_0123456789abcdefghij0123456789abcdef")));
        assert!(!service.needless);
    }
}
