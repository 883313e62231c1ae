//! Names under which requests carry credentials, by what each one is: the one list that checks read. [`super::names`] grades any
//! name for masking; this says where a name is enough to find a credential.

use std::sync::LazyLock;

use crate::domain::headers::HeaderNames;
use crate::domain::vendors;

/// Where a name carries a credential by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    /// A header.
    Header,
    /// A parameter of the query.
    Query,
    /// A field of a form, spelled exactly like this.
    Form,
    /// A field of any body, without what joins its words, by which the call itself is authorized.
    Body,
}

use In::{Body, Form, Header, Query};

const NAMES: [(&str, &[In]); 40] = [
    ("x-api-key", &[Header]),
    ("x-apikey", &[Header]),
    ("api-key", &[Header, Query]),
    ("api_key", &[Header, Query]),
    ("apikey", &[Header, Query, Body]),
    ("x-api-token", &[Header]),
    ("apitoken", &[Body]),
    ("appid", &[Query]),
    ("appkey", &[Body]),
    ("x-access-token", &[Header]),
    ("access-token", &[Header]),
    ("access_token", &[Header, Query, Form]),
    ("accesstoken", &[Query, Body]),
    ("accesskey", &[Header, Body]),
    ("x-auth-token", &[Header]),
    ("auth-token", &[Header]),
    ("auth_token", &[Header, Query]),
    ("authtoken", &[Query, Body]),
    ("x-auth-key", &[Header]),
    ("authkey", &[Body]),
    ("auth", &[Query]),
    ("authorization", &[Query]),
    ("bearer", &[Query]),
    ("client_assertion", &[Form]),
    ("clientassertion", &[Body]),
    ("client_secret", &[Form]),
    ("clientsecret", &[Body]),
    ("code_token", &[Query]),
    ("id_token", &[Query]),
    ("jwt", &[Query]),
    ("x-jwt-assertion", &[Header]),
    ("key", &[Query]),
    ("private_token", &[Query]),
    ("subscription-key", &[Query]),
    ("x-session-token", &[Header]),
    ("sig", &[Query]),
    ("x-amz-signature", &[Query]),
    ("_sid", &[Query]),
    ("token", &[Header, Query]),
    ("x-token", &[Header]),
];

/// How headers for a key or token end, whatever comes before.
const HEADER_ENDS: [&str; 4] = ["api-key", "apikey", "-token", "access_token"];

/// How many services name parameters and fields for keys and tokens: `hapikey`, `oauth_token`, `auth_key`.
const FIELD_ENDS: [&str; 7] = ["apikey", "api_key", "api-key", "auth_key", "oauth_token", "auth_token", "access_token"];

/// Words that speak of a credential.
const WORDS: [&str; 16] = [
    "key",
    "apikey",
    "secret",
    "token",
    "access",
    "consumer",
    "signature",
    "sign",
    "auth",
    "authentication",
    "authorization",
    "session",
    "passphrase",
    "password",
    "credential",
    "credentials",
];

/// Parts of the names of fields for credentials, without what joins words. In a body they must be telling within longer words.
const PARTS: [&str; 12] =
    ["token", "assertion", "credential", "apikey", "appkey", "accesskey", "authkey", "secret", "jwt", "saml", "auth", "refresh"];

fn all(place: In) -> impl Iterator<Item = &'static str> {
    NAMES.iter().filter(move |(_, places)| places.contains(&place)).map(|(name, _)| *name)
}

/// True for a header that carries a key or token by itself; those of vendors are among them.
pub fn is_header(name: &str) -> bool {
    static KNOWN: LazyLock<HeaderNames> = LazyLock::new(|| all(Header).chain(vendors::key_headers()).collect());
    KNOWN.has(name)
}

/// True for a header that ends as many do that carry a key or token.
pub fn ends_like_header(name: &str) -> bool {
    let last = |length: usize| name.len().checked_sub(length).and_then(|start| name.as_bytes().get(start..));
    HEADER_ENDS.iter().any(|end| last(end.len()).is_some_and(|last| last.eq_ignore_ascii_case(end.as_bytes())))
}

/// True for a parameter of the query that carries a credential by itself.
pub fn is_parameter(name: &str) -> bool {
    all(Query).any(|known| known.eq_ignore_ascii_case(name))
}

/// True for a field of a form that carries a credential by itself.
pub fn is_form_field(name: &str) -> bool {
    all(Form).any(|known| known == name)
}

/// True for a field of a body, its name folded, by which a call itself is authorized.
pub fn authorizes_call(folded: &str) -> bool {
    all(Body).any(|known| known == folded)
}

/// True for a parameter or field that ends as many do that carry a key or token.
pub fn ends_like_field(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FIELD_ENDS.iter().any(|end| name.ends_with(end))
}

/// True for a word, in lower case, that speaks of a credential.
pub fn is_word(word: &str) -> bool {
    WORDS.contains(&word)
}

/// True for a text, folded, in which the name of a field for a credential may be.
pub fn has_part(folded: &str) -> bool {
    PARTS.iter().any(|part| folded.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secrecy::names::{self, Grade, Side};

    #[test]
    fn what_carries_a_credential_by_its_name_is_masked() {
        for (name, places) in NAMES {
            assert!(!places.is_empty() && NAMES.iter().filter(|(other, _)| *other == name).count() == 1, "{name}");
            let grade = if *places == [Header] { names::of_header(name) } else { names::of(name, Side::Request) };
            assert!(grade >= Grade::Likely, "{name}: {grade:?}");
        }
    }

    #[test]
    fn a_name_carries_a_credential_where_the_list_says() {
        assert!(is_header("X-API-Key") && is_header("x-token") && is_header("X-Vault-Token") && !is_header("key"));
        assert!(is_parameter("Access_Token") && !is_parameter("x-api-key"));
        assert!(is_form_field("client_secret") && !is_form_field("Client_Secret"));
        assert!(authorizes_call("accesskey") && !authorizes_call("token"));
        assert!(ends_like_header("X-Acme-Token") && !ends_like_header("token-x") && ends_like_field("hapikey"));
    }
}
