//! What a configuration of HAProxy does to credentials. By its Configuration Manual: http-request (del-header, set-header,
//! replace-header, auth), http-response, http-after-response, userlist, reqdel (up to 2.0).

use super::cors::{self, AddedHeader, ORIGIN};
use super::directive::{Directive, MOST};
use super::header::{TELLS_SCHEME, is_authorization, is_cookie, is_one_of};
use crate::domain::server_config::ConfigFinding;

/// Conditions of one section under which headers are added; few have more than a handful.
const MOST_CONDITIONS: usize = 64;

/// Words that begin a section.
pub const SECTIONS: [&str; 17] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "userlist",
    "peers",
    "resolvers",
    "cache",
    "program",
    "http-errors",
    "ring",
    "mailers",
    "log-forward",
    "fcgi-app",
    "crt-store",
    "traces",
];

/// Reads a configuration: a directive a line, each section with the lines behind its head.
pub fn read(name: &str, text: &str) -> Vec<Directive> {
    let mut sections: Vec<Directive> = Vec::new();
    for (line, written) in (1..).zip(text.lines()).take(MOST) {
        let mut words = words(written).into_iter();
        let Some(first) = words.next() else { continue };
        let directive = Directive { source: name.into(), line, name: first.to_ascii_lowercase(), args: words.collect(), block: None };
        if SECTIONS.contains(&directive.name.as_str()) {
            sections.push(Directive { block: Some(Vec::new()), ..directive });
        } else if let Some(block) = sections.last_mut().and_then(|section| section.block.as_mut()) {
            block.push(directive);
        }
    }
    sections
}

/// The words of a line: quotes hold blanks, `\` the next sign, `#` begins a comment (Configuration Manual, 2.2 Quoting and escaping).
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_open) = (Vec::new(), String::new(), false);
    let mut chars = line.chars();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => {
                is_open = true;
                word.extend(chars.next());
            }
            ('"' | '\'', None) => (quote, is_open) = (Some(c), true),
            (c, Some(open)) if c == open => quote = None,
            ('#', None) => break,
            (c, None) if c.is_whitespace() => {
                if is_open {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            (c, _) => {
                is_open = true;
                word.push(c);
            }
        }
    }
    if is_open {
        words.push(word);
    }
    words
}

/// The findings of a tree.
pub fn examine(tree: &[Directive]) -> Vec<ConfigFinding> {
    let file = File::of(tree);
    let mut found = Vec::new();
    for section in tree {
        let own = section.block.as_deref().unwrap_or_default();
        match section.name.as_str() {
            "userlist" => found.extend(own.iter().filter_map(plain_password)),
            "frontend" | "backend" | "listen" | "defaults" => found.extend(Section::of(section, own, &file).findings()),
            _ => {}
        }
    }
    found
}

/// What the sections say together.
struct File {
    /// The configuration asks for a login of its own somewhere, or verifies a token.
    is_guarded: bool,
    /// The login is taken off somewhere before the application.
    is_taken_off: bool,
    /// Something treats OPTIONS on its own.
    answers_options: bool,
    /// The application is told somewhere over which scheme requests came.
    tells_scheme: bool,
}

impl File {
    fn of(tree: &[Directive]) -> Self {
        let all = || tree.iter().flat_map(|section| section.block.as_deref().unwrap_or_default());
        let has = |directive: &Directive, words: &[&str]| {
            directive.args.iter().any(|arg| words.iter().any(|word| arg.to_ascii_lowercase().contains(word)))
        };
        let verifies = [
            "http_auth(",
            "http_auth_group(",
            "http_auth_bearer",
            "hdr(authorization",
            "auth-request",
            "auth_request",
            "auth-intercept",
            "jwt_verify",
            "jwt-verify",
            "oauth",
        ];
        Self {
            is_guarded: all().any(|directive| directive.is("http-request", "auth") || has(directive, &verifies)),
            is_taken_off: all().any(|directive| {
                directive.name == "http-request"
                    && matches!(directive.arg(0), "del-header" | "set-header" | "replace-header")
                    && is_authorization(directive.arg(1))
            }),
            answers_options: all().any(|directive| has(directive, &["options"]) && directive.name != "option"),
            tells_scheme: all().any(|directive| {
                let says = directive.args.iter().any(|arg| arg.split([' ', ':']).any(|word| is_one_of(word, &TELLS_SCHEME)));
                says || directive.is("option", "forwarded")
            }),
        }
    }
}

