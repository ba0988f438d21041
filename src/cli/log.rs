//! The log: to a file if one is named, and never to the terminal. Its length is bounded: a full file is put aside as
//! `FILE.1` and a new one is begun, so that two of them are the most there is.
//!
//! Nothing that is not a log of ours is written to: a document named by mistake stays as it is.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use super::Settings;

/// Bytes of a log file. Enough for days at the usual level, little enough to be read and sent.
const LOG_BYTES_MAX: u64 = 8 << 20;

/// Begins to log. What is returned must live until the terminal is as it was: dropping it writes the rest.
pub(super) fn begin(settings: &Settings) -> anyhow::Result<Option<WorkerGuard>> {
    let path = settings.text("log-file");
    if path.is_empty() {
        return Ok(None);
    }
    let path = Path::new(path);
    refuse_what_is_no_log(path)?;
    let file = LogFile::open(path, LOG_BYTES_MAX)
        .with_context(|| format!("{}: cannot write the log", path.display()))?;
    let (writer, guard) = tracing_appender::non_blocking(file);
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

/// A log of ours is a plain file that is empty or begins with a date: a FIFO would make us wait, a terminal would be
/// written over, and a document would be changed.
fn refuse_what_is_no_log(path: &Path) -> anyhow::Result<()> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    let shown = path.display();
    if !metadata.is_file() {
        bail!("{shown}: cannot write the log: not a plain file");
    }
    let mut head = Vec::new();
    let file = File::open(path).with_context(|| format!("{shown}: cannot write the log"))?;
    file.take(11).read_to_end(&mut head).with_context(|| format!("{shown}: cannot be read"))?;
    let date = b"0000-00-00T";
    let is_date = head.len() == date.len()
        && head.iter().zip(date).all(
            |(is, like)| {
                if *like == b'0' { is.is_ascii_digit() } else { is == like }
            },
        );
    if !head.is_empty() && !is_date {
        bail!("{shown}: cannot write the log: the file is there and is no log of warp-tui");
    }
    Ok(())
}

/// A file that is put aside when it is full.
struct LogFile {
    path: PathBuf,
    file: File,
    bytes: u64,
    bytes_max: u64,
}

impl LogFile {
    fn open(path: &Path, bytes_max: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let bytes = file.metadata()?.len();
        Ok(LogFile { path: path.to_owned(), file, bytes, bytes_max })
    }

    fn put_aside(&mut self) -> io::Result<()> {
        let mut aside = self.path.clone().into_os_string();
        aside.push(".1");
        std::fs::rename(&self.path, aside)?;
        *self = LogFile::open(&self.path, self.bytes_max)?;
        Ok(())
    }
}

impl Write for LogFile {
    /// One line a call, so that none is cut in two.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.bytes > 0 && self.bytes + line.len() as u64 > self.bytes_max {
            self.put_aside()?;
        }
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
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
    fn a_full_log_is_put_aside_and_two_are_the_most_there_is() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("log");
        let mut log = LogFile::open(&path, 100).expect("a log can be begun");
        for i in 0..50 {
            log.write_all(format!("line {i:03} of ten\n").as_bytes()).expect("it can be written");
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name));
        let (now, before) =
            (read("log").expect("it is there"), read("log.1").expect("it is there"));
        assert!(now.ends_with("line 049 of ten\n"), "{now}");
        assert!(now.len() <= 100 && before.len() <= 100);
        let n_files = std::fs::read_dir(folder.path()).expect("it can be listed").count();
        assert_eq!(n_files, 2);
    }
}
