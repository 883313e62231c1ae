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
    /// What was read otherwise than curl would: offset and message.
    pub notes: Vec<(usize, String)>,
}

/// Parameters of PowerShell's Invoke-WebRequest, which goes by the name curl in Windows PowerShell.
const INVOKE_WEB_REQUEST: [&str; 12] = [
    "-uri",
    "-method",
    "-headers",
    "-body",
    "-contenttype",
    "-usebasicparsing",
    "-websession",
    "-sessionvariable",
    "-outfile",
    "-infile",
    "-credential",
    "-useragent",
];

/// What word processors and chats make of `-` and `--`.
const DASHES: [char; 7] = ['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}'];

/// A flag as it was before its dash was changed.
fn with_plain_dash(word: &str) -> Option<String> {
    let first = word.chars().next().filter(|c| DASHES.contains(c))?;
    let name = word.trim_start_matches(DASHES).trim_start_matches('-');
    let dashes = word.chars().take_while(|c| *c == '-' || DASHES.contains(c)).count();
    let is_long = name.len() > 3 && flags::by_name(name.split('=').next().unwrap_or(name)).is_some()
        || name.len() > 1 && (dashes > 1 || first == '\u{2014}');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()).then(|| format!("{}{name}", if is_long { "--" } else { "-" }))
}

/// Reads the words after `curl`; `end` is where the command ends in the text.
pub(super) fn parse(text: &str, words: &[Word], end: usize) -> Result<Parsed, FormatError> {
    let mut parser = Parser { text, words, at: 0, set: Set::default(), out: Parsed::default() };
    if let Some(word) = words.iter().find(|w| INVOKE_WEB_REQUEST.iter().any(|name| w.text.eq_ignore_ascii_case(name))) {
        let message =
            format!("{} belongs to PowerShell's Invoke-WebRequest, for which curl is another name there, and not to curl", word.text);
        let help = "copy the request as cURL from the browser, or write it for curl.exe";
        return Err(FormatError::at(text, word.start, message).with_help(help));
    }
    let mut only_urls = false;
    while let Some(word) = parser.words.get(parser.at) {
        parser.at += 1;
        let plain = with_plain_dash(&word.text).map(|text| Word { text, start: word.start });
        if let Some(plain) = &plain {
            let message = format!("{}: a typographic dash, read as {}; curl itself takes the word for an address", word.text, plain.text);
            note(&mut parser.out.notes, word.start, message);
        }
        let word = plain.as_ref().unwrap_or(word);
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
    let mut set = std::mem::take(&mut parser.set).settled();
    if set.urls.len() > 1 {
        set.urls.retain(|(url, at)| {
            let is_method = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&url.as_str());
            if is_method {
                let message = format!(
                    "{url} is no flag: curl takes it for an address, http://{url}, which is left out here. -X {url} sets the method"
                );
                note(&mut parser.out.notes, *at, message);
            }
            !is_method
        });
    }
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
        // `--expand-flag` fills in curl's own variables.
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
        } else if let Some((flag, value)) = name.split_once('=').and_then(|(name, value)| Some((flags::by_name(name)?, value))) {
            let shown = format!("--{}", flag.name);
            note(
                &mut self.out.notes,
                word.start,
                format!("{shown}=…: curl takes the argument as the next word, not after =; read as that"),
            );
            self.take(flag, shown, if flag.takes_value { value.to_string() } else { String::new() }, word.start);
        } else if let Some(flag) = flags::of_beginning(name) {
            note(
                &mut self.out.notes,
                word.start,
                format!("{} may be several of curl's options, and curl refuses it; read as --{}", word.text, flag.name),
            );
            let value = if flag.takes_value { self.argument(word, &word.text)? } else { String::new() };
            self.take(flag, word.text.clone(), value, word.start);
        } else {
            // Behind the sign a secret may be.
            let shown = word.text.split_once('=').map_or_else(|| word.text.clone(), |(name, _)| format!("{name}=…"));
            self.unknown(word, &shown)?;
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
                    let mut value = if rest.is_empty() { self.argument(word, &shown)? } else { rest.to_string() };
                    if matches!(letter, 'H' | 'X') && rest.starts_with('=') {
                        note(
                            &mut self.out.notes,
                            word.start,
                            format!("{shown}=…: curl takes the = as part of the argument; read without it"),
                        );
                        value.remove(0);
                    }
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
                let message = format!("{shown} is not a curl option, so it is unclear whether the next word is its argument or an address");
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
