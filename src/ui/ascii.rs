//! For ASCII-only terminals: replaces every glyph; outcome marks stay distinct.

use ratatui::buffer::Buffer;

/// Replaces every non-ASCII character.
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
        '○' => 'o',
        '–' | '─' | '┄' => '-',
        '━' => '=',
        '…' => '~',
        '•' => '*',
        '·' => '.',
        '│' | '▏' | '▎' | '▍' | '▌' | '▋' | '▊' | '▉' | '║' => '|',
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
