//! Laying parts open: from their checkpoints, by way of the detail cache, and the last few are kept.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::part_view::PartView;
use super::parts::Parts;
use crate::cache::{Cached, DetailCache};
use crate::error::Error;
use crate::index::{Checkpoint, StructuralIndex};
use crate::lang::LanguageId;
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::limits::{CHUNKS_PARTED_MAX, PART_BYTES, WINDOW_MARGIN_BYTES};
use crate::scan::{Detail, detail, summarize};
use crate::simd::KernelId;
use crate::source::ReadAt;
use crate::units::{ByteOffset, ChunkIndex, PartIndex};

/// Makes views of parts, by way of the detail cache, and keeps the last few.
#[derive(Debug)]
pub struct PartReader {
    /// Where bytes come from.
    pub source: Arc<dyn ReadAt>,
    /// The language.
    pub language: LanguageId,
    /// The kernel.
    pub kernel: KernelId,
    /// Where details are kept.
    pub cache: Arc<DetailCache>,
    /// By what they were made of, with what the cache counts of each.
    recent: Mutex<VecDeque<Recent>>,
    /// The parts of the chunks that were looked into last, by where the chunks begin.
    parted: Mutex<VecDeque<(ByteOffset, Arc<Parts>)>>,
    part_bytes: u64,
}

type Recent = (Known, Arc<PartView>, Cached);

/// What a view was made of: of what flows or grows there will be more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    range: Range<ByteOffset>,
    /// The part with what lies around it.
    around: Range<ByteOffset>,
    text_ends: bool,
}

/// Views kept: a path or a window of members goes back and forth over a few parts.
const RECENT_MAX: usize = 8;

/// That the bytes from `at` on have gone, of a stream of which a window is kept.
pub(super) fn gone(at: ByteOffset) -> Error {
    let reason = io::Error::other(format!("what stands at byte {at} is no longer kept"));
    Error::Read { at, reason }
}

impl PartReader {
    /// A reader that has made nothing yet.
    #[must_use]
    pub fn new(
        source: Arc<dyn ReadAt>,
        language: LanguageId,
        kernel: KernelId,
        cache: Arc<DetailCache>,
    ) -> Self {
        Self::with_parts(source, language, kernel, cache, PART_BYTES)
    }

    /// As [`PartReader::new`], with parts of `part_bytes`, a power of two.
    #[must_use]
    pub fn with_parts(
        source: Arc<dyn ReadAt>,
        language: LanguageId,
        kernel: KernelId,
        cache: Arc<DetailCache>,
        part_bytes: u64,
    ) -> Self {
        let (recent, parted) = (Mutex::default(), Mutex::default());
        PartReader { source, language, kernel, cache, recent, parted, part_bytes }
    }

    /// Forgets what was made; for when the document or the size of its parts has changed.
    pub fn forget(&self) {
        if let Ok(mut recent) = self.recent.lock() {
            recent.clear();
        }
        if let Ok(mut parted) = self.parted.lock() {
            parted.clear();
        }
    }

    /// Bytes in a part; the last one may have fewer.
    #[must_use]
    pub fn part_bytes(&self, index: &StructuralIndex) -> u64 {
        self.part_bytes.min(index.chunk_bytes())
    }

    /// The part that a byte lies in, if it is indexed.
    #[must_use]
    pub fn part_of(&self, index: &StructuralIndex, at: ByteOffset) -> Option<PartIndex> {
        (at < index.bytes()).then(|| (at / self.part_bytes(index)) as PartIndex)
    }

    /// The bytes of a part.
    #[must_use]
    pub fn range(&self, index: &StructuralIndex, part: PartIndex) -> Range<ByteOffset> {
        let bytes = self.part_bytes(index);
        let at = (part as u64 * bytes).min(index.bytes());
        at..(at + bytes).min(index.bytes())
    }

