//! Header fields as they were sent: a list, in order, duplicates and odd bytes kept.

/// One header field, exactly as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name with the letters as sent.
    pub name: String,
    /// The value with every space and control character it had.
    pub value: String,
}

impl Header {
    /// True when the name is this one, in any case (RFC 9110 section 5.1).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Names of header fields, to be asked for in any case: every field of a message is looked up in several of such lists.
#[derive(Clone, Debug, Default)]
pub struct HeaderNames {
    by_length: Vec<Vec<&'static str>>,
}

impl HeaderNames {
    /// True when the name is one of them.
    pub fn has(&self, name: &str) -> bool {
        self.by_length.get(name.len()).is_some_and(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }
}

impl FromIterator<&'static str> for HeaderNames {
    fn from_iter<I: IntoIterator<Item = &'static str>>(names: I) -> Self {
        let mut by_length: Vec<Vec<&str>> = Vec::new();
        for name in names {
            by_length.resize_with(by_length.len().max(name.len() + 1), Vec::new);
            by_length.get_mut(name.len()).into_iter().for_each(|names| names.push(name));
        }
        Self { by_length }
    }
}

/// The header fields of one message in the original order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<Header>);

impl Headers {
    /// Adds a field at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push(Header { name: name.into(), value: value.into() });
    }

    /// Value of the first field with that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|h| h.is(name)).map(|h| h.value.as_str())
    }

    /// True when a field with that name is there.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Every field with that name, with its index in the list.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Header)> {
        self.0.iter().enumerate().filter(move |(_, h)| h.is(name))
    }

    /// All fields with their index.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Header)> {
        self.0.iter().enumerate()
    }

    /// Number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without any field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(fields: T) -> Self {
        Self(fields.into_iter().map(|(n, v)| Header { name: n.into(), value: v.into() }).collect())
    }
}
