//! Finding one's way: brackets, members, paths, lines. Each answer costs O(log n) in the tree over depth and the detail of
//! a few parts, whatever the document's size; nothing recurses over its structure.
//!
//! Depth is a walk of steps of one, in broken input too. So the last opener before a place with a given depth before it
//! is in the last part whose lowest depth is at or below that, and likewise forward for closers: that is all the
//! searches rest on, and why stray brackets cannot lead them astray.
//!
//! The document's top level is a container without brackets. If several values stand in it (JSON Lines, concatenated
//! JSON) they are its members, told apart by the closing brackets that end them: scalars at the top level are not counted.

mod brackets;
mod lines;
mod members;
mod path;
#[cfg(test)]
mod tests;
mod tree;

use std::sync::Arc;

use super::part_reader::PartReader;
use super::part_view::PartView;
use crate::error::Error;
use crate::index::StructuralIndex;
use crate::units::{ByteOffset, Depth, PartIndex};

pub use members::Container;

/// Answers questions about an index and the bytes under it.
#[derive(Clone, Copy, Debug)]
pub struct Navigator<'a> {
    /// The index.
    pub index: &'a StructuralIndex,
    /// Lays parts open.
    pub reader: &'a PartReader,
    /// Whether the index covers the whole document.
    pub complete: bool,
}

impl Navigator<'_> {
    fn view(&self, part: PartIndex) -> Result<Arc<PartView>, Error> {
        self.reader.view(self.index, part)
    }

    /// The part of a byte; of the byte after the last: the last part. `None` if nothing is indexed.
    fn part(&self, at: ByteOffset) -> Option<PartIndex> {
        self.part_of(at.min(self.index.bytes().checked_sub(1)?))
    }

    /// The part that a byte lies in, if it is indexed.
    fn part_of(&self, at: ByteOffset) -> Option<PartIndex> {
        self.reader.part_of(self.index, at)
    }

    /// How many parts there are.
    fn parts(&self) -> PartIndex {
        self.index.bytes().div_ceil(self.reader.part_bytes(self.index)) as PartIndex
    }

    /// Levels open before a byte; `None` where the index does not reach.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn depth_before(&self, at: ByteOffset) -> Result<Option<Depth>, Error> {
        if at > self.index.bytes() {
            return Ok(None);
        }
        let Some(part) = self.part(at) else { return Ok(None) };
        Ok(Some(self.view(part)?.depth_before(at)))
    }
}
