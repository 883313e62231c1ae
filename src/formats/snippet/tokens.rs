//! A program in JavaScript or Python into tokens, as far as literals need it.

use std::collections::HashMap;
use std::ops::Range;

/// The language of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Python,
}

/// A part of a text with values in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// Where the expression is whose value goes here.
    Code(Range<usize>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word(String),
    Text(Vec<Piece>),
    Number(String),
    Mark(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Where it begins.
    pub at: usize,
    /// It is the first of its line.
    pub begins_line: bool,
    /// The token that closes this bracket.
    pub partner: Option<usize>,
}

impl Token {
    pub fn is(&self, mark: &str) -> bool {
        matches!(self.kind, Kind::Mark(own) if own == mark)
    }
}

/// The tokens of a program.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub list: Vec<Token>,
    /// The first quote that is not closed.
    pub unclosed: Option<usize>,
}

/// The longest come first.
const MARKS: [&str; 46] = [
    "...", "===", "!==", "**=", "??=", "||=", "=>", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "**", "||", "&&", "??", "?.",
    ":=", "->", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "=", "+", "-", "*", "/", "%", "!", "?", "<", ">", "&", "|", "@",
];

/// Reads a part of a text.
pub(super) fn tokens(text: &str, range: Range<usize>, language: Language) -> Tokens {
    let mut reader = Reader {
        text,
        at: range.start,
        end: range.end,
        language,
        out: Tokens::default(),
        begins_line: true,
        is_open: false,
        sought: HashMap::new(),
    };
    while reader.at < reader.end {
        reader.step();
    }
    let mut out = reader.out;
    let mut open: Vec<(usize, &str)> = Vec::new();
    for index in 0..out.list.len() {
        let Some(Kind::Mark(mark)) = out.list.get(index).map(|token| token.kind.clone()) else { continue };
        let closes = match mark {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            ")" | "]" | "}" => {
                // A bracket that nothing opened closes nothing.
                if let Some((start, _)) = open.pop_if(|(_, closes)| *closes == mark)
                    && let Some(token) = out.list.get_mut(start)
                {
                    token.partner = Some(index);
                }
                continue;
            }
            _ => continue,
        };
        open.push((index, closes));
    }
    if let Some(token) = open.first().and_then(|(index, _)| out.list.get(*index)) {
        out.unclosed.get_or_insert(token.at);
    }
    out
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    language: Language,
    out: Tokens,
    begins_line: bool,
    /// A text of several lines was not closed: those after it are not looked for again.
    is_open: bool,
    /// The same for quotes and slashes that must be closed on their line: up to where each was looked for in vain.
    sought: HashMap<char, usize>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let begins_line = std::mem::take(&mut self.begins_line);
        self.out.list.push(Token { kind, at: self.at, begins_line, partner: None });
        self.at += length;
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            self.at = self.end;
            return;
        };
        let is_javascript = self.language == Language::JavaScript;
        if first == '\n' {
            self.begins_line = true;
            self.at += 1;
        } else if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if first == '\\' {
            // The line goes on.
            self.at += 1;
            let blank = self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
            self.at += blank;
        } else if is_javascript && rest.starts_with("//") || !is_javascript && first == '#' {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if is_javascript && rest.starts_with("/*") && !self.is_open {
            match rest.get(2..).and_then(|inside| inside.find("*/")) {
                Some(end) => self.at += end + 4,
                None => {
                    self.is_open = true;
                    self.at += 2;
                }
            }
        } else if is_javascript
            && first == '/'
            && self.may_begin_expression()
            && let Some(length) = self.on_line(first, || regular_expression(rest))
        {
            self.push(Kind::Word("RegExp".into()), length);
        } else if first == '_' || first == '$' || first.is_alphabetic() {
            let length = rest.find(|c: char| !(c == '_' || c == '$' || c.is_alphanumeric())).unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or_default();
            let is_prefix = !is_javascript && length <= 2 && word.chars().all(|c| "rRbBuUfFtT".contains(c));
            if !(is_prefix && rest.get(length..).is_some_and(|behind| behind.starts_with(['"', '\''])) && self.quoted(word)) {
                self.push(Kind::Word(word.to_string()), length);
            }
        } else if first.is_ascii_digit() || first == '.' && rest.get(1..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())) {
            let mut before = ' ';
            let length = rest
                .find(|c: char| {
                    let is_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !rest.starts_with("0x");
                    before = c;
                    !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || is_sign)
                })
                .unwrap_or(rest.len());
            self.push(Kind::Number(rest.get(..length).unwrap_or_default().replace('_', "")), length);
        } else if !(matches!(first, '"' | '\'') || is_javascript && first == '`') || !self.quoted("") {
            match MARKS.iter().find(|mark| rest.starts_with(**mark)) {
                Some(mark) => self.push(Kind::Mark(mark), mark.len()),
                None => self.push(Kind::Mark("other"), first.len_utf8()),
            }
        }
    }

    /// Reads what must be closed on its line, unless the same mark was sought in vain on this line.
    fn on_line<T>(&mut self, mark: char, read: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.sought.get(&mark).is_some_and(|until| self.at < *until) {
            return None;
        }
        let found = read();
        if found.is_none() {
            // A backslash at the end of a line continues it.
            let is_end = |(at, _): &(usize, &str)| !self.rest().get(..*at).is_some_and(|line| line.trim_end_matches('\r').ends_with('\\'));
            let length = self.rest().match_indices('\n').find(is_end).map_or(self.rest().len(), |(at, _)| at);
            self.sought.insert(mark, self.at + length);
        }
        found
    }

    /// A slash here begins a regular expression and divides nothing.
    fn may_begin_expression(&self) -> bool {
        match self.out.list.last().map(|token| &token.kind) {
            None => true,
            Some(Kind::Mark(mark)) => !matches!(*mark, ")" | "]" | "}"),
            Some(Kind::Word(word)) => word == "return",
            Some(Kind::Text(_) | Kind::Number(_)) => false,
        }
    }

    /// Reads the quotes that follow `prefix`; false when they are not closed.
    fn quoted(&mut self, prefix: &str) -> bool {
        let start = self.at + prefix.len();
        let Some(rest) = self.text.get(start..self.end) else { return false };
        let Some(quote) = rest.chars().next() else { return false };
        let triple = if quote == '"' { "\"\"\"" } else { "'''" };
        let (opening, is_long) = match quote {
            '`' => ("`", true),
            _ if self.language == Language::Python && rest.starts_with(triple) => (triple, true),
            '"' => ("\"", false),
            _ => ("'", false),
        };
        let has = |letter: char| prefix.contains([letter, letter.to_ascii_uppercase()]);
        let style = Style { language: self.language, is_raw: has('r'), is_template: quote == '`', is_formatted: has('f') || has('t') };
        let (text, inside) = (self.text, start + opening.len()..self.end);
        let read = match is_long {
            true if self.is_open => None,
            true => pieces(text, inside, opening, is_long, style),
            false => self.on_line(quote, || pieces(text, inside, opening, is_long, style)),
        };
        match read {
            Some((pieces, end)) => {
                self.push(Kind::Text(pieces), end - self.at);
                true
            }
            None => {
                self.out.unclosed.get_or_insert(start);
                self.is_open |= is_long;
                false
            }
        }
    }
}

