//! `authtui export`: requests written for another tool.

use std::path::Path;

use super::args::{ExportArgs, ExportFormatArg};
use super::output::{Escape, StandardOutput, bad_input, complain};
use super::{EXIT_BAD_INPUT, EXIT_FINE};
use crate::domain::exchange::Exchange;
use crate::domain::secrecy::quoted;
use crate::formats::export::{ExportFormat, MASKED, export};
use crate::io::load;

/// Runs the subcommand: exit 0 when everything was written, 2 on bad input.
pub fn run(args: &ExportArgs, out: &mut StandardOutput) -> u8 {
    let (path, name) = path_and_name(&args.path);
    let files = match load::input_with(path, args.env.as_deref().unwrap_or_default()) {
        Ok(files) => files,
        Err(message) => return bad_input(&message),
    };
    let mut is_bad = false;
    for file in &files {
        for loss in &file.losses {
            let line = if loss.line == 0 { String::new() } else { format!("line {}: ", loss.line) };
            complain(&format!("{}: {line}not imported: {}", file.name, quoted(&loss.message)));
        }
        for fault in &file.unknown {
            is_bad = true;
            complain(&format!("{path}: {fault}"));
        }
    }
    let is_wanted = |exchange: &&Exchange| name.is_none_or(|name| exchange.name == name || exchange.title() == name);
    let exchanges: Vec<&Exchange> = files.iter().flat_map(|file| &file.exchanges).filter(is_wanted).collect();
    if exchanges.is_empty() {
        return bad_input(&match name {
            Some(name) => format!("{path}: no request is named {name:?}"),
            None => format!("{path}: contains no request"),
        });
    }
    let format = format(args.format);
    let text = match export(&exchanges, format, args.reveal) {
        Ok(text) => text,
        Err(why) => return bad_input(&format!("{path}: {why}")),
    };
    if !args.reveal {
        complain(MASKED);
    }
    let escape = if matches!(format, ExportFormat::Har | ExportFormat::Postman) { Escape::Json } else { Escape::Text };
    out.write(&text, escape);
    if is_bad { EXIT_BAD_INPUT } else { EXIT_FINE }
}

/// `PATH#name`; a file that has a # in its own name is that file.
fn path_and_name(argument: &str) -> (&str, Option<&str>) {
    match argument.split_once('#') {
        Some((path, name)) if !Path::new(argument).exists() && (path == "-" || Path::new(path).exists()) => (path, Some(name)),
        _ => (argument, None),
    }
}

const fn format(format: ExportFormatArg) -> ExportFormat {
    match format {
        ExportFormatArg::Curl => ExportFormat::Curl,
        ExportFormatArg::Httpie => ExportFormat::Httpie,
        ExportFormatArg::Wget => ExportFormat::Wget,
        ExportFormatArg::Fetch => ExportFormat::Fetch,
        ExportFormatArg::Python => ExportFormat::Python,
        ExportFormatArg::Powershell => ExportFormat::Powershell,
        ExportFormatArg::Http => ExportFormat::Http,
        ExportFormatArg::Har => ExportFormat::Har,
        ExportFormatArg::Markdown => ExportFormat::Markdown,
        ExportFormatArg::Postman => ExportFormat::Postman,
    }
}
