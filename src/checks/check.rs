//! A check, and how it is declared: all that the engine knows of it is in its declaration.

use super::Finding;
use super::facts::Facts;
use super::facts::service::Meaning;
use super::facts::words::Topic;
use crate::domain::trial::tried::Trial;

/// The sections of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Is the header there, and well formed?
    Credentials,
    /// What the token says.
    Token,
    /// Session and browser.
    Session,
    /// Address and the way there.
    Address,
    /// OAuth.
    OAuth,
}

impl Family {
    /// Heading of the section.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Token => "token",
            Self::Session => "session and browser",
            Self::Address => "address and the way there",
            Self::OAuth => "oauth",
        }
    }
}

/// When a server meets a fault, in the order in which it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// On the way, before the application sees the request: address, proxy, cache, limits.
    Way,
    /// Is a credential there, in the place that is read?
    Presence,
    /// Is it a credential at all: empty, a placeholder, wrapped in something else?
    Wrapping,
    /// Is it spelled as the header's grammar says?
    Spelling,
    /// Can it be decoded?
    Encoding,
    /// Is the token's algorithm allowed?
    Algorithm,
    /// Is there a key for it?
    Key,
    /// Does the signature verify?
    Signature,
    /// Are the claims of the right form and kind?
    ClaimForm,
    /// Do the clocks agree?
    Clock,
    /// Is it valid now?
    Times,
    /// Is it for this API?
    Claims,
    /// Does it allow this request?
    Scope,
    /// Outside of this order: sessions, browsers, OAuth, rules of the server.
    Elsewhere,
    /// Last: it was refused, and nothing wrong can be seen.
    Residual,
}

impl Stage {
    /// True for faults that lie in the request's credential or token, not on the way and not in the address.
    pub fn is_of_the_credential(self) -> bool {
        (Self::Presence..=Self::Scope).contains(&self)
    }

    /// True for faults that a server meets before it can judge the credential itself: they explain that it was refused.
    pub fn is_before_judgment(self) -> bool {
        (Self::Presence..=Self::Encoding).contains(&self)
    }
}

/// What would decide between causes that the exchange alone cannot tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// An answer at all.
    Answer,
    /// The credential, which the recorder removed.
    RemovedCredential,
    /// The keys that verify the token.
    KeySet,
    /// What the API accepts.
    Expectations,
    /// What the authorization server knows of the token.
    Introspection,
    /// The password.
    Password,
    /// The secret that signs requests.
    SigningSecret,
    /// What the server noted about the login.
    LogInLog,
    /// What arrived behind the proxy.
    HeadersBehindProxy,
    /// The same answer from no cache.
    UncachedAnswer,
    /// The scheme by the documentation.
    DocumentedScheme,
    /// The requests before this one.
    EarlierRequests,
    /// How one logs in, by the documentation.
    DocumentedLogIn,
    /// The `Set-Cookie` of the login.
    SetCookie,
    /// The server's rule for the path.
    AccessRule,
    /// What the server noted about the request.
    ServerLog,
}

impl Need {
    /// What is missing, in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Answer => "the server's answer: send the request",
            Self::RemovedCredential => "the credential as it was sent: the recorder removed it",
            Self::KeySet => "the issuer's key set: it shows whether the signature is right",
            Self::Expectations => "the audience, issuer and scope that the API accepts",
            Self::Introspection => {
                "the authorization server's log, or its introspection of this token: is it revoked, or from another environment?"
            }
            Self::Password => {
                "the password in the expectations: the response can then be checked, which tells a wrong password from an old nonce"
            }
            Self::SigningSecret => "the secret of the key as the password in the expectations: the signature can then be computed",
            Self::LogInLog => "the server's log line for this request: a wrong password and a locked account get the same answer",
            Self::HeadersBehindProxy => "what arrives behind the proxy: the request headers in the application's log",
            Self::UncachedAnswer => "the answer to the same request with Cache-Control: no-cache",
            Self::DocumentedScheme => "the scheme that the API's documentation names (Bearer, Basic, Token and so on)",
            Self::EarlierRequests => "the requests before this one: a redirect may have dropped the header (curl -v -L shows it)",
            Self::DocumentedLogIn => "how the API wants you to log in, by its documentation: a header or a session cookie",
            Self::SetCookie => "the Set-Cookie line of the login: it shows value and expiry of the session cookie",
            Self::AccessRule => "the server's rule for this path: it shows whether the account or the IP address is refused",
            Self::ServerLog => "the server's log line for this request, or a similar request that works",
        }
    }

    /// The options of `authtui check` that give it, if there are any.
    pub const fn options(self) -> Option<&'static str> {
        match self {
            Self::KeySet => Some("--jwks"),
            Self::Expectations => Some("--expect-audience, --expect-issuer, --expect-scope"),
            _ => None,
        }
    }

    /// What is missing and with which options it is given.
    pub fn with_options(self) -> String {
        let options = self.options().map(|options| format!(" ({options})")).unwrap_or_default();
        format!("{}{options}", self.text())
    }

    /// True when it is not at hand.
    pub fn is_missing(self, facts: &Facts) -> bool {
        match self {
            Self::Password | Self::SigningSecret => facts.context.password.is_none(),
            Self::Introspection => facts.introspection().is_none(),
            _ => true,
        }
    }
}

