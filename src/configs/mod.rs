//! Configuration files of servers: what in them costs a request its credential, and the line to write instead.
//!
//! Reading never fails: what is not understood is passed over. Nothing here opens files: the caller passes a function that reads
//! what a file includes.

pub mod apache;
mod cors;
pub mod directive;
pub mod finding;
pub mod nginx;

use directive::Directive;
pub use finding::ConfigFinding;

/// A server whose configuration can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Nginx,
    Apache,
}

impl Server {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
        }
    }
}

/// Reads what a file includes: gets the pattern as written and returns names and texts.
pub type Includes<'f> = dyn Fn(&str) -> Vec<(String, String)> + 'f;

/// Whose configuration a text is, by its directives; `None` for any other text. A file that is called one need not have those that
/// are known best.
pub fn recognize(name: &str, text: &str) -> Option<Server> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).take(SAMPLE).collect();
    let share = |is: &dyn Fn(&str) -> bool| lines.iter().filter(|line| is(line)).count() as f64 / lines.len().max(1) as f64;
    let first = |line: &str| line.split_whitespace().next().unwrap_or_default().to_string();
    let ends_as_nginx = |line: &str| line.ends_with([';', '{', '}']);
    let of_nginx = share(&|line| NGINX.contains(&first(line).as_str()) && ends_as_nginx(line));
    let of_apache = share(&|line| APACHE.iter().any(|name| first(line).eq_ignore_ascii_case(name)) && !line.ends_with([';', '{']));
    let name = name.to_ascii_lowercase();
    let is_called_one = name.contains(".conf") || name.contains("nginx") || name.ends_with(".htaccess") || name.contains("vhost");
    let is_directive = |line: &str| line.starts_with('<') || line.starts_with(|c: char| c.is_ascii_uppercase()) && line.contains(' ');
    match () {
        () if of_nginx >= KNOWN && of_nginx >= of_apache => Some(Server::Nginx),
        () if of_apache >= KNOWN => Some(Server::Apache),
        () if is_called_one && share(&ends_as_nginx) >= ALIKE => Some(Server::Nginx),
        () if is_called_one && share(&is_directive) >= ALIKE => Some(Server::Apache),
        () => None,
    }
}

/// Lines that are looked at.
const SAMPLE: usize = 2_000;
/// Of other texts a line or two may look like a directive that is known.
const KNOWN: f64 = 0.25;
/// Of a file that is called a configuration nearly all lines have the form of directives; some go on over several lines.
const ALIKE: f64 = 0.7;

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

/// What is found in a configuration, in the order of its lines.
pub fn examine(server: Server, name: &str, text: &str, includes: &Includes) -> Vec<ConfigFinding> {
    let mut found = match server {
        Server::Nginx => nginx::examine(&directive::read_nginx(name, text, includes)),
        Server::Apache => apache::examine(&directive::read_apache(name, text, includes)),
    };
    found.sort_by(|a, b| (a.source != name, &a.source, a.line, a.id).cmp(&(b.source != name, &b.source, b.line, b.id)));
    found.dedup();
    found
}

/// What looks at a block: its head and the blocks around and with it, the outermost first.
type See<'s, 't> = &'s mut dyn FnMut(&Directive, &[&'t [Directive]]);

/// Looks at the file itself, whose head has no name, and then at each block in it. A file that is only included has no block around
/// its directives.
fn each_block<'t>(tree: &'t [Directive], see: See<'_, 't>) {
    fn inside<'t>(tree: &'t [Directive], around: &[&'t [Directive]], see: See<'_, 't>) {
        for directive in tree {
            if let Some(inner) = &directive.block {
                let around = [around, &[inner.as_slice()]].concat();
                see(directive, &around);
                inside(inner, &around, see);
            }
        }
    }
    see(&Directive::default(), &[tree]);
    inside(tree, &[tree], see);
}

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
