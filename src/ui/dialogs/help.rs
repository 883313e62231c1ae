//! The help: all key bindings.

use ratatui::text::{Line, Span};

use super::frame::keys_line;
use super::page::{Page, PagePosition};
use crate::app::dialogs::HelpState;
use crate::app::keymap::{Action, Binding, KeyContext, Keymap};
use crate::app::model::Model;
use crate::ui::text::{spans, width, wrap};
use crate::ui::theme::Styles;

/// Width of the key column.
const KEYS: usize = 18;

/// Heading of the signs.
const SIGNS_TITLE: &str = "signs";

/// What the signs on the screen mean.
const SIGNS: [(&str, &str); 8] = [
    ("✗", "fails, or is the likeliest cause"),
    ("▲", "a warning"),
    ("?", "undetermined"),
    ("✓", "passed"),
    ("○", "not sent yet"),
    ("•", "behind a pane's name: the evidence of what is selected is there"),
    ("*", "behind a file's name: not saved"),
    ("…", "there is more, which is cut off"),
];

/// The help as a page: the keys whose name, label or heading holds what is typed.
pub fn page<'a>(model: &Model, help: &HelpState, room: usize, styles: &'a Styles) -> Page<'a> {
    let (keymap, keys) = (&model.keymap, keys_line(model, &[KeyContext::Helping]));
    // Whoever types the slash that begins a search elsewhere means the same here.
    let words = help.query.text().strip_prefix('/').unwrap_or(help.query.text());
    let mut lines = vec![search_line(keymap, words, styles), Line::default()];
    lines.extend(matching(keymap, words, &help.opened_in, room, styles));
    if lines.len() == 2 {
        lines.push(Line::styled("Nothing matches", styles.quiet));
    }
    Page { title: "Keys".into(), keys, lines, place: PagePosition::Middle, styles }
}

fn search_line(keymap: &Keymap, words: &str, styles: &Styles) -> Line<'static> {
    let slash = Span::styled("/ ", styles.accent);
    let typed = match words {
        "" => {
            let send = keymap.shown(&[KeyContext::Global], Action::Send);
            vec![Span::styled(format!("type to search: token, copy, {send} …"), styles.faint)]
        }
        text => spans(text, styles.text, styles),
    };
    Line::from([vec![slash], typed].concat())
}

/// The headings with their bindings: what applies where the help was opened, then the main screen by task, then everything else by
/// where it applies.
fn groups<'k>(keymap: &'k Keymap, opened_in: &[KeyContext]) -> Vec<(&'static str, Vec<&'k Binding>)> {
    let bound = || keymap.bindings().iter().filter(|b| !b.keys.is_empty());
    let mut groups: Vec<(&'static str, Vec<&Binding>)> = Vec::new();
    let on_main_screen = |b: &&Binding| matches!(b.context, KeyContext::Global | KeyContext::Main);
    let mut of_tasks: Vec<&Binding> = bound().filter(on_main_screen).collect();
    of_tasks.sort_by_key(|b| b.action.task());
    // Keys for typing are known to everybody.
    let is_here = |context: KeyContext| opened_in.contains(&context) && context != KeyContext::Typing;
    let (here, others): (Vec<&Binding>, Vec<&Binding>) = bound().filter(|b| !on_main_screen(b)).partition(|b| is_here(b.context));
    let by_context = |bindings: Vec<&'k Binding>| bindings.into_iter().map(|b| (b.context.title(), b));
    let here = opened_in.iter().flat_map(|context| by_context(here.iter().copied().filter(|b| b.context == *context).collect()));
    let others = by_context(others);
    for (title, binding) in here.chain(of_tasks.into_iter().map(|b| (b.action.task().title(), b))).chain(others) {
        match groups.iter_mut().find(|(known, _)| *known == title) {
            Some((_, bindings)) => bindings.push(binding),
            None => groups.push((title, vec![binding])),
        }
    }
    groups
}

/// True if every typed word is in the label, the heading, another word for it, or is its key.
fn is_found(title: &str, binding: &Binding, words: &str) -> bool {
    words.split_whitespace().all(|word| {
        let lower = word.to_lowercase();
        let named = [title, binding.label, binding.action.synonyms()].into_iter().any(|text| text.to_lowercase().contains(&lower));
        named || binding.keys.iter().any(|key| key.to_string() == word)
    })
}

fn matching(keymap: &Keymap, words: &str, opened_in: &[KeyContext], room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = Vec::new();
    let columns = if room >= 84 { 2 } else { 1 };
    let column = room / columns;
    for (title, bindings) in groups(keymap, opened_in) {
        let bindings: Vec<&Binding> = bindings.into_iter().filter(|binding| is_found(title, binding, words)).collect();
        if bindings.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(title, styles.title));
        let (mut line, mut free) = (Vec::new(), columns);
        for binding in bindings {
            let wide = KEYS + width(binding.label);
            // A binding that does not fit into its column has its own line.
            let takes = if wide < column { 1 } else { columns };
            if takes > free {
                lines.extend(wrap(&std::mem::take(&mut line), room, KEYS));
                free = columns;
            }
            let mut keys: Vec<String> = binding.keys.iter().take(2).map(|k| k.to_string()).collect();
            if width(&keys.join(" ")) >= KEYS {
                keys.truncate(1);
            }
            line.push(Span::styled(format!("{:KEYS$}", keys.join(" ")), styles.key));
            line.push(Span::styled(format!("{}{}", binding.label, " ".repeat(column.saturating_sub(wide))), styles.text));
            free -= takes;
        }
        lines.extend(wrap(&line, room, KEYS));
    }
    lines.extend(signs(words, !lines.is_empty(), room, styles));
    lines
}

/// The signs whose meaning or heading has every typed word in it.
fn signs(words: &str, is_behind: bool, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let is_found = |(sign, meaning): &&(&str, &str)| {
        let has = |word: &str| word == *sign || [SIGNS_TITLE, meaning].iter().any(|text| text.contains(&word.to_lowercase()));
        words.split_whitespace().all(has)
    };
    let found: Vec<_> = SIGNS.iter().filter(is_found).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let gap = is_behind.then(Line::default);
    let heading = Line::styled(SIGNS_TITLE, styles.title);
    let line = |(sign, meaning): &(&'static str, &'static str)| {
        wrap(&[Span::styled(format!("{sign:KEYS$}"), styles.key), Span::styled(*meaning, styles.text)], room, KEYS)
    };
    gap.into_iter().chain([heading]).chain(found.into_iter().flat_map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::appearance::{ColorDepth, Theme};

    #[test]
    fn every_key_is_told_whole_however_wide_the_screen_is() {
        let keymap = Keymap::default();
        for room in 50..=160 {
            let lines = matching(&keymap, "", &[], room, &Styles::built_in(Theme::None, ColorDepth::Indexed));
            assert!(lines.iter().all(|line| line.width() <= room), "{room}");
            let told = lines.iter().map(Line::to_string).collect::<Vec<_>>().join(" ");
            let told = format!(" {} ", told.split_whitespace().collect::<Vec<_>>().join(" "));
            for binding in keymap.bindings() {
                assert!(told.contains(&format!(" {} ", binding.label)), "{}, {room} wide", binding.label);
            }
        }
    }
}
