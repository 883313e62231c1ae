//! Drafts are kept on a thread of their own, one thing after the other: a disk that takes its time holds up no key.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use super::drafts::Drafts;

/// Something to do with the drafts; why it cannot be done, in words.
type Job = Box<dyn FnOnce(&mut Drafts) -> Result<(), String> + Send>;

/// Does with the drafts what it is given, in order. When it is dropped, all of that is done, and the locks are given back.
#[derive(Debug)]
pub struct DraftWriter {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl DraftWriter {
    /// Begins, and waits for something to do. The first time that something cannot be done, `refused` hears why.
    ///
    /// # Errors
    /// Why no thread can be started, in words.
    pub fn start(mut drafts: Drafts, refused: impl FnOnce(String) + Send + 'static) -> Result<Self, String> {
        let (jobs, given) = mpsc::channel::<Job>();
        let work = move || {
            let mut refused = Some(refused);
            for job in given {
                if let Err(why) = job(&mut drafts)
                    && let Some(refused) = refused.take()
                {
                    refused(why);
                }
            }
        };
        let thread = thread::Builder::new().name("drafts".into()).spawn(work);
        let thread = thread.map_err(|why| format!("no thread can be started: {why}"))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Gives it something to do.
    pub fn give(&self, job: impl FnOnce(&mut Drafts) -> Result<(), String> + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // The thread is gone only when a bug ended it, which ends the program.
            let _ = jobs.send(Box::new(job));
        }
    }

    /// Returns when all that it was given is done.
    pub fn wait(&self) {
        let (tell, done) = mpsc::channel::<()>();
        self.give(move |_| {
            drop(tell);
            Ok(())
        });
        // Nothing is ever sent: that the other end is gone is the answer.
        let _ = done.recv();
    }
}

impl Drop for DraftWriter {
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
    use std::path::Path;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    /// What was done and said, in order.
    type Told = Arc<Mutex<Vec<String>>>;

    fn writer(told: &Told) -> DraftWriter {
        let nowhere = Drafts::within(Path::new("/dev/null/drafts"), Path::new("."));
        let told = Arc::clone(told);
        DraftWriter::start(nowhere, move |why| told.lock().expect("what was told").push(why)).expect("a thread")
    }

    fn tell(writer: &DraftWriter, told: &Told, text: &'static str) {
        let told = Arc::clone(told);
        writer.give(move |_| {
            told.lock().expect("what was told").push(text.into());
            Ok(())
        });
    }

    #[test]
    fn a_slow_disk_holds_nothing_up_and_the_order_stays() {
        let told = Told::default();
        let writer = writer(&told);
        let (go_on, wait) = mpsc::channel::<()>();
        // The disk does not answer before what follows was given.
        writer.give(move |_| wait.recv_timeout(Duration::from_secs(9)).map_err(|_| "held up".into()));
        tell(&writer, &told, "first");
        tell(&writer, &told, "second");
        go_on.send(()).expect("the writer");
        writer.wait();
        assert_eq!(*told.lock().expect("what was told"), ["first", "second"]);
    }

    #[test]
    fn all_is_done_when_it_is_dropped() {
        let told = Told::default();
        let writer = writer(&told);
        tell(&writer, &told, "done");
        drop(writer);
        assert_eq!(*told.lock().expect("what was told"), ["done"]);
    }

    #[test]
    fn the_first_refusal_is_told_and_no_other() {
        let told = Told::default();
        let writer = writer(&told);
        writer.give(|_| Err("the disk is full".into()));
        writer.give(|_| Err("the disk is full".into()));
        writer.wait();
        assert_eq!(*told.lock().expect("what was told"), ["the disk is full"]);
    }
}
