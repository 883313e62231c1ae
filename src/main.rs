//! The thin edge: arguments in, exit code out.

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Memory is overwritten when it is given back: requests, tokens and keys pass through too many texts, ours and those of
/// libraries, for each to be wiped by hand.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    authtui::cli::run(std::env::args_os())
}
