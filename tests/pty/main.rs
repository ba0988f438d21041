//! The built program in a real pseudo-terminal: what a person sees, and what the terminal is left like.
#![cfg(all(feature = "tui", unix))]

mod harness;
mod restore;
mod screen;
