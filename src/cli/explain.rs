//! `authtui explain`: what a check looks at, why servers refuse because of it, how to prove and fix it.

use std::io::IsTerminal as _;

use unicode_width::UnicodeWidthStr as _;

use super::EXIT_FINE;
use super::args::ExplainArgs;
use super::output::{StandardOutput, bad_input};
use crate::checks::similar::distance;
use crate::checks::{Check, Family, catalogue};
use crate::configs;
use crate::logs::reason;

/// Line width if standard output is not a terminal.
const WIDTH: usize = 80;

/// The smallest useful line width.
const NARROWEST: usize = 40;

/// Runs the subcommand: exit 0, or 2 for an unknown name.
pub fn run(args: &ExplainArgs, out: &mut StandardOutput) -> u8 {
    let width = terminal_width();
    let Some(id) = &args.check else {
        out.text(&list(width));
        return EXIT_FINE;
    };
    match catalogue::find(id) {
        Some(check) => {
            out.text(&page(check, width));
            EXIT_FINE
        }
        None => bad_input(&unknown(id)),
    }
}

fn terminal_width() -> usize {
    let size = if std::io::stdout().is_terminal() { crossterm::terminal::size().ok() } else { None };
    size.map_or(WIDTH, |(columns, _)| usize::from(columns).max(NARROWEST))
}

/// All checks by family, with names and summaries aligned.
fn list(width: usize) -> String {
    let names = catalogue::ALL.iter().map(|c| c.id.len()).max().unwrap_or(0);
    let indent = " ".repeat(names + 4);
    let mut text = String::new();
    let mut family: Option<Family> = None;
    for check in catalogue::ALL {
        if family != Some(check.family) {
            let gap = if family.is_some() { "\n" } else { "" };
            text.push_str(&format!("{gap}{}\n", check.family.title()));
            family = Some(check.family);
        }
        for (i, line) in wrap(check.summary().trim(), width.saturating_sub(indent.len()).max(NARROWEST)).iter().enumerate() {
            let start = if i == 0 { format!("  {:names$}  ", check.id) } else { indent.clone() };
            text.push_str(&format!("{start}{line}\n"));
        }
    }
    text.push_str(&format!("\n{} checks; authtui explain CHECK tells more about one\n", catalogue::ALL.len()));
    text
}

/// The text of one check: its name, then paragraphs and headings, wrapped.
fn page(check: &Check, width: usize) -> String {
    let mut text = format!("{}\n\n", check.id);
    let mut paragraph: Vec<&str> = Vec::new();
    let end = |paragraph: &mut Vec<&str>, text: &mut String| {
        for line in wrap(&paragraph.join(" "), width.saturating_sub(2)) {
            text.push_str(&format!("  {line}\n"));
        }
        paragraph.clear();
    };
    for line in check.doc.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('#') {
            end(&mut paragraph, &mut text);
            text.push_str(&format!("{}\n", heading.trim_start_matches('#').trim()));
        } else if line.is_empty() {
            end(&mut paragraph, &mut text);
            text.push('\n');
        } else {
            paragraph.push(line);
        }
    }
    end(&mut paragraph, &mut text);
    text.push_str("\nWhere it can be seen\n");
    let seen = seen(check);
    paragraph.push(&seen);
    end(&mut paragraph, &mut text);
    text
}

/// The faces of the program that find it.
fn seen(check: &Check) -> String {
    let mut seen =
        String::from("In requests and their answers: on the screen, with `authtui check`, and as they arrive with `authtui mirror`");
    if reason::is_named(check.id) {
        seen.push_str("; by the words of servers also in `authtui logs`");
    }
    if configs::CAUSES.contains(&check.id) {
        seen.push_str("; in configurations of servers, with the line to write, by `authtui check nginx.conf`");
    }
    seen + "."
}

/// Wraps text at spaces to at most `width` cells; a longer word has its own line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// How many names are suggested for an unknown one.
const OFFERED: usize = 3;

/// The error for an unknown name, with suggestions that are similar or contain it.
fn unknown(id: &str) -> String {
    let mut near: Vec<(usize, &str)> = catalogue::ALL
        .iter()
        .filter_map(|check| {
            let away = distance(id, check.id);
            let is_part = id.len() >= 3 && check.id.contains(id);
            (is_part || away <= 2 + check.id.len() / 6).then_some((if is_part { 0 } else { away }, check.id))
        })
        .collect();
    near.sort_unstable();
    let names: Vec<&str> = near.iter().map(|(_, name)| *name).take(OFFERED).collect();
    match names.as_slice() {
        [] => format!("no check is named {id:?}; authtui explain lists all of them"),
        names => format!("no check is named {id:?}; similar: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_stands_in_the_list_once_under_its_family() {
        let text = list(WIDTH);
        for check in catalogue::ALL {
            assert_eq!(text.lines().filter(|l| l.split_whitespace().next() == Some(check.id)).count(), 1, "{}", check.id);
        }
        for family in [Family::Credentials, Family::Token, Family::Session, Family::Address, Family::OAuth] {
            assert_eq!(text.lines().filter(|l| *l == family.title()).count(), 1, "{}", family.title());
        }
        assert!(text.lines().all(|l| l.width() <= WIDTH));
    }

    #[test]
    fn headings_stand_at_the_margin_and_text_under_them() {
        let check = catalogue::find("token-expired").expect("in the catalogue");
        let text = page(check, 60);
        assert!(text.starts_with("token-expired\n\n"));
        assert!(text.contains("\n\nHow to fix it\n  "));
        assert!(!text.contains('#'));
    }

    #[test]
    fn pages_keep_to_the_width_but_for_long_words() {
        for check in catalogue::ALL {
            for line in page(check, 60).lines() {
                assert!(line.width() <= 60 || !line.trim().contains(' '), "{}: {line}", check.id);
            }
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        assert_eq!(unknown("token-expird"), "no check is named \"token-expird\"; similar: token-expired");
        assert!(unknown("audience").contains("audience-mismatch"));
        assert_eq!(unknown("zzzzzzzzzzzz"), "no check is named \"zzzzzzzzzzzz\"; authtui explain lists all of them");
    }
}
