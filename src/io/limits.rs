//! Every limit on what comes from outside, in one place. What passes one is refused or cut by name, never silently.

// Those of the layers below, which hold them themselves.
pub use crate::app::editor::MAX_TYPED;
pub use crate::domain::json::{MAX_DEPTH as MAX_JSON_DEPTH, MAX_MEMBERS};
pub use crate::domain::token::jws::MAX_TOKEN;

/// Bytes of a recording (HAR), a log, or standard input.
pub const MAX_RECORDING: u64 = 256 << 20;
/// Bytes of a file of requests, a body file, a key set, an environment file.
pub const MAX_TEXT: u64 = 16 << 20;
/// Files of one workspace.
pub const MAX_FILES: usize = 10_000;
/// Folders inside one another that are walked.
pub const MAX_DEPTH: usize = 32;

/// Bytes of an answer's body that are kept, counted after unpacking.
pub const BODY_CAP: usize = 16 << 20;
/// Header fields that an answer may have; their bytes are limited by hyper, to about 400 KiB.
pub const MAX_ANSWER_HEADERS: usize = 1_000;
/// Redirects that are followed before the chain is called a loop; browsers stop at 20, curl at 50, most libraries at 10.
pub const MAX_HOPS: usize = 10;
/// Content codings inside one another that are undone.
pub const MAX_CODINGS: usize = 3;
/// Largest window of a zstd frame, as a power of two: 8 MiB, what RFC 9659 allows over HTTP.
pub const ZSTD_WINDOW_LOG: u32 = 23;

/// Bytes of one paste.
pub const MAX_PASTE: usize = 16 << 20;
/// Bytes that wait for a terminal that takes nothing, besides the one frame that was drawn last.
pub const MAX_UNSENT: usize = 1 << 20;
/// Bytes of text that terminals take in one OSC 52: with base64 and the frame it fits in 100,000 bytes, the least limit of
/// those that have one (hterm, and xterm before it could be configured).
pub const OSC52_LIMIT: usize = 74_994;
