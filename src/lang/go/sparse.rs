//! Go inside functions and other brackets where nothing is declared: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket or separator comes next cannot be foretold, so brackets, commas and semicolons go one way without
//! a branch between them; braces that open, quotes and slashes leave it.

use super::lexer::{self, code_end, is_word, last_token, quoted_kind};
use super::{Frame, LastToken, QUOTED_END, Role, State, WAKE};
use crate::lang::code::{Cursor, INNERMOST_MAX, Pattern, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// What a byte does to depth, and what closes the level that it opens.
#[derive(Clone, Copy)]
struct Mark {
    class: Class,
    change: i8,
    closer: u8,
}

/// By byte: brackets and separators, but for the brace that opens.
static MARKS: [Option<Mark>; 256] = {
    const fn mark(class: Class, change: i8, closer: u8) -> Option<Mark> {
        Some(Mark { class, change, closer })
    }
    let mut marks = [None; 256];
    marks[b'(' as usize] = mark(Class::ParenOpen, 1, b')');
    marks[b'[' as usize] = mark(Class::BracketOpen, 1, b']');
    marks[b')' as usize] = mark(Class::ParenClose, -1, 0);
    marks[b']' as usize] = mark(Class::BracketClose, -1, 0);
    marks[b'}' as usize] = mark(Class::BraceClose, -1, 0);
    marks[b',' as usize] = mark(Class::Comma, 0, 0);
    marks[b';' as usize] = mark(Class::Semicolon, 0, 0);
    marks
};

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none.
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let mut from = cursor.at;
    while let Some((mask, end)) = cursor.places_in::<WAKE>(from) {
        match in_window(state, cursor, sink, from, mask) {
            Step::On => from = end,
            Step::Past(at) => from = at,
            Step::Stop(at) => {
                cursor.at = at;
                return;
            }
        }
    }
    cursor.at = cursor.end();
}

enum Step {
    /// To the next window.
    On,
    /// From this place on.
    Past(ByteOffset),
    /// Something at this place is not for this loop.
    Stop(ByteOffset),
}

/// Takes the places of the 64 bytes from `from` on.
#[inline(always)]
fn in_window<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    from: ByteOffset,
    mut mask: u64,
) -> Step {
    let mut top = state.frames.innermost_mut().len();
    let step = loop {
        if mask == 0 {
            break Step::On;
        }
        let at = from + u64::from(mask.trailing_zeros());
        mask &= mask - 1;
        let byte = cursor.byte(at);
        if let Some(mark) = MARKS[usize::from(byte)] {
            // The frame is written whether the byte opens or not: beyond the top it means nothing.
            if top >= INNERMOST_MAX && mark.change > 0 {
                top = cut(state, top);
            }
            let frames = state.frames.innermost_mut();
            if frames.len() == top {
                frames.push(Frame { open: 0, quick: 0 });
            }
            frames[top] = Frame { open: at, quick: mark.closer };
            let quick = top.checked_sub(1).map_or(0, |below| frames[below].quick);
            if mark.change < 0 && quick != byte {
                break Step::Stop(at);
            }
            sink.punctuation(at, mark.class, i64::from(mark.change));
            top = top.wrapping_add_signed(isize::from(mark.change));
            continue;
        }
        top = cut(state, top);
        match byte {
            b'{' if is_plain_brace(state, cursor, at) => {
                sink.open_bracket(at, Class::BraceOpen);
                state.frames.push(Frame { open: at, quick: b'}' });
                top = state.frames.innermost_mut().len();
            }
            b'"' | b'\'' => match plain_end(cursor, at, byte) {
                Some(end) => {
                    sink.span(at, end, quoted_kind(byte));
                    if state.role() == Some(Role::Struct) {
                        let (start, kind) = (at, PatternKind::StructTag);
                        sink.pattern(Pattern { start, end, kind, name: None });
                    }
                    return Step::Past(end);
                }
                None => return Step::Stop(at),
            },
            b'/' if cursor.byte(at + 1) == b'/' => {
                cursor.at = at + 2;
                lexer::line_comment(state, cursor, sink, at);
                // Its line break means nothing here; a comment that goes on is another mode.
                let ended = cursor.at < cursor.end();
                return if ended { Step::Past(cursor.at) } else { Step::Stop(cursor.at) };
            }
            b't' if lexer::is_inside_word(cursor, at) => {}
            _ => return Step::Stop(at),
        }
    };
    cut(state, top);
    step
}

/// Takes away what lies above `top`, counted among the innermost frames, and tells how many of those there are now.
#[inline]
fn cut(state: &mut State, top: usize) -> usize {
    state.frames.innermost_mut().truncate(top);
    state.frames.settle();
    state.frames.innermost_mut().len()
}

/// Whether the brace at `at` is neither a struct's nor an interface's.
#[inline]
fn is_plain_brace(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let last = match cursor.byte(at.wrapping_sub(1)) {
        b' ' => cursor.byte(at.wrapping_sub(2)),
        byte => byte,
    };
    if is_word(last) && last != b't' && last != b'e' || matches!(last, b')' | b']' | b'}' | b'{') {
        return true;
    }
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
