//! The threads that send requests. A server that sends endlessly keeps its reader busy, which must block neither the event loop
//! nor another send.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A running thread. What it does ends when this is dropped; nothing joins it.
#[derive(Debug)]
pub(super) struct NetworkThread {
    running: oneshot::Sender<()>,
}

impl NetworkThread {
    /// Starts a thread for a task.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(super) fn start(task: impl Future<Output = ()> + Send + 'static) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (running, dropped) = oneshot::channel::<()>();
        thread::Builder::new().name("network".into()).spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    biased;
                    _ = dropped => {}
                    () = task => {}
                }
            });
            runtime.shutdown_background();
        })?;
        Ok(Self { running })
    }

    /// True once its task is done.
    pub(super) fn is_finished(&self) -> bool {
        self.running.is_closed()
    }
}
