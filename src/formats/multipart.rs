//! Multipart bodies with a boundary of their own.

/// The boundary of a multipart body. Clients draw one at random; a fixed one keeps the request the same on every read.
pub(super) const BOUNDARY: &str = "------------------------authtui0000000000";

/// One part, its line end included.
pub(super) fn part(name: &str, filename: Option<&str>, media_type: Option<&str>, content: &str) -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "%22");
    let mut out = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(name));
    if let Some(filename) = filename {
        out.push_str(&format!("; filename=\"{}\"", quoted(filename)));
    }
    if let Some(media_type) = media_type {
        out.push_str(&format!("\r\nContent-Type: {media_type}"));
    }
    out.push_str(&format!("\r\n\r\n{content}\r\n"));
    out
}

/// The body of some parts.
pub(super) fn body(parts: &[String]) -> String {
    format!("{}--{BOUNDARY}--\r\n", parts.concat())
}

/// The type that names the boundary.
pub(super) fn content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// The boundary that a Content-Type names.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    Some(value.trim().trim_matches('"')).filter(|value| !value.is_empty())
}
