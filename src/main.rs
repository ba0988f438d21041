//! warp-tui: parse, run, and the one place for errors and exit codes.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use warp_tui::cli;
use warp_tui::report::escape::shown;

fn main() -> ExitCode {
    let matches = cli::command().get_matches();
    match cli::run(&matches) {
        Ok(code) => ExitCode::from(code),
        Err(failure) if cli::is_broken_pipe(&failure.error) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("warp-tui: {}", shown(&format!("{:#}", failure.error)));
            ExitCode::from(failure.code)
        }
    }
}
