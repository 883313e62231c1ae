//! Runs the program on the real terminal.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::thread;

use crossterm::style::force_color_output;
use futures_util::stream::{self, PollNext};
use futures_util::{Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use tokio::sync::{mpsc, oneshot};

use super::{App, Dependencies, ExitReason, Input, LogReader, ReadJob, Watching};
use crate::app::Message;
use crate::app::Model;
use crate::app::effect::ProgramText;
use crate::app::ids::OpenId;
use crate::domain::visible::visible;
use crate::io::callback;
use crate::io::clipboard::Clipboard;
use crate::io::config::UserConfig;
use crate::io::drafts::Drafts;
use crate::io::keyring::Keyring;
use crate::io::mirror::Seen;
use crate::io::program::{ProgramFile, Programs};
use crate::io::state::State;
use crate::io::store::disk::RealDisk;
use crate::io::terminal::{ControllingTerminal, Guard, Mouse, Signal, Signals, TerminalOutput, inputs, install_panic_hook};

/// The exit code of a Rust program that panicked.
const BROKEN: u8 = 101;

/// What runs already when the screen opens.
#[derive(Default)]
pub struct Begun {
    /// A read in progress.
    pub reading: Option<(OpenId, ReadJob)>,
    /// What a mirror sees.
    pub heard: Option<mpsc::Receiver<Seen>>,
    /// How the lines of logs are read.
    pub log_lines: Option<LogReader>,
}

/// Runs the program until the user quits. Returns the exit code: 0, or that of the signal that
/// ended it.
///
/// # Errors
/// If the terminal cannot be used.
pub fn open(model: Model, begun: Begun, user: &UserConfig) -> io::Result<u8> {
    let (broken, breaks) = mpsc::unbounded_channel();
    // The loop owns the model and writes the draft. It catches its own panics; those of other tasks are signalled here.
    install_panic_hook(move || {
        let _ = broken.send(());
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run(model, begun, user, breaks));
    // A DNS lookup that hangs in the system must not delay the exit.
    runtime.shutdown_background();
    Ok(match ended? {
        ExitReason::Quit => 0,
        ExitReason::InputEnded => Signal::HangUp.end(),
        ExitReason::Broken | ExitReason::Program(_) => BROKEN,
        ExitReason::Signal(signal) => signal.end(),
    })
}

/// Runs until something ends it; the terminal is restored on return.
async fn run(model: Model, begun: Begun, user: &UserConfig, breaks: mpsc::UnboundedReceiver<()>) -> io::Result<ExitReason> {
    let mut signals = Signals::listen()?;
    // Opened now, because a terminal that is gone cannot be opened any more.
    let tty = ControllingTerminal::open();
    let mut guard = Guard::enter(if user.config.mouse.unwrap_or(true) { Mouse::Captured } else { Mouse::Left })?;
    let keys = inputs()?;
    // NO_COLOR has chosen the theme already; one that was named, or chosen on the screen, has its colors.
    force_color_output(true);
    let output = TerminalOutput::to_terminal();
    let terminal = Terminal::new(CrosstermBackend::new(output.clone()))?;
    let programs = Programs { editor: user.config.editor.clone(), pager: user.config.pager.clone() };
    let outside = Dependencies {
        options: user.send_options(),
        clipboard: Clipboard::from_env(),
        terminal: Box::new(output),
        keyring: Keyring::default(),
        drafts: Some(Drafts::of(Path::new("."))),
        state: Some(State::of_user()),
        disk: Arc::new(RealDisk),
        watching: Watching::On,
        browser: callback::open_browser,
    };
    let mut app = App::new(model, terminal, outside)?;
    if let Some((id, reading)) = begun.reading {
        app.open(id, reading);
    }
    begun.log_lines.into_iter().for_each(|reader| app.read_log_lines_by(reader));
    if let Some(heard) = begun.heard {
        app.hear(heard);
    }
    // A terminal that cannot be read is gone.
    let keys = keys.chain(stream::iter([Input::Signal(Signal::HangUp)]));
    let system = stream::unfold(&mut signals, async |signals| Some((Input::Signal(signals.next().await), signals)));
    let tasks = stream::unfold(breaks, async |mut breaks| breaks.recv().await.map(|()| (Input::Broken, breaks)));
    let others = stream::select(Box::pin(keys), Box::pin(system));
    // Panics first: a panic of the input thread also ends the keys.
    let mut inputs = stream::select_with_strategy(Box::pin(tasks), others, |()| PollNext::Left);
    loop {
        let ended = match app.run_guarded(&mut inputs).await {
            // The drawing failed because the terminal is gone.
            Err(_) if tty.as_ref().is_ok_and(ControllingTerminal::is_hung_up) => ExitReason::Signal(Signal::HangUp),
            ended => ended?,
        };
        match ended {
            ExitReason::Signal(Signal::Stop) => {
                guard.suspend()?;
            }
            ExitReason::Signal(Signal::Continue) => guard.resume()?,
            ExitReason::Program(text) => {
                if let Some(end) = run_program(&mut app, &mut guard, text, &programs, &mut inputs).await? {
                    return Ok(end);
                }
            }
            ended => return Ok(ended),
        }
        app.redraw()?;
    }
}

/// Gives the terminal to another program, and takes in what comes of it. Returns why this program ends, if it does meanwhile.
async fn run_program<B: Backend>(
    app: &mut App<B>,
    guard: &mut Guard,
    text: ProgramText,
    programs: &Programs,
    inputs: &mut (impl Stream<Item = Input> + Unpin),
) -> io::Result<Option<ExitReason>> {
    // The other program may take down more than itself.
    app.keep_draft().await;
    // Writing the draft took in what was read meanwhile.
    let text = app.model.text_of_program(text);
    let file = match ProgramFile::write(text, programs) {
        Ok(file) => file,
        Err(why) => {
            app.take(Message::Warn(why));
            return Ok(None);
        }
    };
    if !guard.leave() {
        app.take(Message::Warn("The terminal cannot be left to another program here".into()));
        return Ok(None);
    }
    let (message, end) = match beside(guard, file.command(), inputs).await? {
        Ended::Program(ended) => (file.outcome(ended), None),
        Ended::Here(end) => (file.saved(), Some(end)),
    };
    if end.is_some()
        && let Some(Message::Edited(_, Err(why))) = &message
    {
        // The screen is the other program's.
        let _ = writeln!(io::stderr(), "authtui: {}", visible(why));
    }
    message.into_iter().for_each(|message| app.take(message));
    match end {
        Some(_) => app.keep_draft().await,
        None => guard.resume()?,
    }
    Ok(end)
}

/// What ended while another program had the terminal.
enum Ended {
    /// The other program, with this status.
    Program(io::Result<ExitStatus>),
    /// This program, for this reason.
    Here(ExitReason),
}

/// Runs another program on the terminal, and stops with it.
async fn beside(guard: &Guard, mut command: Command, inputs: &mut (impl Stream<Item = Input> + Unpin)) -> io::Result<Ended> {
    let (sender, mut ended) = oneshot::channel();
    thread::Builder::new().name("program".into()).spawn(move || sender.send(command.status()))?;
    loop {
        tokio::select! {
            status = &mut ended => return Ok(Ended::Program(status.unwrap_or_else(|why| Err(io::Error::other(why))))),
            Some(input) = inputs.next() => match input {
                Input::Signal(Signal::Stop) => guard.stop_with_program()?,
                Input::Signal(Signal::Continue) => {}
                // That key is for the program.
                Input::Signal(signal) if signal.is_of_a_key() => {}
                Input::Signal(signal) => return Ok(Ended::Here(ExitReason::Signal(signal))),
                Input::Broken => return Ok(Ended::Here(ExitReason::Broken)),
                Input::Key(_) | Input::Paste(_) | Input::Click(..) | Input::Wheel(..) | Input::Resize(..) => {}
            },
        }
    }
}
