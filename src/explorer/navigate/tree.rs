//! The tree over depth, down to parts: the index's over chunks, and where that leads to a chunk larger than a part, the
//! tree over the parts of it.

use std::ops::Range;
use std::sync::Arc;

use super::super::part_reader::gone;
use super::super::parts::Parts;
use super::Navigator;
use crate::error::Error;
use crate::index::Lowest;
use crate::units::{ChunkIndex, Depth, LineNumber, PartIndex};

/// How a range of parts lies over chunks: the parts at its front that fill no chunk, whole chunks, and those at its back.
struct Over {
    front: Range<PartIndex>,
    chunks: Range<ChunkIndex>,
    back: Range<PartIndex>,
}

impl Navigator<'_> {
    /// Parts in a chunk; the last chunk may have fewer.
    fn parts_in_chunk(&self) -> usize {
        (self.index.chunk_bytes() / self.reader.part_bytes(self.index)) as usize
    }

    fn over(&self, range: Range<PartIndex>) -> Over {
        let n = self.parts_in_chunk();
        let end = range.end.min(self.parts());
        let start = range.start.min(end);
        let (first, behind) = (start.div_ceil(n), end / n);
        if first > behind {
            // All of it lies inside one chunk.
            return Over { front: start..end, chunks: first..first, back: end..end };
        }
        // The last chunk is whole, however many parts it has.
        let whole = if end == self.parts() { end.div_ceil(n) } else { behind };
        Over {
            front: start..first * n,
            chunks: first..whole.max(first),
            back: (whole * n).min(end)..end,
        }
    }

    /// The first part in `range` for which `wanted` holds, as [`crate::index::DepthTree::first`].
    pub(super) fn first(
        &self,
        range: Range<PartIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Result<Option<PartIndex>, Error> {
        let Over { front, chunks, back } = self.over(range);
        if let Some(found) = self.first_inside(&front, &wanted)? {
            return Ok(Some(found));
        }
        match self.index.tree().first(chunks, &wanted) {
            Some(chunk) => self.first_inside(&self.of_chunk(chunk), &wanted),
            None => self.first_inside(&back, &wanted),
        }
    }

    /// The last part in `range` for which `wanted` holds, as [`crate::index::DepthTree::last`].
    pub(super) fn last(
        &self,
        range: Range<PartIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Result<Option<PartIndex>, Error> {
        let Over { front, chunks, back } = self.over(range);
        if let Some(found) = self.last_inside(&back, &wanted)? {
            return Ok(Some(found));
        }
        match self.index.tree().last(chunks, &wanted) {
            Some(chunk) => self.last_inside(&self.of_chunk(chunk), &wanted),
            None => self.last_inside(&front, &wanted),
        }
    }

    /// The lowest depth over `range`, as [`crate::index::DepthTree::lowest`].
    pub(super) fn lowest(&self, range: Range<PartIndex>) -> Result<Option<Lowest>, Error> {
        let Over { front, chunks, back } = self.over(range);
        let all = [
            self.lowest_inside(&front)?,
            self.index.tree().lowest(chunks),
            self.lowest_inside(&back)?,
        ];
        Ok(all.into_iter().flatten().reduce(Lowest::then))
    }

    /// The part in `range` in which the `n`-th of what `count` counts at `depth` stands, and how many stand before it; or
    /// how many there are in all, as [`crate::index::DepthTree::find_nth`].
    pub(super) fn find_nth(
        &self,
        range: Range<PartIndex>,
        depth: Depth,
        n: u64,
        count: impl Fn(Lowest) -> u64,
    ) -> Result<Result<(PartIndex, u64), u64>, Error> {
        let Over { front, chunks, back } = self.over(range);
        let mut before = 0;
        match self.nth_inside(&front, depth, n, &count)? {
            Ok(found) => return Ok(Ok(found)),
            Err(here) => before += here,
        }
        let inside = match self.index.tree().find_nth(chunks, depth, n - before, &count) {
            Ok((chunk, here)) => {
                before += here;
                self.of_chunk(chunk)
            }
            Err(here) => {
                before += here;
                back
            }
        };
        Ok(match self.nth_inside(&inside, depth, n - before, &count)? {
            Ok((part, here)) => Ok((part, before + here)),
            Err(here) => Err(before + here),
        })
    }

    /// The last part that begins at or before the first byte of `line`.
    pub(super) fn part_of_line(&self, line: LineNumber) -> Result<Option<PartIndex>, Error> {
        let Some(chunk) = self.index.chunk_of_line(line) else { return Ok(None) };
        let all = self.of_chunk(chunk);
        Ok(match self.parts_of(&all)? {
            Some(parts) => Some(parts.of_line(line).ok_or_else(|| self.gone(all.start))?),
            None => Some(all.start),
        })
    }

    /// The parts of a chunk.
    fn of_chunk(&self, chunk: ChunkIndex) -> Range<PartIndex> {
        let n = self.parts_in_chunk();
        chunk * n..((chunk + 1) * n).min(self.parts())
    }

    /// What is known of the parts in `range`, which lie in one chunk; nothing if they are that chunk.
    fn parts_of(&self, range: &Range<PartIndex>) -> Result<Option<Arc<Parts>>, Error> {
        let n = self.parts_in_chunk();
        if n == 1 || range.is_empty() {
            return Ok(None);
        }
        self.reader.parts(self.index, range.start / n).map(Some)
    }

    fn gone(&self, part: PartIndex) -> Error {
        gone(self.reader.range(self.index, part).start)
    }

    /// That nothing of `range` is missing in what is known of its parts.
    fn all_known(&self, parts: &Parts, range: &Range<PartIndex>) -> Result<(), Error> {
        if range.start < parts.known().start { Err(self.gone(range.start)) } else { Ok(()) }
    }

    fn first_inside(
        &self,
        range: &Range<PartIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Result<Option<PartIndex>, Error> {
        let Some(parts) = self.parts_of(range)? else {
            return Ok(self.index.tree().first(range.clone(), wanted));
        };
        self.all_known(&parts, range)?;
        Ok(parts.first(range, wanted))
    }

    fn last_inside(
        &self,
        range: &Range<PartIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Result<Option<PartIndex>, Error> {
        let Some(parts) = self.parts_of(range)? else {
            return Ok(self.index.tree().last(range.clone(), wanted));
        };
        let found = parts.last(range, wanted);
        if found.is_none() {
            self.all_known(&parts, range)?;
        }
        Ok(found)
    }

    fn lowest_inside(&self, range: &Range<PartIndex>) -> Result<Option<Lowest>, Error> {
        let Some(parts) = self.parts_of(range)? else {
            return Ok(self.index.tree().lowest(range.clone()));
        };
        self.all_known(&parts, range)?;
        Ok(parts.lowest(range))
    }

    fn nth_inside(
        &self,
        range: &Range<PartIndex>,
        depth: Depth,
        n: u64,
        count: impl Fn(Lowest) -> u64,
    ) -> Result<Result<(PartIndex, u64), u64>, Error> {
        let Some(parts) = self.parts_of(range)? else {
            return Ok(self.index.tree().find_nth(range.clone(), depth, n, count));
        };
        self.all_known(&parts, range)?;
        Ok(parts.find_nth(range, depth, n, count))
    }
}
