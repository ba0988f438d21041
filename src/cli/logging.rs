//! Logging: to a file that the person names, never to the terminal, and never more than a bound.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use super::settings::Settings;
use crate::limits::LOG_BYTES_MAX;

/// Begins to log, if the settings name a file. What comes back must live until the terminal is restored: dropping it
/// writes out what still waits.
///
/// # Errors
/// If the file cannot be opened.
pub(super) fn start(settings: &Settings) -> io::Result<Option<WorkerGuard>> {
    let Some(path) = &settings.log_file else { return Ok(None) };
    let (writer, guard) = tracing_appender::non_blocking(Capped::open(path)?);
    let subscriber = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_env_filter(EnvFilter::new(&settings.log_level))
        .finish();
    // Fails only if logging was begun before, and then that goes on.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(Some(guard))
}

/// A file that takes lines up to a bound, then one that says so, then none.
#[derive(Debug)]
struct Capped {
    file: File,
    bytes_left: u64,
    full: bool,
}

impl Capped {
    fn open(path: &Path) -> io::Result<Capped> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        let bytes_left = LOG_BYTES_MAX.saturating_sub(file.metadata()?.len());
        Ok(Capped { file, bytes_left, full: false })
    }
}

impl Write for Capped {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let bytes = line.len() as u64;
        if !self.full && bytes <= self.bytes_left {
            self.bytes_left -= bytes;
            self.file.write_all(line)?;
        } else if !self.full {
            self.full = true;
            self.file.write_all(b"the log is full: further lines are dropped\n")?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_says_so_once_and_grows_no_more() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut capped = Capped::open(file.path()).expect("opened");
        capped.bytes_left = 8;
        for _ in 0..5 {
            capped.write_all(b"1234\n").expect("taken");
        }
        let text = std::fs::read_to_string(file.path()).expect("read");
        assert_eq!(text, "1234\nthe log is full: further lines are dropped\n");
    }
}
