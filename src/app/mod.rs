//! The app as a state machine: [`update::update`] takes a [`Model`] and a [`Message`] and returns [`Effect`]s. Nothing here
//! draws, reads a clock or touches a file.
//!
//! ```text
//! ids, key, panes, editor, keymap  ←  config, workspace  ←  dialogs, message, effect  ←  model  ←  update
//! ```

pub mod appearance;
pub mod config;
pub mod dialogs;
pub mod editor;
pub mod effect;
pub mod ids;
pub mod key;
pub mod keymap;
pub mod message;
pub mod model;
pub mod panes;
pub mod scroll;
pub mod search;
pub mod tour;
pub mod update;
pub mod workspace;

pub use effect::Effect;
pub use message::Message;
pub use model::Model;
pub use update::update;
pub use workspace::loaded_file::LoadedFile;
