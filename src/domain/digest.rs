//! Digest authentication (RFC 7616, RFC 2617): the credentials that were sent, the challenge, and the response computed again.

mod answer;

use std::fmt;

use aws_lc_rs::digest as aws;
use md5::Digest as _;

use super::span::Span;

/// One `name=value` of a Digest header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestParam {
    /// The name as written.
    pub name: String,
    /// The value without its quotes and escapes.
    pub value: String,
    /// Whether it is in quotes.
    pub quoted: bool,
    /// Where the whole parameter is in the header's value.
    pub span: Span,
    /// Where the value is there, quotes included.
    pub value_span: Span,
}

/// The parameters of an `Authorization: Digest …` value, in order, duplicates kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestCredentials {
    /// The parameters.
    pub params: Vec<DigestParam>,
}

impl DigestCredentials {
    /// Reads a header's value; `None` when its scheme is another. Tolerant: spaces, missing values and an open quote are
    /// read as far as they go, and what is not `name=value` is left out.
    pub fn read(value: &str) -> Option<Self> {
        let trimmed = value.trim_start();
        let (scheme, rest) = trimmed.split_at_checked(6)?;
        if !scheme.eq_ignore_ascii_case("digest") || !rest.starts_with([' ', '\t', ',']) && !rest.is_empty() {
            return None;
        }
        let mut params = Vec::new();
        let mut at = value.len() - rest.len();
        while let Some((param, next)) = read_param(value, at) {
            params.extend(param);
            at = next;
        }
        Some(Self { params })
    }

    /// The first parameter with that name, in any case.
    pub fn param(&self, name: &str) -> Option<&DigestParam> {
        self.params.iter().find(|p| p.name.eq_ignore_ascii_case(name))
    }

    /// Value of the first parameter with that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.param(name).map(|p| p.value.as_str())
    }

    /// The algorithm named, MD5 without one; `None` for one that is not known.
    pub fn algorithm(&self) -> Option<Algorithm> {
        Algorithm::read(self.get("algorithm").unwrap_or("MD5"))
    }

    /// True when the user name was sent as a hash (RFC 7616 section 3.4.4).
    pub fn has_user_hash(&self) -> bool {
        self.get("userhash").is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// The user name as it must be sent for this user: hashed where `userhash` says so.
    ///
    /// # Errors
    /// When the algorithm is not known or the realm is missing.
    pub fn expected_username(&self, username: &str) -> Result<String, NotComputable> {
        if !self.has_user_hash() {
            return Ok(username.to_string());
        }
        let algorithm = self.known_algorithm()?;
        Ok(algorithm.hash.hex(&[username, ":", self.needed("realm")?]))
    }

    /// The response computed from this user, password, method and body with the other parameters as they were sent
    /// (RFC 7616 section 3.4.1).
    ///
    /// # Errors
    /// When a parameter is missing, or algorithm or qop is not known.
    pub fn expected_response(&self, username: &str, password: &str, method: &str, body: &str) -> Result<String, NotComputable> {
        let algorithm = self.known_algorithm()?;
        let hash = algorithm.hash;
        let (realm, nonce, uri) = (self.needed("realm")?, self.needed("nonce")?, self.needed("uri")?);
        let mut secret = hash.hex(&[username, ":", realm, ":", password]);
        if algorithm.session {
            secret = hash.hex(&[&secret, ":", nonce, ":", self.needed("cnonce")?]);
        }
        let qop = self.get("qop").filter(|q| !q.is_empty());
        let action = match qop {
            Some(q) if q.eq_ignore_ascii_case("auth-int") => hash.hex(&[method, ":", uri, ":", &hash.hex(&[body])]),
            Some(q) if !q.eq_ignore_ascii_case("auth") => return Err(NotComputable::Qop(q.to_string())),
            _ => hash.hex(&[method, ":", uri]),
        };
        Ok(match qop {
            Some(qop) => hash.hex(&[&secret, ":", nonce, ":", self.needed("nc")?, ":", self.needed("cnonce")?, ":", qop, ":", &action]),
            None => hash.hex(&[&secret, ":", nonce, ":", &action]),
        })
    }

    fn known_algorithm(&self) -> Result<Algorithm, NotComputable> {
        self.algorithm().ok_or_else(|| NotComputable::Algorithm(self.get("algorithm").unwrap_or_default().to_string()))
    }

    fn needed(&self, name: &'static str) -> Result<&str, NotComputable> {
        self.get(name).ok_or(NotComputable::Missing(name))
    }
}

