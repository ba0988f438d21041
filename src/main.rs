//! warp-tui: run, and hand over the exit code. What is wrong was told by then.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(warp_tui::cli::run(std::env::args_os()))
}
