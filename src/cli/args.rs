//! The command line in clap's terms. `--help` is generated from it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::error::ErrorKind;
use clap::{Args, ColorChoice, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::app::config::Seconds;
use crate::formats::export::ExportFormat;

/// Find out why a request got a 401: the cause, the bytes that prove it, and the fix.
///
/// Without a subcommand the app opens with the given files, folder, curl command or token; without arguments, with the .http and
/// .rest files of this folder or, if there are none, with the built-in tour. Nothing leaves the machine except a request that you
/// send.
#[derive(Debug, Parser)]
#[command(name = "authtui", version, subcommand_precedence_over_arg = true)]
pub struct Cli {
    /// Run without a screen.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Files (.http, .rest, HAR, raw HTTP), a folder, a curl command in quotes, a token, or - for standard input.
    #[arg(value_name = "PATH | 'curl …' | -")]
    pub inputs: Vec<String>,
    /// The environment that variables are from, by its name in http-client.env.json.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// Colors of the screen: dark, light, high-contrast, color-blind, none, or a theme of the configuration. Without it and a theme
    /// of the configuration, NO_COLOR in the environment selects `none`, else the theme is the one that was chosen last, else what
    /// suits the terminal.
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    /// The configuration to use, in the place of $XDG_CONFIG_HOME/authtui/config.toml.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Color text for people: on a terminal, unless NO_COLOR is set; also elsewhere if CLICOLOR_FORCE is set.
    #[arg(long, value_enum, value_name = "WHEN", global = true, default_value_t = ColorChoice::Auto, hide_default_value = true)]
    pub color: ColorChoice,
}

impl Cli {
    /// Parses a command line, starting with the program's name.
    ///
    /// # Errors
    /// What is wrong with it, or the help that was asked for.
    pub fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let cli = Self::try_parse_from(arguments)?;
        let misplaced = match &cli.command {
            Some(_) if !cli.inputs.is_empty() => "what is opened on the screen cannot stand before a subcommand",
            Some(_) if cli.env.is_some() => "--env stands behind the subcommand",
            Some(command) if cli.theme.is_some() && !matches!(command, Command::Tour { .. } | Command::Config(_)) => {
                "--theme is for the screen alone"
            }
            _ => return Ok(cli),
        };
        Err(Self::command().error(ErrorKind::ArgumentConflict, misplaced))
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the checklist; exit 0 nothing wrong, 1 a cause was found, 2 bad input.
    Check(CheckArgs),
    /// Count refused requests in the logs of servers, by route, client or reason; exit 0, or 2 for what cannot be read.
    Logs(LogsArgs),
    /// Stand behind a proxy in the place of your application and show what arrives: what the proxy added, changed and removed, and
    /// why a request is refused; ends on Ctrl-C.
    Mirror(MirrorArgs),
    /// Compare two tokens or requests (text, @file, or - for standard input); exit 0 the same, 1 they differ, 2 bad input.
    Compare(CompareArgs),
    /// Decode and check one token (text, @file, or - for standard input).
    Token(TokenArgs),
    /// Convert collections of other tools (Postman, Bruno, Insomnia, OpenAPI) to .http files and environments; exit 0, or 2 for what cannot be read.
    Import(ImportArgs),
    /// Write requests for another tool, without their secrets unless --reveal is given; exit 0, or 2 on bad input.
    Export(ExportArgs),
    /// Open the built-in tour: saved requests with recorded responses, to learn the screen with.
    Tour {
        /// Colors of the screen.
        #[arg(long, value_name = "THEME")]
        theme: Option<String>,
    },
    /// Explain what a check looks at, why it matters and how to fix it; without an argument, list all checks.
    Explain(ExplainArgs),
    /// Put the values of {{$keyring NAME}} into the system's keyring, show and delete them; exit 0, or 2 for what the keyring refuses.
    Keyring(KeyringArgs),
    /// Print the settings in force and where each is from, as a configuration file.
    Config(ConfigArgs),
    /// Print the script that completes commands and options in a shell.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page: `authtui man | man -l -`.
    Man,
}

/// `authtui keyring`.
#[derive(Debug, Args)]
pub struct KeyringArgs {
    /// What is done.
    #[command(subcommand)]
    pub command: KeyringCommand,
}

/// What is done in the keyring, in the service “authtui”.
#[derive(Debug, Subcommand)]
pub enum KeyringCommand {
    /// Give an entry a value, which is typed unseen, or read from standard input where that is no terminal.
    Set {
        /// The entry's name.
        name: String,
    },
    /// Show whether there is an entry.
    Get {
        /// The entry's name.
        name: String,
        /// Print its value.
        #[arg(long)]
        reveal: bool,
    },
    /// Delete an entry.
    Delete {
        /// The entry's name.
        name: String,
    },
}

/// `authtui check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files to check, or - for standard input; with --send also PATH#name for one request of a file.
    #[arg(required_unless_present = "schema", value_name = "PATH")]
    pub paths: Vec<String>,
    /// The environment that variables are from, by its name in http-client.env.json.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// What the API expects.
    #[command(flatten)]
    pub expect: ExpectArgs,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// How requests are sent.
    #[command(flatten)]
    pub send: SendArgs,
    /// List every check: as text also warnings, open questions and passed ones, as JSON also those that do not apply.
    #[arg(long)]
    pub all: bool,
    /// Print the JSON Schema of `--format json`.
    #[arg(long, exclusive = true)]
    pub schema: bool,
    /// Leave out what was not refused: exchanges of a recording without an answer of 4xx, 5xx, or one that the browser blocked.
    #[arg(long)]
    pub refused: bool,
    /// Show credentials in full.
    #[arg(long)]
    pub reveal: bool,
}