/// Why a response cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// A parameter is not there.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    /// An algorithm outside RFC 7616.
    #[error("the algorithm {0} is not known")]
    Algorithm(String),
    /// A quality of protection outside RFC 7616.
    #[error("the qop {0} is not known")]
    Qop(String),
}

/// Reads one parameter from `at` on, and says where the next begins; `None` at the end.
fn read_param(text: &str, at: usize) -> Option<(Option<DigestParam>, usize)> {
    let rest = text.get(at..)?;
    let start = at + rest.find(|c: char| c != ',' && !c.is_ascii_whitespace())?;
    let rest = &text[start..];
    let name_len = rest.find(|c: char| c == '=' || c == ',' || c.is_ascii_whitespace()).unwrap_or(rest.len());
    let gap = rest[name_len..].len() - rest[name_len..].trim_start().len();
    let Some(after) = rest[name_len + gap..].strip_prefix('=') else {
        // A word without a value: the next parameter begins after it.
        return Some((None, start + name_len.max(1)));
    };
    let value_at = text.len() - after.trim_start_matches([' ', '\t']).len();
    let (value, quoted, end) = read_value(text, value_at);
    let name = rest[..name_len].to_string();
    Some((Some(DigestParam { name, value, quoted, span: Span::new(start, end), value_span: Span::new(value_at, end) }), end))
}

fn read_value(text: &str, at: usize) -> (String, bool, usize) {
    let rest = &text[at..];
    let Some(inside) = rest.strip_prefix('"') else {
        let len = rest.find(|c: char| c == ',' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        return (rest[..len].to_string(), false, at + len);
    };
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return (value, true, at + 1 + i + 1),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    (value, true, text.len())
}

/// A Digest algorithm with or without `-sess`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// The hash function.
    pub hash: Hash,
    /// `-sess`: nonce and cnonce go into the secret.
    pub session: bool,
}

impl Algorithm {
    /// Reads a name in any case.
    pub fn read(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        let (hash, session) = upper.strip_suffix("-SESS").map_or((upper.as_str(), false), |hash| (hash, true));
        let hash = [Hash::Md5, Hash::Sha256, Hash::Sha512_256].into_iter().find(|h| h.name() == hash)?;
        Some(Self { hash, session })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.hash.name(), if self.session { "-sess" } else { "" })
    }
}

/// The hash functions of RFC 7616.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5, kept for old servers.
    Md5,
    /// SHA-256.
    Sha256,
    /// SHA-512/256.
    Sha512_256,
}

impl Hash {
    /// The registered name in upper case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
            Self::Sha512_256 => "SHA-512-256",
        }
    }

    /// Hash of the parts one after the other, in lower-case hexadecimal.
    fn hex(self, parts: &[&str]) -> String {
        let sha = |algorithm: &'static aws::Algorithm| {
            let mut context = aws::Context::new(algorithm);
            parts.iter().for_each(|part| context.update(part.as_bytes()));
            hex(context.finish().as_ref())
        };
        match self {
            Self::Md5 => {
                let mut hasher = md5::Md5::new();
                parts.iter().for_each(|part| hasher.update(part.as_bytes()));
                hex(&hasher.finalize())
            }
            Self::Sha256 => sha(&aws::SHA256),
            Self::Sha512_256 => sha(&aws::SHA512_256),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// What a server asks for: the parameters of its `Digest` challenge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestChallenge {
    /// `realm`.
    pub realm: Option<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `opaque`, to be sent back unchanged.
    pub opaque: Option<String>,
    /// `algorithm`; MD5 applies when it is absent.
    pub algorithm: Option<String>,
    /// The offered qualities of protection; empty when the parameter is absent.
    pub qop: Vec<String>,
    /// `stale=true`: user and password were right, only the nonce is too old.
    pub stale: bool,
    /// `userhash=true`.
    pub user_hash: bool,
}

