//! The `.bru` language: blocks of pairs, of text and of words.

use crate::formats::FormatError;

/// One block of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Its name: `get`, `auth:basic`, `body:json`.
    pub(super) name: String,
    /// The line of its name, from 1.
    pub(super) line: usize,
    pub(super) content: Content,
}

/// What is in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// `{ name: value }`
    Pairs(Vec<Pair>),
    /// Text as it is, without its indentation.
    Text(String),
    /// `[ a, b ]`
    Words(Vec<String>),
}

/// A line `name: value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
    /// False behind a `~`.
    pub(super) is_on: bool,
}

/// What stands before text in a value of several lines, and after it.
const QUOTES: &str = "'''";

/// Reads a file.
///
/// # Errors
/// With line and column: a line that begins no block, and a block that is not closed.
pub(super) fn read(text: &str) -> Result<Vec<Block>, FormatError> {
    let mut lines = Lines { lines: text.lines().collect(), at: 0 };
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with("//") || trimmed.starts_with("color:") {
            continue;
        }
        let number = lines.at;
        let open = |mark: char| trimmed.split_once(mark).map(|(name, rest)| (name.trim(), rest.trim()));
        let is_name = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace) && !line.starts_with([' ', '\t', '}', ']']);
        if let Some((name, rest)) = open('{').filter(|(name, _)| is_name(name)) {
            let content = match rest {
                "}" => Content::Pairs(Vec::new()),
                "" if is_text(name) => Content::Text(lines.text_block(number)?),
                "" => Content::Pairs(lines.pairs(number)?),
                _ => return Err(lines.fault(number, trimmed.len() - rest.len(), "a block begins with { at the end of the line")),
            };
            blocks.push(Block { name: name.into(), line: number, content });
        } else if let Some((name, rest)) = open('[').filter(|(name, _)| is_name(name)) {
            blocks.push(Block { name: name.into(), line: number, content: Content::Words(lines.words(number, rest)?) });
        } else {
            return Err(lines.fault(number, 0, "this is no block: `name {` is expected"));
        }
    }
    Ok(blocks)
}

fn is_text(name: &str) -> bool {
    let is_pairs = matches!(name, "body:form-urlencoded" | "body:multipart-form" | "body:file" | "body:grpc" | "body:ws");
    let is_body = name == "body" || name.starts_with("body:");
    !is_pairs && is_body || name.starts_with("script:") || matches!(name, "tests" | "docs" | "example")
}

struct Lines<'a> {
    lines: Vec<&'a str>,
    /// The number of the last line that was given.
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.at).copied()?;
        self.at += 1;
        Some(line)
    }

    fn fault(&self, line: usize, column: usize, message: &str) -> FormatError {
        let column = self.lines.get(line - 1).and_then(|text| text.get(..column)).map_or(0, |before| before.chars().count());
        let message = message.to_string();
        FormatError { line, column: column + 1, message, help: String::new() }
    }

    fn unclosed(&self, line: usize, end: char) -> FormatError {
        self.fault(line, 0, &format!("this block is not closed by a {end} at the begin of a line"))
    }

    fn text_block(&mut self, begin: usize) -> Result<String, FormatError> {
        let mut found: Vec<&str> = Vec::new();
        while let Some(line) = self.next() {
            if line.starts_with('}') {
                while found.first().is_some_and(|line| line.trim().is_empty()) {
                    found.remove(0);
                }
                return Ok(found.iter().map(|line| outdented(line, 2)).collect::<Vec<_>>().join("\n"));
            }
            found.push(line);
        }
        Err(self.unclosed(begin, '}'))
    }

    fn words(&mut self, begin: usize, rest: &str) -> Result<Vec<String>, FormatError> {
        let mut text = rest.to_string();
        while !text.contains(']') {
            let Some(line) = self.next() else { return Err(self.unclosed(begin, ']')) };
            // A decoration of the word after it.
            if line.trim_start().starts_with('@') {
                self.skip_decoration(line);
                continue;
            }
            text.push('\n');
            text.push_str(line);
        }
        let inside = text.split(']').next().unwrap_or_default();
        let words = inside.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
        Ok(words.map(str::to_string).collect())
    }

    fn pairs(&mut self, begin: usize) -> Result<Vec<Pair>, FormatError> {
        let mut pairs = Vec::new();
        while let Some(line) = self.next() {
            if line.starts_with('}') {
                return Ok(pairs);
            }
            let trimmed = line.trim();
            if trimmed.is_empty() {
                continue;
            }
            let number = self.at;
            match split(trimmed) {
                Some((name, value, is_on)) => {
                    let value = self.value(value, number)?;
                    pairs.push(Pair { name, value, is_on });
                }
                None if trimmed.starts_with('@') => self.skip_decoration(line),
                None => {
                    let column = line.len() - line.trim_start().len();
                    return Err(self.fault(number, column, "this line has no colon: `name: value` is expected"));
                }
            }
        }
        Err(self.unclosed(begin, '}'))
    }

    /// `@description('''…''')`, on one line or on several.
    fn skip_decoration(&mut self, line: &str) {
        let mut quotes = line.matches(QUOTES).count();
        while quotes % 2 == 1 {
            let Some(line) = self.next() else { return };
            quotes += line.matches(QUOTES).count();
        }
    }

    /// A value with what follows it on the next lines.
    fn value(&mut self, first: &str, begin: usize) -> Result<String, FormatError> {
        if first == "[" {
            return Ok(self.words(begin, "")?.join(","));
        }
        let Some(rest) = first.strip_prefix(QUOTES) else { return Ok(first.to_string()) };
        if let Some((inside, _)) = rest.split_once(QUOTES) {
            return Ok(inside.to_string());
        }
        let mut found = if rest.trim().is_empty() { Vec::new() } else { vec![rest.to_string()] };
        while let Some(line) = self.next() {
            if let Some((before, _)) = line.split_once(QUOTES) {
                if !before.trim().is_empty() {
                    found.push(outdented(before, 4).to_string());
                }
                return Ok(found.join("\n"));
            }
            found.push(outdented(line, 4).to_string());
        }
        Err(self.fault(begin, 0, "the text of this value is not closed by '''"))
    }
}

