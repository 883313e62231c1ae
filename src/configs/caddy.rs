//! What a configuration of Caddy does to credentials. By its documentation: reverse_proxy (header_up, header_down), request_header,
//! header, basic_auth, forward_auth, directive order.

use super::block::{Block, each_block};
use super::cors::{self, AddedHeader, ORIGIN};
use super::directive::Directive;
use super::header::{is_authorization, is_cookie, is_public};
use crate::domain::server_config::ConfigFinding;

/// Directives that ask for a login; those beside the first two are forward_auth and well-known modules.
const GUARDS: [&str; 10] =
    ["basic_auth", "basicauth", "forward_auth", "authorize", "authenticate", "jwtauth", "jwt", "authp", "tailscale_auth", "security"];

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Caddyfile,
    Json,
}

impl Syntax {
    fn response_header(self, name: &str, value: &str) -> String {
        match self {
            Self::Caddyfile => format!("header {name} \"{value}\""),
            Self::Json => format!("\"{name}\": [\"{value}\"]"),
        }
    }

    const fn take_off(self) -> &'static str {
        match self {
            Self::Caddyfile => "header_up -Authorization  # in reverse_proxy, if the application has no login of its own",
            Self::Json => "\"headers\": {\"request\": {\"delete\": [\"Authorization\"]}}",
        }
    }
}

/// The findings of a tree.
pub fn examine(tree: &[Directive], syntax: Syntax) -> Vec<ConfigFinding> {
    let mut found = Vec::new();
    let is_plain =
        tree.iter().any(|options| options.name.is_empty() && named(options, "auto_https").is_some_and(|auto| auto.arg(0) == "off"));
    for site in tree {
        let mut facts = Site { syntax, is_guarded: false, answers_options: false, is_https: !is_plain && is_https(site) };
        facts.look(std::slice::from_ref(site));
        let mut see = |_: &Directive, around: &[Block]| facts.findings(around, &mut found);
        each_block(site, std::slice::from_ref(site), &mut see);
    }
    found
}

/// What a site says as a whole.
struct Site {
    syntax: Syntax,
    /// It asks for a login somewhere.
    is_guarded: bool,
    /// It treats OPTIONS on its own.
    answers_options: bool,
    /// It is reached over https.
    is_https: bool,
}

impl Site {
    fn look(&mut self, tree: &[Directive]) {
        for directive in tree {
            // What is imported from elsewhere may ask for a login too.
            self.is_guarded |= GUARDS.contains(&directive.name.as_str()) || directive.name == "import";
            // A matcher for the header checks it.
            self.is_guarded |= (directive.name.starts_with('@') || directive.name == "header")
                && directive.args.iter().any(|arg| is_authorization(arg) || arg.contains("header.Authorization"));
            let is_about_methods = directive.name.starts_with('@') || directive.name == "method" || directive.name == "expression";
            self.answers_options |= is_about_methods && directive.args.iter().any(|arg| arg.to_ascii_uppercase().contains("OPTIONS"));
            self.look(directive.block.as_deref().unwrap_or_default());
        }
    }

    fn findings(&self, around: &[Block], found: &mut Vec<ConfigFinding>) {
        let own = around.last().map(|block| block.own).unwrap_or_default();
        for directive in own {
            match directive.name.as_str() {
                "reverse_proxy" => {
                    let inner = directive.block.as_deref().unwrap_or_default();
                    found.extend(inner.iter().filter(|line| line.name == "header_up").filter_map(|line| self.lost(line, 0, directive)));
                    found.extend(inner.iter().filter_map(|line| self.misread(line)));
                    found.extend(self.two_layers(directive, around));
                    let down: Vec<AddedHeader> =
                        inner.iter().filter(|line| line.name == "header_down").filter_map(|line| added(line, 0)).collect();
                    found.extend(cors::examine(&down, |name, value| format!("header_down {name} \"{value}\"")));
                }
                "request_header" => {
                    let first = usize::from(directive.arg(0) == "*");
                    found.extend(self.lost(directive, first, directive));
                }
                _ => {}
            }
        }
        found.extend(self.cors(own, around));
    }

