//! Dialogs as widgets.

mod auth;
mod comparison;
mod completions;
mod configurations;
mod cookies;
mod expectations;
mod explanation;
mod form;
mod frame;
mod help;
mod history;
mod logs;
mod losses;
mod markdown;
mod menu;
mod oauth;
mod page;
mod parameters;
mod picker;
mod prompt;
mod token;
mod trials;
mod values;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{StatefulWidget, Widget as _};

pub use completions::Completions;
pub use frame::{field, keys_line};

use self::comparison::ComparisonPage;
use self::cookies::CookiesPage;
pub use self::expectations::ExpectationsForm;
use self::history::HistoryPage;
use self::logs::LogsPage;
use self::menu::Menu;
use self::oauth::RenewalDialog;
use self::page::Page;
use self::parameters::ParameterTable;
use self::picker::PickerList;
use self::prompt::Prompt;
use self::trials::TrialsPage;
use self::values::ValuesList;
use super::state::ViewState;
use super::theme::Styles;
use crate::app::appearance::Secrets;
use crate::app::dialogs::Overlay;
use crate::app::dialogs::pasted::PastedKind;
use crate::app::keymap::{Action, KeyContext};
use crate::app::model::Model;
use crate::app::workspace::discovery::Purpose;
use crate::app::workspace::draft::{LEFT_OUT, OrphanedDraft};
use crate::domain::secrecy::quoted;
use crate::domain::time;

/// The open dialog.
pub struct Dialog<'a> {
    pub model: &'a Model,
    pub overlay: &'a Overlay,
    pub styles: &'a Styles,
}

impl StatefulWidget for Dialog<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, overlay, styles } = self;
        let room = page::room(area);
        let prompt = |title, editor| Prompt { model, title, editor, contexts: &[KeyContext::Prompt], styles };
        let path = |title, editor| Prompt { model, title, editor, contexts: &[KeyContext::Prompt, KeyContext::Path], styles };
        let menu = |title, about, context| Menu { model, title, about, context, styles };
        match overlay {
            Overlay::Help(help) => help::page(model, help, room, styles).render(area, buf, state),
            Overlay::Explain => explanation::page(model, room, styles).into_iter().for_each(|page| page.render(area, buf, state)),
            Overlay::Configurations(configs) => configurations::page(model, configs, room, styles).render(area, buf, state),
            Overlay::Losses { title, losses } => losses::page(model, title, losses, room, styles).render(area, buf, state),
            Overlay::Unreadable { message } => Page::unreadable(model, message, room, styles).render(area, buf, state),
            Overlay::Compare(comparison) => {
                let contexts = &[KeyContext::Comparing, KeyContext::Reading];
                ComparisonPage { model, state: comparison, title: "Compare", about: &[], contexts, styles }.render(area, buf, state);
            }
            Overlay::Pick(picker) => PickerList { picker, model, styles }.render(area, buf, state),
            // Typed in the last row, below the pane that is searched.
            Overlay::Search(_) => {}
            Overlay::Auth(form) => auth::page(model, form, styles).render(area, buf, state),
            Overlay::OAuth(form) => oauth::form(model, form, styles).render(area, buf, state),
            Overlay::Token(form) => token::form(model, form, styles).render(area, buf, state),
            Overlay::Renew(renewal) => RenewalDialog { model, renewal, styles }.render(area, buf, state),
            Overlay::Cookies(list) => CookiesPage { model, list, styles }.render(area, buf, state),
            Overlay::Trials(table) => TrialsPage { model, table, styles }.render(area, buf, state),
            Overlay::Logs => model.logs.iter().for_each(|view| LogsPage { model, view, styles }.render(area, buf, state)),
            Overlay::History(list) => HistoryPage { model, list, styles }.render(area, buf, state),
            Overlay::Discover(discovery) => {
                let title = match discovery.purpose {
                    Purpose::Keys => "The issuer's keys",
                    Purpose::Endpoints => "Where tokens are obtained",
                    Purpose::Introspection => "What the issuer knows of the token",
                };
                menu(title, discovery.about.clone(), discovery.step.context()).render(area, buf);
            }
            Overlay::NoAuthConfig => menu("How is the token obtained?", no_config(model), KeyContext::NoAuthConfig).render(area, buf),
            Overlay::Expect(form) => ExpectationsForm { model, form, styles }.render(area, buf, state),
            Overlay::Parameters(form) => ParameterTable { model, form, styles }.render(area, buf, state),
            Overlay::Values(form) => ValuesList { model, form, styles }.render(area, buf, state),
            Overlay::SecondToken(editor) => {
                prompt("Compare with: type or paste the other token or request", editor).render(area, buf, state)
            }
            Overlay::Rename(editor) => prompt("Name of the request", editor).render(area, buf, state),
            Overlay::SaveAs(_, editor) => path("Save as", editor).render(area, buf, state),
            Overlay::SaveBody(editor) => path("Save the body of the response as", editor).render(area, buf, state),
            Overlay::Open(editor) => path("Open a file or folder", editor).render(area, buf, state),
            Overlay::Opening => menu("Reading", opening(model), KeyContext::Opening).render(area, buf),
            Overlay::Copy(secrets) => menu("Copy", vec![copy_note(*secrets).into()], KeyContext::Copying).render(area, buf),
            Overlay::Unresolved(question) => {
                menu(question.title, question.about.clone(), KeyContext::Unresolved).render(area, buf);
            }
            Overlay::Pasted(question) => {
                let title = match question.kind {
                    PastedKind::Token | PastedKind::TokenForVariable => "A token was pasted",
                    PastedKind::IssuedForVariable => "Use the token of the response",
                    PastedKind::TextWithToken => "A token is in this text",
                    PastedKind::TextWithRequest => "An address is in this text",
                };
                menu(title, question.about.clone(), question.kind.context()).render(area, buf);
            }
            Overlay::Quit => menu("Unsaved changes", unsaved(model), KeyContext::Quitting).render(area, buf),
            Overlay::Drafts(left) => menu("Unsaved changes found", drafts(left), KeyContext::Drafts).render(area, buf),
            Overlay::Delete(_) => {
                let name = model.entry().map(|e| e.title()).unwrap_or_default();
                menu("Delete the request?", vec![name], KeyContext::Deleting).render(area, buf);
            }
            Overlay::Lookalike(found, _) => {
                let about = [format!("Credentials would go to {}", found.host), format!("It reads {}. {}", found.reads, found.likeness)];
                menu("Another host?", about.into(), KeyContext::Lookalike).render(area, buf);
            }
            Overlay::SendSecrets(question) => {
                menu("Send secrets of the keyring?", question.about(), KeyContext::SendingSecrets).render(area, buf);
            }
            Overlay::Conflict { file, path, theirs } => {
                let own = model.files.iter().find(|f| f.id == *file).filter(|f| f.path.as_ref() == Some(path));
                let name = own.map(|f| f.name.clone()).or_else(|| Some(model.value_files.get(*file).filter(|f| f.path == *path)?.name()));
                menu("Changed on disk", conflict(name, path, theirs.as_deref()), KeyContext::Conflict).render(area, buf);
            }
        }
    }
}

