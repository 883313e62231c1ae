//! Commands of other tools, and programs that send requests, as browsers copy them and people keep them: `fetch`, axios, jQuery,
//! Python, PowerShell, HTTPie, wget.
//!
//! What they would send becomes the request as far as it is literal. What is not becomes a `{{variable}}`, and is listed. Nothing
//! is run, no file is opened.

mod draft;
mod expression;
mod functions;
mod httpie;
mod javascript;
mod parts;
mod powershell;
mod program;
mod python;
mod shell;
mod tokens;
mod value;
mod wget;

use self::draft::Draft;
use self::expression::Environment;
use self::shell::ShellCommand;
use self::tokens::{Language, tokens};
use super::offer::offer;
use super::{FormatError, Loss, ParsedInput};
use crate::domain::limits::{MAX_LISTED, MAX_REQUESTS};
use crate::domain::span::LineIndex;
use crate::formats::curl::command::is_prefix;

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A program in JavaScript.
    JavaScript,
    /// A program in Python.
    Python,
    /// A script in PowerShell.
    PowerShell,
    /// A command of HTTPie, xh or wget.
    Shell,
}

/// What a text is written in, if it seems to send requests.
pub fn tool(text: &str) -> Option<Tool> {
    // Its lines are quoted from a program that is elsewhere.
    if text.contains("Traceback (most recent call last)") {
        return None;
    }
    if is_shell(text) {
        return Some(Tool::Shell);
    }
    if powershell::looks_like(text) {
        return Some(Tool::PowerShell);
    }
    let calls = |names: &[&str]| names.iter().any(|name| is_called(text, name));
    if calls(&[
        "requests.",
        "import requests",
        "import httpx",
        "import aiohttp",
        "httpx.",
        "aiohttp.",
        "urllib.request",
        "urlopen(",
        "http.client.",
    ]) && !text.contains("const ")
    {
        return Some(Tool::Python);
    }
    if calls(&["fetch(", "axios(", "axios.", "$.ajax(", "jQuery.ajax(", "$.get(", "$.post(", "$.getJSON("]) {
        return Some(Tool::JavaScript);
    }
    None
}

/// True for a text whose first command is one of HTTPie, xh or wget that has an address.
fn is_shell(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("# "));
    let Some(first) = lines.next() else { return false };
    let mut words = first.split_whitespace().skip_while(|word| is_prefix(word));
    let name = words.next().unwrap_or_default();
    let mut behind = words.peekable();
    let is_continued = first.ends_with('\\');
    match name {
        "wget" => {
            behind.peek().is_some() && (is_continued || behind.any(|word| word.contains(['.', ':', '/', '='])) || text.contains("://"))
        }
        name if httpie::is_name(name) => {
            let is_method = |word: &str| word.len() > 2 && word.bytes().all(|b| b.is_ascii_uppercase());
            let next = behind.peek().copied().unwrap_or_default();
            is_continued
                || next.contains("://")
                || next.starts_with([':', '-', '\'', '"'])
                || is_method(next)
                || next.contains('.')
                || next.starts_with("localhost")
        }
        _ => false,
    }
}

/// True when a name is in a text that is not the end of a longer one.
fn is_called(text: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices(name).any(|(at, _)| !text.get(..at).is_some_and(|before| before.ends_with(is_of_name)))
}

/// Reads the requests of a command or a program.
///
/// # Errors
/// When no request is in it, or it ends within a quote, with line and column.
pub fn read(text: &str, source: &str) -> Result<ParsedInput, FormatError> {
    let tool = tool(text).ok_or_else(|| FormatError::without_place("no command and no program that is known"))?;
    let mut notes = Vec::new();
    let (drafts, fault) = match tool {
        Tool::PowerShell => {
            let (drafts, unclosed) = powershell::requests(text);
            (drafts, unclosed.map(|at| not_closed(text, at)))
        }
        Tool::Shell => {
            let read = shell::commands(text)?;
            notes = read.notes;
            (of_commands(&read.list, &mut notes), None)
        }
        Tool::JavaScript => of_program(text, Language::JavaScript),
        Tool::Python => of_program(text, Language::Python),
    };
    if drafts.is_empty() {
        return Err(fault.unwrap_or_else(|| no_request(text, tool)));
    }
    let lines = LineIndex::of(text);
    let line = |offset: usize| lines.line(offset);
    let mut input = ParsedInput::default();
    input.losses.extend(notes.into_iter().map(|(at, message)| Loss { line: line(at), message }));
    let written: std::collections::HashSet<&str> = text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0)).collect();
    for draft in drafts {
        let (mut exchange, losses) = draft.exchange(&written, &line);
        exchange.source = source.to_string();
        input.exchanges.push(exchange);
        input.losses.extend(losses);
    }
    input.losses.sort_by_key(|loss| loss.line);
    input.losses.dedup();
    if input.losses.len() > MAX_LISTED {
        input.losses.truncate(MAX_LISTED);
        input.losses.push(Loss { line: 0, message: "there is more that is not carried over and not listed".into() });
    }
    Ok(input)
}

fn no_request(text: &str, tool: Tool) -> FormatError {
    let what = match tool {
        Tool::JavaScript => "a program in JavaScript",
        Tool::Python => "a program in Python",
        Tool::PowerShell => "a script in PowerShell",
        Tool::Shell => "a command of HTTPie or wget",
    };
    let at = text.len() - text.trim_start().len();
    let way = "paste the call that sends it with its address and headers; in a browser's network list, Copy as cURL";
    let help = offer(text).map_or_else(|| way.to_string(), |offer| format!("{way}; {}", offer.said()));
    FormatError::at(text, at, format!("this is {what}, and no request with an address is written in it")).with_help(help)
}

/// The requests of commands; the others are named.
fn of_commands(commands: &[ShellCommand], notes: &mut Vec<(usize, String)>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for command in commands {
        match command.name.as_str() {
            "wget" => drafts.extend(wget::requests(command)),
            name if httpie::is_name(name) => drafts.extend(httpie::request(command)),
            // What it is called with may be a secret.
            name => notes.push((command.at, format!("`{name} …` is not read"))),
        }
    }
    drafts
}

fn not_closed(text: &str, at: usize) -> FormatError {
    FormatError::at(text, at, "a quote or bracket that is not closed")
}

/// The requests of a program, and the quote in it that is not closed.
fn of_program(text: &str, language: Language) -> (Vec<Draft>, Option<FormatError>) {
    let read = tokens(text, 0..text.len(), language);
    let fault = read.unclosed.map(|at| not_closed(text, at));
    let mut drafts = Vec::new();
    let evaluate = match language {
        Language::JavaScript => functions::of_javascript,
        Language::Python => functions::of_python,
    };
    let request = match language {
        Language::JavaScript => javascript::request,
        Language::Python => python::request,
    };
    let mut env = Environment::new(language, evaluate);
    program::walk(text, &read, &mut env, &mut |call, env| {
        if drafts.len() < MAX_REQUESTS {
            drafts.extend(request(call, env));
        }
    });
    if drafts.is_empty() && language == Language::Python {
        // A request of urllib that is made and not sent.
        let made = env.variables.values().filter_map(|value| parts::made_by(value, "Request"));
        drafts.extend(made.filter_map(python::urllib));
        drafts.sort_by_key(|draft| draft.at);
    }
    (drafts, fault)
}

#[cfg(test)]
mod tests;