    /// A header that is removed or replaced: `-NAME`, or `NAME VALUE` without a placeholder.
    fn lost(&self, line: &Directive, first: usize, proxy: &Directive) -> Option<ConfigFinding> {
        let (id, name) = ("header-stripped-by-proxy", line.arg(first));
        // Behind a login of its own Caddy keeps the header to itself on purpose; with a matcher it is said of some requests alone.
        let removes = |is: fn(&str) -> bool| proxy.block.iter().flatten().any(|other| other.arg(0).strip_prefix('-').is_some_and(is));
        // Without either, requests are made anonymous on purpose.
        let is_anonymous = removes(is_authorization) && removes(is_cookie);
        if self.is_guarded || is_anonymous || (line.name == "request_header" && name.starts_with(['@', '/'])) {
            return None;
        }
        if let Some(removed) = name.strip_prefix('-') {
            let is_files = proxy.args.iter().any(|arg| is_public(arg));
            return match () {
                () if is_authorization(removed) => {
                    Some(ConfigFinding::at(line, id, "Authorization is removed before the request goes on", ""))
                }
                () if is_cookie(removed) && !is_files => {
                    Some(ConfigFinding::at(line, id, "cookies are removed before the request goes on, that of the session included", ""))
                }
                () => None,
            };
        }
        let is_replaced = is_authorization(name) && line.args.len() == first + 2 && !line.arg(first + 1).contains('{');
        is_replaced.then(|| ConfigFinding::at(line, id, "Authorization is replaced by a fixed value before the request goes on", ""))
    }

    /// An address that the application is told wrong, or not at all.
    fn misread(&self, line: &Directive) -> Option<ConfigFinding> {
        let id = "server-address-misread";
        let says_http = line.arg(0).eq_ignore_ascii_case("X-Forwarded-Proto") && line.arg(1).eq_ignore_ascii_case("http");
        if line.name != "header_up" || !self.is_https || !says_http {
            return None;
        }
        let message = "the application is told http, and requests come here over https";
        Some(ConfigFinding::at(line, id, message, "header_up X-Forwarded-Proto {scheme}"))
    }

    /// Caddy asks for a login by the header that the application reads too.
    fn two_layers(&self, proxy: &Directive, around: &[Block]) -> Option<ConfigFinding> {
        let guard = basic(around).find(|guard| meets(guard, proxy))?;
        let touches = |line: &Directive| line.args.iter().any(|arg| is_authorization(arg.trim_start_matches(['-', '+', '>'])));
        let is_taken_off = proxy.block.iter().flatten().any(|line| line.name == "header_up" && touches(line))
            || around.iter().flat_map(|block| block.named("request_header")).any(|line| touches(line));
        let says = |line: &Directive| line.args.iter().any(|arg| is_authorization(arg) || arg.contains("Bearer"));
        let matchers = || around.iter().flat_map(|block| block.named("@"));
        let spares_tokens = matchers().any(|matcher| says(matcher) || matcher.block.iter().flatten().any(says));
        let message = "Caddy asks for Basic here and hands the same Authorization on: if the application has a login of its own, its Bearer token can never arrive";
        let found = || ConfigFinding::at(guard, "two-layers-share-authorization", message, self.syntax.take_off());
        (!is_taken_off && !spares_tokens).then(found)
    }

    fn cors(&self, own: &[Directive], around: &[Block]) -> Vec<ConfigFinding> {
        let mut found = Vec::new();
        let mut groups: Vec<(&str, Vec<AddedHeader>)> = Vec::new();
        for (matcher, header) in own.iter().flat_map(headers) {
            let is_room = groups.len() < MOST_MATCHERS;
            match groups.iter_mut().find(|(known, _)| *known == matcher) {
                Some((_, group)) => group.push(header),
                None if is_room => groups.push((matcher, vec![header])),
                None => {}
            }
        }
        for (_, group) in &groups {
            found.extend(cors::examine(group, |name, value| self.syntax.response_header(name, value)));
        }
        let guard = basic(around.last().map(std::slice::from_ref).unwrap_or_default()).next();
        let is_shared = || {
            let lines = around.iter().flat_map(|block| block.named("header"));
            lines.flat_map(|line| headers(line)).any(|(_, header)| header.name.eq_ignore_ascii_case(ORIGIN))
        };
        if let Some(guard) = guard.filter(|_| !self.answers_options)
            && is_shared()
        {
            found.push(cors::guarded(guard, "@login not method OPTIONS  # then: basic_auth @login { … }"));
        }
        found
    }
}

