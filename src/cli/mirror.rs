//! `authtui mirror`: what arrives behind a proxy.

use std::io::{IsTerminal as _, stdout};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, mpsc};

use super::args::{MirrorArgs, MirrorHost, OutputFormat};
use super::export::path_and_name;
use super::mirror_row::{self, Extent};
use super::output::{Escape, StandardOutput, bad_input, complain};
use super::report_format::SendOutcome;
use super::{EXIT_BAD_INPUT, EXIT_CAUSE, EXIT_FINE, app, expect, input, send};
use crate::app::LoadedFile;
use crate::checks::OwnServices;
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy;
use crate::io::clock;
use crate::io::config::UserConfig;
use crate::io::http::tls::Roots;
use crate::io::mirror::{self, Answerer, Behavior, Forward, HostField, Observer, Recorder, Seen};
use crate::io::threads::give_way;
use crate::io::unattended::Mark;
use crate::mirror::{Judged, MARKER, Mirrored, Recorded, Required, Scheme, judge, judge_as};

/// What may still be on its way when the last request was sent.
const LATE: Duration = Duration::from_millis(300);

/// Exchanges that wait to be listed on the screen.
const MOST_LISTED_AT_ONCE: usize = 256;
/// Bytes of output that wait for the end of a burst.
const MOST_PENDING: usize = 64 << 10;

/// What begins the mark of a request that `--send` sends; its number follows.
const SENT: &str = "sent-";

/// What arrivals are compared with.
#[derive(Clone, Default)]
struct Known {
    saved: Vec<Exchange>,
    /// What `--send` has sent so far, by its mark.
    sent: Arc<Mutex<Vec<Exchange>>>,
    expected: Context,
    services: Option<Arc<OwnServices>>,
}

impl Known {
    fn judge(&self, mirrored: Mirrored) -> Judged {
        let services = self.services.as_deref();
        let mark = mirrored.received.headers.get(MARKER).and_then(|mark| mark.strip_prefix(SENT)?.parse::<usize>().ok());
        match mark {
            Some(number) => {
                let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned();
                judge_as(mirrored, sent.as_ref(), &self.expected, services)
            }
            None => judge(mirrored, &self.saved, &self.expected, services),
        }
    }
}

/// Runs the subcommand until it is stopped.
pub fn run(args: &MirrorArgs, user: &UserConfig, out: &mut StandardOutput) -> u8 {
    if args.schema {
        out.write(&format!("{:#}\n", mirror_row::schema().as_value()), Escape::Json);
        return EXIT_FINE;
    }
    let has_screen = args.format.is_none() && args.count.is_none() && !args.send.send && !args.refused && stdout().is_terminal();
    match prepare(args, user) {
        Ok(prepared) if has_screen => on_screen(args, user, prepared),
        Ok(prepared) => {
            prepared.announce(args);
            serve(args, user, prepared, out)
        }
        Err(why) => bad_input(&why),
    }
}

/// All that is needed to serve.
struct Prepared {
    runtime: Runtime,
    listener: tokio::net::TcpListener,
    bound: SocketAddr,
    behavior: Behavior,
    known: Known,
    /// The files of `--sent`, to be sent.
    files: Vec<LoadedFile>,
    recorder: Option<Recorder>,
}

fn prepare(args: &MirrorArgs, user: &UserConfig) -> Result<Prepared, String> {
    if args.send.send && args.sent.is_none() {
        return Err("--send needs --sent PATH: the requests to send".into());
    }
    let address = mirror::address(&args.listen).map_err(|why| format!("--listen {why}"))?;
    let (files, known) = known(args)?;
    let forward = args.forward.as_deref().map(|address| forward(address, args.host, user)).transpose()?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|why| format!("cannot listen: {why}"))?;
    let (listener, bound) = runtime.block_on(mirror::listen(&address))?;
    if forward.as_ref().is_some_and(|forward| forward.leads_to(bound)) {
        return Err("--forward leads to the mirror itself: give it a port of its own with --listen".into());
    }
    // Only now: a start that fails leaves no file behind.
    let recorder = args.record.as_deref().map(|path| Recorder::create(path, args.reveal)).transpose()?;
    let behavior = match forward {
        Some(forward) => Behavior::Forward(Box::new(forward)),
        None => answering(args, &known)?,
    };
    Ok(Prepared { runtime, listener, bound, behavior, known, files, recorder })
}

