//! The thin edge: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    authtui::cli::run(authtui::cli::args::Cli::parse())
}
