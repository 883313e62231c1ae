//! What a configuration of Apache does to credentials. By its documentation: mod_cgi and core (`CGIPassAuth`), mod_headers,
//! mod_auth_basic, mod_wsgi.

use super::block::{Block, count_within, each_block};
use super::cors::{self, AddedHeader, ORIGIN};
use super::directive::Directive;
use super::header::{TELLS_SCHEME, covers, is_of_api, is_of_host, is_one_of};
use crate::domain::server_config::ConfigFinding;

/// The findings of a tree.
pub fn examine(tree: &[Directive]) -> Vec<ConfigFinding> {
    let mut found = Vec::new();
    let file = Directive::default();
    let passes_auth = passes_auth(tree);
    let mut see = |head: &Directive, around: &[Block]| {
        let mut of_block = Place { head, around, passes_auth }.findings();
        count_within(&mut of_block, around);
        found.extend(of_block);
    };
    each_block(&file, tree, &mut see);
    found
}

/// True where a section hands the header on. It counts in sections alone, and those of a program may be anywhere.
fn passes_auth(tree: &[Directive]) -> bool {
    tree.iter().any(|directive| directive.is("cgipassauth", "on") || passes_auth(directive.block.as_deref().unwrap_or_default()))
}

/// A section with those around it, the outermost first.
struct Place<'p, 't> {
    head: &'p Directive,
    around: &'p [Block<'t>],
    /// `CGIPassAuth On` is in the file.
    passes_auth: bool,
}

