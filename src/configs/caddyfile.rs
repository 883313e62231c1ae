//! Reads a Caddyfile. By Caddy's documentation: Caddyfile Concepts (structure, addresses, snippets, import).

use std::collections::HashMap;

use super::Includes;
use super::directive::{Directive, MOST};

/// Snippets and files that are imported one inside the other.
const DEEPEST: usize = 8;
/// Blocks one inside the other; deeper ones are passed over.
const DEEPEST_BLOCK: usize = 64;

/// The blocks of a file: sites, options without a name, and snippets that nothing in it imports.
pub fn read(name: &str, text: &str, includes: &Includes) -> Vec<Directive> {
    let tree = parse(name, text);
    let is_snippet = |directive: &Directive| directive.name.starts_with('(') && directive.name.ends_with(')');
    let (snippets, sites): (Vec<Directive>, Vec<Directive>) = tree.into_iter().partition(is_snippet);
    let mut reader = Expansion { snippets: HashMap::new(), used: HashMap::new(), includes, budget: MOST };
    for snippet in &snippets {
        let name = snippet.name.trim_matches(['(', ')']).to_string();
        reader.snippets.insert(name, snippet.block.clone().unwrap_or_default());
    }
    let mut tree = reader.expand(sites, &[], 0);
    let is_unused = |snippet: &Directive| !reader.used.contains_key(snippet.name.trim_matches(['(', ')']));
    tree.extend(snippets.into_iter().filter(is_unused));
    tree
}

/// Puts what is imported in the place of `import`.
struct Expansion<'e> {
    snippets: HashMap<String, Vec<Directive>>,
    used: HashMap<String, ()>,
    includes: &'e Includes<'e>,
    /// Directives that may still be put in.
    budget: usize,
}

impl Expansion<'_> {
    fn expand(&mut self, tree: Vec<Directive>, args: &[String], depth: usize) -> Vec<Directive> {
        let mut all = Vec::new();
        for mut directive in tree {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            for arg in &mut directive.args {
                *arg = filled_in(arg, args);
            }
            if directive.name == "import" && depth < DEEPEST {
                all.extend(self.import(&directive, depth));
                continue;
            }
            directive.block = directive.block.map(|block| self.expand(block, args, depth));
            all.push(directive);
        }
        all
    }

    fn import(&mut self, import: &Directive, depth: usize) -> Vec<Directive> {
        let (what, args) = (import.arg(0).to_string(), import.args.get(1..).unwrap_or_default());
        if let Some(snippet) = self.snippets.get(&what.to_ascii_lowercase()).cloned() {
            self.used.insert(what.to_ascii_lowercase(), ());
            return self.expand(snippet, args, depth + 1);
        }
        let files = (self.includes)(&what);
        // What cannot be read stays, so that nobody takes the block for the whole.
        if files.is_empty() {
            return vec![import.clone()];
        }
        files.into_iter().flat_map(|(name, text)| self.expand(parse(&name, &text), args, depth + 1)).collect()
    }
}

/// `{args[0]}` and `{args.0}` with what `import` gives.
fn filled_in(arg: &str, args: &[String]) -> String {
    if !arg.contains("{args") {
        return arg.to_string();
    }
    let fill = |text: String, (n, value): (usize, &String)| {
        text.replace(&format!("{{args[{n}]}}"), value).replace(&format!("{{args.{n}}}"), value)
    };
    args.iter().enumerate().take(16).fold(arg.to_string(), fill)
}

/// The lines as a tree. A file with one site may leave out its braces.
fn parse(source: &str, text: &str) -> Vec<Directive> {
    let mut stack: Vec<(Directive, Vec<Directive>)> = Vec::new();
    let mut tree: Vec<Directive> = Vec::new();
    let mut pending: Option<(usize, Vec<String>)> = None;
    let mut bare: Option<Directive> = None;
    for (line, mut words) in lines(text).into_iter().take(MOST) {
        let (line, mut words) = match pending.take() {
            Some((first, mut before)) => {
                before.append(&mut words);
                (first, before)
            }
            None => (line, words),
        };
        if words == ["}"] {
            if let Some((head, block)) = stack.pop() {
                let directive = Directive { block: Some(block), ..head };
                // Depth is bounded, so that whatever walks the tree is too.
                if stack.len() < DEEPEST_BLOCK {
                    stack.last_mut().map_or(&mut tree, |(_, block)| block).push(directive);
                }
            }
            continue;
        }
        // Addresses go on after a comma.
        if stack.is_empty() && words.last().is_some_and(|word| word.ends_with(',')) {
            pending = Some((line, words));
            continue;
        }
        let is_block = words.last().is_some_and(|word| word == "{");
        if is_block {
            words.pop();
        }
        let mut words = words.into_iter();
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        let directive = Directive { source: source.into(), line, name, args: words.collect(), block: None };
        match (is_block, stack.last_mut()) {
            (true, _) => stack.push((directive, Vec::new())),
            (false, Some((_, block))) => block.push(directive),
            (false, None) if bare.is_none() && tree.is_empty() && directive.name != "import" && is_address(&directive) => {
                bare = Some(directive)
            }
            (false, None) => tree.push(directive),
        }
    }
    while let Some((head, block)) = stack.pop() {
        let directive = Directive { block: Some(block), ..head };
        if stack.len() < DEEPEST_BLOCK {
            stack.last_mut().map_or(&mut tree, |(_, block)| block).push(directive);
        }
    }
    match bare {
        Some(site) => vec![Directive { block: Some(tree), ..site }],
        None => tree,
    }
}

