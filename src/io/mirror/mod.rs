//! Listens behind a proxy, and answers or passes on what arrives.
//!
//! Each connection is limited in time until it has sent the head of a request, and their number is limited. Of a body the beginning is
//! kept, and of exchanges no more at once than [`MOST_AT_ONCE`]: what comes while they wait to be judged passes, and is counted.

mod forward;
mod message;
mod record;
mod tee;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{sleep, timeout};

pub use forward::{Forward, HostField};
pub use record::Recorder;
use tee::{Kept, LEFT, Tee};

use crate::domain::limits::{BODY_CAP, MAX_ANSWER_HEADERS, MAX_FIELDS, PIECE_SECONDS};
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::io::clock;
use crate::mirror::Mirrored;

/// Exchanges that are kept at once, until they are judged.
const MOST_AT_ONCE: usize = 512;
/// Connections at once; others wait.
const MOST_CONNECTIONS: usize = 1_024;
/// What a connection may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(PIECE_SECONDS);
/// What exchanges may take to end once the mirror is stopped.
const GRACE: Duration = Duration::from_secs(3);

/// Gives an answer.
pub type Answerer = dyn Fn(&Mirrored) -> Response + Send + Sync;

/// What is done with what arrives.
pub enum Behavior {
    /// It is passed on.
    Forward(Box<Forward>),
    /// It is answered here. Whether that answer is judged, as if the application had given it, or only shows what arrived.
    Answer { with: Box<Answerer>, is_judged: bool },
}

/// What was seen.
#[derive(Debug)]
pub enum Seen {
    /// An exchange.
    Exchange(Box<Mirrored>, Place),
    /// A connection on which no request could be read: the other end, and why.
    Broken(String, String, Place),
}

/// One of the places of [`MOST_AT_ONCE`], free again once this is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// Where it is told, and what was not.
#[derive(Clone)]
pub struct Observer {
    seen: mpsc::UnboundedSender<Seen>,
    places: Arc<Semaphore>,
    unseen: Arc<AtomicU64>,
}

impl Observer {
    /// An observer, with the end at which it is heard and the count of what passed unseen.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Seen>, Arc<AtomicU64>) {
        let (seen, heard) = mpsc::unbounded_channel();
        let unseen = Arc::default();
        (Self { seen, places: Arc::new(Semaphore::new(MOST_AT_ONCE)), unseen: Arc::clone(&unseen) }, heard, unseen)
    }

    fn place(&self) -> Option<Place> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok().map(|permit| Place { _permit: permit });
        if place.is_none() {
            self.unseen.fetch_add(1, Ordering::Relaxed);
        }
        place
    }

    fn tell(&self, mirrored: Mirrored, place: Option<Place>) {
        if let Some(place) = place {
            // Nobody hears any more: the program ends.
            let _ = self.seen.send(Seen::Exchange(Box::new(mirrored), place));
        }
    }
}

type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// The address that a text names: a port, or a host and a port.
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str) -> Result<String, String> {
    let text = text.trim();
    let port = text.strip_prefix(':').unwrap_or(text);
    match (port.parse::<u16>(), text.rsplit_once(':')) {
        (Ok(port), _) => Ok(format!("127.0.0.1:{port}")),
        (_, Some((host, port))) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.to_string()),
        _ => Err(format!("{text:?} is neither a port nor an address with one, such as 127.0.0.1:8401")),
    }
}

/// Listens at an address.
///
/// # Errors
/// Why that is not possible.
pub async fn listen(address: &str) -> Result<(TcpListener, SocketAddr), String> {
    let listener = TcpListener::bind(address).await.map_err(|why| format!("cannot listen at {address}: {why}"))?;
    let bound = listener.local_addr().map_err(|why| format!("cannot listen at {address}: {why}"))?;
    Ok((listener, bound))
}

/// Serves until it is stopped; then what has begun may end.
pub async fn serve(listener: TcpListener, behavior: Behavior, observer: Observer, stop: impl Future<Output = ()>) {
    let behavior = Arc::new(behavior);
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let slot = Arc::clone(&connections).acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, from)) => {
                let (behavior, observer, watcher) = (Arc::clone(&behavior), observer.clone(), graceful.watcher());
                tokio::spawn(async move {
                    connection(stream, from, &behavior, &observer, watcher).await;
                    drop(slot);
                });
            }
            // Out of file descriptors, most of the time: those in use become free.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    let _ = timeout(GRACE, graceful.shutdown()).await;
}

