//! The list of the session's cookies, with what becomes of each on the open request.

use crate::domain::cookie::session::CookieState;

/// The open list.
#[derive(Clone, Debug, Default)]
pub struct CookieList {
    pub rows: Vec<CookieState>,
    /// The chosen row.
    pub chosen: usize,
}

impl CookieList {
    /// A list with the first row chosen.
    pub fn new(rows: Vec<CookieState>) -> Self {
        Self { rows, chosen: 0 }
    }

    /// Moves the choice; stops at the ends.
    pub fn step(&mut self, by: isize) {
        self.chosen = self.chosen.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
    }

    /// The chosen cookie.
    pub fn row(&self) -> Option<&CookieState> {
        self.rows.get(self.chosen)
    }

    /// How many of them are sent.
    pub fn sent(&self) -> usize {
        self.rows.iter().filter(|row| row.withheld.is_none()).count()
    }
}