/// The length of a regular expression that begins a text.
fn regular_expression(text: &str) -> Option<usize> {
    let (mut is_escaped, mut is_class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_class = true,
            ']' => is_class = false,
            '/' if !is_class => return (at > 1).then_some(at + 1),
            _ => {}
        }
    }
    None
}

#[derive(Clone, Copy)]
struct Style {
    language: Language,
    is_raw: bool,
    is_template: bool,
    is_formatted: bool,
}

/// What is in quotes, and where they end.
fn pieces(text: &str, range: Range<usize>, closing: &str, is_long: bool, style: Style) -> Option<(Vec<Piece>, usize)> {
    let (mut pieces, mut literal, mut at) = (Vec::new(), Vec::<u16>::new(), range.start);
    let flush = |pieces: &mut Vec<Piece>, literal: &mut Vec<u16>| {
        if !literal.is_empty() {
            // Half of a pair that is alone has no place in a text.
            pieces.push(Piece::Literal(String::from_utf16_lossy(&std::mem::take(literal))));
        }
    };
    loop {
        let rest = text.get(at..range.end)?;
        let c = rest.chars().next()?;
        if rest.starts_with(closing) {
            flush(&mut pieces, &mut literal);
            return Some((pieces, at + closing.len()));
        }
        let is_code = style.is_template && rest.starts_with("${") || style.is_formatted && c == '{' && !rest.starts_with("{{");
        if is_code {
            let start = at + if style.is_template { 2 } else { 1 };
            let end = start + closing_brace(text.get(start..range.end)?, is_long)?;
            flush(&mut pieces, &mut literal);
            pieces.push(Piece::Code(start..end));
            at = end + 1;
        } else if style.is_formatted && (rest.starts_with("{{") || rest.starts_with("}}")) {
            literal.push(u16::from(rest.as_bytes().first().copied()?));
            at += 2;
        } else if c == '\\' && style.is_raw {
            let escaped = rest.chars().nth(1)?;
            literal.extend("\\".encode_utf16().chain(escaped.encode_utf16(&mut [0; 2]).iter().copied()));
            at += 1 + escaped.len_utf8();
        } else if c == '\\' {
            at += 1 + escape(rest.get(1..)?, style.language, &mut literal)?;
        } else if matches!(c, '\n' | '\r') && !is_long {
            return None;
        } else {
            // Line ends in a program are one character.
            if !(c == '\r' && rest.starts_with("\r\n")) {
                literal.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            }
            at += c.len_utf8();
        }
    }
}

