//! Commands where people copy them from: behind prompts, in fences, among prose, before what they printed.

use std::ops::Range;

use super::command::{has_argument, is_command, is_curl};
use super::words::{self, Dialect};
use crate::formats::raw;

/// A text of which nothing but its commands is left, every byte at its place.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The text; what is no command is blank.
    pub commands: String,
    /// What commands printed about their exchange: transcripts of `-v`, answers of `-i`.
    pub printed: Vec<Range<usize>>,
    /// Lines that are neither: offset and words.
    pub notes: Vec<(usize, String)>,
    /// One of the commands is curl, with an address or a flag.
    pub has_curl: bool,
    /// A quote is open at the end.
    pub is_open: bool,
}

/// Finds the commands of a text.
pub(super) fn read(text: &str, dialect: Dialect) -> Session {
    // `# curl …` is a command of root's where it is the only one, else a comment.
    let root = !text.lines().any(|line| is_command(rest_of(line, false)) && line.contains("curl"));
    let mut session = Session { commands: String::with_capacity(text.len()), ..Session::default() };
    let (mut open, mut printed, mut start): (Open, Option<usize>, usize) = (Open::default(), None, 0);
    let (mut has_command, mut is_command_above) = (false, false);
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if open.goes_on() {
            open.take(line, dialect);
            session.commands.push_str(line);
            session.has_curl |= line.contains("curl") && is_command(line) && has_argument(line);
            continue;
        }
        let rest = rest_of(line, root);
        let prompt = line.len() - rest.len();
        if let Some(from) = printed {
            let is_next = is_command(rest) && rest.contains("curl") && (prompt > 0 || first_word(rest).is_some_and(is_curl));
            if !is_next && !is_fence(line) {
                blank(&mut session.commands, line);
                continue;
            }
            session.printed.push(from..at);
            printed = None;
        }
        let is_flag = is_command_above
            && rest.trim_start().strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
        if has_command && begins_output(line) {
            printed = Some(at);
            blank(&mut session.commands, line);
        } else if is_command(rest) || is_flag {
            blank(&mut session.commands, line.get(..prompt).unwrap_or_default());
            // Code within a line of prose is closed by what opens it.
            match rest.trim_end().strip_suffix('`').filter(|_| line.trim_start().starts_with('`')) {
                Some(inside) => {
                    session.commands.push_str(inside);
                    blank(&mut session.commands, rest.get(inside.len()..).unwrap_or_default());
                    open.take(inside, dialect);
                }
                None => {
                    session.commands.push_str(rest);
                    open.take(rest, dialect);
                }
            }
            session.has_curl |= is_command(rest) && rest.contains("curl") && has_argument(rest);
            (has_command, is_command_above) = (true, true);
        } else {
            if let Some(word) = first_word(rest).filter(|_| !is_fence(line) && !rest.trim_start().starts_with('#')) {
                words::note(&mut session.notes, at + prompt, format!("`{word} …` is not a curl command and is ignored"));
                is_command_above = false;
            }
            blank(&mut session.commands, line);
        }
    }
    session.printed.extend(printed.map(|from| from..text.len()));
    session.is_open = open.quote.is_some();
    session
}

/// True for a text that has a curl command somewhere, and is not of another kind by its first line.
pub(super) fn has_curl(text: &str, dialect: Dialect) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let is_other = is_request(first) || raw::is_status_line(first) || first.starts_with("###") || first.starts_with(['@', '{', '[', '<']);
    let is_curl_of_any_shape = |line: &str| is_command(line) && line.contains("curl");
    if is_other && !rest_of(first, true).trim_start().starts_with("curl") {
        return false;
    }
    text.lines().any(|line| is_curl_of_any_shape(rest_of(line, true))) && {
        let session = read(text, dialect);
        session.has_curl && !session.is_open
    }
}

/// True for the first line of a request as it is or as it is saved: a method in capitals and an address.
fn is_request(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_method = words.next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_uppercase()));
    is_method && words.next().is_some_and(|word| word.contains("://") || word.starts_with(['/', '{']))
}

