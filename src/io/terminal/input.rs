//! What the program can be told.

use super::signals::Signal;
use crate::app::key::Key;

/// Something that the user or the system did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A paste, with or without the terminal's marks around it.
    Paste(String),
    /// A paste of more than [`MAX_PASTE`](crate::domain::limits::MAX_PASTE) bytes, which is not kept.
    TooLong,
    /// The mouse button went down at a column and row.
    Click(u16, u16),
    /// The wheel turned there; positive is down.
    Wheel(u16, u16, i32),
    /// The screen has another size.
    Resize(u16, u16),
    /// The system asks for something.
    Signal(Signal),
    /// A task of the program panicked.
    Broken,
}