fn opening(model: &Model) -> Vec<String> {
    let since = |opening: &crate::app::dialogs::opening::Opening| model.now.as_second() - opening.since.as_second();
    model.opening.iter().map(|opening| format!("{}: {} s so far", opening.what, since(opening))).collect()
}

fn no_config(model: &Model) -> Vec<String> {
    let mut about = vec![
        "Nothing says how this request's token is obtained: no Security.Auth in http-client.env.json that it refers to, and no \
         @auth oauth2 above it."
            .to_string(),
        "Paste a fresh token here to use it.".into(),
    ];
    about.extend(model.login().map(|login| {
        let (name, issued) = (quoted(&login.name), model.key_of(Action::UseIssued));
        match login.has_token {
            true => format!("“{name}” has been answered with a token: {issued} there puts it into this request."),
            false => format!("“{name}” may give one: send it, and {issued} puts its token into this request."),
        }
    }));
    about
}

const fn copy_note(secrets: Secrets) -> &'static str {
    match secrets {
        Secrets::Masked => "Secrets are left out of what is copied.",
        Secrets::Shown => "Secrets are copied as they are.",
    }
}

fn unsaved(model: &Model) -> Vec<String> {
    let mut about = vec![format!("Not saved yet: {}", model.unsaved().join(", "))];
    let has_answers = model.files.iter().flat_map(|file| &file.entries).any(|entry| entry.answered_by.is_some());
    about.extend(has_answers.then(|| "The answers of this session are not kept.".to_string()));
    about
}

fn drafts(left: &[OrphanedDraft]) -> Vec<String> {
    let mut about = vec!["The program ended with unsaved changes.".to_string()];
    about.extend(left.iter().map(|l| format!("{}: {}", time::short(l.at), l.draft.summary())));
    if left.iter().flat_map(|l| &l.draft.values).any(|value| value.value.is_none()) {
        about.push("Values that are credentials were left out and stay as they are saved.".into());
    }
    if left.iter().any(|l| l.draft.files.iter().flat_map(|f| &f.requests).any(|r| r.text.contains(LEFT_OUT))) {
        about.push(format!("Credentials were left out and replaced by {LEFT_OUT}."));
    }
    about
}

/// `file` is the name of the file being saved, if it was read from that path.
fn conflict(file: Option<String>, path: &std::path::Path, theirs: Option<&[u8]>) -> Vec<String> {
    let lines = theirs.unwrap_or_default().split_inclusive(|byte| *byte == b'\n').count();
    let about = match file {
        Some(file) if theirs.is_none() => format!("{file} was deleted by another program since it was read."),
        Some(file) => format!("{file} was changed by another program since it was read; it now has {lines} lines."),
        None => format!("{} exists already and has {lines} lines.", path.display()),
    };
    vec![about, "Nothing was written.".into()]
}
