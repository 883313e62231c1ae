//! Measuring, and the table of what was measured.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A measurement takes at least this long, unless one round of it is longer.
const ENOUGH: Duration = Duration::from_millis(400);
/// The fewest rounds.
const ROUNDS: u32 = 5;

/// The quickest round of some work; each begins with something fresh that `set_up` makes, which is not counted.
pub fn quickest_of<T, R>(mut set_up: impl FnMut() -> T, mut work: impl FnMut(T) -> R) -> Duration {
    let (begin, mut best, mut rounds) = (Instant::now(), Duration::MAX, 0);
    while rounds < ROUNDS || (begin.elapsed() < ENOUGH && rounds < 100_000) {
        let input = set_up();
        let start = Instant::now();
        let made = black_box(work(input));
        best = best.min(start.elapsed());
        drop(made);
        rounds += 1;
    }
    best
}

/// The quickest round of some work.
pub fn quickest<R>(mut work: impl FnMut() -> R) -> Duration {
    quickest_of(|| (), |()| work())
}

/// Prints rows as they are measured.
pub struct Table {
    wanted: String,
}

impl Table {
    /// A table of the rows whose names hold `wanted`.
    pub fn new(wanted: String) -> Self {
        println!("{:<58} {:>11} {:>26} {:>8}", "what", "time", "reference", "ratio");
        Self { wanted }
    }

    /// True when a row is asked for.
    pub fn wants(&self, name: &str) -> bool {
        name.contains(&self.wanted)
    }

    /// Measures a row beside a reference that was measured before.
    pub fn row(&mut self, name: &str, reference: (&str, Duration), measure: impl FnOnce() -> Duration) {
        if self.wants(name) {
            let time = measure();
            let (other, against) = reference;
            let ratio = time.as_secs_f64() / against.as_secs_f64();
            println!("{name:<58} {:>11} {:>26} {ratio:>7.2}×", shown(time), format!("{other} {}", shown(against)));
        }
    }

    /// Measures a row that has nothing to be compared with.
    pub fn alone(&mut self, name: &str, measure: impl FnOnce() -> Duration) {
        if self.wants(name) {
            println!("{name:<58} {:>11}", shown(measure()));
        }
    }
}

fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
