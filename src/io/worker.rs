//! A thread that does one thing after the other beside the loop: a disk that takes its time holds up no key.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

type Job<T> = Box<dyn FnOnce(&mut T) + Send>;

/// Does what it is given with a value of its own, in order. When it is dropped, all of that is done.
#[derive(Debug)]
pub struct Worker<T> {
    jobs: Option<mpsc::Sender<Job<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a thread of this name.
    ///
    /// # Errors
    /// Why no thread can be started, in words.
    pub fn start(name: &str, mut value: T) -> Result<Self, String> {
        let (jobs, given) = mpsc::channel::<Job<T>>();
        let work = move || given.into_iter().for_each(|job| job(&mut value));
        let thread = thread::Builder::new().name(name.into()).spawn(work);
        let thread = thread.map_err(|why| format!("no thread can be started: {why}"))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }
}

impl<T> Worker<T> {
    /// Gives it something to do.
    pub fn give(&self, job: impl FnOnce(&mut T) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // The thread is gone only when a bug ended it, which ends the program.
            let _ = jobs.send(Box::new(job));
        }
    }

    /// Returns when all that it was given is done.
    pub fn wait(&self) {
        let (tell, done) = mpsc::channel::<()>();
        self.give(move |_| drop(tell));
        // Nothing is ever sent: that the other end is gone is the answer.
        let _ = done.recv();
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic was told of where it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    /// What was done, in order.
    type Done = Arc<Mutex<Vec<&'static str>>>;

    fn note(worker: &Worker<Done>, text: &'static str) {
        worker.give(move |done| done.lock().expect("what was done").push(text));
    }

    #[test]
    fn a_slow_job_holds_nothing_up_and_the_order_stays() {
        let done = Done::default();
        let worker = Worker::start("test", Arc::clone(&done)).expect("a thread");
        let (go_on, wait) = mpsc::channel::<()>();
        // It does not end before what follows was given.
        worker.give(move |done| {
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
