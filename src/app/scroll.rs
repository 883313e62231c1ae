//! Scrolling: the model says how far; the view knows the page size and the end.

use super::keymap::Action;
use super::panes::Pane;

/// What is scrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrollable {
    /// The text of a pane.
    Pane(Pane),
    /// The open page of text.
    Page,
}

/// How far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scroll {
    /// Lines down, or up if negative.
    Lines(isize),
    /// Pages down, or up if negative.
    Pages(isize),
    /// Steps to the right, or to the left if negative.
    Sideways(isize),
    /// To the first line.
    Start,
    /// To the last line.
    End,
}

/// Items per page of a list.
const LIST_PAGE: isize = 10;

/// More than any list has.
const FAR: isize = isize::MAX / 4;

impl Scroll {
    /// The scrolling that an action does, if any.
    pub const fn of(action: Action) -> Option<Self> {
        Some(match action {
            Action::Up => Self::Lines(-1),
            Action::Down => Self::Lines(1),
            Action::PageUp => Self::Pages(-1),
            Action::PageDown => Self::Pages(1),
            Action::ScrollLeft => Self::Sideways(-1),
            Action::ScrollRight => Self::Sideways(1),
            Action::Top => Self::Start,
            Action::Bottom => Self::End,
            _ => return None,
        })
    }

    /// How many items the selection moves in a list.
    pub const fn steps(self) -> isize {
        match self {
            Self::Lines(lines) => lines,
            Self::Pages(pages) => pages * LIST_PAGE,
            Self::Sideways(_) => 0,
            Self::Start => -FAR,
            Self::End => FAR,
        }
    }
}
