//! Code by the window: the loop that most of a document goes through, while nothing waits for line breaks or commas.
//!
//! What is common is done here, place after place, without asking anew where the scanner is. Whatever is not so plain goes
//! to the functions that know all cases. Nearly all brackets have nothing between them that wakes the scanner: such a pair
//! is one step. What may declare variables wakes nobody here ([`later`]).

use super::before::byte_before;
use super::code::{self, byte_of_interest};
use super::{
    FrameKind, HEAD_FIRST, Mode, SPECIAL, State, WAKE, WATCH, WORD, later, locals, plain, word,
};
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
    /// To look at the same place again, with all of a window behind it.
    Again,
    /// To go on from the cursor, where other places may count.
    Anew,
    /// To leave the loop: something else than plain code may have begun. The cursor stands where that goes on.
    Left,
    /// To leave the loop: the token at the cursor cannot be decided on yet.
    Undecided,
}

/// Bytes that are at hand in a [`Window`]: those that its places stand for, and what is looked at behind each.
const WINDOW_BYTES: usize = 128;

/// The places of up to 64 bytes that have not been gone over yet.
pub(super) struct Window<'t> {
    from: ByteOffset,
    end: ByteOffset,
    /// The bytes from `from` on; 0 where there are none.
    bytes: &'t [u8; WINDOW_BYTES],
    /// Those that wake the scanner: what is not in the next two are marks of all sorts.
    places: u64,
    words: u64,
    brackets: u64,
    /// Those that may declare a variable, and those of them that were gone over but not kept yet.
    later: u64,
}

impl<'t> Window<'t> {
    /// That from `from` on, where `bytes` stand; none at the end.
    #[inline(always)]
    fn at(
        cursor: &mut Cursor<'_>,
        from: ByteOffset,
        bytes: &'t [u8; WINDOW_BYTES],
    ) -> Option<Self> {
        let ([wake, words, watch, first], end) = cursor.places_where(from, |masks| {
            [masks[WAKE], masks[WORD], masks[WATCH], masks[HEAD_FIRST]]
        })?;
        let words = wake & words;
        let brackets = wake & watch;
        let later = wake & first & !words;
        let places = wake ^ later;
        let mut window = Window { from, end, bytes, places, words, brackets, later };
        let mut heads = words;
        while heads != 0 {
            let head = heads & heads.wrapping_neg();
            let at = from + u64::from(heads.trailing_zeros());
            window.places ^= head & word::is_none(window.eight(at));
            heads ^= head;
        }
        Some(window)
    }

    /// The byte at `at`, which is a place or not far behind one.
    #[inline(always)]
    pub(super) fn byte(&self, at: ByteOffset) -> u8 {
        self.bytes[(at - self.from) as usize % WINDOW_BYTES]
    }

    /// The two bytes at `at`.
    #[inline(always)]
    pub(super) fn two(&self, at: ByteOffset) -> [u8; 2] {
        [self.byte(at), self.byte(at + 1)]
    }

    /// The eight bytes at `at`, which is a place, the first one lowest.
    #[inline(always)]
    pub(super) fn eight(&self, at: ByteOffset) -> u64 {
        let bytes = self.bytes[(at - self.from) as usize % 64..].first_chunk();
        bytes.map_or(0, |eight| u64::from_le_bytes(*eight))
    }

    /// The bits of the places before `at`, which is one of them.
    #[inline(always)]
    fn before(&self, at: ByteOffset) -> u64 {
        !(!0 << ((at - self.from) & 63))
    }

    /// The first place from `at` on that wakes the scanner.
    #[inline(always)]
    pub(super) fn next(&self, at: ByteOffset) -> Option<ByteOffset> {
        let places = if at < self.end { self.places & !self.before(at) } else { 0 };
        (places != 0).then(|| self.from + u64::from(places.trailing_zeros()))
    }

    /// Whether it begins at `at`.
    #[inline(always)]
    pub(super) fn begins_at(&self, at: ByteOffset) -> bool {
        self.from == at
    }

    /// What may declare a variable before `at` is told to the state, which may change from here on.
    #[inline(always)]
    pub(super) fn settle(&mut self, state: &mut State, at: ByteOffset) {
        let passed = self.later & self.before(at);
        later::keep(state, self.from, passed);
        self.later ^= passed;
    }

    /// What stands from `at` to `next` has been gone over, and declares nothing.
    #[inline(always)]
    fn pass(&mut self, at: ByteOffset, next: ByteOffset) {
        let behind = !self.before(next);
        self.places &= behind;
        self.later &= behind | self.before(at);
    }
}

/// Goes over code as far as more than enough is at hand. False if it stops at a token that cannot be decided on yet.
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let known = if cursor.is_last() { u64::MAX } else { cursor.end().saturating_sub(NEAR_BYTES) };
    let mut from = cursor.at;
    loop {
        let padded;
        let bytes = match cursor.chunk(from) {
            Some(bytes) => bytes,
            None => {
                padded = cursor.padded(from);
                &padded
            }
        };
        let Some(mut window) = Window::at(cursor, from, bytes) else { break };
        if state.tags > 0 {
            // In tags every name is a variable.
            window.later = 0;
        }
        if window.end > known {
            break;
        }
        if state.later.is_full() {
            later::declare(state, cursor);
        }
        from = loop {
            if window.places == 0 {
                later::keep(state, window.from, window.later);
                break window.end;
            }
            let at = window.from + u64::from(window.places.trailing_zeros());
            let bit = window.places & window.places.wrapping_neg();
            // Asked of the masks, so that a wrong guess is found out before the byte has been read.
            let next = if bit & window.brackets != 0 {
                bracket(state, cursor, sink, &mut window, at)
            } else if bit & window.words != 0 {
                plain::word(state, cursor, sink, &mut window, at)
            } else {
                place(state, cursor, sink, &mut window, at)
            };
            match next {
                Next::On(next) if next < window.end => window.pass(at, next),
                Next::Anew => break cursor.at,
                Next::On(next) => {
                    window.settle(state, at);
                    break next;
                }
                Next::Again => {
                    window.settle(state, at);
                    break at;
                }
                Next::Left => return true,
                Next::Undecided => return false,
            }
        };
    }
    cursor.at = from;
    true
}

