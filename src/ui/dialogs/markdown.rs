//! Renders the Markdown of check texts: headings, paragraphs, lists, code.

use ratatui::text::{Line, Span};

use crate::ui::text::wrap;
use crate::ui::theme::Styles;

/// Renders a text.
pub fn markdown(text: &str, styles: &Styles, room: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut paragraph = String::new();
    let mut is_code = false;
    let end = |paragraph: &mut String, lines: &mut Vec<Line<'static>>| {
        if !paragraph.is_empty() {
            let indent = if paragraph.starts_with("- ") { 2 } else { 0 };
            lines.extend(wrap(&inline(paragraph, styles), room, indent));
            paragraph.clear();
        }
    };
    for line in text.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if line.trim_start().starts_with("```") {
            end(&mut paragraph, &mut lines);
            is_code = !is_code;
        } else if is_code {
            lines.push(Line::styled(format!("  {line}"), styles.name));
        } else if let Some(heading) = line.strip_prefix('#') {
            end(&mut paragraph, &mut lines);
            lines.push(Line::styled(heading.trim_start_matches('#').trim().to_string(), styles.title));
        } else if line.trim().is_empty() {
            end(&mut paragraph, &mut lines);
            if lines.last().is_some_and(|l| l.width() > 0) {
                lines.push(Line::default());
            }
        } else {
            if line.starts_with("- ") || line.starts_with("* ") {
                end(&mut paragraph, &mut lines);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    end(&mut paragraph, &mut lines);
    lines
}

/// Highlights `code`.
fn inline(text: &str, styles: &Styles) -> Vec<Span<'static>> {
    let style = |i: usize| if i % 2 == 1 { styles.name } else { styles.text };
    text.split('`').enumerate().filter(|(_, t)| !t.is_empty()).map(|(i, t)| Span::styled(t.replace("**", ""), style(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::appearance::{ColorDepth, Theme};

    #[test]
    fn paragraphs_are_joined_and_headings_stand_alone() {
        let lines = markdown("One\ntwo `x`.\n\n# Why\n- a\n- b", &Styles::built_in(Theme::None, ColorDepth::Indexed), 40);
        assert_eq!(lines.iter().map(Line::to_string).collect::<Vec<_>>(), ["One two x.", "", "Why", "- a", "- b"]);
    }
}
