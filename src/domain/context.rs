//! What is known about an exchange: what the API expects, what came before, whose clock.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use super::history::History;
use super::oauth::Introspection;
use super::server_config::ServerConfig;
use super::token::dpop::DpopKey;
use super::token::key_set::KeySet;
use super::transit::Transit;
use super::trial::tried::Tried;

pub use super::history::Previous;

/// Where an expectation came from; the first that speaks wins, and the screen shows which did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An option of the command line.
    CommandLine,
    /// A directive in the file, or the HAR entry's `_authtui` member.
    File,
    /// Typed in the expectations form.
    Session,
    /// Read from the answer's challenge.
    Challenge,
}

/// What is known about an exchange besides its texts. Every member may be absent; lists are alternatives.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The clock when the request was sent.
    pub now: Option<Timestamp>,
    /// Audiences that the API accepts.
    pub audience: Vec<String>,
    /// Issuers that the API accepts.
    pub issuer: Vec<String>,
    /// Scopes that the API asks for, all of them.
    pub scope: Vec<String>,
    /// Signature algorithms that the API accepts.
    pub algorithm: Vec<String>,
    /// Statuses that an answer is to have: `200`, `2xx`, `200-299`. Only whoever sends many requests at once asks for them.
    pub expect_status: Vec<String>,
    /// Path of the key set, relative to the file that names it.
    pub jwks: Option<String>,
    /// The keys read from there (or from an option).
    pub keys: Option<Arc<KeySet>>,
    /// Path of the key that DPoP proofs are made with, relative to the file that names it.
    pub dpop_key_file: Option<String>,
    /// The key read from there.
    pub dpop_key: Option<Arc<DpopKey>>,
    /// Scheme of the credential (`Bearer`, `Basic`, `Token`, …).
    pub scheme: Vec<String>,
    /// Name of the header that carries the credential.
    pub header: Vec<String>,
    /// Name of the session cookie.
    pub cookie: Vec<String>,
    /// Client authentication method of the token endpoint (`client_secret_basic`, …).
    pub client_authentication: Vec<String>,
    /// The documented address.
    pub url: Vec<String>,
    /// The documented host, with port where it has one.
    pub host: Vec<String>,
    /// The user name that the user means to log in with.
    pub username: Option<String>,
    /// The password that the user means to log in with.
    pub password: Option<String>,
    /// Cookies received earlier.
    pub set_cookie: Vec<ReceivedCookie>,
    /// Exchanges before this one, oldest first.
    pub previous: History,
    /// True when the same credential works elsewhere.
    pub credential_known_good: Option<bool>,
    /// When an opaque token was issued.
    pub token_issued_at: Option<Timestamp>,
    /// For how many seconds an opaque token was issued.
    pub token_expires_in: Option<i64>,
    /// The client library.
    pub client: Option<String>,
    /// The server software.
    pub server: Option<String>,
    /// A line of the server's configuration.
    pub config: Option<String>,
    /// Path of a configuration file of that server, relative to the file that names it.
    pub config_file: Option<String>,
    /// What was read from there, from an option, or from configurations that were opened beside the request.
    pub server_configs: Vec<Arc<ServerConfig>>,
    /// The browser's credentials mode: `omit`, `same-origin`, `include`.
    pub fetch_credentials: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// Where the tool that the request was imported from has its auth.
    pub auth_source: Option<AuthSource>,
    /// Variants of the request that were sent beside it, the request as it is first.
    pub tried: Vec<Tried>,
    /// What arrived of the request behind the proxies on its way.
    pub transit: Option<Arc<Transit>>,
    /// What the authorization server said of a token.
    pub introspection: Option<Introspection>,
    /// The file leaves credential headers out on purpose (Chrome's sanitized export): absent is not missing.
    pub sanitized: bool,
    /// Which source won for a member that is set, by the member's name in `_authtui`.
    pub origins: BTreeMap<&'static str, Origin>,
}

impl Context {
    /// What the API is said to accept, kind by kind.
    pub fn lists_mut(&mut self) -> [&mut Vec<String>; 10] {
        [
            &mut self.audience,
            &mut self.issuer,
            &mut self.scope,
            &mut self.algorithm,
            &mut self.scheme,
            &mut self.header,
            &mut self.cookie,
            &mut self.client_authentication,
            &mut self.url,
            &mut self.host,
        ]
    }

    /// True if none of these lists is longer.
    pub fn has_at_most(&self, most: usize) -> bool {
        let lists = [&self.audience, &self.issuer, &self.scope, &self.algorithm, &self.scheme, &self.header, &self.cookie];
        lists.into_iter().chain([&self.client_authentication, &self.url, &self.host]).all(|list| list.len() <= most)
    }
}

/// A context that takes memory only where something is known; a clone shares it until it is changed. A recording may have
/// hundreds of thousands of entries about which nothing is known.
#[derive(Clone, Debug, Default)]
pub struct SharedContext(Option<Arc<Context>>);

impl SharedContext {
    /// True when nothing is known.
    pub const fn is_nothing(&self) -> bool {
        self.0.is_none()
    }
}

impl Deref for SharedContext {
    type Target = Context;

    fn deref(&self) -> &Context {
        static NOTHING: LazyLock<Context> = LazyLock::new(Context::default);
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for SharedContext {
    fn deref_mut(&mut self) -> &mut Context {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl From<Context> for SharedContext {
    fn from(context: Context) -> Self {
        Self(Some(Arc::new(context)))
    }
}

/// Where another tool has the auth of a request: collections and folders pass it on to what is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthSource {
    /// The tool's name.
    pub tool: String,
    /// The kind of auth, as people call it; `None` where the tool sends none.
    pub auth: Option<String>,
    /// The level that decides.
    pub level: AuthLevel,
    /// The name of that folder or collection; empty for a request.
    pub name: String,
}

/// The levels of a collection at which auth is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthLevel {
    /// The request itself: nothing is inherited.
    Request,
    /// A folder around it.
    Folder,
    /// The collection, where inheritance ends.
    Collection,
}

impl AuthLevel {
    const ALL: [Self; 3] = [Self::Request, Self::Folder, Self::Collection];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Folder => "folder",
            Self::Collection => "collection",
        }
    }
}

impl AuthSource {
    /// Reads what [`Display`](fmt::Display) writes: `Postman: Bearer, from the folder Admin`.
    pub fn read(text: &str) -> Option<Self> {
        let (tool, rest) = text.split_once(": ")?;
        let (auth, rest) = rest.split_once(", from the ")?;
        let (level, name) = rest.split_once(' ').unwrap_or((rest, ""));
        let level = AuthLevel::ALL.into_iter().find(|known| known.word() == level)?;
        let auth = (auth != "none").then(|| auth.to_string());
        Some(Self { tool: tool.trim().into(), auth, level, name: name.trim().into() })
    }

    /// Which folder or collection it is, with its name.
    pub fn place(&self) -> String {
        format!("the {} {}", self.level.word(), self.name).trim_end().to_string()
    }
}

impl fmt::Display for AuthSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, from {}", self.tool, self.auth.as_deref().unwrap_or("none"), self.place())
    }
}

/// A `Set-Cookie` line received earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedCookie {
    /// Address of the answer that set it.
    pub url: String,
    /// The header's value as received.
    pub set_cookie: String,
    /// When it came; absent means at the exchange's `now`.
    pub at: Option<Timestamp>,
}
