//! The bench on the real terminal.

use std::io::{self, BufWriter};

use crossterm::event::EventStream;
use futures_util::{StreamExt as _, stream};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::{Bench, End, Input, Outside, from_terminal};
use crate::app::Model;
use crate::io::clipboard::Clipboard;
use crate::io::http::{Proxies, SendOptions};
use crate::io::terminal::{Guard, Mouse, Signal, Signals, forbid_core_dumps, install_panic_hook};

/// Opens the bench and runs it until the user leaves. Gives the exit code: 0, or that of the signal that ended it.
///
/// # Errors
/// When the terminal cannot be taken or written to.
pub fn open(model: Model) -> io::Result<u8> {
    install_panic_hook(|| ());
    // Without the right to it the program runs as well; a dump would hold the tokens on the screen.
    let _ = forbid_core_dumps();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run(model));
    // A look-up of a name that hangs in the system must not keep the program from leaving.
    runtime.shutdown_background();
    ended
}

async fn run(model: Model) -> io::Result<u8> {
    let mut signals = Signals::listen()?;
    let mut guard = Guard::enter(Mouse::Captured)?;
    // One write a frame: a frame that is drawn in pieces flickers.
    let terminal = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(1 << 16, io::stdout())))?;
    let options = SendOptions { proxies: Proxies::from_env(), ..SendOptions::default() };
    let outside = Outside { options, clipboard: Clipboard::from_env(), terminal: Box::new(io::stdout()) };
    let mut bench = Bench::new(model, terminal, outside)?;
    // A terminal that cannot be read any more is gone.
    let keys = EventStream::new().filter_map(async |event| event.map_or(Some(Input::Signal(Signal::HangUp)), from_terminal));
    let system = stream::unfold(&mut signals, async |signals| Some((Input::Signal(signals.next().await), signals)));
    let mut inputs = stream::select(Box::pin(keys), Box::pin(system));
    loop {
        match bench.run(&mut inputs).await? {
            End::Quit => return Ok(0),
            End::InputEnded => return Ok(Signal::HangUp.exit_code().unwrap_or_default()),
            End::Signal(signal) => match signal {
                Signal::Stop => {
                    guard.suspend()?;
                }
                Signal::Continue => guard.resume()?,
                ending => return Ok(ending.exit_code().unwrap_or_default()),
            },
        }
        bench.redraw()?;
    }
}
