//! Effects carried out: network, files, clipboard, terminal, clock.

pub mod clipboard;
pub mod clock;
pub mod drafts;
pub mod http;
pub mod keeper;
pub mod load;
pub mod run;
pub mod store;
pub mod terminal;
pub mod threads;
