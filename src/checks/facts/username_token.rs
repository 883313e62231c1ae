//! The login in the header of a SOAP message: `UsernameToken` of WS-Security (OASIS, Username Token Profile 1.1.1).

use jiff::Timestamp;

use super::Facts;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::span::Span;
use crate::domain::time;

/// What a `UsernameToken` says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsernameToken {
    /// When it was made, and where that stands in the body.
    pub created: Option<(Timestamp, Span)>,
}

impl Facts<'_> {
    /// The login in the request's body, where that is a SOAP message with one.
    pub fn username_token(&self) -> Option<UsernameToken> {
        let body = self.request.body.as_str();
        if body.len() > MAX_FIELDS || !body.trim_start().starts_with('<') {
            return None;
        }
        let inside = element(body, "UsernameToken")?;
        let text = inside.cut(body)?;
        element(text, "Username").filter(|span| !span.is_empty())?;
        let created = element(text, "Created").and_then(|span| Some((time::rfc3339(span.cut(text)?.trim())?, span.shifted(inside.start))));
        Some(UsernameToken { created })
    }
}

/// Where the text of the first element of a name is, whatever its prefix.
fn element(text: &str, name: &str) -> Option<Span> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(name)?;
        from = at + name.len();
        let before = text.get(..at)?.rsplit('<').next()?;
        let is_tag = before.is_empty() || before.ends_with(':') && !before.contains(['/', '>', ' ']);
        let ends = text.get(from..)?.starts_with(['>', ' ', '\t', '\r', '\n']);
        if is_tag && ends && text.get(..at)?.contains('<') {
            let start = from + text.get(from..)?.find('>')? + 1;
            let close = format!("{before}{name}>");
            let end =
                text.get(start..)?.match_indices("</").find(|(at, _)| text[start + at + 2..].starts_with(&close)).map(|(at, _)| at)?;
            return Some(Span::new(start, start + end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn elements_are_found_with_any_prefix() {
        let of = |text: &'static str, name| element(text, name).and_then(|span| span.cut(text));
        assert_eq!(of("<s:A><wsse:Username>ann</wsse:Username></s:A>", "Username"), Some("ann"));
        assert_eq!(of("<Username Id=\"a\">ann</Username>", "Username"), Some("ann"));
        assert_eq!(of("<UsernameToken><Username>ann</Username></UsernameToken>", "Username"), Some("ann"));
        assert_eq!(of("Username <b>Username</b>", "Username"), None);
        assert_eq!(of("<Username>ann", "Username"), None);
    }
}
