//! The map of the house.
//!
//! ```text
//! domain  ←  checks  ←  app  ←  ui
//!               ↑         ↑
//!            formats     io        cli / main at the very edge
//! ```
//!
//! - [`domain`] is pure: request, answer, challenge, token. No terminal, no network, no clock, no file. Reading never
//!   fails: what is broken still gives everything that could be read, with the faults and their byte spans.
//! - [`formats`] turns texts that other tools wrote (`.http`, curl, HAR, raw HTTP) into exchanges and back, and lists
//!   what it could not carry over.
//! - [`checks`] is the engine: one fault, one name, one check; [`checks::examine`] ranks the causes.
//! - [`app`] is the workbench as a state machine: `update(&mut Model, Msg) -> Vec<Effect>`, messages and effects plain data.
//! - [`ui`] draws the model and changes nothing.
//! - [`io`] carries effects out: files, network, clipboard, terminal, clock.
//! - [`cli`] is the same engine without a screen. Whatever the screen says, `authtui check` says too.
//!
//! A test (`tests/layers.rs`) fails when an arrow runs backwards.

pub mod app;
pub mod checks;
pub mod cli;
pub mod domain;
pub mod formats;
pub mod io;
pub mod ui;
