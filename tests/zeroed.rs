//! What is let go of leaves nothing in memory: requests are opened, shown, edited, copied, kept as a draft and sent, then dropped,
//! and the memory of this process is searched for what was secret in them.
//!
//! The allocator wipes what is given back, as that of `main.rs` does, so that the copies of libraries count as ours do. Not
//! covered, and not promised: what is still in use, the stack and the registers, the kernel's buffers, swapped pages, and the
//! blocks of C code (aws-lc wipes its own). Memory is searched as Linux shows it.

#![cfg(target_os = "linux")]

use std::alloc::System;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::FileExt as _;
use std::thread;

use authtui::app::key::Key;
use authtui::app::workspace::draft::DraftSecrets;
use authtui::app::{Message, Model, update};
use authtui::domain::request::Request;
use authtui::io::http::{HttpClient, SendOptions};
use authtui::io::load;
use authtui::ui::{self, ViewState};
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

/// What every secret of this file ends with, turned around: the secrets are made from it while the test runs, and it must not
/// itself be what is searched for.
const TURNED: &[u8] = b"87a1d4-yranac";

/// A secret for a place.
fn canary(place: &str) -> String {
    let end: String = TURNED.iter().rev().map(|b| char::from(*b)).collect();
    format!("{place}-{end}")
}

/// How often a secret stands in the memory that this process can write to, the stacks of the program and of this thread left out:
/// registers are spilled there.
fn found() -> usize {
    let memory = File::open("/proc/self/mem").expect("the memory");
    let maps = fs::read_to_string("/proc/self/maps").expect("its map");
    let writable =
        maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|access| access.starts_with("rw")) && !line.ends_with("[stack]"));
    let mut count = 0;
    let of_stack = std::ptr::from_ref(&count).addr() as u64;
    for line in writable {
        let (start, end) = line.split(' ').next().and_then(|span| span.split_once('-')).expect("a span");
        let [start, end] = [start, end].map(|n| u64::from_str_radix(n, 16).expect("an address"));
        if (start..end).contains(&of_stack) {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(end - start).expect("a length")];
        // A map can be gone by now: that of the list of maps, for one.
        let Ok(read) = memory.read_at(&mut bytes, start) else { continue };
        count += memchr::memchr_iter(TURNED[0], &bytes[..read])
            .filter(|at| at.checked_sub(TURNED.len() - 1).is_some_and(|from| bytes[from..=*at].iter().rev().eq(TURNED)))
            .count();
    }
    count
}

fn press(model: &mut Model, keys: &str) {
    for key in keys.split(' ') {
        update(model, Message::Key(Key::parse(key).unwrap_or_else(|| panic!("no key {key}"))));
    }
}

/// A day on the bench: everything that makes copies of a request.
fn work(files: &std::path::Path, port: u16) -> usize {
    let mut model = Model::new(load::input(files.to_str().expect("a path")).expect("requests").requests(), Timestamp::UNIX_EPOCH);
    let mut terminal = Terminal::new(TestBackend::new(160, 48)).expect("a terminal");
    let mut view = ViewState::default();
    let mut draw = |model: &Model| _ = terminal.draw(|frame| ui::draw(frame, model, &mut view)).expect("a frame");
    update(&mut model, Message::Resize(160, 48));
    update(&mut model, Message::DraftSecrets(DraftSecrets::Kept));
    update(&mut model, Message::Idle);
    draw(&model);
    // Shown in full, edited, undone, made again, copied in every form, compared; a secret is typed, and another pasted.
    press(&mut model, "m i a b c Esc u ^Y x Esc y h y t y u y r f u v Esc c Esc i End Enter");
    for key in format!("X-Typed: {}", canary("typed")).chars() {
        update(&mut model, Message::Key(Key::char(key)));
    }
    draw(&model);
    press(&mut model, "Esc");
    update(&mut model, Message::Paste(format!("curl https://api.example.com/v2 -u user:{}", canary("pasted"))));
    draw(&model);
    update(&mut model, Message::SaveDraft);
    press(&mut model, "{ ^S");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (tell, _progress) = tokio::sync::mpsc::channel(8);
    let headers = [("Authorization", format!("Bearer {}", canary("sent")))].into_iter().collect();
    let request = Request {
        method: "POST".into(),
        url: format!("http://127.0.0.1:{port}/"),
        headers,
        body: canary("body").into(),
        ..Request::default()
    };
    let answer = runtime.block_on(HttpClient::new().send(&request, &SendOptions::default(), &tell)).expect("an answer").response;
    assert!(answer.body.starts_with("answered"), "{answer:?}");
    found()
}

#[test]
fn what_is_dropped_is_nowhere_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("a.http"),
        format!(
            "@variable = {}\n### one\nPOST https://u:{}@api.example.com/v1?api_key={}\nAuthorization: Bearer {}\nX-Key: {{{{environment}}}}\n\
             Cookie: sid={}\nContent-Type: application/json\n\n{{\"password\": \"{}\"}}\n\n### two\nGET https://api.example.com/{{{{variable}}}}\n",
            canary("variable"),
            canary("user"),
            canary("query"),
            canary("header"),
            canary("cookie"),
            canary("json"),
        ),
    )
    .expect("a file");
    fs::write(folder.path().join(".env"), format!("environment={}\n", canary("environment"))).expect("a file");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        // On the heap, where it is wiped.
        let _ = stream.read(&mut vec![0; 4096]);
        let body = canary("answered");
        write!(stream, "HTTP/1.1 401 Unauthorized\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("an answer");
    });
    let while_open = work(folder.path(), port);
    server.join().expect("a server");
    assert!(while_open > 20, "the search finds what is there: {while_open}");
    assert_eq!(found(), 0, "places, of {while_open} while it was open");
}
