//! The items of the pickers.

use crate::app::appearance::Secrets;
use crate::app::dialogs::picker::{COMPARE, ENVIRONMENT, Picker, PickerChoice, PickerItem, SEARCH};
use crate::app::ids::RequestPosition;
use crate::app::keymap::{Action, KeyContext};
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::app::workspace::request::{Entry, PastVersion};
use crate::domain::response::Response;
use crate::domain::secrecy::names::is_near_authorization;
use crate::domain::secrecy::quoted;
use crate::formats::export::ExportFormat;

/// Every available command with its key.
pub fn commands(model: &Model) -> Picker {
    let contexts = model.contexts();
    let mut items: Vec<PickerItem> = Vec::new();
    let on_main_screen = |c: KeyContext| {
        matches!(c, KeyContext::Global | KeyContext::Main | KeyContext::Requests | KeyContext::Request | KeyContext::Checklist)
    };
    for binding in model.keymap.bindings().iter().filter(|b| on_main_screen(b.context)) {
        let movement = matches!(
            binding.action,
            Action::Up
                | Action::Down
                | Action::PageUp
                | Action::PageDown
                | Action::ScrollLeft
                | Action::ScrollRight
                | Action::Top
                | Action::Bottom
                | Action::Back
                | Action::Choose
                | Action::Palette
        );
        let known = items.iter().any(|i| i.picked == PickerChoice::Do(binding.action));
        if movement || known || !model.can(binding.action) {
            continue;
        }
        let key = model.keymap.key_of(&contexts, binding.action).or_else(|| binding.keys.first().copied());
        let text = match binding.action {
            Action::Focus(pane) => format!("go to {}", pane.title().to_lowercase()),
            _ => binding.label.to_string(),
        };
        items.push(PickerItem { text, detail: key.map(|k| k.to_string()).unwrap_or_default(), picked: PickerChoice::Do(binding.action) });
    }
    Picker::new("Commands", items)
}

/// Every request, and every header of the open one.
pub fn everything(model: &Model) -> Picker {
    let mut items = Vec::new();
    if let Some(entry) = model.entry() {
        for (i, header) in entry.exchange.request.headers.iter() {
            let detail = Pane::Request.title().to_lowercase();
            items.push(PickerItem { text: quoted(&header.name), detail, picked: PickerChoice::Header(model.at, i) });
        }
    }
    for (at, title, file) in requests(model) {
        let entry = model.files.get(at.file).and_then(|f| f.entries.get(at.entry));
        let url = entry.map(Entry::masked_address).unwrap_or_default();
        // By its status a refused one is found among many.
        let status = entry.and_then(Entry::current_answer).map_or_else(String::new, |answer| format!("  {}", answer.status));
        items.push(PickerItem { text: format!("{title}  {url}{status}"), detail: file.to_string(), picked: PickerChoice::Open(at) });
    }
    Picker::new(SEARCH, items)
}

/// What the open request can be compared with.
pub fn to_compare(model: &Model) -> Picker {
    let mut others: Vec<_> = requests(model).filter(|(at, ..)| *at != model.at).collect();
    // An accepted request says most about a refused one.
    let accepted = |at: &RequestPosition| {
        let entry = model.files.get(at.file).and_then(|f| f.entries.get(at.entry));
        entry.and_then(|e| e.exchange.answer.as_ref()).is_some_and(|a| a.is_success())
    };
    others.sort_by_key(|(at, ..)| !accepted(at));
    let others = others.into_iter();
    let past = |version: PastVersion| {
        let (_, answer) = model.entry()?.past(version)?;
        let text = format!("this request {}", version.in_words());
        Some(PickerItem { text, detail: answer.map(outcome).unwrap_or_default(), picked: PickerChoice::CompareWithPast(version) })
    };
    let mut items: Vec<PickerItem> = PastVersion::ALL.into_iter().filter_map(past).collect();
    items.extend(others.map(|(at, title, file)| {
        let entry = model.files.get(at.file).and_then(|f| f.entries.get(at.entry));
        let told = entry.and_then(Entry::current_answer).map(|answer| format!("{} · ", outcome(answer))).unwrap_or_default();
        PickerItem { text: title, detail: format!("{told}{file}"), picked: PickerChoice::CompareWith(at) }
    }));
    items.push(PickerItem { text: "type or paste a token or a request".into(), detail: String::new(), picked: PickerChoice::TypeToken });
    Picker::new(COMPARE, items)
}