/// Sending before judging.
#[derive(Clone, Copy, Debug, Args)]
pub struct SendArgs {
    /// Send the requests first and judge the fresh responses (`mirror`: show what arrives of them, and end). Requests that others refer to go first, and tokens are obtained as
    /// the files say, if no person is needed for it. What has no 2xx or 3xx, or not what `# @expect-status` says, fails.
    #[arg(long)]
    pub send: bool,
    /// Send also what may change something: methods other than GET, HEAD, OPTIONS and TRACE. (A POST goes out without it where another
    /// request refers to its answer: logins are such.)
    #[arg(long, requires = "send")]
    pub r#unsafe: bool,
    /// How many files are worked on at the same time; requests of one file go one after the other.
    #[arg(long, requires = "send", value_name = "COUNT", default_value_t = 1, hide_default_value = true, value_parser = clap::value_parser!(u8).range(1..=32))]
    pub jobs: u8,
    /// How often a request is sent again after a failed connection, 429, 502, 503 or 504, after the pause that Retry-After says, if that is not longer than 30 s. What may change something (`--unsafe`) is sent again only if it did not go out, or after 429.
    #[arg(long, requires = "send", value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    pub retry: u8,
    /// Seconds for each exchange, redirects included.
    #[arg(long, requires = "send", value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Seconds>,
    /// Let the cookies that responses set go along with later requests.
    #[arg(long, requires = "send")]
    pub cookies: bool,
    /// Fill {{$processEnv NAME}} from the environment of this program.
    #[arg(long, requires = "send")]
    pub process_env: bool,
}

fn seconds(text: &str) -> Result<Seconds, String> {
    let number: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    Seconds::try_from(number)
}

/// `authtui logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Logs: access logs of nginx, Apache, Caddy, Traefik, Envoy, HAProxy, IIS, AWS; JSON lines; error logs and those of authorization
    /// servers; also packed (.gz, .zst), or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub paths: Vec<String>,
    /// What the requests are counted by.
    #[arg(long, value_enum, default_value_t = LogsBy::Route)]
    pub by: LogsBy,
    /// Leave out what came before: RFC 3339, or a time ago such as 90m, 2h, 3d.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Leave out what came from then on.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only this route: `/v1/users/:id`, `GET /v1/*`, or `/v1/` for all below it.
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<String>,
    /// The format of the lines: a name, an nginx log_format or an Apache LogFormat, or @FILE for the first one of a configuration.
    /// Without it the first lines tell.
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// A field of JSON lines: status=http.code, time=ts, client, method, path, agent, user, request, reason; may be repeated.
    #[arg(long, value_name = "WHAT=NAME")]
    pub field: Vec<String>,
    /// Rows of each table.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub top: u16,
    /// Then show each refused request as it is written to the last file.
    #[arg(long)]
    pub follow: bool,
    /// How to print the result. Without this option, a terminal opens the screen: tables to walk through, with the lines behind them.
    #[arg(long, value_enum)]
    pub format: Option<LogsFormat>,
}

