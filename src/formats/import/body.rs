//! The text of a body as a file of requests holds it.

use super::collection::{Body, Field, FormPart, PartContent};
use crate::formats::address::{self, Escaped};
use crate::formats::http_file::files_named;

/// A body that is written, and the media type that the tool sends with it unless the headers name one.
#[derive(Debug, Default)]
pub(super) struct WrittenBody {
    pub(super) text: String,
    pub(super) media_type: String,
    /// The files that it names.
    pub(super) files: Vec<String>,
}

/// The text between the parts of a multipart body.
const BOUNDARY: &str = "----authtui-boundary";

impl WrittenBody {
    /// The first line that an `.http` file would take for the name of a file, though the collection has it as text.
    pub(super) fn unwanted_file(&self) -> Option<usize> {
        let is_meant = |path: &str| self.files.iter().any(|file| named(file) == path);
        files_named(&self.text).find(|(_, path)| !is_meant(path)).map(|(line, _)| line)
    }
}

pub(super) fn written(body: &Body) -> WrittenBody {
    match body {
        Body::Empty => WrittenBody::default(),
        Body::Text { text, media_type } => {
            WrittenBody { text: text.replace("\r\n", "\n"), media_type: media_type.clone(), files: Vec::new() }
        }
        Body::Form(fields) => {
            let pair = |field: &Field| format!("{}={}", encoded(&field.name), encoded(&field.value));
            let pairs: Vec<String> = fields.iter().filter(|field| field.is_on).map(pair).collect();
            WrittenBody { text: pairs.join("&"), media_type: "application/x-www-form-urlencoded".into(), files: Vec::new() }
        }
        Body::Multipart(parts) => multipart(parts),
        Body::GraphQl { query, variables, operation } => graphql(query, variables, operation),
        Body::File { path, media_type } => match path.as_str() {
            "" => WrittenBody::default(),
            path => WrittenBody { text: format!("< {}", named(path)), media_type: media_type.clone(), files: vec![path.into()] },
        },
    }
}

/// Percent-encoded, but for what is in placeholders.
pub(super) fn encoded(text: &str) -> String {
    address::encoded(text, Escaped::RFC_3986, "%20")
}

/// A path as it is written behind `<`: always one that is looked for beside the file.
fn named(path: &str) -> String {
    let is_plain = path.starts_with('/') || path.starts_with("./") || path.starts_with("../") || path.contains(":\\");
    if is_plain { path.to_string() } else { format!("./{path}") }
}

fn multipart(parts: &[FormPart]) -> WrittenBody {
    let parts: Vec<&FormPart> = parts.iter().filter(|part| part.is_on).collect();
    let (mut text, mut files) = (String::new(), Vec::new());
    let texts = || parts.iter().filter_map(|part| if let PartContent::Text(text) = &part.content { Some(text.as_str()) } else { None });
    let mut boundary = BOUNDARY.to_string();
    while texts().any(|text| text.contains(&boundary)) {
        boundary.push('x');
    }
    let quoted = |name: &str| name.replace('"', "%22").replace(['\r', '\n'], " ");
    let mut push = |disposition: &str, media_type: &str, content: &str| {
        text.push_str(&format!("--{boundary}\nContent-Disposition: form-data; {disposition}\n"));
        if !media_type.is_empty() {
            text.push_str(&format!("Content-Type: {media_type}\n"));
        }
        text.push_str(&format!("\n{content}\n"));
    };
    for part in &parts {
        let name = quoted(&part.name);
        match &part.content {
            PartContent::Text(value) => push(&format!("name=\"{name}\""), &part.media_type, &value.replace("\r\n", "\n")),
            PartContent::Files(paths) => {
                for path in paths {
                    let file = quoted(path.rsplit(['/', '\\']).next().unwrap_or_default());
                    push(&format!("name=\"{name}\"; filename=\"{file}\""), media_type(part, path), &format!("< {}", named(path)));
                    files.push(path.clone());
                }
                if paths.is_empty() {
                    push(&format!("name=\"{name}\"; filename=\"\""), &part.media_type, "");
                }
            }
        }
    }
    text.push_str(&format!("--{boundary}--"));
    WrittenBody { text, media_type: format!("multipart/form-data; boundary={boundary}"), files }
}

/// The media type of a part that is a file.
fn media_type<'a>(part: &'a FormPart, path: &str) -> &'a str {
    if !part.media_type.is_empty() {
        return &part.media_type;
    }
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "json" => "application/json",
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "xml" => "application/xml",
        "html" | "htm" => "text/html",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// The JSON that goes out. The variables are put in as they are written: they may hold placeholders where JSON has none.
fn graphql(query: &str, variables: &str, operation: &str) -> WrittenBody {
    let json = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = format!("{{\"query\":{}", json(query));
    if !operation.trim().is_empty() {
        text.push_str(&format!(",\"operationName\":{}", json(operation)));
    }
    if !variables.trim().is_empty() {
        text.push_str(&format!(",\"variables\":{}", variables.trim().replace("\r\n", "\n")));
    }
    text.push('}');
    WrittenBody { text, media_type: "application/json".into(), files: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded_but_for_its_placeholders() {
        let off = Field { name: "off".into(), value: "1".into(), is_on: false };
        let fields = vec![Field::on("a b", "1&2"), off, Field::on("c", "{{v 1}}é")];
        assert_eq!(written(&Body::Form(fields)).text, "a%20b=1%262&c={{v 1}}%C3%A9");
    }

    #[test]
    fn a_multipart_body_names_its_files() {
        let part = |name: &str, content| FormPart { name: name.into(), content, media_type: String::new(), is_on: true };
        let parts = vec![
            part("a", PartContent::Text(format!("x{BOUNDARY}"))),
            part("f", PartContent::Files(vec!["pictures/p.png".into(), "/q".into()])),
        ];
        let body = written(&Body::Multipart(parts));
        assert_eq!(body.files, ["pictures/p.png", "/q"]);
        assert!(body.media_type.ends_with(&format!("{BOUNDARY}x")), "{}", body.media_type);
        assert!(body.text.contains("name=\"f\"; filename=\"p.png\"\nContent-Type: image/png\n\n< ./pictures/p.png\n"), "{}", body.text);
        assert!(body.text.contains("filename=\"q\"\nContent-Type: application/octet-stream\n\n< /q\n"), "{}", body.text);
    }
}
