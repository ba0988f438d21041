//! What `scan` reports of a file: serialisable twins of the engine's summary and positions. The shapes are stable.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::lang::{Class, SpanKind};
use crate::scan::{LineKinds, Summary};

/// Counts of one file, or of all files of a language.
#[derive(Clone, Debug, Serialize)]
pub struct SummaryReport {
    /// The path as given; `None` in totals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The language's name.
    pub language: &'static str,
    /// How many files; in totals only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// Size.
    pub bytes: u64,
    /// Lines.
    pub lines: Lines,
    /// Structural characters by class.
    pub structural: BTreeMap<String, u64>,
    /// Spans by kind.
    pub spans: BTreeMap<&'static str, u64>,
    /// Patterns by kind; JSON has none.
    pub patterns: BTreeMap<&'static str, u64>,
    /// The highest depth, in levels.
    pub max_depth: i64,
    /// Brackets open at the end.
    pub unclosed: i64,
    /// Problems: offset and kind. The check stops at a file's first one; totals have none.
    pub errors: Vec<(u64, &'static str)>,
    /// With `--timing`.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
}

/// Lines by kind.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Lines {
    /// All.
    pub total: u64,
    /// With something outside comments.
    pub code: u64,
    /// With comments alone.
    pub comment: u64,
    /// With white space alone.
    pub blank: u64,
}

impl From<LineKinds> for Lines {
    fn from(kinds: LineKinds) -> Self {
        let LineKinds { code, comment, blank } = kinds;
        Lines { total: code + comment + blank, code, comment, blank }
    }
}

/// How long the scanning pass took and how it ran.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Timing {
    /// Seconds of the scanning pass, reading included.
    pub seconds: f64,
    /// Its throughput.
    pub bytes_per_second: f64,
    /// Worker threads.
    pub threads: usize,
    /// The kernel's name.
    pub kernel: &'static str,
    /// Look-ups in the detail cache.
    pub cache: CacheCounts,
}

/// Look-ups in the detail cache.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct CacheCounts {
    /// That found their detail.
    pub hits: u64,
    /// That did not.
    pub misses: u64,
}

/// Positions of one file.
#[derive(Clone, Debug, Serialize)]
pub struct TokensReport {
    /// The path as given.
    pub path: String,
    /// The language's name.
    pub language: &'static str,
    /// Whether no problem was found.
    pub ok: bool,
    /// Size.
    pub bytes: u64,
    /// Structural characters, ascending.
    pub structural: Vec<u64>,
    /// Spans: start, end, kind.
    pub spans: Vec<(u64, u64, &'static str)>,
    /// Patterns: start, end, kind, name; JSON has none.
    pub patterns: Vec<(u64, u64, &'static str, Option<String>)>,
    /// Bracket pairs, by opener.
    pub levels: Vec<(u64, u64)>,
    /// Problems: offset and kind; the check stops at the first one.
    pub problems: Vec<(u64, &'static str)>,
    /// With `--timing`.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
}

impl SummaryReport {
    /// The counts of `summary`, without path, lines and errors.
    #[must_use]
    pub fn new(language: &'static str, summary: &Summary) -> Self {
        let classes = Class::ALL.into_iter().zip(summary.classes);
        let spans = SpanKind::ALL.into_iter().zip(summary.spans);
        SummaryReport {
            path: None,
            language,
            files: None,
            bytes: summary.bytes,
            lines: Lines::default(),
            structural: classes.map(|(c, n)| (char::from(c.byte()).to_string(), n)).collect(),
            spans: spans.map(|(kind, n)| (kind.name(), n)).collect(),
            patterns: BTreeMap::new(),
            max_depth: summary.depth_max,
            unclosed: summary.depth_change - summary.depth_min,
            errors: Vec::new(),
            timing: None,
        }
    }

    /// Adds another file of the same language to this total.
    pub fn add(&mut self, other: &SummaryReport) {
        self.files = Some(self.files.unwrap_or(0) + 1);
        self.bytes += other.bytes;
        self.lines.total += other.lines.total;
        self.lines.code += other.lines.code;
        self.lines.comment += other.lines.comment;
        self.lines.blank += other.lines.blank;
        for (class, n) in &other.structural {
            *self.structural.entry(class.clone()).or_default() += n;
        }
        for (kind, n) in &other.spans {
            *self.spans.entry(kind).or_default() += n;
        }
        self.max_depth = self.max_depth.max(other.max_depth);
        self.unclosed += other.unclosed;
    }
}
