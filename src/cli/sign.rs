//! `authtui token --sign`: a token for a test server.

use std::path::Path;

use serde_json::{Map, Value};

use super::input;
use crate::domain::token::sign::{self, SigningKey};
use crate::formats::variables::Variables;
use crate::io::clock;

/// Makes a token.
///
/// # Errors
/// What cannot be read or signed, with its file.
pub fn make(key: &Path, claims: &str, header: Option<&str>) -> Result<String, String> {
    let read = SigningKey::read(&input::read_file(key)?).map_err(|why| format!("{}: the key {why}", key.display()))?;
    let header: Map<String, Value> = match header {
        Some(text) => serde_json::from_str(text).map_err(|why| format!("--header is to be a JSON object: {why}"))?,
        None => Map::new(),
    };
    // A file is named as it is: claims are no secret that one would type.
    let source = if claims == "-" { claims.to_string() } else { format!("@{}", claims.trim_start_matches('@')) };
    let text = input::read(&source)?;
    let filled = Variables::new(clock::system()).resolve(text.text.trim());
    if let Some(unresolved) = filled.unresolved.first() {
        return Err(format!("{}: {{{{{}}}}} {}", text.source.name(), unresolved.name, unresolved.reason));
    }
    if let Err(why) = serde_json::from_str::<Map<String, Value>>(&filled.text) {
        return Err(format!("{}: the claims are to be a JSON object: {why}", text.source.name()));
    }
    sign::make(&header, &filled.text, &read)
}
