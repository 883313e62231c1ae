//! Envoy access logs: any format string
//! (<https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage>), and the one of Istio
//! (<https://istio.io/latest/docs/tasks/observability/logs/access-log/>).
//!
//! ```text
//! [2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-…" "locations" "tcp://10.0.2.1:80"
//! ```

use super::pattern::{Builder, FormatError, Pattern};
use super::role::Role;

pub const DEFAULT: &str = r#"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%""#;
pub const ISTIO: &str = r#"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%""#;

/// Compiles a format string.
///
/// # Errors
/// Why it cannot be used.
pub fn compile(format: &str) -> Result<Pattern, FormatError> {
    let mut builder = Builder::default();
    let mut rest = format.trim_end();
    while let Some((before, after)) = rest.split_once('%') {
        builder.text(before.as_bytes());
        if let Some(next) = after.strip_prefix('%') {
            builder.text(b"%");
            rest = next;
            continue;
        }
        let unfinished = || FormatError::Unfinished(format!("%{after}"));
        let end = after.find(['%', '(']).ok_or_else(unfinished)?;
        let (name, next) = after.split_at_checked(end).ok_or_else(unfinished)?;
        // An argument can contain `%`: `%START_TIME(%Y/%m/%d)%`.
        let (argument, next) = match next.strip_prefix('(') {
            Some(inside) => inside.split_once(')').ok_or_else(unfinished)?,
            None => ("", next),
        };
        let (_length, next) = next.split_once('%').ok_or_else(unfinished)?;
        builder.value(role(name, argument));
        rest = next;
    }
    builder.text(rest.as_bytes());
    builder.finish()
}

/// What an operator is.
fn role(name: &str, argument: &str) -> Role {
    // `X?Y`: the value of Y where X is not sent.
    let header = argument.rsplit('?').next().unwrap_or_default().to_ascii_lowercase();
    match (name, header.as_str()) {
        ("START_TIME", _) => Role::Time,
        ("RESPONSE_CODE", _) => Role::Status,
        ("BYTES_SENT", _) => Role::Bytes,
        ("RESPONSE_CODE_DETAILS", _) | ("RESP", "www-authenticate") => Role::Reason,
        ("DOWNSTREAM_REMOTE_ADDRESS" | "DOWNSTREAM_DIRECT_REMOTE_ADDRESS", _) => Role::ClientWithPort,
        ("DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" | "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", _) => Role::Client,
        ("REQ", ":method") => Role::Method,
        ("REQ", ":path") | ("PATH", _) => Role::Path,
        ("REQ", "x-forwarded-for") => Role::Forwarded,
        ("REQ", "user-agent") => Role::Agent,
        _ => Role::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::format::{Format, tests::record};

    #[test]
    fn the_line_of_the_documentation() {
        let line = br#"[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80""#;
        let read = record(&mut Format::envoy(DEFAULT).unwrap(), line);
        assert_eq!((read.at, read.status), (Some(1_460_751_420), 204));
        assert_eq!((&*read.method, &*read.path), (&b"POST"[..], &b"/api/v1/locations"[..]));
        assert_eq!((&*read.client, &*read.agent), (&b"10.0.35.28"[..], &b"nsq2http"[..]));
    }

    #[test]
    fn istio_says_why_a_token_was_refused() {
        let line = br#"[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 401 - jwt_authn_access_denied{Jwt_is_expired} - "-" 0 14 0 - "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "-""#;
        let read = record(&mut Format::envoy(ISTIO).unwrap(), line);
        assert_eq!((&*read.reason, read.client.is_empty()), (&b"jwt_authn_access_denied{Jwt_is_expired}"[..], true));
    }

    #[test]
    fn a_format_of_one_s_own() {
        let format = "%START_TIME(%Y/%m/%dT%H:%M:%S%z)% %DOWNSTREAM_REMOTE_ADDRESS% %REQ(:PATH):64% %RESPONSE_CODE% 100%%\n";
        let read = record(&mut Format::envoy(format).unwrap(), b"2024/05/13T12:00:00+0200 [2001:db8::1]:4711 /a 403 100%");
        assert_eq!((read.at, &*read.client, read.status), (Some(1_715_594_400), &b"2001:db8::1"[..], 403));
        assert!(compile("%RESPONSE_CODE").is_err() && compile("%REQ(:PATH% x").is_err() && compile("%PROTOCOL%").is_err());
    }
}
