//! How much may be filled in.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::domain::limits::{MAX_VARIABLES, MAX_VARIABLES_OF_FILE};

/// What filling in one value costs at least, in bytes, so that empty ones end as well.
const STEP: usize = 256;

/// How much may still be filled in: in one request, and in all requests of a file together. Variables that hold each other
/// twice make gigabytes of a few lines.
#[derive(Clone, Debug)]
pub struct Budget {
    /// For the request.
    pub(super) request: usize,
    /// For the file. What is given up counts too: it took its time.
    file: usize,
    /// Variables that alone are too long, by name and value: another try would take as long.
    too_long: HashSet<(String, String)>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { request: MAX_VARIABLES, file: MAX_VARIABLES_OF_FILE, too_long: HashSet::new() }
    }
}

impl Budget {
    /// Begins another request of the file.
    pub fn next_request(&mut self) {
        self.request = MAX_VARIABLES;
    }

    /// True before anything was filled in for the request.
    pub(super) fn is_whole(&self) -> bool {
        self.request == MAX_VARIABLES && self.file > self.request
    }

    pub(super) fn knows_as_too_long(&self, name: &str, value: &str) -> bool {
        !self.too_long.is_empty() && self.too_long.contains(&(name.to_string(), value.to_string()))
    }

    pub(super) fn note_too_long(&mut self, name: &str, value: &str) {
        self.too_long.insert((name.to_string(), value.to_string()));
    }

    /// Why a variable is not filled in, as the end of a sentence.
    pub(super) fn reason(&self) -> Cow<'static, str> {
        let mib = |bytes: usize| bytes >> 20;
        if self.file == 0 {
            format!("is not filled in: the variables of this file expand to more than {} MiB altogether", mib(MAX_VARIABLES_OF_FILE)).into()
        } else {
            format!("is not filled in: it would make the values in this request longer than {} MiB", mib(MAX_VARIABLES)).into()
        }
    }

    /// Takes the cost of one value; false when there is not enough left.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let (request, file) = (self.request.checked_sub(bytes + STEP), self.file.checked_sub(bytes + STEP));
        (self.request, self.file) = (request.unwrap_or(0), file.unwrap_or(0));
        request.is_some() && file.is_some()
    }
}
