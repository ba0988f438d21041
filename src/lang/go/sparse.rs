//! Go inside functions and other brackets where nothing is declared: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket or separator comes next cannot be foretold, so brackets, commas and semicolons go one way without
//! a branch between them, but for the braces of structs and interfaces.

use super::lexer::{self, code_end, last_token, quoted_kind};
use super::{COMMA, Frame, LastToken, QUOTED_END, Role, State, WAKE};
use crate::lang::code::{Cursor, INNERMOST_MAX, Pattern, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// What a byte does to depth, and what closes the level that it opens. Questions about it are masks, not flags: of flags
/// the compiler makes branches again.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Mark {
    class: Class,
    change: i8,
    closer: u8,
    /// All bits if it closes a level.
    closes: u8,
    /// All bits if it is a brace that opens.
    brace: u8,
}

/// By byte: brackets and separators.
static MARKS: [Option<Mark>; 256] = {
    const fn mark(class: Class, change: i8, closer: u8) -> Option<Mark> {
        let closes = if change < 0 { !0 } else { 0 };
        let brace = if closer == b'}' { !0 } else { 0 };
        Some(Mark { class, change, closer, closes, brace })
    }
    let mut marks = [None; 256];
    marks[b'(' as usize] = mark(Class::ParenOpen, 1, b')');
    marks[b'[' as usize] = mark(Class::BracketOpen, 1, b']');
    marks[b'{' as usize] = mark(Class::BraceOpen, 1, b'}');
    marks[b')' as usize] = mark(Class::ParenClose, -1, 0);
    marks[b']' as usize] = mark(Class::BracketClose, -1, 0);
    marks[b'}' as usize] = mark(Class::BraceClose, -1, 0);
    marks[b',' as usize] = mark(Class::Comma, 0, 0);
    marks[b';' as usize] = mark(Class::Semicolon, 0, 0);
    marks
};

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none.
#[inline]
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let mut from = cursor.at;
    // Frames above the innermost one are left lying until the loop ends: whether there is room for one more is foretold.
    let mut top = state.frames.innermost_mut().len();
    let stop = loop {
        let Some((places, commas, end)) = cursor.places_in_both::<WAKE, COMMA>(from) else {
            break cursor.end();
        };
        match in_window(state, cursor, sink, &mut top, (from, places, commas)) {
            Step::On => from = end,
            Step::Past(at) => from = at,
            Step::Stop(at) => break at,
        }
    };
    cursor.at = stop;
    state.frames.cut(top);
}

enum Step {
    /// To the next window.
    On,
    /// From this place on.
    Past(ByteOffset),
    /// Something at this place is not for this loop.
    Stop(ByteOffset),
}

/// Takes the places of the 64 bytes from `from` on, and counts the commas before what ends this. `top`: how many of the
/// innermost frames are open.
#[inline(always)]
fn in_window<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    top: &mut usize,
    (from, places, commas): (ByteOffset, u64, u64),
) -> Step {
    // Commas mean nothing here: where they need no places they wake nobody.
    let mut places = if S::PLACES { places | commas } else { places };
    let (step, counted) = loop {
        if places == 0 {
            break (Step::On, commas);
        }
        let lowest = places & places.wrapping_neg();
        let at = from + u64::from(places.trailing_zeros());
        places &= places - 1;
        match at_place(state, cursor, sink, top, at) {
            Step::On => {}
            step => break (step, commas & (lowest - 1)),
        }
    };
    if !S::PLACES {
        sink.separators(Class::Comma, counted.count_ones());
    }
    step
}