/// Serves one connection.
async fn connection(stream: TcpStream, from: SocketAddr, behavior: &Arc<Behavior>, observer: &Observer, watcher: Watcher) {
    let _ = stream.set_nodelay(true);
    let Ok(Some(is_http2)) = timeout(HEAD, begins_as_http2(&stream)).await else { return };
    let mut builder = Builder::new(TokioExecutor::new());
    // Names go on in their own spelling.
    let http1 = &mut builder.http1();
    http1.preserve_header_case(true).half_close(true).max_headers(MAX_ANSWER_HEADERS);
    http1.timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(128);
    let builder = if is_http2 { builder.http2_only() } else { builder.http1_only() };
    let from = message::peer(from);
    let served = AtomicU64::new(0);
    let service = service_fn(|request| {
        served.fetch_add(1, Ordering::Relaxed);
        let (behavior, observer, from) = (Arc::clone(behavior), observer.clone(), from.clone());
        async move { Ok::<_, Infallible>(handle(request, from, &behavior, observer).await) }
    });
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(why) = watcher.watch(serving).await {
        // A connection that is kept for later requests may stay idle.
        let is_late = |why: &hyper::Error| why.is_timeout() && served.load(Ordering::Relaxed) == 0;
        let is_unreadable = |why: &hyper::Error| why.is_parse() || why.is_parse_too_large() || is_late(why);
        let is_unreadable = why.downcast_ref().is_some_and(is_unreadable);
        if let Some(place) = is_unreadable.then(|| observer.place()).flatten() {
            let _ = observer.seen.send(Seen::Broken(from, why.to_string(), place));
        }
    }
}

