//! What `compare` reports: two sides, and how they differ.

use std::collections::BTreeMap;

use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub struct CompareReport {
    /// The left side.
    pub left: SideReport,
    /// The right side.
    pub right: SideReport,
    /// Bytes in which the sides were compared: those of the shorter one.
    pub compared_bytes: u64,
    /// Things that both sides tell.
    pub same: u64,
    /// Things that they do not tell alike.
    pub differences: DifferencesReport,
}

/// One side by itself.
#[derive(Clone, Debug, Serialize)]
pub struct SideReport {
    /// The path as given.
    pub path: String,
    /// The language's name.
    pub language: &'static str,
    /// The kernel's name.
    pub kernel: &'static str,
    /// `whole`, `stream` or `threads`.
    pub how: &'static str,
    /// Bytes of a block of a stream.
    pub block: Option<usize>,
    /// Threads.
    pub threads: usize,
    /// Bytes scanned.
    pub bytes: u64,
    /// Seconds of the fastest run.
    pub seconds: f64,
    /// Bytes a second in the fastest run.
    pub bytes_per_second: f64,
    /// Runs.
    pub runs: usize,
    /// Lines; a last one without a line break counts.
    pub lines: u64,
    /// Structural characters by character.
    pub structural: BTreeMap<char, u64>,
    /// Spans by kind.
    pub spans: BTreeMap<&'static str, u64>,
    /// Patterns by kind.
    pub patterns: BTreeMap<&'static str, u64>,
    /// Most levels open at once.
    pub max_depth: i64,
    /// The first problem.
    pub first_error: Option<ErrorReport>,
}

/// A problem and where it is.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorReport {
    /// Its byte.
    pub at: u64,
    /// Its line, counted from 1.
    pub line: u64,
    /// Its column in bytes, counted from 1.
    pub column: u64,
    /// What it is.
    pub kind: &'static str,
    /// The same as a sentence.
    #[serde(skip)]
    pub says: &'static str,
}

/// The differences.
#[derive(Clone, Debug, Serialize)]
pub struct DifferencesReport {
    /// How many there are.
    pub total: u64,
    /// By class, then by sort.
    pub by_class: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// By what either side says, the most frequent first.
    pub by_kind: Vec<KindReport>,
    /// Of the total, those that may be counted twice because they were told very late; 0 unless very much differs.
    pub late: u64,
    /// Of two files: things beyond the end of the shorter one, which are not compared.
    pub beyond: BeyondReport,
    /// The first ones, by place.
    pub first: Vec<DifferenceReport>,
}

/// Things beyond the end of the shorter file, by side.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BeyondReport {
    /// Of the left file.
    pub left: u64,
    /// Of the right file.
    pub right: u64,
}

/// How often the sides differ in one way.
#[derive(Clone, Debug, Serialize)]
pub struct KindReport {
    /// `only_left`, `only_right` or `other_kind`.
    pub class: &'static str,
    /// `structural`, `span`, `pattern`, `level` or `problem`.
    pub what: &'static str,
    /// What the left side says it is.
    pub left: Option<String>,
    /// What the right side says it is.
    pub right: Option<String>,
    /// How often.
    pub count: u64,
}

/// One difference.
#[derive(Clone, Debug, Serialize)]
pub struct DifferenceReport {
    /// `only_left`, `only_right` or `other_kind`.
    pub class: &'static str,
    /// `structural`, `span`, `pattern`, `level` or `problem`.
    pub what: &'static str,
    /// Its first byte.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// Its line, counted from 1.
    pub line: u64,
    /// Its column in bytes, counted from 1.
    pub column: u64,
    /// What the left side says it is.
    pub left: Option<String>,
    /// What the right side says it is.
    pub right: Option<String>,
    /// A piece of the source; not made safe.
    #[serde(skip)]
    pub source: Vec<u8>,
}
