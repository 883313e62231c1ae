//! What strangers wrote never steers the terminal: whatever stands in a request, an answer, a token, a name or a path, what is
//! written on the terminal is letters, and of sequences only those of an allow-list.

use std::process::Command;

use authtui::app::compare::{Comparing, Sides};
use authtui::app::draft::LeftDraft;
use authtui::app::key::Key;
use authtui::app::model::{Letters, Theme};
use authtui::app::overlay::Overlay;
use authtui::app::{Loaded, Model, Msg, update};
use authtui::checks::mask::Masker;
use authtui::checks::{Siblings, Surroundings, examine};
use authtui::cli::text::FORM;
use authtui::domain::exchange::Exchange;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::domain::visible::is_hidden;
use authtui::formats::Loss;
use authtui::formats::draft::{Draft, DraftFile, DraftRequest};
use authtui::io::terminal::Canvas;
use authtui::ui;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use proptest::prelude::*;

/// Screens on which everything is drawn: all panes side by side, and one at a time.
const SCREENS: [(u16, u16); 2] = [(140, 40), (80, 24)];

/// Where hostile text is known to do harm.
const NASTY: [&str; 20] = [
    "\u{1b}[2J\u{1b}[31m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;https://evil.example\u{1b}\\link",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}P+q544e\u{1b}\\",
    "\u{1b}_G\u{1b}\\",
    "\u{9b}31m",
    "\u{9d}52;c;x\u{9c}",
    "\r\n\tX: y",
    "\u{7}\u{8}\u{b}\u{c}\u{7f}\0",
    "a\u{202e}b\u{2066}c\u{2069}",
    "x\u{200b}\u{200d}\u{2060}\u{feff}y\u{a0}",
    "日本語テキスト",
    "👩\u{200d}💻👨\u{200d}👩\u{200d}👧",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "مرحبا",
    "\u{e0041}\u{e0042}",
    "\u{1b}",
    "{{\u{1b}[0m}}",
    "\u{1b}[201~",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(NASTY.as_slice()).prop_map(String::from),
        2 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,6}",
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// A request, its answer and its token, hostile in every field.
fn exchange(text: &str) -> Exchange {
    let claim = serde_json::Value::from(text);
    let claims = format!("{{{claim}: {claim}, \"iss\": {claim}, \"aud\": [{claim}], \"exp\": {claim}}}");
    let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let token = format!("{}.{}.c2ln{text}", encode(&format!("{{\"alg\": {claim}, \"kid\": {claim}}}")), encode(&claims));
    let header = |name: &str| (name.to_string(), text.to_string());
    let headers = [
        ("Authorization".to_string(), format!("Bearer {token}")),
        header("Cookie"),
        header("Host"),
        header("Content-Type"),
        header(text),
        ("Cookie".into(), format!("sid={text}")),
    ];
    let answer = Response {
        status: 401,
        reason: text.into(),
        version: text.into(),
        headers: [
            header("WWW-Authenticate"),
            ("WWW-Authenticate".into(), format!("Bearer realm=\"{text}\", error=\"{text}\"")),
            header("Set-Cookie"),
            header(text),
        ]
        .into_iter()
        .collect(),
        body: format!("{{\"error\": {claim}, {claim}: 1}}"),
        ..Response::default()
    };
    let mut exchange = Exchange {
        source: text.into(),
        name: text.into(),
        request: Request {
            method: text.into(),
            url: format!("https://{text}/{text}?{text}={text}"),
            headers: headers.into_iter().collect(),
            body: text.into(),
        },
        answer: Some(answer),
        ..Exchange::default()
    };
    exchange.context.audience = vec![text.into()];
    exchange.context.username = Some(text.into());
    exchange.context.server = Some(text.into());
    exchange
}

/// Everything that can lie over the bench with a stranger's words on it.
fn overlays(text: &str) -> Vec<Overlay> {
    let both = || [text.to_string(), format!("{text}{text}")];
    let exchange = exchange(text);
    let compare = |sides| Overlay::Compare(Box::new(Comparing::new(both(), sides, &exchange.context, Timestamp::UNIX_EPOCH)));
    let requests = vec![DraftRequest { name: text.into(), text: text.into() }];
    let draft = Draft { files: vec![DraftFile { name: text.into(), requests }] };
    vec![
        Overlay::Losses { title: text.into(), losses: vec![Loss { line: 1, message: text.into() }], top: 0 },
        Overlay::Unreadable { message: text.into() },
        compare(Sides::Tokens(both())),
        compare(Sides::Requests(Box::new([exchange.request.clone(), Request { body: text.into(), ..exchange.request.clone() }]))),
        Overlay::Drafts(vec![LeftDraft { path: text.into(), at: Timestamp::UNIX_EPOCH, draft }]),
        Overlay::Conflict { file: Default::default(), path: text.into(), theirs: text.into() },
        Overlay::Quit,
    ]
}

/// Draws a model on the screen, and looks at what is drawn and at what is written.
fn draw(model: &Model) {
    let mut written = Vec::new();
    let mut canvas = Canvas::new(&mut written, model.size);
    canvas.draw(|screen| ui::draw(model, screen)).expect("a frame");
    for cell in canvas.drawn().content() {
        assert!(is_safe(cell.symbol()), "{:?} in a cell", cell.symbol());
    }
    let text = String::from_utf8(written).expect("UTF-8");
    assert_eq!(first_unsafe(&text), None);
}

/// True for text without a character that steers, hides or turns around; joiners inside an emoji are part of it.
fn is_safe(text: &str) -> bool {
    text.chars().all(|c| !is_hidden(c) || matches!(c, '\u{200d}' | '\u{fe0f}'))
}

