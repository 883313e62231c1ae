//! The rows of `assets/services.toml`, whose head explains each member.

use std::sync::OnceLock;

use regex_lite::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::checks::Place;
use crate::domain::limits::{MAX_MATCHED, MAX_PATTERN};
use crate::domain::request::Request;
use crate::domain::signing::field;
use crate::domain::span::Span;

/// What one service expects of a credential.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// As its vendor writes it.
    pub name: String,
    /// Hosts, each perhaps with the beginning of a path.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// True when it may run under any host.
    #[serde(default)]
    pub self_hosted: bool,
    /// What gives it away under an unknown host.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Where the credential goes; empty when nothing is known of it.
    #[serde(default)]
    pub header: Vec<String>,
    /// Those of these places that newer versions, or some settings, do not read.
    #[serde(default)]
    pub legacy: Vec<String>,
    /// Schemes of `Authorization`; `None` when nothing is known of them.
    pub schemes: Option<Vec<String>>,
    /// False when the scheme is taken in any case.
    pub scheme_case_sensitive: Option<bool>,
    /// True when its challenge names the first of its ways to log in alone.
    #[serde(default)]
    pub challenges_first: bool,
    /// Kinds of credentials, the special before the general.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// What goes with the credential.
    #[serde(default)]
    pub companions: Vec<Companion>,
    /// The user name for Basic.
    pub username: Option<UserName>,
    /// How the models begin that it serves, and that no other service calls so.
    #[serde(default)]
    pub models: Vec<String>,
    /// Parts of the path that are ids of one kind.
    #[serde(default)]
    pub path_ids: Vec<PathId>,
    /// The claim of its own tokens that is the first label of the host.
    pub host_claim: Option<String>,
    /// Regions, sites and modes that do not know each other's credentials.
    #[serde(default)]
    pub environments: Vec<Environment>,
    /// Issuer and audience of its tokens.
    pub jwt: Option<ExpectedToken>,
    /// How its requests are signed.
    pub signs_requests: Option<Signing>,
    /// Whether a `User-Agent` is needed.
    pub user_agent: Option<UserAgent>,
    /// Headers whose credentials are taken on some routes.
    #[serde(default)]
    pub limited: Vec<Limited>,
    /// True when it reads no password over http, as if none had been sent.
    #[serde(default)]
    pub password_over_https: bool,
    /// True when it takes ID tokens of OpenID Connect in the place of access tokens.
    #[serde(default)]
    pub id_tokens: bool,
    /// True when what is public is refused with a bad credential and given without one.
    #[serde(default)]
    pub needless: bool,
    /// What its refusals say, the special before the general.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    /// One sentence for the reader.
    pub note: Option<String>,
    /// How sure the row is. Whoever writes a row of their own knows what it says.
    #[serde(default)]
    pub checked: Source,
    /// Where to read on.
    pub docs: Option<String>,
}

impl Service {
    /// True for an address of this service.
    pub fn has_host(&self, url: &url::Url) -> bool {
        super::host::fits_any(&self.hosts, url)
    }

    /// What cannot be read of its patterns.
    pub fn regex_fault(&self) -> Option<(&str, String)> {
        let of_names = self.kinds.iter().filter_map(|kind| kind.username.as_ref()).chain(&self.username);
        let of_kinds = self.kinds.iter().filter_map(|kind| kind.pattern.as_deref());
        let of_places = self.environments.iter().filter_map(|environment| environment.pattern.as_deref());
        let of_names = of_names.flat_map(|name| [name.pattern.as_deref(), name.password.as_deref()]).flatten();
        let mut patterns = of_kinds.chain(of_names).chain(of_places);
        patterns.find_map(|pattern| Some((pattern, compiled(pattern).err()?.to_string())))
    }
}

/// A kind of credential.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// How it begins.
    pub prefix: Option<String>,
    /// What the whole of it looks like.
    pub pattern: Option<String>,
    /// What it is.
    pub what: String,
    /// Whether it is for this service.
    #[serde(rename = "use")]
    pub usage: Usage,
    /// The service that it is for.
    pub belongs_to: Option<String>,
    /// The scheme that it goes with; empty for none.
    pub scheme: Option<String>,
    /// The header that it goes into, where that is not the service's first.
    pub place: Option<String>,
    /// The user name that it goes with as the password of Basic, where that is not the service's own.
    pub username: Option<UserName>,
    /// What it is of no use without: a header, or `cookie:NAME`.
    pub with: Option<String>,
    #[serde(skip)]
    regex: OnceLock<Option<Regex>>,
}

impl Kind {
    /// True for a credential of this kind.
    pub fn is(&self, credential: &str) -> bool {
        let begins = self.prefix.as_ref().is_none_or(|prefix| credential.starts_with(prefix.as_str()));
        begins && (self.pattern.is_none() || fits(&self.regex, self.pattern.as_deref(), credential) == Some(true))
    }
}

/// Whether a text fits a pattern, which is compiled when it is first needed; `None` without one that can be read, and for texts
/// that no pattern is for.
fn fits(regex: &OnceLock<Option<Regex>>, pattern: Option<&str>, text: &str) -> Option<bool> {
    let pattern = pattern.filter(|_| text.len() <= MAX_MATCHED)?;
    regex.get_or_init(|| compiled(pattern).ok()).as_ref().map(|regex| regex.is_match(text))
}

/// A pattern of a file, which may be anybody's: matching takes steps by its compiled size and the length of the text.
fn compiled(pattern: &str) -> Result<Regex, regex_lite::Error> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build()
}

/// Whether a kind of credential is for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Usage {
    /// It is.
    Ok,
    /// For some routes.
    Limited,
    /// It is for another one.
    Never,
}

