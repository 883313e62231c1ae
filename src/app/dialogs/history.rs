//! The list of the sends of a request.

/// The open list, the newest send first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryList {
    /// How many there are.
    pub count: usize,
    /// The chosen one.
    pub chosen: usize,
    /// The one that another is compared with; the newest until one is marked.
    pub marked: Option<usize>,
}

impl HistoryList {
    /// A list of so many sends; the one before the newest is chosen, which one looks for.
    pub fn new(count: usize, shown: Option<usize>) -> Self {
        Self { count, chosen: shown.unwrap_or(1).min(count.saturating_sub(1)), marked: None }
    }

    /// Moves the choice; stops at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.count.saturating_sub(1));
    }

    /// Marks the chosen one, or takes the mark away.
    pub fn mark(&mut self) {
        self.marked = (self.marked != Some(self.chosen)).then_some(self.chosen);
    }

    /// The two to compare: the marked one, else the newest, and the chosen one; else the one before that.
    pub fn pair(&self) -> Option<(usize, usize)> {
        let first = self.marked.unwrap_or(0);
        let second = if first == self.chosen { self.chosen + 1 } else { self.chosen };
        (second < self.count).then_some((first, second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sends_are_chosen_to_compare() {
        let mut list = HistoryList::new(3, None);
        assert_eq!((list.chosen, list.pair()), (1, Some((0, 1))));
        list.mark();
        list.step(1);
        assert_eq!(list.pair(), Some((1, 2)));
        list.step(9);
        assert_eq!(list.chosen, 2);
        list.mark();
        assert_eq!((list.marked, list.pair()), (Some(2), None));
    }
}
