//! Pasted requests, which bring the text around them along: comments, scripts and variables of the text that they were pasted from.

use std::sync::Arc;

use super::request::Entry;
use crate::formats::http_file::{Document, Piece};
use crate::formats::variables::Definitions;
use crate::formats::{FormatError, ParsedInput};

/// The name of a pasted text.
pub const PASTED: &str = "pasted";

/// What was read of a paste, with the text itself where that is one of requests.
pub type ReadPaste = Result<(ParsedInput, Option<Document>), FormatError>;

/// Gives pasted requests the text around them, and their variables as written.
pub fn keep_pieces(entries: &mut [Entry], pieces: Vec<Piece>) {
    for (entry, piece) in entries.iter_mut().zip(pieces) {
        let exchange = std::mem::take(&mut entry.exchange);
        *entry = Entry::new(entry.id, &piece.request, exchange);
        entry.block = Some(piece.block.into());
    }
    share_definitions(entries);
}

/// Lets requests see the variables that their blocks define, as if the blocks were one file.
pub fn share_definitions(entries: &mut [Entry]) {
    let blocks = entries.iter().enumerate().filter_map(|(place, entry)| Some((place, Document::read(entry.block.as_deref()?))));
    let defined: Vec<_> = blocks.flat_map(|(place, block)| block.definitions(place).collect::<Vec<_>>()).collect();
    let definitions = Arc::new(Definitions::new(defined));
    for (place, entry) in entries.iter_mut().enumerate().filter(|(_, entry)| entry.block.is_some()) {
        entry.definitions = Some((Arc::clone(&definitions), place));
    }
}
