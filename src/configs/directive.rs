//! Directives as trees with their lines, and how nginx and Apache write them.

use super::Includes;
use crate::domain::server_config::Place;

/// Files that are read one inside the other.
const DEEPEST: usize = 8;
/// Blocks one inside the other; deeper ones are passed over.
const DEEPEST_BLOCK: usize = 64;
/// Directives that are read.
pub const MOST: usize = 200_000;

/// A directive with what is in its block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directive {
    /// The file.
    pub source: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its name in lower case; of a section of Apache without the bracket.
    pub name: String,
    pub args: Vec<String>,
    /// What is in its block, if it has one.
    pub block: Option<Vec<Directive>>,
}

impl Directive {
    /// An argument, or nothing.
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }

    /// True for this name, and a first argument in any case.
    pub fn is(&self, name: &str, first: &str) -> bool {
        self.name == name && self.arg(0).eq_ignore_ascii_case(first)
    }
}

impl<'p> From<&'p Directive> for Place<'p> {
    fn from(directive: &'p Directive) -> Self {
        Self { source: &directive.source, line: directive.line }
    }
}

/// A word or a sign of nginx.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

/// Reads a configuration of nginx (the rules of its own parser: words, quotes, `;`, `{`, `}`, `#`).
pub fn read_nginx(name: &str, text: &str, includes: &Includes) -> Vec<Directive> {
    let mut budget = MOST;
    nginx_file(name, text, includes, 0, &mut budget)
}

fn nginx_file(name: &str, text: &str, includes: &Includes, depth: usize, budget: &mut usize) -> Vec<Directive> {
    let tokens = nginx_tokens(text);
    let mut stack: Vec<(Option<Directive>, Vec<Directive>)> = vec![(None, Vec::new())];
    let mut words: Vec<(String, usize)> = Vec::new();
    for (token, line) in tokens {
        if *budget == 0 {
            break;
        }
        match token {
            Token::Word(word) => words.push((word, line)),
            Token::End | Token::Open => {
                let is_block = token == Token::Open;
                let Some(directive) = directive_of(name, &mut words, line) else {
                    // A block without a name is one of scripts or maps: its content is passed over as its own.
                    if is_block {
                        stack.push((None, Vec::new()));
                    }
                    continue;
                };
                *budget -= 1;
                if is_block {
                    stack.push((Some(directive), Vec::new()));
                } else if directive.name == "include" && depth < DEEPEST {
                    let read = includes(directive.arg(0)).into_iter();
                    let inner: Vec<Directive> =
                        read.flat_map(|(name, text)| nginx_file(&name, &text, includes, depth + 1, budget)).collect();
                    push(&mut stack, inner);
                } else {
                    push(&mut stack, vec![directive]);
                }
            }
            Token::Close => {
                words.clear();
                close(&mut stack);
            }
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().map(|(_, all)| all).unwrap_or_default()
}

fn push(stack: &mut [(Option<Directive>, Vec<Directive>)], new: Vec<Directive>) {
    if let Some((_, open)) = stack.last_mut() {
        open.extend(new);
    }
}

fn close(stack: &mut Vec<(Option<Directive>, Vec<Directive>)>) {
    if stack.len() < 2 {
        return;
    }
    let Some((head, inner)) = stack.pop() else { return };
    match head {
        Some(head) if stack.len() <= DEEPEST_BLOCK => push(stack, vec![Directive { block: Some(inner), ..head }]),
        Some(_) => {}
        None => push(stack, inner),
    }
}

fn directive_of(source: &str, words: &mut Vec<(String, usize)>, line: usize) -> Option<Directive> {
    let mut all = std::mem::take(words).into_iter();
    let (name, first) = all.next()?;
    let args = all.map(|(word, _)| word).collect();
    Some(Directive { source: source.into(), line: first.min(line), name: name.to_ascii_lowercase(), args, block: None })
}

fn nginx_tokens(text: &str) -> Vec<(Token, usize)> {
    let (mut tokens, mut line) = (Vec::new(), 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            ';' => tokens.push((Token::End, line)),
            '{' => tokens.push((Token::Open, line)),
            '}' => tokens.push((Token::Close, line)),
            quote @ ('"' | '\'') => {
                let (mut word, begin) = (String::new(), line);
                while let Some(c) = chars.next() {
                    match c {
                        c if c == quote => break,
                        '\\' => word.extend(chars.next()),
                        c => {
                            line += usize::from(c == '\n');
                            word.push(c);
                        }
                    }
                }
                tokens.push((Token::Word(word), begin));
            }
            first => {
                let mut word = String::from(first);
                // `${name}` has braces that open no block.
                loop {
                    if word.ends_with('$') && chars.peek() == Some(&'{') {
                        while let Some(c) = chars.next_if(|c| *c != '\n') {
                            word.push(c);
                            if c == '}' {
                                break;
                            }
                        }
                    }
                    match chars.next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '{' | '}')) {
                        Some(c) => word.push(c),
                        None => break,
                    }
                }
                tokens.push((Token::Word(word), line));
            }
        }
    }
    tokens
}

