//! Completion in the request: methods, header names, schemes, media types, and the file's variables.

use crate::domain::span::Span;

/// The completions at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes to replace.
    pub span: Span,
    /// The candidates.
    pub options: Vec<String>,
    /// Index of the selected candidate.
    pub chosen: usize,
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

const HEADERS: [&str; 24] = [
    "Authorization",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Cache-Control",
    "Connection",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "DPoP",
    "Host",
    "If-None-Match",
    "Origin",
    "Proxy-Authorization",
    "Referer",
    "User-Agent",
    "X-API-Key",
    "X-CSRF-Token",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Request-Id",
    "X-Requested-With",
    "X-XSRF-TOKEN",
    "Sec-Fetch-Site",
];

const SCHEMES: [&str; 6] = ["Bearer ", "Basic ", "Digest ", "DPoP ", "Token ", "ApiKey "];

const MEDIA_TYPES: [&str; 5] =
    ["application/json", "application/x-www-form-urlencoded", "application/problem+json", "multipart/form-data", "text/plain"];

/// Completions for the text before the cursor; `None` if there are none or the word is already complete.
pub fn at(text: &str, cursor: usize, variables: &[String]) -> Option<Completion> {
    let before = text.get(..cursor)?;
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = before.get(line_start..)?;
    let rest_of_line = text.get(cursor..)?.split('\n').next().unwrap_or_default();
    if let Some(open) = line.rfind("{{")
        && !line.get(open..)?.contains("}}")
    {
        let start = line_start + open + 2;
        let wanted: Vec<String> = variables.iter().map(|v| format!("{v}}}}}")).collect();
        return options(text, Span::new(start, cursor), wanted.iter().map(String::as_str));
    }
    // Only at the end of the text: completing in the middle of a word would mangle it.
    if !rest_of_line.trim().is_empty() {
        return None;
    }
    if line_start == 0 {
        return if line.contains(' ') { None } else { options(text, Span::new(0, cursor), METHODS.into_iter()) };
    }
    // After the first empty line comes the body.
    if text.get(..line_start)?.contains("\n\n") {
        return None;
    }
    match line.split_once(':') {
        None => {
            let with_colon: Vec<String> = HEADERS.iter().map(|h| format!("{h}: ")).collect();
            options(text, Span::new(line_start, cursor), with_colon.iter().map(String::as_str))
        }
        Some((name, value)) => {
            let start = cursor - value.trim_start().len();
            let span = Span::new(start, cursor);
            match name.to_ascii_lowercase().as_str() {
                "authorization" | "proxy-authorization" => options(text, span, SCHEMES.into_iter()),
                "content-type" | "accept" => options(text, span, MEDIA_TYPES.into_iter()),
                _ => None,
            }
        }
    }
}

fn options<'a>(text: &str, span: Span, all: impl Iterator<Item = &'a str>) -> Option<Completion> {
    let typed = span.cut(text)?.to_lowercase();
    let options: Vec<String> = all.filter(|o| o.to_lowercase().starts_with(&typed) && o.trim_end() != typed).map(String::from).collect();
    let complete = options.iter().any(|o| o.to_lowercase().trim_end() == typed.trim_end() && !typed.is_empty());
    (!options.is_empty() && !complete).then_some(Completion { span, options, chosen: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        at(text, text.len(), &["token".into()]).map(|c| c.options).unwrap_or_default()
    }

    #[test]
    fn header_names_schemes_and_variables() {
        assert_eq!(found("GET /\nAuth"), ["Authorization: "]);
        assert_eq!(found("GET /\nAuthorization: Be"), ["Bearer "]);
        assert_eq!(found("GET /\nAuthorization: Bearer {{to"), ["token}}"]);
        assert_eq!(found("PO"), ["POST"]);
    }

    #[test]
    fn nothing_in_the_body_or_in_the_middle_of_a_word() {
        assert_eq!(found("POST /\n\nAuth"), Vec::<String>::new());
        assert_eq!(at("GET /\nAuxyz", 8, &[]), None);
    }
}