impl Prepared {
    /// Says where it listens, and what it does.
    fn announce(&self, args: &MirrorArgs) {
        let bound = self.bound;
        let what = match (&args.forward, &args.answer, &args.require) {
            (Some(address), ..) => format!("passes on to {address}"),
            (_, Some(path), _) => format!("answers with {path}"),
            // What follows is the name of a header, unless somebody took it for the key.
            (.., Some(scheme)) => match scheme.split_once('=') {
                Some((_, header)) => format!("asks for an API key in {}", secrecy::quoted(header)),
                None => format!("asks for {scheme}"),
            },
            _ => "answers with what arrives".into(),
        };
        complain(&format!("listening at http://{bound}, {what}; Ctrl-C ends"));
        if !bound.ip().is_loopback() {
            complain("whoever reaches this machine can send requests to it");
        }
    }
}

/// The requests of `--sent`, and what else is known.
fn known(args: &MirrorArgs) -> Result<(Vec<LoadedFile>, Known), String> {
    let expected = expect::context(&args.expect)?;
    let Some(argument) = &args.sent else {
        return Ok((Vec::new(), Known { expected, ..Known::default() }));
    };
    let (path, name) = path_and_name(argument);
    let (files, unknown) = input::exchanges(path, args.env.as_deref().unwrap_or_default())?;
    unknown.iter().for_each(|message| complain(message));
    let is_wanted = |exchange: &&Exchange| name.is_none_or(|name| exchange.title().eq_ignore_ascii_case(name));
    let mut sent: Vec<Exchange> = files.iter().flat_map(|file| &file.exchanges).filter(is_wanted).cloned().collect();
    if sent.is_empty() {
        return Err(format!("{path}: no request is named {:?}", name.unwrap_or_default()));
    }
    sent.iter_mut().for_each(|exchange| expect::apply(&expected, &mut exchange.context));
    let services = files.iter().find_map(|file| file.services.clone());
    Ok((files, Known { saved: sent, expected, services, ..Known::default() }))
}

fn forward(address: &str, host: Option<MirrorHost>, user: &UserConfig) -> Result<Forward, String> {
    let host = host.map(|host| match host {
        MirrorHost::Received => HostField::Received,
        MirrorHost::Own => HostField::Own,
    });
    let roots = Roots::load(&[], user.send_options().ca_file.as_deref()).map_err(|why| why.to_string())?;
    Forward::to(address, host, &roots).map_err(|why| format!("--forward: {why}"))
}

/// What answers in the application's place.
fn answering(args: &MirrorArgs, known: &Known) -> Result<Behavior, String> {
    let (with, is_judged): (Box<Answerer>, bool) = match (&args.answer, &args.require) {
        (Some(path), _) => {
            let (files, _) = input::exchanges(path, args.env.as_deref().unwrap_or_default())?;
            let exchanges = files.into_iter().flat_map(|file| file.exchanges).collect();
            let recorded = Recorded::of(exchanges).ok_or_else(|| format!("{path}: there is no recorded response in it"))?;
            (Box::new(move |mirrored| recorded.answer(&mirrored.received).unwrap_or_default()), true)
        }
        (None, Some(scheme)) => {
            let required =
                Required { scheme: required(scheme, args)?, expected: known.expected.clone(), origin: args.allow_origin.clone() };
            (Box::new(move |mirrored| required.answer(&mirrored.received, mirrored.at)), true)
        }
        (None, None) => {
            let known = known.clone();
            let shown = move |mirrored: &Mirrored| {
                let judged = known.judge(Mirrored { status: 200, ..mirrored.clone() });
                let headers: Headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")].into_iter().collect();
                Response { status: 200, headers, body: format!("{}\n", mirror_row::answer(&judged)).into(), ..Response::default() }
            };
            (Box::new(shown), false)
        }
    };
    Ok(Behavior::Answer { with, is_judged })
}

