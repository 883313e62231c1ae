//! The thread on which requests are sent. A server that sends without end keeps its reader busy, and must not keep the loop
//! from its keys and signals.

use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// A running thread. It ends when this is dropped; nobody waits for it.
#[derive(Debug)]
pub(super) struct NetworkThread {
    handle: Handle,
    _running: oneshot::Sender<()>,
}

impl NetworkThread {
    /// Starts it.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, stopped) = oneshot::channel::<()>();
        thread::Builder::new().name("network".into()).spawn(move || {
            let _ = runtime.block_on(stopped);
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, _running: running })
    }

    /// Begins something; aborting it drops it on that thread.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.handle.spawn(task).abort_handle()
    }
}
