//! Everything in a document, with positions: what `scan --emit tokens` reports and tests compare.

use super::{Carried, CodeLanguage, LOOK_BACK_MAX, Pattern, Piece, Sink, advance};
use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
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
    /// Definitions in the order in which their names were known: start, kind, name, depth.
    pub definitions: Vec<(ByteOffset, PatternKind, (ByteOffset, ByteOffset), u64)>,
    /// Levels: open, close; by open.
    pub levels: Vec<(ByteOffset, ByteOffset)>,
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

    fn define(&mut self, start: ByteOffset, kind: PatternKind, name: (ByteOffset, ByteOffset)) {
        self.definitions.push((start, kind, name, self.open.len() as u64));
    }

    fn open_level(&mut self, place: ByteOffset) {
        self.open.push(place);
    }

    fn close_level(&mut self, place: ByteOffset) {
        if let Some(open) = self.open.pop() {
            self.levels.push((open, place));
        }
    }

    fn problem(&mut self, at: ByteOffset, kind: ProblemKind) {
        self.problems.push((at, kind));
    }
}

impl Tokens {
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
        let base = start - LOOK_BACK_MAX.min(start);
        let piece = Piece {
            text: &text[base..end],
            from: start - base,
            at: start as u64,
            last: end == text.len(),
        };
        // A copy, so that an address sanitizer sees a look beyond the piece.
        let copy = piece.text.to_vec();
        advance::<L, _>(kernel, &mut carried, &Piece { text: &copy, ..piece }, &mut found);
        start = end;
    }
    found.sort();
    found
}
