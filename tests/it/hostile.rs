//! What strangers wrote never steers the terminal: whatever stands in a request, an answer, a token, a name or a path, what is
//! written on the terminal is letters, and of sequences only those of an allow-list.

use authtui::app::appearance::{Charset, Theme};
use authtui::app::dialogs::Overlay;
use authtui::app::dialogs::comparison::{ComparisonState, Sides};
use authtui::app::key::Key;
use authtui::app::workspace::draft::OrphanedDraft;
use authtui::app::{LoadedFile, Message, Model, update};
use authtui::checks::mask::Masker;
use authtui::checks::{Surroundings, examine};
use authtui::cli::report_format::Beside;
use authtui::cli::text::FORMAT;
use authtui::domain::exchange::Exchange;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::domain::visible::is_hidden;
use authtui::formats::Loss;
use authtui::formats::draft::{Draft, DraftFile, DraftRequest};
use authtui::ui::{self, ViewState};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use proptest::prelude::*;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

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
        body: format!("{{\"error\": {claim}, {claim}: 1}}").into(),
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
            ..Request::default()
        },
        answer: Some(answer),
        ..Exchange::default()
    };
    exchange.context.audience = vec![text.into()];
    exchange.context.username = Some(text.into());
    exchange.context.server = Some(text.into());
    exchange
}

/// Every dialog with text from outside.
fn overlays(text: &str) -> Vec<Overlay> {
    let both = || [text.to_string(), format!("{text}{text}")];
    let exchange = exchange(text);
    let compare = |sides| Overlay::Compare(Box::new(ComparisonState::new(both(), sides, &exchange.context, [Timestamp::UNIX_EPOCH; 2])));
    let requests = vec![DraftRequest { name: text.into(), text: text.into(), ..DraftRequest::default() }];
    let draft = Draft { files: vec![DraftFile { name: text.into(), requests }], ..Draft::default() };
    vec![
        Overlay::Losses { title: text.into(), losses: vec![Loss { line: 1, message: text.into() }] },
        Overlay::Unreadable { message: text.into() },
        compare(Sides::Tokens(both())),
        compare(Sides::Requests(Box::new([exchange.request.clone(), Request { body: text.into(), ..exchange.request.clone() }]))),
        Overlay::Drafts(vec![OrphanedDraft { path: text.into(), at: Timestamp::UNIX_EPOCH, draft }]),
        Overlay::Conflict { file: Default::default(), path: text.into(), theirs: Some(text.as_bytes().into()) },
        Overlay::Quit,
    ]
}

