//! Inputs that are built to be slow or large: what they cost grows with their size and no faster.
//!
//! Each is read at a size and at eight times that size, once as `check` does it and once as the screen does. A loop within a
//! loop takes 64 times as long for the larger one; what is allowed is three times its share. Memory is counted, not measured.

mod inputs;
mod run;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use authtui::app::workspace::request::Entry;
use authtui::domain::request::Request;
use authtui::io::http::{HttpClient, SendErrorKind, SendOptions, Timeouts};
use inputs::Input;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// One measurement of the heap at a time: what other tests take would be measured too.
static ALONE: RwLock<()> = RwLock::new(());

const SMALL: usize = 2 << 10;
const TIMES: usize = 8;

/// What is faster than this is not looked at: it is the noise of a busy machine.
const FELT: Duration = Duration::from_millis(30);

/// Whether the larger one takes more than three times its share of the smaller one.
fn grows(small: Duration, large: Duration) -> bool {
    large > FELT && large > small * 3 * TIMES as u32
}

/// Every input; with `GROWTH` in the environment those whose names hold that text, and what they cost is printed.
fn wanted() -> Vec<&'static Input> {
    let part = std::env::var("GROWTH").unwrap_or_default();
    inputs::all().filter(|input| input.name.contains(&part)).collect()
}

/// What grows too fast in spite of several tries, as the processor's own time tells, on all processors.
fn too_fast(measure: impl Fn(&Input, usize) -> Duration + Sync) -> Vec<String> {
    let each: Vec<(&str, _)> = wanted().into_iter().map(|input| (input.name, |size| measure(input, size))).collect();
    all_too_fast(&each)
}

fn all_too_fast(all: &[(&str, impl Fn(usize) -> Duration + Sync)]) -> Vec<String> {
    let _not_alone = ALONE.read().unwrap_or_else(PoisonError::into_inner);
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((name, measure)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (mut small, mut large) = (Duration::MAX, Duration::MAX);
            for _ in 0..3 {
                large = large.min(measure(SMALL * TIMES));
                small = if large > FELT { small.min(measure(SMALL)) } else { large };
                if !grows(small, large) {
                    break;
                }
            }
            if std::env::var_os("GROWTH").is_some() {
                println!("{:<40} {small:>12.1?} {large:>12.1?} {:>6.1}", name, large.as_secs_f64() / small.as_secs_f64());
            }
            if grows(small, large) {
                let line = format!("{}: {small:.1?}, and {large:.1?} for {TIMES} times the size", name);
                found.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        }
    };
    std::thread::scope(|scope| (0..std::thread::available_parallelism().map_or(1, usize::from)).for_each(|_| drop(scope.spawn(work))));
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_check_takes_its_share_of_time() {
    let found = too_fast(run::check);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_key_takes_its_share_of_time() {
    let found = too_fast(run::keys);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_comparison_and_what_lies_beside_requests_take_their_share_of_time() {
    let each: Vec<(&str, _)> = run::BESIDE.iter().map(|(name, work)| (*name, |size| run::timed(|| work(size)))).collect();
    let found = all_too_fast(&each);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Memory of a run for each byte of an input that consists of the smallest things there are: a line of one letter, a flag.
const MOST_PER_BYTE: usize = 200;

#[test]
fn a_request_of_a_long_file_takes_little_memory_of_its_own() {
    assert!(size_of::<Entry>() <= 2048, "{} bytes", size_of::<Entry>());
}

#[test]
fn memory_grows_no_faster_than_the_input() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let mut found = Vec::new();
    for input in wanted() {
        let [small, large] = [SMALL, SMALL * TIMES].map(|size| run::peak(input, size, &HEAP));
        let per_byte = large as f64 / (SMALL * TIMES) as f64;
        if std::env::var_os("GROWTH").is_some() {
            println!("{:<40} {small:>10} {large:>10} {per_byte:>6.1}", input.name);
        }
        // What is doubled when it is full may be full at one size and not at the other.
        if large > SMALL * TIMES * 10 && large > small * TIMES * 2 || large > SMALL * TIMES * MOST_PER_BYTE {
            found.push(format!("{}: {small} bytes, and {large} for {TIMES} times the size, {per_byte:.1} a byte", input.name));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Memory for each byte of a recording whose entries are as small as can be. Those of real ones have a thousand bytes and more.
const MOST_PER_RECORDED_BYTE: usize = 11;

#[test]
fn the_memory_of_a_recording_is_bounded_by_its_size() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    for (what, text) in inputs::recordings::recordings(4 << 20) {
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let read = authtui::formats::har::read(&text, "a.har").expect("a recording");
        let peak = HEAP.peak_usage() - before;
        assert!(
            peak <= MOST_PER_RECORDED_BYTE * text.len(),
            "{what}: {} entries of {} bytes take {peak}",
            read.exchanges.len(),
            text.len()
        );
    }
}

#[test]
fn requests_that_name_one_file_share_it() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let body = "x".repeat(4 << 20);
    let answer = format!("HTTP/1.1 401 Unauthorized\n\n{body}");
    for reference in ["< ./large.txt", "<> large.txt"] {
        let requests = |count: usize| {
            let text = (0..count).map(|i| format!("###\nPOST https://h.example/{i}\n\n{reference}\n\n")).collect::<String>();
            let before = HEAP.current_usage();
            HEAP.reset_peak_usage();
            let loaded = run::open(&text, &answer);
            assert!(loaded.exchanges.len() == count && loaded.losses.is_empty(), "{:?}", loaded.losses);
            let model = authtui::app::Model::new(vec![loaded], run::now());
            drop(model);
            HEAP.peak_usage() - before
        };
        let (one, many) = (requests(1), requests(100));
        assert!(many < one + body.len(), "{reference}: {one} bytes for one, {many} for a hundred");
    }
}

#[test]
fn provisional_answers_without_end_take_no_memory_and_end_with_an_error() {
    let _alone = ALONE.write().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = HttpClient::new();
    let (progress, _receiver) = tokio::sync::mpsc::channel(64);
    let send = |port: u16| {
        let request = Request { method: "GET".into(), url: format!("http://127.0.0.1:{port}/"), ..Request::default() };
        let timeouts = Timeouts { first_byte: Duration::from_secs(1), ..Timeouts::default() };
        runtime.block_on(client.send(&request, &SendOptions { timeouts, ..SendOptions::default() }, &progress))
    };
    // The roots of trust are loaded once, by the first of all.
    let _ = send(1);
    for status in ["100 Continue", "102 Processing", "103 Early Hints"] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        // Long ones: short ones keep the reader busy for many seconds before it looks at the clock.
        let answers = format!("HTTP/1.1 {status}\r\nLink: </{}>\r\n\r\n", "a".repeat(4000)).repeat(100);
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let _request = stream.read(&mut [0; 1024]).expect("a request");
            while stream.write_all(answers.as_bytes()).is_ok() {}
        });
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let error = send(port).expect_err("no answer");
        let peak = HEAP.peak_usage() - before;
        assert!(error.kind == SendErrorKind::TimedOut && error.help.contains("1xx"), "{status}: {error:?}");
        assert!(peak < 4 << 20, "{status}: {peak} bytes");
    }
}
