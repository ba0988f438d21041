//! Gathers the definitions and patterns of a document behind the scan: of code that has few all of them, else those around
//! the cursor, and others when it has left these.

mod json;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::findings::{Findings, Gatherer};
use super::opened::Opened;
use super::shared::Shared;
use crate::lang::LanguageId;
use crate::lang::code::{Definition, Piece};
use crate::limits::PATTERNS_MAX;
use crate::scan::{Detail, detail};
use crate::units::{ByteOffset, ChunkIndex};

/// Gathers what is around the place that was looked at last. Whether all was read that was to be.
pub(super) fn gather(shared: &Shared, opened: &Opened) -> bool {
    if opened.language == LanguageId::Json {
        return json::gather(shared, opened);
    }
    if !has_patterns(opened) {
        return true;
    }
    let around = opened.looked_at.load(Ordering::Relaxed);
    let Some((first, here)) = first_chunks(opened, around) else { return false };
    let mut gathered = gather_from(shared, opened, first);
    // It was thought that there is less before the place than there is.
    if let Gathered { range, is_full: true, .. } = &gathered
        && range.end <= around
    {
        let lead = (range.end - range.start) / 3;
        let near = opened.chunk_of(around.saturating_sub(lead)).unwrap_or(here);
        for first in [near, here] {
            gathered = gather_from(shared, opened, first);
            if gathered.range.end > around || !gathered.is_full {
                break;
            }
        }
    }
    let is_whole = gathered.is_full || gathered.is_at_end;
    if shared.wanted(opened.era) {
        opened.gather(gathered.findings(around));
        shared.publish();
    }
    is_whole
}

/// Whether there is anything to gather in documents of its language.
pub(super) fn has_patterns(opened: &Opened) -> bool {
    opened.language == LanguageId::Json || opened.language.info().scanner.is_some()
}

/// As [`gather`], on a thread of its own.
pub(super) fn gather_behind(shared: &Arc<Shared>, opened: &Arc<Opened>) {
    let (shared, opened) = (Arc::clone(shared), Arc::clone(opened));
    let thread = std::thread::Builder::new().name("warp-gather".to_owned());
    let _ = thread.spawn(move || gather(&shared, &opened));
}

/// Takes note of where somebody looks, and gathers anew if what is gathered does not reach far enough around that.
pub(super) fn look_at(shared: &Arc<Shared>, opened: &Arc<Opened>, at: ByteOffset) {
    opened.looked_at.store(at, Ordering::Relaxed);
    let serves = opened.findings.load().as_ref().is_none_or(|it| it.serve(at, opened.bytes()));
    if serves || opened.gathering.swap(true, Ordering::Relaxed) {
        return;
    }
    let (shared, gathered) = (Arc::clone(shared), Arc::clone(opened));
    let thread = std::thread::Builder::new().name("warp-gather".to_owned());
    let begun = thread.spawn(move || {
        gather(&shared, &gathered);
        gathered.gathering.store(false, Ordering::Relaxed);
    });
    if begun.is_err() {
        opened.gathering.store(false, Ordering::Relaxed);
    }
}

/// The chunk to begin with so that what is gathered lies around a place, and the one that the place lies in.
fn first_chunks(opened: &Opened, around: ByteOffset) -> Option<(ChunkIndex, ChunkIndex)> {
    let index = opened.index.read().ok()?;
    let totals = index.totals();
    // Of a window over a stream the first chunk that is kept as a whole.
    let kept =
        usize::try_from(opened.reader.first_byte(&index).div_ceil(index.chunk_bytes())).ok()?;
    let chunk_of = |at: ByteOffset| index.chunk_of(at).unwrap_or(0).max(kept);
    let n_patterns = totals.patterns.iter().sum::<u64>();
    if n_patterns <= PATTERNS_MAX as u64 {
        return Some((kept, chunk_of(around)));
    }
    let bytes_kept = totals.bytes as f64 * PATTERNS_MAX as f64 / n_patterns as f64;
    Some((chunk_of(around.saturating_sub(bytes_kept as u64 / 3)), chunk_of(around)))
}

/// What was gathered in one go.
struct Gathered {
    gatherer: Gatherer,
    range: std::ops::Range<ByteOffset>,
    /// There are as many as are kept.
    is_full: bool,
    /// The document ends there, as far as it is known.
    is_at_end: bool,
}

impl Gathered {
    fn findings(self, around: ByteOffset) -> Findings {
        self.gatherer.finish(self.range, self.is_full, around)
    }
}

/// Gathers from a chunk on until there are as many as are kept. What cannot be read any more ends it early.
fn gather_from(shared: &Shared, opened: &Opened, first: ChunkIndex) -> Gathered {
    let mut gatherer = Gatherer::default();
    let (mut range, mut is_full, mut is_at_end) = (0..0, false, false);
    let mut chunk = first;
    while !is_full && !is_at_end && shared.wanted(opened.era) {
        shared.give_way.look_and_pass();
        let Some(read) = read_chunk(shared, opened, chunk) else { break };
        if chunk == first {
            range.start = read.range.start;
            gatherer.begin(&read.around);
        }
        range.end = read.range.end;
        is_full = !gatherer.take(&read.detail);
        is_at_end = read.range.end == opened.bytes();
        chunk += 1;
    }
    Gathered { gatherer, range, is_full, is_at_end }
}

/// A chunk, read again.
pub(super) struct ReadChunk {
    pub(super) range: std::ops::Range<ByteOffset>,
    /// The definitions that it begins inside of, outermost first.
    pub(super) around: Vec<Definition>,
    pub(super) detail: Detail,
}

/// Reads a chunk of code again, past the cache: gathering would fill it. `None` if there is none, or if it cannot be read.
pub(super) fn read_chunk(shared: &Shared, opened: &Opened, chunk: ChunkIndex) -> Option<ReadChunk> {
    let (range, checkpoint) = {
        let index = opened.index.read().ok()?;
        (index.range(chunk), index.checkpoint(chunk)?)
    };
    let state = &checkpoint.state;
    let text_range = opened.reader.around(range.clone());
    let text = opened.reader.bytes(text_range.clone()).ok()?;
    let (from, to) = (range.start - text_range.start, range.end - text_range.start);
    if range.is_empty() || (text.len() as u64) < to {
        return None;
    }
    // What flows or grows does not end where it has come to.
    let last = range.end == opened.bytes() && opened.source.is_complete();
    let piece = Piece {
        text: &text,
        from: from as usize,
        to: to as usize,
        at: range.start,
        last,
        text_ends: last,
    };
    let detail = detail(shared.options().kernel, opened.language, state, piece);
    let around = state.code.as_ref().map_or_else(Vec::new, |code| code.open_definitions());
    Some(ReadChunk { range, around, detail })
}