/// What is not allowed on the terminal, with what follows it: only cursor moves, styles and the cursor's visibility are.
fn first_unsafe(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(sequence) = rest.strip_prefix("\u{1b}[") {
            let parameters = sequence.find(|c: char| !matches!(c, '0'..='9' | ';' | ':' | '?')).unwrap_or(sequence.len());
            let (parameters, behind) = sequence.split_at(parameters);
            let allowed = match behind.chars().next() {
                Some('H' | 'm') => !parameters.starts_with('?'),
                Some('h' | 'l') => parameters == "?25",
                _ => false,
            };
            if !allowed {
                return Some(rest.chars().take(24).collect());
            }
            rest = &behind[1..];
            continue;
        }
        if !is_safe(c.encode_utf8(&mut [0; 4])) {
            return Some(rest.chars().take(24).collect());
        }
        rest = &rest[c.len_utf8()..];
    }
    None
}

fn every_pane_is_safe(text: &str) {
    let now = Timestamp::UNIX_EPOCH;
    let mut files = vec![Loaded::exchanges(text, vec![exchange(text), Exchange { name: String::new(), ..exchange(text) }])];
    files.push(Loaded::document(
        text,
        Some(text.into()),
        &format!("### {text}\nGET https://h/{text}\n{text}: {text}\n\n{text}"),
        Default::default(),
        &authtui::formats::no_files,
    ));
    let mut model = Model::new(files, now);
    model.letters = Letters::Unicode;
    for (width, height) in SCREENS {
        update(&mut model, Msg::Resize(width, height));
        draw(&model);
        // The panes one by one, the explanation, the list of everything, the questions.
        for keys in [
            "1", "2", "3", "4", "5", "Enter", "Esc", "/", "Esc", "1 r", "Esc", "D", "Esc", "S", "Esc", "e", "Esc", "y", "Esc", "m", "i",
            "Esc",
        ] {
            for key in keys.split(' ').filter_map(Key::parse) {
                update(&mut model, Msg::Key(key));
            }
            draw(&model);
        }
        for overlay in overlays(text) {
            model.overlay = Some(overlay);
            draw(&model);
        }
        model.overlay = None;
        update(&mut model, Msg::Told(text.into()));
        model.theme = Theme::None;
        draw(&model);
    }
}

fn text_is_safe(text: &str) {
    let exchange = exchange(text);
    let report = examine(&exchange, &Surroundings { now: Timestamp::UNIX_EPOCH, siblings: &Siblings::default() });
    for masker in [Masker::reveal(), Masker::of(&exchange)] {
        let mut out = Vec::new();
        (FORM.write)(&mut out, &exchange, &report, &masker);
        let out = String::from_utf8(out).expect("text");
        assert!(is_safe(&out.replace('\n', "")), "{out:?}");
    }
}

#[test]
fn what_is_not_on_the_list_is_seen() {
    // A style by itself is on the list: whether a cell holds one is looked at apart.
    for text in NASTY.iter().filter(|text| text.contains(char::is_control) && !text.contains("[0m")) {
        assert!(first_unsafe(text).is_some(), "{text:?}");
    }
    for text in ["a\u{202e}b", "x\u{200b}", "\u{feff}", "\u{e0041}"] {
        assert!(first_unsafe(text).is_some(), "{text:?}");
    }
    assert_eq!(first_unsafe("\u{1b}[1;1H\u{1b}[38;2;1;2;3mtext\u{1b}[4:3m\u{1b}[?25h"), None);
}

#[test]
fn known_attacks_reach_no_pane() {
    every_pane_is_safe(&NASTY.concat());
}

#[test]
fn known_attacks_reach_no_line_of_text() {
    for text in NASTY {
        text_is_safe(text);
    }
    text_is_safe(&NASTY.concat());
}

#[test]
fn no_command_writes_what_steers_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let nasty = NASTY.concat().replace(['\0', '\n', '\r', '/'], "");
    let name = format!("a{}.http", &nasty.chars().take(60).collect::<String>());
    let file = folder.path().join(name);
    let claims = URL_SAFE_NO_PAD.encode(serde_json::json!({ "iss": NASTY.concat(), "aud": NASTY }).to_string());
    let token = format!("{}.{claims}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#));
    std::fs::write(&file, format!("### {nasty}\n# @{nasty}\nGET https://h/{nasty}\nAuthorization: Bearer {token}\n{nasty}\n\n< ./{nasty}"))
        .expect("a file");
    let broken = folder.path().join("broken.har");
    std::fs::write(&broken, format!("{{\"log\": {nasty}")).expect("a file");
    let path = |p: &std::path::Path| p.to_str().expect("UTF-8").to_string();
    let opaque = NASTY.concat().replace('\0', "");
    for arguments in [
        vec!["check".into(), path(&file)],
        vec!["check".into(), path(&broken)],
        vec!["check".into(), opaque.clone()],
        vec!["check".into(), "--reveal".into(), path(&file)],
        vec!["token".into(), token.clone()],
        vec!["token".into(), opaque.clone()],
        vec!["compare".into(), token.clone(), format!("{token}x")],
        vec!["compare".into(), opaque.clone(), token.clone()],
        vec!["explain".into(), opaque],
    ] {
        let out = Command::new(env!("CARGO_BIN_EXE_authtui")).args(&arguments).output().expect("the program");
        for bytes in [out.stdout, out.stderr] {
            let text = String::from_utf8(bytes).expect("UTF-8").replace('\n', "");
            assert_eq!(first_unsafe(&text), None, "{arguments:?}");
            assert!(!text.contains('\u{1b}'), "{arguments:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn no_text_reaches_a_pane_as_it_is(text in hostile()) {
        every_pane_is_safe(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn no_text_reaches_a_line_as_it_is(text in hostile()) {
        text_is_safe(&text);
    }
}