    /// What is known where a part begins.
    ///
    /// # Errors
    /// If the chunk that it lies in cannot be read, or is not indexed.
    pub fn checkpoint(
        &self,
        index: &StructuralIndex,
        part: PartIndex,
    ) -> Result<Checkpoint, Error> {
        let at = part as u64 * self.part_bytes(index);
        let absent = Error::Truncated { at: index.bytes(), expected: at };
        let Some(chunk) = index.chunk_of(at) else { return Err(absent) };
        if at == index.range(chunk).start {
            return index.checkpoint(chunk).ok_or(absent);
        }
        let parts = self.parts(index, chunk)?;
        if at < parts.start() {
            return Err(gone(at));
        }
        parts.checkpoint(at).cloned().ok_or(absent)
    }

    /// The parts of a chunk.
    ///
    /// # Errors
    /// If its bytes cannot be read, or there are fewer than the index knows.
    pub(super) fn parts(
        &self,
        index: &StructuralIndex,
        chunk: ChunkIndex,
    ) -> Result<Arc<Parts>, Error> {
        let range = index.range(chunk);
        let mut known = None;
        if let Ok(mut parted) = self.parted.lock()
            && let Some(i) = parted.iter().position(|(start, _)| *start == range.start)
            && let Some((_, parts)) = parted.remove(i)
        {
            if parts.next().at == range.end {
                parted.push_front((range.start, Arc::clone(&parts)));
                return Ok(parts);
            }
            known = Some(parts);
        }
        let mut parts = match known {
            // It has grown, or two have become one.
            Some(parts) if parts.next().at < range.end => {
                let mut parts = Arc::unwrap_or_clone(parts);
                parts.pop();
                parts
            }
            _ => Parts::new(self.beginning(index, chunk)?, self.part_bytes(index)),
        };
        while parts.next().at < range.end {
            let begin = parts.next();
            let part = begin.at..(begin.at + self.part_bytes(index)).min(range.end);
            let (summary, end) = self
                .read(part, |piece| summarize(self.kernel, self.language, &begin.state, piece))?;
            parts.push(&summary, end);
        }
        let parts = Arc::new(parts);
        if let Ok(mut parted) = self.parted.lock() {
            parted.truncate(CHUNKS_PARTED_MAX - 1);
            parted.push_front((range.start, Arc::clone(&parts)));
        }
        Ok(parts)
    }

    /// Where a chunk begins, or, where that is no longer kept, the first place in it that is known.
    fn beginning(&self, index: &StructuralIndex, chunk: ChunkIndex) -> Result<Checkpoint, Error> {
        // What was told to be there may be asked for a little later.
        let (range, kept) = (index.range(chunk), self.kept_from(WINDOW_MARGIN_BYTES / 2));
        if kept <= range.start {
            let absent = Error::Truncated { at: index.bytes(), expected: range.end };
            return index.checkpoint(chunk).ok_or(absent);
        }
        let known = index.newest_in(kept..range.end);
        known.cloned().ok_or_else(|| gone(range.start))
    }

    /// The first byte that is kept with what a language looks back on, and with `margin` bytes that may go, if any still may.
    fn kept_from(&self, margin: u64) -> ByteOffset {
        match self.source.kept_from() {
            0 => 0,
            from if self.source.is_complete() => from + LOOK_BACK_MAX as u64,
            from => from + margin,
        }
    }

    /// The first byte that can be laid open. 0, but for a window over a stream: there it is where the first part begins that is
    /// kept as a whole and whose state is known.
    #[must_use]
    pub fn first_byte(&self, index: &StructuralIndex) -> ByteOffset {
        let kept = self.kept_from(WINDOW_MARGIN_BYTES);
        let first = kept.next_multiple_of(self.part_bytes(index));
        let known = match index.chunk_of(first).filter(|_| first > 0) {
            Some(chunk) => {
                self.beginning(index, chunk).map_or(index.range(chunk).end, |begin| begin.at)
            }
            None => first,
        };
        first.max(known).min(self.source.bytes())
    }

