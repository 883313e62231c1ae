//! For terminals that show ASCII alone: every glyph of ours has a stand-in, and the marks stay distinct.

use ratatui::buffer::Buffer;

/// Puts a stand-in for everything that is not ASCII.
pub fn only(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let stand_in = cell.symbol().chars().next().map_or(' ', stand_in);
            cell.set_char(stand_in);
        }
    }
}

fn stand_in(c: char) -> char {
    match c {
        '✗' => 'x',
        '▲' => '!',
        '✓' => '+',
        '–' | '─' | '┄' => '-',
        '…' => '~',
        '•' => '*',
        '·' => '.',
        '│' | '▎' | '║' => '|',
        '┌' | '┐' | '└' | '┘' => '+',
        '█' => '#',
        '▸' | '→' | '»' => '>',
        '▾' => 'v',
        '≠' => '#',
        '×' => 'x',
        '↑' => '^',
        '↓' => 'v',
        '←' => '<',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Outcome;

    #[test]
    fn the_marks_stay_distinct() {
        let outcomes = [Outcome::Fail, Outcome::Warn, Outcome::Unknown, Outcome::Pass, Outcome::NotApplicable];
        let marks: std::collections::HashSet<char> =
            outcomes.iter().filter_map(|o| o.mark().chars().next()).map(|c| if c.is_ascii() { c } else { stand_in(c) }).collect();
        assert_eq!(marks.len(), outcomes.len());
    }
}
