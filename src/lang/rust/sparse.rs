//! Rust where words do not matter: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket or separator comes next cannot be foretold, so they all go one way without a branch between them.
//! Whether an item may begin behind a `{`, `}` or `;` is looked up the same way, from the next two letters. What is more than
//! that, but written as most is, is taken without leaving the loop: strings, chars, comments, macros and attributes as far as
//! they are plain here and in `plain_attribute.rs`, items in `plain_items.rs`, closers of more than depth in `bracket.rs`.

use super::levels::{BARE, Level, VALUE};
use super::look_back::is_word;
use super::plain_attribute::{self, Attribute};
use super::plain_types::report_lifetime;
use super::token::Word;
use super::{BLANK, Last, NAME, Question, Role, STRING_END, State, WAKE};
use super::{angle, bracket, comment, items, plain_items, statement};
use crate::lang::code::shared::keyword;
use crate::lang::code::{Cursor, INNERMOST_MAX, Sink};
use crate::lang::{Class, SpanKind};
use crate::simd::BLOCK_BYTES;
use crate::units::ByteOffset;

/// What a byte does to depth, and what closes the level that it opens.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Mark {
    class: Class,
    change: i8,
    closer: u8,
    /// What is innermost where a closer closes that and no more, or where a `;` ends more than a statement.
    needs: u8,
    /// A statement may begin behind it.
    ends: bool,
    semicolon: bool,
    last: Last,
}

/// By byte: brackets and separators.
static MARKS: [Option<Mark>; 256] = {
    /// Is never innermost.
    const NOTHING: u8 = 0x7f;
    const fn opener(class: Class, closer: u8) -> Option<Mark> {
        let (ends, last) = (closer == b'}', Last::Open);
        Some(Mark { class, change: 1, closer, needs: NOTHING, ends, semicolon: false, last })
    }
    const fn closer(class: Class, byte: u8) -> Option<Mark> {
        let (ends, last) = (byte == b'}', Last::Close);
        Some(Mark { class, change: -1, closer: 0, needs: byte, ends, semicolon: false, last })
    }
    const fn separator(class: Class, semicolon: bool) -> Option<Mark> {
        let needs = if semicolon { VALUE } else { NOTHING };
        let (ends, last) = (semicolon, Last::Other);
        Some(Mark { class, change: 0, closer: 0, needs, ends, semicolon, last })
    }
    let mut marks = [None; 256];
    marks[b'(' as usize] = opener(Class::ParenOpen, b')');
    marks[b'[' as usize] = opener(Class::BracketOpen, b']');
    marks[b'{' as usize] = opener(Class::BraceOpen, b'}');
    marks[b')' as usize] = closer(Class::ParenClose, b')');
    marks[b']' as usize] = closer(Class::BracketClose, b']');
    marks[b'}' as usize] = closer(Class::BraceClose, b'}');
    marks[b';' as usize] = separator(Class::Semicolon, true);
    marks[b'|' as usize] = separator(Class::Bar, false);
    marks
};

/// What the loop has seen and not yet written into the state.
struct Seen {
    /// Where the last bracket or separator ended; 0 if there was none.
    mark_end: ByteOffset,
    semicolon: bool,
    /// What is added to the closers of brackets here.
    bare: u8,
}

/// Where the loop goes on.
enum Step {
    /// At this place.
    Past(ByteOffset),
    /// At this place; brackets have been opened.
    Inside(ByteOffset),
    /// A statement begins at this place or behind white space, perhaps with an item.
    Begins(ByteOffset),
    /// At the cursor, as the state says.
    Taken,
    /// This place is not for this loop.
    Stop,
}

