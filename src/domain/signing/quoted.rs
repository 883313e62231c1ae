//! What a server quotes of the text that it signed itself when it refuses a signature.

use crate::domain::span::Span;

/// A text that the server signed, out of the body of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The text, unescaped.
    pub text: String,
    /// Its bytes in the body.
    pub span: Span,
}

/// The canonical request that the server built.
pub fn canonical_request(body: &str) -> Option<Quoted> {
    element(body, "CanonicalRequest").or_else(|| sentence(body, "Canonical String for this request should have been"))
}

/// The string to sign that the server built.
pub fn string_to_sign(body: &str) -> Option<Quoted> {
    element(body, "StringToSign")
        .or_else(|| sentence(body, "String-to-Sign should have been"))
        .or_else(|| sentence(body, "Server used following string to sign:"))
}

/// The text of an XML element.
fn element(body: &str, name: &str) -> Option<Quoted> {
    let inner = body.split_once(&format!("<{name}>"))?.1.split_once(&format!("</{name}>"))?.0;
    Some(Quoted { text: unescaped(inner), span: Span::of(body, inner)? })
}

/// What stands in single quotes behind a sentence.
fn sentence(body: &str, words: &str) -> Option<Quoted> {
    let inner = body.split_once(words)?.1.split_once('\'')?.1.split_once('\'')?.0;
    Some(Quoted { text: unescaped(inner), span: Span::of(body, inner)? })
}

/// Entities of XML and line ends of JSON turned into what they stand for.
fn unescaped(text: &str) -> String {
    const ESCAPES: [(&str, &str); 8] = [
        ("&#10;", "\n"),
        ("&#xA;", "\n"),
        ("\\n", "\n"),
        ("\\/", "/"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        // Last: what it leaves behind is not escaped again.
        ("&amp;", "&"),
    ];
    ESCAPES.iter().fold(text.replace("\r\n", "\n"), |text, (escape, plain)| text.replace(escape, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_texts_are_found_in_xml_and_in_sentences() {
        let xml = "<Error><StringToSign>A\nb&amp;c</StringToSign><CanonicalRequest>GET\n/</CanonicalRequest></Error>";
        assert_eq!(string_to_sign(xml).map(|q| q.text).as_deref(), Some("A\nb&c"));
        assert_eq!(canonical_request(xml).and_then(|q| q.span.cut(xml)), Some("GET\n/"));
        let json = r#"{"message":"The Canonical String for this request should have been\n'GET\n\/x'\n\nThe String-to-Sign should have been\n'AWS4\nb'\n"}"#;
        assert_eq!(canonical_request(json).map(|q| q.text).as_deref(), Some("GET\n/x"));
        assert_eq!(string_to_sign(json).map(|q| q.text).as_deref(), Some("AWS4\nb"));
        let azure = "is not the same as any computed signature. Server used following string to sign: 'GET\n\n/a'.";
        assert_eq!(string_to_sign(azure).map(|q| q.text).as_deref(), Some("GET\n\n/a"));
        assert_eq!(canonical_request("<CanonicalRequest>GET"), None);
    }
}
