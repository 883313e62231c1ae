//! The map of the house.
//!
//! ```text
//! domain  ←  checks  ←  app  ←  ui
//!    ↑                 ↑   ↑
//!    └──── formats ────┘   io        cli / main at the very edge
//! ```
//!
//! - [`domain`] is pure: request, answer, challenge, token. No terminal, no network, no clock, no file. Reading never
//!   fails: what is broken still gives everything that could be read, with the faults and their byte spans.
//! - [`formats`] turns texts that other tools wrote (`.http`, curl, HAR, raw HTTP) into exchanges and back, and lists
//!   what it could not carry over. It opens no file itself: whoever calls it hands in what a text names.
//! - [`checks`] is the engine: one fault, one name, one check, in one static list ([`checks::catalogue::ALL`]).
//!   [`checks::facts`] parses an exchange once, [`checks::examine`] runs every check on that and ranks the causes.
//! - [`app`] is the workbench as a state machine: `update(&mut Model, Message) -> Vec<Effect>`, messages and effects plain
//!   data. [`app::keymap`] is the one table of keys: dispatch, hints, help, menus and the README derive from it.
//! - [`ui`] draws the model with ratatui's widgets and changes nothing of it; what a screen remembers (scroll offsets, where
//!   things were drawn for the mouse) is [`ui::ViewState`].
//! - [`io`] carries effects out: files, network, clipboard, terminal, clock. Its loop ([`io::run`]) is the one place below
//!   the edge that draws. What can take its time runs beside it and comes back as a message, as drawn below.
//! - [`cli`] is the same engine without a screen. Whatever the screen says, `authtui check` says too.
//!
//! ```text
//!           update                run                   ┌─ network: sends
//!   Message ──────► Vec<Effect> ──────► EffectRunner ───┼─ open:    reads files
//!      ▲                                                ├─ saves:   writes files, one after the other
//!      └───────────── outcome, as a message ────────────┴─ drafts:  keeps what is unsaved
//! ```
//!
//! What holds everywhere: moments are passed in and read by [`io::clock`] alone; an answer carries the number of the
//! sending that caused it, and a late one is dropped; text from outside is escaped before it reaches a terminal; limits on
//! what comes from outside stand in [`domain::limits`].
//!
//! `tests/it/layers.rs` fails when an arrow runs backwards; clippy, when a pure layer names a file, a clock or a socket, and when
//! something can panic on purpose. `tests/it/catalogue.rs` holds the checks and their texts, `tests/it/readme.rs` the README.

// Input must never end the program, and only the outer layers do I/O (`.clippy.toml`).
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros))]

pub mod app;
pub mod checks;
pub mod cli;
pub mod domain;
pub mod formats;
pub mod io;
pub mod ui;