/// What `--require` and `--credential` ask for.
fn required(scheme: &str, args: &MirrorArgs) -> Result<Scheme, String> {
    let credential = args.credential.as_deref().map(input::read).transpose()?;
    if let Some(credential) = &credential {
        input::warn_of_arguments(&[credential]);
    }
    let credential = credential.map(|read| read.text);
    let lower = scheme.to_ascii_lowercase();
    match (lower.as_str(), lower.strip_prefix("api-key="), credential) {
        ("basic", _, None) => Ok(Scheme::Basic(None)),
        ("basic", _, Some(pair)) => {
            let (user, password) = pair.split_once(':').ok_or("--credential is to be user:password for basic")?;
            Ok(Scheme::Basic(Some((user.into(), password.into()))))
        }
        ("bearer", _, None) => Ok(Scheme::Bearer),
        ("bearer", _, Some(_)) => {
            Err("--credential is for basic and api-key; what a token is to have is told by --jwks, --expect-audience …".into())
        }
        (_, Some(name), key) if !name.is_empty() => {
            // In its own spelling, for messages.
            let header = scheme.split_once('=').map_or(name, |(_, header)| header);
            Ok(Scheme::ApiKey { header: header.into(), key })
        }
        _ => Err(format!("--require {scheme:?}: known are basic, bearer, and api-key=HEADER such as api-key=X-API-Key")),
    }
}

/// Lists what arrives on the screen, beside the saved requests.
fn on_screen(args: &MirrorArgs, user: &UserConfig, prepared: Prepared) -> u8 {
    let Prepared { runtime, listener, bound, behavior, files, mut recorder, .. } = prepared;
    let (observer, mut heard, unseen) = Observer::new();
    let (tell, listed) = mpsc::channel(MOST_LISTED_AT_ONCE);
    let done = Arc::new(Notify::new());
    thread::scope(|scope| {
        let stop = Arc::clone(&done);
        scope.spawn(move || runtime.block_on(mirror::serve(listener, behavior, observer, async move { stop.notified().await })));
        let recording = scope.spawn(move || {
            let (mut failed, mut unlisted) = (None, 0);
            while let Some(seen) = heard.blocking_recv() {
                if let (Seen::Exchange(mirrored, _), Some(to)) = (&seen, &mut recorder) {
                    let (request, answer) = (mirrored.received.clone(), mirrored.answer.clone());
                    if let Err(why) = to.add(&Exchange { request, answer, ..Exchange::default() }, mirrored.at) {
                        failed = Some(why.to_string());
                        recorder = None;
                    }
                }
                // Of a flood not everything is listed; the file has all of it.
                unlisted += u64::from(tell.try_send(seen).is_err());
            }
            (recorder, failed, unlisted)
        });
        let code = app::mirror(files, &bound.to_string(), args.env.as_deref().unwrap_or_default(), user, listed);
        done.notify_one();
        if let Ok((recorder, failed, unlisted)) = recording.join() {
            let path = args.record.as_deref().unwrap_or(Path::new(""));
            recorder
                .iter()
                .for_each(|to| complain(&format!("{}: {} recorded", path.display(), counted(to.count(), "exchange", "exchanges"))));
            failed.iter().for_each(|why| complain(&format!("{}: {why}; what followed is not recorded", path.display())));
            let unlisted = unlisted + unseen.load(Ordering::Relaxed);
            if unlisted > 0 {
                complain(&format!("{} more than could be listed", counted(unlisted, "exchange", "exchanges")));
            }
        }
        code
    })
}

fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn serve(args: &MirrorArgs, user: &UserConfig, prepared: Prepared, out: &mut StandardOutput) -> u8 {
    let Prepared { runtime, listener, behavior, known, mut files, recorder, .. } = prepared;
    let (observer, mut heard, unseen) = Observer::new();
    let done = Arc::new(Notify::new());
    let mut printer = Printer::new(args, known, recorder, out);
    thread::scope(|scope| {
        let stop = Arc::clone(&done);
        // The runtime goes with its thread, and with it whoever still could tell of an exchange.
        scope.spawn(move || runtime.block_on(mirror::serve(listener, behavior, observer, mirror::stopped(stop))));
        let sending = args.send.send.then(|| {
            let stop = Arc::clone(&done);
            let name = args.sent.as_deref().and_then(|argument| path_and_name(argument).1);
            let files = std::mem::take(&mut files);
            let sent = Arc::clone(&printer.known.sent);
            // Each request is known again by its mark, as it was sent, with all variables drawn.
            let mark: Mark = Arc::new(move |exchange: &Exchange, request: &mut Request| {
                let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
                sent.push(Exchange { request: request.clone(), answer: None, ..exchange.clone() });
                request.headers.push(MARKER, format!("{SENT}{}", sent.len() - 1));
            });
            scope.spawn(move || {
                let mut named = [send::Named { files, name }];
                let outcomes = send::send(&mut named, args.env.as_deref().unwrap_or_default(), args.send, user, Some(&mark));
                thread::sleep(LATE);
                stop.notify_one();
                let [named] = named;
                (named.files, outcomes.into_iter().next().unwrap_or_default())
            })
        });
        // What passes is not to wait for what is said of it; a recording is asked for whole.
        if printer.recorder.is_none() {
            give_way();
        }
        while let Some(seen) = heard.blocking_recv() {
            if !printer.print(seen) {
                done.notify_one();
            }
            // What more is there is written with it.
            if heard.is_empty() {
                printer.flush();
            }
        }
        if let Some((files, outcomes)) = sending.and_then(|sending| sending.join().ok()) {
            printer.complain_of_unsent(&files, &outcomes);
        }
    });
    printer.end(unseen.load(Ordering::Relaxed))
}

/// Judges what was seen, and prints it.
struct Printer<'a, 'o> {
    args: &'a MirrorArgs,
    known: Known,
    recorder: Option<Recorder>,
    out: &'o mut StandardOutput,
    zone: jiff::tz::TimeZone,
    extent: Extent,
    exchanges: u64,
    with_cause: u64,
    /// Those that were refused, and nothing tells why.
    unexplained: u64,
    with_fault: u64,
    is_bad: bool,
    arrived: Vec<String>,
    /// What is not written yet: a write for each exchange would cost more than the rest.
    pending: String,
}

impl<'a, 'o> Printer<'a, 'o> {
    fn new(args: &'a MirrorArgs, known: Known, recorder: Option<Recorder>, out: &'o mut StandardOutput) -> Self {
        let shows = args.forward.is_none() && args.answer.is_none() && args.require.is_none();
        let extent = if shows { Extent::Headers } else { Extent::Line };
        let zone = clock::zone();
        Self {
            args,
            known,
            recorder,
            out,
            zone,
            extent,
            exchanges: 0,
            with_cause: 0,
            unexplained: 0,
            with_fault: 0,
            is_bad: false,
            arrived: Vec::new(),
            pending: String::new(),
        }
    }