    /// A part of the document laid open.
    ///
    /// # Errors
    /// If its bytes cannot be read, or there are fewer than the index knows.
    pub fn view(&self, index: &StructuralIndex, part: PartIndex) -> Result<Arc<PartView>, Error> {
        let range = self.range(index, part);
        let around = self.around(range.clone());
        let text_ends = self.text_ends(&around);
        let known = Known { range: range.clone(), around, text_ends };
        if let Ok(mut recent) = self.recent.lock()
            && let Some(i) = recent.iter().position(|it| it.0 == known)
            && let Some(found) = recent.remove(i)
        {
            let view = Arc::clone(&found.1);
            self.cache.used_again(&found.2, std::time::Instant::now());
            recent.push_front(found);
            return Ok(view);
        }
        let checkpoint = self.checkpoint(index, part)?;
        // The end of what still flows or grows is another one the next time, and a window that moves on soon is elsewhere:
        // kept, they would drive out what is of use.
        let passes = range.end == index.bytes() || self.source.kept_from() > 0;
        let passes = passes && !self.source.is_complete();
        let (cached, bytes) = self.read(range, |piece| {
            let cached = if passes {
                let make = || detail(self.kernel, self.language, &checkpoint.state, piece);
                self.cache.pass_by(std::time::Instant::now(), make)
            } else {
                self.cached(&checkpoint.state, &piece)
            };
            (cached, piece.bytes().to_vec())
        })?;
        let detail = Arc::clone(&cached.detail);
        let view = Arc::new(PartView::new(self.language, checkpoint, bytes, detail));
        if let Ok(mut recent) = self.recent.lock() {
            recent.truncate(RECENT_MAX - 1);
            recent.push_front((known, Arc::clone(&view), cached));
        }
        Ok(view)
    }

