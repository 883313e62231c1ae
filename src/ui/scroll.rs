//! Scroll offsets. They are clamped while drawing, since only then the height is known.

use crate::app::ids::SendId;
use crate::app::panes::checklist::Chosen;
use crate::app::scroll::Scroll;

/// The scroll offset of a list of items with several rows each.
#[derive(Clone, Debug, Default)]
pub struct ScrollOffset {
    /// The first visible item.
    first: usize,
    /// Set while the end is wanted that is not laid out yet.
    to_end: bool,
    /// The height when it was drawn last.
    height: usize,
    /// What was scrolled to automatically.
    shown: Option<ScrollAnchor>,
}

/// Decides which item must be visible. When it changes, the item is scrolled to once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrollAnchor {
    /// The selected finding.
    pub chosen: Chosen,
    /// The send that the response came from.
    pub answer: Option<SendId>,
    /// The place that a search shows.
    pub found: Option<usize>,
    /// The height.
    pub height: usize,
}

impl ScrollOffset {
    /// The first visible item.
    pub const fn first(&self) -> usize {
        self.first
    }

    /// Makes this the first visible item; too far is clamped while drawing.
    pub const fn go_to(&mut self, item: usize) {
        self.first = item;
    }

    /// Scrolls; too far is clamped while drawing.
    pub const fn scroll(&mut self, by: Scroll) {
        // A page overlaps the previous one by two rows.
        let page = if self.height > 3 { self.height as isize - 2 } else { 1 };
        self.to_end = matches!(by, Scroll::End);
        self.first = match by {
            Scroll::Lines(lines) => self.first.saturating_add_signed(lines),
            Scroll::Pages(pages) => self.first.saturating_add_signed(pages * page),
            Scroll::Sideways(_) => self.first,
            Scroll::Start => 0,
            Scroll::End => usize::MAX,
        };
    }

    /// Notes what is shown; true if that changed. A new response is shown from its first line.
    pub fn is_new(&mut self, now: ScrollAnchor) -> bool {
        let before = self.shown.replace(now);
        if before.is_some_and(|before| before.answer != now.answer) {
            self.first = 0;
            self.to_end = false;
        }
        // Whoever ends a search stays where it led.
        let is_ended = |before: ScrollAnchor| ScrollAnchor { found: None, ..before } == now;
        before != Some(now) && !before.is_some_and(is_ended)
    }

    /// Makes an item visible with the least movement.
    pub fn bring(&mut self, item: usize, height: usize, rows_of: impl Fn(usize) -> usize) {
        let mut lowest = item;
        let mut rows = rows_of(item);
        while let Some(above) = lowest.checked_sub(1).filter(|above| rows + rows_of(*above) <= height) {
            rows += rows_of(above);
            lowest = above;
        }
        self.first = self.first.clamp(lowest, item);
        self.to_end = false;
    }

    /// Makes an item visible with something above and below it: outside the middle third, a third of the rows come before it.
    pub fn bring_to_middle(&mut self, item: usize, height: usize, rows_of: impl Fn(usize) -> usize) {
        let third = height / 3;
        let (mut top, mut above) = (item, 0);
        while let Some(before) = top.checked_sub(1).filter(|before| above + rows_of(*before) <= third) {
            above += rows_of(before);
            top = before;
        }
        // The rows before it where it is now, counted no further than needed.
        let mut now = 0;
        let is_before = self.first <= item && {
            let mut rest = self.first..item;
            while now < height
                && let Some(before) = rest.next()
            {
                now += rows_of(before);
            }
            true
        };
        if !is_before || now < third || now >= height - third {
            self.first = top;
        }
        self.to_end = false;
    }

    /// Clamps the offset to the last page.
    pub fn clamp(&mut self, items: usize, height: usize, rows_of: impl Fn(usize) -> usize) {
        self.height = height;
        let mut last = items;
        let mut rows = 0;
        while let Some(above) = last.checked_sub(1).filter(|above| rows + rows_of(*above) <= height) {
            rows += rows_of(above);
            last = above;
        }
        let last = last.min(items.saturating_sub(1));
        self.first = if self.to_end { last } else { self.first.min(last) };
        self.to_end = false;
    }

    /// Clamps the offset in a list to which more items will be added: who went to the end stays there.
    pub fn clamp_growing(&mut self, items: usize, height: usize, rows_of: impl Fn(usize) -> usize) {
        let to_end = self.to_end;
        self.clamp(items, height, rows_of);
        self.to_end = to_end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items 0 to 9, of which item 5 takes four rows.
    fn rows_of(item: usize) -> usize {
        if item == 5 { 4 } else { 1 }
    }

    #[test]
    fn the_last_page_is_full() {
        let mut offset = ScrollOffset::default();
        offset.scroll(Scroll::End);
        offset.clamp(10, 6, rows_of);
        assert_eq!(offset.first(), 6);
        offset.scroll(Scroll::Lines(-1));
        assert_eq!(offset.first(), 5);
        offset.clamp(3, 6, rows_of);
        assert_eq!(offset.first(), 0, "everything fits");
    }

    #[test]
    fn the_end_is_followed_until_all_items_are_there() {
        let mut offset = ScrollOffset::default();
        offset.scroll(Scroll::End);
        let mut first = |items| {
            offset.clamp_growing(items, 5, |_| 1);
            offset.first()
        };
        assert_eq!([first(10), first(20), first(30)], [5, 15, 25]);
        offset.scroll(Scroll::Lines(-1));
        offset.clamp_growing(40, 5, |_| 1);
        assert_eq!(offset.first(), 24, "whoever scrolls back stays there");
        offset.scroll(Scroll::End);
        offset.clamp_growing(40, 5, |_| 1);
        offset.clamp(50, 5, |_| 1);
        assert_eq!(offset.first(), 45, "with the last items it is the end");
        offset.clamp_growing(60, 5, |_| 1);
        assert_eq!(offset.first(), 45);
    }

    #[test]
    fn a_page_keeps_two_rows() {
        let mut offset = ScrollOffset::default();
        offset.clamp(10, 5, |_| 1);
        offset.scroll(Scroll::Pages(1));
        assert_eq!(offset.first(), 3);
        offset.scroll(Scroll::Pages(-2));
        assert_eq!(offset.first(), 0);
    }

    #[test]
    fn an_item_is_brought_into_sight_with_the_least_movement() {
        let at = |first: usize, item| {
            let mut offset = ScrollOffset { first, ..ScrollOffset::default() };
            offset.bring(item, 5, rows_of);
            offset.first()
        };
        assert_eq!([at(0, 3), at(0, 6), at(9, 3), at(2, 5)], [0, 5, 3, 4]);
        assert_eq!(at(0, 5), 4, "an item of many rows is shown whole");
    }

    #[test]
    fn another_answer_is_shown_from_its_begin_on() {
        let mut offset = ScrollOffset::default();
        let shown = |answer| ScrollAnchor { chosen: Chosen::Top, answer, found: None, height: 5 };
        assert!(offset.is_new(shown(None)));
        offset.scroll(Scroll::Lines(7));
        assert!(!offset.is_new(shown(None)));
        assert_eq!(offset.first(), 7);
        assert!(offset.is_new(shown(Some(SendId(1)))));
        assert_eq!(offset.first(), 0);
    }
}
