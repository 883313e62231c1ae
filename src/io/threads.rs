//! Work on many things, done by two threads.

use std::panic::resume_unwind;
use std::sync::mpsc;
use std::thread;

/// From so many things on a second thread is worth its while.
const MANY: usize = 64;

/// Things in one piece of work whose results are taken piece by piece.
const CHUNK: usize = 16;

/// Pieces that a thread may be ahead of those that were taken: with them grows the memory that they take.
const AHEAD: usize = 4;

/// What `work` makes of some things, in their order. Of many of them the second half is worked on by another thread.
pub fn halves<T: Sync, R: Send>(things: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    if things.len() < MANY {
        return work(things);
    }
    let (first, second) = things.split_at(things.len() / 2);
    thread::scope(|scope| {
        let second = scope.spawn(|| work(second));
        let mut made = work(first);
        // A bug in the other thread is one here.
        made.extend(second.join().unwrap_or_else(|panic| resume_unwind(panic)));
        made
    })
}

/// Takes what is made of some things piece by piece and in their order, while more is being made. Of many things two threads
/// make it, each with a worker of its own, which may keep what it learnt from one piece for the next.
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
                // Nobody takes any more when taking has panicked.
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
