//! The network as it can be: scripted servers on loopback, byte by byte.

mod hostile;
mod http2;
mod plain;
mod proxies;
mod redirects;
pub mod server;
mod tls;

use std::time::Duration;

use authtui::domain::request::Request;
use authtui::io::http::{HttpClient, Progress, ReceivedResponse, SendError, SendOptions, Timeouts};
use tokio::sync::mpsc;

/// Limits short enough for a test and long enough for a busy machine.
fn patient() -> SendOptions {
    let second = Duration::from_secs(5);
    let timeouts = Timeouts { dns: second, connect: second, tls: second, first_byte: second, between: second, whole: second * 2 };
    SendOptions { timeouts, ..SendOptions::default() }
}

fn get(url: String, headers: &[(&str, &str)]) -> Request {
    Request { method: "GET".into(), url, headers: headers.iter().copied().collect(), body: "".into(), ..Request::default() }
}

/// Sends on a runtime like the program's own, and returns what was told on the way.
fn send_telling(client: &HttpClient, request: &Request, options: &SendOptions) -> (Result<ReceivedResponse, SendError>, Vec<Progress>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, mut receiver) = mpsc::channel(64);
    let outcome = runtime.block_on(client.send(request, options, &sender));
    runtime.shutdown_background();
    drop(sender);
    let mut told = Vec::new();
    while let Ok(progress) = receiver.try_recv() {
        told.push(progress);
    }
    (outcome, told)
}

fn send(request: &Request, options: &SendOptions) -> Result<ReceivedResponse, SendError> {
    send_telling(&HttpClient::new(), request, options).0
}
