//! How far something is scrolled that is longer than its area. The offset is clamped where it is drawn, since only there the
//! height is known.

use crate::app::ids::SendId;
use crate::app::panes::checklist::Chosen;
use crate::app::scroll::Scroll;

/// The scroll offset of a list of items, each of which takes some rows.
#[derive(Clone, Debug, Default)]
pub struct ScrollOffset {
    /// The first item that is shown.
    first: usize,
    /// Rows that there were for the items when they were drawn last.
    height: usize,
    /// What was brought into sight last.
    shown: Option<Shown>,
}

/// What decides which item has to be in sight: when it changes, the item is brought there once, and one may scroll away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The finding whose proof it is.
    pub chosen: Chosen,
    /// The sending of the answer that it is in.
    pub answer: Option<SendId>,
    /// Rows for the items.
    pub height: usize,
}

impl ScrollOffset {
    /// The first item that is shown.
    pub const fn first(&self) -> usize {
        self.first
    }

    /// Scrolls; further than there are items is taken back at the next drawing.
    pub const fn scroll(&mut self, by: Scroll) {
        // A page keeps two rows of the one before.
        let page = if self.height > 3 { self.height as isize - 2 } else { 1 };
        self.first = match by {
            Scroll::Lines(lines) => self.first.saturating_add_signed(lines),
            Scroll::Pages(pages) => self.first.saturating_add_signed(pages * page),
            Scroll::Start => 0,
            Scroll::End => usize::MAX,
        };
    }

    /// Notes what is shown now; true when something else was shown before. Another answer is shown from its first line on.
    pub fn is_new(&mut self, now: Shown) -> bool {
        let before = self.shown.replace(now);
        if before.is_some_and(|before| before.answer != now.answer) {
            self.first = 0;
        }
        before != Some(now)
    }

    /// Brings an item into sight, as near to where it was scrolled to as can be.
    pub fn bring(&mut self, item: usize, height: usize, rows_of: impl Fn(usize) -> usize) {
        let mut lowest = item;
        let mut rows = rows_of(item);
        while let Some(above) = lowest.checked_sub(1).filter(|above| rows + rows_of(*above) <= height) {
            rows += rows_of(above);
            lowest = above;
        }
        self.first = self.first.clamp(lowest, item);
    }

    /// Takes back what was scrolled further than to the last page.
    pub fn clamp(&mut self, items: usize, height: usize, rows_of: impl Fn(usize) -> usize) {
        self.height = height;
        let mut last = items;
        let mut rows = 0;
        while let Some(above) = last.checked_sub(1).filter(|above| rows + rows_of(*above) <= height) {
            rows += rows_of(above);
            last = above;
        }
        self.first = self.first.min(last.min(items.saturating_sub(1)));
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
        let shown = |answer| Shown { chosen: Chosen::Top, answer, height: 5 };
        assert!(offset.is_new(shown(None)));
        offset.scroll(Scroll::Lines(7));
        assert!(!offset.is_new(shown(None)));
        assert_eq!(offset.first(), 7);
        assert!(offset.is_new(shown(Some(SendId(1)))));
        assert_eq!(offset.first(), 0);
    }
}
