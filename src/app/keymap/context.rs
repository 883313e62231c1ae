//! Where a key binding applies.

use strum::IntoStaticStr;

/// Where a key binding applies. Contexts are searched from the innermost outwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum KeyContext {
    /// The main screen, while typing or not.
    Global,
    /// The main screen while not typing.
    Main,
    /// The main screen while a request is being sent.
    Sending,
    /// A pane in which something was searched for.
    Found,
    /// Typing what to search for.
    Searching,
    /// The requests pane.
    Requests,
    /// The request pane, not typing.
    Request,
    /// The response pane.
    Response,
    /// The claims pane.
    Claims,
    /// The checklist.
    Checklist,
    /// Typing in the request.
    Editing,
    /// Completions are shown.
    Completing,
    /// Typing in any field.
    Typing,
    /// Any dialog.
    Dialog,
    /// A page of text.
    Reading,
    /// The list of keys, filtered by typing.
    Helping,
    /// The explanation of a check.
    Explaining,
    /// Choosing from a filtered list.
    Choosing,
    /// Choosing an environment.
    ChoosingEnvironment,
    /// The values of an environment.
    Values,
    /// Typing a value.
    EditingValue,
    /// The parameters of a request.
    Parameters,
    /// Typing a name or a value of one.
    EditingParameter,
    /// Filling a form.
    Form,
    /// Choosing how a request says who sends it.
    AuthKind,
    /// A field for a path.
    Path,
    /// A single-line prompt.
    Prompt,
    /// The comparison.
    Comparing,
    /// The copy menu.
    Copying,
    /// The question about a pasted token.
    PastedToken,
    /// The same where a variable is in the place of the credential.
    PastedVariable,
    /// The question about the token of a response where a variable is in the place of the credential.
    IssuedVariable,
    /// The question about a text with a credential in it.
    TextWithToken,
    /// The question about a text that tells of a request.
    TextWithRequest,
    /// The question before variables without a value are sent.
    Unresolved,
    /// The sends of a request.
    History,
    /// The cookies of the session.
    Cookies,
    /// What logs say.
    Logs,
    /// The lines of a log.
    LogLines,
    /// The question before variants are sent.
    TrialsAsked,
    /// Variants are being sent.
    TrialsRunning,
    /// Variants were sent.
    TrialsDone,
    /// The question before a token is renewed.
    Renewing,
    /// The question before an issuer is asked.
    DiscoveryAsked,
    /// An issuer was asked.
    DiscoveryEnded,
    /// A token is being renewed.
    RenewalRunning,
    /// The user logs in elsewhere.
    LoggingIn,
    /// No token was obtained.
    RenewalFailed,
    /// A new token was obtained.
    Renewed,
    /// Nothing says how a token is obtained.
    NoAuthConfig,
    /// The form for how a token is obtained.
    AuthConfig,
    /// The form that makes a token.
    MakingToken,
    /// Files are being read.
    Opening,
    /// The question on quitting.
    Quitting,
    /// The question about drafts found at start.
    Drafts,
    /// The question before deleting.
    Deleting,
    /// The question before credentials go to a host that looks like another one.
    Lookalike,
    /// The question before secrets of the keyring go to a host for the first time.
    SendingSecrets,
    /// The question when a file was changed by another program.
    Conflict,
}

impl KeyContext {
    /// All that have a key, in the order of the table.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for binding in super::BINDINGS {
            if !all.contains(&binding.context) {
                all.push(binding.context);
            }
        }
        all
    }

    /// True where characters are typed, so that none of them can be a key.
    pub const fn is_for_typing(self) -> bool {
        matches!(
            self,
            Self::Global
                | Self::Dialog
                | Self::Typing
                | Self::Searching
                | Self::Editing
                | Self::Completing
                | Self::Choosing
                | Self::Helping
                | Self::Form
                | Self::AuthConfig
                | Self::MakingToken
                | Self::Prompt
                | Self::ChoosingEnvironment
                | Self::EditingValue
                | Self::EditingParameter
                | Self::Path
        )
    }

    /// Its heading in the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "everywhere",
            Self::Main => "while not typing",
            Self::Sending => "while sending",
            Self::Found => "after a search",
            Self::Searching => "searching",
            Self::Requests => "requests",
            Self::Request => "request",
            Self::Response => "response",
            Self::Claims => "claims",
            Self::Checklist => "checklist",
            Self::Editing => "typing in the request",
            Self::Completing => "completions",
            Self::Typing => "typing",
            Self::Dialog => "in a dialog",
            Self::Reading => "reading a page",
            Self::Helping => "list of keys",
            Self::Explaining => "explanation",
            Self::Choosing => "choosing",
            Self::ChoosingEnvironment => "choosing the environment",
            Self::Values => "values of the environment",
            Self::EditingValue => "typing a value",
            Self::Parameters => "parameters",
            Self::EditingParameter => "typing a parameter",
            Self::Form => "form",
            Self::AuthKind => "who sends the request",
            Self::Path => "typing a path",
            Self::Prompt => "prompt",
            Self::Comparing => "comparison",
            Self::Copying => "copy",
            Self::PastedToken => "a pasted token",
            Self::PastedVariable => "a pasted token, for a variable",
            Self::IssuedVariable => "the token of a response, for a variable",
            Self::TextWithToken => "a pasted text with a token",
            Self::TextWithRequest => "a pasted text with an address",
            Self::Unresolved => "variables without a value",
            Self::History => "sends of the request",
            Self::Cookies => "cookies of the session",
            Self::Logs => "logs",
            Self::LogLines => "lines of a log",
            Self::TrialsAsked => "try variants",
            Self::TrialsRunning => "trying variants",
            Self::TrialsDone => "variants tried",
            Self::Renewing => "renew the token",
            Self::DiscoveryAsked => "ask the issuer",
            Self::DiscoveryEnded => "the issuer was asked",
            Self::RenewalRunning => "renewing the token",
            Self::LoggingIn => "logging in for a token",
            Self::RenewalFailed => "no new token",
            Self::Renewed => "a new token",
            Self::NoAuthConfig => "a token of unknown origin",
            Self::AuthConfig => "how the token is obtained",
            Self::MakingToken => "make a token",
            Self::Opening => "opening",
            Self::Quitting => "unsaved changes",
            Self::Drafts => "unsaved changes found",
            Self::Deleting => "delete",
            Self::Lookalike => "a host that looks like another",
            Self::SendingSecrets => "secrets of the keyring",
            Self::Conflict => "changed on disk",
        }
    }
}
