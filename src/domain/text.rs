//! Text that many may hold: bodies are large, and a request that is examined, sent and shown is cloned on the way.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text of which a clone takes no memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(Option<Arc<String>>);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        self
    }

    /// The text, to be changed: its own from now on, should others hold it too.
    pub fn to_mut(&mut self) -> &mut String {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_ref().map_or("", |text| text.as_str())
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
        Self((!text.is_empty()).then(|| Arc::new(text)))
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
}
