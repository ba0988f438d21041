//! The handle to an opened document.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender};

use super::{Answer, Request, Snapshot};
use crate::error::Error;
use crate::lang::LanguageId;
use crate::simd::KernelId;

/// How a document is worked on.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineOptions {
    /// Worker threads, 1 to [`crate::limits::THREADS_MAX`].
    pub threads: usize,
    /// The kernel.
    pub kernel: KernelId,
    /// Bytes in a chunk, a power of two, 64 or more.
    pub chunk_bytes: usize,
    /// Whether details are cached.
    pub cache: bool,
    /// The most entries of the detail cache.
    pub cache_entries: usize,
    /// The most bytes of the detail cache.
    pub cache_bytes: usize,
    /// Seconds that a cached detail lives.
    pub cache_ttl_seconds: u64,
}

/// A document that is opened, scanned in the background, and asked about.
#[derive(Debug)]
pub struct Explorer {
    snapshot: Arc<ArcSwap<Snapshot>>,
    requests: Sender<Request>,
    answers: Receiver<Answer>,
}

impl Explorer {
    /// Opens `path` and begins to scan it. Returns once the file is open and its first bytes are read; a message goes to
    /// `wake` (capacity one, never waited for) whenever there is a new snapshot or answer.
    ///
    /// # Errors
    /// If the file cannot be opened or read, or the worker threads cannot be started.
    pub fn open(
        path: &Path,
        language: Option<LanguageId>,
        options: &EngineOptions,
        wake: Sender<()>,
    ) -> Result<Explorer, Error> {
        let _ = (language, options, wake);
        let what = "the engine is not there yet".to_owned();
        Err(Error::NotReadable { path: path.to_owned(), what })
    }

    /// The newest picture of the engine. Never waits.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Asks for something. Never waits; false if too many requests are waiting, and then nothing was asked.
    pub fn request(&self, request: Request) -> bool {
        self.requests.try_send(request).is_ok()
    }

    /// The next answer, if one is there. Never waits.
    #[must_use]
    pub fn try_answer(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }
}
