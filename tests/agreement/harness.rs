//! What all references share: the form of an answer, its comparison with ours, and the walk over fixtures and corpora.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use warp_tui::lang::PatternKind;

/// Start, end, kind, name.
pub(crate) type Pattern = (u64, u64, String, Option<String>);

/// Everything in a file, in the form of `scan --emit tokens`: byte offsets, sorted as `PATTERNS.md` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) structural: Vec<u64>,
    pub(crate) spans: Vec<(u64, u64, String)>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) levels: Vec<(u64, u64)>,
    /// Place and kind. A reference that accepts a file has none.
    pub(crate) problems: Vec<(u64, String)>,
}

impl Tokens {
    /// Puts patterns and levels into the order of reports. Patterns of one place are ordered by name.
    pub(crate) fn sort(&mut self) {
        self.patterns.sort_by(|a, b| (a.0, b.1, &a.2, &a.3).cmp(&(b.0, a.1, &b.2, &b.3)));
        self.levels.sort_unstable();
    }
}

/// What our scanner finds; None for a language that has no scanner yet.
pub(crate) fn ours(path: &Path, text: &[u8]) -> Option<Tokens> {
    let language = warp_tui::lang::detect(path, text);
    let found = language.info().scanner?.tokens(warp_tui::simd::best(), text, &[]);
    let name = |(start, end): (u64, u64), kind: PatternKind| {
        let name = String::from_utf8_lossy(&text[start as usize..end as usize]).into_owned();
        // The one name that may run over several lines.
        let is_impl = kind == PatternKind::Impl;
        if is_impl { name.split_whitespace().collect::<Vec<_>>().join(" ") } else { name }
    };
    let mut tokens = Tokens {
        structural: found.structural,
        spans: found.spans.into_iter().map(|(s, e, kind)| (s, e, kind.name().to_owned())).collect(),
        patterns: found
            .patterns
            .into_iter()
            .map(|p| (p.start, p.end, p.kind.name().to_owned(), p.name.map(|n| name(n, p.kind))))
            .collect(),
        levels: found.levels,
        problems: found.problems.into_iter().map(|(at, kind)| (at, format!("{kind:?}"))).collect(),
    };
    tokens.sort();
    Some(tokens)
}

/// Stack of a thread that runs a reference: their parsers recurse over nested brackets.
const STACK_BYTES: usize = 1 << 30;

/// Runs `f` where a parser can recurse deeply.
pub(crate) fn with_deep_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(f);
    if let Err(panic) = thread.map_or_else(|error| panic!("{error}"), |thread| thread.join()) {
        std::panic::resume_unwind(panic);
    }
}

/// An example with its patterns of one kind marked, as in `PATTERNS.md`: `⟦` and `⟧` around each, and its name behind as
/// `⟨name⟩` where it has one. Gives the text without the marks, and the patterns.
pub(crate) fn marked(kind: &str, text: &str) -> (String, Vec<Pattern>) {
    let (mut bare, mut patterns, mut open) = (String::new(), Vec::new(), Vec::new());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '⟦' => open.push(bare.len() as u64),
            '⟧' => {
                let named = rest.next_if_eq(&'⟨').is_some();
                let name = named.then(|| rest.by_ref().take_while(|c| *c != '⟩').collect());
                let start = open.pop().unwrap_or_default();
                patterns.push((start, bare.len() as u64, kind.to_owned(), name));
            }
            c => bare.push(c),
        }
    }
    let mut tokens = Tokens { patterns, ..Tokens::default() };
    tokens.sort();
    (bare, tokens.patterns)
}

/// How well a corpus agreed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Files that the reference accepts.
    pub(crate) accepted: u64,
    /// Files that it rejects; they are scanned, but nothing is compared.
    pub(crate) rejected: u64,
    /// Accepted files whose structurals and spans are equal.
    pub(crate) equal: u64,
    /// For each pattern kind: found by both, by us only, by the reference only.
    pub(crate) patterns: BTreeMap<String, [u64; 3]>,
    /// Accepted files whose levels are equal.
    pub(crate) levels_equal: u64,
    /// Accepted files in which nothing is wrong for us either.
    pub(crate) unproblematic: u64,
    /// The first differences, a few of them.
    pub(crate) differences: Vec<String>,
}

