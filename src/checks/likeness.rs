//! Which requests are the same but for their credentials.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::domain::headers::Header;
use crate::domain::origin::is_credential;
use crate::domain::request::Request;

/// What of a request's headers is compared with those of other requests to the same address. To find it takes a walk through all
/// of them, so that it is kept for each exchange of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    has_credential: bool,
    credentials: u64,
    others: u64,
}

impl Likeness {
    /// Of a request.
    pub fn of(request: &Request) -> Self {
        const OF_THE_CLIENT: [&str; 5] = ["user-agent", "accept", "accept-encoding", "accept-language", "connection"];
        let headers = request.headers.iter().map(|(_, header)| header);
        let (credentials, others): (Vec<&Header>, Vec<&Header>) = headers.partition(|header| is_credential(header));
        let counts = |h: &&Header| !OF_THE_CLIENT.iter().any(|name| h.is(name));
        let has_credential = !credentials.is_empty();
        Self { has_credential, credentials: hash(credentials.into_iter()), others: hash(others.into_iter().filter(counts)) }
    }

    /// True when a header is a credential.
    pub const fn has_credential(self) -> bool {
        self.has_credential
    }

    /// True when the headers differ in the credentials at most, and in what names the client.
    pub const fn is_alike(self, other: Self) -> bool {
        self.others == other.others
    }
}

/// Of some headers in any order.
fn hash<'a>(headers: impl Iterator<Item = &'a Header>) -> u64 {
    let mut fields: Vec<(String, &str)> = headers.map(|h| (h.name.to_ascii_lowercase(), h.value.as_str())).collect();
    fields.sort_unstable();
    let mut hasher = DefaultHasher::new();
    fields.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_alike_whatever_names_the_client_and_whatever_they_are_sent_with() {
        let of = |headers: &[(&str, &str)]| Likeness::of(&Request { headers: headers.iter().copied().collect(), ..Request::default() });
        let one = of(&[("X-A", "1"), ("Authorization", "Bearer abc"), ("User-Agent", "a"), ("X-B", "2")]);
        for (headers, is_alike, is_same) in [
            (&[("x-b", "2"), ("authorization", "Bearer abc"), ("X-A", "1"), ("Accept", "*/*")][..], true, true),
            (&[("X-A", "1"), ("Authorization", "Bearer abd"), ("X-B", "2")], true, false),
            (&[("X-A", "1"), ("X-B", "2")], true, false),
            (&[("X-A", "1"), ("Authorization", "Bearer abc"), ("X-B", "3")], false, false),
            (&[("X-A", "1"), ("X-A", "1"), ("Authorization", "Bearer abc"), ("X-B", "2")], false, false),
        ] {
            let other = of(headers);
            assert_eq!((one.is_alike(other), one == other), (is_alike, is_same), "{headers:?}");
        }
    }
}
