//! Apache access logs: any `LogFormat` (<https://httpd.apache.org/docs/2.4/mod/mod_log_config.html>). Traefik's text format is
//! combined with four more values (<https://doc.traefik.io/traefik/observability/access-logs/>).
//!
//! ```text
//! 127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326
//! ```

use super::pattern::{Builder, FormatError, Pattern};
use super::role::Role;

pub const COMMON: &str = r#"%h %l %u %t "%r" %>s %b"#;
pub const COMBINED: &str = r#"%h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#;
pub const VHOST_COMBINED: &str = r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#;
/// Requests so far, router, server, and milliseconds.
pub const TRAEFIK: &str = r#"%h - %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %k "%{router}n" "%{server}n" %Dms"#;

/// Compiles the text of a `LogFormat`, or the whole directive.
///
/// # Errors
/// Why it cannot be used.
pub fn compile(format: &str) -> Result<Pattern, FormatError> {
    let format = text_of(format);
    let mut builder = Builder::default();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        builder.text(before.as_bytes());
        let unfinished = || FormatError::Unfinished(format!("%{after}"));
        // Conditions and modifiers: `%>s`, `%!200,304{Referer}i`.
        let directive = after.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>' | '!' | ','));
        let (argument, directive) = match directive.strip_prefix('{') {
            Some(inside) => inside.split_once('}').ok_or_else(unfinished)?,
            None => ("", directive),
        };
        // `%^FB` and `%^ti` have two letters.
        let letters = if directive.starts_with('^') { 3 } else { directive.chars().next().ok_or_else(unfinished)?.len_utf8() };
        let (directive, next) = directive.split_at_checked(letters).ok_or_else(unfinished)?;
        match directive {
            "%" => builder.text(b"%"),
            "t" if argument.is_empty() => {
                builder.text(b"[");
                builder.value(Role::Time);
                builder.text(b"]");
            }
            _ => builder.value(role(directive, argument)),
        }
        rest = next;
    }
    builder.text(rest.as_bytes());
    builder.finish()
}

/// What a directive is.
fn role(directive: &str, argument: &str) -> Role {
    match (directive, argument.to_ascii_lowercase().as_str()) {
        ("h" | "a", _) => Role::Client,
        ("i", "x-forwarded-for") => Role::Forwarded,
        ("u", _) => Role::User,
        ("t", _) => Role::Time,
        ("r", _) => Role::Request,
        ("m", _) => Role::Method,
        ("U", _) => Role::Path,
        ("s", _) => Role::Status,
        ("b" | "B" | "O", _) => Role::Bytes,
        ("i", "user-agent") => Role::Agent,
        ("o", "www-authenticate") => Role::Reason,
        _ => Role::Other,
    }
}

/// The text of a directive: `LogFormat "%h \"%r\" %>s" common`. Anything else is the text itself.
fn text_of(format: &str) -> String {
    let format = format.trim();
    let quoted = format.strip_prefix("LogFormat").or_else(|| format.strip_prefix("CustomLog")).and_then(|rest| rest.split_once('"'));
    let text = quoted.map_or(format, |(_, text)| text);
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted.is_some() => break,
            '\\' => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') | None => {}
                Some(other) => out.push(other),
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::format::{Format, tests::record};

    #[test]
    fn the_line_of_the_documentation() {
        let line = br#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326"#;
        let read = record(&mut Format::apache(COMMON).unwrap(), line);
        assert_eq!((read.at, read.status, read.bytes), (Some(971_211_336), 200, Some(2326)));
        assert_eq!((&*read.client, &*read.user, &*read.path), (&b"127.0.0.1"[..], &b"frank"[..], &b"/apache_pb.gif"[..]));
    }

    #[test]
    fn directives_are_taken_as_they_are_in_the_file() {
        let directive = r#"LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined"#;
        assert_eq!(compile(directive), compile(VHOST_COMBINED));
        let line =
            br#"www.example.org:443 2001:db8::7 - - [10/Oct/2000:13:55:36 -0700] "POST /login HTTP/2.0" 403 199 "-" "say \"hi\" \\""#;
        let read = record(&mut Format::apache(directive).unwrap(), line);
        assert_eq!((&*read.client, read.status), (&b"2001:db8::7"[..], 403));
        assert_eq!(&*read.agent, br#"say \"hi\" \\"#);
    }

    #[test]
    fn modifiers_conditions_and_times_of_one_s_own() {
        let format = r#"%{%Y-%m-%dT%H:%M:%S%z}t %{c}a %m %U%q %!200,304>s %^FB %{WWW-Authenticate}o"#;
        let line = br#"2024-05-13T12:00:00+0200 203.0.113.7 GET /a?b=c 401 - Basic realm="x""#;
        let read = record(&mut Format::apache(format).unwrap(), line);
        assert_eq!((read.at, read.status, &*read.path), (Some(1_715_594_400), 401, &b"/a?b=c"[..]));
        assert_eq!(&*read.reason, br#"Basic realm="x""#);
        assert!(compile("%").is_err() && compile("%{Referer").is_err() && compile("%^F").is_err() && compile("%h").is_err());
    }

    #[test]
    fn traefik_writes_combined_with_more() {
        let line = br#"192.0.2.1 - - [13/May/2024:12:00:00 +0200] "GET /whoami HTTP/1.1" 401 17 "-" "curl/8.5.0" 42 "whoami@docker" "http://172.18.0.3:80" 3ms"#;
        let read = record(&mut Format::apache(TRAEFIK).unwrap(), line);
        assert_eq!((read.at, read.status, &*read.agent), (Some(1_715_594_400), 401, &b"curl/8.5.0"[..]));
    }
}