/// Draws a model on the screen, and looks at what is drawn and at what is written. Gives the rows of the screen.
fn draw(model: &Model) -> Vec<String> {
    let (width, height) = model.size;
    let mut written = Vec::new();
    let viewport = Viewport::Fixed(Rect { x: 0, y: 0, width, height });
    let mut terminal =
        Terminal::with_options(CrosstermBackend::new(&mut written), TerminalOptions { viewport }).expect("a terminal in memory");
    let frame = terminal.draw(|frame| ui::draw(frame, model, &mut ViewState::default())).expect("a frame");
    for cell in frame.buffer.content() {
        assert!(is_safe(cell.symbol()), "{:?} in a cell", cell.symbol());
    }
    let row = |cells: &[Cell]| cells.iter().map(Cell::symbol).collect::<String>();
    let rows = frame.buffer.content().chunks(width.into()).map(row).collect();
    drop(terminal);
    let text = String::from_utf8(written).expect("UTF-8");
    assert_eq!(first_unsafe(&text), None);
    rows
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

/// Draws everything that can show a stranger's text, and looks at each screen.
fn every_pane(text: &str, look: impl Fn(&[String])) {
    let now = Timestamp::UNIX_EPOCH;
    let mut files = vec![LoadedFile::exchanges(text, vec![exchange(text), Exchange { name: String::new(), ..exchange(text) }])];
    files.push(LoadedFile::document(
        text,
        Some(text.into()),
        &format!("### {text}\nGET https://h/{text}\n{text}: {text}\n\n{text}"),
        Default::default(),
        &authtui::formats::no_files,
    ));
    let mut model = Model::new(files, now);
    model.charset = Charset::Unicode;
    for (width, height) in SCREENS {
        update(&mut model, Message::Resize(width, height));
        look(&draw(&model));
        // The panes one by one, the explanation, the list of everything, the questions.
        for keys in [
            "1", "2", "3", "4", "5", "Enter", "Esc", "/", "Esc", "1 r", "Esc", "D", "Esc", "S", "Esc", "e", "Esc", "y", "Esc", "m", "i",
            "Esc",
        ] {
            for key in keys.split(' ').filter_map(Key::parse) {
                update(&mut model, Message::Key(key));
            }
            look(&draw(&model));
        }
        for overlay in overlays(text) {
            model.overlay = Some(overlay);
            look(&draw(&model));
        }
        model.overlay = None;
        update(&mut model, Message::Notify(text.into()));
        model.theme = Theme::None;
        look(&draw(&model));
    }
}

fn text_is_safe(text: &str) {
    let exchange = exchange(text);
    let report = examine(&exchange, &Surroundings::alone(Timestamp::UNIX_EPOCH));
    for masker in [Masker::reveal(), Masker::of(&exchange)] {
        let mut out = Vec::new();
        (FORMAT.write)(&mut out, &exchange, &report, &masker, &Beside::default());
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
    every_pane(&NASTY.concat(), |_| ());
}

/// ratatui drops control characters silently and glues zero-width ones to the cell before: either would hide from the user what
/// is in the text.
#[test]
fn what_is_hidden_in_a_text_is_shown_in_every_pane() {
    for hidden in ["\u{1b}", "\0", "\r", "\u{7f}", "\u{9b}", "\u{200b}", "\u{202e}", "\u{feff}", "\u{ad}", "\u{e0041}"] {
        let is_shown = std::cell::Cell::new(0);
        every_pane(&format!("Ŋ{hidden}Ɣ"), |rows| {
            for row in rows {
                assert!(!row.contains("ŊƔ"), "{hidden:?} is dropped: {row}");
                is_shown.set(is_shown.get() + row.matches("Ŋ\\").count());
            }
        });
        assert!(is_shown.get() > 100, "{hidden:?} is shown {} times", is_shown.get());
    }
}

#[test]
fn known_attacks_reach_no_line_of_text() {
    for text in NASTY {
        text_is_safe(text);
    }
    text_is_safe(&NASTY.concat());
}

/// A HAR, hostile in every field of an entry.
fn har(text: &str) -> String {
    let pair = serde_json::json!({ "name": text, "value": text });
    let header = |name: &str, value: &str| serde_json::json!({ "name": name, "value": value });
    let request = serde_json::json!({
        "method": format!("GET{text}"),
        "url": format!("https://h.example/{text}?{text}={text}"),
        "httpVersion": text,
        "headers": [pair, header("Authorization", &format!("Bearer {}", token(text))), header("Cookie", &format!("a={text}"))],
        "queryString": [pair],
        "cookies": [pair],
        "postData": { "mimeType": text, "text": text, "params": [pair] },
    });
    let challenge = format!("Bearer realm=\"{text}\", error=\"{text}\", error_description=\"{text}\"");
    let answer: Vec<_> =
        ["Location", "Server", "Via", "Date", "Set-Cookie", "Content-Type"].into_iter().map(|name| header(name, text)).collect();
    let answer = [answer, vec![pair.clone(), header("WWW-Authenticate", &challenge)]].concat();
    let response = serde_json::json!({
        "status": 401,
        "statusText": text,
        "httpVersion": text,
        "headers": answer,
        "cookies": [pair],
        "redirectURL": text,
        "content": { "mimeType": text, "text": serde_json::json!({ "error": text, "message": text }).to_string() },
    });
    let context = serde_json::json!({ "expect_audience": text, "expect_scope": text, "expect_host": text, "server": text, "config": text });
    let entry = serde_json::json!({ "comment": text, "request": request, "response": response, "_authtui": context });
    serde_json::json!({ "log": { "version": text, "creator": { "name": text }, "entries": [entry, entry] } }).to_string()
}

/// A token, hostile in every name and value.
fn token(text: &str) -> String {
    let header = serde_json::json!({ "alg": format!("HS256{text}"), "kid": text, "typ": text, text: text });
    let claims = serde_json::json!({ "iss": text, "aud": [text], "scope": text, "exp": text, text: { text: [text] } });
    format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Every subcommand with a stranger's words wherever they can stand: in files, names, folders, arguments.
fn commands(folder: &std::path::Path, text: &str) -> Vec<Vec<String>> {
    let line = text.replace(['\0', '\n', '\r', '/'], "");
    let argument = text.replace('\0', "");
    let mut name = String::new();
    // A name has 255 bytes at most, and the folder's end and the file's each take some.
    line.chars().take_while(|c| name.len() + c.len_utf8() <= 100).collect::<String>().clone_into(&mut name);
    let inside = folder.join(format!("folder {name}"));
    std::fs::create_dir_all(&inside).expect("a folder");
    let write = |path: std::path::PathBuf, content: String| {
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("UTF-8").to_string()
    };
    let directives =
        ["name", "expect-audience", "expect-issuer", "expect-host", "jwks", "authtui-now", "authtui-server", "config", "previous"];
    let directives: String = directives.into_iter().chain([line.as_str()]).map(|name| format!("# @{name} {line}\n")).collect();
    let request = format!(
        "@v{line} = {line}\n### {line}\n{directives}GET{line} https://h/{line}?{line}={line}\nX-{line}: {line}\nAuthorization: Bearer {}\n\
         Cookie: {line}={line}\n{line}\n\n{line}\n< ./{line}\n<> ./{line}\n",
        token(text)
    );
    write(inside.join(format!("a{name}.http")), request.clone());
    std::fs::write(inside.join(format!("bad{name}.http")), [b"GET https://h/\nX: ", &[0xff][..], text.as_bytes()].concat())
        .expect("a file");
    write(inside.join("http-client.env.json"), serde_json::json!({ text: { text: text } }).to_string());
    write(inside.join(".env"), format!("{line}={line}\n{line}"));
    let file = write(folder.join(format!("a{name}.http")), request);
    let recording = write(folder.join(format!("a{name}.har")), har(text));
    let broken = write(folder.join("broken.har"), format!("{{\"log\": {line}"));
    let curl = write(
        folder.join("a.curl"),
        format!("curl --{name} -X 'P{line}' -H 'X-{line}: {line}' -x '{line}' 'https://h/{line}' ; {line} | {line}"),
    );
    let raw = write(
        folder.join("a.txt"),
        format!(
            "GET /{line} HTTP/1.1\nHost: h{line}\nX{line}: {line}\n\nHTTP/1.1 401 {line}\nWWW-Authenticate: {line} realm={line}\n\n{line}"
        ),
    );
    let keys = serde_json::json!({ "keys": [{ "kty": "oct", "k": "YWJj", "kid": text, "alg": text }, { "kty": text, "kid": text }] });
    let keys = write(folder.join(format!("k{name}.json")), keys.to_string());
    let (a, b) = (token(text), token(&format!("{text}x")));
    let side = |name: &str, content: String| format!("@{}", write(folder.join(name), content));
    let one = side("one", format!("GET{line} https://h{line}/{line} HTTP/1.1\nX{line}: {line}\nAuthorization: {line} {line}\n\n{line}"));
    let two = side("two", "GET https://h/ HTTP/1.1\nX: y\n\n".into());
    let missing = folder.join(format!("no{name}")).to_str().expect("UTF-8").to_string();
    let mut all = Vec::new();
    for format in ["text", "json"] {
        let mut with = |command: &str, arguments: &[&str]| {
            all.push([command, "--format", format].into_iter().chain(arguments.iter().copied()).map(String::from).collect());
        };
        for path in [&file, &recording, &broken, &curl, &raw, &missing, &argument, &inside.to_str().expect("UTF-8").to_string()] {
            with("check", &[path]);
            with("check", &["--reveal", "--expect-audience", &argument, path]);
        }
        for token in [&a, &argument, &format!("@{missing}"), &format!("Basic {argument}")] {
            with("token", &[token]);
            with("token", &["--jwks", &keys, "--expect-issuer", &argument, "--expect-scope", &argument, token]);
        }
        with("token", &["--jwks", &recording, &a]);
        with("token", &["--secret-file", &missing, &a]);
        for (a, b) in [(&a, &b), (&a, &a), (&argument, &a), (&one, &two), (&one, &one), (&one, &a)] {
            with("compare", &[a, b]);
            with("compare", &["--reveal", a, b]);
        }
    }
    let mut plain = |arguments: &[&str]| all.push(arguments.iter().map(|a| (*a).to_string()).collect());
    plain(&["explain", &argument]);
    plain(&["check", &format!("--{argument}"), "x"]);
    plain(&["check", "--format", &argument, "x"]);
    plain(&["token", "--now", &argument, "x"]);
    plain(&["--theme", &argument]);
    plain(&[&argument, &argument]);
    plain(&["--help"]);
    plain(&["--version"]);
    all
}

fn every_command_is_safe(text: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in commands(folder.path(), text) {
        let out = crate::program().args(&arguments).current_dir(folder.path()).output().expect("the program");
        for bytes in [&out.stdout, &out.stderr] {
            let text = String::from_utf8(bytes.clone()).expect("UTF-8");
            let hidden: Vec<char> = text.chars().filter(|c| *c != '\n' && is_hidden(*c)).collect();
            assert!(hidden.is_empty(), "{hidden:?} from {arguments:?}:\n{text:?}");
        }
        if arguments.iter().any(|a| a == "json") && !out.stdout.is_empty() {
            serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap_or_else(|why| panic!("{why} from {arguments:?}"));
        }
    }
}

#[test]
fn no_command_writes_what_steers_a_terminal() {
    every_command_is_safe(&NASTY.concat());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn no_text_reaches_a_pane_as_it_is(text in hostile()) {
        every_pane(&text, |_| ());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn no_text_reaches_a_line_as_it_is(text in hostile()) {
        text_is_safe(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, ..ProptestConfig::default() })]
    #[test]
    fn no_command_writes_any_text_as_it_is(text in hostile()) {
        every_command_is_safe(&text);
    }
}
