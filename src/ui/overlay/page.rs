//! Pages that are read: the keys, what was not carried over, why a text could not be read.

use ratatui::layout::Rect;

use super::{keys_line, page_area, surface};
use crate::app::keymap::{BINDINGS, Context, rows};
use crate::domain::secrecy::quoted;
use crate::formats::Loss;
use crate::ui::escape::width;
use crate::ui::pen::{Pen, Piece, piece, wrap};
use crate::ui::styles::Styles;

/// Draws lines on a page, scrolled as far as there is something to show.
pub fn draw(pen: &mut Pen, screen: Rect, title: &str, keys: &str, lines: &[Vec<Piece>], top: usize) {
    // A page is no taller than what stands on it.
    let area = page_area(screen);
    let area = Rect { height: area.height.min(lines.len() as u16 + 3), ..area };
    draw_on(pen, Rect { y: screen.y + (screen.height - area.height) / 2, ..area }, title, keys, lines, top);
}

fn draw_on(pen: &mut Pen, area: Rect, title: &str, keys: &str, lines: &[Vec<Piece>], top: usize) {
    let height = usize::from(area.height.saturating_sub(3));
    let mut pen = surface(pen, area, title, keys);
    let last = lines.len().saturating_sub(height);
    let top = top.min(last);
    for (row, line) in (0..pen.area.height).zip(lines.iter().skip(top)) {
        pen.pieces(0, row, line);
    }
    if lines.len() > height {
        let shown = format!(" {}–{} of {} ", top + 1, (top + height).min(lines.len()), lines.len());
        let column = pen.area.width.saturating_sub(width(&shown) as u16);
        let style = pen.styles.faint;
        let row = pen.area.height;
        let mut below = pen.within(pen.area);
        below.area.height += 1;
        below.write(column, row, &shown, style);
    }
}

/// How wide text on a page may be.
pub fn room(screen: Rect) -> usize {
    usize::from(page_area(screen).width.saturating_sub(4))
}

/// Cells for the keys of an action, before its label.
const KEYS: usize = 18;

/// Every key, from the table.
pub fn help(pen: &mut Pen, screen: Rect, top: usize) {
    let lines = key_lines(room(screen), pen.styles);
    draw(pen, screen, "Keys", &keys_line(&[Context::Reading]), &lines, top);
}

fn key_lines(room: usize, styles: &Styles) -> Vec<Vec<Piece>> {
    let mut contexts: Vec<Context> = Vec::new();
    for binding in BINDINGS {
        if !contexts.contains(&binding.context) {
            contexts.push(binding.context);
        }
    }
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let columns = if room >= 84 { 2 } else { 1 };
    let column = room / columns;
    for context in contexts {
        if !lines.is_empty() {
            lines.push(Vec::new());
        }
        lines.push(vec![piece(context.title(), styles.title)]);
        let (mut line, mut free) = (Vec::new(), columns);
        for binding in rows(context) {
            let wide = KEYS + width(binding.label);
            // What leaves no blank before the next column has a row of its own.
            let takes = if wide < column { 1 } else { columns };
            if takes > free {
                lines.extend(wrap(&std::mem::take(&mut line), room, KEYS));
                free = columns;
            }
            let keys: Vec<String> = binding.keys.iter().take(2).map(|k| k.to_string()).collect();
            line.push(piece(format!("{:KEYS$}", keys.join(" ")), styles.key));
            line.push(piece(format!("{}{}", binding.label, " ".repeat(column.saturating_sub(wide))), styles.text));
            free -= takes;
        }
        lines.extend(wrap(&line, room, KEYS));
    }
    lines
}

/// What of an input was not carried over: at the bottom, so that the cause stays in sight.
pub fn losses(pen: &mut Pen, screen: Rect, title: &str, losses: &[Loss], top: usize) {
    let styles = pen.styles;
    let mut lines = Vec::new();
    for loss in losses {
        let place = if loss.line == 0 { String::new() } else { format!("line {}: ", loss.line) };
        let pieces = [piece("▲ ", styles.warn), piece(place, styles.quiet), piece(quoted(&loss.message), styles.text)];
        lines.extend(wrap(&pieces, room(screen), 2));
    }
    let area = page_area(screen);
    let height = area.height.min(lines.len() as u16 + 3).min(screen.height / 2);
    let area = Rect { y: screen.bottom().saturating_sub(height + 1), height, ..area };
    draw_on(pen, area, title, &keys_line(&[Context::Reading]), &lines, top);
}

/// Why a text could not be read.
pub fn unreadable(pen: &mut Pen, screen: Rect, message: &str) {
    let styles = pen.styles;
    let mut lines = wrap(&[piece("✗ ", styles.fail), piece(message, styles.text)], room(screen), 2);
    lines.push(Vec::new());
    lines.push(vec![piece("Nothing on the bench was changed.", styles.quiet)]);
    draw(pen, screen, "This could not be read", &keys_line(&[Context::Reading]), &lines, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::{Depth, Theme};

    #[test]
    fn every_key_is_told_whole_however_wide_the_screen_is() {
        for room in 50..=160 {
            let rows: Vec<String> = key_lines(room, Styles::of(Theme::None, Depth::Indexed))
                .into_iter()
                .map(|row| row.into_iter().map(|p| p.text).collect())
                .collect();
            assert!(rows.iter().all(|row| width(row) <= room), "{room}");
            let told = format!(" {} ", rows.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
            for binding in BINDINGS {
                assert!(told.contains(&format!(" {} ", binding.label)), "{}, {room} wide", binding.label);
            }
        }
    }
}
