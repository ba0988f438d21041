//! The command line: arguments, settings, and one file for each headless command.

mod args;
mod config;
mod logging;
mod scan;
pub mod settings;
pub mod table;
mod tokens;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use args::{Asked, Invocation};
use settings::Settings;

use crate::error::Error;
use crate::report::escape;

/// Exit code: all went well.
const DONE: u8 = 0;
/// Exit code: something could not be done.
const FAILED: u8 = 1;
/// Exit code: the command line or a setting is wrong.
const USAGE: u8 = 2;

/// Does what the command line says; gives the exit code. Everything wrong is told on standard error.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let invocation = match args::parse(arguments.into_iter().collect()) {
        Ok(invocation) => invocation,
        Err(error) => return told_by_clap(&error),
    };
    let variable = |name: &str| std::env::var_os(name)?.into_string().ok();
    let Invocation { command, flags, config } = invocation;
    let settings = match Settings::resolve(flags, variable, config.as_deref()) {
        Ok((settings, warnings)) => {
            warnings.iter().for_each(|warning| tell(&format!("warning: {warning}")));
            settings
        }
        Err(error) => {
            tell(&error.to_string());
            return USAGE;
        }
    };
    // Lives to the end of this function, after the terminal is restored.
    let _log = match logging::start(&settings) {
        Ok(guard) => guard,
        Err(reason) => {
            let path = settings.log_file.as_deref().unwrap_or(Path::new("")).display().to_string();
            tell(&format!("{path}: cannot write the log: {reason}"));
            return FAILED;
        }
    };
    match command {
        Asked::Explore(path) => open_explorer(&path, &settings),
        headless => match print(&headless, &settings) {
            Ok(code) => code,
            // Whoever read has had enough.
            Err(reason) if reason.kind() == io::ErrorKind::BrokenPipe => DONE,
            Err(reason) => {
                tell(&format!("cannot write the output: {reason}"));
                FAILED
            }
        },
    }
}

fn print(command: &Asked, settings: &Settings) -> io::Result<u8> {
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    match command {
        Asked::Scan(args) => {
            let complain = |path: &Path, error: &Error| tell(&sentence(path, error));
            let all_done = scan::run(args, settings, &mut out, complain)?;
            return Ok(if all_done { DONE } else { FAILED });
        }
        Asked::Languages => scan::languages(&mut out)?,
        Asked::Completions(shell) => {
            // Written to memory first: the generator panics where a pipe breaks.
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut args::command(), "warp-tui", &mut script);
            out.write_all(&script)?;
        }
        Asked::Man => clap_mangen::Man::new(args::command()).render(&mut out)?,
        // Needs a terminal, not a pipe: `run` opens it.
        Asked::Explore(_) => {}
    }
    out.flush()?;
    Ok(DONE)
}

/// The one place where the screen is opened.
fn open_explorer(path: &Path, settings: &Settings) -> u8 {
    // Before the screen, so that a wrong name is told on a clean terminal.
    if let Err(error) = crate::source::FileSource::open(path) {
        tell(&sentence(path, &error));
        return FAILED;
    }
    let _ = settings;
    tell("the explorer is not built into this program; use: warp-tui scan FILE");
    FAILED
}

/// An error with its file in front.
fn sentence(path: &Path, error: &Error) -> String {
    match error {
        Error::Open { .. } | Error::NotReadable { .. } => error.to_string(),
        _ => format!("{}: {error}", path.display()),
    }
}

/// Tells the person, on standard error. Where that is closed there is nobody to tell.
fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "warp-tui: {}", escape(message));
}

/// Help and version go to standard output, mistakes to standard error in our form.
fn told_by_clap(error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        let _ = error.print();
        return DONE;
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    for (idx, line) in text.trim_end().lines().enumerate() {
        let line = escape(line);
        let _ = if idx == 0 {
            writeln!(io::stderr(), "warp-tui: {line}")
        } else {
            writeln!(io::stderr(), "{line}")
        };
    }
    USAGE
}
