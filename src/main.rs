//! warp-tui: parse, run, and the one place for errors and exit codes.
#![forbid(unsafe_code)]

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use warp_tui::cli;
use warp_tui::report::escape::shown;

fn main() -> ExitCode {
    let matches = match cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(refused) => return refuse(&refused),
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

/// Wrong usage, told like any other error; or the help or version that was asked for.
fn refuse(refused: &clap::Error) -> ExitCode {
    if !refused.use_stderr() {
        return match refused.print().and_then(|()| std::io::stdout().flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                cli::tell(&format!("standard output: {error}"));
                ExitCode::FAILURE
            }
            // A reader that has gone is no failure.
            _ => ExitCode::SUCCESS,
        };
    }
    // Arguments stand in the text as they were given.
    let text = refused.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    let lines: Vec<String> = text.lines().map(shown).collect();
    // Standard error may be closed; there is nobody to tell then.
    let _ = writeln!(std::io::stderr(), "warp-tui: {}", lines.join("\n"));
    ExitCode::from(2)
}