/// A bracket at `at`.
#[inline(always)]
fn bracket<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
) -> Next {
    use FrameKind::{Brace, Bracket, Paren};
    match window.byte(at) {
        b'(' => {
            let classes = (Class::ParenOpen, Class::ParenClose);
            open(state, cursor, sink, window, at, (classes, b')', Paren))
        }
        b'[' if byte_before(cursor, at, 1) != b'@' => {
            let classes = (Class::BracketOpen, Class::BracketClose);
            open(state, cursor, sink, window, at, (classes, b']', Bracket))
        }
        b'{' => brace(state, cursor, sink, window, at),
        b')' => close(state, cursor, sink, window, at, (Class::ParenClose, Paren)),
        b']' => close(state, cursor, sink, window, at, (Class::BracketClose, Bracket)),
        b'}' => close(state, cursor, sink, window, at, (Class::BraceClose, Brace)),
        _ => any(state, cursor, sink, window, at),
    }
}

/// Opens a bracket at `at`, and closes it if what comes next does so.
#[inline(always)]
fn open<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
    ((opens, closes), closer, kind): ((Class, Class), u8, FrameKind),
) -> Next {
    sink.open_bracket(at, opens);
    match window.next(at + 1) {
        Some(next) if window.byte(next) == closer => {
            sink.close_bracket(next, closes);
            window.places ^= 1 << (next - window.from);
        }
        _ => state.push(cursor, at, kind),
    }
    Next::On(at + 1)
}

/// A `{` at `at`.
#[inline(always)]
fn brace<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
) -> Next {
    if matches!(window.byte(at + 1), b'{' | b'%') {
        return any(state, cursor, sink, window, at);
    }
    let Some(has_parameters) = plain::has_block_parameters(cursor, window, at + 1) else {
        return any(state, cursor, sink, window, at);
    };
    sink.open_bracket(at, Class::BraceOpen);
    match window.next(at + 1) {
        Some(next) if window.byte(next) == b'}' => {
            // What is declared in it is forgotten with it.
            sink.close_bracket(next, Class::BraceClose);
            Next::On(next + 1)
        }
        _ => {
            state.push(cursor, at, FrameKind::Brace);
            if has_parameters {
                window.settle(state, at);
                later::keep(state, at, 1);
            }
            Next::On(at + 1)
        }
    }
}

/// Closes a bracket at `at`.
#[inline(always)]
fn close<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
    (class, kind): (Class, FrameKind),
) -> Next {
    let Some(frame) = state.frames.pop_if(|frame| frame.kind.closer() == kind.closer()) else {
        return any(state, cursor, sink, window, at);
    };
    if kind == FrameKind::Brace {
        window.settle(state, at);
        locals::end_scope(state, cursor, &frame);
    }
    sink.close_bracket(at, class);
    closed(state, cursor, window, (at, at + 1))
}

/// Goes on at `next`, behind the end of a level at `at`.
#[inline(always)]
pub(super) fn closed(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    window: &mut Window<'_>,
    (at, next): (ByteOffset, ByteOffset),
) -> Next {
    if state.top().is_some_and(FrameKind::is_watchful) {
        window.settle(state, at);
        cursor.at = next;
        return Next::Left;
    }
    Next::On(next)
}

/// Anything but a bracket or a word.
#[inline(always)]
fn place<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
) -> Next {
    match window.byte(at) {
        b'"' if byte_before(cursor, at, 1) != b':' => {
            match plain_end::<SPECIAL>(cursor, at + 1, b'"', true) {
                Some(end) if cursor.byte(end) != b':' => {
                    sink.span(at, end, SpanKind::String);
                    Next::On(end)
                }
                _ => any(state, cursor, sink, window, at),
            }
        }
        b'<' if window.two(at + 1) != *b"<-" => Next::On(at + 1),
        b'#' => {
            window.settle(state, at);
            cursor.at = at;
            code::begin_comment(state, cursor, sink);
            match state.mode {
                // In code it waits for nothing more than before.
                Mode::Code => Next::On(cursor.at),
                _ => Next::Left,
            }
        }
        _ => any(state, cursor, sink, window, at),
    }
}

/// Anything at all.
#[inline(always)]
fn any<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
) -> Next {
    window.settle(state, at);
    whatever(state, cursor, sink, at)
}

#[inline(never)]
fn whatever<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Next {
    cursor.at = at;
    let tags = state.tags;
    if !byte_of_interest(state, cursor, sink) {
        return Next::Undecided;
    }
    match changed(state, cursor) {
        Next::On(_) if state.tags != tags => Next::Anew,
        next => next,
    }
}

/// Whether the loop may go on at the cursor.
#[inline(always)]
pub(super) fn changed(state: &State, cursor: &Cursor<'_>) -> Next {
    if state.literal.is_some() || state.mode != Mode::Code || state.is_watchful() {
        return Next::Left;
    }
    Next::On(cursor.at)
}