/// One check of the catalogue.
#[derive(Debug)]
pub struct Check {
    /// The name of the fault, as in JSON and in `authtui explain`.
    pub id: &'static str,
    /// The section that lists it.
    pub family: Family,
    /// The explanation: its first line is the summary, then fixed headings.
    pub doc: &'static str,
    /// When a server meets the fault.
    pub stage: Stage,
    /// Topics of the answer that speak for it, its own first.
    pub topics: &'static [Topic],
    /// True when its topics are those of other faults first: words that mean it by a service's documentation are not about them.
    pub shares_topics: bool,
    /// True when it says that the request was refused and not why; all of the last stage do.
    pub gives_no_reason: bool,
    /// Faults that it brings with it, whatever the answer says: a damaged token does not verify.
    pub explains: &'static [&'static str],
    /// True when it only says that the credential was refused: whatever is wrong with the credential's form explains it.
    pub is_refusal: bool,
    /// True when it says that something is not there. What is missing has no bytes, and why it is missing is often the cause.
    pub is_of_absence: bool,
    /// True when it holds even on an answer that accepts the request.
    pub holds_when_accepted: bool,
    /// What would decide whether it is the cause.
    pub decided_by: &'static [Need],
    /// Variants of a refused request that prove it when they are accepted.
    pub proven_by: &'static [Trial],
    /// Looks at the facts and answers.
    pub run: fn(&Facts) -> Finding,
}

impl Check {
    /// The first sentence of the explanation.
    pub fn summary(&self) -> &'static str {
        self.doc.trim().lines().next().unwrap_or_default()
    }

    /// What an answer speaks of that means this fault by its service's documentation.
    pub fn meaning(&self) -> Meaning {
        Meaning {
            topic: self.topics.first().copied().filter(|_| !self.shares_topics),
            topics: self.topics,
            gives_reason: !self.gives_no_reason && self.stage != Stage::Residual,
        }
    }

    /// True when this fault, if it is there, brings the other with it.
    pub fn explains(&self, other: &Self) -> bool {
        self.explains.contains(&other.id) || (other.is_refusal && self.stage.is_before_judgment())
    }
}

/// Declares a check: doc comment, the constant, the id, the family, what the ranking knows of it, the function that looks.
/// All but the first line, the stage and the function may be left out.
macro_rules! check {
    (
        $(#[doc = $line:literal])+
        $name:ident = $id:literal, $family:ident,
        stage: $stage:ident
        $(, topics: [$($topic:ident),+])?
        $(, shares_topics: $shared:literal)?
        $(, gives_no_reason: $no_reason:literal)?
        $(, explains: [$($effect:literal),+])?
        $(, is_refusal: $refusal:literal)?
        $(, is_of_absence: $absence:literal)?
        $(, holds_when_accepted: $accepted:literal)?
        $(, decided_by: [$($need:ident),+])?
        $(, proven_by: [$($trial:ident),+])?,
        run: $run:expr
    ) => {
        $(#[doc = $line])+
        pub static $name: $crate::checks::Check = $crate::checks::Check {
            id: $id,
            family: $crate::checks::Family::$family,
            doc: concat!($($line, "\n"),+),
            stage: $crate::checks::check::Stage::$stage,
            topics: &[$($($crate::checks::facts::words::Topic::$topic),+)?],
            shares_topics: false $(|| $shared)?,
            gives_no_reason: false $(|| $no_reason)?,
            explains: &[$($($effect),+)?],
            is_refusal: false $(|| $refusal)?,
            is_of_absence: false $(|| $absence)?,
            holds_when_accepted: false $(|| $accepted)?,
            decided_by: &[$($($crate::checks::check::Need::$need),+)?],
            proven_by: &[$($($crate::domain::trial::tried::Trial::$trial),+)?],
            run: $run,
        };
    };
}

pub(crate) use check;
