//! What a key can make happen.

use crate::app::editor::{Motion, Select};
use crate::app::panes::Pane;

/// What a key can make happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave the program; asks when something is unsaved.
    Quit,
    /// Send the request.
    Send,
    /// Send the request although its certificate was refused, this once.
    SendAnyway,
    /// Send the request to a host that can be taken for another one, this once.
    SendThere,
    /// Follow redirects of the request, or show them as the answer.
    TurnRedirects,
    /// Save the file of the request.
    Save,
    /// Leave out what a pasted curl command asked for besides the request: `-k`, `-x`, `--max-redirs`.
    SendAsUsual,
    /// Open a file or a folder beside what is there.
    Open,
    /// Save under another name.
    SaveAs,
    /// Open the command palette.
    Palette,
    /// Open the list of keys.
    Help,
    /// Find requests and headers.
    Find,
    /// Focus the pane behind this one.
    NextPane,
    /// Focus the pane before this one.
    PreviousPane,
    /// Focus one pane.
    Focus(Pane),
    /// Type in the request.
    Edit,
    /// Step back: close, stop, leave.
    Back,
    /// Take the last edit of the request back.
    Undo,
    /// Make it again.
    Redo,
    /// Give one pane the whole screen.
    Zoom,
    /// Show or mask secrets.
    Reveal,
    /// Open the copy menu.
    Copy,
    /// Compare the token with another one.
    Compare,
    /// Open the expectations form.
    Expectations,
    /// Choose the environment for variables.
    Environment,
    /// The next colour theme.
    Theme,
    /// Apply the fix of what is chosen.
    Fix,
    /// Explain what is chosen.
    Explain,
    /// Go to the bytes that prove what is chosen.
    Show,
    /// Choose the finding below.
    NextFinding,
    /// Choose the finding above.
    PreviousFinding,
    /// Fold or unfold what passed and what cannot be told.
    Fold,
    /// Start a new request.
    New,
    /// Make a copy of the request.
    Duplicate,
    /// Give the request another name.
    Rename,
    /// Delete the request.
    Delete,
    /// Open the request below.
    NextRequest,
    /// Open the request above.
    PreviousRequest,
    /// One step up.
    Up,
    /// One step down.
    Down,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// To the first.
    Top,
    /// To the last.
    Bottom,
    /// Take what is chosen.
    Choose,
    /// Move the text cursor.
    Go(Motion, Select),
    /// Remove to the left.
    Backspace,
    /// Remove to the right.
    DeleteRight,
    /// Remove the word on the left.
    DeleteWord,
    /// Break the line.
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
    PasteCut,
    /// Copy one thing.
    CopyThis(Copyable),
    /// Save everything and leave.
    SaveAndQuit,
    /// Leave without saving.
    DiscardAndQuit,
    /// Write over what another program wrote.
    Overwrite,
    /// Swap the two sides of a comparison.
    Swap,
    /// Put the drafts that were left on the bench.
    OpenDrafts,
    /// The same, and keep credentials in drafts from now on.
    OpenDraftsAndKeepSecrets,
    /// Remove the drafts that were left.
    DiscardDrafts,
    /// Keep credentials in drafts, or leave them out.
    DraftSecrets,
}

/// What the copy menu offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Copyable {
    /// The header line of the credential.
    HeaderLine,
    /// The token alone.
    Token,
    /// The claims as JSON.
    Claims,
    /// The cause, its evidence and fix as text.
    Cause,
    /// The request as a curl command.
    Curl,
}
