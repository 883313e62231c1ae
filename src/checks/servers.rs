//! Servers with words of their own for a request in which they found no credential, as data: `assets/servers.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Place;
use super::facts::phrases::{Folded, Phrase, Phrases};
use super::intermediaries::marked;
use crate::domain::response::Response;
use crate::domain::span::Span;
use crate::domain::table;

/// The table.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../assets/servers.toml");

/// A server, and how it answers when it finds no credential.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// What it is called.
    pub name: String,
    #[serde(default)]
    named: Vec<String>,
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    schemes: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    statuses: Vec<u16>,
    #[serde(default)]
    contains: Vec<String>,
    #[serde(default)]
    whole: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    empty: bool,
    /// True when some versions say it of a wrong credential too.
    #[serde(default)]
    pub also_when_wrong: bool,
}

/// A challenge's scheme that is only a label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    scheme: String,
    reads: String,
}

/// Lines of servers' logs.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    nothing: Vec<String>,
    wrong: Vec<String>,
}

/// What a line of a log says of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logged {
    /// None was found.
    Nothing,
    /// User or password is wrong.
    Wrong,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    log: Log,
    #[serde(rename = "server")]
    servers: Vec<Server>,
    #[serde(rename = "label")]
    labels: Vec<Label>,
}

/// The servers, with their texts ready to be looked for.
#[derive(Debug, Default)]
pub struct Table {
    rows: Rows,
    /// For each phrase its server, and whether it must be the whole body.
    texts: Vec<(usize, bool)>,
    phrases: Option<Phrases>,
}

/// A server's answer to a request in which it found no credential.
#[derive(Clone, Copy, Debug)]
pub struct NothingFound {
    /// The server.
    pub server: &'static Server,
    /// What shows it.
    pub place: Place,
    /// Its bytes there.
    pub span: Span,
}

/// A credential that was sent.
#[derive(Clone, Copy, Debug)]
pub enum Sent<'a> {
    /// In `Authorization`, under this scheme.
    Scheme(&'a str),
    /// In a header of its own.
    Header(&'a str),
}

impl Sent<'_> {
    fn is_read_by(self, server: &Server) -> bool {
        let (list, name) = match self {
            Self::Scheme(scheme) => (&server.schemes, scheme),
            Self::Header(header) => (&server.keys, header),
        };
        list.iter().any(|read| read.eq_ignore_ascii_case(name))
    }
}

impl Table {
    /// Whether an answer is the one that a server gives when it finds no credential of this scheme, or in a header of these names.
    /// `described` is what is known of the server besides its answer.
    pub fn nothing_found(&'static self, answer: &Response, described: Option<&str>, sent: Sent) -> Option<NothingFound> {
        let described = described.unwrap_or_default().to_ascii_lowercase();
        let is_it = |server: &Server| {
            let is_known = server.named.is_empty() && server.marks.is_empty();
            let is_named = || server.named.iter().any(|word| described.contains(word.as_str()));
            (server.statuses.is_empty() || server.statuses.contains(&answer.status))
                && sent.is_read_by(server)
                && (is_known || is_named() || marked(&server.marks, &answer.headers).is_some())
        };
        let body = answer.body.as_str();
        let in_headers = |server: &'static Server| {
            let index = marked(&server.headers, &answer.headers)?;
            let span = Span::whole(&answer.headers.0.get(index)?.value);
            Some(NothingFound { server, place: Place::ResponseHeader(index), span })
        };
        let is_empty = |server: &Server| server.empty && body.trim().is_empty();
        let by_status = |server: &'static Server| {
            let span = Span::whole(&answer.status.to_string());
            is_empty(server).then_some(NothingFound { server, place: Place::ResponseStatus, span })
        };
        let others =
            self.rows.servers.iter().filter(|server| is_it(server)).find_map(|server| in_headers(server).or_else(|| by_status(server)));
        others.or_else(|| {
            let places = self.phrases.as_ref().filter(|_| body.len() <= LONGEST)?.places(&Folded::of(body));
            places.into_iter().find_map(|(index, span)| {
                let (server, is_whole) = *self.texts.get(index)?;
                let server = self.rows.servers.get(server).filter(|server| is_it(server))?;
                let fits = !is_whole || span.cut(body).is_some_and(|cut| cut.len() == body.trim().len());
                fits.then_some(NothingFound { server, place: Place::ResponseBody, span })
            })
        })
    }

    /// The line among some notes that says so in a server's log.
    pub fn logged<'t>(&self, notes: &'t str, what: Logged) -> Option<&'t str> {
        let said = match what {
            Logged::Nothing => &self.rows.log.nothing,
            Logged::Wrong => &self.rows.log.wrong,
        };
        notes.lines().find(|line| {
            let line = line.to_ascii_lowercase();
            said.iter().any(|text| line.contains(text.as_str()))
        })
    }

    /// The scheme that a server reads which puts this one into its challenges.
    pub fn scheme_read<'a>(&'a self, challenge: &'a str) -> &'a str {
        let label = self.rows.labels.iter().find(|label| label.scheme.eq_ignore_ascii_case(challenge));
        label.map_or(challenge, |label| label.reads.as_str())
    }
}