/// Reads a configuration of Apache: a directive a line, `\` at its end joins the next, `<Section …>` opens a block.
pub fn read_apache(name: &str, text: &str, includes: &Includes) -> Vec<Directive> {
    let mut budget = MOST;
    apache_file(name, text, includes, 0, &mut budget)
}

fn apache_file(name: &str, text: &str, includes: &Includes, depth: usize, budget: &mut usize) -> Vec<Directive> {
    let mut stack: Vec<(Option<Directive>, Vec<Directive>)> = vec![(None, Vec::new())];
    let mut joined: Option<(String, usize)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let (mut whole, begin) = joined.take().unwrap_or((String::new(), number));
        match line.trim_end().strip_suffix('\\') {
            Some(start) => {
                whole.push_str(start);
                joined = Some((whole, begin));
                continue;
            }
            None => whole.push_str(line),
        }
        let whole = whole.trim();
        if whole.is_empty() || whole.starts_with('#') || *budget == 0 {
            continue;
        }
        *budget -= 1;
        if whole.starts_with("</") {
            close(&mut stack);
            continue;
        }
        let (is_section, inner) = match whole.strip_prefix('<') {
            Some(inner) => (true, inner.trim_end_matches('>')),
            None => (false, whole),
        };
        let mut words = apache_words(inner).into_iter();
        let Some(first) = words.next() else { continue };
        let directive =
            Directive { source: name.into(), line: begin, name: first.to_ascii_lowercase(), args: words.collect(), block: None };
        if is_section {
            stack.push((Some(directive), Vec::new()));
        } else if matches!(directive.name.as_str(), "include" | "includeoptional") && depth < DEEPEST {
            let read = includes(directive.arg(0)).into_iter();
            let inner: Vec<Directive> = read.flat_map(|(name, text)| apache_file(&name, &text, includes, depth + 1, budget)).collect();
            push(&mut stack, inner);
        } else {
            push(&mut stack, vec![directive]);
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().map(|(_, all)| all).unwrap_or_default()
}

fn apache_words(line: &str) -> Vec<String> {
    let (mut words, mut chars) = (Vec::new(), line.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            quote @ ('"' | '\'') => {
                let mut word = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        c if c == quote => break,
                        '\\' if chars.peek() == Some(&quote) => word.extend(chars.next()),
                        c => word.push(c),
                    }
                }
                words.push(word);
            }
            first => {
                let mut word = String::from(first);
                while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                    word.push(c);
                }
                words.push(word);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_is_read_with_its_lines_quotes_and_blocks() {
        let text = "http {\n  # comment { ;\n  map $a ${b}x {\n    default 'it is; {fine}';\n  }\n  server {\n    add_header A \"b \\\" c\" always;\n  }\n}\n";
        let tree = read_nginx("f", text, &|_| Vec::new());
        let http = tree[0].block.as_ref().unwrap();
        assert_eq!((http[0].name.as_str(), http[0].args.join("|").as_str(), http[0].line), ("map", "$a|${b}x", 3));
        assert_eq!(http[0].block.as_ref().unwrap()[0].args, ["it is; {fine}"]);
        let header = &http[1].block.as_ref().unwrap()[0];
        assert_eq!((header.args.join("|").as_str(), header.line), ("A|b \" c|always", 7));
    }

    #[test]
    fn broken_texts_give_what_can_be_read() {
        for text in
            ["server {", "}}}}", "{{{{", "\"", "a 'b", ";;;", "include", &"a {".repeat(5_000), &"<A>\n".repeat(5_000), "</A>", "<", "\\"]
        {
            read_nginx("f", text, &|_| Vec::new());
            read_apache("f", text, &|_| Vec::new());
        }
        // A file that includes itself ends too.
        let own = |_: &str| vec![("f".to_string(), "include f; include f; a b;".to_string())];
        assert!(read_nginx("f", "include f;", &own).len() <= 1 << (DEEPEST + 1));
    }

    #[test]
    fn apache_is_read_with_sections_and_joined_lines() {
        let tree = read_apache("f", "<Location \"/a b\">\n  Header always set X \\\n    \"y z\"\n</Location>\n", &|_| Vec::new());
        assert_eq!((tree[0].name.as_str(), tree[0].arg(0)), ("location", "/a b"));
        let header = &tree[0].block.as_ref().unwrap()[0];
        assert_eq!((header.args.join("|").as_str(), header.line), ("always|set|X|y z", 2));
    }
}
