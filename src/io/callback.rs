//! The end of a login in the browser: a server on this machine that the browser is sent back to (RFC 8252 section 7.3).

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use url::{Host, Url};

use super::http::options::{StopSignal, stopped};
use crate::app::ids::SendId;
use crate::app::message::Message;

/// How long a browser may take for its request.
const HEAD: Duration = Duration::from_secs(3);
/// Connections at once: a browser asks for an icon too.
const MOST: usize = 64;

/// What the browser shows. It has nothing of what came, so nothing can be put into it.
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>authtui</title>\
                    <p style=\"font:1.2em sans-serif;margin:3em\">authtui has read this answer, and says how it goes on. This page can be closed.";

/// The addresses to listen on, for the redirect URL of a configuration; the port is 0 where any will do.
///
/// # Errors
/// If the browser would be sent to another machine.
fn addresses(url: &Url) -> Result<Vec<SocketAddr>, String> {
    let port = url.port().unwrap_or(0);
    let v4 = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    match url.host() {
        _ if url.scheme() != "http" => {}
        Some(Host::Ipv4(Ipv4Addr::LOCALHOST)) => return Ok(vec![v4]),
        Some(Host::Ipv6(Ipv6Addr::LOCALHOST)) => return Ok(vec![v6]),
        Some(Host::Domain("localhost")) => return Ok(vec![v4, v6]),
        _ => {}
    }
    Err(format!("the redirect URL {url} is not on this machine: the client needs one like http://127.0.0.1/callback"))
}

/// Waits for the browser until it is stopped, and tells each query that comes to the path of the redirect URL.
pub async fn listen(id: SendId, redirect_url: String, mut stop: StopSignal, results: mpsc::UnboundedSender<Message>) {
    let (listeners, url) = match bind(&redirect_url).await {
        Ok(bound) => bound,
        Err(why) => {
            let _ = results.send(Message::CallbackFailed(id, why));
            return;
        }
    };
    let mut random = [0; 64];
    if rand::fill(&mut random).is_err() {
        let _ = results.send(Message::CallbackFailed(id, "the system has no random numbers".into()));
        return;
    }
    let path: Arc<str> = url.path().into();
    let _ = results.send(Message::Listening { id, redirect_url: url.into(), random: Box::new(random) });
    let seats = Arc::new(Semaphore::new(MOST));
    let serving = listeners.into_iter().map(|listener| serve(listener, id, Arc::clone(&path), Arc::clone(&seats), results.clone()));
    tokio::select! {
        () = stopped(Some(&mut stop)) => {}
        _ = futures_util::future::join_all(serving) => {}
    }
}

/// The listeners, and the redirect URL with the port that they have.
async fn bind(redirect_url: &str) -> Result<(Vec<TcpListener>, Url), String> {
    let given = if redirect_url.trim().is_empty() { "http://127.0.0.1/callback" } else { redirect_url.trim() };
    let mut url = Url::parse(given).map_err(|why| format!("the redirect URL {given} cannot be read: {why}"))?;
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut refused = None;
    for mut address in addresses(&url)? {
        if let Some(port) = listeners.first().and_then(|first| first.local_addr().ok()).map(|first| first.port()) {
            address.set_port(port);
        }
        match TcpListener::bind(address).await {
            Ok(listener) => listeners.push(listener),
            // Somebody else waits there: the browser might go to them.
            Err(why) if why.kind() == ErrorKind::AddrInUse => return Err(format!("another program waits at {address}: {why}")),
            Err(why) => refused = Some(format!("nothing can wait for the browser at {address}: {why}")),
        }
    }
    let port = listeners.first().and_then(|first| first.local_addr().ok()).map(|address| address.port());
    let port = port.ok_or_else(|| refused.unwrap_or_default())?;
    // A machine without IPv6 has the other one.
    let _ = url.set_port(Some(port));
    Ok((listeners, url))
}

async fn serve(listener: TcpListener, id: SendId, path: Arc<str>, seats: Arc<Semaphore>, results: mpsc::UnboundedSender<Message>) {
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (path, results) = (Arc::clone(&path), results.clone());
        tokio::spawn(async move {
            let answer = service_fn(|request| {
                let answer = answer(&request, &path, id, &results);
                async move { Ok::<_, Infallible>(answer) }
            });
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new()).header_read_timeout(HEAD).keep_alive(false);
            let _ = server.serve_connection(TokioIo::new(stream), answer).await;
            drop(seat);
        });
    }
}

fn answer(request: &Request<Incoming>, path: &str, id: SendId, results: &mpsc::UnboundedSender<Message>) -> Response<String> {
    let mut answer = Response::new(String::new());
    if request.method() != hyper::Method::GET || request.uri().path() != path {
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer;
    }
    let _ = results.send(Message::Callback(id, request.uri().query().unwrap_or_default().to_string()));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    *answer.body_mut() = PAGE.to_string();
    answer
}

/// Opens an address of the web in the user's browser.
///
/// # Errors
/// If there is none, in words.
pub fn open_browser(url: &str) -> Result<(), String> {
    webbrowser::open(url).map_err(|why| format!("no browser can be opened ({why})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_listened_on() {
        let of = |url: &str| addresses(&Url::parse(url).unwrap());
        assert_eq!(of("http://127.0.0.1:8123/callback").unwrap(), ["127.0.0.1:8123".parse().unwrap()]);
        assert_eq!(of("http://localhost/").unwrap().len(), 2);
        assert_eq!(of("http://[::1]/").unwrap(), ["[::1]:0".parse().unwrap()]);
        for other in ["https://localhost/", "http://app.example/callback", "http://0.0.0.0/", "http://10.0.0.1/", "app:/callback"] {
            assert!(of(other).is_err(), "{other}");
        }
    }
}
