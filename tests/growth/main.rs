//! Inputs that are built to be slow or large: what they cost grows with their size and no faster.
//!
//! Each is read at a size and at eight times that size, once as `check` does it and once as the screen does. A loop within a
//! loop takes 64 times as long for the larger one; what is allowed is three times its share. Memory is counted, not measured:
//! the peak may be ten times the input.

mod inputs;
mod run;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use inputs::{INPUTS, Input};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// One measurement at a time: another test on the same processor, or in the same heap, would be measured too.
static ALONE: Mutex<()> = Mutex::new(());

const SMALL: usize = 8 << 10;
const TIMES: usize = 8;

/// What is faster than this is not looked at: it is the noise of a busy machine.
const FELT: Duration = Duration::from_millis(60);

/// Whether the larger one takes more than three times its share of the smaller one.
fn grows(small: Duration, large: Duration) -> bool {
    large > FELT && large > small * 3 * TIMES as u32
}

/// Every input; with `GROWTH` in the environment those whose names hold that text, and what they cost is printed.
fn wanted() -> impl Iterator<Item = &'static Input> {
    let part = std::env::var("GROWTH").unwrap_or_default();
    INPUTS.iter().filter(move |input| input.name.contains(&part))
}

/// What grows too fast in spite of several tries.
fn too_fast(measure: impl Fn(&Input, usize) -> Duration) -> Vec<String> {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut found = Vec::new();
    for input in wanted() {
        let (mut small, mut large) = (Duration::MAX, Duration::MAX);
        for _ in 0..3 {
            small = small.min(measure(input, SMALL));
            large = large.min(measure(input, SMALL * TIMES));
            if !grows(small, large) {
                break;
            }
        }
        if std::env::var_os("GROWTH").is_some() {
            println!("{:<40} {small:>12.1?} {large:>12.1?} {:>6.1}", input.name, large.as_secs_f64() / small.as_secs_f64());
        }
        if grows(small, large) {
            found.push(format!("{}: {small:.1?}, and {large:.1?} for {TIMES} times the size", input.name));
        }
    }
    found
}

#[test]
fn a_check_takes_its_share_of_time() {
    let found = too_fast(run::check);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_key_takes_its_share_of_time() {
    let found = too_fast(run::keys);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn memory_is_at_most_ten_times_the_input() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut found = Vec::new();
    for input in wanted() {
        let size = SMALL * TIMES;
        // What every run takes, however small its input.
        let least = run::peak(input, 1 << 10, &HEAP);
        let peak = run::peak(input, size, &HEAP).saturating_sub(least);
        if std::env::var_os("GROWTH").is_some() {
            println!("{:<40} {least:>10} {:>6.1}", input.name, peak as f64 / size as f64);
        }
        if peak > 10 * size {
            found.push(format!("{}: {:.1} times", input.name, peak as f64 / size as f64));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
