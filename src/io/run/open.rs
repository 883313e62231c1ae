//! The program on the real terminal.

use std::io;
use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, PollNext};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::sync::mpsc;

use super::{App, End, Input, Outside, Reading};
use crate::app::Model;
use crate::app::ids::OpenId;
use crate::io::clipboard::Clipboard;
use crate::io::drafts::Drafts;
use crate::io::http::{Proxies, SendOptions};
use crate::io::store::disk::RealDisk;
use crate::io::terminal::hang_up::{controlling, is_hung_up};
use crate::io::terminal::{Guard, Mouse, Output, Signal, Signals, inputs, install_panic_hook};

/// The exit code of a Rust program that panicked.
const BROKEN: u8 = 101;

/// Runs the program until the user leaves, with what is still being read, if anything is. Gives the exit code: 0, or that of the
/// signal that ended it.
///
/// # Errors
/// When the terminal cannot be taken or written to.
pub fn open(model: Model, reading: Option<(OpenId, Reading)>) -> io::Result<u8> {
    let (broken, breaks) = mpsc::unbounded_channel();
    // The model belongs to the loop, which keeps the draft: a panic of its own it catches, and that of a task it hears of here.
    install_panic_hook(move || {
        let _ = broken.send(());
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run(model, reading, breaks));
    // A look-up of a name that hangs in the system must not keep the program from leaving.
    runtime.shutdown_background();
    Ok(match ended? {
        End::Quit => 0,
        End::InputEnded => Signal::HangUp.end(),
        End::Broken => BROKEN,
        End::Signal(signal) => signal.end(),
    })
}

/// Runs until something ends it; the terminal is given back when it returns.
async fn run(model: Model, reading: Option<(OpenId, Reading)>, breaks: mpsc::UnboundedReceiver<()>) -> io::Result<End> {
    let mut signals = Signals::listen()?;
    // Taken while it lives: a terminal that has gone cannot be asked for any more.
    let tty = controlling();
    let mut guard = Guard::enter(Mouse::Captured)?;
    let keys = inputs()?;
    let output = Output::to_terminal();
    let terminal = Terminal::new(CrosstermBackend::new(output.clone()))?;
    let options = SendOptions { proxies: Proxies::from_env(), ..SendOptions::default() };
    let outside = Outside {
        options,
        clipboard: Clipboard::from_env(),
        terminal: Box::new(output),
        drafts: Some(Drafts::of(Path::new("."))),
        disk: Arc::new(RealDisk),
    };
    let mut app = App::new(model, terminal, outside)?;
    if let Some((id, reading)) = reading {
        app.open(id, reading);
    }
    // A terminal that cannot be read any more is gone.
    let keys = keys.chain(stream::iter([Input::Signal(Signal::HangUp)]));
    let system = stream::unfold(&mut signals, async |signals| Some((Input::Signal(signals.next().await), signals)));
    let tasks = stream::unfold(breaks, async |mut breaks| breaks.recv().await.map(|()| (Input::Broken, breaks)));
    let others = stream::select(Box::pin(keys), Box::pin(system));
    // A panic first: the one of the thread that reads the terminal also ends the keys.
    let mut inputs = stream::select_with_strategy(Box::pin(tasks), others, |()| PollNext::Left);
    loop {
        let ended = match app.run_guarded(&mut inputs).await {
            // What cannot be drawn because there is no terminal any more is no fault of the drawing.
            Err(_) if tty.as_ref().is_ok_and(is_hung_up) => End::Signal(Signal::HangUp),
            ended => ended?,
        };
        match ended {
            End::Signal(Signal::Stop) => {
                guard.suspend()?;
            }
            End::Signal(Signal::Continue) => guard.resume()?,
            ended => return Ok(ended),
        }
        app.redraw()?;
    }
}
