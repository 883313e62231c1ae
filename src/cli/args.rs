//! The command line as clap reads it. `--help` is generated from here, and lists only what works.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Lays a request that got a 401 on the bench: names the cause, shows the bytes that prove it, offers the fix.
///
/// Without a subcommand the workbench opens: with the given files, folder, curl command or token; without an argument
/// with the .http and .rest files of this folder; if there are none, with the built-in tour. Nothing leaves the machine
/// except a request that you send.
#[derive(Debug, Parser)]
#[command(name = "authtui", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do without the workbench.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Files (.http, .rest, HAR, raw HTTP), a folder, a curl command in quotes, a token, or - for standard input.
    #[arg(value_name = "PATH | 'curl …' | -")]
    pub inputs: Vec<String>,
    /// Colours of the screen; NO_COLOR in the environment chooses `none`.
    #[arg(long, value_enum, value_name = "THEME")]
    pub theme: Option<Theme>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The checklist without a screen; exit 0 nothing wrong, 1 a cause was found, 2 bad input.
    Check(Check),
    /// Compares two tokens or requests (text, @file, or - for standard input); exit 0 the same, 1 they differ, 2 bad input.
    Compare(Compare),
    /// Decodes and checks one token (text, @file, or - for standard input).
    Token(Token),
    /// What a check looks at, why, and how to fix it; without an argument the catalogue.
    Explain(Explain),
}

/// `authtui check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Files to check, or - for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<String>,
    /// What the API wants.
    #[command(flatten)]
    pub expect: Expect,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// With --format json: list the checks that do not apply as well.
    #[arg(long)]
    pub all: bool,
    /// Show credentials in full.
    #[arg(long)]
    pub reveal: bool,
}

/// `authtui compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// The one that is taken: a token or request, @file, or -.
    pub a: String,
    /// The one that is refused: a token or request, @file, or -.
    pub b: String,
    /// What the API wants.
    #[command(flatten)]
    pub expect: Expect,
    /// How to print the result; on a terminal, without this option, a screen opens.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Show credentials in full.
    #[arg(long)]
    pub reveal: bool,
}

/// `authtui token`.
#[derive(Debug, Args)]
pub struct Token {
    /// The token: text, @file, or - for standard input (which keeps it out of the shell's history).
    pub token: String,
    /// What the API wants.
    #[command(flatten)]
    pub expect: Expect,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `authtui explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Name of a check; without one the catalogue is listed.
    pub check: Option<String>,
}

/// Options that name what the API wants; each can be repeated.
#[derive(Debug, Default, Args)]
pub struct Expect {
    /// An audience that the API accepts.
    #[arg(long = "expect-audience", value_name = "AUD")]
    pub audience: Vec<String>,
    /// An issuer that the API accepts.
    #[arg(long = "expect-issuer", value_name = "ISS")]
    pub issuer: Vec<String>,
    /// Scopes that the API asks for, separated by spaces.
    #[arg(long = "expect-scope", value_name = "SCOPES")]
    pub scope: Vec<String>,
    /// Keys that signatures are verified with: a JWK set, a JWK, or PEM.
    #[arg(long, value_name = "FILE")]
    pub jwks: Option<PathBuf>,
    /// A file that holds a shared secret; tried raw, trimmed, base64 and hex.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// The moment to judge at, instead of the recorded or local clock.
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<jiff::Timestamp>,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// The documented contract.
    Json,
}

/// Colours of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
    /// No colours: glyphs and weight only.
    None,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
