//! Is the header there, and well formed?

pub mod basic;
pub mod digest;
pub mod duplicated;
pub mod empty;
pub mod environment;
pub mod invisible;
mod kinds_of_ids;
pub mod missing;
pub mod misspelled;
mod modes;
pub mod needless;
pub mod of_service;
pub mod password;
pub mod place;
mod place_of_kind;
pub mod placeholder;
pub mod quoted;
pub mod scheme;
pub mod settings;
pub mod tenant;
pub mod too_large;
pub mod unusual;
pub mod url_encoded;
pub mod username;
mod vendor_hosts;
pub mod whitespace;
pub mod wrapped;