/// A section.
struct Section<'t> {
    head: &'t Directive,
    own: &'t [Directive],
    file: &'t File,
    /// Authorization is set here.
    is_set_again: bool,
    /// Authorization and cookies are both taken off: requests are made anonymous on purpose.
    is_anonymous: bool,
    /// All requests come over TLS.
    is_tls: bool,
}

impl<'t> Section<'t> {
    fn of(head: &'t Directive, own: &'t [Directive], file: &'t File) -> Self {
        let is_set_again = own.iter().any(|other| other.is("http-request", "set-header") && is_authorization(other.arg(1)));
        let mut binds = own.iter().filter(|directive| directive.name == "bind").peekable();
        let is_tls = binds.peek().is_some() && binds.all(|bind| bind.args.iter().any(|arg| arg == "ssl"));
        let removes = |is: fn(&str) -> bool| own.iter().any(|other| other.is("http-request", "del-header") && is(other.arg(1)));
        let is_anonymous = removes(is_authorization) && removes(is_cookie);
        Self { head, own, file, is_set_again, is_anonymous, is_tls }
    }

    fn findings(&self) -> Vec<ConfigFinding> {
        let mut found: Vec<ConfigFinding> = self.own.iter().filter_map(|directive| self.lost(directive)).collect();
        found.extend(self.two_layers());
        found.extend(self.cors());
        found.extend(self.own.iter().filter_map(|directive| self.misread(directive)));
        found.extend(self.scheme_not_told());
        found
    }