/// A header whose credential is taken on some routes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limited {
    /// The header.
    pub header: String,
    /// What is in it.
    pub what: String,
    /// Parts of the paths of these routes.
    pub paths: Vec<String>,
}

/// Something that goes with a credential.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    /// A header, or `query:NAME`.
    pub header: String,
    /// When it is needed: a sentence that begins with `always`, or names the condition.
    pub needed: String,
    /// What it is.
    pub what: String,
    /// True when the host begins with it.
    #[serde(default)]
    pub in_host: bool,
    /// How its value begins.
    pub prefix: Option<String>,
}

impl Companion {
    /// True where it names a tenant, organization, project or the like: it goes with the credential and is no part of it.
    pub fn names_tenant(&self) -> bool {
        const WORDS: [&str; 9] = ["tenant", "orgid", "org-id", "organi", "namespace", "project", "workspace", "account", "team"];
        let header = self.header.to_ascii_lowercase();
        WORDS.iter().any(|word| header.contains(word))
    }

    /// Its name, without the place.
    pub fn name(&self) -> &str {
        self.header.strip_prefix("query:").unwrap_or(&self.header)
    }

    /// Where a request has it: services that read it from a header mostly take a parameter of that name as well.
    pub fn find(&self, request: &Request) -> Option<(Place, Span, String)> {
        let in_header = request.headers.all(self.name()).find(|(_, h)| !h.value.trim().is_empty());
        let in_header = in_header.map(|(i, h)| (Place::RequestHeader(i), Span::whole(&h.value), h.value.trim().to_string()));
        in_header.or_else(|| {
            let query = field::query(request);
            let found = field::find(&query, self.name())?;
            Some((Place::RequestLine, found.span, found.value.clone()))
        })
    }
}

/// The user name for Basic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserName {
    /// Its form.
    pub form: NameForm,
    /// The fixed names, set apart by ` | `.
    pub value: Option<String>,
    /// What the whole of it looks like, where the form does not say it all.
    pub pattern: Option<String>,
    /// What the password beside it looks like, where the one of the account is not taken.
    pub password: Option<String>,
    /// One sentence for the reader.
    pub note: Option<String>,
    #[serde(skip)]
    regex: OnceLock<Option<Regex>>,
    #[serde(skip)]
    of_password: OnceLock<Option<Regex>>,
}

impl UserName {
    /// The names of which it has to be one.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.value.iter().flat_map(|value| value.split(" | "))
    }

    /// Whether a password looks as it has to; `None` where any may do.
    pub fn takes_password(&self, password: &str) -> Option<bool> {
        fits(&self.of_password, self.password.as_deref(), password)
    }

    /// Whether a name looks as the pattern says; `None` without a pattern.
    pub fn looks_right(&self, name: &str) -> Option<bool> {
        fits(&self.regex, self.pattern.as_deref(), name)
    }
}

/// A part of the path that is an id of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathId {
    /// What is before it in the path.
    pub after: String,
    /// How it begins.
    pub prefix: String,
    /// What it is.
    pub what: String,
}

/// The form of a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameForm {
    /// Anything, or nothing that its characters show.
    Any,
    /// The address of an e-mail account.
    #[serde(rename = "e-mail")]
    Email,
    /// One of a few names.
    Fixed,
    /// The id of a key.
    KeyId,
    /// The id of an account.
    AccountId,
    /// The name of the account, which is not its e-mail address.
    Login,
    /// The token itself.
    Token,
}

/// A region, site or mode.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// What the vendor calls it.
    pub name: String,
    /// Its hosts.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// How its credentials begin.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// What the whole of its credentials looks like.
    pub pattern: Option<String>,
    #[serde(skip)]
    regex: OnceLock<Option<Regex>>,
}

impl Environment {
    /// True for a credential that looks like those of this environment.
    pub fn looks_like(&self, credential: &str) -> bool {
        fits(&self.regex, self.pattern.as_deref(), credential) == Some(true)
    }
}

/// Issuer and audience of a token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedToken {
    /// Any one of these.
    #[serde(default)]
    pub issuer: Vec<String>,
    /// Any one of these.
    #[serde(default)]
    pub audience: Vec<String>,
    /// The claim that its own tokens have: issuer and audience are expected of these alone.
    pub own_claim: Option<String>,
    /// The most seconds for which one may be valid.
    pub longest: Option<u32>,
}

/// How requests are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signing {
    /// AWS Signature Version 4.
    #[serde(rename = "aws-sigv4")]
    AwsSigV4,
    /// Azure Storage's Shared Key.
    #[serde(rename = "azure-sharedkey")]
    AzureSharedKey,
    /// A shared access signature in the address or the header.
    Sas,
    /// OAuth 1.0a (RFC 5849).
    #[serde(rename = "oauth1")]
    OAuth1,
    /// Another keyed hash.
    Hmac,
}

/// Whether a `User-Agent` is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserAgent {
    /// What has none is refused.
    Required,
    /// So is what has the default of a library.
    Named,
}

/// What a refusal says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Its status.
    pub status: u16,
    /// A fragment of it in lower case.
    pub says: String,
    /// The check that it means, for a request that carries a credential.
    pub means: String,
    /// True where the service says the same of other faults: this is only the likeliest of them.
    #[serde(default)]
    pub open: bool,
    /// `header:NAME` where the fragment is in a header of the answer.
    #[serde(rename = "where")]
    pub place: Option<String>,
}

/// How sure a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The vendor's documentation.
    #[default]
    Docs,
    /// The vendor's code.
    Source,
    /// The code of third parties.
    Code,
    /// None of these.
    Memory,
}

impl Source {
    /// True when a verdict may rest on the row alone.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Docs | Self::Source)
    }
}
