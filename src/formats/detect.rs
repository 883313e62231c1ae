//! What a text is, told by its content.
use super::FormatError;
pub use super::raw::read_answer;
/// x
pub fn decode(bytes: &[u8]) -> Result<String, FormatError> {
    String::from_utf8(bytes.to_vec()).map_err(|e| FormatError::without_place(e.to_string()))
}
