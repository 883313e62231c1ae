//! Servers in front of an application, as data: `assets/intermediaries.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::pattern::Pattern;
use crate::domain::headers::Headers;
use crate::domain::table;

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

/// Where on the way to the application an answer was made.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The framework in which the application is written: it never answers for another one.
    Framework,
    /// A gateway that knows the application's routes.
    Gateway,
    /// A content delivery network.
    Cdn,
    /// A firewall or web filter.
    Firewall,
    /// A cache.
    Cache,
    /// A proxy or load balancer.
    Proxy,
    /// A login in front of the application.
    SignOn,
}

impl Layer {
    /// What it is called in a sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Framework => "the application",
            Self::Gateway => "the gateway",
            Self::Cdn => "the CDN",
            Self::Firewall => "the firewall",
            Self::Cache => "the cache",
            Self::Proxy => "the proxy",
            Self::SignOn => "the login service",
        }
    }
}

/// All that is known of them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intermediaries {
    /// How the `User-Agent` of libraries begins that do not name the program they are part of, in lower case.
    #[serde(default)]
    library_agents: Vec<String>,
    /// What people call the filters before an application.
    filters: Option<Pattern>,
    #[serde(rename = "server")]
    servers: Vec<Server>,
    #[serde(rename = "header_limit", default)]
    header_limits: Vec<HeaderLimit>,
    #[serde(rename = "front", default)]
    fronts: Vec<Front>,
    #[serde(rename = "page")]
    pages: Vec<Page>,
    #[serde(rename = "route", default)]
    routes: Vec<Route>,
    #[serde(rename = "strip", default)]
    strips: Vec<Strip>,
    #[serde(rename = "unpassed", default)]
    unpassed: Vec<Conditional>,
    #[serde(default)]
    unforwarded: Vec<Conditional>,
    #[serde(default)]
    rehosted: Vec<Conditional>,
    #[serde(rename = "forward_auth", default)]
    forward_auths: Vec<Conditional>,
    #[serde(rename = "front_login", default)]
    front_logins: Vec<Conditional>,
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
    /// True when it does not pass `Authorization` on to the application by default.
    #[serde(default)]
    pub hides_authorization: bool,
    /// Marks of the applications from which it hides `Authorization` in one of the ways to run them.
    #[serde(default)]
    pub hides_authorization_from: Vec<String>,
    /// True when it sends the requests of several clients over one connection.
    #[serde(default)]
    pub pools_connections: bool,
    /// The line of its configuration for each remedy that it has one for.
    #[serde(default)]
    lines: BTreeMap<Remedy, String>,
}

/// How many bytes of headers a server reads by default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderLimit {
    of: String,
    /// In one header.
    bytes: usize,
    /// In all headers instead.
    #[serde(default)]
    all: bool,
}

/// Who answers, by the answer's headers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// What it is called.
    pub name: String,
    /// Where on the way it is.
    pub layer: Layer,
    /// Headers of answers that it makes itself.
    #[serde(default)]
    own: Vec<String>,
    /// Headers of answers that it makes or passes on.
    #[serde(default)]
    passing: Vec<String>,
    /// The statuses that its own answers have only when one of its rules refuses the request.
    #[serde(default)]
    pub refuses: Vec<u16>,
    /// Methods of which it refuses, with 403, requests with a body.
    #[serde(default)]
    pub without_body: Vec<String>,
    /// How the cookie begins by which it knows a user for whom it writes `Authorization` over what the request has.
    #[serde(default)]
    pub overwrites_with: Option<String>,
}

/// An error page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    contains: String,
    /// Whose it is.
    pub of: String,
    /// Where on the way that is.
    pub layer: Layer,
    /// True when only a rule that refuses requests shows it.
    #[serde(default)]
    pub refuses: bool,
}

/// A gateway's words for a route that it does not have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The words.
    pub contains: String,
    /// The gateway.
    pub of: String,
    /// True when it says so in that case alone.
    #[serde(default)]
    pub certain: bool,
}

/// A line of configuration that empties or removes `Authorization`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strip {
    line: Pattern,
    of: String,
}

/// A line of configuration that counts with another one beside it, or without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditional {
    when: Pattern,
    unless: Option<Pattern>,
    with: Option<Pattern>,
}

