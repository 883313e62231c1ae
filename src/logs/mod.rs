//! Access logs and logs of errors and authorization servers: which requests are refused, how often, and why.
//!
//! ```text
//! bytes ─► Format::read ─► Line ─► Tally::add ─► Tally::report ─► Report
//!              ▲                      │  ▲
//!       Format::detect                └──┘ Tally::merge, for parts that are read side by side
//! ```
//!
//! [`Reader`] does the first steps for whole lines. Nothing here opens files, asks the clock or starts threads. The bytes of
//! names (routes, clients, user agents, examples) are as in the log, control characters too: escape them before a terminal.
//!
//! Memory is bounded whatever the log: see [`tally`], [`names`] and [`series`].

mod build;
mod bytes;
mod calendar;
mod counts;
pub mod filter;
pub mod format;
pub mod histogram;
mod join;
pub mod line;
mod merge;
pub mod names;
pub mod reader;
pub mod reason;
pub mod repeat;
pub mod report;
pub mod route;
mod segment;
pub mod series;
pub mod spikes;
pub mod tally;
mod times;

#[cfg(test)]
mod tests;

pub use filter::{Filter, RouteFilter};
pub use format::{Format, FormatError, JsonNames, Slot};
pub use line::{Event, Field, Line, Record};
pub use reader::Reader;
pub use reason::Cause;
pub use report::Report;
pub use tally::Tally;
