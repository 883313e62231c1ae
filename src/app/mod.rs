//! The workbench as a state machine: [`update::update`] takes a [`model::Model`] and a [`msg::Msg`] and gives
//! [`msg::Effect`]s. Nothing here draws, reads a clock or touches a file.

pub mod answer;
pub mod carried;
pub mod checklist;
pub mod claims;
pub mod compare;
pub mod complete;
pub mod copy;
pub mod draft;
pub mod editor;
pub mod entries;
pub mod entry;
pub mod file;
pub mod form;
pub mod history;
pub mod key;
pub mod keymap;
pub mod list_history;
pub mod loaded;
pub mod model;
pub mod msg;
pub mod opening;
pub mod overlay;
pub mod picker;
pub mod resolver;
pub mod scroll;
pub mod tour;
pub mod update;
mod verified;

pub use loaded::Loaded;
pub use model::Model;
pub use msg::{Effect, Msg};
pub use update::update;
