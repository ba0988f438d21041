//! warp-tui: parse, run, and the one place for errors and exit codes.
#![forbid(unsafe_code)]

fn main() {}
