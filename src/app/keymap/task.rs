//! What an action of the main screen is for: the headings of the help, and other words for it in the command palette.

use super::Action as A;

/// A task on the main screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Finding out why, and mending it.
    Understand,
    /// Changing the request.
    Edit,
    /// Sending it.
    Send,
    /// Files, requests and environments.
    Open,
    /// What the screen shows.
    Look,
    /// Getting around.
    Move,
}

impl Task {
    /// Its heading in the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Understand => "find the cause and fix it",
            Self::Edit => "change the request",
            Self::Send => "send it",
            Self::Open => "files, requests, environments",
            Self::Look => "what the screen shows",
            Self::Move => "get around",
        }
    }
}

impl A {
    /// The task that it belongs to.
    pub const fn task(self) -> Task {
        match self {
            A::FetchKeys
            | A::Introspect
            | A::TryVariants
            | A::Fix
            | A::Explain
            | A::GoToBytes
            | A::NextFinding
            | A::PreviousFinding
            | A::Compare
            | A::Logs
            | A::Expectations
            | A::ToggleFold => Task::Understand,
            A::Edit
            | A::EditInProgram
            | A::Auth
            | A::Parameters
            | A::Cookies
            | A::Renew
            | A::MakeToken
            | A::Undo
            | A::Redo
            | A::Copy
            | A::UseIssued => Task::Edit,
            A::Send | A::SendAnyway | A::SwitchRecording | A::ToggleRedirects | A::ClearCurlOptions => Task::Send,
            A::Save
            | A::SaveAs
            | A::SaveBody
            | A::Open
            | A::New
            | A::Environment
            | A::Values
            | A::DraftSecrets
            | A::NextRequest
            | A::PreviousRequest
            | A::Tour
            | A::Quit => Task::Open,
            A::Zoom
            | A::ReadInProgram
            | A::History
            | A::OtherAnswer
            | A::ToggleBodyForm
            | A::Fold
            | A::Unfold
            | A::ToggleSecrets
            | A::Theme
            | A::Focus(_) => Task::Look,
            _ => Task::Move,
        }
    }

    /// Other words that people type for it.
    pub const fn synonyms(self) -> &'static str {
        use crate::app::panes::Pane;
        match self {
            A::Edit => "change type write token header cookie body url address",
            A::EditInProgram => "external editor vim emacs nano visual program",
            A::ReadInProgram => "pager less external program answer body",
            A::Auth => "authentication authorization credential login token basic bearer api key header cookie 401 refused",
            A::Parameters => "query string url address form fields multipart file upload encode decode switch off comment",
            A::Renew => "refresh token oauth oauth2 login expired new access client credentials device code browser",
            A::Undo | A::Redo => "history back revert",
            A::Copy => "clipboard yank token header cookie claims curl body export response python httpie fetch",
            A::Logs => "log access denied rates table",
            A::Compare => "diff difference token refused accepted earlier",
            A::Expectations => "token audience issuer scope keys jwks configure settings",
            A::Environment | A::Values => "environments env variables stage value secret dotenv keyring token",
            A::ToggleSecrets => "hide reveal token cookie password",
            A::Send | A::SendAnyway => "run execute request login",
            A::ToggleRedirects => "follow location login",
            A::NextRequest | A::PreviousRequest => "login history list refused",
            A::Find => "search header request",
            A::Focus(Pane::Requests) => "list history login refused 401",
            A::Focus(Pane::Request) => "header cookie token",
            A::Focus(Pane::Response) => "answer header cookie body status 401 refused www-authenticate",
            A::Focus(Pane::Claims) => "token jwt decode",
            A::Focus(Pane::Checklist) => "cause why findings checks refused 401 reason error",
            A::Explain => "why cause documentation refused 401 reason explanation",
            A::Fix => "repair mend solve fix refused 401 cause",
            A::GoToBytes => "proof evidence show why cause",
            A::Save | A::SaveAs => "write file",
            A::SaveBody => "write download export answer",
            A::Open => "load import read har folder file",
            A::New => "create add request",
            A::Duplicate => "clone copy request",
            A::Delete => "remove request",
            A::OtherAnswer => "response previous last before compare status history",
            A::Cookies => "jar session login set-cookie clear site private window",
            A::FetchKeys => "jwks signature verify issuer discovery openid rotation key set certificate",
            A::MakeToken => "sign jwt edit claims header secret private key forge test create token",
            A::Introspect => "introspect active revoked opaque token valid rfc 7662 authorization server scope",
            A::TryVariants => "experiment isolate difference without credential slash scheme https proxy why cause 401 refused",
            A::SwitchRecording => "save responses history disk keep log",
            A::History => "sends previous responses list answers before earlier compare status",
            A::ToggleBodyForm => "raw pretty json format indent",
            A::Fold | A::Unfold => "collapse expand outline levels json nested",
            A::Theme => "color dark light contrast",
            A::Zoom => "maximize full screen",
            A::Help => "keys shortcuts manual",
            A::Quit => "exit leave close",
            A::DraftSecrets => "token password backup recover",
            _ => "",
        }
    }
}
