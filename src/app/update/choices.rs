//! What the filtered lists offer.

use crate::app::dialogs::picker::{COMPARE, Item, Picked, Picker};
use crate::app::ids::At;
use crate::app::keymap::{Action, BINDINGS, Context, key_of};
use crate::app::model::Model;
use crate::app::panes::Pane;
use crate::domain::secrecy::quoted;

/// Every command with its key, those first that do something now.
pub fn commands(model: &Model) -> Picker {
    let contexts = model.contexts();
    let mut items: Vec<Item> = Vec::new();
    let on_bench = |c: Context| matches!(c, Context::Anywhere | Context::Bench | Context::Requests | Context::Request | Context::Checklist);
    for binding in BINDINGS.iter().filter(|b| on_bench(b.context)) {
        let movement = matches!(
            binding.action,
            Action::Up
                | Action::Down
                | Action::PageUp
                | Action::PageDown
                | Action::Top
                | Action::Bottom
                | Action::Back
                | Action::Choose
                | Action::Palette
        );
        let known = items.iter().any(|i| i.picked == Picked::Do(binding.action));
        if movement || known || !model.can(binding.action) {
            continue;
        }
        let key = key_of(&contexts, binding.action).or_else(|| binding.keys.first().copied());
        let text = match binding.action {
            Action::Focus(pane) => format!("go to {}", pane.title().to_lowercase()),
            _ => binding.label.to_string(),
        };
        items.push(Item { text, aside: key.map(|k| k.to_string()).unwrap_or_default(), picked: Picked::Do(binding.action) });
    }
    Picker::new("Commands", items)
}

/// Every request and every header of the open one.
pub fn everything(model: &Model) -> Picker {
    let mut items = Vec::new();
    if let Some(entry) = model.entry() {
        for (i, header) in entry.exchange.request.headers.iter() {
            let aside = Pane::Request.title().to_lowercase();
            items.push(Item { text: quoted(&header.name), aside, picked: Picked::Header(model.at, i) });
        }
    }
    for (at, title, file) in requests(model) {
        items.push(Item { text: title, aside: file.to_string(), picked: Picked::Open(at) });
    }
    Picker::new("Find", items)
}

/// What the open request can be compared with.
pub fn to_compare(model: &Model) -> Picker {
    let mut others: Vec<_> = requests(model).filter(|(at, ..)| *at != model.at).collect();
    // What is taken tells most about what is refused.
    let taken = |at: &At| {
        let entry = model.files.get(at.file).and_then(|f| f.entries.get(at.entry));
        entry.and_then(|e| e.exchange.answer.as_ref()).is_some_and(|a| a.is_success())
    };
    others.sort_by_key(|(at, ..)| !taken(at));
    let others = others.into_iter();
    let mut items: Vec<Item> =
        others.map(|(at, title, file)| Item { text: title, aside: file.to_string(), picked: Picked::CompareWith(at) }).collect();
    if model.entry().is_some_and(|e| e.token().is_some()) {
        items.push(Item { text: "type or paste a token".into(), aside: String::new(), picked: Picked::TypeToken });
    }
    Picker::new(COMPARE, items)
}

/// Every environment that some file knows, and none.
pub fn environments(model: &Model) -> Picker {
    let mut names: Vec<&String> = model.files.iter().flat_map(|f| f.environments.keys()).filter(|n| !n.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let mut items = vec![Item { text: "none".into(), aside: String::new(), picked: Picked::Environment(String::new()) }];
    items.extend(names.into_iter().map(|n| Item { text: n.clone(), aside: String::new(), picked: Picked::Environment(n.clone()) }));
    Picker::new("Environment", items)
}

fn requests(model: &Model) -> impl Iterator<Item = (At, String, &str)> {
    model
        .files
        .iter()
        .enumerate()
        .flat_map(|(file, f)| f.entries.iter().enumerate().map(move |(entry, e)| (At { file, entry }, e.title(), f.name.as_str())))
}
