//! Names of files that are safe on every system.

use std::collections::{HashMap, HashSet};

use crate::domain::secrecy;
use crate::domain::visible::unsteered;
use crate::formats::variables::placeholders;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Names of folders in which no requests are looked for.
pub const NOT_WALKED: [&str; 5] = ["target", "node_modules", "vendor", "dist", "__pycache__"];

/// Bytes of a name; file systems take 255, and a number and an ending follow.
const LONGEST: usize = 80;

/// A name or a line that people wrote, for a file that others read: without its secrets, and with nothing that steers a terminal.
pub(super) fn for_others(text: &str) -> String {
    let mut secrets = secrecy::in_log_line(text);
    secrets.retain(|span| span.cut(text).is_some_and(|secret| placeholders(secret).next().is_none()));
    unsteered(&secrecy::replace(text, &secrets, |_| "…".to_string())).into_owned()
}

/// The name of a file or folder for a name that people chose: without separators and what a system reserves.
pub fn file_name(name: &str) -> String {
    let name = &secrecy::replace(name, &secrecy::in_log_line(name), |_| "…".to_string());
    let is_forbidden = |c: char| {
        unsteered(c.encode_utf8(&mut [0; 4])).len() > c.len_utf8()
            || c == '\t'
            || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    let mut safe: String = name.chars().map(|c| if is_forbidden(c) { '-' } else { c }).collect();
    while safe.len() > LONGEST {
        safe.pop();
    }
    // Hidden files are not looked at, and Windows drops dots and blanks at the end.
    let safe = safe.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    if safe.is_empty() {
        return "requests".into();
    }
    let lower = safe.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let is_port = ["com", "lpt"].iter().any(|port| stem.strip_prefix(port).is_some_and(|n| n.chars().count() == 1 && n != "0"));
    let is_reserved = DEVICES.contains(&stem) || is_port || NOT_WALKED.contains(&lower.as_str());
    if is_reserved { format!("_{safe}") } else { safe.to_string() }
}

/// Names that were given in one place; no two of them differ by upper and lower case alone.
#[derive(Debug, Default)]
pub struct Taken {
    names: HashSet<String>,
    /// The last number that was put behind a name, by that name.
    counts: HashMap<String, usize>,
}

impl Taken {
    /// The name, with a number behind it if it was given before.
    pub fn unique(&mut self, name: &str, numbered: impl Fn(&str, usize) -> String) -> String {
        if self.names.insert(name.to_lowercase()) {
            return name.to_string();
        }
        // Thousands may have one name: none is counted from the first on.
        let count = self.counts.entry(name.to_lowercase()).or_insert(1);
        loop {
            *count += 1;
            let unique = numbered(name, *count);
            if self.names.insert(unique.to_lowercase()) {
                return unique;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_names_of_files() {
        for (name, file) in [
            ("Admin", "Admin"),
            ("a/b\\c:d", "a-b-c-d"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("..", "requests"),
            ("", "requests"),
            ("CON", "_CON"),
            ("nul.http", "_nul.http"),
            ("lpt1", "_lpt1"),
            ("target", "_target"),
            (".env", "env"),
            ("a. ", "a"),
            ("a\nb", "a-b"),
            ("a\u{202e}b\u{1b}[2J", "a-b-[2J"),
            ("https://ann:tulip7@h/", "https---ann-…@h-"),
        ] {
            assert_eq!(file_name(name), file, "{name:?}");
        }
    }

    #[test]
    fn no_two_names_are_alike() {
        let mut taken = Taken::default();
        let mut unique = |name: &str| taken.unique(name, |name, count| format!("{name}-{count}"));
        assert_eq!([unique("a"), unique("A"), unique("a"), unique("a-2")], ["a", "A-2", "a-3", "a-2-2"]);
    }

    proptest! {
        #[test]
        fn every_name_stays_in_its_folder(name in any::<String>()) {
            let safe = file_name(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= LONGEST + 1);
            prop_assert!(!safe.contains(['/', '\\', '\0', ':']) && !safe.starts_with('.'));
        }
    }
}
