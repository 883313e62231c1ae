//! Tables of the program's own, in TOML.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Value};

/// Reads a table into its type.
///
/// By way of a [`Value`], whose reader is one for all types: toml's own is compiled once more, and is long, for each of them.
///
/// # Errors
/// Where the text is no TOML, or holds something else than the type does.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_value(toml::from_str::<Value>(text).map_err(Error::custom)?)
}
