//! Drawing: every pane and dialog is a ratatui widget over an immutable model. What is remembered between frames (scroll offsets,
//! mouse targets) is in [`ViewState`].

mod ascii;
mod dialogs;
mod indexed;
mod layout;
mod paint;
mod panes;
mod scroll;
mod state;
mod text;
mod theme;
mod view;

pub use state::ViewState;
pub use view::draw;
