//! nginx access logs: any `log_format` (<https://nginx.org/en/docs/http/ngx_http_log_module.html>, and its variables in
//! <https://nginx.org/en/docs/varindex.html>).
//!
//! ```text
//! 203.0.113.7 - ann [10/Oct/2000:13:55:36 -0700] "GET /v1/users HTTP/1.1" 401 2326 "https://example.org/" "curl/8.5.0"
//! ```

use super::pattern::{Builder, FormatError, Pattern};
use super::role::Role;

/// The format that nginx has built in.
pub const COMBINED: &str =
    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#;

/// What the packages of nginx call `main`: combined, and who the request was forwarded for.
pub const MAIN: &str = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for""#;

/// Compiles the text of a `log_format`, or the whole directive.
///
/// # Errors
/// Why it cannot be used.
pub fn compile(format: &str) -> Result<Pattern, FormatError> {
    compile_with(&text_of(format), role)
}

/// Compiles a format whose variables have the meaning that a function gives.
pub fn compile_with(format: &str, role: fn(&str) -> Role) -> Result<Pattern, FormatError> {
    let mut builder = Builder::default();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('$') {
        builder.text(before.as_bytes());
        let (name, next) = match after.strip_prefix('{') {
            Some(inside) => inside.split_once('}').ok_or_else(|| FormatError::Unfinished(format!("${after}")))?,
            None => {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                after.split_at_checked(end).unwrap_or((after, ""))
            }
        };
        builder.value(role(name));
        rest = next;
    }
    builder.text(rest.as_bytes());
    builder.finish()
}

/// What a variable is.
pub fn role(variable: &str) -> Role {
    match variable {
        "remote_addr" | "realip_remote_addr" | "http_x_real_ip" | "http_cf_connecting_ip" => Role::Client,
        "http_x_forwarded_for" | "proxy_add_x_forwarded_for" => Role::Forwarded,
        "remote_user" => Role::User,
        "time_local" | "time_iso8601" | "msec" => Role::Time,
        "request" => Role::Request,
        "request_method" => Role::Method,
        "request_uri" | "uri" | "document_uri" => Role::Path,
        "status" => Role::Status,
        "body_bytes_sent" | "bytes_sent" => Role::Bytes,
        "http_user_agent" => Role::Agent,
        "sent_http_www_authenticate" | "upstream_http_www_authenticate" => Role::Reason,
        list if list.starts_with("upstream_") => Role::OtherList,
        _ => Role::Other,
    }
}

/// The text of a directive: `log_format main escape=default '…' '…';`. Anything else is the text itself.
pub fn text_of(format: &str) -> String {
    let Some(directive) = format.trim().strip_prefix("log_format").filter(|rest| rest.starts_with(char::is_whitespace)) else {
        return format.trim().to_string();
    };
    let mut text = String::new();
    let mut quote = None;
    let mut is_escaped = false;
    for c in directive.chars() {
        match quote {
            Some(_) if is_escaped => {
                is_escaped = false;
                text.push(c);
            }
            Some(_) if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => text.push(c),
            None if c == '\'' || c == '"' => quote = Some(c),
            None => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::format::{Format, tests::record};

    #[test]
    fn the_built_in_format() {
        let line = br#"203.0.113.7 - john doe [10/Oct/2000:13:55:36 -0700] "GET /v1/a?b=c HTTP/1.1" 401 2326 "-" "curl/8.5.0""#;
        let read = record(&mut Format::nginx(COMBINED).unwrap(), line);
        assert_eq!((read.at, read.status, read.bytes), (Some(971_211_336), 401, Some(2326)));
        assert_eq!((&*read.client, &*read.method, &*read.path), (&b"203.0.113.7"[..], &b"GET"[..], &b"/v1/a?b=c"[..]));
        assert_eq!((&*read.user, &*read.agent), (&b"john doe"[..], &b"curl/8.5.0"[..]));
    }

    #[test]
    fn a_directive_is_taken_as_it_is_in_the_file() {
        let directive = "log_format  main  '$remote_addr - $remote_user [$time_local] \"$request\" '\n    '$status $body_bytes_sent \"$http_referer\" '\n   '\"$http_user_agent\" \"$http_x_forwarded_for\"';";
        assert_eq!(compile(directive), compile(MAIN));
        assert_eq!(text_of(r#"log_format a "\"$status\"";"#), r#""$status""#);
    }

    #[test]
    fn a_format_of_one_s_own() {
        let format =
            "$time_iso8601|$host$request_uri|${request_method}|$status|$upstream_addr $upstream_status|$sent_http_www_authenticate";
        let line =
            br#"2024-05-13T12:00:00+02:00|api.example/v1/x?y|POST|401|10.0.0.1:80, 10.0.0.2:80 502, 401|Bearer error="invalid_token""#;
        let read = record(&mut Format::nginx(format).unwrap(), line);
        assert_eq!((&*read.path, &*read.method, read.status), (&b"/v1/x?y"[..], &b"POST"[..], 401));
        assert_eq!(&*read.reason, br#"Bearer error="invalid_token""#);
        assert_eq!(read.at, Some(1_715_594_400));
    }

    #[test]
    fn behind_a_proxy_the_client_is_the_forwarded_one() {
        let line =
            |peer: &str| format!(r#"{peer} - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 401 0 "-" "-" "198.51.100.4, 10.0.0.9""#);
        for (peer, client) in [("10.0.0.1", "198.51.100.4"), ("203.0.113.7", "203.0.113.7")] {
            let line = line(peer);
            assert_eq!(&*record(&mut Format::nginx(MAIN).unwrap(), line.as_bytes()).client, client.as_bytes(), "{peer}");
        }
    }

    #[test]
    fn a_format_that_tells_nothing_of_refusals_is_refused() {
        assert_eq!(compile("$remote_addr $request"), Err(FormatError::NoStatus));
        assert!(matches!(compile("$status ${request"), Err(FormatError::Unfinished(_))));
    }
}
