//! What an application behind nginx learns of its public address, and redirects that cost a request its method or its credential.
//! By the documentation of nginx: proxy_set_header (Host is `$proxy_host` unless it is set), listen, return; RFC 9110, 15.4.

use super::Place;
use crate::configs::block::location as path;
use crate::configs::directive::Directive;
use crate::configs::header::{TELLS_ADDRESS, TELLS_SCHEME, is_of_api, is_one_of};
use crate::domain::server_config::ConfigFinding;

const ID: &str = "server-address-misread";

/// The findings of a block that hands requests on. Where nothing is told of the client, nothing is said: the application may not ask.
pub fn examine(place: &Place, pass: &Directive) -> Vec<ConfigFinding> {
    let told = place.effective("proxy_set_header");
    let first_of = |names: &[&str]| told.iter().find(|set| is_one_of(set.arg(0), names)).copied();
    let mut found = Vec::new();
    let is_tls = comes_over_tls(place);
    if let Some(wrong) = first_of(&["X-Forwarded-Proto"]).filter(|set| is_tls && set.arg(1).eq_ignore_ascii_case("http")) {
        let message = "the application is told http, and requests come here over https";
        found.push(ConfigFinding::at(wrong, ID, message, "proxy_set_header X-Forwarded-Proto $scheme;"));
    }
    let Some(client) = first_of(&TELLS_ADDRESS).filter(|_| pass.name == "proxy_pass") else { return found };
    if is_tls && pass.arg(0).starts_with("http://") && first_of(&TELLS_SCHEME).is_none() {
        let message = format!(
            "{} is passed on, and not that requests come over https: the application takes its own address for http",
            client.arg(0)
        );
        found.push(ConfigFinding::at(client, ID, message, "proxy_set_header X-Forwarded-Proto $scheme;"));
    }
    if let Some(inner) = inner_host(pass).filter(|_| first_of(&["Host", "X-Forwarded-Host", "Forwarded"]).is_none()) {
        let message = format!("{} is passed on, and not the host that was asked: the application takes its own for {inner}", client.arg(0));
        found.push(ConfigFinding::at(client, ID, message, "proxy_set_header Host $host;"));
    }
    found
}

/// True where requests of a server come over TLS. A server may listen without it too.
fn comes_over_tls(place: &Place) -> bool {
    let listens = place.around.iter().flat_map(|block| block.named("listen"));
    let is_on = |block: &crate::configs::block::Block| block.named("ssl").iter().any(|ssl| ssl.arg(0) == "on");
    listens.into_iter().any(|listen| listen.args.iter().any(|arg| arg == "ssl")) || place.around.iter().any(is_on)
}

/// The host that requests are handed on to, unless it may be a public one, which must get its own name.
fn inner_host(pass: &Directive) -> Option<&str> {
    let host = pass.arg(0).split_once("://")?.1.split('/').next()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_address = name.parse::<std::net::Ipv4Addr>().is_ok() || name.starts_with('[');
    (!host.is_empty() && !host.contains('$') && !host.starts_with("unix") && (is_address || !name.contains('.'))).then_some(host)
}

