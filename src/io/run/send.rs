//! Sends a request and reports its progress and result to the loop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use url::Url;

use crate::app::ids::SendId;
use crate::app::message::Message;
use crate::app::workspace::sending::Failure;
use crate::domain::exchange::{Certificates, Redirects, TransferOptions};
use crate::domain::request::Request;
use crate::domain::secrecy;
use crate::io::http::options::stopped;
use crate::io::http::{HttpClient, Phase, Progress, SendError, SendErrorKind, SendOptions, TlsFault};

/// Pending progress messages; more are dropped, since only the last matters.
const PROGRESS: usize = 16;

/// How long a stopped send may take to hand over what it has read.
const HAND_OVER: Duration = Duration::from_millis(500);

/// The options of one request: the program's and the request's own.
pub(super) fn options(own: SendOptions, request: &Request, transfer: &TransferOptions) -> SendOptions {
    SendOptions {
        follow_redirects: transfer.redirects == Redirects::Follow,
        max_redirects: transfer.max_redirects.map_or(own.max_redirects, |most| most as usize),
        let_pass: let_pass(request, transfer),
        version: transfer.version,
        proxies: own.proxies.for_transfer(transfer),
        ..own
    }
}

/// Sends a request and reports to `results`.
pub(super) async fn send(
    client: Arc<HttpClient>,
    id: SendId,
    request: Box<Request>,
    options: SendOptions,
    results: mpsc::UnboundedSender<Message>,
) {
    let (tell, mut progress) = mpsc::channel(PROGRESS);
    let sending = client.send(&request, &options, &tell);
    tokio::pin!(sending);
    let (mut stop, mut is_reading_body) = (options.stop.clone(), false);
    let outcome = loop {
        tokio::select! {
            biased;
            () = stopped(stop.as_mut()) => {
                while let Ok(step) = progress.try_recv() {
                    is_reading_body |= matches!(step, Progress::Headers(_));
                }
                // Dropping the future closes the connection. A body is handed over first, as far as it was read.
                if !is_reading_body {
                    return;
                }
                match tokio::time::timeout(HAND_OVER, &mut sending).await {
                    Ok(outcome) => break outcome,
                    Err(_) => return,
                }
            }
            outcome = &mut sending => break outcome,
            Some(step) = progress.recv() => {
                is_reading_body |= matches!(step, Progress::Headers(_));
                let _ = results.send(Message::Progress(id, words(&step)));
            }
        }
    };
    let _ = results.send(match outcome {
        Err(SendError { kind: SendErrorKind::Stopped, partial: Some(partial), .. }) => Message::SendStopped(id, partial),
        Ok(received) => Message::ResponseReceived(id, Box::new(received.response), received.notices),
        Err(error) => {
            let help = if error.help.is_empty() { String::new() } else { format!(" ({})", error.help) };
            Message::SendFailed(id, format!("{}{help}", error.message), failure(&error), error.partial)
        }
    });
}

/// The hosts whose certificate is accepted anyway: the request's own, if the user said so, and those accepted by name. A redirect
/// to another host is asked about.
fn let_pass(request: &Request, transfer: &TransferOptions) -> Vec<String> {
    let own = Url::parse(request.url.trim()).ok().and_then(|url| url.host_str().map(str::to_string));
    let own = own.filter(|_| transfer.certificates == Certificates::LetPass);
    own.into_iter().chain(transfer.let_pass.iter().cloned()).collect()
}

/// Only a certificate refused by the verifier can be accepted anyway. A redirect was answered before what it led to failed.
fn failure(error: &SendError) -> Failure {
    let was_sent = matches!(error.phase, Phase::Waiting | Phase::Body) || error.partial.is_some();
    match error.kind {
        SendErrorKind::Tls(TlsFault::ClientCertificateWanted | TlsFault::NotTls | TlsFault::Other(_)) if !was_sent => Failure::Other,
        SendErrorKind::Tls(TlsFault::ClientCertificateWanted | TlsFault::NotTls | TlsFault::Other(_)) => Failure::AfterSending,
        SendErrorKind::Tls(_) => Failure::Certificate(error.host.clone()),
        SendErrorKind::Illegal | SendErrorKind::Address => Failure::Other,
        _ if was_sent => Failure::AfterSending,
        _ => Failure::Other,
    }
}

fn words(step: &Progress) -> String {
    match step {
        Progress::Phase(Phase::Prepare) => Phase::Prepare.doing().into(),
        Progress::Phase(phase) => phase.doing().into(),
        Progress::Hop(hop) => format!("redirected with {} to {}", hop.status, secrecy::replaced_in_url(&hop.location, "…")),
        Progress::Headers(answer) => format!("status {}, reading the body", answer.status),
        Progress::Body { bytes } => format!("{bytes} bytes so far"),
    }
}
