//! warp-tui: parse, run, and the one place for errors and exit codes.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use warp_tui::cli;

fn main() -> ExitCode {
    let matches = match cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return ExitCode::from(cli::tell_usage(&error)),
    };
    match cli::run(&matches) {
        Ok(code) => ExitCode::from(code),
        Err(failure) if cli::is_broken_pipe(&failure.error) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::tell(&format!("{:#}", failure.error));
            ExitCode::from(failure.code)
        }
    }
}
