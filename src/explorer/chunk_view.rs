//! One chunk's bytes with everything in it and depth beside each structural character, made on demand.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use crate::cache::{Cached, DetailCache};
use crate::error::Error;
use crate::index::{Checkpoint, StructuralIndex};
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::lang::{Class, LanguageId};
use crate::scan::{Detail, LevelChange, detail};
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
    /// Structural characters and changes of depth, ascending.
    marks: Vec<Mark>,
    /// Depth after the last of them, from the chunk's start.
    depth_after: i32,
}

/// As [`Structural`], counted from the chunk's start.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: u32,
    depth: i32,
    change: i8,
    class: Option<Class>,
}

/// A structural character, or another place where depth changes (a keyword, the end of an indented block).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structural {
    /// Where it stands.
    pub at: ByteOffset,
    /// What it is, if it is a structural character.
    pub class: Option<Class>,
    /// Levels open before it.
    pub depth: Depth,
    /// 1 if it opens a level, -1 if it closes one.
    change: i8,
}

impl Structural {
    /// Whether it opens a level.
    #[must_use]
    pub fn opens(&self) -> bool {
        self.change > 0
    }

    /// Whether it closes a level.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.change < 0
    }
}

impl ChunkView {
    /// A chunk of bytes laid open.
    pub(super) fn new(
        language: LanguageId,
        checkpoint: Checkpoint,
        bytes: Vec<u8>,
        detail: Arc<Detail>,
    ) -> Self {
        let mut marks = Vec::with_capacity(detail.structurals.len() + detail.levels.len());
        let mut depth = 0;
        let mut levels = detail.levels.iter().peekable();
        let mut mark = |at: u32, class: Option<Class>, change: i8| {
            marks.push(Mark { at, depth, change, class });
            depth += i32::from(change);
        };
        let change = |opens: bool| if opens { 1 } else { -1 };
        for at in &detail.structurals {
            while let Some(level) = levels.next_if(|level| level.at < *at) {
                mark(level.at, None, change(level.opens));
            }
            let class = bytes.get(*at as usize).and_then(|byte| Class::of(*byte));
            let bracket = class.filter(|class| class.opens() || class.closes());
            // In JSON brackets are all levels there are; elsewhere levels are told beside them.
            let moves = match bracket.map(Class::opens) {
                Some(opens) if language == LanguageId::Json => change(opens),
                Some(opens) => {
                    let here = |level: &&LevelChange| level.at == *at && level.opens == opens;
                    levels.next_if(here).map_or(0, |level| change(level.opens))
                }
                None => 0,
            };
            mark(*at, class, moves);
        }
        levels.for_each(|level| mark(level.at, None, change(level.opens)));
        ChunkView { checkpoint, bytes, detail, marks, depth_after: depth }
    }

    /// The bytes covered.
    #[must_use]
    pub fn range(&self) -> Range<ByteOffset> {
        self.checkpoint.at..self.checkpoint.at + self.bytes.len() as u64
    }

    /// The number of the first structural character at or after a place.
    fn place(&self, at: ByteOffset) -> usize {
        let at = u32::try_from(at.saturating_sub(self.checkpoint.at)).unwrap_or(u32::MAX);
        self.marks.partition_point(|mark| mark.at < at)
    }

    fn structural(&self, i: usize) -> Option<Structural> {
        let Mark { at, depth, change, class } = *self.marks.get(i)?;
        let depth = self.checkpoint.depth + Depth::from(depth);
        Some(Structural { at: self.checkpoint.at + u64::from(at), class, depth, change })
    }

