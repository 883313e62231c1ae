//! Text that many may hold: bodies are large, and a request that is examined, sent and shown is cloned on the way.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::secrecy::echo::Echoes;
use super::span::Span;

/// A text of which a clone takes no memory.
#[derive(Clone, Default)]
pub struct Text(Option<Arc<Shared>>);

#[derive(Default)]
struct Shared {
    text: String,
    secrets: OnceLock<Box<Secrets>>,
}

/// What is secret in a text that several hold: it may be large, and a thousand requests may name it.
#[derive(Debug)]
pub struct Secrets {
    /// The media type that it was read as.
    media_type: String,
    /// Where the secrets are, in order.
    pub spans: Vec<Span>,
    echoes: OnceLock<Echoes>,
}

impl Secrets {
    /// The secrets, to be found again in other texts. Made once.
    pub fn echoes(&self, make: impl FnOnce() -> Echoes) -> &Echoes {
        self.echoes.get_or_init(make)
    }
}

impl Clone for Shared {
    /// A copy is made to be changed: what is secret in it is not known yet.
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), secrets: OnceLock::new() }
    }
}

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        self
    }

    /// The text, to be changed: its own from now on, should others hold it too.
    pub fn to_mut(&mut self) -> &mut String {
        let shared = Arc::make_mut(self.0.get_or_insert_default());
        shared.secrets.take();
        &mut shared.text
    }

    /// What is secret in a text that others hold too, searched for once for all of them. `None` for a text that nobody shares,
    /// whose secrets are not worth keeping, and for one that was read as another media type.
    pub fn shared_secrets(&self, media_type: &str, find: impl FnOnce(&str) -> Vec<Span>) -> Option<&Secrets> {
        let shared = self.0.as_ref().filter(|shared| shared.secrets.get().is_some() || Arc::strong_count(shared) > 1)?;
        let search = || Box::new(Secrets { media_type: media_type.to_string(), spans: find(&shared.text), echoes: OnceLock::new() });
        Some(&**shared.secrets.get_or_init(search)).filter(|secrets| secrets.media_type == media_type)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Arc<Shared>, &Arc<Shared>)| Arc::ptr_eq(one, other);
        self.0.as_ref().zip(other.0.as_ref()).is_some_and(is_same) || **self == **other
    }
}

impl Eq for Text {}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_ref().map_or("", |shared| &shared.text)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self((!text.is_empty()).then(|| Arc::new(Shared { text, secrets: OnceLock::new() })))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_clone_is_the_same_memory_until_it_is_changed() {
        let one = Text::from("abc");
        let mut other = one.clone();
        assert!(std::ptr::eq(one.as_ptr(), other.as_ptr()));
        other.to_mut().push('d');
        assert_eq!((&*one, &*other), ("abc", "abcd"));
        assert_eq!(Text::from(""), Text::default());
    }

    #[test]
    fn a_shared_text_is_searched_for_secrets_once() {
        let searches = Cell::new(0);
        let find = |text: &str| {
            searches.set(searches.get() + 1);
            vec![Span::whole(text)]
        };
        let one = Text::from("abc");
        assert!(one.shared_secrets("", find).is_none(), "nobody shares it");
        let mut other = one.clone();
        for text in [&one, &other, &one] {
            assert_eq!(text.shared_secrets("", find).map(|s| s.spans.clone()), Some(vec![Span::new(0, 3)]));
        }
        assert!(one.shared_secrets("text/xml", find).is_none(), "read as something else, other bytes may be secret");
        assert_eq!(searches.get(), 1);
        other.to_mut().push('d');
        let another = other.clone();
        assert_eq!(another.shared_secrets("", find).map(|s| s.spans.clone()), Some(vec![Span::new(0, 4)]));
    }
}
