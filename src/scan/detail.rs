//! The detail: everything inside one stretch of bytes, with positions.

use super::State;
use crate::lang::SpanKind;
use crate::lang::code::{Definition, Pattern, Piece, Scanner, Tokens};
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// Everything inside one stretch of bytes. Positions count from its first byte, so that equal bytes scanned from equal
/// states give equal details wherever they stand: that is what the cache is keyed by. Patterns and definitions, which
/// may begin before the stretch, have absolute offsets; then the state does too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Bytes covered.
    pub bytes: u32,
    /// Structural characters, ascending.
    pub structurals: Vec<u32>,
    /// Spans, ascending, cut at the stretch's ends.
    pub spans: Vec<Span>,
    /// Code languages: where depth changes, ascending: in the stretch, whether that is recognised in it or in what was at hand of
    /// the bytes after it, and before it where it is recognised in it. So a change near the stretch's end stands in two details.
    /// JSON's depth follows from its structurals.
    pub levels: Vec<LevelChange>,
    /// Patterns whose ends are recognised in the stretch, by start, then longest first. They may lie before it: that a body has ended is
    /// seen at the token behind it, in some languages.
    pub patterns: Vec<Pattern>,
    /// Definitions that are recognised in the stretch, in order.
    pub definitions: Vec<Definition>,
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

/// Where depth goes up or down by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// The byte from which on it has changed, from the stretch's first one. Below zero it lies before the stretch and was
    /// recognised only here.
    pub at: i32,
    /// Whether a level opens.
    pub opens: bool,
}

impl Detail {
    /// A detail of `bytes` bytes with nothing in them.
    #[must_use]
    pub fn empty(bytes: u32, end: State) -> Self {
        Detail {
            bytes,
            structurals: Vec::new(),
            spans: Vec::new(),
            levels: Vec::new(),
            patterns: Vec::new(),
            definitions: Vec::new(),
            end,
        }
    }

    /// Everything in a piece of a code language. What its scanner leaves undecided at the piece's end is found by going
    /// on into the bytes after it; what it decides only now about bytes before the piece belongs to the piece before.
    pub(super) fn of_code(
        scanner: &dyn Scanner,
        kernel: KernelId,
        start: &State,
        piece: &Piece<'_>,
    ) -> Self {
        let (mut found, end) = scanner.find(kernel, start.code.as_ref(), piece);
        let mut open = end.open_span();
        if piece.to < piece.text.len() {
            let at = piece.at + piece.bytes().len() as u64;
            let (to, last) = (piece.text.len(), piece.text_ends);
            let ahead = Piece { from: piece.to, to, at, last, ..*piece };
            let (rest, after) = scanner.find(kernel, Some(&end), &ahead);
            // Patterns and definitions are told by the piece in which the summary counts them.
            found.level_changes.extend(rest.level_changes);
            if end.pending() > 0 {
                found.structural.extend(rest.structural);
                found.spans.extend(rest.spans);
                open = after.open_span();
            }
        }
        let bytes = piece.bytes().len() as u32;
        let mut detail = Detail::empty(bytes, end.into());
        detail.take(found, open, piece.at);
        detail
    }

    /// Takes what lies in the stretch that begins at `base`.
    fn take(&mut self, found: Tokens, open: Option<(ByteOffset, SpanKind)>, base: ByteOffset) {
        let end = base + u64::from(self.bytes);
        let inside = |at: &ByteOffset| (base..end).contains(at);
        let relative = |at: ByteOffset| (at.clamp(base, end) - base) as u32;
        self.structurals = found.structural.into_iter().filter(inside).map(relative).collect();
        let goes_on = open.map(|(start, kind)| (start, ByteOffset::MAX, kind));
        let spans = found.spans.into_iter().chain(goes_on);
        self.spans = spans
            .filter(|(start, stop, _)| *start < end && *stop > base)
            .map(|(start, stop, kind)| Span {
                start: relative(start),
                end: relative(stop),
                kind,
                continues: start < base,
                unfinished: stop > end,
                slash_before: false,
            })
            .collect();
        let changes = found.level_changes.into_iter().filter(|(place, _)| *place < end);
        let far = |place: ByteOffset| place.cast_signed() - base.cast_signed();
        let at = |place| i32::try_from(far(place)).unwrap_or(i32::MIN);
        self.levels = changes.map(|(place, opens)| LevelChange { at: at(place), opens }).collect();
        // A level may be recognised late: a method with an `end` after its parameters. It lies around them all the same.
        self.levels.sort_by_key(|level| level.at);
        self.patterns = found.patterns;
        self.patterns.sort_by_key(|p| (p.start, std::cmp::Reverse(p.end), p.kind));
        self.definitions = found.definitions;
    }

    /// Bytes that this detail takes in memory.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.structurals.capacity() * size_of::<u32>()
            + self.spans.capacity() * size_of::<Span>()
            + self.levels.capacity() * size_of::<LevelChange>()
            + self.patterns.capacity() * size_of::<Pattern>()
            + self.definitions.capacity() * size_of::<Definition>()
    }
}
