//! Languages of many modes: what a scanner for one must say, and the engine that runs it over any cut of a document.
//!
//! A scanner is plain code over a [`Cursor`]. The kernel has already turned the bytes around the cursor into one mask for
//! each of the language's byte sets, so that the scanner goes from one interesting byte to the next with
//! [`Cursor::next_in`] and never looks at what lies between. What it finds it tells a [`Sink`]: one that counts, one that
//! keeps positions; the scanner is the same for both.
//!
//! ```text
//! bytes ──kernel──> masks by set ──scanner of the language──> structurals, spans, patterns, levels ──> sink
//! ```
//!
//! Cuts: the engine hands over a document in pieces of any size. A scanner keeps in its state whatever it needs to go on,
//! and may leave up to [`LOOK_BACK_MAX`] bytes at the end of a piece unread when it cannot decide on a token before it
//! has seen what comes next: the engine gives them again in front of the next piece. All offsets are absolute.
//! `docs/add-a-language.md` brings in a language step by step.

mod cursor;
mod erased;
mod heads;
mod landmark;
mod likeness;
mod renaming;
mod run;
mod search;
pub(crate) mod shared;
mod sink;
mod stack;
mod stops;
mod tokens;

pub use cursor::Cursor;
pub use erased::{CodeState, Scanner, ScannerOf};
pub use heads::{Heads, Tails};
pub use landmark::Landmark;
pub use likeness::Likeness;
pub use renaming::Renaming;
pub use run::{Carried, LOOK_BACK_MAX, Piece, advance};
pub use sink::{Comment, Counts, Definition, Pattern, Sink};
pub use stack::{INNERMOST_MAX, Segments, Stack, reading, writing};
pub use stops::{Guessed, Stops};
pub use tokens::{Tokens, tokens, tokens_cut};

use std::ops::RangeInclusive;

use crate::lang::SpanKind;
use crate::simd::ByteSet;
use crate::units::ByteOffset;

/// The lexical rules of a language of many modes.
pub trait CodeLanguage {
    /// All that must be carried over a cut: mode, nesting, pending heredocs, what the syntax so far means for what comes.
    /// Two equal states go on equally whatever stood before them. The default state is that of a document's first byte.
    /// It is written to disk with the index, hence serde.
    type State: Clone
        + Eq
        + std::hash::Hash
        + std::fmt::Debug
        + Default
        + Send
        + Sync
        + serde::Serialize
        + serde::de::DeserializeOwned
        + 'static;

    /// The byte sets that the scanner asks the cursor for, by number; at most [`crate::simd::SETS_MAX`].
    const SETS: &'static [ByteSet];

    /// Words that wake the scanner by their first two bytes, where most words need not be looked at.
    const HEADS: Option<Heads> = None;

    /// Marks that wake the scanner by what stands before them.
    const TAILS: Option<Tails> = None;

    /// What lines begin with that hardly ever stand inside of a statement: declarations, mostly. A parallel scan begins its
    /// run-up to a guess at one. A wrong choice costs time, never truth.
    const LANDMARKS: &'static [&'static [u8]];

    /// Bytes before a batch in which such a line is looked for. The more of them, the more guesses are right; but they are scanned
    /// twice.
    const RUN_UP_BYTES: usize = crate::limits::RUN_UP_BYTES;

    /// Scans from `cursor.at` on and moves it. Goes as far as it can: to [`Cursor::end`] if [`Cursor::is_last`], else it
    /// may stop before a token that it cannot decide on yet, having told `sink` nothing of that token. It may also look at
    /// [`Cursor::stops`] where it has nothing in hand.
    fn scan<S: Sink>(state: &mut Self::State, cursor: &mut Cursor<'_>, sink: &mut S);

    /// Tells `sink` what ends because the document does: open spans, blocks, problems. `end` is the document's size.
    fn finish<S: Sink>(state: &mut Self::State, end: ByteOffset, sink: &mut S);

    /// The span that `state` is inside of, and where it (or its present piece) began.
    fn open_span(state: &Self::State) -> Option<(ByteOffset, SpanKind)>;

    /// The mode, for a person: "code", "string", "heredoc", ...
    fn mode_name(state: &Self::State) -> &'static str;

    /// How many brackets, blocks and the like `state` is inside of.
    fn n_open(state: &Self::State) -> usize;

    /// Hands over where what is open begins, to be renamed (see [`Renaming`]): each such place in the same order in like states.
    /// Tells whether that was all; of what is not handed over, nothing may come of a place that is.
    fn places(_: &mut Self::State, _: &mut dyn FnMut(&mut ByteOffset)) -> bool {
        false
    }

    /// Takes off what surrounds the innermost `n` levels and the body that they lie in, as a state of its own, with all that only
    /// the body's end looks at. As long as it has not come, and no problem is told, a scan does the same whatever that is.
    /// `None`: that cannot be done, or not here.
    fn take_surroundings(_: &mut Self::State, _n: usize) -> Option<Self::State> {
        None
    }

    /// How many of the innermost levels of two states may be alike, up to `most`: the numbers worth trying, ascending. To try one
    /// takes as long as to scan a KB.
    fn levels_alike(_: &Self::State, _: &Self::State, most: usize) -> RangeInclusive<usize> {
        0..=most
    }

    /// Puts around what is open in a state what was taken off it, or off another one.
    fn put_surroundings(_: &mut Self::State, _surroundings: Self::State) {}

    /// The definitions that `state` is inside of, the innermost first: those that a sink was told of and whose ends it was not. One
    /// whose name is empty counts for none.
    fn open_definitions(_: &Self::State) -> Box<dyn Iterator<Item = Definition> + '_> {
        Box::new(std::iter::empty())
    }

    /// Heredocs that were announced and whose bodies have not begun.
    fn pending_heredocs(_: &Self::State) -> usize {
        0
    }

    /// The state at a top level line somewhere in the middle of a document: the default state, less what holds at a
    /// document's beginning only.
    fn top_level() -> Self::State {
        Self::State::default()
    }
}
