//! No layer imports from above. (What a layer may touch outside of the program, and that nothing panics, clippy holds.)
//!
//! ```text
//! domain  ←  checks  ←  app  ←  ui
//!    ↑                   ↑
//! formats                io        cli / main at the very edge
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every layer, and the layers that it may import from (itself always).
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("formats", &["domain"]),
    ("checks", &["domain"]),
    ("logs", &["domain"]),
    ("configs", &["domain"]),
    ("mirror", &["domain", "checks"]),
    ("app", &["domain", "checks", "formats", "mirror"]),
    ("ui", &["domain", "checks", "formats", "app"]),
    ("io", &["domain", "checks", "formats", "logs", "configs", "mirror", "app"]),
    ("cli", &["domain", "checks", "formats", "logs", "configs", "mirror", "app", "ui", "io"]),
];

/// Arrows that are allowed for one file or folder alone: where, to which layer, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[("io/run/", "ui", "the loop draws the model after each queue of inputs")];

#[test]
fn no_layer_imports_from_above() {
    let wrong: Vec<String> = sources().iter().flat_map(|s| upward(&s.path, &code(&s.text))).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    let sources = sources();
    for (path, to, _) in EXCEPTIONS {
        let uses = sources.iter().filter(|s| s.path.starts_with(path)).any(|s| imports(&s.path, &code(&s.text)).contains(*to));
        assert!(uses, "{path} no longer imports {to}: strike the exception");
    }
}

#[test]
fn every_room_has_its_rule() {
    for source in sources() {
        let layer = layer(&source.path);
        assert!(layer.is_empty() || LAYERS.iter().any(|(name, _)| *name == layer), "{} is in no known layer", source.path);
    }
}

mod the_scanner {
    use super::*;

    #[test]
    fn sees_an_arrow_that_runs_upwards_however_it_is_written() {
        for text in [
            "use crate::app::Model;",
            "use crate::{domain::span::Span, app::{Model, Msg}};",
            "use crate::{\n    domain,\n    app,\n};",
            "fn f() -> crate::app::Model {}",
            "use super::super::app::Model;",
            "#[cfg(test)]\nmod tests {\n    use crate::app::Model;\n}",
            "use authtui::app::Model;",
        ] {
            assert_eq!(upward("domain/span.rs", &code(text)).len(), 1, "{text}");
        }
        assert_eq!(upward("ui/view.rs", &code("use crate::io::clock;")).len(), 1);
        assert_eq!(upward("io/clock.rs", &code("use crate::ui::draw;")).len(), 1);
        assert_eq!(upward("formats/har.rs", &code("use crate::checks::examine;")).len(), 1);
    }

    #[test]
    fn leaves_alone_what_is_no_import() {
        for text in [
            "// use crate::app::Model;",
            "/* use crate::app; /* crate::ui */ */",
            "/// See [`crate::app`].\nfn f() {}",
            "let s = \"crate::app::Model\";",
            "let s = r#\"crate::app \"quoted\" crate::ui\"#;",
            "use crate::domain::span::Span;",
            "use super::app_name;",
            "let c = '\"'; // crate::app",
        ] {
            assert!(upward("domain/span.rs", &code(text)).is_empty(), "{text}");
        }
        assert!(upward("io/run/mod.rs", &code("use crate::ui::draw;")).is_empty());
    }

    #[test]
    fn keeps_lifetimes_apart_from_characters() {
        assert_eq!(code("fn f<'a>(x: &'a str) { g('{', '\\'', \"}\") }"), "fn f<'a>(x: &'a str) { g(, , ) }");
    }
}

/// One file of `src/`.
pub struct Source {
    /// Its path under `src/`, with slashes.
    pub path: String,
    pub text: String,
}

pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let read = |path: &PathBuf| Source {
        path: path.strip_prefix(&root).expect("under src").to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(path).expect("a source file"),
    };
    paths.iter().map(read).collect()
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn layer(path: &str) -> &str {
    path.split_once('/').map_or("", |(layer, _)| layer)
}

/// The arrows of a file that run upwards, in words.
fn upward(path: &str, code: &str) -> Vec<String> {
    let from = layer(path);
    let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == from) else { return Vec::new() };
    let is_excepted = |to: &str| EXCEPTIONS.iter().any(|(start, layer, _)| path.starts_with(start) && *layer == to);
    let wrong = imports(path, code).into_iter().filter(|to| to != from && !below.contains(&to.as_str()) && !is_excepted(to));
    wrong.map(|to| format!("{path} imports {to}, which is not below {from}")).collect()
}

/// The layers that a file names in its paths.
fn imports(path: &str, code: &str) -> BTreeSet<String> {
    // `domain/token/jws.rs` is `crate::domain::token::jws`: three steps up are the crate.
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let root = "super::".repeat(stem.split('/').count());
    let mut found = BTreeSet::new();
    for start in ["crate::", "authtui::", &root] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| is_word(c) || c == ':') {
                continue;
            }
            found.extend(first_names(&code[at + start.len()..]));
        }
    }
    found.retain(|name| LAYERS.iter().any(|(layer, _)| layer == name));
    found
}

/// The first segments behind `crate::`: one name, or those at the top of a group in braces.
fn first_names(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|c| is_word(*c)).collect::<String>();
    let Some(group) = rest.trim_start().strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut starts) = (0_usize, vec![0]);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(i + 1),
            _ => {}
        }
    }
    starts.into_iter().map(|at| name(&group[at..])).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text without comments, strings and characters.
fn code(text: &str) -> String {
    parts(text).0
}

/// The text without comments, strings and characters, and its strings as they are written.
pub fn parts(text: &str) -> (String, Vec<&str>) {
    let (mut kept, mut strings) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest),
            '"' => quoted(rest),
            'r' if !kept.ends_with(is_word) || kept.ends_with('b') => raw(rest).unwrap_or(0),
            '\'' => character(rest).unwrap_or(0),
            _ => 0,
        };
        if matches!(c, '"' | 'r') && skipped > 0 {
            strings.push(&rest[..skipped]);
        }
        if skipped == 0 {
            kept.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            rest = &rest[skipped..];
        }
    }
    (kept, strings)
}

/// Length of a comment, which may hold others.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// Length of a string with its quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = true;
    let end = text.char_indices().find(|(_, c)| {
        let is_end = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_end
    });
    end.map_or(text.len(), |(i, _)| i + 1)
}

/// Length of `r"…"` or `r#"…"#`, if it is one.
fn raw(text: &str) -> Option<usize> {
    let hashes = text[1..].chars().take_while(|c| *c == '#').count();
    let body = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map_or(text.len(), |i| 2 + hashes + i + end.len()))
}

/// Length of `'x'`, if it is a character and not a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return chars.find(|(_, c)| *c == '\'').map(|(i, _)| i + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(i, _)| i + 1)
}
