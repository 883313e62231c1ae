//! Work on many things, done by two threads.

use std::panic::resume_unwind;
use std::thread;

/// From so many things on a second thread is worth its while.
const MANY: usize = 64;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_stays() {
        for count in [0, 1, MANY - 1, MANY, 3 * MANY + 1] {
            let things: Vec<usize> = (0..count).collect();
            assert_eq!(halves(&things, |part| part.iter().map(|n| n + 1).collect()), (1..=count).collect::<Vec<_>>());
        }
    }
}
