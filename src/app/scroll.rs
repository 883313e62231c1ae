//! Scrolling: the model says how far, the view knows how long a page is and where the end is.

use super::keymap::Action;
use super::panes::Pane;

/// What is scrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrollable {
    /// The text of a pane.
    Pane(Pane),
    /// The page that is open over the panes.
    Page,
}

/// How far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scroll {
    /// Some lines down, or up when negative.
    Lines(isize),
    /// Some pages down, or up when negative.
    Pages(isize),
    /// To the first line.
    Start,
    /// To the last line.
    End,
}

/// Places that a page of a list has.
const LIST_PAGE: isize = 10;

/// Further than any list goes.
const FAR: isize = isize::MAX / 4;

impl Scroll {
    /// What an action scrolls, if it scrolls.
    pub const fn of(action: Action) -> Option<Self> {
        Some(match action {
            Action::Up => Self::Lines(-1),
            Action::Down => Self::Lines(1),
            Action::PageUp => Self::Pages(-1),
            Action::PageDown => Self::Pages(1),
            Action::Top => Self::Start,
            Action::Bottom => Self::End,
            _ => return None,
        })
    }

    /// How many places the choice moves in a list.
    pub const fn steps(self) -> isize {
        match self {
            Self::Lines(lines) => lines,
            Self::Pages(pages) => pages * LIST_PAGE,
            Self::Start => -FAR,
            Self::End => FAR,
        }
    }
}
