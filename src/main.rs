//! Passes the arguments on and returns the exit code.

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Freed memory is overwritten: requests, tokens and keys pass through too many strings, ours and those of libraries, to wipe
/// each by hand.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    authtui::cli::run(std::env::args_os())
}