/// A denial is not longer than this.
const LONGEST: usize = 16_384;

fn read(text: &str) -> Result<Table, serde_json::Error> {
    let rows: Rows = table::read(text)?;
    let texts = || {
        rows.servers.iter().enumerate().flat_map(|(index, server)| {
            let contained = server.contains.iter().map(move |text| (text.as_str(), (index, false)));
            contained.chain(server.whole.iter().map(move |text| (text.as_str(), (index, true))))
        })
    };
    let phrases = Phrases::new(texts().map(|(text, _)| Phrase::text(text)));
    let texts = texts().map(|(_, of)| of).collect();
    Ok(Table { texts, phrases: Some(phrases), rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_every_row_is_of_use() {
        let Rows { servers, labels, log } = read(TEXT).expect("the table").rows;
        assert!(servers.len() > 10 && !labels.is_empty());
        assert!(log.nothing.iter().chain(&log.wrong).all(|text| *text == text.to_ascii_lowercase() && text.len() > 6));
        for server in &servers {
            let Server { name, named, marks, schemes, keys, contains, whole, headers, empty, .. } = server;
            assert!(*empty || !(contains.is_empty() && whole.is_empty() && headers.is_empty()), "{name} says nothing");
            assert!(schemes.len() + keys.len() > 0, "{name} reads nothing");
            assert!(!empty || !marks.is_empty(), "{name}");
            for text in named.iter().chain(marks).chain(contains).chain(whole).chain(headers) {
                assert_eq!(*text, text.to_ascii_lowercase(), "{name}");
            }
            for text in contains.iter().chain(whole) {
                assert!(!text.contains(['"', '_', '-']), "{name}: {text}");
            }
        }
    }

    #[test]
    fn a_server_is_recognized_by_its_marks() {
        let found = |headers: &[(&str, &str)], body: &str, described, scheme| {
            let headers = headers.iter().copied().collect();
            let answer = Response { status: 401, headers, body: body.into(), ..Response::default() };
            TABLE.nothing_found(&answer, described, Sent::Scheme(scheme)).map(|found| found.server.name.clone())
        };
        let grafana = "{\"message\":\"Unauthorized\"}\n";
        assert_eq!(found(&[], grafana, Some("Grafana 10"), "basic").as_deref(), Some("Grafana"));
        assert_eq!(found(&[], grafana, None, "Basic"), None);
        assert_eq!(found(&[], "{\"message\":\"Unauthorized\",\"more\":1}", Some("Grafana 10"), "Basic"), None);
        let queue = [("WWW-Authenticate", "Basic realm=\"RabbitMQ Management\"")];
        assert_eq!(found(&queue, "", None, "Basic").as_deref(), Some("RabbitMQ"));
        assert_eq!(found(&queue, "{\"reason\":\"Login failed\"}", None, "Basic"), None);
        assert_eq!(found(&queue, "", None, "Digest"), None);
    }

    #[test]
    fn a_line_of_a_log_is_found_in_the_notes() {
        let notes = "it worked before\nerror.log: [error] user \"ana\": Password Mismatch, client: 10.0.0.9";
        assert!(TABLE.logged(notes, Logged::Wrong).is_some_and(|line| line.starts_with("error.log")));
        assert_eq!(TABLE.logged(notes, Logged::Nothing), None);
    }

    #[test]
    fn labels_are_read_as_the_scheme_behind_them() {
        assert_eq!(TABLE.scheme_read("jwt-auth"), "Bearer");
        assert_eq!(TABLE.scheme_read("Digest"), "Digest");
    }
}
