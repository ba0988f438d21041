//! The index of one document: a checkpoint for each chunk, and the tree over them.

mod written;

use std::collections::VecDeque;

pub use written::WrittenIndex;

use super::states::States;
use super::{DepthTree, Lowest};
use crate::limits::CHECKPOINTS_MAX;
use crate::scan::{State, Summary};
use crate::units::{ByteOffset, ChunkIndex, Depth, LineNumber};

/// What is known where a chunk begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Where the chunk begins.
    pub at: ByteOffset,
    /// The state before its first byte.
    pub state: State,
    /// Line breaks before it.
    pub line: LineNumber,
    /// Levels open before it.
    pub depth: Depth,
}

/// What is kept of a chunk: 32 bytes, and 48 in the tree.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    line: LineNumber,
    depth: Depth,
    /// The kinds of patterns whose ends are recognised in it, a bit for each.
    kinds: u64,
    /// The place of the state in the table of states.
    state: u32,
}

/// The checkpoints and summaries of a document, from its start as far as it has been scanned.
#[derive(Clone, Debug)]
pub struct StructuralIndex {
    chunk_bytes: u64,
    chunks_max: usize,
    chunks: Vec<Kept>,
    tree: DepthTree,
    /// Every state that a chunk begins in, once.
    states: States,
    totals: Summary,
    /// The sums before the last chunk.
    before_last: Summary,
    /// The last chunk was given up, and what is appended next takes its place.
    reopened: bool,
    end: State,
    newest: Newest,
}

/// The newest checkpoints as they came, whatever was merged since.
#[derive(Clone, Debug, Default)]
struct Newest {
    max: usize,
    /// From one to the next, at least.
    bytes: u64,
    kept: VecDeque<Checkpoint>,
}

impl StructuralIndex {
    /// An empty index of chunks of `chunk_bytes`.
    #[must_use]
    pub fn new(chunk_bytes: u64) -> Self {
        Self::with_limit(chunk_bytes, CHECKPOINTS_MAX)
    }

    /// As [`StructuralIndex::new`], with room for `chunks_max` chunks (two or more).
    #[must_use]
    pub fn with_limit(chunk_bytes: u64, chunks_max: usize) -> Self {
        StructuralIndex {
            chunk_bytes,
            chunks_max: chunks_max.max(2),
            chunks: Vec::new(),
            tree: DepthTree::default(),
            states: States::default(),
            totals: Summary::default(),
            before_last: Summary::default(),
            reopened: false,
            end: State::default(),
            newest: Newest::default(),
        }
    }

    /// Keeps the newest `max` checkpoints besides, at least `bytes` from one another, a multiple of the chunk size or a divisor.
    pub fn keep_newest(&mut self, max: usize, bytes: u64) {
        self.newest = Newest { max, bytes: bytes.max(self.chunk_bytes), kept: VecDeque::new() };
    }

    /// The first of the newest checkpoints in a range.
    #[must_use]
    pub fn newest_in(&self, range: std::ops::Range<ByteOffset>) -> Option<&Checkpoint> {
        let kept = &self.newest.kept;
        let first = kept.partition_point(|checkpoint| checkpoint.at < range.start);
        kept.get(first).filter(|checkpoint| checkpoint.at < range.end)
    }

    /// Gives the last chunk up, to be appended anew: its end was the document's, and no longer is. Where it begins.
    pub fn reopen_last(&mut self) -> ByteOffset {
        if let Some(last) = self.chunks.last()
            && !self.reopened
        {
            self.end = self.states.get(last.state).unwrap_or_default();
            self.totals = self.before_last.clone();
            self.reopened = true;
        }
        self.totals.bytes
    }

