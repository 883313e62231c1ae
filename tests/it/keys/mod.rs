//! The whole program through its keys, on the real loop with a screen in memory.

mod answers;
mod auth;
mod clock;
mod compare;
mod copying;
mod draft_values;
mod drafts;
mod editing;
mod environments;
mod files;
pub mod harness;
mod layout;
mod masked_values;
mod opening;
mod pasted_bodies;
mod pasting;
mod proof;
mod quiet;
mod saving;
mod searching;
mod sending;
mod sizes;
mod slow_disk;
mod tour;
mod undoing;
mod walking;
