//! Servers that stand before an application, as data: `assets/intermediaries.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The table.
pub static TABLE: LazyLock<Intermediaries> = LazyLock::new(|| read(TEXT).unwrap_or_default());

const TEXT: &str = include_str!("../../assets/intermediaries.toml");

/// What a front server is to do.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Pass `Authorization` on to the application.
    PassAuthorization,
    /// Keep `Authorization` from the application.
    DropAuthorization,
    /// Ask for no login here.
    NoLogin,
    /// Let nobody store a 401.
    NoStore,
    /// Let only the user's own cache store an answer.
    Private,
    /// Say how to log in.
    Challenge,
    /// Take longer headers.
    LongHeaders,
    /// Tell the application its public scheme.
    ForwardedProto,
    /// Take headers with an underscore in their name.
    TakeUnderscores,
    /// Tell the application its public host.
    PassHost,
    /// Send the CORS headers with errors too.
    CorsOnErrors,
}

/// All that is known of them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intermediaries {
    /// Headers in which caches say whether they gave the answer.
    pub cache_headers: Vec<String>,
    #[serde(rename = "server")]
    servers: Vec<Server>,
    #[serde(rename = "page")]
    pages: Vec<Page>,
}

/// A server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// What it is called.
    pub name: String,
    /// Words by which a `Server` header or a description names it, in lower case.
    named: Vec<String>,
    /// True when it drops headers with an underscore in their name.
    #[serde(default)]
    pub drops_underscores: bool,
    /// The line of its configuration for each remedy that it has one for.
    #[serde(default)]
    lines: BTreeMap<Remedy, String>,
}

/// An error page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    contains: String,
    of: String,
}

impl Intermediaries {
    /// The servers that a text names.
    pub fn named(&self, text: &str) -> impl Iterator<Item = &Server> {
        let text = text.to_ascii_lowercase();
        self.servers.iter().filter(move |server| server.named.iter().any(|word| text.contains(word)))
    }

    /// The server that has the line for a remedy, and that line: of those that a text names, or the usual one when it names none.
    pub fn line(&self, text: &str, remedy: Remedy) -> Option<(&Server, &str)> {
        let usual = self.servers.first().filter(|_| self.named(text).next().is_none());
        let mut servers = self.named(text).chain(usual);
        servers.find_map(|server| Some((server, server.lines.get(&remedy)?.as_str())))
    }

    /// Whose error page a body is.
    pub fn page(&self, body: &str) -> Option<&str> {
        self.pages.iter().find(|page| body.contains(&page.contains)).map(|page| page.of.as_str())
    }
}

fn read(text: &str) -> Result<Intermediaries, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REMEDIES: [Remedy; 11] = [
        Remedy::PassAuthorization,
        Remedy::DropAuthorization,
        Remedy::NoLogin,
        Remedy::NoStore,
        Remedy::Private,
        Remedy::Challenge,
        Remedy::LongHeaders,
        Remedy::ForwardedProto,
        Remedy::TakeUnderscores,
        Remedy::PassHost,
        Remedy::CorsOnErrors,
    ];

    #[test]
    fn the_table_can_be_read_and_every_row_is_of_use() {
        let Intermediaries { servers, pages, cache_headers } = read(TEXT).expect("the table");
        let mut words: Vec<&String> = servers.iter().flat_map(|server| &server.named).collect();
        let mut marks: Vec<&String> = pages.iter().map(|page| &page.contains).collect();
        assert!(servers.len() > 4 && pages.len() > 10);
        assert!(!cache_headers.is_empty() && cache_headers.iter().all(|name| *name == name.to_ascii_lowercase()), "{cache_headers:?}");
        assert!(words.iter().all(|word| word.len() >= 3 && **word == word.to_ascii_lowercase()), "{words:?}");
        assert!(marks.iter().all(|mark| mark.len() >= 6), "{marks:?}");
        assert!(servers.iter().flat_map(|server| server.lines.values()).all(|line| !line.trim().is_empty()));
        for list in [&mut words, &mut marks] {
            list.sort();
            assert!(list.windows(2).all(|pair| pair[0] != pair[1]), "{list:?}");
        }
    }

    /// A server that nobody knows gets the usual one's line, so that one needs all of them.
    #[test]
    fn the_usual_server_has_a_line_for_every_remedy() {
        for remedy in REMEDIES {
            assert!(TABLE.line("unheard-of", remedy).is_some(), "{remedy:?}");
        }
    }

    #[test]
    fn unknown_members_are_refused() {
        let server = "[[server]]\nname = \"a\"\nnamed = [\"abc\"]\n";
        let page = "[[page]]\ncontains = \"abcdef\"\nof = \"a\"\n";
        let read = |text: &str| read(&format!("cache_headers = []\n{text}"));
        assert!(read(&format!("{server}\n{page}")).is_ok());
        for more in ["lines.no-such-remedy = \"x\"\n", "title = \"x\"\n"] {
            assert!(read(&format!("{page}\n{server}{more}")).is_err(), "{more}");
        }
        assert!(read(&format!("{server}\n{page}title = \"x\"\n")).is_err());
        assert!(read(&format!("title = \"x\"\n{server}\n{page}")).is_err());
    }
}
