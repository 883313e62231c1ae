//! Whose configuration a text is.

use super::tree::Node;
use super::{Server, caddy_json, envoy, haproxy, ingress, traefik, tree};

/// Lines that are looked at.
const SAMPLE: usize = 2_000;
/// Of other texts a line or two may look like a directive that is known.
const KNOWN: f64 = 0.25;
/// Of a file that is called a configuration nearly all lines have the form of directives; some go on over several lines.
const ALIKE: f64 = 0.7;

/// Whose configuration a text is, by its directives; `None` for any other text. A file that is called one need not have those that
/// are known best.
pub fn recognize(name: &str, text: &str) -> Option<Server> {
    let name = name.to_ascii_lowercase();
    if [".yaml", ".yml", ".json", ".toml"].iter().any(|end| name.ends_with(end)) {
        return of_tree(&name, text);
    }
    of_lines(&name, text).or_else(|| of_tree(&name, text))
}

/// By the form of its lines.
fn of_lines(name: &str, text: &str) -> Option<Server> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).take(SAMPLE).collect();
    let share = |is: &dyn Fn(&str) -> bool| lines.iter().filter(|line| is(line)).count() as f64 / lines.len().max(1) as f64;
    let first = |line: &str| line.split_whitespace().next().unwrap_or_default().to_string();
    let ends_as_nginx = |line: &str| line.ends_with([';', '{', '}']);
    let of_nginx = share(&|line| NGINX.contains(&first(line).as_str()) && ends_as_nginx(line));
    let of_apache = share(&|line| APACHE.iter().any(|name| first(line).eq_ignore_ascii_case(name)) && !line.ends_with([';', '{']));
    let of_caddy = share(&|line| CADDY.contains(&first(line).as_str()) && !line.ends_with(';'));
    let of_haproxy = share(&|line| HAPROXY.contains(&first(line).as_str()) && !line.ends_with([';', '{']));
    let has = |names: &[&str]| lines.iter().any(|line| names.contains(&first(line).as_str()));
    let begins_section = lines.first().is_some_and(|line| haproxy::SECTIONS.contains(&first(line).as_str()));
    let is_called_one = name.contains(".conf") || name.contains("nginx") || name.ends_with(".htaccess") || name.contains("vhost");
    let is_caddyfile = name.contains("caddyfile") || name.ends_with(".caddy");
    let opens_block = lines.iter().any(|line| line.ends_with('{'));
    let is_directive = |line: &str| line.starts_with('<') || line.starts_with(|c: char| c.is_ascii_uppercase()) && line.contains(' ');
    match () {
        () if is_caddyfile && !lines.is_empty() && of_caddy >= of_nginx => Some(Server::Caddy),
        () if begins_section && of_haproxy >= KNOWN && of_haproxy >= of_nginx => Some(Server::HaProxy),
        () if of_nginx >= KNOWN && of_nginx >= of_apache => Some(Server::Nginx),
        () if opens_block
            && of_caddy >= KNOWN
            && of_caddy > of_apache
            && has(&["reverse_proxy", "file_server", "php_fastcgi", "handle"]) =>
        {
            Some(Server::Caddy)
        }
        () if of_apache >= KNOWN => Some(Server::Apache),
        () if is_called_one && share(&ends_as_nginx) >= ALIKE => Some(Server::Nginx),
        () if is_called_one && share(&is_directive) >= ALIKE => Some(Server::Apache),
        () => None,
    }
}

/// By the members of YAML, JSON or TOML; a text without any of the names is not read.
fn of_tree(name: &str, text: &str) -> Option<Server> {
    if text.len() > tree::LONGEST || !NAMES.iter().any(|known| text.contains(known)) {
        return None;
    }
    if name.ends_with(".toml") {
        return tree::read_toml(text).filter(traefik::is_one).map(|_| Server::Traefik);
    }
    let roots = tree::read(text);
    let is_any = |is_one: fn(&Node) -> bool| roots.iter().any(is_one);
    match () {
        () if is_any(caddy_json::is_one) => Some(Server::CaddyJson),
        () if is_any(envoy::is_one) => Some(Server::Envoy),
        () if is_any(traefik::is_one) => Some(Server::Traefik),
        () if is_any(ingress::is_one) => Some(Server::Ingress),
        () => None,
    }
}

