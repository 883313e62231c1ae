//! oauth2-proxy's request log (<https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview#request-log-format>). Its
//! authentication log is in the same stream and read as text.

use super::nginx;
use super::pattern::{FormatError, Pattern};
use super::role::Role;

/// Client, request id, user, time, host, method, upstream, target, version, user agent, status, bytes and duration.
const FIELDS: &str = r#"$remote_addr - $id - $remote_user [$time_local] $host $request_method $upstream "$request_uri" $protocol "$http_user_agent" $status $body_bytes_sent $duration"#;

/// The pattern of a line.
///
/// # Errors
/// None in truth: the format has a status.
pub fn requests() -> Result<Pattern, FormatError> {
    nginx::compile_with(FIELDS, |name| if name == "upstream" { Role::Other } else { nginx::role(name) })
}

#[cfg(test)]
mod tests {
    use crate::logs::format::{Format, tests::record};

    #[test]
    fn requests_and_authentications_are_in_one_stream() {
        let mut format = Format::named("oauth2-proxy").unwrap();
        let line = br#"203.0.113.7 - 5e4b - ann@example.com [2015/03/19 17:20:19] app.example.com GET - "/oauth2/auth" HTTP/1.0 "Mozilla/5.0" 401 0 0.000"#;
        let read = record(&mut format, line);
        assert_eq!(
            (read.at, read.status, &*read.path, &*read.user),
            (Some(1_426_785_619), 401, &b"/oauth2/auth"[..], &b"ann@example.com"[..])
        );
        let line =
            br#"203.0.113.7 - 5e4b - ann@example.com [2015/03/19 17:20:19] [AuthFailure] Invalid authentication via OAuth2: unauthorized"#;
        let event = format.read(line).event().unwrap();
        assert_eq!((event.at, &*event.client), (Some(1_426_785_619), &b"203.0.113.7"[..]));
    }
}
