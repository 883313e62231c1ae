//! The engine without a screen: one file per subcommand.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

pub mod app;
mod appearance;
pub mod args;
pub mod case;
pub mod check;
mod check_config;
pub mod compare;
pub mod config;
pub mod expect;
pub mod explain;
pub mod export;
pub mod github;
pub mod import;
pub mod input;
pub mod json;
pub mod junit;
pub mod keyring;
pub mod logs;
mod logs_follow;
mod logs_screen;
pub mod markdown;
pub mod mirror;
mod mirror_row;
pub mod output;
mod repeated;
pub mod report_format;
pub mod sarif;
pub mod send;
pub mod shell;
pub mod sign;
mod table;
pub mod tap;
pub mod text;
pub mod token;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::domain::secrecy;
use crate::io::config::UserConfig;
use crate::io::keyring::Keyring;
use crate::io::terminal::forbid_core_dumps;
use output::{StandardOutput, bad_input, complain_of_arguments};

/// Nothing is wrong.
pub const EXIT_FINE: u8 = 0;
/// A cause, or candidates for one, were found.
pub const EXIT_CAUSE: u8 = 1;
/// Unreadable input, a wrong command line, or output that cannot be written.
pub const EXIT_BAD_INPUT: u8 = 2;

/// The configuration, for those commands that depend on it.
fn configuration(cli: &args::Cli) -> Result<UserConfig, String> {
    use args::Command::{Completions, Config, Explain, Keyring, Man};
    match &cli.command {
        Some(Explain(_) | Completions { .. } | Keyring(_) | Man) => Ok(UserConfig::default()),
        Some(Config(args)) if args.schema => Ok(UserConfig::default()),
        _ => UserConfig::load(cli.config.as_deref()),
    }
}

/// Runs a command line, starting with the program's name, and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Best effort; a core dump would contain tokens.
    let _ = forbid_core_dumps();
    let mut out = StandardOutput::standard();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    repeated::keep(&arguments);
    let parsed = args::Cli::of(arguments.iter().cloned());
    if let Ok(cli) = &parsed {
        out.use_color(cli.color);
    }
    let user = match parsed.as_ref().map_or_else(|_| Ok(UserConfig::default()), configuration) {
        Ok(user) => user,
        Err(why) => return ExitCode::from(bad_input(&why)),
    };
    secrecy::names::redact(&user.config.redact);
    let code = match parsed {
        Ok(cli) => match &cli.command {
            Some(args::Command::Check(args)) => check::run(args, &user, &mut out),
            Some(args::Command::Logs(args)) => logs::run(args, &user, &mut out),
            Some(args::Command::Mirror(args)) => mirror::run(args, &user, &mut out),
            Some(args::Command::Compare(args)) => compare::run(args, &user, &mut out),
            Some(args::Command::Token(args)) => token::run(args, &mut out),
            Some(args::Command::Export(args)) => export::run(args, &mut out),
            Some(args::Command::Explain(args)) => explain::run(args, &mut out),
            Some(args::Command::Import(args)) => import::run(args, &mut out),
            Some(args::Command::Keyring(args)) => keyring::run(args, &Keyring::default(), &mut out),
            Some(args::Command::Config(args)) => match app::ChosenTheme::of(cli.theme.as_deref(), &user) {
                Ok(theme) => config::run(args, &user, &theme, &mut out),
                Err(why) => bad_input(&why),
            },
            Some(args::Command::Completions { shell }) => shell::completions(*shell, &mut out),
            Some(args::Command::Man) => shell::manual(&mut out),
            // The screen needs standard output for itself.
            Some(args::Command::Tour { theme }) => {
                drop(out);
                return ExitCode::from(app::tour(theme.as_deref().or(cli.theme.as_deref()), &user));
            }
            None => {
                drop(out);
                return ExitCode::from(app::run(&cli, &user));
            }
        },
        // Help or version was requested.
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
