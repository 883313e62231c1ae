//! The map of the code.
//!
//! ```text
//! domain  ←  formats, checks, logs, configs  ←  mirror  ←  app  ←  ui  ←  io  ←  cli  ←  main
//! ```
//!
//! A layer imports only layers to its left; of `io`, only the event loop imports `ui`.
//!
//! - [`domain`] is pure: request, response, challenge, token, how tokens are obtained ([`domain::oauth`]), variants of a request
//!   ([`domain::trial`]). No terminal, network, clock or file. Parsing never fails: broken
//!   input gives everything that could be read, plus faults with byte spans.
//! - [`formats`] turns texts of other tools (`.http`, curl, HAR, raw HTTP) into exchanges and back, and lists what it could not
//!   import. It opens no files: the caller passes a function that reads them. [`formats::snippet`] reads commands and programs
//!   (fetch, PowerShell, HTTPie, wget, Python), [`formats::import`] reads collections (Postman, Bruno, Insomnia, OpenAPI) into one
//!   model and writes that as `.http` files, [`formats::export`] writes requests for other tools.
//! - [`checks`] is the engine: one file and one name per fault, in one list ([`checks::catalogue::ALL`]). [`checks::facts`]
//!   parses an exchange once, [`checks::examine`] runs all checks on the facts and ranks the causes.
//! - [`logs`] reads access logs and the logs of authorization servers: which requests are refused, how often, and why. It is pure and
//!   bounded in memory; [`io::log_files`] feeds it.
//! - [`configs`] reads configurations of servers (nginx, Apache, HAProxy, Caddy, Traefik, Envoy, Ingress) as trees and finds what in
//!   them costs a request its credential, with line and mend.
//! - [`mirror`] compares what arrives behind a proxy with what was sent, and answers in the place of an application;
//!   [`io::mirror`] listens for it.
//! - [`app`] is a state machine: `update(&mut Model, Message) -> Vec<Effect>`, with messages and effects as plain data.
//!   [`app::keymap`] is the only table of keys: dispatch, hints, help, menus and the documentation derive from it, and
//!   [`app::config`] is what the user's `config.toml` changes of that and of the rest.
//! - [`ui`] draws the model with ratatui's widgets and never changes it. What a screen remembers between frames (scroll
//!   offsets, mouse targets) is [`ui::ViewState`].
//! - [`io`] carries out effects: files, network, clipboard, terminal, clock. Its event loop ([`io::run`]) draws. Slow work runs
//!   in the background and returns as a message (see below).
//! - [`cli`] is the same engine without a screen. `authtui check` and the screen agree on every verdict.
//!
//! ```text
//!           update                run                   ┌─ network: sends requests
//!   Message ──────► Vec<Effect> ──────► EffectRunner ───┼─ open:    reads files
//!      ▲                                                ├─ saves:   writes files, one after the other
//!      └──────────────── result as a message ───────────┴─ drafts:  writes unsaved changes
//! ```
//!
//! Invariants: only [`io::clock`] reads the time, everything else receives it; a response carries the id of its send, and late
//! ones are dropped; text from outside is escaped before it reaches a terminal; all limits on input are in [`domain::limits`].
//!
//! `tests/it/layers.rs` fails on an import against the arrows; clippy, if a pure layer uses files, clocks or sockets, or if
//! something can panic. `tests/it/catalogue.rs` tests the checks and their texts, `tests/it/readme.rs` the documentation.
//! `.github/CONTRIBUTING.md` explains how to add a check, a format, a key or a pane.

// Input must never end the program, and only the outer layers do I/O (`.clippy.toml`).
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros))]

pub mod app;
pub mod checks;
pub mod cli;
pub mod configs;
pub mod domain;
pub mod formats;
pub mod io;
pub mod logs;
pub mod mirror;
pub mod ui;
