//! A page: the bytes around a position with their structure, ready to be laid out into rows.
//!
//! The screen scrolls inside a page without asking; near its edge it asks for the next one. A page is made by the
//! query thread from the source, the index and the detail cache; before the index reaches a place, the structure is
//! guessed from the bytes (`exact` is false) so that the first screen never waits.

use std::ops::Range;

use crate::lang::{Class, SpanKind};
use crate::units::{ByteOffset, Depth, LineNumber};

/// The bytes around a position with their structure.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The bytes covered. Starts on a row boundary that does not depend on how one came here: the document's start,
    /// the byte after an LF, or a multiple of [`crate::limits::ROW_SEGMENT_BYTES`] in a line that has gone on for so many bytes.
    pub range: Range<ByteOffset>,
    /// The bytes of `range`. Shorter than asked where the document ends.
    pub bytes: Vec<u8>,
    /// Size of the document when the page was read.
    pub document_bytes: u64,
    /// The line of the page's first byte, if the index reaches that far.
    pub first_line: Option<LineNumber>,
    /// Whether the page's first byte begins a line; if not, the first row goes on with a line begun before.
    pub starts_line: bool,
    /// Whether nothing before it is kept.
    pub is_first: bool,
    /// Levels open before its first byte; where `exact` is false what depth is relative to.
    pub depth: Depth,
    /// Structural characters, ascending.
    pub marks: Vec<Mark>,
    /// Spans cut to the page, ascending.
    pub spans: Vec<PageSpan>,
    /// Whether the structure follows from the index; false: guessed, to be replaced.
    pub exact: bool,
}

/// A structural character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes from the page's start.
    pub at: u32,
    /// What it is.
    pub class: Class,
    /// For brackets the depth outside the pair, the same for both; for separators the depth they stand at minus one, so that a
    /// container's separators have its brackets' number. Counted from the top level; relative where `exact` is false.
    pub depth: Depth,
}

/// A span of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSpan {
    /// First byte, from the page's start.
    pub start: u32,
    /// One past the last byte, from the page's start.
    pub end: u32,
    /// What it is.
    pub kind: SpanKind,
    /// Whether the string is a key (JSON: a colon follows).
    pub key: bool,
}
