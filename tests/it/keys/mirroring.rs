//! What arrives at a mirror is listed on the screen beside the requests that are sent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use authtui::app::Message;
use authtui::domain::limits::MAX_ARRIVED;
use authtui::domain::request::Request;
use authtui::domain::response::Response;
use authtui::io::mirror::{self, Behavior, Observer};
use authtui::mirror::Mirrored;
use tokio::sync::{Notify, mpsc};

use crate::keys::harness::{Program, document};
use crate::network::server::answering;

/// A mirror behind a proxy that takes Authorization away, and a program with a request to that proxy.
fn behind_a_proxy() -> (Program, Arc<Notify>) {
    let (observer, mut heard, _) = Observer::new();
    let (tell, listed) = mpsc::channel(16);
    thread::spawn(move || while heard.blocking_recv().is_some_and(|seen| tell.blocking_send(seen).is_ok()) {});
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (listener, bound) = runtime.block_on(mirror::listen("127.0.0.1:0")).expect("a port");
    let done = Arc::new(Notify::new());
    let stop = Arc::clone(&done);
    let unauthorized = |_: &Mirrored| Response { status: 401, ..Response::default() };
    let behavior = Behavior::Answer { with: Box::new(unauthorized), is_judged: true };
    thread::spawn(move || runtime.block_on(mirror::serve(listener, behavior, observer, async move { stop.notified().await })));
    let (proxy, _) = answering(move |request| {
        let mut lines: Vec<&str> = request.split("\r\n").filter(|line| !line.starts_with("Authorization:")).collect();
        lines.insert(1, "Connection: close");
        let mut stream = TcpStream::connect(bound).expect("the mirror listens");
        stream.write_all(lines.join("\r\n").as_bytes()).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    });
    let mut program =
        Program::open(vec![document(&format!("### users\nGET {proxy}/v1/users\nAuthorization: Bearer abcdefgh12345678\nX-Trace: 1\n"))]);
    program.app.model.listen(&bound.to_string());
    program.app.hear(listed);
    (program, done)
}

#[test]
fn what_the_proxy_took_away_is_named_where_it_arrives() {
    let (mut program, done) = behind_a_proxy();
    assert!(program.app.model.notice.as_ref().is_some_and(|notice| notice.text.starts_with("Listening at http://127.0.0.1:")));
    program.keys("^R").waits_for("Arrived: users");
    program.keys(">");
    assert_eq!(program.cause(), Some("header-stripped-by-proxy"), "{}", program.screen());
    program.shows("on the way").shows("- Authorization: Bearer ***").shows("[f] how to: Let the front server pass");
    program.keys("m").shows("- Authorization: Bearer abcdefgh12345678").keys("m");
    // Whoever looks at the newest one sees the next.
    program.keys("< ^R").waits_for("Arrived: users").keys("> >");
    assert_eq!(program.app.model.at.entry, 1);
    // What arrived is nobody's work: nothing asks to be saved.
    program.keys("q");
    assert!(program.end.is_some(), "{}", program.screen());
    done.notify_one();
}

fn arrived(number: usize) -> Message {
    let headers = [("host", "a.example")].into_iter().collect();
    let received = Request { method: "GET".into(), url: format!("http://a.example/{number}"), headers, ..Request::default() };
    Message::Mirrored(Box::new(Mirrored { received, status: 200, ..Mirrored::default() }))
}

#[test]
fn the_newest_are_kept_and_whoever_reads_an_older_one_goes_on_reading() {
    let mut program = Program::empty();
    program.app.model.listen("127.0.0.1:8401");
    (0..3).for_each(|number| program.app.take(arrived(number)));
    // The empty request that nobody touched makes way.
    program.keys("").shows("GET /2").shows("http://a.example/2");
    program.keys("<").shows("http://a.example/1");
    (3..MAX_ARRIVED).for_each(|number| program.app.take(arrived(number)));
    program.keys("").shows("http://a.example/1").shows(&format!("Arrived: GET /{}", MAX_ARRIVED - 1));
    program.app.take(arrived(MAX_ARRIVED));
    let list = &program.app.model.files[program.app.model.at.file];
    assert_eq!((list.entries.len(), program.app.model.at.entry), (MAX_ARRIVED, 0));
    program.keys("").shows("http://a.example/1");
    // While somebody types nothing moves, and what is open stays.
    program.keys("i");
    (0..3).for_each(|number| program.app.take(arrived(number)));
    program.keys("").shows("http://a.example/1");
    assert_eq!(program.app.model.files[program.app.model.at.file].entries.len(), MAX_ARRIVED);
}
