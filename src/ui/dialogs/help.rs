//! The help: all key bindings.

use ratatui::text::{Line, Span};

use super::frame::keys_line;
use super::page::{Page, PagePosition};
use crate::app::keymap::{BINDINGS, KeyContext, rows};
use crate::ui::text::{width, wrap};
use crate::ui::theme::Styles;

/// Width of the key column.
const KEYS: usize = 18;

/// The help as a page.
pub fn page(room: usize, styles: &'static Styles) -> Page {
    let keys = keys_line(&[KeyContext::Reading]);
    Page { title: "Keys".into(), keys, lines: lines(room, styles), place: PagePosition::Middle, styles }
}

fn lines(room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let mut contexts: Vec<KeyContext> = Vec::new();
    for binding in BINDINGS {
        if !contexts.contains(&binding.context) {
            contexts.push(binding.context);
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    let columns = if room >= 84 { 2 } else { 1 };
    let column = room / columns;
    for context in contexts {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(context.title(), styles.title));
        let (mut line, mut free) = (Vec::new(), columns);
        for binding in rows(context) {
            let wide = KEYS + width(binding.label);
            // A binding that does not fit into its column has its own line.
            let takes = if wide < column { 1 } else { columns };
            if takes > free {
                lines.extend(wrap(&std::mem::take(&mut line), room, KEYS));
                free = columns;
            }
            let keys: Vec<String> = binding.keys.iter().take(2).map(|k| k.to_string()).collect();
            line.push(Span::styled(format!("{:KEYS$}", keys.join(" ")), styles.key));
            line.push(Span::styled(format!("{}{}", binding.label, " ".repeat(column.saturating_sub(wide))), styles.text));
            free -= takes;
        }
        lines.extend(wrap(&line, room, KEYS));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::appearance::{ColorDepth, Theme};

    #[test]
    fn every_key_is_told_whole_however_wide_the_screen_is() {
        for room in 50..=160 {
            let lines = lines(room, Styles::of(Theme::None, ColorDepth::Indexed));
            assert!(lines.iter().all(|line| line.width() <= room), "{room}");
            let told = lines.iter().map(Line::to_string).collect::<Vec<_>>().join(" ");
            let told = format!(" {} ", told.split_whitespace().collect::<Vec<_>>().join(" "));
            for binding in BINDINGS {
                assert!(told.contains(&format!(" {} ", binding.label)), "{}, {room} wide", binding.label);
            }
        }
    }
}
