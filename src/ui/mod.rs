//! Drawing: every pane and dialog is a ratatui widget over the model, which nothing here changes. What has to be remembered
//! from frame to frame (scroll offsets, where things were drawn for the mouse) is [`ViewState`].

mod ascii;
mod dialogs;
mod layout;
mod panes;
mod scroll;
mod state;
mod text;
mod theme;
mod view;

pub use state::ViewState;
pub use view::draw;
