//! curl command lines, as people keep them and as browsers copy them.
//!
//! What curl would send becomes the request; what curl would do besides (follow redirects, skip the certificate) is
//! in [`CurlOptions`]; every flag that is not carried over is listed. Nothing is run, no file is opened.

mod arguments;
mod build;
pub(super) mod command;
mod flags;
mod form;
mod printed;
mod session;
pub(super) mod words;
mod write;

pub use words::Dialect;
pub use write::to_curl;
pub(in crate::formats) use write::{for_bash, in_powershell};

use self::command::{assignment, has_argument, is_curl, is_prefix, wraps};
use crate::domain::exchange::{Certificates, Exchange, HttpVersion, NamedProxy, Redirects, TransferOptions};

use super::{FormatError, Loss, ParsedInput};
use crate::domain::span::Places;

/// What curl does with a request besides sending it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurlOptions {
    /// `-L`: redirects are followed.
    pub follow: bool,
    /// `--location-trusted`: credentials go to other hosts too.
    pub trusted: bool,
    /// `--max-redirs`; curl's own limit is 50.
    pub max_redirects: Option<u32>,
    /// `-k`: the certificate is not checked.
    pub insecure: bool,
    /// `-x` and its like: the proxy, as written.
    pub proxy: Option<Box<NamedProxy>>,
    /// `--http1.1`.
    pub version: HttpVersion,
    /// `--noproxy`: the hosts that are reached without one.
    pub no_proxy: Option<Box<str>>,
}

/// One request of a command line.
#[derive(Clone, Debug, Default)]
pub struct CurlRequest {
    /// The request, with `client` in its context.
    pub exchange: Exchange,
    /// How curl would send it.
    pub options: CurlOptions,
}

/// What was read from a command line.
#[derive(Clone, Debug, Default)]
pub struct Curl {
    /// One for each address, in order.
    pub requests: Vec<CurlRequest>,
    /// What was not carried over, unknown flags included.
    pub losses: Vec<Loss>,
    /// What is about the output alone: what curl prints and where to, and what its output is piped into.
    pub of_output: Vec<Loss>,
    /// The flags that curl does not have, each with its place, for callers that refuse them.
    pub unknown: Vec<FormatError>,
}

impl CurlOptions {
    /// The part of it that sending here knows.
    pub fn transfer_options(&self) -> TransferOptions {
        TransferOptions {
            redirects: if self.follow { Redirects::Follow } else { Redirects::Show },
            certificates: if self.insecure { Certificates::LetPass } else { Certificates::Check },
            max_redirects: self.max_redirects,
            proxy: self.proxy.clone(),
            no_proxy: self.no_proxy.clone(),
            version: self.version,
            let_pass: Box::default(),
        }
    }
}

impl From<Curl> for ParsedInput {
    fn from(curl: Curl) -> Self {
        let exchange = |r: CurlRequest| Exchange { transfer: r.options.transfer_options(), ..r.exchange };
        let exchanges = curl.requests.into_iter().map(exchange).collect();
        Self { exchanges, losses: curl.losses, of_output: curl.of_output, unknown: curl.unknown }
    }
}

/// True when a text has a curl command: at its begin (after `sudo` or assignments, also on lines of their own), or where people
/// copy commands from, behind a prompt, another command, a pipe, in a fence, or in `$(…)`.
pub fn looks_like(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    begins_with_curl(text) || text.contains("curl") && session::has_curl(text, words::dialect_of(text))
}

fn begins_with_curl(text: &str) -> bool {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    for line in lines {
        let mut rest = line;
        let mut has_assignment = false;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ';', '&']);
            let word = rest.split_whitespace().next().unwrap_or_default();
            if assignment(word).is_some() {
                has_assignment = true;
                let Some(behind) = behind_word(rest) else { return false };
                rest = behind;
            } else if is_prefix(word) {
                rest = rest.get(word.len()..).unwrap_or_default();
            } else if word.is_empty() && has_assignment {
                break;
            } else {
                return is_curl(word) && has_argument(rest);
            }
        }
    }
    false
}

/// What follows the first word of a line, its quotes taken into account; `None` when one is not closed.
fn behind_word(line: &str) -> Option<&str> {
    let (mut quote, mut is_escaped) = (None, false);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (None, ' ' | '\t' | ';' | '&') => return line.get(at..),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    quote.is_none().then_some("")
}