impl Conditional {
    fn find<'t>(&self, config: &'t str) -> Option<&'t str> {
        let has = |pattern: &Pattern| pattern.regex().is_some_and(|regex| regex.is_match(config));
        let line = self.when.regex()?.find(config)?.as_str();
        (!self.unless.as_ref().is_some_and(has) && self.with.as_ref().is_none_or(has)).then(|| line.trim())
    }
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

    /// The front server that overwrites `Authorization` for its users, with the header that shows it.
    pub fn overwriting(&self, headers: &Headers) -> Option<(&Front, usize)> {
        let overwriting = self.fronts.iter().filter(|front| front.overwrites_with.is_some());
        overwriting.into_iter().find_map(|front| Some((front, marked(&front.passing, headers)?)))
    }

    /// The first server that drops headers with an underscore in their name.
    pub fn drops_underscores(&self) -> Option<&Server> {
        self.servers.iter().find(|server| server.drops_underscores)
    }

    /// The limits of headers by server, in words.
    pub fn header_limits(&self) -> String {
        let words = |limit: &HeaderLimit| format!("{} {}{}", limit.of, limit.bytes, if limit.all { " for all" } else { "" });
        self.header_limits.iter().map(words).collect::<Vec<_>>().join(", ")
    }

    /// Whose error page a body is.
    pub fn page(&self, body: &str) -> Option<&Page> {
        self.pages.iter().find(|page| body.contains(&page.contains))
    }

    /// Who made an answer, by a mark that only its own answers have, and that header's place.
    pub fn made_by(&self, headers: &Headers) -> Option<(&Front, usize)> {
        self.fronts.iter().find_map(|front| Some((front, marked(&front.own, headers)?)))
    }

    /// Whom an answer came through, and the place of the header that says so.
    pub fn passed_by(&self, headers: &Headers) -> Option<(&Front, usize)> {
        self.fronts.iter().find_map(|front| Some((front, marked(&front.passing, headers)?)))
    }

    /// What a gateway says of a route that it does not have.
    pub fn route(&self, body: &str) -> Option<&Route> {
        self.routes.iter().find(|route| body.contains(&route.contains))
    }

    /// The library whose default a `User-Agent` is.
    pub fn library_agent(&self, agent: &str) -> Option<&str> {
        let agent = agent.to_ascii_lowercase();
        self.library_agents.iter().find(|name| agent.starts_with(name.as_str())).map(String::as_str)
    }

    /// The filter before the application that a text names, as it is written there.
    pub fn filter_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        Some(self.filters.as_ref()?.regex()?.find(text)?.as_str())
    }

    /// The line of a configuration of a server that passes `Authorization` on only when told to, and is not told.
    pub fn unpassed<'t>(&self, config: &'t str) -> Option<&'t str> {
        self.unpassed.iter().find_map(|row| row.find(config))
    }

    /// The line of a configuration that passes requests on, where none tells the application by which scheme they came.
    pub fn unforwarded<'t>(&self, config: &'t str) -> Option<&'t str> {
        self.unforwarded.iter().find_map(|row| row.find(config))
    }

    /// The line of a configuration that asks the application under another name than the one that was asked.
    pub fn rehosted<'t>(&self, config: &'t str) -> Option<&'t str> {
        self.rehosted.iter().find_map(|row| row.find(config))
    }

    /// The line of a configuration that has another server judge each request first.
    pub fn forward_auth<'t>(&self, config: &'t str) -> Option<&'t str> {
        self.forward_auths.iter().find_map(|row| row.find(config))
    }

    /// The line of a configuration that asks for a password where it also passes requests on.
    pub fn front_login<'t>(&self, config: &'t str) -> Option<&'t str> {
        self.front_logins.iter().find_map(|row| row.find(config))
    }

    /// The line of a configuration that asks for a password, whatever else it does.
    pub fn password_line<'t>(&self, config: &'t str) -> Option<&'t str> {
        self.front_logins.iter().find_map(|row| row.when.regex()?.find(config)).map(|line| line.as_str().trim())
    }

    /// The line of a configuration that empties or removes `Authorization`, and whose line it is.
    pub fn strip<'t>(&self, config: &'t str) -> Option<(&str, &'t str)> {
        self.strips.iter().find_map(|strip| Some((strip.of.as_str(), strip.line.regex()?.find(config)?.as_str())))
    }
}

/// The place of the first header that has one of these marks.
pub(super) fn marked(marks: &[String], headers: &Headers) -> Option<usize> {
    marks.iter().find_map(|mark| {
        let (name, text) = mark.split_once(": ").unwrap_or((mark, ""));
        let is_marked = |value: &str| text.is_empty() || value.to_ascii_lowercase().contains(text);
        headers.all(name).find(|(_, header)| is_marked(&header.value)).map(|(index, _)| index)
    })
}

