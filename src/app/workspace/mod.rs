//! The open files and their requests.

pub mod auth;
pub mod credential;
pub mod derived;
pub mod discovery;
pub mod draft;
pub mod entries;
pub mod expectations;
pub mod keyring;
pub mod list_history;
pub mod loaded_file;
pub mod marks;
pub mod opened_files;
pub mod parameters;
pub mod part;
pub mod pasted;
mod pending_save;
pub mod recording;
pub mod reload;
pub mod renewal;
pub mod request;
pub mod request_file;
pub mod resolver;
pub mod saving;
pub mod sending;
pub mod value_file;
pub mod value_files;
pub mod value_history;
