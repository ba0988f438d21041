//! Code by the window: the loop that most of a document goes through, while nothing waits for line breaks or commas.
//!
//! What is common is done here, place after place, without asking anew where the scanner is. Whatever is not so plain goes
//! to the functions that know all cases. Which bracket comes next cannot be foretold: round and square ones go one way
//! without a branch between them.

use super::before::byte_before;
use super::code::{self, byte_of_interest};
use super::{FrameKind, Mode, SPECIAL, State, WAKE, WORD, locals, word};
use crate::lang::code::shared::literal::plain_end;
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, SpanKind};
use crate::units::ByteOffset;

/// So many bytes are at hand behind whatever is looked at here.
const NEAR_BYTES: u64 = 64;

/// What is to be done behind a place.
pub(super) enum Next {
    /// To go on from here.
    On(ByteOffset),
    /// To leave the loop: something else than plain code may have begun. The cursor stands where that goes on.
    Left,
    /// To leave the loop: the token at the cursor cannot be decided on yet.
    Undecided,
}

/// Goes over code as far as more than enough is at hand. False if it stops at a token that cannot be decided on yet.
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let known = if cursor.is_last() { u64::MAX } else { cursor.end().saturating_sub(NEAR_BYTES) };
    let mut from = cursor.at;
    while let Some((mut places, words, end)) = cursor.places_in_both::<WAKE, WORD>(from) {
        if end > known {
            break;
        }
        let mut heads = places & words;
        while heads != 0 {
            let head = heads & heads.wrapping_neg();
            let at = from + u64::from(heads.trailing_zeros());
            places ^= head & word::is_none(cursor.eight(at));
            heads ^= head;
        }
        from = loop {
            if places == 0 {
                break end;
            }
            let at = from + u64::from(places.trailing_zeros());
            // Asked of the masks, so that a wrong guess is found out before the byte has been read.
            let next = if places & places.wrapping_neg() & words != 0 {
                word(state, cursor, sink, at)
            } else {
                place(state, cursor, sink, at)
            };
            match next {
                Next::On(next) => {
                    if next >= end {
                        break next;
                    }
                    places &= !0 << (next - from);
                }
                Next::Left => return true,
                Next::Undecided => return false,
            }
        };
    }
    cursor.at = from;
    true
}

/// Opens a bracket at `at`.
#[inline(always)]
fn open<S: Sink>(
    state: &mut State,
    sink: &mut S,
    at: ByteOffset,
    (class, kind): (Class, FrameKind),
) -> Next {
    sink.open_bracket(at, class);
    state.push(at, kind);
    Next::On(at + 1)
}

/// Closes a bracket at `at`.
#[inline(always)]
fn close<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    (class, kind): (Class, FrameKind),
) -> Next {
    let Some(frame) = state.frames.pop_if(|frame| frame.kind.closer() == kind.closer()) else {
        return any(state, cursor, sink, at);
    };
    if kind == FrameKind::Brace {
        locals::end_scope(state, &frame);
    }
    sink.close_bracket(at, class);
    if state.top().is_some_and(FrameKind::is_watchful) {
        cursor.at = at + 1;
        return Next::Left;
    }
    Next::On(at + 1)
}

/// Anything but a bracket that is like most.
#[inline(always)]
fn place<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Next {
    match cursor.byte(at) {
        b'(' => open(state, sink, at, (Class::ParenOpen, FrameKind::Paren)),
        b')' => close(state, cursor, sink, at, (Class::ParenClose, FrameKind::Paren)),
        b'[' if byte_before(cursor, at, 1) != b'@' => {
            open(state, sink, at, (Class::BracketOpen, FrameKind::Bracket))
        }
        b']' => close(state, cursor, sink, at, (Class::BracketClose, FrameKind::Bracket)),
        b'}' => close(state, cursor, sink, at, (Class::BraceClose, FrameKind::Brace)),
        b'=' => {
            cursor.at = at;
            code::assignment(state, cursor);
            Next::On(cursor.at)
        }
        b':' => {
            cursor.at = at;
            locals::typed(state, cursor);
            Next::On(at + 1)
        }
        b'"' if byte_before(cursor, at, 1) != b':' => {
            match plain_end::<SPECIAL>(cursor, at + 1, b'"', true) {
                Some(end) if cursor.byte(end) != b':' => {
                    sink.span(at, end, SpanKind::String);
                    Next::On(end)
                }
                _ => any(state, cursor, sink, at),
            }
        }
        b'<' if cursor.near(at + 1) != *b"<-" => Next::On(at + 1),
        b'#' => {
            cursor.at = at;
            code::begin_comment(state, cursor, sink);
            match state.mode {
                // In code it waits for nothing more than before.
                Mode::Code => Next::On(cursor.at),
                _ => Next::Left,
            }
        }
        b'{' if !matches!(cursor.byte(at + 1), b'{' | b'%') => {
            cursor.at = at;
            if code::brace(state, cursor, sink) { Next::On(cursor.at) } else { Next::Undecided }
        }
        _ => any(state, cursor, sink, at),
    }
}

/// A word that begins as a keyword does.
#[inline(always)]
fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, at: ByteOffset) -> Next {
    match word::look_up(cursor, at) {
        Some((found, end)) if word::begins(cursor, at) => {
            cursor.at = at;
            if word::found(state, cursor, sink, found, end) {
                changed(state, cursor)
            } else {
                Next::Undecided
            }
        }
        _ => Next::On(at + 1),
    }
}

/// Anything at all.
#[inline(never)]
fn any<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, at: ByteOffset) -> Next {
    cursor.at = at;
    if !byte_of_interest(state, cursor, sink) {
        return Next::Undecided;
    }
    changed(state, cursor)
}

/// Whether the loop may go on at the cursor.
#[inline(always)]
fn changed(state: &State, cursor: &Cursor<'_>) -> Next {
    if state.literal.is_some() || state.mode != Mode::Code || state.is_watchful() {
        return Next::Left;
    }
    Next::On(cursor.at)
}
