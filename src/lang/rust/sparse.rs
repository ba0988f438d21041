//! Rust where words do not matter: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket or separator comes next cannot be foretold, so they all go one way without a branch between them.
//! Whether an item may begin behind a `{`, `}` or `;` is looked up the same way, from the next two letters. Whatever is
//! more than that leaves the loop.

use super::levels::{BARE, LIST, Level};
use super::token::Word;
use super::{BLANK, Last, Question, Role, STRING_END, State, WAKE, WORD, statement};
use crate::lang::code::{Cursor, INNERMOST_MAX, Sink};
use crate::lang::{Class, SpanKind};
use crate::units::ByteOffset;

/// What a byte does to depth, and what closes the level that it opens.
#[derive(Clone, Copy)]
struct Mark {
    class: Class,
    change: i8,
    closer: u8,
    /// A statement may begin behind it.
    ends: bool,
    last: Last,
}

/// By byte: brackets and separators.
static MARKS: [Option<Mark>; 256] = {
    const fn mark(class: Class, change: i8, closer: u8, ends: bool, last: Last) -> Option<Mark> {
        Some(Mark { class, change, closer, ends, last })
    }
    let mut marks = [None; 256];
    marks[b'(' as usize] = mark(Class::ParenOpen, 1, b')', false, Last::Open);
    marks[b'[' as usize] = mark(Class::BracketOpen, 1, b']', false, Last::Open);
    marks[b'{' as usize] = mark(Class::BraceOpen, 1, b'}', true, Last::Open);
    marks[b')' as usize] = mark(Class::ParenClose, -1, 0, false, Last::Close);
    marks[b']' as usize] = mark(Class::BracketClose, -1, 0, false, Last::Close);
    marks[b'}' as usize] = mark(Class::BraceClose, -1, 0, true, Last::Close);
    marks[b';' as usize] = mark(Class::Semicolon, 0, 0, true, Last::Other);
    marks[b'|' as usize] = mark(Class::Bar, 0, 0, false, Last::Other);
    marks
};

/// What the loop has seen and not yet written into the state.
struct Seen {
    /// Where the last bracket or `;` stood; [`ByteOffset::MAX`] if there was none.
    mark: ByteOffset,
    semicolon: bool,
    /// What is added to the closers of brackets here.
    bare: u8,
}

enum Step {
    /// To the next window.
    On,
    /// From this place on.
    Past(ByteOffset),
    /// Something at this place is not for this loop.
    Stop(ByteOffset),
}

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none.
#[inline(never)]
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let bare = if state.is_bare() { BARE } else { 0 };
    let mut seen = Seen { mark: ByteOffset::MAX, semicolon: false, bare };
    let mut from = cursor.at;
    let stop = loop {
        let Some((places, dark, end)) = cursor.places_in_and_out::<WAKE, BLANK>(from) else {
            break cursor.end();
        };
        match in_window(state, cursor, sink, &mut seen, (from, places, dark)) {
            Step::On => from = end,
            Step::Past(at) => from = at,
            Step::Stop(at) => match bare_begins(state, cursor, sink, at) {
                Some(open) => {
                    (seen.bare, seen.mark) = (BARE, open);
                    from = open + 1;
                }
                None => break at,
            },
        }
    };
    cursor.at = stop.min(cursor.end());
    if seen.mark != ByteOffset::MAX {
        if let Some(mark) = MARKS[usize::from(cursor.byte(seen.mark))] {
            state.last = mark.last;
        }
        if seen.semicolon {
            state.held.clear();
        }
        if state.literal_end <= seen.mark {
            state.literal_end = 0;
        }
        state.gap.forget_before(seen.mark);
    }
}

/// A macro call or an attribute at `at`, written as most are: takes it up to its opening bracket, and tells where that
/// stands.
#[inline(always)]
fn bare_begins<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Option<ByteOffset> {
    let (open, role) = match cursor.byte(at) {
        b'!' => (at + 1, Role::MacroCall(macro_name(cursor, at)?)),
        b'#' => {
            let open = at + 1 + u64::from(cursor.byte(at + 1) == b'!');
            if cursor.byte(open) != b'[' {
                return None;
            }
            (open, Role::Attribute(at, Some(attribute_name(cursor, open + 1)?)))
        }
        _ => return None,
    };
    let (class, closer) = match cursor.byte(open) {
        b'(' => (Class::ParenOpen, b')'),
        b'[' => (Class::BracketOpen, b']'),
        b'{' => (Class::BraceOpen, b'}'),
        _ => return None,
    };
    sink.open_bracket(open, class);
    state.push_bracket(open, closer, role, true);
    Some(open)
}

