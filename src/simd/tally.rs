//! What a kernel counts by itself, where a whole pass of its own is faster than masks asked for one by one.

use super::DepthRun;

/// Counts over a stretch of bytes: brackets, separators and strings of JSON, and line breaks wherever they stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// LF, in strings too.
    pub line_breaks: u64,
    /// `{` and `[`.
    pub opens: u64,
    /// `{`
    pub open_braces: u64,
    /// `}`
    pub close_braces: u64,
    /// `,`
    pub commas: u64,
    /// `:`
    pub colons: u64,
    /// Strings that begin.
    pub strings: u64,
    /// Depth over the stretch.
    pub depth: DepthRun,
}

/// Where strings stand at a seam, outside comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quoted {
    /// Whether the next byte is in a string.
    pub in_string: bool,
    /// Whether a backslash in that string escapes it.
    pub escaped: bool,
}
