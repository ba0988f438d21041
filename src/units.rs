//! Names for the numbers that cross module borders, so that a signature says what is counted, and how a count is told.
//!
//! Plain aliases: they document; they do not stop arithmetic. Everything in a document is 64 bits wide.

/// A position in a document: bytes from its first byte, a BOM included.
pub type ByteOffset = u64;

/// How many levels are open: 0 at the top. Signed, because input with stray closers goes below zero.
pub type Depth = i64;

/// A line, counted from 0; the screen adds one. Lines end after each LF.
pub type LineNumber = u64;

/// A chunk of the structural index, counted from 0.
pub type ChunkIndex = usize;

/// A part of a document, what is laid open at once ([`crate::limits::PART_BYTES`]), counted from 0.
pub type PartIndex = usize;

/// The place of a member in its container, counted from 0.
pub type MemberIndex = u64;

/// A count for a person: `1 file`, `2 files`.
#[must_use]
pub fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