/// Reads the curl commands of a text.
///
/// # Errors
/// With line and column: a quote that is not closed, a flag without its argument, no address, or an unknown flag
/// that may or may not take the word after it.
pub fn read(text: &str, source: &str) -> Result<Curl, FormatError> {
    read_as(text, source, words::dialect_of(text))
}

/// As [`read`], with the rules of quoting given.
///
/// # Errors
/// As [`read`].
pub fn read_as(text: &str, source: &str, dialect: Dialect) -> Result<Curl, FormatError> {
    read_within(text, source, dialect, 0)
}

/// How deep commands are looked for that others run: `ssh host "bash -c 'curl …'"`.
const DEEPEST: usize = 4;

fn read_within(text: &str, source: &str, dialect: Dialect, depth: usize) -> Result<Curl, FormatError> {
    // Counted once: a long paste may have very many notes.
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    let line = |offset: usize| ends.partition_point(|end| *end < offset) + 1;
    let session = session::read(text, dialect);
    let split = words::split(&session.commands, dialect)?;
    let mut curl = Curl::default();
    for (at, message) in session.notes.into_iter().chain(split.notes) {
        curl.losses.push(Loss { line: line(at), message });
    }
    let mut commands = split.commands.into_iter().filter(|c| !c.words.is_empty()).peekable();
    let mut read_ones: Vec<Read> = Vec::new();
    let mut piped: Option<String> = None;
    let mut is_fed_by_curl = false;
    while let Some(mut command) = commands.next() {
        let input = command.input.take().or(piped.take());
        let Some(first) = command.words.iter().position(|w| !is_prefix(&w.text)) else {
            // Assignments alone: their values are filled in by now.
            continue;
        };
        let (start, name) = command.words.get(first).map_or((0, ""), |w| (w.start, w.text.as_str()));
        let own = command.words.get(first..).unwrap_or_default();
        if let Some(script) = (depth < DEEPEST).then(|| script(own)).flatten() {
            let message = format!("`{name} …` runs the command in it, which is read as if it went out from here");
            curl.losses.push(Loss { line: line(start), message });
            // Its own lines are counted from where it begins.
            let above = line(script.start) - 1;
            let moved = |number: usize| if number == 0 { above + 1 } else { number + above };
            match read_within(&script.text, source, Dialect::Bash, depth + 1) {
                Ok(inner) => {
                    let from = curl.requests.len();
                    curl.requests.extend(inner.requests);
                    curl.losses.extend(inner.losses.into_iter().map(|loss| Loss { line: moved(loss.line), ..loss }));
                    curl.of_output.extend(inner.of_output.into_iter().map(|loss| Loss { line: moved(loss.line), ..loss }));
                    curl.unknown.extend(inner.unknown.into_iter().map(|fault| FormatError { line: moved(fault.line), ..fault }));
                    read_ones.push(Read { start: script.start, requests: from..curl.requests.len() });
                }
                Err(why) => return Err(FormatError { line: moved(why.line), ..why }),
            }
            continue;
        }
        let Some(first) = command.words.iter().position(|w| is_curl(&w.text)).filter(|at| *at == first || wraps(name)) else {
            let is_piped = is_piped(text, command.ended_by);
            piped = printed_by(command.words.get(first..).unwrap_or_default(), input).filter(|_| is_piped);
            if piped.is_none() {
                // What it is called with may be a secret.
                let loss = Loss { line: line(start), message: format!("`{name} …` is not a curl command and is ignored") };
                if is_fed_by_curl { curl.of_output.push(loss) } else { curl.losses.push(loss) }
            }
            is_fed_by_curl &= is_piped;
            continue;
        };
        if name != command.words.get(first).map_or("", |w| w.text.as_str()) {
            let message = format!("`{name} …` before curl is left out: the request is read as if it went out from here");
            curl.losses.push(Loss { line: line(start), message });
        }
        let start = command.words.get(first).map_or(start, |w| w.start);
        // A line that begins with a flag belongs to the one above, whose `\` got lost.
        while let Some(('\n', at)) = command.ended_by
            && let Some(next) = commands.next_if(|c| c.words.first().is_some_and(|w| w.text.starts_with('-')))
        {
            let message = "the next line begins with a flag: read as part of this command, though no \\ joins them";
            curl.losses.push(Loss { line: line(at), message: message.into() });
            command.words.extend(next.words);
            command.ended_by = next.ended_by;
        }
        if let Some(('&', at)) = command.ended_by
            && !text.get(..at).is_some_and(|before| before.ends_with([' ', '\t']))
        {
            let message = "an & outside quotes ends the command for the shell: the address is cut there. Put it in quotes";
            curl.losses.push(Loss { line: line(at), message: message.into() });
        }
        command.words.drain(..=first);
        let end = command.ended_by.map_or(text.trim_end().len(), |(_, at)| at);
        let parsed = arguments::parse(text, &command.words, end)?;
        let mut places = Places::new(text);
        curl.losses.extend(parsed.notes.into_iter().map(|(at, message)| Loss { line: line(at), message }));
        for (at, message) in parsed.unknown {
            let (line, column) = places.of(at);
            let error = FormatError { line, column, ..FormatError::without_place(message) };
            curl.losses.push(Loss { line: error.line, message: error.message.clone() });
            curl.unknown.push(error);
        }
        let from = curl.requests.len();
        for set in parsed.sets {
            let built = build::requests(&set, input.as_deref());
            let loss = |(at, message)| Loss { line: line(at), message };
            curl.losses.extend(built.notes.into_iter().map(loss));
            curl.of_output.extend(built.of_output.into_iter().map(loss));
            curl.requests.extend(built.requests);
        }
        is_fed_by_curl = is_piped(text, command.ended_by);
        read_ones.push(Read { start, requests: from..curl.requests.len() });
    }
    if read_ones.is_empty() {
        return Err(FormatError::at(text, 0, "no curl command"));
    }
    // From behind, so that what is put in moves none of the others.
    for printed in session.printed.into_iter().rev() {
        if let Some(read) = read_ones.iter().rev().find(|read| read.start < printed.start) {
            let losses = printed::attach(text, printed.clone(), read.requests.clone(), &mut curl.requests);
            curl.losses.extend(losses.into_iter().map(|message| Loss { line: line(printed.start), message }));
        }
    }
    for request in &mut curl.requests {
        request.exchange.source = source.to_string();
    }
    curl.losses.sort_by_key(|loss| loss.line);
    Ok(curl)
}

