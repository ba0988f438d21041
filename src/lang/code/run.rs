//! Runs a scanner over a document piece by piece.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cursor::Derive;
use super::{CodeLanguage, Cursor, Sink, heads};
use crate::simd::{KernelId, SetTable};
use crate::units::ByteOffset;

/// Bytes at the end of a piece that a scanner may leave undecided, and bytes before a piece that it may look back on.
pub const LOOK_BACK_MAX: usize = 4 << 10;

/// A piece of a document, with bytes before it to look back on.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'t> {
    /// The bytes; before them the document's bytes to look back on, up to [`LOOK_BACK_MAX`]; after them bytes to look
    /// ahead at, which only details need.
    pub text: &'t [u8],
    /// Where in `text` the piece begins.
    pub from: usize,
    /// Where in `text` the piece ends.
    pub to: usize,
    /// Where in the document the piece begins.
    pub at: ByteOffset,
    /// Whether the document ends with it.
    pub last: bool,
    /// Whether the document ends with `text`.
    pub text_ends: bool,
}

impl<'t> Piece<'t> {
    /// A whole document.
    #[must_use]
    pub fn whole(text: &'t [u8]) -> Self {
        Piece { last: true, text_ends: true, ..Piece::from(text) }
    }

    /// The bytes of the piece itself.
    #[must_use]
    pub fn bytes(&self) -> &'t [u8] {
        &self.text[self.from..self.to]
    }

    /// The part of `text` (which begins at `at`) in `range`, with what stands before it to look back on and after it to
    /// look ahead at. `last`: the document ends with `text`.
    #[must_use]
    pub fn of(text: &'t [u8], at: ByteOffset, range: Range<usize>, last: bool) -> Self {
        let base = range.start.saturating_sub(LOOK_BACK_MAX);
        let ahead = (range.end + LOOK_BACK_MAX).min(text.len());
        Piece {
            text: &text[base..ahead],
            from: range.start - base,
            to: range.end - base,
            at: at + range.start as u64,
            last: last && range.end == text.len(),
            text_ends: last && ahead == text.len(),
        }
    }

    /// The chunks of this piece, each with what stands before it to look back on.
    pub fn chunks(self, chunk_bytes: usize) -> impl ExactSizeIterator<Item = Piece<'t>> {
        let n = (self.to - self.from).div_ceil(chunk_bytes);
        (0..n).map(move |i| self.chunk(i, chunk_bytes))
    }

    /// Chunk number `i` of this piece.
    #[must_use]
    pub fn chunk(&self, i: usize, chunk_bytes: usize) -> Piece<'t> {
        let start = (self.from + i * chunk_bytes).min(self.to);
        let end = (start + chunk_bytes).min(self.to);
        let at = self.at - self.from as u64;
        let chunk = Piece::of(self.text, at, start..end, self.text_ends);
        Piece { last: self.last && end == self.to, ..chunk }
    }
}

/// Bytes by themselves: from the document's first byte, and not its end.
impl<'t> From<&'t [u8]> for Piece<'t> {
    fn from(text: &'t [u8]) -> Self {
        Piece { text, from: 0, to: text.len(), at: 0, last: false, text_ends: false }
    }
}

impl<'t, const N: usize> From<&'t [u8; N]> for Piece<'t> {
    fn from(text: &'t [u8; N]) -> Self {
        Piece::from(text.as_slice())
    }
}

impl<'t> From<&'t Vec<u8>> for Piece<'t> {
    fn from(text: &'t Vec<u8>) -> Self {
        Piece::from(text.as_slice())
    }
}

/// A language's state at a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Carried<S> {
    /// The language's own state.
    pub state: S,
    /// Bytes before the cut that it does not take account of yet.
    pub pending: u32,
}

/// Scans `piece` from `carried` and moves `carried` to its end. With the document's last piece everything ends.
pub fn advance<L: CodeLanguage, S: Sink>(
    kernel: KernelId,
    carried: &mut Carried<L::State>,
    piece: &Piece<'_>,
    sink: &mut S,
) {
    let mut cursor = cursor_over::<L>(kernel, carried.pending, piece);
    L::scan(&mut carried.state, &mut cursor, sink);
    end_piece::<L, S>(carried, &cursor, piece, sink);
}

/// A cursor over `piece`, `pending` bytes before its beginning.
#[inline(always)]
pub(super) fn cursor_over<'t, L: CodeLanguage>(
    kernel: KernelId,
    pending: u32,
    piece: &Piece<'t>,
) -> Cursor<'t> {
    let base = piece.at - piece.from as u64;
    let from = (piece.at - u64::from(pending)).max(base);
    let sets = const { &SetTable::of(L::SETS) };
    Cursor::new(kernel, (sets, derive::<L>()), &piece.text[..piece.to], base, from, piece.last)
}

/// Moves `carried` to the end of `piece`, which has been scanned as far as that can be done.
#[inline(always)]
pub(super) fn end_piece<L: CodeLanguage, S: Sink>(
    carried: &mut Carried<L::State>,
    cursor: &Cursor<'_>,
    piece: &Piece<'_>,
    sink: &mut S,
) {
    let left = cursor.end().saturating_sub(cursor.at);
    debug_assert!(left <= LOOK_BACK_MAX as u64, "{left} bytes left undecided at {}", cursor.at);
    carried.pending = left as u32;
    if piece.last {
        debug_assert_eq!(left, 0, "the document ends, but the scanner stopped at {}", cursor.at);
        carried.pending = 0;
        L::finish(&mut carried.state, cursor.end(), sink);
    }
}

/// What finds the words and marks by which a language wakes, if it has any.
fn derive<L: CodeLanguage>() -> Option<Derive> {
    (L::HEADS.is_some() || L::TAILS.is_some()).then_some(heads::add::<L>)
}
