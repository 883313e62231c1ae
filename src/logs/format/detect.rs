//! Which format a log has, by its first lines.

use super::Format;
use super::json_names::{JsonNames, Slot};
use super::nginx;
use super::role::Role;

/// Lines that are looked at.
const LINES: usize = 40;
/// Bytes of a line that are looked at.
const LONGEST: usize = 64 * 1024;

/// The formats in the order of preference: those that say most come first, as combined also fits what has more at its end.
const ORDER: &[&str] = &[
    "json",
    "traefik",
    "nginx-main",
    "nginx",
    "apache-vhost",
    "alb",
    "istio",
    "envoy",
    "haproxy",
    "oauth2-proxy",
    "apache-common",
    "text",
];

/// The format that most lines have; `None` if fewer than a third have any.
pub fn detect(sample: &[u8]) -> Option<Format> {
    let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
    let lines: Vec<&[u8]> = sample
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.trim_ascii().is_empty() && line.len() <= LONGEST)
        .take(LINES)
        .collect();
    if lines.iter().any(|line| line.starts_with(b"#Fields:")) {
        return Format::named("w3c");
    }
    let mut best: Option<(usize, Format)> = None;
    for name in ORDER {
        let mut format = Format::named(name)?;
        let count = lines.iter().filter(|line| format.fits(line)).count();
        // Free text fits every line that has a time, also those that another format reads better.
        let count = match (*name, &best) {
            ("text", Some((better, _))) => count.saturating_sub(*better),
            ("text", None) if count > 0 => count + continued(&lines),
            _ => count,
        };
        if count * 3 >= lines.len().max(1) && best.as_ref().is_none_or(|(most, _)| count > *most) {
            best = Some((count, format));
        }
    }
    best.map(|(_, format)| Format::named(format.name()).unwrap_or(format))
}

/// In free text, indented lines belong to the entry before.
fn continued(lines: &[&[u8]]) -> usize {
    lines.iter().filter(|line| line.starts_with(b" ") || line.starts_with(b"\t")).count()
}

/// The names in an nginx `log_format` that writes JSON: `{"s":"$status","c":"$remote_addr"}`.
pub fn names_in(log_format: &str) -> JsonNames {
    let mut names = JsonNames::default();
    let mut rest = log_format;
    while let Some((before, after)) = rest.split_once('$') {
        let variable = after.trim_start_matches('{');
        let end = variable.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(variable.len());
        let slot = match nginx::role(variable.get(..end).unwrap_or_default()) {
            Role::Status => Some(Slot::Status),
            Role::Client => Some(Slot::Client),
            Role::User => Some(Slot::User),
            Role::Time => Some(Slot::Time),
            Role::Request => Some(Slot::Request),
            Role::Method => Some(Slot::Method),
            Role::Path => Some(Slot::Path),
            Role::Bytes => Some(Slot::Bytes),
            Role::Agent => Some(Slot::Agent),
            Role::Reason => Some(Slot::Reason),
            _ => None,
        };
        // The key is the last text in quotes before the colon.
        let key = before.trim_end_matches('"').trim_end().strip_suffix(':').and_then(|text| text.trim_end().strip_suffix('"'));
        if let (Some(slot), Some(key)) = (slot, key.and_then(|text| text.rsplit('"').next())) {
            names.set(slot, key);
        }
        rest = variable;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::format::tests::record;

    #[track_caller]
    fn detected(sample: &str) -> &'static str {
        detect(sample.as_bytes()).map_or("none", |format| format.name())
    }

    #[test]
    fn nothing_is_of_no_format() {
        for sample in ["", "\n\n", "hello\nworld\n", "\u{0}\u{1}\u{2}", "401 401 401"] {
            assert_eq!(detected(sample), "none", "{sample:?}");
        }
    }

    #[test]
    fn most_lines_decide() {
        let access = r#"203.0.113.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 401 0 "-" "curl""#;
        let text = "2024/05/13 10:00:00 [error] 7#0: *1 no user/password was provided for basic authentication, client: 10.0.0.1";
        assert_eq!(detected(&format!("{access}\r\n{access}\r\n{text}\r\n")), "nginx");
        assert_eq!(detected(&format!("{text}\n{text}\n{access}\n")), "text");
        assert_eq!(detected(&format!("\u{feff}#Software: IIS\n#Fields: date\n{access}")), "w3c");
    }

    #[test]
    fn a_log_format_that_writes_json_names_its_fields() {
        let format = r#"log_format j escape=json '{"s":$status,"c": "$remote_addr",' '"r":"$request","agent-name":"${http_user_agent}"}';"#;
        let mut format = Format::nginx(format).unwrap();
        let read = record(&mut format, br#"{"s":401,"c": "203.0.113.7","r":"GET /a HTTP/1.1","agent-name":"curl","status":"x"}"#);
        assert_eq!((read.status, &*read.client, &*read.path, &*read.agent), (401, &b"203.0.113.7"[..], &b"/a"[..], &b"curl"[..]));
    }
}
