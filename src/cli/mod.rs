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
pub mod text;
pub mod token;

use std::io::Write as _;
use std::process::ExitCode;

use crate::io::terminal::forbid_core_dumps;

/// Nothing wrong.
pub const EXIT_FINE: u8 = 0;
/// A cause was found, or candidates for one.
pub const EXIT_CAUSE: u8 = 1;
/// Input that cannot be read, or a wrong command line.
pub const EXIT_BAD_INPUT: u8 = 2;

/// Runs the command line and gives the exit code.
pub fn run(cli: args::Cli) -> ExitCode {
    // Without the right to it the program runs as well; a dump would hold the tokens that it was given.
    let _ = forbid_core_dumps();
    match &cli.command {
        Some(args::Command::Check(args)) => check::run(args),
        Some(args::Command::Compare(args)) => compare::run(args),
        Some(args::Command::Token(args)) => token::run(args),
        Some(args::Command::Explain(args)) => explain::run(args),
        None => bench::run(&cli),
    }
}

/// Says on standard error what is wrong with the input, and gives the exit code for it.
fn bad_input(message: &str) -> ExitCode {
    complain(&crate::domain::visible::visible(message));
    ExitCode::from(EXIT_BAD_INPUT)
}

/// Writes a line to standard error. Where nobody can read it any more that is no error of ours.
fn complain(message: &str) {
    let _ = writeln!(std::io::stderr(), "authtui: {message}");
}

/// Writes to standard output; a closed pipe is no error of ours.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
