//! Runs a scanner over a document piece by piece.

use super::{CodeLanguage, Cursor, Sink};
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// Bytes at the end of a piece that a scanner may leave undecided, and bytes before a piece that it may look back on.
pub const LOOK_BACK_MAX: usize = 4 << 10;

/// A piece of a document, with bytes before it to look back on.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'t> {
    /// The bytes, those to look back on included: the document's bytes before the piece, up to [`LOOK_BACK_MAX`].
    pub text: &'t [u8],
    /// Where in `text` the piece begins.
    pub from: usize,
    /// Where in the document the piece begins.
    pub at: ByteOffset,
    /// Whether the document ends with it.
    pub last: bool,
}

/// A language's state at a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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
    let base = piece.at - piece.from as u64;
    let from = (piece.at - u64::from(carried.pending)).max(base);
    let mut cursor = Cursor::new(kernel, L::SETS, piece.text, base, from, piece.last);
    L::scan(&mut carried.state, &mut cursor, sink);
    let left = cursor.end().saturating_sub(cursor.at);
    debug_assert!(left <= LOOK_BACK_MAX as u64, "{left} bytes left undecided at {}", cursor.at);
    carried.pending = left as u32;
    if piece.last {
        debug_assert_eq!(left, 0, "the document ends, but the scanner stopped at {}", cursor.at);
        carried.pending = 0;
        L::finish(&mut carried.state, cursor.end(), sink);
    }
}
