//! What the API is expected to want, and the directives that store it.

use crate::domain::context::{Context, Origin};

/// A field of the expectations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Accepted audiences.
    Audience,
    /// Accepted issuers.
    Issuer,
    /// Required scopes.
    Scope,
    /// Accepted signature algorithms.
    Algorithm,
    /// Scheme of the credential.
    Scheme,
    /// Header of the credential.
    Header,
    /// Key set file.
    Keys,
    /// The intended user name.
    Username,
    /// Configuration file of the server.
    ConfigFile,
}

impl Field {
    /// All fields, in display order.
    pub const ALL: [Self; 9] = [
        Self::Audience,
        Self::Issuer,
        Self::Scope,
        Self::Algorithm,
        Self::Scheme,
        Self::Header,
        Self::Keys,
        Self::Username,
        Self::ConfigFile,
    ];

    /// Its label and a hint.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Audience => ("audience", "required `aud`; separate with commas"),
            Self::Issuer => ("issuer", "required `iss`"),
            Self::Scope => ("scope", "required scopes; separate with spaces"),
            Self::Algorithm => ("algorithm", "signature algorithms, such as RS256"),
            Self::Scheme => ("scheme", "Bearer, Basic, Token, …"),
            Self::Header => ("header", "the header that carries the credential"),
            Self::Keys => ("keys", "a file with a JWK set or PEM; URLs are not fetched"),
            Self::Username => ("user name", "who you mean to log in as"),
            Self::ConfigFile => ("server", "its configuration file, such as nginx.conf"),
        }
    }

    /// Its name in the context's origins.
    pub const fn member(self) -> &'static str {
        match self {
            Self::Audience => "expect_audience",
            Self::Issuer => "expect_issuer",
            Self::Scope => "expect_scope",
            Self::Algorithm => "expect_algorithm",
            Self::Scheme => "expect_scheme",
            Self::Header => "expect_header",
            Self::Keys => "jwks",
            Self::Username => "username",
            Self::ConfigFile => "config_file",
        }
    }

    /// The `.http` directive that stores it.
    pub const fn directive(self) -> &'static str {
        match self {
            Self::Audience => "expect-audience",
            Self::Issuer => "expect-issuer",
            Self::Scope => "expect-scope",
            Self::Algorithm => "expect-algorithm",
            Self::Scheme => "expect-scheme",
            Self::Header => "expect-header",
            Self::Keys => "jwks",
            Self::Username => "authtui-username",
            Self::ConfigFile => "config-file",
        }
    }

    /// The field stored by a directive.
    pub fn of_directive(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.directive() == name)
    }

    /// Sets the field from directive values.
    pub fn set(self, context: &mut Context, values: &[String]) {
        self.write(context, &values.join(if self == Self::Scope { " " } else { ", " }));
    }

    /// Its values as directive values.
    pub fn values(self, context: &Context) -> Vec<String> {
        match self {
            Self::Audience => context.audience.clone(),
            Self::Issuer => context.issuer.clone(),
            Self::Scope if context.scope.is_empty() => Vec::new(),
            Self::Scope => vec![context.scope.join(" ")],
            Self::Algorithm => context.algorithm.clone(),
            Self::Scheme => context.scheme.clone(),
            Self::Header => context.header.clone(),
            Self::Keys => context.jwks.iter().cloned().collect(),
            Self::Username => context.username.iter().cloned().collect(),
            Self::ConfigFile => context.config_file.iter().cloned().collect(),
        }
    }

    /// Its value as editable text.
    pub fn read(self, context: &Context) -> String {
        match self {
            Self::Audience => context.audience.join(", "),
            Self::Issuer => context.issuer.join(", "),
            Self::Scope => context.scope.join(" "),
            Self::Algorithm => context.algorithm.join(", "),
            Self::Scheme => context.scheme.join(", "),
            Self::Header => context.header.join(", "),
            Self::Keys => context.jwks.clone().unwrap_or_default(),
            Self::Username => context.username.clone().unwrap_or_default(),
            Self::ConfigFile => context.config_file.clone().unwrap_or_default(),
        }
    }

    /// Sets the field from typed text.
    pub fn write(self, context: &mut Context, text: &str) {
        let list = || text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(String::from).collect::<Vec<_>>();
        let one = || Some(text.trim().to_string()).filter(|s| !s.is_empty());
        match self {
            Self::Audience => context.audience = list(),
            Self::Issuer => context.issuer = list(),
            Self::Scope => context.scope = text.split_whitespace().map(String::from).collect(),
            Self::Algorithm => context.algorithm = list(),
            Self::Scheme => context.scheme = list(),
            Self::Header => context.header = list(),
            Self::Keys => {
                context.jwks = one();
                context.keys = None;
            }
            Self::Username => context.username = one(),
            Self::ConfigFile => {
                context.config_file = one();
                context.server_configs.clear();
            }
        }
        if text.trim().is_empty() {
            context.origins.remove(self.member());
        } else {
            context.origins.insert(self.member(), Origin::Session);
        }
    }
}

/// Gives a context what is expected in another one, with the files that were read for it.
pub fn copy(from: &Context, to: &mut Context) {
    for field in Field::ALL {
        match field {
            Field::Audience => to.audience.clone_from(&from.audience),
            Field::Issuer => to.issuer.clone_from(&from.issuer),
            Field::Scope => to.scope.clone_from(&from.scope),
            Field::Algorithm => to.algorithm.clone_from(&from.algorithm),
            Field::Scheme => to.scheme.clone_from(&from.scheme),
            Field::Header => to.header.clone_from(&from.header),
            Field::Keys => (to.jwks, to.keys) = (from.jwks.clone(), from.keys.clone()),
            Field::Username => to.username.clone_from(&from.username),
            Field::ConfigFile => (to.config_file, to.server_configs) = (from.config_file.clone(), from.server_configs.clone()),
        }
        match from.origins.get(field.member()) {
            Some(origin) => to.origins.insert(field.member(), *origin),
            None => to.origins.remove(field.member()),
        };
    }
}

/// The known expectations as directives, except those learned from the response.
pub fn known(context: &Context) -> impl Iterator<Item = (&'static str, Vec<String>)> + '_ {
    let learned = |f: &Field| context.origins.get(f.member()).is_some_and(|o| *o == Origin::Challenge);
    Field::ALL.into_iter().filter(move |f| !learned(f)).map(|f| (f.directive(), f.values(context))).filter(|(_, values)| !values.is_empty())
}
