//! Identifiers of requests, files and background work, never reused in a session, and positions in the request list.

/// Identifies a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// Identifies an open file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u64);

/// Identifies one send. The result carries it, so that a late result is recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendId(pub u64);

/// Identifies one read of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenId(pub u64);

/// The position of a request: a file and a request in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestPosition {
    /// Index of the file.
    pub file: usize,
    /// Index of the request in it.
    pub entry: usize,
}