/// Where the brace is that closes an expression in a text, on the same line unless that has several.
fn closing_brace(text: &str, is_long: bool) -> Option<usize> {
    let (mut depth, mut quote) = (0usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (_, '\n') if !is_long => return None,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What an escape stands for; returns its length behind the backslash.
fn escape(rest: &str, language: Language, out: &mut Vec<u16>) -> Option<usize> {
    let c = rest.chars().next()?;
    let hex = |from: usize, length: usize| {
        let digits = rest.get(from..from + length).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let is_python = language == Language::Python;
    let simple = match c {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        'a' if is_python => Some('\u{7}'),
        _ => None,
    };
    if let Some(simple) = simple {
        out.push(simple as u16);
        return Some(1);
    }
    let mut code = |code: u32, length: usize| {
        match char::from_u32(code) {
            Some(c) => out.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            None => out.push(u16::try_from(code).unwrap_or(0xfffd)),
        }
        Some(length)
    };
    match c {
        '\r' if rest.starts_with("\r\n") => Some(2),
        '\n' | '\r' => Some(1),
        'x' if let Some(value) = hex(1, 2) => code(value, 3),
        'u' if let Some(value) = hex(1, 4) => code(value, 5),
        'U' if is_python && let Some(value) = hex(1, 8) => code(value, 9),
        'u' if !is_python && rest.starts_with("u{") => {
            let end = rest.find('}')?;
            code(u32::from_str_radix(rest.get(2..end)?, 16).unwrap_or(0xfffd), end + 1)
        }
        '0'..='7' => {
            let digits = rest.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            code(u32::from_str_radix(rest.get(..digits)?, 8).ok()?, digits)
        }
        '\\' | '\'' | '"' | '`' | '$' | '/' if !is_python || matches!(c, '\\' | '\'' | '"') => {
            out.push(c as u16);
            Some(1)
        }
        c => {
            // Python keeps the backslash of an escape that it does not know.
            if is_python {
                out.push(u16::from(b'\\'));
            }
            out.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            Some(c.len_utf8())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str, language: Language) -> Vec<String> {
        let of = |token: Token| match token.kind {
            Kind::Text(pieces) => Some(pieces.iter().map(|p| if let Piece::Literal(text) = p { text.as_str() } else { "…" }).collect()),
            _ => None,
        };
        tokens(text, 0..text.len(), language).list.into_iter().filter_map(of).collect()
    }

    #[test]
    fn texts_are_read_as_their_language_reads_them() {
        for (text, read) in [
            (r#""a\"b\n\u00e4\x41\u{1f600}\ud83d\ude00\/\q""#, vec!["a\"b\n\u{e4}A\u{1f600}\u{1f600}/q"]),
            ("`a ${x + `y`} b`", vec!["a … b"]),
            ("'a' // 'b'\n/* 'c' */ x.replace(/['\"]/g, 'd')", vec!["a", "d"]),
            ("it's open\n'b'", vec!["b"]),
            ("'a\\\nb'", vec!["ab"]),
        ] {
            assert_eq!(literals(text, Language::JavaScript), read, "{text}");
        }
        for (text, read) in [
            (r#""a\"b\n\u00e4\x41\U0001f600\q\101""#, vec!["a\"b\n\u{e4}A\u{1f600}\\qA"]),
            ("r'a\\n' b\"c\" F'{x}{{y}}'", vec!["a\\n", "c", "…{y}"]),
            ("'''a\n'b' ''' # 'c'\n\"\"\"d\"\"\"", vec!["a\n'b' ", "d"]),
        ] {
            assert_eq!(literals(text, Language::Python), read, "{text}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_named() {
        let text = "fetch('https://h/a\n', {})";
        assert_eq!(tokens(text, 0..text.len(), Language::JavaScript).unclosed, Some(6));
    }
}
