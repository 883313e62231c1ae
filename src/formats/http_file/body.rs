//! The body as it goes out: files in the place of the lines that name them, variables filled in, line ends, GraphQL as JSON.

use super::resolved::{ANOTHER_FILE, ResolvedRequest, left_out};
use crate::domain::request::RequestPart;
use crate::domain::span::Span;
use crate::domain::text::Text;
use crate::formats::Files;
use crate::formats::switched_off::{OffLines, delimiter, field};
use crate::formats::variables::{Resolved, Substitutions};

/// A body of GraphQL as the JSON that is sent: the query, up to an empty line the variables begin after.
///
/// # Errors
/// When the variables are no JSON.
fn graphql(body: &str) -> Result<String, String> {
    let parts = body.rmatch_indices("\n\n").map(|(at, _)| (body.get(..at).unwrap_or_default(), body.get(at..).unwrap_or_default().trim()));
    let (query, variables) = parts.into_iter().find(|(_, rest)| rest.starts_with('{') && !rest.starts_with("{{")).unwrap_or((body, ""));
    let variables = match variables {
        "" => serde_json::Value::Object(serde_json::Map::new()),
        json => serde_json::from_str(json).map_err(|why| format!("the variables of the GraphQL query are not JSON: {why}"))?,
    };
    let query = query.trim();
    let first = ["query", "mutation", "subscription"].iter().find_map(|word| query.strip_prefix(word)).unwrap_or_default();
    let name = first.trim_start().split(|c: char| c.is_whitespace() || matches!(c, '(' | '{' | '@')).next().unwrap_or_default();
    let payload = Payload { query, operation_name: Some(name).filter(|name| !name.is_empty()), variables };
    serde_json::to_string(&payload).map_err(|why| why.to_string())
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<&'a str>,
    variables: serde_json::Value,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Joint {
    AsWritten,
    Form,
    Crlf,
    /// As written but for lines of comments, which JSON does not have and most tools that share the format leave out.
    Json,
}

impl Joint {
    fn off_lines(self, body: &str) -> OffLines<'_> {
        match self {
            Self::Form => OffLines::Fields,
            Self::Crlf => delimiter(body).map_or(OffLines::None, |delimiter| OffLines::Parts(delimiter, false)),
            Self::AsWritten | Self::Json => OffLines::None,
        }
    }
}

/// True if a line end before the rest of a form is not sent: another field follows, or only fields that are switched off.
fn goes_on_with_field(rest: &str) -> bool {
    let mut lines = rest.split_inclusive('\n').map(|line| line.strip_suffix('\n').unwrap_or(line)).peekable();
    let has_off = lines.peek().is_some_and(|line| field(line).is_some());
    lines.find(|line| field(line).is_none()).map_or(has_off, |line| line.starts_with('&'))
}

/// True for a body that is meant as JSON.
pub(super) fn is_json(content_type: &str, body: &str) -> bool {
    let first = || body.lines().find(|line| !line.trim().is_empty() && !is_comment(line)).unwrap_or_default();
    content_type.contains("json") || content_type.is_empty() && first().trim_start().starts_with(['{', '['])
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//")
}

impl ResolvedRequest {
    /// Puts JSON in the place of a query of GraphQL, as the tools that share the format do on sending.
    pub(super) fn as_graphql(&mut self, raw: &str) {
        match graphql(&self.request.body) {
            Ok(json) => {
                let mut map = Substitutions::default();
                map.push(Span::whole(raw), Span::whole(&json));
                let has_secrets = self.request.filled_secrets.iter().any(|(part, _)| *part == RequestPart::Body);
                if has_secrets {
                    self.fill(RequestPart::Body, &[Span::whole(&json)], 0);
                }
                (self.request.body, self.body) = (json.into(), map);
                self.is_graphql = true;
            }
            Err(why) => self.refused.push((RequestPart::Body, why)),
        }
    }

    pub(super) fn resolve_body(&mut self, raw: &str, joint: Joint, resolve: &mut dyn FnMut(&str) -> Resolved, files: Option<&Files>) {
        // Bodies may be long, and this runs on every key: most name no file and no variable.
        let may_be_filled = memchr::memmem::find(raw.as_bytes(), b"{{").is_some() || raw.starts_with('<') || raw.contains("\n<");
        let has_comments = || (raw.contains('#') || raw.contains("//")) && raw.lines().any(is_comment);
        if joint == Joint::AsWritten && !may_be_filled || joint == Joint::Json && !may_be_filled && !has_comments() {
            self.request.body = raw.into();
        } else {
            self.resolve_lines(raw, joint, resolve, files);
        }
    }