    /// Appends what the next bytes add; they are part of the last chunk while it is not full, and the end of a document,
    /// which has no bytes, is too. `end` is the state after them. The bytes must not reach over the end of a chunk: their number divides the chunk size, or they are the last.
    pub fn append(&mut self, summary: &Summary, end: State) {
        let start = self.totals.bytes;
        let kinds = kinds_of(summary);
        let lowest = Lowest {
            depth: self.totals.depth_change + summary.depth_min,
            commas: summary.commas_at_min,
            closes: summary.closes_at_min,
        };
        if std::mem::take(&mut self.reopened) {
            self.tree.replace_last(lowest);
        } else if start.is_multiple_of(self.chunk_bytes) && summary.bytes > 0 {
            if self.chunks.len() == self.chunks_max {
                self.merge_neighbours();
            }
            self.note_newest();
            if start.is_multiple_of(self.chunk_bytes) {
                let state = self.states.place_of(&self.end);
                let (line, depth) = (self.totals.line_breaks, self.totals.depth_change);
                self.chunks.push(Kept { line, depth, kinds: 0, state });
                self.tree.push(lowest);
                self.before_last = self.totals.clone();
            } else {
                self.widen_last(lowest);
            }
        } else {
            if summary.bytes > 0 {
                self.note_newest();
            }
            self.widen_last(lowest);
        }
        if let Some(last) = self.chunks.last_mut() {
            last.kinds |= kinds;
        }
        self.totals = self.totals.then(summary);
        self.end = end;
    }

    /// Keeps the place where the next bytes are appended, if it is time for one.
    fn note_newest(&mut self) {
        let (at, newest) = (self.totals.bytes, &mut self.newest);
        if newest.max == 0
            || !at.is_multiple_of(newest.bytes)
            || newest.kept.back().is_some_and(|last| last.at >= at)
        {
            return;
        }
        if newest.kept.len() >= newest.max {
            newest.kept.pop_front();
        }
        let (line, depth) = (self.totals.line_breaks, self.totals.depth_change);
        newest.kept.push_back(Checkpoint { at, state: self.end.clone(), line, depth });
    }

    fn widen_last(&mut self, lowest: Lowest) {
        if let Some(last) = self.chunks.len().checked_sub(1).and_then(|last| self.tree.leaf(last)) {
            self.tree.replace_last(last.then(lowest));
        }
    }

    /// Makes one chunk of every two.
    fn merge_neighbours(&mut self) {
        let mut tree = DepthTree::default();
        for pair in 0..self.chunks.len().div_ceil(2) {
            let leaf = |chunk| self.tree.leaf(chunk);
            if let Some(left) = leaf(2 * pair) {
                tree.push(leaf(2 * pair + 1).map_or(left, |right| left.then(right)));
            }
        }
        self.tree = tree;
        let kinds = |pair: &[Kept]| pair.iter().fold(0, |all, kept| all | kept.kinds);
        let merged = self.chunks.chunks(2).map(|pair| Kept { kinds: kinds(pair), ..pair[0] });
        self.chunks = merged.collect();
        self.states.keep(self.chunks.iter_mut().map(|chunk| &mut chunk.state));
        self.chunk_bytes *= 2;
    }

    /// Bytes in a chunk; the last one may have fewer.
    #[must_use]
    pub fn chunk_bytes(&self) -> u64 {
        self.chunk_bytes
    }