fn read(text: &str) -> Result<Intermediaries, serde_json::Error> {
    table::read(text)
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
        let Intermediaries {
            library_agents,
            filters,
            servers,
            header_limits,
            fronts,
            pages,
            routes,
            strips,
            unpassed,
            unforwarded,
            rehosted,
            forward_auths,
            front_logins,
        } = read(TEXT).expect("the table");
        let mut words: Vec<&String> = servers.iter().flat_map(|server| &server.named).collect();
        let mut marks: Vec<&String> = pages.iter().map(|page| &page.contains).collect();
        assert!(header_limits.iter().all(|limit| limit.bytes >= 1024));
        assert!(servers.len() > 4 && pages.len() > 10);
        let of_fronts: Vec<&String> = fronts.iter().flat_map(|front| front.own.iter().chain(&front.passing)).collect();
        assert!(of_fronts.iter().all(|mark| **mark == mark.to_ascii_lowercase()), "{of_fronts:?}");
        assert!(fronts.iter().all(|front| !(front.own.is_empty() && front.passing.is_empty())));
        assert!(
            library_agents.iter().all(|name| *name == name.to_ascii_lowercase())
                && filters.is_some_and(|filters| filters.regex().is_some())
        );
        assert!(!routes.is_empty() && strips.iter().all(|strip| strip.line.regex().is_some()));
        let conditional = unpassed.iter().chain(&unforwarded).chain(&rehosted).chain(&forward_auths).chain(&front_logins);
        assert!(
            conditional.flat_map(|row| [Some(&row.when), row.unless.as_ref(), row.with.as_ref()]).flatten().all(|p| p.regex().is_some())
        );
        assert!(unpassed.iter().chain(&unforwarded).chain(&rehosted).all(|row| row.unless.is_some()) && !front_logins.is_empty());
        assert!(words.iter().all(|word| word.len() >= 3 && **word == word.to_ascii_lowercase()), "{words:?}");
        assert!(marks.iter().all(|mark| mark.len() >= 6), "{marks:?}");
        assert!(servers.iter().flat_map(|server| server.lines.values()).all(|line| !line.trim().is_empty()));
        for list in [&mut words, &mut marks] {
            list.sort();
            assert!(list.windows(2).all(|pair| pair[0] != pair[1]), "{list:?}");
        }
    }

    #[test]
    fn lines_that_remove_the_credential_are_told_from_those_that_pass_it() {
        let of = |config: &str| TABLE.strip(config).map(|(server, _)| server.to_string());
        for (config, server) in [
            ("location / {\n  proxy_set_header   Authorization   \"\";\n}", "nginx"),
            ("fastcgi_param HTTP_AUTHORIZATION '';", "nginx"),
            ("RequestHeader unset Authorization", "Apache"),
            ("WSGIPassAuthorization Off", "Apache"),
            ("reverse_proxy app:80 {\n header_up -Authorization\n}", "Caddy"),
            ("http-request del-header Authorization", "HAProxy"),
            ("customRequestHeaders:\n  Authorization: \"\"", "Traefik"),
            ("request_headers_to_remove: [\"authorization\"]", "Envoy"),
        ] {
            assert_eq!(of(config).as_deref(), Some(server), "{config}");
        }
        for config in ["proxy_set_header Authorization $http_authorization;", "proxy_set_header X \"\";", "WSGIPassAuthorization On"] {
            assert_eq!(of(config), None, "{config}");
        }
    }

    #[test]
    fn who_answers_is_read_from_the_headers() {
        let headers = |list: &[(&str, &str)]| list.iter().copied().collect::<Headers>();
        let made = |list: &[(&str, &str)]| TABLE.made_by(&headers(list)).map(|(front, at)| (front.name.clone(), at));
        let passed = |list: &[(&str, &str)]| TABLE.passed_by(&headers(list)).map(|(front, _)| front.name.clone());
        assert_eq!(made(&[("Date", "x"), ("X-Cache", "FunctionGeneratedResponse from cloudfront")]), Some(("CloudFront".into(), 1)));
        // An error of the origin is passed on so too.
        assert_eq!(made(&[("Date", "x"), ("X-Cache", "Error from cloudfront")]), None);
        assert_eq!(made(&[("X-Cache", "Miss from cloudfront"), ("CF-Ray", "1")]), None);
        assert_eq!(passed(&[("Server", "cloudflare")]).as_deref(), Some("Cloudflare"));
        assert_eq!(passed(&[("Server", "nginx")]), None);
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
        let page = "[[page]]\ncontains = \"abcdef\"\nof = \"a\"\nlayer = \"proxy\"\n";
        assert!(read(&format!("{server}\n{page}")).is_ok());
        for more in ["lines.no-such-remedy = \"x\"\n", "title = \"x\"\n"] {
            assert!(read(&format!("{page}\n{server}{more}")).is_err(), "{more}");
        }
        assert!(read(&format!("{server}\n{page}title = \"x\"\n")).is_err());
        assert!(read(&format!("title = \"x\"\n{server}\n{page}")).is_err());
    }
}