    fn resolve_lines(&mut self, raw: &str, joint: Joint, resolve: &mut dyn FnMut(&str) -> Resolved, files: Option<&Files>) {
        let mut text = String::with_capacity(raw.len());
        let mut map = Substitutions::default();
        let mut at = 0;
        let mut off_lines = joint.off_lines(raw);
        for line in raw.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            let out = text.len();
            if joint == Joint::Json && is_comment(content) || off_lines.is_off(content) {
                map.push(Span::new(at, at + line.len()), Span::new(out, out));
                at += line.len();
                continue;
            }
            // A line that was pasted may have its own one.
            let mut has_cr = content.ends_with('\r');
            match body_file(content).zip(files) {
                Some((file, files)) => {
                    has_cr = false;
                    let inside = self.file(&file, at, resolve, files);
                    if let Some((_, secrets)) = &inside {
                        self.fill(RequestPart::Body, secrets, out);
                    }
                    let inside = inside.map(|(text, _)| text);
                    if let Some(whole) = inside.as_ref().filter(|_| content.len() == raw.len()) {
                        // Nothing but a file: the body is that file's text, and no copy of it.
                        map.push(Span::whole(raw), Span::whole(whole));
                        (self.request.body, self.body) = (whole.clone(), map);
                        return;
                    }
                    text.push_str(inside.as_deref().unwrap_or(content));
                    map.push(Span::new(at, at + content.len()), Span::new(out, text.len()));
                }
                None => {
                    let resolved = self.take(RequestPart::Body, at, resolve(content));
                    self.fill(RequestPart::Body, &resolved.secrets, out);
                    text.push_str(&resolved.text);
                    map.append(&resolved.substitutions, at, out);
                }
            }
            at += line.len();
            if content.len() < line.len() {
                let end = match joint {
                    Joint::Form if raw.get(at..).is_some_and(goes_on_with_field) => "",
                    Joint::Crlf if !has_cr => "\r\n",
                    _ => "\n",
                };
                let out = text.len();
                text.push_str(end);
                if end != "\n" {
                    map.push(Span::new(at - 1, at), Span::new(out, text.len()));
                }
            }
        }
        self.request.body = text.into();
        self.body = map;
    }

    /// The text of a body file that a line names which begins `at` bytes into the body.
    fn file(
        &mut self,
        file: &BodyFile<'_>,
        at: usize,
        resolve: &mut dyn FnMut(&str) -> Resolved,
        files: &Files,
    ) -> Option<(Text, Vec<Span>)> {
        let resolved = resolve(file.path);
        if !resolved.answers.is_empty() {
            let left = left_out(file.path, &resolved, resolved.answers.first(), ANOTHER_FILE);
            self.take(RequestPart::Body, at + file.at, left);
            return None;
        }
        let path = resolved.text;
        self.files.insert(path.clone());
        match files(&path) {
            Ok(named) => {
                if !named.is_utf8() {
                    self.refused.push((RequestPart::Body, format!("{path} is not UTF-8: shown with U+FFFD for what cannot be read")));
                }
                let text = named.text();
                Some(if file.with_variables {
                    let resolved = resolve(text);
                    (resolved.text.into(), resolved.secrets)
                } else {
                    (text.clone(), Vec::new())
                })
            }
            Err(why) => {
                self.refused.push((RequestPart::Body, format!("the body file {path} is not read: {why}")));
                None
            }
        }
    }
}

/// The lines of a body that name files where an `.http` file has it: the number of the line, from 1, and the path.
pub fn files_named(body: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = body.split('\n').enumerate();
    lines.filter_map(|(index, line)| Some((index + 1, body_file(line)?.path)))
}

struct BodyFile<'a> {
    path: &'a str,
    /// Where it begins in the line.
    at: usize,
    with_variables: bool,
}

/// `< path`, `<@ path`, `<@encoding path`.
fn body_file(line: &str) -> Option<BodyFile<'_>> {
    let rest = line.strip_prefix('<')?;
    let (mark, path) = rest.split_once([' ', '\t'])?;
    let with_variables = match mark.strip_prefix('@') {
        Some(encoding) if encoding.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') => true,
        None if mark.is_empty() => false,
        _ => return None,
    };
    let path = path.trim();
    // `< b` may be an inequality in some text; a path has no angle bracket.
    let at = Span::of(line, path).map_or(0, |span| span.start);
    (!path.is_empty() && !path.contains(['<', '>'])).then_some(BodyFile { path, at, with_variables })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::variables::{Budget, Variables};

    fn body() -> impl Strategy<Value = String> {
        let marks = vec!["//", "#", "<", "< ./a.json", "<@ ./a.json", "{{", "}}", "{{known}}", "{{other}}", "{", "&", "\n&b=1"];
        let piece = prop_oneof![
            6 => "[a-z \t]{0,6}",
            4 => prop::sample::select(vec!["\n", "\r\n", "\r"]).prop_map(String::from),
            1 => prop::sample::select(marks).prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_body_without_variables_and_files_goes_out_as_line_by_line(raw in body(), joint in 0usize..4) {
            let joint = [Joint::AsWritten, Joint::Form, Joint::Crlf, Joint::Json][joint];
            let files = |path: &str| if path == "./a.json" { Ok(b"{{known}}".to_vec().into()) } else { Err("not there".into()) };
            let variables = Variables::default();
            let (mut whole, mut by_line) = (ResolvedRequest::default(), ResolvedRequest::default());
            let (mut budget, mut budget_by_line) = (Budget::default(), Budget::default());
            whole.resolve_body(&raw, joint, &mut |text| variables.resolve_within(text, &mut budget), Some(&files));
            by_line.resolve_lines(&raw, joint, &mut |text| variables.resolve_within(text, &mut budget_by_line), Some(&files));
            prop_assert_eq!(whole, by_line);
        }
    }
}
