//! Locations that decide about logins. By the documentation of nginx: auth_request, proxy_pass_request_body, proxy_read_timeout,
//! limit_req.

use super::Place;
use super::facts::Facts;
use crate::configs::block::location as path;
use crate::configs::directive::Directive;
use crate::domain::server_config::ConfigFinding;

/// The findings of a block.
pub fn examine(place: &Place, facts: &Facts) -> Vec<ConfigFinding> {
    let mut found = Vec::new();
    if place.is_asked(facts) {
        found.extend(body_awaited(place));
        found.extend(too_short(place));
    }
    found.extend(limited(place, facts));
    found
}

/// A length without a body: the server that is asked waits for what never comes.
fn body_awaited(place: &Place) -> Option<ConfigFinding> {
    let off = place.value("proxy_pass_request_body").filter(|body| body.arg(0) == "off")?;
    let is_taken_off = place.effective("proxy_set_header").iter().any(|set| set.arg(0).eq_ignore_ascii_case("Content-Length"));
    let message = "the question of a POST goes with its length and without its body: the server that is asked waits for it";
    (!is_taken_off && place.value("proxy_pass").is_some())
        .then(|| ConfigFinding::at(off, "auth-server-unreachable", message, "proxy_set_header Content-Length \"\";"))
}

/// Less than a second for the answer about a login.
fn too_short(place: &Place) -> Option<ConfigFinding> {
    let time = place.value("proxy_read_timeout").filter(|time| milliseconds(time.arg(0)).is_some_and(|time| time < 1000))?;
    let message = "a slow answer of the server that decides turns into an error for a request with a right credential";
    Some(ConfigFinding::at(time, "auth-server-unreachable", message, "proxy_read_timeout 5s;"))
}

/// A time of one unit; without one it is seconds.
fn milliseconds(time: &str) -> Option<u64> {
    match time.strip_suffix("ms") {
        Some(number) => number.parse().ok(),
        None => time.trim_end_matches('s').parse::<u64>().ok()?.checked_mul(1000),
    }
}

/// A limit that refuses the second request of a login: its form and what the form sends, or OPTIONS and POST.
fn limited(place: &Place, facts: &Facts) -> Option<ConfigFinding> {
    let here = path(place.head).filter(|_| place.head.name == "location")?.to_ascii_lowercase();
    let words = ["login", "signin", "sign-in", "sign_in", "auth", "authenticate", "token", "session", "sessions"];
    let is_login = here.split(['/', '.']).any(|part| words.contains(&part) || part.ends_with("login"));
    let limit: &Directive = place.around.last()?.named("limit_req").first()?;
    let value = |name: &str| limit.args.iter().find_map(|arg| arg.strip_prefix(name));
    let zone = value("zone=")?;
    let pause = facts.pauses.get(zone).copied()?;
    if !is_login || pause < 1.0 || value("burst=").is_some() {
        return None;
    }
    let message = format!("of two requests within {} s the second is refused, also with the right password", pause.ceil());
    Some(ConfigFinding::at(limit, "rate-limited", message, format!("limit_req zone={zone} burst=5 nodelay;")))
}

#[cfg(test)]
mod tests {
    use crate::configs::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Nginx, "nginx.conf", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn what_keeps_the_deciding_server_from_answering_is_found() {
        let asked = |lines: &str| {
            format!(
                "server {{\n location = /auth {{\n{lines}\n proxy_pass http://auth;\n }}\n location / {{\n auth_request /auth;\n proxy_pass \
                 http://app;\n }}\n}}\n"
            )
        };
        assert_eq!(found(&asked(" proxy_pass_request_body off;")), [(3, "auth-server-unreachable")]);
        assert_eq!(found(&asked(" proxy_pass_request_body off;\n proxy_set_header Content-Length \"\";")), []);
        assert_eq!(found(&asked(" proxy_read_timeout 200ms;")), [(3, "auth-server-unreachable")]);
        assert_eq!(found(&asked(" proxy_read_timeout 2s;")), []);
        assert_eq!(found(&asked(" proxy_set_header Authorization \"\";")), [(3, "header-stripped-by-proxy")]);
        assert_eq!(found("location /b {\n proxy_pass_request_body off;\n proxy_read_timeout 200ms;\n proxy_pass http://b;\n}\n"), []);
    }

    #[test]
    fn a_limit_that_refuses_a_login_is_found() {
        let limit = |rate: &str, limit: &str| {
            format!(
                "http {{\n limit_req_zone $a zone=z:1m rate={rate};\n server {{\n location /login {{\n limit_req {limit};\n }}\n }}\n}}\n"
            )
        };
        assert_eq!(found(&limit("5r/m", "zone=z")), [(5, "rate-limited")]);
        for (rate, with) in [("5r/m", "zone=z burst=5"), ("10r/s", "zone=z"), ("5r/m", "zone=other")] {
            assert_eq!(found(&limit(rate, with)), [], "{rate} {with}");
        }
        for path in ["/search", "/authors"] {
            assert_eq!(found(&limit("5r/m", "zone=z").replace("/login", path)), [], "{path}");
        }
        assert_eq!(found(&limit("5r/m", "zone=z").replace("/login", "= /wp-login.php")), [(5, "rate-limited")]);
    }
}