/// True for a line that can be the address of a site.
fn is_address(directive: &Directive) -> bool {
    directive.name.contains(['.', ':', '/']) || directive.name == "localhost"
}

/// The lines with their words: quotes, backquotes and `<<MARK` may go over several.
fn lines(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut lines: Vec<(usize, Vec<String>)> = Vec::new();
    let mut written = (1..).zip(text.lines());
    let mut joins = false;
    while let Some((number, line)) = written.next() {
        let mut words = Vec::new();
        let mut rest = line.trim_start();
        let mut goes_on = false;
        while let Some(first) = rest.chars().next() {
            match first {
                '#' => break,
                '\\' if rest.trim_end() == "\\" => {
                    goes_on = true;
                    break;
                }
                quote @ ('"' | '`') => {
                    let mut word = String::new();
                    let mut inside = rest.get(1..).unwrap_or_default();
                    // What is quoted may go on in the next lines.
                    rest = loop {
                        match closing(inside, quote) {
                            Some(end) => {
                                word.push_str(inside.get(..end).unwrap_or_default());
                                break inside.get(end + 1..).unwrap_or_default();
                            }
                            None => {
                                word.push_str(inside);
                                match written.next() {
                                    Some((_, next)) => inside = next,
                                    None => break "",
                                }
                            }
                        }
                    };
                    words.push(word.replace("\\\"", "\""));
                }
                _ => {
                    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                    let word = rest.get(..end).unwrap_or_default();
                    rest = rest.get(end..).unwrap_or_default();
                    if let Some(mark) = word.strip_prefix("<<").filter(|mark| !mark.is_empty()) {
                        // Behind the mark that ends it the line goes on.
                        let mut inside = String::new();
                        rest = "";
                        for (_, line) in written.by_ref() {
                            if let Some(behind) =
                                line.trim_start().strip_prefix(mark).filter(|rest| !rest.starts_with(char::is_alphanumeric))
                            {
                                rest = behind;
                                break;
                            }
                            inside.push_str(line);
                        }
                        words.push(inside);
                    } else {
                        words.push(word.to_string());
                    }
                }
            }
            rest = rest.trim_start();
        }
        match lines.last_mut().filter(|_| joins) {
            Some((_, before)) => before.append(&mut words),
            None if words.is_empty() => {}
            None => lines.push((number, words)),
        }
        joins = goes_on;
    }
    lines
}

/// Where a quote ends.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped && quote == '"';
        is_end.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Vec<Directive> {
        read("Caddyfile", text, &|_| Vec::new())
    }

    #[test]
    fn sites_are_read_with_and_without_braces() {
        let text = "{\n  email a@b\n}\na.example,\nb.example {\n  reverse_proxy \"app:80\" {\n    header_up X `a b` # c\n  }\n}\n";
        let sites = tree(text);
        assert_eq!((sites[1].line, sites[1].name.as_str(), sites[1].arg(0)), (4, "a.example,", "b.example"));
        let proxy = &sites[1].block.as_ref().unwrap()[0];
        assert_eq!((proxy.arg(0), proxy.line, proxy.block.as_ref().unwrap()[0].args.join("|")), ("app:80", 6, "X|a b".into()));
        let bare = tree("localhost\n\nreverse_proxy app:80\nroute {\n respond x\n}\n");
        assert_eq!((bare.len(), bare[0].block.as_ref().unwrap().len()), (1, 2));
    }

    #[test]
    fn snippets_are_put_where_they_are_imported() {
        let sites =
            tree("(up) {\n  header_up {args[0]} x\n}\n(unused) {\n a\n}\na.example {\n  reverse_proxy b {\n    import up X-A\n  }\n}\n");
        let proxy = &sites[0].block.as_ref().unwrap()[0];
        let header = &proxy.block.as_ref().unwrap()[0];
        assert_eq!((header.line, header.args.join(" ").as_str(), sites.len()), (2, "X-A x", 2));
        let files = |_: &str| vec![("b.caddy".to_string(), "\nencode gzip\n".to_string())];
        let sites = read("f", "a.example {\n import b.caddy\n}\n", &files);
        assert_eq!((sites[0].block.as_ref().unwrap()[0].source.as_str(), sites[0].block.as_ref().unwrap()[0].line), ("b.caddy", 2));
    }

    #[test]
    fn texts_over_several_lines_are_one_word() {
        let sites = tree("a.example {\n respond <<HTML\n  } {\n  HTML 200\n respond `x\n }`\n header X \\\n  y\n}\n");
        let block = sites[0].block.as_ref().unwrap();
        assert_eq!(block.iter().map(|directive| directive.line).collect::<Vec<_>>(), [2, 5, 7]);
    }

    #[test]
    fn hostile_texts_end() {
        for text in
            ["{", "}", "\"", "`", "<<", "a <<X", "a,", "\\", &"a {\n".repeat(100_000), &"}\n".repeat(100_000), &"x\n".repeat(200_000)]
        {
            tree(text);
        }
        // A snippet that imports itself, and one that doubles at each step.
        tree("(a) {\n import a\n import a\n}\nb.example {\n import a\n}\n");
    }
}
