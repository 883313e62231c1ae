//! The whole program through its keys, on the real loop with a screen in memory.

mod compare;
mod editing;
mod files;
mod harness;
mod pasting;
mod sending;
mod sizes;
mod tour;
mod walking;
