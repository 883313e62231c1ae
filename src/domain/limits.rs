//! Every limit on what comes from outside, in one place. What passes one is refused or cut by name, never silently. The README
//! lists them from [`ALL`].

/// Bytes of a recording (HAR), a log, or standard input.
pub const MAX_RECORDING: u64 = 256 << 20;
/// Bytes of a file of requests, a body file, a key set, an environment file.
pub const MAX_TEXT: u64 = 16 << 20;
/// Bytes of all files together that the requests of a file or folder name.
pub const MAX_ATTACHMENTS: usize = 256 << 20;
/// Entries of a recording: each takes some memory, however short it is.
pub const MAX_ENTRIES: usize = 200_000;
/// Bytes of what `token` and `compare` are given: a token or a request, no recording.
pub const MAX_INPUT: u64 = 64 << 20;
/// Files of one workspace.
pub const MAX_FILES: usize = 10_000;
/// Folders inside one another that are walked.
pub const MAX_FOLDERS: usize = 32;
/// Bytes of the draft of a session. Its texts are JSON, in which a byte takes up to six.
pub const MAX_DRAFT: u64 = 128 << 20;
/// Bytes of one paste.
pub const MAX_PASTE: usize = 16 << 20;

/// Bytes of a text that is typed in: a key in a longer one would be felt. What is longer is shown, checked, sent and saved.
pub const MAX_TYPED: usize = 1 << 20;

/// Bytes of a field of one line, a search or a name: no credential is longer, and each key lays out all of it.
pub const MAX_FIELD: usize = 64 << 10;

/// Bytes of the longest token that is decoded. No server accepts a header of that length.
pub const MAX_TOKEN: usize = 1 << 20;
/// Levels of JSON inside a token or a key set: one that needs more is an attack.
pub const MAX_NESTING: usize = 64;
/// Members of one object that are read.
pub const MAX_MEMBERS: usize = 4_096;
/// Keys of a set with which a signature is tried that does not verify with those that the token means: each takes as long as those.
pub const MAX_GUESSED_KEYS: usize = 100;
/// References inside references that are followed in the description of an API; a cycle ends here.
pub const MAX_REFERENCES: usize = 16;
/// Variables inside variables that are followed; a cycle ends here.
pub const MAX_VARIABLE_DEPTH: usize = 16;
/// Bytes of all values that are filled in in one request, those inside others included: variables that double each other
/// would otherwise fill the memory and take for ever.
pub const MAX_VARIABLES: usize = 1 << 20;
/// Bytes of all values that are filled in in the requests of one file.
pub const MAX_VARIABLES_OF_FILE: usize = 16 << 20;
/// Challenges and their parameters that are read of one answer.
pub const MAX_CHALLENGE_PARTS: usize = 1_000;
/// Exchanges of a transcript that one after them knows of.
pub const MAX_PREVIOUS: usize = 100;
/// Notes that are listed of what one text holds and is not carried over.
pub const MAX_LISTED: usize = 1_000;
/// Requests that are read of one file.
pub const MAX_REQUESTS: usize = 50_000;
/// Bytes that the addresses of one curl command after the first take together, each with its own copy of headers and body.
pub const MAX_CURL: usize = 2 << 20;

/// Bytes of an answer's body that are kept, counted after unpacking.
pub const BODY_CAP: usize = 16 << 20;
/// Cookies of a session that are kept: browsers keep 50 and more of a site.
pub const MAX_SESSION_COOKIES: usize = 500;
/// Requests that a mirror lists on the screen.
pub const MAX_ARRIVED: usize = 500;
/// Sends of one request that are kept in memory, the newest apart.
pub const MAX_KEPT_SENDS: usize = 20;
/// Bytes of all their bodies; the last one is kept in any case.
pub const MAX_KEPT_BODIES: usize = 32 << 20;
/// Sends that a folder keeps where that is turned on.
pub const MAX_RECORDED_SENDS: usize = 200;
/// Days that it keeps them.
pub const MAX_RECORDED_AGE: i64 = 30;
/// Bytes of an answer's body in which checks look for words.
pub const MAX_CHECKED_BODY: usize = 256 << 10;
/// Bytes of a body whose fields checks read: forms, denials and errors are short, pages of data are not read for them.
pub const MAX_FIELDS: usize = 64 << 10;
/// Header fields, cookies and parameters of one request that are judged, each. All of them are masked.
pub const MAX_JUDGED: usize = 4_096;
/// Expectations of one kind, such as audiences or addresses: each is compared with all that a request has.
pub const MAX_EXPECTED: usize = 128;
/// Bytes of a credential that is held against the patterns of a services file; keys and user names are shorter.
pub const MAX_MATCHED: usize = 4_096;
/// Bytes of memory that one pattern of a services file takes when it is compiled.
pub const MAX_PATTERN: usize = 16 << 10;
/// Levels of JSON in an answer's body that are shown with one member a line.
pub const MAX_LAID_OUT_LEVELS: usize = 64;
/// Header fields that an answer may have; their bytes are limited by hyper, to about 400 KiB.
pub const MAX_ANSWER_HEADERS: usize = 1_000;
/// Redirects that are followed before the chain is called a loop; browsers stop at 20, curl at 50, most libraries at 10.
pub const MAX_HOPS: usize = 10;
/// Content codings inside one another that are undone.
pub const MAX_CODINGS: usize = 3;
/// Largest window of a zstd frame, as a power of two: 8 MiB, what RFC 9659 allows over HTTP.
pub const ZSTD_WINDOW_LOG: u32 = 23;