/// Differences that are kept to be shown: 20, or as many as `WARP_TUI_DIFFERENCES` says.
fn differences_shown() -> usize {
    let asked = std::env::var("WARP_TUI_DIFFERENCES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(20)
}

impl Tally {
    /// Compares one accepted file.
    pub(crate) fn add(&mut self, path: &Path, text: &[u8], ours: &Tokens, reference: &Tokens) {
        self.accepted += 1;
        let mut difference = String::new();
        first_difference(
            &mut difference,
            "structural",
            text,
            &ours.structural,
            &reference.structural,
            |at| *at,
        );
        first_difference(&mut difference, "span", text, &ours.spans, &reference.spans, |span| {
            span.0
        });
        self.equal += u64::from(difference.is_empty());
        let levels_before = difference.len();
        first_difference(
            &mut difference,
            "level",
            text,
            &ours.levels,
            &reference.levels,
            |level| level.0,
        );
        self.levels_equal += u64::from(difference.len() == levels_before);
        self.unproblematic += u64::from(ours.problems.is_empty());
        first_difference(
            &mut difference,
            "problem",
            text,
            &ours.problems,
            &reference.problems,
            |problem| problem.0,
        );
        self.count_patterns(ours, reference);
        first_difference(
            &mut difference,
            "pattern",
            text,
            &ours.patterns,
            &reference.patterns,
            |pattern| pattern.0,
        );
        if !difference.is_empty() && self.differences.len() < differences_shown() {
            self.differences.push(format!("{}:\n{difference}", path.display()));
        }
    }

    fn count_patterns(&mut self, ours: &Tokens, reference: &Tokens) {
        let count = |from: &[Pattern]| {
            let mut all: BTreeMap<_, i64> = BTreeMap::new();
            for pattern in from {
                *all.entry(pattern.clone()).or_default() += 1;
            }
            all
        };
        let (mine, theirs) = (count(&ours.patterns), count(&reference.patterns));
        for (pattern, n) in &mine {
            let both = n.min(theirs.get(pattern).unwrap_or(&0));
            let row = self.patterns.entry(pattern.2.clone()).or_default();
            row[0] += both.unsigned_abs();
            row[1] += (n - both).unsigned_abs();
        }
        for (pattern, n) in &theirs {
            let both = n.min(mine.get(pattern).unwrap_or(&0));
            self.patterns.entry(pattern.2.clone()).or_default()[2] += (n - both).unsigned_abs();
        }
    }

    /// A table for a person.
    pub(crate) fn report(&self, language: &str) -> String {
        let mut out = format!(
            "{language}: {} files accepted, {} rejected; structurals and spans equal in {} ({:.3} %), levels in {}, without problems {}\n",
            self.accepted,
            self.rejected,
            self.equal,
            100.0 * self.equal as f64 / self.accepted.max(1) as f64,
            self.levels_equal,
            self.unproblematic,
        );
        for (kind, [both, ours, theirs]) in &self.patterns {
            let ratio = |of: u64| 100.0 * *both as f64 / (both + of).max(1) as f64;
            let _ = writeln!(
                out,
                "  {kind:20} both {both:8}  ours only {ours:6}  reference only {theirs:6}  precision {:7.3} %  recall {:7.3} %",
                ratio(*ours),
                ratio(*theirs),
            );
        }
        for difference in &self.differences {
            let _ = write!(out, "{difference}");
        }
        out
    }
}

/// Says where two lists part, with the text around it.
fn first_difference<T: PartialEq + std::fmt::Debug>(
    out: &mut String,
    what: &str,
    text: &[u8],
    ours: &[T],
    reference: &[T],
    place: impl Fn(&T) -> u64,
) {
    if ours == reference {
        return;
    }
    let at = ours.iter().zip(reference).take_while(|(a, b)| a == b).count();
    let (mine, theirs) = (ours.get(at), reference.get(at));
    let offset = [mine, theirs].into_iter().flatten().map(&place).min().unwrap_or(0) as usize;
    let from = offset.saturating_sub(60);
    let line = 1 + text[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
    let around = String::from_utf8_lossy(&text[from..(offset + 60).min(text.len())]).into_owned();
    let _ = writeln!(
        out,
        "  {what} {at} (of {} and {}): ours {mine:?}, reference {theirs:?}; line {line}, byte {offset}: {around:?}",
        ours.len(),
        reference.len(),
    );
    let only = |of: &[T], other: &[T]| {
        let places: std::collections::BTreeSet<u64> = other.iter().map(&place).collect();
        of.iter().map(&place).filter(|at| !places.contains(at)).take(4).collect::<Vec<_>>()
    };
    let _ = writeln!(
        out,
        "    places in ours only {:?}, in the reference only {:?}",
        only(ours, reference),
        only(reference, ours),
    );
}

/// The files below `folder` with one of these extensions, sorted.
pub(crate) fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && extensions.contains(&extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The corpus of a language, if one is at hand.
pub(crate) fn corpus(language: &str, extensions: &[&str]) -> Vec<PathBuf> {
    std::env::var_os("WARP_TUI_CORPUS")
        .map(|folder| files(&Path::new(&folder).join(language), extensions))
        .unwrap_or_default()
}