/// What requests are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogsBy {
    Route,
    Client,
    Agent,
    Reason,
    Status,
    Hour,
}

/// Output formats of `logs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogsFormat {
    /// For people.
    Text,
    /// The documented JSON format.
    Json,
    /// The table alone, as comma-separated values.
    Csv,
    /// A page with tables.
    Markdown,
}

/// `authtui mirror`.
#[derive(Debug, Args)]
pub struct MirrorArgs {
    /// Where to listen: a port of this machine alone, or an address with a port.
    #[arg(long, value_name = "[HOST:]PORT", default_value = "8401")]
    pub listen: String,
    /// Pass requests on to the application at this address, and judge what it answers. Nothing else is changed in them.
    #[arg(long, value_name = "URL", conflicts_with_all = ["answer", "require"])]
    pub forward: Option<String>,
    /// The Host that the application gets: the one that arrived (usual for http), or that of its own address (usual for https).
    #[arg(long, value_enum, value_name = "WHICH", requires = "forward")]
    pub host: Option<MirrorHost>,
    /// Answer with the recorded responses of this file (HAR, raw HTTP, requests with `<>`): that of the same method and path, else the
    /// first one.
    #[arg(long, value_name = "FILE", conflicts_with = "require")]
    pub answer: Option<String>,
    /// Answer as a protected resource does: basic, bearer, or api-key=HEADER. What a token is to have is told by the options below.
    #[arg(long, value_name = "SCHEME")]
    pub require: Option<String>,
    /// The user:password or key that is required: @FILE, or - for standard input. Without it any will do.
    #[arg(long, value_name = "@FILE", requires = "require")]
    pub credential: Option<String>,
    /// An origin whose pages may read the responses (CORS).
    #[arg(long, value_name = "ORIGIN", requires = "require")]
    pub allow_origin: Option<String>,
    /// The saved requests that are sent through the proxy, to compare with what arrives: the one that the header Authtui-Request names,
    /// else that of the same method and path.
    #[arg(long, value_name = "PATH[#NAME]")]
    pub sent: Option<String>,
    /// The environment that variables are from, by its name in http-client.env.json.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// How requests are sent; --send sends those of --sent, shows what arrives of them, and ends.
    #[command(flatten)]
    pub send: SendArgs,
    /// Write each exchange to this new file as well (.har or .http), without secrets unless --reveal is given.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// End after this many exchanges.
    #[arg(long, value_name = "COUNT")]
    pub count: Option<u64>,
    /// Leave out exchanges in which nothing is wrong.
    #[arg(long)]
    pub refused: bool,
    /// What the API expects.
    #[command(flatten)]
    pub expect: ExpectArgs,
    /// How to print each exchange; as JSON on one line. Without this option, a terminal opens the screen, on which they are listed.
    #[arg(long, value_enum)]
    pub format: Option<OutputFormat>,
    /// Print the JSON Schema of `--format json`.
    #[arg(long, exclusive = true)]
    pub schema: bool,
    /// Show credentials in full.
    #[arg(long)]
    pub reveal: bool,
}

/// Which `Host` an application gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MirrorHost {
    /// The one that arrived.
    Received,
    /// That of its own address.
    Own,
}

/// `authtui compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The accepted one: a token or request, @file, or -.
    pub a: String,
    /// The refused one: a token or request, @file, or -.
    pub b: String,
    /// What the API expects.
    #[command(flatten)]
    pub expect: ExpectArgs,
    /// How to print the result; without this option, a terminal opens a screen.
    #[arg(long, value_enum)]
    pub format: Option<OutputFormat>,
    /// Show credentials in full.
    #[arg(long)]
    pub reveal: bool,
}

