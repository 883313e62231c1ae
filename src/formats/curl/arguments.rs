//! The words of a command into flags and addresses.

use std::collections::HashMap;

use super::flags::{self, Flag};
use super::words::{Word, note};
use crate::formats::FormatError;

/// A flag as it was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// Its long name; a switched-off one (`--no-keepalive`) has the name with `no-`.
    pub name: &'static str,
    /// As written: `-u`, `--user`.
    pub shown: String,
    /// Its argument; empty without one.
    pub value: String,
    /// Where it is.
    pub at: usize,
}

/// Flags and addresses up to `--next`.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    pub given: Vec<Given>,
    pub urls: Vec<(String, usize)>,
    /// Flags that were switched off, with the number of those that were given before.
    off: HashMap<&'static str, usize>,
}

impl Set {
    /// Takes out what was switched off later on.
    fn settled(mut self) -> Self {
        let mut number = 0;
        let off = std::mem::take(&mut self.off);
        self.given.retain(|given| {
            number += 1;
            off.get(given.name).is_none_or(|before| number > *before)
        });
        self
    }
}

/// What the words of one command say.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub sets: Vec<Set>,
    /// Unknown flags: offset and message.
    pub unknown: Vec<(usize, String)>,
}

/// Reads the words after `curl`; `end` is where the command ends in the text.
pub(super) fn parse(text: &str, words: &[Word], end: usize) -> Result<Parsed, FormatError> {
    let mut parser = Parser { text, words, at: 0, set: Set::default(), out: Parsed::default() };
    let mut only_urls = false;
    while let Some(word) = parser.words.get(parser.at) {
        parser.at += 1;
        if only_urls || !word.text.starts_with('-') || word.text == "-" {
            parser.set.urls.push((word.text.clone(), word.start));
        } else if word.text == "--" {
            only_urls = true;
        } else if let Some(name) = word.text.strip_prefix("--") {
            parser.long(word, name)?;
        } else {
            parser.cluster(word)?;
        }
    }
    let set = std::mem::take(&mut parser.set).settled();
    let asks_for_help = set.given.iter().any(|g| matches!(g.name, "help" | "manual" | "version"));
    parser.out.sets.push(set);
    match parser.out.sets.iter().any(|set| set.urls.is_empty()) {
        true if asks_for_help => Err(FormatError::at(text, end, "the command asks curl about itself and sends nothing")),
        true => {
            Err(FormatError::at(text, end, "the command has no address").with_help("curl wants one, for instance https://api.example/"))
        }
        false => Ok(parser.out),
    }
}

struct Parser<'a> {
    text: &'a str,
    words: &'a [Word],
    at: usize,
    set: Set,
    out: Parsed,
}

impl Parser<'_> {
    fn long(&mut self, word: &Word, name: &str) -> Result<(), FormatError> {
        // `--flag=value` is not curl's way; `--expand-flag` fills in curl's own variables.
        if let Some(flag) = flags::by_name(name) {
            let value = if flag.takes_value { self.argument(word, &word.text)? } else { String::new() };
            self.take(flag, word.text.clone(), value, word.start);
        } else if let Some(flag) = name.strip_prefix("no-").and_then(flags::by_name).filter(|f| !f.takes_value) {
            // Switching off undoes an earlier switching on.
            self.set.off.insert(flag.name, self.set.given.len());
        } else if let Some(flag) = name.strip_prefix("expand-").and_then(flags::by_name).filter(|f| f.takes_value) {
            let value = self.argument(word, &word.text)?;
            note(&mut self.out.unknown, word.start, format!("{}: curl's own {{{{variables}}}} are not filled in", word.text));
            self.take(flag, word.text.clone(), value, word.start);
        } else if let Some((before, _)) = name.split_once('=').filter(|(before, _)| flags::by_name(before).is_some()) {
            note(&mut self.out.unknown, word.start, format!("--{before}=…: curl takes the argument as the next word, not after ="));
        } else {
            self.unknown(word, &word.text)?;
        }
        Ok(())
    }

    /// `-sSLu name:password`, `-XPOST`: letters, the last of which may take the rest or the next word.
    fn cluster(&mut self, word: &Word) -> Result<(), FormatError> {
        let letters = word.text.get(1..).unwrap_or_default();
        for (offset, letter) in letters.char_indices() {
            let shown = format!("-{letter}");
            let rest = letters.get(offset + letter.len_utf8()..).unwrap_or_default();
            match flags::by_letter(letter) {
                Some(flag) if flag.takes_value => {
                    let value = if rest.is_empty() { self.argument(word, &shown)? } else { rest.to_string() };
                    self.take(flag, shown, value, word.start);
                    return Ok(());
                }
                Some(flag) => self.take(flag, shown, String::new(), word.start),
                // What follows an unknown letter may be its argument.
                None if rest.is_empty() => return self.unknown(word, &shown),
                None => {
                    let message = format!("{shown} in {} is not a curl option; the rest of the word is ignored", word.text);
                    note(&mut self.out.unknown, word.start, message);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, flag: Flag, shown: String, value: String, at: usize) {
        match flag.name {
            "next" => {
                let set = std::mem::take(&mut self.set).settled();
                self.out.sets.push(set);
            }
            "url" => self.set.urls.push((value, at)),
            name => self.set.given.push(Given { name, shown, value, at }),
        }
    }

    fn argument(&mut self, word: &Word, shown: &str) -> Result<String, FormatError> {
        let Some(next) = self.words.get(self.at) else {
            return Err(FormatError::at(self.text, word.start, format!("{shown} wants an argument, and the command ends here")));
        };
        self.at += 1;
        Ok(next.text.clone())
    }

    /// An unknown flag is alone if a flag, an address or nothing follows; otherwise it is undecided.
    fn unknown(&mut self, word: &Word, shown: &str) -> Result<(), FormatError> {
        match self.words.get(self.at) {
            Some(next) if !next.text.starts_with('-') && !is_address(&next.text) => {
                let message =
                    format!("{shown} is not a curl option, so it is unclear whether {:?} is its argument or an address", next.text);
                Err(FormatError::at(self.text, word.start, message).with_help("correct the option or remove it"))
            }
            _ => {
                note(&mut self.out.unknown, word.start, format!("{shown} is not a curl option; it is ignored"));
                Ok(())
            }
        }
    }
}

fn is_address(word: &str) -> bool {
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    word.contains("://") || host.starts_with("localhost") || (host.contains('.') && !host.starts_with('.') && !word.contains([' ', '=']))
}