/// Seconds for looking up a host name, for connecting, and for the TLS handshake, each.
pub const CONNECT_SECONDS: u64 = 10;
/// Seconds from the sent request to the head of its answer.
pub const ANSWER_SECONDS: u64 = 60;
/// Seconds between two pieces of a body.
pub const PIECE_SECONDS: u64 = 30;
/// Seconds for a whole sending, redirects included.
pub const WHOLE_SECONDS: u64 = 300;

/// Seconds between two tries of `check --send --retry`.
pub const RETRY_SECONDS: u64 = 30;

/// Seconds until the system's keyring has to answer: it may ask a person for its password.
pub const KEYRING_SECONDS: u64 = 120;
/// Bytes of the tokens of one configuration that are read of the keyring.
pub const MAX_KEPT_TOKENS: usize = 1 << 20;

/// Seconds until a pipe that is named in the place of a file has to be at its end.
pub const PIPE_SECONDS: u64 = 60;
/// Seconds until somebody has to write to it.
pub const WRITER_SECONDS: u64 = 2;

/// Bytes that wait for a terminal that takes nothing, besides the one frame that was drawn last.
pub const MAX_UNSENT: usize = 1 << 20;
/// Bytes of text that terminals accept in one OSC 52: with base64 and the frame it fits in 100,000 bytes, the least limit of
/// those that have one (hterm, and xterm before it could be configured).
pub const OSC52_LIMIT: usize = 74_994;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// Things.
    Things,
}

/// A limit as the README lists it.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is limited.
    pub what: &'static str,
    /// The most that is taken.
    pub most: u64,
    /// What that counts.
    pub of: Of,
    /// What becomes of more.
    pub more: &'static str,
}

const fn limit(what: &'static str, most: u64, of: Of, more: &'static str) -> Limit {
    Limit { what, most, of, more }
}

