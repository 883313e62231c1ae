//! The lines that a front server's configuration needs, by server: one table, so that each fix names the server that answered.

use super::facts::Facts;
use super::finding::Fix;

/// What a front server is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Tell the application its public host.
    PassHost,
    /// Send the CORS headers with errors too.
    CorsOnErrors,
}

use Remedy as R;

/// Server, what it is to do, and the line for it. The first server stands for those that are not known.
const LINES: [(&str, Remedy, &str); 27] = [
    ("nginx", R::PassAuthorization, "proxy_set_header Authorization $http_authorization;"),
    ("nginx", R::DropAuthorization, "proxy_set_header Authorization \"\";"),
    ("nginx", R::NoLogin, "auth_basic off;"),
    ("nginx", R::NoStore, "add_header Cache-Control no-store always;"),
    ("nginx", R::Private, "add_header Cache-Control private always;"),
    ("nginx", R::Challenge, "add_header WWW-Authenticate 'Bearer realm=\"api\"' always;"),
    ("nginx", R::LongHeaders, "large_client_header_buffers 4 32k;"),
    ("nginx", R::ForwardedProto, "proxy_set_header X-Forwarded-Proto $scheme;"),
    ("nginx", R::PassHost, "proxy_set_header Host $http_host;"),
    ("nginx", R::CorsOnErrors, "add_header Access-Control-Allow-Origin $http_origin always;"),
    ("Apache", R::PassAuthorization, "CGIPassAuth On"),
    ("Apache", R::DropAuthorization, "RequestHeader unset Authorization"),
    ("Apache", R::NoLogin, "Require all granted"),
    ("Apache", R::NoStore, "Header always set Cache-Control no-store"),
    ("Apache", R::Private, "Header always set Cache-Control private"),
    ("Apache", R::Challenge, "Header always set WWW-Authenticate 'Bearer realm=\"api\"'"),
    ("Apache", R::LongHeaders, "LimitRequestFieldSize 32768"),
    ("Apache", R::ForwardedProto, "RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}"),
    ("Apache", R::PassHost, "ProxyPreserveHost On"),
    ("Apache", R::CorsOnErrors, "Header always set Access-Control-Allow-Origin expr=%{req:Origin}"),
    ("Caddy", R::DropAuthorization, "header_up -Authorization"),
    ("Caddy", R::NoStore, "header Cache-Control no-store"),
    ("Caddy", R::Private, "header Cache-Control private"),
    ("HAProxy", R::DropAuthorization, "http-request del-header Authorization"),
    ("HAProxy", R::NoStore, "http-response set-header Cache-Control no-store"),
    ("HAProxy", R::LongHeaders, "tune.bufsize 32768"),
    ("HAProxy", R::ForwardedProto, "http-request set-header X-Forwarded-Proto https if { ssl_fc }"),
];

/// Words in a `Server` header or a description, and the server that they mean.
const SERVERS: [(&str, &str); 8] = [
    ("nginx", "nginx"),
    ("openresty", "nginx"),
    ("tengine", "nginx"),
    ("apache", "Apache"),
    ("httpd", "Apache"),
    ("caddy", "Caddy"),
    ("haproxy", "HAProxy"),
    // It reads its own files; a line of another server's would mislead.
    ("iis", "IIS"),
];

impl Remedy {
    /// The fix as a line of configuration for the server that answered; for one that has no such line, the title alone.
    pub fn fix(self, facts: &Facts, title: &str) -> Fix {
        let named = facts.answered("server").or(facts.context.server.as_deref()).unwrap_or_default().to_ascii_lowercase();
        let server = SERVERS.iter().find(|(word, _)| named.contains(word)).map_or(LINES[0].0, |(_, server)| server);
        if self == Self::PassAuthorization && named.contains("mod_wsgi") {
            return Fix::configuration(title, "Apache", "WSGIPassAuthorization On");
        }
        match LINES.iter().find(|(of, remedy, _)| *of == server && *remedy == self) {
            Some((server, _, line)) => Fix::configuration(title, *server, *line),
            None => Fix::action(title),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::FixKind;
    use crate::checks::scene::Scene;

    /// The line that a check proposes when this server answered.
    fn line(server: &str, request: &str, check: &str) -> Option<String> {
        let scene = Scene::new(request, &format!("401\nServer: {server}\n\nmissing bearer token"));
        match scene.find(check).fix.expect("a fix").kind {
            FixKind::Configuration { line, .. } => Some(line),
            _ => None,
        }
    }

    #[test]
    fn each_server_gets_its_own_line() {
        let cached = |server| line(server, "GET http://a.test/", "denial-cacheable");
        assert_eq!(cached("nginx/1.27").as_deref(), Some("add_header Cache-Control no-store always;"));
        assert_eq!(cached("Caddy").as_deref(), Some("header Cache-Control no-store"));
        assert_eq!(cached("Microsoft-IIS/10.0"), None);
        assert_eq!(cached("unheard-of").as_deref(), Some("add_header Cache-Control no-store always;"));
        let stripped = |server| line(server, "GET http://a.test/\nAuthorization: Bearer abcdefghijkl", "header-stripped-by-proxy");
        assert_eq!(stripped("Apache/2.4").as_deref(), Some("CGIPassAuth On"));
        assert_eq!(stripped("Apache/2.4 mod_wsgi/5").as_deref(), Some("WSGIPassAuthorization On"));
    }
}
