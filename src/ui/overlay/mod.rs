//! What lies over the bench.

mod ask;
mod compare;
mod explain;
mod form;
mod page;
mod pick;

use ratatui::layout::Rect;

use super::escape::width;
use super::pen::{Pen, piece};
use crate::app::complete::Completion;
use crate::app::draft::{LEFT_OUT, LeftDraft};
use crate::app::editor::Editor;
use crate::app::keymap::{Context, rows};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::domain::time;

/// Draws what lies over the bench; gives the place of the text cursor.
pub fn draw(pen: &mut Pen, model: &Model, screen: Rect) -> Option<(u16, u16)> {
    match model.overlay.as_ref()? {
        Overlay::Help(top) => page::help(pen, screen, *top),
        Overlay::Explain(top) => explain::draw(pen, model, screen, *top),
        Overlay::Losses { title, losses, top } => page::losses(pen, screen, title, losses, *top),
        Overlay::Unreadable { message } => page::unreadable(pen, screen, message),
        Overlay::Pick(picker) => return pick::draw(pen, picker, screen),
        Overlay::Expect(form) => return form::draw(pen, model, form, screen),
        Overlay::Compare(comparing) => compare::draw(pen, model, comparing, screen),
        Overlay::SecondToken(editor) => return ask::line(pen, screen, "Compare with: type or paste the other token", editor),
        Overlay::Rename(editor) => return ask::line(pen, screen, "Name of the request", editor),
        Overlay::SaveAs(_, editor) => return ask::line(pen, screen, "Save as", editor),
        Overlay::Open(editor) => return ask::line(pen, screen, "Open a file or folder", editor),
        Overlay::Opening => {
            let about = model.opening.as_ref().map(|opening| {
                let so_far = model.now.as_second() - opening.since.as_second();
                format!("{}: {so_far} s so far", opening.what)
            });
            ask::menu(pen, screen, "Reading", about.as_slice(), Context::Opening);
        }
        Overlay::Copy => ask::menu(pen, screen, "Copy", &[copy_note(model)], Context::Copying),
        Overlay::Quit => {
            let names = model.unsaved().join(", ");
            ask::menu(pen, screen, "Unsaved changes", &[format!("Not saved yet: {names}")], Context::Quitting);
        }
        Overlay::Drafts(left) => ask::menu(pen, screen, "A draft was kept", &drafts(left), Context::Drafts),
        Overlay::Delete(_) => {
            let name = model.entry().map(|e| e.title()).unwrap_or_default();
            ask::menu(pen, screen, "Delete the request?", &[name], Context::Deleting);
        }
        Overlay::Lookalike(found, _) => {
            let about = [format!("Credentials would go to {}", found.host), format!("It reads {}. {}", found.reads, found.likeness)];
            ask::menu(pen, screen, "Another host?", &about, Context::Lookalike);
        }
        Overlay::Conflict { file, path, theirs } => {
            let file = model.files.iter().find(|f| f.id == *file);
            let lines = theirs.lines().count();
            let about = match file.filter(|f| f.path.as_ref() == Some(path)) {
                Some(file) => format!("{} was changed by another program since it was read; it now has {lines} lines.", file.name),
                None => format!("{} exists already and has {lines} lines.", path.display()),
            };
            ask::menu(pen, screen, "Changed on disk", &[about, "Nothing was written.".into()], Context::Conflict);
        }
    }
    None
}

fn copy_note(model: &Model) -> String {
    match model.secrets {
        crate::app::model::Secrets::Masked => "Secrets are left out of what is copied.".into(),
        crate::app::model::Secrets::Shown => "Secrets are copied as they are.".into(),
    }
}

fn drafts(left: &[LeftDraft]) -> Vec<String> {
    let mut about = vec!["The program ended with unsaved changes.".to_string()];
    about.extend(left.iter().map(|l| format!("{}: {}", time::short(l.at), l.draft.summary())));
    if left.iter().any(|l| l.draft.files.iter().flat_map(|f| &f.requests).any(|r| r.text.contains(LEFT_OUT))) {
        about.push(format!("Credentials were left out: {LEFT_OUT} stands in their place."));
    }
    about
}