/// Bytes looked at together: a window, and what is looked at behind its last one.
const REACH: usize = BLOCK_BYTES + 2;

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none.
#[inline(never)]
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let mut seen = Seen::new(state);
    let mut top = state.levels.innermost_mut().len();
    let mut from = cursor.at;
    let mut padded;
    let stop = 'windows: loop {
        let Some((mut places, dark, end)) = cursor.places_in_and_out::<WAKE, BLANK>(from) else {
            break cursor.end();
        };
        let text: &[u8; REACH] = if let Some(text) = cursor.chunk(from) {
            text
        } else {
            padded = cursor.padded(from);
            &padded
        };
        while places != 0 {
            let place = places.trailing_zeros();
            let at = from + u64::from(place);
            places &= places - 1;
            let byte = text[place as usize];
            if let Some(mark) = &MARKS[usize::from(byte)] {
                let is_odd = bracket_at(state, sink, (&mut seen, &mut top), mark, at);
                let next = dark & (!0 << place << 1);
                let next_place = next.trailing_zeros() as usize;
                let near = [text[next_place], text[next_place + 1]];
                let may_begin = (next == 0) | statement::looks_like_item(near);
                if !is_odd & !(mark.ends & (seen.bare == 0) & may_begin) {
                    continue;
                }
                state.levels.cut(top);
                seen.settle(state, cursor);
                cursor.at = at + 1;
                if !is_odd {
                    state.question = Question::Item;
                } else if mark.semicolon {
                    sink.structural(at, Class::Semicolon);
                    items::semicolon(state, sink, at);
                } else {
                    bracket::close(state, cursor, sink, at, byte);
                }
            } else {
                let next = match other(state, cursor, sink, (&mut seen, top), (at, byte)) {
                    Step::Past(next) => Some(next),
                    Step::Inside(next) => {
                        top = state.levels.innermost_mut().len();
                        Some(next)
                    }
                    Step::Begins(next) => {
                        seen.settle(state, cursor);
                        (cursor.at, state.question) = (next, Question::Item);
                        None
                    }
                    Step::Taken => None,
                    Step::Stop => break 'windows at,
                };
                if let Some(next) = next {
                    if next >= end {
                        from = next;
                        continue 'windows;
                    }
                    places &= !0 << (next - from);
                    continue;
                }
            }
            let is_item = matches!(state.question, Question::Item);
            if is_item && !plain_items::take(state, cursor, sink) || !state.is_fast() {
                return;
            }
            seen = Seen::new(state);
            top = state.levels.innermost_mut().len();
            if cursor.at >= end {
                from = cursor.at;
                continue 'windows;
            }
            places &= !0 << (cursor.at - from);
        }
        from = end;
    };
    state.levels.cut(top);
    cursor.at = stop.min(cursor.end());
    seen.settle(state, cursor);
}

impl Seen {
    #[inline(always)]
    fn new(state: &State) -> Self {
        let bare = if state.is_bare() { BARE } else { 0 };
        Seen { mark_end: 0, semicolon: false, bare }
    }

    /// Writes it into the state.
    #[inline]
    fn settle(&self, state: &mut State, cursor: &Cursor<'_>) {
        if let Some(mark) = MARKS[usize::from(cursor.byte(self.mark_end.wrapping_sub(1)))] {
            state.last = mark.last;
        }
        if !state.held.is_empty() && self.semicolon {
            state.held.clear();
        }
        if state.literal_end < self.mark_end {
            state.literal_end = 0;
        }
        state.gap.forget_before(self.mark_end);
    }
}

/// Takes the bracket or separator at `at`. True: it closes more than itself, or nothing; it was not taken.
#[inline(always)]
fn bracket_at<S: Sink>(
    state: &mut State,
    sink: &mut S,
    (seen, top): (&mut Seen, &mut usize),
    mark: &Mark,
    at: ByteOffset,
) -> bool {
    // The level is written whether the byte opens or not: beyond the top it means nothing.
    if *top >= INNERMOST_MAX && mark.change > 0 {
        *top = state.levels.cut(*top);
    }
    let levels = state.levels.innermost_mut();
    levels.truncate(*top);
    levels.push(Level { open: at, quick: mark.closer | seen.bare });
    let quick = top.checked_sub(1).map_or(0, |below| levels[below].quick);
    if (quick == mark.needs | seen.bare) != (mark.change < 0) {
        return true;
    }
    sink.punctuation(at, mark.class, i64::from(mark.change));
    *top = top.wrapping_add_signed(isize::from(mark.change));
    seen.mark_end = at + 1;
    seen.semicolon |= mark.semicolon;
    false
}