/// The tools that the open request can be copied for.
pub fn tools(secrets: Secrets) -> Picker {
    // curl has a key of its own.
    let formats = ExportFormat::ALL.into_iter().filter(|format| *format != ExportFormat::Curl);
    let item = |format: ExportFormat| PickerItem {
        text: format.title().into(),
        detail: String::new(),
        picked: PickerChoice::CopyAs(format, secrets),
    };
    let title = if secrets == Secrets::Masked { "Copy for a tool, without secrets" } else { "Copy for a tool, with secrets" };
    Picker::new(title, formats.map(item).collect())
}

/// Where the token of the open request's response can be used: in all requests of the file, or in one.
pub fn for_token(model: &Model) -> Picker {
    let of_file = |entry: usize| RequestPosition { entry, ..model.at };
    let takes = |entry: &Entry| entry.exchange.request.headers.iter().any(|(_, header)| is_near_authorization(&header.name));
    let entries = model.file().map(|f| &f.entries[..]).unwrap_or_default();
    let all: Vec<RequestPosition> =
        entries.iter().enumerate().filter(|(i, entry)| *i != model.at.entry && takes(entry)).map(|(i, _)| of_file(i)).collect();
    let mut items = Vec::new();
    if all.len() > 1 {
        let text = format!("all {} with an Authorization header", all.len());
        let detail = model.file().map(|f| f.name.clone()).unwrap_or_default();
        items.push(PickerItem { text, detail, picked: PickerChoice::UseIssued(all) });
    }
    // The next requests need it more often than the login that it came from.
    let mut others: Vec<_> = requests(model).collect();
    others.sort_by_key(|(at, ..)| (*at == model.at, at.file != model.at.file));
    items.extend(others.into_iter().map(|(at, title, file)| PickerItem {
        text: title,
        detail: file.to_string(),
        picked: PickerChoice::UseIssued(vec![at]),
    }));
    Picker::new("Use the token of this response in", items)
}

/// Every known environment, and none.
pub fn environments(model: &Model) -> Picker {
    let mut items = vec![PickerItem { text: "none".into(), detail: String::new(), picked: PickerChoice::Environment(String::new()) }];
    let detail = |name: &str| if name == model.environment { "chosen".to_string() } else { String::new() };
    items.extend(model.environments().into_iter().map(|name| PickerItem {
        text: name.to_string(),
        detail: detail(name),
        picked: PickerChoice::Environment(name.to_string()),
    }));
    let chosen = items.iter().position(|item| item.picked == PickerChoice::Environment(model.environment.clone()));
    Picker { chosen: chosen.unwrap_or_default(), ..Picker::new(ENVIRONMENT, items) }
}

fn requests(model: &Model) -> impl Iterator<Item = (RequestPosition, String, &str)> {
    model.files.iter().enumerate().flat_map(|(file, f)| {
        f.entries.iter().enumerate().map(move |(entry, e)| (RequestPosition { file, entry }, e.title(), f.name.as_str()))
    })
}

/// What a server said to a request, in words.
pub(super) fn outcome(answer: &Response) -> String {
    match answer.status {
        _ if answer.is_blocked() => "blocked".into(),
        status if answer.is_success() => format!("accepted, {status}"),
        status if answer.refuses_caller() => format!("refused, {status}"),
        status => format!("answered {status}"),
    }
}
