//! What names requests, files and what runs beside the loop: numbers that are never used twice in a session, and places in the
//! list of requests.

/// The number of a request on the bench; never used twice in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// The number of a file on the bench.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u64);

/// The number of one sending; an answer carries it, so that a late one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendId(pub u64);

/// The number of one opening of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenId(pub u64);

/// Which request is open: a file, and a request in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// Index of the file.
    pub file: usize,
    /// Index of the request in it.
    pub entry: usize,
}
