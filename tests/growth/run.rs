//! An input read, checked, masked and written as `check` does it, and opened and typed into as the screen does it.

use std::time::Duration;

use authtui::app::key::{Code, Key};
use authtui::app::{Effect, LoadedFile, Message, Model, update};
use authtui::checks::mask::Masker;
use authtui::checks::{Index, Surroundings, examine};
use authtui::cli::json;
use authtui::cli::report_format::Beside;
use authtui::configs;
use authtui::domain::compare::{compare_requests, compare_tokens};
use authtui::domain::headers::Headers;
use authtui::domain::request::Request;
use authtui::domain::token::keys::KeySet;
use authtui::formats::detect::read_any;
use authtui::formats::env::{Environments, ValueKind};
use authtui::formats::http_file::{Document, Part, Source};
use authtui::formats::variables::System;
use authtui::ui::{self, ViewState};
use jiff::Timestamp;
use peak_alloc::PeakAlloc;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rustix::time::{ClockId, clock_gettime};

use crate::inputs::{Input, encode, many, token};

/// The moment of every check.
pub fn now() -> Timestamp {
    "2026-11-23T07:22:41Z".parse().expect("a moment")
}

/// The input of about that size, as it is read from a file.
fn load(input: &Input, text: &str, answer: &str) -> LoadedFile {
    if !input.file.ends_with(".http") {
        return read_any(text, input.file).map_or_else(|_| LoadedFile::default(), |r| LoadedFile::exchanges(input.file, r.exchanges));
    }
    open(text, answer)
}

/// A file of requests, with the one text file that they may name.
pub fn open(text: &str, named: &str) -> LoadedFile {
    let is_there = |path: &str| ["answer.txt", "large.txt"].contains(&path.trim_start_matches("./"));
    let files = |path: &str| if is_there(path) { Ok(named.as_bytes().to_vec().into()) } else { Err("not there".into()) };
    LoadedFile::document("a.http", None, text, Default::default(), &files)
}

fn checked(input: &Input, text: &str, answer: &str, most: usize) -> usize {
    let loaded = load(input, text, answer);
    let index = Index::default();
    let mut written = Vec::new();
    for (number, exchange) in loaded.exchanges.iter().enumerate().take(most) {
        let report = examine(exchange, &Surroundings::of(&loaded.exchanges, &index, number, now()));
        written.clear();
        (json::FORMAT.write)(&mut written, exchange, &report, &Masker::of(exchange), &Beside::default());
    }
    written.len()
}

/// How long a check takes.
pub fn check(input: &Input, size: usize) -> Duration {
    let (text, answer) = input.texts(size);
    let begin = processor();
    checked(input, &text, &answer, usize::MAX);
    processor() - begin
}

/// The processor's time of this thread, which others do not lengthen.
fn processor() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// The most memory that a check takes at any moment, without the input itself.
pub fn peak(input: &Input, size: usize, heap: &PeakAlloc) -> usize {
    let (text, answer) = input.texts(size);
    heap.reset_peak_usage();
    let before = heap.current_usage();
    // What one takes is given back before the next.
    checked(input, &text, &answer, 3);
    heap.peak_usage().saturating_sub(before)
}

/// How long opening, and the slowest of some keys, take.
pub fn keys(input: &Input, size: usize) -> Duration {
    let (text, answer) = input.texts(size);
    let begin = processor();
    let mut screen = Screen::of(load(input, &text, &answer));
    for key in
        [Key::plain(Code::Down), Key::char('i'), Key::char('x'), Key::plain(Code::End), Key::plain(Code::Backspace), Key::plain(Code::Esc)]
    {
        screen.take(Message::Key(key));
        screen.take(Message::SaveDraft);
    }
    processor() - begin
}

/// The screen in memory.
struct Screen {
    model: Model,
    view: ViewState,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    fn of(loaded: LoadedFile) -> Self {
        let terminal = Terminal::new(TestBackend::new(160, 48)).expect("a terminal");
        let mut screen = Self { model: Model::new(vec![loaded], now()), view: ViewState::default(), terminal };
        screen.take(Message::Resize(160, 48));
        while screen.model.has_idle_work() {
            screen.take(Message::Idle);
        }
        screen
    }