impl<'t> Place<'_, 't> {
    fn own(&self) -> &'t [Directive] {
        self.around.last().map(|block| block.own).unwrap_or_default()
    }

    /// The directives of these names that count here, also those in sections that only ask for a module.
    fn all(&self, names: &[&str]) -> impl Iterator<Item = &'t Directive> {
        self.around.iter().flat_map(move |block| names.iter().flat_map(|name| block.named(name).iter().copied()))
    }

    fn findings(&self) -> Vec<ConfigFinding> {
        let mut found: Vec<ConfigFinding> = self.own().iter().filter_map(unset).collect();
        found.extend(self.own().iter().filter_map(|directive| self.not_passed(directive)));
        found.extend(self.two_layers());
        found.extend(self.cors());
        found.extend(self.own().iter().filter_map(|directive| self.cookie_domain(directive)));
        found.extend(self.own().iter().filter_map(|directive| self.cookie_path(directive)));
        found.extend(self.scheme_not_told());
        found.extend(self.own().iter().filter_map(|directive| self.redirect(directive)));
        found
    }

    /// Apache keeps Authorization from programs that it runs, unless it is told not to.
    fn not_passed(&self, directive: &Directive) -> Option<ConfigFinding> {
        let is_wsgi = directive.name == "wsgiscriptalias";
        let is_php = directive.name == "sethandler" && directive.arg(0).to_ascii_lowercase().contains("fcgi:")
            || directive.name == "proxypassmatch" && directive.args.iter().any(|arg| arg.starts_with("fcgi:"))
            || directive.name == "scriptalias"
            || directive.is("sethandler", "cgi-script");
        let hands_on = |directive: &Directive| match directive.name.as_str() {
            "wsgipassauthorization" | "cgipassauth" => directive.arg(0).eq_ignore_ascii_case("on"),
            "setenvif" | "setenvifnocase" => directive.arg(0).eq_ignore_ascii_case("authorization"),
            "rewriterule" => directive.args.iter().any(|arg| arg.to_ascii_uppercase().contains("HTTP_AUTHORIZATION")),
            "requestheader" => directive.args.iter().any(|arg| arg.eq_ignore_ascii_case("authorization")),
            _ => false,
        };
        let names = ["wsgipassauthorization", "cgipassauth", "setenvif", "setenvifnocase", "rewriterule", "requestheader"];
        let is_kept = is_wsgi || is_php && !self.passes_auth;
        if !is_kept || self.all(&names).any(hands_on) {
            return None;
        }
        let write = match self.head.name.as_str() {
            _ if is_wsgi => "WSGIPassAuthorization On",
            // It is refused outside of sections for paths.
            "" | "virtualhost" => "CGIPassAuth On  # in the <Directory> of the program, or in its .htaccess",
            _ => "CGIPassAuth On",
        };
        Some(ConfigFinding::at(directive, "header-stripped-by-proxy", "Apache keeps Authorization from the program behind it", write))
    }

    fn guard(&self) -> Option<&'t Directive> {
        let is_guard = |directive: &&Directive| {
            directive.name == "require" && ["valid-user", "user", "group"].iter().any(|kind| directive.arg(0).eq_ignore_ascii_case(kind))
        };
        self.own().iter().find(is_guard)
    }

    /// Apache asks for a login by the header that the application reads too.
    fn two_layers(&self) -> Option<ConfigFinding> {
        let guard = self.guard()?;
        let is_basic = self.all(&["authtype"]).any(|kind| kind.is("authtype", "basic"));
        let hands_on = self.all(&["proxypass", "proxypassmatch"]).next().is_some() || self.all(&["rewriterule"]).any(is_proxied);
        let message = "Apache asks for Basic here and hands the same Authorization on: a Bearer token can never arrive";
        (is_basic && hands_on).then(|| ConfigFinding::at(guard, "two-layers-share-authorization", message, "Require all granted"))
    }

    /// `ProxyPassReverseCookieDomain INTERNAL PUBLIC`, with a domain that none of the names of this host belongs to.
    fn cookie_domain(&self, directive: &Directive) -> Option<ConfigFinding> {
        if directive.name != "proxypassreversecookiedomain" {
            return None;
        }
        let to = directive.arg(1).trim_start_matches('.');
        let names = self.all(&["servername", "serveralias"]).flat_map(|names| &names.args);
        let names: Vec<&str> =
            names.map(|name| name.rsplit("://").next().unwrap_or_default().split(':').next().unwrap_or_default()).collect();
        let is_plain = |name: &&str| name.contains('.') && !name.contains(['$', '%', '*', '?']);
        if !is_plain(&to) || names.is_empty() || !names.iter().all(is_plain) || names.iter().any(|name| is_of_host(to, name)) {
            return None;
        }
        let first = names.first()?;
        let message = format!("cookies are given for {to}, and this host is {first}: the browser refuses them");
        let write = format!("ProxyPassReverseCookieDomain {} {first}", directive.arg(0));
        Some(ConfigFinding::at(directive, "session-cookie-withheld", message, write))
    }

    /// `ProxyPassReverseCookiePath INTERNAL PUBLIC`, with a path under which nothing is handed on.
    fn cookie_path(&self, directive: &Directive) -> Option<ConfigFinding> {
        let to = directive.arg(1);
        if directive.name != "proxypassreversecookiepath" || !to.starts_with('/') || to.contains(['$', '%']) {
            return None;
        }
        let here = Some(self.head.arg(0)).filter(|_| self.head.name == "location");
        let mounts: Vec<&str> = self.all(&["proxypass"]).map(|pass| pass.arg(0)).filter(|path| path.starts_with('/')).chain(here).collect();
        if mounts.is_empty() || mounts.iter().any(|mount| covers(to, mount) || covers(mount, to)) {
            return None;
        }
        let first = mounts.first()?;
        let message = format!("cookies are given for {to}, and the application is under {first}: the browser never sends them there");
        let write = format!("ProxyPassReverseCookiePath {} {first}", directive.arg(0));
        Some(ConfigFinding::at(directive, "session-cookie-withheld", message, write))
    }

    /// An application behind TLS that is told its host and not its scheme: `X-Forwarded-Host` goes on by itself, `X-Forwarded-Proto`
    /// does not (mod_proxy, "X-Forwarded Request Headers").
    fn scheme_not_told(&self) -> Option<ConfigFinding> {
        let is_on = |name: &str| self.all(&[name]).any(|directive| directive.is(name, "on"));
        let tells = |directive: &Directive| directive.args.iter().any(|arg| is_one_of(arg, &TELLS_SCHEME));
        let pass = self.own().iter().find(|pass| pass.name == "proxypass" && pass.arg(1).starts_with("http://"))?;
        if !is_on("sslengine") || !is_on("proxypreservehost") || self.all(&["requestheader"]).any(tells) {
            return None;
        }
        let message = "the host is passed on, and not that requests come over https: the application takes its own address for http";
        Some(ConfigFinding::at(pass, "server-address-misread", message, "RequestHeader set X-Forwarded-Proto https"))
    }

    /// `Redirect permanent / https://…` for an API: a POST comes back as a GET (RFC 9110, 15.4.2).
    fn redirect(&self, directive: &Directive) -> Option<ConfigFinding> {
        let hosts: Vec<&str> = self.all(&["servername", "serveralias"]).flat_map(|names| &names.args).map(String::as_str).collect();
        let (from, to) = match directive.args.as_slice() {
            [status, from, to] if ["permanent", "temp", "301", "302"].iter().any(|code| code.eq_ignore_ascii_case(status)) => (from, to),
            [from, to] => (from, to),
            _ => return None,
        };
        let moves = directive.name == "redirect" && to.contains("://");
        let is_api = is_of_api(from, &hosts) || self.head.name == "location" && is_of_api(self.head.arg(0), &[]);
        let message = "a POST to here comes back as a GET: clients change the method after 301 and 302";
        let write = format!("Redirect 308 {from} {to}");
        (moves && is_api).then(|| ConfigFinding::at(directive, "redirect-changes-method", message, write))
    }

    fn cors(&self) -> Vec<ConfigFinding> {
        let own: Vec<AddedHeader> = self.own().iter().filter_map(added).collect();
        // Fonts and images are refused to nobody.
        let is_of_files = self.head.name.starts_with("files");
        let own = if is_of_files { Vec::new() } else { own };
        let mut found = cors::examine(&own, |name, value| format!("Header always set {name} \"{value}\""));
        let is_shared = self.all(&["header"]).filter_map(added).any(|header| header.name.eq_ignore_ascii_case(ORIGIN));
        let answers_options = self.all(&["limit", "limitexcept", "require", "rewritecond"]).any(|directive| {
            directive.name.starts_with("limit") && directive.args.iter().any(|arg| arg.eq_ignore_ascii_case("options"))
                || directive.name == "require"
                    && directive.is("require", "method")
                    && directive.args.iter().any(|arg| arg.eq_ignore_ascii_case("options"))
                || directive.name == "rewritecond" && directive.args.iter().any(|arg| arg.to_ascii_uppercase().contains("OPTIONS"))
        });
        if let Some(guard) = self.guard().filter(|_| is_shared && !answers_options) {
            found.push(cors::guarded(guard, "Require method OPTIONS  # beside Require valid-user, in <RequireAny>"));
        }
        found
    }
}

