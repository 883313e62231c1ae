//! `authtui export`: requests written for another tool.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::args::ExportArgs;
use super::input;
use super::output::{Escape, StandardOutput, bad_input, complain};
use super::{EXIT_BAD_INPUT, EXIT_FINE};
use crate::app::LoadedFile;
use crate::app::workspace::request_file::RequestFile;
use crate::domain::exchange::Exchange;
use crate::formats::export::{ExportFormat, MASKED, Provision, export, page, unread};
use crate::formats::variables::placeholders;
use crate::io::clock;

/// Runs the subcommand: exit 0 when everything was written, 2 on bad input.
pub fn run(args: &ExportArgs, out: &mut StandardOutput) -> u8 {
    let (path, name) = path_and_name(&args.path);
    let (files, unknown) = match input::exchanges(path, args.env.as_deref().unwrap_or_default()) {
        Ok(read) => read,
        Err(message) => return bad_input(&message),
    };
    unknown.iter().for_each(|message| complain(message));
    let exchanges: Vec<&Exchange> = files.iter().flat_map(|file| &file.exchanges).filter(|exchange| is_wanted(exchange, name)).collect();
    if exchanges.is_empty() {
        // Without a name, why there is none was said.
        return name.map_or(EXIT_BAD_INPUT, |name| bad_input(&format!("{path}: no request is named {name:?}")));
    }
    let refused: Vec<String> = exchanges.iter().filter_map(|exchange| unread(exchange, args.format)).collect();
    let exchanges: Vec<&Exchange> = exchanges.into_iter().filter(|exchange| unread(exchange, args.format).is_none()).collect();
    refused.iter().for_each(|why| complain(why));
    if exchanges.is_empty() {
        return EXIT_BAD_INPUT;
    }
    let text = match args.format {
        ExportFormat::Markdown => page(&exchanges, &provisions(&files, name, args.env.as_deref().unwrap_or_default()), args.reveal),
        format => match export(&exchanges, format, args.reveal, clock::now()) {
            Ok(text) => text,
            Err(why) => return bad_input(&why.to_string()),
        },
    };
    if !args.reveal {
        complain(&format!("{MASKED} --reveal writes them."));
    }
    match args.format {
        // JavaScript and Python read the escapes of JSON as well.
        ExportFormat::Har | ExportFormat::Postman | ExportFormat::Fetch | ExportFormat::Python => out.write(&text, Escape::Json),
        ExportFormat::Markdown => out.text(&text),
        _ if io::stdout().is_terminal() => out.text(&text),
        _ => out.exact(&text),
    }
    if unknown.is_empty() && refused.is_empty() { EXIT_FINE } else { EXIT_BAD_INPUT }
}

fn is_wanted(exchange: &Exchange, name: Option<&str>) -> bool {
    name.is_none_or(|name| exchange.name == name || exchange.title() == name)
}

/// Where the wanted requests of some files have their tokens and values from.
fn provisions(files: &[LoadedFile], name: Option<&str>, environment: &str) -> Vec<Provision> {
    let of_file = |file: &LoadedFile| {
        let wanted: Vec<bool> = file.exchanges.iter().map(|exchange| is_wanted(exchange, name)).collect();
        let mut file = RequestFile::of(file.clone());
        file.use_environment(environment);
        let of = |index: usize| {
            let written = file.entries.get(index).map(|entry| entry.editor.text());
            let mut variables: Vec<String> = Vec::new();
            for (_, name) in written.into_iter().flat_map(placeholders) {
                if !variables.iter().any(|known| known == name) {
                    variables.push(name.to_string());
                }
            }
            Provision { token: file.auth_config(index).and_then(Result::ok), variables }
        };
        wanted.into_iter().enumerate().filter(|(_, is_wanted)| *is_wanted).map(|(index, _)| of(index)).collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

/// `PATH#name`; a file that has a # in its own name is that file.
pub(super) fn path_and_name(argument: &str) -> (&str, Option<&str>) {
    match argument.split_once('#') {
        Some((path, name)) if !Path::new(argument).exists() && (path == "-" || Path::new(path).exists()) => (path, Some(name)),
        _ => (argument, None),
    }
}