/// Whether a connection begins with the preface of HTTP/2 (RFC 9113 section 3.4); `None` if it ends before that.
async fn begins_as_http2(stream: &TcpStream) -> Option<bool> {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0";
    let mut begin = [0_u8; PREFACE.len()];
    loop {
        match stream.peek(&mut begin).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => {
                let begin = begin.get(..count).unwrap_or_default();
                if !PREFACE.starts_with(begin) {
                    return Some(false);
                }
                if count == PREFACE.len() {
                    return Some(true);
                }
                sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// Waits for Ctrl-C, for the request to end that a service manager sends, or for the end of the work. If the program is still there a while
/// after a signal, because nobody reads its output, the signal ends it.
pub async fn stopped(done: Arc<Notify>) {
    #[cfg(unix)]
    let ended = async {
        use tokio::signal::unix::{SignalKind, signal};
        let of = |kind: SignalKind| async move {
            match signal(kind) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
            kind.as_raw_value()
        };
        let number = tokio::select! {
            number = of(SignalKind::interrupt()) => number,
            number = of(SignalKind::terminate()) => number,
        };
        let end = move || {
            std::thread::sleep(2 * GRACE);
            let _ = signal_hook::low_level::emulate_default_handler(number);
        };
        let _ = std::thread::Builder::new().name("end".into()).spawn(end);
    };
    #[cfg(not(unix))]
    let ended = async { drop(tokio::signal::ctrl_c().await) };
    tokio::select! {
        () = ended => {}
        () = done.notified() => {}
    }
}

/// A request that is not answered yet. One whose client leaves, or that the end of the program cuts, is told of too.
struct Pending {
    mirrored: Option<Mirrored>,
    place: Option<Place>,
    observer: Observer,
}

impl Pending {
    fn new(mirrored: Mirrored, observer: Observer) -> Self {
        Self { mirrored: Some(mirrored), place: observer.place(), observer }
    }

    /// Tells of it with what became of it.
    fn answered(mut self, with: impl FnOnce(Mirrored) -> Mirrored) {
        if let Some(mirrored) = self.mirrored.take() {
            self.observer.tell(with(mirrored), self.place.take());
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(mirrored) = self.mirrored.take() {
            let fault = Some("the client left, or the mirror was stopped, before it was answered".into());
            self.observer.tell(Mirrored { status: NOT_ANSWERED, fault, ..mirrored }, self.place.take());
        }
    }
}

/// The status of a request that was not answered, as nginx logs it.
const NOT_ANSWERED: u16 = 499;

/// Answers one request.
async fn handle(request: hyper::Request<Incoming>, from: String, behavior: &Behavior, observer: Observer) -> hyper::Response<Body> {
    let (parts, body) = request.into_parts();
    let mirrored = Mirrored { received: message::received(&parts), from, at: clock::now(), ..Mirrored::default() };
    let pending = Pending::new(mirrored, observer);
    match behavior {
        Behavior::Forward(forward) => pass(forward, hyper::Request::from_parts(parts, body), pending).await,
        Behavior::Answer { with, is_judged } => {
            let kept = match read(body).await {
                Ok(kept) => kept,
                Err((status, why)) => {
                    pending.answered(|mirrored| Mirrored { status, fault: Some(why.into()), ..mirrored });
                    return short(status, why);
                }
            };
            let mut response = hyper::Response::new(boxed(Full::default()));
            pending.answered(|mirrored| {
                let mirrored = with_body(mirrored, kept);
                let answer = with(&mirrored);
                response = message::answer::<Full<Bytes>>(&answer).map(boxed);
                Mirrored { status: answer.status, answer: is_judged.then_some(answer), ..mirrored }
            });
            response
        }
    }
}

/// Passes a request on, and tells of the exchange once the answer has ended.
async fn pass(forward: &Forward, request: hyper::Request<Incoming>, pending: Pending) -> hyper::Response<Body> {
    let sent: Arc<Mutex<Kept>> = Arc::default();
    let of_request = Arc::clone(&sent);
    let request =
        request.map(|body| Tee::new(body, MAX_FIELDS, move |kept| *of_request.lock().unwrap_or_else(PoisonError::into_inner) = kept));
    let taken = move || std::mem::take(&mut *sent.lock().unwrap_or_else(PoisonError::into_inner));
    match forward.pass(request).await {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let answer = message::answered(&parts);
            let body = Tee::new(body, MAX_FIELDS, move |kept: Kept| {
                let (fault, whole, is_cut) = (kept.fault.clone(), kept.whole, kept.is_cut());
                let body = message::text(kept, &answer.headers);
                let answer = Response { body, body_bytes: is_cut.then_some(whole), ..answer };
                pending.answered(|mirrored| Mirrored {
                    status: answer.status,
                    answer: Some(answer),
                    fault,
                    ..with_body(mirrored, taken())
                });
            });
            hyper::Response::from_parts(parts, body.map_err(Into::into).boxed_unsync())
        }
        Err(why) => {
            let kept = taken();
            // A body that the client broke is not the application's fault.
            let (status, told) = match &kept.fault {
                Some(fault) if fault != LEFT => (400, format!("the body of the request cannot be read: {fault}")),
                _ => (502, format!("the application cannot be reached: {why}")),
            };
            let response = short(status, &told);
            pending.answered(|mirrored| Mirrored { status, fault: Some(told), ..with_body(mirrored, kept) });
            response
        }
    }
}

fn with_body(mirrored: Mirrored, kept: Kept) -> Mirrored {
    let (is_cut, received) = (kept.is_cut(), mirrored.received);
    let body = message::text(kept, &received.headers);
    Mirrored { received: Request { body, ..received }, is_cut, ..mirrored }
}

/// Reads a body to its end and keeps its beginning.
async fn read(mut body: Incoming) -> Result<Kept, (u16, &'static str)> {
    let mut kept = Kept::default();
    if body.size_hint().lower() > BODY_CAP as u64 {
        return Err((413, "the body is too large"));
    }
    loop {
        match timeout(HEAD, body.frame()).await {
            Err(_) => return Err((408, "the body did not come in time")),
            Ok(Some(Err(_))) => return Err((400, "the body ended early")),
            Ok(None) => return Ok(kept),
            Ok(Some(Ok(frame))) => {
                frame.data_ref().into_iter().for_each(|data| kept.add(data, MAX_FIELDS));
                if kept.whole > BODY_CAP as u64 {
                    return Err((413, "the body is too large"));
                }
            }
        }
    }
}

fn boxed(body: Full<Bytes>) -> Body {
    body.map_err(|never| match never {}).boxed_unsync()
}

/// An answer of one sentence.
fn short(status: u16, why: &str) -> hyper::Response<Body> {
    let headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")].into_iter().collect();
    let answer = Response { status, headers, body: format!("authtui mirror: {why}\n").into(), ..Response::default() };
    message::answer::<Full<Bytes>>(&answer).map(boxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_port_or_a_host_with_one() {
        for (text, expected) in [
            ("8401", Ok("127.0.0.1:8401".to_string())),
            (":0", Ok("127.0.0.1:0".to_string())),
            ("0.0.0.0:80", Ok("0.0.0.0:80".to_string())),
            ("[::1]:80", Ok("[::1]:80".to_string())),
            ("localhost:80", Ok("localhost:80".to_string())),
        ] {
            assert_eq!(address(text), expected, "{text}");
        }
        for wrong in ["", "localhost", "a:b", "http://a:1x", "70000", ":"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
