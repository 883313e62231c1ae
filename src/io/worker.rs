//! A background thread that runs jobs in order, so that a slow disk does not block keys.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

type Job<T> = Box<dyn FnOnce(&mut T) + Send>;

/// Runs jobs in order on a value it owns. Dropping it waits for all jobs.
#[derive(Debug)]
pub struct Worker<T> {
    jobs: Option<mpsc::Sender<Job<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a named thread.
    ///
    /// # Errors
    /// Why the thread cannot be started.
    pub fn start(name: &str, mut value: T) -> Result<Self, String> {
        let (jobs, given) = mpsc::channel::<Job<T>>();
        let work = move || given.into_iter().for_each(|job| job(&mut value));
        let thread = thread::Builder::new().name(name.into()).spawn(work);
        let thread = thread.map_err(|why| format!("cannot start a thread: {why}"))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }
}

impl<T> Worker<T> {
    /// Adds a job.
    pub fn submit(&self, job: impl FnOnce(&mut T) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // The thread ends early only by a panic, which ends the program.
            let _ = jobs.send(Box::new(job));
        }
    }

    /// Waits for all jobs so far.
    pub fn wait(&self) {
        let (tell, done) = mpsc::channel::<()>();
        self.submit(move |_| drop(tell));
        // Nothing is ever sent: the dropped sender is the signal.
        let _ = done.recv();
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The panic was reported already.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    /// The finished jobs, in order.
    type Done = Arc<Mutex<Vec<&'static str>>>;

    fn note(worker: &Worker<Done>, text: &'static str) {
        worker.submit(move |done| done.lock().expect("what was done").push(text));
    }

    #[test]
    fn a_slow_job_holds_nothing_up_and_the_order_stays() {
        let done = Done::default();
        let worker = Worker::start("test", Arc::clone(&done)).expect("a thread");
        let (go_on, wait) = mpsc::channel::<()>();
        // It waits until the other jobs were added.
        worker.submit(move |done| {
            if wait.recv_timeout(Duration::from_secs(9)).is_err() {
                done.lock().expect("what was done").push("held up");
            }
        });
        note(&worker, "first");
        note(&worker, "second");
        go_on.send(()).expect("the worker");
        worker.wait();
        assert_eq!(*done.lock().expect("what was done"), ["first", "second"]);
    }

    #[test]
    fn all_is_done_when_it_is_dropped() {
        let done = Done::default();
        let worker = Worker::start("test", Arc::clone(&done)).expect("a thread");
        note(&worker, "done");
        drop(worker);
        assert_eq!(*done.lock().expect("what was done"), ["done"]);
    }
}