/// All of them.
pub const ALL: &[Limit] = &[
    limit("a recording (HAR), standard input", MAX_RECORDING, Of::Bytes, "refused"),
    limit("a file of requests, a body file, a key set, an environment file", MAX_TEXT, Of::Bytes, "refused"),
    limit("entries of a recording (HAR)", MAX_ENTRIES as u64, Of::Things, "refused"),
    limit("the files that requests name, all together", MAX_ATTACHMENTS as u64, Of::Bytes, "the rest is not read, and listed"),
    limit("what `token` and `compare` are given", MAX_INPUT, Of::Bytes, "refused"),
    limit("files of a folder that is walked", MAX_FILES as u64, Of::Things, "the rest is named and left out"),
    limit("folders inside one another", MAX_FOLDERS as u64, Of::Things, "the rest is named and left out"),
    limit("requests that a mirror lists on the screen", MAX_ARRIVED as u64, Of::Things, "the oldest are dropped"),
    limit("a paste", MAX_PASTE as u64, Of::Bytes, "refused"),
    limit("the draft of a session", MAX_DRAFT, Of::Bytes, "not written, which is said"),
    limit("a request that is typed in", MAX_TYPED as u64, Of::Bytes, "shown, checked, sent and saved, but not edited"),
    limit("a field of a form, a search, a name", MAX_FIELD as u64, Of::Bytes, "a paste is ignored, which is said"),
    limit("a token that is taken apart", MAX_TOKEN as u64, Of::Bytes, "refused"),
    limit("levels of JSON inside a token or key set", MAX_NESTING as u64, Of::Things, "refused"),
    limit("members of a JSON object in a token or key set", MAX_MEMBERS as u64, Of::Things, "refused"),
    limit(
        "keys of a set that are tried for what else a signature may be, once it does not verify",
        MAX_GUESSED_KEYS as u64,
        Of::Things,
        "the rest is not tried",
    ),
    limit("references inside references in the description of an API", MAX_REFERENCES as u64, Of::Things, "the rest is left out"),
    limit("variables inside one another", MAX_VARIABLE_DEPTH as u64, Of::Things, "left as written, and listed"),
    limit("the values of variables in one request", MAX_VARIABLES as u64, Of::Bytes, "left as written, and listed"),
    limit("the values of variables in a file of requests", MAX_VARIABLES_OF_FILE as u64, Of::Bytes, "left as written, and listed"),
    limit("challenges of an answer with their parameters", MAX_CHALLENGE_PARTS as u64, Of::Things, "the rest is not read, which is said"),
    limit("notes about parts of an input that are not set", MAX_LISTED as u64, Of::Things, "the rest is not listed, which is said"),
    limit("requests of one file", MAX_REQUESTS as u64, Of::Things, "the rest is left out, and listed"),
    limit("exchanges of a `curl -v` transcript before one that count for it", MAX_PREVIOUS as u64, Of::Things, "older ones do not count"),
    limit(
        "the further addresses of a curl command with their headers and bodies",
        MAX_CURL as u64,
        Of::Bytes,
        "the rest is listed and left out",
    ),
    limit("the body of an answer, unpacked", BODY_CAP as u64, Of::Bytes, "cut there, which is said"),
    limit("earlier sends of a request in memory", MAX_KEPT_SENDS as u64, Of::Things, "the oldest are dropped"),
    limit("sends that a folder records", MAX_RECORDED_SENDS as u64, Of::Things, "the oldest are deleted"),
    limit("days that a folder keeps them", MAX_RECORDED_AGE as u64, Of::Things, "then they are deleted"),
    limit("cookies of a session", MAX_SESSION_COOKIES as u64, Of::Things, "the oldest are dropped"),
    limit("the bodies of these sends", MAX_KEPT_BODIES as u64, Of::Bytes, "the oldest are dropped"),
    limit("the body of an answer that checks look for words in", MAX_CHECKED_BODY as u64, Of::Bytes, "the rest is not looked through"),
    limit("a body whose fields checks read", MAX_FIELDS as u64, Of::Bytes, "looked through for words alone"),
    limit("what an API is expected to accept, of one kind", MAX_EXPECTED as u64, Of::Things, "the rest is not compared"),
    limit("header fields, cookies and parameters of a request", MAX_JUDGED as u64, Of::Things, "masked and sent, but not judged"),
    limit("a credential that is held against patterns of services", MAX_MATCHED as u64, Of::Bytes, "fits none of them"),
    limit("a compiled pattern of a services file", MAX_PATTERN as u64, Of::Bytes, "the file is refused"),
    limit("levels of JSON in an answer that are laid out", MAX_LAID_OUT_LEVELS as u64, Of::Things, "shown on one line"),
    limit("header fields of an answer", MAX_ANSWER_HEADERS as u64, Of::Things, "the answer is refused"),
    limit("redirects in a row", MAX_HOPS as u64, Of::Things, "called a loop; the last answer is kept"),
    limit("content codings inside one another", MAX_CODINGS as u64, Of::Things, "shown as it came"),
    limit("the window of a zstd frame", 1 << ZSTD_WINDOW_LOG, Of::Bytes, "the body is refused"),
    limit("looking up the host, connecting, the TLS handshake, each", CONNECT_SECONDS, Of::Seconds, "stopped, and the phase named"),
    limit("waiting for the head of the answer", ANSWER_SECONDS, Of::Seconds, "stopped, and the phase named"),
    limit("between two pieces of a body", PIECE_SECONDS, Of::Seconds, "stopped; what came is kept"),
    limit("a whole sending with its redirects", WHOLE_SECONDS, Of::Seconds, "stopped; what came is kept"),
    limit(
        "the pause before a request is sent again (`--retry`)",
        RETRY_SECONDS,
        Of::Seconds,
        "not sent again if the server asks for a longer one",
    ),
    limit("reading the system's keyring", KEYRING_SECONDS, Of::Seconds, "not sent"),
    limit("the tokens that the keyring keeps for a configuration", MAX_KEPT_TOKENS as u64, Of::Bytes, "not used, which is said"),
    limit("a pipe that is named in the place of a file (`--jwks <(…)`), until its end", PIPE_SECONDS, Of::Seconds, "refused"),
    limit("such a pipe, until somebody writes to it", WRITER_SECONDS, Of::Seconds, "refused"),
    limit("a copy that goes through the terminal", OSC52_LIMIT as u64, Of::Bytes, "written to a file instead"),
    limit("what waits for a terminal that takes nothing", MAX_UNSENT as u64, Of::Bytes, "not copied; frames are left out, not kept"),
];

impl Limit {
    /// The most in the unit that people read.
    pub fn shown(&self) -> String {
        match (self.of, self.most) {
            (Of::Bytes, n) if n.is_multiple_of(1 << 20) => format!("{} MiB", n >> 20),
            (Of::Bytes, n) if n.is_multiple_of(1 << 10) => format!("{} KiB", n >> 10),
            (Of::Bytes, n) => format!("{n} bytes"),
            (Of::Seconds, n) => format!("{n} s"),
            (Of::Things, n) => n.to_string(),
        }
    }
}
