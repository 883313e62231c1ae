//! The explanation of what is chosen: what was found, what proves it, what puts it right, and the text of the check.

use ratatui::layout::Rect;

use super::{keys_line, page};
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::checks::FixKind;
use crate::ui::pen::{Pen, Piece, piece, wrap};
use crate::ui::styles::Styles;

/// Draws it.
pub fn draw(pen: &mut Pen, model: &Model, screen: Rect, top: usize) {
    let styles = pen.styles;
    let Some(subject) = model.subject() else { return };
    let room = page::room(screen);
    let mark = piece(format!("{} ", subject.outcome.mark()), styles.outcome(subject.outcome));
    let mut lines = wrap(&[mark, piece(model.said(subject.message), styles.cause)], room, 2);
    for evidence in subject.evidence {
        let place = match evidence.place.word() {
            "context" => String::new(),
            word => format!("{word}  "),
        };
        lines.extend(wrap(
            &[piece("  ", styles.text), piece(place, styles.quiet), piece(model.said(&evidence.text), styles.text)],
            room,
            4,
        ));
    }
    if let Some(fix) = subject.fix {
        lines.push(Vec::new());
        let verb = match fix.kind {
            FixKind::Edit(_) => "[f] ",
            FixKind::Action | FixKind::Configuration { .. } => "→ ",
        };
        lines.extend(wrap(&[piece(verb, styles.key), piece(fix.title.clone(), styles.text)], room, 4));
        if let FixKind::Configuration { server, line } = &fix.kind {
            lines.push(vec![piece(format!("    {server}:"), styles.quiet)]);
            lines.extend(line.lines().map(|l| vec![piece(format!("      {l}"), styles.name)]));
        }
    }
    lines.push(Vec::new());
    lines.extend(markdown(subject.check.doc, styles, room));
    // A fix that is done elsewhere is told here already.
    let keys = if model.fix_is_edit() { keys_line(&[Context::Explaining, Context::Reading]) } else { keys_line(&[Context::Reading]) };
    page::draw(pen, screen, subject.check.id, &keys, &lines, top);
}

/// The text of a check: headings, paragraphs, lists and blocks of code of Markdown, as far as the texts use them.
pub fn markdown(text: &str, styles: &Styles, room: usize) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut paragraph = String::new();
    let mut code = false;
    let end = |paragraph: &mut String, lines: &mut Vec<Vec<Piece>>| {
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
            code = !code;
        } else if code {
            lines.push(vec![piece(format!("  {line}"), styles.name)]);
        } else if let Some(heading) = line.strip_prefix('#') {
            end(&mut paragraph, &mut lines);
            lines.push(vec![piece(heading.trim_start_matches('#').trim(), styles.title)]);
        } else if line.trim().is_empty() {
            end(&mut paragraph, &mut lines);
            if lines.last().is_some_and(|l| !l.is_empty()) {
                lines.push(Vec::new());
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

/// `code` in a line stands out.
fn inline(text: &str, styles: &Styles) -> Vec<Piece> {
    let style = |i: usize| if i % 2 == 1 { styles.name } else { styles.text };
    text.split('`').enumerate().filter(|(_, t)| !t.is_empty()).map(|(i, t)| piece(t.replace("**", ""), style(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::{Depth, Theme};

    #[test]
    fn paragraphs_are_joined_and_headings_stand_alone() {
        let lines = markdown("One\ntwo `x`.\n\n# Why\n- a\n- b", Styles::of(Theme::None, Depth::Indexed), 40);
        let text: Vec<String> = lines.into_iter().map(|l| l.into_iter().map(|p| p.text).collect()).collect();
        assert_eq!(text, ["One two x.", "", "Why", "- a", "- b"]);
    }
}