    /// Who asks for a login here, for requests of all kinds.
    fn guard(&self) -> Option<&'t Directive> {
        self.own.iter().find(|directive| directive.is("http-request", "auth"))
    }

    /// True where requests go on to a server.
    fn hands_on(&self) -> bool {
        let goes_on = ["server", "server-template", "use_backend", "default_backend", "balance"];
        self.own.iter().any(|directive| goes_on.contains(&directive.name.as_str()))
    }

    /// A header that is removed or replaced, whatever the request.
    fn lost(&self, directive: &Directive) -> Option<ConfigFinding> {
        let id = "header-stripped-by-proxy";
        if matches!(directive.name.as_str(), "reqdel" | "reqidel") && directive.args.len() == 1 {
            let is_named = directive.arg(0).trim_start_matches('^').to_ascii_lowercase().starts_with("authorization");
            let is_lost = is_named && !self.file.is_guarded;
            return is_lost.then(|| ConfigFinding::at(directive, id, "Authorization is removed before the request goes on", ""));
        }
        if directive.name != "http-request" || is_conditional(directive) || self.file.is_guarded || self.is_anonymous {
            return None;
        }
        let (action, header, value) = (directive.arg(0), directive.arg(1), directive.args.get(2).map_or("", String::as_str));
        let is_fixed = |value: &str| !value.contains(['%', '$', '\\']);
        match action {
            "del-header" if directive.args.len() == 2 && is_authorization(header) => {
                // Taken off and set again is replaced, and is said there.
                (!self.is_set_again).then(|| ConfigFinding::at(directive, id, "Authorization is removed before the request goes on", ""))
            }
            "del-header" if directive.args.len() == 2 && is_cookie(header) && !self.is_public() => {
                Some(ConfigFinding::at(directive, id, "cookies are removed before the request goes on, that of the session included", ""))
            }
            "set-header" if is_authorization(header) && is_fixed(value) => {
                Some(ConfigFinding::at(directive, id, "Authorization is replaced by a fixed value before the request goes on", ""))
            }
            "replace-header" if is_authorization(header) && matches!(value, ".*" | "^.*$" | ".+") => {
                let replaced = directive.args.get(3).is_some_and(|by| is_fixed(by));
                replaced
                    .then(|| ConfigFinding::at(directive, id, "Authorization is replaced by a fixed value before the request goes on", ""))
            }
            _ => None,
        }
    }

    /// True for files that are the same for everybody.
    fn is_public(&self) -> bool {
        super::header::is_public(self.head.arg(0))
    }

    /// HAProxy asks for a login by the header that the application reads too.
    fn two_layers(&self) -> Option<ConfigFinding> {
        let guard = self.guard()?;
        // A service of HAProxy itself beside the applications is what such a login is often for.
        let serves_itself = self.own.iter().any(|directive| directive.is("http-request", "use-service"));
        let asks_for_others = guard.args.iter().any(|arg| arg.to_ascii_lowercase().contains("bearer"));
        if !self.hands_on() || self.file.is_taken_off || asks_for_others || serves_itself {
            return None;
        }
        let message = "HAProxy asks for Basic here and hands the same Authorization on: if the application has a login of its own, its Bearer token can never arrive";
        let write = "http-request del-header Authorization  # behind http-request auth, if the application has no login of its own";
        Some(ConfigFinding::at(guard, "two-layers-share-authorization", message, write))
    }

    /// `X-Forwarded-Proto: http` on a front that speaks TLS alone.
    fn misread(&self, directive: &Directive) -> Option<ConfigFinding> {
        let is_so = directive.name == "http-request"
            && matches!(directive.arg(0), "set-header" | "add-header")
            && directive.arg(1).eq_ignore_ascii_case("X-Forwarded-Proto")
            && directive.arg(2).eq_ignore_ascii_case("http")
            && directive.args.len() == 3;
        if !is_so || !self.is_tls {
            return None;
        }
        let message = "the application is told http, and every request here comes over https";
        let write = "http-request set-header X-Forwarded-Proto https";
        Some(ConfigFinding::at(directive, "server-address-misread", message, write))
    }

    /// `option forwardfor` on a front that speaks TLS alone, and nothing that tells the application of https.
    fn scheme_not_told(&self) -> Option<ConfigFinding> {
        let told = self.own.iter().find(|directive| directive.is("option", "forwardfor"))?;
        let message = "X-Forwarded-For is passed on, and not that requests come over https: the application takes its own address for http";
        let write = "http-request set-header X-Forwarded-Proto https";
        (self.is_tls && !self.file.tells_scheme).then(|| ConfigFinding::at(told, "server-address-misread", message, write))
    }

    fn cors(&self) -> Vec<ConfigFinding> {
        let mut found = Vec::new();
        let mut groups: Vec<(String, Vec<AddedHeader>)> = Vec::new();
        for (condition, header) in self.own.iter().filter_map(added) {
            let is_room = groups.len() < MOST_CONDITIONS;
            match groups.iter_mut().find(|(known, _)| *known == condition) {
                Some((_, group)) => group.push(header),
                None if is_room => groups.push((condition, vec![header])),
                None => {}
            }
        }
        for (condition, group) in &groups {
            let end = if condition.is_empty() { String::new() } else { format!(" {condition}") };
            found.extend(cors::examine(group, |name, value| format!("http-response set-header {name} \"{value}\"{end}")));
        }
        let shared = groups.iter().flat_map(|(_, group)| group).find(|header| header.name.eq_ignore_ascii_case(ORIGIN));
        let (Some(guard), Some(shared)) = (self.guard(), shared) else { return found };
        if !self.file.answers_options {
            found.push(cors::guarded(
                guard,
                "http-request auth unless METH_OPTIONS or { http_auth(users) }  # with the name of the userlist",
            ));
        }
        let line = self.own.iter().find(|directive| directive.line == shared.at.line);
        if line.is_some_and(|line| line.name == "http-response") {
            let message = "http-response leaves out answers of HAProxy itself: of its 401 the page sees a network error";
            let write = format!("http-after-response set-header {} \"{}\"", shared.name, shared.value);
            found.push(ConfigFinding::at(shared.at, "cors-hides-status", message, write));
        }
        found
    }
}

