//! A file that a text names. It is read once: every request that names it shares its text, and the answer in it.

use std::sync::{Arc, OnceLock};

use super::detect;
use crate::domain::response::{Answered, Response};
use crate::domain::text::Text;

/// What is in a file that a text names. A clone takes no memory.
#[derive(Clone, Debug)]
pub struct Attachment(Arc<Content>);

/// By the bytes.
impl PartialEq for Attachment {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.bytes() == other.bytes()
    }
}

impl Eq for Attachment {}

#[derive(Debug)]
struct Content {
    text: Text,
    /// The bytes, where they are not UTF-8.
    odd: Option<Vec<u8>>,
    answer: OnceLock<Read>,
}

/// What was read of a file as an answer.
#[derive(Debug)]
enum Read {
    /// An answer.
    Answer(Response),
    /// Text that is not an answer, and why.
    Text(Text, String),
    /// No text, and why.
    Nothing(String),
}

impl Attachment {
    /// Its text, with U+FFFD for what is not UTF-8.
    pub fn text(&self) -> &Text {
        &self.0.text
    }

    /// Whether all of it is UTF-8.
    pub fn is_utf8(&self) -> bool {
        self.0.odd.is_none()
    }

    /// Number of its bytes.
    pub fn len(&self) -> usize {
        self.bytes().len()
    }

    /// True without any byte.
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    fn bytes(&self) -> &[u8] {
        self.0.odd.as_deref().unwrap_or(self.0.text.as_bytes())
    }

    /// The recorded answer in it: raw HTTP or HAR; or, as JetBrains keeps it, a body with the status in the file's name
    /// (`2026-11-23T041030.401.json`).
    ///
    /// # Errors
    /// Why it is empty.
    pub fn answer(&self, path: &str) -> Result<Response, String> {
        match self.0.answer.get_or_init(|| self.read()) {
            Read::Answer(answer) => Ok(Response { answered: Answered::FilledIn, ..answer.clone() }),
            Read::Text(body, why) => {
                let mut parts = path.rsplit(['.', '/', '\\']).skip(1);
                let status = parts.next().filter(|part| part.len() == 3).and_then(|part| part.parse().ok());
                let status = status.filter(|status| (100..600).contains(status)).ok_or_else(|| why.clone())?;
                Ok(Response { status, body: body.clone(), answered: Answered::FilledIn, ..Response::default() })
            }
            Read::Nothing(why) => Err(why.clone()),
        }
    }

    fn read(&self) -> Read {
        let text = match detect::decode(self.bytes()) {
            Ok(text) => text,
            Err(why) => return Read::Nothing(why.to_string()),
        };
        match detect::read_answer(&text) {
            Ok(answer) => Read::Answer(answer),
            // Most are UTF-8 without a mark: the text that is there already.
            Err(why) => Read::Text(if text == **self.text() { self.text().clone() } else { text.into() }, why.to_string()),
        }
    }
}

impl From<Vec<u8>> for Attachment {
    fn from(bytes: Vec<u8>) -> Self {
        let (text, odd) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(broken) => (String::from_utf8_lossy(broken.as_bytes()).into_owned(), Some(broken.into_bytes())),
        };
        Self(Arc::new(Content { text: text.into(), odd, answer: OnceLock::new() }))
    }
}
