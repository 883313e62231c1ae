//! The ground: what a request, an answer, a token and a challenge are.
//!
//! Pure: no terminal, no network, no clock, no file. Moments are passed in. Reading never fails; what
//! is broken still yields everything that could be read, plus the faults with their byte spans.

pub mod absent;
pub mod basic;
pub mod challenge;
pub mod compare;
pub mod context;
pub mod cookie;
pub mod cors;
pub mod digest;
pub mod exchange;
pub mod headers;
pub mod history;
pub mod json;
pub mod limits;
pub mod lookalike;
pub mod oauth;
pub mod origin;
pub mod placeholder;
pub mod request;
pub mod response;
pub mod route;
pub mod secrecy;
pub mod server_config;
pub mod signing;
pub mod site;
pub mod span;
pub mod status;
pub mod switched_off;
pub mod table;
pub mod text;
pub mod time;
pub mod token;
pub mod transit;
pub mod trial;
pub mod vendors;
pub mod visible;