    /// Reads a range with what is around it, for `scan`.
    pub(super) fn read<T>(
        &self,
        range: Range<ByteOffset>,
        scan: impl FnOnce(Piece<'_>) -> T,
    ) -> Result<T, Error> {
        let around = self.around(range.clone());
        let text = self.bytes(around.clone())?;
        if around.start + (text.len() as u64) < range.end {
            let at = self.source.end_now().min(around.start + text.len() as u64);
            return Err(Error::Truncated { at, expected: range.end });
        }
        let from = (range.start - around.start) as usize;
        let to = (range.end - around.start) as usize;
        let last = self.source.is_complete() && range.end == self.source.bytes();
        let text_ends = self.text_ends(&around);
        Ok(scan(Piece { text: &text, from, to, at: range.start, last, text_ends }))
    }

    /// Whether the document is known to end where `around` does.
    fn text_ends(&self, around: &Range<ByteOffset>) -> bool {
        self.source.is_complete() && around.end == self.source.bytes()
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
        let n = self.source.read_at(at, &mut bytes).map_err(|reason| Error::read(at, reason))?;
        bytes.truncate(n);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::CacheLimits;
    use crate::lang::Class;
    use crate::limits::STREAM_NEWEST_MAX;
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
        let reader = PartReader::new(source, LanguageId::Json, simd::best(), Arc::clone(&cache));
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

    /// What stands at a part's end may be decided by bytes that have not come yet.
    #[test]
    fn a_part_is_laid_open_anew_when_more_is_known_of_what_follows_it() {
        let bytes = b"a(1, [2, 3], {b: 4, c: [5, 6]}, function (d) { return [d]; })[7](8);";
        let (spool, _) = Spool::new(&SpillPlan::Off);
        spool.append(&bytes[..64]);
        let language = LanguageId::JavaScript;
        let (summary, end) = summarize(simd::best(), language, &State::default(), &bytes[..64]);
        let mut index = StructuralIndex::new(64);
        index.append(&summary, end);
        let spool = Arc::new(spool);
        let cache = Arc::new(DetailCache::new(CacheLimits::default()));
        let source = Arc::clone(&spool) as Arc<dyn ReadAt>;
        let reader = PartReader::new(source, language, simd::best(), cache);
        let shown = || {
            let view = reader.view(&index, 0).expect("memory can be read");
            (view.structurals(0..64).count(), view.depth_before(64))
        };
        let whole = bytes[..64].iter().filter(|byte| Class::of(**byte).is_some()).count() - 6;
        assert!(shown().0 < whole);
        spool.append(&bytes[64..]);
        spool.complete();
        assert_eq!(shown(), (whole, 0));
    }

    /// Its chunk began long before the window: what is known in the middle of it is enough.
    #[test]
    fn a_window_that_begins_inside_a_chunk_can_be_laid_open() {
        let line = b"{\"a\": [1, 2, {\"b\": \"}]\"}]},\n";
        let (spool, _) = Spool::new(&SpillPlan::Off);
        let spool = Arc::new(spool);
        let mut index = StructuralIndex::with_limit(PART_BYTES, 2);
        index.keep_newest(STREAM_NEWEST_MAX, PART_BYTES);
        let (mut state, mut all) = (State::default(), Vec::new());
        for block in line.repeat(20 << 15).chunks(PART_BYTES as usize) {
            spool.append(block);
            let (summary, end) = summarize(simd::best(), LanguageId::Json, &state, block);
            index.append(&summary, end.clone());
            state = end;
            all.extend_from_slice(block);
        }
        let kept = spool.kept_from();
        let whole_parts = |margin: u64| (kept + margin).next_multiple_of(PART_BYTES);
        assert!(index.chunks() <= 2 && !kept.is_multiple_of(index.chunk_bytes()));
        let cache = Arc::new(DetailCache::new(CacheLimits::default()));
        let source = Arc::clone(&spool) as Arc<dyn ReadAt>;
        let reader = PartReader::new(source, LanguageId::Json, simd::best(), cache);
        let (mut line_breaks, mut state) = (0, State::default());
        for part in 0..index.bytes().div_ceil(PART_BYTES) as usize {
            let range = reader.range(&index, part);
            let bytes = &all[range.start as usize..range.end as usize];
            let (summary, end) = summarize(simd::best(), LanguageId::Json, &state, bytes);
            match reader.view(&index, part) {
                Ok(view) => {
                    assert_eq!((view.checkpoint.at, &view.checkpoint.state), (range.start, &state));
                    assert_eq!((view.checkpoint.line, &view.bytes[..]), (line_breaks, bytes));
                }
                Err(Error::Read { .. }) => assert!(range.start < reader.first_byte(&index)),
                Err(error) => panic!("{error}"),
            }
            line_breaks += summary.line_breaks;
            state = end;
        }
        assert_eq!(reader.first_byte(&index), whole_parts(WINDOW_MARGIN_BYTES));
        // Nothing goes any more once the stream has ended.
        spool.complete();
        reader.forget();
        assert_eq!(reader.first_byte(&index), whole_parts(LOOK_BACK_MAX as u64));
        let first = (reader.first_byte(&index) / PART_BYTES) as usize;
        assert!(reader.view(&index, first).is_ok() && reader.view(&index, first - 1).is_err());
    }

    /// Of a chunk that is wider than the newest checkpoints reach nothing can be told before the next one begins.
    #[test]
    fn a_window_begins_where_a_state_is_known() {
        let (spool, _) = Spool::new(&SpillPlan::Off);
        let spool = Arc::new(spool);
        let mut index = StructuralIndex::with_limit(PART_BYTES, 8);
        index.keep_newest(2, PART_BYTES);
        let block = vec![b' '; PART_BYTES as usize];
        for _ in 0..200 {
            spool.append(&block);
            let (summary, end) =
                summarize(simd::best(), LanguageId::Json, &State::default(), &block[..]);
            index.append(&summary, end);
        }
        let cache = Arc::new(DetailCache::new(CacheLimits::default()));
        let source = Arc::clone(&spool) as Arc<dyn ReadAt>;
        let reader = PartReader::new(source, LanguageId::Json, simd::best(), cache);
        let first = reader.first_byte(&index);
        let chunk = index.chunk_of(spool.kept_from() + WINDOW_MARGIN_BYTES).expect("it is indexed");
        assert_eq!(first, index.range(chunk).end);
        assert!(reader.view(&index, (first / PART_BYTES) as usize).is_ok());
    }
}
