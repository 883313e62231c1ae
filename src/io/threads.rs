//! Splits work between two threads, and lets one go before another.

use std::panic::resume_unwind;
use std::sync::mpsc;
use std::thread;

/// From this many items a second thread pays off.
const MANY: usize = 64;

/// Items per chunk.
const CHUNK: usize = 16;

/// How many chunks a thread may be ahead of the consumer; limits memory use.
const AHEAD: usize = 4;

/// Lets this thread run when no other of the program wants to. Where threads have no priorities of their own nothing changes.
pub fn give_way() {
    // Linux alone has a priority for each thread under its id. Without it, only speed is lost.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), LOWEST_PRIORITY);
}

/// The "niceness" of what is least urgent.
#[cfg(target_os = "linux")]
const LOWEST_PRIORITY: i32 = 19;

/// Processes items in order; if there are many, on two threads.
pub fn halves<T: Sync, R: Send>(things: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    if things.len() < MANY {
        return work(things);
    }
    let (first, second) = things.split_at(things.len() / 2);
    thread::scope(|scope| {
        let second = scope.spawn(|| work(second));
        let mut made = work(first);
        // A panic on the other thread is a panic here.
        made.extend(second.join().unwrap_or_else(|panic| resume_unwind(panic)));
        made
    })
}

/// Processes items in chunks, in order, while the consumer runs. Many items are processed by two threads, each with its own
/// worker, which may keep state between chunks.
pub fn in_chunks<T, R, W>(things: &[T], worker: impl Fn() -> W + Sync, mut take: impl FnMut(R))
where
    T: Sync,
    R: Send,
    W: FnMut(&[T]) -> R,
{
    if things.len() < MANY {
        let mut work = worker();
        return things.chunks(CHUNK).for_each(|piece| take(work(piece)));
    }
    thread::scope(|scope| {
        let made = [0, 1].map(|turn| {
            let (give, made) = mpsc::sync_channel(AHEAD);
            let worker = &worker;
            let thread = scope.spawn(move || {
                let mut work = worker();
                // The consumer panicked.
                things.chunks(CHUNK).skip(turn).step_by(2).try_for_each(|piece| give.send(work(piece)))
            });
            (thread, made)
        });
        for (_, made) in made.iter().cycle().take(things.len().div_ceil(CHUNK)) {
            match made.recv() {
                Ok(piece) => take(piece),
                Err(_) => break,
            }
        }
        for (thread, made) in made {
            drop(made);
            if let Err(panic) = thread.join() {
                resume_unwind(panic);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: [usize; 5] = [0, 1, MANY - 1, MANY, 3 * MANY + 1];

    #[test]
    fn the_order_stays() {
        for count in COUNTS {
            let things: Vec<usize> = (0..count).collect();
            assert_eq!(halves(&things, |part| part.iter().map(|n| n + 1).collect()), (1..=count).collect::<Vec<_>>());
            let mut taken = Vec::new();
            in_chunks(&things, || |piece: &[usize]| piece.to_vec(), |piece| taken.extend(piece));
            assert_eq!(taken, things);
        }
    }

    #[test]
    fn a_bug_in_a_worker_is_one_here() {
        let things = [0; 10 * MANY];
        let ended = std::panic::catch_unwind(|| {
            let worker = || {
                let mut pieces = 0;
                move |_: &[i32]| {
                    pieces += 1;
                    assert!(pieces < 3, "the third piece of each");
                }
            };
            in_chunks(&things, worker, |()| ());
        });
        assert!(ended.is_err());
    }
}