impl DigestChallenge {
    /// From the parameters of one challenge; of two with one name the first counts.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut challenge = Self::default();
        for (name, value) in params {
            let text = || Some(value.to_string());
            match name.to_ascii_lowercase().as_str() {
                "realm" => challenge.realm = challenge.realm.or_else(text),
                "nonce" => challenge.nonce = challenge.nonce.or_else(text),
                "opaque" => challenge.opaque = challenge.opaque.or_else(text),
                "algorithm" => challenge.algorithm = challenge.algorithm.or_else(text),
                "qop" => challenge.qop.extend(value.split(',').map(str::trim).filter(|q| !q.is_empty()).map(str::to_string)),
                "stale" => challenge.stale = value.eq_ignore_ascii_case("true"),
                "userhash" => challenge.user_hash = value.eq_ignore_ascii_case("true"),
                _ => {}
            }
        }
        challenge
    }

    /// The algorithm asked for, MD5 when none is named.
    pub fn algorithm_name(&self) -> &str {
        self.algorithm.as_deref().unwrap_or("MD5")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RFC_7616: &str = r#"Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=ALG,
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        qop=auth, response="x", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#;

    fn respond(header: &str, user: &str, password: &str, method: &str, body: &str) -> String {
        DigestCredentials::read(header).expect("Digest").expected_response(user, password, method, body).unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn the_examples_of_rfc_7616() {
        let with = |algorithm| respond(&RFC_7616.replace("ALG", algorithm), "Mufasa", "Circle of Life", "GET", "");
        assert_eq!(with("MD5"), "8ca523f5e9506fed4657c9700eebdbec");
        assert_eq!(with("SHA-256"), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
        assert_eq!(with("SHA-1"), "the algorithm SHA-1 is not known");
    }

    #[test]
    fn the_user_hash_example_as_corrected_by_its_erratum() {
        let header = r#"Digest username="x", realm="api@example.org", uri="/doe.json", algorithm=SHA-512-256,
            nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", nc=00000001, cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
            qop=auth, response="x", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", userhash=true"#;
        let sent = DigestCredentials::read(header).expect("Digest");
        assert_eq!(sent.expected_username("Jäsøn Doe").as_deref(), Ok("793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"));
        let response = respond(header, "Jäsøn Doe", "Secret, or not?", "GET", "");
        assert_eq!(response, "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
    }

    #[test]
    fn the_example_of_rfc_2617_and_its_old_form_without_qop() {
        let old =
            r#"Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html""#;
        let new = format!(r#"{old}, qop=auth, nc=00000001, cnonce="0a4f113b""#);
        assert_eq!(respond(&new, "Mufasa", "Circle Of Life", "GET", ""), "6629fae49393a05397450978507c4ef1");
        assert_eq!(respond(old, "Mufasa", "Circle Of Life", "GET", ""), "670fd8c2df070c60b045671b8b24ff02");
        let empty = format!("{old}, qop=");
        assert_eq!(respond(&empty, "Mufasa", "Circle Of Life", "GET", ""), "670fd8c2df070c60b045671b8b24ff02");
    }

    #[test]
    fn session_and_body_change_the_response() {
        let base = RFC_7616.replace("ALG", "MD5");
        let plain = respond(&base, "a", "b", "POST", "x");
        assert_eq!(plain, respond(&base, "a", "b", "POST", "y"));
        let body = base.replace("qop=auth", "qop=auth-int");
        assert_ne!(respond(&body, "a", "b", "POST", "x"), respond(&body, "a", "b", "POST", "y"));
        assert_ne!(respond(&RFC_7616.replace("ALG", "MD5-sess"), "a", "b", "POST", "x"), plain);
    }

    #[test]
    fn parameters_keep_their_place() {
        let header = r#"Digest  username = "a\"b", qop=, nc="00000005",junk, uri="/x"#;
        let sent = DigestCredentials::read(header).expect("Digest");
        let read: Vec<_> = sent.params.iter().map(|p| (p.name.as_str(), p.value.as_str(), p.quoted)).collect();
        assert_eq!(read, [("username", "a\"b", true), ("qop", "", false), ("nc", "00000005", true), ("uri", "/x", true)]);
        assert_eq!(sent.param("NC").and_then(|p| p.span.cut(header)), Some(r#"nc="00000005""#));
        assert_eq!(DigestCredentials::read("Bearer x"), None);
        assert_eq!(DigestCredentials::read("Digestive x=1"), None);
    }

    #[test]
    fn a_challenge_has_its_defaults() {
        let challenge = DigestChallenge::from_params([("Realm", "lab"), ("nonce", "n"), ("qop", "auth, auth-int"), ("stale", "TRUE")]);
        assert_eq!((challenge.realm.as_deref(), challenge.algorithm_name(), challenge.stale), (Some("lab"), "MD5", true));
        assert_eq!(challenge.qop, ["auth", "auth-int"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_header_is_read_to_its_end(rest in "[ -~é\"\\\\=,]{0,60}") {
            let header = format!("Digest {rest}");
            for param in DigestCredentials::read(&header).expect("Digest").params {
                prop_assert!(param.span.cut(&header).is_some_and(|text| text.starts_with(&param.name)));
                prop_assert!(param.value_span.cut(&header).is_some());
            }
        }
    }
}
