//! What a key can do.

use strum::IntoStaticStr;

use crate::app::editor::{Motion, Select};
use crate::app::panes::Pane;

/// What a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    /// Quit; asks if something is unsaved.
    Quit,
    /// Send the request.
    Send,
    /// Send once although the certificate was refused.
    SendAnyway,
    /// Send once to a host that looks like another one.
    SendToLookalike,
    /// Send what the keyring has to this host, in this session.
    SendSecrets,
    /// Follow redirects, or show the redirect as the response.
    ToggleRedirects,
    /// Save the file of the request.
    Save,
    /// Drop the options of a pasted curl command: `-k`, `-x`, `--max-redirs`.
    ClearCurlOptions,
    /// Open a file or folder next to the open ones.
    Open,
    /// Save under another name.
    SaveAs,
    /// Open the command palette.
    Palette,
    /// Open the list of keys.
    Help,
    /// Search what has the focus.
    Find,
    /// Go to the next place of what was searched for.
    NextMatch,
    /// Go to the previous one.
    PreviousMatch,
    /// Focus the next pane.
    NextPane,
    /// Focus the previous pane.
    PreviousPane,
    /// Focus one pane.
    Focus(Pane),
    /// Edit the request.
    Edit,
    /// Close, stop or leave.
    Back,
    /// Undo the last edit.
    Undo,
    /// Redo it.
    Redo,
    /// Give one pane the whole screen.
    Zoom,
    /// Show or mask secrets.
    ToggleSecrets,
    /// Open the copy menu.
    Copy,
    /// Compare the token with another one.
    Compare,
    /// Back to what logs say.
    Logs,
    /// Open the expectations form.
    Expectations,
    /// Choose the environment for variables.
    Environment,
    /// See and edit the values of the environment.
    Values,
    /// Switch to the next color theme.
    Theme,
    /// Apply the fix of the selected finding.
    Fix,
    /// Explain the selected finding.
    Explain,
    /// Open the request that gives a fresh token.
    OpenLogin,
    /// Go to the bytes that prove the selected finding.
    GoToBytes,
    /// Select the next finding.
    NextFinding,
    /// Select the previous finding.
    PreviousFinding,
    /// Collapse or expand passed checks and open questions.
    ToggleFold,
    /// Start a new request.
    New,
    /// Make a copy of the request.
    Duplicate,
    /// Give the request another name.
    Rename,
    /// Delete the request.
    Delete,
    /// Open the next request.
    NextRequest,
    /// Open the previous request.
    PreviousRequest,
    /// One step up.
    Up,
    /// One step down.
    Down,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// Long lines further left.
    ScrollLeft,
    /// Long lines further right.
    ScrollRight,
    /// To the first item.
    Top,
    /// To the last item.
    Bottom,
    /// Confirm the selection.
    Choose,
    /// Move the text cursor.
    Go(Motion, Select),
    /// Remove to the left.
    Backspace,
    /// Remove to the right.
    DeleteRight,
    /// Remove what is on the left up to a space.
    DeleteWord,
    /// Remove the word, or the part of one, on the left.
    DeletePart,
    /// Remove everything on the left in the line.
    DeleteToStart,
    /// Remove everything on the right in the line.
    DeleteToEnd,
    /// Insert a line break.
    NewLine,
    /// Select the whole text.
    SelectAll,
    /// Complete the word at the cursor.
    Complete,
    /// Copy the selected text.
    CopySelection,
    /// Copy and remove the selected text.
    CutSelection,
    /// Insert what was cut or copied inside the program.
    PasteRegister,
    /// Use the pasted token as the credential of the open request.
    UseToken,
    /// Use it in all requests of the file that have the same credential.
    UseTokenInFile,
    /// Replace the value of the variable that is in the place of the credential.
    ReplaceValue,
    /// Refer to the token of a response by a variable that is filled from it.
    ReferToIssued,
    /// Make the request that a pasted text tells of.
    MakeRequest,
    /// Start a new request with it.
    NewWithToken,
    /// Look at it in a request that is kept in no file.
    LookAtToken,
    /// Copy secrets as they are, or leave them out.
    ToggleCopiedSecrets,
    /// Use the token of the response as a credential.
    UseIssued,
    /// Obtain another token for the open request.
    Renew,
    /// Use the new token and send the request.
    UseRenewedAndSend,
    /// Use the new token.
    UseRenewed,
    /// Open the address of the login in the browser.
    OpenLoginAddress,
    /// Copy it.
    CopyLoginAddress,
    /// Fetch the keys of the token's issuer.
    FetchKeys,
    /// Make a token of the one that is shown.
    MakeToken,
    /// Ask the issuer what it knows of the token.
    Introspect,
    /// Ask the issuer where tokens are obtained.
    FindEndpoints,
    /// Say how the token is obtained.
    SetUpAuth,
    /// Show the claims of the other token: that of the request, or that of the response.
    OtherToken,
    /// Show the response before the newest one, or the newest again.
    OtherAnswer,
    /// List the cookies of the session.
    Cookies,
    /// Let the request send those that belong to it.
    SendCookies,
    /// Forget the cookies of a site.
    ClearSite,
    /// Send variants of the request.
    TryVariants,
    /// Send the variants that were shown.
    SendVariants,
    /// Send them although their method may change something.
    SendUnsafeVariants,
    /// Make the request the chosen variant.
    UseVariant,
    /// List the sends of the request.
    History,
    /// Record sends on disk, or no longer.
    SwitchRecording,
    /// Mark the send that another one is compared with.
    MarkSend,
    /// Bring the text of a send back into the request.
    BringBack,
    /// Show the body of the response as it was received, or laid out.
    ToggleBodyForm,
    /// Fold JSON of the response by one level.
    Fold,
    /// Open one level more.
    Unfold,
    /// Send the request first whose answer fills the variables.
    SendNeeded,
    /// Open the form for who sends the request.
    Auth,
    /// Open the table of parameters.
    Parameters,
    /// Edit the name of a parameter, or go on to the other column.
    EditName,
    /// Switch a parameter on or off.
    SwitchParameter,
    /// Add a parameter.
    AddParameter,
    /// Remove a parameter.
    RemoveParameter,
    /// Move a parameter up.
    MoveParameterUp,
    /// Move a parameter down.
    MoveParameterDown,
    /// Show parameters decoded, or as they are written.
    ToggleSpelling,
    /// Choose the next way to say it.
    NextKind,
    /// Choose the one before.
    PreviousKind,
    /// Read variables of the program's environment, and send.
    ReadProcess,
    /// Send with variables that have no value.
    SendUnresolved,
    /// Open the built-in tour.
    Tour,
    /// Copy one thing.
    CopyThis(Copyable),
    /// Save the body of the response that is shown.
    SaveBody,
    /// Edit the request in the program that `$EDITOR` names.
    EditInProgram,
    /// Read the response in the program that `$PAGER` names.
    ReadInProgram,
    /// Choose the tool that the request is copied for.
    CopyForTool,
    /// Save everything and quit.
    SaveAndQuit,
    /// Quit without saving.
    DiscardAndQuit,
    /// Overwrite the changes of another program.
    Overwrite,
    /// Take in the changes of another program, with the own ones on top.
    Reload,
    /// Swap the two sides of a comparison.
    Swap,
    /// Open the drafts found at start.
    OpenDrafts,
    /// Open them, and keep credentials in drafts from now on.
    OpenDraftsAndKeepSecrets,
    /// Delete the drafts found at start.
    DiscardDrafts,
    /// Keep credentials in drafts, or leave them out.
    DraftSecrets,
}

/// What the copy menu offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Copyable {
    /// The header line of the credential.
    HeaderLine,
    /// The token alone.
    Token,
    /// The token that the response issues.
    Issued,
    /// The claims as JSON.
    Claims,
    /// The cause, its evidence and fix as text.
    Cause,
    /// The request as a curl command.
    Curl,
    /// The body of the response that is shown.
    Body,
}