/// True for a rule that counts for some requests alone.
fn is_conditional(directive: &Directive) -> bool {
    directive.args.iter().any(|arg| arg == "if" || arg == "unless")
}

/// `http-response set-header|add-header NAME VALUE`, with its condition.
fn added(directive: &Directive) -> Option<(String, AddedHeader<'_>)> {
    let is_answer = matches!(directive.name.as_str(), "http-response" | "http-after-response");
    let [action, name, value, rest @ ..] = directive.args.as_slice() else { return None };
    let is_set = is_answer && matches!(action.as_str(), "set-header" | "add-header");
    is_set.then(|| (rest.join(" "), AddedHeader { name, value, is_always: true, at: directive.into() }))
}

/// `user NAME password …` whose password is no hash: what is typed is never equal to it (Configuration Manual, userlist).
fn plain_password(user: &Directive) -> Option<ConfigFinding> {
    let at = user.args.iter().position(|arg| arg == "password")?;
    let hash = user.args.get(at + 1)?;
    // Hashes of crypt(3) begin with `$`, as variables do; the oldest are 13 characters.
    let is_hash = hash.starts_with(['$', '_', '%', '<']) || hash.contains(['{', '$']) || hash.len() == 13;
    if user.name != "user" || is_hash {
        return None;
    }
    let message = "password takes a hash of crypt(3), and this is none: no password is ever right";
    let write =
        format!("user {} password …  # as `mkpasswd -m sha-512` prints it; insecure-password takes the password itself", user.arg(0));
    Some(ConfigFinding::at(user, "basic-rejected", message, write))
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::HaProxy, "haproxy.cfg", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn lines_are_read_as_words() {
        assert_eq!(super::words(r#"a "b c" d\ e 'f"g' h"i" # j"#), ["a", "b c", "d e", "f\"g", "hi"]);
        assert!(super::words("   # all of it").is_empty());
        assert_eq!(super::words("set \"\""), ["set", ""]);
    }

    #[test]
    fn a_header_that_is_removed_or_replaced_is_found() {
        for lost in [
            "http-request del-header Authorization",
            "http-request set-header authorization \"Basic abc\"",
            "http-request replace-header Authorization .* x",
            "http-request del-header Cookie",
            "reqidel ^Authorization:.*",
        ] {
            assert_eq!(found(&format!("backend app\n  {lost}\n  server a 10.0.0.1:80\n")), [(2, "header-stripped-by-proxy")], "{lost}");
        }
    }

    #[test]
    fn what_is_handed_on_or_taken_off_on_purpose_is_not_found() {
        for kept in [
            "http-request del-header X-Real-IP",
            "http-request del-header Authorization if { path_beg /public }",
            "http-request set-header Authorization %[req.hdr(X-Token)]",
            "http-request replace-header Authorization ^Token(.*) Bearer\\1",
            "# http-request del-header Authorization",
            "reqidel ^X-Forwarded-For:.*",
        ] {
            assert_eq!(found(&format!("backend app\n  {kept}\n  server a 10.0.0.1:80\n")), [], "{kept}");
        }
        let anonymous = "backend app\n  http-request del-header Authorization\n  http-request del-header Cookie\n  server a 10.0.0.1:80\n";
        assert_eq!(found(anonymous), []);
        let checked = "frontend f\n  http-request deny unless { req.hdr(authorization) -m str \"Bearer x\" }\n  http-request del-header \
                       Authorization\n  default_backend a\n";
        assert_eq!(found(checked), []);
        assert_eq!(found("backend static\n  http-request del-header Cookie\n  server a 10.0.0.1:80\n"), []);
        let guarded = "frontend f\n  http-request auth unless { http_auth(u) }\n  default_backend app\nbackend app\n  http-request del-header \
                       Authorization\n  server a 10.0.0.1:80\n";
        assert_eq!(found(guarded), []);
    }

    #[test]
    fn two_logins_are_found() {
        let text = "frontend f\n  bind :80\n  http-request auth realm x unless { http_auth(u) }\n  default_backend app\n";
        assert_eq!(found(text), [(3, "two-layers-share-authorization")]);
        assert_eq!(found("listen stats\n  bind :80\n  stats enable\n  http-request auth unless { http_auth(u) }\n"), []);
        let others = "frontend f\n  http-request auth unless { req.hdr(authorization) -m beg Bearer }\n  default_backend app\n";
        assert_eq!(found(others), []);
    }

    #[test]
    fn headers_for_pages_of_other_origins_are_found() {
        let head = |headers: &str| format!("backend app\n{headers}\n  server a 10.0.0.1:80\n");
        let origin = "  http-response set-header Access-Control-Allow-Origin";
        assert_eq!(found(&head(&format!("{origin} \"https://a.example\""))), []);
        let credentials = "  http-response set-header Access-Control-Allow-Credentials true";
        assert_eq!(found(&head(&format!("{origin} *\n{credentials}"))), [(2, "credentials-with-wildcard")]);
        assert_eq!(found(&head(&format!("{origin} *\n{credentials} if {{ src 10.0.0.0/8 }}"))), []);
        let headers = "  http-response set-header Access-Control-Allow-Headers \"Content-Type\"";
        assert_eq!(found(&head(&format!("{origin} *\n{headers}"))), [(3, "preflight-omits-authorization")]);
        assert_eq!(found(&head(&format!("{origin} *\n{headers}").replace("Content-Type", "Content-Type, Authorization"))), []);
        let guarded = "  http-request auth unless { http_auth(u) }\n  http-request del-header Authorization\n";
        let both = head(&format!("{guarded}{origin} *"));
        assert_eq!(found(&both), [(2, "preflight-refused"), (4, "cors-hides-status")]);
        let mended = both.replace("auth unless", "auth unless METH_OPTIONS or").replace("http-response", "http-after-response");
        assert_eq!(found(&mended), []);
    }

    #[test]
    fn an_address_that_is_told_wrong_is_found() {
        let front =
            |bind: &str, proto: &str| format!("frontend f\n  bind :443{bind}\n  http-request set-header X-Forwarded-Proto {proto}\n");
        assert_eq!(found(&front(" ssl crt /a.pem", "http")), [(3, "server-address-misread")]);
        for (bind, proto) in [(" ssl crt /a.pem", "https"), ("", "http"), (" ssl crt /a.pem", "http if !{ ssl_fc }")] {
            assert_eq!(found(&front(bind, proto)), [], "{bind} {proto}");
        }
    }

    #[test]
    fn a_scheme_that_the_application_is_not_told_is_found() {
        let front = |bind: &str, more: &str| format!("frontend f\n  bind :443{bind}\n  option forwardfor\n{more}");
        assert_eq!(found(&front(" ssl crt /a.pem", "")), [(3, "server-address-misread")]);
        for (bind, more) in [
            ("", ""),
            (" ssl crt /a.pem", "  http-request set-header X-Forwarded-Proto https\n"),
            (" ssl crt /a.pem", "backend b\n  http-request add-header X-Forwarded-Proto https if { ssl_fc }\n"),
            (" ssl crt /a.pem", "  reqadd X-Forwarded-Proto:\\ https\n"),
        ] {
            assert_eq!(found(&front(bind, more)), [], "{bind}, {more}");
        }
    }

    #[test]
    fn a_password_that_is_no_hash_is_found() {
        assert_eq!(found("userlist u\n  user ann password tulips\n"), [(2, "basic-rejected")]);
        for fine in ["insecure-password tulips", "password $6$abc$def", "password \"${HASH}\"", "password abJnggxhB/yWI"] {
            assert_eq!(found(&format!("userlist u\n  user ann {fine}\n")), [], "{fine}");
        }
    }
}