/// `authtui token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// The token: text, @file, or - for standard input (which keeps it out of the shell's history).
    #[arg(required_unless_present = "sign")]
    pub token: Option<String>,
    /// Make a token instead, for a test server: signed with this private key (PEM or JWK) or shared secret. It goes to standard output
    /// and nowhere else.
    #[arg(long, value_name = "FILE", requires = "claims", conflicts_with = "token", help_heading = "Making a token")]
    pub sign: Option<PathBuf>,
    /// Its claims: a file with a JSON object, or - for standard input; {{$timestamp 1 h}} and its kin are filled in.
    #[arg(long, value_name = "FILE", requires = "sign", help_heading = "Making a token")]
    pub claims: Option<String>,
    /// Members of its header, as a JSON object; alg and kid are those of the key unless they are here.
    #[arg(long, value_name = "JSON", requires = "sign", help_heading = "Making a token")]
    pub header: Option<String>,
    /// What the API expects.
    #[command(flatten)]
    pub expect: ExpectArgs,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

/// `authtui import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Collections with their environments, folders with such files, or - for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<String>,
    /// The folder to write to, this one by default; a file that is there already is never replaced.
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Say what would be written and what would be lost, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// `authtui export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A file or folder, one request of it by its name behind #, or - for standard input.
    #[arg(value_name = "PATH[#NAME]")]
    pub path: String,
    /// What to write.
    #[arg(long = "as", value_enum, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// The environment that variables are from, by its name in http-client.env.json.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// Write credentials in full.
    #[arg(long)]
    pub reveal: bool,
}

impl ValueEnum for ExportFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Curl => ("curl", "curl commands for a POSIX shell"),
            Self::Httpie => ("httpie", "HTTPie commands for a POSIX shell"),
            Self::Wget => ("wget", "wget commands for a POSIX shell"),
            Self::Fetch => ("fetch", "fetch calls of JavaScript"),
            Self::Python => ("python", "calls of requests in Python"),
            Self::Powershell => ("powershell", "Invoke-WebRequest of PowerShell"),
            Self::Http => ("http", "a file of requests (.http)"),
            Self::Har => ("har", "a recording (HAR 1.2)"),
            Self::Markdown => ("markdown", "a page of Markdown"),
            Self::Postman => ("postman", "a Postman collection (2.1)"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

/// `authtui config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print the JSON Schema of the configuration file.
    #[arg(long)]
    pub schema: bool,
}

/// `authtui explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Name of a check; without it, all checks are listed.
    pub check: Option<String>,
}

/// Options for what the API expects; each can be repeated.
#[derive(Debug, Default, Args)]
pub struct ExpectArgs {
    /// An audience that the API accepts.
    #[arg(long = "expect-audience", value_name = "AUD")]
    pub audience: Vec<String>,
    /// An issuer that the API accepts.
    #[arg(long = "expect-issuer", value_name = "ISS")]
    pub issuer: Vec<String>,
    /// Scopes that the API requires, separated by spaces.
    #[arg(long = "expect-scope", value_name = "SCOPES")]
    pub scope: Vec<String>,
    /// Keys to verify signatures with: a JWK set, a JWK, or PEM.
    #[arg(long, value_name = "FILE")]
    pub jwks: Option<PathBuf>,
    /// A file with a shared secret; tried raw, trimmed, base64 and hex.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// A configuration file of the server in front: nginx, Apache, HAProxy, Caddy, Traefik, Envoy or ingress-nginx.
    #[arg(long, value_name = "FILE")]
    pub config_file: Option<PathBuf>,
    /// The time to judge at, instead of the recorded or local time.
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<jiff::Timestamp>,
}

/// Output formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    Text,
    /// The documented JSON format.
    Json,
    /// JUnit XML, for continuous integration.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// A page with a table.
    Markdown,
    /// Commands of GitHub Actions, which mark the lines of the files.
    Github,
    /// The Test Anything Protocol, version 14.
    Tap,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// The documented JSON format.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
