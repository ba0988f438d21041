//! Everything in a document, with positions: what `scan --emit tokens` reports and tests compare.

use super::{Carried, CodeLanguage, Definition, Pattern, Piece, Sink, advance};
use crate::lang::{Class, ProblemKind, SpanKind};
use crate::limits::PROBLEMS_MAX;
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// Everything in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Structural characters, ascending.
    pub structural: Vec<ByteOffset>,
    /// Spans, ascending: start, end, kind.
    pub spans: Vec<(ByteOffset, ByteOffset, SpanKind)>,
    /// Patterns, by start, then longest first.
    pub patterns: Vec<Pattern>,
    /// Definitions, in the order in which their names were known.
    pub definitions: Vec<Definition>,
    /// Levels: open, close; by open.
    pub levels: Vec<(ByteOffset, ByteOffset)>,
    /// Where levels open (true) and close, in the order in which that was recognised.
    pub level_changes: Vec<(ByteOffset, bool)>,
    /// Levels that are open, outermost first.
    pub open: Vec<ByteOffset>,
    /// Problems, in the order in which they were seen.
    pub problems: Vec<(ByteOffset, ProblemKind)>,
}

impl Sink for Tokens {
    fn structural(&mut self, at: ByteOffset, _: Class) {
        self.structural.push(at);
    }

    fn span(&mut self, start: ByteOffset, end: ByteOffset, kind: SpanKind) {
        self.spans.push((start, end, kind));
    }

    fn pattern(&mut self, pattern: Pattern) {
        self.patterns.push(pattern);
    }

    fn define(&mut self, definition: Definition) {
        self.definitions.push(definition);
    }

    fn open_level(&mut self, place: ByteOffset) {
        self.open.push(place);
        self.level_changes.push((place, true));
    }

    fn close_level(&mut self, place: ByteOffset) {
        self.level_changes.push((place, false));
        if let Some(open) = self.open.pop() {
            self.levels.push((open, place));
        }
    }

    fn problem(&mut self, at: ByteOffset, kind: ProblemKind) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push((at, kind));
        }
    }
}

impl Tokens {
    /// Adds what was found in the next piece; levels that were left open are closed by its closers.
    pub fn append(&mut self, next: Tokens) {
        self.structural.extend(next.structural);
        self.spans.extend(next.spans);
        self.patterns.extend(next.patterns);
        self.definitions.extend(next.definitions);
        self.problems.extend(next.problems);
        for (place, opens) in next.level_changes {
            if opens { self.open_level(place) } else { self.close_level(place) }
        }
    }

    /// Puts patterns and levels into the order of reports.
    pub fn sort(&mut self) {
        self.patterns.sort_by_key(|p| (p.start, std::cmp::Reverse(p.end), p.kind));
        self.levels.sort_unstable();
    }
}

/// Everything in `text`, a whole document.
#[must_use]
pub fn tokens<L: CodeLanguage>(kernel: KernelId, text: &[u8]) -> Tokens {
    tokens_cut::<L>(kernel, text, &[])
}

/// As [`tokens`], with the document handed over in pieces that end at `cuts` (ascending) and at its end. The result must
/// not depend on them: that is what tests are for.
#[must_use]
pub fn tokens_cut<L: CodeLanguage>(kernel: KernelId, text: &[u8], cuts: &[usize]) -> Tokens {
    let mut found = Tokens::default();
    let mut carried = Carried::<L::State>::default();
    let mut start = 0;
    let ends = cuts.iter().copied().filter(|cut| *cut < text.len()).chain([text.len()]);
    for end in ends {
        let piece = Piece::of(text, 0, start..end, true);
        advance::<L, _>(kernel, &mut carried, &piece, &mut found);
        start = end;
    }
    found.sort();
    found
}