    /// Levels open before a byte of the chunk (or the byte after it).
    #[must_use]
    pub fn depth_before(&self, at: ByteOffset) -> Depth {
        let i = self.place(at);
        let depth = self.marks.get(i).map_or(self.depth_after, |mark| mark.depth);
        self.checkpoint.depth + Depth::from(depth)
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
    /// By number, with what the cache counts of each.
    recent: Mutex<VecDeque<Recent>>,
}

type Recent = (ChunkIndex, Arc<ChunkView>, Cached);

/// Chunk views kept: a path or a window of members goes back and forth over a few chunks.
const RECENT_MAX: usize = 8;
const RECENT_MIN: usize = 3;
const RECENT_BYTES: usize = 1 << 20;

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
            let known = |(number, view, _): &Recent| *number == chunk && view.range() == range;
            if let Some(i) = recent.iter().position(known)
                && let Some(found) = recent.remove(i)
            {
                let view = Arc::clone(&found.1);
                self.cache.used_again(&found.2, std::time::Instant::now());
                recent.push_front(found);
                return Ok(view);
            }
        }
        let checkpoint = index
            .checkpoint(chunk)
            .ok_or(Error::Truncated { at: index.bytes(), expected: range.end })?;
        let around = self.around(range.clone());
        let mut text = self.bytes(around.clone())?;
        if around.start + (text.len() as u64) < range.end {
            let at = around.start + text.len() as u64;
            return Err(Error::Truncated { at, expected: range.end });
        }
        let from = (range.start - around.start) as usize;
        let to = (range.end - around.start) as usize;
        let last = self.source.is_complete() && range.end == self.source.bytes();
        let piece = Piece { text: &text, from, to, at: range.start, last };
        // The end of what still flows or grows is another one the next time, and a window that moves on soon is elsewhere:
        // kept, they would drive out what is of use.
        let passes = range.end == index.bytes() || self.source.kept_from() > 0;
        let cached = if passes && !self.source.is_complete() {
            let make = || detail(self.kernel, self.language, &checkpoint.state, piece);
            self.cache.pass_by(std::time::Instant::now(), make)
        } else {
            self.cached(&checkpoint.state, &piece)
        };
        text.truncate(to);
        text.drain(..from);
        let detail = Arc::clone(&cached.detail);
        let view = Arc::new(ChunkView::new(self.language, checkpoint, text, detail));
        if let Ok(mut recent) = self.recent.lock() {
            // Large chunks, of large documents, are kept in smaller numbers.
            let keep = RECENT_BYTES / view.bytes.len().max(1);
            recent.truncate(keep.clamp(RECENT_MIN, RECENT_MAX) - 1);
            recent.push_front((chunk, Arc::clone(&view), cached));
        }
        Ok(view)
    }

    /// A range with what a code language looks back on and ahead at, as far as the document goes.
    #[must_use]
    pub fn around(&self, range: Range<ByteOffset>) -> Range<ByteOffset> {
        if self.language.info().scanner.is_none() {
            return range;
        }
        let end = (range.end + LOOK_BACK_MAX as u64).min(self.source.bytes());
        range.start.saturating_sub(LOOK_BACK_MAX as u64)..end.max(range.end)
    }

    /// The detail of a piece, from the cache if it is there.
    #[must_use]
    pub fn detail(&self, state: &crate::scan::State, piece: &Piece<'_>) -> Arc<Detail> {
        self.cached(state, piece).detail
    }

    fn cached(&self, state: &crate::scan::State, piece: &Piece<'_>) -> Cached {
        let now = std::time::Instant::now();
        self.cache.get_or_insert_with(self.language, piece, state, now, || {
            detail(self.kernel, self.language, state, *piece)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::CacheLimits;
    use crate::scan::{State, summarize};
    use crate::simd;
    use crate::stream::{SpillPlan, Spool};

    #[test]
    fn the_end_of_what_flows_is_not_kept_until_it_is_the_end() {
        let bytes = b"[1, 2, 3, 4, 5, 6, 7, 8, 9]\n".repeat(6);
        let (spool, _) = Spool::new(&SpillPlan::Off);
        spool.append(&bytes);
        let mut index = StructuralIndex::new(64);
        let mut state = State::default();
        for chunk in bytes.chunks(64) {
            let (summary, end) = summarize(simd::best(), LanguageId::Json, &state, chunk);
            index.append(&summary, end.clone());
            state = end;
        }
        let spool = Arc::new(spool);
        let cache = Arc::new(DetailCache::new(CacheLimits::default()));
        let source = Arc::clone(&spool) as Arc<dyn ReadAt>;
        let reader = ChunkReader::new(source, LanguageId::Json, simd::best(), Arc::clone(&cache));
        let entries = |chunk| {
            reader.forget();
            reader.view(&index, chunk).expect("memory can be read");
            cache.stats(std::time::Instant::now()).entries
        };
        let last = index.chunks() - 1;
        assert_eq!([entries(0), entries(last), entries(last)], [1, 1, 1]);
        spool.complete();
        assert_eq!(entries(last), 2);
    }
}
