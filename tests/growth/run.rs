//! An input read, checked, masked and written as `check` does it, and opened and typed into as the screen does it.

use std::io::sink;
use std::time::{Duration, Instant};

use authtui::app::key::{Code, Key};
use authtui::app::{Loaded, Model, Msg, update};
use authtui::checks::mask::Masker;
use authtui::checks::{Siblings, Surroundings, examine};
use authtui::cli::json;
use authtui::formats::detect::read_any;
use authtui::io::terminal::Canvas;
use authtui::ui;
use jiff::Timestamp;
use peak_alloc::PeakAlloc;

use crate::inputs::Input;

fn now() -> Timestamp {
    "2026-11-23T07:22:41Z".parse().expect("a moment")
}

/// The input of about that size, as it is read from a file.
fn load(input: &Input, text: &str, answer: &str) -> Loaded {
    if !input.file.ends_with(".http") {
        return read_any(text, input.file).map_or_else(|_| Loaded::default(), |r| Loaded::exchanges(input.file, r.exchanges));
    }
    let files = |path: &str| if path == "answer.txt" { Ok(answer.as_bytes().to_vec()) } else { Err("not there".into()) };
    Loaded::document(input.file, None, text, Default::default(), &files)
}

fn checked(input: &Input, text: &str, answer: &str) -> usize {
    let loaded = load(input, text, answer);
    let siblings = Siblings::of(&loaded.exchanges);
    let around = Surroundings { now: now(), siblings: &siblings };
    let mut written = Vec::new();
    for exchange in &loaded.exchanges {
        let report = examine(exchange, &around);
        written.clear();
        (json::FORM.write)(&mut written, exchange, &report, &Masker::of(exchange));
    }
    written.len()
}

/// How long a check takes.
pub fn check(input: &Input, size: usize) -> Duration {
    let (text, answer) = input.texts(size);
    let begin = Instant::now();
    checked(input, &text, &answer);
    begin.elapsed()
}

/// The most memory that a check takes at any moment, without the input itself.
pub fn peak(input: &Input, size: usize, heap: &PeakAlloc) -> usize {
    let (text, answer) = input.texts(size);
    heap.reset_peak_usage();
    let before = heap.current_usage();
    checked(input, &text, &answer);
    heap.peak_usage().saturating_sub(before)
}

/// How long opening, and the slowest of some keys, take.
pub fn keys(input: &Input, size: usize) -> Duration {
    let (text, answer) = input.texts(size);
    let begin = Instant::now();
    let mut screen = Screen { model: Model::new(vec![load(input, &text, &answer)], now()), canvas: Canvas::new(sink(), (160, 48)) };
    screen.take(Msg::Resize(160, 48));
    while screen.model.has_more_to_do() {
        screen.take(Msg::Idle);
    }
    for key in
        [Key::plain(Code::Down), Key::char('i'), Key::char('x'), Key::plain(Code::End), Key::plain(Code::Backspace), Key::plain(Code::Esc)]
    {
        screen.take(Msg::Key(key));
    }
    begin.elapsed()
}

/// The screen in memory.
struct Screen {
    model: Model,
    canvas: Canvas<std::io::Sink>,
}

impl Screen {
    fn take(&mut self, msg: Msg) {
        update(&mut self.model, msg);
        let room = ui::room(&self.model);
        if room != self.model.room {
            update(&mut self.model, Msg::Room(room));
        }
        self.canvas.draw(|buffer| ui::draw(&self.model, buffer)).expect("a frame");
    }
}
