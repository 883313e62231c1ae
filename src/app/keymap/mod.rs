//! All key bindings in one table. Dispatch, footer hints, help, menus and the palette derive from it.

mod action;
mod context;
mod map;
mod names;
mod need;
mod task;

use std::borrow::Cow;

pub use action::{Action, Copyable};
pub use context::KeyContext;
pub use map::Keymap;
pub use need::actions_for;
pub use task::Task;

use super::editor::{Motion, Select};
use super::key::{Code, Key};
use super::panes::Pane;

/// One row of the table.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Where it applies.
    pub context: KeyContext,
    /// The keys; the first one is shown.
    pub keys: Cow<'static, [Key]>,
    /// What it does.
    pub action: Action,
    /// What it is called.
    pub label: &'static str,
    /// Rank among the footer hints, 1 first; 0 is never shown.
    pub hint: u8,
}

const fn row(context: KeyContext, keys: &'static [Key], action: Action, label: &'static str, hint: u8) -> Binding {
    Binding { context, keys: Cow::Borrowed(keys), action, label, hint }
}

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn ctrl(c: char) -> Key {
    Key::ctrl(c)
}

const fn k(code: Code) -> Key {
    Key::plain(code)
}

use Action as A;
use Code::{BackTab, Backspace, Delete, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right, Tab, Up};
use KeyContext as C;
use Select::{Drop, Extend};

