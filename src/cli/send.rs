//! `authtui check --send`: the requests are sent, and their fresh answers are judged.

use std::thread;

use super::args::SendArgs;
use super::report_format::SendOutcome;
use crate::app::LoadedFile;
use crate::app::ids::RequestPosition;
use crate::domain::exchange::Exchange;
use crate::domain::status::StatusPattern;
use crate::domain::trial::variants::is_safe;
use crate::io::config::UserConfig;
use crate::io::unattended::{Answers, Mark, Sent, Unanswered, Unattended};

/// The outcomes of the requests of each file, in their order.
pub type Outcomes = Vec<Vec<SendOutcome>>;

/// What one argument names: files that may refer to one another.
#[derive(Debug)]
pub struct Named<'a> {
    pub files: Vec<LoadedFile>,
    /// With a name, only requests of that name are sent.
    pub name: Option<&'a str>,
}

/// The place of an argument, and that of a file in it.
type Place = (usize, usize);

/// A file by its place, and what came of each of its requests.
type SentFile = (Place, Vec<(SendOutcome, Option<Exchange>)>);

/// Sends the requests of all that is named, and puts the answers into them.
pub fn send(named: &mut [Named], environment: &str, args: SendArgs, user: &UserConfig, mark: Option<&Mark>) -> Vec<Outcomes> {
    let places: Vec<Place> = named.iter().enumerate().flat_map(|(at, named)| (0..named.files.len()).map(move |file| (at, file))).collect();
    let jobs = usize::from(args.jobs).clamp(1, places.len().max(1));
    // The requests of one file share a session, in which one may log in for the others.
    let shared: &[Named] = named;
    let work = |job: usize| {
        let own: Vec<Place> = places.iter().copied().skip(job).step_by(jobs).collect();
        let of_one_argument = own.chunk_by(|(one, _), (other, _)| one == other);
        of_one_argument.flat_map(|places| session(shared, places, environment, args, user, mark)).collect::<Vec<_>>()
    };
    let done: Vec<SentFile> = thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (0..jobs).map(|job| scope.spawn(move || work(job))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    let mut outcomes: Vec<Outcomes> = named.iter().map(|named| vec![Vec::new(); named.files.len()]).collect();
    for ((at, number), sent) in done {
        let Some(file) = named.get_mut(at).and_then(|named| named.files.get_mut(number)) else { continue };
        for (exchange, (outcome, answered)) in file.exchanges.iter_mut().zip(sent) {
            match answered {
                Some(answered) => *exchange = answered,
                // A recorded answer is not this one's.
                None => exchange.answer = None,
            }
            if let Some(outcomes) = outcomes.get_mut(at).and_then(|files| files.get_mut(number)) {
                outcomes.push(outcome);
            }
        }
    }
    outcomes
}

/// The session of one of several threads: some files of one argument.
fn session(named: &[Named], own: &[Place], environment: &str, args: SendArgs, user: &UserConfig, mark: Option<&Mark>) -> Vec<SentFile> {
    let Some(Named { files, name }) = own.first().and_then(|(at, _)| named.get(*at)) else { return Vec::new() };
    let refused = |why: &str| {
        let failed = |place: &Place| {
            let count = files.get(place.1).map_or(0, |file| file.exchanges.len());
            (*place, (0..count).map(|_| (SendOutcome::NotSent(why.to_string()), None)).collect())
        };
        own.iter().map(failed).collect::<Vec<SentFile>>()
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return refused(&format!("nothing can be sent: {why}")),
    };
    let SendArgs { timeout, retry, process_env, cookies, .. } = args;
    let mut options = user.send_options();
    if let Some(seconds) = timeout {
        options.timeouts.whole = seconds.into();
        options.timeouts.first_byte = options.timeouts.first_byte.min(options.timeouts.whole);
    }
    // All files of the argument are there: a request may refer to the answer of another file's.
    let mut session = Unattended::new(
        files.clone(),
        environment,
        options,
        Answers { process_env, cookies, retries: retry.into(), unsafe_methods: args.r#unsafe },
    );
    session.mark_by(mark.cloned());
    session.keep_tokens(user.config.keep_tokens);
    let sent = own.iter().filter_map(|place| Some((*place, files.get(place.1)?))).map(|(place, file)| {
        let requests = (0..).zip(&file.exchanges).map(|(entry, exchange)| {
            if let Some(why) = left_out(exchange, *name, args) {
                return (SendOutcome::Skipped(why), None);
            }
            match runtime.block_on(session.send(RequestPosition { file: place.1, entry })) {
                Err(Unanswered { why, was_sent: true }) => (SendOutcome::NoAnswer(why), None),
                Err(Unanswered { why, was_sent: false }) => (SendOutcome::NotSent(why), None),
                Ok(Sent { exchange, fault }) => (with_fault(judged(&exchange), fault), Some(exchange)),
            }
        });
        (place, requests.collect())
    });
    sent.collect()
}

/// Why a request is not sent.
fn left_out(exchange: &Exchange, name: Option<&str>, args: SendArgs) -> Option<String> {
    let method = &exchange.request.method;
    match name {
        Some(name) if !exchange.title().eq_ignore_ascii_case(name) => Some(format!("only “{name}” is sent")),
        _ if is_safe(method) || args.r#unsafe => None,
        _ if method.eq_ignore_ascii_case("POST") => {
            Some("POST may change something: --unsafe sends it, and a request that needs its answer".into())
        }
        _ => Some(format!("{method} may change something: --unsafe sends it")),
    }
}

/// Whether the status is the expected one.
fn judged(answered: &Exchange) -> SendOutcome {
    let status = answered.answer.as_ref().map_or(0, |answer| answer.status);
    let wanted = &answered.context.expect_status;
    match wanted.as_slice() {
        [] if (200..400).contains(&status) => SendOutcome::Expected,
        [] => SendOutcome::Unexpected("2xx".into()),
        patterns if patterns.iter().any(|pattern| fits(pattern, status)) => SendOutcome::Expected,
        patterns => SendOutcome::Unexpected(patterns.join(", ")),
    }
}

/// The outcome, where the answer did not come whole.
fn with_fault(outcome: SendOutcome, fault: Option<String>) -> SendOutcome {
    match (outcome, fault) {
        (SendOutcome::Unexpected(wanted), Some(why)) => SendOutcome::Cut { wanted: Some(wanted), why },
        (_, Some(why)) => SendOutcome::Cut { wanted: None, why },
        (outcome, None) => outcome,
    }
}

/// `200`, `2xx`, or `200-299`.
fn fits(pattern: &str, status: u16) -> bool {
    StatusPattern::read(pattern).is_some_and(|pattern| pattern.fits(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_no_refusal_unless_another_status_is_expected() {
        let answered = |status: u16, wanted: &[&str]| {
            let mut exchange =
                Exchange { answer: Some(crate::domain::response::Response { status, ..Default::default() }), ..Exchange::default() };
            exchange.context.expect_status = wanted.iter().map(|text| (*text).to_string()).collect();
            judged(&exchange)
        };
        assert_eq!(answered(302, &[]), SendOutcome::Expected);
        assert_eq!(answered(302, &["200"]), SendOutcome::Unexpected("200".into()));
        assert_eq!(answered(401, &["401"]), SendOutcome::Expected);
        assert_eq!(answered(500, &[]), SendOutcome::Unexpected("2xx".into()));
    }
}
