//! What `scan` reports of a file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::lang::{Class, LanguageId, PatternKind, SpanKind};
use crate::scan::{LineKinds, Summary};

/// The counts of a file: `--emit summary`.
#[derive(Clone, Debug, Serialize)]
pub struct FileSummary {
    /// The path as given.
    pub path: String,
    /// The language's name.
    pub language: &'static str,
    /// Whether nothing is wrong with it.
    pub ok: bool,
    /// Size in bytes.
    pub bytes: u64,
    /// Lines by kind.
    pub lines: LineReport,
    /// Structural characters by character.
    pub structural: BTreeMap<char, u64>,
    /// Spans by kind.
    pub spans: BTreeMap<&'static str, u64>,
    /// Patterns by kind.
    pub patterns: BTreeMap<&'static str, u64>,
    /// Most levels open at once.
    pub max_depth: i64,
    /// Levels still open at the end.
    pub unclosed: i64,
    /// What is wrong: place and kind.
    pub errors: Vec<(u64, &'static str)>,
    /// With `--timing`: how long scanning took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// With `--timing`: bytes scanned a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<f64>,
    /// With `--timing`: threads that scanned some of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    /// With `--timing`: the kernel's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<&'static str>,
    /// With `--timing`: the detail cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheReport>,
}

/// Lines by what is on them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct LineReport {
    /// All; a last one without a line break counts.
    pub total: u64,
    /// With something on them that is neither white space nor comment.
    pub code: u64,
    /// With a comment and nothing else.
    pub comment: u64,
    /// With white space only.
    pub blank: u64,
}

impl From<LineKinds> for LineReport {
    fn from(kinds: LineKinds) -> Self {
        let LineKinds { code, comment, blank } = kinds;
        LineReport { total: code + comment + blank, code, comment, blank }
    }
}

/// Look-ups of the detail cache.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CacheReport {
    /// That found what they looked for.
    pub hits: u64,
    /// That did not.
    pub misses: u64,
}

/// Sums over the files of one language.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Total {
    /// The language's name.
    pub language: &'static str,
    /// Files.
    pub files: u64,
    /// Files with something wrong.
    pub with_errors: u64,
    /// Bytes.
    pub bytes: u64,
    /// Lines by kind.
    pub lines: LineReport,
    /// Structural characters by character.
    pub structural: BTreeMap<char, u64>,
    /// Spans by kind.
    pub spans: BTreeMap<&'static str, u64>,
    /// Patterns by kind.
    pub patterns: BTreeMap<&'static str, u64>,
    /// Most levels open at once in one file.
    pub max_depth: i64,
    /// Levels still open at the ends.
    pub unclosed: i64,
}

impl Total {
    /// The totals of `files`, by language.
    #[must_use]
    pub fn of(files: &[&FileSummary]) -> Vec<Total> {
        let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
        for file in files {
            let total = totals.entry(file.language).or_default();
            total.language = file.language;
            total.add(file);
        }
        totals.into_values().collect()
    }

    /// The total of `files`, whatever their languages.
    #[must_use]
    pub fn over(files: &[&FileSummary]) -> Total {
        let mut total = Total::default();
        for file in files {
            total.add(file);
        }
        total
    }

    fn add(&mut self, file: &FileSummary) {
        self.files += 1;
        self.with_errors += u64::from(!file.ok);
        self.bytes += file.bytes;
        self.lines.total += file.lines.total;
        self.lines.code += file.lines.code;
        self.lines.comment += file.lines.comment;
        self.lines.blank += file.lines.blank;
        for (class, n) in &file.structural {
            *self.structural.entry(*class).or_default() += n;
        }
        for (kind, n) in &file.spans {
            *self.spans.entry(*kind).or_default() += n;
        }
        for (kind, n) in &file.patterns {
            *self.patterns.entry(*kind).or_default() += n;
        }
        self.max_depth = self.max_depth.max(file.max_depth);
        self.unclosed += file.unclosed;
    }

    /// The totals in the shape of a file without a path, for tables.
    #[must_use]
    pub fn as_file(&self) -> FileSummary {
        FileSummary {
            path: String::new(),
            language: self.language,
            ok: self.with_errors == 0,
            bytes: self.bytes,
            lines: self.lines,
            structural: self.structural.clone(),
            spans: self.spans.clone(),
            patterns: self.patterns.clone(),
            max_depth: self.max_depth,
            unclosed: self.unclosed,
            errors: Vec::new(),
            seconds: None,
            bytes_per_second: None,
            threads: None,
            kernel: None,
            cache: None,
        }
    }
}

/// Counts by name.
type ByName = BTreeMap<&'static str, u64>;

/// The counts of a summary: structural characters of the language's set, spans and patterns that there are.
#[must_use]
pub fn counts(language: LanguageId, summary: &Summary) -> (BTreeMap<char, u64>, ByName, ByName) {
    let set = language.info().structural;
    let classes = Class::ALL.iter().filter(|class| set.contains(char::from(class.byte())));
    let classes = classes.map(|class| (char::from(class.byte()), summary.classes[*class as usize]));
    let spans = SpanKind::ALL.iter().map(|kind| (kind.name(), summary.spans[*kind as usize]));
    let patterns = PatternKind::ALL.iter();
    let patterns = patterns.map(|kind| (kind.name(), summary.patterns[*kind as usize]));
    let present = |(_, n): &(&'static str, u64)| *n > 0;
    (classes.collect(), spans.filter(present).collect(), patterns.filter(present).collect())
}
