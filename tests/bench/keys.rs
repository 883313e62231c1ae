//! One check run, and one key with all that follows from it: the text read again, every check, the frame.

use std::time::Duration;

use authtui::app::key::{Code, Key};
use authtui::app::{Effect, LoadedFile, Message, Model, update};
use authtui::checks::facts::Facts;
use authtui::checks::{Surroundings, examine, judge};
use authtui::domain::exchange::Exchange;
use authtui::ui::{self, ViewState};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::inputs::{Signer, exchange, json};
use super::timing::{Table, quickest};

/// Every check on an exchange, from its text to the ranked causes.
pub fn check(exchange: &Exchange) -> Duration {
    let now = "2026-11-23T07:22:41Z".parse().expect("a moment");
    quickest(|| examine(exchange, &Surroundings::alone(now)))
}

/// The checklist beside the one step of it that others do as well: jsonwebtoken verifying the signature.
pub fn checklist(table: &mut Table) {
    if !table.wants("checklist") {
        return;
    }
    let signer = Signer::new();
    let refused = signer.exchange(2_000);
    let token = refused.request.headers.get("authorization").and_then(|v| v.split_once(' ')).map_or("", |(_, t)| t);
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let key = signer.decoding_key();
    let rs256 = jsonwebtoken::Algorithm::RS256;
    let verify = quickest(|| jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, rs256).expect("a verdict"));
    let around = Surroundings::alone("2026-11-23T07:22:41Z".parse().expect("a moment"));
    let reference = ("jsonwebtoken", verify);
    table.row("checklist, RS256 token of 2 KB, first", reference, || check(&refused));
    let known = Facts::of(&refused, &around).verification().cloned().expect("a verification");
    table.row("checklist, the same after an edit beside the token", reference, || {
        quickest(|| judge(&Facts::of(&refused, &around).verified(known.clone())))
    });
    let long = "x".repeat(8_000);
    let header = exchange(&[("Authorization", "Bearer abc"), ("X-Long", &long)]);
    table.row("checklist, header of 8 KB", reference, || check(&header));
    let large = signer.exchange(64_000);
    table.row("checklist, RS256 token of 64 KB", reference, || check(&large));
}

/// A bench on a screen of 160×48 in memory, on which keys are pressed.
pub struct Screen {
    model: Model,
    view: ViewState,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    /// With some files on it, drawn once.
    pub fn open(files: Vec<LoadedFile>) -> Self {
        let model = Model::new(files, "2026-11-23T07:22:41Z".parse().expect("a moment"));
        let terminal = Terminal::new(TestBackend::new(160, 48)).expect("a terminal");
        let mut screen = Self { model, view: ViewState::default(), terminal };
        update(&mut screen.model, Message::Resize(160, 48));
        screen.press(Key::plain(Code::Home));
        screen
    }

    /// One key, and the frame that it leads to.
    pub fn press(&mut self, key: Key) {
        for effect in update(&mut self.model, Message::Key(key)) {
            if let Effect::Scroll(what, by) = effect {
                self.view.scroll(&self.model, what, by);
            }
        }
        self.terminal.draw(|frame| ui::draw(frame, &self.model, &mut self.view)).expect("a frame");
    }
}

/// One key with its frame, beside a frame in which nothing is done.
pub fn screen(table: &mut Table) {
    if !table.wants("key") {
        return;
    }
    let mut empty = Terminal::new(TestBackend::new(160, 48)).expect("a screen");
    let frame = quickest(|| empty.draw(|_| ()).map(|_| ()));
    let reference = ("an empty frame", frame);
    let signer = Signer::new();
    let mut large = exchange(&[("Authorization", "Bearer abc")]);
    large.answer.iter_mut().for_each(|a| a.body = json(10_000_000).into());
    for (name, on_bench) in
        [("token of 2 KB", signer.exchange(2_000)), ("token of 64 KB", signer.exchange(64_000)), ("answer of 10 MB", large)]
    {
        let mut screen = Screen::open(vec![LoadedFile::exchanges("bench", vec![on_bench])]);
        let (up, down) = (Key::plain(Code::Up), Key::plain(Code::Down));
        table.row(&format!("key, through the checklist, {name}"), reference, || quickest(|| [down, up].map(|k| screen.press(k))) / 2);
        screen.press(Key::char('i'));
        let (typed, back) = (Key::char('x'), Key::plain(Code::Backspace));
        table.row(&format!("key, typed into the request, {name}"), reference, || quickest(|| [typed, back].map(|k| screen.press(k))) / 2);
    }
}