/// The table as it is without a configuration.
pub static BINDINGS: &[Binding] = &[
    row(C::Global, &[ctrl('r')], A::Send, "send", 4),
    row(C::Global, &[ctrl('s')], A::Save, "save", 7),
    row(C::Global, &[ctrl('p')], A::Palette, "commands", 9),
    row(C::Global, &[ctrl('z')], A::Undo, "undo", 8),
    row(C::Global, &[ctrl('y')], A::Redo, "redo", 0),
    row(C::Global, &[k(Tab)], A::NextPane, "next pane", 0),
    row(C::Global, &[k(BackTab)], A::PreviousPane, "previous pane", 0),
    row(C::Global, &[k(F(1))], A::Help, "help", 0),
    row(C::Global, &[ctrl('c'), ctrl('q')], A::Quit, "quit", 0),
    row(C::Main, &[c('!')], A::SendAnyway, "send anyway, once", 1),
    row(C::Main, &[c('?')], A::Help, "help", 6),
    row(C::Main, &[c('f')], A::Fix, "fix", 1),
    row(C::Main, &[c('u')], A::Undo, "undo", 0),
    row(C::Main, &[c('i')], A::Edit, "edit the request", 0),
    row(C::Main, &[c('E')], A::EditInProgram, "edit the request in your editor", 0),
    row(C::Main, &[c('c')], A::Compare, "compare", 5),
    row(C::Main, &[c('e')], A::Expectations, "what the API expects", 0),
    row(C::Main, &[c('x')], A::Explain, "explain", 0),
    row(C::Main, &[c(']'), c('.')], A::NextFinding, "next finding", 0),
    row(C::Main, &[c('['), c(',')], A::PreviousFinding, "previous finding", 0),
    row(C::Main, &[c('B')], A::Logs, "back to the logs", 0),
    row(C::Main, &[c('}'), c('>')], A::NextRequest, "next request", 0),
    row(C::Main, &[c('{'), c('<')], A::PreviousRequest, "previous request", 0),
    row(C::Main, &[c('b')], A::GoToBytes, "go to the bytes", 3),
    row(C::Main, &[c('y')], A::Copy, "copy", 0),
    row(C::Main, &[c('A')], A::UseIssued, "use the response's token in a request", 2),
    row(C::Main, &[c('R')], A::Renew, "renew the token", 0),
    row(C::Main, &[c('J')], A::FetchKeys, "fetch the issuer's keys (JWKS)", 0),
    row(C::Main, &[c('M')], A::MakeToken, "make a token: other claims, signed with your key", 0),
    row(C::Main, &[c('I')], A::Introspect, "ask the issuer about the token (introspection)", 0),
    row(C::Main, &[c('a')], A::Auth, "auth: token, password, API key", 0),
    row(C::Main, &[c('&')], A::Parameters, "parameters: query, form, multipart", 0),
    row(C::Main, &[c('s')], A::OtherAnswer, "the answer before, or the newest", 0),
    row(C::Main, &[c('O')], A::Cookies, "cookies of this session", 0),
    row(C::Main, &[c('X')], A::TryVariants, "try variants", 3),
    row(C::Main, &[c('W')], A::SwitchRecording, "record sends in .authtui, or stop", 0),
    row(C::Main, &[c('H')], A::History, "sends of this request", 0),
    row(C::Main, &[c('m')], A::ToggleSecrets, "mask or show secrets", 0),
    row(C::Main, &[c('z')], A::Zoom, "zoom the pane", 0),
    row(C::Main, &[c('/')], A::Find, "search here", 0),
    row(C::Main, &[c(':')], A::Palette, "commands", 0),
    row(C::Main, &[c('n')], A::New, "new request", 0),
    row(C::Main, &[c('o')], A::Open, "open a file or folder", 0),
    row(C::Main, &[c('S')], A::SaveAs, "save as", 0),
    row(C::Main, &[c('w')], A::SaveBody, "save the body of the response in a file", 0),
    row(C::Main, &[c('P')], A::ReadInProgram, "read the response in your pager", 0),
    row(C::Main, &[c('L')], A::ToggleRedirects, "toggle redirects", 0),
    row(C::Main, &[c('C')], A::ClearCurlOptions, "drop -k, -x and --max-redirs of a curl command", 0),
    row(C::Main, &[c('v')], A::Environment, "environment", 0),
    row(C::Main, &[c('V')], A::Values, "values of the environment", 0),
    row(C::Main, &[c('t')], A::Theme, "theme", 0),
    row(C::Main, &[c('T')], A::Tour, "open the tour", 0),
    row(C::Main, &[c('1')], A::Focus(Pane::Requests), "requests", 0),
    row(C::Main, &[c('2')], A::Focus(Pane::Request), "request", 0),
    row(C::Main, &[c('3')], A::Focus(Pane::Response), "response", 0),
    row(C::Main, &[c('4')], A::Focus(Pane::Claims), "claims", 0),
    row(C::Main, &[c('5')], A::Focus(Pane::Checklist), "checklist", 0),
    row(C::Main, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::Main, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::Main, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Main, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Main, &[k(Home), c('g')], A::Top, "first", 0),
    row(C::Main, &[k(End), c('G')], A::Bottom, "last", 0),
    row(C::Main, &[k(Esc)], A::Back, "stop, unzoom, back", 0),
    row(C::Main, &[c('K')], A::DraftSecrets, "keep or omit credentials in drafts", 0),
    row(C::Main, &[c('q')], A::Quit, "quit", 0),
    row(C::Sending, &[k(Esc)], A::Back, "stop", 1),
    row(C::Found, &[c('n')], A::NextMatch, "next place", 1),
    row(C::Found, &[c('N')], A::PreviousMatch, "previous place", 2),
    row(C::Found, &[k(Esc)], A::Back, "end the search", 3),
    row(C::Searching, &[k(Enter)], A::Choose, "keep", 1),
    row(C::Searching, &[k(Esc), ctrl('c')], A::Back, "end", 2),
    row(C::Searching, &[k(Down), ctrl('n')], A::NextMatch, "next place", 0),
    row(C::Searching, &[k(Up), ctrl('p')], A::PreviousMatch, "previous place", 0),
    row(C::Checklist, &[k(Enter)], A::Choose, "explain", 2),
    row(C::Checklist, &[c('/')], A::Find, "search requests by name and address", 0),
    row(C::Checklist, &[c('p'), c(' ')], A::ToggleFold, "show or hide remarks, passed and undetermined checks", 0),
    row(C::Requests, &[k(Enter)], A::Choose, "open", 1),
    row(C::Requests, &[c('/')], A::Find, "search requests by name and address", 0),
    row(C::Requests, &[c('r')], A::Rename, "rename", 3),
    row(C::Requests, &[c('d')], A::Duplicate, "duplicate", 2),
    row(C::Requests, &[k(Delete), c('D')], A::Delete, "delete", 0),
    row(C::Request, &[k(Enter)], A::Edit, "edit", 2),
    row(C::Request, &[c('&')], A::Parameters, "parameters", 3),
    row(C::Claims, &[k(Enter)], A::MakeToken, "make another token of it", 2),
    row(C::Claims, &[c('s')], A::OtherToken, "the token of the request or of the response", 1),
    row(C::Response, &[c('s')], A::OtherAnswer, "the answer before, or the newest", 1),
    row(C::Response, &[c('r')], A::ToggleBodyForm, "JSON as received, or laid out", 2),
    row(C::Response, &[c('-')], A::Fold, "fold JSON", 3),
    row(C::Response, &[c('+'), c('=')], A::Unfold, "open folded JSON", 4),
    row(C::Request, &[k(Left), c('h')], A::ScrollLeft, "long lines to the left", 0),
    row(C::Request, &[k(Right), c('l')], A::ScrollRight, "long lines to the right", 0),
    row(C::Editing, &[k(Esc)], A::Back, "done", 1),
    row(C::Editing, &[k(Enter)], A::NewLine, "new line", 0),
    row(C::Editing, &[k(Up)], A::Go(Motion::Up, Drop), "line up", 0),
    row(C::Editing, &[k(Down)], A::Go(Motion::Down, Drop), "line down", 0),
    row(C::Editing, &[k(Up).with_shift()], A::Go(Motion::Up, Extend), "select up", 0),
    row(C::Editing, &[k(Down).with_shift()], A::Go(Motion::Down, Extend), "select down", 0),
    row(C::Editing, &[k(PageUp)], A::Go(Motion::PageUp, Drop), "page up", 0),
    row(C::Editing, &[k(PageDown)], A::Go(Motion::PageDown, Drop), "page down", 0),
    row(C::Editing, &[ctrl(' '), ctrl('n')], A::Complete, "complete", 0),
    row(C::Editing, &[c('c').with_alt()], A::CopySelection, "copy the selection", 0),
    row(C::Editing, &[ctrl('x')], A::CutSelection, "cut the selection", 0),
    row(C::Completing, &[k(Tab)], A::Complete, "complete", 1),
    row(C::Completing, &[k(Up)], A::Up, "previous", 0),
    row(C::Completing, &[k(Down)], A::Down, "next", 0),
    row(C::Completing, &[k(Esc)], A::Back, "close", 2),
    row(C::Typing, &[k(Left)], A::Go(Motion::Left, Drop), "left", 0),
    row(C::Typing, &[k(Right)], A::Go(Motion::Right, Drop), "right", 0),
    row(C::Typing, &[k(Left).with_ctrl(), k(Left).with_alt(), c('b').with_alt()], A::Go(Motion::WordLeft, Drop), "word left", 0),
    row(C::Typing, &[k(Right).with_ctrl(), k(Right).with_alt(), c('f').with_alt()], A::Go(Motion::WordRight, Drop), "word right", 0),
    row(C::Typing, &[k(Home)], A::Go(Motion::LineStart, Drop), "start of the line", 0),
    row(C::Typing, &[k(End), ctrl('e')], A::Go(Motion::LineEnd, Drop), "end of the line", 0),
    row(C::Typing, &[k(Home).with_ctrl()], A::Go(Motion::TextStart, Drop), "start of the text", 0),
    row(C::Typing, &[k(End).with_ctrl()], A::Go(Motion::TextEnd, Drop), "end of the text", 0),
    row(C::Typing, &[k(Left).with_shift()], A::Go(Motion::Left, Extend), "select left", 0),
    row(C::Typing, &[k(Right).with_shift()], A::Go(Motion::Right, Extend), "select right", 0),
    row(C::Typing, &[k(Left).with_shift().with_ctrl()], A::Go(Motion::WordLeft, Extend), "select word left", 0),
    row(C::Typing, &[k(Right).with_shift().with_ctrl()], A::Go(Motion::WordRight, Extend), "select word right", 0),
    row(C::Typing, &[k(Home).with_shift()], A::Go(Motion::LineStart, Extend), "select to the start", 0),
    row(C::Typing, &[k(End).with_shift()], A::Go(Motion::LineEnd, Extend), "select to the end", 0),
    row(C::Typing, &[ctrl('a')], A::SelectAll, "select all", 5),
    row(C::Typing, &[ctrl('v')], A::PasteRegister, "paste what was cut or copied here", 0),
    row(C::Typing, &[k(Backspace), ctrl('h')], A::Backspace, "delete left", 0),
    row(C::Typing, &[k(Delete), ctrl('d')], A::DeleteRight, "delete right", 0),
    row(C::Typing, &[ctrl('w')], A::DeleteWord, "delete back to a space", 0),
    row(C::Typing, &[k(Backspace).with_alt(), k(Backspace).with_ctrl()], A::DeletePart, "delete a part of the word", 0),
    row(C::Typing, &[ctrl('u')], A::DeleteToStart, "delete to the start of the line", 0),
    row(C::Typing, &[ctrl('k')], A::DeleteToEnd, "delete to the end of the line", 0),
    row(C::Dialog, &[k(F(1))], A::Help, "help", 0),
    row(C::Reading, &[k(Esc), c('q'), k(Enter)], A::Back, "close", 1),
    row(C::Reading, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::Reading, &[k(Down), c('j'), c(' ')], A::Down, "down", 0),
    row(C::Reading, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Reading, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Reading, &[k(Home), c('g')], A::Top, "first line", 0),
    row(C::Reading, &[k(End), c('G')], A::Bottom, "last line", 0),
    row(C::Reading, &[c('?')], A::Help, "help", 0),
    row(C::Reading, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::Helping, &[k(Esc), k(Enter), ctrl('c')], A::Back, "close", 1),
    row(C::Helping, &[k(Up)], A::Up, "up", 0),
    row(C::Helping, &[k(Down)], A::Down, "down", 0),
    row(C::Helping, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Helping, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Explaining, &[c('f')], A::Fix, "fix", 2),
    row(C::Explaining, &[c('l')], A::OpenLogin, "open the request that gives a fresh token", 0),
    row(C::Explaining, &[c('b')], A::GoToBytes, "go to the bytes", 3),
    row(C::Choosing, &[k(Enter)], A::Choose, "choose", 1),
    row(C::Choosing, &[k(Esc), ctrl('c')], A::Back, "close", 2),
    row(C::Choosing, &[k(Up), ctrl('p')], A::Up, "up", 0),
    row(C::Choosing, &[k(Down), ctrl('n')], A::Down, "down", 0),
    row(C::Choosing, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Choosing, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::ChoosingEnvironment, &[k(Tab)], A::Values, "see and edit its values", 3),
    row(C::Values, &[k(Enter), c('i')], A::Choose, "edit", 1),
    row(C::Values, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::Values, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::Values, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Values, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Values, &[k(Home), c('g')], A::Top, "first", 0),
    row(C::Values, &[k(End), c('G')], A::Bottom, "last", 0),
    row(C::Values, &[c('u'), ctrl('z')], A::Undo, "undo", 3),
    row(C::Values, &[ctrl('y')], A::Redo, "redo", 0),
    row(C::Values, &[ctrl('s')], A::Save, "save", 2),
    row(C::Values, &[c('v')], A::Environment, "another environment", 0),
    row(C::Values, &[c('m')], A::ToggleSecrets, "mask or show secrets", 0),
    row(C::Values, &[k(Esc), c('q')], A::Back, "close", 4),
    row(C::Values, &[c('?')], A::Help, "help", 0),
    row(C::Values, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::EditingValue, &[k(Enter)], A::Choose, "use this value", 1),
    row(C::EditingValue, &[k(Esc), ctrl('c')], A::Back, "keep the old value", 2),
    row(C::EditingValue, &[ctrl('z')], A::Undo, "undo", 0),
    row(C::Parameters, &[k(Enter), c('i')], A::Choose, "edit value", 1),
    row(C::Parameters, &[k(Tab)], A::EditName, "edit name", 2),
    row(C::Parameters, &[c(' ')], A::SwitchParameter, "on/off", 3),
    row(C::Parameters, &[c('a')], A::AddParameter, "add", 4),
    row(C::Parameters, &[k(Delete), c('D')], A::RemoveParameter, "remove", 5),
    row(C::Parameters, &[c('e')], A::ToggleSpelling, "encoded", 6),
    row(C::Parameters, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::Parameters, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::Parameters, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Parameters, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Parameters, &[k(Home), c('g')], A::Top, "first", 0),
    row(C::Parameters, &[k(End), c('G')], A::Bottom, "last", 0),
    row(C::Parameters, &[k(Up).with_shift(), c('K')], A::MoveParameterUp, "move it up", 0),
    row(C::Parameters, &[k(Down).with_shift(), c('J')], A::MoveParameterDown, "move it down", 0),
    row(C::Parameters, &[c('u'), ctrl('z')], A::Undo, "undo", 7),
    row(C::Parameters, &[ctrl('y')], A::Redo, "redo", 0),
    row(C::Parameters, &[ctrl('s')], A::Save, "save", 0),
    row(C::Parameters, &[c('m')], A::ToggleSecrets, "mask or show secrets", 0),
    row(C::Parameters, &[k(Esc), c('q'), c('&')], A::Back, "close", 8),
    row(C::Parameters, &[c('?')], A::Help, "help", 0),
    row(C::Parameters, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::EditingParameter, &[k(Enter)], A::Choose, "done", 1),
    row(C::EditingParameter, &[k(Tab), k(BackTab)], A::EditName, "name or value", 2),
    row(C::EditingParameter, &[k(Esc), ctrl('c')], A::Back, "as it was", 3),
    row(C::EditingParameter, &[ctrl('z')], A::Undo, "undo", 0),
    row(C::Form, &[k(Enter), k(Esc)], A::Back, "done", 1),
    row(C::Form, &[k(Down), k(Tab)], A::Down, "next field", 2),
    row(C::Form, &[k(Up), k(BackTab)], A::Up, "previous field", 0),
    row(C::Form, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::Form, &[ctrl('z')], A::Undo, "undo", 0),
    row(C::AuthKind, &[k(Right), c(' ')], A::NextKind, "another kind", 1),
    row(C::AuthKind, &[k(Left)], A::PreviousKind, "the kind before", 0),
    row(C::Path, &[k(Tab)], A::Complete, "complete the path", 3),
    row(C::Prompt, &[k(Enter)], A::Choose, "confirm", 1),
    row(C::Prompt, &[k(Esc), ctrl('c')], A::Back, "cancel", 2),
    row(C::Comparing, &[c('s')], A::Swap, "swap the sides", 2),
    row(C::Comparing, &[c('c')], A::Compare, "compare with another", 3),
    row(C::Comparing, &[c('m')], A::ToggleSecrets, "mask or show secrets", 0),
    row(C::Copying, &[c('h')], A::CopyThis(Copyable::HeaderLine), "the credential's header line", 0),
    row(C::Copying, &[c('t')], A::CopyThis(Copyable::Token), "the token", 0),
    row(C::Copying, &[c('a')], A::CopyThis(Copyable::Issued), "the token in the response", 0),
    row(C::Copying, &[c('l')], A::CopyThis(Copyable::Claims), "the claims as JSON", 0),
    row(C::Copying, &[c('r')], A::CopyThis(Copyable::Cause), "the cause as text, for a report", 0),
    row(C::Copying, &[c('u')], A::CopyThis(Copyable::Curl), "the request as a curl command", 0),
    row(C::Copying, &[c('x')], A::CopyForTool, "the request for another tool", 0),
    row(C::Copying, &[c('b')], A::CopyThis(Copyable::Body), "the body of the response", 0),
    row(C::Copying, &[c('m')], A::ToggleCopiedSecrets, "leave secrets out, or copy them as they are", 0),
    row(C::Copying, &[k(Esc), c('q'), ctrl('c')], A::Back, "close", 1),
    row(C::PastedToken, &[k(Enter), c('r')], A::UseToken, "use it as this request's credential", 1),
    row(C::PastedToken, &[c('f')], A::UseTokenInFile, "use it in all requests of this file with the same one", 2),
    row(C::PastedToken, &[c('n')], A::NewWithToken, "new request with it", 3),
    row(C::PastedToken, &[c('l')], A::LookAtToken, "look at it", 4),
    row(C::PastedToken, &[k(Esc), c('q'), ctrl('c')], A::Back, "drop it", 5),
    row(C::PastedVariable, &[k(Enter)], A::ReplaceValue, "replace the value of the variable", 1),
    row(C::PastedVariable, &[c('r')], A::UseToken, "use it in this request only", 2),
    row(C::PastedVariable, &[c('n')], A::NewWithToken, "new request with it", 3),
    row(C::PastedVariable, &[c('l')], A::LookAtToken, "look at it", 4),
    row(C::PastedVariable, &[k(Esc), c('q'), ctrl('c')], A::Back, "drop it", 5),
    row(C::IssuedVariable, &[k(Enter), c('a')], A::ReferToIssued, "use this variable", 1),
    row(C::IssuedVariable, &[c('v')], A::ReplaceValue, "replace the value of the variable that is there", 2),
    row(C::IssuedVariable, &[c('r')], A::UseToken, "write the token itself into the request", 3),
    row(C::IssuedVariable, &[k(Esc), c('q'), ctrl('c')], A::Back, "leave it as it is", 4),
    row(C::TextWithToken, &[k(Enter), c('l')], A::LookAtToken, "look at the token", 1),
    row(C::TextWithToken, &[c('r')], A::UseToken, "use it as this request's credential", 2),
    row(C::TextWithToken, &[c('n')], A::MakeRequest, "make the request", 3),
    row(C::TextWithToken, &[k(Esc), c('q'), ctrl('c')], A::Back, "drop it", 4),
    row(C::TextWithRequest, &[k(Enter), c('n')], A::MakeRequest, "make the request", 1),
    row(C::TextWithRequest, &[k(Esc), c('q'), ctrl('c')], A::Back, "drop it", 2),
    row(C::Unresolved, &[k(Enter)], A::SendNeeded, "do that first, then send this one", 1),
    row(C::Unresolved, &[c('r')], A::ReadProcess, "read it from this program's environment", 2),
    row(C::Unresolved, &[c('v')], A::Environment, "choose the environment", 3),
    row(C::Unresolved, &[c('e')], A::Values, "give values", 4),
    row(C::Unresolved, &[c('s')], A::SendUnresolved, "send it as it is", 5),
    row(C::Unresolved, &[k(Esc), c('q'), ctrl('c')], A::Back, "send nothing", 6),
    row(C::History, &[k(Enter)], A::Choose, "show its response", 1),
    row(C::History, &[c('c')], A::Compare, "compare with ◆", 2),
    row(C::History, &[c(' ')], A::MarkSend, "mark ◆", 3),
    row(C::History, &[c('b')], A::BringBack, "bring the request back", 4),
    row(C::History, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::History, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::History, &[k(Home), c('g')], A::Top, "newest", 0),
    row(C::History, &[k(End), c('G')], A::Bottom, "oldest", 0),
    row(C::History, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::History, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::History, &[k(Esc), c('q'), c('H')], A::Back, "close", 5),
    row(C::History, &[c('?')], A::Help, "help", 0),
    row(C::History, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::Cookies, &[k(Enter)], A::SendCookies, "let them go along", 1),
    row(C::Cookies, &[c('d')], A::ClearSite, "forget those of its site", 2),
    row(C::Cookies, &[c('m')], A::ToggleSecrets, "mask or show secrets", 0),
    row(C::Cookies, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::Cookies, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::Cookies, &[k(Home), c('g')], A::Top, "first", 0),
    row(C::Cookies, &[k(End), c('G')], A::Bottom, "last", 0),
    row(C::Cookies, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Cookies, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Cookies, &[k(Esc), c('q'), c('O')], A::Back, "close", 3),
    row(C::Cookies, &[c('?')], A::Help, "help", 0),
    row(C::Cookies, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::Logs, &[k(Enter)], A::Choose, "its lines", 1),
    row(C::Logs, &[k(Right), k(Tab), c('l')], A::NextKind, "count by something else", 2),
    row(C::Logs, &[k(Left), k(BackTab), c('h')], A::PreviousKind, "the table before", 0),
    row(C::Logs, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::Logs, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::Logs, &[k(Home), c('g')], A::Top, "first", 0),
    row(C::Logs, &[k(End), c('G')], A::Bottom, "last", 0),
    row(C::Logs, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::Logs, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::Logs, &[k(Esc)], A::Back, "to the requests", 0),
    row(C::Logs, &[c('?')], A::Help, "help", 0),
    row(C::Logs, &[c('q'), ctrl('c')], A::Quit, "quit", 3),
    row(C::LogLines, &[k(Enter), c('o')], A::MakeRequest, "make a request of it", 1),
    row(C::LogLines, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::LogLines, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::LogLines, &[k(Home), c('g')], A::Top, "newest", 0),
    row(C::LogLines, &[k(End), c('G')], A::Bottom, "oldest", 0),
    row(C::LogLines, &[k(PageUp)], A::PageUp, "page up", 0),
    row(C::LogLines, &[k(PageDown)], A::PageDown, "page down", 0),
    row(C::LogLines, &[k(Esc), c('q')], A::Back, "back to the table", 2),
    row(C::LogLines, &[c('?')], A::Help, "help", 0),
    row(C::LogLines, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::TrialsAsked, &[k(Enter)], A::SendVariants, "send them", 1),
    row(C::TrialsAsked, &[c('s')], A::SendUnsafeVariants, "send them all the same", 2),
    row(C::TrialsAsked, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::TrialsAsked, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::TrialsAsked, &[k(Esc), c('q'), ctrl('c')], A::Back, "send nothing", 3),
    row(C::TrialsRunning, &[k(Esc), c('q'), ctrl('c')], A::Back, "stop", 1),
    row(C::TrialsDone, &[k(Enter), c('f')], A::UseVariant, "change the request to this one", 1),
    row(C::TrialsDone, &[k(Up), c('k')], A::Up, "up", 0),
    row(C::TrialsDone, &[k(Down), c('j')], A::Down, "down", 0),
    row(C::TrialsDone, &[k(Esc), c('q'), ctrl('c')], A::Back, "close", 2),
    row(C::Renewing, &[k(Enter)], A::Choose, "obtain a token", 1),
    row(C::Renewing, &[k(Esc), c('q'), ctrl('c')], A::Back, "keep the old one", 2),
    row(C::DiscoveryAsked, &[k(Enter)], A::Choose, "ask it", 1),
    row(C::DiscoveryAsked, &[k(Esc), c('q'), ctrl('c')], A::Back, "ask nobody", 2),
    row(C::DiscoveryEnded, &[k(Enter), k(Esc), c('q'), ctrl('c')], A::Back, "close", 1),
    row(C::RenewalRunning, &[k(Esc), c('q'), ctrl('c')], A::Back, "stop", 1),
    row(C::LoggingIn, &[k(Enter), c('o')], A::OpenLoginAddress, "open the address in your browser", 1),
    row(C::LoggingIn, &[c('y')], A::CopyLoginAddress, "copy the address", 2),
    row(C::LoggingIn, &[k(Esc), c('q'), ctrl('c')], A::Back, "stop", 3),
    row(C::RenewalFailed, &[k(Enter), c('r')], A::Choose, "try as configured", 1),
    row(C::RenewalFailed, &[c('n')], A::SetUpAuth, "say how it is obtained", 2),
    row(C::RenewalFailed, &[k(Esc), c('q'), ctrl('c')], A::Back, "keep the old one", 3),
    row(C::Renewed, &[k(Enter)], A::UseRenewedAndSend, "use it and send", 1),
    row(C::Renewed, &[c('u')], A::UseRenewed, "use it", 2),
    row(C::Renewed, &[c('m')], A::ToggleSecrets, "mask or show secrets", 0),
    row(C::Renewed, &[k(Esc), c('q'), ctrl('c')], A::Back, "keep the old one", 3),
    row(C::NoAuthConfig, &[k(Enter), c('n')], A::SetUpAuth, "say how it is obtained", 1),
    row(C::NoAuthConfig, &[c('d')], A::FindEndpoints, "ask the issuer where", 2),
    row(C::NoAuthConfig, &[c('l')], A::OpenLogin, "open the request that gives a token", 3),
    row(C::NoAuthConfig, &[c('a')], A::Auth, "type another one", 4),
    row(C::NoAuthConfig, &[k(Esc), c('q'), ctrl('c')], A::Back, "close", 5),
    row(C::MakingToken, &[k(Enter)], A::Choose, "sign it and use it in the request", 1),
    row(C::MakingToken, &[k(Esc)], A::Back, "cancel", 3),
    row(C::MakingToken, &[k(Down), k(Tab)], A::Down, "next field", 2),
    row(C::MakingToken, &[k(Up), k(BackTab)], A::Up, "previous field", 0),
    row(C::MakingToken, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::MakingToken, &[ctrl('z')], A::Undo, "undo", 0),
    row(C::AuthConfig, &[k(Enter)], A::Choose, "obtain a token", 1),
    row(C::AuthConfig, &[k(Esc)], A::Back, "cancel", 3),
    row(C::AuthConfig, &[k(Down), k(Tab)], A::Down, "next field", 2),
    row(C::AuthConfig, &[k(Up), k(BackTab)], A::Up, "previous field", 0),
    row(C::AuthConfig, &[ctrl('c')], A::Quit, "quit", 0),
    row(C::AuthConfig, &[ctrl('z')], A::Undo, "undo", 0),
    row(C::Opening, &[k(Esc), c('q'), ctrl('c')], A::Back, "stop", 1),
    row(C::Quitting, &[c('s'), k(Enter)], A::SaveAndQuit, "save and quit", 1),
    row(C::Quitting, &[c('d'), ctrl('c')], A::DiscardAndQuit, "quit without saving", 2),
    row(C::Quitting, &[k(Esc)], A::Back, "stay", 3),
    row(C::Drafts, &[c('o'), k(Enter)], A::OpenDrafts, "open it", 1),
    row(C::Drafts, &[c('k')], A::OpenDraftsAndKeepSecrets, "open it, and keep credentials from now on", 2),
    row(C::Drafts, &[c('d')], A::DiscardDrafts, "discard it", 3),
    row(C::Drafts, &[k(Esc), ctrl('c')], A::Back, "decide at the next start", 4),
    row(C::Deleting, &[c('d'), k(Enter)], A::Choose, "delete it", 1),
    row(C::Deleting, &[k(Esc), c('q'), ctrl('c')], A::Back, "keep it", 2),
    row(C::Lookalike, &[c('s')], A::SendToLookalike, "send there, once", 1),
    row(C::Lookalike, &[k(Esc), c('q'), ctrl('c')], A::Back, "send nothing", 2),
    row(C::SendingSecrets, &[c('s'), k(Enter)], A::SendSecrets, "send it there, for this session", 1),
    row(C::SendingSecrets, &[k(Esc), c('q'), ctrl('c')], A::Back, "send nothing", 2),
    row(C::Conflict, &[c('o')], A::Overwrite, "overwrite it", 1),
    row(C::Conflict, &[c('r')], A::Reload, "read it again, and keep my changes on top", 2),
    row(C::Conflict, &[c('a')], A::SaveAs, "save mine under another name", 3),
    row(C::Conflict, &[k(Esc), ctrl('c')], A::Back, "decide later", 4),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_is_bound_twice_in_a_context() {
        let mut seen = HashSet::new();
        for binding in BINDINGS {
            for key in binding.keys.iter() {
                assert!(seen.insert((binding.context, *key)), "{key} is bound twice in {:?}", binding.context);
            }
        }
    }

    #[test]
    fn no_plain_character_is_taken_from_somebody_who_types() {
        for binding in BINDINGS {
            if binding.context.is_for_typing() {
                assert!(binding.keys.iter().all(|k| k.typed().is_none()), "{:?} {}", binding.context, binding.label);
            }
        }
    }

    #[test]
    fn every_row_has_a_key_and_a_label() {
        assert!(BINDINGS.iter().all(|b| !b.keys.is_empty() && !b.label.is_empty()));
    }

    #[test]
    fn the_inner_context_wins() {
        let editing = [C::Editing, C::Typing, C::Global];
        let keymap = Keymap::default();
        assert_eq!(keymap.action(&editing, c('f')), None);
        assert_eq!(keymap.action(&editing, k(Esc)), Some(A::Back));
        assert_eq!(keymap.action(&[C::Checklist, C::Main, C::Global], c('f')), Some(A::Fix));
    }
}