    fn take(&mut self, msg: Message) {
        for effect in update(&mut self.model, msg) {
            if let Effect::Scroll(what, by) = effect {
                self.view.scroll(&self.model, what, by);
            }
        }
        self.terminal.draw(|frame| ui::draw(frame, &self.model, &mut self.view)).expect("a frame");
    }
}

/// How long something takes.
pub fn timed(work: impl FnOnce()) -> Duration {
    let begin = processor();
    work();
    processor() - begin
}

/// A reader by its name, which is given an input of a size.
pub type Reader = (&'static str, fn(usize));

fn traefik(text: &str) {
    let _ = configs::read(configs::Server::Traefik, "traefik.yml", text, &|_| Vec::new());
}

/// Readers that `check` and the screen do not come to: comparisons, key sets, environments.
pub const BESIDE: &[Reader] = &[
    ("compare: scopes", |n| tokens(|side| format!(r#"{{"scope":"{}"}}"#, many("", |i| format!("{side}{i} "), "", n / 2)))),
    ("compare: audiences", |n| tokens(|side| format!(r#"{{"aud":["x"{}]}}"#, many("", |i| format!(r#","{side}{i}""#), "", n / 2)))),
    ("compare: claims", |n| tokens(|side| format!(r#"{{"x":1{}}}"#, many("", |i| format!(r#","{side}{i}":1"#), "", n / 2)))),
    ("compare: letters", |n| drop(compare_tokens(&("a".repeat(n / 2) + "b"), &("b".to_string() + &"a".repeat(n / 2)), None, [now(); 2]))),
    ("compare: parameters of the header", |n| {
        let of = |side: &str| format!("{}.e30.c2ln", encode(&many(r#"{"alg":"RS256""#, |i| format!(r#","{side}{i}":1"#), "}", n / 2)));
        drop(compare_tokens(&of("a"), &of("b"), None, [now(); 2]));
    }),
    ("compare: headers", |n| requests(|side| (String::new(), (0..n / 16).map(|i| (format!("X-{side}{i}"), "v")).collect()))),
    ("compare: query", |n| requests(|side| (many("?", |i| format!("{side}{i}=v&"), "", n / 2), Headers::default()))),
    ("keys: JWK", |n| drop(KeySet::read(&many(r#"{"keys":[{}"#, |_| r#",{"kty":"oct","k":"AAAA"}"#.into(), "]}", n), "keys"))),
    ("keys: PEM without an end", |n| drop(KeySet::read(&many("", |_| "-----BEGIN PUBLIC KEY-----\n".into(), "", n), "keys"))),
    ("Traefik: chains", |n| {
        let routers = many("", |i| format!("    r{i}: {{service: s, middlewares: [m{i}]}}\n"), "", n / 2);
        let chains = many("", |i| format!("    m{i}: {{chain: {{middlewares: [m{0}, m{0}]}}}}\n", i + 1), "", n / 2);
        traefik(&format!("http:\n  routers:\n{routers}  middlewares:\n{chains}"));
    }),
    ("Traefik: headers that are removed", |n| {
        let one = |i: usize| format!("    m{i}: {{headers: {{customRequestHeaders: {{Authorization: \"\"}}}}}}\n");
        traefik(&format!("http:\n  middlewares:\n{}", many("", one, "", n)));
    }),
    ("environment: a quote without an end", |n| {
        drop(Environments::default().add_file(&many("A=\"", |_| "a\n".into(), "", n), ValueKind::Dotenv))
    }),
    // Saving walks over all requests of a file: enough of them to be felt.
    ("saving: requests", |n| saved(&many("", |i| format!("###\nGET https://h.example/{i}\n\n"), "", n * 32))),
    // A key that copies one is felt from some hundred thousand bytes on.
    ("duplicating: a body", |n| {
        duplicated(&many("POST https://h.example/\n\n[0", |i| format!(",\n{{\"k{i}\": \"v{i}\"}}"), "]\n", n * 16));
    }),
    ("examining: requests", |n| {
        drop(Screen::of(open(
            &many("", |i| format!("###\nGET https://h.example/{i}\nAuthorization: Bearer abcdefgh12345\n\n"), "", n * 8),
            "",
        )));
    }),
    ("a credential in the place of others", |n| {
        replaced(&many("", |i| format!("###\nGET https://h.example/{i}\nAuthorization: Bearer abcdefgh12345\n\n"), "", n * 4));
    }),
    ("sending: names without a value", |n| asked(&many("POST https://h.example/\n\n", |i| format!("{{{{v{i}}}}}\n"), "", n * 4))),
    ("searching: one letter again and again", |n| searched(&"x".repeat(n), &"x".repeat(n.min(60_000)))),
    ("environments", |n| environments(&many("{\"a\":{}", |i| format!(",\"e{i}\":{{\"v\":\"{{{{w}}}}\"}}"), "}", n))),
    ("environments beside shared values", |n| {
        let values = many("{\"$shared\":{\"a\":\"b\"", |i| format!(",\"v{i}\":\"\""), "}", n / 2);
        environments(&many(&values, |i| format!(",\"e{i}\":{{}}"), "}", n));
    }),
    ("environment: values", |n| drop(Environments::default().add_file(&many("", |i| format!("A{i}=$A\n"), "", n), ValueKind::Dotenv))),
];

/// The variables of every environment of a file.
fn environments(text: &str) {
    let mut environments = Environments::default();
    assert_eq!(environments.add_file(text, ValueKind::Public).map(|losses| losses.len()), Ok(0));
    drop(environments.all(&System::default()));
}

fn saved(text: &str) {
    let document = Document::read(text);
    let parts: Vec<Part> = (0..document.len()).map(|index| Part { source: Source::Saved(index), ..Part::default() }).collect();
    assert_eq!(document.compose(&parts).expect("a text").document.text(), text);
}

/// A send that asks about what has no value.
fn asked(text: &str) {
    let mut screen = Screen::of(open(text, ""));
    screen.take(Message::Key(Key { ctrl: true, ..Key::char('r') }));
    assert!(screen.model.overlay.is_some());
}

/// A search for a text in a body.
fn searched(body: &str, query: &str) {
    let mut screen = Screen::of(open(&format!("POST https://h.example/\n\n{body}\n"), ""));
    for message in [Message::Key(Key::char('2')), Message::Key(Key::char('/')), Message::Paste(query.to_string())] {
        screen.take(message);
    }
    assert!(screen.model.search.is_some());
}

/// A pasted token that is used in all requests, and undone.
fn replaced(text: &str) {
    let mut screen = Screen::of(open(text, ""));
    let key = |key: char| Message::Key(Key::char(key));
    for message in [Message::Paste("Bearer zyxwvutsrq98765".into()), key('f'), key('u')] {
        screen.take(message);
    }
    assert!(screen.model.notice.as_ref().is_some_and(|notice| notice.text.starts_with("Undone")));
}

fn duplicated(text: &str) {
    let mut screen = Screen::of(open(text, ""));
    // Undone, one request is left, and no list that could have the focus.
    for key in ['1', 'd', 'u', '1', 'd'] {
        screen.take(Message::Key(Key::char(key)));
    }
    assert_eq!(screen.model.files.first().map(|file| file.entries.len()), Some(2));
}

fn tokens(claims: impl Fn(&str) -> String) {
    drop(compare_tokens(&token(&claims("a")), &token(&claims("b")), None, [now(); 2]));
}

fn requests(parts: impl Fn(&str) -> (String, Headers)) {
    let request = |side: &str| {
        let (query, headers) = parts(side);
        Request { method: "GET".into(), url: format!("https://h.example/{query}"), headers, ..Request::default() }
    };
    drop(compare_requests(&request("a"), &request("b"), None, [now(); 2]));
}