/// Matchers of one block under which headers are added; few blocks have more than a handful.
const MOST_MATCHERS: usize = 64;

/// Who asks for Basic in these blocks, the innermost first.
fn basic<'b, 't>(around: &'b [Block<'t>]) -> impl Iterator<Item = &'t Directive> + use<'b, 't> {
    around.iter().rev().flat_map(|block| ["basic_auth", "basicauth"].into_iter().flat_map(|name| block.named(name).iter().copied()))
}

/// The first directive of a name in a block.
fn named<'d>(directive: &'d Directive, name: &str) -> Option<&'d Directive> {
    directive.block.iter().flatten().find(|inner| inner.name == name)
}

/// The matcher of a directive: a path, a name, or nothing for all requests.
fn matcher(directive: &Directive) -> &str {
    match directive.arg(0) {
        first if first.starts_with(['/', '@']) => first,
        _ => "",
    }
}

/// True where requests that the first treats surely come to the second.
fn meets(guard: &Directive, proxy: &Directive) -> bool {
    let (guarded, passed) = (matcher(guard).trim_end_matches('*'), matcher(proxy).trim_end_matches('*'));
    let are_paths = guarded.starts_with('/') && passed.starts_with('/');
    guarded.is_empty()
        || passed.is_empty()
        || guarded == passed
        || are_paths && (guarded.starts_with(passed) || passed.starts_with(guarded))
}

/// The headers that `header` adds, with its matcher. One that is set when the answer is written (`>`) does not reach errors of Caddy.
fn headers(directive: &Directive) -> Vec<(&str, AddedHeader<'_>)> {
    if directive.name != "header" {
        return Vec::new();
    }
    let matcher = matcher(directive);
    let first = usize::from(!matcher.is_empty() || directive.arg(0) == "*");
    let lines = directive.block.iter().flatten().filter_map(named_header);
    added(directive, first).into_iter().chain(lines).map(|header| (matcher, header)).collect()
}

/// A line in the block of `header`: the name is where a directive has its own.
fn named_header(line: &Directive) -> Option<AddedHeader<'_>> {
    let name = line.name.trim_start_matches(['+', '>', '?']);
    (line.args.len() == 1 && !name.starts_with('-')).then(|| AddedHeader { name, value: line.arg(0), is_always: true, at: line.into() })
}

/// `NAME VALUE` from an argument on.
fn added(directive: &Directive, first: usize) -> Option<AddedHeader<'_>> {
    let [name, value] = directive.args.get(first..)? else { return None };
    let name = name.trim_start_matches(['+', '>', '?']);
    (!name.starts_with('-')).then(|| AddedHeader { name, value, is_always: true, at: directive.into() })
}

