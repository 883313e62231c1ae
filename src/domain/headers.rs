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
