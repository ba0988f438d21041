//! An opened document: where its bytes come from, its index, and what was found in it. A rescan makes a new one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use arc_swap::ArcSwapOption;

use super::boundaries::Guess;
use super::findings::Findings;
use super::handle::EngineOptions;
use super::part_reader::PartReader;
use crate::cache::DetailCache;
use crate::index::StructuralIndex;
use crate::index::store::Guesses;
use crate::lang::LanguageId;
use crate::limits::{
    CHECKPOINTS_MAX, MISSES_TOLD, PART_BYTES, STREAM_CHECKPOINTS_MAX, STREAM_NEWEST_MAX,
};
use crate::source::{FileSource, ReadAt};
use crate::units::{ByteOffset, ChunkIndex};

/// A document as it was opened or scanned again last.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) era: u64,
    /// Where bytes come from.
    pub(super) source: Arc<dyn ReadAt>,
    /// The file, if it is one.
    pub(super) file: Option<Arc<FileSource>>,
    pub(super) language: LanguageId,
    pub(super) reader: PartReader,
    pub(super) index: RwLock<StructuralIndex>,
    /// What is defined and found in code, once it is gathered.
    pub(super) findings: ArcSwapOption<Findings>,
    /// How often that was done: what flows is gathered again and again, and so is a document with more than is kept.
    pub(super) gathered: AtomicU64,
    /// It is being gathered because the cursor has left what was.
    pub(super) gathering: AtomicBool,
    /// Where somebody looked last.
    pub(super) looked_at: AtomicU64,
    /// How the guesses of the scan went.
    pub(super) guesses: Mutex<Guesses>,
}

impl Opened {
    /// What `source` holds, with an empty index.
    pub(super) fn new(
        era: u64,
        source: Arc<dyn ReadAt>,
        file: Option<Arc<FileSource>>,
        language: LanguageId,
        options: &EngineOptions,
        cache: &Arc<DetailCache>,
    ) -> Opened {
        // A stream may go on for days: its index stops growing early.
        let chunks_max = if file.is_some() { CHECKPOINTS_MAX } else { STREAM_CHECKPOINTS_MAX };
        let mut index = StructuralIndex::with_limit(options.chunk_bytes as u64, chunks_max);
        if file.is_none() {
            index.keep_newest(STREAM_NEWEST_MAX, PART_BYTES);
        }
        let reader =
            PartReader::new(Arc::clone(&source), language, options.kernel, Arc::clone(cache));
        Opened {
            era,
            source,
            file,
            language,
            reader,
            index: RwLock::new(index),
            findings: ArcSwapOption::empty(),
            gathered: AtomicU64::new(0),
            gathering: AtomicBool::new(false),
            looked_at: AtomicU64::new(0),
            guesses: Mutex::default(),
        }
    }

    /// The chunk that a byte lies in, as far as the document is indexed.
    pub(super) fn chunk_of(&self, at: ByteOffset) -> Option<ChunkIndex> {
        self.index.read().ok()?.chunk_of(at)
    }

    /// Takes what was gathered.
    pub(super) fn gather(&self, findings: Findings) {
        self.findings.store(Some(Arc::new(findings)));
        self.gathered.fetch_add(1, Ordering::Relaxed);
    }

    /// The last few wrong guesses.
    pub(super) fn misses_told(&self) -> Arc<[(ByteOffset, u64)]> {
        let Ok(guesses) = self.guesses.lock() else { return Arc::default() };
        let wrong = &guesses.wrong;
        wrong[wrong.len().saturating_sub(MISSES_TOLD)..].into()
    }

    /// How the guess of the state at `at` went, if a batch began there.
    pub(super) fn guess_at(&self, at: ByteOffset) -> Option<Guess> {
        let guesses = self.guesses.lock().ok()?;
        let begins = guesses.batch_bytes > 0 && at.is_multiple_of(guesses.batch_bytes);
        let wrong = guesses.wrong.binary_search_by_key(&at, |(at, _)| *at);
        begins.then(|| wrong.map_or(Guess::Right, |i| Guess::Wrong(guesses.wrong[i].1)))
    }

    /// Bytes of the document, as far as known now.
    pub(super) fn bytes(&self) -> u64 {
        self.source.bytes()
    }

    /// One past the last byte that is there now: a file may have been cut since it was opened.
    pub(super) fn end_now(&self) -> ByteOffset {
        self.source.end_now()
    }

    /// The first byte that can be gone to, as [`PartReader::first_byte`]. Not for whoever holds the index already.
    pub(super) fn first_byte(&self) -> ByteOffset {
        if self.source.kept_from() == 0 {
            return 0;
        }
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        self.reader.first_byte(&index)
    }
}
