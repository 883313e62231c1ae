//! Starts the app with what the command line names, else with the requests of this folder, else with the tour.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::Receiver;

use super::args::Cli;
use super::output::bad_input;
use crate::app::appearance::{Charset, ColorDepth, Theme};
use crate::app::dialogs::Overlay;
use crate::app::dialogs::comparison::{ComparisonState, Sides};
use crate::app::dialogs::logs::LogsView;
use crate::app::tour;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::{LoadedFile, Model};
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::io::config::UserConfig;
use crate::io::load::Input;
use crate::io::mirror::Seen;
use crate::io::run::{Begun, LogReader};
use crate::io::state::State;
use crate::io::terminal::{TerminalCapabilities, screen};
use crate::io::{clock, load, run};

/// Runs the app.
pub fn run(cli: &Cli, user: &UserConfig) -> u8 {
    if let Err(why) = screen() {
        // A typing error is what one came for; the screen is missing only because of it, where a subcommand was meant.
        let mistyped = cli.inputs.iter().find_map(|input| load::missing(input));
        return bad_input(&mistyped.unwrap_or_else(|| why.to_string()));
    }
    let theme = match ChosenTheme::of(cli.theme.as_deref(), user) {
        Ok(theme) => theme,
        Err(why) => return bad_input(&why),
    };
    let (tell, read) = mpsc::channel();
    let (inputs, environment) = (cli.inputs.clone(), cli.env.clone().unwrap_or_default());
    let reader = thread::Builder::new().name("open".into()).spawn(move || tell.send(reading(&inputs, &environment)));
    if let Err(why) = reader {
        return bad_input(&format!("cannot start a thread: {why}"));
    }
    let mut model = Model::new(Vec::new(), clock::now());
    model.environment = cli.env.clone().unwrap_or_default();
    // Small inputs are on the first screen, and errors in them are reported without a screen.
    match read.recv_timeout(AT_ONCE) {
        Ok(Ok(opened)) => model.put(opened),
        Ok(Err(why)) => return bad_input(&why),
        Err(RecvTimeoutError::Disconnected) => return bad_input(NOT_READ),
        Err(RecvTimeoutError::Timeout) => {
            let id = model.begin_opening(what(&cli.inputs));
            let rest = move || read.recv().unwrap_or_else(|_| Err(NOT_READ.into()));
            return open(model, &theme, user, Begun { reading: Some((id, Box::new(rest))), ..Begun::default() });
        }
    }
    open(model, &theme, user, Begun::default())
}

/// Runs the app with the tour.
pub fn tour(theme: Option<&str>, user: &UserConfig) -> u8 {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    match ChosenTheme::of(theme, user) {
        Ok(theme) => open(Model::new(tour::tour(), clock::now()), &theme, user, Begun::default()),
        Err(why) => bad_input(&why),
    }
}

/// How long the first screen waits for its content.
const AT_ONCE: Duration = Duration::from_millis(60);

/// The reader thread ended without a result.
const NOT_READ: &str = "reading stopped by a bug in authtui";

/// Reads the named inputs, else the requests of this folder, else the tour.
fn reading(inputs: &[String], environment: &str) -> Result<OpenedFiles, String> {
    let lacking = |files: &[LoadedFile]| files.iter().find_map(|file| file.lacks_environment(environment));
    if inputs.is_empty() {
        let here = load::here(Path::new("."));
        if let Some(why) = lacking(&here) {
            return Err(why);
        }
        return Ok(OpenedFiles::of(if here.is_empty() { tour::tour() } else { here }, Vec::new()));
    }
    let read: Result<Vec<_>, String> = inputs.iter().map(|input| Ok((input.clone(), load::input(input)?))).collect();
    let read = read?;
    let lacking = read.iter().find_map(|(_, input)| match input {
        Input::Requests(files) => lacking(files),
        Input::Configuration(_) => None,
    });
    match lacking {
        Some(why) => Err(why),
        None => Ok(load::opened(read)),
    }
}

/// What is being read, with its size if known.
fn what(inputs: &[String]) -> String {
    match inputs {
        [] => "this folder".into(),
        [input] if input == "-" => "standard input".into(),
        [input] => match std::fs::metadata(input) {
            Ok(about) if about.is_file() => format!("{input} ({} MB)", about.len() / 1_000_000),
            Ok(_) => input.clone(),
            // A text, which may contain secrets.
            Err(_) => "what was given".into(),
        },
        several => format!("{} files and folders", several.len()),
    }
}