/// `return 301 https://…` for an API: a POST comes back as a GET, and to another host without its Authorization.
pub fn redirects(place: &Place) -> Vec<ConfigFinding> {
    let names: Vec<&str> = place.effective("server_name").into_iter().flat_map(|names| &names.args).map(String::as_str).collect();
    let is_api = path(place.head).is_some_and(|path| is_of_api(path, &[])) || is_of_api("", &names);
    let own = place.around.last().map(|block| block.named("return")).unwrap_or_default();
    let moves = |code: &str| matches!(code, "301" | "302" | "307" | "308");
    let Some(redirect) = own.iter().find(|redirect| moves(redirect.arg(0))).filter(|_| is_api) else { return Vec::new() };
    let Some(rest) = redirect.arg(1).split_once("://").map(|(_, rest)| rest) else { return Vec::new() };
    let host = rest.split(['/', ':', '$']).next().unwrap_or_default();
    let mut found = Vec::new();
    if matches!(redirect.arg(0), "301" | "302") {
        let message = "a POST to here comes back as a GET: clients change the method after 301 and 302";
        found.push(ConfigFinding::at(*redirect, "redirect-changes-method", message, format!("return 308 {};", redirect.arg(1))));
    }
    let is_plain = |name: &&str| !name.starts_with(['*', '~', '.', '_']);
    if !host.is_empty() && !names.is_empty() && names.iter().all(is_plain) && !names.iter().any(|name| name.eq_ignore_ascii_case(host)) {
        let message = format!("clients that follow this to {host} leave Authorization out: it is another host");
        found.push(ConfigFinding::at(*redirect, "header-dropped-on-redirect", message, format!("# let clients ask https://{host} itself")));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::configs::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Nginx, "nginx.conf", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn what_the_application_is_not_told_of_its_address_is_found() {
        let server = |listen: &str, headers: &str, pass: &str| {
            let headers: String = headers.split(',').map(|header| format!("proxy_set_header {header};")).collect();
            format!("server {{\n listen {listen};\n location / {{\n  {headers}\n  proxy_pass {pass};\n }}\n}}\n")
        };
        let misread = [(4, "server-address-misread")];
        assert_eq!(found(&server("443 ssl", "Host $host,X-Forwarded-For $remote_addr", "http://app:3000")), misread);
        assert_eq!(found(&server("80", "X-Real-IP $remote_addr", "http://127.0.0.1:3000")), misread);
        assert_eq!(found(&server("443 ssl", "Host $host,X-Forwarded-Proto http", "http://app")), misread);
        for (listen, headers, pass) in [
            ("443 ssl", "Host $host,X-Forwarded-For $remote_addr,X-Forwarded-Proto $scheme", "http://app:3000"),
            ("443 ssl", "Host $host,X-Forwarded-For $remote_addr,X-Scheme $scheme", "http://app:3000"),
            ("443 ssl", "Host $host,X-Forwarded-For $remote_addr", "https://app:3000"),
            ("443 ssl", "Host $host", "http://app:3000"),
            ("80", "Host $host,X-Forwarded-For $remote_addr", "http://app:3000"),
            ("80", "X-Forwarded-Host $host,X-Forwarded-For $remote_addr", "http://app:3000"),
            ("80", "X-Real-IP $remote_addr", "http://$upstream"),
            ("80", "X-Real-IP $remote_addr", "https://api.example.com"),
        ] {
            assert_eq!(found(&server(listen, headers, pass)), [], "{listen}, {headers}, {pass}");
        }
    }

    #[test]
    fn redirects_of_an_api_are_found() {
        let server = |name: &str, redirect: &str| format!("server {{\n server_name {name};\n {redirect};\n}}\n");
        let changes = [(3, "redirect-changes-method")];
        assert_eq!(found(&server("api.example.com", "return 301 https://$host$request_uri")), changes);
        assert_eq!(found(&server("api.example.com", "return 301 https://api.example.com$request_uri")), changes);
        let moved = server("api.example.com", "return 308 https://api.example.org$request_uri");
        assert_eq!(found(&moved), [(3, "header-dropped-on-redirect")]);
        for (name, redirect) in [
            ("www.example.com", "return 301 https://$host$request_uri"),
            ("api.example.com", "return 308 https://$host$request_uri"),
            ("api.example.com", "return 301 /v2"),
            ("api.example.com", "return 404"),
            ("capital.example.com", "return 301 https://$host$request_uri"),
            ("*.api.example.com", "return 308 https://api.example.org$request_uri"),
        ] {
            assert_eq!(found(&server(name, redirect)), [], "{name}, {redirect}");
        }
        assert_eq!(found("location /api/ {\n return 302 https://$host$request_uri;\n}\n"), [(2, "redirect-changes-method")]);
        assert_eq!(found("location /apiary/ {\n return 302 https://$host$request_uri;\n}\n"), []);
    }
}