/// True for a command whose output goes into the next one.
fn is_piped(text: &str, ended_by: Option<(char, usize)>) -> bool {
    ended_by.is_some_and(|(by, at)| by == '|' && !text.get(at + 1..).is_some_and(|rest| rest.starts_with('|')))
}

/// The text with a curl command that another command runs: `bash -c "curl …"`, `ssh host 'curl …'`, `docker exec x sh -c 'curl …'`.
fn script(words: &[words::Word]) -> Option<&words::Word> {
    let (_, arguments) = words.split_first().filter(|(name, _)| wraps(&name.text))?;
    if arguments.iter().any(|word| is_curl(&word.text)) {
        return None;
    }
    arguments.iter().find(|word| word.text.contains(char::is_whitespace) && looks_like(&word.text))
}

/// A command that was read.
struct Read {
    /// Where its `curl` is.
    start: usize,
    requests: std::ops::Range<usize>,
}

/// What `echo`, `printf` and `cat` print, where the text tells.
fn printed_by(words: &[words::Word], input: Option<String>) -> Option<String> {
    let (name, arguments) = words.split_first()?;
    let arguments: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
    match (name.text.as_str(), arguments.as_slice()) {
        ("echo", ["-n" | "-en" | "-ne", rest @ ..]) => Some(rest.join(" ")),
        ("echo", ["-e", rest @ ..] | rest) => Some(format!("{}\n", rest.join(" "))),
        ("printf", ["%s", text]) => Some((*text).to_string()),
        ("printf", ["%s\\n", text]) => Some(format!("{text}\n")),
        ("printf", [text]) if !text.contains(['%', '\\']) => Some((*text).to_string()),
        ("cat", [] | ["-"]) => input,
        _ => None,
    }
}

#[cfg(test)]
mod tests;
