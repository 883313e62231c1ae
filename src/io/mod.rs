//! Effects carried out: network, files, clipboard, terminal, clock.

pub mod http;