/// What stands at `at` and is no bracket. `top`: how many of the innermost levels there are.
#[inline(always)]
fn other<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (seen, top): (&mut Seen, usize),
    (at, byte): (ByteOffset, u8),
) -> Step {
    match byte {
        b'"' => {
            if is_prefixed(cursor, at) {
                return Step::Stop;
            }
            let Some(end) = string_end(cursor, at) else { return Step::Stop };
            sink.span(at, end, SpanKind::String);
            state.literal_end = end;
            Step::Past(end)
        }
        b'\'' => quote(state, cursor, sink, at).map_or(Step::Stop, Step::Past),
        b'!' => {
            if cursor.byte(at + 1) == b'=' {
                return Step::Past(at + 1);
            }
            state.levels.cut(top);
            let Some(open) = macro_begins(state, cursor, sink, at) else { return Step::Stop };
            (seen.bare, seen.mark_end) = (BARE, open + 1);
            Step::Inside(open + 1)
        }
        b'#' => {
            state.levels.cut(top);
            match plain_attribute::take(state, cursor, sink, at) {
                Attribute::Whole { end } => {
                    seen.mark_end = end;
                    let in_items = seen.bare == 0 && state.is_in_items();
                    if in_items { Step::Begins(end) } else { Step::Past(end) }
                }
                Attribute::Inside { mark, at } => {
                    (seen.bare, seen.mark_end) = (BARE, mark + 1);
                    Step::Inside(at)
                }
                Attribute::Unknown => Step::Stop,
            }
        }
        b'/' => {
            if !matches!(cursor.byte(at + 1), b'/' | b'*' | 0) {
                return Step::Past(at + 1);
            }
            state.levels.cut(top);
            seen.settle(state, cursor);
            cursor.at = at;
            if comment::take(state, cursor, sink) { Step::Taken } else { Step::Stop }
        }
        b'<' => {
            if seen.bare != 0 {
                return Step::Past(at + 1);
            }
            if cursor.is_unknown(at + 2) {
                return Step::Stop;
            }
            state.levels.cut(top);
            seen.settle(state, cursor);
            angle::less(state, cursor, sink, at);
            Step::Taken
        }
        _ if !matches!(cursor.byte(at + 2), b's' | 0) => Step::Past(at + 1),
        _ => {
            let Some(open) = unsafe_block(cursor, at) else { return Step::Stop };
            state.levels.cut(top);
            seen.settle(state, cursor);
            sink.open_bracket(open, Class::BraceOpen);
            state.push_bracket(open, b'}', Role::Unsafe(at), seen.bare != 0);
            *seen = Seen { mark_end: open + 1, semicolon: false, ..*seen };
            if seen.bare == 0 { Step::Begins(open + 1) } else { Step::Inside(open + 1) }
        }
    }
}

/// Where the block opens behind the `unsafe` at `at`, if that is one and the `{` follows after a space.
#[inline(always)]
fn unsafe_block(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    const UNSAFE: u64 = keyword::key(b"unsafe") | (b' ' as u64) << 48 | (b'{' as u64) << 56;
    let before = cursor.byte(at.wrapping_sub(1));
    let is_it = cursor.eight(at) == UNSAFE && before != b'#' && !is_word(before);
    is_it.then_some(at + 7)
}

/// A char, or the lifetime of a reference, that begins at `at`, if it is plain: its end.
#[inline(always)]
fn quote<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Option<ByteOffset> {
    let before = cursor.byte(at.wrapping_sub(1));
    let four = (cursor.eight(at) as u32).to_le_bytes();
    let length = match four {
        [_, b'\\', _, b'\''] => 4,
        [_, first, b'\'', _] if first != b'\\' && first < 0x80 => 3,
        _ if before == b'&' => {
            let end = cursor.next_out::<NAME>(at + 1);
            let name = cursor.slice(at + 1, end);
            let [space, next] = cursor.near(end);
            let is_reference = name.first().is_some_and(|first| !first.is_ascii_digit())
                && space == b' '
                && (next.is_ascii_alphabetic() || matches!(next, b'[' | b'(' | b'&' | b'*'));
            if is_reference {
                report_lifetime(sink, at, end);
            }
            return is_reference.then_some(end);
        }
        _ => return None,
    };
    if before == b'b' {
        return None;
    }
    let end = at + length;
    sink.span(at, end, SpanKind::Char);
    state.literal_end = end;
    Some(end)
}

/// A macro call whose `!` is at `at`, written as most are: takes it up to its opening bracket, and tells where that stands.
#[inline(always)]
fn macro_begins<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Option<ByteOffset> {
    let open = at + 1 + u64::from(cursor.byte(at + 1) == b' ');
    let (class, closer) = match cursor.byte(open) {
        b'(' => (Class::ParenOpen, b')'),
        b'[' => (Class::BracketOpen, b']'),
        b'{' => (Class::BraceOpen, b'}'),
        _ => return None,
    };
    let role = Role::MacroCall(macro_name(cursor, at)?);
    sink.open_bracket(open, class);
    state.push_bracket(open, closer, role, true);
    Some(open)
}

/// Where the name begins that ends before the `!` at `end`, if a macro can have it.
#[inline]
fn macro_name(cursor: &Cursor<'_>, end: ByteOffset) -> Option<ByteOffset> {
    let start = cursor.run_start::<NAME>(end)?;
    let before = cursor.byte(start.wrapping_sub(1));
    let is_plain = start < end
        && before < 0x80
        && before != b'#'
        && !cursor.byte(start).is_ascii_digit()
        && matches!(Word::between(cursor, start, end), Word::Name)
        && (end - start != 11 || !cursor.stands(start, b"macro_rules"));
    is_plain.then_some(start)
}

/// Whether the quote at `at` may have a prefix.
#[inline(always)]
pub(super) fn is_prefixed(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    matches!(cursor.byte(at.wrapping_sub(1)), b'r' | b'b' | b'c' | b'#')
}

/// The end of the string that begins at `start`, if it is at hand.
#[inline(always)]
pub(super) fn string_end(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<ByteOffset> {
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