/// A `RewriteRule` with the flag `P`, which hands the request on.
fn is_proxied(directive: &Directive) -> bool {
    let flags = directive.args.last().and_then(|last| last.strip_prefix('[')?.strip_suffix(']')).unwrap_or_default();
    directive.name == "rewriterule" && flags.split(',').any(|flag| matches!(flag.trim(), "P" | "proxy"))
}

/// `RequestHeader unset Authorization`, or `RequestHeader set Authorization ""`.
fn unset(directive: &Directive) -> Option<ConfigFinding> {
    let words: Vec<String> = directive.args.iter().map(|arg| arg.to_ascii_lowercase()).collect();
    let is_unset = directive.name == "requestheader" && words.first().is_some_and(|word| word == "unset");
    let is_emptied = directive.name == "requestheader" && words == ["set", "authorization", ""];
    let is_so = is_unset && words.get(1).is_some_and(|name| name == "authorization") && words.len() == 2 || is_emptied;
    is_so.then(|| ConfigFinding::at(directive, "header-stripped-by-proxy", "Authorization is removed before the request goes on", ""))
}

/// `Header [always] set|add|append|merge NAME VALUE`.
fn added(directive: &Directive) -> Option<AddedHeader<'_>> {
    let is_always = directive.is("header", "always");
    let rest = directive.args.get(usize::from(is_always)..)?;
    let [action, name, value, ..] = rest else { return None };
    let is_set = directive.name == "header" && ["set", "add", "append", "merge"].iter().any(|known| action.eq_ignore_ascii_case(known));
    is_set.then_some(AddedHeader { name, value, is_always, at: directive.into() })
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Apache, ".htaccess", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn a_header_that_does_not_reach_the_program_is_found() {
        assert_eq!(found("RequestHeader unset Authorization\n"), [(1, "header-stripped-by-proxy")]);
        assert_eq!(found("RequestHeader set Authorization \"\"\n"), [(1, "header-stripped-by-proxy")]);
        assert_eq!(found("WSGIScriptAlias / /srv/app.wsgi\n"), [(1, "header-stripped-by-proxy")]);
        let php = "<FilesMatch \\.php$>\n  SetHandler \"proxy:fcgi://127.0.0.1:9000\"\n</FilesMatch>\n";
        assert_eq!(found(php), [(2, "header-stripped-by-proxy")]);
        for handed_on in [
            "CGIPassAuth On",
            "SetEnvIf Authorization \"(.*)\" HTTP_AUTHORIZATION=$1",
            "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
        ] {
            assert_eq!(found(&format!("{handed_on}\n{php}")), [], "{handed_on}");
            assert_eq!(found(&format!("<IfModule mod_setenvif.c>\n{handed_on}\n</IfModule>\n{php}")), [], "{handed_on}");
        }
        assert_eq!(found("ScriptAlias /cgi /srv/cgi\n<Directory /srv/cgi>\nCGIPassAuth On\n</Directory>\n"), []);
        assert_eq!(
            found("ScriptAlias /cgi /srv/cgi\n<Directory /srv/cgi>\nCGIPassAuth Off\n</Directory>\n"),
            [(1, "header-stripped-by-proxy")]
        );
        assert_eq!(found("WSGIPassAuthorization On\nWSGIScriptAlias / /srv/app.wsgi\n"), []);
        assert_eq!(found("RequestHeader unset Authorization early env=x\nRequestHeader unset Cookie\n"), []);
    }

    #[test]
    fn two_logins_and_headers_for_pages_are_found() {
        let guarded = "<Location />\n  AuthType Basic\n  Require valid-user\n  ProxyPass http://app/\n</Location>\n";
        assert_eq!(found(guarded), [(3, "two-layers-share-authorization")]);
        assert_eq!(found("AuthType Basic\nAuthUserFile x\nRequire valid-user\n"), []);
        let rewritten = |flags: &str| format!("AuthType Basic\nRequire valid-user\nRewriteRule ^(.*)$ http://app/$1 [{flags}]\n");
        assert_eq!(found(&rewritten("P,L")), [(2, "two-layers-share-authorization")]);
        assert_eq!(found(&rewritten("PT,QSA")), []);
        assert_eq!(found("Header set Access-Control-Allow-Origin \"https://a.example\"\n"), [(1, "cors-hides-status")]);
        assert_eq!(found("Header always set Access-Control-Allow-Origin \"https://a.example\"\n"), []);
        let preflight = "Header always set Access-Control-Allow-Origin \"https://a.example\"\nAuthType Basic\nRequire valid-user\n";
        assert_eq!(found(preflight), [(3, "preflight-refused")]);
        assert_eq!(found(&preflight.replace("Require valid-user", "<LimitExcept OPTIONS>\nRequire valid-user\n</LimitExcept>")), []);
    }

    #[test]
    fn what_the_application_is_not_told_of_its_address_is_found() {
        let host = |more: &str| format!("<VirtualHost *:443>\n SSLEngine on\n ProxyPass / http://app/\n {more}\n</VirtualHost>\n");
        assert_eq!(found(&host("ProxyPreserveHost On")), [(3, "server-address-misread")]);
        assert_eq!(found(&host("ProxyPreserveHost On\n RequestHeader set X-Forwarded-Proto \"https\"")), []);
        assert_eq!(found(&host("ProxyPreserveHost Off")), []);
        assert_eq!(found(&host("ProxyPreserveHost On").replace("http://app", "https://app")), []);
        assert_eq!(found(&host("ProxyPreserveHost On").replace("SSLEngine on", "")), []);
    }

    #[test]
    fn redirects_of_an_api_are_found() {
        let host = |name: &str, redirect: &str| format!("<VirtualHost *:80>\n ServerName {name}\n {redirect}\n</VirtualHost>\n");
        let changes = [(3, "redirect-changes-method")];
        assert_eq!(found(&host("api.example.com", "Redirect permanent / https://api.example.com/")), changes);
        assert_eq!(found(&host("www.example.com", "Redirect /api https://www.example.com/api")), changes);
        for (name, redirect) in [
            ("www.example.com", "Redirect permanent / https://www.example.com/"),
            ("api.example.com", "Redirect 308 / https://api.example.com/"),
            ("api.example.com", "Redirect /old /new"),
        ] {
            assert_eq!(found(&host(name, redirect)), [], "{name}, {redirect}");
        }
    }

    #[test]
    fn cookies_that_cannot_come_back_are_found() {
        let host =
            |line: &str| format!("<VirtualHost *:80>\n ServerName www.example.org\n ProxyPass /app http://app/\n {line}\n</VirtualHost>\n");
        assert_eq!(found(&host("ProxyPassReverseCookieDomain app.internal example.com")), [(4, "session-cookie-withheld")]);
        assert_eq!(found(&host("ProxyPassReverseCookieDomain app.internal .example.org")), []);
        assert_eq!(found(&host("ProxyPassReverseCookiePath / /other")), [(4, "session-cookie-withheld")]);
        assert_eq!(found(&host("ProxyPassReverseCookiePath / /app")), []);
        assert_eq!(found(&host("ProxyPassReverseCookiePath /app /")), []);
    }
}
