//! Drawing: reads the model, owns layout and styles, changes nothing.

mod ascii;
pub mod escape;
pub mod hit;
pub mod layout;
pub mod line;
mod overlay;
mod pane;
pub mod pen;
pub mod styles;
pub mod view;

pub use layout::room;
pub use view::draw;