/// Takes what stands at `at`: `Step::On` if the places behind it may be gone on with.
#[inline(always)]
fn at_place<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    top: &mut usize,
    at: ByteOffset,
) -> Step {
    let byte = cursor.byte(at);
    let Some(mark) = MARKS[usize::from(byte)] else {
        return other(state, cursor, sink, top, at, byte);
    };
    if mark.brace & may_be_type(cursor, at) != 0 && !is_plain_brace(state, cursor, at) {
        return Step::Stop(at);
    }
    if *top >= INNERMOST_MAX && mark.closer != 0 {
        *top = state.frames.cut(*top);
    }
    // The frame is written whether the byte opens or not: beyond the top it means nothing.
    let frames = state.frames.innermost_mut();
    if frames.len() <= *top {
        frames.push(Frame { open: 0, quick: 0 });
    }
    frames[*top] = Frame { open: at, quick: mark.closer };
    let quick = top.checked_sub(1).map_or(0, |below| frames[below].quick);
    if mark.closes & (quick ^ byte) != 0 {
        return Step::Stop(at);
    }
    sink.punctuation(at, mark.class, i64::from(mark.change));
    *top = top.wrapping_add_signed(isize::from(mark.change));
    Step::On
}

/// A byte that is no bracket and no separator: `Step::On` if it means nothing.
#[inline(always)]
fn other<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    top: &mut usize,
    at: ByteOffset,
    byte: u8,
) -> Step {
    match byte {
        b'"' | b'\'' => match plain_end(cursor, at, byte) {
            Some(end) => {
                sink.span(at, end, quoted_kind(byte));
                if *top == 0 {
                    // What is innermost now may have gone under.
                    *top = state.frames.cut(0);
                }
                let frame = top.checked_sub(1).map(|i| state.frames.innermost_mut()[i]);
                let in_struct = frame.is_some_and(|frame| frame.quick == 0)
                    && state.roles.last() == Some(&Role::Struct);
                if in_struct {
                    let (start, kind) = (at, PatternKind::StructTag);
                    sink.pattern(Pattern { start, end, kind, name: None });
                }
                Step::Past(end)
            }
            None => Step::Stop(at),
        },
        b'/' if cursor.byte(at + 1) == b'/' => {
            cursor.at = at + 2;
            lexer::line_comment(state, cursor, sink, at);
            // Its line break means nothing here; a comment that goes on is another mode.
            let ended = cursor.at < cursor.end();
            if ended { Step::Past(cursor.at) } else { Step::Stop(cursor.at) }
        }
        b't' if at + 4 < cursor.end() && cursor.eight(at) as u32 != TYPE => Step::On,
        b't' if lexer::is_inside_word(cursor, at) => Step::On,
        _ => Step::Stop(at),
    }
}

/// The word `type` in memory.
const TYPE: u32 = u32::from_le_bytes(*b"type");

/// The bytes that code before the brace of a struct or an interface may end with, and white space and comments behind it.
static BEFORE_TYPE: [u8; 256] = {
    let mut before = [0; 256];
    let ends = b"te \t\r\n/\0";
    let mut i = 0;
    while i < ends.len() {
        before[ends[i] as usize] = 1;
        i += 1;
    }
    before
};

/// 1 if a brace at `at` may be a struct's or an interface's.
#[inline(always)]
fn may_be_type(cursor: &Cursor<'_>, at: ByteOffset) -> u8 {
    let [second, last] = cursor.near(at.wrapping_sub(2));
    BEFORE_TYPE[usize::from(if last == b' ' { second } else { last })]
}

/// Whether the brace at `at` is neither a struct's nor an interface's.
fn is_plain_brace(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let token = last_token(state, cursor, code_end(state, cursor, at));
    !matches!(token, LastToken::Struct | LastToken::Interface)
}

/// The end of a string or rune without escapes, if it is at hand.
#[inline]
fn plain_end(cursor: &mut Cursor<'_>, start: ByteOffset, quote: u8) -> Option<ByteOffset> {
    let mut at = start;
    loop {
        at = cursor.next_in::<QUOTED_END>(at + 1);
        match cursor.byte(at) {
            byte if byte == quote => return Some(at + 1),
            // The other quote, or an escaped one.
            b'"' | b'\'' => {}
            b'\\' if at + 1 < cursor.end() && cursor.byte(at + 1) != b'\n' => at += 1,
            _ => return None,
        }
    }
}
