//! The built program in a real pseudo-terminal: what a person sees, and what the terminal is left like.
#![cfg(all(feature = "tui", unix))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod changed_files;
mod compare;
mod harness;
mod keys;
mod monkey;
#[path = "../shared/numbers.rs"]
mod numbers;
mod restore;
mod screen;
mod second_opening;
mod streams;
mod tune;
