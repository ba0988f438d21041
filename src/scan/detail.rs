//! The detail: everything inside one stretch of bytes, with positions.

use super::State;
use crate::lang::SpanKind;
use crate::units::ByteOffset;

/// Everything inside one stretch of bytes. Positions count from its first byte, so that equal bytes scanned from equal
/// states give equal details wherever they stand: that is what the cache is keyed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Bytes covered.
    pub bytes: u32,
    /// Structural characters, ascending.
    pub structurals: Vec<u32>,
    /// Spans, ascending, cut at the stretch's ends.
    pub spans: Vec<Span>,
    /// The state after the last byte.
    pub end: State,
}

/// A span inside a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte, or 0 if it began before the stretch.
    pub start: u32,
    /// One past its last byte, or the stretch's length if it goes on after it.
    pub end: u32,
    /// What it is.
    pub kind: SpanKind,
    /// Whether it began before the stretch.
    pub continues: bool,
    /// Whether it goes on after the stretch.
    pub unfinished: bool,
    /// Whether it is a comment whose slash is the last byte before the stretch: nobody could tell there what it begins.
    /// It continues, and its start is known all the same.
    pub slash_before: bool,
}

impl Span {
    /// Where it begins in a document in which the stretch begins at `at`. `None`: before the stretch, and what came
    /// there says where.
    #[must_use]
    pub fn begins(&self, at: ByteOffset) -> Option<ByteOffset> {
        match (self.slash_before, self.continues) {
            (true, _) => at.checked_sub(1),
            (false, true) => None,
            (false, false) => Some(at + u64::from(self.start)),
        }
    }
}

impl Detail {
    /// Bytes that this detail takes in memory.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.structurals.capacity() * size_of::<u32>()
            + self.spans.capacity() * size_of::<Span>()
    }
}
