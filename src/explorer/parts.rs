//! The parts of a chunk: what the index would know of it if its chunks were small. A chunk of a document of 100 GB is too
//! large to be laid open; scanned once more, summaries alone, it falls into parts, each with a checkpoint and its lowest depth.

use std::ops::Range;

use crate::index::{Checkpoint, DepthTree, Lowest};
use crate::scan::{State, Summary};
use crate::units::{ByteOffset, Depth, LineNumber, PartIndex};

/// What is known of the parts of a chunk.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// Where the first byte lies that is known.
    start: ByteOffset,
    part_bytes: u64,
    begins: Vec<Checkpoint>,
    tree: DepthTree,
    /// What stands behind the last part.
    end: Checkpoint,
}

impl Parts {
    /// None yet, of the chunk from `begin` on.
    pub(super) fn new(begin: Checkpoint, part_bytes: u64) -> Parts {
        let (start, begins, tree) = (begin.at, Vec::new(), DepthTree::default());
        Parts { start, part_bytes, begins, tree, end: begin }
    }

    /// Where the first byte lies that is known.
    pub(super) fn start(&self) -> ByteOffset {
        self.start
    }

    /// Where the next part begins.
    pub(super) fn next(&self) -> &Checkpoint {
        &self.end
    }

    /// Takes the next part.
    pub(super) fn push(&mut self, summary: &Summary, end: State) {
        let depth = self.end.depth;
        self.tree.push(Lowest {
            depth: depth + summary.depth_min,
            commas: summary.commas_at_min,
            closes: summary.closes_at_min,
        });
        let next = Checkpoint {
            at: self.end.at + summary.bytes,
            state: end,
            line: self.end.line + summary.line_breaks,
            depth: depth + summary.depth_change,
        };
        self.begins.push(std::mem::replace(&mut self.end, next));
    }

    /// Gives the last part up, which may have been cut off by the end of what there was.
    pub(super) fn pop(&mut self) {
        let Some(last) = self.begins.pop() else { return };
        self.end = last;
        let leaves = (0..self.begins.len()).filter_map(|part| self.tree.leaf(part)).collect();
        self.tree = DepthTree::of(leaves);
    }

    /// The checkpoint of the part that begins at `at`, if it is known.
    pub(super) fn checkpoint(&self, at: ByteOffset) -> Option<&Checkpoint> {
        let part = at.checked_sub(self.start)? / self.part_bytes;
        self.begins.get(usize::try_from(part).ok()?)
    }
}

/// Questions about the tree, in numbers of the document's parts.
impl Parts {
    fn first_part(&self) -> PartIndex {
        (self.start / self.part_bytes) as PartIndex
    }

    /// The parts that are known.
    pub(super) fn known(&self) -> Range<PartIndex> {
        let first = self.first_part();
        first..first + self.begins.len()
    }

    /// The first part in `range` for which `wanted` holds, as [`DepthTree::first`].
    pub(super) fn first(
        &self,
        range: &Range<PartIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Option<PartIndex> {
        self.tree.first(self.inside(range), wanted).map(|part| self.first_part() + part)
    }

    /// The last part in `range` for which `wanted` holds, as [`DepthTree::last`].
    pub(super) fn last(
        &self,
        range: &Range<PartIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Option<PartIndex> {
        self.tree.last(self.inside(range), wanted).map(|part| self.first_part() + part)
    }

    /// The lowest depth over `range`, as [`DepthTree::lowest`].
    pub(super) fn lowest(&self, range: &Range<PartIndex>) -> Option<Lowest> {
        self.tree.lowest(self.inside(range))
    }

    /// The `n`-th of what `count` counts in `range`, as [`DepthTree::find_nth`].
    pub(super) fn find_nth(
        &self,
        range: &Range<PartIndex>,
        depth: Depth,
        n: u64,
        count: impl Fn(Lowest) -> u64,
    ) -> Result<(PartIndex, u64), u64> {
        let found = self.tree.find_nth(self.inside(range), depth, n, count)?;
        Ok((self.first_part() + found.0, found.1))
    }

    /// The last part that begins at or before the first byte of `line`, of those that are known.
    pub(super) fn of_line(&self, line: LineNumber) -> Option<PartIndex> {
        let behind = self.begins.partition_point(|begin| begin.line < line);
        Some(self.first_part() + behind.checked_sub(1)?)
    }

    fn inside(&self, range: &Range<PartIndex>) -> Range<PartIndex> {
        let known = self.known();
        let start = range.start.clamp(known.start, known.end) - known.start;
        start..range.end.clamp(known.start, known.end) - known.start
    }
}