fn blank(out: &mut String, text: &str) {
    out.extend(text.bytes().map(|b| if matches!(b, b'\n' | b'\r') { char::from(b) } else { ' ' }));
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// The first line of what `-v` or `-i` print.
fn begins_output(line: &str) -> bool {
    let line = line.trim_end();
    raw::is_status_line(line)
        || line.strip_prefix("< ").is_some_and(raw::is_status_line)
        || line.strip_prefix("> ").is_some_and(raw::is_request_line)
        || line.starts_with("* ") && line.len() > 2
}

/// A line without the prompt before its command; `root` when `#` may be one.
fn rest_of(line: &str, root: bool) -> &str {
    let mut rest = line;
    // A prompt in a quotation of a mail has another mark before it.
    for _ in 0..3 {
        let trimmed = rest.trim_start_matches([' ', '\t', '\u{feff}']);
        match prompt(trimmed, root) {
            Some(end) => rest = trimmed.get(end..).unwrap_or_default(),
            None => break,
        }
    }
    rest
}

/// Offset behind the prompt that a line begins with.
fn prompt(line: &str, root: bool) -> Option<usize> {
    let first = line.chars().next()?;
    let behind = line.get(first.len_utf8()..)?;
    let is_mark = matches!(first, '$' | '%' | '>' | '\u{276f}' | '\u{bb}' | '\u{3bb}' | '\u{25b6}' | '\u{27a4}') || first == '#' && root;
    if is_mark && behind.starts_with([' ', '\t']) || first == '!' && behind.starts_with("curl") {
        return Some(first.len_utf8());
    }
    // Themes of zsh: `➜  ~ git:(main) ✗ curl …`.
    if first == '\u{279c}' {
        return line.find("curl").filter(|at| line.get(..*at).is_some_and(|before| before.ends_with([' ', '\t'])));
    }
    if first == '`' && behind.starts_with("curl") && behind.trim_end().ends_with('`') && behind.matches('`').count() == 1 {
        return Some(1);
    }
    let is_windows = line.starts_with("PS ") || line.starts_with("PS>") || first.is_ascii_alphabetic() && behind.starts_with(":\\");
    if is_windows {
        return line.find('>').map(|at| at + 1);
    }
    // `(venv) ann@host:~$ `
    if first == '('
        && let Some(close) = line.find(") ").filter(|close| *close < 40)
    {
        return Some(close + 2 + prompt(line.get(close + 2..)?, root)?);
    }
    let mut words = line.split([' ', '\t']);
    let (word, second) = (words.next()?, words.next().unwrap_or_default());
    let is_plain = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "._-:/~@[]$#%>".contains(c)) && !word.contains("://");
    let ends = |word: &str| word.len() > 1 && word.ends_with(['$', '#', '%', '>']);
    if !is_plain(word) || word.starts_with(['-', '#']) {
        return None;
    }
    if ends(word) {
        return Some(word.len());
    }
    let is_place = word.starts_with(['/', '~', '[']) || word.contains(['@', ':']);
    if is_place && (matches!(second, "$" | "#" | "%") || ends(second) && is_plain(second)) {
        return Some(word.len() + 1 + second.len());
    }
    if word.contains('@') || word.starts_with('[') {
        return ["$ ", "# ", "% ", "> "].iter().filter_map(|mark| line.find(mark)).min().map(|at| at + 1);
    }
    None
}

/// What is open at the end of a line of a command.
#[derive(Default)]
struct Open {
    /// The quote that is not closed yet.
    quote: Option<char>,
    /// The line goes on.
    joined: bool,
    /// `$(` that are not closed yet.
    depth: usize,
    /// The words that end here-documents.
    documents: Vec<String>,
}

impl Open {
    fn goes_on(&self) -> bool {
        self.quote.is_some() || self.joined || self.depth > 0 || !self.documents.is_empty()
    }

    fn take(&mut self, line: &str, dialect: Dialect) {
        let ended = line.trim_end();
        if dialect == Dialect::Cmd {
            // `^` and two line ends are one line end.
            self.joined = ended.ends_with('^') || self.joined && ended.is_empty();
            return;
        }
        if !self.joined
            && self.quote.is_none()
            && let Some(end) = self.documents.first()
        {
            if ended.trim_start_matches('\t') == end {
                self.documents.remove(0);
            }
            return;
        }
        let escape = if dialect == Dialect::PowerShell { '`' } else { '\\' };
        self.joined = ended.ends_with('|') || ended.ends_with("&&");
        let (mut before, mut at) = (' ', 0);
        while let Some(c) = ended.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = ended.get(at + c.len_utf8()..).unwrap_or_default();
            at += c.len_utf8();
            match (self.quote, c) {
                (None | Some('"' | '$'), c) if c == escape => {
                    self.joined |= rest.is_empty() && self.quote.is_none();
                    at += rest.chars().next().map_or(0, char::len_utf8);
                }
                (None, '\'') => self.quote = Some(if before == '$' { '$' } else { '\'' }),
                (None, '"') => self.quote = Some('"'),
                (None, c) if words::Typographic::of(c).is_some() && !before.is_alphanumeric() => {
                    self.quote = words::Typographic::of(c).map(words::Typographic::mark);
                }
                (None, '#') if before.is_whitespace() => break,
                (None, '(') if before == '$' || self.depth > 0 => self.depth += 1,
                (None, ')') if self.depth > 0 => self.depth -= 1,
                (None, '<') if before == '<' && !rest.starts_with('<') => {
                    let end = words::here_document(rest).map(|document| document.end);
                    self.documents.extend(end);
                }
                (Some('$'), '\'') => self.quote = None,
                (Some(quote), c) if c == quote || words::Typographic::of(c).is_some_and(|t| t.mark() == quote) => self.quote = None,
                _ => {}
            }
            // `<<<` is no here-document.
            before = if c == '<' && before == '<' { ' ' } else { c };
        }
    }
}
