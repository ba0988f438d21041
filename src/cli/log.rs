//! The log: to a file if one is named, and never to the terminal.

use std::path::Path;

use anyhow::Context;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

use super::Settings;

/// Bytes of an old log that are kept in front of the new one; a longer one is begun anew.
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
