//! Ruby where nothing waits for the end of a line: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket comes next cannot be foretold, so brackets go one way without a branch between them. Comments,
//! literals on one line and most keywords are done in place. Whatever else comes is left to `code.rs`, which would do the
//! same with all of it.

use super::{
    BRACKET, Frame, FrameKind, Header, LINE_END, NEAR, State, WAKE, before, comment, plain, words,
};
use crate::lang::code::{Cursor, INNERMOST_MAX, Sink};
use crate::lang::{Class, SpanKind};
use crate::units::ByteOffset;

/// What a bracket does to depth, and the frame that it opens or closes. Questions about it are masks, not flags: of flags the
/// compiler makes branches again.
#[derive(Clone, Copy)]
struct Mark {
    class: Class,
    change: i8,
    kind: FrameKind,
    /// All bits if the innermost frame must be of that kind.
    cares: u8,
}

/// By byte: brackets.
static MARKS: [Mark; 128] = {
    let none = Mark { class: Class::ParenOpen, change: 0, kind: FrameKind::Paren, cares: 0 };
    let mut marks = [none; 128];
    let mut i = 0;
    let opens = [Class::ParenOpen, Class::BracketOpen, Class::BraceOpen];
    let closes = [Class::ParenClose, Class::BracketClose, Class::BraceClose];
    let kinds = [FrameKind::Paren, FrameKind::Bracket, FrameKind::Brace];
    while i < 3 {
        let kind = kinds[i];
        marks[b"([{"[i] as usize] = Mark { class: opens[i], change: 1, kind, cares: 0 };
        marks[b")]}"[i] as usize] = Mark { class: closes[i], change: -1, kind, cares: !0 };
        i += 1;
    }
    marks
};

/// How the loop goes on.
pub(super) enum Step {
    /// To the next place.
    On,
    /// From this place on.
    Past(ByteOffset),
    /// The thing at this place is not for this loop.
    Stop(ByteOffset),
    /// From this place on, but not in this loop.
    Leave(ByteOffset),
}

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none. Nothing waits for the end of a line. Returns whether that thing is to be taken as such; else more may have
/// changed.
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let known = if cursor.is_last() { ByteOffset::MAX } else { cursor.end().saturating_sub(NEAR) };
    let mut from = cursor.at;
    while let Some((places, brackets, end)) = cursor.places_in_both::<WAKE, BRACKET>(from) {
        if end > known {
            cursor.at = from;
            return true;
        }
        match in_window(state, cursor, sink, (from, end), (places, brackets)) {
            Step::On => from = end,
            Step::Past(next) => from = next,
            Step::Stop(at) => {
                cursor.at = at;
                return true;
            }
            Step::Leave(at) => {
                cursor.at = at;
                return false;
            }
        }
    }
    cursor.at = cursor.end();
    false
}

/// Takes the places of the bytes from `from` to `end`.
#[inline(always)]
fn in_window<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (from, end): (ByteOffset, ByteOffset),
    (mut places, brackets): (u64, u64),
) -> Step {
    let mut top = state.frames.innermost_mut().len();
    loop {
        if places == 0 {
            state.frames.cut(top);
            return Step::On;
        }
        let at = from + u64::from(places.trailing_zeros());
        let place_bit = places & places.wrapping_neg();
        places ^= place_bit;
        let byte = cursor.byte(at);
        // Asked of the masks, so that a wrong guess is found out before the byte has been looked up: 5 % of all time.
        if brackets & place_bit != 0 {
            let mark = MARKS[usize::from(byte & 0x7F)];
            if top >= INNERMOST_MAX {
                top = state.frames.cut(top);
            }
            if (innermost(state, top) as u8 ^ mark.kind as u8) & mark.cares == 0 {
                sink.punctuation(at, mark.class, i64::from(mark.change));
                let frame = Frame { at, kind: mark.kind, waits: false };
                if change(state, &mut top, frame, mark.change) {
                    state.frames.cut(top);
                    return Step::Leave(at + 1);
                }
                continue;
            }
        }
        let step = match byte {
            b'#' => comments(state, cursor, sink, at),
            b'"' | b'\'' => plain::string(state, cursor, sink, at, byte),
            b'b'..=b'w' => match words::find(cursor.eight(at)) {
                None => continue,
                Some((_, true)) => Step::Stop(at),
                Some((keyword, false)) => {
                    words::keyword(state, cursor, sink, &mut top, (at, keyword))
                }
            },
            b')' => {
                state.frames.cut(top);
                let step = plain::parameters_end(state, cursor, sink, at);
                top = state.frames.innermost_mut().len();
                step
            }
            b'?' if before::is_word(cursor.byte(at.wrapping_sub(1))) => continue,
            b'<' => match cursor.near(at + 1) {
                [b'<', b' '] => Step::Past(at + 2),
                [b'<', _] => Step::Stop(at),
                _ => continue,
            },
            b';' => continue,
            _ => Step::Stop(at),
        };
        match step {
            Step::On => {}
            Step::Past(next) if next < end => places &= !0 << (next - from),
            step => {
                state.frames.cut(top);
                return step;
            }
        }
    }
}

/// The kind of the innermost of `top` frames; of none, one that no bracket and no `end` closes here.
#[inline(always)]
pub(super) fn innermost(state: &mut State, top: usize) -> FrameKind {
    let frames = state.frames.innermost_mut();
    top.checked_sub(1).map_or(FrameKind::Endless, |below| frames[below].kind)
}

/// Opens `frame` on top of `top` others, or closes the innermost one. Returns whether what is innermost then waits for the
/// end of a line.
#[inline(always)]
pub(super) fn change(state: &mut State, top: &mut usize, frame: Frame, change: i8) -> bool {
    let frames = state.frames.innermost_mut();
    // The frame is written whether it opens or not: beyond the top it means nothing.
    match frames.get_mut(*top) {
        Some(place) => *place = frame,
        None => frames.push(frame),
    }
    *top = top.wrapping_add_signed(isize::from(change));
    match top.checked_sub(1) {
        Some(below) => frames[below].waits,
        None => {
            *top = state.frames.cut(*top);
            state.waits()
        }
    }
}

/// The comment at `start`, and those on the lines right after it.
#[inline(always)]
fn comments<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut start: ByteOffset,
) -> Step {
    loop {
        let line_end = cursor.next_in::<LINE_END>(start + 1);
        if line_end == cursor.end() {
            return Step::Stop(start);
        }
        let end = line_end - u64::from(cursor.byte(line_end - 1) == b'\r');
        state.comment = (start, end);
        sink.span(start, end, SpanKind::Comment);
        if (state.header != Header::Over) | comment::may_be_shared(cursor.eight(start + 1)) {
            comment::magic(state, start, end, cursor, sink);
        }
        let next = cursor.past_spaces(line_end + 1);
        if cursor.byte(next) != b'#' {
            return Step::Past(line_end + 1);
        }
        start = next;
    }
}
