//! The handle to an opened document.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender, bounded};

use super::opened::Opened;
use super::shared::Shared;
use super::{Answer, Request, Snapshot, jobs, live, query, sampler, search};
use crate::cache::{CacheLimits, DetailCache};
use crate::error::Error;
use crate::index::store::Store;
use crate::lang::{LanguageId, detect};
use crate::limits::{
    ANSWERS_MAX, BLOCK_BYTES, CACHE_BYTES, CACHE_ENTRIES, CACHE_TTL_SECONDS, CHUNK_BYTES,
    HEAD_BYTES, REQUESTS_MAX,
};
use crate::scan::GiveWay;
use crate::simd::{self, KernelId};
use crate::source::{self, FileSource, ReadAt, Source};
use crate::stream::{SpillPlan, Spool};

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
    /// Bytes of a block of a stream, 1 or more.
    pub block_bytes: usize,
    /// Where what was read of a stream is kept.
    pub spill: SpillPlan,
    /// Where indexes of big files are kept.
    pub index_store: Option<Store>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: simd::best(),
            chunk_bytes: CHUNK_BYTES,
            cache: true,
            cache_entries: CACHE_ENTRIES,
            cache_bytes: CACHE_BYTES,
            cache_ttl_seconds: CACHE_TTL_SECONDS,
            block_bytes: BLOCK_BYTES,
            spill: SpillPlan::Off,
            index_store: None,
        }
    }
}

impl EngineOptions {
    fn cache_limits(&self) -> CacheLimits {
        CacheLimits {
            enabled: self.cache,
            entries: self.cache_entries,
            bytes: self.cache_bytes,
            ttl: Duration::from_secs(self.cache_ttl_seconds),
        }
    }
}

/// A document that is opened, scanned in the background, and asked about.
#[derive(Debug)]
pub struct Explorer {
    shared: Arc<Shared>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    requests: Sender<Request>,
    searches: Sender<search::Search>,
    answers: Receiver<Answer>,
}

impl Explorer {
    /// Opens `path` and begins to scan it. Returns once the file is open and its first bytes are read; a message goes to
    /// `wake` (capacity one, never waited for) whenever there is a new snapshot or answer.
    ///
    /// # Errors
    /// If the file cannot be opened or read, or the threads cannot be started.
    pub fn open(
        path: &Path,
        language: Option<LanguageId>,
        options: &EngineOptions,
        wake: Sender<()>,
    ) -> Result<Explorer, Error> {
        let cache = Arc::new(DetailCache::new(options.cache_limits()));
        let (requests, asked) = bounded(REQUESTS_MAX);
        let (answers, answered) = bounded(ANSWERS_MAX);
        // One beat that waits is as good as many.
        let (moving, moved) = bounded(1);
        // The search thread takes the newest; a few may be asked for before it looks.
        let (searches, searched) = bounded(REQUESTS_MAX);
        let (opened, stream) = match source::open(path)? {
            Source::File(file) => (opened_file(path, file, language, options, &cache, 0)?, None),
            Source::Stream(stream) => {
                let (spool, trouble) = Spool::new(&options.spill);
                let spool = Arc::new(spool);
                let opened = live::opened(&stream, &spool, language, options, &cache);
                (opened, Some((stream, spool, trouble)))
            }
        };
        tracing::info!(
            ?path,
            bytes = opened.bytes(),
            stream = stream.is_some(),
            language = ?opened.language,
            kernel = options.kernel.name(),
            threads = options.threads,
            "opened"
        );
        // A URL's name goes without the password in it.
        let name = stream.as_ref().map_or_else(|| path.to_owned(), |(it, ..)| it.name.clone());
        let shared =
            Arc::new(Shared::new(name, options.clone(), cache, opened, answers, wake, moving));
        match stream {
            Some((stream, spool, trouble)) => {
                live::begin(&shared, stream, language, spool, trouble)?;
            }
            None => jobs::begin(&shared, true)?,
        }
        spawn("warp-query", &shared, move |shared| query::serve(shared, &asked))?;
        spawn("warp-search", &shared, move |shared| search::serve(shared, &searched))?;
        spawn("warp-sample", &shared, move |shared| sampler::serve(shared, &moved))?;
        let snapshot = shared.cell();
        Ok(Explorer { shared, snapshot, requests, searches, answers: answered })
    }

    /// The newest picture of the engine. Never waits.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Asks for something. Never waits; false if too many requests are waiting, and then nothing was asked.
    pub fn request(&self, request: Request) -> bool {
        // A search's number is given here: one that waits must not escape the end that is asked for after it.
        let number = || self.shared.search_number.fetch_add(1, Ordering::Relaxed) + 1;
        match request {
            Request::CancelSearch => {
                number();
                true
            }
            Request::Search { id, pattern, from, past, direction } => {
                let search =
                    search::Search { number: number(), id, pattern, from, past, direction };
                self.searches.try_send(search).is_ok()
            }
            request => self.requests.try_send(request).is_ok(),
        }
    }

    /// Where to tell that somebody waits for an answer, so that background work pauses. Never waits.
    #[must_use]
    pub fn give_way(&self) -> Arc<GiveWay> {
        Arc::clone(&self.shared.give_way)
    }

    /// The next answer, if one is there. Never waits.
    #[must_use]
    pub fn try_answer(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        if let Some(driver) = self.shared.driver().take() {
            driver.cancel();
        }
        if let Some(live) = self.shared.live.get() {
            live.end();
        }
        let _ = self.shared.moving.try_send(());
    }
}

fn spawn(
    name: &str,
    shared: &Arc<Shared>,
    work: impl FnOnce(&Arc<Shared>) + Send + 'static,
) -> Result<(), Error> {
    let shared = Arc::clone(shared);
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || work(&shared))
        .map(|_| ())
        .map_err(|error| Error::Pool { threads: 1, reason: error.to_string() })
}

/// The file as it is now, with an empty index.
pub(super) fn open(
    path: &Path,
    language: Option<LanguageId>,
    shared: &Shared,
    era: u64,
) -> Result<Opened, Error> {
    let file = Arc::new(FileSource::open(path)?);
    opened_file(path, file, language, &shared.options(), &shared.cache, era)
}

pub(super) fn opened_file(
    path: &Path,
    source: Arc<FileSource>,
    language: Option<LanguageId>,
    options: &EngineOptions,
    cache: &Arc<DetailCache>,
    era: u64,
) -> Result<Opened, Error> {
    let mut head = vec![0; HEAD_BYTES as usize];
    let n = source.read_at(0, &mut head).map_err(|reason| Error::read(0, reason))?;
    let language = language.unwrap_or_else(|| detect(path, &head[..n]));
    let file = Some(Arc::clone(&source));
    Ok(Opened::new(era, source, file, language, options, cache))
}