/// True for a site whose addresses are names of hosts without a scheme or port, which Caddy serves over https.
fn is_https(site: &Directive) -> bool {
    let mut addresses =
        std::iter::once(site.name.as_str()).chain(site.args.iter().map(String::as_str)).map(|address| address.trim_end_matches(','));
    addresses.all(|address| address.starts_with("https://") || address.contains('.') && !address.contains([':', '(', '$']))
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Caddy, "Caddyfile", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    fn site(lines: &str) -> String {
        format!("api.example {{\n{lines}\n}}\n")
    }

    #[test]
    fn a_header_that_is_removed_or_replaced_is_found() {
        for lost in ["header_up -Authorization", "header_up authorization \"Basic abc\"", "header_up -Cookie"] {
            assert_eq!(found(&site(&format!("reverse_proxy app:80 {{\n{lost}\n}}"))), [(3, "header-stripped-by-proxy")], "{lost}");
        }
        assert_eq!(found(&site("request_header -Authorization\nreverse_proxy app:80")), [(2, "header-stripped-by-proxy")]);
        let snippet = "(up) {\n header_up -Authorization\n}\napi.example {\n reverse_proxy app:80 {\n  import up\n }\n}\n";
        assert_eq!(found(snippet), [(2, "header-stripped-by-proxy")]);
    }

    #[test]
    fn what_is_handed_on_or_taken_off_on_purpose_is_not_found() {
        for kept in [
            "header_up -X-Real-Ip",
            "header_up Authorization {http.request.header.X-Token}",
            "header_up Authorization \"Bearer {env.TOKEN}\"",
            "header_up Host {upstream_hostport}",
            "# header_up -Authorization",
        ] {
            assert_eq!(found(&site(&format!("reverse_proxy app:80 {{\n{kept}\n}}"))), [], "{kept}");
        }
        assert_eq!(found(&site("reverse_proxy app:80 {\nheader_up -Cookie\nheader_up -Authorization\n}")), []);
        let checked = "@mine {\n method POST\n header Authorization \"Bearer x\"\n}\nhandle @mine {\nreverse_proxy app:80 {\nheader_up \
                       -Authorization\n}\n}";
        assert_eq!(found(&site(checked)), []);
        assert_eq!(found(&site("import auth.caddy\nreverse_proxy app:80 {\nheader_up -Authorization\n}")), []);
        assert_eq!(found(&site("request_header @public -Authorization\nreverse_proxy app:80")), []);
        assert_eq!(found(&site("basic_auth {\n ann x\n}\nreverse_proxy app:80 {\n header_up -Authorization\n}")), []);
        assert_eq!(
            found(&site("forward_auth auth:80 {\n uri /\n}\nhandle {\nreverse_proxy app:80 {\n header_up -Authorization\n}\n}")),
            []
        );
    }

    #[test]
    fn two_logins_are_found() {
        assert_eq!(found(&site("basic_auth {\n ann x\n}\nreverse_proxy app:80")), [(2, "two-layers-share-authorization")]);
        assert_eq!(found(&site("basicauth /admin/* {\n ann x\n}\nreverse_proxy app:80")), [(2, "two-layers-share-authorization")]);
        for fine in [
            "basic_auth /admin* {\n ann x\n}\nreverse_proxy /api/* app:80",
            "basic_auth {\n ann x\n}\nfile_server",
            "@people not header Authorization Bearer*\nbasic_auth @people {\n ann x\n}\nreverse_proxy app:80",
            "handle /a {\n basic_auth {\n ann x\n }\n file_server\n}\nhandle {\n reverse_proxy app:80\n}",
        ] {
            assert_eq!(found(&site(fine)), [], "{fine}");
        }
    }

    #[test]
    fn headers_for_pages_of_other_origins_are_found() {
        let credentials = "header Access-Control-Allow-Origin *\nheader Access-Control-Allow-Credentials true\nreverse_proxy app:80";
        assert_eq!(found(&site(credentials)), [(2, "credentials-with-wildcard")]);
        assert_eq!(found(&site(&credentials.replace('*', "https://a.example"))), []);
        assert_eq!(found(&site(&credentials.replace("header Access-Control-Allow-Origin", "header @x Access-Control-Allow-Origin"))), []);
        let block = "header {\nAccess-Control-Allow-Origin https://a.example\nAccess-Control-Allow-Headers \"Content-Type\"\n}";
        assert_eq!(found(&site(block)), [(4, "preflight-omits-authorization")]);
        assert_eq!(found(&site(&block.replace("Content-Type", "Content-Type, Authorization"))), []);
        let guarded = "header Access-Control-Allow-Origin https://a.example\nbasic_auth {\n ann x\n}\nfile_server";
        assert_eq!(found(&site(guarded)), [(3, "preflight-refused")]);
        assert_eq!(found(&site(&guarded.replace("basic_auth", "@login not method OPTIONS\nbasic_auth @login"))), []);
        let down =
            "reverse_proxy app:80 {\nheader_down Access-Control-Allow-Origin *\nheader_down Access-Control-Allow-Credentials true\n}";
        assert_eq!(found(&site(down)), [(3, "credentials-with-wildcard")]);
    }

    #[test]
    fn an_address_that_is_told_wrong_is_found() {
        let text = site("reverse_proxy app:80 {\nheader_up X-Forwarded-Proto http\n}");
        assert_eq!(found(&text), [(3, "server-address-misread")]);
        for fine in [
            text.replace("Proto http", "Proto https"),
            text.replace("Proto http", "Proto {scheme}"),
            text.replace("api.example", "http://api.example"),
            text.replace("api.example", ":8080"),
            format!("{{\n auto_https off\n}}\n{text}"),
        ] {
            assert_eq!(found(&fine), [], "{fine}");
        }
    }
}