/// The item of a list at a place of the screen.
pub fn item_at(model: &Model, screen: Rect, x: u16, y: u16) -> Option<usize> {
    match model.overlay.as_ref()? {
        Overlay::Pick(picker) => pick::item_at(picker, screen, x, y),
        Overlay::Expect(form) => form::field_at(form, screen, x, y),
        _ => None,
    }
}

/// Where a page lies.
pub fn page_area(screen: Rect) -> Rect {
    let width = screen.width.saturating_sub(4).min(104);
    let height = screen.height.saturating_sub(if screen.height < 24 { 1 } else { 4 });
    centered(screen, width, height)
}

fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}

/// A raised surface with a title; gives the pen for what is on it.
fn surface<'a>(pen: &'a mut Pen, area: Rect, title: &str, keys: &str) -> Pen<'a> {
    let styles = pen.styles;
    let mut whole = pen.within(area);
    whole.fill(styles.raised);
    if styles.lines == super::styles::Lines::Drawn {
        let rule = "─".repeat(usize::from(area.width));
        whole.write(0, 0, &rule, styles.faint);
        whole.write(0, area.height.saturating_sub(1), &rule, styles.faint);
        for row in 0..area.height {
            whole.write(0, row, "│", styles.faint);
            whole.write(area.width.saturating_sub(1), row, "│", styles.faint);
        }
    }
    whole.write(2, 0, title, styles.title_focus);
    if width(keys) + width(title) + 6 < usize::from(area.width) {
        let column = area.width.saturating_sub(width(keys) as u16 + 2);
        whole.write(column, 0, keys, styles.faint);
    }
    let inner =
        Rect { x: area.x + 2, y: area.y + 2.min(area.height), width: area.width.saturating_sub(4), height: area.height.saturating_sub(3) };
    pen.within(inner)
}

/// A field of one line with its cursor; gives the cursor's place.
fn field(pen: &mut Pen, row: u16, column: u16, editor: &Editor) -> (u16, u16) {
    let room = usize::from(pen.area.width.saturating_sub(column)).max(1);
    let before = width(editor.text().get(..editor.cursor()).unwrap_or_default());
    let left = super::line::left_for(before, room);
    let area = Rect { x: pen.area.x + column, width: room as u16, ..pen.area };
    let (style, selected, selection) = (pen.styles.text, pen.styles.selection, editor.selection());
    let look = |at: usize| super::line::Look {
        style: if selection.is_some_and(|s| s.start <= at && at < s.end) { style.patch(selected) } else { style },
        covered: false,
    };
    let whole = crate::domain::span::Span::whole(editor.text());
    super::line::draw(&mut pen.within(area), row, editor.text(), whole, left, &look);
    (area.x + (before - left) as u16, area.y + row)
}

/// The completions, below the text cursor or above it.
pub fn completion(pen: &mut Pen, completion: &Completion, cursor: (u16, u16)) {
    let styles = pen.styles;
    let wide = completion.options.iter().map(|o| width(o)).max().unwrap_or(0) as u16 + 2;
    let tall = (completion.options.len() as u16).min(8);
    let screen = pen.area;
    let y = if cursor.1 + 1 + tall <= screen.bottom() { cursor.1 + 1 } else { cursor.1.saturating_sub(tall) };
    let x = cursor.0.min(screen.right().saturating_sub(wide));
    let mut list = pen.within(Rect { x, y, width: wide, height: tall });
    list.fill(styles.raised);
    let top = completion.chosen.saturating_sub(usize::from(tall).saturating_sub(1));
    for (row, (i, option)) in (0..tall).zip(completion.options.iter().enumerate().skip(top)) {
        list.write(1, row, option.trim_end(), styles.text);
        if i == completion.chosen {
            list.tint(row, styles.selection);
        }
    }
}

/// The keys of a context in one line: `Enter take  Esc close`.
fn keys_line(contexts: &[Context]) -> String {
    let shown = contexts.iter().flat_map(|c| rows(*c)).filter(|b| b.hint > 0);
    let words: Vec<String> = shown.filter_map(|b| Some(format!("{} {}", b.keys.first()?, b.label))).collect();
    words.join("  ")
}

/// The text of a key in a menu.
fn key_piece(binding: &crate::app::keymap::Binding, styles: &super::styles::Styles) -> super::pen::Piece {
    let key = binding.keys.first().map(|k| k.to_string()).unwrap_or_default();
    piece(format!("{key:<7}"), styles.key)
}