/// A line without as many blanks before it as a block is indented by.
fn outdented(line: &str, by: usize) -> &str {
    let blanks = line.bytes().take(by).take_while(|byte| *byte == b' ').count();
    line.get(blanks..).unwrap_or(line)
}

/// Name, value, and whether it is on; `None` without a colon.
fn split(line: &str) -> Option<(String, &str, bool)> {
    let (line, is_on) = line.strip_prefix('~').map_or((line, true), |rest| (rest, false));
    if let Some(quoted) = line.strip_prefix('"') {
        let mut name = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if quoted.get(at + 1..).is_some_and(|rest| rest.starts_with('"')) => {
                    name.push('"');
                    chars.next();
                }
                '"' => {
                    let value = quoted.get(at + 1..)?.trim_start().strip_prefix(':')?;
                    return Some((name, value.trim(), is_on));
                }
                c => name.push(c),
            }
        }
        return None;
    }
    let (name, value) = line.split_once(':')?;
    // `@description("a: b")` has a colon and is no pair.
    let is_decoration = name.starts_with('@') && name.contains('(');
    (!is_decoration).then(|| (name.trim().to_string(), value.trim(), is_on))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "meta {\n  name: a\n  tags: [\n    x\n    y\n  ]\n}\n\nget {\n  url: https://h:8080/a\n}\n\nheaders {\n  @description('''\n    b: c\n  ''')\n  A: 1\n  ~B: 2\n  \"c:\\\"d\": 3\n}\n\nbody:json {\n  {\n    \"a\": {\n    }\n  }\n}\n\nvars:pre-request {\n  key: '''\n    one\n      two\n  '''\n  @local: 1\n}\nvars:secret [\n  t,\n  u\n]\n";

    #[test]
    fn blocks_of_every_kind() {
        let blocks = read(FILE).expect("blocks");
        let pairs = |name: &str| match &blocks.iter().find(|b| b.name == name).expect("a block").content {
            Content::Pairs(pairs) => pairs.iter().map(|p| (p.name.as_str(), p.value.as_str(), p.is_on)).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(pairs("meta"), [("name", "a", true), ("tags", "x,y", true)]);
        assert_eq!(pairs("get"), [("url", "https://h:8080/a", true)]);
        assert_eq!(pairs("headers"), [("A", "1", true), ("B", "2", false), ("c:\"d", "3", true)]);
        assert_eq!(pairs("vars:pre-request"), [("key", "one\n  two", true), ("@local", "1", true)]);
        let content = |name: &str| blocks.iter().find(|b| b.name == name).map(|b| (b.line, b.content.clone()));
        assert_eq!(content("body:json"), Some((22, Content::Text("{\n  \"a\": {\n  }\n}".into()))));
        assert_eq!(content("vars:secret").map(|c| c.1), Some(Content::Words(vec!["t".into(), "u".into()])));
    }

    #[test]
    fn faults_have_their_place() {
        for (text, line, column) in [
            ("meta {\n  name: a\n", 1, 1),
            ("meta {\n  name\n}\n", 2, 3),
            ("\nsome words\n", 2, 1),
            ("vars:secret [\n a", 1, 1),
            ("vars {\n  a: '''\n b\n}\n", 2, 1),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!((fault.line, fault.column), (line, column), "{text:?}: {fault}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(meta|body:json|get|\\{|\\[|\\]|\\}|'''|\"|~|@|:|a|ä|\\n| ){0,60}") {
            let _ = read(&text);
        }
    }
}
