//! What the rows of the table are looked up by: `assets/services.index`, made from `assets/services.toml` by the test below. Thus hardly
//! a page of the table itself, which is more than half a megabyte, is read before the first exchange is examined.

use std::ops::Range;

/// The index. A line that begins a row, `row START END NAME` with the place of its text in the table, is followed by what the row is
/// looked up by, each on a line with its kind.
pub const INDEX: &str = include_str!("../../../assets/services.index");

/// What a row is looked up by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head<'i> {
    /// Where the text of the row is in the table.
    pub place: Range<usize>,
    /// Its name.
    pub name: &'i str,
    /// Its hosts, as they are written.
    pub hosts: Vec<&'i str>,
    /// Its marks.
    pub marks: Vec<&'i str>,
    /// How the credentials begin that its kinds name.
    pub prefixes: Vec<&'i str>,
    /// How the names of the models begin that it serves.
    pub models: Vec<&'i str>,
    /// The user names that it wants, where these are fixed.
    pub users: Vec<&'i str>,
    /// It may run under any host.
    pub is_self_hosted: bool,
}

/// Reads an index.
pub fn read(index: &str) -> Vec<Head<'_>> {
    let mut heads: Vec<Head> = Vec::new();
    for line in index.lines() {
        let (kind, value) = line.split_once(' ').unwrap_or((line, ""));
        if kind == "row" {
            heads.extend(begin(value));
            continue;
        }
        let Some(head) = heads.last_mut() else { continue };
        match kind {
            "host" => head.hosts.push(value),
            "mark" => head.marks.push(value),
            "prefix" => head.prefixes.push(value),
            "model" => head.models.push(value),
            "user" => head.users.push(value),
            "self-hosted" => head.is_self_hosted = true,
            _ => {}
        }
    }
    heads
}

fn begin(value: &str) -> Option<Head<'_>> {
    let mut parts = value.splitn(3, ' ');
    let (start, end) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Head { place: start..end, name: parts.next()?, ..Head::default() })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::{env, fs};

    use memchr::memmem;

    use super::*;
    use crate::checks::services::schema::{NameForm, Service};
    use crate::checks::services::tests::all;
    use crate::domain::vendors::{SERVICE, TABLE};

    /// Where the text of each row is, without its `[[service]]`.
    fn places() -> Vec<Range<usize>> {
        let starts: Vec<usize> = memmem::find_iter(TABLE.as_bytes(), SERVICE).map(|at| at + SERVICE.len()).collect();
        let ends = starts.iter().skip(1).map(|start| start - SERVICE.len()).chain([TABLE.len()]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    fn head<'s>(service: &'s Service, place: &Range<usize>) -> Head<'s> {
        let fixed = service.username.iter().filter(|name| name.form == NameForm::Fixed);
        Head {
            place: place.clone(),
            name: &service.name,
            hosts: service.hosts.iter().map(String::as_str).collect(),
            marks: service.marks.iter().map(String::as_str).collect(),
            prefixes: service.kinds.iter().filter_map(|kind| kind.prefix.as_deref()).collect(),
            models: service.models.iter().map(String::as_str).collect(),
            users: fixed.flat_map(|name| name.values()).collect(),
            is_self_hosted: service.self_hosted,
        }
    }

    fn written(heads: &[Head]) -> String {
        let mut index = String::new();
        for head in heads {
            let _ = writeln!(index, "row {} {} {}", head.place.start, head.place.end, head.name);
            if head.is_self_hosted {
                index.push_str("self-hosted\n");
            }
            let kinds =
                [("host", &head.hosts), ("mark", &head.marks), ("prefix", &head.prefixes), ("model", &head.models), ("user", &head.users)];
            for (kind, values) in kinds {
                values.iter().for_each(|value| _ = writeln!(index, "{kind} {value}"));
            }
        }
        index
    }

    /// After a change of the table: `UPDATE_README=1 cargo test --lib services::index`.
    #[test]
    fn the_index_is_that_of_the_table() {
        let services = all();
        let places = places();
        assert_eq!(services.len(), places.len());
        let heads: Vec<Head> = services.iter().zip(&places).map(|(service, place)| head(service, place)).collect();
        let index = written(&heads);
        if env::var_os("UPDATE_README").is_some() {
            fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/services.index"), &index).expect("the index");
        } else {
            assert!(index == INDEX, "services.toml was changed: UPDATE_README=1 cargo test --lib services::index");
        }
        assert_eq!(read(&index), heads, "what is written is read again");
    }
}
