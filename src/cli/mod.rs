//! The engine without a screen: one file per subcommand.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

pub mod args;
pub mod bench;
pub mod check;
pub mod compare;
pub mod expect;
pub mod explain;
pub mod input;
pub mod json;
pub mod output;
pub mod report_format;
pub mod text;
pub mod token;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use crate::io::terminal::forbid_core_dumps;
use output::{Output, complain_of_arguments};

/// Nothing wrong.
pub const EXIT_FINE: u8 = 0;
/// A cause was found, or candidates for one.
pub const EXIT_CAUSE: u8 = 1;
/// Input that cannot be read, a wrong command line, or output that cannot be written.
pub const EXIT_BAD_INPUT: u8 = 2;

/// Runs a command line, its first word the program's name, and gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Without the right to it the program runs as well; a dump would hold the tokens that it was given.
    let _ = forbid_core_dumps();
    let mut out = Output::standard();
    let code = match args::Cli::try_parse_from(arguments) {
        Ok(cli) => match &cli.command {
            Some(args::Command::Check(args)) => check::run(args, &mut out),
            Some(args::Command::Compare(args)) => compare::run(args, &mut out),
            Some(args::Command::Token(args)) => token::run(args, &mut out),
            Some(args::Command::Explain(args)) => explain::run(args, &mut out),
            None => {
                // The screen takes standard output for itself.
                drop(out);
                return ExitCode::from(bench::run(&cli));
            }
        },
        // Help or version, which were asked for.
        Err(told) if !told.use_stderr() => {
            out.own(&told.render());
            EXIT_FINE
        }
        Err(wrong) => {
            complain_of_arguments(&wrong.render().to_string());
            EXIT_BAD_INPUT
        }
    };
    ExitCode::from(out.end(code))
}
