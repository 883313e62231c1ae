//! Text for widgets. Everything from outside is escaped while it becomes spans: ratatui drops control characters silently and
//! appends zero-width ones to the previous cell.

mod escape;
pub mod source;
mod wrap;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use self::escape::{GlyphKind, glyphs, is_plain};
use super::theme::Styles;

pub use escape::width;
pub use wrap::{wrap, wrap_at_most};

/// A text as spans; escapes have their own style.
pub fn spans(text: &str, style: Style, styles: &Styles) -> Vec<Span<'static>> {
    fitted(text, style, usize::MAX, styles)
}

/// The same as a line.
pub fn line(text: &str, style: Style, styles: &Styles) -> Line<'static> {
    spans(text, style, styles).into()
}

/// A text cut to some cells, ending with `…` if it is longer. No more of it is read than needed.
pub fn fitted(text: &str, style: Style, room: usize, styles: &Styles) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    if text.len() <= room && is_plain(text) {
        push(&mut spans, text, style);
        return spans;
    }
    let mut left = room;
    for glyph in glyphs(text) {
        let is_last = glyph.at + glyph.len == text.len();
        // The last cell is for `…` unless the text ends there.
        if glyph.width > left || (glyph.width == left && !is_last) {
            if left > 0 {
                push(&mut spans, "…", style.patch(styles.faint));
            }
            break;
        }
        let style = if glyph.kind == GlyphKind::Escaped { style.patch(styles.escaped) } else { style };
        push(&mut spans, &glyph.shown, style);
        left -= glyph.width;
    }
    spans
}

/// Spans cut to some cells, ending with `…` if they are longer.
pub fn cut(spans: Vec<Span<'static>>, room: usize, styles: &Styles) -> Line<'static> {
    let mut left = room;
    let mut shown = Vec::new();
    let count = spans.len();
    for (i, span) in spans.into_iter().enumerate() {
        let wide = span.width();
        if wide < left || (wide == left && i + 1 == count) {
            left -= wide;
            shown.push(span);
            continue;
        }
        // The spans are escaped already: only their length matters.
        for grapheme in span.styled_graphemes(Style::new()) {
            let wide = width(grapheme.symbol);
            if wide >= left {
                break;
            }
            push(&mut shown, grapheme.symbol, span.style);
            left -= wide;
        }
        if left > 0 {
            push(&mut shown, "…", span.style.patch(styles.faint));
        }
        break;
    }
    shown.into()
}

/// The first of some lines, of which the last shows it if there are more.
pub fn at_most(most: usize, mut lines: Vec<Line<'static>>, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_span(Span::styled(" …", styles.faint));
            *last = cut(std::mem::take(&mut last.spans), room, styles);
        }
    }
    lines
}

/// A line with text on the left and right; the left one is cut if both do not fit.
pub fn justified(left: Vec<Span<'static>>, right: Vec<Span<'static>>, room: usize, styles: &Styles) -> Line<'static> {
    let wide: usize = right.iter().map(Span::width).sum();
    let mut line = cut(left, room.saturating_sub(if wide > 0 { wide + 2 } else { 0 }), styles);
    let gap = room.saturating_sub(line.width() + wide);
    line.push_span(Span::raw(" ".repeat(gap)));
    line.extend(right);
    line
}

/// A line padded to a width.
pub fn padded(mut line: Line<'static>, room: usize) -> Line<'static> {
    let gap = room.saturating_sub(line.width());
    line.push_span(Span::raw(" ".repeat(gap)));
    line
}

/// Appends text to spans, merging equal styles.
fn push(spans: &mut Vec<Span<'static>>, text: &str, style: Style) {
    match spans.last_mut() {
        Some(last) if last.style == style => last.content.to_mut().push_str(text),
        _ if text.is_empty() => {}
        _ => spans.push(Span::styled(text.to_string(), style)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::widgets::Widget as _;

    use super::*;
    use crate::app::appearance::{ColorDepth, Theme};

    fn styles() -> &'static Styles {
        const STYLES: Styles = Styles::built_in(Theme::None, ColorDepth::Indexed);
        &STYLES
    }

    fn shown(line: impl Into<Line<'static>>) -> String {
        line.into().to_string()
    }

    #[test]
    fn a_text_that_is_too_long_ends_with_dots() {
        assert_eq!(shown(fitted("日本語", Style::new(), 5, styles())), "日本…");
        assert_eq!(shown(fitted("abc", Style::new(), 3, styles())), "abc");
        let two = [spans("ab", Style::new(), styles()), spans("cd", styles().fail, styles())].concat();
        assert_eq!([3, 4, 1, 0].map(|room| shown(cut(two.clone(), room, styles()))), ["ab…", "abcd", "…", ""]);
    }

    #[test]
    fn left_and_right_share_a_line() {
        let at = |room| shown(justified(spans("left", Style::new(), styles()), spans("right", Style::new(), styles()), room, styles()));
        assert_eq!([at(12), at(9)], ["left   right", "l…  right"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        /// ratatui draws exactly what was measured.
        #[test]
        fn every_cell_that_is_counted_is_drawn(text in any::<String>()) {
            let line = line(&text, Style::new(), styles());
            prop_assert_eq!(line.width(), width(&text));
            let area = Rect::new(0, 0, line.width() as u16 + 1, 1);
            let mut buffer = Buffer::empty(area);
            let whole = shown(line.clone());
            line.render(area, &mut buffer);
            let mut drawn = String::new();
            let mut x = 0;
            while x + 1 < area.width {
                let symbol = buffer[(x, 0)].symbol();
                drawn.push_str(symbol);
                x += width(symbol).max(1) as u16;
            }
            prop_assert_eq!(drawn, whole);
        }
    }
}