/// Where the name begins that ends before the `!` at `end`, if a macro can have it.
#[inline]
fn macro_name(cursor: &Cursor<'_>, end: ByteOffset) -> Option<ByteOffset> {
    let start = cursor.run_before::<WORD, BLANK>(end)?;
    let name = cursor.slice(start, end);
    let is_plain = start < end
        && name.is_ascii()
        && Word::of(name) == Word::Name
        && name != b"macro_rules"
        && cursor.byte(start.wrapping_sub(1)) != b'#';
    is_plain.then_some(start)
}

/// The name of the attribute whose path begins at `start`, if it is one word.
#[inline]
fn attribute_name(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<(ByteOffset, ByteOffset)> {
    let end = cursor.next_out::<WORD>(start);
    let name = cursor.slice(start, end);
    let is_plain = name.is_ascii() && !name.is_empty() && Word::of(name) == Word::Name;
    (is_plain && matches!(cursor.byte(end), b'(' | b']')).then_some((start, end))
}

/// Takes the places of the 64 bytes from `from` on, of which `dark` are those that are not blank.
#[inline(always)]
fn in_window<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    seen: &mut Seen,
    (from, mut places, dark): (ByteOffset, u64, u64),
) -> Step {
    let mut top = state.levels.innermost_mut().len();
    let step = loop {
        if places == 0 {
            break Step::On;
        }
        let place = places.trailing_zeros();
        let at = from + u64::from(place);
        places &= places - 1;
        let byte = cursor.byte(at);
        let Some(mark) = MARKS[usize::from(byte)] else {
            match other(state, cursor, sink, seen, at, byte) {
                Step::On => continue,
                step => break step,
            }
        };
        // The level is written whether the byte opens or not: beyond the top it means nothing.
        if top >= INNERMOST_MAX && mark.change > 0 {
            top = cut(state, top);
        }
        let levels = state.levels.innermost_mut();
        if levels.len() == top {
            levels.push(Level { open: 0, quick: 0 });
        }
        levels[top] = Level { open: at, quick: mark.closer | seen.bare };
        let quick = top.checked_sub(1).map_or(0, |below| levels[below].quick);
        let is_its_closer = quick == byte | seen.bare;
        if quick == LIST || mark.change < 0 && !is_its_closer {
            break Step::Stop(at);
        }
        sink.punctuation(at, mark.class, i64::from(mark.change));
        top = top.wrapping_add_signed(isize::from(mark.change));
        seen.mark = if byte == b'|' { seen.mark } else { at };
        seen.semicolon |= byte == b';';
        let next = dark & (!0 << place << 1);
        let near = cursor.near(from + u64::from(next.trailing_zeros()));
        if mark.ends & (seen.bare == 0) & (next == 0 || statement::looks_like_item(near)) {
            cursor.at = at + 1;
            statement::begin(state, cursor);
            if state.question != Question::None {
                break Step::Stop(at + 1);
            }
        }
    };
    cut(state, top);
    step
}

/// A byte that is no bracket and no separator: `Step::On` if it means nothing.
#[inline(always)]
fn other<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    seen: &Seen,
    at: ByteOffset,
    byte: u8,
) -> Step {
    match byte {
        b'"' => {
            if matches!(cursor.byte(at.wrapping_sub(1)), b'r' | b'b' | b'c' | b'#') {
                return Step::Stop(at);
            }
            let Some(end) = string_end(cursor, at) else { return Step::Stop(at) };
            sink.span(at, end, SpanKind::String);
            state.literal_end = end;
            Step::Past(end)
        }
        b'<' if seen.bare != 0 => Step::On,
        b'u' if !matches!(cursor.byte(at + 2), b's' | 0) => Step::On,
        b'!' if cursor.byte(at + 1) == b'=' => Step::On,
        b'/' if !matches!(cursor.byte(at + 1), b'/' | b'*' | 0) => Step::On,
        _ => Step::Stop(at),
    }
}

/// The end of the string that begins at `start`, if it is at hand.
#[inline(always)]
fn string_end(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<ByteOffset> {
    let mut at = start;
    loop {
        at = cursor.next_in::<STRING_END>(at + 1);
        match cursor.byte(at) {
            b'"' => return Some(at + 1),
            b'\\' => at += 1,
            _ => return None,
        }
    }
}

/// Takes away what lies above `top`, counted among the innermost levels, and tells how many of those there are now.
#[inline]
fn cut(state: &mut State, top: usize) -> usize {
    state.levels.innermost_mut().truncate(top);
    state.levels.settle();
    state.levels.innermost_mut().len()
}