    /// Chunks so far.
    #[must_use]
    pub fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// Bytes indexed so far, from the document's start.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.totals.bytes
    }

    /// The sums over everything indexed so far.
    #[must_use]
    pub fn totals(&self) -> &Summary {
        &self.totals
    }

    /// The state after the last indexed byte.
    #[must_use]
    pub fn end(&self) -> &State {
        &self.end
    }

    /// The tree over depth.
    #[must_use]
    pub fn tree(&self) -> &DepthTree {
        &self.tree
    }

    /// What is known where `chunk` begins.
    #[must_use]
    pub fn checkpoint(&self, chunk: ChunkIndex) -> Option<Checkpoint> {
        let kept = self.chunks.get(chunk)?;
        let state = self.states.get(kept.state)?;
        let at = chunk as u64 * self.chunk_bytes;
        Some(Checkpoint { at, state, line: kept.line, depth: kept.depth })
    }

    /// The bytes of `chunk`.
    #[must_use]
    pub fn range(&self, chunk: ChunkIndex) -> std::ops::Range<ByteOffset> {
        let at = (chunk as u64 * self.chunk_bytes).min(self.totals.bytes);
        at..(at + self.chunk_bytes).min(self.totals.bytes)
    }

    /// The chunk that a byte lies in, if it is indexed.
    #[must_use]
    pub fn chunk_of(&self, at: ByteOffset) -> Option<ChunkIndex> {
        (at < self.totals.bytes).then(|| (at / self.chunk_bytes) as ChunkIndex)
    }

    /// The kinds of patterns whose ends are recognised in `chunk`: bit `k` for number `k` of [`PatternKind`](crate::lang::PatternKind). Of a last
    /// chunk that was given up once, those that ended in it before, too.
    #[must_use]
    pub fn kinds(&self, chunk: ChunkIndex) -> u64 {
        self.chunks.get(chunk).map_or(0, |kept| kept.kinds)
    }

    /// The last chunk that begins at or before the first byte of `line`. O(log n).
    #[must_use]
    pub fn chunk_of_line(&self, line: LineNumber) -> Option<ChunkIndex> {
        // The break that begins the line is the last one counted before it.
        let begins_before = self.chunks.partition_point(|kept| kept.line < line.max(1));
        if line == 0 {
            return (!self.chunks.is_empty()).then_some(0);
        }
        begins_before.checked_sub(1)
    }

    /// Bytes that the index takes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let chunks = self.chunks.capacity() * size_of::<Kept>();
        chunks + self.tree.memory_bytes() + self.states.stored_bytes()
    }
}

/// The kinds of the patterns that a summary counts, a bit for each.
fn kinds_of(summary: &Summary) -> u64 {
    let bit = |(kind, n): (usize, &u64)| u64::from(*n > 0) << kind;
    summary.patterns.iter().enumerate().map(bit).fold(0, |all, bit| all | bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::naive;

    /// With room for few chunks, merging leaves what scanning bigger chunks would have made.
    #[test]
    fn merged_chunks_are_those_of_a_bigger_chunk_size() {
        let bytes = br#"{"a":[1,2,{"b":"]}"}],"c":[[]],"d":
"e"}, "#
            .repeat(100);
        let mut merged = StructuralIndex::with_limit(64, 8);
        let mut state = State::default();
        for (i, piece) in bytes.chunks(64).enumerate() {
            let (mut summary, detail) = naive::scan(&state, piece);
            summary.patterns[i % 40] = 1;
            merged.append(&summary, detail.end.clone());
            state = detail.end;
        }
        let chunk_bytes = merged.chunk_bytes();
        assert!(chunk_bytes > 64 && merged.chunks() <= 8);
        let mut plain = StructuralIndex::new(chunk_bytes);
        let mut state = State::default();
        let mut i = 0;
        for piece in bytes.chunks(chunk_bytes as usize) {
            let (mut summary, detail) = naive::scan(&state, piece);
            for _ in 0..piece.len().div_ceil(64) {
                summary.patterns[i % 40] += 1;
                i += 1;
            }
            plain.append(&summary, detail.end.clone());
            state = detail.end;
        }
        assert_eq!(merged.chunks(), plain.chunks());
        assert_eq!(merged.totals(), plain.totals());
        for chunk in 0..plain.chunks() {
            assert_eq!(merged.checkpoint(chunk), plain.checkpoint(chunk));
            assert_eq!(merged.tree().leaf(chunk), plain.tree().leaf(chunk));
            assert_eq!(merged.range(chunk), plain.range(chunk));
            assert_eq!(merged.kinds(chunk), plain.kinds(chunk));
        }
    }
}
