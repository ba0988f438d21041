//! One chunk's bytes with everything in it and depth beside each structural character, made on demand.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use crate::cache::DetailCache;
use crate::error::Error;
use crate::index::{Checkpoint, StructuralIndex};
use crate::lang::{Class, LanguageId};
use crate::scan::{Detail, detail};
use crate::simd::KernelId;
use crate::source::ReadAt;
use crate::units::{ByteOffset, ChunkIndex, Depth};

/// A chunk laid open.
#[derive(Debug)]
pub struct ChunkView {
    /// What is known where it begins.
    pub checkpoint: Checkpoint,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its positions.
    pub detail: Arc<Detail>,
    /// Depth before each structural character, and after the last one, from the chunk's start.
    depths: Vec<i32>,
}

/// A structural character with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structural {
    /// Where it stands.
    pub at: ByteOffset,
    /// What it is.
    pub class: Class,
    /// Levels open before it.
    pub depth: Depth,
}

impl ChunkView {
    fn new(checkpoint: Checkpoint, bytes: Vec<u8>, detail: Arc<Detail>) -> Self {
        let mut depths = Vec::with_capacity(detail.structurals.len() + 1);
        let mut depth = 0;
        for at in &detail.structurals {
            depths.push(depth);
            depth += match bytes.get(*at as usize) {
                Some(b'{' | b'[') => 1,
                Some(b'}' | b']') => -1,
                _ => 0,
            };
        }
        depths.push(depth);
        ChunkView { checkpoint, bytes, detail, depths }
    }

    /// The bytes covered.
    #[must_use]
    pub fn range(&self) -> Range<ByteOffset> {
        self.checkpoint.at..self.checkpoint.at + self.bytes.len() as u64
    }

    /// The number of the first structural character at or after a place.
    fn place(&self, at: ByteOffset) -> usize {
        let at = u32::try_from(at.saturating_sub(self.checkpoint.at)).unwrap_or(u32::MAX);
        self.detail.structurals.partition_point(|place| *place < at)
    }

    fn structural(&self, i: usize) -> Option<Structural> {
        let at = *self.detail.structurals.get(i)?;
        let class = Class::of(*self.bytes.get(at as usize)?)?;
        let depth = self.checkpoint.depth + Depth::from(*self.depths.get(i)?);
        Some(Structural { at: self.checkpoint.at + u64::from(at), class, depth })
    }

    /// Levels open before a byte of the chunk (or the byte after it).
    #[must_use]
    pub fn depth_before(&self, at: ByteOffset) -> Depth {
        let i = self.place(at);
        self.checkpoint.depth + Depth::from(self.depths.get(i).copied().unwrap_or(0))
    }

    /// The structural characters of `range`, in order, and from its end backwards.
    pub fn structurals(
        &self,
        range: Range<ByteOffset>,
    ) -> impl DoubleEndedIterator<Item = Structural> {
        (self.place(range.start)..self.place(range.end)).filter_map(|i| self.structural(i))
    }
}

/// Makes chunk views, by way of the detail cache, and keeps the last few.
#[derive(Debug)]
pub struct ChunkReader {
    /// Where bytes come from.
    pub source: Arc<dyn ReadAt>,
    /// The language.
    pub language: LanguageId,
    /// The kernel.
    pub kernel: KernelId,
    /// Where details are kept.
    pub cache: Arc<DetailCache>,
    recent: Mutex<VecDeque<(ChunkIndex, Arc<ChunkView>)>>,
}

/// Chunk views kept: a path or a window of members goes back and forth over a few chunks.
const RECENT_MAX: usize = 8;

impl ChunkReader {
    /// A reader that has made nothing yet.
    #[must_use]
    pub fn new(
        source: Arc<dyn ReadAt>,
        language: LanguageId,
        kernel: KernelId,
        cache: Arc<DetailCache>,
    ) -> Self {
        ChunkReader { source, language, kernel, cache, recent: Mutex::new(VecDeque::new()) }
    }

    /// Forgets what was made; for when the document or its chunk size has changed.
    pub fn forget(&self) {
        if let Ok(mut recent) = self.recent.lock() {
            recent.clear();
        }
    }

    /// A chunk of the index laid open.
    ///
    /// # Errors
    /// If its bytes cannot be read, or there are fewer than the index knows.
    pub fn view(
        &self,
        index: &StructuralIndex,
        chunk: ChunkIndex,
    ) -> Result<Arc<ChunkView>, Error> {
        let range = index.range(chunk);
        if let Ok(mut recent) = self.recent.lock() {
            let known = |(number, view): &(ChunkIndex, Arc<ChunkView>)| {
                *number == chunk && view.range() == range
            };
            if let Some(i) = recent.iter().position(known)
                && let Some(found) = recent.remove(i)
            {
                let view = Arc::clone(&found.1);
                recent.push_front(found);
                return Ok(view);
            }
        }
        let checkpoint = index
            .checkpoint(chunk)
            .ok_or(Error::Truncated { at: index.bytes(), expected: range.end })?;
        let bytes = self.bytes(range.clone())?;
        if (bytes.len() as u64) < range.end - range.start {
            let at = range.start + bytes.len() as u64;
            return Err(Error::Truncated { at, expected: range.end });
        }
        let detail = self.detail(&checkpoint.state, &bytes);
        let view = Arc::new(ChunkView::new(checkpoint, bytes, detail));
        if let Ok(mut recent) = self.recent.lock() {
            recent.truncate(RECENT_MAX - 1);
            recent.push_front((chunk, Arc::clone(&view)));
        }
        Ok(view)
    }

    /// The detail of bytes, from the cache if it is there.
    #[must_use]
    pub fn detail(&self, state: &crate::scan::State, bytes: &[u8]) -> Arc<Detail> {
        let now = std::time::Instant::now();
        self.cache.get_or_insert_with(self.language, bytes, state, now, || {
            detail(self.kernel, self.language, state, bytes)
        })
    }

    /// Bytes of the source; fewer where it ends.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn bytes(&self, range: Range<ByteOffset>) -> Result<Vec<u8>, Error> {
        let n = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; n];
        let at = range.start;
        let n = self.source.read_at(at, &mut bytes).map_err(|reason| Error::Read { at, reason })?;
        bytes.truncate(n);
        Ok(bytes)
    }
}
