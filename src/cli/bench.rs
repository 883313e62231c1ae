//! The workbench: what was named on the command line laid on it, else the requests of this folder, else the tour.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use super::args::{Cli, Theme};
use super::output::bad_input;
use crate::app::appearance::{self, Depth, Letters};
use crate::app::dialogs::Overlay;
use crate::app::dialogs::comparison::{Comparing, Sides};
use crate::app::ids::OpenId;
use crate::app::tour::tour;
use crate::app::workspace::opened_files::OpenedFiles;
use crate::app::{LoadedFile, Model};
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::io::run::Reading;
use crate::io::terminal::{Abilities, screen};
use crate::io::{clock, load, run};

/// Opens it.
pub fn run(cli: &Cli) -> u8 {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    let (tell, read) = mpsc::channel();
    let inputs = cli.inputs.clone();
    let reader = thread::Builder::new().name("open".into()).spawn(move || tell.send(reading(&inputs)));
    if let Err(why) = reader {
        return bad_input(&format!("no thread can be started: {why}"));
    }
    let mut bench = Model::new(Vec::new(), clock::now());
    // What is small is on the first screen, and what is wrong with it said without one.
    match read.recv_timeout(AT_ONCE) {
        Ok(Ok(opened)) => bench.put(opened),
        Ok(Err(why)) => return bad_input(&why),
        Err(RecvTimeoutError::Disconnected) => return bad_input(NOT_READ),
        Err(RecvTimeoutError::Timeout) => {
            let id = bench.begin_opening(what(&cli.inputs));
            let rest = move || read.recv().unwrap_or_else(|_| Err(NOT_READ.into()));
            return open(bench, cli.theme, Some((id, Box::new(rest))));
        }
    }
    open(bench, cli.theme, None)
}

/// How long the first screen waits for what is on it.
const AT_ONCE: Duration = Duration::from_millis(60);

/// Said when the thread that reads has ended without a word.
const NOT_READ: &str = "a bug of its own stopped the reading";

/// Reads what was named, else the requests of this folder, else the tour.
fn reading(inputs: &[String]) -> Result<OpenedFiles, String> {
    if inputs.is_empty() {
        let here = load::here(Path::new("."));
        return Ok(OpenedFiles::of(if here.is_empty() { tour() } else { here }, Vec::new()));
    }
    let read: Result<Vec<_>, String> = inputs.iter().map(|input| Ok((input.clone(), load::input(input)?))).collect();
    read.map(load::opened)
}

/// What is being read, with its size where that is known.
fn what(inputs: &[String]) -> String {
    match inputs {
        [] => "this folder".into(),
        [input] if input == "-" => "standard input".into(),
        [input] => match std::fs::metadata(input) {
            Ok(about) if about.is_file() => format!("{input} ({} MB)", about.len() / 1_000_000),
            Ok(_) => input.clone(),
            // A text, with whatever secrets stand in it.
            Err(_) => "what was given".into(),
        },
        several => format!("{} files and folders", several.len()),
    }
}

/// Opens it on two sides that are compared; Esc leads to the requests that they stand in.
pub fn compare(titles: [String; 2], sides: Sides, context: &Context, now: Timestamp) -> u8 {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    let requests = match &sides {
        Sides::Requests(requests) => requests.as_ref().clone(),
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
    let mut bench = Model::new(vec![LoadedFile::exchanges("compare", exchanges)], clock::now());
    bench.overlay = Some(Overlay::Compare(Box::new(Comparing::new(titles, sides, context, now))));
    open(bench, None, None)
}

/// Opens it as the terminal can show it.
fn open(mut bench: Model, theme: Option<Theme>, reading: Option<(OpenId, Reading)>) -> u8 {
    let abilities = Abilities::from_env();
    bench.depth = if abilities.true_color { Depth::True } else { Depth::Indexed };
    bench.letters = if abilities.unicode { Letters::Unicode } else { Letters::Ascii };
    bench.theme = match theme {
        Some(Theme::Light) => appearance::Theme::Light,
        Some(Theme::None) => appearance::Theme::None,
        Some(Theme::Dark) => appearance::Theme::Dark,
        None if abilities.color => appearance::Theme::Dark,
        None => appearance::Theme::None,
    };
    match run::open(bench, reading) {
        Ok(code) => code,
        Err(why) => bad_input(&format!("the terminal cannot be used: {why}")),
    }
}