/// Opens a comparison; Esc leads to the requests of its sides.
pub fn compare(titles: [String; 2], sides: Sides, context: &Context, now: Timestamp, user: &UserConfig) -> u8 {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    let requests = match &sides {
        Sides::Requests(requests) => requests.as_ref().clone(),
        Sides::Exchanges(exchanges) => exchanges.as_ref().clone().map(|(request, _)| request),
        Sides::Tokens(tokens) => tokens.clone().map(|token| Request {
            method: "GET".into(),
            headers: [("Authorization", format!("Bearer {token}"))].into_iter().collect(),
            ..Request::default()
        }),
    };
    let exchange = |(name, request): (&String, Request)| Exchange {
        name: name.clone(),
        request,
        context: context.clone().into(),
        ..Exchange::default()
    };
    let exchanges = titles.iter().zip(requests).map(exchange).collect();
    let mut model = Model::new(vec![LoadedFile::exchanges("compare", exchanges)], clock::now());
    model.overlay = Some(Overlay::Compare(Box::new(ComparisonState::new(titles, sides, context, [now; 2]))));
    match ChosenTheme::of(None, user) {
        Ok(theme) => open(model, &theme, user, Begun::default()),
        Err(why) => bad_input(&why),
    }
}

/// Opens what logs say.
pub fn logs(view: LogsView, reader: LogReader, user: &UserConfig) -> u8 {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    let mut model = Model::new(Vec::new(), clock::now());
    model.show_logs(view);
    match ChosenTheme::of(None, user) {
        Ok(theme) => open(model, &theme, user, Begun { log_lines: Some(reader), ..Begun::default() }),
        Err(why) => bad_input(&why),
    }
}

/// Opens saved requests and the list of what arrives at a mirror.
pub fn mirror(files: Vec<LoadedFile>, address: &str, environment: &str, user: &UserConfig, heard: Receiver<Seen>) -> u8 {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    let mut model = Model::new(Vec::new(), clock::now());
    model.environment = environment.to_string();
    model.put(OpenedFiles::of(files, Vec::new()));
    model.listen(address);
    match ChosenTheme::of(None, user) {
        Ok(theme) => open(model, &theme, user, Begun { heard: Some(heard), ..Begun::default() }),
        Err(why) => bad_input(&why),
    }
}

/// The theme of the screen, and where it is from.
#[derive(Clone, Debug)]
pub struct ChosenTheme {
    pub theme: Theme,
    pub name: String,
    pub origin: String,
}

impl ChosenTheme {
    /// The theme of the command line, else of the configuration, else the one that was chosen last, else what suits the terminal.
    ///
    /// # Errors
    /// If the command line names none that there is.
    pub fn of(named: Option<&str>, user: &UserConfig) -> Result<Self, String> {
        let config = &user.config;
        let of = |theme: Theme, origin: &str| {
            let name = match theme {
                Theme::Own(number) => config.themes.keys().nth(number).cloned().unwrap_or_default(),
                built_in => built_in.name().to_string(),
            };
            Self { theme, name, origin: origin.into() }
        };
        if let Some(name) = named {
            let known = || config.theme_names();
            let theme = config.theme_named(name).ok_or_else(|| format!("there is no theme {name:?}: there are {}", known()))?;
            return Ok(of(theme, "--theme"));
        }
        if let Some(theme) = config.theme() {
            return Ok(of(theme, "the configuration"));
        }
        let capabilities = TerminalCapabilities::from_env();
        if !capabilities.color {
            return Ok(of(Theme::None, "the environment: no colors"));
        }
        if let Some(theme) = State::of_user().theme().and_then(|name| config.theme_named(name.trim())) {
            return Ok(of(theme, "chosen last, on the screen"));
        }
        Ok(of(if capabilities.light { Theme::Light } else { Theme::Dark }, "the terminal's background"))
    }
}

/// Runs the app with the capabilities of this terminal.
fn open(mut model: Model, theme: &ChosenTheme, user: &UserConfig, begun: Begun) -> u8 {
    let capabilities = TerminalCapabilities::from_env();
    model.depth = if capabilities.true_color { ColorDepth::True } else { ColorDepth::Indexed };
    model.charset = if capabilities.unicode { Charset::Unicode } else { Charset::Ascii };
    (model.theme, model.set_theme) = (theme.theme, user.config.theme());
    (model.own_themes, model.keymap) = (user.config.own_themes(), user.config.keymap().clone());
    model.keep_tokens = user.config.keep_tokens;
    match run::open(model, begun, user) {
        Ok(code) => code,
        Err(why) => bad_input(&format!("the terminal cannot be used: {why}")),
    }
}
