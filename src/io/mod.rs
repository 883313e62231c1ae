//! Carries out effects: network, files, clipboard, terminal, clock.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

mod bruno;
pub mod callback;
pub mod clipboard;
pub mod clock;
pub mod collections;
pub mod config;
pub mod config_files;
pub mod drafts;
pub mod http;
pub mod keyring;
pub mod load;
pub mod log_files;
pub mod mirror;
pub mod paths;
pub mod program;
pub mod recordings;
pub mod run;
pub mod state;
pub mod store;
pub mod terminal;
pub mod threads;
pub mod unattended;
pub mod value_homes;
pub mod watch;
pub mod worker;