/// Names of which a configuration in YAML, JSON or TOML has at least one.
const NAMES: [&str; 21] = [
    "static_resources",
    "staticResources",
    "dynamic_resources",
    "filter_chains",
    "http_filters",
    "virtual_hosts",
    "type.googleapis.com/envoy.",
    "EnvoyFilter",
    "middlewares",
    "Middlewares",
    "routers",
    "Routers",
    "entryPoints",
    "entrypoints",
    "EntryPoints",
    "loadBalancer",
    "loadbalancer",
    "traefik.io/",
    "traefik.containo.us/",
    "nginx.ingress.kubernetes.io/",
    "\"apps\"",
];

/// Directives of HAProxy, with the heads of its sections.
const HAPROXY: [&str; 36] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "userlist",
    "peers",
    "resolvers",
    "bind",
    "mode",
    "balance",
    "server",
    "option",
    "timeout",
    "acl",
    "use_backend",
    "default_backend",
    "http-request",
    "http-response",
    "http-after-response",
    "log",
    "maxconn",
    "stats",
    "cookie",
    "errorfile",
    "redirect",
    "tcp-request",
    "stick-table",
    "stick",
    "reqadd",
    "rspadd",
    "reqidel",
    "daemon",
    "retries",
    "user",
    "nameserver",
];

/// Directives of Caddy.
const CADDY: [&str; 32] = [
    "reverse_proxy",
    "file_server",
    "encode",
    "tls",
    "handle",
    "handle_path",
    "handle_errors",
    "route",
    "header",
    "header_up",
    "header_down",
    "basic_auth",
    "basicauth",
    "forward_auth",
    "import",
    "respond",
    "redir",
    "root",
    "try_files",
    "php_fastcgi",
    "log",
    "request_header",
    "rewrite",
    "uri",
    "templates",
    "copy_headers",
    "admin",
    "email",
    "auto_https",
    "output",
    "transport",
    "abort",
];

/// Directives that only nginx has, or that it has in this form.
const NGINX: [&str; 16] = [
    "server",
    "location",
    "proxy_pass",
    "proxy_set_header",
    "add_header",
    "upstream",
    "http",
    "events",
    "listen",
    "server_name",
    "fastcgi_pass",
    "auth_basic",
    "auth_request",
    "proxy_cache",
    "uwsgi_pass",
    "root",
];

/// Directives of Apache.
const APACHE: [&str; 24] = [
    "AuthType",
    "AuthName",
    "AuthUserFile",
    "Require",
    "RewriteEngine",
    "RewriteRule",
    "RewriteCond",
    "Header",
    "RequestHeader",
    "ProxyPass",
    "ProxyPassReverse",
    "SetEnvIf",
    "SetEnvIfNoCase",
    "CGIPassAuth",
    "WSGIScriptAlias",
    "WSGIPassAuthorization",
    "<VirtualHost",
    "<Directory",
    "<Location",
    "<IfModule",
    "<Files",
    "<FilesMatch",
    "ServerName",
    "DocumentRoot",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_told_from_other_texts() {
        for (text, server) in [
            ("server {\n  listen 80;\n  location / {\n    proxy_pass http://app;\n  }\n}\n", Some(Server::Nginx)),
            ("# ours\nproxy_set_header Authorization \"\";\n", Some(Server::Nginx)),
            ("AuthType Basic\nAuthName \"x\"\nRequire valid-user\n", Some(Server::Apache)),
            ("<VirtualHost *:80>\nProxyPass / http://app/\n</VirtualHost>\n", Some(Server::Apache)),
            ("GET https://api.example/\nAuthorization: Bearer x\n", None),
            ("{\"log\":{\"entries\":[]}}", None),
            ("", None),
            ("header one\nrequire two\nthree\nfour\nfive\nsix\nseven\neight\nnine\n", None),
        ] {
            assert_eq!(recognize("a", text), server, "{text}");
        }
        for (name, text, server) in [
            ("ssl.conf", "ssl_protocols TLSv1.2;\nssl_stapling on;\n", Some(Server::Nginx)),
            ("tls.conf", "SSLProtocol all -SSLv3\nSSLHonorCipherOrder on\n", Some(Server::Apache)),
            ("a.c", "int main(void) {\n  return f(0);\n}\n", None),
            ("my.conf", "[mysqld]\nport=3306\nuser=mysql\n", None),
        ] {
            assert_eq!(recognize(name, text), server, "{name}");
        }
    }
}
