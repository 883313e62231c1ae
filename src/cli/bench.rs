//! The workbench: what was named on the command line laid on it, else the requests of this folder, else the tour.

use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;

use super::args::{Cli, Theme};
use super::bad_input;
use crate::app::compare::{Comparing, Sides};
use crate::app::model::{self, Depth, Letters};
use crate::app::overlay::Overlay;
use crate::app::tour::tour;
use crate::app::{Loaded, Model};
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::formats::Loss;
use crate::io::terminal::{Abilities, screen};
use crate::io::{clock, load, run};

/// Opens it.
pub fn run(cli: &Cli) -> ExitCode {
    if let Err(why) = screen() {
        return bad_input(&why.to_string());
    }
    let mut files: Vec<Loaded> = Vec::new();
    if cli.inputs.is_empty() {
        files = load::here(Path::new("."));
        if files.is_empty() {
            files = tour();
        }
    }
    let mut losses: Vec<Loss> = Vec::new();
    for input in &cli.inputs {
        match load::input(input) {
            Ok(loaded) => {
                if loaded.iter().all(|file| file.exchanges.is_empty()) {
                    losses.push(Loss { line: 0, message: format!("{input}: no request in it") });
                }
                files.extend(loaded);
            }
            Err(why) => return bad_input(&why),
        }
    }
    // What a file of requests does not carry out stays in the file; of a paste or a recording it would be lost.
    losses.extend(files.iter().filter(|f| f.document.is_none()).flat_map(|f| f.losses.clone()));
    losses.extend(files.iter().flat_map(|f| f.beside.clone()));
    files.retain(|f| f.document.is_some() || !f.exchanges.is_empty());
    let mut bench = Model::new(files, clock::now());
    bench.list_losses("Not read or not carried over:".into(), losses);
    open(bench, cli.theme)
}

/// Opens it on two sides that are compared; Esc leads to the requests that they stand in.
pub fn compare(titles: [String; 2], sides: Sides, context: &Context, now: Timestamp) -> ExitCode {
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
    let exchange =
        |(name, request): (&String, Request)| Exchange { name: name.clone(), request, context: context.clone(), ..Exchange::default() };
    let exchanges = titles.iter().zip(requests).map(exchange).collect();
    let mut bench = Model::new(vec![Loaded::exchanges("compare", exchanges)], clock::now());
    bench.overlay = Some(Overlay::Compare(Box::new(Comparing::new(titles, sides, context, now))));
    open(bench, None)
}

/// Opens it as the terminal can show it.
fn open(mut bench: Model, theme: Option<Theme>) -> ExitCode {
    let abilities = Abilities::from_env();
    bench.depth = if abilities.true_color { Depth::True } else { Depth::Indexed };
    bench.letters = if abilities.unicode { Letters::Unicode } else { Letters::Ascii };
    bench.theme = match theme {
        Some(Theme::Light) => model::Theme::Light,
        Some(Theme::None) => model::Theme::None,
        Some(Theme::Dark) => model::Theme::Dark,
        None if abilities.color => model::Theme::Dark,
        None => model::Theme::None,
    };
    match run::open(bench) {
        Ok(code) => ExitCode::from(code),
        Err(why) => bad_input(&format!("the terminal cannot be used: {why}")),
    }
}
