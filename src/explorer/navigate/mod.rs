//! Finding one's way: brackets, members, paths, lines. Each answer costs O(log n) in the tree over depth and the detail of
//! a few chunks, whatever the document's size; nothing recurses over its structure.
//!
//! Depth is a walk of steps of one, in broken input too. So the last opener before a place with a given depth before it
//! is in the last chunk whose lowest depth is at or below that, and likewise forward for closers: that is all the
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

use std::sync::Arc;

use super::chunk_view::{ChunkReader, ChunkView};
use crate::error::Error;
use crate::index::StructuralIndex;
use crate::units::{ByteOffset, ChunkIndex, Depth};

pub use members::Container;

/// Answers questions about an index and the bytes under it.
#[derive(Clone, Copy, Debug)]
pub struct Navigator<'a> {
    /// The index.
    pub index: &'a StructuralIndex,
    /// Makes chunk views.
    pub reader: &'a ChunkReader,
    /// Whether the index covers the whole document.
    pub complete: bool,
}

impl Navigator<'_> {
    fn view(&self, chunk: ChunkIndex) -> Result<Arc<ChunkView>, Error> {
        self.reader.view(self.index, chunk)
    }

    /// The chunk of a byte; of the byte after the last: the last chunk. `None` if nothing is indexed.
    fn chunk(&self, at: ByteOffset) -> Option<ChunkIndex> {
        self.index.chunk_of(at.min(self.index.bytes().checked_sub(1)?))
    }

    /// Levels open before a byte; `None` where the index does not reach.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn depth_before(&self, at: ByteOffset) -> Result<Option<Depth>, Error> {
        if at > self.index.bytes() {
            return Ok(None);
        }
        let Some(chunk) = self.chunk(at) else { return Ok(None) };
        Ok(Some(self.view(chunk)?.depth_before(at)))
    }
}