    /// False once no more is wanted.
    fn print(&mut self, seen: Seen) -> bool {
        let mirrored = match seen {
            Seen::Exchange(mirrored, _) => *mirrored,
            Seen::Broken(from, why, _) => {
                complain(&format!("no request could be read from {from}: {why}"));
                return true;
            }
        };
        if self.args.count.is_some_and(|most| self.exchanges >= most) {
            return false;
        }
        let judged = self.known.judge(mirrored);
        let is_wrong = !judged.report.is_fine() || judged.fault.is_some();
        self.exchanges += 1;
        self.with_cause += u64::from(!judged.report.causes.is_empty());
        self.unexplained += u64::from(judged.report.is_unexplained);
        self.with_fault += u64::from(judged.fault.is_some());
        // No more names than there are requests to miss.
        if let Some(name) = judged.arrival.name.as_ref().filter(|name| self.args.send.send && !self.arrived.contains(name)) {
            self.arrived.push(name.clone());
        }
        // The file does not wait for whoever reads the output.
        self.record(&judged);
        if is_wrong || !self.args.refused {
            match self.args.format {
                Some(OutputFormat::Json) => self.pending.extend([mirror_row::line(&judged, self.args.reveal).as_str(), "\n"]),
                Some(OutputFormat::Text) | None => {
                    self.pending.push_str(&mirror_row::text(&judged, &self.zone, self.extent, self.args.reveal))
                }
            }
            if self.pending.len() > MOST_PENDING {
                self.flush();
            }
        }
        !self.out.has_failed() && self.args.count.is_none_or(|most| self.exchanges < most)
    }

    /// Writes what was judged since the last time.
    fn flush(&mut self) {
        let escape = if self.args.format == Some(OutputFormat::Json) { Escape::Json } else { Escape::People };
        self.out.write(&std::mem::take(&mut self.pending), escape);
        self.out.flush();
    }

    fn record(&mut self, judged: &Judged) {
        let Some(recorder) = &mut self.recorder else { return };
        let (request, answer) = (judged.arrival.transit.received.clone(), judged.arrival.exchange.answer.clone());
        let exchange = Exchange { request, answer, ..Exchange::default() };
        if let Err(why) = recorder.add(&exchange, judged.at) {
            let path = self.args.record.as_deref().unwrap_or(Path::new(""));
            complain(&format!("{}: {why}; what follows is not recorded", path.display()));
            (self.recorder, self.is_bad) = (None, true);
        }
    }

    /// Requests that were not sent, and those that were answered before they arrived here.
    fn complain_of_unsent(&mut self, files: &[LoadedFile], outcomes: &send::Outcomes) {
        let wanted = self.args.sent.as_deref().and_then(|argument| path_and_name(argument).1);
        let all = files.iter().zip(outcomes).flat_map(|(file, outcomes)| file.exchanges.iter().zip(outcomes));
        for (exchange, outcome) in all.filter(|(exchange, _)| wanted.is_none_or(|name| exchange.title().eq_ignore_ascii_case(name))) {
            let name = exchange.title();
            let why = match outcome {
                SendOutcome::Skipped(why) => {
                    complain(&format!("“{name}” was left out: {why}"));
                    continue;
                }
                SendOutcome::NotSent(why) => format!("was not sent: {why}"),
                SendOutcome::NoAnswer(why) => format!("was not answered: {why}"),
                _ if self.arrived.contains(&name) => continue,
                _ => {
                    let status = exchange.answer.as_ref().map_or(0, |answer| answer.status);
                    format!("was answered {status} and did not arrive here: something before it answers, or its address leads elsewhere")
                }
            };
            complain(&format!("“{name}” {why}"));
            self.is_bad = true;
        }
    }

    fn end(mut self, unseen: u64) -> u8 {
        self.flush();
        let mut told = vec![format!("{} with a cause", self.with_cause)];
        if self.unexplained > 0 {
            told.push(format!("{} refused without one", self.unexplained));
        }
        if self.with_fault > 0 {
            told.push(format!("{} not answered or cut", self.with_fault));
        }
        let causes = told.join(", ");
        let recorded = self.recorder.as_ref().map_or_else(String::new, |recorder| format!(", {} recorded", recorder.count()));
        complain(&format!("{}, {causes}{recorded}", counted(self.exchanges, "exchange", "exchanges")));
        if unseen > 0 {
            complain(&format!(
                "{} passed without being looked at: more arrived than could be shown",
                counted(unseen, "exchange", "exchanges")
            ));
        }
        match () {
            () if self.is_bad => EXIT_BAD_INPUT,
            () if self.with_cause + self.unexplained + self.with_fault > 0 => EXIT_CAUSE,
            () => EXIT_FINE,
        }
    }
}
