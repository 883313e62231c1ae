//! Collections of other tools: read into one model, written as `.http` files with their environments.
//!
//! ```text
//! Postman, Bruno, …  →  collection::Collection  →  auth (inheritance)  →  write: .http, http-client.env.json
//! ```

pub mod auth;
mod body;
pub mod collection;
mod dynamic;
mod literal;
mod names;
pub mod postman;
mod request;
pub mod values;
pub mod write;

use collection::{Collection, Environment, ImportLoss};

use super::FormatError;

/// What a file of another tool holds.
#[derive(Clone, Debug)]
pub enum Imported {
    /// Requests.
    Collection(Box<Collection>),
    /// Values for requests, with what of them is not carried over.
    Environment(Environment, Vec<ImportLoss>),
}

/// Reads a text of a tool that is known; `None` for any other text.
///
/// # Errors
/// When it is of such a tool and broken, with line and column.
pub fn read(text: &str, source: &str) -> Option<Result<Imported, FormatError>> {
    postman::read(text, source)
}
