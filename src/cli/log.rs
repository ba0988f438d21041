//! The log: to a file if one is named, and never to the terminal.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use super::Settings;

/// Bytes of a log. An old log that is longer is begun anew; one that grows longer takes no further lines and says so.
const LOG_BYTES_MAX: u64 = 8 << 20;

/// Begins to log. What is returned must live until the terminal is as it was: dropping it writes the rest.
pub(super) fn begin(settings: &Settings) -> anyhow::Result<Option<WorkerGuard>> {
    let path = settings.text("log-file");
    if path.is_empty() {
        return Ok(None);
    }
    let path = Path::new(path);
    let too_long = std::fs::metadata(path).is_ok_and(|file| file.len() > LOG_BYTES_MAX);
    let file = std::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .append(!too_long)
        .truncate(too_long)
        .open(path)
        .with_context(|| format!("{}: cannot write the log", path.display()))?;
    let bytes_left = LOG_BYTES_MAX.saturating_sub(file.metadata().map_or(0, |about| about.len()));
    let capped = Capped { file, bytes_left, full: false };
    let (writer, guard) = tracing_appender::non_blocking(capped);
    let filter = EnvFilter::new(settings.text("log-level"));
    let subscriber = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_env_filter(filter)
        .with_thread_names(true)
        .finish();
    // A second subscriber in one process can only be a test's.
    let _ = tracing::subscriber::set_global_default(subscriber);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "begin");
    Ok(Some(guard))
}

/// A file that takes lines up to a bound, then one that says so, then none.
#[derive(Debug)]
struct Capped {
    file: File,
    bytes_left: u64,
    full: bool,
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
        let path = tempfile::NamedTempFile::new().expect("a file");
        let file = path.reopen().expect("opened");
        let mut capped = Capped { file, bytes_left: 8, full: false };
        for _ in 0..5 {
            capped.write_all(b"1234\n").expect("taken");
        }
        let text = std::fs::read_to_string(path.path()).expect("read");
        assert_eq!(text, "1234\nthe log is full: further lines are dropped\n");
    }
}
